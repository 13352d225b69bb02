"""The way through a flow: from what is known to the next question or deed."""

from dataclasses import replace

from frontdesk.dialogue.by_ear import making_sure
from frontdesk.dialogue.course import COURSE
from frontdesk.dialogue.effects import HoldSlot
from frontdesk.dialogue.flow import BOOKING, Question
from frontdesk.dialogue.insuring import INSURING
from frontdesk.dialogue.says import AskOpening
from frontdesk.dialogue.state import Ask, State
from frontdesk.dialogue.step import Step
from frontdesk.dialogue.visits import CANCELLING, CONFIRMING, FORMS, MOVING, TELLING
from frontdesk.dialogue.waiting import WAITING

FLOWS = {
    flow.name: flow for flow in (BOOKING, COURSE, WAITING, TELLING, MOVING, CANCELLING, CONFIRMING, FORMS, INSURING)
}


def asked_of_all(state: State) -> Step | None:
    """The question once more that others were asked too: only a yes takes the time, nothing else said beside it."""
    known = state.known
    if state.asked is not Ask.OPENING or known.slot is None or known.held is not None or known.agreed:
        return None
    return Step(state=state, says=(AskOpening(slot=known.slot),))


def advance(state: State) -> Step:
    """The next question of the flow under way, or the effect that fills the next need."""
    flow = FLOWS[state.flow or ""]
    if (asking := asked_of_all(state)) is not None:
        return asking
    if state.known.slot is not None and state.known.held is None and not state.lies_in_its_own_time:
        return Step(state=replace(state, offered=()), effects=(HoldSlot(slot=state.known.slot),))
    if (asking := making_sure(state)) is not None:
        return asking
    for need in flow.needs:
        if need.known(state):
            continue
        match need.next(state):
            case Question() as question:
                return Step(state=replace(state, asked=question.ask), says=(question.say,))
            case effect:
                return Step(state=state, effects=(effect,))
    return Step(state=state, effects=flow.then(state))
