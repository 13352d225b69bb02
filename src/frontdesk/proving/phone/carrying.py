"""The carrier's side of one call, as Twilio publishes it: the webhook, the stream, sound both ways in real time.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages. What the caller is played is buffered and
played in order; a mark is sent back when it is reached, or at once when what stood before it is cleared.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from frontdesk.channels.voice.ulaw import SILENCE, decoded
from frontdesk.domain.faults import Impossible

PIECE = 160
"""Bytes of mu-law in 20 ms."""
SECONDS_A_PIECE = 0.02
QUIET = bytes([SILENCE]) * PIECE
_LOUD = 500
"""What a sample has to reach to be a sound: of 32,768."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialled:
    """A call as it is placed: `url` is the number's webhook, `token` what the carrier signs with."""

    url: str
    token: str = field(repr=False)
    call: str
    caller: str
    number: str
    account: str = "AC0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """20 ms as the caller heard them. `at` is when, in seconds since the call was picked up."""

    at: float
    ulaw: bytes = field(repr=False)

    @property
    def is_sound(self) -> bool:
        """Whether it is more than silence."""
        return is_sound(self.ulaw)


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamNames:
    """How a carrier calls the number of a message, and the stream, in each message."""

    number: str = "sequenceNumber"
    stream: str = "streamSid"


TWILIO = StreamNames()


class NotTaken(Exception):
    """The call was not joined with a stream; the text says what was answered."""


class Phone:
    """One end of a call that stands. `microphone` gives the next 20 ms of what is said into it, None for silence."""

    def __init__(
        self, socket: ClientConnection, stream: str, clock: Callable[[], float], names: StreamNames = TWILIO
    ) -> None:
        self._names = names
        self._socket = socket
        self._stream = stream
        self._clock = clock
        self._number = 1
        self._to_say: deque[bytes] = deque()
        self._all_said = asyncio.Event()
        self._to_play: deque[bytes | str] = deque()
        self.background: Callable[[bytes], bytes] = bytes
        self.heard: list[Piece] = []
        self.said: list[Piece] = []
        self.cleared = 0
        self.arrived: float | None = None
        """When the first sound of the desk's came in since the caller last spoke."""
        self._ended = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether the stream has ended, by either side."""
        return self._ended.is_set()

    async def has_ended(self) -> None:
        """Returns once the stream has ended."""
        await self._ended.wait()

    @property
    def now(self) -> float:
        """Seconds since the call was picked up."""
        return self._clock()

    async def has_spoken(self) -> None:
        """Returns once all that is to be said was said, or the call is over."""
        await self._all_said.wait()

    @property
    def hears(self) -> bool:
        """Whether there is something left to be played to the caller."""
        return any(isinstance(one, bytes) for one in self._to_play)

    def speak(self, ulaw: bytes) -> None:
        """Say this, after what is still being said."""
        padded = ulaw + QUIET[: -len(ulaw) % PIECE]
        self._to_say += [padded[start : start + PIECE] for start in range(0, len(padded), PIECE)]
        self.arrived = None
        if not self.is_over:  # else nobody would ever tell that it was said
            self._all_said.clear()

    async def press(self, keys: str, *, apart: float = 0.25) -> None:
        """Press keys, so many seconds after one another."""
        for key in keys:
            await self._send("dtmf", dtmf={"track": "inbound_track", "digit": key})
            await asyncio.sleep(apart)

    async def carry(self) -> None:
        """Carry sound both ways until the desk hangs up. A piece that is late is not waited for."""
        taking = asyncio.create_task(self._take())
        due = time.monotonic()
        try:
            while not self.is_over:
                await self._carry_piece()
                due += SECONDS_A_PIECE
                await asyncio.sleep(max(0.0, due - time.monotonic()))
        except ConnectionClosed:
            self._ended.set()
        finally:
            taking.cancel()
            self._all_said.set()

    async def _carry_piece(self) -> None:
        said = self.background(self._to_say.popleft() if self._to_say else QUIET)
        self.said.append(Piece(at=self.now, ulaw=said))
        if not self._to_say:
            self._all_said.set()
        await self._send(
            "media",
            media={
                "track": "inbound",
                "chunk": str(len(self.said)),
                "timestamp": str(len(self.said) * 20),
                "payload": base64.b64encode(said).decode(),
            },
        )
        while self._to_play and isinstance(self._to_play[0], str):
            await self._mark(str(self._to_play.popleft()))
        piece = self._to_play.popleft() if self._to_play else QUIET
        assert isinstance(piece, bytes)
        self.heard.append(Piece(at=self.now, ulaw=piece))

    async def _take(self) -> None:
        try:
            async for frame in self._socket:
                told = json.loads(frame)
                match told["event"]:
                    case "media":
                        self._play(base64.b64decode(told["media"]["payload"]))
                    case "mark":
                        self._to_play.append(told["mark"]["name"])
                    case "clear":
                        self.cleared += 1
                        self.arrived = None  # what came before is not the answer to what is being said
                        marks = [one for one in self._to_play if isinstance(one, str)]
                        self._to_play.clear()
                        for mark in marks:
                            await self._mark(mark)
                    case other:
                        raise Impossible(f"a carrier is sent media, marks and clear; got {other!r}")
        except ConnectionClosed:
            pass
        self._ended.set()

    def _play(self, ulaw: bytes) -> None:
        if self.arrived is None and is_sound(ulaw):
            self.arrived = self.now
        self._to_play += [ulaw[start : start + PIECE] for start in range(0, len(ulaw), PIECE)]

    async def _mark(self, name: str) -> None:
        await self._send("mark", mark={"name": name})

    async def _send(self, event: str, **told: object) -> None:
        self._number += 1
        await self._socket.send(
            json.dumps(
                {"event": event, self._names.number: str(self._number), self._names.stream: self._stream, **told}
            )
        )

    async def hang_up(self, call: str, account: str) -> None:
        """Tell that the caller has hung up."""
        await self._send("stop", stop={"accountSid": account, "callSid": call})
        self._ended.set()

    def break_off(self) -> None:
        """The line to the desk breaks: nothing is told, and nothing comes any more."""
        self._socket.transport.abort()
        self._ended.set()


@asynccontextmanager
async def placed(dialled: Dialled) -> AsyncIterator[Phone]:
    """The phone of a call that was picked up; hung up at the end. Raises: NotTaken."""
    stream, given = await ring(dialled)
    async with joined(dialled, stream, given) as phone:
        yield phone


@asynccontextmanager
async def joined(dialled: Dialled, stream: str, given: dict[str, str]) -> AsyncIterator[Phone]:
    """The phone of a call that a stream is opened for; hung up at the end, unless the desk has closed the stream."""
    picked_up = time.monotonic()
    signature = {"X-Twilio-Signature": signed(stream, dialled.token)}
    async with connect(stream, additional_headers=signature, compression=None, open_timeout=60) as socket:
        sid = f"MZ{secrets.token_hex(16)}"
        await socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        start = {
            "accountSid": dialled.account,
            "streamSid": sid,
            "callSid": dialled.call,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": given,
        }
        await socket.send(json.dumps({"event": "start", "sequenceNumber": "1", "start": start, "streamSid": sid}))
        phone = Phone(socket, sid, lambda: time.monotonic() - picked_up)
        carrying = asyncio.create_task(phone.carry())
        try:
            yield phone
        finally:
            if not phone.is_over:
                await phone.hang_up(dialled.call, dialled.account)
            await carrying


async def ring(dialled: Dialled) -> tuple[str, dict[str, str]]:
    """Where the stream is to be opened, and what is told it."""
    told = await ask(dialled, dialled.url, CallStatus="ringing")
    stream = told.find("./Connect/Stream")
    if stream is None:
        raise NotTaken("The call was not taken: the answer joins it with no stream.")
    return stream.get("url", ""), parameters(stream)


async def ask(dialled: Dialled, url: str, **fields: str) -> ElementTree.Element:
    """The TwiML that a signed webhook about the call is answered with. Raises: NotTaken (another status than 200)."""
    form = {
        "CallSid": dialled.call,
        "AccountSid": dialled.account,
        "From": dialled.caller,
        "To": dialled.number,
        "CallStatus": "in-progress",
        "Direction": "inbound",
        **fields,
    }
    signature = signed(url + "".join(f"{name}{form[name]}" for name in sorted(form)), dialled.token)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as carrier:
        answered = await carrier.post(
            url,
            content=urlencode(form),
            headers={"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"},
        )
    if answered.status_code != 200:
        raise NotTaken(f"The webhook of the call answered {answered.status_code}.")
    return ElementTree.fromstring(answered.text)  # our own desk's words


def parameters(stream: ElementTree.Element) -> dict[str, str]:
    """What a stream is told along."""
    return {one.get("name", ""): one.get("value", "") for one in stream}


def signed(told: str, token: str) -> str:
    """What stands in X-Twilio-Signature for an address, with the fields of its form after it."""
    if not token:
        raise Impossible("A carrier signs with a token; the one given is empty")
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


def is_sound(ulaw: bytes) -> bool:
    """Whether anything in it is louder than a line's own noise."""
    samples = memoryview(decoded(ulaw)).cast("h")
    return any(abs(sample) > _LOUD for sample in samples)
