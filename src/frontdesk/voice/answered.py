"""Ends a turn in which what was asked has been answered: nobody is waited for who has said all that was wanted."""

import asyncio
import time
from collections.abc import Callable

from pipecat.frames.frames import (
    Frame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.turns.types import ProcessFrameResult
from pipecat.turns.user_stop import BaseUserTurnStopStrategy

ANSWERED = 0.8
"""Seconds of silence that end a turn which has answered what was asked, although it sounds as if it went on: half of
what other turns are waited for. A guess between "yes ... but on Friday" and a caller who wonders whether anybody is
there."""

IsAnswer = Callable[[str], bool]
"""Whether these words are all that was asked for."""


class AnsweredTurnStopStrategy(BaseUserTurnStopStrategy):  # type: ignore[no-untyped-call]  # pipecat leaves it untyped
    """Beside the model that goes by how a turn sounds: this one goes by what was heard in it.

    `noticed` is after how many seconds of silence a pause is told of.
    """

    def __init__(self, is_answer: IsAnswer, *, noticed: float) -> None:
        super().__init__()
        self._is_answer = is_answer
        self._noticed = noticed
        self._quiet_since: float | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Task[None] | None = None

    async def process_frame(self, frame: Frame) -> ProcessFrameResult:
        """Look at what was heard until each pause; the other strategies look as well."""
        match frame:
            case VADUserStartedSpeakingFrame():
                self._goes_on()
            case VADUserStoppedSpeakingFrame():
                self._quiet_since = time.monotonic() - self._noticed
            case TranscriptionFrame(finalized=True) if self._quiet_since is not None and self._is_answer(frame.text):
                self._goes_on(quiet_since=self._quiet_since)
                left = max(0.0, ANSWERED - (time.monotonic() - self._quiet_since))
                self._ending = asyncio.get_running_loop().call_later(left, self._end)
            case _:
                pass
        return ProcessFrameResult.CONTINUE

    async def handle_user_turn_started(self) -> None:
        """A turn begins."""
        self._goes_on()

    async def handle_user_turn_stopped(self) -> None:
        """It is over, whoever has ended it."""
        self._goes_on()

    async def cleanup(self) -> None:
        """End no turn any more."""
        self._goes_on()
        await super().cleanup()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped

    def _goes_on(self, *, quiet_since: float | None = None) -> None:
        self._quiet_since = quiet_since
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _end(self) -> None:
        self._ending = None
        self._stopping = asyncio.ensure_future(self.trigger_user_turn_stopped())
