"""How many patients an experiment needs, said before it begins."""

from math import ceil, sqrt
from statistics import NormalDist

from frontdesk.domain.faults import Impossible

ALPHA = 0.05
"""How often a difference is seen where there is none."""
POWER = 0.8
"""How often a difference is seen that is there."""
LOOKS_COST = 1.02
"""What looking twice before the end costs in patients: an O'Brien-Fleming plan of three looks needs less than 2 % more
(C. Jennison, B. W. Turnbull, Group Sequential Methods, 2000, table 2.4: 1.017 for three equal looks)."""


def patients_needed(base: float, other: float, *, alpha: float = ALPHA, power: float = POWER) -> int:
    """How many patients in each arm tell two shares apart, with the looks that are taken on the way.

    Source: J. L. Fleiss, Statistical Methods for Rates and Proportions, formula for two proportions, two-sided.
    """
    if not (0 < base < 1 and 0 < other < 1) or base == other:
        raise Impossible(f"patients_needed: two different shares between 0 and 1 are needed; got {base} and {other}")
    normal, middle = NormalDist(), (base + other) / 2
    by_chance = normal.inv_cdf(1 - alpha / 2) * sqrt(2 * middle * (1 - middle))
    by_effect = normal.inv_cdf(power) * sqrt(base * (1 - base) + other * (1 - other))
    return ceil(LOOKS_COST * ((by_chance + by_effect) / (base - other)) ** 2)


def smallest_difference(base: float, each: int) -> float | None:
    """The smallest fall below `base` that so many patients in each arm show; None where not even none would be seen."""
    for points in range(1, 1000):
        other = base - points / 1000
        if other <= 0:
            return None
        if patients_needed(base, other) <= each:
            return points / 1000
    return None
