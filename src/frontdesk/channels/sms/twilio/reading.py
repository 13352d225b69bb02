"""Twilio's webhooks: whether it signed them, and what they tell. Pure.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security, .../docs/messaging/guides/webhook-request and
.../outbound-message-status-in-status-callbacks. There is no time in a signature: a repeat is known by its MessageSid.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit, urlunsplit

from frontdesk.channels.sms.codes import Codes, trouble_of
from frontdesk.domain.delivery import Delivery
from frontdesk.ports.carrying import NOT_KEPT, Came, Keyword, NoNews, Receipt, Told
from frontdesk.ports.faults import Refused
from frontdesk.ports.webhook import Webhook
from frontdesk.wire.foreign import Foreign, Unreadable

SIGNATURE = "x-twilio-signature"
_OTHER_KEY = "x-twilio-webhooks-signature-settings"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200
PICTURE = "[a picture]"
"""What stands for a message that has none but pictures: they are not fetched."""
TRIES_AGAIN = "#rc=5&rp=all"
"""Five more tries instead of one, whatever went wrong; all within 15 seconds, so that only a restart is bridged.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
"""
MAY_STILL_COME = timedelta(minutes=10)
"""By then no webhook brings words any more that the list does not show, and what is being received is received."""

_BECAME = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.UNDELIVERED,
    "failed": Delivery.UNDELIVERED,
    "canceled": Delivery.UNDELIVERED,
}
_KEYWORDS = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}


def is_signed(webhook: Webhook, token: str) -> bool:
    """Whether the holder of the token sent exactly this to this address."""
    given = webhook.headers.get(SIGNATURE, "")
    if not token or not given or _OTHER_KEY in webhook.headers:
        return False
    if _is_form(webhook):
        try:
            fields = _fields(webhook)
        except ValueError:
            return False
    else:
        fields = ()
        named = parse_qs(urlsplit(webhook.url).query).get("bodySHA256", [""])[-1]
        if not hmac.compare_digest(hashlib.sha256(webhook.body).hexdigest().encode(), named.lower().encode()):
            return False
    told = "".join(name + value for name, value in sorted(set(fields)))
    return any(_same(url + told, token, given) for url in _spellings(webhook.url))


def is_signed_opening(opening: Webhook, token: str) -> bool:
    """The same for the request that opens a stream: it has no body, so nothing but its address is signed.

    Source: https://www.twilio.com/docs/usage/security#validating-requests; that no `bodySHA256` is asked for is
    inferred from there being no body.
    """
    given = opening.headers.get(SIGNATURE, "")
    if not token or not given or _OTHER_KEY in opening.headers:
        return False
    return any(_same(url, token, given) for url in _spellings(opening.url))


def told(webhook: Webhook, codes: Codes) -> Told:
    """What a webhook tells that Twilio has signed. Raises: Refused (not what was published)."""
    if not _is_form(webhook):
        return NoNews(what="a JSON body")
    form = dict(_fields(webhook))
    id = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid", "")
    if not id:
        return NoNews(what="no message")
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    if status == "received":
        return _came(form, id)
    if status not in _BECAME:
        return NoNews(what=status if status.isascii() and status.isalpha() and len(status) < 30 else "no known status")
    became = _BECAME[status]
    failed = became is Delivery.UNDELIVERED
    code = form.get("ErrorCode") or None
    return Receipt(
        id=id,
        key=parse_qs(urlsplit(webhook.url).query).get("text", [None])[0],
        became=became,
        trouble=trouble_of(codes, code) if failed else None,
        code=code if failed else None,
    )


def listed(row: Foreign, *, now: datetime) -> Came | None:
    """A text that came in, out of the list of messages; None: it is none, or not to be had yet.

    Raises: Unreadable (it names no sender, or no time).
    Source: https://www.twilio.com/docs/messaging/api/message-resource. `date_created` is when Twilio had it,
    `date_sent` when the webhook was tried.
    """
    if row.fields.get("direction") != "inbound":
        return None
    at = instant(row, "date_created")
    settled = now - at >= MAY_STILL_COME
    kept = row.fields.get("body")
    words = kept.strip() if isinstance(kept, str) else ""
    if not words and row.fields.get("num_media") not in (None, "", "0"):
        words = PICTURE
    if row.fields.get("status") == "receiving" and not settled:
        return None
    if not words.strip("* "):
        if not settled:
            return None
        words = NOT_KEPT
    sender = row.text("from")
    if not sender:
        raise Unreadable(row.row, "from", "is empty")
    return Came(id=row.text("sid"), sender=sender, to=row.text("to"), text=words, at=at)


def instant(row: Foreign, key: str) -> datetime:
    """The UTC instant of a field such as "Thu, 24 Aug 2023 05:01:45 +0000" (RFC 2822). Raises: Unreadable."""
    try:
        read = parsedate_to_datetime(row.text(key))
    except ValueError:
        raise Unreadable(row.row, key, "is no date of RFC 2822") from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)  # -0000 is UTC without a zone


def _came(form: Mapping[str, str], id: str) -> Came:
    sender, to, words = form.get("From", ""), form.get("To", ""), form.get("Body", "").strip()
    if not words and form.get("NumMedia", "0") != "0":
        words = PICTURE
    if not sender or not to or not words:
        raise Refused("A text of Twilio's names no sender, no number or no words.")
    return Came(id=id, sender=sender, to=to, text=words, keyword=_KEYWORDS.get(form.get("OptOutType", "").upper()))


def _is_form(webhook: Webhook) -> bool:
    return webhook.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


def _fields(webhook: Webhook) -> Sequence[tuple[str, str]]:
    """The form's fields. Raises: ValueError."""
    return parse_qsl(
        webhook.body.decode("utf-8"), keep_blank_values=True, strict_parsing=False, max_num_fields=_MOST_FIELDS
    )


def _spellings(url: str) -> tuple[str, ...]:
    """The address with its port and without: Twilio leaves out some, as its own library allows for.

    Each also with TRIES_AGAIN behind it, as the carrier was given it: whether that is signed is published nowhere.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme in {"https", "wss"} else 80)
    plain = dict.fromkeys((url, *(urlunsplit(parts._replace(netloc=one)) for one in (host, f"{host}:{port}"))))
    return (*plain, *(f"{one}{TRIES_AGAIN}" for one in plain))


def _same(signed: str, token: str, given: str) -> bool:
    made = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest())
    return hmac.compare_digest(made, given.encode())
