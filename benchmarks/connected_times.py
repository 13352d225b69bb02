"""Free times of 20 practitioners over 14 days in a connected system that takes 100 ms for each call: cold and warm.

The system is the simulated Open Dental, in this process, behind a real socket; every call is delayed before it is
answered. Beside the figures stands the plan: which calls were made, and when each began. On a machine that others use
too, the second line is the one to look at.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.scheduling_world import HERE, NOW, VISIT, Clinic, a_clinic
from benchmarks.table import heading, row
from frontdesk.cli.quiet import quiet
from frontdesk.compliance.agreements import Leaving
from frontdesk.connecting.opening import FRESH, Connecting
from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import DeviceId, PracticeId, PractitionerId, RoomId
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import SlotRequest, System
from frontdesk.proving.simulator_server import served
from frontdesk.proving.simulator_transport import Application, Message
from frontdesk.standards.simulating.waiting import sleep
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.throwaway import throwaway_postgres
from frontdesk.systems.opendental.peer import peer
from frontdesk.vault.master import MasterKey

DELAY = 0.1
"""Seconds."""
ROUNDS = 7
COLD, WARM = 1500.0, 50.0
"""Milliseconds at most."""


@dataclass
class MovedClock:
    """Shows what it is set to."""

    shows: datetime = NOW

    def now(self) -> datetime:
        """The instant at which a question is asked."""
        return self.shows


@dataclass
class Slow:
    """The system, its every call delayed; `plan` is what was called, and after how many milliseconds."""

    inside: Application
    plan: list[tuple[float, str]] = field(default_factory=list)
    begun: float = 0.0

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer as the system does, later."""
        asked = scope["query_string"]
        query = asked.decode() if isinstance(asked, bytes) else ""
        called = f"{scope['method']} {scope['path']}{'?' if query else ''}{query}"
        self.plan.append(((perf_counter() - self.begun) * 1000, called))
        await asyncio.sleep(DELAY)
        await self.inside(scope, receive, send)

    def begin(self) -> None:
        """Forget what was called, and count from now."""
        self.plan, self.begun = [], perf_counter()


def main() -> None:
    """Print the table."""
    with quiet(), throwaway_postgres() as postgres:
        url = postgres.database("connected")
        asyncio.run(_measured(url, MasterKey.made(postgres.home / "master.key")))


async def _measured(url: str, master: MasterKey) -> None:
    clock, clinic = MovedClock(), a_clinic()
    async with _connected(url, master, clock, clinic) as (calendar, slow):
        cold: list[float] = []
        alone: list[float] = []
        computed: list[float] = []
        warm: list[float] = []
        plan: list[tuple[float, str]] = []
        found = 0
        for _ in range(ROUNDS):
            clock.shows += FRESH + timedelta(seconds=1)
            slow.begin()
            busy, queued = process_time(), _queued()
            took, found = await _asked(calendar, clinic, clock)
            computed.append((process_time() - busy) * 1000)
            alone.append(took - (_queued() - queued))
            cold.append(took)
            plan = slow.plan
            for _ in range(3):
                clock.shows += timedelta(seconds=1)
                warm.append((await _asked(calendar, clinic, clock))[0])
        heading(f"20 practitioners, 14 days, {DELAY * 1000:.0f} ms a call: simulated Open Dental")
        row("every free time, nothing known", median(cold), "ms", goal=COLD, found=found)
        row("the same, less what it stood in line for a core", median(alone), "ms", goal=COLD, found=found)
        row("of it computing: the desk and the simulated system together", median(computed), "ms")
        row(f"again within {FRESH.seconds} seconds, holds looked at anew", median(warm), "ms", goal=WARM, found=found)
        row("calls for the first", len(plan), "calls")
        heading("the plan of those calls, by when each began")
        for at, called in sorted(plan):
            print(f"  {at:7.0f} ms  {called}")


def _queued() -> float:
    """Milliseconds for which this thread could have run and other programs had the cores; 0 where none tells."""
    told = Path("/proc/thread-self/schedstat")
    return int(told.read_text().split()[1]) / 1e6 if told.exists() else 0.0


async def _asked(calendar: System, clinic: Clinic, clock: MovedClock) -> tuple[float, int]:
    begun = perf_counter()
    within = Period(start=clock.shows, end=clinic.within.end)
    slots = await calendar.find_slots(SlotRequest(service=VISIT, within=within))
    return (perf_counter() - begun) * 1000, len(slots)


@asynccontextmanager
async def _connected(
    url: str, master: MasterKey, clock: MovedClock, clinic: Clinic
) -> AsyncIterator[tuple[System, Slow]]:
    practice = clinic.practice
    book = peer(practice, clock=clock.now, wait=sleep, visits=list(_slots(clinic)), days=30)
    slow = Slow(book.application)
    async with AsyncExitStack() as opened:
        storage = Storage(url, master=master, clock=clock)
        await storage.open()
        opened.push_async_callback(storage.close)
        address = await opened.enter_async_context(served(slow))
        await apply_practice(storage, practice, [], now=clock.now())
        async with storage.practice(practice.id) as db:
            connection = Connection(system="opendental", settings=book.settings(address), numbers=book.numbers)
            await connect(db, connection, now=clock.now())
        connecting = Connecting(storage, Practices(), clock, _nothing_leaves, demo=True)
        joined = await connecting.calendars(opened)
        yield joined[practice.id].calendar, slow


def _nothing_leaves(practice: PracticeId, leaving: Leaving) -> Gate:
    raise NotPermitted("a measurement reaches nobody outside")


def _slots(clinic: Clinic) -> Iterator[Slot]:
    """The visits that are taken; their claims stand beside one another, the practitioner's first."""
    visit: list[Claim] = []
    for claim in [*clinic.busy, None]:
        if visit and (claim is None or claim.subject is Subject.PRACTITIONER):
            person, room, *devices = visit
            yield Slot(
                service=VISIT,
                location=HERE,
                practitioner=PractitionerId(person.id),
                room=RoomId(room.id),
                devices=tuple(DeviceId(one.id) for one in devices),
                during=person.during,
                claims=tuple(visit),
            )
            visit = []
        if claim is not None:
            visit.append(claim)


if __name__ == "__main__":
    main()
