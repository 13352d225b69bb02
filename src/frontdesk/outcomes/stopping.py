"""When an experiment may be judged: at a few looks that are fixed beforehand, with a bar that is high at first.

The bars spend the chance of error as O'Brien and Fleming's do, by the spending function of K. K. G. Lan and D. L.
DeMets (Biometrika 70, 1983, 659-663); they are worked out by the recursion of P. Armitage, C. K. McPherson and B. C.
Rowe (J. R. Stat. Soc. A 132, 1969, 235-244). docs/decisions/0012 says why these and not an interval that always holds.
"""

from collections.abc import Sequence
from functools import cache
from math import sqrt
from statistics import NormalDist

from frontdesk.domain.faults import Impossible
from frontdesk.outcomes.sample import ALPHA

LOOKS = (0.5, 0.75, 1.0)
"""The parts of the sample at which it is judged."""
_STEPS = 160
_NORMAL = NormalDist()


def spent(part: float, alpha: float = ALPHA) -> float:
    """How much of the chance of error, half of it on either side, is used up when that part of the sample is in."""
    return 4 * (1 - _NORMAL.cdf(_NORMAL.inv_cdf(1 - alpha / 4) / sqrt(part)))


@cache
def bars(parts: tuple[float, ...] = LOOKS, alpha: float = ALPHA) -> tuple[float, ...]:
    """How many standard errors a difference has to measure at each look to end the experiment, on either side."""
    if not parts or list(parts) != sorted(set(parts)) or not 0 < parts[0] <= parts[-1] <= 1:
        raise Impossible(f"bars: parts of a whole that grow are needed; got {parts}")
    found: list[float] = []
    scores: Sequence[tuple[float, float]] = ((0.0, 1.0),)  # where the sum of what is in may be, and how likely
    before = 0.0
    for part in parts:
        step = sqrt(part - before)
        due = spent(part, alpha) - (spent(before, alpha) if before else 0.0)
        bar = _bar(scores, step, sqrt(part), due)
        found.append(bar)
        scores = _going_on(scores, step, bar * sqrt(part))
        before = part
    return tuple(found)


def _bar(scores: Sequence[tuple[float, float]], step: float, scale: float, due: float) -> float:
    """The bar above which, or below whose negative, the sum ends up with the chance `due`."""
    low, high = 0.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        edge = middle * scale
        beyond = sum(
            weight * (_NORMAL.cdf((-edge - at) / step) + 1 - _NORMAL.cdf((edge - at) / step)) for at, weight in scores
        )
        low, high = (middle, high) if beyond > due else (low, middle)
    return high


def _going_on(scores: Sequence[tuple[float, float]], step: float, edge: float) -> list[tuple[float, float]]:
    """Where the sum may be at the next look, of what stayed within the bar: midpoints of equal stretches."""
    width = 2 * edge / _STEPS
    places = [-edge + (number + 0.5) * width for number in range(_STEPS)]
    spread = NormalDist(0.0, step)
    return [(place, width * sum(weight * spread.pdf(place - at) for at, weight in scores)) for place in places]
