"""The demo's own carrier: texts go to a phone page on this machine, and come back signed as a carrier signs them."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from frontdesk.domain.faults import Impossible
from frontdesk.ports.channel import Accepted, Text

_WINDOW = timedelta(minutes=5)


class LocalCarrier:
    """Hands each text to whoever keeps it for the phone page; `keep` shows a known key once."""

    def __init__(self, keep: Callable[[Text], Awaitable[None]]) -> None:
        self._keep = keep

    async def send(self, text: Text) -> Accepted:
        """Hand a text over; it stands on the phone page once this returns."""
        await self._keep(text)
        return Accepted(receipt=f"local-{text.key}")


def sign(secret: bytes, url: str, body: bytes, sent_at: datetime) -> str:
    """The signature of a text that comes in: 64 letters of hexadecimal HMAC-SHA256.

    Raises: Impossible without a secret, since anybody could sign so.
    """
    if not secret:
        raise Impossible("A webhook is signed with a secret; the one given is empty")
    signed = b"\n".join((str(int(sent_at.timestamp())).encode(), url.encode(), body))
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()


def verify(secret: bytes, url: str, body: bytes, signature: str, sent_at: datetime, now: datetime) -> bool:
    """Whether the holder of the secret sent exactly this to this address in the last five minutes."""
    if not secret or abs(now - sent_at) > _WINDOW:
        return False
    return hmac.compare_digest(sign(secret, url, body, sent_at).encode(), signature.encode())
