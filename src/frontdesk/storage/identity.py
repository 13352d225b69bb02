"""Codes sent to prove who is writing, and attempts counted so that nobody guesses. Only keyed hashes are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.compliance.identity import CODE_HOLDS, MOST_TRIES, TRIES_OF_A_CODE, WITHIN
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.storage.database import Db


async def may_try(db: Db, about: Sequence[str], *, now: datetime) -> bool:
    """Whether one more attempt about each of these (an address, a number) is allowed; it is counted when it is.

    Attempts about the same thing at the same moment wait for each other, so that the limit holds.
    """
    tried = sorted(db.keyring.lookups("attempt", one) for one in set(about))
    for hashes in tried:
        await db.one("select pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))", (hashes[-1],))
    for hashes in tried:
        row = await db.one(
            "select count(*) as tries from identity_try where practice_id = %s and about_hash = any(%s) and at > %s",
            (db.practice, hashes, now - WITHIN),
        )
        if row is None or row["tries"] >= MOST_TRIES:
            return False
    for one in (hashes[-1] for hashes in tried):
        await db.run(
            "insert into identity_try (practice_id, about_hash, at) values (%s, %s, %s)", (db.practice, one, now)
        )
    return True


async def keep_code(
    db: Db, conversation: ConversationId, code: str, *, patient: PatientId | None, now: datetime
) -> None:
    """The code that proves, in this conversation and for a while, to be that patient. It takes an earlier one's place.

    Without a patient nothing is ever right: the row is there so that both cases go the same way.
    """
    await db.run(
        "insert into identity_code (practice_id, conversation_id, patient_id, code_hash, expires_at, tries_left) "
        "values (%s, %s, %s, %s, %s, %s) on conflict (practice_id, conversation_id) do update set "
        "patient_id = excluded.patient_id, code_hash = excluded.code_hash, expires_at = excluded.expires_at, "
        "tries_left = excluded.tries_left",
        (db.practice, conversation, patient, _hashes(db, conversation, code)[-1], now + CODE_HOLDS, TRIES_OF_A_CODE),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """It was not the code, or it is over; `left` more tries of it are allowed."""

    left: int


async def use_code(db: Db, conversation: ConversationId, code: str, *, now: datetime) -> PatientId | Wrong:
    """Who it proves the writer to be. A code works once."""
    row = await db.one(
        "update identity_code set tries_left = tries_left - 1 where practice_id = %s and conversation_id = %s "
        "and tries_left > 0 and expires_at > %s returning patient_id, code_hash, tries_left",
        (db.practice, conversation, now),
    )
    if row is None:
        return Wrong(left=0)
    patient: UUID | None = row["patient_id"]
    if patient is None or bytes(row["code_hash"]) not in _hashes(db, conversation, code):
        return Wrong(left=row["tries_left"])
    await db.run(
        "delete from identity_code where practice_id = %s and conversation_id = %s", (db.practice, conversation)
    )
    return PatientId(patient)


def _hashes(db: Db, conversation: ConversationId, code: str) -> list[bytes]:
    """All that may stand for the code in the table, the one to write last."""
    return db.keyring.lookups("code", f"{conversation}:{code}")
