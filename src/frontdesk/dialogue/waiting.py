"""Waiting for a time: on the list, and off it."""

from frontdesk.dialogue.effects import Effect, JoinWaitlist
from frontdesk.dialogue.flow import BOOKING, WAITS, Flow, service_of, who_of
from frontdesk.dialogue.state import State


def _join(state: State) -> tuple[Effect, ...]:
    known = state.known
    assert known.wish is not None  # a need
    joining = JoinWaitlist(
        service=service_of(known),
        wish=known.wish,
        who=who_of(state),
        instead=state.booked[-1] if state.booked and state.last and state.last.service == known.service else None,
        born=known.birth_date if known.visitor else None,
    )
    return (joining,)


_NEEDED = frozenset({"service", "age fits", "age", "wish", "name", "phone"})

WAITING = Flow(name=WAITS, needs=tuple(need for need in BOOKING.needs if need.name in _NEEDED), then=_join)
