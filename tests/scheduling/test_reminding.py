"""When reminders go, whatever the visit, the ladder and the place: never at night, never two on a day."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from frontdesk.domain.reminding import PRESETS
from frontdesk.domain.time import wall
from frontdesk.scheduling.reminding import FIRST, FRESH, LAST, rungs

ZONES = [ZoneInfo(name) for name in ("America/Chicago", "America/Phoenix", "Pacific/Honolulu", "America/St_Johns")]
MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
LADDERS = some.lists(some.integers(1, 24 * 7).map(lambda hours: timedelta(hours=hours)), max_size=6).map(tuple)


@given(start=MOMENTS, ladder=LADDERS, zone=some.sampled_from(ZONES), early=some.timedeltas(timedelta(0), timedelta(30)))
def test_each_goes_by_day_before_the_visit_and_after_it_was_told(
    start: datetime, ladder: tuple[timedelta, ...], zone: ZoneInfo, early: timedelta
) -> None:
    told = start - early

    planned = rungs(start, ladder, zone=zone, told=told)

    days = [wall(one.due, zone).date() for one in planned]
    assert all(FIRST <= wall(one.due, zone).time() < LAST for one in planned)
    assert all(told + FRESH <= one.due < one.good_until < start for one in planned)
    assert len(set(days)) == len(days)
    assert all(one.good_until <= following.due for one, following in itertools.pairwise(planned))


def test_the_day_before_is_the_same_hour_in_both_nights_when_the_clock_is_changed() -> None:
    zone = ZoneInfo("America/Chicago")
    told = datetime(2026, 1, 1, tzinfo=UTC)
    sundays = [datetime(2026, 3, 8, 10, tzinfo=zone), datetime(2026, 11, 1, 10, tzinfo=zone)]

    passed = [
        day.astimezone(UTC) - rungs(day.astimezone(UTC), (timedelta(days=1),), zone=zone, told=told)[0].due
        for day in sundays
    ]

    assert passed == [timedelta(hours=23), timedelta(hours=25)]


def test_the_preset_of_three_days_and_one_has_two_reminders() -> None:
    assert PRESETS["3-days-and-1"] == (timedelta(days=3), timedelta(days=1))
