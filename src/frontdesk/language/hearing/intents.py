"""What a message does beside naming things: the words for it, weighed among one another."""

import re
from collections.abc import Sequence

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskAutomated,
    AskClinical,
    AskDone,
    AskEach,
    AskFormBefore,
    AskOther,
    AskOthersVisit,
    AskPerson,
    AskToPay,
    AskVisit,
    Book,
    Cancel,
    Choose,
    Complain,
    Confirm,
    Deny,
    DontMind,
    Emergency,
    FirstVisit,
    ForOther,
    GiveEmail,
    GivePhone,
    Goodbye,
    Greet,
    Heard,
    LeaveMessage,
    NameService,
    NoEmail,
    OffTopic,
    OnMyWay,
    OptOut,
    Praise,
    Repeat,
    Reschedule,
    RunningLate,
    SamePhone,
    Stop,
    TellHealth,
    Thanks,
    Unclear,
    Unsure,
    Wait,
    Waitlist,
    WhichTime,
    WishTime,
    WrongNumber,
)
from frontdesk.dialogue.state import AGREEMENTS, Ask
from frontdesk.language.beyond import beyond
from frontdesk.language.hearing.listening import LIKELY, Listening, overlap
from frontdesk.language.hearing.meaning import as_meant, in_context, is_cancel
from frontdesk.language.hearing.times import time_said
from frontdesk.language.hearing.visits import says_cancel, visit_to_change
from frontdesk.language.intents import Intent, intents_in
from frontdesk.language.names import letters_in
from frontdesk.language.offers import by_place
from frontdesk.language.script import folded, without
from frontdesk.language.times import Timed
from frontdesk.language.vocabulary import phrases, words

OUTRIGHT = ("first_visit", "been_before")
"""Words that say by themselves whether somebody has been here."""
_SMALL_TALK = (Greet, DontMind, AskOther)


def hear_when_answered(listening: Listening) -> None:
    """ "Today or not?", where a person was promised and nothing else is being talked about."""
    context, said = listening.context, listening.plain.strip(" \t\n.!¡?¿\"'*,")
    if not context.promised or context.asked not in {None, Ask.HOW_CAN_I_HELP}:
        return
    if said and phrases("ask_when_answered").fullmatch(said):
        listening.hear(AskPerson(when=True), (0, len(listening.plain)), LIKELY)


def hear_intents(listening: Listening) -> None:
    """What the lists of words say it does, less what is only supposed, offered, or part of a time."""
    found = intents_in(without(listening.rest, letters_in(listening.rest)), asked=listening.context.asked)
    changed = visit_to_change(listening, found)
    said_of_it = [one.span for one in changed]
    found = [
        one
        for one in found
        if not (isinstance(one.act, Book | Affirm) and any(overlap(one.span, span) for span in said_of_it))
    ]  # "ya no puedo ir": neither a yes nor a wish to come
    found += changed
    timed = time_said(listening, moving=False)
    said = [
        one
        for one in found
        if not (_is_time(one, timed) or _is_an_offer(listening, one) or _is_supposed(listening, one))
    ]
    if not listening.context.promised:  # "it's about my package", to nobody who was promised
        said = [one for one in said if not _tells_what_about(listening, one)]
    elif any(_tells_what_about(listening, one) for one in said):
        listening.taken.append((0, len(listening.plain)))
    said = _only_supposed(listening, _not_of_a_price(listening, said))
    said = _of_another(listening, [one for one in said if not _is_no_answer(listening, one)])
    meant = [as_meant(listening, one) for one in said]
    acts = in_context(meant, listening.context.asked, plain=listening.plain)
    if listening.has(GiveEmail):  # "no, mine is ..."
        acts = [one for one in acts if not isinstance(one.act, NoEmail)]
    if listening.has(GivePhone):
        acts = [one for one in acts if not isinstance(one.act, SamePhone)]
    if any(isinstance(one.act, AskFormBefore) for one in acts):  # "before I book anything"
        acts = [one for one in acts if not isinstance(one.act, Book)]
    for listed in ("ask_whether_first", "ask_consult_first"):  # "do I need a consultation first?"
        if (asked := phrases(listed).search(listening.plain)) is not None:
            acts = [one for one in acts if not (isinstance(one.act, Book) and overlap(one.span, asked.span()))]
    if phrases("for_everyone").search(listening.plain):
        acts = [_of_everyone(one) for one in acts]
    if any(isinstance(one.act, Cancel | Reschedule) for one in acts):
        acts = [one for one in acts if not (isinstance(one.act, Book) and _is_only_booking(listening, one))]
    if any(isinstance(one.act, Cancel) for one in acts):  # "cancel Friday, I can't make it": why, and no other time
        acts = [one for one in acts if not (isinstance(one.act, Reschedule) and _only_tells_why(listening, one))]
    for one in acts:
        take = not isinstance(one.act, Book | Reschedule | Cancel | AskClinical | Waitlist)
        listening.hear(one.act, one.span, one.confidence, take=take)
    if any(isinstance(one.act, OptOut) and is_cancel(listening, one) for one in acts):
        listening.hear(Cancel(), next(one.span for one in acts if isinstance(one.act, OptOut)), LIKELY)
    listening.moving = listening.has(Reschedule)


def _only_tells_why(listening: Listening, one: Intent) -> bool:
    if phrases("speaks_of_moving").search(listening.plain) is not None:
        return False
    return any(overlap(one.span, found.span()) for found in phrases("cannot_come").finditer(listening.plain))


def _not_of_a_price(listening: Listening, said: Sequence[Intent]) -> list[Intent]:
    """ "Can you confirm it's $99?" confirms no visit."""
    priced = [one.span() for one in phrases("ask_price").finditer(listening.plain)]
    return [
        one for one in said if not (isinstance(one.act, Confirm) and any(overlap(one.span, span) for span in priced))
    ]


def _tells_what_about(listening: Listening, one: Intent) -> bool:
    about = phrases("about_what").search(listening.plain)
    return isinstance(one.act, LeaveMessage) and about is not None and one.span == about.span()


def _only_supposed(listening: Listening, said: Sequence[Intent]) -> list[Intent]:
    """ "I can cancel if something comes up, right?" cancels nothing, and joins no list."""
    asked = phrases("ask_may_cancel").search(listening.plain)
    if asked is None:
        return list(said)
    supposed = (Cancel, Reschedule, Waitlist, AskOther)
    start, end = asked.start(), listening.plain.find("?", asked.end())
    sentence = (start, end if end >= 0 else len(listening.plain))
    return [one for one in said if not (isinstance(one.act, supposed) and overlap(one.span, sentence))]


def _of_another(listening: Listening, said: Sequence[Intent]) -> list[Intent]:
    """Of a message that asks about somebody else's visit: nobody is booked, and nothing of theirs is changed by it.

    Whether a thing is done is asked only where one is under way or stands; who a time is for, where several come.
    """
    if not listening.context.is_open:
        done = [one for one in said if isinstance(one.act, AskDone)]
        said = [one for one in said if one not in done]
        visit = phrases("ask_visit").search(listening.plain)
        if done and visit is not None:  # "is my appointment booked?", of one that stands or does not
            said.append(Intent(act=AskVisit(), span=visit.span(), confidence=0.9))
    asks = phrases("ask_each").search(listening.plain)
    if listening.context.known.more and asks is not None:  # "when would my mom come?": of those who come together
        said = [one for one in said if not isinstance(one.act, AskEach | AskOthersVisit | AskVisit)]
        said.append(Intent(act=AskEach(), span=asks.span(), confidence=0.9))
    else:
        said = [one for one in said if not isinstance(one.act, AskEach)]
    if not any(isinstance(one.act, AskOthersVisit) for one in said):
        return list(said)
    listening.taken.append((0, len(listening.plain)))
    return [one for one in said if not isinstance(one.act, _OF_A_VISIT)]


_OF_A_VISIT = (AskVisit, Book, Cancel, Reschedule, ForOther, Confirm)


def hear_beyond(listening: Listening) -> None:
    """What the rules' lists do not have, from examples; read as it was written, with the slips."""
    plain = folded(listening.written)
    if listening.denied and not listening.heard:  # "no fever": what is left says neither yes nor no
        return
    taken = [listening.read.span(*span) for span in listening.taken if span[1] > span[0]]
    kept, added = beyond(plain, listening.heard, [*listening.denied, *taken], listening.context)
    listening.heard = kept
    if listening.has(Deny):  # "no, don't cancel it"
        added = [one for one in added if not isinstance(one.act, Cancel | Affirm)]
    if listening.has(AskFormBefore):  # "I haven't booked yet"
        added = [one for one in added if not isinstance(one.act, AskVisit | Book)]
    if listening.has(AskClinical, AskOthersVisit):  # "is that bad?" is no question of who answers
        added = [one for one in added if not isinstance(one.act, AskAutomated | OffTopic | AskVisit | Book)]
    if any(not isinstance(one.act, Greet | Thanks | Unclear) for one in listening.heard):  # "Mike here. A question:"
        added = [one for one in added if not isinstance(one.act, OnMyWay)]
    if listening.has(SamePhone):  # "this number" is theirs
        added = [one for one in added if not isinstance(one.act, WrongNumber)]
    for one in in_context(added, listening.context.asked, plain=plain):
        listening.heard.append(Heard(act=one.act, span=one.span, confidence=one.confidence))


def nothing_wanted_in_parting(listening: Listening) -> None:
    """ "Thanks, see you Monday": nobody asks for a Monday, unless times are on offer."""
    if listening.context.offered or listening.has(Book, Reschedule, Cancel, NameService):
        return
    if (parting := phrases("see_you").search(listening.plain)) is not None:
        said, times = listening.read.span(parting.start(), len(listening.plain)), (WishTime, WhichTime)
        listening.heard = [
            one for one in listening.heard if not (isinstance(one.act, times) and overlap(one.span, said))
        ]


def no_visit_is_wanted(listening: Listening) -> None:
    """ "I don't want an appointment, just wondering about the gym": what was being booked is dropped."""
    gives_up = phrases("gives_up").search(listening.plain)
    found = gives_up or phrases("no_visit_wanted").search(listening.plain) or _asks_for_none(listening)
    if found is None or listening.context.asked in AGREEMENTS or listening.has(Reschedule, AskVisit):
        return
    wanted: tuple[type[Act], ...] = (Book, Cancel, WishTime, WhichTime, AskOther, Deny, DontMind, FirstVisit, Wait)
    if gives_up is not None:
        wanted = (*wanted, Choose, NameService)
    listening.heard = [one for one in listening.heard if not isinstance(one.act, wanted)]
    listening.hear(Stop(), found.span(), LIKELY, take=False)


def _asks_for_none(listening: Listening) -> re.Match[str] | None:
    """ "No, just wanted the aftercare", where nothing is arranged that it could call off."""
    context = listening.context
    if context.asked not in _NOTHING_ARRANGED or context.offered or context.visit_stands:
        return None
    found = phrases("no_visit_asked_for").search(listening.plain)
    if found is not None:  # "had it done" named no treatment
        here = listening.read.span(*found.span())
        listening.heard = [
            one
            for one in listening.heard
            if not (isinstance(one.act, NameService) and one.confidence <= LIKELY and overlap(one.span, here))
        ]
    return found


def what_was_done_wants_no_time(listening: Listening) -> None:
    """ "I had Botox earlier today. Can I go to yoga tonight?": no visit tonight is wanted."""
    if phrases("had_it").search(listening.plain) is None or listening.has(Book, Reschedule, Cancel, Waitlist):
        return
    if listening.has(AskAbout, AskClinical, Emergency):
        wanted = (WishTime, WhichTime, AskOther)
        listening.heard = [one for one in listening.heard if not isinstance(one.act, wanted)]


def what_was_on_a_day_wants_none(listening: Listening) -> None:
    """ "But it was on Saturday, that's 3 days ago": said of what was answered, which people look at; no Saturday."""
    found = [one.span() for one in phrases("it_was_on").finditer(listening.plain)]
    if not found or listening.context.asked not in _NOTHING_ARRANGED or listening.context.offered:
        return
    wished = (WishTime, WhichTime)
    rest = [one for one in listening.heard if not isinstance(one.act, wished)]
    if all(isinstance(one.act, Affirm | Deny | Greet) for one in rest):
        listening.heard = rest
        listening.hear(AskAbout(topic=""), (found[0][0], found[-1][1]), LIKELY)
    elif any(isinstance(one.act, AskAbout | AskClinical | Emergency | Stop) for one in rest):
        listening.heard = rest


_NOTHING_ARRANGED = frozenset({None, Ask.HOW_CAN_I_HELP, Ask.SERVICE, Ask.WHICH_SERVICE, Ask.WHETHER_TO_BOOK})


def what_stands_is_not_wanted_again(listening: Listening) -> None:
    """ "I'm allergic to lidocaine. My lip filler is on Friday": nobody wants another."""
    if not listening.has(TellHealth, AskClinical, Complain, LeaveMessage) or listening.has(Book, Reschedule, Waitlist):
        return
    theirs = [listening.read.span(*one.span()) for one in phrases("mine_is_on").finditer(listening.plain)]
    listening.heard = [
        one
        for one in listening.heard
        if not (isinstance(one.act, NameService) and any(overlap(one.span, span) for span in theirs))
    ]


def praise_wants_nothing(listening: Listening) -> None:
    """ "Kim was wonderful on Thursday": nobody asks for a Thursday."""
    if listening.has(Praise) and not listening.has(AskOther, Book, Reschedule, Cancel):
        wanted = (WishTime, WhichTime, NameService)
        listening.heard = [one for one in listening.heard if not isinstance(one.act, wanted)]


def wait_is_no_refusal(listening: Listening) -> None:
    """ "Don't book it yet, I want to ask my husband": what was read back is right, and waits."""
    if listening.context.asked in AGREEMENTS and listening.has(Wait):
        listening.heard = [one for one in listening.heard if not isinstance(one.act, Deny | Book | Repeat | Unsure)]


def no_yes_in_passing(listening: Listening) -> None:
    """ "Ok bye", "ok, I'll think about it": whoever leaves has agreed to nothing by the ok that leads up to it."""
    asked = listening.context.asked
    leaves = (Stop, Unsure, Wait, Deny) if asked is Ask.AGREED else (Stop, Unsure, Wait, Deny, Goodbye)
    if asked in AGREEMENTS | {Ask.WHETHER_TO_BOOK, Ask.COME_AGAIN} and listening.has(*leaves):
        listening.heard = [
            one for one in listening.heard if not (isinstance(one.act, Affirm) and _is_weak_yes(listening, one))
        ]


def no_by_itself(listening: Listening) -> None:
    """ "No, the FLYER!": where nothing was asked a no is no answer: what it says beside it was not read."""
    if listening.context.asked not in {None, Ask.HOW_CAN_I_HELP} or any(
        not isinstance(one.act, Deny) for one in listening.heard
    ):
        return
    small = words("small_words") | words("courtesies")
    left = [word for word in re.findall(r"[a-z']{3,}", listening.rest) if word not in small]
    if left and listening.heard:
        listening.heard.append(Heard(act=Unclear(), span=(0, len(listening.written)), confidence=LIKELY))


def _of_everyone(one: Intent) -> Intent:
    if not isinstance(one.act, FirstVisit):
        return one
    return Intent(act=FirstVisit(first=one.act.first, everyone=True), span=one.span, confidence=one.confidence)


def _is_weak_yes(listening: Listening, one: Heard) -> bool:
    return phrases("weak_yes").fullmatch(listening.said(one).strip(" .,!")) is not None


def _is_time(one: Intent, timed: Timed | None) -> bool:
    """Whether the words only say when: "any time after three", "no wait, Wednesday"."""
    if timed is None or not isinstance(one.act, (*_SMALL_TALK, Deny, Wait, FirstVisit)):
        return False
    if isinstance(one.act, DontMind):
        return any(not wish.is_open for wish in timed.readings)
    if isinstance(one.act, Greet | AskOther | FirstVisit):
        return False
    first, last = timed.span
    return first <= one.span[0] and one.span[1] <= last


def _is_supposed(listening: Listening, one: Intent) -> bool:
    """ "What if I cancel?" wants nothing cancelled; "do I have to put down a deposit?" wants none paid."""
    before = listening.plain[: one.span[0]]
    if isinstance(one.act, AskToPay):
        return phrases("ask_whether_charged").search(listening.plain) is not None
    if isinstance(one.act, RunningLate):  # "until when are you open, in case I'm late": nobody is late yet
        return phrases("in_case").search(before) is not None
    if isinstance(one.act, AskOther):  # "my mom might come some other time": nobody asks for another time now
        return phrases("others_may").search(before) is not None
    if not isinstance(one.act, Cancel | Reschedule) and not (isinstance(one.act, Stop) and says_cancel(listening, one)):
        return False
    asked = phrases("ask_cancel_fee").finditer(listening.plain)
    return phrases("supposing").search(before) is not None or any(overlap(one.span, at.span()) for at in asked)


def _is_no_answer(listening: Listening, one: Intent) -> bool:
    """ "How old do you have to be?": a word that would answer "have you been here?" stands in a question."""
    if not isinstance(one.act, FirstVisit):
        return False
    taken = by_place(listening.plain, listening.context) if listening.context.offered else None
    if taken is not None and not one.act.first:
        return overlap(one.span, taken.span)  # "the second time you said"
    if listening.context.asked is not Ask.FIRST_VISIT:
        return False
    plain = listening.plain
    outright = (found.span() for kind in OUTRIGHT for found in phrases(kind).finditer(plain))
    if any(start <= one.span[0] < end for start, end in outright):
        return False
    before = re.split(r"[.,!;?\n]", plain[: one.span[0]])[-1].lstrip()
    whole = before + plain[one.span[0] :]
    return any(phrases(listed).match(said) for listed, said in (("question", before), ("question_form", whole)))


def _is_an_offer(listening: Listening, one: Intent) -> bool:
    """Whether "the first time" is said of an offer."""
    said = listening.plain[slice(*one.span)]
    return bool(listening.context.offered) and isinstance(one.act, FirstVisit) and said.startswith("the first")


def _is_only_booking(listening: Listening, one: Intent) -> bool:
    """Whether "booking" is said of what stands: "cancel my booking"."""
    return "booking" in listening.plain[slice(*one.span)]
