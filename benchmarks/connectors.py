"""Sagas at random against every simulated system: crashes, lost replies, faults at any call, staff at work beside us.

`python -m benchmarks.connectors [--system NAME ...] [--runs N] [--minutes M] [--folder FOLDER]`. With a folder it may
be stopped at any moment, and goes on where it was when it is started again. The transport is in-process; the desk, its
PostgreSQL, its connector and the simulated system are the real ones. Where a system cannot be written, a saga is a
request: a card for staff that closes by itself, and "booked" only once the visit is seen.
"""

import argparse
import gc
import json
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import structlog
import uvloop

from benchmarks.table import heading, row
from frontdesk.proving.certifying.killing import killed
from frontdesk.proving.certifying.random_requests import random_requests
from frontdesk.proving.certifying.random_runs import Tally, random_runs
from frontdesk.proving.certifying.suite import opening
from frontdesk.storage.database import Storage
from frontdesk.storage.throwaway import throwaway_postgres
from frontdesk.systems.manifest import Ability, connector, manifests
from frontdesk.vault.master import MasterKey

RUNS, KILLS = 100_000, 1_000
"""So many of each connector make a whole campaign; a short one says how far it has come."""
CHUNK = 200
LITTER = 100_000
"""So many objects more before Python looks for circles: a simulated book is large, lives for one desk and has none."""


@dataclass(kw_only=True)
class State:
    """How far one connector has come, over all starts."""

    runs: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kills: int = 0

    def add(self, done: Tally, seconds: float) -> None:
        """Take a chunk in."""
        self.runs += done.runs
        self.seconds += seconds
        self.counts += done.counts
        self.wrong += done.wrong


def load(file: Path) -> dict[str, State]:
    """Where an earlier start stopped."""
    kept = json.loads(file.read_text()) if file.exists() else {}
    return {name: State(**{**one, "counts": Counter(one["counts"])}) for name, one in kept.items()}


def keep(file: Path, states: dict[str, State]) -> None:
    """Write it down, whole or not at all."""
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps({name: vars(state) for name, state in states.items()}, indent=2))
    beside.replace(file)


def chunk(url: str, home: Path, system: str, seed: int, runs: int) -> tuple[Tally, float]:
    """One process's part, and how long it took. On the event loop that `serve` runs on."""
    gc.set_threshold(LITTER, 20, 20)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    begun = time.monotonic()

    async def run() -> Tally:
        storage = Storage(url, master=MasterKey.load(home))
        await storage.open()
        try:
            begin = random_runs if Ability.BOOK in connector(system)[0].can else random_requests
            return await begin(opening(system, storage), seed=seed, runs=runs)
        finally:
            await storage.close()

    return uvloop.run(run()), time.monotonic() - begun


def campaign(folder: Path, systems: Sequence[str], *, runs: int, minutes: float | None, kills: int) -> int:
    """0 where nothing was wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "connectors.json"
    states = load(file)
    until = time.monotonic() + minutes * 60 if minutes is not None else None
    workers = os.cpu_count() or 2
    with (
        throwaway_postgres() as server,
        ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool,
    ):
        MasterKey.made(server.home / "master.key")
        url = server.database("connectors")
        for system in systems:
            state = states.setdefault(system, State())
            waiting: set[Future[tuple[Tally, float]]] = set()
            next_seed = state.runs // CHUNK
            while state.runs < runs and not state.wrong and (until is None or time.monotonic() < until):
                while len(waiting) < workers:
                    waiting.add(pool.submit(chunk, url, server.home, system, next_seed, CHUNK))
                    next_seed += 1
                done = next(as_completed(waiting))
                waiting.discard(done)
                state.add(*done.result())
                keep(file, states)
            for one in waiting:
                if not one.cancel():
                    state.add(*one.result())
            keep(file, states)
            while state.kills < kills and not state.wrong and (until is None or time.monotonic() < until):
                done_with = killed(url, server.home, system, seed=state.kills, kills=min(20, kills - state.kills))
                state.kills += done_with.kills
                state.wrong += done_with.wrong
                keep(file, states)
    for name in systems:
        _tell(name, states[name])
    return 1 if any(states[name].wrong for name in systems) else 0


def _tell(name: str, state: State) -> None:
    heading(f"{name}: sagas at random")
    row("sagas", state.runs, "", goal=RUNS)
    row("sagas a second, of one process", state.runs / max(state.seconds, 1e-9), "/s")
    for what, number in sorted(state.counts.items()):
        row(what, number, "")
    row("desks killed amid a saga (SIGKILL)", state.kills, "", goal=KILLS)
    row("double, lost or untrue", len(state.wrong), "", goal=0)
    for one in state.wrong[:10]:
        print(f"  {one}")


def main() -> int:
    """A short campaign unless told otherwise, on a PostgreSQL of its own."""
    written = [one.key for one in manifests()]
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--system", action="append", choices=written, help="only this one; may be repeated")
    asked.add_argument("--runs", type=int, default=2_000, help="how many sagas of each, over all starts")
    asked.add_argument("--minutes", type=float, help="how long this start may take at most")
    asked.add_argument("--kills", type=int, default=20, help="how many desks are killed amid a saga, of each connector")
    asked.add_argument("--folder", type=Path, help="where it is kept, so that it can be gone on with")
    given = asked.parse_args()
    systems = given.system or written
    if given.folder is not None:
        return campaign(given.folder, systems, runs=given.runs, minutes=given.minutes, kills=given.kills)
    with tempfile.TemporaryDirectory(prefix="frontdesk-connectors-") as folder:
        return campaign(Path(folder), systems, runs=given.runs, minutes=given.minutes, kills=given.kills)


if __name__ == "__main__":
    sys.exit(main())
