"""Pure: webhooks of athenahealth's Event Subscription Platform: signed Bundles that say which visit, and no more.

Source: the vendor's own description, `athenahealth/aone-fhir-subscriptions`, version 0.11 of November 19, 2024.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused
from frontdesk.wire.foreign import Foreign

_SIGNATURE = "x-hub-signature"
_RETRIED = timedelta(hours=1)
_AT_MOST = _RETRIED + timedelta(minutes=15)
"""How long after its event a notice may come: the vendor retries for an hour. Older ones are somebody's recording."""
_AHEAD = timedelta(minutes=5)  # their clock and ours
_KINDS = ("appointment", "patient")
"""What a focus may be: `urn:athenahealth:athenanet:appointment:195900`. That of patients is concluded from this one."""


def heard(notice: Notice, *, secret: str, practice: int) -> list[Told]:
    """What a notice is about: a Told for each event of this practice.

    Raises: Refused (the signature is wrong or missing, or an event is too old; also Unreadable).
    """
    wanted = hmac.new(secret.encode(), notice.body, hashlib.sha256).hexdigest()
    given = notice.headers.get(_SIGNATURE, "")
    if not secret or not hmac.compare_digest(f"sha256={wanted}".encode(), given.strip().encode()):
        raise Refused("A notice came without athenahealth's signature, or with another's.")
    told: list[Told] = []
    for event in _events(notice.body):
        _check_age(event, notice.received_at)
        about = _about(event, practice)
        if about is not None:
            told.append(about)
    return told


def _events(body: bytes) -> Iterator[Foreign]:
    try:
        bundle = Foreign.of(json.loads(body), what="notice", id="id")
    except (ValueError, RecursionError):
        raise Refused("A notice of athenahealth is not JSON.") from None
    for entry in _rows(bundle, "entry"):
        status = Foreign.of(entry.fields.get("resource"), what="notice", id="id")
        if status.fields.get("resourceType") == "SubscriptionStatus":
            yield from _rows(status, "notificationEvent")  # none in a handshake or a heartbeat


def _rows(row: Foreign, key: str) -> list[Foreign]:
    return Foreign.list_of(row.fields.get(key) or [], what="notice", id="id")


def _check_age(event: Foreign, now: datetime) -> None:
    try:
        at = datetime.fromisoformat(event.text("timestamp"))
    except ValueError:
        raise Refused("A notice of athenahealth tells no time of its event.") from None
    if at.tzinfo is None or not -_AHEAD <= now - at.astimezone(UTC) <= _AT_MOST:
        raise Refused("A notice of athenahealth is older than its retries, or ahead of the clock.")


def _about(event: Foreign, practice: int) -> Told | None:
    focus = Foreign.of(event.fields.get("focus"), what="notice", id="id")
    identifier = Foreign.of(focus.fields.get("identifier"), what="notice", id="id")
    kind = _kinds(practice).get(identifier.text("system"))
    if kind is None:
        return None
    number = str(identifier.integer("value"))
    if kind == "appointment":
        return Told(id=event.text("id"), visits=(AppointmentId(number),))
    return Told(id=event.text("id"), charts=(number,))


def _kinds(practice: int) -> Mapping[str, str]:
    return {f"urn:athenahealth:athenanet:{kind}:{practice}": kind for kind in _KINDS}
