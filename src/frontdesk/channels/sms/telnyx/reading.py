"""Telnyx's webhooks: whether it signed them, just now, and what they tell. Pure.

Source: https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks. The address is not part of what is
signed, so the number that a text came to is read from the body.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from frontdesk.channels.sms.codes import Codes, trouble_of
from frontdesk.domain.delivery import Delivery
from frontdesk.domain.faults import Impossible
from frontdesk.ports.carrying import NOT_KEPT, Came, Keyword, NoNews, Receipt, Told
from frontdesk.ports.faults import Refused
from frontdesk.ports.webhook import Webhook
from frontdesk.wire.foreign import Foreign, Unreadable

WINDOW = timedelta(minutes=5)
MAY_STILL_COME = timedelta(minutes=10)
"""By then no webhook brings words any more that Telnyx does not show when asked."""
PICTURE = "[a picture]"
"""What stands for a message that has none but pictures: they are not fetched."""

_BECAME = {
    "sent": Delivery.SENT,
    "delivery_unconfirmed": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "sending_failed": Delivery.UNDELIVERED,
    "delivery_failed": Delivery.UNDELIVERED,
    "expired": Delivery.UNDELIVERED,
}
_KEYWORDS = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}


def public_key(text: str) -> Ed25519PublicKey:
    """The account's key, as the portal shows it. Raises: Impossible."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise Impossible("public_key is not 32 octets in base64; copy it whole from Keys & Credentials.") from None


def is_signed(webhook: Webhook, key: Ed25519PublicKey) -> bool:
    """Whether the holder of the key sent exactly this in the last five minutes."""
    seconds = webhook.headers.get("telnyx-timestamp", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return False
    if abs(webhook.received - datetime.fromtimestamp(int(seconds), UTC)) > WINDOW:
        return False
    try:
        signature = base64.b64decode(webhook.headers.get("telnyx-signature-ed25519", ""), validate=True)
        key.verify(signature, seconds.encode() + b"|" + webhook.body)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def told(webhook: Webhook, codes: Codes) -> Told:
    """What a webhook tells that Telnyx has signed. Raises: Refused (not what was published)."""
    data = _row(_json(webhook.body).get("data"))
    kind, payload = str(data.get("event_type", "")), _row(data.get("payload"))
    if kind == "message.received":
        return _came(payload)
    if kind not in {"message.sent", "message.finalized"}:
        known = kind.replace(".", "").replace("_", "").isalpha() and len(kind) < 40
        return NoNews(what=kind if known else "no known event")
    status = str(_first(payload.get("to")).get("status", ""))
    if status not in _BECAME:
        return NoNews(what=status if status.replace("_", "").isalpha() and len(status) < 30 else "no known status")
    became = _BECAME[status]
    code = str(_first(payload.get("errors")).get("code", "")) or None
    failed = became is Delivery.UNDELIVERED
    return Receipt(
        id=_id(payload),
        key=parse_qs(urlsplit(str(payload.get("webhook_url") or "")).query).get("text", [None])[0],
        became=became,
        trouble=trouble_of(codes, code) if failed else None,
        code=code if failed else None,
    )


def recorded(row: Foreign) -> tuple[str, datetime]:
    """The id and the UTC instant of a text in its detail record. Raises: Unreadable."""
    try:
        at = datetime.fromisoformat(row.text("created_at"))
    except ValueError:
        raise Unreadable(row.row, "created_at", "is no instant of ISO 8601") from None
    return row.text("uuid"), at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def listed(row: Foreign, payload: Mapping[str, object] | None, *, now: datetime) -> Came | None:
    """A text that came in, by its detail record and what is shown of it; None: its words may still come by a webhook.

    Raises: Unreadable, Refused (not what was published).
    """
    id, at = recorded(row)
    if payload is not None and (payload.get("text") or payload.get("media")):
        return replace(_came(payload), id=id, at=at)
    if now - at < MAY_STILL_COME:
        return None
    sender = row.text("cli")
    if not sender:
        raise Unreadable(row.row, "cli", "is empty")
    return Came(id=id, sender=sender, to=row.text("cld"), text=NOT_KEPT, at=at)


def _came(payload: Mapping[str, object]) -> Came:
    sender = _row(payload.get("from")).get("phone_number")
    to = _first(payload.get("to")).get("phone_number")
    words = payload.get("text")
    text = words.strip() if isinstance(words, str) else ""
    if not text and payload.get("media"):
        text = PICTURE
    if not isinstance(sender, str) or not isinstance(to, str) or not sender or not text:
        raise Refused("A text of Telnyx's names no sender, no number or no words.")
    took = payload.get("autoresponse_type")
    keyword = _KEYWORDS.get(took.upper()) if isinstance(took, str) else None
    return Came(id=_id(payload), sender=sender, to=to, text=text, keyword=keyword)


def _id(payload: Mapping[str, object]) -> str:
    id = payload.get("id")
    if not isinstance(id, str) or not id:
        raise Refused("An event of Telnyx's names no message.")
    return id


def _json(body: bytes) -> Mapping[str, object]:
    try:
        return _row(json.loads(body))
    except (ValueError, RecursionError):
        raise Refused("A webhook of Telnyx's is no JSON.") from None


def _first(rows: object) -> Mapping[str, object]:
    return _row(rows[0]) if isinstance(rows, list) and rows else {}


def _row(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, dict) else {}
