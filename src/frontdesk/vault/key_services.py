"""A master key that a key service keeps: it never leaves there; the service wraps a small key for each keyring."""

from typing import Protocol

from frontdesk.vault.cipher import Cipher, CipherFault, new_keyset
from frontdesk.vault.faults import CannotOpen

_LENGTH_BYTES = 4


class KeyService(Protocol):
    """What a key service does with a key of its own. A call takes a network's time and blocks."""

    def encrypt(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """At most 4096 bytes, encrypted. Raises: MasterKeyFault."""
        ...

    def decrypt(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """What was encrypted with the same `bound_to`. Raises: MasterKeyFault, CannotOpen."""
        ...


class ServiceKey:
    """The master key of a key service."""

    def __init__(self, service: KeyService) -> None:
        self._service = service

    def wrap(self, keys: bytes, *, bound_to: bytes) -> bytes:
        """The keys, sealed with a key of their own, which the service has wrapped. Raises: MasterKeyFault."""
        keyset = new_keyset()
        wrapped = self._service.encrypt(keyset, bound_to=bound_to)
        return len(wrapped).to_bytes(_LENGTH_BYTES) + wrapped + Cipher(keyset).seal(keys, bound_to=bound_to)

    def unwrap(self, wrapped: bytes, *, bound_to: bytes) -> bytes:
        """The keys again. Raises: CannotOpen, MasterKeyFault."""
        end = _LENGTH_BYTES + int.from_bytes(wrapped[:_LENGTH_BYTES])
        if end >= len(wrapped):
            raise CannotOpen("These keys were not wrapped by a key service. Set FRONTDESK_MASTER_KEY as it was.")
        keyset = self._service.decrypt(wrapped[_LENGTH_BYTES:end], bound_to=bound_to)
        try:
            return Cipher(keyset).open(wrapped[end:], bound_to=bound_to)
        except CipherFault:
            raise CannotOpen("These keys were altered. Use the recovery key: `frontdesk keys restore`.") from None
