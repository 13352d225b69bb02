"""A thousand open conversations: how long do patients wait for a reply, and what does a message cost?

The real desk, encryption and audit on: `frontdesk serve` and `frontdesk work` as processes of their own on a data
folder of their own, and patients in web chats over sockets. Each writes the next message 20 to 60 seconds after the
last reply. Shorter: `python -m benchmarks.open_conversations --open 100 --minutes 2`. The patients are played on the
same machine, and what that takes is told apart.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, cycle
from pathlib import Path
from random import Random
from uuid import uuid4

import psycopg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from frontdesk.domain.message import ChannelKind
from frontdesk.sample.load import load_sample
from frontdesk.sample.names import FAMILY_NAMES, GIVEN_NAMES
from frontdesk.sample.practice import SMILE_ID
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings, read_settings
from frontdesk.storage.installation import Kind
from frontdesk.storage.recovery_key import adopt_recovery_key, confirm_recovery_key
from frontdesk.vault.recovery import new_recovery_key
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk, ready

PORT = 8431
PAUSE = (20.0, 60.0)
MEDIAN_MS, SLOW_MS = 150, 1000
"""What has to be held: half the replies within the first, 99 of 100 within the second."""
GIVE_UP = 30.0
QUESTIONS = ("is parking free?", "how much is botox?", "what are your hours?", "do you take insurance?", "thanks!")
WISHES = ("Thursday after 3", "next week in the morning", "any evening", "the week after next", "Tuesday or Friday")
SERVICES = ("a Botox consultation", "a HydraFacial", "a signature facial", "a skin consultation", "lip filler")


@dataclass(kw_only=True)
class Tally:
    """What the patients saw: milliseconds until each reply, messages without one, messages refused."""

    waited: list[float] = field(default_factory=list)
    unanswered: int = 0
    refused: int = 0


def talk(random: Random) -> Iterator[str]:
    """What one patient writes: books a visit bit by bit, then asks this and that."""
    name = f"{random.choice(GIVEN_NAMES)} {random.choice(FAMILY_NAMES)}"
    number = f"512 555 01{random.randrange(100):02d}"
    yield f"Hi, I'd like to book {random.choice(SERVICES)}"
    yield "it's my first time"
    yield random.choice(WISHES)
    yield "the first one please"
    yield f"{name}, {number}"
    yield f"{name.replace(' ', '.').lower()}@example.com"
    yield "yes please"
    yield from chain(cycle(random.sample(QUESTIONS, k=len(QUESTIONS))))


async def patient(number: int, tally: Tally, *, starts: float, ends: float) -> None:
    """One open conversation, from its first word until the time is over."""
    random, loop = Random(number), asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, starts - loop.time()))
    from_elsewhere = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    async with connect(f"ws://127.0.0.1:{PORT}/chat/smile/socket", additional_headers=from_elsewhere) as line:
        await line.send(json.dumps({"token": None, "thread": None, "after": 0}))
        for text in talk(random):
            if loop.time() > ends:
                return
            await ask(line, text, tally)
            await asyncio.sleep(random.uniform(*PAUSE))


async def ask(line: ClientConnection, text: str, tally: Tally) -> None:
    """Send it, and note how long it took until the reply came."""
    begun = time.perf_counter()
    await line.send(json.dumps({"id": str(uuid4()), "text": text}))
    try:
        async with asyncio.timeout(GIVE_UP):
            async for frame in line:
                told = json.loads(frame)
                if "refused" in told:
                    tally.refused += 1
                    return
                if any(message["author"] == "assistant" for message in told.get("messages", ())):
                    tally.waited.append((time.perf_counter() - begun) * 1000)
                    return
    except (TimeoutError, ConnectionClosed):
        tally.unanswered += 1


def cpu_seconds(pids: Mapping[str, int]) -> dict[str, float]:
    """What each process and all its children have taken so far, by name."""
    ticks, parents = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        ticks[pid], parents[pid] = sum(map(int, fields[11:15])), int(fields[1])
    spent = dict.fromkeys(pids, 0)
    names = {pid: name for name, pid in pids.items()}
    for pid, used in ticks.items():
        above = pid
        while above and above not in names:
            above = parents.get(above, 0)
        if above:
            spent[names[above]] += used
    return {name: used / os.sysconf("SC_CLK_TCK") for name, used in spent.items()}


@contextmanager
def running(command: str, env: Mapping[str, str]) -> Iterator[int]:
    """A command of ours as a process; its number."""
    process = subprocess.Popen(
        (sys.executable, "-m", "frontdesk", command),
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


async def prepared(settings: Settings, database: Ready) -> AsyncIterator[int]:
    """The sample practice in a real installation; then the round trips of each message of one talk."""
    async with open_frontdesk(settings, database) as desk:
        await load_sample(desk.storage, now=desk.clock.now(), seed=DEFAULT_SEED)
        key = new_recovery_key()
        owner = database.entered.connection
        await adopt_recovery_key(owner, desk.storage, key.recipient, now=desk.clock.now())
        await confirm_recovery_key(owner, desk.storage, key, now=desk.clock.now())
    async with open_frontdesk(settings, database) as desk:
        for trips in await round_trips(desk):
            yield trips


async def round_trips(desk: Frontdesk) -> list[int]:
    """How often each message of a talk goes to the database and back: stored, then answered."""
    counted, plain = [0], psycopg.AsyncConnection.wait

    async def counting(*given: object, **named: object) -> object:
        counted[0] += 1
        return await plain(*given, **named)  # type: ignore[arg-type]  # as it was called

    setattr(psycopg.AsyncConnection, "wait", counting)  # noqa: B010  # in this process alone, and only meanwhile
    try:
        trips = []
        for _, text in zip(range(12), talk(Random(0)), strict=False):
            counted[0] = 0
            received = await desk.reception.receive(SMILE_ID, ChannelKind.WEBCHAT, "bench", text, provider_id=None)
            await desk.reception.answer(SMILE_ID, received.conversation)
            trips.append(counted[0])
    finally:
        setattr(psycopg.AsyncConnection, "wait", plain)  # noqa: B010
    return trips


async def measure(settings: Settings, pids: Mapping[str, int], *, many: int, minutes: float) -> bool:
    """Whether replies came in time; prints what was seen."""
    tally, loop = Tally(), asyncio.get_running_loop()
    await open_for_visits(settings)
    begun, ends = loop.time(), loop.time() + minutes * 60
    spread = min(PAUSE[1], minutes * 20)
    before = cpu_seconds(pids)
    async with asyncio.TaskGroup() as together:
        for number in range(many):
            together.create_task(patient(number, tally, starts=begun + spread * number / many, ends=ends))
        together.create_task(tell_of_progress(tally, ends))
    after = cpu_seconds(pids)
    messages = max(1, len(tally.waited))
    waited = sorted(tally.waited) or [float("inf")]
    median, slow = waited[len(waited) // 2], waited[min(len(waited) - 1, len(waited) * 99 // 100)]
    print(
        f"{many} open conversations for {minutes:g} minutes, {len(tally.waited)} replies "
        f"({len(tally.waited) / minutes / 60:.1f} a second), {tally.unanswered} unanswered, {tally.refused} refused"
    )
    print(
        f"reply: p50 {median:.0f} ms (at most {MEDIAN_MS}), p99 {slow:.0f} ms ({SLOW_MS}), longest {waited[-1]:.0f} ms"
    )
    spent = {name: (after[name] - before[name]) * 1000 / messages for name in pids}
    told = ", ".join(f"{name} {each:.1f}" for name, each in spent.items())
    print(f"CPU ms a message: {told}")
    return median < MEDIAN_MS and slow < SLOW_MS and not tally.unanswered


async def tell_of_progress(tally: Tally, ends: float) -> None:
    """A line a minute on standard error."""
    loop = asyncio.get_running_loop()
    while (left := ends - loop.time()) > 0:
        await asyncio.sleep(min(60, left))
        latest = sorted(tally.waited[-500:])
        if latest:
            print(f"{len(tally.waited)} replies, the last ones p50 {latest[len(latest) // 2]:.0f} ms", file=sys.stderr)


async def open_for_visits(settings: Settings) -> None:
    """Return once the pages answer."""
    while True:
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return


def main() -> int:
    """0 when replies came in time."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--open", type=int, default=1000, help="Open conversations.")
    reading.add_argument("--minutes", type=float, default=10.0)
    told = reading.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "FRONTDESK_HOME": folder, "FRONTDESK_PORT": str(PORT)}
        env.pop("FRONTDESK_DATABASE_URL", None)
        settings = read_settings(env)
        with ready(settings) as database:
            database.entered.become(Kind.PRODUCTION)
            trips = asyncio.run(_trips(settings, database))
            print(f"database round trips: {sum(trips) / len(trips):.0f} a message on average; each: {trips}")
            postmaster = int((Path(folder) / "postgres" / "postmaster.pid").read_text().split()[0])
            with running("serve", env) as web, running("work", env) as worker:
                pids = {"web": web, "worker": worker, "database": postmaster, "patients": os.getpid()}
                in_time = asyncio.run(measure(settings, pids, many=told.open, minutes=told.minutes))
    return 0 if in_time else 1


async def _trips(settings: Settings, database: Ready) -> list[int]:
    return [trips async for trips in prepared(settings, database)]


if __name__ == "__main__":
    sys.exit(main())
