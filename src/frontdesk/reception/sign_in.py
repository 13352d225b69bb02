"""Signing in: a password, then a second factor that cannot be left out. Whoever fails learns nothing from how."""

import asyncio
import base64
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from frontdesk.domain.audit import Event, Happened, Outcome
from frontdesk.storage import people, sessions
from frontdesk.storage.database import Db
from frontdesk.storage.paces import Pace, may
from frontdesk.storage.people import Access, Account

SHORTEST, LONGEST = 12, 128
RECOVERY_CODES = 10
STEP = 30
DRIFT = 1
"""Steps that a phone's clock may be off, before or after."""

BY_ACCOUNT = Pace(name="sign-in-account", at_once=5, every=timedelta(minutes=2))
BY_ADDRESS = Pace(name="sign-in-address", at_once=30, every=timedelta(seconds=20))
BY_PRACTICE = Pace(name="sign-in-practice", at_once=200, every=timedelta(seconds=1))
SECOND_FACTOR = Pace(name="second-factor", at_once=5, every=timedelta(minutes=2))

COMMON = frozenset(
    [
        "password1234",
        "passwordpassword",
        "123456789012",
        "qwertyuiop12",
        "qwertyuiopas",
        "letmeinletmein",
        "welcome12345",
        "iloveyou1234",
        "administrator",
        "changemenow1",
        "frontdesk1234",
        "receptionist",
        "receptionist1",
        "medspa123456",
        "botoxbotox12",
        "smile1234567",
    ]
)

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory


def _of_nobody() -> str:
    """A hash that no password has, and that takes as long to be checked as any other."""
    salt, tag = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_hasher.salt_len, _hasher.hash_len)
    )
    return f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${salt}${tag}"


NOBODYS = _of_nobody()
"""Checked where there is no account, from the first time on, so that this takes as long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """The password was right; the second factor is to be shown with this token."""

    token: str
    account: Account


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Wrong address or password, an account not in use, too many tries: nobody outside can tell which."""


async def sign_in(
    db: Db, email: str, password: str, *, address: str, device: str, id: UUID, now: datetime
) -> Begun | Refused:
    """A session that still lacks its second factor."""
    for pace, about in ((BY_ADDRESS, address), (BY_PRACTICE, ""), (BY_ACCOUNT, email.strip().lower())):
        if not await may(db, pace, about, now=now):
            return refuse(db, None, by="too-often")
    account = await people.account_of(db, email)
    stored = account.password_hash if account and account.access is Access.ACTIVE else None
    right = await asyncio.to_thread(_verify, stored or NOBODYS, password[:LONGEST])
    if account is None or stored is None or not right:
        return refuse(db, account, by="password")
    if _hasher.check_needs_rehash(stored):
        await people.set_password(db, account.id, await hash_of(password))
    token = secrets.token_urlsafe(32)
    await sessions.begin_session(db, id, account.id, token, proven=False, device=device, now=now)
    return Begun(token=token, account=account)


def refuse(db: Db, account: Account | None, *, by: str) -> Refused:
    """The one answer to whoever does not get in; what was wrong stands in the audit alone."""
    whose = frozenset({account.id} if account else set[UUID]())
    db.record(Event(what=Happened.SIGNED_IN, outcome=Outcome.REFUSED, subjects=whose, codes={"shown": by}))
    return Refused()


async def prove(db: Db, session: sessions.Session, *, device: str, id: UUID, now: datetime) -> str:
    """The token of the session that both factors were shown for; the one before is over."""
    await sessions.end_session(db, session.id, account=session.account, now=now)
    token = secrets.token_urlsafe(32)
    await sessions.begin_session(db, id, session.account, token, proven=True, device=device, now=now)
    return token


async def code_is_right(db: Db, account: Account, code: str, *, now: datetime) -> bool:
    """Whether it is the code of their authenticator now, or an unused recovery code. Each works once."""
    right = await _code_is_right(db, account, code, now=now)
    if not right:
        refuse(db, account, by="code")
    return right


async def _code_is_right(db: Db, account: Account, code: str, *, now: datetime) -> bool:
    if not account.enrolled or not await may(db, SECOND_FACTOR, str(account.id), now=now):
        return False
    plain = "".join(letter for letter in code if letter.isalnum())
    if account.totp_confirmed and account.totp_secret and plain.isdigit() and len(plain) == 6:
        return await _is_totp(db, account.id, account.totp_secret, plain, now=now)
    return await people.use_recovery_code(db, account.id, plain, now=now)


async def authenticator_is_set_up(db: Db, account: Account, code: str, *, now: datetime) -> bool:
    """Whether the code shows that their authenticator holds the secret it was given; it counts from then on."""
    if account.totp_secret is None or not await may(db, SECOND_FACTOR, str(account.id), now=now):
        return False
    return await _is_totp(db, account.id, account.totp_secret, "".join(code.split()), now=now)


async def is_password(db: Db, account: Account, password: str, *, now: datetime) -> bool:
    """Whether it is the account's password; tried as rarely as at sign-in."""
    tried = account.password_hash is not None and await may(db, BY_ACCOUNT, account.email, now=now)
    right = tried and await asyncio.to_thread(_verify, account.password_hash or NOBODYS, password[:LONGEST])
    if not right:
        refuse(db, account, by="password" if tried else "too-often")
    return right


def weakness(password: str, *, about: Sequence[str]) -> str | None:
    """What is wrong with a new password, as an end of a sentence; None when it will do. `about`: words not to use."""
    if len(password) < SHORTEST:
        return f"needs at least {SHORTEST} characters; a few words in a row are easy to remember"
    if len(password) > LONGEST:
        return f"may have {LONGEST} characters at most"
    low = password.casefold()
    if low in COMMON or len(set(low)) < 5:
        return "is one of those that are tried first"
    if any(len(word) > 2 and word.casefold() in low for word in about):
        return "contains your name, your address or the practice's name"
    return None


async def hash_of(password: str) -> str:
    """Its argon2id hash, made beside the event loop: it takes a while on purpose."""
    return await asyncio.to_thread(_hasher.hash, password)


def new_totp_secret() -> str:
    """160 bits in base32, as authenticators read them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def totp_address(secret: str, *, email: str, practice: str) -> str:
    """The otpauth:// address that an authenticator scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=practice)


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 bits each, in groups that can be read aloud."""
    letters = string.ascii_lowercase[:26].replace("l", "").replace("o", "").replace("i", "") + "23456789"
    return [
        "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


async def _is_totp(db: Db, id: UUID, secret: str, code: str, *, now: datetime) -> bool:
    step = _step_of(secret, code, now)
    return step is not None and await people.use_totp_step(db, id, step)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    totp, at = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for step in range(at - DRIFT, at + DRIFT + 1):
        if secrets.compare_digest(totp.at(step * STEP).encode(), code.encode()):
            return step
    return None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
