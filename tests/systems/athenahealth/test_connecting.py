"""How it is opened: by settings and numbers over a real socket, at practices of every kind and size."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.systems.athenahealth.a_desk import (
    BOOKING,
    FOLLOW_UP,
    MARIA,
    NATICK,
    RIVERA,
    ROBIN,
    a_desk,
    a_practice,
    a_slot,
    at,
    day_of,
)
from tests.systems.athenahealth.simulated import Hands
from tests.systems.desk_parts import DeskCharts, DeskClock
from tests.wire.loopback import NoLimit

from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Practice, Practitioner
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.system import Booked, Cancelled, Moved, SlotRequest
from frontdesk.proving.simulator_server import served
from frontdesk.scheduling.slots import find_slots
from frontdesk.systems.athenahealth import simulator_example as example
from frontdesk.systems.athenahealth.mapping import Numbers
from frontdesk.systems.athenahealth.simulator import Simulator
from frontdesk.systems.athenahealth.simulator_encoding import Encoding
from frontdesk.systems.athenahealth.simulator_practice import Rollout, World
from frontdesk.systems.athenahealth.simulator_world import provider, slot
from frontdesk.systems.athenahealth.system import connect

TWO_WEEKS = day_of("2026-03-02", 14)
SETTINGS = {"practice": "195900", "client_id": "app", "client_secret": "secret"}
WRITTEN = {
    "departments": {"natick": 1, "tempe": 21},
    "providers": {"rivera": 58, "ortiz": 59, "park": 60},
    "services": {"follow-up": "type 42"},
}


def outside(hands: Hands) -> Outside:
    """What the desk hands over, at a practice of its own files."""

    async def read_practice() -> Practice:
        return a_practice()

    return Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=DeskCharts(ROBIN, MARIA),
        free_times=find_slots,
        clock=DeskClock(hands),
        gate=None,
    )


@pytest.mark.parametrize("encoding", list(Encoding))
async def test_numbers_may_be_written_in_any_of_athenas_ways(encoding: Encoding) -> None:
    async with a_desk(replace(example.example_world(), encoding=encoding)) as desk:
        booked = await desk.booked(patient=MARIA)
        moved = await desk.system.move(booked.appointment.id, a_slot(at("2026-03-06 10:00")), key="m", held=None)
        assert isinstance(moved, Moved)
        gone = await desk.system.cancel(moved.appointment.id, reason=Cancellation.PATIENT)

    assert isinstance(gone, Cancelled)


@pytest.mark.parametrize("missing", list(Rollout))
async def test_a_call_that_is_not_switched_on_for_the_practice_is_for_a_person_before_anything_is_booked(
    missing: Rollout,
) -> None:
    world = replace(example.example_world(), rolled_out=frozenset(Rollout) - {missing})
    async with a_desk(world) as desk:
        outcome: object
        try:
            outcome = await desk.book(patient=MARIA)
        except NotPermitted as fault:
            outcome = fault
        booked = [heard for heard in desk.simulator.heard if heard.call == BOOKING and heard.status == 200]

    assert isinstance(outcome, Booked | NotPermitted)
    assert isinstance(outcome, Booked) is (len(booked) == 1)


async def test_over_a_real_socket_it_is_opened_by_its_settings_and_numbers() -> None:
    hands = Hands()
    simulator = Simulator(example.example_world(), clock=hands, wait=hands.wait)
    its = simulator.practice.world
    keys = {"client_id": its.client_id, "client_secret": its.client_secret}

    async with served(simulator) as address:
        system = connect(SETTINGS | keys | {"address": address}, WRITTEN, outside(hands))
        wanted = SlotRequest(service=FOLLOW_UP, within=at("2026-03-05 09:30"), practitioner=RIVERA)
        found = await system.find_slots(wanted)
        booked = await system.book(found[0], patient=ROBIN.id, key="book:1", held=None)
        await system.close()

    assert found == [a_slot()]
    assert isinstance(booked, Booked)
    assert booked.appointment.during == a_slot().during


@pytest.mark.parametrize(
    ("settings", "fault", "says"),
    [
        ({"practice": "riverbend"}, Impossible, "practice's number"),
        ({"client_secret": ""}, Impossible, "client_secret"),
        ({"address": "http://api.example.com"}, NotPermitted, "https://"),
        ({}, NotPermitted, "no gate asks"),
    ],
)
def test_settings_that_lead_nowhere_are_told_before_anything_is_asked(
    settings: dict[str, str], fault: type[Exception], says: str
) -> None:
    with pytest.raises(fault, match=says):
        connect(SETTINGS | settings, WRITTEN, outside(Hands()))


async def test_two_weeks_of_a_large_practice_are_read_in_few_calls() -> None:
    world, practice, numbers = a_large_practice()
    async with a_desk(world, practice=practice, numbers=numbers) as desk:
        found = await desk.slots(TWO_WEEKS)

    assert len(found) > 3000
    assert (
        len(desk.simulator.heard) <= 6
    )  # a token, the clocks, the visits, a call a week: under a second at 100 ms each


def a_large_practice() -> tuple[World, Practice, Numbers]:
    """20 practitioners in one place, two weeks of quarters from 9 to 13 every weekday."""
    usual, files = example.example_world(), a_practice()
    clock = [f"{hour:02}:{minute:02}" for hour in range(9, 14) for minute in (0, 15, 30, 45)]
    days = [date(2026, 3, 2) + timedelta(days=day) for day in range(12) if day % 7 < 5]
    rows = ((day, who, shown) for day in days for who in range(100, 120) for shown in clock)
    world = replace(
        usual,
        providers=tuple(provider(number, "Robin", f"Invented{number}") for number in range(100, 120)),
        appointments=tuple(
            slot(10_000 + place, department=1, provider=who, day=day, at=shown, kind=example.ANY_15, minutes=15)
            for place, (day, who, shown) in enumerate(rows)
        ),
    )
    staff: list[Practitioner] = [
        replace(files.practitioners[0], id=PractitionerId(f"person-{number}"), name=f"Person {number}")
        for number in range(100, 120)
    ]
    numbers = Numbers(
        departments={NATICK: 1},
        providers={PractitionerId(f"person-{number}"): number for number in range(100, 120)},
        types={FOLLOW_UP: example.FOLLOW_UP},
    )
    return world, replace(files, practitioners=tuple(staff)), numbers
