"""What is asked: of the practice, of a service, of a day, of somebody who works there."""

import re
from collections.abc import Sequence
from datetime import timedelta

from frontdesk.dialogue.acts import (
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
    EveryVisit,
    FirstVisit,
    ForOther,
    GiveName,
    Greet,
    Heard,
    LeaveMessage,
    LeaveWaitlist,
    NameService,
    OptOut,
    Reschedule,
    SamePhone,
    Shift,
    TellMinor,
    Thanks,
    Waitlist,
)
from frontdesk.dialogue.state import Ask
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Service, Weekday
from frontdesk.language.hearing.listening import LIKELY, SURE, Listening, overlap
from frontdesk.language.hearing.times import time_said
from frontdesk.language.knowledge import (
    TOLD_OF,
    asks_of_practice,
    fact_asked,
    fact_that_tells,
    leading_off,
    questions_in,
)
from frontdesk.language.opening import day_meant
from frontdesk.language.script import BARRIER, Span, without
from frontdesk.language.services import practitioner_in, somebody_asked_about, work_asked_about
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
    shifts = [listening.read.found(*one.span) for one in listening.heard if isinstance(one.act, Shift)]
    plain = without(listening.plain, [*shifts, *(timed.spans if timed else ())])
    of_service: list[Span] = []
    if not asks_of_practice(plain) and _hear_question_of_service(listening):
        of_service = [one.span for one in listening.heard if isinstance(one.act, AskAbout) and one.act.service]
    of_visit = listening.context.visit_stands or listening.context.asked in {Ask.CANCEL_AGREED, Ask.REMINDED}
    for asked in questions_in(plain, listening.context.practice, of_visit=of_visit):
        if any(overlap(listening.read.span(*asked.span), span) for span in of_service):
            continue
        if of_service and (asked.topic or not asked.asks):
            continue  # what is told of the service answers better than what is told of all
        if asked.topic == INSURANCE and listening.has(AskPayer):
            continue
        if asked.topic and listening.has(Cancel) and not (asked.asks or asks_of_practice(plain[slice(*asked.span)])):
            continue  # "I have to cancel" asks for no policy
        if asked.topic and listening.has(FirstVisit) and "?" not in plain[slice(*asked.span)]:
            continue  # "it would be my first visit" asks nothing
        if asked.topic and listening.has(SamePhone) and not asked.asks:
            continue  # "yes, this number" asks for no number
        if not asked.topic and not listening.rest[slice(*asked.span)].strip(f" ?!.,¿¡{BARRIER}"):
            continue
        inside = [one for one in listening.heard if overlap(one.span, listening.read.span(*asked.span))]
        if any(isinstance(one.act, acts_wanted) for one in inside) and not asked.topic:
            continue
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
        elif (offered := _asks_whether_offered(listening, asked.span, plain)) is not None:
            listening.hear(AskAbout(topic="offered", service=offered), asked.span, LIKELY, take=False)
        elif not said_more and not wants_time:
            listening.hear(AskAbout(topic=""), asked.span, 0.6)


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


def _asks_whether_offered(listening: Listening, span: Span, plain: str) -> ServiceId | None:
    """ "Do you guys do Botox?": the service that is asked about, where it is one of the practice's."""
    asked = phrases("ask_whether_offered").match(leading_off(plain[slice(*span)]))
    if asked is None or listening.context.offered:
        return None
    said = listening.read.span(*span)
    named = [one.act for one in listening.heard if isinstance(one.act, NameService) and overlap(one.span, said)]
    return named[0].services[0] if named else None


def _hear_whether_open(listening: Listening, timed: Timed | None) -> bool:
    """ "Are you open on Labor Day?": the day is asked about, and is no wish."""
    asked = phrases("ask_open_on").search(listening.plain)
    if asked is None and listening.nothing_arranged:  # "what about July 3?"
        asked = phrases("what_about").match(leading_off(listening.plain))
        closed_only = True
    else:
        closed_only = False
    if asked is None or listening.has(Book, Reschedule, Cancel, NameService):
        return False
    place = listening.context.practice.locations[0]
    day = day_meant(timed.readings if timed else (), listening.plain, place, today=listening.context.today)
    if day is None or (closed_only and day not in place.closures):
        return False
    if day not in place.closures and day - listening.context.today > FORESEEN:
        span = asked.span()  # what closes it so far ahead may not have been entered yet
        listening.hear(AskAbout(topic=""), span, LIKELY)
        listening.taken += timed.spans if timed else ()
        return True
    hours = () if day in place.closures else place.hours.get(Weekday(day.weekday()), ())
    spans = [asked.span(), *(timed.spans if timed else ())]
    act = AskOpen(day=day, hours=tuple(hours), closed_for=place.closures.get(day, ""))
    listening.hear(act, (min(spans)[0], max(span[1] for span in spans)))
    listening.taken += spans
    return True


def _hear_who_works(listening: Listening, timed: Timed | None) -> bool:
    """ "Does Dr. Marsh work on June 17?": people answer it, and neither the day nor she is a wish."""
    if listening.has(Book, Reschedule, Cancel, NameService):
        return False
    if (asked := work_asked_about(listening.plain, listening.context.practice)) is None:
        return False
    listening.hear(AskAbout(topic=""), asked, LIKELY)
    listening.taken += timed.spans if timed else ()
    return True


def _hear_question_of_service(listening: Listening) -> bool:
    """Whether it is asked what a service costs, how long it takes, what it is: the practice's document says so."""
    named = _services_asked(listening)
    asked = phrases("ask_difference").search(listening.plain)
    fact = fact_asked(listening.plain)
    topic, span = ("about", asked.span()) if asked is not None and len(named) > 1 else fact or ("", (0, 0))
    if topic == "about" and not listening.has(NameService) and not phrases("ask_what_happens").search(listening.plain):
        topic = ""
    practice = listening.context.practice
    told = [one for one in named if topic and TOLD_OF[topic](practice.service(one))]
    if not told:
        return _hear_what_is_told(listening, named)
    for one in told:
        listening.hear(_what_tells(listening, topic, practice.service(one)), span, LIKELY)
    only_asks = asked is not None or phrases("question").match(leading_off(listening.plain)) is not None
    if len(told) > 1 and only_asks:  # "both" are asked about, and none is wanted yet
        listening.heard = [one for one in listening.heard if not isinstance(one.act, EveryVisit)]
    return True


def _what_tells(listening: Listening, topic: str, service: Service) -> AskAbout:
    """What answers a question of before and after: of one thing only a text that speaks of it, else a person."""
    if topic not in {"aftercare", "preparation"} or phrases("asks_generally").search(listening.plain):
        return AskAbout(topic=topic, service=service.id)
    told = fact_that_tells(listening.plain, service, listening.context.language)
    return AskAbout(topic=told, service=service.id) if told else AskAbout(topic="")


MOST_TOLD_OF = 3
"""Of so many services each is told what was asked; of more the practice's own answer says it shorter."""


def _services_asked(listening: Listening) -> tuple[ServiceId, ...]:
    """The services a question is of: those it names, else the one that is being booked; none where it names many."""
    acts = [one.act for one in listening.heard if isinstance(one.act, NameService)]
    named = tuple(dict.fromkeys(service for act in acts for service in act.services))
    known = listening.context.known.service
    if not acts:  # the practice may have given up meanwhile what is being booked
        there = any(one.id == known for one in listening.context.practice.services)
        return (known,) if known is not None and there else ()
    return named if len(named) <= MOST_TOLD_OF else ()


def _hear_what_is_told(listening: Listening, named: Sequence[ServiceId]) -> bool:
    """ "How long will I flake?", of a peel: what the practice tells of it has that word, and no person is asked."""
    context = listening.context
    if len(named) != 1 or listening.has(AskClinical, Emergency, Book, Reschedule, Cancel):
        return False
    for sentence in re.finditer(r"[^.!?\n]+[.!?]*", listening.plain):
        said = leading_off(sentence.group())
        if "?" not in said and not phrases("question").match(said):
            continue
        if (topic := fact_that_tells(said, context.practice.service(named[0]), context.language)) is not None:
            listening.hear(AskAbout(topic=topic, service=named[0]), sentence.span(), LIKELY)
            return True
    return False
