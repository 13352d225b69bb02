"""What an experiment has shown so far: by the patients it was meant for, whatever became of what they were sent.

Each patient counts once, with the first visit after they were put into an arm (intention to treat): so one patient with
many visits does not pass for many, and what is compared are people who differ by chance alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import sqrt

from frontdesk.outcomes.proportions import Difference, Rate, difference
from frontdesk.outcomes.stopping import LOOKS, bars


class Standing(Enum):
    """How far an experiment is."""

    GOES_ON = "goes on"
    DIFFERS = "differs"
    """One arm is better than the other, by more than chance explains."""
    NO_DIFFERENCE = "no difference"
    """The sample is full, and what is seen may be chance."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """One patient: in the first arm or the second, and whether it happened that is counted (a visit was missed)."""

    first: bool
    happened: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """`known` patients of the `wanted` have an outcome; the rates are those of the last look, None before the first.

    `change` is the second arm less the first. `next_look`: after so many patients; None once it is over.
    """

    standing: Standing
    wanted: int
    known: int
    looks: int
    first: Rate | None
    second: Rate | None
    change: Difference | None
    next_look: int | None


def arm_of(mark: bytes, arms: Sequence[str]) -> str:
    """The arm that a keyed hash of experiment and patient falls to: always the same one, and each as likely."""
    return arms[int.from_bytes(mark[-8:]) % len(arms)]


def judge(took: Sequence[Took], *, wanted: int, parts: tuple[float, ...] = LOOKS) -> Judged:
    """What stands after the looks that are due; `took` is in the order of the visits.

    A look always takes the same patients, so that it does not matter when, or how often, somebody asks.
    """
    sizes = [max(2, -(-int(wanted * part * 1000) // 1000)) for part in parts]
    judged = Judged(
        standing=Standing.GOES_ON,
        wanted=wanted,
        known=len(took),
        looks=0,
        first=None,
        second=None,
        change=None,
        next_look=sizes[0],
    )
    for number, (size, bar) in enumerate(zip(sizes, bars(parts), strict=True), start=1):
        if len(took) < size:
            break
        seen = took[:size]
        first, second = _rate(seen, first=True), _rate(seen, first=False)
        clear = abs(_score(first, second)) >= bar
        last = number == len(sizes)
        after = Standing.DIFFERS if clear else Standing.NO_DIFFERENCE if last else Standing.GOES_ON
        judged = Judged(
            standing=after,
            wanted=wanted,
            known=len(took),
            looks=number,
            first=first,
            second=second,
            change=difference(second, first),
            next_look=sizes[number] if after is Standing.GOES_ON else None,
        )
        if clear:
            break
    return judged


def _rate(took: Sequence[Took], *, first: bool) -> Rate:
    arm = [one.happened for one in took if one.first is first]
    return Rate(hits=sum(arm), of=len(arm))


def _score(first: Rate, second: Rate) -> float:
    """The difference in standard errors, as they are where there is none; 0 where an arm is empty."""
    if not (first.of and second.of):
        return 0.0
    together = (first.hits + second.hits) / (first.of + second.of)
    error = sqrt(together * (1 - together) * (1 / first.of + 1 / second.of))
    return (second.hits / second.of - first.hits / first.of) / error if error else 0.0
