"""The keys of one practice: one that wraps a data key per patient or conversation, one for look-ups.

    master key -> keyring of a practice -> key of a subject -> a field

Each step is bound to what it belongs to, so nothing opens where it was not sealed: a keyring to its
practice, a subject's key to practice and subject, a field to these and its table, row and column.
To forget a patient is to destroy the subject's wrapped key.
"""

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from uuid import UUID

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.cipher import Cipher, CipherFault, binding, new_keyset
from frontdesk.vault.faults import CannotOpen
from frontdesk.vault.master import Wraps

_LOOKUP_KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a sealed field stands."""

    table: str
    row: UUID | str
    column: str


class SubjectKey:
    """The data key of one patient or conversation."""

    def __init__(self, cipher: Cipher, owner: bytes) -> None:
        self._cipher = cipher
        self._owner = owner

    def seal(self, plain: str | bytes, *, place: Place) -> bytes:
        """The field as it is stored; text as UTF-8. It opens at this place alone."""
        content = plain.encode() if isinstance(plain, str) else plain
        return self._cipher.seal(content, bound_to=self._bound_to(place))

    def open(self, sealed: bytes, *, place: Place) -> bytes:
        """What was sealed at this place. Raises: CannotOpen."""
        try:
            return self._cipher.open(sealed, bound_to=self._bound_to(place))
        except CipherFault:
            raise CannotOpen(
                f"{place.table}.{place.column} of row {place.row} does not open: it was changed, or sealed for "
                "another place. Restore that row from a backup."
            ) from None

    def _bound_to(self, place: Place) -> bytes:
        return self._owner + binding(place.table, str(place.row), place.column)


class Keyring:
    """The keys of one practice, opened."""

    def __init__(self, practice: PracticeId, *, wrapping: Cipher, lookup_key: bytes) -> None:
        self._practice = practice
        self._wrapping = wrapping
        self._lookup_key = lookup_key

    def new_subject_key(self, subject: UUID) -> bytes:
        """A data key for one patient or conversation, wrapped: ready to be stored."""
        return self._wrapping.seal(new_keyset(), bound_to=self._owner("subject key", subject))

    def subject(self, subject: UUID, wrapped: bytes) -> SubjectKey:
        """The subject's data key. Raises: CannotOpen."""
        try:
            keyset = self._wrapping.open(wrapped, bound_to=self._owner("subject key", subject))
            return SubjectKey(Cipher(keyset), self._owner("field", subject))
        except CipherFault:
            raise CannotOpen(
                f"The key of subject {subject} does not open: it was changed, or wrapped for another subject or "
                "practice. Restore it from a backup."
            ) from None

    def lookup(self, kind: str, value: str) -> bytes:
        """32 bytes that stand for a value in an index: the same for the same kind and value, in this practice only."""
        return hmac.digest(self._lookup_key, binding(kind, value), hashlib.sha256)

    def _owner(self, use: str, subject: UUID) -> bytes:
        return binding(use, self._practice.bytes, subject.bytes)


def new_keyring(practice: PracticeId, master: Wraps) -> bytes:
    """The keys of a new practice, wrapped by the master key: ready to be stored."""
    keys = {
        "version": 1,
        "wrapping": b64encode(new_keyset()).decode(),
        "lookup": b64encode(secrets.token_bytes(_LOOKUP_KEY_BYTES)).decode(),
    }
    return master.wrap(json.dumps(keys).encode(), bound_to=_bound_to(practice))


def open_keyring(practice: PracticeId, wrapped: bytes, master: Wraps) -> Keyring:
    """The keys of a practice. Raises: CannotOpen."""
    try:
        keys = json.loads(master.unwrap(wrapped, bound_to=_bound_to(practice)))
    except CannotOpen as fault:
        raise CannotOpen(f"The keyring of practice {practice} does not open. {fault}") from None
    return Keyring(practice, wrapping=Cipher(b64decode(keys["wrapping"])), lookup_key=b64decode(keys["lookup"]))


def _bound_to(practice: PracticeId) -> bytes:
    return binding("keyring", practice.bytes)
