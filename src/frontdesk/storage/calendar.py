"""The built-in calendar: a `System` whose double bookings the database itself refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from psycopg.errors import ExclusionViolation
from psycopg.rows import DictRow

from frontdesk.domain.appointment import Appointment, Claim, Slot, Status, Subject
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
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, SlotRequest, Taken
from frontdesk.scheduling.slots import find_slots
from frontdesk.storage.database import Db, Storage
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
        """Keep a time. The same key again finds the same hold, while it stands."""
        id = appointment_uuid(self._practice, key)
        taken = await self._claim(slot, id=id, status=Status.PENDING, held_until=until)
        if taken is not None:
            return taken
        async with self._storage.practice(self._practice) as db:
            held = await read_appointment(db, id)
        if held is None:
            raise LookupError(f"appointment {id} is gone right after it was held")
        return Held(appointment=held)

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back; a visit that was booked meanwhile stays."""
        async with self._storage.practice(self._practice) as db:
            await _free(db, UUID(held), only_while=Status.PENDING, reason="released")

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit: the hold becomes the visit while it stands, else the time is claimed anew."""
        async with self._storage.practice(self._practice) as db:
            done = await db.one(
                "select id from appointment where practice_id = %s and booked_key = %s and status <> 'cancelled'",
                (self._practice, key),
            )
            id = done["id"] if done else await _book_held(db, held, slot, patient=patient, key=key) if held else None
            if id is not None:
                booked = await read_appointment(db, id)
                assert booked is not None
                return Booked(appointment=booked)
        id = appointment_uuid(self._practice, key)
        taken = await self._claim(slot, id=id, status=Status.BOOKED, patient=patient, booked_key=key)
        if taken is not None:
            return taken
        async with self._storage.practice(self._practice) as db:
            booked = await read_appointment(db, id)
        assert booked is not None
        return Booked(appointment=booked)

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        async with self._storage.practice(self._practice) as db:
            return await read_appointment(db, UUID(id)) or Missing()

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; holds are left out."""
        async with self._storage.practice(self._practice) as db:
            rows = await db.all(
                "select * from appointment where practice_id = %s and patient_id = any(%s) and status <> 'pending' "
                "order by starts_at, id",
                (self._practice, list(patients)),
            )
        return [_appointment(row) for row in rows]

    async def cancel(self, id: AppointmentId, *, reason: str) -> Cancelled | Missing:
        """Take a visit out and free everything it held. Cancelled twice is cancelled."""
        async with self._storage.practice(self._practice) as db:
            await _free(db, UUID(id), only_while=None, reason=reason)
            visit = await read_appointment(db, UUID(id))
        return Cancelled(appointment=visit) if visit else Missing()

    async def _claim(
        self,
        slot: Slot,
        *,
        id: UUID,
        status: Status,
        patient: PatientId | None = None,
        held_until: datetime | None = None,
        booked_key: str | None = None,
    ) -> Taken | None:
        try:
            async with self._storage.practice(self._practice) as db:
                return await claim(
                    db,
                    slot,
                    id=id,
                    status=status,
                    source=Source.DESK,
                    now=self._clock.now(),
                    patient=patient,
                    held_until=held_until,
                    booked_key=booked_key,
                )
        except ExclusionViolation as clash:  # the database refused the double booking
            return Taken(by=CLAIM[clash.diag.constraint_name or ""])


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
    booked_key: str | None = None,
    guarded: bool = True,
) -> Taken | None:
    """Claim a time in this transaction: None when it is ours, `Taken` when something is in the way.

    Unguarded claims (visits mirrored from elsewhere, overlaps that staff want) are busy all the same but
    exclude nothing. Raises: ExclusionViolation when the look-up missed what the constraint sees.
    """
    row = await db.one(
        "select claim_visit(%(id)s, %(patient)s, %(service)s, %(location)s, %(practitioner)s, %(room)s, %(devices)s, "
        "%(start)s, %(end)s, %(status)s, %(held_until)s, %(booked_key)s, %(source)s, %(guarded)s, %(now)s, "
        "%(kinds)s, %(subjects)s, %(lanes)s::smallint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) as taken",
        {
            "id": id,
            "patient": patient,
            "service": slot.service or None,
            "location": slot.location,
            "practitioner": slot.practitioner,
            "room": slot.room,
            "devices": list(slot.devices),
            "start": slot.during.start,
            "end": slot.during.end,
            "status": status.value,
            "held_until": held_until,
            "booked_key": booked_key,
            "source": source,
            "guarded": guarded,
            "now": now,
            "kinds": [one.subject.value for one in slot.claims],
            "subjects": [one.id for one in slot.claims],
            "lanes": [one.lane for one in slot.claims],
            "starts": [one.during.start for one in slot.claims],
            "ends": [one.during.end for one in slot.claims],
        },
    )
    assert row is not None
    if row["taken"]:
        return Taken(by=Subject(row["taken"]))
    await db.announce("appointment", id)
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


async def claims_within(db: Db, within: Period, *, now: datetime) -> list[Claim]:
    """Everything that is kept busy in that stretch; holds that ran out are not."""
    rows = await db.all(
        "select kind, subject, lane, lower(during) as start, upper(during) as end from claim "
        "where practice_id = %s and during && tstzrange(%s, %s) and (held_until is null or held_until > %s)",
        (db.practice, within.start, within.end, now),
    )
    return [
        Claim(
            subject=Subject(row["kind"]),
            id=row["subject"],
            lane=row["lane"],
            during=Period(start=row["start"], end=row["end"]),
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
    return [_appointment(row) for row in rows]


async def read_appointment(db: Db, id: UUID) -> Appointment | None:
    """The visit of that id."""
    row = await db.one("select * from appointment where practice_id = %s and id = %s", (db.practice, id))
    return _appointment(row) if row else None


async def expire_holds(db: Db, *, now: datetime) -> int:
    """How many holds ran out and were given back."""
    rows = await db.all(
        "update appointment set status = 'cancelled', held_until = null, reason = 'hold ran out' "
        "where practice_id = %s and status = 'pending' and held_until <= %s returning id",
        (db.practice, now),
    )
    for row in rows:
        await db.run("delete from claim where practice_id = %s and appointment_id = %s", (db.practice, row["id"]))
        await db.announce("appointment", row["id"])
    return len(rows)


async def _book_held(db: Db, held: AppointmentId, slot: Slot, *, patient: PatientId, key: str) -> UUID | None:
    """The visit made out of a hold that has not been given back; None when there is none any more."""
    row = await db.one(
        "update appointment set status = 'booked', held_until = null, patient_id = %s, booked_key = %s "
        "where practice_id = %s and id = %s and status = 'pending' and starts_at = %s and practitioner = %s "
        "returning id",
        (patient, key, db.practice, UUID(held), slot.during.start, slot.practitioner),
    )
    if row is None:
        return None
    await db.run(
        "update claim set held_until = null where practice_id = %s and appointment_id = %s", (db.practice, row["id"])
    )
    await db.announce("appointment", row["id"])
    return UUID(str(row["id"]))


async def _free(db: Db, id: UUID, *, only_while: Status | None, reason: str) -> None:
    freed = await db.one(
        "update appointment set status = 'cancelled', held_until = null, reason = %s, sequence = sequence + 1 "
        "where practice_id = %s and id = %s and status <> 'cancelled' and (%s::text is null or status = %s) "
        "returning id",
        (reason, db.practice, id, only_while.value if only_while else None, only_while.value if only_while else None),
    )
    if freed is not None:
        await db.run("delete from claim where practice_id = %s and appointment_id = %s", (db.practice, id))
        await db.announce("appointment", id)


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
    )
