"""Patients, sealed; found again by keyed hashes of what they gave."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.storage.database import Db, place
from frontdesk.storage.names import born_hash, enter_name
from frontdesk.vault.keyring import SubjectKey


async def add_patient(db: Db, patient: Patient, *, now: datetime) -> None:
    """Enter a patient, with a data key of their own. The same id twice is one patient."""
    if await db.one("select from patient where practice_id = %s and id = %s", (db.practice, patient.id)) is not None:
        return
    key, born = await db.new_subject(patient.id), patient.birth_date
    await db.run(
        "insert into patient (practice_id, id, given_sealed, family_sealed, phone_sealed, email_sealed, "
        "birth_date_sealed, phone_hash, email_hash, name_hash, born_hash, language, created_at) "
        "values (%(practice)s, %(id)s, %(given)s, %(family)s, %(phone)s, %(email)s, %(birth_date)s, "
        "%(phone_hash)s, %(email_hash)s, %(name_hash)s, %(born_hash)s, %(language)s, %(now)s)",
        {
            "practice": db.practice,
            "id": patient.id,
            "given": _seal(key, patient.id, "given", patient.given),
            "family": _seal(key, patient.id, "family", patient.family),
            "phone": _seal(key, patient.id, "phone", patient.phone) if patient.phone else None,
            "email": _seal(key, patient.id, "email", patient.email) if patient.email else None,
            "birth_date": _seal(key, patient.id, "birth_date", born.isoformat()) if born else None,
            "phone_hash": db.keyring.lookup("phone", patient.phone) if patient.phone else None,
            "email_hash": db.keyring.lookup("email", patient.email) if patient.email else None,
            "name_hash": db.keyring.lookup("name", _plain_name(patient.given, patient.family)),
            "born_hash": born_hash(db, patient, born) if born else None,
            "language": patient.language,
            "now": now,
        },
    )
    await enter_name(db, patient.id, patient.name)


async def patient_of(db: Db, *, given: str, family: str, phone: str) -> Patient | None:
    """The one patient of that name and phone; None where there is none, or more than one."""
    rows = await db.all(
        "select * from patient where practice_id = %s and phone_hash = any(%s) and name_hash = any(%s) limit 2",
        (db.practice, db.keyring.lookups("phone", phone), db.keyring.lookups("name", _plain_name(given, family))),
    )
    record_search(db, rows, by=("name", "phone"))
    return await _read(db, rows[0]) if len(rows) == 1 else None


async def patients_of_phone(db: Db, phone: str, *, most: int) -> list[Patient]:
    """Who has that number on file (a family may share one), the longest known first; at most `most`."""
    rows = await db.all(
        "select * from patient where practice_id = %s and phone_hash = any(%s) order by created_at, id limit %s",
        (db.practice, db.keyring.lookups("phone", phone), most),
    )
    record_search(db, rows, by=("phone",))
    return [await _read(db, row) for row in rows]


async def ids_of_phones(db: Db, phones: Iterable[str]) -> dict[str, frozenset[PatientId]]:
    """Who has each of these numbers on file; a family may share one."""
    hashed = {hash: phone for phone in phones for hash in db.keyring.lookups("phone", phone)}
    rows = await db.all(
        "select id, phone_hash from patient where practice_id = %s and phone_hash = any(%s)",
        (db.practice, list(hashed)),
    )
    found: dict[str, frozenset[PatientId]] = {}
    for row in rows:
        phone = hashed[bytes(row["phone_hash"])]
        found[phone] = found.get(phone, frozenset()) | {PatientId(row["id"])}
    return found


async def patient_of_email(db: Db, email: str) -> PatientId | None:
    """The one patient with that address on file; None where there is none, or more than one."""
    rows = await db.all(
        "select id from patient where practice_id = %s and email_hash = any(%s) limit 2",
        (db.practice, db.keyring.lookups("email", email)),
    )
    record_search(db, rows, by=("email",))
    return PatientId(rows[0]["id"]) if len(rows) == 1 else None


async def note_birth_date(db: Db, id: UUID, born: date, *, intake: UUID) -> None:
    """Enter the birth date from a form, where the record began with the very visit that the form belongs to.

    A birth date proves later who somebody is; so it is not taken from a form of somebody who merely named a patient
    that was there before, and one that stands is not overwritten.
    """
    key, patient = await db.subject(id), await read_patient(db, id)
    if patient is None:
        return
    await db.run(
        "update patient set birth_date_sealed = %s, born_hash = %s "
        "where practice_id = %s and id = %s and birth_date_sealed is null "
        "and created_at = (select opened_at from intake where practice_id = %s and id = %s and patient_id = %s)",
        (
            _seal(key, id, "birth_date", born.isoformat()),
            born_hash(db, patient, born),
            db.practice,
            id,
            db.practice,
            intake,
            id,
        ),
    )


async def note_email(db: Db, id: UUID, email: str, *, intake: UUID) -> None:
    """Enter the e-mail address from a form, under the same condition as a birth date: it leads to the patient too."""
    key = await db.subject(id)
    await db.run(
        "update patient set email_sealed = %s, email_hash = %s "
        "where practice_id = %s and id = %s and email_sealed is null "
        "and created_at = (select opened_at from intake where practice_id = %s and id = %s and patient_id = %s)",
        (
            _seal(key, id, "email", email),
            db.keyring.lookup("email", email),
            db.practice,
            id,
            db.practice,
            intake,
            id,
        ),
    )


async def read_patient(db: Db, id: UUID) -> Patient | None:
    """The patient of that id."""
    row = await db.one("select * from patient where practice_id = %s and id = %s", (db.practice, id))
    return await _read(db, row) if row else None


async def read_patients(db: Db, ids: Iterable[UUID]) -> dict[PatientId, Patient]:
    """Those of these patients who are on file."""
    rows = await db.all("select * from patient where practice_id = %s and id = any(%s)", (db.practice, [*set(ids)]))
    await db.subjects([row["id"] for row in rows])
    return {PatientId(row["id"]): await _read(db, row) for row in rows}


def record_search(db: Db, rows: list[DictRow], *, by: tuple[str, ...]) -> None:
    """Have it stand in the audit that patients were looked for, by what, and who was found (rows with an `id`)."""
    found = frozenset(row["id"] for row in rows)
    db.record(Event(what=Happened.PATIENT_SEARCHED, subjects=found, codes={"by": by, "found": len(found)}))


async def _read(db: Db, row: DictRow) -> Patient:
    key = await db.subject(row["id"])

    def opened(column: str) -> str | None:
        sealed = row[f"{column}_sealed"]
        return key.open(sealed, place=place("patient", row["id"], column)).decode() if sealed else None

    return Patient(
        id=PatientId(row["id"]),
        given=opened("given") or "",
        family=opened("family") or "",
        phone=opened("phone"),
        email=opened("email"),
        language=row["language"],
        birth_date=date.fromisoformat(born) if (born := opened("birth_date")) else None,
    )


def _seal(key: SubjectKey, id: UUID, column: str, value: str) -> bytes:
    return key.seal(value, place=place("patient", id, column))


def _plain_name(given: str, family: str) -> str:
    return " ".join(f"{given} {family}".casefold().split())
