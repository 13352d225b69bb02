"""Pieces that belong together made one: ranges, open sides, numbers that turn out to be hours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from frontdesk.language.script import Span
from frontdesk.language.times.calendar_days import DAY, coming, day_of_month
from frontdesk.language.times.pieces import (
    Bound,
    Clock,
    DayNumber,
    Days,
    Joint,
    Link,
    Number,
    Part,
    Piece,
    Side,
    Weekdays,
)

DayPiece = Days | Weekdays | DayNumber


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A clock time as it was said: at it (`side` None), to one side of it, or from `first` to `last`."""

    first: Clock
    last: Clock | None = None
    side: Side | None = None
    span: Span = (0, 0)


TimePiece = Meant | Part


def numbers_settled(pieces: Sequence[Piece], *, alone: bool) -> list[Piece]:
    """The pieces with each bare number made a clock time, a day of the month, or other words.

    `alone`: a number may stand for a time without a word that says so, since a time was asked for.
    """
    settled: list[Piece] = []
    for place, piece in enumerate(pieces):
        if not isinstance(piece, Number):
            settled.append(piece)
            continue
        before = settled[-1] if settled else None
        further = settled[-2] if len(settled) > 1 else None
        after, beyond = (*pieces[place + 1 : place + 3], None, None)[:2]
        settled.append(_settled(piece, before, further, after, beyond, alone=alone))
    return settled


def _settled(
    piece: Number,
    before: Piece | None,
    further: Piece | None,
    after: Piece | None,
    beyond: Piece | None,
    *,
    alone: bool,
) -> Piece:
    day = DayNumber(number=piece.number, span=piece.span)
    clock = Clock(candidates=_candidates(piece.number), span=piece.span) if piece.number <= 23 else day
    if _is(before, Link.AT, Link.BETWEEN) and piece.number <= 23:
        return clock
    if isinstance(before, Bound) and not before.follows:
        return clock if piece.number <= 12 else day
    if isinstance(before, Days | Weekdays | Part) or (isinstance(before, DayNumber) and piece.number <= 12):
        return clock if piece.number <= 12 else day
    if (
        _is(before, Link.OR, Link.TO, Link.AND, Link.COMMA, Link.CORRECTION)
        and isinstance(further, Clock)
        and piece.number <= 12
    ):
        return clock
    if _is(before, Link.OR, Link.TO, Link.AND) and isinstance(further, DayNumber | Days):
        return day
    if _is(after, Link.TO, Link.OR) and (isinstance(beyond, Clock) or (alone and isinstance(beyond, Number))):
        return clock
    if piece.number <= 12 and (
        isinstance(after, Days | Weekdays | Part) or (isinstance(after, Bound) and after.follows) or alone
    ):
        return clock
    return day if alone else Joint(link=Link.BREAK, span=piece.span)


def _candidates(hour: int) -> tuple[time, ...]:
    if hour == 0 or hour > 12:
        return (time(hour),)
    return (time(hour % 12), time(hour % 12 + 12))


def _is(piece: Piece | None, *links: Link) -> bool:
    return isinstance(piece, Joint) and piece.link in links


def sides_joined(pieces: Sequence[Piece], today: date, *, moving: bool) -> list[DayPiece | TimePiece | Joint]:
    """The pieces with ranges and open sides made whole. `moving`: "from X to Y" names a new time, not a range."""
    joined: list[DayPiece | TimePiece | Joint] = []
    queue = list(pieces)
    while queue:
        piece = queue.pop(0)
        if isinstance(piece, Bound):
            _bounded(piece, joined, queue, today, moving=moving)
        elif isinstance(piece, Clock):
            joined.append(_clock_range(piece, queue, None))
        elif isinstance(piece, Days | Weekdays | DayNumber):
            joined.append(_day_range(piece, queue, today, moving=moving))
        elif isinstance(piece, Joint | Part):
            joined.append(piece)
    return joined


def _clock_range(first: Clock, queue: list[Piece], side: Side | None) -> Meant:
    if len(queue) > 1 and _is(queue[0], Link.TO, Link.AND) and isinstance(queue[1], Clock):
        last = queue[1]
        is_range = _is(queue[0], Link.TO) or side is not None
        if is_range:
            del queue[:2]
            return Meant(first=first, last=last, span=(first.span[0], last.span[1]))
    return Meant(first=first, side=side, span=first.span)


def _day_range(first: DayPiece, queue: list[Piece], today: date, *, moving: bool) -> DayPiece:
    if moving or len(queue) < 2 or not _is(queue[0], Link.TO):
        return first
    last = queue[1]
    if not isinstance(last, Days | Weekdays | DayNumber):
        return first
    start = first_day(first, today)
    end = first_day(last, start - DAY if start else today)
    if isinstance(last, Days):
        end = last.last
    if start is None or end is None or end < start:
        return first
    del queue[:2]
    return Days(first=start, last=end, span=(first.span[0], last.span[1]))


def first_day(piece: DayPiece, today: date) -> date | None:
    """The first day that a piece stands for, seen from today."""
    if isinstance(piece, Days):
        return piece.first
    if isinstance(piece, DayNumber):
        return day_of_month(piece.number, today)
    return min(coming(weekday, today) for weekday in piece.days)


def _bounded(
    bound: Bound, joined: list[DayPiece | TimePiece | Joint], queue: list[Piece], today: date, *, moving: bool
) -> None:
    if bound.follows:
        if joined and isinstance(joined[-1], Meant) and joined[-1].side is None and joined[-1].last is None:
            before = joined.pop()
            assert isinstance(before, Meant), "just looked at"
            joined.append(replace(before, side=bound.side, span=(before.span[0], bound.span[1])))
        elif joined and isinstance(joined[-1], Days | Weekdays | DayNumber):
            before_day = joined.pop()
            assert isinstance(before_day, Days | Weekdays | DayNumber), "just looked at"
            joined.append(_open_days(bound, before_day, today))
        return
    while queue and _is(queue[0], Link.AT):
        queue.pop(0)
    if not queue:
        return
    piece = queue[0]
    if isinstance(piece, Clock):
        queue.pop(0)
        if bound.side is Side.FROM:
            joined.append(_from(bound, piece, queue))
        else:
            joined.append(Meant(first=piece, side=bound.side, span=(bound.span[0], piece.span[1])))
    elif isinstance(piece, Part):
        queue.pop(0)
        joined.append(_open_part(bound, piece))
    elif isinstance(piece, Days | Weekdays | DayNumber):
        if bound.side is Side.FROM and (moving or (len(queue) > 1 and _is(queue[1], Link.TO))):
            return
        queue.pop(0)
        joined.append(_open_days(bound, piece, today))


def _from(bound: Bound, clock: Clock, queue: list[Piece]) -> Meant:
    ranged = _clock_range(clock, queue, None)
    if ranged.last:
        return replace(ranged, span=(bound.span[0], ranged.span[1]))
    return Meant(first=clock, side=Side.FROM, span=(bound.span[0], clock.span[1]))


def _open_part(bound: Bound, part: Part) -> Part:
    span = (bound.span[0], part.span[1])
    if bound.side is Side.AFTER:
        return Part(earliest=part.latest or part.earliest, latest=None, span=span)
    if bound.side is Side.FROM:
        return Part(earliest=part.earliest, latest=None, span=span)
    if bound.side is Side.BEFORE:
        return Part(earliest=None, latest=part.earliest or part.latest, span=span)
    return Part(earliest=None, latest=part.latest, span=span)


def _open_days(bound: Bound, piece: DayPiece, today: date) -> DayPiece:
    first = first_day(piece, today)
    if first is None:
        return piece
    last = piece.last if isinstance(piece, Days) and piece.last else first
    span = (min(bound.span[0], piece.span[0]), max(bound.span[1], piece.span[1]))
    if bound.side is Side.AFTER:
        return Days(first=last + DAY, last=None, span=span)
    if bound.side is Side.FROM:
        return Days(first=first, last=None, span=span)
    if bound.side is Side.BEFORE:
        return Days(first=None, last=first - DAY, span=span)
    return Days(first=None, last=last, span=span)


def between_made_range(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with "between A and B" told as "A to B"."""
    told = list(pieces)
    for place, piece in enumerate(told):
        if _is(piece, Link.BETWEEN) and place + 2 < len(told) and _is(told[place + 2], Link.AND, Link.TO):
            told[place + 2] = Joint(link=Link.TO, span=told[place + 2].span)
    return told
