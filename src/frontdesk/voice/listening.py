"""Keeps what a caller says in one turn, and has it heard each time that they pause."""

import asyncio
from collections.abc import Callable, Sequence

from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    TranscriptionFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND
from frontdesk.voice.hearing import Ear, Heard
from frontdesk.voice.timing import Stopwatch

_BEFORE = 0.5
"""Seconds that are heard from before speech was made out: its first sound lies there."""
_LONGEST = 29
"""Seconds. Of a longer turn, the end is heard."""
NOTHING = Heard(text="")


class Listening(FrameProcessor):
    """Hears the whole turn anew at each pause: words are made out better with all that stands around them.

    `hints` tells what may be said just now; sound has `rate` samples a second. `heard` is what the turn has come to.
    """

    def __init__(
        self, ear: Ear, hints: Callable[[], Sequence[str]], watch: Stopwatch, *, rate: int = SAMPLES_A_SECOND
    ) -> None:
        super().__init__()
        self._rate = rate
        self._ear = ear
        self._hints = hints
        self._watch = watch
        self._before = bytearray()
        self._turn: bytearray | None = None
        self._hearing: asyncio.Task[None] | None = None
        self.heard = NOTHING

    @property
    def seconds(self) -> float:
        """How long the turn lasts so far, with its pauses."""
        return len(self._turn or b"") / (2 * self._rate)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Take in sound and pauses; everything goes on."""
        await super().process_frame(frame, direction)
        match frame:
            case InputAudioRawFrame():
                self._keep(frame.audio)
            case VADUserStartedSpeakingFrame():
                await self._begin()
            case VADUserStoppedSpeakingFrame():
                self._watch.paused()
                await self._forget_hearing()
                self._hearing = self.create_task(self._hear())
            case UserStoppedSpeakingFrame():
                await self._forget_hearing()
                self._turn = None
            case _:
                pass
        await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """Hear nothing more."""
        await self._forget_hearing()
        await super().cleanup()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped

    def take(self) -> Heard:
        """What was heard in the turn that is over; the next one begins with nothing."""
        heard, self.heard = self.heard, NOTHING
        return heard

    def _keep(self, sound: bytes) -> None:
        if self._turn is None:
            self._before += sound
            del self._before[: -int(_BEFORE * self._rate) * 2]
        else:
            self._turn += sound
            del self._turn[: -_LONGEST * self._rate * 2]

    async def _begin(self) -> None:
        await self._forget_hearing()
        if self._turn is None:
            self._turn = bytearray(self._before)
            self._before.clear()
            self.heard = NOTHING

    async def _hear(self) -> None:
        heard = await self._ear.hear(bytes(self._turn or b""), hints=self._hints(), rate=self._rate)
        self.heard = heard
        self._watch.heard()
        # The turn may only end once it was heard; what was said goes no further by this frame.
        await self.push_frame(TranscriptionFrame(text=heard.text or "-", user_id="", timestamp="", finalized=True))

    async def _forget_hearing(self) -> None:
        if self._hearing is not None and not self._hearing.done():
            await self.cancel_task(self._hearing)
        self._hearing = None
