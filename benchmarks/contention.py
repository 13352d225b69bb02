"""64 clients race for 200 times: how many attempts a second, and does each get a time or a truthful no?

Beside the calendar runs, in the same minute and on the same database, the barest thing that can be right: one SQL
function that locks a practitioner's day, looks, and inserts one row. Rounds of the two, and of few workers and many,
alternate, so that whatever else the machine does slows all. Each attempt of ours is the call that books: both claims,
history and notice included.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from uuid import UUID, uuid4

import psycopg
from psycopg_pool import AsyncConnectionPool

from benchmarks.table import heading, row
from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PatientId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import Period
from frontdesk.ports.system import Booked
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Storage
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.migrate import migrate
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Practices
from frontdesk.vault.keyring import new_keyring
from frontdesk.vault.master import MasterKey

CLIENTS, SLOTS, ATTEMPTS, ROUNDS = 64, 200, 1600, 10
WORKERS = (2, 4)
PEOPLE, VISITS = 10, 5000
RATE, P99 = 2000.0, 200.0
PRACTICE = PracticeId(UUID(int=1))
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(minutes=30)

BARE = """
create table bare (practitioner text, starts_at timestamptz, ends_at timestamptz, client integer);
create index on bare (practitioner, starts_at);
create function bare_claim(p text, s timestamptz, e timestamptz, c integer) returns boolean language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(p || (s at time zone 'UTC')::date, 2));
    if exists (select from bare where practitioner = p and starts_at < e and ends_at > s) then
        return false;
    end if;
    insert into bare values (p, s, e, c);
    return true;
end $$;
grant select, insert on bare to frontdesk_app;
"""


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round came to."""

    seconds: float
    waits: list[float]
    won: int


class StillClock:
    """Shows the same instant for as long as it runs."""

    def now(self) -> datetime:
        """The instant at which every attempt is made."""
        return NOW


def slots(round: int) -> list[Slot]:
    """200 half-hours of a day of its own: ten practitioners, each in a room of their own, twenty times each."""
    day = datetime(2026, 6, 1, 8, tzinfo=UTC) + timedelta(days=round)
    found: list[Slot] = []
    for number in range(SLOTS):
        who, place = divmod(number, SLOTS // PEOPLE)
        during = Period(start=day + place * HOUR, end=day + (place + 1) * HOUR)
        person, room = PractitionerId(f"person-{who}"), RoomId(f"room-{who}")
        found.append(
            Slot(
                service=ServiceId("botox"),
                location=LocationId("main"),
                practitioner=person,
                room=room,
                devices=(),
                during=during,
                claims=(
                    Claim(subject=Subject.PRACTITIONER, id=person, during=during),
                    Claim(subject=Subject.ROOM, id=room, during=during),
                ),
            )
        )
    return found


Attempt = Callable[[Slot, int], Awaitable[bool]]


async def race(attempt: Attempt, wanted: Sequence[Slot], *, clients: range, seed: int) -> Round:
    """This worker's part of a round: each client tries 25 times picked by chance, one after the other."""
    waits: list[float] = []
    won = 0

    async def client(number: int) -> None:
        nonlocal won
        chance = Random(f"{seed}-{number}")
        for _ in range(ATTEMPTS // CLIENTS):
            slot = wanted[chance.randrange(len(wanted))]
            begun = time.perf_counter()
            has_it = await attempt(slot, number)
            won += has_it
            waits.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*map(client, clients))
    return Round(seconds=time.perf_counter() - begun, waits=waits, won=won)


async def worker(url: str, home: str, number: int, of: int) -> None:
    """One process of the desk: waits for each line of "what round", and answers with what it measured."""
    storage = Storage(url, master=MasterKey.load(Path(home)), most_connections=16 // of)
    await storage.open()
    calendar = Calendar(storage, Practices(), PRACTICE, StillClock())
    bare_pool = AsyncConnectionPool(
        storage.url, kwargs={"autocommit": True}, min_size=16 // of, max_size=16 // of, open=False
    )
    await bare_pool.open(wait=True)

    async def ours(slot: Slot, client: int) -> bool:
        patient = PatientId(UUID(int=1000 + client))
        outcome = await calendar.book(slot, patient=patient, key=f"{uuid4()}", held=None)
        return isinstance(outcome, Booked)

    async def bare(slot: Slot, client: int) -> bool:
        async with bare_pool.connection() as connection:
            during = slot.during
            cursor = await connection.execute(
                "select bare_claim(%s, %s, %s, %s)", (slot.practitioner, during.start, during.end, client)
            )
            row = await cursor.fetchone()
            return bool(row and row[0])

    share = CLIENTS // of
    reader = asyncio.get_running_loop()
    while line := await reader.run_in_executor(None, sys.stdin.readline):
        what, round = line.split()
        attempt = ours if what == "ours" else bare
        clients = range(number * share, (number + 1) * share)
        done = await race(attempt, slots(int(round)), clients=clients, seed=int(round))
        print(json.dumps({"seconds": done.seconds, "waits": done.waits, "won": done.won}), flush=True)
    await bare_pool.close()
    await storage.close()


class Workers:
    """So many processes that race together."""

    def __init__(self, url: str, home: Path, of: int) -> None:
        self._url, self._home, self._of = url, home, of
        self._processes: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> "Workers":
        for number in range(self._of):
            self._processes.append(
                await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "benchmarks.contention",
                    self._url,
                    str(self._home),
                    str(number),
                    str(self._of),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    limit=1 << 22,
                )
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            if process.stdin:
                process.stdin.close()
            await process.wait()

    async def race(self, what: str, round: int) -> Round:
        """One round by all of them: from the first attempt to the last."""
        begun = time.perf_counter()
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(f"{what} {round}\n".encode())
            await process.stdin.drain()
        answers: list[dict[str, object]] = []
        for process in self._processes:
            assert process.stdout is not None
            answers.append(json.loads(await process.stdout.readline()))
        seconds = time.perf_counter() - begun
        waits = [wait for answer in answers for wait in answer["waits"]]  # type: ignore[attr-defined]
        return Round(seconds=seconds, waits=waits, won=sum(int(str(answer["won"])) for answer in answers))


async def prepare(url: str, home: Path) -> None:
    """The practice, its 64 patients, and the bare table."""
    master = MasterKey.load(home)
    storage = Storage(url, master=master)
    await storage.open()
    await storage.add_practice(PRACTICE, "race", "Race", new_keyring(PRACTICE, master))
    async with storage.practice(PRACTICE) as db:
        for number in range(CLIENTS):
            patient = Patient(id=PatientId(UUID(int=1000 + number)), given="Client", family=str(number))
            await add_patient(db, patient, now=NOW)
    await storage.close()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(FULL, {"practice": PRACTICE, "people": PEOPLE, "visits": VISITS})
        owner.execute(
            "insert into claim select practice_id, id, 'practitioner', practitioner, 1, "
            "tstzrange(starts_at, ends_at) from appointment"
        )
        owner.execute(
            "insert into claim select practice_id, id, 'room', room, 1, tstzrange(starts_at, ends_at) from appointment"
        )
        owner.execute(BARE)  # type: ignore[arg-type]
        owner.execute("vacuum analyze")


FULL = """
insert into appointment (practice_id, id, service, location, practitioner, room, starts_at, ends_at, status, source,
    created_at, changed_at)
select %(practice)s, gen_random_uuid(), 'botox', 'main', 'person-' || g %% %(people)s, 'room-' || g %% %(people)s,
    timestamptz '2026-04-01 08:00Z' + (g / %(people)s) * interval '40 minutes',
    timestamptz '2026-04-01 08:30Z' + (g / %(people)s) * interval '40 minutes',
    'booked', 'staff', timestamptz '2026-03-01 00:00Z', timestamptz '2026-03-01 00:00Z'
from generate_series(0, %(visits)s - 1) g
"""


def overlaps(url: str) -> tuple[int, int]:
    """How many pairs of claims overlap: the calendar's, and the bare table's."""
    with psycopg.connect(url) as owner:
        ours = owner.execute(
            "select count(*) from claim a join claim b on a.kind = b.kind and a.subject = b.subject "
            "and a.appointment_id < b.appointment_id and a.during && b.during"
        ).fetchone()
        bare = owner.execute(
            "select count(*) from bare a join bare b on a.practitioner = b.practitioner and a.ctid < b.ctid "
            "and a.starts_at < b.ends_at and b.starts_at < a.ends_at"
        ).fetchone()
    assert ours is not None
    assert bare is not None
    return int(ours[0]), int(bare[0])


def told(url: str) -> int:
    """How many visits stand."""
    with psycopg.connect(url) as owner:
        row = owner.execute("select count(*) from appointment where status = 'booked'").fetchone()
    assert row is not None
    return int(row[0])


async def measure(url: str, home: Path) -> int:
    """0 where nothing was booked twice and everybody heard the truth."""
    await prepare(url, home)
    wrong = 0
    rounds: dict[tuple[int, str], list[Round]] = {(of, what): [] for of in WORKERS for what in ("ours", "bare")}
    async with AsyncExitStack() as running:
        every = [(of, await running.enter_async_context(Workers(url, home, of))) for of in WORKERS]
        for number, (_, workers) in enumerate(every):
            for what in ("ours", "bare"):  # connections and plans are made before anything is counted
                await workers.race(what, number)
        for round in range(len(WORKERS), len(WORKERS) * (ROUNDS + 1), len(WORKERS)):
            for number, (of, workers) in enumerate(every):
                for what in ("ours", "bare"):
                    before = told(url)
                    done = await workers.race(what, round + number)
                    rounds[of, what].append(done)
                    if what == "ours" and told(url) - before != done.won:
                        wrong += 1
    ours, bare = overlaps(url)
    heading(f"{CLIENTS} clients race for {SLOTS} times, {ATTEMPTS:,} attempts a round, medians of {ROUNDS} rounds")
    for (of, what), some in rounds.items():
        name = f"{'the calendar' if what == 'ours' else 'one bare function'}, {of} workers"
        goals = (RATE, P99) if what == "ours" else (None, None)
        row(f"{name}: attempts a second", _rate(some), "/s", goal=goals[0], found=int(median(one.won for one in some)))
        row(f"{name}: 99 of 100 are answered within", _p99(some), "ms", goal=goals[1])
    row("double bookings in the calendar", ours, "", goal=0)
    row("double bookings by the bare function", bare, "")
    row("rounds in which a client was told something untrue", wrong, "", goal=0)
    return 1 if ours or wrong else 0


def _rate(rounds: Sequence[Round]) -> float:
    return median(len(one.waits) / one.seconds for one in rounds)


def _p99(rounds: Sequence[Round]) -> float:
    return median(sorted(one.waits)[int(len(one.waits) * 0.99)] for one in rounds) * 1000


def main() -> int:
    """Race on a PostgreSQL of its own, as durable as a clinic's."""
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder,
        EmbeddedPostgres.join(Path(folder) / "data") as joined,
    ):
        migrate(joined.url)
        home = Path(folder) / "home"
        home.mkdir()
        return asyncio.run(measure(joined.url, home))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(worker(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        sys.exit(main())
