"""Which of several values the evidence fits best, and how sure that makes it."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

V = TypeVar("V", bound=Hashable)
Heard = Mapping[str, float]
"""What one try may have been, each with its oddness in nats."""

PER_RANK = 0.45
"""A speech recogniser's next alternative is so much less likely, in nats."""
FARTHEST = 9.0
"""However badly a try fits, it counts no more than this against a value: a try may be about something else."""
NONE_OF_THEM = 4.0
"""How far from a value what was heard may be before it is likelier that no value at hand is meant."""


WORTH_TELLING = 0.1
"""A value less likely than this is none."""


def weighed(
    values: Mapping[V, float], tries: Sequence[Heard], *, apart: Callable[[V, str], float]
) -> list[tuple[V, float]]:
    """The values with their chances, the likeliest first; [] where none is likely.

    `values` has what speaks for each beforehand, in nats; `apart` tells how unlikely, in nats, it is to hear these
    signs where the value was meant.
    """
    scores: dict[V, float] = {}
    for value, before in values.items():
        scores[value] = before + sum(_fit(value, heard, apart) for heard in tries if heard)
    if not scores:
        return []
    none = -NONE_OF_THEM * max(1, len(tries)) + min(values.values())
    top = max(*scores.values(), none)
    total = sum(math.exp(score - top) for score in scores.values()) + math.exp(none - top)
    told = [(value, math.exp(score - top) / total) for value, score in scores.items()]
    told.sort(key=lambda one: -one[1])
    return told if told[0][1] >= WORTH_TELLING else []


def fitting_best(
    values: Mapping[V, float], tries: Sequence[Heard], *, apart: Callable[[V, str], float]
) -> list[tuple[V, float]]:
    """The same for values of which one is surely meant: what was misheard before only tells between them."""
    scores = {
        value: before + sum(max(_fit(value, heard, apart), -NONE_OF_THEM) for heard in tries if heard)
        for value, before in values.items()
    }
    top = max(scores.values(), default=0.0)
    total = sum(math.exp(score - top) for score in scores.values())
    return sorted(((value, math.exp(score - top) / total) for value, score in scores.items()), key=lambda one: -one[1])


def _fit(value: V, heard: Heard, apart: Callable[[V, str], float]) -> float:
    return max(-FARTHEST, -min(odd + apart(value, signs) for signs, odd in heard.items()))


def ranked(alternatives: Sequence[Sequence[tuple[str, float]]]) -> dict[str, float]:
    """All that the alternatives of one try, best first, may have been, each with its least oddness."""
    heard: dict[str, float] = {}
    for rank, readings in enumerate(alternatives):
        for signs, odd in readings:
            heard[signs] = min(odd + rank * PER_RANK, heard.get(signs, math.inf))
    return heard
