"""The visits of a connected system as it told them last: a copy to look at, never what a booking is decided by."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from psycopg.rows import DictRow

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.time import Period
from frontdesk.storage.database import Db
from frontdesk.storage.visits import record_seen


async def keep_visits(
    db: Db, system: str, visits: Iterable[Appointment], *, asked: datetime, now: datetime
) -> list[AppointmentId]:
    """Keep what the system told when it was asked at `asked`; the visits that are not as they were, or are new.

    What was told to a later question stands. Of a visit that is given twice the last one counts.
    """
    told = list({visit.id: visit for visit in visits}.values())
    rows = await db.all(
        "insert into mirrored_visit as m (practice_id, system, number, starts_at, ends_at, practitioner, location, "
        "room, service, status, patient_id, seen_at, changed_at) "
        "select %(practice)s, %(system)s, t.*, %(asked)s, %(now)s from unnest(%(number)s::text[], "
        "%(start)s::timestamptz[], %(end)s::timestamptz[], %(practitioner)s::text[], %(location)s::text[], "
        "%(room)s::text[], %(service)s::text[], %(status)s::text[], %(patient)s::uuid[]) as t "
        "on conflict (practice_id, system, number) do update set starts_at = excluded.starts_at, "
        "ends_at = excluded.ends_at, practitioner = excluded.practitioner, location = excluded.location, "
        "room = excluded.room, service = excluded.service, status = excluded.status, "
        "patient_id = excluded.patient_id, seen_at = excluded.seen_at, to_plan = m.to_plan or "
        "(m.starts_at, m.location, m.service, m.status, m.patient_id) is distinct from (excluded.starts_at, "
        "excluded.location, excluded.service, excluded.status, excluded.patient_id), "
        "changed_at = case when (m.starts_at, m.ends_at, m.practitioner, m.location, m.room, m.service, m.status, "
        "m.patient_id) is distinct from (excluded.starts_at, excluded.ends_at, excluded.practitioner, "
        "excluded.location, excluded.room, excluded.service, excluded.status, excluded.patient_id) "
        "then excluded.changed_at else m.changed_at end "
        "where m.seen_at <= excluded.seen_at returning m.number, m.changed_at = %(now)s as changed",
        {
            "practice": db.practice,
            "system": system,
            "asked": asked,
            "now": now,
            "number": [visit.id for visit in told],
            "start": [visit.during.start for visit in told],
            "end": [visit.during.end for visit in told],
            "practitioner": [visit.practitioner for visit in told],
            "location": [visit.location for visit in told],
            "room": [visit.room for visit in told],
            "service": [visit.service for visit in told],
            "status": [visit.status.value for visit in told],
            "patient": [visit.patient for visit in told],
        },
    )
    return [AppointmentId(row["number"]) for row in rows if row["changed"]]


async def drop_gone(
    db: Db, system: str, ids: Sequence[AppointmentId], *, asked: datetime, now: datetime
) -> list[AppointmentId]:
    """Count visits that the system has no more as cancelled; those that were not. What was told later stands."""
    rows = await db.all(
        "update mirrored_visit set status = 'cancelled', to_plan = true, seen_at = %(asked)s, "
        "changed_at = case when status = 'cancelled' then changed_at else %(now)s end "
        "where practice_id = %(practice)s and system = %(system)s and number = any(%(ids)s) and seen_at <= %(asked)s "
        "returning number, changed_at = %(now)s as changed",
        {"practice": db.practice, "system": system, "ids": list(ids), "asked": asked, "now": now},
    )
    return [AppointmentId(row["number"]) for row in rows if row["changed"]]


async def not_told(db: Db, system: str, asked: datetime) -> list[AppointmentId]:
    """The visits still to come that nothing has told of since all were asked for at `asked`."""
    rows = await db.all(
        "select number from mirrored_visit where practice_id = %s and system = %s and starts_at >= %s "
        "and seen_at < %s and status <> 'cancelled' order by starts_at, number",
        (db.practice, system, asked, asked),
    )
    return [AppointmentId(row["number"]) for row in rows]


async def mirrored_within(db: Db, system: str, within: Period) -> list[Appointment]:
    """Every visit there that overlaps the stretch and takes time, soonest first; they may overlap one another."""
    rows = await db.all(
        "select * from mirrored_visit where practice_id = %s and system = %s and starts_at < %s and ends_at > %s "
        "and status not in ('cancelled', 'noshow', 'entered-in-error', 'waitlist', 'proposed') "
        "order by starts_at, number",
        (db.practice, system, within.end, within.start),
    )
    record_seen(db, rows)
    return [_visit(row) for row in rows]


async def mirrored_of(db: Db, system: str, patients: Sequence[PatientId]) -> list[Appointment]:
    """Every visit there of these patients, soonest first, cancelled ones too."""
    rows = await db.all(
        "select * from mirrored_visit where practice_id = %s and system = %s and patient_id = any(%s) "
        "order by starts_at, number",
        (db.practice, system, list(patients)),
    )
    record_seen(db, rows)
    return [_visit(row) for row in rows]


async def count_mirrored(db: Db, system: str, *, since: datetime) -> int:
    """How many visits from then on take time there, as far as it was told."""
    row = await db.one(
        "select count(*) as visits from mirrored_visit where practice_id = %s and system = %s and starts_at >= %s "
        "and status not in ('cancelled', 'noshow', 'entered-in-error', 'waitlist', 'proposed')",
        (db.practice, system, since),
    )
    return row["visits"] if row else 0


async def forget_mirror(db: Db) -> None:
    """Keep nothing of any system: the practice's calendar lives elsewhere, or its numbers mean something else."""
    for table in ("delete from mirrored_visit", "delete from followed", "delete from system_notice"):
        await db.run(table + " where practice_id = %s", (db.practice,))


async def forget_old(db: Db, *, before: datetime) -> int:
    """How many visits that ended before then were dropped; notices that were settled before then go too."""
    await db.run("delete from system_notice where practice_id = %s and settled_at < %s", (db.practice, before))
    return await db.run("delete from mirrored_visit where practice_id = %s and ends_at < %s", (db.practice, before))


def _visit(row: DictRow) -> Appointment:
    return Appointment(
        id=AppointmentId(row["number"]),
        service=ServiceId(row["service"]) if row["service"] else None,
        location=LocationId(row["location"]),
        practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
        room=RoomId(row["room"]) if row["room"] else None,
        devices=(),
        during=Period(start=row["starts_at"], end=row["ends_at"]),
        status=Status(row["status"]),
        patient=PatientId(row["patient_id"]) if row["patient_id"] else None,
    )
