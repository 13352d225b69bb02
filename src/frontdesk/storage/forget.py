"""Forgetting: rows go, keys are destroyed, and what the law wants kept is sealed anew until its day."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from typing import LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from frontdesk.domain.audit import Event, Happened
from frontdesk.storage.contact_points import forget_contact_point
from frontdesk.storage.database import Db, place
from frontdesk.storage.keys import destroy_subject
from frontdesk.storage.local_post import phone_hashes
from frontdesk.storage.patient_file import Person
from frontdesk.storage.text_looks import SETTLE_MESSAGES


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptRecord:
    """What is kept of a forgotten patient: `content` is JSON, by which law, until which day."""

    id: UUID
    patient: UUID
    law: str
    until: date
    content: str


_CONVERSATIONS: Sequence[tuple[str, LiteralString]] = (
    ("texts and mails on their way", "delete from outbox where practice_id = %s and conversation_id = any(%s)"),
    ("messages", "delete from message where practice_id = %s and conversation_id = any(%s)"),
    ("mails that arrived", "delete from arrived_mail where practice_id = %s and conversation_id = any(%s)"),
    ("notes", "delete from note where practice_id = %s and conversation_id = any(%s)"),
    ("open pages", "delete from presence where practice_id = %s and conversation_id = any(%s)"),
    ("codes", "delete from identity_code where practice_id = %s and conversation_id = any(%s)"),
    ("browsers that came by a link", "delete from chat_device where practice_id = %s and conversation_id = any(%s)"),
    ("links", "delete from chat_link where practice_id = %s and conversation_id = any(%s)"),
    ("steps of bookings", "delete from booking where practice_id = %s and conversation_id = any(%s)"),
    ("tasks", "delete from task where practice_id = %s and conversation_id = any(%s)"),
    ("waitlist offers", "delete from opening_offer where practice_id = %s and conversation_id = any(%s)"),
    ("waitlist", "delete from waiting where practice_id = %s and conversation_id = any(%s)"),
    ("insurance", "delete from coverage where practice_id = %s and conversation_id = any(%s)"),
    ("decisions on contacts", "delete from contact_decision where practice_id = %s and conversation_id = any(%s)"),
    ("confirmations", "delete from confirmation where practice_id = %s and conversation_id = any(%s)"),
    ("calls", "delete from phone_call where practice_id = %s and conversation_id = any(%s)"),
    ("conversations", "delete from conversation where practice_id = %s and id = any(%s)"),
)
_PATIENT: Sequence[tuple[str, LiteralString]] = (
    ("texts and mails on their way", "delete from outbox where practice_id = %s and subject_id = %s"),
    ("codes", "delete from identity_code where practice_id = %s and patient_id = %s"),
    ("steps of bookings", "delete from booking where practice_id = %s and patient_id = %s"),
    ("reminders", "delete from reminder where practice_id = %s and patient_id = %s"),
    ("calls to the patient", "delete from placed_call where practice_id = %s and patient_id = %s"),
    ("what is said after visits", "delete from after_visit where practice_id = %s and patient_id = %s"),
    ("what was told of visits", "delete from promise where practice_id = %s and patient_id = %s"),
    ("invitations", "delete from invitation where practice_id = %s and patient_id = %s"),
    ("numbers in another system", "delete from chart where practice_id = %s and patient_id = %s"),
    (
        "waitlist offers",
        "delete from opening_offer f using waiting w where f.practice_id = %s and w.practice_id = f.practice_id "
        "and w.id = f.waiting_id and w.patient_id = %s",
    ),
    ("waitlist", "delete from waiting where practice_id = %s and patient_id = %s"),
    ("files with intake forms", "delete from intake_file where practice_id = %s and patient_id = %s"),
    ("answers to intake forms", "delete from intake_form where practice_id = %s and patient_id = %s"),
    ("intake forms", "delete from intake where practice_id = %s and patient_id = %s"),
    (
        "names on visits",
        "update appointment set patient_id = null, reason = null, note = null "
        "where practice_id = %s and patient_id = %s",
    ),
    (
        "names on visits in another system",
        "update mirrored_visit set patient_id = null where practice_id = %s and patient_id = %s",
    ),
    (
        "names on outcomes of visits",
        "update visit_outcome set patient_id = null where practice_id = %s and patient_id = %s",
    ),
    (  # whoever was put into an arm stays in it, as nobody
        "names in experiments",
        "update experiment_assignment set patient_id = gen_random_uuid() where practice_id = %s and patient_id = %s",
    ),
    ("patients", "delete from patient where practice_id = %s and id = %s"),
)


async def forget_person(db: Db, person: Person) -> dict[str, int]:
    """How much of each kind was destroyed.

    That somebody ended texts or calls is kept, by keyed hash and without a word.
    """
    destroyed = await forget_conversations(db, person)
    if person.patient is not None:
        for what, statement in _PATIENT:
            destroyed[what] = destroyed.get(what, 0) + await db.run(statement, (db.practice, person.patient))
        destroyed["keys"] += await destroy_subject(db, person.patient)
    destroyed["what was known of numbers"] = sum(
        [await forget_contact_point(db, kind, one) for kind, one in person.addresses]
    )
    destroyed["what the demo delivered"] = await _forget_delivered(db, person)
    return {what: count for what, count in destroyed.items() if count}


async def forget_conversations(db: Db, person: Person) -> dict[str, int]:
    """The same for a person's conversations alone."""
    ids = list(person.conversations)
    await db.run(SETTLE_MESSAGES, (db.practice, ids))
    destroyed = {what: await db.run(statement, (db.practice, ids)) for what, statement in _CONVERSATIONS}
    destroyed["consents"] = await _forget_consents(db, ids, person.patient)
    destroyed["keys"] = sum([await destroy_subject(db, id) for id in ids])
    return destroyed


async def keep_record(db: Db, record: KeptRecord, *, now: datetime) -> None:
    """Seal what must be kept under a key of the record's own: the patient's opens it no more."""
    key = await db.new_subject(record.id)
    await db.run(
        "insert into kept_record (practice_id, id, patient_id, rule, kept_until, record_sealed, made_at) "
        "values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            record.id,
            record.patient,
            record.law,
            record.until,
            key.seal(record.content, place=place("kept_record", record.id, "record")),
            now,
        ),
    )


async def kept_records(db: Db) -> list[KeptRecord]:
    """What is kept of forgotten patients, opened, the next to go first."""
    rows = await db.all("select * from kept_record where practice_id = %s order by kept_until, id", (db.practice,))
    return [
        KeptRecord(
            id=row["id"],
            patient=row["patient_id"],
            law=row["rule"],
            until=row["kept_until"],
            content=(await db.subject(row["id"]))
            .open(row["record_sealed"], place=place("kept_record", row["id"], "record"))
            .decode(),
        )
        for row in rows
    ]


async def destroy_kept_records(db: Db, *, today: date) -> int:
    """How many records were kept long enough and are destroyed now."""
    rows = await db.all(
        "delete from kept_record where practice_id = %s and kept_until < %s returning id", (db.practice, today)
    )
    for row in rows:
        await destroy_subject(db, row["id"])
    return len(rows)


async def note_forgotten(db: Db, subject: UUID, certificate: dict[str, object], *, now: datetime) -> None:
    """Keep the certificate: ids, counts, laws and days, and nothing of the person."""
    await db.run(
        "insert into forgotten (practice_id, subject_id, certificate, forgotten_at) values (%s, %s, %s, %s) "
        "on conflict do nothing",
        (db.practice, subject, Jsonb(certificate), now),
    )
    proof = hashlib.sha256(json.dumps(certificate, sort_keys=True).encode()).hexdigest()
    ids = {"certificate_sha256": proof}
    db.record(Event(what=Happened.PATIENT_FORGOTTEN, subjects=frozenset({subject}), ids=ids))
    db.announce("forgotten", subject)


async def certificates(db: Db) -> dict[UUID, dict[str, object]]:
    """The certificate of everybody who was forgotten."""
    rows = await db.all("select subject_id, certificate from forgotten where practice_id = %s", (db.practice,))
    return {row["subject_id"]: row["certificate"] for row in rows}


async def _forget_consents(db: Db, conversations: Sequence[UUID], patient: UUID | None) -> int:
    """Refusals stay, by keyed hash; the words, and everything that was allowed, go."""
    whose = (db.practice, patient, list(conversations))
    gone = await db.run(
        "delete from consent where practice_id = %s and (patient_id = %s or subject_id = any(%s)) "
        "and (allowed or what not in ('messages', 'calls') or address_hash is null)",
        whose,
    )
    await db.run(
        "update consent set words_sealed = null, shown_sealed = null, subject_id = null, patient_id = null "
        "where practice_id = %s and (patient_id = %s or subject_id = any(%s))",
        whose,
    )
    return gone


async def _forget_delivered(db: Db, person: Person) -> int:
    """The demo's own phone and mailbox are in its database too."""
    addresses = {address for _, address in person.addresses}
    hashes = [one for address in addresses for one in phone_hashes(db, address)]
    texts = await db.all(
        "delete from local_text where practice_id = %s and phone_hash = any(%s) returning subject_id",
        (db.practice, hashes),
    )
    gone = [row["subject_id"] for row in texts]
    for row in await db.all("select id, subject_id, raw_sealed from local_mail where practice_id = %s", (db.practice,)):
        key = await db.subject(row["subject_id"])
        raw = key.open(row["raw_sealed"], place=place("local_mail", row["id"], "raw"))
        if str(message_from_bytes(raw, policy=default)["To"]).lower() in addresses:
            await db.run("delete from local_mail where practice_id = %s and id = %s", (db.practice, row["id"]))
            gone.append(row["subject_id"])
    for subject in gone:
        await destroy_subject(db, subject)
    return len(gone)
