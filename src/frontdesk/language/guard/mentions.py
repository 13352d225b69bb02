"""What a finished text names: days, clock times, people, services, places, prices; and where in the text it stands."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId

Span = tuple[int, int]


class Kind(Enum):
    """What of a text has no ground; the value is the audit's word for it."""

    DATE = "date"
    CLOCK = "time"
    WHO = "practitioner"
    SERVICE = "service"
    PLACE = "place"
    PRICE = "price"
    PHONE = "phone"
    ADDRESS = "address"
    LINK = "link"
    NUMBER = "number"
    WORD = "word"
    QUOTE = "quote"
    CLAIM = "claim"
    TOGETHER = "together"
    """Each part is true, but not of the same visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayNamed:
    """A day as a text names it; None for a part that it leaves out. `weekday` as `date.weekday()`."""

    weekday: int | None = None
    month: int | None = None
    day: int | None = None
    year: int | None = None

    def is_day(self, day: date, *, today: date) -> bool:
        """Whether that day is meant. A day without its year is one of the months around."""
        return (
            (self.weekday is None or self.weekday == day.weekday())
            and (self.month is None or self.month == day.month)
            and (self.day is None or self.day == day.day)
            and (self.year == day.year if self.year is not None else abs((day - today).days) < MONTHS_AROUND)
        )


MONTHS_AROUND = 335
"""Days within which a date needs no year: each stands there once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockNamed:
    """A clock time as a text names it: one instant of the day, or two where morning or evening is left open."""

    either: frozenset[time]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One thing that a text names. Which of the values counts, its kind says."""

    kind: Kind
    span: Span
    day: DayNamed | None = None
    clock: ClockNamed | None = None
    who: frozenset[PractitionerId] = frozenset()
    services: frozenset[ServiceId] = frozenset()
    place: frozenset[LocationId] = frozenset()
    price: str = ""


@dataclass(kw_only=True, slots=True)
class Page:
    """A text that is read piece by piece: what has been read is blanked, so that nothing is read twice."""

    text: str
    rest: str = field(init=False)
    mentions: list[Mention] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rest = self.text

    def blank(self, span: Span) -> None:
        """That stretch is read. Its length stays, and so do all other places."""
        start, end = span
        self.rest = self.rest[:start] + BLANK * (end - start) + self.rest[end:]

    def note(self, mention: Mention) -> None:
        """Something is named there."""
        self.mentions.append(mention)
        self.blank(mention.span)


BLANK = "\0"
