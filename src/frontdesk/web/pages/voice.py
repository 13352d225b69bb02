"""Where a carrier hands calls in: the webhook for one that comes in, and the stream of its sound.

Both are there only where the extra `voice` is installed; they find a practice only by a number that it takes calls on.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import structlog
from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from starlette.responses import Response

from frontdesk.channels.sms.twilio.reading import is_signed, is_signed_opening
from frontdesk.channels.voice.twilio.answering import (
    REJECTED,
    call_webhook_at,
    connected_to,
    read_ringing,
    stream_at,
)
from frontdesk.channels.voice.twilio.media import Connected, Started, read_message
from frontdesk.dialogue.coverage import assistant_speaks
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.carrying import Webhook
from frontdesk.ports.faults import Refused
from frontdesk.reception.calling import Call
from frontdesk.settings import Settings
from frontdesk.storage.database import Db
from frontdesk.web.bodies import body_of
from frontdesk.web.desk import desk_of
from frontdesk.wiring import Frontdesk

LOCAL = "local"
"""The carrier of this machine alone: it speaks as Twilio does, and signs with the desk's own secret."""
LARGEST_BODY = 64_000
TICKET_HOLDS = timedelta(minutes=2)
"""A stream is opened within seconds of the answer to its webhook."""
START_SECONDS = 10.0
UNREADABLE, TAKEN_BEFORE, NO_TICKET = 4400, 4409, 4403

router = APIRouter()
log = structlog.get_logger()


class Telephony(Protocol):
    """What `frontdesk.voice.holding` gives."""

    ready_models: Callable[[Settings], object]
    hold_call: Callable[[Frontdesk, PracticeId, WebSocket, Started, Call, object], Awaitable[object]]


def is_installed() -> bool:
    """Whether what hears and speaks is there."""
    return all(find_spec(name) is not None for name in ("pipecat", "faster_whisper", "piper"))


def telephony() -> Telephony:
    """What hears and speaks. Raises: ImportError where the extra is not installed."""
    held: Telephony = import_module("frontdesk.voice.holding")
    return held


@router.post("/voice/{carrier}/{number}")
async def incoming_call(request: Request, carrier: str, number: str) -> Response:
    """TwiML that joins the call with its stream; 403 for a signature that is not the carrier's, 404 for no number."""
    desk = desk_of(request)
    body = await body_of(request, most=LARGEST_BODY)
    if body is None:
        return Response(status_code=413)
    url = call_webhook_at(desk.settings.public_url, carrier, number)
    webhook = Webhook(
        url=f"{url}?{request.url.query}" if request.url.query else url,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        received=desk.clock.now(),
    )
    practice = await _practice_at(desk, number)
    if practice is None:
        return Response(status_code=404)
    if not body or not _is_from(desk, practice, carrier, webhook):
        return Response(status_code=403)
    try:
        ringing = read_ringing(webhook)
    except Refused:
        return Response(status_code=400)
    if ringing.to != number:
        return Response(status_code=400)
    read = await desk.practice(practice)
    speaks = assistant_speaks(read, ChannelKind.VOICE, now=desk.clock.now())
    if not speaks or await asyncio.to_thread(telephony().ready_models, desk.settings) is None:
        return Response(content=REJECTED, media_type="text/xml")
    call = Call(id=ringing.call, caller=ringing.caller)
    given = {"caller": call.caller or "", "ringing": webhook.received.isoformat()}
    async with desk.storage.practice(practice) as db:
        given["ticket"] = _tickets(db, call, given["ringing"])[0]
    stream = stream_at(desk.settings.public_url, carrier, number)
    return Response(content=connected_to(stream, given), media_type="text/xml")


@router.websocket("/voice/{carrier}/{number}/stream")
async def call_stream(socket: WebSocket, carrier: str, number: str) -> None:
    """One call. Refused before it is opened unless the carrier signed the opening, and closed unless we let it in."""
    desk = desk_of(socket)
    opening = Webhook(
        url=stream_at(desk.settings.public_url, carrier, number),
        headers={name.lower(): value for name, value in socket.headers.items()},
        body=b"",
        received=desk.clock.now(),
    )
    practice = await _practice_at(desk, number)
    if practice is None or not _is_from(desk, practice, carrier, opening):
        await socket.close()
        return
    await socket.accept()
    started = await _start(socket)
    if started is None:
        await socket.close(UNREADABLE)
        return
    call = Call(id=started.call, caller=started.given.get("caller") or None)
    async with desk.storage.practice(practice) as db:
        let_in = _has_ticket(db, call, started, now=desk.clock.now())
    if not let_in:
        await socket.close(NO_TICKET)
        return
    phone = telephony()
    models = await asyncio.to_thread(phone.ready_models, desk.settings)
    held = await phone.hold_call(desk, practice, socket, started, call, models)
    if held is None:
        await socket.close(TAKEN_BEFORE)


async def _practice_at(desk: Frontdesk, number: str) -> PracticeId | None:
    async with desk.storage.directory() as directory:
        return await directory.practice_at("voice", number)


def _is_from(desk: Frontdesk, practice: PracticeId, carrier: str, webhook: Webhook) -> bool:
    """Whether the practice's carrier sent it."""
    if carrier == LOCAL:
        secret = desk.settings.carrier_secret.hex()
        return is_signed(webhook, secret) if webhook.body else is_signed_opening(webhook, secret)
    texting = desk.texting_of(practice)
    return texting is not None and texting.carrier.key == carrier and texting.account.is_call(webhook)


def _tickets(db: Db, call: Call, ringing: str) -> list[str]:
    """What lets the stream of a call in, the newest first: nobody else could name its call and caller together."""
    made = db.keyring.signatures("call stream", f"{call.id}|{call.caller or ''}|{ringing}")
    return [one.hex() for one in made]


def _has_ticket(db: Db, call: Call, started: Started, *, now: datetime) -> bool:
    ringing, given = started.given.get("ringing", ""), started.given.get("ticket", "")
    try:
        age = now - datetime.fromisoformat(ringing)
    except (ValueError, TypeError):
        return False
    known = any(hmac.compare_digest(one.encode(), given.encode()) for one in _tickets(db, call, ringing))
    return known and timedelta(0) <= age <= TICKET_HOLDS


async def _start(socket: WebSocket) -> Started | None:
    """The call that a stream belongs to, which its second message tells; None: it is not told as published."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while True:
                match read_message(await socket.receive_text()):
                    case Started() as started:
                        return started
                    case Connected():
                        continue
                    case _:
                        return None
    except (TimeoutError, WebSocketDisconnect, KeyError):
        return None
