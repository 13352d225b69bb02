"""Where a carrier hands texts and receipts in: checked, stored once, and answered to the carrier at once."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.channels.sms import local
from frontdesk.connecting.texting import webhook_at
from frontdesk.ports.carrying import Came, NoNews, Receipt
from frontdesk.ports.faults import Refused
from frontdesk.ports.webhook import Webhook
from frontdesk.reception.texted import BY_CARRIER, LONGEST_TEXT, text_came
from frontdesk.reception.undelivered import receipt_came
from frontdesk.web.bodies import body_of
from frontdesk.web.desk import desk_of
from frontdesk.wiring import Frontdesk

_log = structlog.get_logger()

SIGNATURE, SENT_AT = "X-Frontdesk-Signature", "X-Frontdesk-Sent-At"
LARGEST_BODY = 64_000

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A text as the local carrier hands it in: `{"id", "from", "text"}`."""

    id: str
    sender: str
    text: str

    def body(self) -> bytes:
        """The body of the carrier's request."""
        return json.dumps({"id": self.id, "from": self.sender, "text": self.text}).encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """What proves who sent a body: the signature, and when (whole seconds since 1970) it was made."""

    signature: str
    sent_at: str


@router.post("/sms/{carrier}/{number}")
async def incoming_text(request: Request, carrier: str, number: str) -> Response:
    """2xx once what was told is stored; 403 for a signature that is not the carrier's."""
    body = await body_of(request, most=LARGEST_BODY)
    if body is None:
        return Response(status_code=413)
    if carrier != "local":
        webhook = Webhook(
            url=_asked(webhook_at(desk_of(request).settings.public_url, carrier, number), request.url.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            received=desk_of(request).clock.now(),
        )
        return await take_webhook(desk_of(request), carrier, number, webhook)
    signed = Signed(
        signature=request.headers.get(SIGNATURE, ""),
        sent_at=request.headers.get(SENT_AT, ""),
    )
    return Response(status_code=await take_text(desk_of(request), number, body, signed))


async def take_webhook(desk: Frontdesk, carrier: str, number: str, webhook: Webhook) -> Response:
    """What the carrier is answered; 404 (nobody's number, or not with this carrier), 403 (not from it), 400."""
    practice = await desk.storage.practice_at("sms", number)
    texting = desk.texting_of(practice) if practice is not None else None
    if practice is None or texting is None or texting.carrier.key != carrier:
        return Response(status_code=404)
    try:
        told = texting.account.hear(webhook)
    except Refused:
        return Response(status_code=403)
    match told:
        case Came():
            if told.to != number:  # signed by the same account, for another of its numbers
                return Response(status_code=400)
            await text_came(
                desk.storage,
                desk.practices,
                desk.reception,
                practice,
                told,
                carrier=carrier,
                now=desk.clock.now(),
            )
        case Receipt():
            read = await desk.practice(practice)
            async with desk.storage.practice(practice, by=BY_CARRIER) as db:
                known = await receipt_came(db, read, told, carrier=carrier, now=desk.clock.now())
            if not known:
                _log.info("a receipt is about no text of ours", carrier=carrier)
        case NoNews():
            _log.info("a webhook told nothing new", carrier=carrier, what=told.what)
        case other:
            assert_never(other)
    answered = texting.account.answered
    return Response(content=answered.body, status_code=answered.status, media_type=answered.kind)


async def take_text(desk: Frontdesk, number: str, body: bytes, signed: Signed) -> int:
    """The HTTP status for a text handed in: 204, or 403 (not from the carrier), 404 (nobody's number), 400, 413."""
    if len(body) > LARGEST_BODY:
        return 413
    url = webhook_url(desk.settings.public_url, number)
    sent_at = _instant(signed.sent_at)
    if sent_at is None or not local.verify(
        desk.settings.carrier_secret, url, body, signed.signature, sent_at, desk.clock.now()
    ):
        return 403
    practice = await desk.storage.practice_at("sms", number)
    if practice is None:
        return 404
    incoming = read_incoming(body)
    if incoming is None:
        return 400
    came = Came(id=incoming.id, sender=incoming.sender, to=number, text=incoming.text)
    await text_came(desk.storage, desk.practices, desk.reception, practice, came, carrier="local", now=desk.clock.now())
    return 204


def read_incoming(body: bytes) -> Incoming | None:
    """The text in a carrier's request; None when it is not one."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match said:
        case {"id": str(id), "from": str(sender), "text": str(text)} if id and sender and text.strip():
            return Incoming(id=id, sender=sender, text=text[:LONGEST_TEXT])
        case _:
            return None


def webhook_url(public_url: str, number: str) -> str:
    """The address under which the carrier hands texts to a number in; it is part of what is signed."""
    return webhook_at(public_url, "local", number)


def _asked(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _instant(seconds: str) -> datetime | None:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
