"""The desk's side of a call: takes turns with the caller, says what the reception answers, and stops when cut off."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

import psycopg
import structlog
from pipecat.frames.frames import (
    CancelWorkerFrame,
    EndWorkerFrame,
    Frame,
    InputDTMFFrame,
    InputTransportMessageFrame,
    InterruptionFrame,
    OutputTransportMessageFrame,
    StartFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND
from frontdesk.language.catalogue import catalogue
from frontdesk.reception.calling import Spoken
from frontdesk.storage.faults import DatabaseFault
from frontdesk.voice.hearing import Heard
from frontdesk.voice.line import OVER
from frontdesk.voice.listening import Listening
from frontdesk.voice.speaking import Mouth
from frontdesk.voice.timing import Stopwatch

log = structlog.get_logger()

SILENT = 9.0
"""Seconds without a word of either before the caller is asked whether they are there. A guess."""
KEYS_REST = 2.5
"""Seconds without a key before those pressed are taken together."""
TYPING = 90.0
"""Seconds for typing something in, without a word, before the caller is asked whether they are there. A guess."""
_MOST_KEYS = 64
_SPEECH = 0.9
"""A turn that lasts so long, with its half second before, was meant to say something."""
_BREATH = re.compile(
    r"(?<=[:;]) |(?<=[a-z]{4},) (?=(?:both|all|that's|in|on|at|with|and|\w+ with|\d{3,}) )| (?=(?:or|o) )"
)
_LONG, _SHORT, _SOON = 40, 10, 25
"""Characters: a longer sentence is begun before its end is made, unless a piece of it would be too short, where it is
the first or comes after one so short that it would be over before the next is made."""

_LONGEST_SAYING = 20.0
"""Seconds that an announcement may take to be heard."""
_LONGEST_MESSAGE = 60.0
"""Seconds of the last words of a call that the desk has placed: of a message to a machine, too."""


class Became(Enum):
    """How the assistant came to have a caller no more. Dropped: nobody said why, the line to the carrier broke."""

    ENDED = "ended"
    LEFT = "left for a person"
    DROPPED = "dropped"


Answers = Callable[[Heard], Awaitable[Spoken]]
"""What is said to what was heard."""
Parting = Callable[[], Awaitable[None]]
"""What is done before the line is closed because the call is over."""
Begins = Callable[[], Awaitable[Spoken | None]]
"""What is said first, once it is known to whom; None: nothing is, and the call is over."""
News = Callable[[Spoken], Awaitable[Spoken | None]]
"""What is to be said since that was said, without a word of the caller's: they typed something in."""


IsAnswerTo = Callable[[str, Spoken], bool]
"""Whether words are all that was asked for by what was said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A turn of the caller's, spoken or pressed. `seconds` is how long it lasted."""

    heard: Heard = field(repr=False)
    seconds: float = 0.0


class Receptionist(FrameProcessor):
    """Says the greeting, then answers turn by turn. Whatever the caller says or presses cuts it off at once."""

    def __init__(
        self,
        greeting: Spoken,
        answers: Answers,
        listening: Listening,
        mouth: Mouth,
        watch: Stopwatch,
        *,
        parting: Parting,
        news: News,
        goodbye: str = "call_goodbye",
        silent: float = SILENT,
        rate: int = SAMPLES_A_SECOND,
        begins: Begins | None = None,
        is_answer: IsAnswerTo = lambda _text, _last: False,
    ) -> None:
        """`is_answer`: whether words are all that the last thing said asks for.

        `goodbye` is the key of what somebody is told who says nothing for `silent` seconds, and as long again.
        """
        super().__init__()
        self.last = greeting
        self._answers = answers
        self._news = news
        self._listening = listening
        self._mouth = mouth
        self._watch = watch
        self._parting = parting
        self._goodbye = goodbye
        self._silent = silent
        self._rate = rate
        self._begins = begins
        self._is_answer = is_answer
        self.became = Became.DROPPED
        self._turns: asyncio.Queue[Said] = asyncio.Queue()
        self._unheard: deque[tuple[str, str]] = deque()
        self._all_heard = asyncio.Event()
        self._left: tuple[str, ...] = ()
        self._marks = 0
        self._talking: asyncio.Task[None] | None = None
        self._caller_speaks = False
        self._cuts = 0
        self._keys = ""
        self._keys_rest: asyncio.TimerHandle | None = None
        self.answering: asyncio.Future[Spoken] | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Begin, end and take turns; everything goes on."""
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        match frame:
            case StartFrame():
                self._talking = self.create_task(self._talk())
            case UserStartedSpeakingFrame():
                self._caller_speaks = True
            case InterruptionFrame():
                self._cut_off()
            case UserStoppedSpeakingFrame() if direction is FrameDirection.DOWNSTREAM:
                self._caller_speaks = False
                self._watch.ended()
                self._turns.put_nowait(Said(heard=self._listening.take(), seconds=self._listening.seconds))
            case InputDTMFFrame():
                await self._press(frame.button.value)
            case InputTransportMessageFrame(message=str(mark)) if direction is FrameDirection.DOWNSTREAM:
                await self._told(mark)
            case _:
                pass

    async def cleanup(self) -> None:
        """Say nothing more. What the reception is about to do for the caller is not broken off."""
        if self._keys_rest is not None:
            self._keys_rest.cancel()
        if self._talking is not None:
            await self.cancel_task(self._talking)
            self._talking = None
        await super().cleanup()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped

    def is_answered(self, text: str) -> bool:
        """Whether these words are all that the caller was asked for; while it is still being said, nothing is."""
        return not self._unheard and self._is_answer(text, self.last)

    def unanswered(self) -> list[Heard]:
        """What the caller had said to its end before they were gone, and nobody has taken up yet; once."""
        left = [self._turns.get_nowait().heard for _ in range(self._turns.qsize())]
        return [heard for heard in left if heard.text]

    async def _talk(self) -> None:
        """The whole call. Where it breaks it is hung up: a line that stays silent would keep the caller from others."""
        try:
            await self._hold()
            if self.became is not Became.LEFT:
                self.became = Became.ENDED
                await self._parting()
        except Exception as broken:
            log.error("a call broke", conversation=str(self.last.conversation), fault=type(broken).__name__)
        await self.push_frame(EndWorkerFrame(), FrameDirection.UPSTREAM)

    async def _hold(self) -> None:
        if self._begins is not None:
            if (begun := await self._begins()) is None:
                return
            self.last = begun
        await self._say(self.last.sentences)
        if await self._is_done():
            return
        asked_back = silent = 0
        while silent < 2:
            said = await self._next_turn()
            if said is None:
                silent += 1
                key = self._goodbye if silent == 2 else "call_still_there"
                await self._say((self._told_in(key),))
                if await self._leaves():
                    return
                continue
            silent = 0
            if said.heard.text:
                asked_back = 0
                await self._answer(said.heard)
            elif self._left:  # a cough, a door: what it cut off is said again
                await self._say(self._left)
            elif said.seconds > _SPEECH and asked_back == 0:
                asked_back = 1
                await self._say((self._told_in("call_say_again"),))
            if await self._leaves() or await self._is_done():
                return
        await self._has_heard(within=SILENT)

    async def _has_heard(self, *, within: float) -> None:
        """Returns once the caller has heard all that was said, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._all_heard.wait()

    async def _is_done(self) -> bool:
        """Whether all was said, and heard to its end, in a call that the desk has placed."""
        if not self.last.ends:
            return False
        await self._has_heard(within=_LONGEST_MESSAGE)
        return not (self._left or self._caller_speaks or self._keys) and self._turns.empty()

    async def _leaves(self) -> bool:
        """Whether the caller goes to a person now, having heard so to the end."""
        if not self.last.through:
            return False
        await self._has_heard(within=_LONGEST_SAYING)
        if self._left or self._caller_speaks or not self._turns.empty():
            return False
        self.became = Became.LEFT
        return True

    async def _next_turn(self) -> Said | None:
        """The caller's next turn; None: nobody has said anything for a while."""
        quiet = 0.0
        while quiet < (TYPING if self.last.types else self._silent):
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5):  # wait_for loses cancellations on Python 3.11
                    return await self._turns.get()
            busy = self._caller_speaks or self._unheard or self._keys
            quiet = 0.0 if busy else quiet + 0.5
            if self.last.followed and not busy and await self._take_up():
                quiet = 0.0
        return None

    async def _take_up(self) -> bool:
        """Say what comes of something that was typed in meanwhile; whether there was any."""
        try:
            news = await self._news(self.last)
        except (DatabaseFault, psycopg.OperationalError):
            return False  # it is looked at again in a moment
        if news is None:
            return False
        self.last = news
        await self._say(news.sentences)
        return True

    async def _answer(self, heard: Heard) -> None:
        self.answering = asyncio.ensure_future(self._answers(heard))
        try:
            self.last = await asyncio.shield(self.answering)
        except (DatabaseFault, psycopg.OperationalError):
            log.warning("a call waits for the database", conversation=str(self.last.conversation))
            await self._say((self._told_in("call_say_again"),))
            return
        self._watch.decided()
        if self._turns.empty():  # what was said meanwhile is answered first
            await self._say(self.last.sentences)

    async def _say(self, sentences: tuple[str, ...]) -> None:
        """Have it heard, as far as the caller does not cut it off; `_left` is what was not heard then."""
        if self._caller_speaks:
            self._left = sentences
            return
        self._left, cuts = (), self._cuts
        await self.push_frame(TTSStartedFrame())
        parts = pieces(sentences)
        for number, (sentence, piece) in enumerate(parts):
            sound = await self._mouth.say(piece, rate=self._rate)
            if self._cuts != cuts:
                self._left = (*self._left, *dict.fromkeys(whole for whole, _ in parts[number:]))
                return
            await self.push_frame(TTSAudioRawFrame(audio=sound, sample_rate=self._rate, num_channels=1))
            self._watch.spoke()
            self._marks += 1
            self._unheard.append((str(self._marks), sentence))
            self._all_heard.clear()
            await self.push_frame(OutputTransportMessageFrame(message=str(self._marks)))
        await self.push_frame(TTSStoppedFrame())

    def _cut_off(self) -> None:
        self._cuts += 1
        if self._unheard:
            self._left = tuple(dict.fromkeys(sentence for _, sentence in self._unheard))
        self._unheard.clear()  # the carrier tells of each mark that it cleared as if it had been heard
        self._all_heard.set()

    async def _told(self, mark: str) -> None:
        if mark == OVER:
            self.became = Became.ENDED  # nobody listens any more: what is left to be said is not said to its end
            await self.push_frame(CancelWorkerFrame(), FrameDirection.UPSTREAM)
        elif any(mark == known for known, _ in self._unheard):
            while self._unheard.popleft()[0] != mark:
                pass
            if not self._unheard:
                self._all_heard.set()

    async def _press(self, key: str) -> None:
        if self._keys_rest is not None:
            self._keys_rest.cancel()
        if not self._keys:
            self._cut_off()
            await self.broadcast_interruption()  # type: ignore[no-untyped-call]  # pipecat leaves it untyped
        if key != "#" and len(self._keys) < _MOST_KEYS:
            self._keys += key
        wait = 0.0 if key == "#" else KEYS_REST
        self._keys_rest = asyncio.get_running_loop().call_later(wait, self._take_keys)

    def _take_keys(self) -> None:
        keys, self._keys = self._keys, ""
        if keys:
            self._watch.paused()
            self._watch.ended()
            self._turns.put_nowait(Said(heard=Heard(text=keys)))

    def _told_in(self, key: str) -> str:
        return catalogue(self.last.language).say(key)


def pieces(sentences: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each sentence with itself, those that are wanted soon in pieces where they are long: the first is soon made."""
    found: list[tuple[str, str]] = []
    before = 0
    for sentence in sentences:
        parts = _BREATH.split(sentence) if before <= _SOON and len(sentence) > _LONG else [sentence]
        if min(len(part) for part in parts) <= _SHORT:
            parts = [sentence]
        found += [(sentence, part) for part in parts]
        before += len(sentence)
    return found
