"""What comes before any flow, once for all of them: emergency, opt-out, a person wanted.

Each repair answers with a Step that ends the turn, or None to let the next one look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AllClear,
    AskAbout,
    AskAutomated,
    AskClinical,
    AskDeletion,
    AskDone,
    AskOpen,
    AskOthersVisit,
    AskOwnData,
    AskPerson,
    AskVisit,
    Book,
    Cancel,
    Choose,
    Complain,
    Confirm,
    Deny,
    DontMind,
    Emergency,
    EveryVisit,
    Explain,
    FirstVisit,
    GettingHelp,
    GiveEmail,
    GiveName,
    Goodbye,
    Greet,
    LeaveMessage,
    LeaveWaitlist,
    NameService,
    OffTopic,
    OnMyWay,
    OptIn,
    OptOut,
    Praise,
    Repeat,
    Reschedule,
    RunningLate,
    Several,
    SpeakLanguage,
    Stop,
    TellSorrow,
    Thanks,
    Unclear,
    Unsure,
    Wait,
    Waitlist,
    WishTime,
    WrongNumber,
)
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.called import calls_ended, right_person
from frontdesk.dialogue.effects import Reason, RecordConsent, TellStaff
from frontdesk.dialogue.says import (
    AskMessage,
    SayEmergency,
    SayHello,
    SayHelp,
    SayHelpUnderWay,
    SayOffersEnded,
    SayOptedIn,
    SayOptedOut,
    SayPersonComes,
    SaySorry,
    SayStillWaits,
    SayWaitsForYes,
)
from frontdesk.dialogue.state import AGREEMENTS, Alarm, Ask, Mode, State
from frontdesk.dialogue.step import Step


def emergency(state: State, heard: Sequence[Act]) -> Step | None:
    """What to do at once, before anything else and whoever holds the conversation; and the clinic is told."""
    for act in heard:
        if isinstance(act, Emergency):
            complains = any(isinstance(one, Complain) for one in heard)
            also = (TellStaff(reason=Reason.COMPLAINT),) if complains else ()
            return Step(
                state=state,  # `alarm` stands in it by now
                effects=(TellStaff(reason=Reason.EMERGENCY, urgent=True), *also),
                says=(SayEmergency(danger=act.danger),),
            )
    return None


ALARM_STANDS = timedelta(hours=1)
"""So long after an emergency was heard it is taken to go on, unless it is said to be over."""


def alarm_seen(state: State, heard: Sequence[Act], *, now: datetime) -> State:
    """The conversation with the alarm that this message raises, or without the one that is over by it.

    Whoever goes on arranging the visit is in no danger. A number alone does not say so: they may want to be called.
    """
    for act in heard:
        if isinstance(act, Emergency):
            return replace(state, alarm=Alarm(danger=act.danger, at=now))
    if state.alarm is None:
        return state
    goes_on = state.flow is not None and any(isinstance(act, _GOES_ON) and not _tells_nothing(act) for act in heard)
    over = goes_on or any(isinstance(act, AllClear) for act in heard) or now - state.alarm.at > ALARM_STANDS
    return replace(state, alarm=None) if over else state


_GOES_ON = (Choose, DontMind, FirstVisit, GiveEmail, GiveName, WishTime)


def _tells_nothing(act: Act) -> bool:
    """Whether it leaves open that somebody is in danger still: "should I drive there?", "can Dana look at it?"."""
    return isinstance(act, _SAYS_NOTHING) or (isinstance(act, WishTime) and not (act.wish.windows or act.wish.excluded))


def _asks_to_be_seen(state: State, act: Act) -> bool:
    """ "Can I come in at eleven to see Dana?": whoever was in no talk about a visit wants to be looked at, which is
    no visit yet, whatever they name with it.
    """
    return state.flow is None and not isinstance(act, _BESIDE_THE_DANGER)


_SAYS_NOTHING = (
    *(Affirm, Deny, Explain, Goodbye, Greet, OffTopic, Repeat, Stop, Thanks, Unclear, Unsure, Wait),
    *(AskAbout, AskClinical, AskPerson),
)


_BESIDE_THE_DANGER = (
    *(Cancel, Reschedule, Confirm, AskVisit, RunningLate, OnMyWay, Waitlist, LeaveWaitlist, LeaveMessage),
    *(OptIn, SpeakLanguage, Complain, WrongNumber, AskOwnData, AskDeletion, AllClear, AskOpen, AskAutomated),
    *(AskOthersVisit, AskDone),
)
"""What is seen to in a danger, too: it is about something else."""

_FOR_PEOPLE = (AskAbout, AskClinical, AskPerson, Unclear)
"""What people at the desk may make something of, in a danger: "should I massage it?", "tell Dana"."""


def still_in_danger(state: State, heard: Sequence[Act]) -> Step | None:
    """What is said soon after an emergency is answered by what to do about it, and by nothing else."""
    if state.alarm is None:
        return None
    if any(isinstance(act, GettingHelp) for act in heard):
        return Step(state=state, effects=(TellStaff(reason=Reason.EMERGENCY, urgent=True),), says=(SayHelpUnderWay(),))
    if not all(_tells_nothing(act) or _asks_to_be_seen(state, act) for act in heard):
        return None
    known = any(isinstance(act, AskAbout) and act.topic for act in heard)
    unknown = any(isinstance(act, AskAbout) and not act.topic for act in heard)
    if (known and not unknown) or any(isinstance(act, AskPerson) and act.keyword for act in heard):
        return None
    asks = any(isinstance(act, _FOR_PEOPLE) or not isinstance(act, _SAYS_NOTHING) for act in heard)
    wanted = any(isinstance(act, AskPerson) for act in heard)
    told = (TellStaff(reason=Reason.ASKED if wanted else Reason.CLINICAL, urgent=True),) if asks else ()
    first = SayEmergency(danger=state.alarm.danger, again=True, passed_on=asks)
    return Step(state=state, effects=told, says=(first,))


def reminded(state: State, step: Step) -> Step:
    """The step with what to do at once before all that is said, as long as an alarm stands."""
    said = any(isinstance(say, SayEmergency | SayHelpUnderWay) for say in step.says)
    if state.alarm is None or said or not step.says or step.state.mode is not Mode.ASSISTANT:
        return step
    first = SayEmergency(danger=state.alarm.danger, again=True)
    if isinstance(step.says[0], SayHello):
        return replace(step, says=(step.says[0], first, *step.says[1:]))
    return step.saying_first(first)


def opt_out(state: State, heard: Sequence[Act]) -> Step | None:
    """No more messages from here on."""
    ends = [act for act in heard if isinstance(act, OptOut)]
    if not ends:
        return None
    if state.mode is Mode.SILENT:
        return Step(state=state)
    if all(act.offers for act in ends):  # the desk records it, in their words
        over = None if state.asked is Ask.COME_AGAIN else state.asked
        return Step(state=replace(state, asked=over), says=(SayOffersEnded(),))
    or_visit = all(act.or_visit for act in ends)
    asked = Ask.CANCEL_MEANT if or_visit else state.asked
    sorry = (SaySorry(),) if any(isinstance(act, TellSorrow) for act in heard) else ()
    return Step(
        state=replace(state, mode=Mode.SILENT, asked=asked),
        effects=(RecordConsent(messages_allowed=False),),
        says=(*sorry, SayOptedOut(or_visit=or_visit)),
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
        if isinstance(act, Praise) and any(isinstance(one, _WANTED) for one in heard):
            continue
        if isinstance(act, AskClinical) and _agrees(state, heard):
            continue  # what they agreed to is done, and the question is passed on with it
        if (reason := _FOR_A_PERSON.get(type(act))) is not None:
            asks_when = isinstance(act, AskPerson) and act.when and state.promised
            comes = SayPersonComes(reason=reason, beforehand=isinstance(act, AskClinical) and act.beforehand)
            waits = (SayWaitsForYes(),) if isinstance(act, AskClinical) and state.asked in AGREEMENTS else ()
            step = Step(
                state=replace(state, greeted=True, missed=0),
                effects=(TellStaff(reason=reason),),
                says=(SayStillWaits() if asks_when else comes, *_help(act), *waits),
            )
            return step if state.greeted else step.saying_first(SayHello())
    return None


def _agrees(state: State, heard: Sequence[Act]) -> bool:
    return state.asked in AGREEMENTS and any(isinstance(act, Affirm) for act in heard)


_WANTED = (Book, Reschedule, Cancel, NameService, WishTime)
"""What is wanted beside a kind word; the word is passed on, and this is seen to."""


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
    elif (
        any(isinstance(act, Reschedule) for act in heard) and len(named) > 1 and not _each_of_them(heard)
    ) or _another_treatment(state, heard):
        reason = Reason.CHANGE
    else:
        return None
    step = Step(
        state=replace(state, greeted=True, missed=0),
        effects=(TellStaff(reason=reason),),
        says=(SayPersonComes(reason=reason),),
    )
    return step if state.greeted else step.saying_first(SayHello())


def _another_treatment(state: State, heard: Sequence[Act]) -> bool:
    """ "Can I switch that to dermaplaning instead?": the one visit that was booked here is to become another one."""
    named = [act.services for act in heard if isinstance(act, NameService)]
    if state.flow is not None or len(state.booked) != 1 or state.last is None or not named:
        return False
    moves = any(isinstance(act, Reschedule) for act in heard)
    return moves and all(state.last.service not in services for services in named)


def _each_of_them(heard: Sequence[Act]) -> bool:
    """Whether several treatments are named because each of these visits is meant."""
    return any(isinstance(act, EveryVisit) for act in heard)


REPAIRS = (
    *(emergency, calls_ended, opt_out, silence, still_in_danger),
    *(person_wanted, right_person, message_left, beyond_the_tables),
)
