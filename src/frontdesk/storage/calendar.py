"""The built-in calendar: a `System` whose double bookings the database itself refuses."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID, uuid5

from psycopg.errors import ExclusionViolation, NoDataFound
from psycopg.rows import DictRow

from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot, Status, Subject
from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import (
    AppointmentId,
    DeviceId,
    LocationId,
    PatientId,
    PracticeId,
    PractitionerId,
    RoomId,
    ServiceId,
)
from frontdesk.domain.time import Period
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Refused
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.scheduling.slots import find_slots
from frontdesk.storage.bookings import look_soon
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.practices import Practices

CLAIM = {
    "claim_practitioner": Subject.PRACTITIONER,
    "claim_room": Subject.ROOM,
    "claim_device": Subject.DEVICE,
}
KEYS = UUID("6f1c1f0a-6a53-4c5e-9d0c-5b7f3d1f1a10")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Who put a visit into the calendar, as the database spells it."""

    DESK = "desk"
    STAFF = "staff"
    MIRROR = "mirror"


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """Who changed a visit, as the database spells it. The patient's own changes need no telling."""

    PATIENT = "patient"
    DESK = "desk"
    STAFF = "staff"
    MIRROR = "mirror"


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


class Calendar:
    """The calendar of one practice. Implements `ports.System`."""

    def __init__(self, storage: Storage, practices: Practices, practice: PracticeId, clock: Clock) -> None:
        self._storage = storage
        self._practices = practices
        self._practice = practice
        self._clock = clock

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits."""
        now = self._clock.now()
        async with self._storage.practice(self._practice) as db:
            practice = await self._practices.read(db)
            busy = await claims_within(db, wanted.within, now=now)
        return find_slots(
            practice,
            service=wanted.service,
            within=wanted.within,
            busy=busy,
            now=now,
            practitioner=wanted.practitioner,
            location=wanted.location,
        )

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep a time. The same key again finds the same hold, while it stands; after that the time is held anew."""
        id = appointment_uuid(self._practice, key)
        taking = self._taking(slot, id=id, status=Status.PENDING, held_until=until)
        match await self._take(taking):
            case Taken() as taken:
                return taken
            case Found(id=there):
                held = await self._read(there)
                return Held(appointment=held)
            case Made(id=made):
                return Held(appointment=_as_taken(taking, made))

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back; a visit that was booked meanwhile stays."""
        async with self._storage.practice(self._practice) as db:
            await give_back(db, UUID(held), now=self._clock.now())

    async def keep_on(self, held: AppointmentId, slot: Slot, *, until: datetime) -> bool:
        """Whether this hold of that time still stands; then it stands until `until` at least."""
        async with self._storage.practice(self._practice) as db:
            row = await db.one(
                "update appointment set held_until = greatest(held_until, %s) where practice_id = %s and id = %s "
                "and status = 'pending' and held_until > %s and starts_at = %s and practitioner = %s "
                "returning held_until",
                (until, self._practice, _uuid(held), self._clock.now(), slot.during.start, slot.practitioner),
            )
            if row is not None:
                await db.run(
                    "update claim set held_until = %s where practice_id = %s and appointment_id = %s",
                    (row["held_until"], self._practice, _uuid(held)),
                )
        return row is not None

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit: the hold becomes the visit while it stands, else the time is claimed anew."""
        id = appointment_uuid(self._practice, key)
        taking = self._taking(slot, id=id, status=Status.BOOKED, patient=patient, key=key, held=_uuid(held))
        match await self._take(taking):
            case Taken() as taken:
                return taken
            case Found(id=there):
                return Booked(appointment=await self._read(there))
            case Made(id=made):
                return Booked(appointment=_as_taken(taking, made))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this intent has made, if it has."""
        async with self._storage.practice(self._practice) as db:
            row = await db.one(
                "select a.* from acted k join appointment a on a.practice_id = k.practice_id "
                "and a.id = k.appointment_id where k.practice_id = %s and k.key = %s",
                (self._practice, key),
            )
        return _appointment(row) if row else Missing()

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Give a booked visit another time in one transaction: its own time may overlap the new one."""
        visit = _uuid(id)
        if visit is None:
            return Missing()
        taking = self._taking(slot, id=visit, status=Status.BOOKED, key=key, held=_uuid(held), moved=visit)
        try:
            taken = await self._take(taking)
        except NoDataFound:
            return Missing()
        return taken if isinstance(taken, Taken) else Moved(appointment=await self._read(taken.id))

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        visit = _uuid(id)
        if visit is None:
            return Missing()
        async with self._storage.practice(self._practice) as db:
            return await read_appointment(db, visit) or Missing()

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; holds are left out."""
        async with self._storage.practice(self._practice) as db:
            rows = await db.all(
                "select * from appointment where practice_id = %s and patient_id = any(%s) and status <> 'pending' "
                "order by starts_at, id",
                (self._practice, list(patients)),
            )
            _record_seen(db, rows)
        return [_appointment(row) for row in rows]

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Take a visit out and free everything it held. Cancelled twice is cancelled.

        Raises: Refused (it has taken place, or is not one to be cancelled any more).
        """
        visit = _uuid(id)
        if visit is None:
            return Missing()
        async with self._storage.practice(self._practice) as db:
            await cancel_appointment(db, visit, reason=reason, by=By.PATIENT, now=self._clock.now())
            standing = await read_appointment(db, visit)
        if standing is None:
            return Missing()
        if standing.status.takes_time:
            raise Refused("A visit that has taken place is not cancelled.")
        return Cancelled(appointment=standing)

    def _taking(
        self,
        slot: Slot,
        *,
        id: UUID,
        status: Status,
        patient: PatientId | None = None,
        held_until: datetime | None = None,
        key: str | None = None,
        held: UUID | None = None,
        moved: UUID | None = None,
    ) -> Taking:
        return Taking(
            slot=slot,
            id=id,
            status=status,
            by=By.DESK,
            source=Source.DESK,
            now=self._clock.now(),
            patient=patient,
            held_until=held_until,
            key=key,
            held=held,
            moved=moved,
        )

    async def _take(self, taking: Taking) -> Made | Found | Taken:
        try:
            row = await self._storage.at_once(TAKE_TIME, _parameters(self._practice, taking))
        except ExclusionViolation as clash:  # the database refused the double booking
            return Taken(by=CLAIM[clash.diag.constraint_name or ""])
        return _outcome(row)

    async def _read(self, id: UUID) -> Appointment:
        async with self._storage.practice(self._practice) as db:
            found = await read_appointment(db, id)
        if found is None:
            raise LookupError(f"appointment {id} is gone right after it was there")
        return found


def appointment_uuid(practice: PracticeId, key: str) -> UUID:
    """The id of the visit that an intent makes: the same intent makes the same visit."""
    return uuid5(KEYS, f"{practice}:{key}")


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
    outcome = _outcome(await db.one(TAKE_TIME, _parameters(db.practice, taking)))
    if isinstance(outcome, Taken):
        return outcome
    _record_change(db, id, patient, to=status)
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
    outcome = _outcome(await db.one(TAKE_TIME, _parameters(db.practice, taking)))
    if isinstance(outcome, Taken):
        return outcome
    _record_change(db, id, standing.patient, to=standing.status)
    await _have_patient_told(db, id, now=now)
    return None


async def change_status(db: Db, id: UUID, status: Status, *, by: str, now: datetime) -> bool:
    """Whether the visit is in that status now: what comes after `booked` at the front desk, or what was a mistake.

    False: there is no such visit, or it cannot become that (`Status.may_become`). A visit that no longer takes
    time frees everything it held.
    """
    row = await db.one(
        "update appointment set status = %s, held_until = null, changed_at = %s, changed_by = %s "
        "where practice_id = %s and id = %s and status <> 'pending' and may_become(status, %s) "
        "returning patient_id",
        (status.value, now, by, db.practice, id, status.value),
    )
    if row is None:
        return False
    _record_change(db, id, row["patient_id"], to=status)
    if not status.takes_time:
        await _free_claims(db, id)
    await db.announce("appointment", id)
    if by != By.PATIENT:
        await _have_patient_told(db, id, now=now)
    return True


async def cancel_appointment(db: Db, id: UUID, *, reason: Cancellation, by: str, now: datetime) -> bool:
    """Whether this call took the visit out; what it held is free. Somebody else's cancellation tells the patient."""
    row = await db.one(
        "update appointment set status = 'cancelled', held_until = null, reason = %s, sequence = sequence + 1, "
        "changed_at = %s, changed_by = %s "
        "where practice_id = %s and id = %s and status <> 'cancelled' and may_become(status, 'cancelled') "
        "returning patient_id",
        (reason.value, now, by, db.practice, id),
    )
    if row is None:
        return False
    _record_change(db, id, row["patient_id"], to=Status.CANCELLED)
    await _free_claims(db, id)
    await db.announce("appointment", id)
    if by != By.PATIENT:
        await _have_patient_told(db, id, now=now)
    return True


async def give_back(db: Db, held: UUID, *, now: datetime, note: str = "released") -> bool:
    """Whether a hold stood and is given back."""
    row = await db.one(
        "update appointment set status = 'cancelled', held_until = null, reason = 'other', note = %s, "
        "sequence = sequence + 1, changed_at = %s "
        "where practice_id = %s and id = %s and status = 'pending' returning id",
        (note, now, db.practice, held),
    )
    if row is None:
        return False
    await _free_claims(db, held)
    await db.announce("appointment", held)
    return True


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


async def claims_within(db: Db, within: Period, *, now: datetime) -> list[Claim]:
    """Everything that is kept busy in that stretch; holds that ran out are not."""
    rows = await db.all("select * from claims_within(%s, %s, %s)", (within.start, within.end, now))
    return [
        Claim(
            subject=Subject(row["kind"]),
            id=row["subject"],
            lane=row["lane"],
            during=Period(start=row["start_at"], end=row["end_at"]),
        )
        for row in rows
    ]


async def appointments_within(db: Db, within: Period, *, now: datetime) -> list[Appointment]:
    """Every visit and standing hold that overlaps the stretch and takes time, soonest first."""
    rows = await db.all(
        "select * from appointment where practice_id = %s and starts_at < %s and ends_at > %s "
        "and status not in ('cancelled', 'noshow', 'entered-in-error', 'waitlist', 'proposed') "
        "and (held_until is null or held_until > %s) order by starts_at, id",
        (db.practice, within.end, within.start, now),
    )
    _record_seen(db, rows)
    return [_appointment(row) for row in rows]


async def read_appointment(db: Db, id: UUID) -> Appointment | None:
    """The visit of that id."""
    row = await db.one("select * from appointment where practice_id = %s and id = %s", (db.practice, id))
    _record_seen(db, [row] if row else [])
    return _appointment(row) if row else None


def _record_seen(db: Db, rows: Sequence[DictRow]) -> None:
    whose = frozenset(row["patient_id"] for row in rows if row["patient_id"] is not None)
    if whose:
        db.record(Event(what=Happened.VISITS_READ, subjects=whose, codes={"found": len(rows)}))


def _record_change(db: Db, id: UUID, patient: UUID | None, *, to: Status) -> None:
    whose = frozenset({patient} if patient else set[UUID]())
    db.record(Event(what=Happened.VISIT_CHANGED, subjects=whose, ids={"visit": id}, codes={"to": to.value}))


async def still_stands(db: Db, visit: Appointment) -> bool:
    """Whether the calendar shows the visit so, and shows it so until this transaction ends: it may be told.

    A visit that is not in the built-in calendar is none of its business.
    """
    id = _uuid(visit.id)
    if id is None:
        return True
    row = await db.one("select * from appointment where practice_id = %s and id = %s for share", (db.practice, id))
    if row is None:
        return True
    now = _appointment(row)
    return now.status.takes_time == visit.status.takes_time and (
        not now.status.takes_time or (now.during, now.practitioner) == (visit.during, visit.practitioner)
    )


async def expire_holds(db: Db, *, now: datetime) -> int:
    """How many holds ran out and were given back."""
    rows = await db.all(
        "select id from appointment where practice_id = %s and status = 'pending' and held_until <= %s "
        "for update skip locked",
        (db.practice, now),
    )
    return sum([await give_back(db, row["id"], now=now, note="hold ran out") for row in rows])


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """What a visit was from `at` on, and who made it so."""

    status: Status
    during: Period
    practitioner: PractitionerId | None
    room: RoomId | None
    reason: Cancellation | None
    note: str
    by: str
    at: datetime


async def history(db: Db, id: UUID) -> list[Version]:
    """Every state of a visit, the first one first."""
    rows = await db.all(
        "select * from appointment_history where practice_id = %s and appointment_id = %s order by version",
        (db.practice, id),
    )
    return [
        Version(
            status=Status(row["status"]),
            during=Period(start=row["starts_at"], end=row["ends_at"]),
            practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
            room=RoomId(row["room"]) if row["room"] else None,
            reason=Cancellation(row["reason"]) if row["reason"] else None,
            note=row["note"] or "",
            by=row["changed_by"],
            at=row["changed_at"],
        )
        for row in rows
    ]


async def _free_claims(db: Db, id: UUID) -> None:
    await db.run("delete from claim where practice_id = %s and appointment_id = %s", (db.practice, id))


async def _have_patient_told(db: Db, id: UUID, *, now: datetime) -> None:
    """A job tells the patient what became of their visit, where they were ever told of it."""
    if await look_soon(db, AppointmentId(str(id)), now=now):
        await db.enqueue(Job(work=Work.NEWS, practice=db.practice, on=id))


TAKE_TIME: LiteralString = (
    "select * from take_time(%(practice)s, %(now)s, %(by)s, %(id)s, %(held)s, %(moved)s, "
    "%(patient)s, %(service)s, %(location)s, %(practitioner)s, %(room)s, %(devices)s::text[], "
    "%(start)s, %(end)s, %(status)s, %(held_until)s, %(key)s, %(source)s, %(guarded)s, %(claims)s::jsonb)"
)


def _parameters(practice: PracticeId, taking: Taking) -> dict[str, object]:
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


def _outcome(row: DictRow | None) -> Made | Found | Taken:
    assert row is not None
    if row["taken"]:
        return Taken(by=Subject(row["taken"]))
    return Found(id=row["appointment_id"]) if row["was_there"] else Made(id=row["appointment_id"])


def _as_taken(taking: Taking, id: UUID) -> Appointment:
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


def is_built_in(id: AppointmentId) -> bool:
    """Whether a visit is the built-in calendar's: its ids are UUIDs, and no other system's are."""
    return _uuid(id) is not None


def _uuid(id: AppointmentId | None) -> UUID | None:
    """The id as the built-in calendar knows it; None for what it never gave out."""
    try:
        return UUID(id) if id else None
    except ValueError:
        return None


def _appointment(row: DictRow) -> Appointment:
    return Appointment(
        id=AppointmentId(str(row["id"])),
        service=ServiceId(row["service"]) if row["service"] else None,
        location=LocationId(row["location"]),
        practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
        room=RoomId(row["room"]) if row["room"] else None,
        devices=tuple(DeviceId(device) for device in row["devices"]),
        during=Period(start=row["starts_at"], end=row["ends_at"]),
        status=Status(row["status"]),
        patient=PatientId(row["patient_id"]) if row["patient_id"] else None,
        held_until=row["held_until"],
        reason=Cancellation(row["reason"]) if row["reason"] else None,
        sequence=row["sequence"],
    )
