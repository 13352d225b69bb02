"""Listens to who picks up a call that the desk has placed, before anybody else hears a sound of it."""

import asyncio

from pipecat.frames.frames import Frame, InputAudioRawFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from frontdesk.ports.phoning import AnsweredBy
from frontdesk.voice.who_answered import WhoAnswered


class PickingUp(FrameProcessor):
    """Keeps the sound to itself until a person is there: no machine's greeting or beep cuts the desk off."""

    def __init__(self, by: AnsweredBy) -> None:
        super().__init__()
        self._listens = WhoAnswered(by=by)
        self._known: asyncio.Future[AnsweredBy] = asyncio.get_running_loop().create_future()
        self._tell()

    async def who(self) -> AnsweredBy:
        """Who picked up, once that is sure."""
        return await asyncio.shield(self._known)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Take in sound; a person's goes on, and so does everything else."""
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame) and self._listens.verdict is not AnsweredBy.HUMAN:
            self._listens.hear(frame.audio)
            self._tell()
            return
        await self.push_frame(frame, direction)

    def _tell(self) -> None:
        if self._listens.verdict is not None and not self._known.done():
            self._known.set_result(self._listens.verdict)
