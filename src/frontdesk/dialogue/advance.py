"""The way through a flow: from what is known to the next question or deed."""

from dataclasses import replace

from frontdesk.dialogue.course import COURSE
from frontdesk.dialogue.effects import HoldSlot
from frontdesk.dialogue.flow import BOOKING, Question
from frontdesk.dialogue.insuring import INSURING
from frontdesk.dialogue.state import State
from frontdesk.dialogue.step import Step
from frontdesk.dialogue.visits import CANCELLING, CONFIRMING, FORMS, MOVING, TELLING
from frontdesk.dialogue.waiting import WAITING

FLOWS = {
    flow.name: flow for flow in (BOOKING, COURSE, WAITING, TELLING, MOVING, CANCELLING, CONFIRMING, FORMS, INSURING)
}


def advance(state: State) -> Step:
    """The next question of the flow under way, or the effect that fills the next need."""
    flow = FLOWS[state.flow or ""]
    if state.known.slot is not None and state.known.held is None and not state.lies_in_its_own_time:
        return Step(state=replace(state, offered=()), effects=(HoldSlot(slot=state.known.slot),))
    for need in flow.needs:
        if need.known(state):
            continue
        match need.next(state):
            case Question() as question:
                return Step(state=replace(state, asked=question.ask), says=(question.say,))
            case effect:
                return Step(state=state, effects=(effect,))
    return Step(state=state, effects=flow.then(state))
