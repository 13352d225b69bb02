"""Flows about visits that stand: told, moved, cancelled. The first need: who is writing, or that it was booked here."""

from frontdesk.dialogue.effects import (
    CancelVisit,
    ConfirmVisit,
    Effect,
    FindForms,
    FindSlots,
    FindVisits,
    MoveVisit,
    ProveByCode,
    ProveIdentity,
    SendCode,
)
from frontdesk.dialogue.flow import Flow, Need, Question, callback_number
from frontdesk.dialogue.says import (
    AskBirthDate,
    AskCode,
    AskCodeWanted,
    AskName,
    AskNewTime,
    AskPhoneOnFile,
    AskWhichOffer,
    AskWhichVisit,
    AskWhoYouAre,
    ReadBackCancel,
    ReadBackCancelAll,
    ReadBackMove,
)
from frontdesk.dialogue.state import Ask, State, Way
from frontdesk.domain.appointment import Appointment


def _may_speak_of_visits(state: State) -> bool:
    return state.proof is not None or bool(state.booked)


def _prove(state: State) -> Question | Effect:
    """The question or the look-up that brings proof nearer. What is asked never depends on what is on file."""
    known = state.known
    phone = state.address or known.phone  # a text shows its sender, whatever it says
    if not (known.given and known.family):
        if known.given is None and known.birth_date is None:
            return Question(
                ask=Ask.WHO_ARE_YOU,
                say=AskWhoYouAre(texting=state.address is not None, other=known.visitor is not None),
            )
        return Question(ask=Ask.NAME, say=AskName(given=known.given, who=known.visitor))
    match state.way:
        case Way.DETAILS if known.birth_date is None:
            return Question(ask=Ask.BIRTH_DATE, say=AskBirthDate(who=known.visitor))
        case Way.DETAILS if phone is None:
            return Question(ask=Ask.PHONE, say=AskPhoneOnFile())
        case Way.DETAILS:
            assert known.birth_date is not None
            assert phone is not None
            return ProveIdentity(given=known.given, family=known.family, birth_date=known.birth_date, phone=phone)
        case Way.CODE_OFFERED:
            return Question(ask=Ask.CODE_WANTED, say=AskCodeWanted())
        case Way.CODE_WANTED:
            return SendCode(given=known.given, family=known.family, phone=callback_number(state) or "")
        case Way.CODE_SENT:
            return ProveByCode(code=known.code) if known.code else Question(ask=Ask.CODE, say=AskCode())


def _find(state: State) -> FindVisits:
    known, proof = state.known, state.proof
    return FindVisits(
        booked=state.booked,
        patient=proof.patient if proof else None,
        services=known.meant_services,
        wish=known.meant or known.wish,
    )


def _which(state: State) -> Question:
    return Question(ask=Ask.WHICH_VISIT, say=AskWhichVisit(visits=state.visits or ()))


def _new_time(state: State) -> Question:
    return Question(ask=Ask.TIME, say=AskNewTime(visit=_visit(state)))


def _new_slot(state: State) -> Question | Effect:
    if state.offered:
        return Question(ask=Ask.WHICH_OFFER, say=AskWhichOffer(slots=state.offered))
    wish, service = state.known.wish, _visit(state).service
    assert wish is not None
    assert service is not None  # only such visits are chosen from
    passed_over = (*state.passed_over, _visit(state).during.start)  # the time it has is no other time
    beside = state.wanted_start if wish.is_open and not state.passed_over else None
    visit = _visit(state)
    return FindSlots(
        service=service,
        wish=wish,
        passed_over=passed_over,
        beside=beside,
        moving=visit.id,
        moved_from=visit.during.start,
        own=state.own,
    )


def _read_back_move(state: State) -> Question:
    assert state.known.slot is not None
    return Question(ask=Ask.MOVE_AGREED, say=ReadBackMove(visit=_visit(state), slot=state.known.slot))


def _read_back_cancel(state: State) -> Question:
    visits = state.changed_together
    say = ReadBackCancel(visit=visits[0]) if len(visits) == 1 else ReadBackCancelAll(visits=visits)
    return Question(ask=Ask.CANCEL_AGREED, say=say)


def _move(state: State) -> tuple[Effect, ...]:
    assert state.known.slot is not None
    return (MoveVisit(visit=_visit(state).id, slot=state.known.slot, held=state.known.held),)


def _cancel(state: State) -> tuple[Effect, ...]:
    return tuple(CancelVisit(visit=visit.id) for visit in state.changed_together)


def _confirm(state: State) -> tuple[Effect, ...]:
    return tuple(ConfirmVisit(visit=visit.id) for visit in state.changed_together)


def _forms(state: State) -> tuple[Effect, ...]:
    return (FindForms(visits=tuple(visit.id for visit in state.visits or ())),)


def _visit(state: State) -> Appointment:
    assert state.visit is not None  # a need before
    return state.visit


def _is_chosen(state: State) -> bool:
    """Whether it is known which visit is meant, or that each is; of several, one is moved after the other."""
    return state.visit is not None or (state.known.every and bool(state.visits) and state.flow != MOVING_NAME)


MOVING_NAME = "moving"
_PROOF = Need(name="proof", known=_may_speak_of_visits, next=_prove)
_VISIT = (
    _PROOF,
    Need(name="visits", known=lambda state: state.visits is not None, next=_find),
    Need(name="visit", known=_is_chosen, next=_which),
)

TELLING = Flow(name="telling", needs=(_PROOF,), then=lambda state: (_find(state),))
MOVING = Flow(
    name=MOVING_NAME,
    needs=(
        *_VISIT,
        Need(name="wish", known=lambda state: state.known.wish is not None, next=_new_time),
        Need(name="slot", known=lambda state: state.known.slot is not None, next=_new_slot),
        Need(name="agreed", known=lambda state: state.known.agreed, next=_read_back_move),
    ),
    then=_move,
)
CANCELLING = Flow(
    name="cancelling",
    needs=(*_VISIT, Need(name="agreed", known=lambda state: state.known.agreed, next=_read_back_cancel)),
    then=_cancel,
)
CONFIRMING = Flow(name="confirming", needs=_VISIT, then=_confirm)
FORMS = Flow(name="forms", needs=_VISIT[:2], then=_forms)
