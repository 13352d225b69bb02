"""What an answer to a reminder means where its words alone say less: a time that is named is a time to move to."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import Act, Deny, Greet, Shift, Thanks, WhichTime, WishTime
from frontdesk.dialogue.state import Ask, State
from frontdesk.dialogue.visits import MOVING_NAME


def wants_another_time(state: State, heard: Sequence[Act]) -> bool:
    """Whether a reminder was answered with a time and with nothing that says what to do with it: "Friday at 2"."""
    if state.asked is not Ask.REMINDED or not any(isinstance(act, WishTime | WhichTime | Shift) for act in heard):
        return False
    return all(isinstance(act, WishTime | WhichTime | Shift | Deny | Greet | Thanks) for act in heard)


def agreed_to_move(state: State) -> State:
    """The conversation with the one time agreed to that was asked for, of the one visit that a reminder named.

    "Can't make Thursday, can I do Friday at 2?" needs no other yes.
    """
    if state.asked is not Ask.REMINDED or state.flow != MOVING_NAME or state.visit is None:
        return state
    return replace(state, known=replace(state.known, agreed=True))
