"""Everything the desk keeps of one person, found by an id, a phone number, an e-mail address or a name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from frontdesk.domain.consent import Consent
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.message import ChannelKind, Message
from frontdesk.domain.patient import Patient
from frontdesk.storage.consents import address_hashes, read_consent
from frontdesk.storage.conversations import messages
from frontdesk.storage.database import Db
from frontdesk.storage.intake_forms import FilledForm, HandedIn, files_of_patient, forms_of_patient
from frontdesk.storage.intakes import Intake, read_intake
from frontdesk.storage.names import born, called
from frontdesk.storage.notes import Note, notes_of
from frontdesk.storage.patients import read_patient, record_search
from frontdesk.storage.people import accounts

MOST_CALLED = 20
_NAMED = re.compile(r"[^\W\d_][^\d_@]*")
_NAMED_AND_BORN = re.compile(r"(?P<name>[^\d_@]+?)[\s,]+(?P<born>\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A patient, or somebody who only wrote: then `patient` is None, and the conversations are all there is."""

    patient: PatientId | None
    conversations: tuple[ConversationId, ...]
    addresses: tuple[tuple[ChannelKind, str], ...] = field(default=(), repr=False)

    @property
    def id(self) -> UUID:
        """What the person is called by once the rest is gone."""
        return self.patient or self.conversations[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientFile:
    """All of it, opened."""

    person: Person
    patient: Patient | None
    messages: list[tuple[ChannelKind, Message]]
    forms: list[Intake]
    consents: list[Consent]
    filled: list[FilledForm] = field(default_factory=list)
    files: list[HandedIn] = field(default_factory=list)
    notes: list[tuple[Note, str]] = field(default_factory=list)
    """What staff wrote to each other beside the conversations, each with the name of who did."""


async def people(db: Db, named: str) -> list[Person]:
    """Who is meant by a patient's id, a phone number (E.164), an e-mail address, the beginnings of a name ("mar gon"),
    or a name and birth date ("Maria Gonzalez 1988-04-27"); several may share one.

    At most MOST_CALLED are found by the beginnings of a name.
    """
    patients = await _patients_named(db, named)
    if patients:
        return [await _person(db, id, alone=len(patients) == 1) for id in patients]
    conversations = await _conversations_at(db, _addresses(named, named), patient=None)
    if not conversations:
        return []
    return [Person(patient=None, conversations=conversations, addresses=_addresses(named, named))]


async def person_of(db: Db, patient: PatientId) -> Person:
    """The person of a patient's id."""
    return await _person(db, patient, alone=True)


async def read_file(db: Db, person: Person) -> PatientFile:
    """Everything kept of a person, oldest first. Raises: CannotOpen."""
    channels = {
        ConversationId(row["id"]): ChannelKind(row["channel"])
        for row in await db.all(
            "select id, channel from conversation where practice_id = %s and id = any(%s)",
            (db.practice, list(person.conversations)),
        )
    }
    said = [(channels[id], message) for id in channels for message in await messages(db, id)]
    forms = await db.all(
        "select id from intake where practice_id = %s and patient_id = %s order by opened_at",
        (db.practice, person.patient),
    )
    names = {one.id: one.name for one in await accounts(db)}
    noted = [note for id in channels for note in await notes_of(db, id)]
    return PatientFile(
        person=person,
        patient=await read_patient(db, person.patient) if person.patient else None,
        messages=sorted(said, key=lambda one: one[1].sent),
        forms=[form for row in forms if (form := await read_intake(db, row["id"]))],
        consents=[await read_consent(db, row) for row in await _consent_rows(db, person)],
        filled=await forms_of_patient(db, person.patient) if person.patient else [],
        files=await files_of_patient(db, person.patient) if person.patient else [],
        notes=[(note, names.get(note.by, "")) for note in sorted(noted, key=lambda one: one.written)],
    )


async def _patients_named(db: Db, named: str) -> list[PatientId]:
    if (whole := _NAMED_AND_BORN.fullmatch(named)) is not None and (day := _day(whole["born"])) is not None:
        found = await born(db, whole["name"], day)
        record_search(db, [{"id": id} for id in found], by=("name", "birth-date"))
        return found
    if _NAMED.fullmatch(named):
        found = await called(db, named, most=MOST_CALLED)
        record_search(db, [{"id": id} for id in found], by=("name",))
        return found
    try:
        rows = await db.all("select id from patient where practice_id = %s and id = %s", (db.practice, UUID(named)))
    except ValueError:
        rows = await db.all(
            "select id from patient where practice_id = %s and (phone_hash = any(%s) or email_hash = any(%s)) "
            "order by created_at, id",
            (db.practice, db.keyring.lookups("phone", named), db.keyring.lookups("email", named.lower())),
        )
    record_search(db, rows, by=("id", "phone", "email"))
    return [PatientId(row["id"]) for row in rows]


def is_beginning(named: str) -> bool:
    """Whether it is only the beginnings of a name, which somebody else's may share."""
    return _NAMED.fullmatch(named.strip()) is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _person(db: Db, id: PatientId, *, alone: bool) -> Person:
    """The conversations of a patient; those that name nobody are theirs only where nobody shares the address."""
    patient = await read_patient(db, id)
    addresses = _addresses(patient.phone, patient.email) if patient else ()
    shared = patient is not None and patient.phone is not None and len(await _patients_named(db, patient.phone)) > 1
    found = await _conversations_at(db, addresses if alone and not shared else (), patient=id)
    return Person(patient=id, conversations=found, addresses=addresses if not shared else ())


def _addresses(phone: str | None, email: str | None) -> tuple[tuple[ChannelKind, str], ...]:
    by_phone = tuple((channel, phone) for channel in (ChannelKind.SMS, ChannelKind.VOICE) if phone)
    return (*by_phone, *(((ChannelKind.EMAIL, email),) if email else ()))


async def _conversations_at(
    db: Db, addresses: Sequence[tuple[ChannelKind, str]], *, patient: PatientId | None
) -> tuple[ConversationId, ...]:
    rows = await db.all(
        "select id from conversation where practice_id = %s and (patient_id = %s or (patient_id is null "
        "and address_hash = any(%s))) order by started_at, id",
        (db.practice, patient, [one for channel, address in addresses for one in address_hashes(db, channel, address)]),
    )
    return tuple(ConversationId(row["id"]) for row in rows)


async def _consent_rows(db: Db, person: Person) -> list[dict[str, object]]:
    return await db.all(
        "select * from consent where practice_id = %s and words_sealed is not null and (patient_id = %s "
        "or subject_id = any(%s)) order by order_no",
        (db.practice, person.patient, list(person.conversations)),
    )
