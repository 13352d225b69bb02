"""What words about days, weeks, months and years stand for. Every language's rules use these."""

from dataclasses import replace
from datetime import date

from frontdesk.language.timeline.holidays import HOLIDAYS
from frontdesk.language.timeline.nodes import Date, DayPart, Days, Here, Moment, Turn, Weekdays, When
from frontdesk.language.timeline.parts import part_named
from frontdesk.language.timeline.stretch import (
    DAY,
    Grain,
    Stretch,
    a_day,
    begun,
    day_or_none,
    inside,
    midnight,
    moved,
    some,
    unit,
    weekend,
)
from frontdesk.language.timeline.symbols import Found

AHEAD = {Turn.PLAIN: 0, Turn.THIS: 0, Turn.NEXT: 1, Turn.LAST: -1, Turn.AFTER_NEXT: 2, Turn.EVERY: 0}
_WORKDAYS = frozenset(range(5))


def turn(found: Found) -> Turn:
    """Which one is meant."""
    if found.has("each"):
        return Turn.EVERY
    return Turn(found.value("turn", "TURN")) if found.is_one_of("turn", "TURN") else Turn.PLAIN  # "the" turns nothing


def grain(found: Found, name: str = "unit") -> Grain:
    """The unit named; a fortnight counts as weeks."""
    return {"fortnight": Grain.WEEK, "decade": Grain.YEAR}.get(word := str(found.value(name, "UNIT"))) or Grain(word)


def year(found: Found, here: Here, name: str = "year") -> int | None:
    """A year in full: 84 is 1984 where that is nearer than 2084."""
    figures = found.get(name)
    if figures is None:
        return None
    value = int(figures.text)
    if value >= 100:
        return value
    return value + (2000 if value <= (here.now.year + 10) % 100 else 1900)


def valid(year: int | None, month: int, day: int) -> Date | None:
    """That date, where some calendar has it."""
    if day_or_none(year or 2024, month, day) is None:
        return None
    return Date(year=year, month=month, day=day)


def dated(found: Found, here: Here) -> Date | None:
    """A day of a month, in figures or in words."""
    month = found.index("month", "MONTH") if found.has("month") else found.number("monn")
    return valid(year(found, here), month, found.number("day")) if 1 <= month <= 12 else None


def dated_as_heard(found: Found, here: Here) -> Date | None:
    """A date whose year came in two pieces from speech: "1980 8th" is 1988, "1980 for" 1984, "2000 and 11" 2011."""
    date, heard = dated(found, here), found["heard"].text
    more = (
        {"to": 2, "too": 2, "for": 4}.get(heard) or int(heard)
        if heard.isdigit() or heard in ("to", "too", "for")
        else 0
    )
    if date is None or date.year is None or date.year % (100 if more > 9 else 10) or not more:
        return None
    return valid(date.year + more, date.month or 1, date.day or 1)


def dated_by_century(found: Found, here: Here) -> Date | None:
    """ "29 July 19th 13": the year 1913, its century heard as a day."""
    century = found.number("century")
    if century not in (19, 20):
        return None
    return valid(100 * century + found.number("yy"), found.index("month", "MONTH"), found.number("day"))


_AS_WORD = {"to": 2, "for": 4}


def month_heard_twice(found: Found, here: Here) -> Date | None:
    """ "14th May 8th 1949" is the 14th of the 8th; in "30th of October 19th 1988" the century was heard twice."""
    number = found.number("monn")
    month = number if number <= 12 else found.index("month", "MONTH") if number in (19, 20) else 0
    return _gone(found, here, month, found.number("day")) if month else None


def started_over(found: Found, here: Here) -> Date | None:
    """ "19th May 29th of July 1922": the date that was said to its end."""
    if found.has("first") and found.number("first") != found.number("day"):
        return None
    return _gone(found, here, found.index("month", "MONTH"), found.number("day"))


def day_heard_in_two(found: Found, here: Here) -> Date | None:
    """ "2020 9th of May 2011" is the 29th."""
    if found["tens"].text not in ("20", "2020") or found.number("day") > 9:
        return None
    return _gone(found, here, found.index("month", "MONTH"), 20 + found.number("day"))


def day_heard_as_year(found: Found, here: Here) -> Date | None:
    """ "2019 July 1922" is the 29th of July."""
    if found["tens"].text != "2019":
        return None
    return _gone(found, here, found.index("month", "MONTH"), 29)


def month_heard_as_word(found: Found, here: Here) -> Date | None:
    """ "17 for 1913" is the 17th of the 4th."""
    return _gone(found, here, _AS_WORD[found["heard"].text], found.number("day"))


def day_heard_as_word(found: Found, here: Here) -> Date | None:
    """ "For March 1919" is the fourth, as no one plans for a month so long gone."""
    return _gone(found, here, found.index("month", "MONTH"), _AS_WORD[found["heard"].text])


def month_and_year_packed(found: Found, here: Here) -> Date | None:
    """ "22nd 867" is the 22nd of the 8th 1967."""
    figures = found["packed"].text
    month, short = int(figures[:-2]), int(figures[-2:])
    said = short + (2000 if short <= here.now.year % 100 else 1900)
    return valid(said, month, found.number("day")) if 1 <= month <= 12 and len(figures) <= 4 else None


def _gone(found: Found, here: Here, month: int, day: int) -> Date | None:
    """A date that is long past, as a birth date is: what is to come is said otherwise."""
    said = year(found, here)
    return valid(said, month, day) if said is not None and said < here.now.year else None


def figures_with_century(found: Found, here: Here) -> Date | None:
    """17 10 19 57."""
    century = found.number("century")
    if century not in (19, 20):
        return None
    order = (("two", "one"), ("one", "two")) if here.day_first else (("one", "two"), ("two", "one"))
    said = 100 * century + found.number("yy")
    read = [valid(said, found.number(month), found.number(day)) for month, day in order if found.number(month) <= 12]
    return next((one for one in read if one is not None), None)


def figures(found: Found, here: Here) -> Date | None:
    """3/4/2024: month and day in the order of the reader's country, the other order as a second reading."""
    one, two, said = found.number("one"), found.number("two"), year(found, here)
    order = ((two, one), (one, two)) if here.day_first else ((one, two), (two, one))
    read = [valid(said, month, day) for month, day in order if 1 <= month <= 12]
    fitting = [one for one in read if one is not None]
    if not fitting:
        return None
    first, other = fitting[0], fitting[1] if len(fitting) > 1 and fitting[1] != fitting[0] else None
    return Date(year=first.year, month=first.month, day=first.day, other=other)


def month_and_year(found: Found, here: Here) -> Date:
    """March 2027."""
    return Date(month=found.index("month", "MONTH"), year=year(found, here))


def month_alone(found: Found, here: Here) -> Date:
    """March, this March, next March."""
    return Date(month=found.index("month", "MONTH"), turn=turn(found))


def year_alone(found: Found, here: Here) -> Date:
    """1984."""
    return Date(year=found.number("year"))


def weekday(found: Found, here: Here) -> Date | Weekdays:
    """Friday, this Friday, every Friday; Fridays are all of them."""
    which = turn(found)
    if which is Turn.PLAIN and found.is_one_of("weekday", "PLURALDAY"):
        which = Turn.EVERY
    if which is Turn.NEXT and "upcoming" in found["turn"].text:
        which = Turn.THIS
    return Date(weekday=found.index("weekday", "WEEKDAY"), turn=which)


def weekday_after_next(found: Found, here: Here) -> Date:
    """The Friday after next."""
    return Date(weekday=found.index("weekday", "WEEKDAY"), turn=Turn.AFTER_NEXT)


def weekday_in_week(found: Found, here: Here) -> Days:
    """Tuesday next week."""
    ahead = AHEAD[turn(found)] if found.has("turn") else 1
    return Days(stretch=a_day(_in_week(found.index("weekday", "WEEKDAY"), ahead, here)))


def weekday_in_week_after_next(found: Found, here: Here) -> Days:
    """Tuesday of the week after next."""
    return Days(stretch=a_day(_in_week(found.index("weekday", "WEEKDAY"), 2, here)))


def _in_week(day: int, ahead: int, here: Here) -> date:
    return (begun(here.now, Grain.WEEK) + (7 * ahead + day) * DAY).date()


def weekday_and_a_week(found: Found, here: Here) -> Days:
    """ "Friday week": a week after the coming one."""
    day = found.index("weekday", "WEEKDAY")
    ahead = (day - here.now.weekday() - 1) % 7 + 8
    return Days(stretch=a_day((here.now + ahead * DAY).date()))


def workdays(found: Found, here: Here) -> Weekdays:
    """Monday to Friday."""
    return Weekdays(days=_WORKDAYS)


def weekends(found: Found, here: Here) -> Weekdays:
    """Saturdays and Sundays."""
    return Weekdays(days=frozenset({5, 6}))


def day_number(found: Found, here: Here) -> Date | None:
    """The 14th."""
    number = found.number("day")
    return Date(day=number) if 1 <= number <= 31 else None


def day_of_turned_month(found: Found, here: Here) -> Date | None:
    """The 14th of next month."""
    which = turn(found)
    whole = unit(here.now, Grain.MONTH, AHEAD[which])
    date = valid(whole.start.year, whole.start.month, found.number("day"))
    return None if date is None else replace(date, turn=which)


def deictic(found: Found, here: Here) -> Days:
    """Today, tomorrow, yesterday."""
    return Days(stretch=a_day((here.now + found.index("day", "DEICTIC") * DAY).date()))


def tonight(found: Found, here: Here) -> When:
    """Tonight."""
    return When(date=Days(stretch=a_day(here.now.date())), part=part_named("night"))


def turned_part(found: Found, here: Here) -> When | None:
    """This morning, last night."""
    which = turn(found)
    if which is Turn.NEXT:
        return None
    back = 1 if which is Turn.LAST else 0
    return When(
        date=Days(stretch=a_day((here.now - back * DAY).date())), part=part_named(str(found.value("part", "PART")))
    )


def part(found: Found, here: Here) -> DayPart:
    """A part of the day."""
    return part_named(str(found.value("part", "PART")))


def turned_unit(found: Found, here: Here) -> Days | Moment:
    """Next week, this year."""
    size, ahead = grain(found), AHEAD[turn(found)]
    if size.is_clock:
        return Moment(at=unit(here.now, size, ahead).start, grain=size)
    return Days(stretch=unit(here.now, size, ahead))


def unit_after_next(found: Found, here: Here) -> Days:
    """The week after next."""
    return Days(stretch=unit(here.now, grain(found), 2))


def unit_this(found: Found, here: Here) -> Days:
    """Of the month: of this one."""
    return Days(stretch=unit(here.now, grain(found)))


def turned_quarter(found: Found, here: Here) -> Days:
    """Next quarter."""
    return Days(stretch=unit(here.now, Grain.QUARTER, AHEAD[turn(found)]))


def unit_before_last(found: Found, here: Here) -> Days:
    """The week before last."""
    return Days(stretch=unit(here.now, grain(found), -2))


def turned_weekend(found: Found, here: Here) -> Days:
    """This weekend, next weekend."""
    return Days(stretch=weekend(here.now, AHEAD[turn(found)]))


def weekend_after_next(found: Found, here: Here) -> Days:
    """The weekend after next."""
    return Days(stretch=weekend(here.now, 2))


def stretch_of(parts: tuple[tuple[float, Grain], ...], which: Turn, here: Here) -> Days | None:
    """So many units from now on, or back from now."""
    amount, size = parts[0]
    if amount != int(amount) or len(parts) > 1 or size.is_clock:
        start, end = here.now, here.now
        for one, kind in parts:
            end = moved(end, int(one), kind)
        if which is Turn.LAST:
            start, end = start - (end - start), start
        return Days(stretch=Stretch(start=start, end=end, grain=size, is_one=False))
    count = int(amount)
    if which is Turn.LAST:
        return Days(stretch=some(here.now, size, count, -count))
    return Days(stretch=some(here.now, size, count, 0 if which is Turn.THIS else 1))


def holiday(found: Found, here: Here) -> Days:
    """Christmas: the coming one; last Christmas: the one before today."""
    day_of = HOLIDAYS[str(found.value("holiday", "HOLIDAY"))]
    today, which = here.now.date(), turn(found)
    years = range(today.year - 1, today.year + 3)
    if which is Turn.LAST:
        return Days(stretch=a_day([day_of(one) for one in years if day_of(one) < today][-1]))
    return Days(stretch=a_day(next(day_of(one) for one in years if day_of(one) >= today)))


def holiday_of_year(found: Found, here: Here) -> Days:
    """Christmas 2027, Easter next year."""
    day_of = HOLIDAYS[str(found.value("holiday", "HOLIDAY"))]
    return Days(stretch=a_day(day_of(year(found, here) or _turned_year(found, here))))


def _turned_year(found: Found, here: Here) -> int:
    return here.now.year + AHEAD[Turn(found.value("yearly", "TURN"))]


def month_of_turned_year(found: Found, here: Here) -> Date:
    """March next year."""
    return Date(month=found.index("month", "MONTH"), year=_turned_year(found, here))


def day_of_turned_year(found: Found, here: Here) -> Date | None:
    """March 3rd next year."""
    return valid(_turned_year(found, here), found.index("month", "MONTH"), found.number("day"))


def days_in_month(found: Found, here: Here) -> Days | None:
    """July 3 to 5, the 3rd to the 5th of July."""
    month, first, last = found.index("month", "MONTH"), found.number("day"), found.number("until")
    said = year(found, here)
    for one in (said,) if said else (here.now.year, here.now.year + 1):
        start, end = day_or_none(one, month, first), day_or_none(one, month, last)
        if start and end and start < end and (said or end >= here.now.date()):
            return Days(stretch=Stretch(start=midnight(start), end=midnight(end) + DAY, grain=Grain.DAY, is_one=False))
    return None


def decade(found: Found, here: Here) -> Days | None:
    """The 1990s."""
    start = found.number("year")
    if start % 10:
        return None
    return Days(stretch=some(midnight(date(start, 1, 1)), Grain.YEAR, 10, 0))


def holiday_weekend(found: Found, here: Here) -> Days:
    """Labor Day weekend: Saturday and Sunday beside the feast, and the feast."""
    feast = holiday(found, here).stretch
    near = weekend(feast.start + 3 * DAY, -1 if feast.start.weekday() < 4 else 0)
    first, last = min(near.start, feast.start), max(near.end, feast.end)
    if (last - first).days > 4:
        first, last = near.start, near.end
    return Days(stretch=replace(near, start=first, end=last))


def season(found: Found, here: Here) -> Days:
    """This summer, winter 2026. Seasons begin on the 21st, as the sun has it within two days."""
    month = found.index("season", "SEASON")
    said, which = year(found, here), turn(found)

    def in_year(value: int) -> Stretch:
        start = midnight(date(value, month, 21))
        return Stretch(start=start, end=moved(start, 3, Grain.MONTH), grain=Grain.MONTH, is_one=False)

    if said is not None:
        return Days(stretch=in_year(said))
    near = next(one for value in range(here.now.year - 1, here.now.year + 2) if (one := in_year(value)).end > here.now)
    shift = {Turn.NEXT: 1 if near.start <= here.now else 0, Turn.LAST: -1}.get(which, 0)
    return Days(stretch=in_year(near.start.year + shift))


def quarter(found: Found, here: Here) -> Days | None:
    """The third quarter, Q3 2026."""
    number = found.number("number")
    if not 1 <= number <= 4:
        return None
    said = year(found, here) or (_turned_year(found, here) if found.has("yearly") else here.now.year)
    return Days(stretch=unit(midnight(date(said, 3 * number - 2, 1)), Grain.QUARTER))


def end_of_unit(found: Found, here: Here) -> Days:
    """The end of this month, of this year."""
    size = Grain(str(found.value("eop", "EOP")))
    return Days(stretch=inside(unit(here.now, size), "late"), is_end=True)


def third_of_unit(found: Found, here: Here) -> Days | None:
    """Early next week, the end of this month."""
    size = grain(found)
    if size.is_clock or size is Grain.DAY:
        return None
    whole = unit(here.now, size, AHEAD[turn(found)])
    third = str(found.value("third", "THIRD"))
    return Days(stretch=inside(whole, third), is_end=third == "late")
