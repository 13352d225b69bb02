"""Free times of another system as they were a moment ago: for those who look, never for those who take one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Slot
from frontdesk.domain.time import Period
from frontdesk.ports.system import SlotRequest

MOST = 50_000
"""Times that are kept at once, in all answers together; some tens of megabytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What the system answered to a question put at `asked`."""

    within: Period
    slots: tuple[Slot, ...]
    asked: datetime


class KeptTimes:
    """The answers of the last moments, for as long as `fresh`, by what was asked but for the stretch of time."""

    def __init__(self, fresh: timedelta) -> None:
        self._fresh = fresh
        self._kept: dict[SlotRequest, Kept] = {}

    def find(self, wanted: SlotRequest, *, stale_at: datetime | None, now: datetime) -> Kept | None:
        """The answer that is still fresh, cut to what is wanted; None where the system must be asked.

        It was asked for after `stale_at`. What the end of the stretch has moved on by since then is not looked at: no
        more than `fresh`, as far ahead as may be booked.
        """
        kept = self._kept.get(_question(wanted))
        if kept is None or now - kept.asked > self._fresh or (stale_at is not None and kept.asked <= stale_at):
            return None
        if wanted.within.start < kept.within.start or wanted.within.end > kept.within.end + self._fresh:
            return None
        return replace(kept, slots=tuple(slot for slot in kept.slots if wanted.within.contains(slot.during)))

    def keep(self, wanted: SlotRequest, slots: Sequence[Slot], *, asked: datetime) -> None:
        """Keep an answer; what is not fresh any more goes, and where there is too much, the longest known."""
        self._kept.pop(_question(wanted), None)
        self._kept[_question(wanted)] = Kept(within=wanted.within, slots=tuple(slots), asked=asked)
        many = sum(len(kept.slots) for kept in self._kept.values())
        for question, kept in list(self._kept.items()):
            if many <= MOST and asked - kept.asked <= self._fresh:
                return
            many -= len(kept.slots)
            del self._kept[question]


_ANY_TIME = Period(start=datetime.fromisoformat("2000-01-01T00:00Z"), end=datetime.fromisoformat("2000-01-02T00:00Z"))


def _question(wanted: SlotRequest) -> SlotRequest:
    """What tells answers apart: all but the stretch, and what the times will be chosen for."""
    return replace(wanted, within=_ANY_TIME, few=None)
