"""How Spanish tells the time: which words in which order make a date, a clock time, a length."""

from dataclasses import replace
from functools import cache

from frontdesk.language.timeline import clocks, dates, spoken_of
from frontdesk.language.timeline.bounding import BOUND
from frontdesk.language.timeline.figures import FIGURES
from frontdesk.language.timeline.grammar import Grammar, grammar
from frontdesk.language.timeline.joining import JOINED_DATES, LENGTHS, TOGETHER, WHENS
from frontdesk.language.timeline.nodes import Date, DayPart, Days, Here, Nothing, Turn, Weekdays, When
from frontdesk.language.timeline.parts import part_named
from frontdesk.language.timeline.resolving import days_of
from frontdesk.language.timeline.stretch import DAY, a_day, weekend
from frontdesk.language.timeline.symbols import Found, Rule
from frontdesk.language.timeline.words import Spelling

_UNITS = ["dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
_TEENS = ["diez", "once", "doce", "trece", "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve"]
_TENS = ["veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_HUNDREDS = ["ochocientos", "novecientos"]

SPELLING = Spelling(
    small={
        **dict.fromkeys(("un", "una", "uno"), 1),
        **{name: value for value, name in enumerate([*_UNITS, *_TEENS], start=2)},
        **{f"veinti{name}": 20 + value for value, name in enumerate(["un", *_UNITS], start=1)},
        "veintiuno": 21, "veintiuna": 21,
    },
    tens={name: 10 * value for value, name in enumerate(_TENS, start=2)},
    ordinals={
        "primero": 1, "primer": 1, "primera": 1, "segundo": 2, "segunda": 2, "tercero": 3, "tercer": 3, "tercera": 3,
        "cuarta": 4, "quinto": 5, "quinta": 5,
    },
    centuries={},
    thousand="mil",
    hundreds={name: 100 * value for value, name in enumerate(_HUNDREDS, start=8)},
    links=frozenset({"y"}),
    zeros=frozenset({"cero"}),
    shortened=frozenset({"lun", "mie", "jue", "vie", "sab", "dom", "ene", "feb", "abr", "jun", "jul", "ago", "sep"}),
)  # fmt: skip


def _no_time(found: Found, here: Here) -> Nothing | None:
    """ "Eso es todo por hoy" asks for no time."""
    if found.has("day") and found.index("day", "DEICTIC") != 0:
        return None
    return Nothing()


def _weekday(found: Found, here: Here) -> Date | Weekdays:
    """ "El viernes que viene" and "el próximo viernes" are the coming one."""
    said = dates.weekday(found, here)
    return replace(said, turn=Turn.THIS) if isinstance(said, Date) and said.turn is Turn.NEXT else said


def _weekend(found: Found, here: Here) -> Days:
    """ "El próximo fin de semana" is the coming one, or the one after it."""
    if dates.turn(found) is Turn.NEXT:
        return Days(stretch=weekend(here.now), other=weekend(here.now, 1))
    return dates.turned_weekend(found, here)


def _part_today(found: Found, here: Here) -> When:
    """ "Esta tarde"."""
    return When(date=Days(stretch=a_day(here.now.date())), part=_day_word(found, here))


def _last_night(found: Found, here: Here) -> When:
    """ "Anoche"."""
    return When(date=Days(stretch=a_day((here.now - DAY).date())), part=part_named("night"))


def _day_word(found: Found, here: Here) -> DayPart:
    """ "Viernes tarde"."""
    return part_named(str(found.value("part", "DAYWORD")))


def _in_eight(found: Found, here: Here) -> Days | None:
    """ "De hoy en ocho", "del jueves en quince": a week, a fortnight later."""
    if found.has("weekday"):
        base = days_of(Date(weekday=found.index("weekday", "WEEKDAY")), here)[0].start
    else:
        base = here.now + found.index("day", "DEICTIC") * DAY
    weeks = {8: 1, 15: 2}.get(found.number("days"))
    return None if weeks is None else Days(stretch=a_day((base + 7 * weeks * DAY).date()))


_OF, _EL = "(de|del|comma)?", "(el|la)?"
_YEAR = (
    "((de|del|comma)? (ano)? year:YEAR|(de|del) (ano)? (apostrophe)? year:(TWO|TWOS) (?!COLON|AMPM|OCLOCK|COUNTED))?"
)
_LAS = "(AT? (las|la))"
_AMPM = "(half:AMPM)?"

DATES = (
    # Words of time that ask for none.
    Rule("(?<=GOODBYE) (por)? (day:DEICTIC|NOW|ahora)", _no_time),
    Rule("GOODBYE por (day:DEICTIC|NOW|ahora)", _no_time),
    Rule("(?<=buenas|buena) DAYWORD", _no_time),
    # Months with days.
    Rule(f"(dia)? day:(DAYN|ORD) (TO|dash) (dia)? until:(DAYN|ORD) (de|del) month:MONTH {_YEAR}", dates.days_in_month),
    Rule(
        f"(?<=entre|el|dias) (dia)? day:(DAYN|ORD) y (el)? (dia)? until:(DAYN|ORD) (de|del) month:MONTH {_YEAR}",
        dates.days_in_month,
    ),
    Rule("(dia)? day:(DAYN|ORD) de month:MONTH del (ano)? yearly:POSTTURN", dates.day_of_turned_year),
    Rule("(dia)? day:(DAYN|ORD) de month:MONTH del (yearly:PRETURN ano|ano yearly:POSTTURN)", dates.day_of_turned_year),
    Rule(
        f"(dia)? day:(DAYN|ORD) (de|del|dash|slash)? (mes de)? month:MONTH (dash year:(YEAR4|TWO)|{_YEAR[:-1]})?",
        dates.dated,
    ),
    Rule(
        f"month:MONTH (el|dia)? day:(DAYN|ORD) (?!COLON|AMPM|OCLOCK|DOT NUM|SLASH|COUNTED|UNIT|y) {_YEAR}",
        dates.dated,
    ),
    Rule("day:(ORD|DAYN) (de|del) (mes)? monn:(ORD|MONN) (de|del|comma)? (ano)? year:(YEAR|TWO|TWOS)", dates.dated),
    Rule("(dia)? day:DAYN del presente", dates.day_number),
    Rule("month:MONTH (de|del|comma)? (ano)? year:YEAR", dates.month_and_year),
    # Feasts and seasons.
    Rule("turn:PRETURN holiday:HOLIDAY", dates.holiday),
    Rule("holiday:HOLIDAY turn:POSTTURN", dates.holiday),
    Rule("holiday:HOLIDAY (de|del|comma)? (year:YEAR|yearly:PRETURN ano|ano yearly:POSTTURN)", dates.holiday_of_year),
    Rule("holiday:HOLIDAY", dates.holiday),
    Rule("turn:PRETURN season:SEASON", dates.season),
    Rule("season:SEASON turn:POSTTURN", dates.season),
    Rule("season:SEASON (de|del)? year:YEAR", dates.season),
    Rule("(?<=en|THIRD|durante|hasta|el|la|este|esta) season:SEASON", dates.season),
    # From the day that is spoken of.
    Rule("(la|el)? unit:(semana|mes) (siguiente|despues) (de|a)? (esa|ese|eso)?", spoken_of.unit_after),
    Rule("(la|el)? (siguiente) unit:(semana|mes)", spoken_of.unit_after),
    Rule("(una|1) semana (despues|mas tarde)", spoken_of.week_later),
    Rule("count:INT semanas (despues|mas tarde)", spoken_of.weeks_later),
    Rule("(el)? weekday:WEEKDAY (siguiente|despues) (?!de)", spoken_of.weekday_after),
    Rule("(el|al) dia (siguiente|despues)", spoken_of.day_after),
    Rule("weekday:WEEKDAY (de|en)? esa misma? semana", spoken_of.weekday_of_that_week),
    Rule("(esa|la|ese|el) misma? mismo? unit:(semana|mes)", spoken_of.same_unit),
    Rule("(ese|el) mismo dia", spoken_of.same_day),
    Rule("LATERON (THATDAY|SAMEDAY|ese SAMEDAY)", spoken_of.same_day),
    # Near days.
    Rule("(de|desde)? (day:DEICTIC) en days:INT (dias)?", _in_eight),
    Rule("(de|del|desde)? (el|este)? (weekday:WEEKDAY) en days:INT (dias)?", _in_eight),
    Rule("NIGHT", dates.tonight),
    Rule("anoche", _last_night),
    Rule("ayer (por la|en la|a la)? noche", _last_night),
    Rule("(esta|este) part:DAYWORD", _part_today),
    Rule("day:DEICTIC", dates.deictic),
    # Weeks, months, years.
    Rule("(la)? unit:(semana|mes|ano) subsiguiente", dates.unit_after_next),
    Rule("(la|el)? unit:(semana|mes|ano) despues de (la|el) (proxima|proximo|que viene)", dates.unit_after_next),
    Rule("(la)? unit:(semana|mes|ano) antepasada", dates.unit_before_last),
    Rule("(la)? unit:(semana|mes|ano) antepasado", dates.unit_before_last),
    Rule("turn:PRETURN WEEKEND", _weekend),
    Rule("WEEKEND turn:POSTTURN", _weekend),
    Rule("WEEKEND", _weekend),
    Rule("WEEKENDS", dates.weekends),
    Rule("(cualquier|los|un|algun)? WORKDAYS", dates.workdays),
    Rule("third:THIRD (la|el)? (turn:PRETURN unit:UNIT|unit:UNIT turn:POSTTURN|unit:UNIT)", dates.third_of_unit),
    Rule("eop:EOP (?!de)", dates.end_of_unit),
    Rule("(el)? number:ORD trimestre (de|del)? (year:YEAR|(yearly:PRETURN) ano|ano (yearly:POSTTURN))?", dates.quarter),
    Rule("(dia)? day:DAYN (de|del) turn:PRETURN mes", dates.day_of_turned_month),
    Rule("(dia)? day:DAYN (de|del) mes turn:POSTTURN", dates.day_of_turned_month),
    Rule("(dia)? day:(DAYN|ORD) (de|del) mes (?!POSTTURN)", dates.day_number),
    # Days of the week.
    Rule("weekday:WEEKDAY (de|en)? (la)? (turn:PRETURN semana|semana turn:POSTTURN)", dates.weekday_in_week),
    Rule("(turn:PRETURN semana|semana turn:POSTTURN) (el|comma|dia)* weekday:WEEKDAY", dates.weekday_in_week),
    Rule("turn:PRETURN weekday:WEEKDAY", _weekday),
    Rule("weekday:WEEKDAY turn:POSTTURN", _weekday),
    Rule("each:EACH (dia|dias)? weekday:WEEKDAY", dates.weekday),
    Rule(
        "(?<=WEEKDAY) (el|comma|dia)* day:(DAYN|ORDD) (?!PART|NOTDAY|OCLOCK|TO NUM|dash NUM|y media|y "
        "cuarto|menos|y NUM|MONTH)",
        dates.day_number,
    ),
    Rule("weekday:WEEKDAY", _weekday),
    Rule("turn:PRETURN unit:(semana|mes|ano|trimestre|hora) (?!de MONTH|del mes|del ano|de ese)", dates.turned_unit),
    Rule("unit:(semana|mes|ano|trimestre) turn:POSTTURN", dates.turned_unit),
    # Months and years alone.
    Rule("turn:PRETURN month:MONTH", dates.month_alone),
    Rule("month:MONTH turn:POSTTURN", dates.month_alone),
    Rule("month:MONTH del (yearly:PRETURN ano|ano yearly:POSTTURN)", dates.month_of_turned_year),
    Rule("(?<!BEFORENAME) (?!SHORTMONTH) month:MONTH", dates.month_alone),
    Rule("(?<=de|del|OF) unit:(mes|ano) (?!NUM|POSTTURN)", dates.unit_this),
    Rule("(?<=en|de|del|desde|hasta|ano) year:YEAR4 (?!COUNTED|COLON|AMPM|OCLOCK)", dates.year_alone),
)

CLOCKS = (
    Rule("NOW", clocks.now),
    Rule("^ ahora STOP* $", clocks.now),
    Rule("SOON", clocks.soonest),
    # Turned: past and to.
    Rule(f"{_LAS}? hour:HOUR y fraction:(media|cuarto) (OCLOCK)? {_AMPM}", clocks.clock_and_a_half),
    Rule(f"{_LAS}? hour:HOUR con fraction:(media|cuarto) {_AMPM}", clocks.clock_and_a_half),
    Rule(f"{_LAS}? hour:HOUR menos fraction:(cuarto|INT) (OCLOCK)? {_AMPM}", clocks.to),
    Rule(f"(un|1)? fraction:(cuarto|INT) (minutos|min)? (para|pa) (las|la) hour:HOUR (OCLOCK)? {_AMPM}", clocks.to),
    Rule(f"{_LAS} hour:HOUR (y|con) minute:(INT|MINUTE) (minutos)? (OCLOCK)? {_AMPM} (?!COUNTED|COLON)", clocks.clock),
    Rule(f"^ hour:HOUR y minute:(S10|S13|S25|S32) (OCLOCK)? {_AMPM} (?!NOTCLOCK)", clocks.clock_by_fives),
    # With minutes, or with what says that it is an hour.
    Rule(
        f"{_LAS}? hour:HOURD COLON minute:MINUTED (COLON second:MINUTED)? (OCLOCK)? {_AMPM} (?!COLON|SLASH)",
        clocks.clock,
    ),
    Rule(f"{_LAS}? hour:HOURD DOT minute:MINUTED (OCLOCK)? {_AMPM} (?!DOT|COUNTED|NUM)", clocks.clock),
    Rule(f"{_LAS}? hour:HOURD h minute:MINUTED?", clocks.clock),
    Rule(f"{_LAS}? packed:(HHMM|YEAR4) (half:AMPM|OCLOCK)", clocks.packed),
    Rule(f"{_LAS} packed:HHMM (?!NOTCLOCK)", clocks.packed),
    Rule(f"{_LAS}? hour:HOUR (OCLOCK)? half:AMPM", clocks.clock),
    Rule(f"{_LAS}? hour:HOUR minute:MINUTE half:AMPM", clocks.clock),
    Rule(f"{_LAS}? hour:HOUR SHARP", clocks.clock),
    Rule("AT (las|la) hour:HOUR minute:MINUTE? (OCLOCK)? (?!NOTCLOCK|dash NUM)", clocks.clock),
    Rule("^ (las|la) hour:HOUR minute:MINUTE? (OCLOCK)? (?!NOTCLOCK|dash NUM)", clocks.clock),
    Rule("(?<=LASBEFORE) (las|la) hour:HOUR minute:MINUTE? (OCLOCK)? (?!NOTCLOCK|dash NUM)", clocks.clock),
    Rule("(las|la)? hour:HOUR minute:MINUTE? (?=PART)", clocks.clock),
    Rule("(tipo|como a) hour:HOUR (OCLOCK)? (?!NOTCLOCK)", clocks.clock),
    Rule("^ hour:N13 (horas|hrs|hs) $", clocks.clock),
    Rule("noon:NOON", clocks.noon),
    Rule("SAMETIME (?!que|FILL|DATE)", clocks.same_time),
    Rule(
        "(?<!NUM) (?<!dash) (?<!el|dia|SLASH) hour:HOUR minute:MINUTE? (?!NOTCLOCK|dash NUM|TO "
        "NUM|DOT|WEEKDAY|de MONTH)",
        clocks.clock_if_asked,
    ),
    # Parts of the day.
    Rule("(?<!buenas|buenos) part:PART", dates.part),
    Rule("(?<=WEEKDAY|DEICTIC) part:(DAYWORD)", _day_word),
)

HOW_LONG = (
    Rule("amount:(AMOUNT|INT)? unit:UNIT y media", clocks.length_and_a_half),
    Rule("amount:(AMOUNT|INT)? unit:UNIT y medio", clocks.length_and_a_half),
    Rule("amount:INT y (media|medio) unit:UNIT", clocks.length_and_a_half),
    Rule("amount:INT DOT decimals:(N1|N10|N13|N25|N32|N60) unit:UNIT", clocks.decimal_length),
    Rule("(media|medio) unit:UNIT", clocks.half_a_unit),
    Rule("(un|1)? cuarto de hora", clocks.quarter_of_an_hour),
    Rule("amount:INT cuartos de hora", clocks.quarter_of_an_hour),
    Rule("amount:(AMOUNT|INT) unit:UNIT (y|comma)? more:INT then:UNIT", clocks.two_lengths),
    Rule("amount:(AMOUNT|INT) unit:UNIT (mas|completas|completos|habiles|laborables)?", clocks.length),
)

NUMBERED_DAYS = (
    Rule("(?<=el|al|del|BEFORE|AFTER|FROM|BY) (dia)? day:(DAYN|ORDD) (?!NOTDAY)", dates.day_number),
    Rule("dia day:(DAYN|ORD) (?!NOTDAY)", dates.day_number),
    Rule("(?<=el|al|del|dia) day:ORDW (?=STOP|a|AT)", dates.day_number),
)


@cache
def spanish_grammar() -> Grammar:
    """The Spanish grammar, made ready at its first use."""
    layers = (
        (*FIGURES, *DATES, *CLOCKS, *HOW_LONG),
        NUMBERED_DAYS,
        (*LENGTHS, *JOINED_DATES),
        TOGETHER,
        WHENS,
        BOUND,
    )
    return grammar("es", SPELLING, layers)
