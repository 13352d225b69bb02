"""What can be done with the keys themselves: replaced, and destroyed, so that what they sealed is noise."""

from uuid import UUID

from frontdesk.domain.audit import Event, Happened
from frontdesk.storage.database import Db
from frontdesk.vault.practice_keys import PracticeKeys
from frontdesk.vault.recovery import keys_sealed_for


async def destroy_subject(db: Db, subject: UUID) -> bool:
    """Whether there was a key to destroy. Once this transaction stands, nothing sealed for the subject opens.

    Every process lets go of the key at its next transaction. A copy of the database made before still holds it.
    """
    db.opened.pop(subject, None)
    db.keys.drop(db.practice)
    destroyed = await db.run(
        "delete from subject_key where practice_id = %s and subject_id = %s", (db.practice, subject)
    )
    await db.run("update keyring set generation = generation + 1 where practice_id = %s", (db.practice,))
    if destroyed:
        db.record(Event(what=Happened.KEY_DESTROYED, subjects=frozenset({subject})))
    return bool(destroyed)


async def store_keys(db: Db, keys: PracticeKeys, wrapped: bytes) -> None:
    """Put a practice's keys in the place of those it has; every process takes them up at its next transaction."""
    recovery = await db.one("select recovery_recipient from installation")
    recipient = recovery["recovery_recipient"] if recovery else None
    await db.run(
        "update keyring set wrapped = %s, for_recovery = %s, generation = generation + 1 where practice_id = %s",
        (wrapped, keys_sealed_for(recipient, db.practice, keys) if recipient else None, db.practice),
    )
