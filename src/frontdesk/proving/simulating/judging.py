"""Whether a message to a patient broke a rule, judged by what reached the phone and how the calendar stood then.

Nothing here asks the desk why it wrote: the clock, the earlier texts and the visit are looked at anew.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.time import wall

FIRST, LAST = time(8), time(21)
"""47 CFR 64.1200(c)(1): not before eight and not after nine, on the clock where the patient is."""
A_DAY, A_WEEK = 1, 3
"""47 CFR 64.1200(a)(9)(iv)(F): so many unasked texts about visits on one day, and in seven days."""
CAPPED = {ContactKind.REMINDER, ContactKind.WAITLIST_OFFER}
REMINDS = {ContactKind.REMINDER, ContactKind.CARE}
"""A reminder that says how to prepare as well is of the second kind."""
UNASKED = CAPPED | REMINDS | {ContactKind.VISIT_CHANGE, ContactKind.MARKETING}


class Broken(Enum):
    """A rule; the value is what the report calls it."""

    QUIET_HOURS = "quiet hours"
    A_DAY = "more than one a day"
    A_WEEK = "more than three a week"
    AFTER_STOP = "after STOP"
    GONE = "a reminder of a visit that is gone"
    TWICE = "the same reminder twice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded:
    """A reminder that a message stands for, and whether that visit stood so at that moment."""

    visit: AppointmentId
    start: datetime
    before: timedelta
    stood: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A message that reached somebody at `at`. `answers`: it answers a message of theirs. `is_text`: by SMS."""

    to: str
    at: datetime
    kind: ContactKind
    answers: bool
    is_text: bool = True
    reminds: tuple[Reminded, ...] = ()


@dataclass(kw_only=True)
class Judge:
    """Looks at each message in the order of the time. `zone` is where the patients are."""

    zone: ZoneInfo
    broken: Counter[Broken] = field(default_factory=Counter)
    _capped: dict[str, list[datetime]] = field(default_factory=dict)
    _stopped: set[str] = field(default_factory=set)
    _rungs: set[tuple[AppointmentId, datetime, timedelta]] = field(default_factory=set)

    def wrote_stop(self, phone: str) -> None:
        """From now on nothing goes to that phone but answers."""
        self._stopped.add(phone)

    def look(self, message: Reached) -> list[Broken]:
        """The rules that it broke; they are counted."""
        found = [*self._when(message), *self._what(message)]
        self.broken.update(found)
        return found

    def _when(self, message: Reached) -> Iterator[Broken]:
        if not message.is_text:
            return
        at = wall(message.at, self.zone)
        if message.kind in UNASKED and not FIRST <= at.time() < LAST:
            yield Broken.QUIET_HOURS
        if message.to in self._stopped and not message.answers:
            yield Broken.AFTER_STOP
        if message.kind in CAPPED:
            earlier = self._capped.setdefault(message.to, [])
            if self._on_day(earlier, message.at) >= A_DAY:
                yield Broken.A_DAY
            if sum(message.at - one < timedelta(days=7) for one in earlier) >= A_WEEK:
                yield Broken.A_WEEK
            earlier.append(message.at)

    def _what(self, message: Reached) -> Iterator[Broken]:
        for one in message.reminds:
            if not one.stood:
                yield Broken.GONE
            rung = (one.visit, one.start, one.before)
            if rung in self._rungs:
                yield Broken.TWICE
            self._rungs.add(rung)

    def _on_day(self, earlier: Sequence[datetime], at: datetime) -> int:
        return sum(wall(one, self.zone).date() == wall(at, self.zone).date() for one in earlier)
