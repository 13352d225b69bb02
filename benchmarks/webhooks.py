"""Texts of a busy hour through the whole desk: the real web server, the real worker, a carrier's stand-in.

    python -m benchmarks.webhooks [seconds] [a second]

Four runs: a quiet one that times replies from the webhook's arrival to the carrier's having them; all well; the
database crashing and the worker killed in the middle; and one without a worker, for what taking texts in costs alone.
Everything, the load too, shares this machine. A webhook is timed from when it was due, not from when the load came
round to it; one in fifty is delivered twice, as carriers do. Processor time means the same beside busy neighbours.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from urllib.parse import quote, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks.table import heading, row
from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.twilio.stand_in import Service, StandIn
from frontdesk.proving.simulator_server import served
from frontdesk.sample.practice import smile
from frontdesk.settings import Settings
from frontdesk.storage.carrier_accounts import CarrierAccount, keep_account
from frontdesk.storage.clock import real_now
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.installation import Kind
from frontdesk.storage.practices import Endpoint, apply_practice
from frontdesk.wiring import open_frontdesk, ready

ACCOUNT, TOKEN, SERVICE = "AC" + "a" * 32, "0" * 32, "MG" + "b" * 32
EACH = 4
"""Texts of one person in a run."""
TWICE = 50
CONNECTIONS = 96
BEGINS_AFTER = 0.2
PATIENCE = 240.0
"""Seconds for the worker to answer what came in."""
SAYS = ("Hi, where can I park?", "What are your opening hours?", "Can I bring my dog?", "Thanks!")
PORT = 8177
NUMBER = smile().locations[0].phone
PUBLIC = f"http://localhost:{PORT}"


@dataclass(kw_only=True)
class Load:
    """What became of the webhooks of a run: `waits` in seconds, from when each was due until it was answered 2xx."""

    waits: list[float] = field(default_factory=list)
    again: int = 0
    """Answers that were no 2xx, and connections that broke: the carrier delivers these anew."""


class Line:
    """One connection to the web server, opened anew where it breaks."""

    def __init__(self) -> None:
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, posted: Posted) -> int:
        """The status. Raises: OSError, EOFError."""
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", PORT)
        reader, writer = self._open
        parts = urlsplit(posted.url)
        headers = {"host": parts.netloc, "content-length": str(len(posted.body)), **posted.headers}
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"POST {parts.path} HTTP/1.1\r\n{told}\r\n".encode() + posted.body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        _, _, length = head.partition("content-length: ")
        if length:
            await reader.readexactly(int(length.split("\r\n")[0]))
        return int(head.split(" ")[1])

    def broken(self) -> None:
        """Begin anew with the next."""
        if self._open is not None:
            self._open[1].close()
        self._open = None


async def posted_at(load: Sequence[Posted], a_second: float) -> Load:
    """Every webhook at its time; what is not taken is delivered anew after a second, as often as it needs."""
    did, lines = Load(), asyncio.Queue[Line]()
    for _ in range(CONNECTIONS):
        lines.put_nowait(Line())
    begun = perf_counter() + BEGINS_AFTER

    async def one(number: int, posted: Posted) -> None:
        due = begun + number / a_second
        await asyncio.sleep(max(0.0, due - perf_counter()))
        while True:
            line = await lines.get()
            try:
                taken = 200 <= await asyncio.wait_for(line.post(posted), 15) < 300
            except (OSError, EOFError, TimeoutError):
                taken = False
            if not taken:
                line.broken()
            lines.put_nowait(line)
            if taken:
                did.waits.append(perf_counter() - due)
                return
            did.again += 1
            await asyncio.sleep(1)

    await asyncio.gather(*(one(number, posted) for number, posted in enumerate(load)))
    return did


@dataclass(kw_only=True)
class Processes:
    """The real web server and the real worker."""

    env: dict[str, str]
    postgres: int
    """The postmaster's number."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, what: str) -> None:
        """Start `frontdesk serve` or `frontdesk work`."""
        command = [sys.executable, "-m", "frontdesk", what]
        self.running[what] = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL)

    def kill(self, what: str) -> None:
        """As a machine's out-of-memory killer does."""
        self.running[what].kill()
        self.running[what].wait()

    async def keep(self, what: str) -> None:
        """Start it anew whenever it ends, as a supervisor does; until cancelled."""
        while True:
            if what not in self.running or self.running[what].poll() is not None:
                self.start(what)
            await asyncio.sleep(0.5)

    def stop(self) -> None:
        """End both, and wait."""
        for one in self.running.values():
            one.send_signal(signal.SIGTERM)
        for one in self.running.values():
            one.wait(60)

    def spent(self) -> dict[str, float]:
        """Seconds of processor time that each part, with all below it, has used."""
        tops = {"postgres": self.postgres, "load": os.getpid(), **{name: one.pid for name, one in self.running.items()}}
        times, parents = _times()
        spent = dict.fromkeys(tops, 0.0)
        for pid, seconds in times.items():
            above: int | None = pid
            while above is not None and above not in tops.values():
                above = parents.get(above)
            spent |= {name: spent[name] + seconds for name, top in tops.items() if top == above}
        return spent


def _times() -> tuple[dict[int, float], dict[int, int]]:
    """Seconds that each process of this machine has used, with its children that ended; and the parent of each.

    A server that was killed and started anew by this process is none of the load's.
    """
    times: dict[int, float] = {}
    parents: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            parents[int(place.name)] = int(fields[1])
            own = 13 if int(place.name) == os.getpid() else 15
            times[int(place.name)] = sum(map(int, fields[11:own])) / os.sysconf("SC_CLK_TCK")
    return times, parents


async def prepared(home: Path, url: str, address: str) -> None:
    """A practice with an account at the carrier, in an installation that may serve real patients."""
    settings = Settings(home=home, database_url=url, public_url=PUBLIC)
    practice = smile()
    with ready(settings) as database:
        database.entered.become(Kind.PRODUCTION)
        async with open_frontdesk(settings, database) as desk:
            now = desk.clock.now()
            await apply_practice(desk.storage, practice, [Endpoint(channel="sms", address=NUMBER)], now=now)
            keys = {"address": address, "account_sid": ACCOUNT, "auth_token": TOKEN, "messaging_service": SERVICE}
            keys["texts_per_second"] = "200"
            async with desk.storage.practice(practice.id) as db:
                await keep_account(db, CarrierAccount(carrier="twilio", settings=keys), now=now)


@contextmanager
def processes(home: Path, url: str, postgres: int) -> Iterator[Processes]:
    """The web server and the worker, until the end of the block."""
    names = {"FRONTDESK_HOME": str(home), "FRONTDESK_DATABASE_URL": url, "FRONTDESK_PUBLIC_URL": PUBLIC}
    both = Processes(env={**os.environ, **names, "FRONTDESK_PORT": str(PORT)}, postgres=postgres)
    sheet = str(home.parent / "sheet")
    for step in (("export-recovery", sheet), ("confirm-recovery", sheet)):
        subprocess.run(
            [sys.executable, "-m", "frontdesk", "keys", *step], env=both.env, check=True, capture_output=True
        )
    both.start("serve")
    try:
        yield both
    finally:
        both.stop()


async def until_open() -> None:
    """Come back once the web server answers."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", PORT)
        except OSError:
            await asyncio.sleep(0.2)
            continue
        writer.close()
        return


def texts(stand_in: StandIn, run: int, count: int) -> tuple[list[Posted], dict[str, list[str]]]:
    """So many texts, EACH of every person one after the other, and what each person said; some are there twice."""
    people = [f"+1737{run + 4}{number:06d}" for number in range(-(-count // EACH))]
    said: dict[str, list[str]] = defaultdict(list)
    load: list[Posted] = []
    for number in range(count):
        who = people[number % len(people)]
        words = f"{SAYS[number // len(people) % len(SAYS)]}"
        posted = stand_in.text_in(who, NUMBER, words)
        assert posted is not None
        said[who].append(words)
        load += [posted] * (2 if number % TWICE == 0 else 1)
    return load, said


def as_url(conninfo: str) -> str:
    """The same address as settings take it."""
    parts = conninfo_to_dict(conninfo)
    user, password, database, host = (
        quote(str(parts[name]), safe="") for name in ("user", "password", "dbname", "host")
    )
    return f"postgresql://{user}:{password}@/{database}?host={host}"


def came_in(url: str) -> tuple[int, int, int]:
    """Patients' messages in the database, those still without an answer, and texts not handed over yet."""
    with psycopg.connect(url) as owner:
        found = owner.execute(
            "select (select count(*) from message where author = 'patient'), "
            "(select count(*) from message where author = 'patient' and answered_at is null), "
            "(select count(*) from outbox where state = 'waiting' and channel = 'sms')"
        ).fetchone()
    assert found is not None
    return found[0], found[1], found[2]


async def until_answered(url: str) -> float:
    """Seconds until nothing waits any more, PATIENCE at most."""
    begun = perf_counter()
    for _ in range(int(PATIENCE * 2)):
        if not any((await asyncio.to_thread(came_in, url))[1:]) or perf_counter() - begun >= PATIENCE:
            break
        await asyncio.sleep(0.5)
    return perf_counter() - begun


def out_of_order(url: str, stand_in: StandIn) -> int:
    """Conversations whose replies reached the carrier in another order than they were written."""
    place = {one.sid: number for number, one in enumerate(stand_in.sent)}
    by_talk: dict[str, list[int]] = defaultdict(list)
    with psycopg.connect(url) as owner:
        for talk, receipt in owner.execute(
            "select conversation_id, receipt from outbox where receipt is not null order by order_no"
        ):
            by_talk[talk].append(place.get(receipt, -1))
    return sum(1 for places in by_talk.values() if places != sorted(places))


async def busy(both: Processes, stand_in: StandIn, url: str, run: int, count: int, a_second: float) -> None:
    """One run at that rate, printed."""
    before = (await asyncio.to_thread(came_in, url))[0]
    load, said = texts(stand_in, run, count)
    spent = both.spent()
    did = await posted_at(load, a_second)
    answered(did, a_second, len(load))
    cost(spent, both.spent(), len(load))
    seconds = await until_answered(url)
    came, unanswered, unsent = await asyncio.to_thread(came_in, url)
    row("  texts lost", max(0, sum(map(len, said.values())) - (came - before)), "", goal=0)
    row("  texts doubled", max(0, came - before - sum(map(len, said.values()))), "", goal=0)
    row(f"  without an answer after {PATIENCE:g} s", unanswered, "", goal=0)
    row("  replies not handed over by then", unsent, "", goal=0)
    row("  replies handed over twice", doubled(stand_in), "", goal=0)
    row("  conversations with replies out of order", await asyncio.to_thread(out_of_order, url, stand_in), "", goal=0)
    with psycopg.connect(url) as owner:
        for why, many in owner.execute(
            "select coalesce(trouble, 'not tried yet'), count(*) from outbox where state <> 'sent' and channel = 'sms' "
            "group by 1"
        ):
            row(f"    texts not sent: {why[:48]}", many, "")
    row("  the last reply left after the last text by", seconds * 1000, "ms")


def answered(did: Load, a_second: float, count: int) -> None:
    """How soon the carrier was answered, printed."""
    waits = sorted(did.waits)
    row(f"{count:,} webhooks at {a_second:g} a second: median answer", waits[len(waits) // 2] * 1000, "ms")
    row("  99 of 100 were answered within", waits[len(waits) * 99 // 100] * 1000, "ms", goal=1000)
    row("  the slowest was answered within", waits[-1] * 1000, "ms", goal=1000)
    row("  delivered anew, because they were not taken", did.again, "")


def cost(before: dict[str, float], after: dict[str, float], count: int) -> None:
    """Processor time of each part for one webhook, printed; none of what was started anew meanwhile."""
    for part in sorted(after):
        seconds = after[part] - before.get(part, 0)
        if seconds >= 0:
            row(f"  processor time a webhook: {part}", seconds / count * 1000, "ms")


def doubled(stand_in: StandIn) -> int:
    """Messages at the carrier beyond one for each intent, which their callbacks name."""
    return len(stand_in.sent) - len({one.callback for one in stand_in.sent})


async def troubled(both: Processes, url: str, half: float) -> None:
    """In the middle of a run: the database crashes and recovers, then the worker is killed; it is started anew."""
    await asyncio.sleep(half)
    with suppress(psycopg.Error), psycopg.connect(url) as victim:
        os.kill(victim.info.backend_pid, signal.SIGKILL)  # its postmaster ends all others and recovers from the log
        victim.execute("select 1")
    await asyncio.sleep(2)
    both.kill("work")


async def replies(stand_in: StandIn, url: str, seconds: float) -> None:
    """20 texts a second, each of another person: how soon the carrier has the reply."""
    people = [f"+17379{number:06d}" for number in range(int(20 * seconds))]
    load = [posted for who in people if (posted := stand_in.text_in(who, NUMBER, SAYS[0])) is not None]
    start = real_now()
    await posted_at(load, 20)
    await until_answered(url)
    left = {one.to: one.created for one in reversed(stand_in.sent)}
    waits = sorted(
        (left[who] - start).total_seconds() - BEGINS_AFTER - number / 20
        for number, who in enumerate(people)
        if who in left
    )
    row(f"{len(people)} texts at 20 a second: median from webhook to hand-over", waits[len(waits) // 2] * 1000, "ms")
    row("  95 of 100 were handed over within", waits[len(waits) * 95 // 100] * 1000, "ms", goal=2000)
    row("  without a reply", len(people) - len(waits), "", goal=0)


async def alone(both: Processes, stand_in: StandIn, count: int, a_second: float) -> None:
    """Texts that are taken in, and not answered yet."""
    load, _ = texts(stand_in, 3, count)
    spent = both.spent()
    did = await posted_at(load, a_second)
    answered(did, a_second, len(load))
    cost(spent, both.spent(), len(load))


async def main(seconds: float, a_second: float) -> None:
    """The four runs."""
    stand_in = StandIn(account=ACCOUNT, token=TOKEN, clock=real_now)
    stand_in.numbers[NUMBER] = f"{PUBLIC}/sms/twilio/%2B{NUMBER[1:]}"
    stand_in.services[SERVICE] = Service(sid=SERVICE, numbers=[NUMBER])
    print(f"{os.cpu_count()} cores; load before: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    with tempfile.TemporaryDirectory(prefix="frontdesk-webhooks-") as folder:
        home = Path(folder) / "home"
        with EmbeddedPostgres.join(Path(folder) / "database") as joined:
            url = as_url(joined.url)
            postmaster = int((Path(folder) / "database" / "postgres" / "postmaster.pid").read_text().split("\n")[0])
            async with served(stand_in) as address:
                await prepared(home, url, address)
                with processes(home, url, postmaster) as both:
                    await until_open()
                    kept = asyncio.create_task(both.keep("work"))
                    await posted_at(texts(stand_in, 0, 1)[0], 1)
                    await until_answered(url)  # the worker is warm then
                    heading("Replies")
                    await replies(stand_in, url, seconds)
                    heading("All well")
                    await busy(both, stand_in, url, 1, int(seconds * a_second), a_second)
                    heading("The database crashes, then the worker is killed")
                    trouble = asyncio.create_task(troubled(both, url, seconds / 2))
                    await busy(both, stand_in, url, 2, int(seconds * a_second), a_second)
                    await trouble
                    kept.cancel()
                    both.kill("work")
                    heading("Without a worker")
                    await alone(both, stand_in, int(seconds * a_second), a_second)


if __name__ == "__main__":
    asyncio.run(main(*map(float, sys.argv[1:3] or ("20", "500"))))
