"""Reminders that fall due at 28 a second, sent by two workers: none lost, none double, none early, and how late?

    python -m benchmarks.reminders [MINUTES] [A_SECOND] [well|troubled]

One minute is what `make bench` takes; `60 28` is 100,800 reminders in an hour. Twice, unless one of both is named: all
well, then with a worker killed every minute and the database restarted once. The workers are `frontdesk work` as
processes of their own, on a PostgreSQL of its own; the carrier is a stand-in on this machine that notes, by the desk's
clock, what it takes. That clock is set to a Wednesday morning first, so that it is never night, and then runs as the
machine's does. Patients, visits and their threads are entered, and their reminders planned, before the time that is
measured.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import parse_qsl, urlsplit

import psycopg

from benchmarks.open_conversations import cpu_seconds
from benchmarks.reminders_people import (
    ACCOUNT,
    SERVICE,
    TOKEN,
    Owed,
    enter_people,
    enter_practice,
    owed,
    spread,
    the_practice,
)
from benchmarks.table import heading, row
from benchmarks.webhooks import as_url
from frontdesk.channels.sms.twilio.stand_in import Sent, Service, StandIn
from frontdesk.proving.simulator_server import served
from frontdesk.settings import Settings
from frontdesk.storage.clock import DeskClock
from frontdesk.storage.cluster import Cluster
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.installation import Kind, Pinned
from frontdesk.wiring import open_frontdesk, ready

MINUTES, A_SECOND = 1.0, 28.0
BEGINS = datetime(2026, 6, 3, 15, 10, tzinfo=UTC)
"""A Wednesday, ten past ten in Austin."""
WARM = timedelta(seconds=20)
"""The workers start so long before the first reminder is due."""
FIRST_KILL, KILL_EVERY = 20.0, 60.0
PATIENCE = 480.0
"""Seconds after the last is due. Whoever was killed has what it had taken for a minute; what may have left is looked
for at the carrier, which may be late to list it, for five and a half more before it is sent again (`deliver.WAITS`)."""
MEDIAN_MS = 5000
WORKERS = ("worker 1", "worker 2")
RUNS = {"well": "all well", "troubled": "a worker killed every minute, the database restarted once"}


@dataclass(kw_only=True)
class Workers:
    """The two workers; one that ends is started anew, as a supervisor does."""

    env: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: int = 0

    def start(self) -> None:
        """Start those that do not run."""
        for name in WORKERS:
            if name not in self.running or self.running[name].poll() is not None:
                command = [sys.executable, "-m", "frontdesk", "work"]
                self.running[name] = subprocess.Popen(
                    command, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )

    async def keep(self) -> None:
        """Keep both running until cancelled; then end them."""
        try:
            while True:
                self.start()
                await asyncio.sleep(0.5)
        finally:
            for one in self.running.values():
                one.terminate()
            for one in self.running.values():
                await asyncio.to_thread(one.wait, 60)
            self.running.clear()

    async def kill(self) -> None:
        """Kill one after the other, one a minute, as a machine short of memory does; until cancelled."""
        await asyncio.sleep(FIRST_KILL)
        while True:
            with suppress(KeyError):  # a moment ago it ended by itself
                self.running[WORKERS[self.killed % len(WORKERS)]].kill()
                self.killed += 1
            await asyncio.sleep(KILL_EVERY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where it all happens: the owner's address of the database, its server, and the desk's data folder."""

    url: str
    cluster: Cluster
    home: Path

    @property
    def settings(self) -> Settings:
        """The desk's."""
        return Settings(home=self.home, database_url=self.url)

    @property
    def env(self) -> dict[str, str]:
        """The same, for a process."""
        return {**os.environ, "FRONTDESK_HOME": str(self.home), "FRONTDESK_DATABASE_URL": self.url}

    @property
    def postmaster(self) -> int:
        """The server's number."""
        return int((self.cluster.data / "postmaster.pid").read_text().split("\n")[0])

    async def restart(self) -> None:
        """Stop the database, which cuts every connection, and start it."""
        await asyncio.to_thread(self.cluster.stop)
        await asyncio.to_thread(self.cluster.start)


class Noting(StandIn):
    """The carrier's stand-in, by the desk's clock, which is set while it runs."""

    def __init__(self) -> None:
        self._desk = DeskClock()
        self._before = 0
        super().__init__(account=ACCOUNT, token=TOKEN, clock=lambda: self._desk.now())
        number = the_practice().locations[0].phone
        self.numbers[number] = "http://localhost:8000/sms/twilio"
        self.services[SERVICE] = Service(sid=SERVICE, numbers=[number])

    def now_is(self, clock: DeskClock) -> None:
        """Go by that clock from now on."""
        self._desk = clock

    def counts_anew(self) -> None:
        """What it has taken so far is another run's; it stays on its list, for no two texts bear one number."""
        self._before = len(self.sent)

    @property
    def took(self) -> list[Sent]:
        """What it has taken in this run."""
        return self.sent[self._before :]


async def prepared(place: Place, people: Sequence[Owed], carrier: str) -> None:
    """Everybody on file and told of their visit, and every reminder planned, by the desk's own code."""
    with ready(place.settings) as database:
        database.entered.become(Kind.PRODUCTION)
        at = people[0].due - timedelta(days=2)
        database.entered.turn(Pinned(at=at, words=at.isoformat()))
        async with open_frontdesk(place.settings, database) as desk:
            begun = perf_counter()
            await enter_practice(desk.storage, carrier, now=at)
            half = len(people) // 2
            await asyncio.gather(*(enter_people(desk.storage, some) for some in (people[:half], people[half:])))
            entered, planned = perf_counter(), 0
            while some := await desk.reminding.plan(the_practice().id):
                planned += some
            await asyncio.to_thread(spread, place.url, people)
            row(f"{len(people):,} people entered: each", (entered - begun) / len(people) * 1000, "ms")
            row("  their reminders planned: each", (perf_counter() - entered) / max(planned, 1) * 1000, "ms")


def clock_at(place: Place, at: datetime) -> DeskClock:
    """Turn the desk's clock there, while nobody works."""
    with ready(place.settings) as database:
        database.entered.turn(Pinned(at=at, words=at.isoformat()))
        clock = database.entered.clock
    assert isinstance(clock, DeskClock)
    return clock


async def run(place: Place, carrier: Noting, people: Sequence[Owed], *, troubled: bool) -> bool:
    """Whether everything that is owed was sent once, not early, and soon enough; printed."""
    clock = clock_at(place, people[0].due - WARM)
    carrier.now_is(clock)
    carrier.counts_anew()
    workers = Workers(env=place.env)
    kept = asyncio.create_task(workers.keep())
    await asyncio.sleep((people[0].due - clock.now()).total_seconds())
    before, counted = spent(place, workers), commits(place)
    trouble = [asyncio.create_task(workers.kill())] if troubled else []
    middle = people[len(people) // 2].due
    if troubled:
        await asyncio.sleep((middle - clock.now()).total_seconds())
        await place.restart()
    await asyncio.sleep((people[-1].due - clock.now()).total_seconds())
    for one in trouble:
        one.cancel()
    backlog = len(people) - len({one.to for one in carrier.took})
    left = await until_sent(carrier, len(people))
    if not troubled:
        told_cost(before, spent(place, workers), len(people))
        row("  transactions of the database a reminder", (commits(place) - counted) / len(people), "")
    kept.cancel()
    await asyncio.wait({kept})
    if troubled:
        row("  workers killed", workers.killed, "")
    row("  not handed over when the last fell due", backlog, "")
    row("  the last was handed over after the last fell due by", left * 1000, "ms")
    return told_of(carrier.took, people, place)


async def until_sent(carrier: Noting, count: int) -> float:
    """Seconds until the carrier has a text for every phone, PATIENCE at most; a moment more for what comes double."""
    begun = perf_counter()
    for _ in range(int(PATIENCE * 2)):
        if len({one.to for one in carrier.took}) >= count:
            break
        await asyncio.sleep(0.5)
    seconds = perf_counter() - begun
    await asyncio.sleep(5)
    return seconds


def told_of(sent: Sequence[Sent], people: Sequence[Owed], place: Place) -> bool:
    """Whether nothing was lost, double, early or late on the whole; printed."""
    due = {one.phone: one.due for one in people}
    times = Counter(one.to for one in sent)
    late = sorted((one.created - due[one.to]).total_seconds() * 1000 for one in sent if one.to in due)
    lost, double = len(due.keys() - times.keys()), sum(count - 1 for count in times.values())
    early, middle = sum(1 for one in late if one < 0), median(late) if late else float("inf")
    row("  lost", lost, "", goal=0)
    row("  double", double, "", goal=0)
    row("  early", early, "", goal=0)
    row("  to somebody who is owed nothing", len(times.keys() - due.keys()), "", goal=0)
    row("  median lateness", middle, "ms", goal=MEDIAN_MS)
    for part in (95, 99):
        row(f"  {part} of 100 at most", late[len(late) * part // 100] if late else float("inf"), "ms")
    row("  the latest", late[-1] if late else float("inf"), "ms")
    for phone in [phone for phone, count in times.items() if count > 1]:
        explained([one for one in sent if one.to == phone], place)
    if lost:
        unsent(place)
    with psycopg.connect(place.url) as owner:
        for state, why, count in owner.execute(
            "select state, why, count(*) from reminder where state <> 'sent' group by 1, 2"
        ):
            row(f"    {state}: {why[:50]}", count, "")
    return not (lost or double or early) and middle < MEDIAN_MS


def unsent(place: Place) -> None:
    """What is known of the texts that have not left, printed."""
    with psycopg.connect(place.url) as owner:
        for kept in owner.execute(
            "select id, attempts, created_at, tried_at, due_at, trouble from outbox where sent_at is null limit 20"
        ):
            row(f"    not left: {kept}", 1, "")


def explained(texts: Sequence[Sent], place: Place) -> None:
    """What is known of texts to one phone where one was owed, printed: of which place in the outbox each was."""
    for text in texts:
        of = dict(parse_qsl(urlsplit(text.callback or "").query)).get("text")
        with psycopg.connect(place.url) as owner:
            kept = owner.execute(
                "select o.receipt = %s, o.attempts, o.created_at, o.tried_at, o.sent_at, o.trouble, r.starts_at, "
                "r.before from outbox o left join reminder r on r.practice_id = o.practice_id and r.outbox_id = o.id "
                "where o.id = %s",
                (text.sid, of),
            ).fetchall()
        row(f"    double: {text.sid[-6:]} taken {text.created:%H:%M:%S.%f} as {of}: {kept}", 1, "")


def spent(place: Place, workers: Workers) -> dict[str, float]:
    """Seconds of processor time that each part has used."""
    pids = {name: one.pid for name, one in workers.running.items()}
    return cpu_seconds({**pids, "database": place.postmaster, "carrier and measurement": os.getpid()})


def told_cost(before: Mapping[str, float], after: Mapping[str, float], count: int) -> None:
    """Processor time of each part for one reminder, printed."""
    for part, seconds in sorted(after.items()):
        row(f"  processor time a reminder: {part}", (seconds - before.get(part, 0)) / count * 1000, "ms")


def commits(place: Place) -> int:
    """How many transactions the database has seen end."""
    with psycopg.connect(place.url) as owner:
        found = owner.execute("select sum(xact_commit + xact_rollback) from pg_stat_database").fetchone()
    return int(found[0]) if found else 0


async def measure(minutes: float, a_second: float, runs: Sequence[str]) -> bool:
    """Those of `RUNS`."""
    count = round(minutes * 60 * a_second)
    all_well = True
    print(f"{os.cpu_count()} cores; load before: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-reminders-") as folder,
        EmbeddedPostgres.join(Path(folder) / "database") as joined,
    ):
        place = Place(url=as_url(joined.url), cluster=joined.cluster, home=Path(folder) / "home")
        carrier = Noting()
        async with served(carrier) as address:
            for number, name in enumerate(runs):
                heading(f"{count:,} reminders, {a_second:g} a second: {RUNS[name]}")
                begins = BEGINS + timedelta(days=7 * number)
                people = owed(number + 2, count, begins=begins, a_second=a_second)
                await prepared(place, people, address)
                all_well &= await run(place, carrier, people, troubled=name == "troubled")
    print(f"load after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    return all_well


def main() -> int:
    """0 when nothing was lost, double or early, and half of them came within five seconds."""
    words = sys.argv[1:]
    given = [float(one) for one in words if one not in RUNS]
    minutes, a_second = [*given, *(MINUTES, A_SECOND)[len(given) :]]
    return 0 if asyncio.run(measure(minutes, a_second, [one for one in RUNS if one in words] or list(RUNS))) else 1


if __name__ == "__main__":
    sys.exit(main())
