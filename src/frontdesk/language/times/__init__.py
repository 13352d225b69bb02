"""When a patient would like to come: the times of a message as wishes, in the future. It never looks at a clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from frontdesk.dialogue.state import Ask
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.context import Context
from frontdesk.language.script import Span, without
from frontdesk.language.timeline import told_in
from frontdesk.language.timeline.nodes import Here, Told, Weekdays
from frontdesk.language.timeline.resolving import days_of
from frontdesk.language.times import english, spanish
from frontdesk.language.times.clauses import Reading, Said
from frontdesk.language.times.joining import joined
from frontdesk.language.times.pieces import Joint, Link
from frontdesk.language.times.same_week import of_the_same_week
from frontdesk.language.times.unfolding import unfolded
from frontdesk.language.times.wishes import wishes

_LINKS = {"en": english.LINKS, "es": spanish.LINKS}
_DAY_FIRST = frozenset({"es"})
_TIME_ASKED = frozenset({Ask.TIME, Ask.WHICH_OFFER, Ask.WHICH_READING})
_SOONEST = {
    language: [rule for rule in rules if isinstance(rule.piece, Joint) and rule.piece.link is Link.SOONEST]
    for language, rules in _LINKS.items()
}
_IDLE = frozenset({Link.BREAK, Link.COMMA, Link.AT})


_BETTER = re.compile(
    r"(\bno (?:puedo|podria|podre|podemos|voy a poder|me (?:queda|sirve|conviene|funciona|va|viene)(?: bien)?)\b"
    r"[^.;!?]*?[ ,])mejor\b"
)
"""After what cannot be, "mejor" takes nothing back: "no puedo el viernes, mejor el martes"."""

_HALF_OF_DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? (?:the )?\d{1,2}(?:st|nd|rd|th)? ?(am|pm)\b"
)
"""Half of a day, where nobody names an hour of a whole month: "June 10 am"."""
_NOON = time(12)
_MONTH_NEXT = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d"
_BOUND_BY_A_DATE = re.compile(
    r"\b(?:before|until|till|by|after|sooner than|earlier than|later than) (?:the )?"
    rf"((?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\b,?)(?= (?:the )?{_MONTH_NEXT})"
)
"""A weekday that says no more than the date behind it: "before Friday June 5"."""
_ANY_DAY = re.compile(r"\b(any ?day)(?= (?:before|until|after|by)\b)")
"""Not the day before: each of those before it."""
_DAY_NAMED = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?|lunes|martes|miercoles|jueves|viernes|sabado|domingo|day|dia)"
)
_LATER_THAT_DAY = re.compile(
    rf"\b(?:(?P<later>later|mas tarde)|earlier|mas temprano) (?:on |in |el |ese )?(?:that |the |this |same |mismo )*"
    rf"{_DAY_NAMED}\b(?! (?:at|a las?|after|before|between) )"
    rf"|\b(?:that|the) same day,? (?:but |just )?(?:(?P<later_en>later)|earlier)\b"
    rf"|\b(?:ese|el) (?:mismo )?dia,? (?:pero |solo )?(?:(?P<later_es>mas tarde)|mas temprano)\b"
)
"""What is left of a day: "later that day", "ese mismo dia, mas tarde"."""
_WHETHER_TOO_LATE = re.compile(
    r"\b((?:is|are|would) (?!way|a |much|far|just|already|still|too)(?:[\w:]+ ){1,4}?)(?:be )?too (?:late|early|soon)\b"
)
"""A question, which bounds nothing: "is Friday too late?"."""
_IN_TURN = re.compile(
    r"\b(?:one (?:(?:right |straight )?(?:after|by|behind) (?:the other|another|one)|at a time)"
    r"|un[ao] (?:(?:despues|detras) de (?:la |el )?otr[ao]|tras otr[ao]|por un[ao]))\b"
)
"""No hour: "one after the other"."""
_BUT = re.compile(r"\b(?:not|no)\b(?: [\w']+){1,4},? (?:but|sino) ")
_APART = re.compile(
    r"\b(?:not|no|except|never)\b[^,;.]*[,;.] *(?:and |but |only |just )?(?:after|before|from|past|in the) "
)
"""What is not wanted, and in a clause of its own what is: "not Mondays, after 4"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """What a message says about time: the readings, the likeliest first, and the characters they came from."""

    readings: tuple[Wish, ...]
    spans: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """From the first word about time to the last."""
        return self.spans[0][0], self.spans[-1][1]


def time_in(plain: str, context: Context, *, language: str, moving: bool = False) -> Timed | None:
    """When the patient would like to come; None when the text has no word of time.

    No readings: there are words of time, and they are no wish ("I'm Friday's 3pm").

    `plain` is folded text; `moving` says that a visit is being moved, so that "from Friday to Monday"
    asks for Monday. Every window lies in the future, on the wall clock of the context's zone.
    """
    plain = _BETTER.sub(lambda match: match[1] + " " * len("mejor"), plain)
    plain = _BOUND_BY_A_DATE.sub(lambda match: match[0].replace(match[1], " " * len(match[1])), plain)
    plain = _ANY_DAY.sub(lambda match: " " * len(match[1]), plain)
    plain = _WHETHER_TOO_LATE.sub(lambda match: match[1] + " " * (len(match[0]) - len(match[1])), plain)
    plain = _IN_TURN.sub(lambda match: " " * len(match[0]), plain)
    half = _HALF_OF_DAY.search(plain)
    if half is not None:
        plain = without(plain, [half.span(1)])
    asked = context.asked in _TIME_ASKED
    now = wall(context.now, context.zone).replace(tzinfo=None)
    here = Here(
        now=now,
        day_first=language in _DAY_FIRST,
        hour_asked=asked,
        spoken_of=context.spoken_of,
        spoken_at=context.spoken_at,
    )
    said_in_full = told_in(plain, here, language=language)
    if (named := _named_before(plain, said_in_full, here)) is not None:
        here = replace(here, spoken_of=named)
        said_in_full = told_in(plain, here, language=language)
    said_in_full = of_the_same_week(plain, said_in_full, here, language=language)
    told = [(unfolded(one, here, language=language, moving=moving), span) for one, span in said_in_full]
    if not (told or asked):
        return _soonest(plain, language)
    pieces = joined(plain, _LINKS[language], told, asked=asked)
    if all(isinstance(piece, Joint) and piece.link in _IDLE for piece in pieces):
        return None
    said: Said = Reading(moving=moving).read(pieces)
    spans = [span for clause in said.clauses for span in clause.spans]
    if said.soonest:
        spans.append(said.soonest)
    readings = wishes(said, replace(context, spoken_of=None) if moving else context)
    if context.spoken_at is not None and here.spoken_of is not None and (turned := _LATER_THAT_DAY.search(plain)):
        readings = tuple(_that_day(one, here.spoken_of, context.spoken_at, turned) for one in readings)
    if _BUT.search(plain):
        readings = tuple(_the_other(one) for one in readings)
    if _APART.search(plain):
        readings = tuple(_told_apart(one) for one in readings)
    if half is None:
        return Timed(readings=readings, spans=tuple(sorted(set(spans))))
    readings = tuple(_in_half(one, half[1]) for one in readings)
    return Timed(readings=readings, spans=tuple(sorted({*spans, half.span(1)})))


def _that_day(wish: Wish, day: date, at: time, turned: re.Match[str]) -> Wish:
    """The wish with what is left of that day, after the hour that was spoken of or before it."""
    minute = timedelta(minutes=1)
    after = (datetime.combine(day, at) + minute).time()
    hours = {"earliest": after} if turned["later"] or turned["later_en"] or turned["later_es"] else {"latest": at}
    windows = tuple(
        replace(one, earliest=hours.get("earliest"), latest=hours.get("latest"))
        if one.first == one.last == day and not one.names_hours
        else one
        for one in wish.windows
    )
    return replace(wish, windows=windows)


def _the_other(wish: Wish) -> Wish:
    """The wish with the day behind the "but" wanted: "not Friday but Monday"."""
    if wish.windows or len(wish.excluded) != 2:
        return wish
    return replace(wish, windows=wish.excluded[1:], excluded=wish.excluded[:1])


def _told_apart(wish: Wish) -> Wish:
    """The wish with the hours that stand in a clause of their own wanted, and not excluded with the days before."""
    hours = [one for one in wish.excluded if one.names_days and not one.at and (one.earliest or one.latest)]
    if wish.windows or len(hours) != 1 or len(wish.excluded) != 1:
        return wish
    days = replace(hours[0], earliest=None, latest=None)
    return replace(wish, windows=(Window(earliest=hours[0].earliest, latest=hours[0].latest),), excluded=(days,))


def _in_half(wish: Wish, half: str) -> Wish:
    """The wish with its days before or after noon, unless an hour is told."""
    return replace(
        wish,
        windows=tuple(
            one
            if one.at or one.earliest or one.latest
            else replace(one, latest=_NOON)
            if half == "am"
            else replace(one, earliest=_NOON)
            for one in wish.windows
        ),
    )


_AFTER_IT = re.compile(
    r"\b(?:(?:after|following) (?:that|this|it|then)|(?:day|week|month|[a-z]+day) after\b|later\b|same (?:day|week)"
    r"|following (?:day|week)|siguiente|despues|mism[ao])"
)
"""What points to a day that was named before."""


def _named_before(plain: str, told: Sequence[tuple[Told, Span]], here: Here) -> date | None:
    """The day that is named in the message itself before something that points to it: "Friday, or the week after"."""
    pointing = _AFTER_IT.search(plain)
    if pointing is None:
        return None
    days = [
        first.start.date()
        for one, span in told
        if span[1] <= pointing.start() and one.last is None and one.side is None and one.first.date is not None
        if not isinstance(one.first.date, Weekdays)
        for first in days_of(one.first.date, here)[:1]
    ]
    return days[-1] if days else None


def _soonest(plain: str, language: str) -> Timed | None:
    """What is left to hear where no time is told: that the first one free will do."""
    for match in filter(None, (rule.pattern.search(plain) for rule in _SOONEST[language])):
        return Timed(readings=(Wish(),), spans=(match.span(),))
    return None
