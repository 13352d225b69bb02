"""The benchmark's clinic in a PostgreSQL of its own, asked through the calendar as the desk asks it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import psycopg

from benchmarks.scheduling_world import NOW, VISIT, Clinic
from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.wish import Wish
from frontdesk.ports.system import Choice, SlotRequest
from frontdesk.storage.busy import busy_within
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Storage
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.migrate import migrate
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.vault.master import MasterKey

ROUNDS = 60
STORED_LISTED = "frontdesk, PostgreSQL: every start with its practitioners listed"
A_DAY = timedelta(days=1)
Row = tuple[str, float, int]


class StillClock:
    """Shows the same instant for as long as it runs."""

    def now(self) -> datetime:
        """The instant at which every question is asked."""
        return NOW


def stored_rows(clinic: Clinic, wish: Wish) -> list[Row]:
    """What the questions take with every read, on the wall clock: medians in milliseconds, and how many were found."""
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder,
        EmbeddedPostgres.join(Path(folder) / "data") as joined,
    ):
        migrate(joined.url)
        home = Path(folder) / "home"
        home.mkdir()
        return asyncio.run(_asked(joined.url, home, clinic, wish))


async def _asked(url: str, home: Path, clinic: Clinic, wish: Wish) -> list[Row]:
    async with _opened(url, home) as storage:
        await apply_practice(storage, clinic.practice, [], now=NOW)
        _fill(url, clinic)
        calendar = Calendar(storage, Practices(), clinic.practice.id, StillClock())
        wanted = SlotRequest(service=VISIT, within=clinic.within)
        few = SlotRequest(service=VISIT, within=clinic.within, few=Choice(wish=wish, count=3))
        around = clinic.within.widened(before=A_DAY, after=A_DAY)

        async def read() -> int:
            return len((await busy_within(storage, clinic.practice.id, around, now=NOW)).row["stretches"])

        async def listed() -> int:
            return len((await calendar.look(wanted)).times())

        async def chosen() -> int:
            return len(await calendar.find_slots(few))

        return [
            ("frontdesk, PostgreSQL: the read alone", *await _timed(read)),
            (STORED_LISTED, *await _timed(listed)),
            ("frontdesk, PostgreSQL: the best three for a wish, as slots", *await _timed(chosen)),
        ]


@asynccontextmanager
async def _opened(url: str, home: Path) -> AsyncIterator[Storage]:
    storage = Storage(url, master=MasterKey.load(home))
    await storage.open()
    try:
        yield storage
    finally:
        await storage.close()


async def _timed(ask: Callable[[], Awaitable[int]]) -> tuple[float, int]:
    took = []
    found = await ask()
    for _ in range(ROUNDS):
        begun = perf_counter()
        found = await ask()
        took.append((perf_counter() - begun) * 1000)
    return median(took), found


def _fill(url: str, clinic: Clinic) -> None:
    """Enter the visits as their owner, each with its claims."""
    with psycopg.connect(url, autocommit=True) as owner:
        visits = [(uuid4(), claims) for claims in _visits(clinic)]
        with owner.cursor().copy(
            "copy appointment (practice_id, id, service, location, practitioner, room, devices, starts_at, ends_at, "
            "status, source, created_at, changed_at) from stdin"
        ) as copy:
            for id, (person, room, *device) in visits:
                during, devices = person.during, [one.id for one in device]
                places = (str(VISIT), "here", person.id, room.id, devices)
                copy.write_row((clinic.practice.id, id, *places, during.start, during.end, "booked", "desk", NOW, NOW))
        with owner.cursor().copy(
            "copy claim (practice_id, appointment_id, kind, subject, during, location) from stdin"
        ) as copy:
            for id, claims in visits:
                for one in claims:
                    during = f"[{one.during.start.isoformat()},{one.during.end.isoformat()})"
                    copy.write_row((clinic.practice.id, id, one.subject.value, one.id, during, "here"))
        owner.execute("vacuum analyze")


def _visits(clinic: Clinic) -> Iterator[list[Claim]]:
    """The claims of each visit: they stand beside one another, the practitioner's first."""
    visit: list[Claim] = []
    for claim in clinic.busy:
        if visit and claim.subject is Subject.PRACTITIONER:
            yield visit
            visit = []
        visit.append(claim)
    yield visit
