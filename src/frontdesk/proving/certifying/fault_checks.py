"""Each fault at each call of each saga: nothing is double, nothing is lost, and nobody is told what is not so."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Came, MarksVisits
from frontdesk.ports.faults import Fault as DeskFault
from frontdesk.proving.certifying.check import Check, Open, check
from frontdesk.proving.certifying.desk import Desk, NotProven
from frontdesk.proving.certifying.what_holds import USUAL, must
from frontdesk.reception.saga import Stands
from frontdesk.standards.simulating.faults import (
    CutsConnection,
    Fails,
    Fault,
    GoesSilent,
    KeyRefused,
    Maintenance,
    Slow,
    TooMany,
    When,
)
from frontdesk.systems.manifest import Ability

Doing = Callable[[], Awaitable[object]]
Story = Callable[[Desk], Awaitable[Doing]]
"""Gets everything ready on a good day; what comes back is what the patient asks for while something goes wrong."""

FAULTS: tuple[Fault, ...] = (
    Slow(by=timedelta(seconds=30)),
    TooMany(),
    *(kind(when=when) for kind in (Fails, CutsConnection, GoesSilent) for when in When),
    KeyRefused(),
    Maintenance(),
)
STANDS_AS = {
    Came.ARRIVED: frozenset({Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED}),
    Came.MISSED: frozenset({Status.NOSHOW}),
}
FEW = 16
"""So many points of each saga in the short form, drawn by a seed; the long form takes all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """Where something goes wrong: the call by its name, and how many of that name were let through before."""

    call: str
    passed: int
    fault: Fault

    def __str__(self) -> str:
        match self.fault:
            case Fails(when=when) | CutsConnection(when=when) | GoesSilent(when=when):
                how = f"{type(self.fault).__name__} {when.value} it acted"
            case fault:
                how = type(fault).__name__
        return f"{how}, at {self.call} number {self.passed + 1}"


async def books(desk: Desk) -> Doing:
    """A new patient books."""
    slot, person = (await desk.slots())[4], await desk.patient()
    return lambda: desk.book(slot, person)


async def moves(desk: Desk) -> Doing:
    """A patient moves a visit that stands."""
    slots, person = await desk.slots(), await desk.patient()
    visit = await desk.booked(slots[0], person)
    later = next(one for one in await desk.slots() if not one.during.overlaps(slots[0].during))
    return lambda: desk.move(visit, later, person)


async def cancels(desk: Desk) -> Doing:
    """A patient cancels a visit that stands."""
    person = await desk.patient()
    visit = await desk.booked((await desk.slots())[2], person)
    return lambda: desk.cancel(visit, person)


async def points_of(open_desk: Open, story: Story) -> list[Point]:
    """Every point of a saga: each call that it makes on a good day, with each fault. Raises: NotProven."""
    async with open_desk(USUAL) as desk:
        doing = await story(desk)
        begun = len(desk.peer.heard())
        outcome = await doing()
        must(isinstance(outcome, Stands), f"on a good day it came to {type(outcome).__name__}: {outcome}")
        calls = [one.call for one in desk.peer.heard()[begun:]]
        await desk.settle()
        wrong = await desk.wrong()
        must(not wrong, f"on a good day: {'; '.join(wrong)}")
    return _points(calls)


def _points(calls: Iterable[str]) -> list[Point]:
    passed: Counter[str] = Counter()
    points: list[Point] = []
    for call in calls:
        points += [Point(call=call, passed=passed[call], fault=fault) for fault in FAULTS]
        passed[call] += 1
    return points


async def struck(open_desk: Open, story: Story, point: Point) -> bool:
    """Whether the patient had in the end what they asked for, at once or by the jobs. Raises: NotProven."""
    async with open_desk(USUAL) as desk:
        doing = await story(desk)
        before = set(desk.ours().values())
        desk.peer.faults.plan(point.fault, on=point.call, after=point.passed)
        await doing()
        await desk.settle()
        wrong = await desk.wrong()
        must(not wrong, f"{point}: {'; '.join(wrong)}")
        return set(desk.ours().values()) != before


def at_each_point(story: Story, *, all_of_them: bool) -> Callable[[Open], Awaitable[str]]:
    """The check of one saga."""

    async def run(open_desk: Open) -> str:
        points = await points_of(open_desk, story)
        drawn = points if all_of_them else Random(1).sample(points, min(FEW, len(points)))
        faults: list[str] = []
        done = 0
        for point in drawn:
            try:
                done += await struck(open_desk, story, point)
            except NotProven as seen:
                faults.append(str(seen))
        must(not faults, f"{len(faults)} of {len(drawn)} points: " + " | ".join(faults[:5]))
        return f"{len(drawn)} of {len(points)} points; {done} had what they asked for in the end"

    return run


async def _due(desk: Desk) -> AppointmentId:
    """A visit whose time is over, so that it may be noted whether the patient came."""
    slot = (await desk.slots())[0]
    visit = await desk.booked(slot, await desk.patient())
    desk.hands.turn(slot.during.end - desk.hands.now() + timedelta(minutes=1))
    return visit


async def _marks(desk: Desk, visit: AppointmentId, came: Came) -> Status | None:
    """How the visit is said to stand once it was marked; None where the desk was told of a fault."""
    assert isinstance(desk.connector, MarksVisits)
    try:
        said = await desk.connector.mark(visit, came)
    except DeskFault:
        return None
    return said.status if isinstance(said, Appointment) else Status.ENTERED_IN_ERROR


async def _mark_struck(open_desk: Open, came: Came, point: Point) -> bool:
    """Whether it was marked at once; else it is once more, and then stands so. Raises: NotProven."""
    async with open_desk(USUAL) as desk:
        visit = await _due(desk)
        desk.peer.faults.plan(point.fault, on=point.call, after=point.passed)
        said = await _marks(desk, visit, came)
        desk.peer.faults.clear()
        must(said is None or said in STANDS_AS[came], f"{point}: marked as {came.value}, it is said to be {said}")
        again = said if said is not None else await _marks(desk, visit, came)
        now = await desk.connector.read(visit)
        status = now.status if isinstance(now, Appointment) else None
        must(again in STANDS_AS[came], f"{point}: marked as {came.value} once more, it is said to be {again}")
        must(status in STANDS_AS[came], f"{point}: said to be {again}, it is {status}")
        return said is not None


def marked_at_each_point(*, all_of_them: bool) -> Callable[[Open], Awaitable[str]]:
    """The check that arrivals and no-shows are never said to stand where they do not."""

    async def run(open_desk: Open) -> str:
        count = at_once = 0
        for came in Came:
            async with open_desk(USUAL) as desk:
                visit = await _due(desk)
                begun = len(desk.peer.heard())
                said = await _marks(desk, visit, came)
                must(said in STANDS_AS[came], f"on a good day, marked as {came.value}, it is said to be {said}")
                points = _points(one.call for one in desk.peer.heard()[begun:])
            drawn = points if all_of_them else Random(1).sample(points, min(FEW // 2, len(points)))
            count += len(drawn)
            at_once += sum([await _mark_struck(open_desk, came, point) for point in drawn])
        return f"{count} points; {at_once} were marked at once, the others when asked again"

    return run


def fault_checks(*, all_of_them: bool) -> tuple[Check, ...]:
    """The three sagas and the marks of who came, each under every fault at every call, or at a few of them."""
    find, book, cancel = Ability.FIND_SLOTS, Ability.BOOK, Ability.CANCEL
    booking, moving, cancelling = (at_each_point(story, all_of_them=all_of_them) for story in (books, moves, cancels))
    return (
        check("a booking under every fault", booking, book, needs=(find,)),
        check("a move under every fault", moving, book, cancel, needs=(find,)),
        check("a cancellation under every fault", cancelling, cancel, needs=(find, book)),
        check(
            "arrivals under every fault",
            marked_at_each_point(all_of_them=all_of_them),
            Ability.ARRIVAL,
            needs=(find, book),
        ),
    )
