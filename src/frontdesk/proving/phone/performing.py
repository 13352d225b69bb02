"""A patient acts out a script on the phone, in real time: speaks, pauses, presses keys, cuts in, hangs up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND, SILENCE
from frontdesk.proving.phone.aloud_again import Reply
from frontdesk.proving.phone.answering import Answering, Gone, Step, with_pauses
from frontdesk.proving.phone.carrying import QUIET, SECONDS_A_PIECE, Phone
from frontdesk.proving.phone.details import Presses, Says, Types
from frontdesk.proving.phone.patient import WAITS
from frontdesk.proving.phone.voices import Voice

PAUSE = 0.6
"""Seconds of silence after which a patient takes it that the desk has finished."""
_LONGEST = 60.0
"""Seconds that a patient listens to one reply."""
_UNFINISHED = 3.0
"""Seconds of silence that a patient waits in the middle of what is said: anybody hears that it is not over."""
_LETTERS_A_SECOND = 24
"""A quick speaker's: a reply that took less time for its letters has not been said to its end."""

Told = Callable[[], Awaitable[list[str]]]
"""What the desk has said in the call so far, as it has it written."""
TypesIn = Callable[[str, str], Awaitable[None]]
"""Types something in, behind the link in these words of the desk's."""


@dataclass(kw_only=True)
class Acted:
    """How a call went for its patient, times in seconds.

    `answers` are from the end of a spoken line to the first sound of the answer, None where none came; `interruptions`
    count lines in which the desk began to speak; `stopped` is how long it went on after the patient had cut in.
    """

    greeting: float | None = None
    answers: list[float | None] = field(default_factory=list)
    lines: int = 0
    interruptions: int = 0
    stopped: list[float] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    broke: bool = False


@dataclass(kw_only=True)
class Performing:
    """One patient with a phone; a call whose line broke is performed on with another phone and the same `acted`."""

    answering: Answering
    voice: Voice
    told: Told
    types: TypesIn
    acted: Acted = field(default_factory=Acted)
    _known: int = 0

    async def on(self, phone: Phone) -> None:
        """Act until there is nothing more to do, the line breaks, or the desk hangs up."""
        heard_from, cut = 0, await self._hear_out(phone)
        if self.acted.greeting is None:
            self.acted.greeting = phone.arrived
        while not phone.is_over:
            told = await self.told()
            self._keep_reply(phone, told, heard_from, cut=cut is not None)
            step = self.answering.next(told[-1] if told else "")
            if isinstance(step, Gone):
                self.acted.broke = step.broke
                if step.broke:
                    phone.break_off()
                return
            if step.waits:
                await asyncio.sleep(step.waits)
                await _until_quiet(phone, lasts=0.0)
            heard_from = len(phone.heard)
            await self._does(phone, step, told[-1] if told else "", cuts=cut is not None)
            cut = await self._hear_out(phone)

    async def _does(self, phone: Phone, step: Step, told: str, *, cuts: bool) -> None:
        match step.move:
            case Says(words=words):
                await self._says(phone, words, cuts=cuts)
            case Presses(keys=keys):
                phone.arrived = None
                await phone.press(keys)
            case Types(typed=typed):
                phone.arrived = None
                await self.types(typed, told)

    async def _says(self, phone: Phone, words: str, *, cuts: bool) -> None:
        line = await said_with(self.voice, words)
        began, cleared = phone.now, phone.cleared
        stopping = asyncio.create_task(_stops(phone, cleared)) if cuts else None
        phone.speak(line)
        self.acted.lines += 1
        await phone.has_spoken()
        ended, cut_off = phone.now, phone.arrived is not None
        if stopping is not None:
            stopped = await stopping
            self.acted.stopped += [stopped - began] if stopped is not None else []
            cut_off = cut_off and phone.cleared > cleared
        if cut_off:
            self.acted.interruptions += 1
            return
        await _until_sound(phone)
        self.acted.answers.append(phone.arrived - ended if phone.arrived is not None else None)

    async def _hear_out(self, phone: Phone) -> float | None:
        """When the patient cuts in, in seconds of the call; None once the desk has finished."""
        await _until_sound(phone)
        told = await self.told()
        is_new, self._known = len(told) > self._known, len(told)
        listens = self.answering.cuts_in(told[-1]) if told else None
        if listens is not None and phone.arrived is not None:
            await asyncio.sleep(max(0.0, phone.arrived + listens - phone.now))
            if phone.hears:
                return phone.now
        await _until_quiet(phone, lasts=len(told[-1]) / _LETTERS_A_SECOND if told and is_new else 0.0)
        return None

    def _keep_reply(self, phone: Phone, told: list[str], heard_from: int, *, cut: bool) -> None:
        new = told[sum(one.text != "" for one in self.acted.replies) :]
        sound = b"".join(one.ulaw for one in phone.heard[heard_from:])
        for number, text in enumerate(new):
            self.acted.replies.append(Reply(text=text, ulaw=sound if number == len(new) - 1 else b"", cut=cut))


async def said_with(voice: Voice, words: str) -> bytes:
    """A line in mu-law, with the pauses that stand in it."""
    parts = [
        bytes([SILENCE]) * int(part * SAMPLES_A_SECOND) if isinstance(part, float) else await voice.says(part)
        for part in with_pauses(words)
    ]
    return b"".join(parts)


async def _stops(phone: Phone, cleared: int) -> float | None:
    """When the desk fell silent for what is being said; None: it did not within some seconds."""
    began = phone.now
    while phone.now - began < WAITS / 2 and not phone.is_over:
        if phone.cleared > cleared:
            return phone.now
        await asyncio.sleep(SECONDS_A_PIECE)
    return None


async def _until_sound(phone: Phone) -> None:
    """Until the desk begins to speak, or the patient gives up waiting for that."""
    began = phone.now
    while phone.arrived is None and phone.now - began < WAITS and not phone.is_over:  # noqa: ASYNC110  # sound is polled
        await asyncio.sleep(SECONDS_A_PIECE)


async def _until_quiet(phone: Phone, *, lasts: float) -> None:
    """Until nothing was played for a moment; for a longer one before so many seconds of sound were heard."""
    quiet, began, before = 0.0, phone.now, len(phone.heard)
    while phone.now - began < _LONGEST and not phone.is_over:
        await asyncio.sleep(SECONDS_A_PIECE)
        quiet = 0.0 if phone.hears else quiet + SECONDS_A_PIECE
        sounded = SECONDS_A_PIECE * sum(one.ulaw != QUIET for one in phone.heard[before:])
        if quiet >= (PAUSE if sounded >= lasts else _UNFINISHED):
            return
