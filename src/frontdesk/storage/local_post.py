"""What the demo's own carrier and post office delivered: a phone's screen and a mailbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredText:
    """A text on a phone's screen."""

    body: str
    from_patient: bool
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredMail:
    """A mail as it arrived, headers and all."""

    id: UUID
    raw: bytes
    at: datetime


async def keep_text(db: Db, *, id: UUID, key: str, phone: str, body: str, from_patient: bool, now: datetime) -> bool:
    """Whether the text is new on that phone's screen; a known key is shown once."""
    if await db.one("select from local_text where practice_id = %s and key = %s", (db.practice, key)):
        return False
    subject = await db.new_subject(id)
    kept = await db.run(
        "insert into local_text (practice_id, id, key, phone_hash, subject_id, body_sealed, from_patient, at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            id,
            key,
            phone_hashes(db, phone)[-1],
            id,
            subject.seal(body, place=place("local_text", id, "body")),
            from_patient,
            now,
        ),
    )
    db.announce("text", id)
    return bool(kept)


async def texts_on(db: Db, phone: str) -> list[DeliveredText]:
    """What that phone shows, oldest first."""
    rows = await db.all(
        "select * from local_text where practice_id = %s and phone_hash = any(%s) order by order_no",
        (db.practice, phone_hashes(db, phone)),
    )
    shown = []
    for row in rows:
        key = await db.subject(row["subject_id"])
        body = key.open(row["body_sealed"], place=place("local_text", row["id"], "body")).decode()
        shown.append(DeliveredText(body=body, from_patient=row["from_patient"], at=row["at"]))
    return shown


async def keep_mail(db: Db, *, id: UUID, message_id: str, raw: bytes, now: datetime) -> bool:
    """Whether the mail is new in the mailbox; a known Message-ID is kept once, as mail servers do."""
    if await db.one("select from local_mail where practice_id = %s and message_id = %s", (db.practice, message_id)):
        return False
    subject = await db.new_subject(id)
    kept = await db.run(
        "insert into local_mail (practice_id, id, message_id, subject_id, raw_sealed, at) "
        "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (db.practice, id, message_id, id, subject.seal(raw, place=place("local_mail", id, "raw")), now),
    )
    db.announce("mail", id)
    return bool(kept)


async def mails(db: Db) -> list[DeliveredMail]:
    """Every mail that arrived, newest first."""
    rows = await db.all(
        "select * from local_mail where practice_id = %s order by order_no desc limit 200", (db.practice,)
    )
    kept = []
    for row in rows:
        key = await db.subject(row["subject_id"])
        raw = key.open(row["raw_sealed"], place=place("local_mail", row["id"], "raw"))
        kept.append(DeliveredMail(id=row["id"], raw=raw, at=row["at"]))
    return kept


def phone_hashes(db: Db, phone: str) -> list[bytes]:
    """All that may stand for a phone in the demo's own carrier, the one to write last."""
    return db.keyring.lookups("local phone", phone)
