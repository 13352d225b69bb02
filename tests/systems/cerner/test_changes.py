"""What staff change is told: the near weeks each time, the far ones in turn, and none is lost on the way."""

from datetime import timedelta

import pytest
from tests.systems.cerner.a_desk import CHICAGO, NUMBERS, ROBIN, Desk, a_desk, a_slot, at

from frontdesk.domain.appointment import Status
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Changes
from frontdesk.ports.faults import Refused, Unreachable
from frontdesk.standards.simulating.faults import Maintenance
from frontdesk.systems.cerner import simulator_example as example
from frontdesk.systems.cerner.listing import FAR_WEEKS
from frontdesk.systems.cerner.simulator_world import slot

VISITS = "GET /Appointment"


def told(changes: Changes) -> dict[str, Status]:
    """Each visit that is told of, and how it stands."""
    return {str(one.id): one.status for one in changes.visits}


def staff_book(desk: Desk, during: Period) -> str:
    """Staff give AVERY a time that nobody had opened before."""
    made = slot(
        kind=example.TYPES[example.FOLLOW_UP],
        location=example.DOWNTOWN,
        practitioner=example.RIVERA,
        number=len(desk.simulator.domain.store.all("Slot")),
        at=during.start,
        minutes=30,
        zone=CHICAGO,
    )
    desk.simulator.front_desk.add_slot(*made)
    return desk.simulator.front_desk.book(patient=example.AVERY, slot=str(made[0]["id"]))


async def test_at_first_all_visits_are_told_and_whose_they_are_where_the_desk_knows() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        first = await desk.system.changes(None)

    assert len(first.visits) == 6
    assert [one.patient for one in first.visits if one.id == booked.appointment.id] == [ROBIN.id]
    assert first.gone == ()


async def test_what_staff_book_move_cancel_and_mark_is_told_and_nothing_else() -> None:
    async with a_desk() as desk:
        mine = (await desk.booked()).appointment.id
        begin = await desk.system.changes(None)
        desk.hands.turn(minutes=30)
        begin = await desk.system.changes(begin.next)
        desk.hands.turn(minutes=30)
        new = staff_book(desk, at("2026-03-04 15:00"))
        desk.simulator.front_desk.move(mine, slot=desk.slot_at(at("2026-03-06 10:00")))
        then = await desk.system.changes(begin.next)
        desk.simulator.front_desk.cancel(new)
        later = await desk.system.changes(then.next)

    assert told(then) == {mine: Status.BOOKED, new: Status.BOOKED}
    assert next(one.during for one in then.visits if one.id == mine) == at("2026-03-06 10:00")
    assert told(later)[new] is Status.CANCELLED


async def test_asked_again_with_the_same_mark_nothing_is_lost() -> None:
    async with a_desk() as desk:
        begin = await desk.system.changes(None)
        desk.hands.turn(minutes=30)
        new = staff_book(desk, at("2026-03-04 15:00"))
        first, again = await desk.system.changes(begin.next), await desk.system.changes(begin.next)

    assert new in told(first)
    assert told(again) == told(first)


@pytest.mark.parametrize("weeks", [1, 3, 9, 16])
async def test_a_change_far_ahead_is_told_within_a_turn_of_the_weeks(weeks: int) -> None:
    async with a_desk() as desk:
        mark = (await desk.system.changes(None)).next
        desk.hands.turn(minutes=30)
        new = staff_book(desk, _later(weeks))
        seen: dict[str, Status] = {}
        for _ in range(FAR_WEEKS):
            changes = await desk.system.changes(mark)
            seen |= told(changes)
            mark = changes.next
            desk.hands.turn(minutes=1)

    assert new in seen


async def test_a_round_asks_few_questions() -> None:
    async with a_desk() as desk:
        mark = (await desk.system.changes(None)).next
        before = desk.asked(VISITS)
        desk.hands.turn(minutes=1)
        await desk.system.changes(mark)

    assert desk.asked(VISITS) - before <= 4
    assert before >= FAR_WEEKS


async def test_after_a_long_silence_every_week_is_read_again() -> None:
    async with a_desk() as desk:
        mark = (await desk.system.changes(None)).next
        new = [staff_book(desk, _later(weeks)) for weeks in (2, 8, 15)]
        desk.hands.turn(hours=60)
        changes = await desk.system.changes(mark)

    assert set(new) <= set(told(changes))


async def test_a_visit_over_the_edge_of_two_weeks_is_told() -> None:
    async with a_desk() as desk:
        edge = desk.hands.now + timedelta(days=6)  # a day ago to a week on is the first stretch that is asked for
        new = staff_book(desk, Period(start=edge - timedelta(minutes=10), end=edge + timedelta(minutes=20)))
        changes = await desk.system.changes(None)

    assert new in told(changes)


@pytest.mark.parametrize("mark", ["", "soon", "1,2,3", "9" * 40, ",".join(["x"] * 16)])
async def test_a_mark_that_is_none_of_ours_is_refused(mark: str) -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="begin anew"):
            await desk.system.changes(mark)


async def test_where_the_book_cannot_be_read_nothing_is_told_and_the_mark_stays_good() -> None:
    async with a_desk() as desk:
        begin = await desk.system.changes(None)
        desk.hands.turn(minutes=30)
        new = staff_book(desk, at("2026-03-04 15:00"))
        desk.simulator.faults.plan(Maintenance(), on=VISITS, times=99)
        with pytest.raises(Unreachable):
            await desk.system.changes(begin.next)
        desk.simulator.faults.clear()
        desk.hands.turn(minutes=2)
        then = await desk.system.changes(begin.next)

    assert new in told(then)


async def test_a_practice_without_locations_there_is_told_nothing() -> None:
    async with a_desk(numbers={**NUMBERS, "locations": {}}) as desk:
        changes = await desk.system.changes(None)

    assert changes.visits == ()


async def test_a_change_at_another_clinic_of_the_hospital_is_none_of_ours() -> None:
    async with a_desk(numbers={**NUMBERS, "locations": {"lakeside": example.LAKESIDE}}) as desk:
        begin = await desk.system.changes(None)
        desk.simulator.front_desk.book(patient=example.AVERY, slot=desk.slot_at(a_slot().during))
        then = await desk.system.changes(begin.next)

    assert len(begin.visits) == 1
    assert len(then.visits) <= 1


def _later(weeks: int) -> Period:
    """A half hour on a Tuesday afternoon, so many weeks on."""
    first = at("2026-03-03 15:00")
    return Period(start=first.start + timedelta(weeks=weeks), end=first.end + timedelta(weeks=weeks))
