"""Lives of a practice over several seeds, with and without reminders, each on a database of its own."""

import asyncio
import logging
import time as machine
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, date, time, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

import structlog
import uvloop

from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import PRESETS, Reminding
from frontdesk.domain.time import instant
from frontdesk.proving.clinic.bench import entered_at_rest
from frontdesk.proving.simulating.attending import MOST_LEAD_DAYS
from frontdesk.proving.simulating.desk import SimulatedDesk
from frontdesk.proving.simulating.figures import Lived, lived
from frontdesk.proving.simulating.habits import Habits
from frontdesk.proving.simulating.living import Life
from frontdesk.proving.simulating.people import draw_people
from frontdesk.proving.simulating.world import World
from frontdesk.sample.practice import smile
from frontdesk.settings import Settings
from frontdesk.storage.throwaway import throwaway_postgres
from frontdesk.wiring import open_frontdesk

FIRST = date(2026, 6, 1)
"""A Monday; the sample practice has been open for months."""
PROCESSES = 2
PEOPLE_A_DAY = 45
"""So many people are on file for each who asks on a day: they come once in two months or so (a guess)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is lived: `days` from FIRST on, for each seed once with reminders and once without."""

    days: int
    seeds: tuple[int, ...]
    a_day: float
    habits: Habits
    arms: tuple[bool, ...] = (True, False)

    @property
    def lives(self) -> list[tuple[int, bool]]:
        """Every seed with and without reminders."""
        return [(seed, reminded) for seed in self.seeds for reminded in self.arms]


def all_lives(
    plan: Plan, *, processes: int = PROCESSES, on_each: Callable[[Lived], None] = lambda _: None
) -> list[Lived]:
    """Every life of the plan, by seed. Raises: DatabaseFault."""
    found: list[Lived] = []
    with throwaway_postgres() as server:
        places = [server.database(f"life_{number}") for number in range(len(plan.lives))]
        with ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn")) as pool:
            pending = [
                pool.submit(_in_a_process, url, server.home, plan, seed, reminded)
                for url, (seed, reminded) in zip(places, plan.lives, strict=True)
            ]
            for done in as_completed(pending):
                on_each(one := done.result())
                found.append(one)
    return sorted(found, key=lambda one: (one.seed, not one.reminded))


def _in_a_process(url: str, home: Path, plan: Plan, seed: int, reminded: bool) -> Lived:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(live(url, home, plan, seed, reminded=reminded))


async def live(url: str, home: Path, plan: Plan, seed: int, *, reminded: bool) -> Lived:
    """One life in an empty database."""
    began = machine.monotonic()
    practice = smile() if reminded else unreminded(smile())
    with entered_at_rest(url) as (database, clock):
        clock.at = instant(FIRST, time(0), practice.locations[0].zone).astimezone(UTC)
        async with open_frontdesk(Settings(home=home), database) as opened:
            desk = SimulatedDesk(opened, clock, practice)
            people = draw_people(plan.habits, round(plan.a_day * PEOPLE_A_DAY), seed=seed)
            await desk.open(people)
            days = [FIRST + timedelta(days=ahead) for ahead in range(plan.days + MOST_LEAD_DAYS)]
            await desk.keeps_free(days, part=plan.habits.shift_kept_free, chance=Random(f"kept {seed}"))
            world = World(desk, people, plan.habits, seed=seed)
            life = Life(world, seed=seed, a_day=plan.a_day)
            await life.lives(FIRST, plan.days)
            seconds = machine.monotonic() - began
            return lived(world, life.answering.judge, seed=seed, reminded=reminded, days=plan.days, seconds=seconds)


def unreminded(practice: Practice) -> Practice:
    """The same practice, whose patients are reminded of nothing."""
    return replace(practice, reminding=Reminding(ladder=PRESETS["none"]))


def seeds_from(first: int, many: int) -> tuple[int, ...]:
    """So many seeds, one after the other."""
    return tuple(range(first, first + many))
