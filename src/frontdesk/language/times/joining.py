"""The times of a text and the words between them, in their order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from frontdesk.language.script import Span
from frontdesk.language.times.pieces import (
    Bound,
    DayNumber,
    DayPiece,
    Days,
    Joint,
    Link,
    Meant,
    Part,
    Piece,
    Rule,
    Side,
    TimePiece,
    Weekdays,
)

_STEP = re.compile(r"\s+|[,;/]|[^\W_]+(?:'[^\W_]+)*|.", re.DOTALL)
_WHOLE_WEEK = 7
_OF_DAYS = frozenset({Side.LEAVING, Side.STAYING, Side.BEFORE, Side.AFTER})
"""What the words that bound days say of them; the other sides are of hours."""
_DAY = re.compile(
    r"(?:1[3-9]|2\d|3[01])(?=\s*(?:$|[,;!?]|\.(?!\d)|(?:at|or|and|works?|is|please|pls|o|y|a|esta|por favor)\b))"
)
"""A number that is no hour, may be a day of some month, and counts nothing."""


def joined(
    plain: str, rules: Sequence[Rule], told: Sequence[tuple[Sequence[Piece], Span]], *, asked: bool
) -> list[DayPiece | TimePiece | Joint]:
    """What a text says about time, piece by piece; words that say nothing about it are BREAK.

    `told` are its expressions of time; `asked`: a number alone may be a day, because the time was asked for.
    """
    return list(_sided(_pieces(plain, rules, told, asked=asked)))


def _pieces(
    plain: str, rules: Sequence[Rule], told: Sequence[tuple[Sequence[Piece], Span]], *, asked: bool
) -> Iterator[Piece]:
    waiting, at = list(told), 0
    before: Piece | None = None
    while at < len(plain):
        is_time = bool(waiting) and waiting[0][1][0] <= at
        match, piece = _linking(plain, at, rules, is_time=is_time)
        if is_time:
            pieces, span = waiting.pop(0)
            number = plain[slice(*span)]
            if asked and number.isdigit() and _DAY.match(plain, span[0]) and not _follows_at(before):
                pieces = [DayNumber(number=int(number))]
            made = [piece] if piece else [replace(one, span=span) for one in pieces]
            at = max(at, span[1])
        elif match:
            made, at = [piece] if piece else [], match.end()
        else:
            made, at = _other(plain, at, before, asked=asked)
        yield from made
        before = made[-1] if made else before


def _follows_at(before: Piece | None) -> bool:
    return isinstance(before, Joint) and before.link is Link.AT


def _linking(plain: str, at: int, rules: Sequence[Rule], *, is_time: bool) -> tuple[re.Match[str] | None, Piece | None]:
    """The words that link at a place; a piece of None where they change nothing."""
    for rule in rules:
        if is_time and not rule.theirs:
            continue
        if match := rule.pattern.match(plain, at):
            silent = isinstance(rule.piece, Joint) and rule.piece.link is Link.FILLER
            return match, None if silent else replace(rule.piece, span=match.span())
    return None, None


def _other(plain: str, at: int, before: Piece | None, *, asked: bool) -> tuple[list[Piece], int]:
    """Words that neither tell a time nor link: a number that may be a day, a comma, a dash, all others."""
    number = _DAY.match(plain, at)
    if number and (asked or isinstance(before, Weekdays | Days | DayNumber)):
        return [DayNumber(number=int(number.group()), span=number.span())], number.end()
    step = _STEP.match(plain, at)
    assert step is not None, "every character is a step"
    words, span = step.group(), step.span()
    if words in ",;/":
        return [Joint(link=Link.COMMA, span=span)], step.end()
    broken = isinstance(before, Joint) and before.link is Link.BREAK
    if words.isspace() or (broken and words not in ".?!"):
        return [], step.end()
    return [Joint(link=Link.BREAK, span=span)], step.end()


def _sided(pieces: Iterator[Piece]) -> Iterator[DayPiece | TimePiece | Joint]:
    """The pieces, with words such as "I work until" made the side of the time after them."""
    bound: Bound | None = None
    for piece in _too_late(pieces):
        if isinstance(piece, Bound):
            bound = piece
            continue
        if bound is None:
            yield piece
            continue
        yield _to_side(piece, bound)
        if not (isinstance(piece, Joint) and piece.link is Link.AT):
            bound = None


def _too_late(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces, with words such as "is too late" made the side of the time right before them."""
    found: list[Piece] = []
    for piece in pieces:
        if not (isinstance(piece, Bound) and piece.of_before):
            found.append(piece)
            continue
        for place in range(len(found) - 1, -1, -1):
            before = found[place]
            if isinstance(before, Joint | Bound):
                break
            span = (before.span[0], piece.span[1])
            found[place] = replace(_to_side(before, piece), span=span)
            if not isinstance(before, Days | Weekdays | DayNumber):
                break  # "June 5 at nine is too late": the hour is
    yield from found


def _is_long(days: Days) -> bool:
    """Whether it holds each day of the week: "in town next week, Tuesday or Wednesday" are that week's."""
    return days.first is not None and days.last is not None and (days.last - days.first).days >= _WHOLE_WEEK - 1


def _to_side(piece: DayPiece | TimePiece | Joint, bound: Bound) -> DayPiece | TimePiece | Joint:
    span = (bound.span[0], piece.span[1])
    if isinstance(piece, Days | Weekdays | DayNumber):
        names_a_week = bound.side is Side.STAYING and isinstance(piece, Days) and _is_long(piece)
        return replace(piece, side=bound.side, span=span) if bound.side in _OF_DAYS and not names_a_week else piece
    if bound.side is Side.STAYING:
        return piece
    if isinstance(piece, Meant) and piece.last is None:
        return replace(piece, side=Side.DONE_BY if bound.side is Side.LEAVING else bound.side, span=span)
    if isinstance(piece, Part) and bound.side is Side.FROM:
        return replace(piece, earliest=piece.earliest or piece.latest, latest=None, span=span)
    return piece
