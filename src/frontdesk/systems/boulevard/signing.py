"""How each call says who asks: a token signed for it alone, so that none has to be fetched, kept or renewed."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

from frontdesk.domain.faults import Impossible

_KEY = re.compile(r"[!-9;-~]+")  # plain letters without a blank or a colon
_BUSINESS = re.compile(r"[0-9A-Za-z-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """One API application of one business. `secret` is base64, as the developer portal shows it."""

    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    business: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.api_key):
            raise Impossible("systems.boulevard.api_key must be one word of plain letters and digits.")
        if not _BUSINESS.fullmatch(self.business):
            raise Impossible("systems.boulevard.business_id must be the bare id, such as 3f0c1d2e-…, without urn:blvd.")
        try:
            known = base64.b64decode(self.secret, validate=True)
        except (binascii.Error, ValueError):
            known = b""
        if not known:
            raise Impossible("systems.boulevard.api_secret is not base64. Copy it whole from the developer portal.")

    @property
    def octets(self) -> bytes:
        """The secret itself: what tokens and notices are signed with."""
        return base64.b64decode(self.secret)

    def admin(self, now: datetime) -> str:
        """The header Authorization of the Admin API, signed at that moment."""
        return self._basic(self._token(f"blvd-admin-v1{self.business}{int(now.timestamp())}"))

    def guest(self) -> str:
        """The header Authorization of the Client API for nobody in particular."""
        return self._basic("")

    def client(self, client: str, now: datetime) -> str:
        """The same for a client of the business, by their bare id."""
        return self._basic(self._token(f"blvd-client-v1{self.business}{client}{int(now.timestamp())}"))

    def _token(self, payload: str) -> str:
        mac = hmac.new(self.octets, payload.encode(), hashlib.sha256).digest()
        return base64.b64encode(mac).decode() + payload

    def _basic(self, token: str) -> str:
        return f"Basic {base64.b64encode(f'{self.api_key}:{token}'.encode()).decode()}"
