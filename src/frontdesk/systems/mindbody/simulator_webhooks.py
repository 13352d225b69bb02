"""The Webhooks API: subscriptions, and the signed messages they are sent, again and again where nobody takes them."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from frontdesk.systems.mindbody.simulator_calls import Answer, Api, Asked, Call, Token
from frontdesk.systems.mindbody.simulator_reading import NUMBER, SOME_WORDS, WORDS, Field, Fields, Given, words
from frontdesk.systems.mindbody.simulator_refusals import WebhookCode, documented, guess, seen
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, text
from frontdesk.systems.mindbody.simulator_site import Site

EVENTS = (
    *("appointmentBooking.created", "appointmentBooking.updated", "appointmentBooking.cancelled"),
    *("appointmentAddOn.created", "appointmentAddOn.deleted", "client.created", "client.updated"),
    *("client.deactivated", "clientProfileMerger.created", "staff.created", "staff.updated", "staff.deactivated"),
    *("location.created", "location.updated", "location.deactivated"),
    *("site.created", "site.updated", "site.deactivated"),
    *("siteBusinessDayClosure.created", "siteBusinessDayClosure.cancelled", "clientArrival.created"),
)
"""What can be subscribed to. Guess [events-sent]: those of visits, clients and mergers are sent; of the others no data
is published."""

ANSWER_WITHIN = timedelta(seconds=10)
RETRY_EVERY, RETRY_FOR = timedelta(minutes=15), timedelta(hours=3)
LOST_AT_MOST = 3
"""Guess [deactivated-after]: messages lost for good, after which a subscription is switched off."""


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


def subscribe(site: Site, asked: Asked) -> Answer:
    """A new subscription, not yet active. Documented [signature-key-once]: its key is in this answer and no other.

    Guess [bare-answers]: the object itself; the SDK wraps it in errorInformation, isSuccess and value.
    """
    given = asked.body
    _check(given, asked.reached, required=("webhookUrl", "eventIds", "eventSchemaVersion"))
    count = site.subscriptions.last + 1
    row = site.subscriptions.add(
        {
            "subscriptionId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"simulated/{site.world.site}/{count}")),
            "status": "PendingActivation",
            "subscriptionCreationDateTime": site.utc_stamp(),
            "statusChangeDate": site.utc_stamp(),
            "statusChangeMessage": None,
            "statusChangeUser": "Simulated",
            "eventIds": given.texts("eventIds"),
            "eventSchemaVersion": 1,
            "referenceId": given.text("referenceId") or "",
            "webhookUrl": given.text("webhookUrl"),
            "key": f"simulated-signature-key-{count}",
            "lost": 0,
        }
    )
    return Answer(body={**_shown(row), "messageSignatureKey": row["key"]})


def list_subscriptions(site: Site, asked: Asked) -> Answer:
    """All subscriptions of the key. Seen [items]: under that name."""
    return Answer(body={"items": [_shown(row) for row in site.subscriptions]})


def one_subscription(site: Site, asked: Asked) -> Answer:
    """One subscription."""
    return Answer(body=_shown(_mine(site, asked)))


def change_subscription(site: Site, asked: Asked) -> Answer:
    """A subscription switched on or off, or pointed elsewhere. Documented [activated-by-patch]."""
    row, given = _mine(site, asked), asked.body
    status = given.text("status") or text(row, "status")
    if "status" in given and status not in ("Active", "DeactivatedByUser"):
        raise seen("status-not-valid", WebhookCode.STATUS_NOT_VALID, f"The status {status} cannot be set.")
    changes: dict[str, Json] = {name: value for name, value in given.values.items() if value is not None}
    activated = status == "Active" and row["status"] != "Active"
    _check(given, asked.reached if activated or "webhookUrl" in given else 200)
    if status != row["status"]:
        changes |= {"statusChangeDate": site.utc_stamp(), "lost": 0}
    return Answer(body=_shown(site.subscriptions.change(number(row, "Id"), changes)))


def unsubscribe(site: Site, asked: Asked) -> Answer:
    """That it is switched off. Guess [deactivated-not-gone]: it can still be read, and switched on again."""
    row = _mine(site, asked)
    changes: Row = {"status": "DeactivatedByUser", "statusChangeDate": site.utc_stamp()}
    site.subscriptions.change(number(row, "Id"), changes)
    return Answer(
        body={
            "message": "Subscription deactivated successfully.",
            "deactivationDateTime": site.utc_stamp(),
            "subscriptionId": row["subscriptionId"],
            "referenceId": row["referenceId"],
        }
    )


def address_of(site: Site, asked: Asked) -> str:
    """What a call would have asked by HEAD: the address it sends, else that of its subscription; "" for none."""
    sent = asked.body.text("webhookUrl")
    if sent is not None or not asked.id:
        return sent or ""
    found = [row for row in site.subscriptions if row["subscriptionId"] == asked.id]
    return text(found[0], "webhookUrl") if found else ""


def due(site: Site, mail: Mail) -> list[Row]:
    """Messages to be sent now, the oldest first unless the mail is upside down."""
    now = site.now()
    rows = [row for row in site.messages if _at(row, "due") <= now and _at(row, "made") + mail.late <= now]
    return list(reversed(rows)) if mail.newest_first else rows


def event_of(site: Site, message: Row) -> Event | None:
    """A message as it is posted; None where its subscription is not active any more.

    Seen [message-signature]: HMAC-SHA256 of the raw body, under the key as UTF-8, in base64.
    """
    subscription = site.subscriptions.get(number(message, "subscription"))
    if subscription is None or subscription["status"] != "Active":
        return None
    body = text(message, "body")
    digest = hmac.new(text(subscription, "key").encode(), body.encode(), hashlib.sha256).digest()
    signature = f"sha256={base64.b64encode(digest).decode()}"
    headers = {"Content-Type": "application/json", "X-Mindbody-Signature": signature}
    return Event(url=text(subscription, "webhookUrl"), headers=headers, body=body)


def sent(site: Site, message: Row, *, taken: bool) -> None:
    """Note what came of a delivery. Seen [retried]: every 15 minutes, for three hours, until a 2xx in ten seconds."""
    again = site.now() + RETRY_EVERY
    if taken or again > _at(message, "made") + RETRY_FOR:
        site.messages.remove(number(message, "Id"))
        if not taken:
            _lost(site, number(message, "subscription"))
    else:
        site.messages.change(number(message, "Id"), {"due": again.timestamp()})


def _lost(site: Site, subscription: int) -> None:
    row = site.subscriptions.get(subscription)
    if row is None:
        return
    lost = number(row, "lost") + 1
    changes: dict[str, Json] = {"lost": lost}
    if lost >= LOST_AT_MOST:
        status = "DeactivatedTooManyFailedMessageDeliveryAttempts"
        changes |= {"status": status, "statusChangeDate": site.utc_stamp()}
    site.subscriptions.change(subscription, changes)


def _at(row: Row, column: str) -> datetime:
    found = row[column]
    return datetime.fromtimestamp(found if isinstance(found, int | float) else 0, UTC)


def _mine(site: Site, asked: Asked) -> Row:
    """Guess [subscription-id-form]: what is no GUID is called invalid, and one that nothing has is not found."""
    try:
        wanted = str(uuid.UUID(asked.id))
    except ValueError:
        raise guess("subscription-id-form", WebhookCode.SUBSCRIPTION_ID, "The id is not a GUID.") from None
    for row in site.subscriptions:
        if row["subscriptionId"] == wanted:
            return row
    raise seen("webhook-no-such-path", WebhookCode.NOT_FOUND, "There is no such subscription.")


def _check(given: Given, reached: int, *, required: tuple[str, ...] = ()) -> None:
    """Seen [https-only]. Seen [head-probe]: the address answers an unsigned HEAD with 2xx."""
    kinds = {"webhookUrl": WebhookCode.URL_REQUIRED, "eventSchemaVersion": WebhookCode.SCHEMA_VERSION}
    for name in required:
        if name not in given or given.values[name] == []:
            raise seen("webhook-fields", kinds.get(name, WebhookCode.EVENT_IDS), f"{name} is required.")
    if not (given.text("webhookUrl") or "https://").startswith("https://"):
        raise seen("https-only", WebhookCode.URL_NOT_HTTPS, "webhookUrl must begin with https://.")
    if given.number("eventSchemaVersion") not in (None, 1):
        raise documented("schema-version", WebhookCode.SCHEMA_VERSION, "eventSchemaVersion must be 1.")
    unknown = [one for one in given.texts("eventIds") or () if one not in EVENTS]
    if unknown:
        raise seen("event-ids", WebhookCode.EVENT_IDS, f"{unknown[0]} is no event.")
    if not 200 <= reached < 300:
        raise seen("head-probe", WebhookCode.URL_NO_RESPONSE, "The webhookUrl did not respond.")


def _shown(row: Row) -> dict[str, Json]:
    return {name: value for name, value in row.items() if name not in ("Id", "key", "lost")}


_FIELDS: Fields = {
    "eventIds": Field(reads=words, many=True),
    "eventSchemaVersion": NUMBER,
    "referenceId": WORDS,
    "webhookUrl": SOME_WORDS,
}
_ONE = "/subscriptions/{subscriptionId}"

CALLS: tuple[Call, ...] = (
    Call(method="GET", path="/subscriptions", answer=list_subscriptions, api=Api.WEBHOOKS, token=Token.OPTIONAL),
    Call(
        method="POST",
        path="/subscriptions",
        answer=subscribe,
        api=Api.WEBHOOKS,
        token=Token.OPTIONAL,
        body=_FIELDS,
        probes=True,
    ),
    Call(method="GET", path=_ONE, answer=one_subscription, api=Api.WEBHOOKS, token=Token.OPTIONAL),
    Call(
        method="PATCH",
        path=_ONE,
        answer=change_subscription,
        api=Api.WEBHOOKS,
        token=Token.OPTIONAL,
        body={**_FIELDS, "status": WORDS},
        probes=True,
    ),
    Call(method="DELETE", path=_ONE, answer=unsubscribe, api=Api.WEBHOOKS, token=Token.OPTIONAL),
)
