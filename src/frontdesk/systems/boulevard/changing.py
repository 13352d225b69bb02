"""What has changed of visits, told by comparing: Boulevard has no list of changes and no filter for them.

All visits from a day ago on are read, and those that differ from what was read before are told. What was read before is
kept in memory for the last few answers; whoever asks with an older one, or of another process, is told all of them.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from frontdesk.systems.boulevard.client import NAME
from frontdesk.systems.boulevard.mapping import Visit, visit
from frontdesk.systems.boulevard.schedule import Schedule
from frontdesk.wire.together import together

_log = structlog.get_logger()

BACK = timedelta(days=1)
_REMEMBERED = 8
"""Answers back that can be gone on from. Whoever asks goes on from the last, or the one before it after a crash."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """The visits that differ, and the numbers of those that are not there at all any more."""

    visits: tuple[Visit, ...]
    gone: tuple[str, ...]
    next: str


class Memory:
    """What visits looked like at the last few answers."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Mapping[str, Visit]] = OrderedDict()

    async def changed(self, since: str | None, schedule: Schedule, *, now: datetime) -> Changed:
        """What has changed since an answer; all from a day ago on for None or one that is not remembered.

        A visit that is not in the list any more, moved to another day or place or removed, is looked at by itself.
        Raises: Unreachable, NotPermitted, Unreadable.
        """
        places = schedule.numbers.locations.values()
        parts = await together(*(schedule.admin.appointments(place, since=now - BACK) for place in places))
        found = {one.number: one for rows in parts for one in (visit(row, schedule.numbers) for row in rows)}
        before = self._seen.get(since or "", {})
        left = [one for number, one in before.items() if number not in found and one.during.start >= now - BACK]
        again = await together(*(schedule.visit_of(one.number) for one in left))
        moved = [one for one in again if one is not None]
        gone = tuple(one.number for one, now_there in zip(left, again, strict=True) if now_there is None)
        told = [one for one in (*found.values(), *moved) if one != before.get(one.number) and _is_read(one)]
        mark = _name_of(found, now)
        self._seen[mark] = found
        self._seen.move_to_end(mark)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return Changed(visits=tuple(sorted(told, key=lambda one: (one.during, one.number))), gone=gone, next=mark)


def _is_read(one: Visit) -> bool:
    """Whether a visit's state was understood; one that was not is reported and does not stand in the others' way."""
    if one.strange is not None:
        _log.warning("a visit was not understood", system=NAME, appointment=one.number, field=one.strange.field)
    return one.strange is None


def _name_of(found: Mapping[str, Visit], now: datetime) -> str:
    """A name for what was read: the moment, and a digest, so that two processes never mean different things by one."""
    digest = hashlib.sha256()
    for number in sorted(found):
        digest.update(repr(found[number]).encode())
    return f"{now.isoformat()} {digest.hexdigest()[:16]}"
