"""The long campaign of the saga: racing desks, crashes, SIGKILL, lost replies, messages sent twice, a busy front desk.

`python -m benchmarks.campaign [--steps N] [--minutes M] [--folder FOLDER] [--desks D]`. With a folder it may be stopped
at any moment, by SIGKILL too, and goes on where it was when it is started again.
"""

import argparse
import asyncio
import gc
import math
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.campaign_desk import PATIENTS, PRACTICE, SPEED, FastClock, patient_id, run_desk, settle
from benchmarks.campaign_ledger import State, Tally
from benchmarks.campaign_truth import MUST_BE_NONE, wrong
from benchmarks.table import heading, row
from frontdesk.domain.patient import Patient
from frontdesk.storage.database import Storage
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.migrate import migrate
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.vault.master import MasterKey

DESKS = 3
"""Processes with patients; one more has the jobs."""
STEPS, KILLS = 1_000_000, 1_000
"""How many there are to be of a whole campaign; a short one says how far it has come."""
LIVES = (1.0, 24.0)
"""How long a process lives at most before it is killed, in seconds."""
ROUND = 150.0
"""Seconds until every desk stands still and the calendar is looked at."""


@dataclass(kw_only=True)
class Process:
    """A desk's process, and when it is to be killed."""

    tally: Tally
    is_worker: bool
    pid: int = 0
    dies_at: float = 0.0


class Campaign:
    """Rounds of work under fire, each followed by a look at what came of it."""

    def __init__(self, url: str, home: Path, file: Path, *, desks: int = DESKS) -> None:
        self._url = url
        self._home = home
        self._file = file
        self._state = State.load(file)
        self._processes = [Process(tally=Tally(), is_worker=place == desks) for place in range(desks + 1)]
        self._chance = random.Random()

    def run(self, *, steps: int, minutes: float | None) -> State:
        """Go on until there were so many steps, or so many minutes of this run are over."""
        try:
            return self._rounds(steps=steps, minutes=minutes)
        finally:
            for one in self._processes:
                if one.pid:
                    os.kill(one.pid, signal.SIGKILL)

    def _rounds(self, *, steps: int, minutes: float | None) -> State:
        begun = time.monotonic()
        while self._state.steps < steps:
            left = None if minutes is None else begun + minutes * 60 - time.monotonic()
            if left is not None and left <= 0:
                break
            self._round(ROUND if left is None else min(ROUND, left))
            self._state.keep(self._file)
            self._report()
            if self._state.wrong:
                break
        return self._state

    def _round(self, seconds: float) -> None:
        clock = FastClock(virtual=self._state.now, real=time.time())
        began, since = time.monotonic(), self._state.now - timedelta(days=1)
        for one in self._processes:
            one.tally.go_on()
            self._start(one, clock)
        while time.monotonic() - began < seconds:
            time.sleep(0.02)
            for one in self._processes:
                if time.monotonic() >= one.dies_at:
                    os.kill(one.pid, signal.SIGKILL)
                    one.dies_at = math.inf
                if self._ended(one, os.WNOHANG):
                    self._start(one, clock)
        for one in self._processes:
            one.tally.stop()
        for one in self._processes:
            self._ended(one, 0)
            for count, number in one.tally.drain().items():
                self._state.counts[count] += number
        self._state.seconds += time.monotonic() - began
        self._settle(clock)
        self._state.now = clock.now()
        self._state.rounds += 1
        for name, number in wrong(self._url, since=since, now=self._state.now, round=self._state.rounds).items():
            self._state.wrong[name] = self._state.wrong.get(name, 0) + number
        with psycopg.connect(self._url) as owner:
            owner.execute(
                sql.SQL("alter table campaign_said alter told_in set default {}").format(self._state.rounds + 1)
            )

    def _settle(self, clock: FastClock) -> None:
        tally = Tally()
        pid = _forked(lambda: settle(self._url, self._home, clock, tally))
        _, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit(f"what was left could not be ended: {status}")

    def _start(self, one: Process, clock: FastClock) -> None:
        seed = f"{self._chance.random()}"
        one.dies_at = time.monotonic() + self._chance.uniform(*LIVES)
        one.pid = _forked(lambda: run_desk(self._url, self._home, clock, one.tally, seed, is_worker=one.is_worker))

    def _ended(self, one: Process, how: int) -> bool:
        pid, status = os.waitpid(one.pid, how)
        if not pid:
            return False
        one.pid = 0
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self._state.kills += 1
        elif status:
            raise SystemExit(f"a desk ended with {status}, neither killed nor told to stop")
        return True

    def _report(self) -> None:
        state = self._state
        found = ", ".join(f"{number} {name}" for name, number in state.wrong.items()) or "nothing wrong"
        print(
            f"round {state.rounds}: {state.steps:,} steps, {state.kills:,} killed, "
            f"{state.steps / state.seconds:,.0f} steps/s; {found}",
            flush=True,
        )


def _forked(run: Callable[[], Awaitable[None]]) -> int:
    """The number of a new process that runs it and ends; forked from one that has loaded everything."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        asyncio.run(run())  # type: ignore[arg-type]
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


async def _prepared(url: str, home: Path, now: datetime) -> None:
    storage = Storage(url, master=MasterKey.load(home))
    await storage.open()
    await apply_practice(storage, PRACTICE, [], now=now)
    async with storage.practice(PRACTICE.id) as db:
        for number in range(PATIENTS):
            await add_patient(db, Patient(id=patient_id(number), given="Client", family=str(number)), now=now)
    await storage.close()


def prepare(url: str, home: Path, state: Path) -> None:
    """The practice, its patients, and the table of what was said. Prepared once is prepared."""
    if state.exists():
        return
    migrate(url)
    _forked_and_waited_for(lambda: _prepared(url, home, State().now))
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("alter system set synchronous_commit = off")  # only desks are killed, never the database
        owner.execute("select pg_reload_conf()")
        owner.execute(
            "create table campaign_said (key text, said text, visit text, starts_at timestamptz, practitioner text, "
            "told_in integer not null default 1)"
        )
        owner.execute("create index on campaign_said (told_in)")
        owner.execute("grant insert on campaign_said to frontdesk_app")
    State().keep(state)


def _forked_and_waited_for(run: Callable[[], Awaitable[None]]) -> None:
    _, status = os.waitpid(_forked(run), 0)
    if status:
        raise SystemExit("the campaign's practice could not be prepared")


def campaign(folder: Path, *, steps: int, minutes: float | None, desks: int = DESKS) -> int:
    """0 where nothing was wrong."""
    home, file = folder / "home", folder / "state.json"
    home.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres.join(folder / "data") as joined:
        prepare(joined.url, home, file)
        gc.freeze()
        state = Campaign(joined.url, home, file, desks=desks).run(steps=steps, minutes=minutes)
    days = state.seconds * SPEED / 86_400
    heading(f"The campaign: {state.rounds} rounds, {state.seconds:,.0f} s under fire, {days:,.0f} days of the calendar")
    row("booking steps", state.steps, "", goal=STEPS)
    row("booking steps a second", state.steps / max(state.seconds, 1), "/s")
    row("processes killed with SIGKILL", state.kills, "", goal=KILLS)
    for count, number in state.counts.items():
        row(count.value, number, "")
    for name in MUST_BE_NONE:
        row(name, state.wrong.get(name, 0), "", goal=0)
    return 1 if state.wrong else 0


def main() -> int:
    """A short campaign unless told otherwise, on a PostgreSQL of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--steps", type=int, default=20_000, help="how many booking steps, over all runs")
    asked.add_argument("--minutes", type=float, help="how long this run may take at most")
    asked.add_argument("--folder", type=Path, help="where it is kept, so that it can be gone on with")
    asked.add_argument("--desks", type=int, default=DESKS, help="how many processes with patients race at once")
    given = asked.parse_args()
    if given.folder is not None:
        return campaign(given.folder, steps=given.steps, minutes=given.minutes, desks=given.desks)
    with tempfile.TemporaryDirectory(prefix="frontdesk-campaign-") as folder:
        return campaign(Path(folder), steps=given.steps, minutes=given.minutes, desks=given.desks)


if __name__ == "__main__":
    sys.exit(main())
