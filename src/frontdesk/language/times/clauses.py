"""Pieces of time put together: which days go with which hours, what was taken back, what is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from frontdesk.language.script import Span
from frontdesk.language.times.pieces import (
    DayNumber,
    DayPiece,
    Days,
    Joint,
    Link,
    Meant,
    Part,
    TimePiece,
    Weekdays,
    Which,
)


@dataclass(kw_only=True)
class Clause:
    """Days and hours that belong together. Inner lists narrow each other; outer lists are alternatives.

    `bounds`: its days are no wish, but bound all that is wished for.
    """

    days: list[list[DayPiece]] = field(default_factory=list)
    times: list[list[TimePiece]] = field(default_factory=list)
    negated: bool = False
    times_first: bool = False
    bounds: bool = False
    spans: list[Span] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said in it."""
        return not (self.days or self.times)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """All that one message says about time."""

    clauses: tuple[Clause, ...]
    soonest: Span | None


class Reading:
    """Reads joined pieces from left to right into clauses."""

    def __init__(self, *, moving: bool) -> None:
        self._moving = moving
        self._clauses: list[Clause] = []
        self._now: Clause | None = None
        self._joined: Link | None = None
        self._negate = False
        self._turn: Span = (0, 0)
        self._ours = False
        self._corrected = False
        self._days_stale = False
        self._times_stale = False
        self._soonest: Span | None = None

    def read(self, pieces: Sequence[DayPiece | TimePiece | Joint]) -> Said:
        """All of it."""
        for piece in pieces:
            if isinstance(piece, Joint):
                self._link(piece)
            elif self._ours:
                continue
            elif isinstance(piece, Days | Weekdays | DayNumber):
                self._day(piece)
            else:
                self._time(piece)
        return Said(clauses=tuple(one for one in self._clauses if not one.is_empty), soonest=self._soonest)

    def _link(self, joint: Joint) -> None:
        link = joint.link
        if link is Link.OURS:
            self._ours = True
            return
        if link is Link.TO and self._moving:
            self._clauses.clear()
            self._now = None
        if link in (Link.BREAK, Link.TO, Link.COMMA, Link.CORRECTION):
            self._ours = False
        if link in (Link.BREAK, Link.COMMA, Link.CORRECTION) or (link is Link.OR and not self._negate):
            if link is not Link.OR and self._now and self._now.negated:
                self._now, self._negate = None, False
            if link is Link.BREAK:
                self._negate = False
        if link is Link.NOT:
            self._negate, self._now, self._turn = True, None, joint.span
        elif link is Link.NOT_THAT and self._now:
            self._now.spans.append(joint.span)
            self._now.negated, self._now = True, None
        elif link is Link.CORRECTION:
            self._correct()
        elif link is Link.SOONEST:
            self._soonest = joint.span
        if link in (Link.OR, Link.AND) or self._joined not in (Link.OR, Link.AND):
            self._joined = link

    def _correct(self) -> None:
        self._negate = False
        wanted = [one for one in self._clauses if not one.negated and not one.is_empty]
        if wanted:
            self._corrected = self._days_stale = self._times_stale = True
            self._now = wanted[-1]

    def _day(self, piece: DayPiece) -> None:
        if piece.side is not None:
            self._bound(piece)
            return
        clause = self._clause()
        if self._days_stale and not self._negate:
            self._drop_others(clause)
            clause.days, self._days_stale = [], False
        elif self._is_within(piece, clause):
            self._narrow_all(piece)
            return
        elif clause.days and clause.times and not clause.times_first:
            clause = self._another()
        if not clause.times:
            clause.times_first = False
        group = clause.days[-1] if clause.days else None
        piece = _every_too(group, piece)
        if group is not None and self._joined not in (Link.OR, Link.AND) and _narrows(group, piece):
            group.append(piece)
        else:
            clause.days.append([piece])
        clause.spans.append(piece.span)
        self._joined = None

    def _bound(self, piece: DayPiece) -> None:
        """ "She leaves on the 31st", "Friday, June 5 is too late": a clause of its own."""
        last = self._clauses[-1] if self._clauses else None
        if last is not None and last.bounds and self._now is None and _narrows(last.days[-1], piece):
            last.days[-1].append(piece)
            last.spans.append(piece.span)
        else:
            self._clauses.append(Clause(bounds=True, days=[[piece]], spans=[piece.span]))
        self._now, self._negate, self._joined = None, False, None

    def _time(self, piece: TimePiece) -> None:
        clause = self._clause()
        if self._times_stale and not self._negate:
            self._drop_others(clause)
            clause.times, self._times_stale = [], False
        elif clause.times_first and clause.days and self._joined in (Link.OR, Link.AND):
            clause = self._another()
        clause.times_first = clause.times_first or not (clause.days or clause.times)
        group = clause.times[-1] if clause.times else None
        if group is not None and self._joined is not Link.OR and _refines(group, piece):
            group.append(piece)
        else:
            clause.times.append([piece])
        clause.spans.append(piece.span)
        self._joined = None

    def _clause(self) -> Clause:
        if self._now is None or self._now.negated != self._negate:
            return self._another()
        return self._now

    def _another(self) -> Clause:
        self._now = Clause(negated=self._negate, spans=[self._turn] if self._negate else [])
        self._clauses.append(self._now)
        return self._now

    def _is_within(self, piece: DayPiece, clause: Clause) -> bool:
        """In "Thursday or Friday afternoon in June", June says which Thursdays and Fridays."""
        stretch = isinstance(piece, Days) and None not in {piece.first, piece.last} and piece.first != piece.last
        named = [one for group in clause.days for one in group]
        return stretch and bool(named) and all(isinstance(one, Weekdays) for one in named) and self._joined is None

    def _narrow_all(self, piece: DayPiece) -> None:
        for clause in self._clauses:
            if not clause.negated:
                for group in clause.days:
                    if all(isinstance(one, Weekdays) for one in group):
                        group.append(piece)
                        clause.spans.append(piece.span)

    def _drop_others(self, clause: Clause) -> None:
        self._clauses[:] = [one for one in self._clauses if one is clause or one.negated]


def _every_too(group: Sequence[DayPiece] | None, piece: DayPiece) -> DayPiece:
    """In "any Tuesday or Thursday", any Thursday is meant too."""
    if group and isinstance(piece, Weekdays) and piece.which is Which.COMING:
        before = group[-1]
        if isinstance(before, Weekdays) and before.which is Which.EVERY:
            return replace(piece, which=Which.EVERY)
    return piece


def _narrows(group: Sequence[DayPiece], piece: DayPiece) -> bool:
    names = [one for one in group if isinstance(one, Weekdays)]
    if isinstance(piece, Weekdays):
        return not names or all(one.which is Which.EVERY and len(one.days) > 1 for one in names)
    if isinstance(piece, DayNumber):
        return not any(isinstance(one, DayNumber) for one in group)
    plain = [one for one in group if isinstance(one, Days)]
    return not plain or any(one.first != one.last for one in [*plain, piece])


def _refines(group: Sequence[TimePiece], piece: TimePiece) -> bool:
    if isinstance(piece, Part):
        return not any(isinstance(one, Part) for one in group) or piece.latest is None or piece.earliest is None
    meant = [one for one in group if isinstance(one, Meant)]
    if not meant:
        return True
    return piece.side is not None and all(one.side is not None for one in meant)
