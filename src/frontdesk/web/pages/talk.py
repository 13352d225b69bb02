"""The line by which a web chat is talked in: who may, what a browser needs to begin, and how long it lasts.

The sound goes by WebRTC beside it. From the browser, first the chat's own `{"token": text, "after": 0}`; then
`{"offer": SDP}`. To the browser `{"servers": [...]}` or `{"refused": name of a text}`, then `{"answer": SDP}`. The talk
is over when either closes the line.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import psycopg
import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from frontdesk.dialogue.coverage import may_talk
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.reception.chat_access import Came, Inside, let_in, still_in
from frontdesk.reception.talking import Talk
from frontdesk.settings import Settings
from frontdesk.storage.clock import new_id
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.paces import Pace, may
from frontdesk.web.acting import patient_acts
from frontdesk.web.catalogue import best_language
from frontdesk.web.desk import changes_of, desk_of
from frontdesk.web.live import GOODBYE, Watch
from frontdesk.web.pages.chat_frames import TOKEN
from frontdesk.web.pages.chat_socket import COME_BACK, TOO_MANY, UNREADABLE, practice_called
from frontdesk.web.pages.voice import is_installed as is_phone_installed
from frontdesk.web.pages.voice import telephony
from frontdesk.web.security import address_of
from frontdesk.wiring import Frontdesk

NOT_YOURS, LOST = 4401, 4408
HELLO_SECONDS, OFFER_SECONDS = 15.0, 90.0
"""Between the two somebody is asked by their browser whether the page may hear them."""
LONGEST_OFFER = 20_000
"""Characters. Chrome's and Firefox's offers of sound have some 3,000."""
MOST_WAYS = 40
"""Addresses in one offer: each is tried, so that nobody has us try a network's."""
MOST_AT_ONCE = 8
"""Talks that one process holds: those who speak wait for each other's words to be made out."""
LOOKS = 5.0
"""Seconds between two looks whether somebody still may be in the conversation."""
CONVERSATION = Pace(name="talks", at_once=6, every=timedelta(minutes=1))
ADDRESS = Pace(name="talks-address", at_once=20, every=timedelta(seconds=20))

router = APIRouter()
log = structlog.get_logger()
talking: set[str] = set()
"""What the talks are known by that this process holds now."""


class _Places(Protocol):
    whisper: Path
    piper: Path


class _Speech(Protocol):
    """What `frontdesk.channels.voice.places` gives."""

    def places(self, settings: Settings) -> _Places: ...
    def missing(self, at: _Places) -> list[str]: ...
    def language_of(self, piper: Path) -> str: ...


class _Held(Protocol):
    @property
    def broke(self) -> bool: ...


class _Browser(Protocol):
    """What `frontdesk.voice.browser` gives."""

    Unanswerable: type[Exception]
    servers_for_page: Callable[..., list[dict[str, str]]]
    talk: Callable[
        [Frontdesk, PracticeId, Talk, str, Callable[[str], Awaitable[None]], object, asyncio.Event],
        Coroutine[object, object, _Held | None],
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Somebody who may talk: where they are in the chat, and as what the talk is known."""

    inside: Inside
    talk: Talk


class Refused(Exception):
    """The talk does not begin. `why` is what the page is told, `code` what the line is closed with where it is none."""

    def __init__(self, why: str = "", *, code: int = 1000) -> None:
        super().__init__(why)
        self.why = why
        self.code = code


def is_installed() -> bool:
    """Whether what hears, speaks and reaches browsers is there."""
    return is_phone_installed() and find_spec("aiortc") is not None


def is_offered(desk: Frontdesk, practice: Practice, *, language: str) -> bool:
    """Whether a chat in that language has a button to talk: where it may be talked in, and there is a voice for it."""
    return may_talk(practice, now=desk.clock.now()) and _voice_of(desk.settings) == language


def _voice_of(settings: Settings) -> str | None:
    """The language of the voice; None where something is missing that hears or speaks. Nothing is loaded for it."""
    if not is_installed():
        return None
    speech: _Speech = import_module("frontdesk.channels.voice.places")
    at = speech.places(settings)
    return None if speech.missing(at) else speech.language_of(at.piper)


@router.websocket("/chat/{key}/talk")
async def talk_socket(socket: WebSocket, key: str) -> None:
    """One talk, from the click until either side hangs up."""
    desk = desk_of(socket)
    if (practice := await practice_called(socket, key)) is None:
        return
    with suppress(WebSocketDisconnect):
        try:
            await _talk(desk, socket, practice)
            await socket.close()
        except Refused as refused:
            if refused.why:
                await socket.send_text(json.dumps({"refused": refused.why}))
            await socket.close(refused.code)
        except (psycopg.OperationalError, DatabaseFault):
            log.warning("a talk waits for the database", practice=practice.key)
            await socket.close(COME_BACK)


async def _talk(desk: Frontdesk, socket: WebSocket, practice: Practice) -> None:
    """Raises: Refused; WebSocketDisconnect, DatabaseFault, psycopg errors."""
    patient_acts(socket, id="browser", via="webchat")
    inside = await _let_in(desk, socket, practice)
    offered = may_talk(practice, now=desk.clock.now()) and _voice_of(desk.settings) is not None
    if inside.channel is not ChannelKind.WEBCHAT or not offered:
        raise Refused("not_offered")
    models = await asyncio.to_thread(telephony().ready_models, desk.settings)
    if models is None:
        raise Refused("not_offered")
    browser: _Browser = import_module("frontdesk.voice.browser")
    talk = Talk(
        id=f"talk:{new_id()}",
        address=inside.address,
        language=best_language(socket.query_params.get("lang", ""), practice.languages),
        speaks=models.speak,  # type: ignore[attr-defined]  # the voice's own, which may not be installed
    )
    if (hindered := await desk.talks.hindered(practice.id, talk)) is not None:
        raise Refused(hindered.value)
    if len(talking) >= MOST_AT_ONCE:
        raise Refused("busy")
    talking.add(talk.id)
    try:
        await socket.send_text(json.dumps({"servers": browser.servers_for_page(desk.settings, now=desk.clock.now())}))
        offer = await _offer(socket)
        await _until_over(desk, socket, practice, Caller(inside=inside, talk=talk), offer, models, browser)
    finally:
        talking.discard(talk.id)


async def _let_in(desk: Frontdesk, socket: WebSocket, practice: Practice) -> Inside:
    """Where whoever holds the token belongs, as in the chat itself; no link is used up here."""
    token = await _said(socket, "token", within=HELLO_SECONDS)
    if token is None or TOKEN.fullmatch(token) is None:
        raise Refused(code=UNREADABLE)
    inside = await let_in(desk.storage, practice, Came(token=token), now=desk.clock.now())
    if not isinstance(inside, Inside):
        raise Refused(code=NOT_YOURS)
    async with desk.storage.practice(practice.id) as db:
        now = desk.clock.now()
        in_time = await may(db, CONVERSATION, inside.address, now=now) and await may(
            db, ADDRESS, address_of(socket), now=now
        )
    if not in_time:
        raise Refused("too_often", code=TOO_MANY)
    return inside


async def _offer(socket: WebSocket) -> str:
    offer = await _said(socket, "offer", within=OFFER_SECONDS)
    if offer is None or len(offer) > LONGEST_OFFER or offer.count("a=candidate:") > MOST_WAYS:
        raise Refused(code=UNREADABLE)
    return offer


async def _until_over(
    desk: Frontdesk,
    socket: WebSocket,
    practice: Practice,
    caller: Caller,
    offer: str,
    models: object,
    browser: _Browser,
) -> None:
    """The talk itself; it ends, too, when the page is closed, when its browser is shut out, and when we stop."""
    over = asyncio.Event()

    async def answer(sdp: str) -> None:
        await socket.send_text(json.dumps({"answer": sdp}))

    with changes_of(socket).watch(practice.id, lambda _: False) as watch:
        held = asyncio.ensure_future(browser.talk(desk, practice.id, caller.talk, offer, answer, models, over))
        reasons = [
            asyncio.ensure_future(reason)
            for reason in (_gone(socket), _stopping(watch), _shut_out(desk, practice.id, caller.inside))
        ]
        try:
            await asyncio.wait([held, *reasons], return_when=asyncio.FIRST_COMPLETED)
            over.set()
            became = await held
        except browser.Unanswerable:
            raise Refused(code=UNREADABLE) from None
        finally:
            over.set()
            for reason in reasons:
                reason.cancel()
            await asyncio.gather(*reasons, return_exceptions=True)
    if became is None or became.broke:
        raise Refused(code=LOST)


async def _gone(socket: WebSocket) -> None:
    """Returns when the browser has closed the line. It says something now and then, so that nothing between us does."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass


async def _stopping(watch: Watch) -> None:
    while GOODBYE not in await watch.next():
        pass


async def _shut_out(desk: Frontdesk, practice: PracticeId, inside: Inside) -> None:
    while True:
        await asyncio.sleep(LOOKS)
        with suppress(psycopg.OperationalError, DatabaseFault):
            async with desk.storage.practice(practice) as db:
                if not await still_in(db, inside, now=desk.clock.now()):
                    return


async def _said(socket: WebSocket, name: str, *, within: float) -> str | None:
    """What the browser says under that name in its next frame; None where it says nothing of the kind in time."""
    try:
        async with asyncio.timeout(within):
            message = await socket.receive()
    except TimeoutError:
        return None
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    try:
        said = json.loads(text) if isinstance(text, str) and len(text) <= 2 * LONGEST_OFFER else None
    except (ValueError, RecursionError):
        return None
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, str) else None
