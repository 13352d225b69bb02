"""The master key: it wraps the keys of every practice and nothing else.

By default it is a file beside the data; a key service may keep it instead (`key_services`).
"""

import binascii
import os
import stat
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Protocol

from frontdesk.vault.cipher import Cipher, CipherFault, new_keyset
from frontdesk.vault.faults import CannotOpen, MasterKeyFault

FILE = "master.key"


class Wraps(Protocol):
    """Wraps keys with a key that never leaves it."""

    def wrap(self, keys: bytes, *, bound_to: bytes) -> bytes:
        """The keys, sealed; they open only with the same `bound_to`."""
        ...

    def unwrap(self, wrapped: bytes, *, bound_to: bytes) -> bytes:
        """The keys again. Raises: CannotOpen."""
        ...


class MasterKey:
    """The master key of a file."""

    def __init__(self, keyset: bytes) -> None:
        """Raises: vault.cipher.CipherFault for what is no keyset."""
        self._cipher = Cipher(keyset)

    @staticmethod
    def load(home: Path) -> "MasterKey":
        """The key in `master.key` in that folder; see `made`."""
        return MasterKey.made(home / FILE)

    @staticmethod
    def made(path: Path) -> "MasterKey":
        """The key in that file, made where there is none: only for a desk without any data.

        Raises: MasterKeyFault.
        """
        try:
            if not path.exists():
                _make(path)
        except OSError as fault:
            raise MasterKeyFault(
                f"{path} cannot be read or made ({fault.strerror}). "
                "Make room or give yourself the right to write there, or choose another FRONTDESK_HOME."
            ) from fault
        return MasterKey.find(path)

    @staticmethod
    def find(path: Path) -> "MasterKey":
        """The key in that file. Raises: MasterKeyFault; a missing key is never replaced by a new one."""
        try:
            kept = _read(path)
        except FileNotFoundError:
            raise MasterKeyFault(
                f"{path} is gone, and this desk's data opens with nothing else. Put it back, or make the desk readable "
                "again with the recovery key: `frontdesk keys restore`."
            ) from None
        except OSError as fault:
            raise MasterKeyFault(
                f"{path} cannot be read or made ({fault.strerror}). "
                "Make room or give yourself the right to write there, or choose another FRONTDESK_HOME."
            ) from fault
        try:
            return MasterKey(b64decode(kept, validate=True))
        except (binascii.Error, CipherFault):
            raise MasterKeyFault(
                f"{path} holds no master key. Put the one back that this desk's data was made with, or use the "
                "recovery key: `frontdesk keys restore`."
            ) from None

    def wrap(self, keys: bytes, *, bound_to: bytes) -> bytes:
        """The keys, sealed; they open only with the same `bound_to`."""
        return self._cipher.seal(keys, bound_to=bound_to)

    def unwrap(self, wrapped: bytes, *, bound_to: bytes) -> bytes:
        """The keys again. Raises: CannotOpen."""
        try:
            return self._cipher.open(wrapped, bound_to=bound_to)
        except CipherFault:
            raise CannotOpen(
                f"These keys were not wrapped by this {FILE}. Put the one back that the data was made with."
            ) from None


def _make(path: Path) -> None:
    """Write a new key so that a power cut leaves a whole one or none, and of two starts at once one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file, fresh = tempfile.mkstemp(prefix=f"{FILE}.", dir=path.parent)  # O_EXCL and 0600
    try:
        with os.fdopen(file, "wb") as written:
            written.write(b64encode(new_keyset()) + b"\n")  # a line that fits into a safe
            written.flush()
            os.fsync(file)
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
    finally:
        os.unlink(fresh)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise MasterKeyFault(f"{path} is not a file. Put the master key there, or choose another FRONTDESK_HOME.")
        if found.st_uid != os.geteuid():
            raise MasterKeyFault(
                f"{path} belongs to user {found.st_uid}, and Frontdesk runs as user {os.geteuid()}. "
                f"Run it as that user, or `chown {os.geteuid()} {path}`."
            )
        if found.st_mode & 0o077:
            raise MasterKeyFault(
                f"{path} may be read by others (mode {stat.S_IMODE(found.st_mode):04o}; 0600 is needed). "
                f"`chmod 600 {path}`, and ask who has read it."
            )
        return file.read().strip()
