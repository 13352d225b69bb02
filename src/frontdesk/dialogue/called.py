"""A call that the desk has placed: nothing is said of what it is about until whoever picked up says that it is them."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskAutomated,
    AskOthersVisit,
    Confirm,
    Deny,
    Explain,
    ForOther,
    GiveName,
    LeaveMessage,
    OptOut,
    Wait,
)
from frontdesk.dialogue.effects import FindReminded, RemindedFound
from frontdesk.dialogue.reminded import asked_about
from frontdesk.dialogue.says import (
    AskRightPerson,
    Say,
    SayAutomated,
    SayCallsEnded,
    SayChangedSince,
    SayConfirmed,
    SayGoodbye,
    SayNotThem,
    SayReminder,
)
from frontdesk.dialogue.state import Ask, Called, State
from frontdesk.dialogue.step import Step
from frontdesk.domain.chart import plain

MOST_ASKED = 2
"""So often it is asked in vain whether it is them; then the desk says goodbye."""
_PARTS = (SayGoodbye, SayNotThem, SayCallsEnded, SayConfirmed, SayChangedSince)
"""What ends a call that the desk has placed."""


def calls_ended(state: State, heard: Sequence[Act]) -> Step | None:
    """No more calls like this one, said or pressed; None: that was not wanted, or this is none that we placed."""
    if state.called is None or not any(isinstance(act, OptOut) and act.calls for act in heard):
        return None
    return Step(state=replace(state, asked=None), says=(SayCallsEnded(),))


def right_person(state: State, heard: Sequence[Act]) -> Step | None:
    """What follows from whether it is them; None: that was not asked."""
    called = state.called
    if called is None or state.asked is not Ask.RIGHT_PERSON:
        return None
    if _is_them(called, heard):
        return Step(state=replace(state, asked=None), effects=(FindReminded(),))
    asks = any(isinstance(act, AskAutomated | AskAbout | Explain) for act in heard)
    waits = any(isinstance(act, Wait) for act in heard)  # they are fetched: it is asked again, of whoever comes
    if any(isinstance(act, Deny) for act in heard) and not asks and not waits:
        return Step(state=replace(state, asked=None), says=(SayNotThem(),))
    if called.asked >= MOST_ASKED:
        return Step(state=replace(state, asked=None), says=(SayNotThem(),))
    again = replace(state, called=replace(called, asked=called.asked + 1))
    who: tuple[Say, ...] = (SayAutomated(),) if any(isinstance(act, AskAutomated) for act in heard) else ()
    return Step(state=again, says=(*who, AskRightPerson(given=called.given, why=asks and not who)))


def settle_reminded(state: State, found: RemindedFound) -> Step:
    """They are told when their visits are, and asked whether they come."""
    called = state.called
    if called is None or not found.visits:
        return Step(state=replace(state, asked=None), says=(SayChangedSince(),))
    told = replace(state, called=replace(called, told=True))
    asking = asked_about(told, found.patient, found.visits, names=found.names)
    return Step(state=asking, says=(SayReminder(visits=found.visits, names=found.names),))


def hanging_up(step: Step) -> Step:
    """The step with whether the desk hangs up after it: in a call that it has placed, once all was said."""
    called = step.state.called
    if called is None:
        return step
    over = bool(step.says) and isinstance(step.says[-1], _PARTS)
    return step if called.hangs_up is over else replace(step, state=_with(step.state, replace(called, hangs_up=over)))


def _with(state: State, called: Called) -> State:
    return replace(state, called=called)


def _is_them(called: Called, heard: Sequence[Act]) -> bool:
    """ "Yes", "speaking", "this is Maria": where a no stands beside it, or "I'll get her", it is not sure."""
    if any(isinstance(act, Deny | Wait | ForOther | LeaveMessage | AskOthersVisit) for act in heard):
        return False
    named = [plain(act.given) for act in heard if isinstance(act, GiveName)]
    if named:
        return plain(called.given) in named
    return any(isinstance(act, Affirm | Confirm) for act in heard)
