"""How Spanish says when, accents left out. Rules are tried in order; the longer reading stands before the shorter."""

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
    name: Weekday(number)
    for number, name in enumerate(["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"])
}
MONTHS = {
    name: number
    for number, name in enumerate(
        ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"], start=1
    )
}
NUMBERS = {
    word: number
    for number, word in enumerate(
        ["una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"], start=1
    )
}
AMOUNTS = {**NUMBERS, "un": 1, "un par de": 2}

_WEEKDAY = r"(?P<weekday>lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)"
_MONTH = (
    r"(?P<month>enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
)
_NUMBER = "|".join(NUMBERS)
_HOUR = rf"(?P<hour>\d{{1,2}}|{_NUMBER})"
_HALF = (
    r"(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?|(?:de|por|en) la manana|(?:de|por|en) la tarde|(?:de|por|en) la noche"
    r"|de la madrugada)"
)
_AMOUNT = r"(?P<amount>\d{1,2}|un par de|un|" + _NUMBER + ")"


def _weekday(match: re.Match[str]) -> Weekday:
    word = match["weekday"]
    return WEEKDAYS.get(word) or WEEKDAYS[word.rstrip("s")]


def _named(which: Which) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    return lambda match, today: [Weekdays(days=frozenset({_weekday(match)}), which=which)]


def _month(match: re.Match[str]) -> int:
    return 9 if match["month"] == "setiembre" else MONTHS[match["month"][:3]]


def _dated(match: re.Match[str], today: date) -> Sequence[Piece]:
    day = 1 if match["day"] == "primero" else int(match["day"])
    found = day_in(_month(match), day, today, full_year(match["year"]))
    return [found] if found else []


def _slashed(match: re.Match[str], today: date) -> Sequence[Piece]:
    """Day first, as Spanish has it; month first where only that is a date."""
    day, month, year = int(match["d"]), int(match["m"]), full_year(match["y"])
    if 1 <= month <= 12 and day <= 31:
        found = day_in(month, day, today, year)
    else:
        found = day_in(day, month, today, year) if 1 <= day <= 12 else None
    return [found] if found else []


def _ahead(match: re.Match[str], today: date) -> Sequence[Piece]:
    text = match["amount"]
    amount = int(text) if text.isdigit() else AMOUNTS[text]
    if match["unit"].startswith("dia"):
        return [Days(first=today + amount * DAY, last=today + amount * DAY)]
    return [week_of(today + amount * WEEK)]


def _clock(match: re.Match[str], today: date) -> Sequence[Piece]:
    named = match.groupdict()
    hour = int(match["hour"]) if match["hour"].isdigit() else NUMBERS[match["hour"]]
    minute = int(named.get("minute") or 0)
    extra = named.get("extra") or ""
    minute = 30 if extra.startswith("y media") else 15 if extra.startswith("y cuarto") else minute
    if extra.startswith("menos"):
        hour, minute = (hour - 2) % 12 + 1, 45
    if hour > 23 or minute > 59:
        return []
    half = named.get("half")
    if half and 1 <= hour <= 12:
        afternoon = (half[0] == "p" and half[:3] != "por") or half.endswith(("tarde", "noche"))
        return [Clock(candidates=(time(hour % 12 + (12 if afternoon else 0), minute),))]
    if hour == 0 or hour > 12:
        return [Clock(candidates=(time(hour, minute),))]
    return [Clock(candidates=(time(hour % 12, minute), time(hour % 12 + 12, minute)))]


def _number(match: re.Match[str], today: date) -> Sequence[Piece]:
    value = int(match["n"]) if match["n"].isdigit() else NUMBERS[match["n"]]
    return [Number(number=value)] if 1 <= value <= 31 else []


def _week(shift: int) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    def make(match: re.Match[str], today: date) -> Sequence[Piece]:
        week = week_of(today + shift * WEEK)
        assert week.first is not None, "a week has a first day"
        return [Days(first=max(week.first, today), last=week.last)]

    return make


def _weekend(shift: int) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    def make(match: re.Match[str], today: date) -> Sequence[Piece]:
        monday = week_of(today + shift * WEEK).first
        assert monday is not None, "a week has a first day"
        return [Days(first=max(monday + 5 * DAY, today), last=monday + 6 * DAY)]

    return make


def _day(shift: int, *extra: Piece) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    return lambda match, today: [Days(first=today + shift * DAY, last=today + shift * DAY), *extra]


def _in_a_week(match: re.Match[str], today: date) -> Sequence[Piece]:
    day = coming(_weekday(match), today) + WEEK
    return [Days(first=day, last=day)]


def _bound(side: Side, *, follows: bool = False) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    return lambda match, today: [Bound(side=side, follows=follows)]


_MORNING = Part(earliest=None, latest=time(12))
_AFTERNOON = Part(earliest=time(12), latest=time(20))
_NIGHT = Part(earliest=time(17), latest=None)
_WORKDAYS = frozenset(Weekday(number) for number in range(5))
_WEEKEND_DAYS = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
_EVERY_DAY = r"(?:todos los|los|cualquier|cada)"

RULES: tuple[Rule, ...] = (
    link(rf"(?:el )?(?:{_WEEKDAY} pasado|semana pasada|mes pasado)|ayer|desde el|hace {_AMOUNT} \w+", Link.OURS),
    link(
        r"mi (?:cita|consulta|visita) (?:del|de)(?= (?:el )?(?:lunes|martes|miercoles|jueves|viernes"
        r"|sabado|domingo|manana|hoy|\d))",
        Link.OURS,
    ),
    link(
        r"(?:no,? (?:espera|espere|perdon)|perdon|digo|mejor(?! no)|quise decir|o mejor dicho|mas bien"
        r"|corrijo|bueno,? no|que sea)",
        Link.CORRECTION,
    ),
    rule(r"(?:no|nada)(?: (?:puedo|quiero))? antes de(?: las?)?", _bound(Side.FROM)),
    rule(r"(?:no|nada)(?: (?:puedo|quiero))? despues de(?: las?)?|no mas tarde de(?: las?)?", _bound(Side.BEFORE)),
    rule(
        r"(?:(?:terminar|acabar|salir|estar lista?o?|irme) (?:antes de|a|para)|tengo que (?:irme|salir) (?:a"
        r"|antes de))(?: las?)?",
        _bound(Side.DONE_BY),
    ),
    link(
        r"no (?:me )?(?:sirve|funciona|conviene|viene bien|queda bien|va bien|puedo)(?! (?:el|los|la"
        r"|las|en|ir|por|manana)\b)",
        Link.NOT_THAT,
    ),
    link(
        r"(?:pero )?(?:no (?:puedo|quiero|me (?:sirve|funciona|conviene|viene bien))|menos|excepto"
        r"|salvo|no)(?: (?:ir|venir|el|en|por|la|a|que))+|menos|excepto|salvo|no(?= (?:los|las)\b)",
        Link.NOT,
    ),
    link(
        r"(?:lo|la) (?:antes|mas pronto|mas temprano) posible|lo antes que (?:se )?pueda|cuanto antes"
        r"|(?:la )?primera (?:cita|hora) disponible|lo mas pronto que (?:se )?pueda|en seguida|enseguida"
        r"|ahora mismo|la mas cercana",
        Link.SOONEST,
    ),
    rule(rf"(?:dentro de|en) {_AMOUNT} (?P<unit>dias?|semanas?)", _ahead),
    rule(rf"de (?:este |el )?{_WEEKDAY} en (?:ocho(?: dias)?|una semana)", _in_a_week),
    rule(r"pasado manana", _day(2)),
    rule(r"hoy(?: mismo)?", _day(0)),
    rule(r"esta noche", _day(0, _NIGHT)),
    rule(r"esta tarde", _day(0, _AFTERNOON)),
    rule(r"esta manana", _day(0, _MORNING)),
    rule(r"(?:a )?primera hora", lambda match, today: [Part(earliest=None, latest=time(10))]),
    rule(r"manana (?:temprano|(?:por|en|a) la manana)", _day(1, _MORNING)),
    rule(r"(?:por|en|a|de) las? mananas?|mananas|temprano", lambda match, today: [_MORNING]),
    rule(r"manana", _day(1)),
    rule(r"(?:la |en la )?(?:proxima semana|semana (?:que viene|proxima|entrante|siguiente))", _week(1)),
    rule(r"(?:esta|en esta) (?:misma )?semana", _week(0)),
    rule(r"(?:el )?(?:proximo fin de semana|fin de semana (?:que viene|proximo))", _weekend(1)),
    rule(r"(?:este |el |en el |en )?fin de semana", _weekend(0)),
    rule(r"(?:los )?fines de semana", lambda match, today: [Weekdays(days=_WEEKEND_DAYS, which=Which.EVERY)]),
    rule(
        r"entre semana|(?:los )?dias (?:de semana|laborables|habiles)",
        lambda match, today: [Weekdays(days=_WORKDAYS, which=Which.EVERY)],
    ),
    rule(r"(?:el )?(?:proximo mes|mes (?:que viene|proximo))", lambda match, today: [next_month(today)]),
    rule(r"este mes", lambda match, today: [coming_month(today.month, today)]),
    rule(r"(?P<y>20\d\d)-(?P<m>\d\d?)-(?P<d>\d\d?)", _slashed),
    rule(rf"(?:el )?(?:dia )?(?P<day>\d{{1,2}}|primero) (?:de )?{_MONTH}(?:(?: de|,)? (?P<year>20\d\d))?", _dated),
    rule(r"(?:el )?(?P<d>\d{1,2})[/](?P<m>\d{1,2})(?:[/](?P<y>\d{4}|\d\d))?(?![/\d])", _slashed),
    rule(
        rf"(?:en|de|para) {_MONTH}|{_MONTH.replace('month', 'name')}",
        lambda match, today: [coming_month(MONTHS[(match["month"] or match["name"])[:3].replace("set", "sep")], today)],
    ),
    rule(rf"{_EVERY_DAY} (?:dias )?{_WEEKDAY}", _named(Which.EVERY)),
    rule(
        rf"(?:el |este )?(?:proximo {_WEEKDAY}|{_WEEKDAY.replace('weekday', 'named')} (?:que viene|proximo|siguiente))",
        lambda match, today: [Weekdays(days=frozenset({_of(match["weekday"] or match["named"])}), which=Which.COMING)],
    ),
    rule(rf"(?:(?:el|este|para el) )?{_WEEKDAY}(?: (?:de )?(?:esta semana))?", _named(Which.COMING)),
    rule(
        r"(?:el )?(?:dia )(?P<n>\d{1,2})|el (?P<m>\d{1,2})(?![:/\d])(?! de la)",
        lambda match, today: _day_number(match),
    ),
    rule(rf"{_HOUR}(?::|\.)(?P<minute>\d\d)(?: ?(?:hrs?|horas))?(?: ?{_HALF})?", _clock),
    rule(rf"{_HOUR} (?P<extra>y media|y cuarto|menos cuarto)(?: ?{_HALF})?", _clock),
    rule(rf"{_HOUR} ?(?:en punto )?{_HALF}", _clock),
    rule(r"(?:al |el )?(?:medio ?dia|mediodia)", lambda match, today: [Clock(candidates=(time(12),))]),
    part(
        r"(?:despues (?:del?|de mi) (?:trabajo|la oficina|trabajar|la escuela)|saliendo del trabajo"
        r"|cuando salgo del? trabajo)",
        17,
        None,
    ),
    part(r"(?:a la hora (?:del almuerzo|de comer|de la comida|de almorzar)|en el almuerzo)", 12, 13),
    part(r"(?:por |en |a )?(?:las? )?tardes?", 12, 20),
    part(r"(?:por |en |a |de )?(?:las? )?noches?", 17, None),
    rule(r"(?:o|y) (?:mas tarde|despues)|en adelante", _bound(Side.FROM, follows=True)),
    rule(r"(?:o|y) (?:antes|mas temprano)", _bound(Side.BEFORE, follows=True)),
    rule(
        r"(?:a partir|desde|despues|pasadas?)(?: de)?(?: las?| el)?(?= )",
        lambda match, today: [Bound(side=Side.AFTER if match.group().startswith("desp") else Side.FROM)],
    ),
    rule(r"(?:antes|hasta)(?: de)?(?: las?| el)?", _bound(Side.BEFORE)),
    link(r"entre(?: las?| el)?", Link.BETWEEN),
    rule(
        r"de(?: las?)?(?= (?:\d|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)[\w: .]{0,12} "
        r"a (?:las? )?(?:\d|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce))",
        _bound(Side.FROM),
    ),
    link(
        r"a (?:eso de )?las?(?= (?:\d|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce))"
        r"|como a las?|sobre las",
        Link.AT,
    ),
    link(r"(?:por favor|la|las|el|los|en|para|como|tal vez|quizas|mejor|seria|es|del|dia|algun|alguna)", Link.FILLER),
    link(r"no", Link.CORRECTION),
    link(r"o|u", Link.OR),
    link(r"y|e", Link.AND),
    link(r"a|al|hasta|-", Link.TO),
    rule(
        r"(?P<n>\d{1,2}|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|(?<=la[ ])una|(?<=las[ "
        r"])una)(?![.:/%]?\d|%|\s*(?:personas?|unidades|veces|dolares|pesos|semanas?|dias?|meses|anos"
        r"|horas?|minutos?|jeringas?|de nosotr|sesiones|citas)\b)",
        _number,
    ),
)


def _of(word: str) -> Weekday:
    return WEEKDAYS.get(word) or WEEKDAYS[word.rstrip("s")]


def _day_number(match: re.Match[str]) -> Sequence[Piece]:
    number = int(match["n"] or match["m"])
    return [DayNumber(number=number)] if 1 <= number <= 31 else []
