"""How English tells the time: which words in which order make a date, a clock time, a length."""

from functools import cache

from frontdesk.language.timeline import clocks, dates, spoken_of
from frontdesk.language.timeline.bounding import BOUND
from frontdesk.language.timeline.figures import FIGURES
from frontdesk.language.timeline.grammar import Grammar, grammar
from frontdesk.language.timeline.joining import JOINED_DATES, LENGTHS, TOGETHER, WHENS
from frontdesk.language.timeline.nodes import Here, Nothing
from frontdesk.language.timeline.symbols import Found, Rule
from frontdesk.language.timeline.words import Spelling

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
]  # fmt: skip
_SHORTENED = {
    "mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "no",
}  # fmt: skip

SPELLING = Spelling(
    small={name: value for value, name in enumerate([*_UNITS, *_TEENS], start=1)},
    tens={name: 10 * value for value, name in enumerate(_TENS, start=2)} | {"fourty": 40},
    ordinals={name: value for value, name in enumerate(_ORDINALS, start=1)} | {"thirtieth": 30, "nineth": 9},
    centuries={"nineteen": 19, "twenty": 20},
    thousand="thousand",
    hundreds={},
    links=frozenset(),
    zeros=frozenset({"oh", "o", "zero"}),
    shortened=frozenset(_SHORTENED),
)

_YEAR = "(COMMA? (of|in)? (the year)? year:YEAR)?"
_HEARD_YEAR = "COMMA? year:YEAR (and the?)? (heard:(N1|S1|ORD|TWO|to|for|too) (?!UNIT|COLON|AMPM|COUNTED|NUM|the))"
_SHORT_YEAR = (
    "(COMMA? (of|in)? apostrophe? year:(YEAR|TWO|TWOS) (?!COLON|AMPM|oclock|COUNTED|TWO|UNIT|SLASH|TO MONTH))?"
)
_MINUTES, _TILL = "(COLON minute:MINUTED|DOT MINUTED)?", "(TO|DASH) (about|around)?"
_DAY = "day:(ORD|DAYN (?!COLON MINUTED|AMPM|oclock|DOT NUM|SLASH|COUNTED|UNIT))"


def _no_time(found: Found, here: Here) -> Nothing | None:
    """ "That will be all for today" asks for no time."""
    if found.has("day") and found.index("day", "DEICTIC") != 0:
        return None
    return Nothing()


AS_HEARD = (
    # Birth dates as speech recognition writes them: "the" heard as "May", "of" as "to", four as "for", 29 as "2019".
    Rule("day:ORD of? month:MONTH monn:ORD year:YEAR", dates.month_heard_twice),
    Rule("ORD of? MONTH day:ORD of? month:MONTH year:YEAR", dates.started_over),
    Rule("first:ORD day:(DAYN|ORD) of? month:MONTH year:YEAR", dates.started_over),
    Rule("day:ORD of? the? monn:S01 year:YEAR", dates.dated),
    Rule("day:ORD to the? monn:ORD year:YEAR", dates.dated),
    Rule("tens:(YEAR4|N13) day:ORD of? month:MONTH year:YEAR", dates.day_heard_in_two),
    Rule("tens:YEAR4 of? month:MONTH year:YEAR", dates.day_heard_as_year),
    Rule("^ day:(DAYN|ORD) heard:(for|to) year:YEAR4 $", dates.month_heard_as_word),
    Rule("^ day:(DAYN|ORD) heard:(for|to) year:(N32|N60) $", dates.month_heard_as_word),
    Rule("^ heard:for month:MONTH year:YEAR4 $", dates.day_heard_as_word),
    Rule("^ day:ORD packed:(HHMM|N100|BIG) $", dates.month_and_year_packed),
)

DATES = (
    # Words of time that ask for none.
    Rule("(?<=GOODBYE) (for)? (day:DEICTIC|NOW|now)", _no_time),
    Rule("GOODBYEFOR for (day:DEICTIC|NOW|now)", _no_time),
    Rule("(?<=not|busy|that|thats|to|else|need|for) NOW", _no_time),
    # Months with days.
    Rule(
        "month:MONTH the? day:(DAYN|ORD) (TO|DASH) (the)? until:(DAYN|ORD) (?!COLON|AMPM|oclock|MONTH) "
        "(COMMA? year:YEAR)?",
        dates.days_in_month,
    ),
    Rule(
        "(?<=BETWEEN|the) month:MONTH the? day:(DAYN|ORD) and (the)? until:(DAYN|ORD) "
        "(?!COLON|AMPM|oclock|MONTH)",
        dates.days_in_month,
    ),
    Rule("day:(DAYN|ORD) (TO|DASH) (the)? until:(ORD|DAYN) (of)? month:MONTH (COMMA? year:YEAR)?", dates.days_in_month),
    Rule(
        "(?<=BETWEEN) (the)? day:(DAYN|ORD) and (the)? until:(ORD|DAYN) (of)? month:MONTH (COMMA? year:YEAR)?",
        dates.days_in_month,
    ),
    Rule("month:MONTH (the)? day:(DAYN|ORD) (of)? yearly:TURN year", dates.day_of_turned_year),
    Rule("WEEKDAY? COMMA? month:MONTH DASH day:DAYD (DASH|COMMA)? year:(YEAR4|TWO) (?!COLON|AMPM)", dates.dated),
    Rule(f"month:MONTH SLASH? (COMMA? the)? {_DAY} {_HEARD_YEAR}", dates.dated_as_heard),
    Rule(f"month:MONTH SLASH? (COMMA? the)? {_DAY} {_SHORT_YEAR}", dates.dated),
    Rule("day:DAYD DASH month:MONTH (DASH year:(YEAR4|TWO))?", dates.dated),
    Rule(
        "month:MONTH (the)? day:(ORD|DAYN) century:ORDD yy:TWO (?!COLON|AMPM|oclock|COUNTED|UNIT)",
        dates.dated_by_century,
    ),
    Rule(
        "day:(ORD|DAYN) (of)? month:MONTH century:ORDD yy:TWO (?!COLON|AMPM|oclock|COUNTED|UNIT)",
        dates.dated_by_century,
    ),
    Rule("(TURN|next|another) DAYN in month:MONTH", dates.month_alone),  # "the next one in July"
    Rule(f"day:(ORD|DAYN) (of|in)? (the)? month:MONTH {_HEARD_YEAR}", dates.dated_as_heard),
    Rule(f"day:(ORD|DAYN) (of|in)? (the)? monn:(ORD|MOND) {_HEARD_YEAR}", dates.dated_as_heard),
    Rule(f"day:(ORD|DAYN) day? COMMA? (of|in)? (the month of|the)? month:MONTH {_SHORT_YEAR}", dates.dated),
    Rule("day:(ORD|DAYN) COMMA? (of|in)? (the month of)? month:MONTH", dates.dated),
    Rule("day:ORD (of)? (the)? monn:ORD (of|in|COMMA)? (the year)? year:(YEAR|TWO)", dates.dated),
    Rule("day:(ORD|DAYD) (of|DASH|SLASH|COLON|point)? (the)? monn:(ORD|MOND) COMMA? year:YEAR", dates.dated),
    Rule("day:DAYD to monn:ORD year:YEAR", dates.dated),
    Rule("day:ORDD of the monn:ORDD", dates.dated),
    Rule("day:ORD of the month", dates.day_number),
    Rule("month:MONTH (of|in|COMMA|SLASH)? (the year)? year:YEAR", dates.month_and_year),
    # Feasts and seasons.
    Rule("turn:TURN holiday:HOLIDAY", dates.holiday),
    Rule("holiday:HOLIDAY (of|in|COMMA)? (year:YEAR|yearly:TURN year)", dates.holiday_of_year),
    Rule("holiday:HOLIDAY (weekend|week end)", dates.holiday_weekend),
    Rule("holiday:HOLIDAY", dates.holiday),
    Rule("turn:TURN season:SEASON", dates.season),
    Rule("season:SEASON (of|in)? year:YEAR", dates.season),
    Rule("(?<=in|THIRD|during|by|until|over|TURN) (the)? season:SEASON ((of|in)? year:YEAR)?", dates.season),
    Rule("the season:SEASON (?!sale|special) ((of|in)? year:YEAR)?", dates.season),
    # From the day that is spoken of.
    Rule("(the)? unit:(week|wk|month) (after|following) (that|this|it|then)", spoken_of.unit_after),
    Rule("FOLLOWING unit:(week|wk|month)", spoken_of.unit_after),
    Rule("the unit:(week|wk|month) after (?!INT|HOUR|TURN|next|WEEKDAY|MONTH|DEICTIC|the|my)", spoken_of.unit_after),
    Rule("(a|1|one) (week|wk) (later|after|afterwards) (that|this|it)?", spoken_of.week_later),
    Rule("count:INT (weeks|wks) (later|after|afterwards) (that|this|it)?", spoken_of.weeks_later),
    Rule("(the)? weekday:WEEKDAY after (that|this|it|then)", spoken_of.weekday_after),
    Rule("the weekday:WEEKDAY after (?!INT|HOUR|TURN|next|WEEKDAY|MONTH|DEICTIC|the|my|NUM)", spoken_of.weekday_after),
    Rule("(the)? day (after|following) (that|this|it|then)", spoken_of.day_after),
    Rule("FOLLOWING day", spoken_of.day_after),
    Rule("weekday:WEEKDAY (of|in)? (that|the) same? (week|wk)", spoken_of.weekday_of_that_week),
    Rule("(that|the) same unit:(week|wk|month)", spoken_of.same_unit),
    Rule("(later|earlier) that unit:(week|wk|month)", spoken_of.same_unit),
    Rule("that? SAMEDAY", spoken_of.same_day),
    Rule("(later|earlier) (on|in)? (that|the) same? day", spoken_of.same_day),
    # Near days.
    Rule("day:DEICTIC", dates.deictic),
    Rule("NIGHT", dates.tonight),
    Rule("late NIGHT", dates.tonight),
    Rule("turn:(this|last) part:PART", dates.turned_part),
    Rule("turn:(TURN) part:PART", dates.turned_part),
    # Weeks, months, years.
    Rule("the? unit:(week|month|year|quarter) after next (week|month|year)?", dates.unit_after_next),
    Rule("the? (weekend|week end) after next", dates.weekend_after_next),
    Rule("the? unit:(week|month|year) before last", dates.unit_before_last),
    Rule("turn:TURN (weekend|week end|weekends)", dates.turned_weekend),
    Rule("(weekend|week end)", dates.turned_weekend),
    Rule("(weekends|week ends)", dates.weekends),
    Rule(
        "(any|a|every|on)? (weekday|weekdays|workday|workdays|week days|week day|business days|work "
        "days|working days)",
        dates.workdays,
    ),
    Rule("during the week (?!of)", dates.workdays),
    Rule("third:THIRD turn:(TURN|the) unit:UNIT", dates.third_of_unit),
    Rule("third:THIRD turn:TURN unit:UNIT", dates.third_of_unit),
    Rule("eop:EOP (?!of)", dates.end_of_unit),
    Rule("turn:TURN quarter", dates.turned_quarter),
    Rule("(the)? number:ORD (quarter|qtr) ((of)? (the year)? year:YEAR|of yearly:TURN year)?", dates.quarter),
    Rule("q number:N1 (of|COMMA|DASH|SLASH)? (year:(YEAR|TWO)|yearly:TURN year)?", dates.quarter),
    Rule("day:ORD (of)? turn:TURN month", dates.day_of_turned_month),
    Rule("turn:TURN month (on)? (the)? day:ORD", dates.day_of_turned_month),
    Rule("turn:TURN unit:(week|weeks|wk|month|months|mth|year|years|yr|hour|hr|day) (?!of|end)", dates.turned_unit),
    # Days of the week.
    Rule("weekday:WEEKDAY after next", dates.weekday_after_next),
    Rule("weekday:WEEKDAY (of|in|on)? the week after next", dates.weekday_in_week_after_next),
    Rule("weekday:WEEKDAY COMMA? (of|in|on)? (the)? turn:TURN (week|wk)", dates.weekday_in_week),
    Rule("weekday:WEEKDAY in the week", dates.weekday),
    Rule("turn:TURN (week|wk) COMMA? (on)? (the)? weekday:WEEKDAY", dates.weekday_in_week),
    Rule("weekday:WEEKDAY week (?!of)", dates.weekday_and_a_week),
    Rule("(a|1) week (on|this|this coming) weekday:WEEKDAY", dates.weekday_and_a_week),
    Rule(
        "weekday:WEEKDAY turn:(next|last|past|coming|following) "
        "(?!week|month|year|time|available|weekend|UNIT|few|INT)",
        dates.weekday,
    ),
    Rule("turn:TURN each:EACH? weekday:WEEKDAY", dates.weekday),
    Rule("each:EACH (other)? weekday:WEEKDAY", dates.weekday),
    Rule("each:(a|some|one) weekday:WEEKDAY (?!after|before|from|in|of)", dates.weekday),
    Rule("weekday:RISKYDAY (?=day:ORD|DAYD|MONTH|AT HOUR|PART|HHMM)", dates.weekday),
    Rule("weekday:RISKYDAY (?=the ORD|AFTERDAY)", dates.weekday),
    Rule(
        "(?<=BEFOREDAY) weekday:RISKYDAY (?!screen|damage|burn|exposure|spots|spot|tan|down|there|through|in "
        "the waiting|is out)",
        dates.weekday,
    ),
    Rule("^ weekday:RISKYDAY $", dates.weekday),
    Rule("(?!RISKYDAY) weekday:WEEKDAY", dates.weekday),
    # Months and years alone.
    Rule("turn:TURN month:MONTH (?!COUNTED)", dates.month_alone),
    Rule("month:MONTH yearly:TURN year", dates.month_of_turned_year),
    Rule("(?<=BEFOREMONTH) month:MONTH", dates.month_alone),
    Rule("(?<!BEFORENAME) (?!RISKYMONTH) month:MONTH", dates.month_alone),
    Rule("(?<=of|in|OF) the unit:(week|month|year|quarter)", dates.unit_this),
    Rule(
        "(?<=in|of|since|by|until|during|before|after|from|year|to|THIRD) year:YEAR4 "
        "(?!COUNTED|COLON|AMPM|hours|hrs)",
        dates.year_alone,
    ),
    Rule("the year year:YEAR", dates.year_alone),
    Rule("(the)? year:YEAR4 s", dates.decade),
)  # fmt: skip

RANGES = (
    Rule(
        f"(BETWEEN|FROM)? hour:HOUR {_MINUTES} half:AMPM? {_TILL} till:HOUR (COLON to:MINUTED|DOT MINUTED)? late:AMPM",
        clocks.clock_range,
    ),
    Rule(
        f"(BETWEEN|FROM)? hour:HOURD COLON minute:MINUTED half:AMPM? {_TILL} till:HOURD COLON to:MINUTED late:AMPM?",
        clocks.clock_range,
    ),
    Rule(
        f"(BETWEEN|FROM)? hour:HOURD (COLON minute:MINUTED)? half:AMPM {_TILL} till:HOURD (COLON to:MINUTED)? "
        "(?!NOTCLOCK|AMPM)",
        clocks.clock_range,
    ),
    Rule(
        "(BETWEEN|FROM) FILL* hour:HOUR (COLON minute:MINUTED)? half:AMPM? (TO|DASH|and) FILL* till:HOUR "
        "(COLON to:MINUTED)? late:AMPM? (?!NOTCLOCK|th|of)",
        clocks.clock_range,
    ),
)

CLOCKS = (
    Rule("NOW", clocks.now),
    Rule("(?<=from|until|till|BETWEEN|by|before|free|available|open|come|seen|to) now", clocks.now),
    Rule("^ now STOP* $", clocks.now),
    Rule("SOON", clocks.soonest),
    # Turned: past and to.
    Rule("(a)? fraction:(half|quarter) PAST hour:HOUR (?!COLON|COUNTED) oclock? half:AMPM?", clocks.past),
    Rule("(a)? fraction:quarter TILL hour:HOUR (?!COLON|COUNTED) oclock? half:AMPM?", clocks.to),
    Rule("fraction:INT (minutes|mins|minute) PAST hour:HOUR (?!COLON|COUNTED) oclock? half:AMPM?", clocks.past),
    Rule(
        "fraction:INT (minutes|mins|minute) (to|till|til|of) hour:HOUR (?!COLON|COUNTED) oclock? half:AMPM?",
        clocks.to,
    ),
    Rule("fraction:INT past hour:HOUR (?!COLON|COUNTED) oclock? half:AMPM?", clocks.past),
    Rule(
        "(?<!FROM) (?<!BETWEEN) fraction:INT (to|till|til) hour:HOUR (?!COLON|COUNTED|to|TO) oclock? "
        "half:AMPM?",
        clocks.to_by_fives,
    ),
    Rule("(a)? fraction:(half|quarter) past (?!NUM)", clocks.past_this_hour),
    Rule("(?<=AT|at|DEICTIC|WEEKDAY|for) fraction:half hour:HOUR12 (?!COLON|COUNTED|UNIT)", clocks.past),
    Rule("(?<=the) fraction:half hour:HOUR12 (?=slot|one|appointment|STOP)", clocks.past),
    Rule("^ fraction:half hour:HOUR12 (?!COLON|COUNTED|UNIT)", clocks.past),
    # With minutes, or with what says that it is an hour.
    Rule(
        "hour:HOURD COLON minute:MINUTED (COLON second:MINUTED)? (DOT NUM)? ish? half:AMPM? (?!COLON|SLASH)",
        clocks.clock,
    ),
    Rule("hour:HOURD DOT minute:MINUTED half:AMPM", clocks.clock),
    Rule("hour:HOURD DOT minute:MINUTED (?!DOT|COUNTED|UNIT|NUM)", clocks.clock),
    Rule("hour:HOURD h minute:MINUTED?", clocks.clock),
    Rule("packed:(HHMM|YEAR4) half:AMPM", clocks.packed),
    Rule("packed:(HHMM|YEAR4) (hours|hrs|h)", clocks.packed),
    Rule("hour:HOUR COMMA? minute:MINUTE half:AMPM", clocks.clock),
    Rule("hour:HOUR ish? half:AMPM", clocks.clock),
    Rule("hour:HOUR oclock half:AMPM?", clocks.clock),
    Rule("hour:HOUR o (quote|STOP)? clock half:AMPM?", clocks.clock),
    Rule("hour:HOUR DASH? ish half:AMPM?", clocks.clock),
    Rule("hour:HOUR sharp", clocks.clock),
    Rule("noon:NOON", clocks.noon),
    Rule("SAMETIME (?!as|FILL|DATE)", clocks.same_time),
    Rule("N10 noon:NOON", clocks.noon),
    # Bare figures where the words beside them say that they are hours.
    Rule("hour:HOUR minute:MINUTE? (?=((in|of|during) (the)?)? PART)", clocks.clock_in_part),
    Rule("hour:HOUR (?=NIGHT)", clocks.clock),
    Rule("amount:(AMOUNT|INT) weekday:WEEKDAY HENCE", clocks.counted_weekdays),
    Rule("^ hour:HOUR (?=on? (WEEKDAY|DEICTIC)) (?!PLURALDAY)", clocks.clock),
    Rule("(?<=FIX) hour:HOUR minute:MINUTE? (?!NOTCLOCK|of|DASH|WEEKDAY|HALFDAY)", clocks.clock),
    Rule(
        "(?<!the|that|this|which|no|any) (?<!SLASH|DASH|NUM|DOT|COLON) hour:HOUR minute:MINUTE? (?=WORKS)",
        clocks.clock,
    ),
    Rule("^ hour:N13 hr $", clocks.clock),
    Rule("(?<=the) packed:HHMM3 (?=one|slot|appointment|is|works)", clocks.packed_by_fives),
    Rule(
        "(?<=it to|booking to|appointment to|reservation to|visit to|time to|appt to|me to|that to|make it) "
        "hour:HOUR minute:MINUTE? (?=STOP|instead|please|pls|if|comma)",
        clocks.clock,
    ),
    Rule(
        "(?<=it to|booking to|appointment to|reservation to|visit to|time to|appt to|me to|that to|make it) "
        "hour:HOUR minute:MINUTE? $",
        clocks.clock,
    ),
    Rule("(?<=SAYHOUR) packed:HHMM (?!NOTCLOCK|DASH|UNKNOWN)", clocks.packed),
    Rule("^ packed:(HHMM|YEAR4) (STOP|please|pls)* $", clocks.packed_quarter),
    Rule("(?<=SAYHOUR) packed:YEAR4 (?=DEICTIC|on|STOP)", clocks.packed_quarter),
    Rule("(?<=SAYHOUR) hour:HOUR minute:MINUTE (?!NOTCLOCK)", clocks.clock),
    Rule("(?<=SAYHOUR) hour:HOUR (?!NOTCLOCK|DASH NUM|TO NUM|of|th|a|or so|in UNKNOWN)", clocks.clock),
    Rule("(?<!NUM) (?<!DASH) hour:(S1|S10) DASH? minute:(S10|S13|S25|S32|S01) (?!NOTCLOCK|th)", clocks.clock_by_fives),
    Rule("hour:(S1|S10) COLON? minute:(N10|N13|N25|N32) (?!NOTCLOCK)", clocks.clock_by_fives),
    Rule(
        "(?<!NUM) (?<!DASH) hour:HOURD minute:MINUTED (?=DEICTIC|WEEKDAY|on|please|works|or "
        "HOUR|STOP|NIGHT|sounds|is)",
        clocks.clock_by_fives,
    ),
    Rule(
        "(?<!NUM) (?<!DASH) (?<!the|that|this|SLASH) hour:HOUR minute:MINUTE? (?!NOTCLOCK|DASH NUM|TO "
        "NUM|DOT|WEEKDAY|MONTH)",
        clocks.clock_if_asked,
    ),
    # Parts of the day.
    Rule("(?<!good) (?<!of) part:PART (?!of)", dates.part),
)  # fmt: skip

HOW_LONG = (
    Rule("amount:(AMOUNT|INT)? unit:UNIT and (a half|half|1 SLASH 2)", clocks.length_and_a_half),
    Rule("amount:INT and (a)? half unit:UNIT", clocks.length_and_a_half),
    Rule("amount:INT DOT decimals:(N1|N10|N13|N25|N32|N60) unit:UNIT", clocks.decimal_length),
    Rule("half (an|a)? unit:UNIT", clocks.half_a_unit),
    Rule("N1 SLASH N1 (an|a|of an)? unit:UNIT", clocks.half_a_unit),
    Rule("(a)? quarter of an hour", clocks.quarter_of_an_hour),
    Rule("amount:INT quarters of an hour", clocks.quarter_of_an_hour),
    Rule("amount:(AMOUNT|INT) unit:UNIT (and|COMMA)? more:(INT|a|an) then:UNIT", clocks.two_lengths),
    Rule("amount:(AMOUNT|INT) (full|whole|business|working|calendar|more)? unit:UNIT", clocks.length),
)

NUMBERED_DAYS = (
    Rule("day:ORDD (?!NOTDAY)", dates.day_number),
    Rule("(?<=the) day:ORDW (?=DAYENDS)", dates.day_number),
    Rule("(?<=the) day:ORDW $", dates.day_number),
    Rule("(?<=WEEKDAY|DATE) (the)? day:ORDW (?!NOTDAY)", dates.day_number),
    Rule("(?<=the) day:DAYD (?=STOP|at|or|and|please|works|if|CLOCK|CLOCKS|DAYPART)", dates.day_number),
    Rule("(?<=the) day:DAYD $", dates.day_number),
    Rule("part:PART (?=of (the)? (DATE|ORD))", dates.part),
)


@cache
def english_grammar() -> Grammar:
    """The English grammar, made ready at its first use."""
    layers = (
        (*FIGURES, *AS_HEARD, *RANGES, *DATES, *CLOCKS, *HOW_LONG),
        NUMBERED_DAYS,
        (*LENGTHS, *JOINED_DATES),
        TOGETHER,
        WHENS,
        BOUND,
    )
    return grammar("en", SPELLING, layers)
