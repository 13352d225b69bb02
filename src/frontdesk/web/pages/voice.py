"""Where a carrier hands calls in: the webhooks about one, the stream of its sound, and sounds that it plays for us.

All are there only where the extra `voice` is installed; they find a practice only by a number that it takes calls on.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, assert_never
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from starlette.responses import Response

from frontdesk.channels.voice.addresses import call_webhook_at, stream_at
from frontdesk.channels.voice.telnyx.reading import PLACED
from frontdesk.channels.voice.tones import ringing
from frontdesk.channels.voice.twilio.telephone import TwilioTelephone
from frontdesk.dialogue.coverage import assistant_speaks
from frontdesk.domain.ids import ConversationId, PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.faults import Fault, Refused
from frontdesk.ports.phoning import (
    CallNews,
    CallOver,
    Connected,
    DialEnded,
    Dials,
    Joins,
    NothingToDo,
    PersonAnswered,
    PersonBriefed,
    PersonDeclined,
    PersonJoined,
    PersonTook,
    PlacedAnswered,
    PlacedEnded,
    Ringing,
    Started,
    StreamEnded,
    StreamWords,
    Telephone,
)
from frontdesk.ports.webhook import Answered, Webhook
from frontdesk.reception.calling import Call
from frontdesk.reception.links import Link, read_link, sign_link
from frontdesk.reception.placing import NobodyToTell
from frontdesk.reception.putting_through import BRIEFS, RINGS, SOUND_HOLDS, DialThat, LetGo, TakeBack, WhatNext
from frontdesk.settings import Settings
from frontdesk.storage.database import Db
from frontdesk.web.bodies import body_of
from frontdesk.web.desk import desk_of
from frontdesk.wiring import Frontdesk

LOCAL = "local"
"""The carrier of this machine alone: it speaks as Twilio does, and signs with the desk's own secret."""
LARGEST_BODY = 64_000
RINGING = "/voice/ringing.wav"
TICKET_HOLDS = timedelta(minutes=2)
"""A stream is opened within seconds of the answer to its webhook."""
START_SECONDS = 10.0
UNREADABLE, TAKEN_BEFORE, NO_TICKET = 4400, 4409, 4403

router = APIRouter()
log = structlog.get_logger()


class Telephony(Protocol):
    """What `frontdesk.voice.holding` gives."""

    ready_models: Callable[[Settings], object]
    hold_call: Callable[
        [Frontdesk, PracticeId, WebSocket, Started, Call, object, StreamWords], Awaitable[object | None]
    ]
    as_wav: Callable[[object, str, str], Awaitable[bytes]]


def is_installed() -> bool:
    """Whether what hears and speaks is there."""
    return all(find_spec(name) is not None for name in ("pipecat", "faster_whisper", "piper"))


def telephony() -> Telephony:
    """What hears and speaks. Raises: ImportError where the extra is not installed."""
    held: Telephony = import_module("frontdesk.voice.holding")
    return held


@router.post("/voice/{carrier}/{number}")
async def about_a_call(request: Request, carrier: str, number: str) -> Response:
    """What is to be done with a call; 403 for a signature that is not the carrier's, 404 for no number."""
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
    telephone = _telephone(desk, practice, carrier)
    if telephone is None or not telephone.is_from(webhook):
        return Response(status_code=403)
    try:
        news = telephone.hear(webhook)
    except Refused:
        return Response(status_code=400)
    if isinstance(news, Ringing) and news.to != number:
        return Response(status_code=400)
    at_the_line = _Line(desk=desk, practice=practice, carrier=carrier, number=number, telephone=telephone)
    try:
        answered = await at_the_line.take(news)
    except Fault as fault:
        log.error("a carrier did not do what a call needs", carrier=carrier, fault=type(fault).__name__)
        return Response(status_code=503)
    return Response(content=answered.body, status_code=answered.status, media_type=answered.kind)


@router.get(RINGING)
async def ringing_tone() -> Response:
    """What a caller hears while a phone rings for them, as WAV."""
    return Response(content=ringing(), media_type="audio/wav")


@router.get("/voice/sound/{token}")
async def sound_of_a_call(request: Request, token: str) -> Response:
    """What somebody hears whose phone rings for a caller, as WAV; 404 where the link is none of ours, or is over."""
    desk = desk_of(request)
    for purpose in (RINGS, BRIEFS):
        link = await read_link(token, purpose=purpose, now=desk.clock.now(), keyring_of=desk.storage.keyring)
        if not isinstance(link, Link):
            continue
        whisper = await desk.putting_through.whisper(link.practice, ConversationId(link.what), purpose)
        models = await asyncio.to_thread(telephony().ready_models, desk.settings)
        if whisper is not None and models is not None:
            sound = await telephony().as_wav(models, whisper.words, whisper.language)
            return Response(content=sound, media_type="audio/wav")
    return Response(status_code=404)


@router.websocket("/voice/{carrier}/{number}/stream")
async def call_stream(socket: WebSocket, carrier: str, number: str) -> None:
    """One call. Refused before it is opened unless the carrier signed the opening, and closed unless we let it in."""
    desk = desk_of(socket)
    practice = await _practice_at(desk, number)
    telephone = _telephone(desk, practice, carrier) if practice is not None else None
    if practice is None or telephone is None or not await _may_open(desk, practice, telephone, socket, carrier, number):
        await socket.close()
        return
    await socket.accept()
    started = await _start(socket, telephone.words)
    if started is None:
        await socket.close(UNREADABLE)
        return
    call = Call(id=started.call, caller=started.given.get("caller") or None, carrier=carrier, number=number)
    async with desk.storage.practice(practice) as db:
        let_in = _has_ticket(db, call, started, now=desk.clock.now())
    if not let_in:
        await socket.close(NO_TICKET)
        return
    phone = telephony()
    models = await asyncio.to_thread(phone.ready_models, desk.settings)
    held = await phone.hold_call(desk, practice, socket, started, call, models, telephone.words)
    if held is None:
        await socket.close(TAKEN_BEFORE)
    elif not telephone.asks_what_next:
        line = _Line(desk=desk, practice=practice, carrier=carrier, number=number, telephone=telephone)
        try:
            await line.take(StreamEnded(call=call.id, gone=False))
        except Fault as fault:  # what was told to people stands, and the call ends when its caller hangs up
            log.error("a carrier did not do what a call needs", carrier=carrier, fault=type(fault).__name__)


class _Line:
    """One number's calls by one carrier: what the carrier tells is looked up, and what follows is asked of it."""

    def __init__(
        self, *, desk: Frontdesk, practice: PracticeId, carrier: str, number: str, telephone: Telephone
    ) -> None:
        self._desk = desk
        self._practice = practice
        self._carrier = carrier
        self._number = number
        self._telephone = telephone
        self._url = call_webhook_at(desk.settings.public_url, carrier, number)

    async def take(self, news: CallNews) -> Answered:
        """What the carrier is answered. Raises: the four faults."""
        through = self._desk.putting_through
        match news:
            case Ringing():
                return await self._ringing(news)
            case StreamEnded():
                return await self._next(
                    news.call, await through.stream_ended(self._practice, news.call, gone=news.gone)
                )
            case DialEnded():
                after = await through.dial_ended(self._practice, news.call, joined=news.joined, gone=news.gone)
                return await self._next(news.call, after)
            case PersonAnswered():
                whose = await through.rings(self._practice, news.call, news.leg)
                if whose is None:
                    return await self._telephone.hang_up(news.leg)
                sound = await self._sound(whose, RINGS)
                return await self._telephone.ask_to_take(news.call, news.leg, sound=sound, news_to=self._url)
            case PersonTook():
                whose = await through.took(self._practice, news.call, news.leg)
                if whose is None:
                    return await self._telephone.hang_up(news.leg)
                return await self._telephone.brief(news.call, news.leg, sound=await self._sound(whose, BRIEFS))
            case PersonJoined():
                await through.joined(self._practice, news.call, news.leg)
                return Answered()
            case PersonBriefed():
                return await self._telephone.connect(news.call, news.leg)
            case PersonDeclined():
                return await self._telephone.hang_up(news.leg)
            case CallOver():
                await through.over(self._practice, news.call)
                return Answered()
            case PlacedAnswered():
                return await self._picked_up(news)
            case PlacedEnded():
                await self._desk.placing.ended(self._practice, news.placed, news.call, news.how)
                await through.over(self._practice, news.call)
                return Answered()
            case NothingToDo():
                log.info("a webhook about a call told nothing new", carrier=self._carrier, what=news.what)
                return Answered()
            case other:
                assert_never(other)

    async def _ringing(self, ringing: Ringing) -> Answered:
        read = await self._desk.practice(self._practice)
        speaks = assistant_speaks(read, ChannelKind.VOICE, now=self._desk.clock.now())
        if not speaks or await asyncio.to_thread(telephony().ready_models, self._desk.settings) is None:
            return await self._telephone.turn_away(ringing.call)
        return await self._telephone.join(ringing.call, await self._joins(ringing.call, ringing.caller))

    async def _picked_up(self, news: PlacedAnswered) -> Answered:
        """A call that the desk has placed: joined with a stream, unless there is nobody to tell anything."""
        what = await self._desk.placing.answered(self._practice, news.placed, news.call, news.by)
        ready = await asyncio.to_thread(telephony().ready_models, self._desk.settings) is not None
        if isinstance(what, NobodyToTell) or not ready:
            return await self._telephone.hang_up(news.call)
        joins = await self._joins(news.call, what.number, placed=news.placed)
        return await self._telephone.take_up(news.call, joins)

    async def _next(self, call: str, what: WhatNext) -> Answered:
        match what:
            case DialThat():
                dials = Dials(
                    key=what.key,
                    number=what.number,
                    own=self._number,
                    ringing=f"{self._desk.settings.public_url}{RINGING}",
                    rings_for=what.rings_for,
                    news_to=self._url,
                )
                return await self._telephone.dial(call, dials)
            case TakeBack():
                return await self._telephone.rejoin(call, await self._joins(call, what.caller))
            case LetGo():
                return await self._telephone.hang_up(call)
            case other:
                assert_never(other)

    async def _joins(self, call: str, caller: str | None, *, placed: str = "") -> Joins:
        ringing = self._desk.clock.now().isoformat()
        given = {"caller": caller or "", "ringing": ringing, **({PLACED: placed} if placed else {})}
        async with self._desk.storage.practice(self._practice) as db:
            given["ticket"] = _tickets(db, Call(id=call, caller=caller), ringing)[0]
            door = urlencode({"call": call, "ringing": ringing, "door": _doors(db, call, ringing)[0]})
        url = stream_at(self._desk.settings.public_url, self._carrier, self._number)
        if not self._telephone.signs_openings:
            url = f"{url}?{door}"
        return Joins(url=url, given=given, news_to=self._url)

    async def _sound(self, conversation: ConversationId, purpose: str) -> str:
        until = self._desk.clock.now() + SOUND_HOLDS
        async with self._desk.storage.practice(self._practice) as db:
            token = sign_link(db.keyring, self._practice, conversation, purpose=purpose, expires=until)
        return f"{self._desk.settings.public_url}/voice/sound/{token}"


async def _practice_at(desk: Frontdesk, number: str) -> PracticeId | None:
    async with desk.storage.directory() as directory:
        return await directory.practice_at("voice", number)


def _telephone(desk: Frontdesk, practice: PracticeId, carrier: str) -> Telephone | None:
    """The practice's calls by that carrier; None where it has none there."""
    if carrier == LOCAL:
        return TwilioTelephone(desk.settings.carrier_secret.hex())
    texting = desk.texting_of(practice)
    return texting.account.telephone if texting is not None and texting.carrier.key == carrier else None


async def _may_open(
    desk: Frontdesk, practice: PracticeId, telephone: Telephone, socket: WebSocket, carrier: str, number: str
) -> bool:
    """Whether the carrier opens a stream: by its signature, or, where it signs none, by an address that we gave it."""
    if telephone.signs_openings:
        opening = Webhook(
            url=stream_at(desk.settings.public_url, carrier, number),
            headers={name.lower(): value for name, value in socket.headers.items()},
            body=b"",
            received=desk.clock.now(),
        )
        return telephone.is_opening(opening)
    call, ringing = socket.query_params.get("call", ""), socket.query_params.get("ringing", "")
    given = socket.query_params.get("door", "")
    async with desk.storage.practice(practice) as db:
        known = any(hmac.compare_digest(one.encode(), given.encode()) for one in _doors(db, call, ringing))
    return known and _is_young(ringing, now=desk.clock.now())


def _doors(db: Db, call: str, ringing: str) -> list[str]:
    """What lets a stream be opened that no carrier signs, the newest first."""
    return [one.hex() for one in db.keyring.signatures("call door", f"{call}|{ringing}")]


def _tickets(db: Db, call: Call, ringing: str) -> list[str]:
    """What lets the stream of a call in, the newest first: nobody else could name its call and caller together."""
    made = db.keyring.signatures("call stream", f"{call.id}|{call.caller or ''}|{ringing}")
    return [one.hex() for one in made]


def _has_ticket(db: Db, call: Call, started: Started, *, now: datetime) -> bool:
    ringing, given = started.given.get("ringing", ""), started.given.get("ticket", "")
    known = any(hmac.compare_digest(one.encode(), given.encode()) for one in _tickets(db, call, ringing))
    return known and _is_young(ringing, now=now)


def _is_young(ringing: str, *, now: datetime) -> bool:
    try:
        age = now - datetime.fromisoformat(ringing)
    except (ValueError, TypeError):
        return False
    return timedelta(0) <= age <= TICKET_HOLDS


async def _start(socket: WebSocket, words: StreamWords) -> Started | None:
    """The call that a stream belongs to, which its second message tells; None: it is not told as published."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while True:
                match words.read_message(await socket.receive_text()):
                    case Started() as started:
                        return started
                    case Connected():
                        continue
                    case _:
                        return None
    except (TimeoutError, WebSocketDisconnect, KeyError):
        return None
