"""What words mean at this moment: beside what stands, and as an answer to what was asked."""

import re
from collections.abc import Sequence

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskForm,
    AskFormBefore,
    AskOther,
    AskToPay,
    Cancel,
    Deny,
    FirstVisit,
    GivePhone,
    LeaveMessage,
    LeaveWaitlist,
    OptOut,
    Reschedule,
    RunningLate,
    Several,
    Stop,
    WrongNumber,
    WrongPhone,
)
from frontdesk.dialogue.state import Ask
from frontdesk.language.hearing.listening import Listening, overlap
from frontdesk.language.hearing.visits import says_cancel
from frontdesk.language.intents import Intent, late_by, people_in
from frontdesk.language.vocabulary import phrases, words

SHORTEST_MESSAGE = 3
"""Words of something to be passed on."""
_ONE_BREATH = 3
"""Characters between a no and what it belongs to."""
_VISIT_UNDER_WAY = frozenset(
    {Ask.WHICH_OFFER, Ask.NAME_AND_PHONE, Ask.NAME, Ask.PHONE, Ask.EMAIL, Ask.AGREED, Ask.WHAT_TO_CHANGE}
)


def as_meant(listening: Listening, one: Intent) -> Intent:
    """By itself "cancel" asks for no more texts (47 CFR 64.1200(a)(10)), unless a visit is spoken of."""
    if isinstance(one.act, OptOut) and is_cancel(listening, one):
        act: Act = Cancel() if listening.context.is_open else OptOut(or_visit=True)
        return Intent(act=act, span=one.span, confidence=one.confidence)
    if isinstance(one.act, OptOut) and listening.context.waits and _is_of_the_list(listening, one):
        return Intent(act=LeaveWaitlist(), span=one.span, confidence=one.confidence)
    if isinstance(one.act, Stop) and says_cancel(listening, one):
        return Intent(act=Cancel(), span=one.span, confidence=one.confidence)
    if isinstance(one.act, AskToPay):
        link = listening.context.practice.payment_page or None
        return Intent(act=AskToPay(link=link), span=one.span, confidence=one.confidence)
    if isinstance(one.act, AskForm) and phrases("not_booked_yet").search(listening.plain):
        return Intent(act=AskFormBefore(), span=one.span, confidence=one.confidence)
    if isinstance(one.act, WrongNumber) and listening.context.asked in _VISIT_UNDER_WAY:
        return Intent(act=_right_phone(listening), span=one.span, confidence=one.confidence)
    if isinstance(one.act, LeaveMessage) and not one.act.whole and _goes_on_after(listening, one):
        return Intent(act=LeaveMessage(whole=True), span=one.span, confidence=one.confidence)
    if isinstance(one.act, RunningLate):
        return Intent(act=RunningLate(by=late_by(listening.plain)), span=one.span, confidence=one.confidence)
    if isinstance(one.act, Several):
        people = people_in(listening.plain[slice(*one.span)])
        return Intent(act=Several(people=people), span=one.span, confidence=one.confidence)
    return one


def in_context(found: Sequence[Intent], asked: Ask | None, *, plain: str) -> list[Intent]:
    """What the words mean as an answer to what was asked; what was said outright counts before yes and no."""
    outright = [one.span for one in found if isinstance(one.act, FirstVisit)]
    told: list[Intent] = []
    for one in found:
        act: Act = one.act
        if asked is Ask.FIRST_VISIT and isinstance(act, Affirm | Deny):
            if outright or _leads_up(one, plain):
                continue
            act = FirstVisit(first=isinstance(act, Deny))
        elif isinstance(act, Deny) and any(0 <= start - one.span[1] <= _ONE_BREATH for start, _ in outright):
            continue  # "no, I've been"
        elif asked in _VISIT_UNDER_WAY and isinstance(act, Reschedule):
            act = AskOther()  # the visit that is being arranged, not one that stands
        elif asked is Ask.MOVE_AGREED and isinstance(act, Reschedule):
            act = Affirm()  # "yes, change it"
        elif asked is Ask.CANCEL_AGREED and isinstance(act, Stop):
            act = Cancel() if "cancel" in plain[slice(*one.span)] else Deny()  # "please cancel it", "leave it then"
        told.append(Intent(act=act, span=one.span, confidence=one.confidence))
    return told


def _leads_up(one: Intent, plain: str) -> bool:
    """ "Ok the earliest then": an ok before other words does not say that they have been here."""
    if phrases("weak_yes").fullmatch(plain[slice(*one.span)].strip(" .,!")) is None:
        return False
    left = re.findall(r"[a-z']+", plain[: one.span[0]] + plain[one.span[1] :])
    return any(word not in words("courtesies") | words("fillers") | words("beside_yes") for word in left)


def is_cancel(listening: Listening, one: Intent) -> bool:
    """Whether the word is "cancel" and no more."""
    return listening.plain[slice(*one.span)] == "cancel"


def _is_of_the_list(listening: Listening, one: Intent) -> bool:
    """Whether "take me off the list", of somebody who waits for a time, is said of that."""
    said = phrases("leave_waitlist").search(listening.plain)
    return said is not None and overlap(said.span(), one.span)


def _goes_on_after(listening: Listening, one: Intent) -> bool:
    """Whether a sentence follows, or a colon: then the message to pass on is there already."""
    after = re.split(r"[.?!:\n]", listening.plain[one.span[1] :], maxsplit=1)
    return len(after) > 1 and len(re.findall(r"\w+", after[1])) >= SHORTEST_MESSAGE


def _right_phone(listening: Listening) -> Act:
    """What a wrong number is while a visit is arranged: another one is to be called; its end may be said."""
    before = listening.context.known.phone or listening.context.caller
    ending = phrases("phone_ends").search(listening.plain)
    figures = re.search(r"\d{1,4}(?!\d)", listening.plain[ending.end() :]) if ending else None
    if before is None or figures is None:
        return WrongPhone()
    return GivePhone(phone=before[: -len(figures.group())] + figures.group())
