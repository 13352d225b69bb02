"""A master key in Google Cloud KMS, over REST. Written from its reference and never tried against the real service.

Signs in as the machine's own service account, through the metadata server of Compute Engine, GKE and Cloud Run.
Source: Cloud KMS REST v1, cryptoKeys.encrypt and cryptoKeys.decrypt.
"""

from base64 import b64decode, b64encode

import httpx

from frontdesk.vault.faults import CannotOpen, MasterKeyFault

_KMS = "https://cloudkms.googleapis.com/v1/"
_TOKEN = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"  # noqa: S105


class GoogleKms:
    """One key of Cloud KMS, named like projects/P/locations/L/keyRings/R/cryptoKeys/K."""

    def __init__(self, name: str, client: httpx.Client | None = None) -> None:
        self._name = name
        self._client = client or httpx.Client(timeout=10)

    def encrypt(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """Encrypted by Cloud KMS. Raises: MasterKeyFault."""
        return b64decode(self._ask("encrypt", "ciphertext", plaintext=plain, bound_to=bound_to))

    def decrypt(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Decrypted by Cloud KMS. Raises: MasterKeyFault, CannotOpen."""
        return b64decode(self._ask("decrypt", "plaintext", ciphertext=sealed, bound_to=bound_to))

    def _ask(self, what: str, wanted: str, *, bound_to: bytes, **given: bytes) -> str:
        body = {name: b64encode(value).decode() for name, value in given.items()}
        body["additionalAuthenticatedData"] = b64encode(bound_to).decode()
        try:
            answer = self._client.post(f"{_KMS}{self._name}:{what}", json=body, headers=self._signed_in())
            found: object = answer.json().get(wanted) if answer.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError) as fault:
            raise MasterKeyFault(
                f"Google Cloud KMS cannot be asked ({type(fault).__name__}). Check the network, and that this machine "
                "has a service account."
            ) from None
        if answer.status_code == httpx.codes.BAD_REQUEST and what == "decrypt":
            raise CannotOpen(f"{self._name} has not wrapped these keys. Set FRONTDESK_MASTER_KEY as it was.")
        if not isinstance(found, str):
            raise MasterKeyFault(
                f"Google Cloud KMS does not let {self._name} be used to {what} ({answer.status_code}). Give this "
                "machine's service account the role Cloud KMS CryptoKey Encrypter/Decrypter on it."
            )
        return found

    def _signed_in(self) -> dict[str, str]:
        answer = self._client.get(_TOKEN, headers={"Metadata-Flavor": "Google"}).raise_for_status()
        return {"Authorization": f"Bearer {answer.json().get('access_token')}"}
