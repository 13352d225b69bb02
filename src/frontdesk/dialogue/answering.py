"""What an answer to a reminder means where its words alone say less: a time that is named is a time to move to."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import Act, Choose, Deny, Greet, Shift, Thanks, Unclear, WhichTime, WishTime
from frontdesk.dialogue.state import Ask, State
from frontdesk.dialogue.visits import MOVING_NAME


def wants_another_time(state: State, heard: Sequence[Act]) -> bool:
    """Whether a reminder was answered with a time and with nothing that says what to do with it: "Friday at 2"."""
    if state.asked is not Ask.REMINDED or not any(isinstance(act, WishTime | WhichTime | Shift) for act in heard):
        return False
    return all(isinstance(act, WishTime | WhichTime | Shift | Deny | Greet | Thanks) for act in heard)


def meant_of_several(state: State, heard: Sequence[Act]) -> tuple[State, list[Act]]:
    """The conversation with the visits that an answer to a reminder of several names, and what it says of them.

    "Leo can't come", where Ana has a visit on that day too: hers stays out of it.
    """
    chosen = [act for act in heard if isinstance(act, Choose)]
    if not state.spoken_of_together or state.asked is not Ask.REMINDED or len(chosen) != 1:
        return state, list(heard)
    together = state.spoken_of_together
    visits = tuple(together[place] for place in chosen[0].offers if place < len(together))
    if not visits:
        return state, list(heard)
    narrowed = replace(
        state,
        visits=visits,
        visit=visits[0] if len(visits) == 1 else None,
        known=replace(state.known, every=len(visits) > 1),
    )
    return narrowed, [act for act in heard if not isinstance(act, Choose)]


def for_each_another(state: State, heard: Sequence[Act]) -> bool:
    """Whether a reminder of several visits was answered with several things at once, or with a name and no more.

    "Yes for Ana, Leo is sick": what is to be done with which of them is for a person to read.
    """
    chosen = [act for act in heard if isinstance(act, Choose)]
    if not chosen or not state.spoken_of_together or state.asked is not Ask.REMINDED:
        return False
    return len(chosen) > 1 or all(isinstance(act, (Choose, Greet, Thanks, Unclear)) for act in heard)


def agreed_to_move(state: State) -> State:
    """The conversation with the one time agreed to that was asked for, of the one visit that a reminder named.

    "Can't make Thursday, can I do Friday at 2?" needs no other yes.
    """
    if state.asked is not Ask.REMINDED or state.flow != MOVING_NAME or state.visit is None:
        return state
    return replace(state, known=replace(state.known, agreed=True))
