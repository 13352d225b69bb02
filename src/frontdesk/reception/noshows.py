"""The two things that the risk of a missed visit is for: whom the desk may call, and where a person may book one more.

Both are lists for a person. Nothing here, and nothing that reads it, refuses a visit, sets a price or a deposit, or
puts anybody behind: `outcomes.noshow` says what is fair about it, and a test holds who may read it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid5
from zoneinfo import ZoneInfo

from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.outcomes.noshow import chance_of_any, learn, reasons, risk
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.figures.gathering import lesson_was_learned
from frontdesk.storage.noshow_models import Coming, Learned, coming_visits, keep_model, last_model, past_visits
from frontdesk.storage.tasks import Task, open_task, was_opened

TIMES_THE_BASE = 1.5
"""So many times as likely to be missed as the practice's visits are, a visit is worth a call (a guess)."""
CALLS_A_DAY = 5
"""A desk has no time for more (a guess)."""
LOOKED_AT = time(12)
"""From noon on, on the practice's wall clock, it is told whom to call about the next day."""
DAYS_AHEAD = 4
"""The next day that has visits is looked for so far ahead."""
NEARLY_SURE = 0.8
"""So likely has it to be that one of a practitioner's visits is missed before it is said that one more would fit."""
FEWEST_VISITS = 4
WORTH_A_CALL = "visits of the next day are likelier than others to be missed"
"""The reason on the card."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Likely:
    """A visit with how likely it is to be missed, and the names of what raises that, of `outcomes.noshow.FEATURES`."""

    visit: Coming
    risk: float
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OneMore:
    """A practitioner's day on which a missed visit is nearly sure: `expected` of `visits` are missed on average."""

    practitioner: PractitionerId
    visits: int
    expected: float
    any_missed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class NextDay:
    """The next day with visits, on the wall clock. Both lists are empty while visits cannot be told apart."""

    day: date
    visits: int
    calls: tuple[Likely, ...]
    one_more: tuple[OneMore, ...]


async def learn_again(storage: Storage, practice: Practice, *, now: datetime) -> Learned:
    """What the practice's visits teach up to now, kept. The arithmetic is done while others are served."""
    async with storage.practice(practice.id) as db:
        known, missed = await past_visits(db, _zones(practice), until=now)
    model = await asyncio.to_thread(learn, known, missed)
    async with storage.practice(practice.id) as db:
        await keep_model(db, model, now=now)
        await lesson_was_learned(db, now=now)
    return Learned(at=now, model=model)


async def next_day(db: Db, practice: Practice, *, now: datetime) -> NextDay | None:
    """Whom to call about it and where one more would fit; None where no visit is near."""
    zone = practice.locations[0].zone
    today = wall(now, zone).date()
    first, last = today + timedelta(days=1), today + timedelta(days=DAYS_AHEAD + 1)
    near = Period(start=_midnight(first, zone), end=_midnight(last, zone))
    coming = await coming_visits(db, _zones(practice), near)
    if not coming:
        return None
    day = wall(coming[0].during.start, zone).date()
    visits = [one for one in coming if wall(one.during.start, zone).date() == day]
    learned = await last_model(db)
    if learned is None or not learned.model.knows:
        return NextDay(day=day, visits=len(visits), calls=(), one_more=())
    model, base = learned.model, learned.model.base.value or 0.0
    likely = [Likely(visit=one, risk=risk(model, one.known) or 0.0, why=reasons(model, one.known)) for one in visits]
    worth = [one for one in likely if one.risk >= TIMES_THE_BASE * base and not one.visit.known.confirmed]
    return NextDay(
        day=day,
        visits=len(visits),
        calls=tuple(sorted(worth, key=lambda one: -one.risk)[:CALLS_A_DAY]),
        one_more=_one_more(likely),
    )


async def tell_whom_to_call(db: Db, practice: Practice, *, now: datetime) -> bool:
    """Whether a card was put before the desk: one for each next day on which somebody is worth a call."""
    if wall(now, practice.locations[0].zone).time() < LOOKED_AT:
        return False
    found = await next_day(db, practice, now=now)
    if found is None or not found.calls:
        return False
    id = uuid5(practice.id, f"worth a call {found.day}")
    if await was_opened(db, id):
        return False
    task = Task(id=id, conversation=None, appointment=None, reason=WORTH_A_CALL, urgent=False, opened=now)
    await open_task(db, task)
    return True


def _one_more(likely: Sequence[Likely]) -> tuple[OneMore, ...]:
    whose: dict[PractitionerId, list[float]] = defaultdict(list)
    for one in likely:
        if one.visit.practitioner is not None:
            whose[one.visit.practitioner].append(one.risk)
    return tuple(
        OneMore(practitioner=person, visits=len(risks), expected=sum(risks), any_missed=chance_of_any(risks))
        for person, risks in whose.items()
        if len(risks) >= FEWEST_VISITS and chance_of_any(risks) >= NEARLY_SURE
    )


def _zones(practice: Practice) -> dict[str, ZoneInfo]:
    return {str(one.id): one.zone for one in practice.locations}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(day, time(0), zone)
