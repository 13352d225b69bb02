"""What is asked of a service or of what was told just before, and what the practice's document says to it."""

import re
from collections.abc import Sequence

from frontdesk.dialogue.acts import (
    AskAbout,
    AskClinical,
    AskPayer,
    Book,
    Cancel,
    Emergency,
    EveryVisit,
    GivePayer,
    Heard,
    NameService,
    Reschedule,
)
from frontdesk.dialogue.state import Ask
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice, Service
from frontdesk.language.hearing.listening import LIKELY, SURE, Listening, overlap
from frontdesk.language.hearing.times import time_said
from frontdesk.language.knowledge import (
    ALL_PRICES,
    TOLD_OF,
    WORDS_OF_IT,
    fact_that_tells,
    facts_asked,
    leading_off,
    recovery_told,
    telling,
    topic_of,
    topic_that_tells,
)
from frontdesk.language.prices import MOST_COMPARED, asks_more_than, cheapest_first, named_by, prices_told
from frontdesk.language.script import Span, folded, without
from frontdesk.language.services import by_its_name, consultation_for
from frontdesk.language.times import Timed
from frontdesk.language.vocabulary import phrases, words

SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
MOST_TOLD_OF = 3
"""Of so many services each is told what was asked; of more the practice's own answer says it shorter."""


def services_asked(listening: Listening) -> tuple[ServiceId, ...]:
    """The services a question is of; none where it names many.

    Those it names; for "both" and "each" those that were spoken of together; else the one that is being booked, or
    those that it may be, or the one that was told of last.
    """
    acts = [one.act for one in listening.heard if isinstance(one.act, NameService)]
    named = tuple(dict.fromkeys(service for act in acts for service in act.services))
    if acts:
        return named if len(named) <= MOST_TOLD_OF else ()
    context = listening.context
    there = {one.id for one in context.practice.services}  # the practice may have given up what is being booked
    asked = {Ask.WHICH_SERVICE, Ask.WHETHER_TO_BOOK}
    among = context.services_asked if context.asked in asked else ()
    told = tuple(id for id in context.told.services if id in there)
    several = tuple(id for id in among if id in there) or told
    if 1 < len(several) <= MOST_TOLD_OF and phrases("asks_of_each").search(listening.plain):
        return several
    if context.known.service in there and context.known.service is not None:
        return (context.known.service,)
    left = several if among else told
    return left if len(left) <= (MOST_TOLD_OF if among else 1) else ()


def hear_question_of_service(listening: Listening, plain: str, timed: Timed | None) -> None:
    """What a service costs, how long it takes, what it is, who does it: the practice's document says so.

    `plain` is the message without what is asked of the practice as such.
    """
    practice, named = listening.context.practice, services_asked(listening)
    asked = phrases("ask_difference").search(plain)
    if asked is not None and len(named) == 1:
        named = _with_its_counterpart(named[0], practice)
    facts = [one for one in facts_asked(plain) if _may_be_told(listening, one[0], named)]
    facts += _how_many(listening, named)
    several = _price_of_several(listening, named, timed)
    facts = [*several, *(one for one in facts if not several or one[0] != "price")]
    if asked is not None and len(named) > 1:
        facts = [("about", asked.span())]
    heard: list[ServiceId] = []
    for topic, span in facts:
        told = [practice.service(one) for one in named if TOLD_OF[topic](practice.service(one))]
        for one in told:
            sure = SURE if topic == "recovery" else LIKELY
            listening.hear(_what_tells(listening, topic, one, timed), span, sure)
        if topic == "price" and told and not several and asks_more_than(plain, prices_told(told)):
            listening.hear(AskAbout(topic=""), span, LIKELY)
        if phrases("ask_apart").search(plain) and timed and told:
            listening.taken += timed.spans  # "how long after the first": no wish
        heard += [one.id for one in told]
    if not heard:
        _hear_what_is_told(listening, plain, named, timed)
        return
    offered = whether_offered(listening, (0, len(listening.plain)))
    if offered is not None and offered.topic == "nearest":  # "do you sell Wegovy, and what's it cost?"
        listening.hear(offered, facts[0][1], LIKELY)
    only_asks = asked is not None or phrases("question").match(leading_off(plain)) is not None
    if len(set(heard)) > 1 and only_asks:  # "both" are asked about, and none is wanted yet
        listening.heard = [one for one in listening.heard if not isinstance(one.act, EveryVisit)]


def _may_be_told(listening: Listening, fact: str, named: Sequence[ServiceId]) -> bool:
    """Whether a fact of a service answers: what it is, only where it is named; who does it, of one alone.

    Of who does what the practice's own answer says more, where it has one that is asked for in these words.
    """
    if fact == "about":
        asked = any(phrases(listed).search(listening.plain) for listed in _ASK_ABOUT)
        return asked or listening.has(NameService)
    if fact == "who":
        return len(named) == 1 and topic_of(listening.plain, listening.context.practice) is None
    return True


_ASK_ABOUT = ("ask_what_happens", "ask_what_is_done", "ask_apart")
"""Lists that ask what a service is, also where it is not named."""


def _how_many(listening: Listening, named: Sequence[ServiceId]) -> list[tuple[str, Span]]:
    """ "How many sessions do I need?": what the service is tells it, where sessions are spoken of there."""
    asked = phrases("ask_how_many").search(listening.plain)
    if asked is None or len(named) != 1:
        return []
    about = listening.context.practice.service(named[0]).about_in(listening.context.language)
    return [("about", asked.span())] if phrases("tells_how_many").search(folded(about)) else []


def _price_of_several(listening: Listening, named: Sequence[ServiceId], timed: Timed | None) -> list[tuple[str, Span]]:
    """ "Is there a discount if I do 3?": told by a price of several, else by people; the 3 is no hour."""
    asked = phrases("ask_price_of_several").search(listening.plain)
    if asked is None:
        return []
    listening.taken += [one for one in (timed.spans if timed else ()) if overlap(one, asked.span())]
    if len(named) != 1:
        return []
    told = prices_told([listening.context.practice.service(named[0])])
    if any(phrases("tells_price_of_several").search(folded(text)) for text in told):
        return [("price", asked.span())]
    listening.hear(AskAbout(topic=""), asked.span(), LIKELY)
    return []


def _with_its_counterpart(service: ServiceId, practice: Practice) -> tuple[ServiceId, ...]:
    """A treatment and its consultation, whichever of them is named."""
    if (consultation := consultation_for(service, practice)) is not None:
        return (consultation, service)
    treatments = [one.id for one in practice.services if consultation_for(one.id, practice) == service]
    return (service, *treatments) if len(treatments) < MOST_TOLD_OF else (service,)


def _what_tells(listening: Listening, topic: str, service: Service, timed: Timed | None) -> AskAbout:
    """What answers a question of before and after: of one thing only a text that speaks of it, else a person."""
    if topic == "preparation" and phrases("had_it").search(listening.plain):
        topic = "aftercare"
        if not service.care.aftercare:
            return AskAbout(topic="")
    if topic == "recovery":
        told = recovery_told(service, listening.context.language)
        return AskAbout(topic=told, service=service.id) if told else AskAbout(topic="")
    if topic not in {"aftercare", "preparation"} or phrases("asks_generally").search(listening.plain):
        return AskAbout(topic=topic, service=service.id)
    told = fact_that_tells(_timeless(listening, timed), service, listening.context.language)
    return _unless_over(listening, told, service) if told else AskAbout(topic="")


def _timeless(listening: Listening, timed: Timed | None) -> str:
    """The message without its times: "tomorrow" says nothing of what an answer has to tell."""
    return without(listening.plain, timed.spans) if timed else listening.plain


def _hear_what_is_told(listening: Listening, plain: str, named: Sequence[ServiceId], timed: Timed | None) -> None:
    """ "How long will I flake?", of a peel: what the practice tells of it has that word, and no person is asked."""
    if len(named) != 1 or listening.has(AskClinical, AskPayer, GivePayer, Emergency, Book, Reschedule, Cancel):
        return
    timeless = without(plain, timed.spans) if timed else plain
    for sentence in SENTENCE.finditer(timeless):
        said = leading_off(sentence.group())
        prepared = phrases("of_preparation").search(said)  # "if I waxed last week?": what to do before tells it
        if phrases("asks_for_visit").match(said) and not prepared:
            continue  # "can I get a touch-up tomorrow?" asks for a time
        if phrases("asks_whether_done").match(said):
            continue  # "do you do waxing?" is not told by "no waxing before it"
        if phrases("asks_if_it_suits").search(said) and not prepared:
            continue  # "I had blood clots, is it ok?" is for people, whatever is told of blood
        if topic_of(said, listening.context.practice) is not None:
            continue  # "do you sell gift cards?" is not about the insurance card to bring
        if "?" not in said and not phrases("question").match(said) and not phrases("question_form").match(said):
            continue
        if _told_by_one_of(listening, said, named, sentence.span()):
            return


def _told_by_one_of(listening: Listening, said: str, named: Sequence[ServiceId], span: Span) -> bool:
    """Whether something told of one of the services has a word of the question; then that is heard."""
    context = listening.context
    for id in named:
        service = context.practice.service(id)
        if (topic := fact_that_tells(said, service, context.language)) is not None:
            listening.hear(_unless_over(listening, topic, service), span, LIKELY)
            return True
    return False


def _unless_over(listening: Listening, topic: str, service: Service) -> AskAbout:
    """ "It was on Saturday, so lipstick is fine now?": what is told for a day says nothing of later; people answer."""
    told = folded(WORDS_OF_IT[topic](service, listening.context.language))
    over = phrases("it_was_on").search(listening.plain) and phrases("told_for_a_day").search(told)
    return AskAbout(topic="") if over else AskAbout(topic=topic, service=service.id)


def hear_what_is_allowed(listening: Listening, timed: Timed | None) -> None:
    """ "Can I go to the gym today?": asked of what was done or will be, and "today" is no wish for a visit."""
    if listening.has(AskClinical, Emergency, Reschedule, Cancel):
        return
    for sentence in SENTENCE.finditer(listening.plain):
        if (asked := phrases("asks_allowed").search(sentence.group())) is None:
            continue
        begins, ends = sentence.start() + asked.start(), sentence.end()
        here = listening.read.span(begins, ends)
        listening.heard = [one for one in listening.heard if not (overlap(one.span, here) and _is_no_wish(one))]
        clause = listening.plain[begins:ends]  # "in the sun" is no Sunday
        if not _told_by_one_of(listening, clause, services_asked(listening), (begins, ends)):
            listening.hear(AskAbout(topic=""), (begins, ends), LIKELY)
        listening.taken += [span for span in (timed.spans if timed else ()) if overlap(span, (begins, ends))]


def _is_no_wish(one: Heard) -> bool:
    """What is read of a visit in "can I go swim in the sun?": neither a wish to come nor a treatment of sun spots."""
    return isinstance(one.act, Book) or (isinstance(one.act, NameService) and one.confidence < SURE)


def hear_of_what_was_told(listening: Listening) -> None:
    """ "Do they expire?", after the gift cards: the answer that was given says it, and is given again."""
    context = listening.context
    if not context.told.topic or listening.has(NameService, Book, Reschedule, Cancel):
        return
    for sentence in SENTENCE.finditer(listening.plain):
        said = leading_off(sentence.group())
        of_many = phrases("refers_to_many").search(said)
        of_it = phrases("refers_back").search(said) and context.known.service is None
        asks = "?" in said or phrases("question").match(said) or phrases("question_form").match(said)
        if not asks or not (of_many or of_it):
            continue
        topic = topic_that_tells(said, [context.told.topic], context.practice, context.language)
        if topic is not None:
            listening.hear(AskAbout(topic=topic), sentence.span(), SURE)


def hear_cheapest(listening: Listening) -> bool:
    """Whether it is asked what costs least, and it can be told.

    "What's the cheapest facial?": told are the prices of those that can be compared, the lowest first.
    """
    asked = phrases("ask_cheapest").search(listening.plain)
    if asked is None or listening.has(Book, Reschedule, Cancel, AskAbout):
        return False
    practice = listening.context.practice
    sentence = next(one for one in SENTENCE.finditer(listening.plain) if one.end() > asked.start())
    others = telling(without(listening.plain, [asked.span()])[slice(*sentence.span())])
    groups = [found for word in others if len(found := named_by(word.rstrip("s"), practice)) > 1]
    if not groups and (named := services_asked(listening)) and listening.has(NameService):
        for id in named:  # "who is the cheapest for lips": of that its own price
            listening.hear(AskAbout(topic="price", service=id), sentence.span(), LIKELY)
        return True
    found = cheapest_first(groups[0] if groups else practice.services)[:MOST_COMPARED]
    everything = topic_of(ALL_PRICES, practice)
    for one in found[:1] if everything and not groups else found:
        listening.hear(AskAbout(topic="price", service=one.id), sentence.span(), LIKELY)
    if everything and not groups:
        listening.hear(AskAbout(topic=everything), sentence.span(), LIKELY)
    return listening.has(AskAbout)


def whether_offered(listening: Listening, span: Span) -> AskAbout | None:
    """ "Do you guys do Botox?": the service that is asked about, where it is one of the practice's.

    Of more than the service itself ("around a tattoo") the practice's list says nothing.
    """
    plain = listening.plain
    asked = phrases("ask_whether_offered").match(leading_off(plain[slice(*span)]))
    if asked is None or listening.context.offered:
        return None
    said = listening.read.span(*span)
    named = [one for one in listening.heard if isinstance(one.act, NameService) and overlap(one.span, said)]
    if not named:
        return None
    timed = time_said(listening, moving=False)
    times = [one for one in (timed.spans if timed else ()) if overlap(one, span)]
    if times and phrases("asks_for_visit").match(leading_off(plain[slice(*span)])):
        return None  # "can you do a peel on Tuesday?"
    names = [*times, *(listening.read.found(*one.span) for one in named)]
    asked_of = leading_off(without(plain, names)[slice(*span)])[asked.end() :]
    if times or any(word not in words("beside_offered") for word in telling(asked_of)):
        return AskAbout(topic="")
    first = named[0].act
    assert isinstance(first, NameService)
    service = listening.context.practice.service(first.services[0])
    own = by_its_name(listening.said(named[0]), service)
    return AskAbout(topic="offered" if own else "nearest", service=service.id)


def hear_whether_to_pay(listening: Listening, timed: Timed | None) -> None:
    """ "I don't want to pay today": the day is that of paying, and no wish for a visit."""
    for asked in phrases("ask_whether_charged").finditer(listening.plain):
        listening.taken += [span for span in (timed.spans if timed else ()) if overlap(span, asked.span())]
