"""What is heard and what comes of it while a visit that stands is spoken of: proof of who it is, and the change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.dialogue.acts import Act, Cancel, Deny
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.effects import (
    CodeSent,
    IdentityProven,
    NotProven,
    Reason,
    ReleaseSlot,
    TellStaff,
    VisitCancelled,
    VisitGone,
    VisitMoved,
    VisitsFound,
)
from frontdesk.dialogue.flow import BOOKING
from frontdesk.dialogue.learn import without_visitor
from frontdesk.dialogue.says import (
    AskCodeAgain,
    SayNotBooked,
    SayPersonComes,
    SayVisitCancelled,
    SayVisitKept,
    SayVisitMoved,
    SayVisits,
)
from frontdesk.dialogue.state import FOR_PROOF, Ask, Proof, State, Way
from frontdesk.dialogue.step import Step
from frontdesk.dialogue.visits import CANCELLING, MOVING, TELLING
from frontdesk.domain.ids import AppointmentId

CHANGES = frozenset({TELLING.name, MOVING.name, CANCELLING.name})
CODES_TYPED = 3
"""After so many that did not work a person takes over."""

Outcome = IdentityProven | NotProven | CodeSent | VisitsFound | VisitMoved | VisitCancelled | VisitGone


def proof_seen(state: State, *, now: datetime) -> State:
    """The conversation with its proof kept alive by this message, or without one that was left alone too long."""
    if state.proof is None:
        return state
    if state.proof.stands(now):
        return replace(state, proof=replace(state.proof, seen=now))
    return replace(state, proof=None, visits=None, visit=None)


def refuse(before: State, learned: State, heard: Sequence[Act]) -> Step | None:
    """What "no" does to a visit that is spoken of: it stays, or a person takes over from whoever gives no proof."""
    arranging = before.flow == BOOKING.name and (before.known.slot is not None or before.offered)
    if arranging and heard and all(isinstance(act, Cancel) for act in heard):
        return _ended(before, SayNotBooked())
    denied = any(isinstance(act, Deny) for act in heard) and before.known == learned.known
    if not denied or before.flow not in CHANGES:
        return None
    if before.asked in FOR_PROOF | {Ask.CODE_WANTED}:
        return hand_over(before)
    if before.asked is Ask.MOVE_AGREED:
        other = replace(learned, known=replace(learned.known, wish=None, slot=None), offered=(), passed_over=())
        return advance(replace(other, known=replace(other.known, held=None, held_until=None))).doing_first(
            *_given_back(before)
        )
    return _ended(before, SayVisitKept()) if before.asked in {Ask.CANCEL_AGREED, Ask.WHICH_VISIT, Ask.TIME} else None


def settle_change(state: State, result: Outcome, *, now: datetime) -> Step:
    """What to do about what came of a proof, a look-up or a change."""
    match result:
        case IdentityProven():
            proof = Proof(patient=result.patient, seen=now, holds=result.holds)
            return advance(replace(_without_details(state), proof=proof, visits=None))
        case NotProven():
            return _not_proven(state)
        case CodeSent():
            return advance(replace(state, way=Way.CODE_SENT))
        case VisitsFound():
            return _found(state, result)
        case VisitMoved():
            visit = result.appointment
            moved = replace(state, booked=tuple(visit.id if id == result.before else id for id in state.booked))
            return _ended(moved, SayVisitMoved(start=visit.during.start, practitioner=visit.practitioner), keep=True)
        case VisitCancelled():
            return _ended(_forgotten(state, result.appointment.id), _cancelled(result), keep=True)
        case VisitGone():
            return hand_over(_forgotten(state, state.visit.id) if state.visit else state)


def hand_over(state: State) -> Step:
    """The same words whether somebody is a patient, is not, or has tried too often: a person gets back to them."""
    reason = Reason.VISIT if state.flow == TELLING.name else Reason.CHANGE
    ended = _ended(state, SayPersonComes(reason=reason))
    return ended.doing_first(TellStaff(reason=reason))


def _not_proven(state: State) -> Step:
    if state.way is not Way.CODE_SENT:
        return advance(replace(_without_details(state), way=Way.CODE_OFFERED))
    tries = state.code_tries + 1
    if tries >= CODES_TYPED:
        return hand_over(state)
    again = replace(_without_details(state), way=Way.CODE_SENT, code_tries=tries, asked=Ask.CODE)
    return Step(state=again, says=(AskCodeAgain(),))


def _found(state: State, found: VisitsFound) -> Step:
    if not found.visits and state.proof is None:  # what was booked here stands no more
        return advance(replace(state, booked=()))
    if state.flow == TELLING.name or not found.visits:
        return _ended(state, SayVisits(visits=found.visits))
    open_to_change = tuple(visit for visit in found.visits if visit.slot is not None)
    if not open_to_change:
        return hand_over(state)
    only = open_to_change[0] if len(open_to_change) == 1 else None
    return advance(replace(state, visits=open_to_change, visit=only))


def _cancelled(result: VisitCancelled) -> SayVisitCancelled:
    return SayVisitCancelled(start=result.appointment.during.start)


def _forgotten(state: State, visit: AppointmentId) -> State:
    return replace(state, booked=tuple(id for id in state.booked if id != visit))


def _without_details(state: State) -> State:
    """What proves somebody is kept no longer than it takes to look."""
    return replace(state, known=replace(state.known, birth_date=None, code=None), way=Way.DETAILS)


def _ended(
    state: State,
    say: SayNotBooked | SayPersonComes | SayVisitKept | SayVisits | SayVisitMoved | SayVisitCancelled,
    *,
    keep: bool = False,
) -> Step:
    """The flow is over: who they are stays known, what was wanted does not. `keep`: what was held is a visit now."""
    known = replace(
        _without_details(state).known,
        service=None, wish=None, slot=None, held=None, held_until=None, agreed=False,
    )  # fmt: skip
    ended = replace(
        without_visitor(replace(state, known=known)),
        flow=None,
        asked=None,
        offered=(),
        passed_over=(),
        services_asked=(),
        way=Way.DETAILS,
        code_tries=0,
        visits=None,
        visit=None,
    )
    return Step(state=ended, effects=() if keep else _given_back(state), says=(say,))


def _given_back(state: State) -> tuple[ReleaseSlot, ...]:
    return (ReleaseSlot(held=state.known.held),) if state.known.held is not None else ()
