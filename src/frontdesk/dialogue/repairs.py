"""What comes before any flow, once for all of them: emergency, opt-out, a person wanted.

Each repair answers with a Step that ends the turn, or None to let the next one look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Act,
    AskClinical,
    AskDeletion,
    AskOwnData,
    AskPerson,
    Cancel,
    Complain,
    Deny,
    Emergency,
    EveryVisit,
    LeaveMessage,
    NameService,
    OnMyWay,
    OptIn,
    OptOut,
    Praise,
    Reschedule,
    RunningLate,
    Several,
    Stop,
    WrongNumber,
)
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.effects import Reason, RecordConsent, TellStaff
from frontdesk.dialogue.says import AskMessage, SayEmergency, SayHello, SayHelp, SayOptedIn, SayOptedOut, SayPersonComes
from frontdesk.dialogue.state import Ask, Mode, State
from frontdesk.dialogue.step import Step


def emergency(state: State, heard: Sequence[Act]) -> Step | None:
    """What to do at once, before anything else and whoever holds the conversation; and the clinic is told."""
    for act in heard:
        if isinstance(act, Emergency):
            return Step(
                state=state,
                effects=(TellStaff(reason=Reason.EMERGENCY, urgent=True),),
                says=(SayEmergency(danger=act.danger),),
            )
    return None


def opt_out(state: State, heard: Sequence[Act]) -> Step | None:
    """No more messages from here on."""
    ends = [act for act in heard if isinstance(act, OptOut)]
    if not ends:
        return None
    if state.mode is Mode.SILENT:
        return Step(state=state)
    or_visit = all(act.or_visit for act in ends)
    asked = Ask.CANCEL_MEANT if or_visit else state.asked
    return Step(
        state=replace(state, mode=Mode.SILENT, asked=asked),
        effects=(RecordConsent(messages_allowed=False),),
        says=(SayOptedOut(or_visit=or_visit),),
    )


def meant_a_visit(state: State, heard: Sequence[Act]) -> State | None:
    """The conversation as it goes on where "cancel" had ended texts and a visit was meant; None: it was not."""
    visit = any(isinstance(act, Cancel) for act in heard) and not any(isinstance(act, OptOut) for act in heard)
    if visit and state.mode is Mode.SILENT and state.asked is Ask.CANCEL_MEANT:
        return replace(state, mode=Mode.ASSISTANT, asked=None)
    return None


def silence(state: State, heard: Sequence[Act]) -> Step | None:
    """Nothing is said to whoever opted out, until they opt in; nor while a person holds the conversation."""
    if state.mode is not Mode.PERSON and any(isinstance(act, OptIn) for act in heard):
        spoken = replace(state, mode=Mode.ASSISTANT)
        left_open = state.flow is not None and state.asked is None  # what was begun is taken up again
        goes_on = advance(spoken) if left_open else Step(state=spoken)
        return goes_on.saying_first(SayOptedIn()).doing_first(RecordConsent(messages_allowed=True))
    return None if state.mode is Mode.ASSISTANT else Step(state=state)


_FOR_A_PERSON: Mapping[type, str] = {
    AskPerson: Reason.ASKED,
    AskClinical: Reason.CLINICAL,
    Complain: Reason.COMPLAINT,
    RunningLate: Reason.LATE,
    OnMyWay: Reason.HERE,
    WrongNumber: Reason.WRONG_NUMBER,
    AskOwnData: Reason.OWN_DATA,
    AskDeletion: Reason.DELETION,
    Praise: Reason.PRAISE,
}


def person_wanted(state: State, heard: Sequence[Act]) -> Step | None:
    """A person is told: on request, and for what only a person may answer or do."""
    for act in heard:
        if (reason := _FOR_A_PERSON.get(type(act))) is not None:
            step = Step(
                state=replace(state, greeted=True, missed=0),
                effects=(TellStaff(reason=reason),),
                says=(SayPersonComes(reason=reason), *_help(act)),
            )
            return step if state.greeted else step.saying_first(SayHello())
    return None


def _help(act: Act) -> tuple[SayHelp, ...]:
    return (SayHelp(),) if isinstance(act, AskPerson) and act.keyword else ()


def message_left(state: State, heard: Sequence[Act]) -> Step | None:
    """What somebody wants passed on: what it is may come with the next message."""
    if any(isinstance(act, LeaveMessage) and not act.whole for act in heard) and state.asked is not Ask.MESSAGE:
        asking = Step(state=replace(state, greeted=True, missed=0, asked=Ask.MESSAGE), says=(AskMessage(),))
        return asking if state.greeted else asking.saying_first(SayHello())
    told = state.asked is Ask.MESSAGE and not any(isinstance(act, Stop | Deny) for act in heard)
    if not told and not any(isinstance(act, LeaveMessage) for act in heard):
        return None
    left = replace(state, greeted=True, missed=0, asked=None)
    goes_on = advance(left) if state.flow is not None else Step(state=left)
    passed_on = goes_on.saying_first(SayPersonComes(reason=Reason.MESSAGE)).doing_first(
        TellStaff(reason=Reason.MESSAGE)
    )
    return passed_on if state.greeted else passed_on.saying_first(SayHello())


PARTY = 4
"""So many people are more than the desk arranges one after another."""


def beyond_the_tables(state: State, heard: Sequence[Act]) -> Step | None:
    """What people at the desk arrange: a party, a visit that becomes another treatment."""
    named = {act.services for act in heard if isinstance(act, NameService)}
    if any(isinstance(act, Several) and act.people >= PARTY for act in heard):
        reason = Reason.PARTY
    elif any(isinstance(act, Reschedule) for act in heard) and len(named) > 1 and not _each_of_them(heard):
        reason = Reason.CHANGE
    else:
        return None
    step = Step(
        state=replace(state, greeted=True, missed=0),
        effects=(TellStaff(reason=reason),),
        says=(SayPersonComes(reason=reason),),
    )
    return step if state.greeted else step.saying_first(SayHello())


def _each_of_them(heard: Sequence[Act]) -> bool:
    """Whether several treatments are named because each of these visits is meant."""
    return any(isinstance(act, EveryVisit) for act in heard)


REPAIRS = (emergency, opt_out, silence, person_wanted, message_left, beyond_the_tables)
