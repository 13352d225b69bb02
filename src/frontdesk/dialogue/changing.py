"""What is heard and what comes of it while a visit that stands is spoken of: proof of who it is, and the change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskClinical,
    AskPayer,
    Cancel,
    Deny,
    Goodbye,
    Greet,
    NameService,
    Reschedule,
    Stop,
    Thanks,
    Unsure,
)
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.effects import (
    ChangeForStaff,
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
from frontdesk.dialogue.learn import BOOKING, COURSE, JOBS, WAITING, without_visitor
from frontdesk.dialogue.says import (
    AskCodeAgain,
    AskOtherVisit,
    Say,
    SayGoodbye,
    SayNextVisit,
    SayNotBooked,
    SayOpeningGone,
    SayPersonComes,
    SayStillWaiting,
    SayVisitCancelled,
    SayVisitKept,
    SayVisitMoved,
    SayVisits,
)
from frontdesk.dialogue.state import AGREEMENTS, FOR_PROOF, Ask, Proof, State, Way
from frontdesk.dialogue.step import Step
from frontdesk.dialogue.visits import CONFIRMING, FORMS, MOVING, TELLING
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.wish import Wish

CHANGES = frozenset(JOBS.values())
CODES_TYPED = 3
"""After so many that did not work a person takes over."""

Outcome = IdentityProven | NotProven | CodeSent | VisitsFound | VisitMoved | VisitCancelled | VisitGone | ChangeForStaff


def proof_seen(state: State, *, now: datetime) -> State:
    """The conversation with its proof kept alive by this message, or without one that was left alone too long."""
    if state.proof is None:
        return state
    if state.proof.stands(now):
        return replace(state, proof=replace(state.proof, seen=now))
    return replace(state, proof=None, visits=None, visit=None)


def refuse(before: State, learned: State, heard: Sequence[Act]) -> Step | None:
    """What "no" does to a visit that is spoken of: it stays, or a person takes over from whoever gives no proof."""
    known = before.known
    arranging = before.flow in {BOOKING, COURSE} and (known.slot is not None or known.plan or before.offered)
    if (
        arranging
        and any(isinstance(act, Cancel) for act in heard)
        and all(_of_cancelling(before, act) for act in heard)
    ):
        return ended(before, SayNotBooked())  # "yes, cancel" books nothing
    beside = (Thanks, Goodbye, Greet) if before.asked in AGREEMENTS else (Thanks, Goodbye, Greet, Affirm)
    asks = before.flow in _LEFT_ALONE and any(isinstance(act, AskAbout | AskClinical | AskPayer) for act in heard)
    asking = (
        (AskAbout, AskClinical, AskPayer, NameService) if asks else ()
    )  # "no visit, only: may I work out after it?"
    dropped = any(isinstance(act, Stop) for act in heard) and all(
        isinstance(act, (Stop, Deny, Cancel, *beside, *asking)) for act in heard
    )
    if before.flow is not None and dropped:
        return ended(before, _LEFT_ALONE.get(before.flow, SayGoodbye()))
    unproven = any(isinstance(act, Unsure | Deny) for act in heard) and before.known == learned.known
    if unproven and before.asked in FOR_PROOF and before.flow in JOBS.values():
        return hand_over(before)  # they cannot or will not prove who it is: "I don't know her birthday"
    if before.asked is Ask.OPENING and any(isinstance(act, Deny | Cancel) for act in heard) and known == learned.known:
        return ended(before, SayStillWaiting())
    denied = any(isinstance(act, Deny) for act in heard) and before.known == learned.known
    if denied and before.flow in _LEFT_ALONE and before.asked in _NOTHING_CHOSEN and before.flow not in CHANGES:
        return ended(before, SayNotBooked())
    if learned.flow == JOBS[Reschedule] != before.flow:  # not cancelled, but moved
        return None
    if not denied or before.flow not in CHANGES:
        return None
    if before.asked in FOR_PROOF | {Ask.CODE_WANTED}:
        return hand_over(before)
    if before.asked is Ask.MOVE_AGREED:
        other = replace(learned, known=replace(learned.known, wish=None, slot=None), offered=(), passed_over=())
        return advance(replace(other, known=replace(other.known, held=None, held_until=None))).doing_first(
            *_given_back(before)
        )
    return ended(before, SayVisitKept()) if before.asked in {Ask.CANCEL_AGREED, Ask.WHICH_VISIT, Ask.TIME} else None


def _of_cancelling(state: State, act: Act) -> bool:
    """Whether it says no more than that what is being arranged is not wanted."""
    if isinstance(act, NameService):
        return state.known.service in act.services
    return isinstance(act, Cancel | Deny | Affirm | Thanks)


_NOTHING_CHOSEN = frozenset({Ask.SERVICE, Ask.WHICH_SERVICE, Ask.TIME})
"""Questions to which "no, thanks" is no answer, but the end of it."""

_LEFT_ALONE: dict[str, Say] = {
    **dict.fromkeys((BOOKING, COURSE, WAITING), SayNotBooked()),
    **dict.fromkeys(CHANGES, SayVisitKept()),
}
"""What is said to whoever drops a matter, by its flow."""


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
            return _moved(state, result)
        case VisitCancelled():
            over = replace(_forgotten(state, result.appointment.id), cancelled=True)
            return ended(over, _cancelled(result), keep=True)
        case ChangeForStaff():
            return hand_over(state)
        case VisitGone():
            return hand_over(_forgotten(state, state.visit.id) if state.visit else state)


def _moved(state: State, result: VisitMoved) -> Step:
    """It has its new time. Where each is to be moved, the next one is spoken of, with the same wish."""
    visit = result.appointment
    booked = tuple(visit.id if id == result.before else id for id in state.booked)
    moved = replace(state, booked=booked, last=visit.slot if visit.id in booked else state.last)
    said = SayVisitMoved(start=visit.during.start, practitioner=visit.practitioner)
    left = tuple(one for one in state.visits or () if one.id != result.before) if state.known.every else ()
    if not left:
        return ended(moved, said, keep=True)
    known = replace(state.known, slot=None, held=None, held_until=None, agreed=False, wanted_at=None)
    following = replace(moved, known=known, asked=None, offered=(), passed_over=(), visits=left, visit=left[0])
    return advance(following).saying_first(said, SayNextVisit(visit=left[0]))


def hand_over(state: State) -> Step:
    """The same words whether somebody is a patient, is not, or has tried too often: a person gets back to them."""
    reason = Reason.VISIT if state.flow in {TELLING.name, CONFIRMING.name, FORMS.name} else Reason.CHANGE
    return ended(state, SayPersonComes(reason=reason)).doing_first(TellStaff(reason=reason))


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
        told = ended(state, SayVisits(visits=found.visits, past=found.past))
        return told if found.visits else replace(told, state=replace(told.state, asked=Ask.WHETHER_TO_BOOK))
    if state.flow == FORMS.name:
        return advance(replace(state, visits=found.visits))
    open_to_change = tuple(visit for visit in found.visits if visit.slot is not None)
    if not open_to_change:
        return hand_over(state)
    if not found.meant and _is_named(state):
        named = replace(state.known, meant=None, meant_services=(), every=False)
        asking = replace(state, known=named, visits=open_to_change, asked=Ask.WHICH_VISIT)
        return Step(state=asking, says=(AskOtherVisit(visits=open_to_change),))
    meant = [visit for visit in open_to_change if visit.id in found.meant] if found.meant else open_to_change
    each = state.known.every or _names_each(state.known.meant, meant)
    one_by_one = each and state.flow == MOVING.name
    only = meant[0] if len(meant) == 1 or one_by_one else None
    chosen = replace(state, visits=tuple(meant), visit=only, known=replace(state.known, every=each))
    if found.by_time and state.known.meant is None:  # the time that was named is the one it has, not the one it gets
        chosen = replace(chosen, known=replace(chosen.known, wish=None))
    return advance(chosen)


def _is_named(state: State) -> bool:
    """Whether it was said which visit is meant, by its service or its day."""
    days = state.known.meant.windows if state.known.meant is not None else ()
    return bool(state.known.meant_services) or any(window.names_days for window in days)


def _names_each(meant: Wish | None, visits: Sequence[Appointment]) -> bool:
    """Whether so many days were named as there are visits that fit: "June 2, June 30 and July 28"."""
    windows = meant.windows if meant is not None else ()
    days = {window.first for window in windows if window.first is not None and window.first == window.last}
    return len(visits) > 1 and len(days) == len(windows) == len(visits)


def _cancelled(result: VisitCancelled) -> SayVisitCancelled:
    return SayVisitCancelled(start=result.appointment.during.start)


def _forgotten(state: State, visit: AppointmentId) -> State:
    booked = tuple(id for id in state.booked if id != visit)
    return replace(state, booked=booked, last=state.last if booked else None)


def _without_details(state: State) -> State:
    """What proves somebody is kept no longer than it takes to look."""
    return replace(state, known=replace(state.known, birth_date=None, code=None), way=Way.DETAILS)


def ended(state: State, say: Say, *, keep: bool = False) -> Step:
    """The flow is over: who they are stays known, what was wanted does not. `keep`: what was held is a visit now."""
    known = replace(
        _without_details(state).known,
        service=None, wish=None, slot=None, held=None, held_until=None, agreed=False,
        sessions=None, plan=(), unmet=None, meant=None, meant_services=(), every=False, wanted_at=None, shift=None,
        payer=None, member=None, without_member=False, also=(), renamed=False, more=0, beside=None,
    )  # fmt: skip
    over = replace(
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
    return Step(state=over, effects=() if keep else _given_back(state), says=(say,))


def opening_gone(state: State, slot: Slot) -> Step:
    """The time that a waitlist's offer named is not free any more: they keep their place."""
    return ended(state, SayOpeningGone(slot=slot), keep=True)


def _given_back(state: State) -> tuple[ReleaseSlot, ...]:
    return (ReleaseSlot(held=state.known.held),) if state.known.held is not None else ()
