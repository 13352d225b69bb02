"""Staff accounts: names and addresses sealed, passwords as argon2id, found again by keyed hash of the address."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.compliance.roles import Field, Grant, Role
from frontdesk.domain.audit import Event, Happened
from frontdesk.storage.database import Db, place

_ACCOUNT: LiteralString = (
    "select account.*, exists (select from passkey where passkey.practice_id = account.practice_id "
    "and passkey.account_id = account.id) as has_passkey from account "
)


class Access(Enum):
    """Whether an account may be used."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Somebody who may sign in at one practice. `password_hash` None: not set yet, or signed in elsewhere (OpenID)."""

    id: UUID
    name: str
    email: str
    role: Role
    access: Access
    password_hash: str | None = field(default=None, repr=False)
    totp_secret: str | None = field(default=None, repr=False)
    totp_confirmed: bool = False
    has_passkey: bool = False

    @property
    def enrolled(self) -> bool:
        """Whether there is a second factor: from then on a password alone sets up nothing."""
        return self.totp_confirmed or self.has_passkey


async def add_account(db: Db, account: Account, *, by: str, now: datetime) -> bool:
    """Whether it was entered; an address that has an account already keeps it."""
    if await account_of(db, account.email) is not None:
        return False
    key = await db.new_subject(account.id)
    added = await db.run(
        "insert into account (practice_id, id, email_sealed, email_hash, name_sealed, role, state, invited_by, "
        "made_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            account.id,
            key.seal(account.email.lower(), place=place("account", account.id, "email")),
            _email_hashes(db, account.email)[-1],
            key.seal(account.name, place=place("account", account.id, "name")),
            account.role.value,
            account.access.value,
            by,
            now,
        ),
    )
    return bool(added)


async def account_of(db: Db, email: str) -> Account | None:
    """The account of that address, in any state."""
    row = await db.one(
        _ACCOUNT + "where account.practice_id = %s and email_hash = any(%s)", (db.practice, _email_hashes(db, email))
    )
    return await _read(db, row) if row else None


async def read_account(db: Db, id: UUID) -> Account | None:
    """The account of that id."""
    row = await db.one(_ACCOUNT + "where account.practice_id = %s and id = %s", (db.practice, id))
    return await _read(db, row) if row else None


async def accounts(db: Db) -> list[Account]:
    """Everybody's, in the order they were made."""
    rows = await db.all(_ACCOUNT + "where account.practice_id = %s order by made_at, id", (db.practice,))
    return [await _read(db, row) for row in rows]


async def set_password(db: Db, id: UUID, password_hash: str) -> None:
    """A new password; an invited account is active from here on."""
    await db.run(
        "update account set password_hash = %s, state = case state when 'invited' then 'active' else state end "
        "where practice_id = %s and id = %s",
        (password_hash, db.practice, id),
    )
    _record_change(db, id, "password")


async def begin_anew(db: Db, id: UUID) -> None:
    """No password, no second factor, nobody known elsewhere: the account waits for its owner as at first."""
    await db.run(
        "update account set password_hash = null, totp_sealed = null, totp_confirmed = false, totp_last_step = 0, "
        "state = 'invited' where practice_id = %s and id = %s",
        (db.practice, id),
    )
    await db.run("delete from recovery_code where practice_id = %s and account_id = %s", (db.practice, id))
    await db.run("delete from passkey where practice_id = %s and account_id = %s", (db.practice, id))
    await db.run("delete from openid_account where practice_id = %s and account_id = %s", (db.practice, id))
    _record_change(db, id, "begun-anew")


async def set_role(db: Db, id: UUID, role: Role) -> None:
    """What they may do from now on."""
    await db.run("update account set role = %s where practice_id = %s and id = %s", (role.value, db.practice, id))
    _record_change(db, id, f"role-{role.value}")


async def set_access(db: Db, id: UUID, access: Access) -> None:
    """Whether the account may be used."""
    await db.run("update account set state = %s where practice_id = %s and id = %s", (access.value, db.practice, id))
    _record_change(db, id, f"access-{access.value}")


async def set_totp(db: Db, id: UUID, secret: str) -> None:
    """A secret for an authenticator; it counts once a code of it was shown."""
    key = await db.subject(id)
    await db.run(
        "update account set totp_sealed = %s, totp_confirmed = false, totp_last_step = 0 "
        "where practice_id = %s and id = %s",
        (key.seal(secret, place=place("account", id, "totp")), db.practice, id),
    )
    _record_change(db, id, "authenticator")


async def use_totp_step(db: Db, id: UUID, step: int) -> bool:
    """Whether a code of that 30-second step counts: each step once, and none before one that was used."""
    used = await db.run(
        "update account set totp_last_step = %s, totp_confirmed = true "
        "where practice_id = %s and id = %s and totp_last_step < %s",
        (step, db.practice, id, step),
    )
    return bool(used)


async def keep_recovery_codes(db: Db, id: UUID, codes: Sequence[str]) -> None:
    """New codes, each good for one sign-in; the earlier ones are void."""
    await db.run("delete from recovery_code where practice_id = %s and account_id = %s", (db.practice, id))
    for code in codes:
        await db.run(
            "insert into recovery_code (practice_id, account_id, code_hash) values (%s, %s, %s)",
            (db.practice, id, _code_hash(id, code)),
        )
    _record_change(db, id, "recovery-codes")


async def use_recovery_code(db: Db, id: UUID, code: str, *, now: datetime) -> bool:
    """Whether it is one of theirs and was not used before."""
    used = await db.run(
        "update recovery_code set used_at = %s where practice_id = %s and account_id = %s and code_hash = %s "
        "and used_at is null",
        (now, db.practice, id, _code_hash(id, code)),
    )
    return bool(used)


async def recovery_codes_left(db: Db, id: UUID) -> int:
    """How many were not used yet."""
    row = await db.one(
        "select count(*) as left from recovery_code where practice_id = %s and account_id = %s and used_at is null",
        (db.practice, id),
    )
    return int(row["left"]) if row else 0


async def give_leave(db: Db, grant: Grant, *, kind: str, account: UUID, by: UUID, now: datetime) -> None:
    """Leave to look: "support" is given by the practice, "emergency" is taken by whoever needs it."""
    key = await db.subject(account)
    await db.run(
        "insert into leave_to_look (practice_id, id, kind, account_id, given_by, reason_sealed, fields, begun_at, "
        "until) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            db.practice,
            grant.id,
            kind,
            account,
            by,
            key.seal(grant.reason, place=place("leave_to_look", grant.id, "reason")),
            sorted(one.value for one in grant.fields),
            now,
            grant.until,
        ),
    )
    fields = tuple(sorted(one.value for one in grant.fields))
    codes: dict[str, str | int | tuple[str, ...]] = {"kind": kind, "fields": fields}
    db.record(Event(what=Happened.LEAVE_GIVEN, subjects=frozenset({account}), ids={"grant": grant.id}, codes=codes))


async def end_leave(db: Db, id: UUID, *, by: UUID, now: datetime) -> bool:
    """Whether it was open; it is over at once."""
    ended = await db.run(
        "update leave_to_look set ended_at = %s, ended_by = %s where practice_id = %s and id = %s and ended_at is null",
        (now, by, db.practice, id),
    )
    if ended:
        db.record(Event(what=Happened.LEAVE_ENDED, ids={"grant": id}))
    return bool(ended)


def _record_change(db: Db, account: UUID, changed: str) -> None:
    db.record(Event(what=Happened.ACCOUNT_CHANGED, subjects=frozenset({account}), codes={"changed": changed}))


async def leave_of(db: Db, account: UUID, *, now: datetime) -> tuple[Grant, ...]:
    """The leave somebody has at that moment."""
    rows = await db.all(
        "select * from leave_to_look where practice_id = %s and account_id = %s and ended_at is null and until > %s "
        "order by begun_at",
        (db.practice, account, now),
    )
    return tuple([await _grant(db, row) for row in rows])


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    """One leave with whose it is, for the practice's list."""

    grant: Grant
    kind: str
    account: UUID
    begun: datetime


async def every_leave(db: Db, *, most: int = 50) -> list[Leave]:
    """The latest, those over too."""
    rows = await db.all(
        "select * from leave_to_look where practice_id = %s order by begun_at desc, id limit %s", (db.practice, most)
    )
    return [
        Leave(grant=await _grant(db, row), kind=row["kind"], account=row["account_id"], begun=row["begun_at"])
        for row in rows
    ]


async def _grant(db: Db, row: DictRow) -> Grant:
    key = await db.subject(row["account_id"])  # a reason is typed by hand, and may name a patient
    return Grant(
        id=row["id"],
        reason=key.open(row["reason_sealed"], place=place("leave_to_look", row["id"], "reason")).decode(),
        fields=frozenset(Field(one) for one in row["fields"]),
        until=row["until"],
        ended=row["ended_at"],
    )


async def _read(db: Db, row: DictRow) -> Account:
    id: UUID = row["id"]
    key = await db.subject(id)

    def opened(column: str) -> str | None:
        sealed = row[f"{column}_sealed"]
        return key.open(sealed, place=place("account", id, column)).decode() if sealed else None

    return Account(
        id=id,
        name=opened("name") or "",
        email=opened("email") or "",
        role=Role(row["role"]),
        access=Access(row["state"]),
        password_hash=row["password_hash"],
        totp_secret=opened("totp"),
        totp_confirmed=row["totp_confirmed"],
        has_passkey=row["has_passkey"],
    )


def _email_hashes(db: Db, email: str) -> list[bytes]:
    return db.keyring.lookups("staff e-mail", email.strip().lower())


def _code_hash(id: UUID, code: str) -> bytes:
    """Of 80 random bits: nothing to guess, so nothing to slow down."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(id.bytes + plain.encode()).digest()
