"""What a system shows as open is offered where the practice's own files allow it, and nowhere else."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.clinic import ALEX, BOTOX, DANA, NOW, a_practice, at

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.system import SlotRequest
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.open_times import offered

PRACTICE = a_practice()
PLACE = PRACTICE.locations[0].id
THURSDAY = SlotRequest(service=BOTOX, within=at("2026-05-28 00:00", minutes=24 * 60))


def slots(*open_: Period, practice: Practice = PRACTICE, wanted: SlotRequest = THURSDAY) -> list[Slot]:
    """The slots of these open times of Dana's."""
    return offered(
        {(DANA, PLACE): {one.start: one for one in open_}},
        practice.service(BOTOX),
        wanted=wanted,
        practice=practice,
        now=NOW,
        free_times=find_slots,
    )


def starts(found: list[Slot]) -> list[Period]:
    return [one.during for one in found]


def test_what_is_open_is_offered_and_keeps_its_practitioner_alone() -> None:
    [one] = slots(at("2026-05-28 10:00", minutes=30))

    assert (one.during, one.practitioner, one.location) == (at("2026-05-28 10:00", minutes=30), DANA, PLACE)
    assert (one.room, one.devices, [claim.during for claim in one.claims]) == (None, (), [one.during])


def test_open_times_that_touch_are_one_for_a_visit_that_is_longer() -> None:
    quarters = [at(f"2026-05-28 10:{minute:02}", minutes=15) for minute in (0, 15, 45)]

    assert starts(slots(*quarters)) == [at("2026-05-28 10:00", minutes=30)]


def test_a_visit_begins_only_where_the_system_lets_one_begin() -> None:
    assert starts(slots(at("2026-05-28 10:00", minutes=120))) == [at("2026-05-28 10:00", minutes=30)]


def test_an_odd_start_is_offered_as_it_is() -> None:
    assert starts(slots(at("2026-05-28 10:07", minutes=30))) == [at("2026-05-28 10:07", minutes=30)]


def test_the_practices_own_rules_say_less() -> None:
    open_ = at("2026-05-28 10:00", minutes=30)
    shut = replace(PRACTICE.locations[0], closures={date(2026, 5, 28): "moving"})
    away = tuple(replace(one, away=((date(2026, 5, 28), date(2026, 5, 28)),)) for one in PRACTICE.practitioners)

    assert slots(open_)
    assert slots(open_, practice=replace(PRACTICE, locations=(shut, *PRACTICE.locations[1:]))) == []
    assert slots(open_, practice=replace(PRACTICE, practitioners=away)) == []
    assert slots(open_, wanted=replace(THURSDAY, practitioner=ALEX)) == []


def test_nothing_open_is_nothing_offered() -> None:
    assert slots() == []


@given(st.lists(st.integers(0, 47), max_size=20, unique=True))
def test_every_slot_lies_in_what_is_open(quarters: list[int]) -> None:
    first = at("2026-05-28 08:00").start
    open_ = [
        Period(start=first + number * timedelta(minutes=15), end=first + (number + 1) * timedelta(minutes=15))
        for number in quarters
    ]

    for one in slots(*open_):
        inside = [part.within(one.during) for part in open_ if part.overlaps(one.during)]
        assert sum((part.length for part in inside if part), timedelta(0)) == one.during.length
