"""What the desk does next. The same arguments give the same Step; nothing here asks a clock or a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskEach,
    AskOpen,
    AskWho,
    Choose,
    Deny,
    DontMind,
    GiveBirthDate,
    GiveEmail,
    GiveName,
    GivePhone,
    Goodbye,
    Greet,
    LeaveWaitlist,
    NameService,
    Stop,
    Thanks,
    Unclear,
    Unsure,
    Wait,
    WishTime,
    WrongPhone,
)
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.answering import for_each_another, meant_of_several, wants_another_time
from frontdesk.dialogue.asides import aside_only, asides, done_in_passing, only_asks, small_talk, told_now
from frontdesk.dialogue.booking import settle_booking, stands
from frontdesk.dialogue.by_ear import ASKS, doubted, heard_out
from frontdesk.dialogue.called import hanging_up, settle_reminded
from frontdesk.dialogue.changing import proof_seen, refuse, settle_change
from frontdesk.dialogue.effects import (
    AgeFits,
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
    RemindedFound,
    Result,
    SendInvitation,
    SlotHeld,
    SlotReleased,
    SlotsFound,
    SlotTaken,
    StaffTold,
    SystemSilent,
    TellStaff,
    TypingOpened,
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
    Say,
    SayBirthDateKept,
    SayConfirmed,
    SayCoverageKept,
    SayGoodbye,
    SayHello,
    SayInTurn,
    SayNotUnderstood,
    SayPersonComes,
    SayServiceNow,
    SayTakenIn,
    SayTakeYourTime,
    SayTrouble,
    SayTypingLink,
    SayVisitCancelled,
    SayVisitsCancelled,
)
from frontdesk.dialogue.state import Ask, State
from frontdesk.dialogue.step import Step
from frontdesk.dialogue.visits import MOVING_NAME
from frontdesk.domain.wish import Wish

PATIENCE = 2
"""After this many messages in a row that were not understood, a person is told."""
NOWHERE = 2
"""After this many in a row that left the question as open as it was, too; a choice that fits several offers is less."""


def decide(state: State, heard: Sequence[Act], *, now: datetime) -> Step:
    """What to do about what was heard: repairs first, then the flow under way."""
    state = offers_seen(alarm_seen(proof_seen(state, now=now), heard, now=now), heard, now=now)
    if (again := meant_a_visit(state, heard)) is not None:
        return decide(again, heard, now=now).doing_first(RecordConsent(messages_allowed=True))
    step = _next(state, heard)
    if state.promised:
        step = replace(step, says=tuple(replace(say, again=True) if say == _UNANSWERED else say for say in step.says))
    if any(isinstance(say, SayPersonComes) for say in step.says):
        step = replace(step, state=replace(step.state, promised=True))
    step = replace(step, state=replace(step.state, told=told_now(state.told, heard, step.says)))
    return reminded(state, hanging_up(step))


_UNANSWERED = SayPersonComes(reason=Reason.UNANSWERED)
STALE = timedelta(hours=1)
"""Times that were looked for so long ago are looked for anew before they are named again."""


def offers_seen(state: State, heard: Sequence[Act], *, now: datetime) -> State:
    """The conversation without offers of long ago, unless one of them is taken: holding it shows whether it is free.

    A time that was kept until long ago is looked for anew: it may be taken, be with somebody else, or too soon by now.
    So a yes to what was read back then agrees to nothing.
    """
    known = state.known
    if state.flow == BOOKING and known.slot and known.held_until and now - known.held_until > STALE:
        start = known.slot.during.start
        left = replace(known, slot=None, held=None, held_until=None, agreed=False, wish=Wish(), wanted_at=start)
        return replace(state, known=left, offered=(), passed_over=(), asked=None)
    if state.asked is not Ask.WHICH_OFFER or state.offered_at is None or now - state.offered_at < STALE:
        return state
    there = tuple(slot for slot in state.offered if slot.during.start > now)
    taken = [place for act in heard if isinstance(act, Choose) for place in act.offers if place < len(state.offered)]
    if len(taken) == 1 and state.offered[taken[0]] in there:
        return state
    return replace(state, offered=(), offered_at=None)


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
    before = state
    mail = next((result.email for result in results if isinstance(result, InvitationQueued)), None)
    for result in results:
        step = _settle_one(state, result, mail=mail, now=now)
        state = step.state
        says += step.says
        effects += step.effects
    if state.offered and state.offered != before.offered:
        state = replace(state, offered_at=now)
    return hanging_up(Step(state=state, effects=tuple(effects), says=_in_one(says)))


def _in_one(says: Sequence[Say]) -> tuple[Say, ...]:
    """What is said, with visits that were cancelled or confirmed together told in one sentence."""
    come = [say for say in says if isinstance(say, SayConfirmed)]
    if len(come) > 1:
        both = SayConfirmed(visits=tuple(visit for say in come for visit in say.visits))
        says = list(dict.fromkeys(both if isinstance(say, SayConfirmed) else say for say in says))
    out = [say for say in says if isinstance(say, SayVisitCancelled)]
    if len(out) < 2:
        return tuple(says)
    together = SayVisitsCancelled(starts=tuple(say.start for say in out))
    return tuple(dict.fromkeys(together if isinstance(say, SayVisitCancelled) else say for say in says))


def _answer(state: State, heard: Sequence[Act]) -> Step:
    taken = heard_out(state, heard)
    if isinstance(taken, Step):
        return taken
    state = taken
    if _is_unclear(state, heard):
        return _not_understood(state)
    state = replace(state, missed=0)
    if any(isinstance(act, LeaveWaitlist) for act in heard):
        return Step(state=state, effects=(LeaveList(),))
    if for_each_another(state, heard):
        passed_on = SayPersonComes(reason=Reason.MESSAGE)
        return Step(state=state, effects=(TellStaff(reason=Reason.MESSAGE),), says=(passed_on,))
    state, heard = meant_of_several(state, heard)
    said_to_move = state.asked is Ask.REMINDED and not wants_another_time(state, heard)
    heard = as_meant(state, heard)
    if _says_where_to_call(state, heard) or _puts_a_booking_right(state, heard):
        passed_on = SayPersonComes(reason=Reason.MESSAGE)
        return Step(state=state, effects=(TellStaff(reason=Reason.MESSAGE),), says=(passed_on,))
    learned = _told_of_each(_nothing_else_wanted(state, doubted(state, learn(state, heard), heard), heard), heard)
    if said_to_move and learned.flow == MOVING_NAME:
        learned = replace(learned, asked=Ask.REMINDED)  # one message may do: see `settle_booking`
    if state.asked is Ask.OPENING and learned.known.slot != state.known.slot and state.known.slot is not None:
        passed = (*learned.passed_over, state.known.slot.during.start)  # another time than the one that opened up
        learned = replace(learned, asked=None, passed_over=passed)
    aside = (*asides(state, heard), *_noted(state, learned, heard))
    first = (*_insured(state, learned), *done_in_passing(learned, heard), *_told_in_passing(state, learned, heard))
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
    if state.flow is None and only_asks(heard):
        return _only_asked(state, learned, heard).doing_first(*first).saying_first(*aside)
    if learned.flow is None:
        return small_talk(learned, heard, aside).doing_first(*first)
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
    return _not_unheard(state, advance(learned)).saying_first(*aside).doing_first(*first)


def _told_of_each(learned: State, heard: Sequence[Act]) -> State:
    """Of several who come together: asked when each does, the times are told anew, with the others'."""
    asks = any(isinstance(act, AskEach) for act in heard)
    if not asks or not learned.offered or not learned.known.more or learned.known.beside is not None:
        return learned
    return replace(learned, offered=(), known=replace(learned.known, unmet=None))


def _only_asked(before: State, learned: State, heard: Sequence[Act]) -> Step:
    """After the answers: whether they want a time for it, unless it is of a visit that they have or had."""
    of_after = all(act.topic == "aftercare" for act in heard if isinstance(act, AskAbout))
    wants_none = any(isinstance(act, Stop) for act in heard)
    if _asks_of_what_stands(before, heard) or of_after or wants_none:
        return Step(state=before)
    asking = _one_of_those_told(replace(learned, flow=None, asked=Ask.WHETHER_TO_BOOK), heard)
    return Step(state=asking, says=(AskWhetherToBook(),))


def _nothing_else_wanted(state: State, learned: State, heard: Sequence[Act]) -> State:
    """Who was just booked and goes on with questions, or says thanks, is not asked once more what they come for."""
    known = state.known
    named = known.service is not None or known.wish is not None or state.services_asked
    thanks = all(isinstance(act, Thanks | Goodbye | Affirm) for act in heard)
    idle = (bool(state.booked) or thanks) and state.asked is Ask.SERVICE and not named
    return replace(learned, flow=None, asked=None) if idle and aside_only(heard) else learned


def _asks_of_what_stands(state: State, heard: Sequence[Act]) -> bool:
    """Whether it is asked of the visit that was just booked: "how long does it take?" wants no other."""
    of = {act.service for act in heard if isinstance(act, AskAbout) and act.service is not None}
    named = {id for act in heard if isinstance(act, NameService) for id in act.services}
    return bool(state.booked) and state.last is not None and of | named <= {state.last.service}


def _one_of_those_told(state: State, heard: Sequence[Act]) -> State:
    """Asked about several services, they have chosen none yet: a yes is asked which."""
    told = tuple(dict.fromkeys(id for act in heard if isinstance(act, NameService) for id in act.services))
    if len(told) < 2:
        return state
    return replace(state, services_asked=told, known=replace(state.known, service=None, also=()))


def _is_unclear(state: State, heard: Sequence[Act]) -> bool:
    """Whether nothing was understood; where nothing was asked, a no beside it answers nothing."""
    asked = state.asked not in {None, Ask.HOW_CAN_I_HELP}
    nothing = Unclear if asked else (Unclear, Deny)
    return all(isinstance(act, nothing) for act in heard) and any(isinstance(act, Unclear) for act in heard)


_ASKED_FOR = frozenset(
    {Ask.SERVICE, Ask.WHICH_SERVICE, Ask.FIRST_VISIT, Ask.TIME, Ask.WHICH_OFFER}
    | {Ask.NAME, Ask.NAME_AND_PHONE, Ask.PHONE, Ask.EMAIL}
)


def _not_unheard(before: State, step: Step) -> Step:
    """The same question once more, after something else was told: they hear that it was taken in."""
    same = step.state.asked is before.asked and before.asked in _ASKED_FOR
    told = step.state.known != before.known
    return step.saying_first(SayTakenIn()) if same and told and step.says and not step.effects else step


def _noted(before: State, after: State, heard: Sequence[Act]) -> tuple[Say, ...]:
    """What is said of details that nobody had asked for."""
    says: list[Say] = []
    begun = [act for act in heard if isinstance(act, NameService) and act.inferred]
    if begun and after.known.service in begun[0].services and before.known.service is None and not after.known.also:
        says.append(SayServiceNow(service=begun[0].services[0]))  # it was not them who chose it
    if before.asked is Ask.AGREED and any(isinstance(act, GiveBirthDate) for act in heard):
        says.append(SayBirthDateKept())
    if after.known.more > before.known.more and after.flow == BOOKING:
        says.append(SayInTurn())
    if _leaves_the_gap_to_people(before, after, heard):
        says.append(SayPersonComes(reason=Reason.UNANSWERED))
    return tuple(says)


def _insured(before: State, after: State) -> tuple[Effect, ...]:
    """What was told of an insurance before they went on to the visit is kept."""
    if before.flow != INSURING or after.flow != BOOKING or after.known.payer is None:
        return ()
    kept = KeepCoverage(payer=after.known.payer, member=after.known.member)
    return (kept, TellStaff(reason=Reason.COVERAGE))


def _told_in_passing(before: State, after: State, heard: Sequence[Act]) -> tuple[Effect, ...]:
    told = TellStaff(reason=Reason.UNANSWERED)
    return (told,) if _leaves_the_gap_to_people(before, after, heard) else ()


def _leaves_the_gap_to_people(before: State, after: State, heard: Sequence[Act]) -> bool:
    """Whether how far apart is left to whoever treats them: the first visit is booked, people see to the others."""
    open_ = any(isinstance(act, DontMind | Unsure) for act in heard)
    return before.asked is Ask.GAP and after.flow == BOOKING and open_


def _says_where_to_call(state: State, heard: Sequence[Act]) -> bool:
    """Whether they tell the person they were promised who they are, where to call and when."""
    idle = state.promised and state.flow is None and state.asked in {None, Ask.HOW_CAN_I_HELP}
    gives = any(isinstance(act, GivePhone | GiveName) for act in heard)
    reached = (GivePhone, GiveName, GiveEmail, WishTime, Thanks)
    return idle and gives and all(isinstance(act, reached) for act in heard)


def _is_another_name(state: State, act: Act) -> bool:
    known = {part.casefold() for part in (state.known.given, state.known.family) if part}
    return (
        isinstance(act, GiveName) and bool(known) and not {act.given.casefold(), act.family.casefold()} <= {"", *known}
    )


def _puts_a_booking_right(state: State, heard: Sequence[Act]) -> bool:
    """Whether another address or number is told than a visit was just booked with: people put the chart right."""
    idle = state.flow is None and bool(state.booked) and state.asked in {None, Ask.HOW_CAN_I_HELP}
    tells = any(isinstance(act, GiveEmail | GivePhone | WrongPhone) or _is_another_name(state, act) for act in heard)
    beside = (GiveEmail, GivePhone, WrongPhone, GiveName, Deny, Thanks, Greet, Unclear)
    return idle and tells and all(isinstance(act, beside) for act in heard)


def _getting_nowhere(before: State, step: Step, heard: Sequence[Act]) -> Step:
    """The same question again and again brings nothing: a person is told, and the question stays."""
    after = replace(step.state, stuck=before.stuck, greeted=before.greeted, missed=before.missed)
    answered = any(isinstance(act, AskAbout | AskOpen | AskWho) for act in heard)
    if before.asked is None or step.effects or after != before or answered or aside_only(heard):
        return replace(step, state=replace(step.state, stuck=0))
    choosing = any(isinstance(act, Choose) for act in heard)  # one of them is meant: that is nearly an answer
    if before.stuck + 1 < (NOWHERE + 1 if choosing else NOWHERE):
        return replace(step, state=replace(step.state, stuck=before.stuck + 1))
    return Step(
        state=replace(step.state, stuck=0),
        effects=(TellStaff(reason=Reason.NOT_UNDERSTOOD),),
        says=(SayPersonComes(reason=Reason.NOT_UNDERSTOOD),),
    )


def _not_understood(state: State) -> Step:
    state = replace(state, missed=state.missed + 1)
    if state.missed >= PATIENCE:
        return Step(
            state=replace(state, missed=0),
            effects=(TellStaff(reason=Reason.NOT_UNDERSTOOD),),
            says=(SayPersonComes(reason=Reason.NOT_UNDERSTOOD),),
        )
    if state.flow is None and state.promised and state.asked in {None, Ask.HOW_CAN_I_HELP}:
        passed_on = SayPersonComes(reason=Reason.MESSAGE)  # "about billing": more for the person they were promised
        return Step(state=state, effects=(TellStaff(reason=Reason.MESSAGE),), says=(passed_on,))
    if state.flow is None:
        return Step(state=replace(state, asked=Ask.HOW_CAN_I_HELP), says=(SayNotUnderstood(), AskHowToHelp()))
    return advance(state).saying_first(SayNotUnderstood())


def _refuses_read_back(before: State, after: State, heard: Sequence[Act]) -> bool:
    return before.asked is Ask.AGREED and any(isinstance(act, Deny) for act in heard) and before.known == after.known


def _settle_one(state: State, result: Result, *, mail: str | None, now: datetime) -> Step:
    match result:
        case SlotsFound() | AgeFits() | NotAtThatAge() | SlotHeld() | SlotTaken() | VisitBooked():
            return settle_booking(state, result)
        case IntakeOpened():
            return stands(state, mail=mail, form=result.link)
        case SystemSilent(effect=OpenIntake.__name__):
            return stands(state, mail=mail, form=None).doing_first(TellStaff(reason=Reason.TROUBLE, urgent=True))
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
        case RemindedFound():
            return settle_reminded(state, result)
        case TypingOpened():
            says = (SayTypingLink(part=result.part, link=result.link),)
            return Step(state=replace(state, asked=ASKS[result.part]), says=says)
        case SlotReleased() | InvitationQueued() | StaffTold() | ClinicAlerted() | ConsentRecorded():
            return Step(state=state)
        case other:
            assert_never(other)
