"""The last layer, which every language shares: ranges, open sides, choices and corrections made whole."""

from dataclasses import replace
from typing import TypeGuard

from frontdesk.language.timeline import clocks
from frontdesk.language.timeline.joining import holds_hours
from frontdesk.language.timeline.nodes import (
    Clock,
    Date,
    DayPart,
    Days,
    Here,
    Nothing,
    Side,
    Told,
    Turn,
    Weekdays,
    When,
)
from frontdesk.language.timeline.resolving import completed
from frontdesk.language.timeline.symbols import Found, Item, Rule

_WHEN = "(WDATE|WCLOCK|WBOTH)"


def _when(found: Found, name: str, here: Here) -> When | None:
    """The time that stood there, a bare number being an hour."""
    item = found[name]
    if isinstance(item.node, When):
        return item.node
    clock = clocks.clock_of(item.text)
    return None if clock is None else When(clock=clock)


def _with_day(when: When, found: Found) -> When:
    """The time with the day that stands before or after the whole expression."""
    if when.date is not None:
        return when
    for name in ("day", "on"):
        if found.has(name):
            date = found.node(name, When).date
            if date is not None and holds_hours(date):
                return replace(when, date=date)
    return when


def _is_beside_weeks(found: Found) -> bool:
    """ "Next week after five": two times, each of which is kept."""
    for name in ("day", "on"):
        if found.has(name):
            date = found.node(name, When).date
            if date is not None and not holds_hours(date):
                return True
    return False


def _range(found: Found, here: Here) -> Told | None:
    if _is_beside_weeks(found):
        return None
    first, last = _when(found, "first", here), _when(found, "last", here)
    if first is None or last is None:
        return None
    first, last = _with_day(first, found), _with_day(last, found)
    if first.date is None and last.date is not None:
        if first.clock is None:
            return None
        first = replace(first, date=last.date)
    elif last.date is None and first.date is not None:
        if not _fits_into_day(first):
            return None
        last = replace(last, date=first.date)
    return Told(first=first, last=last)


def _fits_into_day(first: When) -> bool:
    return first.clock is not None or first.part is not None


def _day_range(found: Found, here: Here) -> Told | None:
    """ "July 3 to 5"."""
    first = found.node("first", When)
    number = found.number("number")
    if not isinstance(first.date, Date) or first.date.day is None or first.clock or not 1 <= number <= 31:
        return None
    if first.date.weekday is not None and found["number"].text and number <= 12 and first.date.month is None:
        return None
    last = replace(first.date, day=number, weekday=None, other=None)
    return Told(first=first, last=When(date=last))


def _or_day(found: Found, here: Here) -> Told | None:
    """ "June 9 or 10", "June 9 or 10 in the evening": the bare number is a day of that month."""
    first = found.node("first", When)
    number, part = _bare_number(found["number"])
    if not isinstance(first.date, Date) or first.date.day is None or not first.date.day < number <= _LAST_OF_MONTH:
        return None
    other = replace(first.date, day=number, weekday=None, other=None)
    return Told(first=replace(first, part=part), more=(Told(first=When(date=other, part=part)),))


def _bare_number(item: Item) -> tuple[int, DayPart | None]:
    """A number that nothing makes an hour, with the part of the day that stands beside it; 0 where it is one."""
    if not isinstance(item.node, When):
        return int(item.text), None
    clock = item.node.clock
    bare = isinstance(clock, Clock) and clock.minute is None and clock.half is None and not clock.exact
    return (clock.hour if isinstance(clock, Clock) and bare else 0), item.node.part


def _told_alone(found: Found, here: Here) -> Nothing:
    """ "The week before, like June 9": it is no side of the day behind the comma."""
    return Nothing()


def _side(found: Found, here: Here) -> Told | None:
    first = _when(found, "first", here)
    if first is None or _is_beside_weeks(found):
        return None
    first = _with_day(first, found)
    date = first.date
    if found.has("from") and first.clock is None and isinstance(date, Days) and not date.stretch.is_one:
        return Told(first=first)  # "from the 3rd to the 5th" is read already
    if found.has("since"):
        return Told(first=replace(first, date=_gone_by(first.date)), side=Side.FROM)
    for kind, side in (("AFTER", Side.AFTER), ("FROM", Side.FROM), ("BEFORE", Side.BEFORE), ("BY", Side.BY)):
        if found.has(kind.lower()):
            return Told(first=first, side=side)
    return None


def _gone_by(date: Date | Days | Weekdays | None) -> Date | Days | Weekdays | None:
    """ "Since Monday": the last one."""
    if isinstance(date, Date) and date.turn is Turn.PLAIN and (date.is_weekday or not (date.day or date.year)):
        return replace(date, turn=Turn.LAST)
    return date


def _is_weekday(date: Date | Days | Weekdays, turn: Turn) -> TypeGuard[Date]:
    return isinstance(date, Date) and date.is_weekday and date.turn is turn


def _each_at(found: Found, here: Here) -> Told | None:
    """ "Tuesday or Wednesday at three": three on either day; "the 3rd or 4th of August": both in August."""
    first, last = found.node("first", When), found.node("last", When)
    if first.date is None or last.date is None or not (holds_hours(first.date) and holds_hours(last.date)):
        return None
    for turn in (Turn.THIS, Turn.NEXT):
        if _is_weekday(first.date, turn) and _is_weekday(last.date, Turn.PLAIN):
            last = replace(last, date=replace(last.date, turn=turn))
    both = replace(completed(first, last), clock=last.clock, part=last.part)
    if (both, last) == (first, found.node("last", When)):
        return None  # they share nothing
    return Told(first=both, more=(Told(first=last),))


def _each_side(found: Found, here: Here) -> Told | None:
    """ "Monday or Tuesday after three"."""
    told, other = _side(found, here), found.node("other", When)
    if told is None or other.date is None or not holds_hours(other.date):
        return None
    return Told(first=replace(told.first, date=other.date), side=told.side, more=(told,))


def _side_after(found: Found, here: Here) -> Told | None:
    first = _when(found, "first", here)
    if first is None:
        return None
    return Told(first=first, side=Side.FROM if found.has("onwards") else Side.BY)


def _or_hour(found: Found, here: Here) -> Told | None:
    """ "At two or three": the second hour is as bare as it is."""
    first, other = found.node("first", When), clocks.clock(found, here)
    if not isinstance(first.clock, Clock) or other is None:
        return None
    later = replace(other, half=other.half or first.clock.half)
    return Told(first=first, more=(Told(first=replace(first, clock=later)),))


def _hour_or(found: Found, here: Here) -> Told | None:
    """ "Two or three pm": the first hour is as the second."""
    other, first = found.node("last", When), clocks.clock(found, here)
    if not isinstance(other.clock, Clock) or first is None:
        return None
    sooner = replace(first, half=first.half or other.clock.half)
    return Told(first=replace(other, clock=sooner), more=(Told(first=other),))


def _corrected(found: Found, here: Here) -> Told | None:
    """ "Tuesday, no wait, Wednesday": the later word counts, and what it leaves open stays."""
    first, last = found.node("first", When), found.node("last", When)
    if last.date is None and first.clock is None and first.part is None:
        return Told(first=replace(last, date=first.date))
    if (last.date is None) != (first.date is None) and not (first.date and first.clock):
        return None
    return Told(
        first=When(
            date=last.date or first.date,
            clock=last.clock or (None if last.part else first.clock),
            part=last.part or (None if last.clock else first.part),
        )
    )


def _alone(found: Found, here: Here) -> Told:
    return Told(first=found.node("first", When))


_BARE_HOUR = "HOUR"
_LAST_OF_MONTH = 31
_SIDES = "(after:AFTER|since:SINCE|from:FROM|before:BEFORE|by:BY)"

BOUND = (
    Rule(f"first:{_WHEN} (COMMA? (no COMMA?)? FIX|COMMA no) COMMA? FILL* last:{_WHEN}", _corrected),
    Rule(
        "(day:WDATE FILL*)? (BETWEEN|FROM|RANGEFROM) FILL* first:(WDATE|WCLOCK|WBOTH|HOUR) (AND|TO) FILL* "
        "last:(WDATE|WCLOCK|WBOTH|HOUR) (?!COUNTED|UNIT) (FILL* on:WDATE)?",
        _range,
    ),
    Rule("(day:WDATE FILL*)? first:(WCLOCK|HOUR) TO FILL* last:(WCLOCK|WBOTH) (FILL* on:WDATE)?", _range),
    Rule("first:WDATE TO FILL* number:(ORD|DAYN) (?!NOTCLOCK|AMPM)", _day_range),
    Rule("first:WDATE COMMA? (OR|AND) THE? number:(DAYN|ORD|WCLOCK) (?!NOTCLOCK|AMPM)", _or_day),
    Rule("THE? UNIT (AFTER|BEFORE) COMMA", _told_alone),
    Rule(
        f"other:WDATE COMMA? (OR|AND) FILL* day:WDATE FILL* {_SIDES} FILL* first:(WCLOCK|HOUR) "
        "(?!NOTCLOCK|TO NUM|DASH NUM)",
        _each_side,
    ),
    Rule("first:WDATE COMMA? (OR|AND) FILL* last:(WDATE|WBOTH)", _each_at),
    Rule("first:WDATE DASH last:WDATE", _range),
    Rule("first:WDATE (TO|DASH) FILL* last:WDATE", _range),
    Rule("first:(WBOTH|WCLOCK) (TO|DASH) FILL* last:(WCLOCK|WBOTH|HOUR) (?!COUNTED|UNIT)", _range),
    Rule(
        f"(day:WDATE FILL*)? {_SIDES} FILL* first:(WCLOCK|HOUR) (?!NOTCLOCK|TO NUM|DASH NUM) (FILL* on:WDATE)?",
        _side,
    ),
    Rule(f"{_SIDES} FILL* first:{_WHEN}", _side),
    Rule(f"first:{_WHEN} (onwards:ONWARDS|BACKWARDS)", _side_after),
    Rule("first:HOUR (onwards:ONWARDS|BACKWARDS)", _side_after),
    Rule("first:(WCLOCK|WBOTH) OR AT? hour:HOUR minute:MINUTE? (?!NOTCLOCK|AMPM)", _or_hour),
    Rule("hour:HOUR (COLON minute:MINUTED)? OR AT? last:(WCLOCK|WBOTH)", _hour_or),
    Rule(f"first:{_WHEN}", _alone),
)
