"""The whole benchmark: every task so many times, on a throwaway server, in a few processes."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import structlog

from frontdesk.domain.practice import Understanding
from frontdesk.proving.clinic.agent import Agent
from frontdesk.proving.clinic.desk_agent import DeskAgent
from frontdesk.proving.clinic.http_agent import AgentGone, http_agent
from frontdesk.proving.clinic.running import Trial, run
from frontdesk.proving.clinic.task import Task
from frontdesk.sample.practice import smile
from frontdesk.settings import Settings
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.installation import Kind, enter
from frontdesk.storage.throwaway import throwaway_postgres
from frontdesk.wiring import Ready, open_frontdesk

PROCESSES = 2
_BEGINNING = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is to be run: the tasks, how often each, with which seeds, and who is tested.

    `settings` hold the model, where one is asked; `url` is another agent's address, which then takes the desk's place.
    """

    tasks: tuple[Task, ...]
    k: int
    seed: int
    understanding: Understanding
    settings: Settings
    url: str | None = None

    @property
    def runs(self) -> list[tuple[Task, int]]:
        """Every task with every seed."""
        return [(task, self.seed + one) for task in self.tasks for one in range(self.k)]


def trials(plan: Plan, *, processes: int = PROCESSES, on_each: Callable[[Trial], None] = lambda _: None) -> list[Trial]:
    """All trials, by task and seed. Raises: DatabaseFault, AgentGone."""
    if plan.url is not None:
        return asyncio.run(_over_http(plan, on_each))
    runs = plan.runs
    shares = [share for place in range(processes) if (share := runs[place::processes])]
    found: list[Trial] = []
    with throwaway_postgres() as server:
        places = [(server.database(f"clinic_{number}"), server.home) for number in range(len(shares))]
        with ProcessPoolExecutor(max_workers=len(shares), mp_context=get_context("spawn")) as pool:
            pending = [
                pool.submit(_share, url, home, plan.settings, plan.understanding, share)
                for (url, home), share in zip(places, shares, strict=True)
            ]
            for done in as_completed(pending):
                for trial in done.result():
                    on_each(trial)
                    found.append(trial)
    return sorted(found, key=lambda trial: (trial.task, trial.seed))


def _share(
    url: str, home: Path, settings: Settings, understanding: Understanding, runs: Sequence[tuple[Task, int]]
) -> list[Trial]:
    """One process's part."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return asyncio.run(_on_the_desk(url, home, settings, understanding, runs))


async def _on_the_desk(
    url: str, home: Path, settings: Settings, understanding: Understanding, runs: Sequence[tuple[Task, int]]
) -> list[Trial]:
    with entered_at_rest(url) as (database, clock):
        own = Settings(home=home, model=settings.model, model_url=settings.model_url, model_key=settings.model_key)
        async with open_frontdesk(own, database) as desk:
            agent = DeskAgent(desk, clock, understanding=understanding)
            return [await attempted(task, agent, seed=seed) for task, seed in runs]


@contextmanager
def entered_at_rest(url: str) -> Iterator[tuple[Ready, VirtualClock]]:
    """The database as a demo's, on a clock that stands where it is set."""
    entered, clock = enter(url), VirtualClock(at=_BEGINNING)
    entered.become(Kind.DEMO)
    entered.clock = clock
    try:
        yield Ready(url=url, entered=entered), clock
    finally:
        entered.leave()


async def _over_http(plan: Plan, on_each: Callable[[Trial], None]) -> list[Trial]:
    assert plan.url is not None  # whoever calls has looked
    found: list[Trial] = []
    async with http_agent(plan.url) as agent:
        for task, seed in plan.runs:
            trial = await attempted(task, agent, seed=seed)
            on_each(trial)
            found.append(trial)
    return found


async def attempted(task: Task, agent: Agent, *, seed: int) -> Trial:
    """The trial; a receptionist that breaks down has failed the task, and the others go on. Raises: AgentGone."""
    try:
        return await run(task, agent, smile(), seed=seed)
    except AgentGone:
        raise
    except Exception as broken:
        why = f"the receptionist broke down: {type(broken).__name__}"
        return Trial(task=task.id, seed=seed, turns=0, repeats=0, faults=(why,), untrue=(), lines=())
