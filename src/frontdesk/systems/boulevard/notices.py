"""Pure: Boulevard's webhooks. The signature is checked, the id is taken, and nothing else is believed."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta

from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused
from frontdesk.systems.boulevard.client import NAME
from frontdesk.systems.boulevard.mapping import bare
from frontdesk.wire.foreign import Foreign

_SALT = "x-blvd-hmac-salt"
_SIGNATURE = "x-blvd-hmac-sha256"
_KEY = "x-blvd-idempotency-key"
_SALTED_AT = re.compile(r"blvd-webhook-v1:[^:]*:([0-9]{1,12})")
_AT_MOST = timedelta(hours=1)
"""How old a signature may be. How long the vendor retries is published nowhere; what comes later, asking finds."""
_AHEAD = timedelta(minutes=5)  # their clock and ours
_VISIT, _CLIENT = "urn:blvd:Appointment:", "urn:blvd:Client:"


def heard(notice: Notice, *, secret: bytes) -> list[Told]:
    """What a notice is about: [] for a ping, and for what is no visit's and no client's.

    Raises: Refused (the signature is wrong or missing, or too old; also Unreadable).
    """
    salt = notice.headers.get(_SALT, "")
    wanted = hmac.new(secret, salt.encode() + b":" + notice.body, hashlib.sha256).digest()
    if not salt or not hmac.compare_digest(wanted, _octets(notice.headers.get(_SIGNATURE, ""))):
        raise Refused(f"A notice came without {NAME}'s signature, or with another's.")
    _check_age(salt, notice.received_at)
    about = _about(notice.body)
    id = notice.headers.get(_KEY) or hashlib.sha256(notice.body).hexdigest()
    if about.startswith(_VISIT):
        return [Told(id=id, visits=(AppointmentId(about),))]
    return [Told(id=id, charts=(about,))] if about.startswith(_CLIENT) else []


def _octets(signature: str) -> bytes:
    try:
        return base64.b64decode(signature.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _check_age(salt: str, now: datetime) -> None:
    """The salt is seen to end in when it was made; one of another form is told apart by its signature alone."""
    made = _SALTED_AT.fullmatch(salt)
    if made and not -_AHEAD <= now - datetime.fromtimestamp(int(made[1]), UTC) <= _AT_MOST:
        raise Refused(f"A notice of {NAME} was signed too long ago, or ahead of the clock.")


def _about(body: bytes) -> str:
    """The id of what it is about; "" where it names nothing."""
    try:
        told = Foreign.of(json.loads(body), what="notice", id="id")
    except (ValueError, RecursionError):
        raise Refused(f"A notice of {NAME} is not JSON.") from None
    data = told.fields.get("data")
    node = data.get("node") if isinstance(data, dict) else None
    id = node.get("id") if isinstance(node, dict) else None
    return id if isinstance(id, str) and bare(id) else ""
