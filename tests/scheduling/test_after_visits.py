"""When something is said after a visit, whatever the visit and the place: never before its end, never at night."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from frontdesk.domain.time import wall
from frontdesk.scheduling.after_visits import AGAIN_AT, aftercare_due, again_due
from frontdesk.scheduling.reminding import FIRST, LAST

ZONES = [ZoneInfo(name) for name in ("America/Chicago", "America/Phoenix", "Pacific/Honolulu", "America/St_Johns")]
MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
HOURS = some.integers(0, 96).map(lambda hours: timedelta(hours=hours))


@given(end=MOMENTS, after=HOURS, zone=some.sampled_from(ZONES))
def test_what_to_mind_is_said_after_the_end_by_day_and_soon(end: datetime, after: timedelta, zone: ZoneInfo) -> None:
    due = aftercare_due(end, after, zone=zone)

    assert end <= due.due < due.good_until
    assert FIRST <= wall(due.due, zone).time() < LAST
    assert timedelta(hours=-15) <= due.due - (end + after) <= timedelta(hours=14)  # a night, and an hour of the clock


@given(end=MOMENTS, weeks=some.integers(1, 60), zone=some.sampled_from(ZONES))
def test_the_next_visit_is_due_on_that_day_of_the_wall(end: datetime, weeks: int, zone: ZoneInfo) -> None:
    due = again_due(end, timedelta(weeks=weeks), zone=zone)

    here = wall(due.due, zone)
    assert here.time() == AGAIN_AT
    assert here.date() - wall(end, zone).date() == timedelta(weeks=weeks)


def test_an_evening_visit_in_the_night_when_the_clock_goes_back_is_followed_at_eight_of_the_new_clock() -> None:
    zone = ZoneInfo("America/Chicago")
    end = datetime(2026, 10, 31, 19, 30, tzinfo=zone).astimezone(UTC)

    due = aftercare_due(end, timedelta(hours=3), zone=zone).due

    assert wall(due, zone).time() == time(8)
    assert due - end == timedelta(hours=13, minutes=30)
