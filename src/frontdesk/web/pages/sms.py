"""Where a carrier hands texts in: checked, stored once, and answered to the carrier at once."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.channels.sms import local
from frontdesk.domain.message import ChannelKind
from frontdesk.reception.acknowledging import acknowledged_by_text
from frontdesk.web.desk import desk_of
from frontdesk.wiring import Frontdesk

SIGNATURE, SENT_AT = "X-Frontdesk-Signature", "X-Frontdesk-Sent-At"
LARGEST_BODY = 64_000
LONGEST_TEXT = 1600
"""Characters; what carriers deliver as one message."""

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
    """204 once the text is stored; 403 for a signature that is not the carrier's."""
    if carrier != "local":
        return Response(status_code=404)
    body = await request.body()
    signed = Signed(
        signature=request.headers.get(SIGNATURE, ""),
        sent_at=request.headers.get(SENT_AT, ""),
    )
    return Response(status_code=await take_text(desk_of(request), number, body, signed))


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
    async with desk.storage.directory() as directory:
        practice = await directory.practice_at("sms", number)
    if practice is None:
        return 404
    incoming = read_incoming(body)
    if incoming is None:
        return 400
    if await acknowledged_by_text(
        desk.storage, desk.practices, practice, incoming.sender, incoming.text, now=desk.clock.now()
    ):
        return 204
    await desk.reception.receive(
        practice, ChannelKind.SMS, incoming.sender, incoming.text, provider_id=f"local:{incoming.id}"
    )
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
    return f"{public_url}/sms/local/{quote(number)}"


def _instant(seconds: str) -> datetime | None:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
