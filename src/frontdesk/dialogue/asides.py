"""What is said in passing: it is answered, or passed on, and the flow goes on after it."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Abuse,
    Act,
    Affirm,
    AllClear,
    AskAbout,
    AskAutomated,
    AskClinical,
    AskDone,
    AskEach,
    AskFormBefore,
    AskOpen,
    AskOthersVisit,
    AskPayer,
    AskPerson,
    AskToPay,
    AskWaitlist,
    AskWho,
    Deny,
    Explain,
    ForSelf,
    GiveAddress,
    GiveCard,
    GiveMember,
    GivePayer,
    GivePostcode,
    Goodbye,
    Greet,
    NameService,
    OffTopic,
    Praise,
    Repeat,
    Stop,
    TellHealth,
    TellSorrow,
    Thanks,
    Unclear,
    Unsure,
    Wait,
)
from frontdesk.dialogue.effects import Effect, KeepCoverage, Reason, TellStaff
from frontdesk.dialogue.flow import company_of
from frontdesk.dialogue.learn import INSURING
from frontdesk.dialogue.says import (
    AskHowToHelp,
    AskWhetherToBook,
    Open,
    Say,
    SayAllClear,
    SayAlreadyBooked,
    SayAnswer,
    SayAutomated,
    SayFormWithVisit,
    SayForOne,
    SayForTheForm,
    SayGoodbye,
    SayInTurn,
    SayIsCancelled,
    SayNoCards,
    SayNotBooked,
    SayNotYet,
    SayOffTopic,
    SayOfService,
    SayOnTheList,
    SayOpen,
    SayOthersVisit,
    SayPayer,
    SayPayHere,
    SayPersonComes,
    SaySorry,
    SayTakeYourTime,
    SayWelcome,
    SayWho,
    SayWhyAsked,
)
from frontdesk.dialogue.state import Ask, State, Told
from frontdesk.dialogue.step import Step

WHY_ASKED = frozenset({Ask.EMAIL, Ask.PHONE, Ask.NAME, Ask.NAME_AND_PHONE, Ask.BIRTH_DATE, Ask.WHO_ARE_YOU})
"""What people ask the reason of, and are told it."""

_FOR_THE_FORM = (GiveAddress, GivePostcode)
_ASIDES = (
    *(AskAbout, AskAutomated, Goodbye, Thanks, Unclear, OffTopic, Abuse, Repeat, Explain, Wait, Stop, Unsure),
    *(AllClear, Praise, ForSelf),
    *(AskOthersVisit, AskDone, AskEach),
    *(AskFormBefore, AskWaitlist, AskWho, AskPayer, AskOpen, TellHealth, TellSorrow),
    *(AskToPay, GiveCard, GiveMember, GivePayer),
    *_FOR_THE_FORM,
)


_SAYS_NO_MORE = (Affirm, Deny, Greet, NameService, AskClinical, AskPerson)
"""Beside these a question may still be about what was told before."""


def aside_only(heard: Sequence[Act]) -> bool:
    """Whether nothing in the message moves a flow on."""
    return all(isinstance(act, _ASIDES) for act in heard)


def asides(state: State, heard: Sequence[Act]) -> tuple[Say, ...]:
    """Answers to what was asked in passing, last why the desk asked what it did; the flow goes on after them."""
    sorry = (SaySorry(),) if any(isinstance(act, TellSorrow) for act in heard) else ()
    answers = (*sorry, *_answers(heard, waits=state.waits), *_whether_done(state, heard), *_who_it_is_for(state, heard))
    asked = state.asked
    if asked in WHY_ASKED and any(isinstance(act, Explain) and act.why for act in heard):
        return (*answers, SayWhyAsked(asked=asked))
    return answers


def _whether_done(state: State, heard: Sequence[Act]) -> tuple[Say, ...]:
    """What is under way is not done before they say yes; what was booked here stands; else people look."""
    if not any(isinstance(act, AskDone) for act in heard):
        return ()
    if state.flow is not None and state.asked is not None:
        return (SayNotYet(),)
    return (
        (SayAlreadyBooked(requested=not state.stands),) if state.booked else (SayPersonComes(reason=Reason.UNANSWERED),)
    )


def _who_it_is_for(state: State, heard: Sequence[Act]) -> tuple[Say, ...]:
    """Of several who come together: whose the time is; with times on offer, they are told anew with the others'."""
    if not state.known.more or state.offered or not any(isinstance(act, AskEach) for act in heard):
        return ()
    return (SayForOne(company=company_of(state.known)) if state.known.slot else SayInTurn(),)


def only_asks(heard: Sequence[Act]) -> bool:
    """Whether a message asks about services without wanting more: nobody who asks has said yet that they come."""
    if any(isinstance(act, AskFormBefore) for act in heard):
        return all(isinstance(act, (*_ASIDES, Greet)) for act in heard)
    asks = any(isinstance(act, AskPayer | AskAbout) for act in heard)
    named = any(isinstance(act, NameService) or (isinstance(act, AskAbout) and act.service) for act in heard)
    return asks and named and all(isinstance(act, (*_ASIDES, NameService, Greet)) for act in heard)


def told_now(before: Told, heard: Sequence[Act], says: Sequence[Say]) -> Told:
    """What "it" or "they" mean from here on: what was just told, or what was before, where nothing new is."""
    topics = [say.topic for say in says if isinstance(say, SayAnswer)]
    services = tuple(dict.fromkeys(say.service for say in says if isinstance(say, SayOfService)))
    people = [say.practitioner for say in says if isinstance(say, SayWho)]
    if topics or services or people:
        topic = topics[-1] if topics else ""
        return Told(topic=topic, services=services or before.services, who=people[-1] if people else None)
    return before if all(isinstance(act, (*_ASIDES, *_SAYS_NO_MORE)) for act in heard) else Told()


def done_in_passing(learned: State, heard: Sequence[Act]) -> tuple[Effect, ...]:
    """What is done about things that were only mentioned; the flow goes on."""
    done: list[Effect] = []
    if any(isinstance(act, GivePayer | GiveMember) for act in heard) and learned.flow != INSURING:
        kept = KeepCoverage(payer=learned.known.payer, member=learned.known.member)
        done += [kept, TellStaff(reason=Reason.COVERAGE)]
    looks = learned.flow is None and not learned.booked and any(isinstance(act, AskDone) for act in heard)
    if looks or any((isinstance(act, AskAbout) and not act.topic) or _unsure_whether(learned, act) for act in heard):
        done.append(TellStaff(reason=Reason.UNANSWERED))
    if any(isinstance(act, Praise) for act in heard):
        done.append(TellStaff(reason=Reason.PRAISE))
    if any(isinstance(act, TellHealth) for act in heard):
        done.append(TellStaff(reason=Reason.HISTORY))
    if any(isinstance(act, AskClinical) for act in heard):
        done.append(TellStaff(reason=Reason.CLINICAL))
    if any(isinstance(act, AskToPay) and act.link is None for act in heard):
        done.append(TellStaff(reason=Reason.PAYMENT))
    return tuple(done)


def _unsure_whether(state: State, act: Act) -> bool:
    """Whether people have to look: who asks after the waitlist did not join it here."""
    return isinstance(act, AskWaitlist) and not state.waits


def small_talk(state: State, heard: Sequence[Act], aside: tuple[Say, ...]) -> Step:
    """Where nothing is under way: the answers, or a courtesy, or the question how to help."""
    if state.cancelled and any(isinstance(act, Stop | Wait | Deny | AskDone) for act in heard):  # "wait, keep it"
        again = replace(state, cancelled=False, asked=Ask.WHETHER_TO_BOOK)
        return Step(state=again, says=(SayIsCancelled(), AskWhetherToBook()))
    if any(isinstance(act, Goodbye | Stop) for act in heard):
        return Step(state=state, says=(*aside, SayGoodbye()))
    undecided = state.asked in {Ask.WHETHER_TO_BOOK, Ask.COME_AGAIN} and any(isinstance(act, Unsure) for act in heard)
    if undecided or any(isinstance(act, Wait) for act in heard):
        return Step(state=state, says=(*aside, SayTakeYourTime()))
    if state.asked in {Ask.WHETHER_TO_BOOK, Ask.COME_AGAIN} and any(isinstance(act, Deny) for act in heard):
        kept = SayAlreadyBooked(requested=not state.stands) if state.booked else SayNotBooked()
        return Step(state=replace(state, asked=None), says=(*aside, kept))
    if any(isinstance(act, Thanks) for act in heard):
        return Step(state=state, says=(*aside, SayWelcome()))
    if aside == (SaySorry(),):
        return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(*aside, AskHowToHelp()))
    if aside:
        return Step(state=state, says=aside)
    if state.greeted and all(isinstance(act, Affirm | Deny) for act in heard):
        return _nothing_more(state, heard)
    if state.booked:
        told = SayAlreadyBooked(requested=not state.stands)
        return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(told,))
    return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(AskHowToHelp(),))


def _nothing_more(state: State, heard: Sequence[Act]) -> Step:
    """ "OK", "no", where nothing is open: it ends what was spoken of, and asks for nothing."""
    asked_for_more = state.asked is Ask.HOW_CAN_I_HELP
    if any(isinstance(act, Deny) for act in heard) and (asked_for_more or not state.booked):
        return Step(state=replace(state, asked=None), says=(SayGoodbye(),))
    more = not asked_for_more
    told = SayAlreadyBooked(requested=not state.stands) if state.booked and more else AskHowToHelp(more=more)
    return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(told,))


def _answer_to(asked: AskAbout) -> Say:
    if not asked.topic:
        return SayPersonComes(reason=Reason.UNANSWERED)
    if asked.service is not None:
        return SayOfService(fact=asked.topic, service=asked.service)
    return SayAnswer(topic=asked.topic)


def _answers(heard: Sequence[Act], *, waits: bool) -> tuple[Say, ...]:
    says: list[Say] = []
    for act in heard:
        match act:
            case AskAutomated():
                says.append(SayAutomated())
            case AllClear():
                says.append(SayAllClear())
            case Praise():
                says.append(SayPersonComes(reason=Reason.PRAISE))
            case AskWaitlist():
                says.append(SayOnTheList() if waits else SayPersonComes(reason=Reason.UNANSWERED))
            case AskAbout():
                says.append(_answer_to(act))
            case AskOthersVisit():
                says.append(SayOthersVisit())
            case AskFormBefore():
                says.append(SayFormWithVisit())
            case AskWho():
                says.append(SayWho(practitioner=act.practitioner, days=act.days))
            case TellHealth() | AskClinical():
                says.append(_of_health(act))
            case AskPayer():
                says.append(SayPayer(payer=act.payer, taken=act.taken))
            case AskOpen():
                hours = tuple(Open(day=act.day, start=one.start, end=one.end) for one in act.hours)
                says.append(SayOpen(day=act.day, hours=hours, closed_for=act.closed_for))
            case AskToPay(link=link) if link is not None:
                says.append(SayPayHere(link=link))
            case AskToPay():
                says.append(SayPersonComes(reason=Reason.PAYMENT))
            case GiveCard():
                says.append(SayNoCards(link=act.link))
            case GiveAddress() | GivePostcode():
                says.append(SayForTheForm())
            case OffTopic() | Abuse():
                says.append(SayOffTopic())
            case _:
                pass
    return _answered_first(tuple(dict.fromkeys(says)))


def _of_health(act: TellHealth | AskClinical) -> SayPersonComes:
    if isinstance(act, TellHealth):
        return SayPersonComes(reason=Reason.HISTORY)
    return SayPersonComes(reason=Reason.CLINICAL, beforehand=act.beforehand)


_UNANSWERED = SayPersonComes(reason=Reason.UNANSWERED)
_ANSWERS = (SayAnswer, SayOfService, SayWho, SayOpen, SayPayer)


def _answered_first(says: tuple[Say, ...]) -> tuple[Say, ...]:
    """What is known before what is passed on: of two questions one may be answered."""
    if _UNANSWERED not in says or not any(isinstance(say, _ANSWERS) for say in says):
        return says
    return (*(say for say in says if say != _UNANSWERED), replace(_UNANSWERED, rest=True))
