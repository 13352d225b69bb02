"""Who is asked first when a time opens up: an order that can be told in one sentence for each of them.

What the clinic has set as urgent comes first; then whoever is owed an offer most; then whoever this time fits most
closely; then whoever has waited longest. Nothing else is looked at, and nothing else is in `Candidate`: not the
language, the age, the insurance, how far away somebody lives, nor whether they once stayed away.

What somebody is owed makes the rotation: with each offer that is made, everybody who could have had it is owed an equal
part of it, and whoever gets it is owed one less. Over time everybody gets offers as often as they could have had them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from math import floor
from uuid import UUID

from frontdesk.domain.experiment import Order
from frontdesk.domain.wish import Wish


class Urgency(IntEnum):
    """How soon somebody should be seen, as the clinic's people have set it."""

    ROUTINE = 0
    SOON = 1
    URGENT = 2


class Fit(IntEnum):
    """How closely somebody said when they can come. Who named less can be asked about more other times."""

    ANY_TIME = 0
    PARTLY = 1
    """Days or hours were named, or whom to see."""
    CLOSELY = 2
    """More than one of these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody whose wish the time fits. `owed`: offers, below nought where they had more than their part."""

    id: UUID
    joined: datetime
    fit: Fit
    urgency: Urgency = Urgency.ROUTINE
    owed: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reasons:
    """Why somebody stands where they stand: `place` counts from 1, among so many (`among`)."""

    place: int
    among: int
    urgency: Urgency
    owed: float
    fit: Fit
    waited: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """A candidate's place with its reasons."""

    id: UUID
    reasons: Reasons


def rank(candidates: Iterable[Candidate], *, now: datetime, by: Order = Order.CLOSEST_FIRST) -> tuple[Ranked, ...]:
    """Everybody in the order they are asked. It does not depend on the order they come in.

    `by`: what decides where urgency and turn do not.
    """

    def place(one: Candidate) -> tuple[object, ...]:
        close, long = -one.fit, one.joined
        return -one.urgency, -_whole(one.owed), *((close, long) if by is Order.CLOSEST_FIRST else (long, close)), one.id

    order = sorted(candidates, key=place)
    return tuple(
        Ranked(
            id=one.id,
            reasons=Reasons(
                place=place,
                among=len(order),
                urgency=one.urgency,
                owed=one.owed,
                fit=one.fit,
                waited=max(now - one.joined, timedelta(0)),
            ),
        )
        for place, one in enumerate(order, start=1)
    )


def part_of_each(*, asked: int, among: int) -> float:
    """What everybody who could have been asked is owed more, when so many of them are."""
    return asked / among if among else 0.0


def fit_of(wish: Wish) -> Fit:
    """How closely a wish was put."""
    days = any(window.names_days for window in wish.windows)
    hours = any(window.names_hours for window in wish.windows)
    named = days + hours + (wish.practitioner is not None)
    return Fit(min(named, Fit.CLOSELY))


def _whole(owed: float) -> int:
    """Offers that are owed count where they come to a whole one: below that, fit and waiting decide."""
    return floor(owed + 0.5)
