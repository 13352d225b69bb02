"""The line between a browser and its conversation. Nothing said over it is lost or stored twice."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import psycopg
import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from frontdesk.dialogue.state import Ask
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.reception.chat_access import Came, Inside, let_in, others_beside, resume_link, still_in
from frontdesk.storage.chat_links import LinkOver, revoke_links
from frontdesk.storage.clock import new_id
from frontdesk.storage.conversations import Standing, find_open, find_standing, is_stored, messages
from frontdesk.storage.database import Db
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.paces import Pace, may
from frontdesk.web.acting import patient_acts
from frontdesk.web.catalogue import Words, best_language, words_in
from frontdesk.web.desk import changes_of, desk_of
from frontdesk.web.live import GOODBYE, Change, Watch
from frontdesk.web.pages.chat_frames import (
    LONGEST,
    LONGEST_FRAME,
    PONG,
    CutsOff,
    Hello,
    Ping,
    Told,
    Unreadable,
    WantsLink,
    Written,
    link_frame,
    provider_id,
    read_frame,
    read_hello,
    refused_frame,
    stored_frame,
    thread_frame,
)
from frontdesk.web.security import address_of, from_own_page
from frontdesk.web.wall_clock import clock
from frontdesk.wiring import Frontdesk

HELLO_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 5.0
"""While an answer is awaited the thread is read again this often, should a notification have gone missing."""

UNKNOWN_PRACTICE, UNREADABLE, COME_BACK, TOO_MANY, LINK_OVER = 4404, 4400, 1012, 4429, 4401

router = APIRouter()
log = structlog.get_logger()


CONVERSATION = Pace(name="chat-messages", at_once=8, every=timedelta(seconds=2))
ADDRESS = Pace(name="chat-address", at_once=60, every=timedelta(seconds=0.5))
"""A clinic's waiting room shares one address of the network."""
LINKS = Pace(name="chat-links", at_once=5, every=timedelta(minutes=10))
OPENING = Pace(name="chat-openings", at_once=60, every=timedelta(seconds=1))


async def practice_called(socket: WebSocket, key: str) -> Practice | None:
    """The practice that a line from one of our own pages is for, taken up; None: it was closed."""
    if not from_own_page(socket):
        await socket.close()
        return None
    await socket.accept()
    practice = await desk_of(socket).practice_keyed(key)
    if practice is None:
        await socket.close(UNKNOWN_PRACTICE)
    return practice


@router.websocket("/chat/{key}/socket")
async def chat_socket(socket: WebSocket, key: str) -> None:
    """One browser's line, from its first frame until either side goes."""
    desk = desk_of(socket)
    if (practice := await practice_called(socket, key)) is None:
        return
    async with desk.storage.practice(practice.id) as db:
        may_open = await may(db, OPENING, address_of(socket), now=desk.clock.now())
    if not may_open:
        await socket.close(TOO_MANY)
        return
    with suppress(WebSocketDisconnect):
        hello = await _hello(socket)
        if isinstance(hello, Unreadable):
            await socket.close(UNREADABLE)
            return
        accepted = f"{socket.query_params.get('lang', '')},{socket.headers.get('accept-language', '')}"
        words = words_in(best_language(accepted, practice.languages))
        patient_acts(socket, id="browser", via="webchat")
        try:
            came = Came(token=hello.token, link=hello.link, fresh=hello.fresh)
            inside = await let_in(desk.storage, practice, came, now=desk.clock.now())
            if isinstance(inside, LinkOver):
                await socket.close(LINK_OVER)
                return
            line = Line(desk, socket, practice, hello, inside, words)
            with changes_of(socket).watch(practice.id, line.wants) as watch:
                await _until_either_ends(line.tell(watch), line.hear())
            await socket.close(line.ending)
        except (psycopg.OperationalError, DatabaseFault):
            log.warning("a web conversation waits for the database", practice=practice.key)
            await socket.close(COME_BACK)


class Line:
    """One browser's line: `hear` takes its messages in, `tell` sends it what is new.

    Whichever ends first, the line is closed with `ending` when neither listens any more: the server would hold a
    close back for as long as something waits for the next frame.
    """

    def __init__(
        self, desk: Frontdesk, socket: WebSocket, practice: Practice, hello: Hello, inside: Inside, words: Words
    ) -> None:
        self._desk = desk
        self._socket = socket
        self._practice = practice
        self._hello = hello
        self._inside = inside
        self._words = words
        self._sending = asyncio.Lock()
        self._thread: ConversationId | None = None
        self._thread_id = ""
        self._after = 0
        self._told: Told | None = None
        self.ending = COME_BACK

    def wants(self, change: Change) -> bool:
        """Whether a change is about this conversation."""
        return change.id == self._thread_id and change.what == "message"

    async def hear(self) -> None:
        """Store what the browser sends, and say so. Ends when the browser goes."""
        while self.ending != LINK_OVER:
            match read_frame(await _frame(self._socket)):
                case Ping():
                    await self._send(PONG)
                    if self._thread is None:  # the same patient may have begun it in another window
                        await self._send_new()
                case Written() as written:
                    await self._take(written)
                case WantsLink():
                    await self._give_link()
                case CutsOff():
                    await self._cut_off()
                case Unreadable():
                    self.ending = UNREADABLE
                    return

    async def tell(self, watch: Watch) -> None:
        """Send what is new, now and whenever something changes. Ends when this process is about to."""
        waiting = await self._send_new()
        while self.ending != LINK_OVER:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS if waiting else None):
                    if GOODBYE in await watch.next():
                        return
            waiting = await self._send_new()

    async def _take(self, written: Written) -> None:
        if not written.text or len(written.text) > LONGEST:
            await self._send(refused_frame(written, "too_long"))
            return
        inside = self._inside
        stored_once = provider_id(inside.token, written)
        now = self._desk.clock.now()
        async with self._desk.storage.practice(self._practice.id) as db:
            if not await still_in(db, inside, now=now):
                self.ending = LINK_OVER
                return
            # One that is sent again over a new line, since its answer was lost with the old one, costs nothing.
            in_time = await is_stored(db, stored_once) or (
                await may(db, CONVERSATION, inside.address, now=now)
                and await may(db, ADDRESS, address_of(self._socket), now=now)
            )
        if not in_time:
            await self._send(refused_frame(written, "too_fast"))
            return
        received = await self._desk.reception.receive(
            self._practice.id, inside.channel, inside.address, written.text, provider_id=stored_once
        )
        await self._send(stored_frame(written, received.message.seq if received.message else None))
        await self._send_new()

    async def _send_new(self) -> bool:
        """Whether the patient waits for an answer, once everything new was sent."""
        async with self._sending:
            async with self._desk.storage.practice(self._practice.id) as db:
                if not await still_in(db, self._inside, now=self._desk.clock.now()):
                    self.ending = LINK_OVER
                    return False
                standing = await find_standing(db, self._inside.channel, self._inside.address)
                new, told = [], Told(thread=None)
                if standing is not None:
                    self._follow(standing.id)
                    if standing.last_seq > self._after:
                        new = await messages(db, standing.id, after=self._after)
                    told = await self._as_told(db, standing)
            if new or self._told != told:
                zone = self._practice.locations[0].zone
                shown = [self._with_answers(message) for message in new]
                frame = thread_frame(self._inside.token, told, shown, zone=zone, words=self._words)
                await self._socket.send_text(frame)
                self._after = new[-1].seq if new else self._after
                self._told = told
        return told.waiting

    async def _as_told(self, db: Db, standing: Standing) -> Told:
        asked = None
        if not standing.waits and (found := await find_open(db, self._inside.channel, self._inside.address)):
            asked = found.state.asked
        return Told(
            thread=standing.id,
            waiting=standing.waits,
            expects_code=asked is Ask.CODE,
            others=await others_beside(db, self._inside, standing.id, now=self._desk.clock.now()),
        )

    def _with_answers(self, message: Message) -> Message:
        """An offered time that was texted has no buttons; the browser that came by its link shows them."""
        if self._inside.link is None or message.buttons or message.seq != self._inside.from_seq:
            return message
        if message.author is not Author.ASSISTANT or self._inside.channel is ChannelKind.WEBCHAT:
            return message
        return replace(message, buttons=self._words.several("chat.offer_answers"))

    async def _give_link(self) -> None:
        now = self._desk.clock.now()
        if self._thread is None or self._inside.link is not None:
            return
        frame = link_frame("", "")  # so many were made lately that this one has to wait
        async with self._desk.storage.practice(self._practice.id) as db:
            if await may(db, LINKS, self._inside.address, now=now):
                token, until = await resume_link(db, self._thread, id=new_id(), now=now)
                address = f"{self._desk.settings.public_url}/chat/{self._practice.key}/on/{token}"
                frame = link_frame(address, clock(until, self._practice.locations[0].zone, self._words))
        await self._send(frame)

    async def _cut_off(self) -> None:
        if self._thread is None or self._inside.link is not None:
            return
        async with self._desk.storage.practice(self._practice.id) as db:
            await revoke_links(db, self._thread, now=self._desk.clock.now())
        await self._send_new()

    def _follow(self, thread: ConversationId) -> None:
        """A thread that was closed is followed by a new one, whose messages count from one again."""
        if self._thread != thread:
            came_with_it = self._thread is None and self._hello.thread == str(thread)
            self._after = max(self._hello.after if came_with_it else 0, self._inside.from_seq - 1)
            self._thread, self._thread_id = thread, str(thread)

    async def _send(self, frame: str) -> None:
        async with self._sending:
            await self._socket.send_text(frame)


async def _hello(socket: WebSocket) -> Hello | Unreadable:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            return read_hello(await _frame(socket))
    except TimeoutError:
        return Unreadable()


async def _frame(socket: WebSocket) -> str:
    """The next frame; one of bytes, or one that is too long, is as good as none of ours."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    return text if isinstance(text, str) and len(text) <= LONGEST_FRAME else ""


async def _until_either_ends(*parts: Coroutine[object, object, None]) -> None:
    """Run both; when one ends or breaks, the other is cancelled, and what broke is raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
