"""When: a wish, or one of the times on offer."""

import re
from dataclasses import replace
from datetime import date, timedelta

from frontdesk.dialogue.acts import (
    Act,
    AskAbout,
    AskOther,
    Book,
    Choose,
    Repeat,
    Reschedule,
    Shift,
    WhichTime,
    WishTime,
)
from frontdesk.dialogue.state import FOR_PROOF, Ask
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.language import offers
from frontdesk.language.hearing.listening import LIKELY, SURE, Listening, overlap
from frontdesk.language.languages import language_of
from frontdesk.language.script import Span, without
from frontdesk.language.services import practitioner_in, telling_words
from frontdesk.language.standing import own_times
from frontdesk.language.times import Timed, time_in
from frontdesk.language.vocabulary import LANGUAGES, phrases

_EVENING = 17
_TO_ANOTHER = re.compile(r"\b(?:to|until|al?|hasta|para)\b")
"""Inside a time, what leads on to the one that is wanted: "on Friday to Monday"."""


def day_that_is_told(listening: Listening) -> None:
    """ "Saturday is the wedding, so Friday": of Saturday no more is wanted than that it is known."""
    listening.taken += [one.span() for one in phrases("day_is_told").finditer(listening.plain)]


def hear_time(listening: Listening) -> None:
    """The time that is wished for, or that a visit has which is to be moved; which of the offers is chosen."""
    context = listening.context
    if context.asked in FOR_PROOF:  # dates and figures there are no wishes
        return
    if listening.nothing_arranged and _asks_for_papers(listening) and not listening.has(Book, Reschedule):
        return  # "a receipt for my visit in April" asks for no visit in April
    listening.taken += listening.own_times
    if listening.own_wish is not None:
        listening.hear(WishTime(wish=listening.own_wish, of_visit=True), listening.own_times[0], LIKELY, take=False)
    by_person = offers.by_practitioner(listening.rest, context) if context.offered else None
    person = practitioner_in(listening.rest, context.practice)
    timed = time_said(listening, moving=listening.moving)
    if timed and listening.moving and (own := _own_beside_others(listening, timed)):
        listening.taken += own
        timed = time_said(listening, moving=True)
    if context.offered and not listening.has(AskOther, Reschedule, Repeat) and _choose(listening, timed, by_person):
        return
    if context.asked is Ask.WHICH_READING and not timed:
        return
    if timed and listening.has(Shift) and not any(_names_days(wish) for wish in timed.readings):
        listening.taken += timed.spans  # "half an hour later, so at 12:30" says it twice
    elif timed:
        any_hour = phrases("any_hour").search(listening.plain) is not None
        same = listening.context.spoken_of if phrases("same_time").search(listening.plain) else None
        wishes = (
            _at_its_time(listening, _at_any_hour(_on_its_weekday(wish, same), any_hour)) for wish in timed.readings
        )
        readings = tuple(_with_practitioner(wish, person) for wish in wishes)
        of_visit = listening.moving and _is_own(listening, timed)
        act: Act = WishTime(wish=readings[0], of_visit=of_visit)
        if len(readings) > 1 and not of_visit:
            act = WhichTime(readings=readings)
        listening.hear(act, timed.span, SURE if len(readings) == 1 else LIKELY, take=False)
        listening.taken += timed.spans
    elif (refused := _too_late_then(listening)) is not None:
        listening.hear(*refused, LIKELY)
    elif person:
        listening.hear(WishTime(wish=Wish(practitioner=person[0])), person[1], LIKELY)
    if person:
        listening.taken.append(person[1])


def _too_late_then(listening: Listening) -> tuple[WishTime, Span] | None:
    """ "That's too late", "that's after I leave": a day before the first one on offer is wanted, and none from it on.

    Where all begin in the evening, it is the hour that is too late.
    """
    starts = [wall(slot.during.start, listening.context.zone) for slot in listening.context.offered]
    late = _says_too_late(listening)
    if late is None or not starts:
        return None
    hour_at = min(start.time() for start in starts)
    if hour_at.hour >= _EVENING and not phrases("gone_by_then").fullmatch(late.group()):
        return WishTime(wish=Wish(windows=(Window(latest=hour_at),))), late.span()
    day, today = min(starts).date(), listening.context.today
    if day <= today:
        return None
    ahead = Window(first=today, last=day - timedelta(days=1))
    return WishTime(wish=Wish(windows=(ahead,), excluded=(Window(first=day),))), late.span()


def _says_too_late(listening: Listening) -> re.Match[str] | None:
    """Where it says that none of the days on offer will do."""
    if not listening.context.offered:
        return None
    return phrases("too_late_then").search(listening.plain) or phrases("gone_by_then").search(listening.plain)


def _on_its_weekday(wish: Wish, spoken_of: date | None) -> Wish:
    """ "The same time next week", told of a Friday: that week's Friday, not any day of it."""
    if spoken_of is None or len(wish.windows) != 1:
        return wish
    window = wish.windows[0]
    if window.at is None or window.weekdays or window.first is None or window.last is None:
        return wish
    days = [window.first + timedelta(days=number) for number in range((window.last - window.first).days + 1)]
    same = [day for day in days if day.weekday() == spoken_of.weekday()]
    whole = len(days) > 1 and len(same) == 1
    return replace(wish, windows=(replace(window, first=same[0], last=same[0]),)) if whole else wish


def _at_any_hour(wish: Wish, said: bool) -> Wish:
    """ "Nothing at all this week?": whatever the hours were before, these days will do."""
    hours = any(window.names_hours for window in wish.windows)
    return replace(wish, any_hour=True) if said and wish.windows and not hours else wish


def _at_its_time(listening: Listening, wish: Wish) -> Wish:
    """ "From Wednesday to Friday, same time", before it is known which hour the visit has."""
    if not listening.moving or any(window.names_hours for window in wish.windows) or not wish.windows:
        return wish
    return replace(wish, same_time=phrases("same_time").search(listening.plain) is not None)


def time_said(listening: Listening, *, moving: bool) -> Timed | None:
    """The times in what is left of the message, in its own language or else in another; None when it names none.

    `moving`: a visit is to be moved, so that one of two times may be the one it has.
    """
    rest = listening.rest
    asked = (rest, moving)
    if asked not in listening.timed:  # nothing was taken since the last look
        language = language_of(listening.written, listening.context.language)
        listening.timed[asked] = _time_in(listening, rest, language, moving=moving)
    return listening.timed[asked]


def _asks_for_papers(listening: Listening) -> bool:
    return any(
        one.act == AskAbout(topic="") and phrases("ask_papers").search(listening.said(one)) for one in listening.heard
    )


def _own_beside_others(listening: Listening, timed: Timed) -> list[Span]:
    """The times that a visit has, where others are said as well: "I have Botox Thursday, can I come Friday?"."""
    own = own_times(listening.plain, telling_words(listening.context.practice), timed.spans)
    return list(own) if len(own) < len(timed.spans) else []


def _is_own(listening: Listening, timed: Timed) -> bool:
    """Whether the only time that is said is the one the visit has: "move my peel on Friday"."""
    own = own_times(listening.plain, telling_words(listening.context.practice), timed.spans)
    to_another = any(_TO_ANOTHER.search(listening.plain[slice(*span)]) for span in timed.spans)
    return set(own) >= set(timed.spans) and not to_another


def _choose(listening: Listening, timed: Timed | None, by_person: offers.Taken | None) -> bool:
    context = listening.context
    person = practitioner_in(listening.rest, context.practice)
    if _says_too_late(listening):
        return False
    if person and all(slot.practitioner != person[0] for slot in context.offered):
        return False  # "Monday with Dana", where both are with Kim
    by_place = offers.by_place(listening.rest, context)
    fitting = offers.by_time(timed.readings, context) if timed else ()
    by_number = timed and by_place and overlap(timed.span, by_place.span)
    if fitting and by_number and len(fitting) == len(context.offered):  # "the second", where both are on a second
        fitting = ()
    elif fitting and by_number:  # "el 1 de junio a las 4:15": the 1 is no first one
        by_place = None
    if timed and not fitting and not by_number and any(not wish.is_open for wish in timed.readings):
        return False
    spans = list(timed.spans) if timed and fitting else []
    places = fitting or tuple(range(len(context.offered)))
    by_service = offers.by_service(listening.plain, context) if context.asked is Ask.WHICH_VISIT else None
    for named in (by_place, by_person, by_service):
        if named:
            both = tuple(place for place in places if place in named.places)
            if fitting and not both and named is not by_place:
                return False  # "Monday with Kim", where Kim has a Saturday and Monday is with Priya
            places = both or named.places
            spans.append(named.span)
    if not spans:
        return False
    listening.hear(Choose(offers=places), (min(spans)[0], max(spans)[1]), take=False)
    listening.taken += spans
    return True


def _with_practitioner(wish: Wish, person: tuple[object, Span] | None) -> Wish:
    if person is None:
        return wish
    return replace(wish, practitioner=person[0])  # type: ignore[arg-type]


def _names_days(wish: Wish) -> bool:
    return any(window.names_days for window in wish.windows)


def _time_in(listening: Listening, rest: str, language: str, *, moving: bool) -> Timed | None:
    timed = _any_time_in(listening, rest, language, moving=moving)
    before = {span: phrases("event_before").search(rest[: span[0]]) for span in timed.spans} if timed else {}
    of_events = [(event.start(), span[1]) for span, event in before.items() if event is not None]
    if not of_events:
        return timed
    listening.taken += of_events
    return _any_time_in(listening, without(rest, of_events), language, moving=moving)


def _any_time_in(listening: Listening, rest: str, language: str, *, moving: bool) -> Timed | None:
    context = listening.context
    if _says_too_late(listening):  # "that's too late, anything Friday?": not the one on offer
        context = replace(context, offered=())
    for one in (language, *(other for other in LANGUAGES if other != language)):
        if timed := time_in(rest, context, language=one, moving=moving):
            return timed if timed.readings else None
    return None
