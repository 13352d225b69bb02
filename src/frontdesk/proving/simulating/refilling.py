"""How often a time that is given back is taken again: one visit, so many people who wait for it, so much notice.

Everything but the people is real: the front desk takes the visit out, and offers, holds, answers, bookings and what is
said to the others go through the desk as they would at a clinic.
"""

import asyncio
import logging
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from uuid import uuid4, uuid5

import structlog
import uvloop

from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.ids import AppointmentId, ConversationId, PracticeId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import Period, instant, wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.outcomes.proportions import Rate
from frontdesk.proving.clinic.bench import entered_at_rest
from frontdesk.proving.simulating.answering import Answering
from frontdesk.proving.simulating.desk import SimulatedDesk
from frontdesk.proving.simulating.habits import Habits
from frontdesk.proving.simulating.people import Someone, draw_people
from frontdesk.proving.simulating.world import World
from frontdesk.sample.practice import smile
from frontdesk.settings import Settings
from frontdesk.storage import conversations, waitlist
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.throwaway import throwaway_postgres
from frontdesk.wiring import Frontdesk, open_frontdesk

WAITING = 40
PROCESSES = 2
DAY = date(2026, 6, 18)
"""A Thursday, on which the sample practice is open until eight."""
SERVICE = ServiceId("botox-treatment")
LOOK_EVERY, LONGEST = timedelta(minutes=2), timedelta(minutes=30)
"""As the desk does, where something may come of it; else after so long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refilled:
    """`ceiling`: how likely it is that anybody of those who wait wants it. `asked`: how many were, on average."""

    hours: int
    waiting: int
    refilled: Rate
    asked: float
    ceiling: float
    broken: int


@dataclass(frozen=True, kw_only=True, slots=True)
class One:
    """What became of one cancellation."""

    taken: bool
    asked: int
    broken: int


def all_refills(habits: Habits, *, hours: int, times: int, seed: int, waiting: int = WAITING) -> Refilled:
    """So many cancellations with that notice. Raises: DatabaseFault."""
    shares = [share for place in range(PROCESSES) if (share := list(range(seed, seed + times))[place::PROCESSES])]
    with throwaway_postgres() as server:
        places = [server.database(f"refill_{number}") for number in range(len(shares))]
        with ProcessPoolExecutor(max_workers=len(shares), mp_context=get_context("spawn")) as pool:
            pending = [
                pool.submit(_in_a_process, url, server.home, habits, hours, share, waiting)
                for url, share in zip(places, shares, strict=True)
            ]
            found = [one for each in pending for one in each.result()]
    return Refilled(
        hours=hours,
        waiting=waiting,
        refilled=Rate(hits=sum(one.taken for one in found), of=len(found)),
        asked=sum(one.asked for one in found) / len(found),
        ceiling=1 - (1 - habits.takes_offer) ** waiting,
        broken=sum(one.broken for one in found),
    )


def _in_a_process(url: str, home: Path, habits: Habits, hours: int, seeds: list[int], waiting: int) -> list[One]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(refills(url, home, habits, hours=hours, seeds=seeds, waiting=waiting))


async def refills(url: str, home: Path, habits: Habits, *, hours: int, seeds: list[int], waiting: int) -> list[One]:
    """A cancellation for each seed, one after the other, in an empty database."""
    with entered_at_rest(url) as (database, clock):
        async with open_frontdesk(Settings(home=home), database) as opened:
            return [await _refill(opened, clock, habits, hours=hours, seed=seed, waiting=waiting) for seed in seeds]


async def _refill(
    opened: Frontdesk, clock: VirtualClock, habits: Habits, *, hours: int, seed: int, waiting: int
) -> One:
    practice = replace(smile(), id=PracticeId(uuid4()), key=f"refill-{uuid4()}")
    clock.at = instant(DAY - timedelta(days=9), time(10), practice.locations[0].zone).astimezone(UTC)
    desk = SimulatedDesk(opened, clock, practice)
    people = [replace(one, allowed_texts=True, language="en") for one in draw_people(habits, waiting + 1, seed=seed)]
    await desk.open(people)
    world = World(desk, people, habits, seed=seed)
    visit = await _books_the_last_time(desk, world, Random(f"refill {hours} {seed}"))
    for place, one in enumerate(people[1:]):
        await _waits(desk, one, visit.during.start, joined=desk.now + timedelta(minutes=place))
    desk.turn(visit.during.start - timedelta(hours=hours))
    await desk.cancels(visit.id)
    answering = Answering(world)
    await answering.reads()
    await _goes_on(desk, world, answering, until=visit.during.start)
    visits = [each for one in people[1:] for each in await desk.visits_of(one)]
    taken = any(each.status is Status.BOOKED and each.during.start == visit.during.start for each in visits)
    return One(taken=taken, asked=world.told.messages["waitlist-offer"], broken=answering.judge.broken.total())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Booked:
    id: AppointmentId
    during: Period


async def _books_the_last_time(desk: SimulatedDesk, world: World, chance: Random) -> _Booked:
    """One visit at a time drawn by chance; nobody else works on that day."""
    day = instant(DAY, time(0), world.zone).astimezone(UTC)
    free = await desk.free(SERVICE, Period(start=day, end=day + timedelta(days=1)))
    slot: Slot = chance.choice([one for one in free if wall(one.during.start, world.zone).time() >= time(13)])
    booked = await desk.books(world.people[0], slot)
    assert booked is not None  # nobody else books here
    others = [one.id for one in desk.practice.practitioners if one.id != slot.practitioner]
    await desk.are_away(others, Period(start=day, end=day + timedelta(days=1)))
    return _Booked(id=booked, during=slot.during)


async def _waits(desk: SimulatedDesk, one: Someone, start: datetime, *, joined: datetime) -> None:
    """Somebody waits for just that time, as a conversation would have left them."""
    at, patient = wall(start, desk.practice.locations[0].zone), desk.patient(one)
    async with desk.desk.storage.practice(desk.practice.id) as db:
        conversation = await conversations.open_conversation(
            db,
            ChannelKind.SMS,
            one.phone,
            id=ConversationId(uuid5(patient.id, "thread")),
            state=State(greeted=True, address=one.phone),
            now=joined,
        )
        entry = waitlist.Waiting(
            id=uuid5(patient.id, "waiting"),
            conversation=conversation,
            patient=patient.id,
            service=SERVICE,
            wish=Wish(windows=(Window(first=at.date(), last=at.date(), at=at.time()),)),
            instead=None,
            joined=joined,
        )
        await waitlist.join(db, entry)


async def _goes_on(desk: SimulatedDesk, world: World, answering: Answering, *, until: datetime) -> None:
    """The clock goes on from one moment at which something may come of it to the next."""
    while desk.now < until:
        await desk.due(fills=True)
        await answering.reads()
        ends = [at for at in await desk.next_steps() if at > desk.now]
        to = min(ends, default=desk.now + LONGEST)
        if (act := world.next_act) is not None and act <= to:
            desk.turn(act)
            await world.acts()
            await answering.reads()
        else:
            desk.turn(max(to, desk.now + LOOK_EVERY))
