"""What happened to a calendar between two readings of its feed: what came, went, moved, or says otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.domain.time import Period
from frontdesk.standards.feed.values import Feed, Key, Occurrence

_FEW = 3  # occurrences ahead; a calendar that had fewer may well be empty the next time


class Gone(Enum):
    """How it went. CANCELLED: the feed says so. MISSING: it is no longer told; one more reading makes sure."""

    CANCELLED = "cancelled"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Appeared:
    """It stands now, at a time that the earlier reading covered and did not have it."""

    now: Occurrence


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The same one at another time, which may lie outside the window."""

    was: Occurrence
    now: Occurrence


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """The same one at the same time: tentative or sure, taking time or not, told in days or not."""

    was: Occurrence
    now: Occurrence


@dataclass(frozen=True, kw_only=True, slots=True)
class Renamed:
    """One went and one came that says the same: a publisher that renews its UIDs, or another visit in its place."""

    was: Occurrence
    now: Occurrence


@dataclass(frozen=True, kw_only=True, slots=True)
class Vanished:
    """It stood, at a time that this reading covers, and no longer does."""

    was: Occurrence
    how: Gone


Change = Appeared | Moved | Changed | Renamed | Vanished


def changes(before: Feed, after: Feed, *, now: datetime) -> list[Change]:
    """What is known to have changed, by time. What is over by `now` may be trimmed from a feed and has not vanished.

    A window is no deletion and no booking: what lies outside either reading's window neither vanished nor appeared.
    Nor did what a reading's faults hide.
    """
    old, new = _all(before), _all(after)
    found = [change for key in old.keys() | new.keys() for change in _of_one(key, old, new, before, after, now)]
    return sorted(_renamed(found), key=lambda change: (_subject(change).start, _subject(change).key.uid))


def is_suspect(before: Feed, after: Feed, *, now: datetime) -> bool:
    """Whether a calendar with several occurrences ahead has none of them all at once: keep the earlier reading."""
    ahead = [one for one in before.occurrences if one.stands and one.end > now and one.touches(after.within)]
    return len(ahead) >= _FEW and not any(one.stands and one.end > now for one in (*after.occurrences, *after.beyond))


def standing_at(feed: Feed, during: Period) -> list[Occurrence]:
    """What stands at exactly this time: the visit that was written back shows itself so."""
    return [one for one in feed.occurrences if one.stands and one.during == during]


def _all(feed: Feed) -> dict[Key, Occurrence]:
    return {one.key: one for one in (*feed.beyond, *feed.occurrences)}


def _of_one(
    key: Key, old: dict[Key, Occurrence], new: dict[Key, Occurrence], before: Feed, after: Feed, now: datetime
) -> Iterator[Change]:
    was, is_ = old.get(key), new.get(key)
    stood, stands = was is not None and was.stands, is_ is not None and is_.stands
    if was is not None and is_ is not None and stood and stands:
        if (was.start, was.end) != (is_.start, is_.end):
            yield Moved(was=was, now=is_)
        elif _says(was) != _says(is_):
            yield Changed(was=was, now=is_)
    elif was is not None and stood and was.end > now:
        if is_ is not None:
            yield Vanished(was=was, how=Gone.CANCELLED)
        elif was.touches(after.within) and not _hides(after, was):
            yield Vanished(was=was, how=Gone.MISSING)
    elif (
        is_ is not None
        and stands
        and is_.touches(before.within)
        and is_.touches(after.within)
        and not _hides(before, is_)
    ):
        yield Appeared(now=is_)


def _hides(feed: Feed, one: Occurrence) -> bool:
    """Whether it may be among what a reading lost."""
    return any(fault.uid in {"", one.key.uid} for fault in feed.lost)


def _says(one: Occurrence) -> tuple[object, ...]:
    return one.start, one.end, one.all_day, one.standing, one.transparency


def _renamed(found: list[Change]) -> Iterator[Change]:
    gone: dict[tuple[object, ...], list[Vanished]] = {}
    for change in found:
        if isinstance(change, Vanished) and change.how is Gone.MISSING:
            gone.setdefault(_says(change.was), []).append(change)
    for change in found:
        if isinstance(change, Appeared) and (alike := gone.get(_says(change.now))):
            yield Renamed(was=alike.pop().was, now=change.now)
        elif not (isinstance(change, Vanished) and change.how is Gone.MISSING):
            yield change
    for left in gone.values():
        yield from left


def _subject(change: Change) -> Occurrence:
    match change:
        case Vanished(was=one) | Appeared(now=one) | Moved(now=one) | Changed(now=one) | Renamed(now=one):
            return one
