"""How fast free times are found: `python -m tools.bench scheduling`. Medians of one core's time, in one run.

What is read from PostgreSQL is measured by the clock on the wall, through the calendar that the desk books in.

Peers are installed below `build/`; what cannot be had there (no network, no compiler) is left out and said to be.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from time import thread_time

from benchmarks.peers import BUILD, installed, packages_of
from benchmarks.scheduling_peers import (
    by_bare_bits,
    by_c,
    by_intervals,
    by_naive_loop,
    by_numpy,
    by_sql,
    grid_of,
    numpy_grid,
    sql_grid,
)
from benchmarks.scheduling_stored import STORED_LISTED, stored_rows
from benchmarks.scheduling_world import NOW, Clinic, a_clinic
from benchmarks.table import heading, row
from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.time import Period
from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.best import best
from frontdesk.scheduling.busy_time import NOTHING_BUSY, BusyTime
from frontdesk.scheduling.listing import free_times
from frontdesk.scheduling.search import Search, search_for
from frontdesk.scheduling.series import Course, plan_course
from frontdesk.scheduling.starts import free_starts
from frontdesk.scheduling.timetable import Timetable, timetable

LISTED = "frontdesk: every start with its practitioners listed"
BEST_THREE = "frontdesk: the best three for a wish, as slots"
SERIES = "frontdesk: six sessions, 4 to 6 weeks apart, evenings, 3 plans"
EVENINGS = Wish(windows=(Window(earliest=NOW.replace(hour=17).time()),))
SIX = Course(visits=6, at_least=timedelta(days=28), at_most=timedelta(days=42))
Row = tuple[str, float, int]
GOALS = {LISTED: 1.5, BEST_THREE: 0.5, SERIES: 20.0, STORED_LISTED: 7.0}


def main() -> None:
    clinic = a_clinic()
    heading(f"20 practitioners, 6 rooms, 4 devices, 14 days, {len(clinic.busy):,} claims of 5,000 visits over 60 days")
    for name, took, found in (*_ours(clinic), _series(), *stored_rows(clinic, EVENINGS), *_peers(clinic)):
        row(name, took, "ms", goal=GOALS.get(name), found=found)
    heading("Growth with days and visits: every start listed, from loaded sets and from the claims themselves")
    for times in (1, 10, 100):
        grown = a_clinic(visits=5_000 * times, over=60 * times, days=14 * times)
        table, busy, search = _loaded(grown)
        loaded, count = _median(lambda t=table, b=busy, s=search: free_times(free_starts(s, t, b), t, b), rounds=5)  # type: ignore[misc]
        anew, _ = _median(lambda g=grown: _from_claims(g), rounds=3)  # type: ignore[misc]
        size = f"{times:>4} x: {14 * times:>5,} days, {5_000 * times:>7,} visits"
        row(f"{size}, from loaded sets", loaded, "ms", found=count)
        row(f"{size}, timetable and claims laid anew", anew, "ms", found=count)


def _ours(clinic: Clinic) -> Iterator[Row]:
    table, busy, search = _loaded(clinic)
    yield "frontdesk: sets of starts of everybody", *_median(lambda: free_starts(search, table, busy))
    yield (
        LISTED,
        *_median(lambda: free_times(free_starts(search, table, busy), table, busy)),
    )
    yield (
        BEST_THREE,
        *_median(lambda: best(free_starts(search, table, busy), EVENINGS, table, busy, count=3)),
    )
    yield "frontdesk: every start, timetable and claims laid anew", *_median(lambda: _from_claims(clinic), rounds=20)


def _series() -> Row:
    clinic = a_clinic(visits=18_000, over=230)
    until = NOW + timedelta(days=224)
    table = timetable(clinic.practice, Period(start=NOW, end=until))
    busy = NOTHING_BUSY.and_of(clinic.busy, table.ruler)
    search = search_for(clinic.practice, clinic.practice.services[0], clinic.within, now=NOW)
    took = _median(lambda: plan_course(search, SIX, EVENINGS, table, busy, until=until, count=3), rounds=20)
    return SERIES, *took


def _peers(clinic: Clinic) -> Iterator[Row]:
    grid = grid_of(clinic)
    yield "the limit: bare integers, sets alone, nothing of our values", *_median(lambda: by_bare_bits(grid))
    if in_c := by_c(grid):
        yield "the limit in C: 64-bit words, every pair listed", *in_c
    else:
        print("  no C compiler is installed here")
    home = BUILD / "scheduling-peers"
    there = installed({"numpy": ("numpy",), "intervaltree": ("intervaltree",)}, home)
    sys.path.append(str(packages_of(home)))
    if "numpy" in there:
        arrays = numpy_grid(grid)
        yield "numpy over a grid", *_median(lambda: by_numpy(grid, arrays), rounds=20)
    if "intervaltree" in there:
        yield "intervaltree", *_median(lambda: by_intervals(clinic), rounds=5)
    yield "a loop over starts, people, rooms and devices", *_median(lambda: by_naive_loop(clinic), rounds=3)
    database = sql_grid(clinic)
    yield "SQL over a grid (SQLite in memory)", *_median(lambda: by_sql(database), rounds=3)
    database.close()


def _loaded(clinic: Clinic) -> tuple[Timetable, BusyTime, Search]:
    table = timetable(clinic.practice, clinic.within)
    busy = NOTHING_BUSY.and_of(clinic.busy, table.ruler)
    return table, busy, _search(clinic)


def _search(clinic: Clinic) -> Search:
    service = clinic.practice.services[0]
    return Search(
        service=service, within=clinic.within, earliest=clinic.within.start + NOTHING, latest=clinic.within.end
    )


def _from_claims(clinic: Clinic) -> list[object]:
    table, busy, search = _loaded(clinic)
    return list(free_times(free_starts(search, table, busy), table, busy))


def _median(run: Callable[[], object], rounds: int = 60) -> tuple[float, int]:
    """Milliseconds of this thread's own time, so that other work on the machine does not count; and how many came."""
    found: object = run()
    took = []
    for _ in range(rounds):
        begun = thread_time()
        found = run()
        took.append((thread_time() - begun) * 1000)
    return median(took), len(found) if isinstance(found, list) else 0


if __name__ == "__main__":
    main()
