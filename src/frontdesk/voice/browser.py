"""A call from a browser, by WebRTC: the offer and its answer, and the same pipeline as a call from a telephone."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from aiortc.exceptions import InvalidStateError
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    Frame,
    InputAudioRawFrame,
    InputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.base_transport import TransportParams
from pipecat.transports.smallwebrtc.connection import SmallWebRTCConnection
from pipecat.transports.smallwebrtc.transport import SmallWebRTCTransport

from frontdesk.domain.ids import PracticeId
from frontdesk.reception.calling import Spoken
from frontdesk.reception.talking import Talk
from frontdesk.settings import Settings
from frontdesk.voice.candidates import reach_by, servers
from frontdesk.voice.hearing import Heard
from frontdesk.voice.holding import CALLS_LAST, NO_TIMEOUT, Held, Side, carried, held
from frontdesk.voice.line import OVER
from frontdesk.voice.listening import Listening
from frontdesk.voice.models import Models
from frontdesk.voice.receptionist import Receptionist
from frontdesk.voice.timing import Stopwatch
from frontdesk.wiring import Frontdesk

CONNECTS = 20.0
"""Seconds from the answer until sound can go to and fro: networks that let nothing through say nothing of it."""
RATE = 16_000
"""Samples a second, twice a telephone's: what the models hear by, and what consonants need."""
READS = 20.0
"""Seconds without a word before somebody is asked whether they are there: they have the chat to read. A guess."""
LOST = 8.0
"""Seconds without sound, of which a browser sends some even while it is muted: its network is gone. A guess."""

log = structlog.get_logger()

Answer = Callable[[str], Awaitable[None]]
"""Hands the browser what it needs to begin with the call: SDP."""


class Unanswerable(Exception):
    """What a browser offered is none of a call with sound."""


def servers_for_page(settings: Settings, *, now: datetime) -> list[dict[str, str]]:
    """The servers that help, as a page's RTCPeerConnection takes them."""
    return [
        {"urls": str(one.urls)}
        | ({"username": one.username, "credential": one.credential} if one.username and one.credential else {})
        for one in servers(settings.reach, now=now)
    ]


async def talk(
    desk: Frontdesk, practice: PracticeId, talk: Talk, offer: str, answer: Answer, models: Models, over: asyncio.Event
) -> Held | None:
    """Returns when the talk is over, by whomever; set `over` to end it. None: no sound came to and fro.

    Raises: Unanswerable; DatabaseFault, psycopg errors, before a word was said.
    """
    watch = Stopwatch()
    connection = await _answered(desk.settings, offer, now=desk.clock.now())
    try:
        described = connection.get_answer()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped
        assert described is not None  # it was just made
        await answer(described["sdp"])
        if not await _connects(connection, over):
            log.info("a browser and this desk did not find each other")
            return None
        greeting = await desk.talks.pick_up(practice, talk)

        async def answers(heard: Heard, before: Spoken, turns: int) -> Spoken:
            turn = f"{talk.id}:{turns}"
            return await desk.talks.answer(practice, before, heard.text, others=heard.others, turn=turn)

        async def news(last: Spoken) -> Spoken | None:
            return await desk.talks.news(practice, last)

        async def line(listening: Listening, receptionist: Receptionist) -> None:
            await _carried(connection, listening, receptionist, over)

        side = Side(
            greeting=greeting,
            answers=answers,
            news=news,
            parting=_nothing,
            keeps=_keeps,
            goodbye="talk_goodbye",
            silent=READS,
            no_voice="talk_no_voice",
            rate=RATE,
        )
        return await held(desk, await desk.practice(practice), side, line, models, watch)
    finally:
        await connection.disconnect()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped


async def _nothing() -> None:
    """The conversation stays open: it goes on in writing."""


async def _keeps(_: Stopwatch) -> None:
    """The log has the times; they are kept of telephones' calls alone."""


async def _answered(settings: Settings, offer: str, *, now: datetime) -> SmallWebRTCConnection:
    reach_by(settings.reach)
    connection = SmallWebRTCConnection(
        ice_servers=servers(settings.reach, now=now), connection_timeout_secs=int(CONNECTS)
    )
    try:
        await connection.initialize(offer, "offer")
    except (ValueError, KeyError, IndexError, AttributeError, InvalidStateError, AssertionError) as fault:
        # what aiortc raises for an SDP that it cannot read; it checks little of it by itself
        await connection.disconnect()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped
        raise Unanswerable(type(fault).__name__) from None
    if connection.audio_input_track() is None:  # type: ignore[no-untyped-call]  # pipecat leaves it untyped
        await connection.disconnect()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped
        raise Unanswerable("no sound in it")
    return connection


async def _connects(connection: SmallWebRTCConnection, over: asyncio.Event) -> bool:
    """Whether sound can go to and fro, once that is known."""
    changed = asyncio.Event()
    connection.pc.on("connectionstatechange", changed.set)
    until = time.monotonic() + CONNECTS
    while connection.pc.connectionState in {"new", "connecting"} and not over.is_set() and time.monotonic() < until:
        waits = [asyncio.ensure_future(changed.wait()), asyncio.ensure_future(over.wait())]
        await asyncio.wait(waits, timeout=until - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
        changed.clear()
    return connection.pc.connectionState == "connected" and not over.is_set()


async def _carried(
    connection: SmallWebRTCConnection, listening: Listening, receptionist: Receptionist, over: asyncio.Event
) -> None:
    params = TransportParams(
        audio_in_enabled=True,
        audio_out_enabled=True,
        audio_in_sample_rate=RATE,
        audio_out_sample_rate=RATE,
        audio_out_10ms_chunks=2,
        audio_out_end_silence_secs=0,
    )
    transport = SmallWebRTCTransport(connection, params.model_copy(update=NO_TIMEOUT))
    page = Page()
    watching = asyncio.create_task(_watched(page, over))
    try:
        await carried(transport, listening, receptionist, rate=RATE, first=(page,), over=over)
    finally:
        watching.cancel()


async def _watched(page: "Page", over: asyncio.Event) -> None:
    """End the talk where its browser is gone without a word, or has talked for longer than anybody does."""
    left: float = CALLS_LAST
    while left > 0 and (lost_in := page.sounded + LOST - time.monotonic()) > 0:
        await asyncio.sleep(lost_in)
        left -= lost_in
    over.set()


class Page(FrameProcessor):
    """What the page in the browser is shown of the talk, and what it tells: which sentences were heard to their end.

    It is sent marks, as strings, which it gives back as `{"type": "mark", "mark": ...}`, and `{"type": "state", "is":
    "hearing" | "thinking" | "speaking" | "listening"}`. It ends the talk by `{"type": "end"}`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sounded = time.monotonic()
        self._hears = False

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Show and tell; what is not the page's goes on."""
        await super().process_frame(frame, direction)
        if isinstance(frame, InputTransportMessageFrame):
            if direction is FrameDirection.DOWNSTREAM and (told := _told(frame.message)) is not None:
                await self.push_frame(InputTransportMessageFrame(message=told), direction)
            return
        if isinstance(frame, InputAudioRawFrame):
            self.sounded = time.monotonic()
        if direction is FrameDirection.UPSTREAM and (state := self._state(frame)) is not None:
            shown = OutputTransportMessageUrgentFrame(message={"type": "state", "is": state})
            await self.push_frame(shown, FrameDirection.DOWNSTREAM)
        await self.push_frame(frame, direction)

    def _state(self, frame: Frame) -> str | None:
        """What the talk has come to by a frame; None: nothing new. Whoever cuts the desk off goes on being heard."""
        if isinstance(frame, UserStartedSpeakingFrame | UserStoppedSpeakingFrame):
            self._hears = isinstance(frame, UserStartedSpeakingFrame)
        elif isinstance(frame, BotStoppedSpeakingFrame) and self._hears:
            return None
        return _STATES.get(type(frame))


_STATES: dict[type[Frame], str] = {
    UserStartedSpeakingFrame: "hearing",
    UserStoppedSpeakingFrame: "thinking",
    BotStartedSpeakingFrame: "speaking",
    BotStoppedSpeakingFrame: "listening",
}


def _told(message: object) -> str | None:
    """What a page tells, as a carrier's stream would; None: it is nothing of ours."""
    match message:
        case {"type": "mark", "mark": str(mark)}:
            return mark
        case {"type": "end"}:
            return OVER
        case _:
            return None
