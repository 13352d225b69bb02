"""The keys of one practice: one that wraps a data key per patient or conversation, one for look-ups.

    master key -> keyring of a practice -> key of a subject -> a field

Each step is bound to what it belongs to, so nothing opens where it was not sealed: a keyring to its
practice, a subject's key to practice and subject, a field to these and its table, row and column.
To forget a patient is to destroy the subject's wrapped key.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.audit_keys import AuditKeys
from frontdesk.vault.cipher import Cipher, CipherFault, binding, joined, new_keyset
from frontdesk.vault.faults import CannotOpen
from frontdesk.vault.master import Wraps
from frontdesk.vault.practice_keys import Phase, PracticeKeys, new_practice_keys, practice_keys_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a sealed field stands."""

    table: str
    row: UUID | str
    column: str


class Use(Enum):
    """What a data key was used for."""

    SEALED = "sealed"
    OPENED = "opened"


Tell = Callable[[Place, Use], None]
"""Is told each time that a key is used."""


class SubjectKey:
    """The data key of one patient or conversation."""

    def __init__(self, cipher: Cipher, owner: bytes, tell: Tell | None = None) -> None:
        self._cipher = cipher
        self._owner = owner
        self._tell = tell

    def watched(self, tell: Tell) -> "SubjectKey":
        """The same key, which says each time what it is used for."""
        return SubjectKey(self._cipher, self._owner, tell)

    @property
    def mark(self) -> bytes:
        """The five bytes that everything begins with that this key seals."""
        return self._cipher.mark

    def seal(self, plain: str | bytes, *, place: Place) -> bytes:
        """The field as it is stored; text as UTF-8. It opens at this place alone."""
        content = plain.encode() if isinstance(plain, str) else plain
        if self._tell is not None:
            self._tell(place, Use.SEALED)
        return self._cipher.seal(content, bound_to=self._bound_to(place))

    def open(self, sealed: bytes, *, place: Place) -> bytes:
        """What was sealed at this place. Raises: CannotOpen."""
        if self._tell is not None:
            self._tell(place, Use.OPENED)
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

    def __init__(self, practice: PracticeId, keys: PracticeKeys) -> None:
        self._practice = practice
        self._keys = keys
        self._wrapping = Cipher(keys.wrapping)
        self.audit = AuditKeys(practice, keys.lookup)
        """What the audit is sealed with."""

    @property
    def phase(self) -> Phase:
        """How far a rotation of these keys is."""
        return self._keys.phase

    @property
    def version(self) -> int:
        """1 for the first keys; one more with each rotation that was begun."""
        return self._keys.version

    @property
    def mark(self) -> bytes:
        """The five bytes that every subject's key begins with that is wrapped now."""
        return self._wrapping.mark

    @property
    def keys(self) -> PracticeKeys:
        """The keys themselves, for a rotation or a backup."""
        return self._keys

    def new_subject_key(self, subject: UUID) -> bytes:
        """A data key for one patient or conversation, wrapped: ready to be stored."""
        return self._wrapping.seal(new_keyset(), bound_to=self._owner("subject key", subject))

    def subject(self, subject: UUID, wrapped: bytes, *, opens_also: bytes | None = None) -> SubjectKey:
        """The subject's data key. With `opens_also`, the key before it, it opens what that one sealed too.

        Raises: CannotOpen.
        """
        try:
            keyset = self._unwrapped(subject, wrapped)
            if opens_also is not None:
                keyset = joined(keyset, self._unwrapped(subject, opens_also))
            return SubjectKey(Cipher(keyset), self._owner("field", subject))
        except CipherFault:
            raise CannotOpen(
                f"The key of subject {subject} does not open: it was changed, or wrapped for another subject or "
                "practice. Restore it from a backup."
            ) from None

    def lookup(self, kind: str, value: str) -> bytes:
        """What stands for a value in an index: the same for the same kind and value, in this practice only.

        32 bytes; after a rotation 34, whose first two tell how many keys were applied.
        """
        return self._links(kind, value)[-1]

    def lookups(self, kind: str, value: str) -> list[bytes]:
        """All that may stand for the value in an index now, the newest last: two while a rotation carries them over.

        Look up with `= any(...)`, never with `=`.
        """
        return self._links(kind, value)[-2:] if self.phase is Phase.PREPARING else [self.lookup(kind, value)]

    def carried_over(self, found: bytes) -> bytes:
        """What stands for the same value under the newest key, where `found` was made with all but that one."""
        return _next_link(self._keys.lookup, self.version, found)

    @property
    def lookup_mark(self) -> bytes:
        """What every look-up hash of 34 bytes begins with that is made now."""
        return self.version.to_bytes(2)

    def signatures(self, kind: str, value: str) -> list[bytes]:
        """The 32 bytes to sign a value with, and those that still count; the first is the one to sign with."""
        return [hmac.digest(key, binding(kind, value), hashlib.sha256) for key in self._keys.signing]

    def _links(self, kind: str, value: str) -> list[bytes]:
        """What the value looked like under each version, oldest first."""
        links = [hmac.digest(self._keys.lookup[0], binding(kind, value), hashlib.sha256)]
        for version in range(2, self.version + 1):
            links.append(_next_link(self._keys.lookup, version, links[-1]))
        return links

    def _unwrapped(self, subject: UUID, wrapped: bytes) -> bytes:
        return self._wrapping.open(wrapped, bound_to=self._owner("subject key", subject))

    def _owner(self, use: str, subject: UUID) -> bytes:
        return binding(use, self._practice.bytes, subject.bytes)


def new_keyring(practice: PracticeId, master: Wraps) -> bytes:
    """The keys of a new practice, wrapped by the master key: ready to be stored."""
    return wrap_keys(practice, new_practice_keys(), master)


def wrap_keys(practice: PracticeId, keys: PracticeKeys, master: Wraps) -> bytes:
    """A practice's keys, wrapped by the master key: ready to be stored."""
    return master.wrap(keys.to_bytes(), bound_to=_bound_to(practice))


def open_keyring(practice: PracticeId, wrapped: bytes, master: Wraps) -> Keyring:
    """The keys of a practice. Raises: CannotOpen."""
    try:
        keys = practice_keys_from(master.unwrap(wrapped, bound_to=_bound_to(practice)))
    except CannotOpen as fault:
        raise CannotOpen(f"The keyring of practice {practice} does not open. {fault}") from None
    return Keyring(practice, keys)


def _next_link(chain: tuple[bytes, ...], version: int, before: bytes) -> bytes:
    return version.to_bytes(2) + hmac.digest(chain[version - 1], before, hashlib.sha256)


def _bound_to(practice: PracticeId) -> bytes:
    return binding("keyring", practice.bytes)
