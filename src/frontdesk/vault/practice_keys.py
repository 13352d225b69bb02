"""What a practice's keyring holds, and the steps by which its keys are replaced. Pure but for the new keys.

A rotation has two stretches. While PREPARING, new keys stand ready beside the old ones and nothing is sealed with
them yet; look-up hashes are carried over. While RESEALING, everything is sealed with the new ones and what is old is
sealed anew. Between two stretches every process must have seen the change, which is the database's part.

A look-up hash cannot be opened, so its keys form a chain: the newest one is applied to what the ones before it gave.
Whoever has stolen the older keys can do nothing with such a hash, and nothing has to be known again to carry it over.
"""

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from enum import Enum

from frontdesk.vault.cipher import joined, new_keyset, primary_only

_KEY_BYTES = 32


class Phase(Enum):
    """How far a rotation is."""

    STEADY = "steady"
    PREPARING = "preparing"
    RESEALING = "resealing"


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeKeys:
    """The secret keys of one practice.

    `wrapping` is a keyset; `lookup` the chain, oldest first; `signing` what links are signed with, newest first: the
    one before the last rotation still counts, so that links sent out stay good.
    """

    wrapping: bytes = field(repr=False)
    lookup: tuple[bytes, ...] = field(repr=False)
    signing: tuple[bytes, ...] = field(repr=False)
    phase: Phase = Phase.STEADY

    @property
    def version(self) -> int:
        """1 for a practice's first keys; one more with each rotation that was begun."""
        return len(self.lookup)

    def prepared(self) -> "PracticeKeys":
        """With new keys: what wraps and signs is new at once, look-ups go by both."""
        return PracticeKeys(
            wrapping=joined(new_keyset(), self.wrapping),
            lookup=(*self.lookup, secrets.token_bytes(_KEY_BYTES)),
            signing=(secrets.token_bytes(_KEY_BYTES), self.signing[0]),
            phase=Phase.PREPARING,
        )

    def resealing(self) -> "PracticeKeys":
        """Sealing with the new keys from here on; look-ups go by the new ones alone."""
        return replace(self, phase=Phase.RESEALING)

    def settled(self) -> "PracticeKeys":
        """Without the old wrapping key: what it wrapped is gone for good."""
        return replace(self, wrapping=primary_only(self.wrapping), phase=Phase.STEADY)

    def to_bytes(self) -> bytes:
        """As it is wrapped and stored; secret as it stands."""
        return json.dumps(
            {
                "version": 2,
                "wrapping": b64encode(self.wrapping).decode(),
                "lookup": [b64encode(key).decode() for key in self.lookup],
                "signing": [b64encode(key).decode() for key in self.signing],
                "phase": self.phase.value,
            }
        ).encode()


def new_practice_keys() -> PracticeKeys:
    """The first keys of a practice."""
    return PracticeKeys(
        wrapping=new_keyset(),
        lookup=(secrets.token_bytes(_KEY_BYTES),),
        signing=(secrets.token_bytes(_KEY_BYTES),),
    )


def practice_keys_from(stored: bytes) -> PracticeKeys:
    """What `to_bytes` gave. Version 1 had one key for look-ups and links."""
    keys = json.loads(stored)
    if keys["version"] == 1:
        only = b64decode(keys["lookup"])
        return PracticeKeys(wrapping=b64decode(keys["wrapping"]), lookup=(only,), signing=(only,))
    return PracticeKeys(
        wrapping=b64decode(keys["wrapping"]),
        lookup=tuple(b64decode(key) for key in keys["lookup"]),
        signing=tuple(b64decode(key) for key in keys["signing"]),
        phase=Phase(keys["phase"]),
    )
