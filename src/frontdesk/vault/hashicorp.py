"""A master key in HashiCorp Vault's transit engine, over HTTP. Written from its reference, never tried against a Vault.

Source: HashiCorp Vault, API documentation, "Transit secrets engine": encrypt and decrypt with associated data (1.9 on).
"""

from base64 import b64decode, b64encode
from pathlib import Path

import httpx

from frontdesk.vault.faults import CannotOpen, MasterKeyFault


class HashicorpVault:
    """One key of a transit engine. `address` is like https://vault.example.com:8200, `mount` mostly "transit"."""

    def __init__(
        self, address: str, *, mount: str, key: str, token_file: Path | None, client: httpx.Client | None = None
    ) -> None:
        self._url = f"{address}/v1/{mount}"
        self._key = key
        self._token_file = token_file
        self._client = client or httpx.Client(timeout=10)

    def encrypt(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """Encrypted by Vault. Raises: MasterKeyFault."""
        return self._ask("encrypt", "ciphertext", bound_to=bound_to, plaintext=b64encode(plain).decode()).encode()

    def decrypt(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Decrypted by Vault. Raises: MasterKeyFault, CannotOpen."""
        ciphertext = sealed.decode(errors="replace")
        return b64decode(self._ask("decrypt", "plaintext", bound_to=bound_to, ciphertext=ciphertext))

    def _ask(self, what: str, wanted: str, *, bound_to: bytes, **given: str) -> str:
        body = {**given, "associated_data": b64encode(bound_to).decode()}
        try:
            answer = self._client.post(f"{self._url}/{what}/{self._key}", json=body, headers=self._signed_in())
            found: object = answer.json()["data"].get(wanted) if answer.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError, KeyError) as fault:
            raise MasterKeyFault(
                f"Vault at {self._url} cannot be asked ({type(fault).__name__}). Check that it runs and is unsealed."
            ) from None
        if answer.status_code == httpx.codes.BAD_REQUEST and what == "decrypt":
            raise CannotOpen(f"Vault's key {self._key} has not wrapped these keys. Set FRONTDESK_MASTER_KEY as it was.")
        if not isinstance(found, str):
            raise MasterKeyFault(
                f"Vault does not let its key {self._key} be used to {what} ({answer.status_code}). Check the token's "
                f"policy: it needs update on {what}/{self._key}, and that the token has not run out."
            )
        return found

    def _signed_in(self) -> dict[str, str]:
        try:
            return {"X-Vault-Token": self._token_file.read_text().strip()} if self._token_file else {}
        except OSError as fault:
            raise MasterKeyFault(
                f"Vault's token cannot be read from {self._token_file} ({fault.strerror}). "
                "Set FRONTDESK_MASTER_KEY_TOKEN_FILE to a file that this user reads."
            ) from None
