"""AES-256-GCM by Tink: a keyset that seals and opens, whatever it is used for.

A keyset may hold several keys: the first one seals, each ciphertext names the one that opens it.
"""

import tink
from tink import aead, proto_keyset_format, secret_key_access

aead.register()

CipherFault = tink.TinkError
"""What Tink raises: nothing it was given opens or reads."""


class Cipher:
    """One keyset, ready to seal and to open."""

    def __init__(self, keyset: bytes) -> None:
        """`keyset` as `new_keyset` gives it. Raises: CipherFault."""
        handle = proto_keyset_format.parse(keyset, secret_key_access.TOKEN)
        self._aead: aead.Aead = handle.primitive(aead.Aead)

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


def binding(*parts: str | bytes) -> bytes:
    """The parts as one text of bytes; no other parts give the same."""
    return b"".join(
        len(part).to_bytes(4) + part for part in (part.encode() if isinstance(part, str) else part for part in parts)
    )
