"""What feeds may hold beside plain appointments: nothing of it ever becomes free time."""

import pytest
from structlog.testing import capture_logs
from tests.clinic import BOTOX, DANA, a_practice, at
from tests.systems.simplepractice.some_feeds import There, a_feed, an_event, as_read, connected, starts

from frontdesk.domain.time import Period
from frontdesk.ports.system import SlotRequest
from frontdesk.proving.certifying.times_checks import by_night
from frontdesk.standards.feed.values import Weight
from frontdesk.systems.simplepractice.mapping import busy_times

PERSON = a_practice().practitioner(DANA)
WEEK = at("2026-05-25 00:00", minutes=7 * 24 * 60)
THURSDAY = SlotRequest(service=BOTOX, within=at("2026-05-28 00:00", minutes=24 * 60))


def busy(*events: bytes) -> list[Period]:
    return [claim.during for claim in busy_times(as_read(*events), PERSON, within=WEEK)]


def test_days_out_of_the_office_are_busy_from_midnight_to_midnight() -> None:
    away = an_event("2026-05-28 00:00", DTSTART=";VALUE=DATE:20260528", DTEND=";VALUE=DATE:20260530")

    assert busy(away) == [at("2026-05-28 00:00", minutes=2 * 24 * 60)]


def test_an_event_that_its_publisher_calls_free_takes_no_time() -> None:
    assert busy(an_event("2026-05-28 14:00", TRANSP=":TRANSPARENT")) == []


def test_one_that_says_it_is_cancelled_takes_no_time() -> None:
    assert busy(an_event("2026-05-28 14:00", STATUS=":CANCELLED")) == []


def test_one_without_an_end_is_not_offered_over() -> None:
    assert busy(an_event("2026-05-28 14:00", DTEND="")) == [at("2026-05-28 14:00", minutes=1)]


def test_one_that_ends_before_it_starts_is_busy_wherever_it_may_be() -> None:
    assert busy(an_event("2026-05-28 14:00", minutes=-60)) == [at("2026-05-28 13:00", minutes=25 * 60)]


def test_one_without_a_start_makes_the_whole_stretch_busy() -> None:
    [during] = busy(an_event("2026-05-28 14:00", DTSTART=""))

    assert during.contains(WEEK)


def test_a_series_told_as_one_is_busy_each_week() -> None:
    weekly = an_event("2026-05-21 14:00", 50, RRULE=":FREQ=WEEKLY;COUNT=3")

    assert busy(weekly) == [at("2026-05-28 14:00", minutes=50)]


def test_a_time_in_utc_is_that_instant() -> None:
    told = an_event("2026-05-28 14:00", DTSTART=":20260528T190000Z", DTEND=":20260528T195000Z")

    assert busy(told) == [at("2026-05-28 14:00", minutes=50)]


@pytest.mark.parametrize("summary", [":D.Q. Appointment", ":Dana Quill Appointment", ":Dana Appointment", ""])
def test_however_clients_are_named_nothing_of_it_is_kept(summary: str) -> None:
    feed = as_read(an_event("2026-05-28 14:00", SUMMARY=summary, DESCRIPTION=":Dana Quill"))

    assert "Quill" not in repr(feed)
    assert len(feed.occurrences) == 1


async def test_the_zone_of_2006_in_every_real_feed_shifts_no_visit_and_alarms_nobody() -> None:
    late_october = an_event("2026-10-29 14:00")  # its own VTIMEZONE has winter since the 25th
    there = There({DANA: a_feed(late_october)})
    there.hands.turn(days=150)

    async with connected(there) as clinic:
        with capture_logs() as lines:
            [claim] = await clinic.system.busy(at("2026-10-29 00:00", minutes=24 * 60))

    feed = as_read(late_october, within=at("2026-10-20 00:00", minutes=20 * 24 * 60))
    assert [fault.weight for fault in feed.faults] == [Weight.DOUBTED]
    assert claim.during == at("2026-10-29 14:00", minutes=50)
    assert {line["log_level"] for line in lines} <= {"info", "debug"}


async def test_a_visit_that_was_not_understood_is_told_by_its_line_alone_and_not_offered_over() -> None:
    broken = an_event("2026-05-28 14:00", minutes=-60, SUMMARY=":Dana Quill Appointment")
    async with connected(There({DANA: a_feed(broken)})) as clinic:
        with capture_logs() as lines:
            found = await clinic.system.find_slots(THURSDAY)

    [told] = [line for line in lines if line["log_level"] == "warning"]
    assert told["practitioner"] == DANA
    assert "Quill" not in str(lines)
    assert starts(found)[-1] == "Thu 12:30"


async def test_in_the_night_that_shows_an_hour_twice_that_hour_is_not_offered() -> None:
    there = There()
    there.hands.turn(days=150)
    there.practice = by_night(there.practice)

    async with connected(there) as clinic:
        found = await clinic.system.find_slots(
            SlotRequest(service=BOTOX, within=at("2026-11-01 00:00", minutes=6 * 60))
        )

    shown = starts(found)
    assert shown[:3] == ["Sun 00:00", "Sun 00:15", "Sun 00:30"]
    assert shown[3:5] == ["Sun 02:00", "Sun 02:15"]
    assert shown[-1] == "Sun 04:30"
