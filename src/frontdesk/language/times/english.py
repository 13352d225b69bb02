"""How English says when. Rules are tried in order; the longer reading stands before the shorter."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time

from frontdesk.domain.practice import Weekday
from frontdesk.language.times.calendar_days import (
    DAY,
    WEEK,
    coming,
    coming_month,
    day_in,
    full_year,
    next_month,
    part_of_month,
    week_of,
)
from frontdesk.language.times.pieces import (
    Bound,
    Clock,
    DayNumber,
    Days,
    Link,
    Number,
    Part,
    Piece,
    Rule,
    Side,
    Weekdays,
    Which,
    link,
    part,
    rule,
)

WEEKDAYS = {
    "mon": Weekday.MONDAY,
    "tue": Weekday.TUESDAY,
    "wed": Weekday.WEDNESDAY,
    "thu": Weekday.THURSDAY,
    "fri": Weekday.FRIDAY,
    "sat": Weekday.SATURDAY,
    "sun": Weekday.SUNDAY,
}
MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
            "twenty-first",
            "twenty-second",
            "twenty-third",
            "twenty-fourth",
            "twenty-fifth",
            "twenty-sixth",
            "twenty-seventh",
            "twenty-eighth",
            "twenty-ninth",
            "thirtieth",
            "thirty-first",
        ],
        start=1,
    )
}
MINUTES = {"fifteen": 15, "thirty": 30, "forty-five": 45, "forty five": 45, "oh five": 5, "ten": 10, "twenty": 20}
AMOUNTS = {**NUMBERS, "a": 1, "an": 1, "a couple": 2, "a couple of": 2, "couple of": 2, "a few": 3, "couple": 2}

_DAY_NAME = (
    r"(?:mon(?:day)?s?|tue(?:s(?:day)?)?s?|wed(?:s|nesday)?s?|thu(?:rs?(?:day)?)?s?|fri(?:day)?s?"
    r"|sat(?:urday)?s?|sun(?:day)?s?)"
)
_WEEKDAY = rf"(?P<weekday>{_DAY_NAME})\.?"
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH = rf"(?P<month>{_MONTH_NAME})\.?"
_NUMBER = "|".join(NUMBERS)
_ORDINAL = (
    r"(?P<ordinal>\d{1,2}(?:st|nd|rd|th)|"
    + "|".join(word.replace("-", "[- ]") for word in sorted(ORDINALS, key=len, reverse=True))
    + ")"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![:\d]|\s*(?:am|pm|a\.m|p\.m)\b)"
_YEAR = r"(?:,? ?(?P<year>20\d\d))?"
_AMOUNT = r"(?P<amount>\d{1,2}|" + "|".join(sorted(AMOUNTS, key=len, reverse=True)) + ")"
_HALF = r"(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?|in the (?:morning|afternoon|evening)|at night|a\b|p\b)"
_COUNTED = (
    r"(?:of us|of them|people|persons?|patients?|units?|syringes?|ladies|girls|guys|kids|adults|areas?|rooms?|times|sessions?"
    r"|treatments?|visits?|years?|yrs?|months?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?|dollars?|bucks|percent|cc|ml|mg|lbs?"
    r"|pounds?|appointments?|appts?|spots?|slots?|openings?|consults?|friends?|daughters?|sons?|sisters?|vials?|more|st\b|ave\b|street"
    r"|avenue|road|blvd|options?|things?|questions?)"
)


def _weekday(match: re.Match[str]) -> Weekday:
    return WEEKDAYS[match["weekday"][:3]]


def _plural(match: re.Match[str]) -> bool:
    return match["weekday"].endswith("days")


def _named(match: re.Match[str], which: Which) -> Sequence[Piece]:
    chosen = Which.EVERY if _plural(match) else which
    return [Weekdays(days=frozenset({_weekday(match)}), which=chosen)]


def _amount(text: str) -> int:
    return int(text) if text.isdigit() else AMOUNTS[text]


def _ordinal(text: str) -> int:
    return ORDINALS.get(text.replace(" ", "-")) or int(re.sub(r"\D", "", text))


def _dated(match: re.Match[str], today: date) -> Sequence[Piece]:
    day = match["day"] if "day" in match.groupdict() and match["day"] else match["ordinal"]
    found = day_in(MONTHS[match["month"][:3]], _ordinal(day), today, full_year(match["year"]))
    return [found] if found else []


def _slashed(match: re.Match[str], today: date) -> Sequence[Piece]:
    found = (
        day_in(int(match["m"]), int(match["d"]), today, full_year(match["y"])) if 1 <= int(match["m"]) <= 12 else None
    )
    return [found] if found else []


def _iso(match: re.Match[str], today: date) -> Sequence[Piece]:
    found = day_in(int(match["m"]), int(match["d"]), today, int(match["y"])) if 1 <= int(match["m"]) <= 12 else None
    return [found] if found else []


def _ahead(match: re.Match[str], today: date) -> Sequence[Piece]:
    amount, unit = _amount(match["amount"]), match["unit"]
    if unit.startswith("day"):
        day = today + amount * DAY
        return [Days(first=day, last=day)]
    if unit.startswith("month"):
        month = today
        for _ in range(amount):
            whole = next_month(month)
            assert whole.first is not None, "a month has a first day"
            month = whole.first
        found = day_in(month.month, min(today.day, 28), month, month.year)
        assert found is not None and found.first is not None, "the 28th is in every month"
        return [Days(first=found.first - 3 * DAY, last=found.first + 3 * DAY)]
    week = week_of(today + amount * WEEK)
    return [week]


def _weeks_from(match: re.Match[str], today: date) -> Sequence[Piece]:
    start = {"today": today, "tomorrow": today + DAY, "now": today}.get(match["from"])
    start = start or coming(WEEKDAYS[match["from"][:3]], today)
    day = start + _amount(match["amount"]) * WEEK
    return [Days(first=day, last=day)]


def _month_part(match: re.Match[str], today: date) -> Sequence[Piece]:
    words = match["which"]
    name = match["month"]
    whole = (
        next_month(today)
        if name == "next month"
        else coming_month(today.month if name is None else MONTHS[name[:3]], today)
    )
    early = ("early", "beginning", "start", "first")
    return [part_of_month(whole, "early" if words.startswith(early) else "mid" if words.startswith("mid") else "late")]


def _hours(hour: int, minute: int, half: str | None) -> tuple[time, ...]:
    if minute > 59 or hour > 24:
        return ()
    if half is not None and 1 <= hour <= 12:
        afternoon = half[0] == "p" or half.endswith(("afternoon", "evening", "night"))
        return (time(hour % 12 + (12 if afternoon else 0), minute),)
    if hour in (0, 24) or hour > 12:
        return (time(hour % 24, minute),)
    return (time(hour % 12, minute), time(hour % 12 + 12, minute))


def _clock(match: re.Match[str], today: date) -> Sequence[Piece]:
    named = match.groupdict()
    hour = match["hour"]
    minute = named.get("minute") or "0"
    found = _hours(
        int(hour) if hour.isdigit() else NUMBERS[hour],
        int(minute) if minute.isdigit() else MINUTES[minute],
        named.get("half"),
    )
    return [Clock(candidates=found)] if found else []


def _past_hour(match: re.Match[str], today: date) -> Sequence[Piece]:
    word, hour = match["fraction"], match["hour"]
    value = int(hour) if hour.isdigit() else NUMBERS[hour]
    minute = {"half": 30, "quarter": 15, "a quarter": 15, "ten": 10, "twenty": 20, "five": 5}.get(word) or int(word)
    if match["turn"] in ("to", "till", "of", "before"):
        value, minute = (value - 2) % 12 + 1, 60 - minute
    return [Clock(candidates=_hours(value, minute, match["half"]))]


def _number(match: re.Match[str], today: date) -> Sequence[Piece]:
    value = int(match["n"]) if match["n"].isdigit() else NUMBERS[match["n"]]
    return [Number(number=value)] if 1 <= value <= 31 else []


def _week_named(shift: int) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    def make(match: re.Match[str], today: date) -> Sequence[Piece]:
        week = week_of(today + shift * WEEK)
        assert week.first is not None, "a week has a first day"
        return [Days(first=max(week.first, today), last=week.last)]

    return make


def _weekend(shift: int) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    def make(match: re.Match[str], today: date) -> Sequence[Piece]:
        saturday = week_of(today + shift * WEEK).first
        assert saturday is not None, "a week has a first day"
        return [Days(first=max(saturday + 5 * DAY, today), last=saturday + 6 * DAY)]

    return make


def _day(shift: int, *extra: Piece) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    return lambda match, today: [Days(first=today + shift * DAY, last=today + shift * DAY), *extra]


def _bound(side: Side, *, follows: bool = False) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    return lambda match, today: [Bound(side=side, follows=follows)]


_EVENING = Part(earliest=time(17), latest=None)
_WORKDAYS = frozenset(Weekday(number) for number in range(5))
_WEEKEND_DAYS = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
RULES: tuple[Rule, ...] = (
    # What is past, or a visit that stands already, is no wish.
    link(rf"(?:last|this past|past|since|had) (?:{_DAY_NAME}|week|month|year|night|time)", Link.OURS),
    link(rf"{_AMOUNT} (?:days?|weeks?|months?|years?|hours?) ago|yesterday", Link.OURS),
    link(
        rf"(?:my|our)(?= (?:next |upcoming )?(?:{_DAY_NAME}|tomorrow|\d{{1,2}}(?::\d\d)?(?: ?[ap]m)?|today)(?:'s)? "
        r"(?:(?:\d{1,2}(?::\d\d)? ?(?:am|pm)?|morning|afternoon|evening) )?(?:appointment|appt|visit|booking|session|one)\b)",
        Link.OURS,
    ),
    link(rf"{_DAY_NAME}'s (?:\d{{1,2}}(?::\d\d)?(?: ?[ap]\.?m\.?)?)?", Link.OURS),
    # Turns.
    link(r"(?:stop|come|drop|swing|pop|coming|stopping) by", Link.FILLER),
    rule(
        r"i(?:'m| am)? (?:work|working|at work|busy|in class|in school|in meetings?|teach|in clinic) (?:until|till|til)"
        r"|i (?:get|am|finish|go)(?: get)? (?:off|out|done)(?: of)?(?: work| school)? (?:at|around|by)",
        _bound(Side.FROM),
    ),
    link(r"(?:instead of|rather than)", Link.NOT),
    link(
        r"(?:no,? wait|wait,? no|oh wait|wait|actually|i mean(?:t)?|scratch that|make (?:that|it)|or rather|rather|instead|"
        r"sorry|my bad|on second thought|never ?mind|let's (?:do|say)|change (?:that|it) to|no sorry|correction)",
        Link.CORRECTION,
    ),
    rule(
        r"(?:not|no|never|don't|do not|can't|cannot|nothing)(?: (?:want|come|do|make it|have|be))*(?: anything)?(?: at)? (?:before|earlier than|sooner than|until|till)"
        r"|no (?:earlier|sooner) than|not (?:earlier|sooner) than",
        _bound(Side.FROM),
    ),
    rule(
        r"(?:not|no|nothing|don't want|can't do|never)(?: anything)? (?:after|later than|past)|no later than|not later than",
        _bound(Side.BEFORE),
    ),
    rule(
        r"(?:(?:be |get |to be |need to be )?(?:done|finished|out(?: of there)?|through|home|back at work|back)|(?:need|have|got|gotta) (?:to )?(?:leave|go|run|be out|pick up \w+(?: \w+)?)) "
        r"(?:by|before|at)",
        _bound(Side.DONE_BY),
    ),
    link(
        r"(?:doesn't|does not|don't|do not|won't|will not|isn't|wouldn't|would not) (?:really )?(?:work|fit|suit|good|do)(?: for me)?|(?:is|are)? ?(?:not|no) good(?: for me)?|is out|are out|is bad|"
        r"(?:isn't|is not|aren't) (?:good|possible|great|an option)",
        Link.NOT_THAT,
    ),
    link(
        r"(?:but )?(?:not|except(?: for)?|besides|other than|anything but|any ?day but|anytime but|but not|avoid|excluding)(?: (?:on|in|at|the|this|for))*"
        r"|(?:i )?(?:can't|cannot|can not|couldn't|won't be able to|unable to|not able to)(?: (?:do|make|come|be|get|there|in|it|work|on|at|free))*"
        r"|(?:i'm |i am )?(?:not|never) (?:free|available|around)(?: (?:on|in|at))?|no(?= (?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|mornings|evenings|afternoons|weekends)\b)",
        Link.NOT,
    ),
    # Soonest.
    link(
        r"(?:as soon as (?:possible|you can|we can)|a\.?s\.?a\.?p\.?|(?:the |your )?(?:very )?(?:first|next) (?:available|availability|opening|(?:appointment|slot|time) (?:available|you have|possible))(?: (?:appointment|slot|time|opening))?"
        r"|(?:the |your )?(?:very )?(?:earliest|soonest) (?:available|possible|opening|availability|you (?:have|got)|appointment|slot|time)(?: (?:available|you have|possible))?"
        r"|at (?:your|the) earliest(?: convenience)?|(?:the )?(?:earliest|soonest)|right away|immediately|right now|sooner the better|the sooner the better|(?:the )?earlier the better)",
        Link.SOONEST,
    ),
    # Relative.
    rule(rf"(?:in )?{_AMOUNT} (?:weeks?|wks?) (?:from|after) (?P<from>today|now|tomorrow|{_DAY_NAME})", _weeks_from),
    rule(rf"in {_AMOUNT} (?P<unit>days?|weeks?|wks?|months?)(?:' time)?", _ahead),
    rule(rf"{_AMOUNT} (?P<unit>days?|weeks?|wks?|months?) (?:from (?:now|today)|out)", _ahead),
    rule(r"(?:the )?day after (?:tomorrow|tmrw|tmr)", _day(2)),
    rule(r"(?:tomorrow|tmrw|tmr|tmw|tomorow|tommorow|tommorrow|2moro|2morrow|tomoz)", _day(1)),
    rule(r"(?:tonight|tonite|this evening)", _day(0, _EVENING)),
    rule(r"this (?:morning)", _day(0, Part(earliest=None, latest=time(12)))),
    rule(r"this (?:afternoon)", _day(0, Part(earliest=time(12), latest=time(17)))),
    rule(r"(?:later )?today", _day(0)),
    rule(r"(?:the )?week after next", _week_named(2)),
    rule(r"(?:the )?following week", _week_named(1)),
    rule(r"next (?:week|wk)(?:'s)?(?! ?end)", _week_named(1)),
    rule(r"(?:later )?this (?:week|wk)(?! ?end)|later in the week", _week_named(0)),
    rule(r"next week ?end", _weekend(1)),
    rule(r"(?:this |the |this coming |coming )?week ?end", _weekend(0)),
    rule(r"week ?ends", lambda match, today: [Weekdays(days=_WEEKEND_DAYS, which=Which.EVERY)]),
    rule(
        r"(?:a |any |during the )?week ?days?|(?:on )?(?:work ?days|business days?)|during the week",
        lambda match, today: [Weekdays(days=_WORKDAYS, which=Which.EVERY)],
    ),
    rule(r"(?:the )?week of(?: the)? (?:" + _MONTH + " )?" + _DAY, lambda match, today: _week_with(match, today)),
    rule(
        rf"(?P<which>early|beginning of|start of|mid(?:dle)?(?: of)?|mid-|late|end of|later in) ?"
        rf"(?:(?:the|this) month|(?P<month>next month|{_MONTH_NAME}))(?! \d)",
        _month_part,
    ),
    rule(r"next month", lambda match, today: [next_month(today)]),
    rule(r"(?:later )?this month", lambda match, today: [coming_month(today.month, today)]),
    # Dates.
    rule(r"(?P<y>20\d\d)-(?P<m>\d\d?)-(?P<d>\d\d?)", _iso),
    rule(rf"{_MONTH} (?:the )?{_DAY}{_YEAR}", _dated),
    rule(rf"{_MONTH} (?:the )?{_ORDINAL}{_YEAR}", _dated),
    rule(rf"(?:the )?{_ORDINAL}(?: day)?(?: of| in)? {_MONTH}{_YEAR}", _dated),
    rule(rf"{_DAY} (?:of )?{_MONTH}{_YEAR}", _dated),
    rule(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<y>\d{4}|\d\d))?(?![/\d])", _slashed),
    rule(r"(?P<m>\d{1,2})[-.](?P<d>\d{1,2})[-.](?P<y>\d{4}|\d\d)(?![-.\d])", _slashed),
    rule(
        rf"(?:in|this|coming|all of|during|of|for) {_MONTH}(?! \d)",
        lambda match, today: [coming_month(MONTHS[match["month"][:3]], today)],
    ),
    rule(rf"next {_MONTH}", lambda match, today: [coming_month(MONTHS[match["month"][:3]], today)]),
    rule(
        r"(?P<month>january|february|april|june|july|august|september|october|november|december)",
        lambda match, today: [coming_month(MONTHS[match["month"][:3]], today)],
    ),
    # Days of the week.
    rule(rf"(?:next|nxt) {_WEEKDAY}", lambda match, today: _named(match, Which.NEXT)),
    rule(
        rf"(?:every|any|all|most|either) {_WEEKDAY}",
        lambda match, today: [Weekdays(days=frozenset({_weekday(match)}), which=Which.EVERY)],
    ),
    rule(
        rf"(?:this|coming|this coming|on|for|the coming) {_WEEKDAY}", lambda match, today: _named(match, Which.COMING)
    ),
    rule(
        r"(?P<weekday>sat|sun|wed|mon)\b(?! (?:down|in |up|through|there|on the|for|screen|damage|spots?|burn|exposure|tan|my|him|her|me))",
        lambda match, today: _named(match, Which.COMING),
    ),
    link(r"sat|sun|wed|mon", Link.BREAK),
    rule(_WEEKDAY, lambda match, today: _named(match, Which.COMING)),
    # Clock times.
    rule(
        rf"(?P<fraction>half|a quarter|quarter|ten|twenty|five|\d\d?) (?P<turn>past|after|to|till|of|before) (?P<hour>\d{{1,2}}|{_NUMBER})(?:(?:ish)?(?! ?[:\d]) ?{_HALF})?(?! ?(?:am|pm|-))",
        lambda match, today: (
            _past_hour(match, today)
            if match["fraction"] in ("half", "quarter", "a quarter") or match["turn"] in ("past", "till")
            else []
        ),
    ),
    rule(rf"(?P<hour>\d{{1,2}})(?::|\.|h)(?P<minute>\d\d)(?:ish)?(?: ?{_HALF})?(?![:\d])", _clock),
    rule(r"(?P<hour>\d{1,2})(?P<minute>[0-5]\d) ?(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?)", _clock),
    rule(rf"(?P<hour>\d{{1,2}})(?:ish)? ?{_HALF}(?! \d)", _clock),
    rule(rf"(?P<hour>{_NUMBER}) (?P<minute>fifteen|thirty|forty[- ]five|oh five|ten|twenty)(?: ?{_HALF})?", _clock),
    rule(
        rf"(?P<hour>{_NUMBER})(?:ish)? ?(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?|in the (?:morning|afternoon|evening)|at night)",
        _clock,
    ),
    rule(rf"(?P<hour>\d{{1,2}}|{_NUMBER}) ?(?:o'clock|oclock|ish|-ish)(?: ?{_HALF})?", _clock),
    rule(r"(?:high )?noon(?:ish)?|mid-?day|12 noon", lambda match, today: [Clock(candidates=(time(12),))]),
    rule(r"after ?noon", lambda match, today: [Part(earliest=time(12), latest=time(17))]),
    # Sides.
    rule(
        r"(?P<hour>\d{1,2})(?P<minute>[0-5]\d)(?= (?:works|is (?:good|fine|great|perfect)|please|would|sounds)|\s*$)",
        lambda match, today: _clock(match, today) if 7 <= int(match["hour"]) <= 12 or int(match["hour"]) <= 7 else [],
    ),
    part(
        r"(?:right |straight |any ?time )?(?:after|following) (?:work|school|the office|i get off(?: work)?|office hours|business hours)",
        17,
        None,
    ),
    part(r"before work", None, 9),
    part(r"(?:after|following) lunch", 13, 17),
    part(r"before lunch", None, 12),
    part(r"(?:at |over |during |around )?(?:my |the )?lunch(?: ?(?:time|break|hour))?", 12, 13),
    rule(
        r"(?:or|and) (?:later|after|onwards?|beyond|up)|onwards?|and on|on (?:in )?forward",
        _bound(Side.FROM, follows=True),
    ),
    rule(r"or (?:earlier|before|sooner)|and (?:earlier|before)|at the latest", _bound(Side.BEFORE, follows=True)),
    rule(r"(?:any ?time |at )?(?:from|starting|beginning|as of)(?: (?:at|on))?", _bound(Side.FROM)),
    rule(r"(?:any ?time |some ?time )?(?:after|past|later than)", _bound(Side.AFTER)),
    rule(
        r"(?:any ?time |some ?time )?(?:before|earlier than|sooner than|prior to|up to|until|till|til)",
        _bound(Side.BEFORE),
    ),
    rule(r"by", _bound(Side.BY)),
    link(r"(?:any ?time )?(?:in )?between", Link.BETWEEN),
    # Parts of the day.
    part(r"(?:in the )?(?:early (?:in the )?(?:mornings?|am)|early|first thing(?: in the morning)?)", None, 10),
    part(r"(?:in the )?(?:late (?:in the )?mornings?|mid-?mornings?)", 10, 12),
    part(r"(?:in the )?early (?:in the )?(?:afternoons?|evenings?)", 12, 15),
    part(r"(?:in the )?(?:late (?:in the )?afternoons?|late in the day|end of (?:the )?day|eod)", 15, None),
    part(r"(?:in |during )?(?:the |an? )?(?:mornings?|a\.?m\.?s?(?= (?:works?|please|is)|\s*$))", None, 12),
    part(r"(?:in |during )?(?:the |an? )?(?:afternoons?|arvo)", 12, 17),
    part(r"(?:in |during |at )?(?:the |an? )?(?:evenings?|eves?|nights?|evening time)", 17, None),
    # Links.
    link(r"at|@|around|about", Link.AT),
    link(
        r"(?:please|pls|like|maybe|say|the|on|of|in|for|during|only|preferably|ideally|an?|some ?time|any ?time|any ?day|time|if possible"
        r"|would be|would|is|are|be)",
        Link.FILLER,
    ),
    link(r"or|and/or|nor", Link.OR),
    link(r"no", Link.CORRECTION),
    link(r"and|&|plus", Link.AND),
    link(r"to|through|thru|-|until|till", Link.TO),
    # Numbers.
    rule(
        rf"the {_ORDINAL}(?! (?:one|option|time|slot|visit|opening|appointment|of the))",
        lambda match, today: [DayNumber(number=_ordinal(match["ordinal"]))] if _ordinal(match["ordinal"]) <= 31 else [],
    ),
    rule(
        r"(?P<ordinal>\d{1,2}(?:st|nd|rd|th))(?! (?:one|option|time|slot|visit|street|st|ave|floor))",
        lambda match, today: (
            [DayNumber(number=_ordinal(match["ordinal"]))] if 1 <= _ordinal(match["ordinal"]) <= 31 else []
        ),
    ),
    link(r"(?:room|suite|apt|unit|option|number|no\.|floor|#|\$) ?\d+|\$\d+", Link.BREAK),
    rule(r"(?:(?<=at[ ])|(?<=after[ ])|(?<=before[ ])|(?<=by[ ])|(?<=until[ ])|(?<=around[ ]))(?P<n>one)", _number),
    rule(rf"(?P<n>\d{{1,2}}|{_NUMBER[4:]})(?![.:/%]?\d|%|\s*(?:{_COUNTED})\b)", _number),
)


def _week_with(match: re.Match[str], today: date) -> Sequence[Piece]:
    if match["month"]:
        found = day_in(MONTHS[match["month"][:3]], int(match["day"]), today)
        return [week_of(found.first)] if found and found.first else []
    from_today = day_in(today.month, int(match["day"]), today)
    return [week_of(from_today.first)] if from_today and from_today.first else []
