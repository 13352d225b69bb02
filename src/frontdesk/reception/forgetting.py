"""A patient's file for themselves, and forgetting them: what goes, what the law keeps, and a certificate of both."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from frontdesk.compliance.book import Book
from frontdesk.compliance.records import (
    REFUSALS,
    kept_until,
    refusals_kept,
    rule_of,
    years_after,
)
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.ports.system import System
from frontdesk.standards.fhir import (
    Resource,
    appointment_resource,
    bundle,
    communication_resource,
    consent_resource,
    note_resource,
    patient_resource,
    questionnaire_response_resource,
    resource_of_file,
)
from frontdesk.storage.database import Storage
from frontdesk.storage.forget import KeptRecord, forget_person, keep_record, note_forgotten
from frontdesk.storage.patient_file import PatientFile, Person, read_file


@dataclass(frozen=True, kw_only=True, slots=True)
class StillExpected:
    """Nothing was forgotten: the patient is expected for these visits."""

    visits: tuple[Appointment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """It is done; `certificate` says what was destroyed and what is kept, and names nobody."""

    certificate: dict[str, object]


async def file_of(storage: Storage, practice: Practice, system: System, person: Person, *, now: datetime) -> Resource:
    """Everything the desk keeps of a person, as a FHIR Bundle. Raises: the system's faults."""
    visits = await system.appointments_of([person.patient]) if person.patient else []
    async with storage.practice(practice.id) as db:
        file = await read_file(db, person)
        whose = frozenset({person.id, *person.conversations})
        db.record(Event(what=Happened.PATIENT_EXPORTED, subjects=whose))
    return bundle(_resources(file, visits, practice), made=now)


async def forget(
    storage: Storage, practice: Practice, system: System, person: Person, *, book: Book, now: datetime
) -> Forgotten | StillExpected:
    """Forget a person, all at once or not at all. Raises: the system's faults; nothing is forgotten then."""
    visits = await system.appointments_of([person.patient]) if person.patient else []
    expected = tuple(visit for visit in visits if visit.status.takes_time and visit.during.end > now)
    if expected:
        return StillExpected(visits=expected)
    zone = practice.locations[0].zone
    async with storage.practice(practice.id) as db:
        file = await read_file(db, person)
        record = _record(file, visits, practice, book, now=now)
        destroyed = await forget_person(db, person)
        if record is not None:
            await keep_record(db, record, now=now)
        today = wall(now, zone).date()
        years = refusals_kept(book.rules, state=book.state_of(practice), today=today)
        refusals = years_after(today, years)
        certificate = _certificate(person.id, destroyed, file, record, at=now, refusals_until=refusals)
        await note_forgotten(db, person.id, certificate, now=now)
    return Forgotten(certificate=certificate)


def _resources(file: PatientFile, visits: Sequence[Appointment], practice: Practice) -> list[Resource]:
    id = file.person.patient
    resources: list[Resource] = [patient_resource(file.patient)] if file.patient else []
    if id is not None:
        resources += [appointment_resource(visit, practice, patient=id) for visit in visits]
        resources += [
            questionnaire_response_resource(form.id, json.loads(form.answers), authored=form.submitted, patient=id)
            for form in file.forms
            if form.answers is not None and form.submitted is not None
        ]
    resources += [form.response for form in file.filled]
    resources += [resource_of_file(one.id, one.kind, one.content) for one in file.files]
    resources += [
        communication_resource(message, channel=channel.value, practice=practice, patient=id)
        for channel, message in file.messages
    ]
    resources += [note_resource(note.id, note.text, by=by, written=note.written, patient=id) for note, by in file.notes]
    return [*resources, *(consent_resource(consent, patient=id) for consent in file.consents)]


def _record(
    file: PatientFile, visits: Sequence[Appointment], practice: Practice, book: Book, *, now: datetime
) -> KeptRecord | None:
    """Who it was, their visits and forms, where the patient was seen and the law still wants it."""
    past = [visit.during.start for visit in visits if visit.status.takes_time]
    if file.patient is None or not past:
        return None
    zone = practice.locations[0].zone
    rule = rule_of(practice.policies.retention, book.rules, today=wall(now, zone).date())
    until = kept_until(rule, last_visit=wall(max(past), zone).date(), born=file.patient.birth_date)
    if until < wall(now, zone).date():
        return None
    medical = replace(file, messages=[], notes=[], consents=[])
    content = bundle(_resources(medical, visits, practice), made=now)
    return KeptRecord(
        id=uuid5(file.patient.id, "kept record"),
        patient=file.patient.id,
        law=rule.law,
        until=until,
        content=json.dumps(content, ensure_ascii=False),
    )


def _certificate(
    id: UUID,
    destroyed: dict[str, int],
    file: PatientFile,
    record: KeptRecord | None,
    *,
    at: datetime,
    refusals_until: date,
) -> dict[str, object]:
    kept: list[dict[str, str]] = []
    if record is not None:
        what = "identity, visits and intake forms, sealed under a key of the record's own"
        kept.append({"what": what, "by": record.law, "until": str(record.until)})
    if any(not consent.allowed for consent in file.consents):
        what = "that texts or calls were ended, by keyed hash of the number"
        kept.append({"what": what, "by": REFUSALS, "until": str(refusals_until)})
    return {"forgotten": str(id), "at": at.isoformat(), "destroyed": destroyed, "kept": kept}
