"""Taking a time in the built-in calendar: one SQL function that locks, looks and claims."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.appointment import Appointment, Claim, Slot, Status, Subject
from frontdesk.domain.ids import (
    AppointmentId,
    LocationId,
    PatientId,
    PracticeId,
    PractitionerId,
    ServiceId,
)
from frontdesk.domain.time import Period
from frontdesk.ports.system import Missing, Taken
from frontdesk.storage.database import Db
from frontdesk.storage.visits import By, Source, have_patient_told, read_appointment, record_change

CLAIM = {
    "claim_practitioner": Subject.PRACTITIONER,
    "claim_room": Subject.ROOM,
    "claim_device": Subject.DEVICE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """A time to be taken. `held`: the patient's hold, which gives way; `moved`: the visit that gets this time."""

    slot: Slot
    id: UUID
    status: Status
    by: str
    source: str
    now: datetime
    patient: PatientId | None = None
    held_until: datetime | None = None
    key: str | None = None
    held: UUID | None = None
    moved: UUID | None = None
    guarded: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """The time was free, and is taken now."""

    id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The same intent had taken it before."""

    id: UUID


class Gone(LookupError):
    """The visit that was to get the time is not booked any more; nothing was changed."""


async def claim(
    db: Db,
    slot: Slot,
    *,
    id: UUID,
    status: Status,
    source: str,
    now: datetime,
    patient: PatientId | None = None,
    held_until: datetime | None = None,
    guarded: bool = True,
) -> Taken | None:
    """Claim a time in this transaction: None when it is ours, `Taken` when something is in the way.

    Unguarded claims (visits mirrored from elsewhere, overlaps that staff want) are busy all the same but
    exclude nothing. Raises: ExclusionViolation when the look-up missed what the constraint sees.
    """
    taking = Taking(
        slot=slot,
        id=id,
        status=status,
        by=source,
        source=source,
        now=now,
        patient=patient,
        held_until=held_until,
        guarded=guarded,
    )
    outcome = outcome_of(await db.one(TAKE_TIME, parameters(db.practice, taking)))
    if isinstance(outcome, Taken):
        return outcome
    record_change(db, id, patient, to=status)
    return None


async def move_visit(db: Db, id: UUID, slot: Slot, *, now: datetime, guarded: bool = True) -> Taken | Missing | None:
    """Give a booked visit another time, at the front desk: None when it has it. The patient is told by a job.

    Unguarded, it may overlap what is there; a card tells staff so. Raises: ExclusionViolation as `claim` does.
    """
    taking = Taking(
        slot=slot,
        id=id,
        status=Status.BOOKED,
        by=By.STAFF,
        source=Source.STAFF,
        now=now,
        moved=id,
        guarded=guarded,
    )
    standing = await read_appointment(db, id)
    if standing is None or standing.status is not Status.BOOKED:
        return Missing()
    try:
        outcome = outcome_of(await db.one(TAKE_TIME, parameters(db.practice, taking)))
    except Gone:  # a moment ago
        return Missing()
    if isinstance(outcome, Taken):
        return outcome
    record_change(db, id, standing.patient, to=standing.status)
    await have_patient_told(db, id, now=now)
    return None


async def block_time(
    db: Db,
    practitioner: PractitionerId,
    location: LocationId,
    during: Period,
    *,
    id: UUID,
    now: datetime,
    guarded: bool = True,
) -> Taken | None:
    """Keep a practitioner free of visits: a row of the calendar without service and patient, entered by staff."""
    block = Slot(
        service=ServiceId(""),
        location=location,
        practitioner=practitioner,
        room=None,
        devices=(),
        during=during,
        claims=(Claim(subject=Subject.PRACTITIONER, id=practitioner, during=during),),
    )
    return await claim(db, block, id=id, status=Status.BOOKED, source=Source.STAFF, now=now, guarded=guarded)


TAKE_TIME: LiteralString = (
    "select * from take_time(%(practice)s, %(now)s, %(by)s, %(id)s, %(held)s, %(moved)s, "
    "%(patient)s, %(service)s, %(location)s, %(practitioner)s, %(room)s, %(devices)s::text[], "
    "%(start)s, %(end)s, %(status)s, %(held_until)s, %(key)s, %(source)s, %(guarded)s, %(claims)s::jsonb)"
)


def parameters(practice: PracticeId, taking: Taking) -> dict[str, object]:
    """What TAKE_TIME wants to know."""
    slot = taking.slot
    return {
        "practice": practice,
        "now": taking.now,
        "by": taking.by,
        "id": taking.id,
        "held": taking.held,
        "moved": taking.moved,
        "patient": taking.patient,
        "service": slot.service or None,
        "location": slot.location,
        "practitioner": slot.practitioner,
        "room": slot.room,
        "devices": list(slot.devices),
        "start": slot.during.start,
        "end": slot.during.end,
        "status": taking.status.value,
        "held_until": taking.held_until,
        "key": taking.key,
        "source": taking.source,
        "guarded": taking.guarded,
        "claims": json.dumps([_claim(one) for one in slot.claims]),
    }


def _claim(claim: Claim) -> dict[str, object]:
    return {
        "kind": claim.subject.value,
        "subject": claim.id,
        "lane": claim.lane,
        "starts": claim.during.start.isoformat(),
        "ends": claim.during.end.isoformat(),
    }


def outcome_of(row: DictRow | None) -> Made | Found | Taken:
    """What came of it, read from the row that TAKE_TIME gives back. Raises: Gone."""
    assert row is not None
    if row["taken"] is None and row["appointment_id"] is None:
        raise Gone("the visit to be moved is not booked any more")
    if row["taken"]:
        return Taken(by=Subject(row["taken"]))
    return Found(id=row["appointment_id"]) if row["was_there"] else Made(id=row["appointment_id"])


def as_taken(taking: Taking, id: UUID) -> Appointment:
    """The visit or hold that was just made, without asking for it again."""
    slot = taking.slot
    return Appointment(
        id=AppointmentId(str(id)),
        service=slot.service,
        location=slot.location,
        practitioner=slot.practitioner,
        room=slot.room,
        devices=slot.devices,
        during=slot.during,
        status=taking.status,
        patient=taking.patient,
        held_until=taking.held_until,
    )
