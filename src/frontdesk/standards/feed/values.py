"""What a feed holds, once it was read: occurrences, and a fault for everything that is not one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.ports.faults import Refused


class UnreadableFeed(Refused):
    """The text as a whole is no calendar, was cut short, or is too large; nothing may be concluded from it."""


class Standing(Enum):
    """STATUS of a VEVENT (RFC 5545 3.8.1.11). UNSAID: none was given, or a word that RFC 5545 does not know."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    UNSAID = ""


class Transparency(Enum):
    """TRANSP (RFC 5545 3.8.2.7): whether it takes time from whoever's calendar this is, as its publisher says."""

    OPAQUE = "OPAQUE"
    TRANSPARENT = "TRANSPARENT"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Key:
    """Which occurrence it is. `original`: the start that the series gave it, in UTC; None outside a series."""

    uid: str
    original: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """One VEVENT, or one of its repetitions, at [start, end) in UTC; start and end are the same where it has no length.

    `all_day`: told in days, which begin and end at midnight of the feed's zone, so that one may last 23 or 25 hours.
    `titled`: whether a SUMMARY was there; the text itself may name a patient and is not kept.
    """

    key: Key
    start: datetime
    end: datetime
    all_day: bool = False
    standing: Standing = Standing.UNSAID
    transparency: Transparency = Transparency.OPAQUE
    titled: bool = False
    last_modified: datetime | None = None
    sequence: int = 0

    def __post_init__(self) -> None:
        if not (self.start.tzinfo is UTC and self.end.tzinfo is UTC and self.start <= self.end):
            raise Impossible(f"Occurrence needs UTC instants, not ending before it starts: {self.start} to {self.end}")

    @property
    def during(self) -> Period | None:
        """The time it takes; None where it has no length."""
        return Period(start=self.start, end=self.end) if self.start < self.end else None

    @property
    def stands(self) -> bool:
        """Whether it was not cancelled."""
        return self.standing is not Standing.CANCELLED

    def touches(self, stretch: Period) -> bool:
        """Whether any of it lies in a stretch; what has no length counts where it stands."""
        if self.start == self.end:
            return stretch.start <= self.start < stretch.end
        return self.start < stretch.end and stretch.start < self.end


class Weight(Enum):
    """What a fault costs. LOST: something that takes time was not read. DOUBTED: it was, and may be read otherwise."""

    LOST = "lost"
    DOUBTED = "doubted"


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedFault:
    """Something of the feed that is not as RFC 5545 has it. `says` is fixed words, without any text of the feed's.

    `uid` "": it concerns no single VEVENT. `line` counts the feed's unfolded lines from 1. `about`: the time that may
    be taken by what was LOST, as far as that could be told; None: any time at all.
    """

    weight: Weight
    says: str
    uid: str = ""
    line: int = 0
    about: Period | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """One reading. `occurrences` touch `within`, by start; `beyond` are those told one by one that do not.

    `beyond` is what tells a move out of the window from a deletion; repetitions of a series outside it are in neither.
    `zone`: X-WR-TIMEZONE, or the one given. `refresh`: how seldom its publisher asks to be read, if it does.
    `fingerprint` is the same for two texts that say the same, whatever their DTSTAMP and order.
    """

    name: str
    zone: ZoneInfo
    within: Period
    occurrences: tuple[Occurrence, ...]
    beyond: tuple[Occurrence, ...] = ()
    faults: tuple[FeedFault, ...] = ()
    refresh: timedelta | None = None
    fingerprint: str = ""

    @property
    def lost(self) -> tuple[FeedFault, ...]:
        """The faults that hide time which may be taken."""
        return tuple(fault for fault in self.faults if fault.weight is Weight.LOST)
