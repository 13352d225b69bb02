"""A share with what it is a share of, and how sure one can be of it and of the difference between two."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from frontdesk.domain.faults import Impossible

USUAL_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """From `low` to `high`, both as shares: 0.05 is five of a hundred."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value lies in it."""
        return self.low <= value <= self.high


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many of so many. With nothing to be a share of, it has no value."""

    hits: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of:
            raise Impossible(f"Rate: from 0 to {self.of} of {self.of} are possible; got {self.hits}")

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1."""
        return self.hits / self.of if self.of else None

    def interval(self, level: float = USUAL_LEVEL) -> Interval | None:
        """Wilson's score interval, which holds with few cases and near 0 and 1 too; None where `of` is 0.

        Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
        """
        if not self.of:
            return None
        z2 = z_of(level) ** 2
        share, many = self.hits / self.of, self.of
        middle = (share + z2 / (2 * many)) / (1 + z2 / many)
        half = sqrt(z2 * (share * (1 - share) + z2 / (4 * many)) / many) / (1 + z2 / many)
        low = 0.0 if self.hits == 0 else max(0.0, middle - half)
        high = 1.0 if self.hits == many else min(1.0, middle + half)
        return Interval(low=low, high=high)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How much one share is above another, as shares: -0.04 is four points below."""

    value: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Whether no difference is ruled out by the interval."""
        return not self.interval.holds(0.0)


def difference(one: Rate, other: Rate, level: float = USUAL_LEVEL) -> Difference | None:
    """`one` less `other`, with Newcombe's hybrid of two Wilson intervals; None where either is a share of nothing.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.
    """
    first, second = one.interval(level), other.interval(level)
    if first is None or second is None:
        return None
    a, b = one.hits / one.of, other.hits / other.of
    low = a - b - sqrt((a - first.low) ** 2 + (second.high - b) ** 2)
    high = a - b + sqrt((first.high - a) ** 2 + (b - second.low) ** 2)
    return Difference(value=a - b, interval=Interval(low=low, high=high))


def z_of(level: float) -> float:
    """How many standard deviations hold that share of a normal distribution, around its middle."""
    return NormalDist().inv_cdf((1 + level) / 2)
