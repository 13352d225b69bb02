"""Layers that every language shares: dates joined with hours, lengths counted, ranges and open sides made whole."""

from dataclasses import replace

from frontdesk.language.timeline import clocks, dates
from frontdesk.language.timeline.nodes import (
    Clock,
    Clocks,
    Date,
    DayPart,
    Days,
    Here,
    Length,
    Moment,
    Turn,
    Weekdays,
    When,
)
from frontdesk.language.timeline.parts import part_within
from frontdesk.language.timeline.resolving import days_of, resolved
from frontdesk.language.timeline.stretch import DAY, Grain, Stretch, a_day, begun, inside, midnight, moved, unit
from frontdesk.language.timeline.symbols import Found, Item, Rule


def _several(found: Found, here: Here) -> Days | None:
    return dates.stretch_of(found.node("length", Length).parts, dates.turn(found), here)


def _within(found: Found, here: Here) -> Days:
    start = end = begun(here.now, Grain.MINUTE)
    length = found.node("length", Length)
    for amount, size in length.parts:
        end = moved(end, int(amount), size)
    return Days(stretch=Stretch(start=start, end=end, grain=length.grain, is_one=False))


def _weekday_ahead(found: Found, here: Here) -> Days | None:
    """ "Wednesday in two weeks": that of the week so many weeks ahead."""
    day, (amount, size) = _date(found["day"]), found.node("length", Length).parts[0]
    if not isinstance(day, Date) or day.weekday is None or not day.is_weekday or size is not Grain.WEEK:
        return None
    return Days(stretch=a_day((begun(here.now, size) + (7 * int(amount) + day.weekday) * DAY).date()))


def _date(item: Item) -> Date | Days | Weekdays:
    assert isinstance(item.node, Date | Days | Weekdays), "a date is one of these"
    return item.node


def _numbered(found: Found, here: Here) -> Days | None:
    """ "The first Monday of March", "the last Friday of the month"."""
    day, whole = _date(found["day"]), days_of(_date(found["date"]), here)
    if not (isinstance(day, Date) and day.is_weekday and whole) or (whole[0].end - whole[0].start).days < 7:
        return None
    assert day.weekday is not None, "just looked at"
    if not found.has("number") and day.turn is not Turn.LAST:
        return None
    days = (whole[0].end - whole[0].start).days
    fitting = [start for place in range(days) if (start := whole[0].start + place * DAY).weekday() == day.weekday]
    place = found.number("number") - 1 if found.has("number") else -1
    return Days(stretch=a_day(fitting[place].date())) if place < len(fitting) else None


def _numbered_unit(found: Found, here: Here) -> Days | None:
    """ "The second week of June", "the last day of the year"."""
    whole, size = days_of(_date(found["date"]), here), dates.grain(found)
    if not whole or size.is_clock:
        return None
    start, end = whole[0].start, whole[0].end
    if not found.has("number"):
        if dates.turn(found) is not Turn.LAST:
            return None
        made = unit(end - DAY, size)
    else:
        first = begun(start, size)
        if size is Grain.WEEK and first + 3 * DAY < start:  # the week with the Thursday counts first
            first = moved(first, 1, size)
        made = unit(first, size, found.number("number") - 1)
    return Days(stretch=made) if made.start < end else None


def _third(found: Found, here: Here) -> Days | None:
    whole = days_of(_date(found["date"]), here)
    if not whole or (whole[0].end - whole[0].start).days < 6:
        return None
    third = str(found.value("third", "THIRD"))
    return Days(stretch=inside(whole[0], third), is_end=third == "late")


def _half(found: Found, here: Here) -> Days | None:
    """ "The second half of June"."""
    whole = days_of(_date(found["date"]), here)
    if not whole or (whole[0].end - whole[0].start).days < 6:
        return None
    start, end = whole[0].start, whole[0].end
    middle = start + 15 * DAY if whole[0].grain is Grain.MONTH else start + (end - start).days // 2 * DAY
    first, last = (start, middle) if found.value("half", "HALVES") == 1 else (middle, end)
    return Days(stretch=Stretch(start=first, end=last, grain=Grain.DAY, is_one=False))


def _same_time(found: Found, here: Here) -> When | None:
    """ "Same time tomorrow", "same time next week": at the hour that was spoken of, else the one it is now."""
    day = _same_day(found, here)
    at = here.spoken_at or here.now.time()
    return None if day is None else When(date=day, clock=Clock(hour=at.hour, minute=at.minute, exact=True))


def _same_day(found: Found, here: Here) -> Days | None:
    """ "Same day next week"."""
    days = days_of(_date(found["date"]), here)
    if not days or not days[0].is_one:
        return None
    whole = days[0]
    start = begun(here.now, whole.grain)
    if whole.grain is Grain.DAY:
        return Days(stretch=whole)
    if whole.grain is Grain.WEEK:
        return Days(stretch=a_day((here.now + (whole.start - start)).date()))
    months = (whole.start.year - start.year) * 12 + whole.start.month - start.month
    return Days(stretch=a_day(moved(here.now, months, Grain.MONTH).date()))


def _some_lengths(found: Found, here: Here) -> Days | None:
    """ "In two to three weeks"."""
    low, (high, size) = found.number("low"), found.node("length", Length).parts[0]
    if size.is_clock or not low < high:
        return None
    first, last = moved(here.now, low, size), moved(here.now, int(high), size)
    return Days(
        stretch=Stretch(start=midnight(first.date()), end=midnight(last.date()) + DAY, grain=Grain.DAY, is_one=False)
    )


def _week_of(found: Found, here: Here) -> Days | None:
    days, size = days_of(_date(found["date"]), here), dates.grain(found)
    if not days or size not in (Grain.WEEK, Grain.MONTH):
        return None
    return Days(stretch=unit(days[0].start, size))


def _next_to(found: Found, here: Here) -> Days | None:
    """ "The day after Christmas", "the week before Easter"."""
    days, size = days_of(_date(found["date"]), here), dates.grain(found)
    if not days or size.is_clock:
        return None
    shift = -1 if found.has("before") else 1
    if size is Grain.DAY:
        start = days[0].end if shift > 0 else days[0].start - DAY
        return Days(stretch=a_day(start.date()))
    return Days(stretch=unit(days[0].start, size, shift))


def _weekday_next_to(found: Found, here: Here) -> Days | None:
    """ "The Monday after Easter"."""
    day, days = _date(found["day"]), days_of(_date(found["date"]), here)
    if not (isinstance(day, Date) and day.is_weekday and days) or day.weekday is None or not days[0].is_one:
        return None
    if found.has("before"):
        last = days[0].start - DAY
        return Days(stretch=a_day((last - (last.weekday() - day.weekday) % 7 * DAY).date()))
    first = days[0].end
    return Days(stretch=a_day((first + (day.weekday - first.weekday()) % 7 * DAY).date()))


def _two(found: Found, here: Here) -> Date | Days | Weekdays | None:
    """Two dates side by side that narrow each other; None where they are two."""
    return one_date(_date(found["one"]), _date(found["two"]), here)


def one_date(one: Date | Days | Weekdays, two: Date | Days | Weekdays, here: Here) -> Date | Days | None:
    """The date that both tell together: "Friday" and "the 14th", "Tuesday" and "next week"; None where they are two."""
    for first, other in ((one, two), (two, one)):
        if isinstance(first, Date) and first.is_weekday:
            if isinstance(other, Date) and other.weekday is None and other.is_day:
                return replace(other, weekday=first.weekday)
            if isinstance(other, Date) and other.weekday == first.weekday and other.day is not None:
                return other
            if isinstance(other, Days):
                return _weekday_in(first, other, here)
        if isinstance(first, Date) and first.day and not first.month and not first.year and first.weekday is None:
            if isinstance(other, Days) and other.stretch.grain is Grain.MONTH and other.stretch.is_one:
                start = other.stretch.start
                return dates.valid(start.year, start.month, first.day)
            if isinstance(other, Days) and other.is_day and other.stretch.start.day == first.day:
                return other
            if isinstance(other, Date) and other.month and not other.day:
                return dates.valid(other.year, other.month, first.day)
        if isinstance(first, Date) and first.month and isinstance(other, Days) and other.is_day and first.day:
            start = other.stretch.start
            if (start.month, start.day) == (first.month, first.day):
                return other
        if isinstance(first, Date) and first.month and not first.year and isinstance(other, Days):
            stretch = other.stretch
            if stretch.grain is Grain.YEAR and stretch.is_one:
                return replace(first, year=stretch.start.year, turn=Turn.PLAIN)
    return None


def _weekday_in(first: Date, other: Days, here: Here) -> Days | None:
    stretch = other.stretch
    days = (stretch.end - stretch.start).days
    if days == 1:
        return other if stretch.start.weekday() == first.weekday else None
    if not 5 <= days <= 7 and stretch.grain is not Grain.DAY:
        return None
    fitting = [start for place in range(days) if (start := stretch.start + place * DAY).weekday() == first.weekday]
    return Days(stretch=a_day(fitting[0].date())) if fitting else None


LENGTHS = (
    Rule("day:DATE IN length:LENGTH", _weekday_ahead),
    Rule("IN low:INT (TO|DASH|OR) length:LENGTH HENCE?", _some_lengths),
    Rule("IN length:LENGTH HENCE?", clocks.ahead),
    Rule("length:LENGTH HENCE", clocks.ahead),
    Rule("length:LENGTH AGO", clocks.ago),
    Rule("AGOFIRST length:LENGTH", clocks.ago),
    Rule("WITHIN TURN? length:LENGTH", _within),
    Rule("turn:TURN length:LENGTH", _several),
)

JOINED_DATES = (
    Rule("number:ORD day:DATE OF? THE? date:DATE", _numbered),
    Rule("day:DATE OF THE? date:DATE", _numbered),
    Rule("number:ORD unit:UNIT OF THE? date:DATE", _numbered_unit),
    Rule("turn:TURN unit:UNIT OF THE? date:DATE", _numbered_unit),
    Rule("third:THIRD OF? THE? date:DATE", _third),
    Rule("half:HALVES OF? THE? date:DATE", _half),
    Rule("SAMETIME FILL* date:DATE", _same_time),
    Rule("SAMEDAY FILL* date:DATE", _same_day),
    Rule("unit:UNIT WEEKOF THE? date:DATE", _week_of),
    Rule("unit:UNIT (LATER|before:EARLIER) THE? date:DATE", _next_to),
    Rule("day:DATE (LATER|before:EARLIER) THE? date:DATE", _weekday_next_to),
    Rule("one:DATE OFDAY? OFDAY? OFDAY? two:DATE", _two),
)


def _together(found: Found, here: Here) -> When | None:
    """A date, a clock time and a part of the day that belong together."""
    date, clock, part = None, None, None
    for item in found.items:
        node = item.node
        if isinstance(node, When):
            date, part = node.date, node.part or part
        elif isinstance(node, Date | Days | Weekdays):
            if date is not None and (node := one_date(date, node, here)) is None:
                return None
            date = node
        elif isinstance(node, Clock | Clocks | Moment):
            clock = node
        elif isinstance(node, DayPart):
            part = node
    if found.has("hour"):
        if _is_pronoun(found):
            return None
        clock = clocks.clock(found, here)
        if clock is None:
            return None
    if found.has("till"):
        clock = clocks.clock_range(found, here)
        if clock is None:
            return None
    if found.has("packed"):
        clock = clocks.packed(found, here)
        if clock is None:
            return None
    if part is not None and found.has("third"):
        part = part_within(part, str(found.value("third", "THIRD")))
    if clock is not None and date is not None and not holds_hours(date):
        return None
    if part is not None and date is not None and clock is None and not holds_hours(date):
        return None
    return When(date=date, clock=clock, part=part)


def _is_pronoun(found: Found) -> bool:
    """ "The Tuesday one": no hour."""
    place = found.items.index(found["hour"])
    return clocks.is_pronoun(found["hour"]) and place > 0 and found.items[place - 1].node is not None


def holds_hours(date: Date | Days | Weekdays) -> bool:
    """Whether hours may be told beside it: a day, or days in a row."""
    if isinstance(date, Date):
        return date.is_day
    return isinstance(date, Weekdays) or date.stretch.grain is Grain.DAY


_DATE, _CLOCK, _PART = "(DATE|WBOTH)", "(CLOCK|CLOCKS)", "DAYPART"
_BARE = "(hour:HOUR minute:MINUTE?|packed:HHMM) (?!NOTCLOCK|DASH NUM|TO NUM)"

TOGETHER = (
    Rule(
        f"{_DATE} HOURFILL* hour:HOUR (COLON minute:MINUTED)? (TO|DASH) till:HOUR (COLON to:MINUTED)? "
        "(?!NOTCLOCK|AMPM|th)",
        _together,
    ),
    Rule(f"third:THIRD {_DATE} FILL* {_PART}", _together),
    Rule(f"{_DATE} FILL* {_PART} FILL* {_CLOCK} (FILL* {_PART})?", _together),
    Rule(f"{_DATE} FILL* {_PART} HOURFILL* {_BARE}", _together),
    Rule(f"{_DATE} FILL* {_PART} FILL* {_DATE}", _together),
    Rule(f"{_DATE} FILL* {_CLOCK} (FILL* {_PART})?", _together),
    Rule(f"{_CLOCK} (FILL* {_PART})? FILL* {_DATE} (FILL* {_PART})?", _together),
    Rule(f"{_PART} FILL* {_CLOCK} (FILL* {_DATE})?", _together),
    Rule(f"{_PART} FILL* {_DATE} FILL* {_CLOCK}", _together),
    Rule(f"{_PART} FILL* {_DATE}", _together),
    Rule(f"{_CLOCK} FILL* {_PART}", _together),
    Rule(f"{_DATE} HOURFILL* {_BARE} (FILL* {_PART})?", _together),
    Rule(f"{_DATE} FILL* {_PART}", _together),
    Rule(f"{_PART} HOURFILL* {_BARE} (FILL* {_DATE})?", _together),
    Rule("(DATE|CLOCK|CLOCKS|DAYPART|MOMENT)", _together),
)

_WHEN = "(WDATE|WCLOCK|WBOTH)"


def _counted_from(found: Found, here: Here) -> When | None:
    """ "A week from Friday", "half an hour before noon", "two days after Christmas"."""
    when = found.node("when", When)
    base = resolved(when, here)
    if not base:
        return None
    sign, at, clocked = -1 if found.has("before") else 1, base[0].start, when.clock is not None
    for amount, size in found.node("length", Length).parts:
        at, clocked = moved(at, sign * int(amount), size), clocked or size.is_clock
    if not clocked:
        return When(date=Days(stretch=a_day(at.date())))
    exact = Clock(hour=at.hour, minute=at.minute, exact=True)
    if when.date is None:
        return When(clock=exact)
    return When(date=Days(stretch=a_day(at.date())), clock=exact)


def _weeks_on(found: Found, here: Here) -> When | None:
    """ "A week on Friday", "two weeks tomorrow"."""
    length, date = found.node("length", Length), found.node("when", When).date
    if length.parts[0][1] is not Grain.WEEK or date is None or not holds_hours(date):
        return None
    return _counted_from(found, here)


WHENS = (
    Rule(f"length:LENGTH (AFTER|before:BEFORE|COUNTFROM) THE? when:{_WHEN}", _counted_from),
    Rule("when:WDATE IN length:LENGTH", _counted_from),
    Rule("(?<!for) length:LENGTH WEEKON? when:WDATE", _weeks_on),
)
