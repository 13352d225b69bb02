"""The invitations for the calendar that patients were sent: what each says, and its version."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId
from frontdesk.domain.time import Period
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """What stands in a patient's calendar. `stands` False: it was taken out again.

    `uid` is for good; `sequence` is the version, from 0. `email` is where the first one went, and all after it go.
    """

    appointment: AppointmentId
    uid: str
    patient: PatientId
    email: str
    sequence: int
    stands: bool
    location: LocationId
    practitioner: PractitionerId | None
    during: Period

    def says(self, visit: Appointment) -> bool:
        """Whether the calendar shows that visit as it is."""
        if not visit.status.takes_time:
            return not self.stands
        return self.stands and (self.during, self.practitioner) == (visit.during, visit.practitioner)


async def keep_invitation(db: Db, invitation: Invitation, *, now: datetime) -> None:
    """Record, in the transaction that puts its mail into the outbox, what the patient's calendar will show."""
    id = _id(db, invitation.uid)
    key = await db.subject(invitation.patient)
    await db.run(
        "insert into invitation (practice_id, id, appointment_id, uid, patient_id, email_sealed, sequence, stands, "
        "location, practitioner, starts_at, ends_at, sent_at) values (%(practice)s, %(id)s, %(appointment)s, %(uid)s, "
        "%(patient)s, %(email)s, %(sequence)s, %(stands)s, %(location)s, %(practitioner)s, %(start)s, %(end)s, "
        "%(now)s) on conflict (practice_id, id) do update set sequence = excluded.sequence, stands = excluded.stands, "
        "location = excluded.location, practitioner = excluded.practitioner, starts_at = excluded.starts_at, "
        "ends_at = excluded.ends_at, sent_at = excluded.sent_at where invitation.sequence < excluded.sequence",
        {
            "practice": db.practice,
            "id": id,
            "appointment": invitation.appointment,
            "uid": invitation.uid,
            "patient": invitation.patient,
            "email": key.seal(invitation.email, place=place("invitation", id, "email")),
            "sequence": invitation.sequence,
            "stands": invitation.stands,
            "location": invitation.location,
            "practitioner": invitation.practitioner,
            "start": invitation.during.start,
            "end": invitation.during.end,
            "now": now,
        },
    )


async def invitation_for(db: Db, appointment: AppointmentId) -> Invitation | None:
    """The invitation for that visit; None where none was sent."""
    row = await db.one(
        "select * from invitation where practice_id = %s and appointment_id = %s order by sent_at desc limit 1",
        (db.practice, appointment),
    )
    if row is None:
        return None
    key = await db.subject(row["patient_id"])
    return Invitation(
        appointment=appointment,
        uid=row["uid"],
        patient=PatientId(row["patient_id"]),
        email=key.open(row["email_sealed"], place=place("invitation", row["id"], "email")).decode(),
        sequence=row["sequence"],
        stands=row["stands"],
        location=LocationId(row["location"]),
        practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
        during=Period(start=row["starts_at"], end=row["ends_at"]),
    )


async def rename_invitation(db: Db, appointment: AppointmentId | None, now_called: AppointmentId) -> None:
    """The visit has another id from now on; in the patient's calendar it stays the same one."""
    await db.run(
        "update invitation set appointment_id = %s where practice_id = %s and appointment_id = %s",
        (now_called, db.practice, appointment),
    )


def _id(db: Db, uid: str) -> UUID:
    return uuid5(db.practice, f"invitation {uid}")
