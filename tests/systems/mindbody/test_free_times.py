"""The times that a desk finds at the simulated site: those that can be booked, and no others."""

from dataclasses import replace
from datetime import timedelta

from tests.systems.mindbody import a_desk as desks
from tests.systems.mindbody.a_desk import (
    CAMERON,
    CONSULTATION,
    DANA,
    DOWNTOWN,
    LAKESIDE,
    LASER,
    LENA,
    RAVI,
    a_desk,
    a_slot,
    at,
    day_of,
)

from frontdesk.ports.system import Booked
from frontdesk.systems.mindbody import simulator_example as example

WEDNESDAY = day_of("2026-03-04")


async def test_what_is_found_is_what_mindbody_shows_in_the_rooms_that_are_free() -> None:
    async with a_desk() as desk:
        found = await desk.slots(WEDNESDAY, practitioner=DANA)

    starts = [f"{one.during.start.astimezone(desks.DENVER):%H:%M}" for one in found]
    assert starts[0] == "09:00"
    assert "12:00" in starts
    assert not {"12:30", "13:00", "13:45"} & set(starts)  # the meeting is from 13:00 to 14:00
    assert {(one.room, one.location, one.during.length) for one in found} == {
        (desks.ROOM_A, DOWNTOWN, timedelta(minutes=45))
    }


async def test_every_time_found_can_be_booked_and_no_other_of_the_grid() -> None:
    grid = [at(f"2026-03-04 {hour:02}:{minute:02}") for hour in range(8, 18) for minute in (0, 15, 30, 45)]
    booked = []
    for during in grid:
        async with a_desk() as desk:
            found = await desk.slots(WEDNESDAY, practitioner=DANA)
            outcome = await desk.book(a_slot(during), CAMERON)
        assert isinstance(outcome, Booked) == (during in [one.during for one in found]), during
        booked.append(isinstance(outcome, Booked))

    assert 15 < sum(booked) < len(grid)


async def test_each_practitioner_takes_their_own_time_at_their_own_place() -> None:
    async with a_desk() as desk:
        found = await desk.slots(WEDNESDAY, CONSULTATION)
        lasers = await desk.slots(WEDNESDAY, LASER)

    assert {(one.practitioner, one.location, one.during.length) for one in found} == {
        (DANA, DOWNTOWN, timedelta(minutes=30)),
        (LENA, LAKESIDE, timedelta(minutes=60)),
    }
    assert {one.practitioner for one in lasers} == {RAVI}


async def test_only_who_and_where_is_asked_for_is_found() -> None:
    async with a_desk() as desk:
        assert {one.practitioner for one in await desk.slots(WEDNESDAY, practitioner=LENA)} == {LENA}
        assert {one.location for one in await desk.slots(WEDNESDAY, location=LAKESIDE)} == {LAKESIDE}
        assert await desk.slots(WEDNESDAY, practitioner=RAVI) == []


async def test_soonest_comes_first_and_nothing_sooner_than_the_lead_time() -> None:
    async with a_desk() as desk:
        found = await desk.slots(day_of("2026-03-01", 4))

    starts = [one.during.start for one in found]
    assert starts == sorted(starts)
    assert starts[0] == at("2026-03-02 10:00").start


async def test_days_that_are_over_are_not_asked_for() -> None:
    async with a_desk() as desk:
        assert await desk.slots(day_of("2026-02-20", 3)) == []

        assert desk.asked("GET /appointment/bookableitems") == []


async def test_who_may_be_booked_twice_is_not_offered_while_she_has_a_visit() -> None:
    async with a_desk() as desk:
        found = await desk.slots(day_of("2026-03-10"), CONSULTATION, practitioner=LENA)

    assert at("2026-03-10 08:00", 60) not in [one.during for one in found]
    assert found[0].during == at("2026-03-10 09:00", 60)


async def test_what_is_hidden_from_clients_is_not_offered() -> None:
    world = example.example_world()
    hidden = tuple({**row, "display": "Hide"} for row in world.availabilities)
    async with a_desk(replace(world, availabilities=hidden)) as desk:
        assert await desk.slots(WEDNESDAY) == []
