"""Openings of another system, and what the practice's own files leave of them."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.clinic import ALEX, BOTOX, DANA, MAIN, NOW, ZONE, a_practice, at

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.system import SlotRequest
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.openings import Opening, allowed

PRACTICE = a_practice()
THURSDAY = SlotRequest(service=BOTOX, within=at("2026-05-28 00:00", minutes=24 * 60))


def opening(shown: str, minutes: int = 30, *, practitioner: PractitionerId = DANA) -> Opening:
    """Dana's, on Thursday, unless said otherwise."""
    return Opening(practitioner=practitioner, location=MAIN, during=at(f"2026-05-28 {shown}", minutes=minutes))


def slots(*found: Opening, practice: Practice = PRACTICE, wanted: SlotRequest = THURSDAY) -> list[Slot]:
    service = practice.service(BOTOX)
    return allowed(found, service, wanted=wanted, practice=practice, now=NOW, free_times=find_slots)


def shown(found: list[Slot]) -> list[str]:
    return [f"{one.during.start.astimezone(ZONE):%H:%M}" for one in found]


def test_an_opening_is_offered_as_long_as_it_is_without_room_or_devices() -> None:
    [found] = slots(opening("10:20", minutes=45))

    assert found.during == at("2026-05-28 10:20", minutes=45)
    assert (found.practitioner, found.location, found.room, found.devices) == (DANA, MAIN, None, ())
    assert [claim.during for claim in found.claims] == [found.during]


def test_nothing_is_offered_between_openings_or_without_any() -> None:
    assert shown(slots(opening("10:00"), opening("12:00"), opening("10:30"))) == ["10:00", "10:30", "12:00"]
    assert slots() == []


def test_outside_the_practices_hours_or_the_stretch_asked_for_nothing_is_offered() -> None:
    short = replace(THURSDAY, within=at("2026-05-28 10:00", minutes=60))

    assert slots(opening("08:30"), opening("19:45")) == []
    assert shown(slots(opening("10:00"), opening("10:45"), opening("11:00"), wanted=short)) == ["10:00"]


def test_who_may_not_give_the_service_is_not_offered() -> None:
    assert slots(opening("10:00", practitioner=ALEX)) == []


def test_at_one_start_people_come_in_the_order_of_the_practices_list() -> None:
    practice = replace(PRACTICE, practitioners=(replace(PRACTICE.practitioners[0], id="eve"), *PRACTICE.practitioners))
    found = slots(opening("10:00"), opening("10:00", practitioner=PractitionerId("eve")), practice=practice)

    assert [one.practitioner for one in found] == ["eve", DANA]


def test_of_two_of_one_person_at_one_start_the_shorter_is_taken_and_the_longer_stands_elsewhere() -> None:
    found = slots(opening("10:00", minutes=60), opening("10:00", minutes=30), opening("12:00", minutes=60))

    assert [one.during.length for one in found] == [timedelta(minutes=30), timedelta(minutes=60)]
    assert found[1].claims[0].during == found[1].during


def test_with_a_course_times_beyond_the_horizon_may_be_had() -> None:
    far = at("2026-09-10 10:00")
    wanted = SlotRequest(service=BOTOX, within=at("2026-09-10 00:00", minutes=24 * 60))
    one = Opening(practitioner=DANA, location=MAIN, during=far)

    assert slots(one, wanted=wanted) == []
    assert [slot.during for slot in slots(one, wanted=replace(wanted, until=far.end))] == [far]


def test_a_time_that_the_clock_shows_twice_is_left_out() -> None:
    night = Period(start=at("2026-11-01 01:15").start, end=at("2026-11-01 01:15").start + timedelta(minutes=30))
    wanted = SlotRequest(service=BOTOX, within=at("2026-11-01 00:00", minutes=6 * 60))

    assert slots(Opening(practitioner=DANA, location=MAIN, during=night), wanted=wanted) == []


@given(st.sets(st.tuples(st.integers(0, 23), st.sampled_from([0, 5, 10, 20, 45])), max_size=20))
def test_what_is_offered_is_always_an_opening(starts: set[tuple[int, int]]) -> None:
    found = [opening(f"{hour:02}:{minute:02}") for hour, minute in starts]

    offered = slots(*found)

    assert {one.during for one in offered} <= {one.during for one in found}
    assert len({one.during for one in offered}) == len(offered)
