"""What a conversation knows once somebody was reminded in it: an answer is about those visits."""

from dataclasses import replace

from frontdesk.dialogue.state import Ask, Known, State
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.patient import Patient


def asked_about(state: State, patient: Patient, visits: tuple[Appointment, ...], *, names: tuple[str, ...]) -> State:
    """The conversation with the visits asked about: whoever has the number may speak of these, and of no others.

    Where they are of several people it is not known which of these writes, and each visit has a name of `names`.
    """
    known, ids = state.known, tuple(visit.id for visit in visits)
    who = Known(given=known.given or patient.given, family=known.family or patient.family)
    if names:
        who = Known(given=known.given, family=known.family)
    return replace(
        state,
        flow=None,
        asked=Ask.REMINDED,
        known=replace(
            who,
            phone=known.phone or patient.phone,
            email=known.email or (None if names else patient.email),
            every=len(visits) > 1,
        ),
        offered=(),
        passed_over=(),
        services_asked=(),
        readings=(),
        missed=0,
        stuck=0,
        last=visits[0].slot or state.last,
        booked=(*(id for id in state.booked if id not in ids), *ids),
        names=tuple(zip(ids, names, strict=True)) if names else (),
        proof=None,
        visits=visits,
        visit=visits[0] if len(visits) == 1 else None,
    )
