"""Pure: webhooks of Mindbody's Webhooks API: signed, and read for what they are about, never for what they say.

Source: payloads and the form of the signature as third parties transcribe them from the vendor's pages.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused
from frontdesk.wire.foreign import Foreign

_SIGNATURE = "x-mindbody-signature"
_RETRIED = timedelta(hours=3)
_AT_MOST = _RETRIED + timedelta(minutes=30)
"""How long after its event a notice may come: it is retried every 15 minutes for 3 hours. Older is a recording."""
_AHEAD = timedelta(minutes=5)  # their clock and ours

_VISITS = frozenset({"appointmentBooking.created", "appointmentBooking.updated", "appointmentBooking.cancelled"})
_CLIENTS = frozenset({"client.created", "client.updated", "client.deactivated", "clientProfileMerger.created"})
_NUMBERS = ("clientUniqueId", "keptClientUniqueId", "removedClientUniqueId")
_MUCH = ("staff.", "location.", "site.", "siteBusinessDayClosure.", "appointmentAddOn.", "clientArrival.")
"""What changes hours, people or places, or does not say which visit: all that is kept may be stale."""


def heard(notice: Notice, *, key: str, site: int) -> list[Told]:
    """What a notice is about; [] for another site's, and for classes, sales and whatever else is nothing to us.

    Raises: Refused (the signature is wrong or missing, or it is too old; also Unreadable).
    """
    made = base64.b64encode(hmac.new(key.encode(), notice.body, hashlib.sha256).digest()).decode()
    given = notice.headers.get(_SIGNATURE, "")
    if not key or not hmac.compare_digest(f"sha256={made}".encode(), given.strip().encode()):
        raise Refused("A notice came without Mindbody's signature, or with another's.")
    try:
        envelope = Foreign.of(json.loads(notice.body), what="notice", id="messageId")
    except (ValueError, RecursionError):
        raise Refused("A notice of Mindbody is not JSON.") from None
    _check_age(envelope, notice.received_at)
    about = Foreign.of(envelope.fields.get("eventData"), what="notice", id="siteId")
    if about.integer("siteId") != site:
        return []  # one account hears of every site that has activated it
    event, id = envelope.text("eventId"), envelope.text("messageId")
    if event in _VISITS:
        return [Told(id=id, visits=(AppointmentId(str(about.integer("appointmentId"))),))]
    if event in _CLIENTS:
        charts = tuple(str(about.integer(name)) for name in _NUMBERS if about.has(name))
        return [Told(id=id, charts=charts, everything=not charts)]
    return [Told(id=id, everything=True)] if event.startswith(_MUCH) else []


def _check_age(envelope: Foreign, now: datetime) -> None:
    try:
        at = datetime.fromisoformat(envelope.text("eventInstanceOriginationDate"))
    except ValueError:
        raise Refused("A notice of Mindbody tells no time of its event.") from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if not -_AHEAD <= now - at <= _AT_MOST:
        raise Refused("A notice of Mindbody is older than its retries, or ahead of the clock.")
