"""AES-256-GCM by Tink: a keyset that seals and opens, whatever it is used for.

A keyset may hold several keys: one seals, each ciphertext names the one that opens it.
"""

import tink
from tink import aead, proto_keyset_format, secret_key_access
from tink.proto import tink_pb2

aead.register()

CipherFault = tink.TinkError
"""What Tink raises: nothing it was given opens or reads."""

MARK_BYTES = 5
"""How much of a ciphertext names its key: Tink's version, and the key's number."""


class Cipher:
    """One keyset, ready to seal and to open."""

    def __init__(self, keyset: bytes) -> None:
        """`keyset` as `new_keyset` gives it. Raises: CipherFault."""
        handle = proto_keyset_format.parse(keyset, secret_key_access.TOKEN)
        self._aead: aead.Aead = handle.primitive(aead.Aead)
        self.mark: bytes = b"\x01" + int(handle.keyset_info().primary_key_id).to_bytes(4)
        """What everything begins with that is sealed here."""

    def seal(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """The ciphertext, 33 bytes longer; it opens only with the same `bound_to`."""
        sealed: bytes = self._aead.encrypt(plain, bound_to)
        return sealed

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """What was sealed. Raises: CipherFault."""
        plain: bytes = self._aead.decrypt(sealed, bound_to)
        return plain


def new_keyset() -> bytes:
    """A fresh key in a keyset of its own; secret as it stands."""
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    keyset: bytes = proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return keyset


def joined(seals: bytes, opens: bytes) -> bytes:
    """A keyset that seals as the first does, and opens what either sealed. Raises: CipherFault for two alike."""
    first, second = tink_pb2.Keyset.FromString(seals), tink_pb2.Keyset.FromString(opens)
    known = {key.key_id for key in first.key}
    if any(key.key_id in known for key in second.key):
        raise CipherFault("two keys have the same number")
    first.key.extend(second.key)
    keyset: bytes = first.SerializeToString()
    return keyset


def primary_only(keyset: bytes) -> bytes:
    """The keyset without the keys that only open."""
    kept = tink_pb2.Keyset.FromString(keyset)
    others = [key for key in kept.key if key.key_id != kept.primary_key_id]
    for key in others:
        kept.key.remove(key)
    alone: bytes = kept.SerializeToString()
    return alone


def binding(*parts: str | bytes) -> bytes:
    """The parts as one text of bytes; no other parts give the same."""
    return b"".join(
        len(part).to_bytes(4) + part for part in (part.encode() if isinstance(part, str) else part for part in parts)
    )
