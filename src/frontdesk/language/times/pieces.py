"""What a wish for a time is made of: days, hours, sides, and the words that join or turn them."""

import re
from dataclasses import dataclass
from datetime import date, time
from enum import Enum

from frontdesk.domain.practice import Weekday
from frontdesk.language.script import Span


class Link(Enum):
    """Words that join or turn what stands beside them."""

    OR = "or"
    AND = "and"
    TO = "to"
    COMMA = "comma"
    BETWEEN = "between"
    AT = "at"
    NOT = "not"
    NOT_THAT = "that does not work"
    CORRECTION = "no, wait"
    OURS = "a visit they have"
    SOONEST = "as soon as possible"
    FILLER = "words that change nothing"
    BREAK = "other words"


class Side(Enum):
    """Which side of a moment is meant."""

    AFTER = "after"
    BEFORE = "before"
    BY = "by"
    DONE_BY = "done by"
    FROM = "from"
    LEAVING = "the day they leave, or the hour"
    STAYING = "the days they are in town"


class Which(Enum):
    """Which Friday."""

    COMING = "coming"
    THIS = "this"
    NEXT = "next"
    EVERY = "every"


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Days of the calendar, [first, last] both included; open at a side where None. `side`: as for Weekdays."""

    first: date | None
    last: date | None
    side: Side | None = None
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekdays:
    """Days of the week by name. `side`: they are no wish, but bound what is wished for."""

    days: frozenset[Weekday]
    which: Which
    side: Side | None = None
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayNumber:
    """A day of some month: "the 28th". `side`: as for Weekdays."""

    number: int
    side: Side | None = None
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A clock time: one candidate, or the morning's and the evening's where nothing says which."""

    candidates: tuple[time, ...]
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A clock time as it was said: at it (`side` None), to one side of it, or from `first` to `last`."""

    first: Clock
    last: Clock | None = None
    side: Side | None = None
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the day, [earliest, latest)."""

    earliest: time | None
    latest: time | None
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """Words that say to which side of the time after them they are free: "I work until", "be done by".

    `of_before`: of the time before them, as in "June 5 is too late".
    """

    side: Side
    of_before: bool = False
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """A word that links."""

    link: Link
    span: Span = (0, 0)


DayPiece = Days | Weekdays | DayNumber
TimePiece = Meant | Part
Piece = DayPiece | TimePiece | Bound | Joint


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Words that join or turn what stands beside them, or tell a part of the day only to a clinic.

    `theirs`: even where they begin with a time.
    """

    pattern: re.Pattern[str]
    piece: Joint | Bound | Part
    theirs: bool = False


def link(pattern: str, link: Link, *, theirs: bool = False) -> Rule:
    """A rule for linking words: whole words; a space is any white space, an apostrophe may be missing."""
    return Rule(pattern=_ready(pattern), piece=Joint(link=link), theirs=theirs)


def bound(pattern: str, side: Side) -> Rule:
    """A rule for words that turn the time after them into an open side."""
    return Rule(pattern=_ready(pattern), piece=Bound(side=side))


def bound_before(pattern: str, side: Side) -> Rule:
    """The same of the time before them."""
    return Rule(pattern=_ready(pattern), piece=Bound(side=side, of_before=True))


def part(pattern: str, earliest: time, latest: time) -> Rule:
    """A rule for words that name a part of the day to a clinic, and something else to others."""
    return Rule(pattern=_ready(pattern), piece=Part(earliest=earliest, latest=latest))


def _ready(pattern: str) -> re.Pattern[str]:
    ready = pattern.replace(" ?", r"\s*").replace(" ", r"\s+").replace("'", "'?")
    return re.compile(rf"(?:{ready})(?![\w])")
