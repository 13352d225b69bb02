"""A practice's own OpenID provider, who is who there, and the ways to it that somebody is on."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """Where a practice's people sign in elsewhere: `issuer` is its address, the rest is how it knows us."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """What the provider's answer has to fit."""

    nonce: str
    verifier: str = field(repr=False)


async def set_provider(db: Db, provider: Provider, *, by: str, now: datetime) -> None:
    """The practice's provider from now on; whoever was known at another one is known there no more."""
    await remove_provider(db)
    id = new_id()
    key = await db.new_subject(id)
    await db.run(
        "insert into openid_provider (practice_id, id, issuer, client_id, secret_sealed, set_by, set_at) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        (
            db.practice,
            id,
            provider.issuer,
            provider.client_id,
            key.seal(provider.secret, place=place("openid_provider", id, "secret")),
            by,
            now,
        ),
    )


async def remove_provider(db: Db) -> bool:
    """Whether there was one; nobody comes in through it any more."""
    await db.run("delete from openid_journey where practice_id = %s", (db.practice,))
    await db.run("delete from openid_account where practice_id = %s", (db.practice,))
    return bool(await db.run("delete from openid_provider where practice_id = %s", (db.practice,)))


async def provider_of(db: Db) -> Provider | None:
    """The practice's provider; None where its people sign in here alone."""
    row = await db.one("select * from openid_provider where practice_id = %s", (db.practice,))
    if row is None:
        return None
    key = await db.subject(row["id"])
    secret = key.open(bytes(row["secret_sealed"]), place=place("openid_provider", row["id"], "secret"))
    return Provider(issuer=row["issuer"], client_id=row["client_id"], secret=secret.decode())


async def begin_journey(db: Db, state: str, journey: Journey, *, until: datetime, now: datetime) -> None:
    """Keep what the provider's answer has to fit; those that nobody came back from are dropped."""
    await db.run("delete from openid_journey where practice_id = %s and ends_at <= %s", (db.practice, now))
    await db.run(
        "insert into openid_journey (practice_id, state_hash, nonce, verifier, ends_at) values (%s, %s, %s, %s, %s)",
        (db.practice, _hash(state), journey.nonce, journey.verifier, until),
    )


async def end_journey(db: Db, state: str, *, now: datetime) -> Journey | None:
    """What was kept, this once; None when it is over, was used, or was never begun here."""
    row = await db.one(
        "delete from openid_journey where practice_id = %s and state_hash = %s returning *",
        (db.practice, _hash(state)),
    )
    return Journey(nonce=row["nonce"], verifier=row["verifier"]) if row and row["ends_at"] > now else None


async def linked_account(db: Db, issuer: str, subject: str) -> UUID | None:
    """Whose account somebody at the provider is; None when they were not here before."""
    row = await db.one(
        "select account_id from openid_account where practice_id = %s and subject_hash = any(%s)",
        (db.practice, _subject_hashes(db, issuer, subject)),
    )
    return row["account_id"] if row else None


async def link_account(db: Db, issuer: str, subject: str, account: UUID, *, now: datetime) -> bool:
    """Whether the account is theirs from now on; one that is somebody else's at the provider stays that one's."""
    if await linked_account(db, issuer, subject) is not None:
        return False
    linked = await db.run(
        "insert into openid_account (practice_id, subject_hash, account_id, linked_at) values (%s, %s, %s, %s) "
        "on conflict do nothing",
        (db.practice, _subject_hashes(db, issuer, subject)[-1], account, now),
    )
    return bool(linked)


def _hash(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()  # of 256 random bits


def _subject_hashes(db: Db, issuer: str, subject: str) -> list[bytes]:
    return db.keyring.lookups("openid subject", f"{issuer} {subject}")
