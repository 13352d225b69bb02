"""The recovery key: kept on paper, away from the desk, it opens backups and the practices' keys when all else is gone.

It is an age identity (age-encryption.org/v1, X25519): its code carries a checksum, and what is sealed for it opens with
any age program, without Frontdesk. The desk itself keeps only the public half, so it can seal for it and open nothing.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

import pyrage

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.faults import RecoveryFault
from frontdesk.vault.practice_keys import PracticeKeys, practice_keys_from

_HEAD = "AGE-SECRET-KEY-1"
_ENCRYPTED = "-----BEGIN AGE ENCRYPTED FILE-----"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryKey:
    """The secret half, while a person holds it up."""

    code: str = field(repr=False)

    @property
    def recipient(self) -> str:
        """The public half ("age1..."): whoever has it can seal for the key, and open nothing."""
        return str(self._identity().to_public())

    def open(self, sealed: bytes) -> bytes:
        """What was sealed for it. Raises: RecoveryFault."""
        try:
            opened: bytes = pyrage.decrypt(sealed, [self._identity()])
        except pyrage.DecryptError:
            raise RecoveryFault(
                "This recovery key does not open it: it was sealed for another one, or altered since. "
                "Look for the sheet whose public half is the one that `frontdesk keys list` names."
            ) from None
        return opened

    def _identity(self) -> pyrage.x25519.Identity:
        return pyrage.x25519.Identity.from_str(self.code)

    def sheet(self, *, desk: str, made: datetime) -> str:
        """The text to print and lock away; a whole age identity file."""
        letters = self.code.removeprefix(_HEAD)
        groups = " ".join(textwrap.wrap(letters, 4))
        return "\n".join(
            [
                f"# Recovery key of the desk {desk}, made {made:%Y-%m-%d}. Print this, lock it away, delete the file.",
                "# Whoever has it and a backup reads every patient's data. Without it, a lost master key is the end.",
                "# Never keep it on the desk's machine, and never beside a backup.",
                f"# public half: {self.recipient}",
                f"# to type it:  {_HEAD} {groups}",
                self.code,
                "",
            ]
        )


def new_recovery_key() -> RecoveryKey:
    """A fresh one."""
    return RecoveryKey(code=str(pyrage.x25519.Identity.generate()))


def recovery_key_from(text: str) -> RecoveryKey:
    """The key in what a person typed or in the text of a sheet; spaces and small letters do not matter.

    Raises: RecoveryFault.
    """
    if _ENCRYPTED in text:
        raise RecoveryFault("This sheet is encrypted. Give its passphrase, or decrypt it with the key it was made for.")
    typed = "".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper()).removeprefix(re.sub(r"[^0-9A-Z]", "", _HEAD))
    code = _HEAD + letters
    try:
        pyrage.x25519.Identity.from_str(code)
    except pyrage.IdentityError:
        raise RecoveryFault(
            "This is not a recovery key: its checksum does not fit, or letters are missing. It begins with "
            f"{_HEAD} and has 58 letters and digits after that; compare them four by four."
        ) from None
    return RecoveryKey(code=code)


def seal_for(recipient: str, plain: bytes) -> bytes:
    """What only the recovery key opens that the public half belongs to."""
    sealed: bytes = pyrage.encrypt(plain, [recipient_of(recipient)])
    return sealed


def seal_stream(recipients: Sequence[str], plain: BinaryIO, sealed: BinaryIO) -> None:
    """Everything that is to be read, sealed for whoever holds one of the keys."""
    pyrage.encrypt_io(plain, sealed, [recipient_of(one) for one in recipients])


def open_stream(key: RecoveryKey, sealed: BinaryIO, plain: BinaryIO) -> None:
    """What was sealed for the key, written as it is opened. Raises: RecoveryFault, also where something was changed."""
    try:
        pyrage.decrypt_io(sealed, plain, [pyrage.x25519.Identity.from_str(key.code)])
    except pyrage.DecryptError as fault:
        raise RecoveryFault(f"This recovery key does not open it, or it was altered: {fault}.") from None


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """A public half. Raises: RecoveryFault."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise RecoveryFault("This is no age recipient: one begins with age1 and is made by `age-keygen`.") from None


def sheet_for(sheet: str, recipient: str) -> str:
    """The sheet, readable only for whoever holds that other age key. Raises: RecoveryFault."""
    sealed: bytes = pyrage.encrypt(sheet.encode(), [recipient_of(recipient)], armored=True)
    return sealed.decode()


def sheet_behind(sheet: str, passphrase: str) -> str:
    """The sheet behind a passphrase."""
    sealed: bytes = pyrage.passphrase.encrypt(sheet.encode(), passphrase, armored=True)
    return sealed.decode()


def sheet_opened(text: str, passphrase: str) -> str:
    """The sheet again. Raises: RecoveryFault."""
    try:
        opened: bytes = pyrage.passphrase.decrypt(text.encode(), passphrase)
    except pyrage.DecryptError:
        raise RecoveryFault("The passphrase does not open this sheet.") from None
    return opened.decode()


def is_encrypted(text: str) -> bool:
    """Whether a sheet is behind a passphrase or another key."""
    return _ENCRYPTED in text


def keys_sealed_for(recipient: str, practice: PracticeId, keys: PracticeKeys) -> bytes:
    """A practice's keys, sealed for the recovery key."""
    return seal_for(recipient, practice.bytes + keys.to_bytes())


def keys_recovered(key: RecoveryKey, practice: PracticeId, sealed: bytes) -> PracticeKeys:
    """The practice's keys again. Raises: RecoveryFault, also for those of another practice."""
    opened = key.open(sealed)
    if opened[:16] != practice.bytes:
        raise RecoveryFault(f"What should be the keys of practice {practice} belongs to another one.")
    return practice_keys_from(opened[16:])
