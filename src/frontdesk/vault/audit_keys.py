"""What the audit is sealed with: a key for MACs that the database never sees, and one that signs anchors.

Both are derived from the practice's look-up keys, which a rotation only adds to: so every event stays provable
under the version of the keys that it was written with.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.cipher import binding

HIDDEN_LETTERS = 16


class AuditKeys:
    """The audit's keys of one practice, by version."""

    def __init__(self, practice: PracticeId, chain: Sequence[bytes]) -> None:
        """`chain` is the practice's look-up keys, oldest first."""
        self._mac = [_derived(key, "audit mac", practice) for key in chain]
        self._seeds = [_derived(key, "audit anchor", practice) for key in chain]
        self._hiding = _derived(chain[0], "audit address", practice)

    @property
    def version(self) -> int:
        """The version that is written with now, from 1."""
        return len(self._mac)

    def mac(self, version: int, *parts: str | bytes) -> bytes | None:
        """32 bytes that only a holder of these keys can make; None for a version that there is not."""
        if not 1 <= version <= self.version:
            return None
        return hmac.digest(self._mac[version - 1], binding(*parts), hashlib.sha256)

    def hidden(self, address: str) -> str:
        """What stands for an address: the same each time, in this practice only."""
        return hmac.digest(self._hiding, address.encode(), hashlib.sha256).hex()[:HIDDEN_LETTERS]

    def sign(self, content: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032), which anybody who has the public key can check."""
        return _signer(self._seeds[-1]).sign(content)

    def public_key(self, version: int) -> bytes | None:
        """The 32 bytes that check signatures of that version; None for a version that there is not."""
        if not 1 <= version <= self.version:
            return None
        return _signer(self._seeds[version - 1]).public_key().public_bytes_raw()


def is_signed(content: bytes, signature: bytes, *, public_key: bytes) -> bool:
    """Whether the holder of that key signed the content."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def _signer(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _derived(key: bytes, use: str, practice: PracticeId) -> bytes:
    return hmac.digest(key, binding(use, practice.bytes), hashlib.sha256)
