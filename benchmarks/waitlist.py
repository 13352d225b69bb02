"""How often a time that opened up is filled from the waitlist, and whether anybody is behind.

`python -m benchmarks.waitlist` prints it.

The people are made up (see `waitlist_world`); the order, the waves and their deadlines are the desk's own.
"""

from collections.abc import Sequence
from datetime import timedelta

from benchmarks.table import heading, row
from benchmarks.waitlist_world import GROUPS, Refill, refills, several_seasons

TIMES = 1000
GOALS = {3: 60.0, 6: None, 24: 90.0, 72: None}
"""Hours of notice, and how many in a hundred must be filled."""
NO_LEAD = timedelta(0)


def main() -> None:
    """Print the table."""
    heading(f"{TIMES:,} times that open up, 40 people whom each fits, 8.3 % of offers taken")
    for hours, goal in GOALS.items():
        notice = timedelta(hours=hours)
        _rows(f"{hours} h notice", refills(notice=notice, people=40, times=TIMES, seed=1), goal)
    results = refills(notice=timedelta(hours=3), people=40, times=TIMES, seed=1, lead=NO_LEAD)
    _rows("3 h notice, a practice that may be booked until the last hour", results, GOALS[3])
    shares = several_seasons(range(12))
    heading(f"{shares.made:,} offers over two months each of 12 lists of 150: behind its share, of all offers")
    for name, groups in GROUPS.items():
        for group in groups:
            row(f"{name}: {group}", 100 * shares.behind(group), "%")


def _rows(what: str, results: Sequence[Refill], goal: float | None) -> None:
    row(f"{what}: filled", 100 * _mean([float(one.filled) for one in results]), "%", goal=goal)
    row(f"{what}: people asked", _mean([len(one.asked) for one in results]), "")
    row(f"{what}: told that it is gone", _mean([one.told_gone for one in results]), "")
    row(f"{what}: of these wanted it", _mean([one.wanted_and_gone for one in results]), "")
    row(f"{what}: promised and then told so", sum(one.broken_promises for one in results), "", goal=0)


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures)


if __name__ == "__main__":
    main()
