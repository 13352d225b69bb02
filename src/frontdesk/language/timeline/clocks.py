"""What words about the time of day, and about how long, stand for. Every language's rules use these."""

from frontdesk.language.timeline.dates import grain
from frontdesk.language.timeline.nodes import Clock, Clocks, Days, Half, Here, Length, Moment, When
from frontdesk.language.timeline.stretch import DAY, Grain, a_day, begun, moved
from frontdesk.language.timeline.symbols import Found, Item

_MOST = 1000
_QUARTERS = {"half": 30, "quarter": 15, "media": 30, "cuarto": 15}


def clock_of(hour: str, minute: str | None = None, half: Half | None = None, second: str | None = None) -> Clock | None:
    """A clock time where the figures can be one."""
    hours, minutes = int(hour), None if minute is None else int(minute)
    if hours > 24 or (minutes or 0) > 59 or (hours == 24 and minutes):
        return None
    exact = hours > 12 or hours == 0 or (len(hour) == 2 and hour[0] == "0" and half is None)
    return Clock(
        hour=hours % 24,
        minute=minutes,
        second=None if second is None else int(second),
        half=None if exact and not (hours == 0 and half is Half.PM) else half,
        exact=exact,
    )


def half_of(found: Found, name: str = "half") -> Half | None:
    """am or pm."""
    item = found.get(name)
    return None if item is None else Half(item.text)


def _text(found: Found, name: str) -> str | None:
    item = found.get(name)
    return None if item is None else item.text


def clock(found: Found, here: Here) -> Clock | None:
    """An hour with what was said of minutes, seconds and half of the day."""
    return clock_of(found["hour"].text, _text(found, "minute"), half_of(found), _text(found, "second"))


def clock_in_part(found: Found, here: Here) -> Clock | None:
    """ "3 in the afternoon"; "one night" and "three nights" are how long somebody stays."""
    after = found.after()
    if after is not None and (after.text == "nights" or (after.text == "night" and found["hour"].text == "1")):
        return None
    return clock(found, here)


def clock_and_a_half(found: Found, here: Here) -> Clock | None:
    """ "Las tres y media": the hour and a part of it."""
    return clock_of(found["hour"].text, str(_QUARTERS[found["fraction"].text]), half_of(found))


def packed(found: Found, here: Here) -> Clock | None:
    """ "230 pm", "1430"."""
    figures = found["packed"].text
    return clock_of(figures[:-2], figures[-2:], half_of(found))


def past(found: Found, here: Here) -> Clock | None:
    """ "Ten past four"."""
    return _turned(found, before=False)


def to(found: Found, here: Here) -> Clock | None:
    """ "Quarter to five"."""
    return _turned(found, before=True)


def _turned(found: Found, *, before: bool) -> Clock | None:
    minutes = _QUARTERS.get(found["fraction"].text) or int(found["fraction"].text)
    hour = found.number("hour")
    if minutes > 59 or hour > 24:
        return None
    if before:
        hour, minutes = (hour - 1) or 12, 60 - minutes
        hour = 23 if hour < 0 else hour
    return Clock(hour=hour % 24, minute=minutes, half=half_of(found), exact=hour > 12)


def to_by_fives(found: Found, here: Here) -> Clock | None:
    """ "Ten to five": only steps of five minutes, others are ranges."""
    minutes = found["fraction"].text
    return to(found, here) if minutes in ("5", "10", "15", "20", "25") else None


def clock_by_fives(found: Found, here: Here) -> Clock | None:
    """Hour and minute with nothing that says so: only steps of five minutes."""
    return clock(found, here) if found.number("minute") % 5 == 0 else None


def clock_if_asked(found: Found, here: Here) -> Clock | None:
    """ "6": an hour where the time was asked for; "the later one" is none."""
    if not here.hour_asked or (found.before() is not None and is_pronoun(found["hour"])):
        return None
    return clock(found, here)


def is_pronoun(hour: Item) -> bool:
    """Whether an hour was spelled as a word that may stand for anything: "one"."""
    return hour.text == "1" and hour.end - hour.start > 1


def packed_by_fives(found: Found, here: Here) -> Clock | None:
    """ "The 615 one": only steps of five minutes."""
    return packed(found, here) if found.number("packed") % 5 == 0 else None


def packed_quarter(found: Found, here: Here) -> Clock | None:
    """ "At 1930": only quarters of an hour, others are years."""
    return packed(found, here) if found["packed"].text[-2:] in ("00", "15", "30", "45") else None


def past_this_hour(found: Found, here: Here) -> Moment:
    """ "Half past": of the hour under way, else of the next."""
    at = begun(here.now, Grain.HOUR).replace(minute=_QUARTERS[found["fraction"].text])
    return Moment(at=at if at > here.now else moved(at, 1, Grain.HOUR), grain=Grain.MINUTE)


def noon(found: Found, here: Here) -> Clock:
    """Noon or midnight."""
    return Clock(hour=found.index("noon", "NOON"), exact=True)


def same_time(found: Found, here: Here) -> Clock | None:
    """At the hour that was spoken of last."""
    at = here.spoken_at
    return None if at is None else Clock(hour=at.hour, minute=at.minute, exact=True)


def clock_range(found: Found, here: Here) -> Clocks | None:
    """ "3-5pm", "from 9:30 to 11"."""
    first = clock_of(found["hour"].text, _text(found, "minute"), half_of(found))
    last = clock_of(found["till"].text, _text(found, "to"), half_of(found, "late"))
    return Clocks(first=first, last=last) if first and last else None


def now(found: Found, here: Here) -> Moment:
    """Right now."""
    return Moment(at=begun(here.now, Grain.SECOND), grain=Grain.SECOND)


def soonest(found: Found, here: Here) -> When:
    """As soon as possible: now."""
    return When(clock=Moment(at=begun(here.now, Grain.MINUTE), grain=Grain.MINUTE))


def _amount(found: Found, name: str = "amount") -> float:
    item = found.get(name)
    if item is None:
        return 1
    return int(item.text) if item.text.isdigit() else found.index(name, "AMOUNT")


def length(found: Found, here: Here) -> Length | None:
    """ "Three weeks", "a couple of days"; None for more years than a calendar has."""
    amount = _amount(found) * {"fortnight": 2, "decade": 10}.get(str(found.value("unit", "UNIT")), 1)
    if amount > _MOST:
        return None
    return Length(parts=((amount, grain(found)),))


def length_and_a_half(found: Found, here: Here) -> Length:
    """ "An hour and a half"."""
    return _with_part(_amount(found), grain(found), 0.5)


def half_a_unit(found: Found, here: Here) -> Length:
    """ "Half an hour"."""
    return _with_part(0, grain(found), 0.5)


def quarter_of_an_hour(found: Found, here: Here) -> Length:
    """ "A quarter of an hour", "three quarters of an hour"."""
    return Length(parts=((15 * int(_amount(found)), Grain.MINUTE),))


def decimal_length(found: Found, here: Here) -> Length:
    """ "2.5 hours"."""
    return _with_part(_amount(found), grain(found), float(f"0.{found['decimals'].text}"))


def two_lengths(found: Found, here: Here) -> Length:
    """ "Two hours and twenty minutes"."""
    return Length(parts=((_amount(found), grain(found)), (_amount(found, "more"), grain(found, "then"))))


_FINER = {
    Grain.HOUR: (60, Grain.MINUTE),
    Grain.MINUTE: (60, Grain.SECOND),
    Grain.DAY: (24, Grain.HOUR),
    Grain.WEEK: (7, Grain.DAY),
    Grain.MONTH: (30, Grain.DAY),
    Grain.QUARTER: (3, Grain.MONTH),
    Grain.YEAR: (12, Grain.MONTH),
}


def _with_part(whole: float, size: Grain, part: float) -> Length:
    if size not in _FINER:
        return Length(parts=((whole + part, size),))
    count, finer = _FINER[size]
    fine = (int(part * count), finer)
    return Length(parts=((whole, size), fine) if whole else (fine,))


def ahead(found: Found, here: Here) -> Moment | Days | None:
    """ "In three weeks": a day, or a moment where hours and minutes are counted."""
    return shifted_now(found.node("length", Length), 1, here)


def ago(found: Found, here: Here) -> Moment | Days | None:
    """ "Two days ago"."""
    return shifted_now(found.node("length", Length), -1, here)


def shifted_now(length: Length, sign: int, here: Here) -> Moment | Days | None:
    """So long from now."""
    at = here.now
    for amount, size in length.parts:
        at = moved(at, sign * int(amount), size)
    if any(size.is_clock for _, size in length.parts):
        finest = length.grain if length.grain is Grain.SECOND else Grain.MINUTE
        return Moment(at=begun(at, finest), grain=finest)
    return Days(stretch=a_day(at.date()), counted=length.grain)


def counted_weekdays(found: Found, here: Here) -> Days | None:
    """ "Two Fridays from now"."""
    count, day = int(_amount(found)), found.index("weekday", "WEEKDAY")
    first = (day - here.now.weekday() - 1) % 7 + 1
    return Days(stretch=a_day((here.now + (first + 7 * (count - 1)) * DAY).date()))
