"""When a visit's reminders go: counted on the location's wall clock, out of the night, and only where they tell news.

A rung of whole days is counted in days on the wall: the day before a visit at ten is ten o'clock, also in the nights
when the clock is changed. A shorter one is counted in hours that pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import instant, wall

FIRST, LAST = time(8), time(20)
"""Reminders go between these, on the location's wall clock. Narrower than the law of any state that we know."""
EVENING = time(19)
"""When a reminder goes that would be due in the night."""
FRESH = timedelta(hours=4)
"""So soon after the patient was told of a visit nobody reminds them of it (a guess)."""
STALE = timedelta(hours=12)
"""A reminder that is late by more is not sent: a later one will be (a guess)."""
LAST_CALL = timedelta(minutes=30)
"""So shortly before a visit a reminder comes too late to be of use (a guess)."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One reminder: `before` names it, `due` is when it goes, and from `good_until` on it is of no use."""

    before: timedelta
    due: datetime
    good_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Meant:
    before: timedelta
    due: datetime
    moved: bool


def rungs(start: datetime, ladder: Sequence[timedelta], *, zone: ZoneInfo, told: datetime) -> tuple[Rung, ...]:
    """The reminders of a visit in the order they go, at most one on a day of the wall; `told`: of its present time."""
    meant = [_meant(start, before, zone) for before in set(ladder)]
    wanted = [one for one in meant if told + FRESH <= one.due < start]
    days: dict[object, _Meant] = {}
    for one in sorted(wanted, key=lambda one: (one.moved, one.before)):  # what was moved gives way to what was not
        days.setdefault(wall(one.due, zone).date(), one)
    kept = sorted(days.values(), key=lambda one: one.due)
    nexts = [one.due for one in kept[1:]]
    return tuple(
        Rung(before=one.before, due=one.due, good_until=_good_until(one, following, start))
        for one, following in zip(kept, [*nexts, start][: len(kept)], strict=True)
    )


def _meant(start: datetime, before: timedelta, zone: ZoneInfo) -> _Meant:
    here = wall(start, zone)
    days, rest = divmod(before, A_DAY)
    due = start - before if rest else instant(here.date() - timedelta(days=days), here.time(), zone)
    at = wall(due, zone)
    if FIRST <= at.time() < LAST:
        return _Meant(before=before, due=due, moved=False)
    if at.time() >= LAST:
        return _Meant(before=before, due=instant(at.date(), EVENING, zone), moved=True)
    if before >= A_DAY:
        return _Meant(before=before, due=instant(at.date(), FIRST, zone), moved=True)
    return _Meant(before=before, due=instant(at.date() - A_DAY, EVENING, zone), moved=True)


def _good_until(one: _Meant, following: datetime, start: datetime) -> datetime:
    latest = start - min(LAST_CALL, (start - one.due) / 2)
    return min(following, one.due + STALE, latest)
