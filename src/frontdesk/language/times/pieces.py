"""What words of time are made of: the small parts a rule can recognise, before they are put together."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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


class Which(Enum):
    """Which Friday."""

    COMING = "coming"
    NEXT = "next"
    EVERY = "every"


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Days of the calendar, [first, last] both included; open at a side where None."""

    first: date | None
    last: date | None
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekdays:
    """Days of the week by name."""

    days: frozenset[Weekday]
    which: Which
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayNumber:
    """A day of some month: "the 28th"."""

    number: int
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A clock time: one candidate, or the morning's and the evening's where nothing says which."""

    candidates: tuple[time, ...]
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A bare number from 1 to 31 that may or may not be a time."""

    number: int
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the day, [earliest, latest)."""

    earliest: time | None
    latest: time | None
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A word that turns the time or day after it (or before it, when `follows`) into an open side."""

    side: Side
    follows: bool = False
    span: Span = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """A word that links."""

    link: Link
    span: Span = (0, 0)


Piece = Days | Weekdays | DayNumber | Clock | Number | Part | Bound | Joint


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One pattern over plain text, and the pieces it stands for on a given day; [] when it does not apply."""

    pattern: re.Pattern[str]
    make: Callable[[re.Match[str], date], Sequence[Piece]]


def rule(pattern: str, make: Callable[[re.Match[str], date], Sequence[Piece]]) -> Rule:
    """A rule whose pattern stands for whole words; a space is any white space, an apostrophe may be missing."""
    ready = pattern.replace(" ?", r"\s*").replace(" ", r"\s+").replace("'", "'?")
    return Rule(pattern=re.compile(rf"(?:{ready})(?![\w])"), make=make)


def link(pattern: str, link: Link) -> Rule:
    """A rule for linking words."""
    return rule(pattern, lambda match, today: [Joint(link=link)])


def part(pattern: str, earliest: int | None, latest: int | None) -> Rule:
    """A rule for a part of the day, from one full hour to another."""
    stretch = Part(
        earliest=None if earliest is None else time(earliest), latest=None if latest is None else time(latest)
    )
    return rule(pattern, lambda match, today: [stretch])


_STEP = re.compile(r"\s+|[,;/]|[^\W_]+(?:'[^\W_]+)*|.", re.DOTALL)
_TIGHT = re.compile(r"[$#€£]\s?$|\d[.,:/]$|\d{3}-$|[\w@]$")


def pieces_of(plain: str, rules: Sequence[Rule], today: date) -> list[Piece]:
    """The pieces of a text in order. The first rule that applies at a word wins; the rest is BREAK."""
    found: list[Piece] = []
    at = 0
    while at < len(plain):
        match, made = _first(plain, at, rules, today)
        if match:
            found += [replace(piece, span=match.span()) for piece in made if piece != Joint(link=Link.FILLER)]
            at = match.end()
            continue
        step = _STEP.match(plain, at)
        assert step is not None, "every character is a step"
        words = step.group()
        if words in ",;/":
            found.append(Joint(link=Link.COMMA, span=step.span()))
        elif words == "-" and found and not isinstance(found[-1], Joint):
            found.append(Joint(link=Link.TO, span=step.span()))
        elif not words.isspace() and not (
            found and isinstance(found[-1], Joint) and found[-1].link is Link.BREAK and words not in ".?!\n"
        ):
            found.append(Joint(link=Link.BREAK, span=step.span()))
        at = step.end()
    return found


def _first(plain: str, at: int, rules: Sequence[Rule], today: date) -> tuple[re.Match[str] | None, Sequence[Piece]]:
    if not plain[at].isalnum() and plain[at] not in "#$&@-":
        return None, ()
    if _TIGHT.search(plain[max(0, at - 4) : at]):
        return None, ()
    for one in rules:
        match = one.pattern.match(plain, at)
        if match and (made := one.make(match, today)):
            return match, made
    return None, ()
