"""The recovery key's part in the database: its public half, and each practice's keys sealed for it."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import PracticeId
from frontdesk.storage.database import Db, Storage
from frontdesk.vault.faults import RecoveryFault
from frontdesk.vault.keyring import wrap_keys
from frontdesk.vault.master import Wraps
from frontdesk.vault.recovery import RecoveryKey, keys_recovered, keys_sealed_for

Owner = Connection[DictRow]
"""A connection as the owner of the tables: only a person at the command line has one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryState:
    """The recovery key there is. `confirmed` None: nobody has shown yet that they hold it."""

    recipient: str
    made: datetime
    confirmed: datetime | None


def recovery_state(owner: Owner) -> RecoveryState | None:
    """The recovery key of the installation; None when none was made."""
    row = owner.execute(
        "select recovery_recipient, recovery_made_at, recovery_confirmed_at from installation"
    ).fetchone()
    if row is None or row["recovery_recipient"] is None:
        return None
    return RecoveryState(
        recipient=row["recovery_recipient"], made=row["recovery_made_at"], confirmed=row["recovery_confirmed_at"]
    )


def has_practices(owner: Owner) -> bool:
    """Whether there is anything that keys were made for."""
    return owner.execute("select from keyring limit 1").rowcount > 0


async def adopt_recovery_key(owner: Owner, storage: Storage, recipient: str, *, now: datetime) -> None:
    """Seal every practice's keys for a recovery key, in the place of one there was; it is yet to be confirmed."""
    owner.execute(
        "update installation set recovery_recipient = %s, recovery_made_at = %s, recovery_confirmed_at = null",
        (recipient, now),
    )
    async with storage.directory() as directory:
        practices = [id for id, _, _ in await directory.practices()]
    for practice in practices:
        async with storage.still(practice) as db:
            await seal_for_recovery(db)
            db.record(Event(what=Happened.RECOVERY_KEY_CHANGED, codes={"step": "made"}))


async def seal_for_recovery(db: Db) -> None:
    """Seal the practice's keys, as they are in force, for the recovery key, where there is one."""
    row = await db.one("select recovery_recipient from installation")
    if row is not None and row["recovery_recipient"] is not None:
        sealed = keys_sealed_for(row["recovery_recipient"], db.practice, db.keyring.keys)
        await db.run("update keyring set for_recovery = %s where practice_id = %s", (sealed, db.practice))


async def confirm_recovery_key(owner: Owner, storage: Storage, key: RecoveryKey, *, now: datetime) -> int:
    """For how many practices the key was shown to recover what is in force; it counts as confirmed now.

    Raises: RecoveryFault when it is another key than the one adopted, or does not recover a practice's keys.
    """
    state = recovery_state(owner)
    if state is None:
        raise RecoveryFault("There is no recovery key yet. Make one: frontdesk keys export-recovery FILE")
    if state.recipient != key.recipient:
        raise RecoveryFault(
            f"This is another recovery key. The one made on {state.made:%Y-%m-%d} has the public half "
            f"{state.recipient}; find its sheet, or make a new one: frontdesk keys export-recovery FILE"
        )
    async with storage.directory() as directory:
        practices = [id for id, _, _ in await directory.practices()]
    for practice in practices:
        async with storage.practice(practice) as db:
            row = await db.one("select for_recovery from keyring where practice_id = %s", (practice,))
            sealed = row["for_recovery"] if row else None
            if sealed is None or keys_recovered(key, practice, bytes(sealed)) != db.keyring.keys:
                raise RecoveryFault(
                    f"The keys of practice {practice} are not recovered by it. Make a new recovery key: "
                    "frontdesk keys export-recovery FILE"
                )
    owner.execute("update installation set recovery_confirmed_at = %s", (now,))
    for practice in practices:
        async with storage.practice(practice) as db:
            db.record(Event(what=Happened.RECOVERY_KEY_CHANGED, codes={"step": "confirmed"}))
    return len(practices)


def restore_keys(owner: Owner, key: RecoveryKey, master: Wraps) -> int:
    """For how many practices the keys were recovered and wrapped by the master key that there is now: all or none.

    Raises: RecoveryFault.
    """
    with owner.transaction():
        rows = owner.execute("select practice_id, for_recovery from keyring for update").fetchall()
        for row in rows:
            practice = PracticeId(row["practice_id"])
            if row["for_recovery"] is None:
                raise RecoveryFault(f"The keys of practice {practice} were never sealed for a recovery key.")
            keys = keys_recovered(key, practice, bytes(row["for_recovery"]))
            owner.execute(
                "update keyring set wrapped = %s, generation = generation + 1 where practice_id = %s",
                (wrap_keys(practice, keys, master), practice),
            )
    return len(rows)
