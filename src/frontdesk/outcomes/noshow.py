"""How likely a visit is to be missed, so that somebody may take more trouble over it; never to refuse or to charge.

What it may be used for: one more call by the desk, and a list of days on which a person may book more. It must not
decide who is given a time, which time, at what price, with what deposit, or in which order on the waitlist; a test
holds that nothing but `reception.noshows`, which makes these two lists, imports this module.

What it knows of a visit is fair to use and can be read by whoever it is about: how long ahead it was booked, its
weekday and hour, how often they came and did not come before (counted up to a bound, so that nobody is marked for
life), whether it is their first, and whether they confirmed it a day ahead. It knows no language, age, sex, insurance
or address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log1p

from frontdesk.outcomes.calibration import Calibration, calibration
from frontdesk.outcomes.logistic import chance_of, fit
from frontdesk.outcomes.proportions import Rate

FEWEST = 200
"""With fewer visits of known outcome no weights are worked out, and the practice's base rate stands (a guess)."""
FEWEST_MISSED = 40
"""Nor with fewer missed ones: some five for each weight (a guess on the side of caution)."""
BETTER = 0.99
"""Weights are kept where their error on visits not seen before is below this part of the base rate's (a guess)."""
PART_TRIED = 0.25
"""The newest part of the visits, on which weights learned from the older ones are tried."""
FARTHEST = 60.0
"""Days ahead; what was booked longer before counts as so many."""
MOST_KEPT, MOST_MISSED = 5, 2
"""So many earlier visits are counted at most."""
FEATURES = (
    "base",
    "lead",
    "lead unknown",
    "monday",
    "friday",
    "weekend",
    "before ten",
    "from four",
    "came before",
    "missed before",
    "first visit",
    "confirmed",
)
"""What the weights belong to, in their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """What is known of a visit the day before. `start` is on the location's wall clock; `lead` None: not known."""

    start: datetime
    lead: timedelta | None
    came: int
    missed: int
    first: bool
    confirmed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """What a practice's visits have taught. No `weights`: too few, and the base rate stands for every visit.

    `tried` is what weights learned from the older visits told of the newest ones, which they had not seen.
    """

    base: Rate
    weights: tuple[float, ...] = ()
    tried: Calibration | None = None

    @property
    def knows(self) -> bool:
        """Whether it tells visits apart."""
        return bool(self.weights)


def features(visit: Ahead) -> tuple[float, ...]:
    """The numbers that the weights are multiplied with, in the order of FEATURES, each from 0 to 1."""
    days = 0.0 if visit.lead is None else max(0.0, min(FARTHEST, visit.lead / timedelta(days=1)))
    weekday, hour = visit.start.weekday(), visit.start.hour
    return (
        1.0,
        log1p(days) / log1p(FARTHEST),
        float(visit.lead is None),
        float(weekday == 0),
        float(weekday == 4),
        float(weekday >= 5),
        float(hour < 10),
        float(hour >= 16),
        min(visit.came, MOST_KEPT) / MOST_KEPT,
        min(visit.missed, MOST_MISSED) / MOST_MISSED,
        float(visit.first),
        float(visit.confirmed),
    )


def learn(visits: Sequence[Ahead], missed: Sequence[bool]) -> Model:
    """What visits of known outcome teach, given in the order of their start.

    Weights are only kept where they told the newest visits better than the base rate did.
    """
    base = Rate(hits=sum(missed), of=len(missed))
    if base.of < FEWEST or base.hits < FEWEST_MISSED:
        return Model(base=base)
    rows = [features(visit) for visit in visits]
    older = round(len(rows) * (1 - PART_TRIED))
    weights = fit(rows[:older], missed[:older])
    tried = calibration([chance_of(row, weights) for row in rows[older:]], missed[older:])
    if tried is None or tried.brier >= BETTER * tried.base_brier:
        return Model(base=base, tried=tried)
    return Model(base=base, weights=fit(rows, missed), tried=tried)


def risk(model: Model, visit: Ahead) -> float | None:
    """How likely it is to be missed, from 0 to 1; the base rate where the model knows no more, None without any."""
    return chance_of(features(visit), model.weights) if model.weights else model.base.value


def reasons(model: Model, visit: Ahead) -> tuple[str, ...]:
    """The names of what raises this visit's risk most, the strongest first, two at most."""
    if not model.weights:
        return ()
    parts = zip(FEATURES[1:], features(visit)[1:], model.weights[1:], strict=True)
    raising = sorted(((value * weight, name) for name, value, weight in parts if value * weight > 0.1), reverse=True)
    return tuple(name for _, name in raising[:2])


def chance_of_any(risks: Sequence[float]) -> float:
    """How likely at least one of these visits is missed, each by itself."""
    none = 1.0
    for one in risks:
        none *= 1 - one
    return 1 - none
