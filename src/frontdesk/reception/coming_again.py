"""Whether somebody may be asked to come again, and the conversation in which a yes books it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from frontdesk.dialogue.state import Ask, Known, State
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Service
from frontdesk.reception.allowed import may_advertise
from frontdesk.storage import after_visits, waitlist
from frontdesk.storage.after_visits import AfterVisit
from frontdesk.storage.database import Db

REST = timedelta(days=14)
"""Nobody is asked twice in so long, whatever for (a guess)."""

LATER_VISIT = "they have been there since, or have a visit"
NOT_SET = "nobody is asked to come again for that service"
NO_CONSENT = "they did not allow offers, or took that back"
LATELY = "they were asked to come again lately"
ON_WAITLIST = "they wait for a time for it"


def comes_again(practice: Practice, service: ServiceId | None) -> Service | None:
    """The service, where its patients are asked to come again and can book it here."""
    return next((one for one in practice.services if one.id == service and one.care.again_after and one.bookable), None)


def has_later(visits: Sequence[Appointment], one: AfterVisit) -> bool:
    """Whether one of the patient's visits is for the same service and later: it may be over, or still to come."""
    return any(
        visit.service == one.service and visit.during.start > one.start and visit.status.takes_time for visit in visits
    )


async def why_not_again(db: Db, practice: Practice, one: AfterVisit, phone: str | None, *, now: datetime) -> str | None:
    """Why they are not asked to come again, for staff; None: they may be."""
    if comes_again(practice, one.service) is None:
        return NOT_SET
    if phone is None or not await may_advertise(db, one.patient, phone):
        return NO_CONSENT
    if await after_visits.asked_since(db, one, since=now - REST):
        return LATELY
    if await waitlist.waits_for(db, one.patient, one.service):
        return ON_WAITLIST
    return None


def asking_again(state: State, patient: Patient, service: ServiceId) -> State:
    """The conversation with that service asked about: a yes, or a time, begins to book it for this patient."""
    known = state.known
    return replace(
        state,
        asked=Ask.COME_AGAIN,
        known=Known(
            service=service,
            first_visit=False,
            given=known.given or patient.given,
            family=known.family or patient.family,
            phone=known.phone or patient.phone,
            email=known.email or patient.email,
        ),
    )
