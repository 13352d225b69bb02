"""A figure as it is shown and exported: never without what it is a share of, or counted over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from frontdesk.outcomes.proportions import Difference, Rate


class Unit(Enum):
    """What a figure's value is. A share is from 0 to 1; a change of shares from -1 to 1."""

    SHARE = "share"
    CHANGE = "change"
    SECONDS = "seconds"
    MONEY = "money"
    LOG_ODDS = "log odds"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """`numerator` of `denominator`; `value` is None where there is nothing to count over.

    `query` names the query it comes from, `name` what it tells, `part` which of several (a reason, an arm). Of
    response times the numerator is how many took no longer than `value`. `low` and `high` enclose 95 of 100.
    """

    query: str
    name: str
    part: str = ""
    unit: Unit = Unit.SHARE
    numerator: float
    denominator: float
    value: float | None
    low: float | None = None
    high: float | None = None


COLUMNS = ("query", "name", "part", "unit", "numerator", "denominator", "value", "low", "high")
"""A figure's row in a table."""


def row_of(figure: Figure) -> dict[str, str | float | None]:
    """The figure as a row, by column."""
    return {
        "query": figure.query,
        "name": figure.name,
        "part": figure.part,
        "unit": figure.unit.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
    }


def share(query: str, name: str, rate: Rate, *, part: str = "") -> Figure:
    """A share of things that were counted, with its interval."""
    interval = rate.interval()
    return Figure(
        query=query,
        name=name,
        part=part,
        numerator=rate.hits,
        denominator=rate.of,
        value=rate.value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def part_of(query: str, name: str, amount: float, whole: float, *, part: str = "", unit: Unit = Unit.SHARE) -> Figure:
    """A part of an amount, hours of hours; an interval would take them for independent cases, so there is none."""
    value = (amount / whole if whole else None) if unit is Unit.SHARE else amount
    return Figure(query=query, name=name, part=part, unit=unit, numerator=amount, denominator=whole, value=value)


def change(query: str, name: str, found: Difference | None, *, now: Rate, part: str = "") -> Figure:
    """How much a share differs from another one, counted over the newer one's cases."""
    return Figure(
        query=query,
        name=name,
        part=part,
        unit=Unit.CHANGE,
        numerator=now.hits,
        denominator=now.of,
        value=found.value if found else None,
        low=found.interval.low if found else None,
        high=found.interval.high if found else None,
    )


def quantile(query: str, name: str, seconds: Sequence[float], level: float, *, part: str) -> Figure:
    """The time within which that share of answers came: one of those that were measured."""
    many = len(seconds)
    if not many:
        return Figure(query=query, name=name, part=part, unit=Unit.SECONDS, numerator=0, denominator=0, value=None)
    value = sorted(seconds)[min(many - 1, max(0, -(-int(many * level * 1000) // 1000) - 1))]
    within = sum(one <= value for one in seconds)
    return Figure(query=query, name=name, part=part, unit=Unit.SECONDS, numerator=within, denominator=many, value=value)
