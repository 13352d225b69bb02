"""What is asked: of the practice, of a service, of a day, of somebody who works there."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskClinical,
    AskOpen,
    AskOther,
    AskPayer,
    AskWho,
    Book,
    Cancel,
    Deny,
    DontMind,
    Emergency,
    FirstVisit,
    ForOther,
    GiveName,
    GivePayer,
    GivePhone,
    Greet,
    Heard,
    LeaveMessage,
    LeaveWaitlist,
    NameService,
    OptOut,
    Reschedule,
    RunningLate,
    SamePhone,
    Shift,
    TellMinor,
    Thanks,
    Waitlist,
)
from frontdesk.dialogue.state import FOR_PROOF, Ask
from frontdesk.domain.practice import Location, Practice, Weekday
from frontdesk.language.hearing.listening import LIKELY, SURE, Listening, overlap
from frontdesk.language.hearing.of_services import (
    hear_cheapest,
    hear_of_what_was_told,
    hear_question_of_service,
    hear_what_is_allowed,
    hear_whether_to_pay,
    services_asked,
    whether_offered,
)
from frontdesk.language.hearing.times import time_said
from frontdesk.language.knowledge import (
    ALL_PRICES,
    Asked,
    asks_of_practice,
    leading_off,
    not_of_practice,
    questions_in,
    topic_of,
    topic_that_tells,
)
from frontdesk.language.offers import by_place
from frontdesk.language.opening import closures_to_come, days_meant
from frontdesk.language.people_here import has_days
from frontdesk.language.prices import asks_more_than
from frontdesk.language.script import BARRIER, Span, folded, without
from frontdesk.language.services import (
    consultation_for,
    doing_asked_of,
    practitioner_in,
    somebody_asked_about,
    work_asked_about,
)
from frontdesk.language.times import Timed
from frontdesk.language.vocabulary import phrases

INSURANCE = "insurance"
FORESEEN = timedelta(days=180)
"""So far ahead a practice is taken to know when it is closed."""


def hear_questions(listening: Listening) -> None:
    """What the practice's document answers, and what only a person can, unless it is asked to book by it."""
    acts_of_booking = (Book, Reschedule, Cancel, Emergency, AskClinical, OptOut, AskOther, DontMind)
    acts_wanted = (*acts_of_booking, Waitlist, LeaveWaitlist, LeaveMessage)
    timed = time_said(listening, moving=False)
    if _hear_whether_open(listening, timed) or _hear_who_works(listening, timed):
        return
    _hear_who_does_it(listening)
    hear_what_is_allowed(listening, timed)
    hear_whether_to_pay(listening, timed)
    cheapest = hear_cheapest(listening)
    shifts = [listening.read.found(*one.span) for one in listening.heard if isinstance(one.act, Shift)]
    wished = [span for span in (timed.spans if timed else ()) if span not in listening.taken]
    plain = without(listening.plain, [*shifts, *wished])
    hear_of_what_was_told(listening)
    if not cheapest:
        hear_question_of_service(listening, not_of_practice(plain), timed)
    of_service = [one for one in listening.heard if isinstance(one.act, AskAbout) and one.act.service]
    every = questions_in(plain, listening.context.practice, of_visit=_of_visit(listening))
    _hear_of_insurance(listening, [one for one in every if one.topic == INSURANCE], plain)
    answered = [one.span for one in listening.heard if isinstance(one.act, AskAbout | AskWho)]
    of_all = {topic for one in of_service if (topic := _topic_of_all(one.act, listening.context.practice))}
    topics: list[str] = []
    for asked in every:
        if any(overlap(listening.read.span(*asked.span), span) for span in answered):
            continue
        if of_service and (asked.topic in of_all or not asked.asks):
            continue  # what is told of the service answers better than what is told of all
        if not asked.topic and topics and _answered_by(listening, plain[slice(*asked.span)], topics):
            continue  # "where do I park, and is it free?": it is told with the first
        noted = listening.has(GivePayer) and phrases("note_that").search(listening.plain)
        if (asked.topic == INSURANCE and (listening.has(AskPayer) or noted)) or _takes_an_offer(listening, asked):
            continue
        if asked.topic and listening.has(Cancel) and not (asked.asks or asks_of_practice(plain[slice(*asked.span)])):
            continue  # "I have to cancel" asks for no policy
        if asked.topic and listening.has(FirstVisit) and not _in_a_question(listening, asked):
            continue  # "it would be my first visit" asks nothing
        if asked.topic and not asked.asks and listening.has(GivePhone, RunningLate, SamePhone):
            continue  # "yes, this number" and "my number is ..." ask for no number, "I'm running 10 minutes late" tells
        if not asked.topic and not listening.rest[slice(*asked.span)].strip(f" ?!.,¿¡{BARRIER}"):
            continue
        inside = [one for one in listening.heard if overlap(one.span, listening.read.span(*asked.span))]
        if any(isinstance(one.act, acts_wanted) for one in inside) and not asked.topic:
            continue
        if asked.topic and not asked.asks and any(isinstance(one.act, GiveName) for one in inside):
            continue  # "Hannah Price" asks for no price
        if not asked.topic and _wants_another(listening, inside, plain[slice(*asked.span)]):
            continue  # "can I do the laser instead?"
        said_more = [one for one in inside if not isinstance(one.act, NameService | Greet | Affirm | Deny | Thanks)]
        begins = max(listening.plain.rfind(end, 0, asked.span[0]) for end in ".?!\n") + 1
        when = [span for span in timed.spans if overlap(span, (begins, asked.span[1]))] if timed else []
        wants_time = listening.context.offered or when or practitioner_in(listening.rest, listening.context.practice)
        if asked.topic:
            about_booking = any(isinstance(one.act, Book | Reschedule | Cancel) for one in inside)
            sure = SURE if asks_of_practice(plain[slice(*asked.span)]) else LIKELY
            listening.hear(AskAbout(topic=asked.topic), asked.span, sure, take=not about_booking)
            topics.append(asked.topic)
            _hear_more_of_price(listening, asked)
        elif (offered := whether_offered(listening, asked.span)) is not None:
            listening.hear(offered, asked.span, LIKELY, take=False)
        elif not said_more and not wants_time:
            listening.hear(AskAbout(topic=""), asked.span, 0.6)


def _hear_of_insurance(listening: Listening, asked: Sequence[Asked], plain: str) -> None:
    """What is asked of insurance that the payers which are taken leave open.

    The card is told of with what to bring to a visit; what is paid for, and how much, people know.
    """
    practice, known = listening.context.practice, listening.context.known.service
    for one in asked:
        sentence = plain[slice(*one.span)]
        if phrases("insurance_card").search(sentence):
            services = [practice.service(known)] if known else [one for one in practice.services if one.bookable]
            tells = [one.id for one in services if phrases("tells_card").search(folded(one.preparation))]
            answer = AskAbout(topic="preparation", service=tells[0]) if len(tells) == 1 else AskAbout(topic="")
            listening.hear(answer, one.span, LIKELY)
        elif phrases("insurance_beyond").search(sentence):
            listening.hear(AskAbout(topic=""), one.span, LIKELY)
    beyond = phrases("insurance_beyond").search(plain) if listening.has(AskPayer) else None
    if beyond is not None and not listening.has(AskAbout):
        listening.hear(AskAbout(topic=""), beyond.span(), LIKELY)


def _takes_an_offer(listening: Listening, asked: Asked) -> bool:
    """ "Number 1" is an offer, and asks for no telephone."""
    context = listening.context
    return not asked.asks and bool(context.offered) and by_place(listening.plain, context) is not None


def hear_who_somebody_is(listening: Listening) -> None:
    """ "Wait, who is Dana?" asks, and wishes for nobody."""
    if (asked := somebody_asked_about(listening.rest, listening.context.practice)) is None:
        return
    person, span = asked
    said = listening.read.span(*span)
    listening.heard = [one for one in listening.heard if one.act != AskAbout(topic="") or not overlap(one.span, said)]
    listening.hear(AskWho(practitioner=person), span)


def nobody_else_comes(listening: Listening) -> None:
    """ "Can I bring my baby along?" is a question; nobody is booked by it."""
    answered = any(isinstance(one.act, AskAbout) and one.act.topic for one in listening.heard)
    if phrases("ask_bring_child").search(listening.plain) is not None and not _books_for_child(listening):
        listening.heard = [one for one in listening.heard if not isinstance(one.act, ForOther | TellMinor)]
    brings = phrases("bring_along").search(listening.plain)
    if brings is not None and not answered and not listening.has(AskAbout):
        here = listening.read.span(*brings.span())
        listening.heard = [
            one for one in listening.heard if not (isinstance(one.act, Book) and overlap(one.span, here))
        ]
        listening.hear(AskAbout(topic=""), brings.span(), LIKELY)
        answered = True
    if answered and not listening.has(Book, NameService, Reschedule, Cancel, GiveName):
        listening.heard = [one for one in listening.heard if not isinstance(one.act, ForOther)]


_BOOKING = frozenset(
    {Ask.FIRST_VISIT, Ask.TIME, Ask.WHICH_OFFER, Ask.NAME_AND_PHONE, Ask.NAME, Ask.PHONE, Ask.EMAIL, Ask.AGREED}
)
"""Questions asked while one service is being booked."""


def _wants_another(listening: Listening, inside: Sequence[Heard], sentence: str) -> bool:
    """Whether a sentence names, in the form of a question, what is to be booked in place of something else."""
    booking = listening.context.known.service is not None and listening.context.asked in _BOOKING
    names = any(isinstance(one.act, NameService) for one in inside)
    return booking and names and not _only_asks_of_it(sentence)


def _only_asks_of_it(sentence: str) -> bool:
    begins = phrases("asks_of_it").match(leading_off(sentence))
    return begins is not None and phrases("wants_it").search(sentence) is None


def no_other_service(listening: Listening) -> None:
    """ "Does laser need a consult?", asked while Botox is booked: it is answered, and Botox stays what is booked."""
    context = listening.context
    if context.known.service is None or context.asked not in _BOOKING or listening.has(Book, Reschedule, Cancel):
        return
    for sentence in re.finditer(r"[^.!?\n]+[.!?]*", listening.plain):
        said = listening.read.span(*sentence.span())
        if not _only_asks_of_it(sentence.group()):
            continue
        here = [one for one in listening.heard if overlap(one.span, said)]
        named = [one for one in here if isinstance(one.act, NameService)]
        if not named:
            continue
        listening.heard = [one for one in listening.heard if one not in named]
        if not any(isinstance(one.act, AskAbout | AskClinical | AskWho | AskPayer) for one in here):
            listening.hear(AskAbout(topic=""), sentence.span(), LIKELY)


def _books_for_child(listening: Listening) -> bool:
    """Whether it says elsewhere that the visit is the child's: "a facial for my daughter, can I bring my baby?"."""
    along = phrases("ask_bring_child").search(listening.plain)
    span = listening.read.span(*along.span()) if along else (0, 0)
    return any(isinstance(one.act, ForOther) and not overlap(one.span, span) for one in listening.heard)


def _hear_whether_open(listening: Listening, timed: Timed | None) -> bool:
    """ "Are you open on Labor Day?": the day is asked about, and is no wish."""
    if listening.has(Book, Reschedule, Cancel, NameService):
        return False
    place, today = listening.context.practice.locations[0], listening.context.today
    if (asked := phrases("ask_closures").search(listening.plain)) is not None:
        days = closures_to_come(place, today=today, until=today + FORESEEN)
        for day in days:
            listening.hear(_whether_open(place, day), asked.span())
        return bool(days)
    asked = phrases("ask_open_on").search(listening.plain)
    closed_only = asked is None
    if asked is None and listening.nothing_arranged:  # "what about July 3?"
        asked = phrases("what_about").match(leading_off(listening.plain))
    if asked is None:
        return False
    days = days_meant(timed.readings if timed else (), listening.plain, place, today=today)
    if not days and phrases("right_now").search(listening.plain):
        days = [today]
    if not days or (closed_only and not any(day in place.closures for day in days)):
        return False
    _hear_open_on(listening, days, asked.span(), timed)
    return True


def _hear_open_on(listening: Listening, days: Sequence[date], asked: Span, timed: Timed | None) -> None:
    place, today = listening.context.practice.locations[0], listening.context.today
    spans = [asked, *(timed.spans if timed else ())]
    whole = (min(spans)[0], max(span[1] for span in spans))
    foreseen = [day for day in days if day in place.closures or day - today <= FORESEEN]
    for day in foreseen:
        listening.hear(_whether_open(place, day), whole)
    if not foreseen:  # what closes it so far ahead may not have been entered yet
        listening.hear(AskAbout(topic=""), asked, LIKELY)
    listening.taken += spans


def _whether_open(place: Location, day: date) -> AskOpen:
    hours = () if day in place.closures else place.hours.get(Weekday(day.weekday()), ())
    return AskOpen(day=day, hours=tuple(hours), closed_for=place.closures.get(day, ""))


def _hear_who_works(listening: Listening, timed: Timed | None) -> bool:
    """ "Does Dr. Marsh work on Wednesdays?": told is the week's rule; on a day off people answer. No day is a wish."""
    if listening.has(Book, Reschedule, Cancel, NameService):
        return False
    context = listening.context
    if (asked := work_asked_about(listening.plain, context.practice, context.told.who)) is None:
        return False
    who, span = asked
    person = context.practice.practitioner(who)
    windows = [window for wish in (timed.readings if timed else ()) for window in wish.windows]
    days = [day for window in windows for day in (window.first, window.last) if day is not None]
    off = any(first <= day <= last for day in days for first, last in person.away)
    known = has_days(person, today=context.today) and not off
    listening.hear(AskWho(practitioner=who, days=True) if known else AskAbout(topic=""), span, LIKELY)
    listening.taken += timed.spans if timed else ()
    return True


def _hear_who_does_it(listening: Listening) -> None:
    """ "Does Dr. Marsh do Botox herself?", "can Hannah do my Botox?": who does it, unless it is whom they name."""
    practice = listening.context.practice
    if (asked := doing_asked_of(listening.plain, practice)) is None:
        return
    who, span = asked
    named = services_asked(listening)
    able = [id for id in named if practice.practitioner(who) in practice.qualified(practice.service(id))]
    wishes = phrases("asks_for_visit").match(leading_off(listening.plain)) is not None
    if not named or (able and wishes):
        return
    treatments = [id for id in named if consultation_for(id, practice)] or named
    listening.hear(AskAbout(topic="who", service=treatments[0]), span, LIKELY, take=False)


_OF_ALL = {"price": ALL_PRICES, "preparation": "how do i prepare preparation"}
"""What is told of a service, and the words that ask for it of all of them."""


def _in_a_question(listening: Listening, asked: Asked) -> bool:
    """Whether it asks outright; then "what happens at the first visit?" does not say either that it is theirs."""
    said = leading_off(listening.plain[slice(*asked.span)])
    if "?" not in said and not phrases("question_form").match(said):
        return False
    here = listening.read.span(*asked.span)
    first = [one for one in listening.heard if isinstance(one.act, FirstVisit) and overlap(one.span, here)]
    listening.heard = [one for one in listening.heard if one not in first]
    return True


def _hear_more_of_price(listening: Listening, asked: Asked) -> None:
    """ "Is it cheaper with a membership?": the price list is told, and people answer the rest."""
    practice = listening.context.practice
    if asked.topic != topic_of(ALL_PRICES, practice):
        return
    told = [one.in_language(listening.context.language) for one in practice.knowledge if one.topic == asked.topic]
    if asks_more_than(listening.plain[slice(*asked.span)], told):
        listening.hear(AskAbout(topic=""), asked.span, LIKELY)


def _topic_of_all(act: Act, practice: Practice) -> str | None:
    """The practice's answer of all services to what was answered of one."""
    words_of_it = _OF_ALL.get(act.topic) if isinstance(act, AskAbout) else None
    return topic_of(words_of_it, practice) if words_of_it else None


def _of_visit(listening: Listening) -> bool:
    """Whether a visit that stands or stood is spoken of: then a fee that is asked about is the one for cancelling."""
    asked = listening.context.asked
    changing = asked in FOR_PROOF | {Ask.CANCEL_AGREED, Ask.MOVE_AGREED, Ask.REMINDED, Ask.CODE_WANTED, Ask.WHICH_VISIT}
    context = listening.context
    return context.visit_stands or context.gone or changing or listening.has(Cancel, Reschedule)


def _answered_by(listening: Listening, sentence: str, topics: Sequence[str]) -> bool:
    context = listening.context
    refers = phrases("refers_back").search(sentence) is not None
    return refers and topic_that_tells(sentence, topics, context.practice, context.language) is not None
