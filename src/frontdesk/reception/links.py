"""Signed links that run out: they name a form by a number that means nothing, and reveal nobody."""

import base64
import hmac
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.keyring import Keyring

_LAYOUT = struct.Struct(">16s16sI16s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What a good link names."""

    practice: PracticeId
    what: UUID
    expires: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkBroken:
    """Not one of ours, or changed on the way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkExpired:
    """Ours, but its time is over."""


def sign_link(keyring: Keyring, practice: PracticeId, what: UUID, *, purpose: str, expires: datetime) -> str:
    """A token of 70 letters for an address, good until `expires` (whole seconds)."""
    until = int(expires.timestamp())
    token = _LAYOUT.pack(practice.bytes, what.bytes, until, _macs(keyring, practice, what, purpose, until)[0])
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


async def read_link(
    token: str, *, purpose: str, now: datetime, keyring_of: Callable[[PracticeId], Awaitable[Keyring | None]]
) -> Link | LinkBroken | LinkExpired:
    """What a token names, once its signature was checked with the practice's own key."""
    try:
        practice_bytes, what_bytes, until, mac = _LAYOUT.unpack(
            base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        )
    except (ValueError, struct.error):
        return LinkBroken()
    practice, what = PracticeId(UUID(bytes=practice_bytes)), UUID(bytes=what_bytes)
    keyring = await keyring_of(practice)
    macs = _macs(keyring, practice, what, purpose, until) if keyring else []
    if not any(hmac.compare_digest(mac, good) for good in macs):
        return LinkBroken()
    expires = datetime.fromtimestamp(until, UTC)
    return LinkExpired() if expires <= now else Link(practice=practice, what=what, expires=expires)


def _macs(keyring: Keyring, practice: PracticeId, what: UUID, purpose: str, until: int) -> list[bytes]:
    """The one to sign with, then those made before the keys were last replaced."""
    return [mac[:16] for mac in keyring.signatures(f"link:{purpose}", f"{practice}:{what}:{until}")]
