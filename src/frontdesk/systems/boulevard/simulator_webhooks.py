"""Webhooks: subscribed by the Admin API, signed, and sent again where nobody takes them."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from frontdesk.systems.boulevard.simulator_business import Business, existing
from frontdesk.systems.boulevard.simulator_calls import Caller, Fields, given, page
from frontdesk.systems.boulevard.simulator_refusals import Code, guess, seen
from frontdesk.systems.boulevard.simulator_rows import Json, Row, number, rows_in, text, urn, words

EVENT_TYPES = (
    *("APPOINTMENT_CREATED", "APPOINTMENT_UPDATED", "APPOINTMENT_RESCHEDULED", "APPOINTMENT_CONFIRMED"),
    *("APPOINTMENT_ARRIVED", "APPOINTMENT_ACTIVE", "APPOINTMENT_COMPLETED", "APPOINTMENT_CANCELLED"),
    *("CLIENT_CREATED", "CLIENT_UPDATED"),
    *("MEMBERSHIP_CREATED", "MEMBERSHIP_CANCELLED", "MEMBERSHIP_RENEWAL_SUCCEEDED"),
)
"""Seen [event-names]. Guess [events-sent]: those of visits and clients are sent here; memberships are not played."""

RETRY_EVERY = timedelta(minutes=30)
"""Guess [retry-schedule]: nothing is published of it."""

TRIES = 16
"""Seen [switched-off]: a webhook is switched off after more than 15 tries and 8 hours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One delivery, as it is posted."""

    url: str
    headers: Mapping[str, str]
    body: str


@dataclass(kw_only=True, slots=True)
class Mail:
    """How badly messages travel: `late` ones wait so long before they are first sent, and may come newest first."""

    late: timedelta = field(default=timedelta(0))
    newest_first: bool = False


def webhooks(caller: Caller, _: Row, arguments: Row) -> Json:
    """The webhooks there are."""
    return page(caller, list(caller.business.webhooks), arguments)


def create_webhook(caller: Caller, _: Row, arguments: Row) -> Json:
    """A new webhook. Seen [ping-first]: a PING is sent to it. Seen [https-only].

    Guess [event-types-known]: each type must be one that was seen, and there must be one.
    """
    shop, asked = caller.business, given(arguments)
    types = [text(one, "eventType") for one in rows_in(asked, "subscriptions")]
    if not text(asked, "url").startswith("https://"):
        raise seen("https-only", Code.INVALID, "url must begin with https://.")
    if not types or any(one not in EVENT_TYPES for one in types):
        raise guess("event-types-known", Code.INVALID, "subscriptions must name event types.")
    place = words(asked, "locationId")
    if place is not None:
        existing(shop.locations, place)
    first = 100 * (shop.webhooks.last + 1)
    row = shop.webhooks.add(
        {
            "name": asked["name"],
            "url": asked["url"],
            "locationId": place,
            "subscriptions": [
                {"id": urn("WebhookSubscription", first + count), "eventType": one, "enabled": True}
                for count, one in enumerate(types)
            ],
        }
    )
    shop.post(row, "PING", {"id": row["id"]})
    return {"webhook": row}


def delete_webhook(caller: Caller, _: Row, arguments: Row) -> Json:
    """The webhook that is gone now."""
    row = existing(caller.business.webhooks, text(given(arguments), "id"))
    caller.business.webhooks.remove(text(row, "id"))
    return {"webhook": row}


def due(shop: Business, mail: Mail) -> list[Row]:
    """Messages to be sent now, the oldest first unless the mail is upside down."""
    now = shop.now()
    rows = [row for row in shop.messages if _at(row, "due") <= now and _at(row, "made") + mail.late <= now]
    return list(reversed(rows)) if mail.newest_first else rows


def event_of(shop: Business, message: Row) -> Event | None:
    """A message as it is posted; None where its webhook is gone or switched off.

    Seen [webhook-signature]: HMAC-SHA256 under the decoded secret, in base64, of the salt, a colon and the raw body.
    Seen [webhook-salt]: `blvd-webhook-v1:<API application>:<unix seconds>`.
    """
    hook = shop.webhooks.get(text(message, "webhook"))
    if hook is None or not any(one["enabled"] is True for one in rows_in(hook, "subscriptions")):
        return None
    body, salt = text(message, "body"), f"blvd-webhook-v1:{shop.world.application}:{int(shop.now().timestamp())}"
    key = base64.b64decode(shop.world.api_secret)
    signed = hmac.new(key, f"{salt}:{body}".encode(), hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "x-blvd-hmac-salt": salt,
        "x-blvd-hmac-sha256": base64.b64encode(signed).decode(),
        "x-blvd-event": text(message, "event"),
        "x-blvd-event-type": text(message, "event"),
        "x-blvd-idempotency-key": text(message, "key"),
    }
    return Event(url=text(hook, "url"), headers=headers, body=body)


def sent(shop: Business, message: Row, status: int) -> None:
    """Note what came of a delivery; 0 for no answer. Seen [gone-for-good]: 410 takes the webhook out.

    Seen [too-many-is-no-failure]: 429 counts for nothing. Guess [taken-is-2xx].
    """
    hook = text(message, "webhook")
    if status == 410:
        shop.webhooks.remove(hook)
    tries = number(message, "tries") + (status != 429) if "tries" in message else int(status != 429)
    if status == 410 or 200 <= status < 300 or tries >= TRIES:
        shop.messages.remove(text(message, "id"))
        if tries >= TRIES and not 200 <= status < 300:
            _switch_off(shop, hook)
    else:
        again: Row = {"tries": tries, "due": (shop.now() + RETRY_EVERY).timestamp()}
        shop.messages.change(text(message, "id"), again)


def _switch_off(shop: Business, id: str) -> None:
    hook = shop.webhooks.get(id)
    if hook is not None:
        off = [{**one, "enabled": False} for one in rows_in(hook, "subscriptions")]
        shop.webhooks.change(id, {"subscriptions": off})


def _at(row: Row, column: str) -> datetime:
    found = row[column]
    return datetime.fromtimestamp(found if isinstance(found, int | float) else 0, UTC)


CLIENT: Fields = {}
ADMIN: Fields = {
    "RootQueryType.webhooks": webhooks,
    "RootMutationType.createWebhook": create_webhook,
    "RootMutationType.deleteWebhook": delete_webhook,
}
