"""The world of a task put into a practice: charts, visits, busy times; and what the front desk changes meanwhile."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from frontdesk.domain.appointment import Cancellation, Claim, Slot, Status, Subject
from frontdesk.domain.consent import Consent, Use
from frontdesk.domain.consent import Source as Said
from frontdesk.domain.ids import PatientId, PractitionerId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import Period
from frontdesk.ports.system import Taken
from frontdesk.proving.clinic.agent import Change
from frontdesk.proving.clinic.moments import moment, stretch
from frontdesk.proving.clinic.task import Person, Task, Visit, e164
from frontdesk.storage.consents import Whose, record_consent
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.inventory import every_visit
from frontdesk.storage.patients import add_patient
from frontdesk.storage.taking import block_time, claim, move_visit
from frontdesk.storage.visits import By, Source, cancel_appointment


async def enter_world(storage: Storage, practice: Practice, task: Task, *, now: datetime) -> dict[str, str]:
    """Enter what the task says of before; the ids of its visits, by their keys."""
    keys: dict[str, str] = {}
    async with storage.practice(practice.id) as db:
        charts = {one.called: await _enter_chart(db, one, now=now) for one in task.before.patients}
        for visit in task.before.visits:
            id = visit_id(practice, visit.key)
            await _enter_visit(db, practice, visit, charts[visit.of], id=id, now=now)
            keys[visit.key] = str(id)
        for words in task.before.busy:
            who, start, end = stretch(words)
            await _block(db, practice, None if who == "all" else who, Period(start=start, end=end), now=now)
        if task.before.ended_messages:
            first = next(iter(charts.values()))
            ended = Consent(id=uuid4(), use=Use.MESSAGES, allowed=False, source=Said.TEXT, recorded=now, said="STOP")
            whose = Whose(subject=first, channel=ChannelKind.SMS, address=task.address, patient=first)
            await record_consent(db, ended, whose)
    return keys


async def change_world(storage: Storage, practice: Practice, change: Change, *, now: datetime) -> None:
    """Do what the front desk does meanwhile."""
    async with storage.practice(practice.id) as db:
        if change.cancelled is not None:
            await cancel_appointment(db, UUID(change.cancelled), reason=Cancellation.PROVIDER, by=By.STAFF, now=now)
        if change.moved is not None and change.start is not None:
            await _move(db, practice, UUID(change.moved), change.start, now=now)
        if change.taken is not None and change.start is not None:
            await _give_away(db, practice, practice.service(ServiceId(change.taken)), change.start, now=now)
        if (change.busy or change.everybody) and change.start is not None and change.end is not None:
            gone = Period(start=change.start, end=change.end)
            for visit in await every_visit(db):
                is_theirs = change.everybody or visit.practitioner == change.busy
                if is_theirs and visit.status is Status.BOOKED and visit.during.overlaps(gone):
                    await cancel_appointment(
                        db, UUID(visit.id), reason=Cancellation.PROVIDER_PERSONAL, by=By.STAFF, now=now
                    )
            await _block(db, practice, change.busy, gone, now=now)


def visit_id(practice: Practice, key: str) -> UUID:
    """The id of a visit of before."""
    return uuid5(practice.id, f"visit {key}")


async def _enter_chart(db: Db, person: Person, *, now: datetime) -> PatientId:
    given, _, family = person.name.partition(" ")
    id = PatientId(uuid4())
    patient = Patient(
        id=id,
        given=given,
        family=family,
        phone=e164(person.phone) if person.phone else None,
        email=person.email,
        birth_date=person.born,
    )
    await add_patient(db, patient, now=now)
    return id


async def _enter_visit(
    db: Db, practice: Practice, visit: Visit, patient: PatientId, *, id: UUID, now: datetime
) -> None:
    """In the first room that fits and is free. Raises: LookupError where none is, which is a fault of the task."""
    service = practice.service(ServiceId(visit.service))
    for slot in _slots(practice, service, PractitionerId(visit.by), moment(visit.at)):
        status = Status(visit.status)
        entered = status if status.takes_time else Status.BOOKED
        if await claim(db, slot, id=id, status=entered, source=Source.STAFF, now=now, patient=patient) is None:
            if status is Status.CANCELLED:
                await cancel_appointment(db, id, reason=Cancellation.PATIENT, by=By.STAFF, now=now)
            return
    raise LookupError(f"the visit {visit.key} overlaps another one of the task")


def _slots(practice: Practice, service: Service, who: PractitionerId, start: datetime) -> Iterator[Slot]:
    """That visit in each room that fits, with the devices it needs."""
    during = Period(start=start, end=start + service.length_with(who))
    around = during.widened(before=service.before, after=service.after)
    devices = tuple(device.id for kind in service.device_kinds for device in practice.devices if device.kind == kind)
    for room in practice.rooms:
        if room.kinds & service.room_kinds:
            yield Slot(
                service=service.id,
                location=practice.locations[0].id,
                practitioner=who,
                room=room.id,
                devices=devices,
                during=during,
                claims=(
                    Claim(subject=Subject.PRACTITIONER, id=who, during=during),
                    Claim(subject=Subject.ROOM, id=room.id, during=around),
                    *(Claim(subject=Subject.DEVICE, id=one, during=around) for one in devices),
                ),
            )


async def _move(db: Db, practice: Practice, id: UUID, start: datetime, *, now: datetime) -> None:
    standing = next(one for one in await every_visit(db) if one.id == str(id))
    assert standing.service is not None  # a visit, and no time kept free
    assert standing.practitioner is not None
    for slot in _slots(practice, practice.service(standing.service), standing.practitioner, start):
        if not isinstance(await move_visit(db, id, slot, now=now), Taken):
            return
    raise LookupError("the time that staff move a visit to is taken, which is a fault of the task")


async def _give_away(db: Db, practice: Practice, service: Service, start: datetime, *, now: datetime) -> None:
    """Everybody who could give the service is busy then."""
    for person in practice.qualified(service):
        during = Period(start=start, end=start + service.length_with(person.id))
        await block_time(db, person.id, practice.locations[0].id, during, id=uuid4(), now=now, guarded=False)


async def _block(db: Db, practice: Practice, who: str | None, during: Period, *, now: datetime) -> None:
    for person in practice.practitioners:
        if who in {None, person.id}:
            await block_time(db, person.id, practice.locations[0].id, during, id=uuid4(), now=now, guarded=False)
