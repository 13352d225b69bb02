"""A master key in AWS KMS. Signing in is boto3's: environment, profile, or the machine's role.

Source: AWS KMS API Reference, Encrypt and Decrypt; the binding goes as encryption context, which KMS authenticates.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Protocol, TypedDict

import boto3
import botocore.exceptions
from botocore.config import Config

from frontdesk.vault.faults import CannotOpen, MasterKeyFault

_PATIENCE = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})
_NOT_OURS = {"InvalidCiphertextException", "IncorrectKeyException"}


class _Answer(TypedDict):
    CiphertextBlob: bytes
    Plaintext: bytes


class _Kms(Protocol):
    """Of boto3's client, which is made at run time and has no types, what is used here."""

    def encrypt(self, **asked: object) -> _Answer: ...

    def decrypt(self, **asked: object) -> _Answer: ...


class AwsKms:
    """One key of AWS KMS, named by its ARN, whose fourth part is the region."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._kms: _Kms = boto3.client("kms", region_name=arn.split(":")[3], config=_PATIENCE)

    def encrypt(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """Encrypted by KMS. Raises: MasterKeyFault."""
        return self._ask("encrypt", self._kms.encrypt, Plaintext=plain, EncryptionContext=_context(bound_to))[
            "CiphertextBlob"
        ]

    def decrypt(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Decrypted by KMS. Raises: MasterKeyFault, CannotOpen."""
        return self._ask("decrypt", self._kms.decrypt, CiphertextBlob=sealed, EncryptionContext=_context(bound_to))[
            "Plaintext"
        ]

    def _ask(self, what: str, call: Callable[..., _Answer], **asked: object) -> _Answer:
        try:
            answer = call(KeyId=self._arn, **asked)
        except botocore.exceptions.ClientError as fault:
            code = fault.response["Error"]["Code"]
            if code in _NOT_OURS:
                raise CannotOpen(
                    f"{self._arn} has not wrapped these keys. Set FRONTDESK_MASTER_KEY as it was."
                ) from None
            raise MasterKeyFault(
                f"AWS KMS does not let {self._arn} be used to {what} ({code}). Check that the key is enabled, and that "
                f"this machine's role has kms:{what.capitalize()} on it."
            ) from None
        except botocore.exceptions.BotoCoreError as fault:
            raise MasterKeyFault(
                f"AWS KMS cannot be asked ({type(fault).__name__}). "
                "Check the network, and that this user or machine has AWS credentials."
            ) from None
        return answer


def _context(bound_to: bytes) -> dict[str, str]:
    return {"frontdesk": b64encode(bound_to).decode()}
