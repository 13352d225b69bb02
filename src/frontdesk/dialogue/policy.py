"""What the desk does next. The same arguments give the same Step; nothing here asks a clock or a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from frontdesk.dialogue.acts import (
    Abuse,
    Act,
    AllClear,
    AskAbout,
    AskAutomated,
    AskFormBefore,
    AskOpen,
    AskPayer,
    AskToPay,
    AskWho,
    Choose,
    Deny,
    Explain,
    GiveAddress,
    GiveCard,
    GiveEmail,
    GiveMember,
    GiveName,
    GivePayer,
    GivePhone,
    GivePostcode,
    Goodbye,
    Greet,
    LeaveWaitlist,
    NameService,
    OffTopic,
    Praise,
    Relation,
    Repeat,
    Stop,
    TellHealth,
    Thanks,
    Unclear,
    Unsure,
    Wait,
    WishTime,
)
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.answering import agreed_to_move, wants_another_time
from frontdesk.dialogue.changing import opening_gone, proof_seen, refuse, settle_change
from frontdesk.dialogue.effects import (
    ChangeForStaff,
    ClinicAlerted,
    CodeSent,
    ConsentRecorded,
    CourseBooked,
    CourseFound,
    CourseTaken,
    CoverageKept,
    Effect,
    FormsFound,
    IdentityProven,
    IntakeOpened,
    InvitationQueued,
    KeepCoverage,
    LeaveList,
    ListJoined,
    ListLeft,
    NotAtThatAge,
    NotProven,
    OpenIntake,
    Reason,
    RecordConsent,
    ReleaseSlot,
    Result,
    SendInvitation,
    SlotHeld,
    SlotReleased,
    SlotsFound,
    SlotTaken,
    StaffTold,
    SystemSilent,
    TellStaff,
    VisitBooked,
    VisitCancelled,
    VisitConfirmed,
    VisitGone,
    VisitMoved,
    VisitsFound,
)
from frontdesk.dialogue.learn import BOOKING, INSURING, as_meant, learn
from frontdesk.dialogue.outcomes import settle_outcome
from frontdesk.dialogue.repairs import REPAIRS, alarm_seen, meant_a_visit, reminded
from frontdesk.dialogue.says import (
    AskHowToHelp,
    AskReading,
    AskWhatToChange,
    AskWhetherToBook,
    OfferSlots,
    Open,
    Say,
    SayAllClear,
    SayAlreadyBooked,
    SayAnswer,
    SayAutomated,
    SayBooked,
    SayCourseBooked,
    SayCoverageKept,
    SayFormWithVisit,
    SayForTheForm,
    SayGoodbye,
    SayHello,
    SayHolding,
    SayNextPerson,
    SayNoCards,
    SayNotAtThatAge,
    SayNotBooked,
    SayNothingFree,
    SayNotUnderstood,
    SayOffTopic,
    SayOfService,
    SayOpen,
    SayPayer,
    SayPayHere,
    SayPersonComes,
    SayServiceNow,
    SayTaken,
    SayTakeYourTime,
    SayTrouble,
    SayVisitCancelled,
    SayVisitsCancelled,
    SayWelcome,
    SayWho,
    SayWhyAsked,
)
from frontdesk.dialogue.state import AGREEMENTS, Ask, Known, State
from frontdesk.dialogue.step import Step
from frontdesk.dialogue.visits import MOVING_NAME
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.wish import Wish

PATIENCE = 2
"""After this many messages in a row that were not understood, a person is told."""
NOWHERE = 2
"""After this many in a row that left the question as open as it was, too; a choice that fits several offers is less."""


def decide(state: State, heard: Sequence[Act], *, now: datetime) -> Step:
    """What to do about what was heard: repairs first, then the flow under way."""
    state = alarm_seen(proof_seen(state, now=now), heard, now=now)
    if (again := meant_a_visit(state, heard)) is not None:
        return decide(again, heard, now=now).doing_first(RecordConsent(messages_allowed=True))
    return reminded(state, _next(state, heard))


def _next(state: State, heard: Sequence[Act]) -> Step:
    for repair in REPAIRS:
        if step := repair(state, heard):
            return step
    step = _getting_nowhere(state, _answer(replace(state, greeted=True), heard), heard)
    return step if state.greeted else step.saying_first(SayHello())


def settle(state: State, results: Sequence[Result], *, now: datetime) -> Step:
    """What to do about what came of the effects."""
    says: list[Say] = []
    effects: list[Effect] = []
    mail = next((result.email for result in results if isinstance(result, InvitationQueued)), None)
    for result in results:
        step = _settle_one(state, result, mail=mail, now=now)
        state = step.state
        says += step.says
        effects += step.effects
    return Step(state=state, effects=tuple(effects), says=_in_one(says))


def _in_one(says: Sequence[Say]) -> tuple[Say, ...]:
    """What is said, with visits that were cancelled together told in one sentence."""
    out = [say for say in says if isinstance(say, SayVisitCancelled)]
    if len(out) < 2:
        return tuple(says)
    together = SayVisitsCancelled(starts=tuple(say.start for say in out))
    return tuple(dict.fromkeys(together if isinstance(say, SayVisitCancelled) else say for say in says))


def _answer(state: State, heard: Sequence[Act]) -> Step:
    if all(isinstance(act, Unclear) for act in heard):
        return _not_understood(state)
    state = replace(state, missed=0)
    if any(isinstance(act, LeaveWaitlist) for act in heard):
        return Step(state=state, effects=(LeaveList(),))
    said_to_move = state.asked is Ask.REMINDED and not wants_another_time(state, heard)
    heard = as_meant(state, heard)
    if _says_where_to_call(state, heard):
        passed_on = SayPersonComes(reason=Reason.MESSAGE)
        return Step(state=state, effects=(TellStaff(reason=Reason.MESSAGE),), says=(passed_on,))
    learned = learn(state, heard)
    if said_to_move and learned.flow == MOVING_NAME:
        learned = replace(learned, asked=Ask.REMINDED)  # one message may do: see `_found`
    if state.asked is Ask.OPENING and learned.known.slot != state.known.slot and state.known.slot is not None:
        passed = (*learned.passed_over, state.known.slot.during.start)  # another time than the one that opened up
        learned = replace(learned, asked=None, passed_over=passed)
    aside = _asides(heard)
    if state.asked in WHY_ASKED and any(isinstance(act, Explain) and act.why for act in heard):
        aside = (*aside, SayWhyAsked(asked=state.asked))
    first = _done_in_passing(state, learned, heard)
    if learned.readings and learned.readings == state.doubted:
        meant = replace(learned.known, wish=learned.readings[0])  # said twice in the same words: the likelier one
        learned = replace(learned, readings=(), known=meant)
    if learned.readings:
        asking = replace(learned, asked=Ask.WHICH_READING, doubted=learned.readings)
        return Step(state=asking, effects=first, says=(*aside, AskReading(readings=learned.readings)))
    if step := refuse(state, learned, heard):
        return step.saying_first(*aside).doing_first(*first)
    if _refuses_read_back(state, learned, heard):
        changing = replace(learned, asked=Ask.WHAT_TO_CHANGE)
        return Step(state=changing, effects=first, says=(*aside, AskWhatToChange()))
    if first and isinstance(first[0], KeepCoverage):
        aside = (*aside, SayCoverageKept(payer=learned.known.payer, member=learned.known.member))
        learned = replace(learned, known=replace(learned.known, payer=None, member=None))
    if state.flow is None and _only_asks(heard):
        asking = replace(learned, flow=None, asked=Ask.WHETHER_TO_BOOK)
        return Step(state=asking, effects=first, says=(*aside, AskWhetherToBook()))
    if learned.flow is None:
        return _small_talk(learned, heard, aside).doing_first(*first)
    under_way = aside_only(heard) and state.asked is not None
    nothing_new = state.asked is not None and learned == state
    if (under_way or nothing_new) and any(isinstance(act, Goodbye) for act in heard):
        return Step(state=learned, effects=first, says=(*aside, SayGoodbye()))
    if under_way and any(isinstance(act, Wait) for act in heard):
        return Step(state=learned, effects=first, says=(*aside, SayTakeYourTime()))
    held = state.known.held
    if held is not None and learned.known.slot != state.known.slot:  # the time kept before is not wanted any more
        learned = replace(learned, known=replace(learned.known, held=None, held_until=None))
        first = (*first, ReleaseSlot(held=held))
    return advance(learned).saying_first(*aside).doing_first(*first)


def _says_where_to_call(state: State, heard: Sequence[Act]) -> bool:
    """Whether nothing is under way and they give a name, a number and when: it is for whoever gets back to them."""
    idle = state.flow is None and state.asked in {None, Ask.HOW_CAN_I_HELP}
    gives = any(isinstance(act, GivePhone | GiveName) for act in heard)
    return (
        idle and gives and all(isinstance(act, GivePhone | GiveName | GiveEmail | WishTime | Thanks) for act in heard)
    )


def _getting_nowhere(before: State, step: Step, heard: Sequence[Act]) -> Step:
    """The same question again and again brings nothing: a person is told, and the question stays."""
    after = replace(step.state, stuck=before.stuck, greeted=before.greeted, missed=before.missed)
    if before.asked is None or step.effects or after != before or aside_only(heard):
        return replace(step, state=replace(step.state, stuck=0))
    choosing = any(isinstance(act, Choose) for act in heard)  # one of them is meant: that is nearly an answer
    if before.stuck + 1 < (NOWHERE + 1 if choosing else NOWHERE):
        return replace(step, state=replace(step.state, stuck=before.stuck + 1))
    return Step(
        state=replace(step.state, stuck=0),
        effects=(TellStaff(reason=Reason.NOT_UNDERSTOOD),),
        says=(SayPersonComes(reason=Reason.NOT_UNDERSTOOD),),
    )


def _done_in_passing(before: State, learned: State, heard: Sequence[Act]) -> tuple[Effect, ...]:
    """What is done about things that were only mentioned; the flow goes on."""
    done: list[Effect] = []
    if any(isinstance(act, GivePayer | GiveMember) for act in heard) and learned.flow != INSURING:
        kept = KeepCoverage(payer=learned.known.payer, member=learned.known.member)
        done += [kept, TellStaff(reason=Reason.COVERAGE)]
    if any(isinstance(act, AskAbout) and not act.topic for act in heard):
        done.append(TellStaff(reason=Reason.UNANSWERED))
    if any(isinstance(act, Praise) for act in heard):
        done.append(TellStaff(reason=Reason.PRAISE))
    if any(isinstance(act, TellHealth) for act in heard):
        done.append(TellStaff(reason=Reason.HISTORY))
    if any(isinstance(act, AskToPay) and act.link is None for act in heard):
        done.append(TellStaff(reason=Reason.PAYMENT))
    return tuple(done)


def _only_asks(heard: Sequence[Act]) -> bool:
    """Whether a message asks about services, and the answer is known, without wanting more."""
    if any(isinstance(act, AskFormBefore) for act in heard):
        return all(isinstance(act, (*_ASIDES, Greet)) for act in heard)
    asks = any(isinstance(act, AskPayer) or (isinstance(act, AskAbout) and act.topic) for act in heard)
    named = any(isinstance(act, NameService) or (isinstance(act, AskAbout) and act.service) for act in heard)
    return asks and named and all(isinstance(act, (*_ASIDES, NameService, Greet)) for act in heard)


WHY_ASKED = frozenset({Ask.EMAIL, Ask.PHONE, Ask.NAME_AND_PHONE, Ask.BIRTH_DATE})
"""What people ask the reason of, and are told it."""

_FOR_THE_FORM = (GiveAddress, GivePostcode)
_ASIDES = (
    *(AskAbout, AskAutomated, Goodbye, Thanks, Unclear, OffTopic, Abuse, Repeat, Explain, Wait, Stop, Unsure),
    *(AllClear, Praise),
    *(AskFormBefore, AskWho, AskPayer, AskOpen, TellHealth, AskToPay, GiveCard, GiveMember, GivePayer),
    *_FOR_THE_FORM,
)


def aside_only(heard: Sequence[Act]) -> bool:
    """Whether nothing in the message moves a flow on."""
    return all(isinstance(act, _ASIDES) for act in heard)


def _asides(heard: Sequence[Act]) -> tuple[Say, ...]:
    """Answers to what was asked in passing; the flow goes on after them."""
    says: list[Say] = []
    for act in heard:
        match act:
            case AskAutomated():
                says.append(SayAutomated())
            case AllClear():
                says.append(SayAllClear())
            case Praise():
                says.append(SayPersonComes(reason=Reason.PRAISE))
            case AskAbout(topic=""):
                says.append(SayPersonComes(reason=Reason.UNANSWERED))
            case AskAbout(service=service) if service is not None:
                says.append(SayOfService(fact=act.topic, service=service))
            case AskAbout():
                says.append(SayAnswer(topic=act.topic))
            case AskFormBefore():
                says.append(SayFormWithVisit())
            case AskWho():
                says.append(SayWho(practitioner=act.practitioner))
            case TellHealth():
                says.append(SayPersonComes(reason=Reason.HISTORY))
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
    return tuple(dict.fromkeys(says))


def _small_talk(state: State, heard: Sequence[Act], aside: tuple[Say, ...]) -> Step:
    if any(isinstance(act, Goodbye | Stop) for act in heard):
        return Step(state=state, says=(*aside, SayGoodbye()))
    if any(isinstance(act, Wait) for act in heard):
        return Step(state=state, says=(*aside, SayTakeYourTime()))
    if state.asked is Ask.WHETHER_TO_BOOK and any(isinstance(act, Deny) for act in heard):
        return Step(state=replace(state, asked=None), says=(*aside, SayNotBooked()))
    if any(isinstance(act, Thanks) for act in heard):
        return Step(state=state, says=(*aside, SayWelcome()))
    if aside:
        return Step(state=state, says=aside)
    if state.booked:
        told = SayAlreadyBooked(requested=not state.stands)
        return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(told,))
    return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(AskHowToHelp(),))


def _not_understood(state: State) -> Step:
    state = replace(state, missed=state.missed + 1)
    if state.missed >= PATIENCE:
        return Step(
            state=replace(state, missed=0),
            effects=(TellStaff(reason=Reason.NOT_UNDERSTOOD),),
            says=(SayPersonComes(reason=Reason.NOT_UNDERSTOOD),),
        )
    if state.flow is None:
        return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(SayNotUnderstood(), AskHowToHelp()))
    return advance(state).saying_first(SayNotUnderstood())


def _refuses_read_back(before: State, after: State, heard: Sequence[Act]) -> bool:
    return before.asked is Ask.AGREED and any(isinstance(act, Deny) for act in heard) and before.known == after.known


def _settle_one(state: State, result: Result, *, mail: str | None, now: datetime) -> Step:
    match result:
        case SlotsFound():
            one = result.exact and _names_one_start(state.known.wish)
            return _found(agreed_to_move(state) if one else state, result)
        case NotAtThatAge():
            told = SayNotAtThatAge(service=result.service, from_age=result.from_age, to_age=result.to_age)
            return Step(state=_done(state), says=(told,))
        case SlotHeld():
            known = replace(state.known, slot=result.slot, held=result.held, held_until=result.until)
            step = advance(replace(state, known=known, offered=()))
            news = state.asked not in AGREEMENTS and not any(isinstance(say, SayHolding) for say in step.says)
            return step.saying_first(SayHolding(slot=result.slot)) if news and _asks_more(step) else step
        case SlotTaken() if state.asked is Ask.OPENING:
            return opening_gone(state, result.slot)
        case SlotTaken():
            known = replace(state.known, slot=None, held=None, held_until=None, agreed=False)
            step = advance(replace(state, known=known, offered=()))
            return step.saying_first(SayTaken(slot=result.slot))
        case VisitBooked():
            requested = result.appointment.is_requested
            known = replace(state.known, slot=_as_booked(result.appointment, state.known.slot), requested=requested)
            booked = replace(
                state,
                known=known,
                booked=(*state.booked, result.appointment.id),
                requested=(*state.requested, result.appointment.id) if requested else state.requested,
                last=known.slot,
            )
            effects: tuple[Effect, ...] = (OpenIntake(appointment=result.appointment.id),)
            if known.email and not requested:
                effects = (SendInvitation(appointment=result.appointment.id, email=known.email), *effects)
            if result.another:
                effects = (*effects, TellStaff(reason=Reason.TWICE))
            return Step(state=booked, effects=effects)
        case IntakeOpened():
            return _stands(state, mail=mail, form=result.link)
        case SystemSilent(effect=OpenIntake.__name__):
            return _stands(state, mail=mail, form=None).doing_first(TellStaff(reason=Reason.TROUBLE, urgent=True))
        case SystemSilent(effect=SendInvitation.__name__):  # the form comes next, and with it that the visit stands
            return Step(state=state, effects=(TellStaff(reason=Reason.TROUBLE, urgent=True),))
        case SystemSilent():
            known = replace(state.known, agreed=False)
            return Step(
                state=replace(state, known=known),
                effects=(TellStaff(reason=Reason.TROUBLE, urgent=True),),
                says=(SayTrouble(),),
            )
        case (
            IdentityProven()
            | NotProven()
            | CodeSent()
            | VisitsFound()
            | VisitMoved()
            | VisitCancelled()
            | VisitGone()
            | ChangeForStaff()
        ):
            return settle_change(state, result, now=now)
        case (
            CourseFound()
            | CourseBooked()
            | CourseTaken()
            | ListJoined()
            | ListLeft()
            | VisitConfirmed()
            | FormsFound()
            | CoverageKept()
        ):
            return settle_outcome(state, result)
        case SlotReleased() | InvitationQueued() | StaffTold() | ClinicAlerted() | ConsentRecorded():
            return Step(state=state)
        case other:
            assert_never(other)


def _as_booked(visit: Appointment, wished: Slot | None) -> Slot | None:
    """The time as the calendar has it: what is told is the visit, not the wish."""
    if wished and (wished.during, wished.practitioner) == (visit.during, visit.practitioner):
        return wished
    return visit.slot or wished


def _found(state: State, found: SlotsFound) -> Step:
    if not found.slots:
        known = replace(state.known, wish=None, unmet=state.known.wish)
        return Step(
            state=replace(state, known=known, asked=Ask.TIME, offered=(), passed_over=()), says=(SayNothingFree(),)
        )
    at_once = _names_one_start(state.known.wish) or found.slots[0].during.start == state.wanted_start
    if found.exact and at_once:
        return advance(replace(state, known=replace(state.known, slot=found.slots[0])))
    told = _which_service(state)
    offering = replace(state, offered=found.slots, asked=Ask.WHICH_OFFER, known=replace(state.known, renamed=False))
    return Step(state=offering, says=(*told, OfferSlots(slots=found.slots, exact=found.exact)))


def _which_service(state: State) -> tuple[SayServiceNow, ...]:
    """For which service times are offered, where that may not be clear: it is another one, or one of several."""
    known = state.known
    if known.service is None or not (known.renamed or (known.also and state.asked is not Ask.WHICH_OFFER)):
        return ()
    return (SayServiceNow(service=known.service, first=None if known.renamed else True),)


def _names_one_start(wish: Wish | None) -> bool:
    """Whether the patient named one day and one clock time: then there is nothing left to choose."""
    if wish is None or len(wish.windows) != 1:
        return False
    window = wish.windows[0]
    return window.at is not None and window.first is not None and window.first == window.last


def _asks_more(step: Step) -> bool:
    return bool(step.says) and step.state.asked not in AGREEMENTS


def _stands(state: State, *, mail: str | None, form: str | None) -> Step:
    """It is booked, whether mail and form can be had or not."""
    slot, plan = state.known.slot, state.known.plan
    if plan:
        told = SayCourseBooked(plan=plan, email=mail, intake=form, requested=state.known.requested)
        return Step(state=_done(state), says=(told,))
    assert slot is not None
    stands = SayBooked(slot=slot, email=mail, intake=form, requested=state.known.requested)
    done = Step(state=_done(state), says=(stands,))
    if state.known.more:
        return _next_person(state, done)
    return _next_service(state, done) if state.known.also else done


def _next_service(state: State, done: Step) -> Step:
    """What else they asked for: as soon after the visit that was booked as can be, unless they say otherwise."""
    slot = state.known.slot
    assert slot is not None
    service, *left = state.known.also
    following = replace(
        done.state.known,
        service=service,
        also=tuple(left),
        wish=Wish(),
        beside=slot.during.end,
        given=state.known.given,
        family=state.known.family,
        visitor=state.known.visitor,
        birth_date=state.known.birth_date,
        years=state.known.years,
        first_visit=False,
    )
    step = advance(replace(done.state, flow=BOOKING, known=following))
    return step.saying_first(*done.says, SayServiceNow(service=service, first=False))


def _next_person(state: State, done: Step) -> Step:
    """Who comes with them: the same service, as near to that time as can be, unless they say otherwise."""
    slot = state.known.slot
    assert slot is not None
    following = replace(
        done.state.known,
        service=slot.service,
        wish=Wish(),
        beside=slot.during.start,
        visitor=Relation.CHILD if state.known.visitor is Relation.CHILD else Relation.OTHER,
        given=None,
        family=None,
        first_visit=None,
        more=state.known.more - 1,
        requested=False,
    )
    step = advance(replace(done.state, flow=BOOKING, known=following))
    return step.saying_first(*done.says, SayNextPerson(left=state.known.more))


def _done(state: State) -> State:
    """After a booking: who they are stays known, the visit does not."""
    oneself = state.known.visitor is None
    known = Known(
        given=state.known.given if oneself else None,
        family=state.known.family if oneself else None,
        phone=state.known.phone,
        email=state.known.email,
        without_email=state.known.without_email,
        first_visit=False if oneself else None,
    )
    return replace(state, flow=None, known=known, asked=None, offered=(), passed_over=(), services_asked=())
