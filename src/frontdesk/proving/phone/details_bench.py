"""Calls with one detail each, over the carrier's protocol in real time: what stands stored, and how long it took.

Beside each call stands the plain way with the same sound and the same models: repeat what was heard, until it is right.
"""

import asyncio
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from frontdesk.channels.voice.places import places
from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND, SILENCE, decoded
from frontdesk.dialogue.acts import GiveBirthDate, GiveEmail, GiveName, GivePhone
from frontdesk.dialogue.by_ear import value_of
from frontdesk.dialogue.state import Ask, Part
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author
from frontdesk.domain.practice import Practice
from frontdesk.language.by_ear import value_in
from frontdesk.language.context import Context
from frontdesk.language.understanding import understand
from frontdesk.proving.phone.bench import at_ten, free_port, logged, own_settings
from frontdesk.proving.phone.carrying import Dialled, NotTaken, Phone, placed
from frontdesk.proving.phone.desk import a_call, at_the_phone, thread_of, written
from frontdesk.proving.phone.details import Caller, Case, Presses, Says, Types, cases, preamble, share
from frontdesk.proving.phone.kept import Kept
from frontdesk.proving.phone.noise import level, noise
from frontdesk.proving.phone.typed_link import typed_in
from frontdesk.proving.phone.voices import Voice, voices
from frontdesk.sample.load import load_sample
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings
from frontdesk.storage.conversations import read_conversation
from frontdesk.storage.throwaway import Throwaway, throwaway_postgres
from frontdesk.voice.hearing import Ear
from frontdesk.voice.holding import models_of
from frontdesk.voice.words import hints_for
from frontdesk.wiring import Frontdesk, open_frontdesk

NOISES = (None, 20.0, 10.0, 5.0)
"""Decibels below the voice; None: a clean line."""
PLAIN_TRIES = 3
"""So often the plain way asks; then it keeps what it has."""
REPEAT = "Can you repeat that, please?"
_WAITS, _LONGEST = 12.0, 40.0
_PAUSE = 0.3
_ASKED = {Part.NAME: Ask.NAME, Part.PHONE: Ask.PHONE, Part.EMAIL: Ask.EMAIL, Part.BIRTH_DATE: Ask.BIRTH_DATE}
_GIVES = {Part.NAME: GiveName, Part.PHONE: GivePhone, Part.EMAIL: GiveEmail, Part.BIRTH_DATE: GiveBirthDate}


@dataclass(frozen=True, kw_only=True, slots=True)
class DetailOutcome:
    """One call. `way` is "speech", "keys" or "link"; `seconds` from the question to the detail being settled.

    `offers` and `taken` count links; `plain_right`: whether the plain way got it. `once` is how many seconds it takes
    to say the detail once: what is spent beyond that is spent on making sure of it.
    """

    part: Part
    voice: str
    noise: float | None
    is_right: bool
    way: str
    seconds: float
    lines: int
    offers: int
    taken: int
    plain_right: bool
    once: float
    number: int
    said: tuple[tuple[str, str], ...]


def hold_detail_calls(
    settings: Settings,
    most: int,
    *,
    seed: int = 7,
    folder: Path | None = None,
    on_each: Callable[[DetailOutcome], None] | None = None,
) -> list[DetailOutcome]:
    """Every call, one after another; those that the folder has for this seed are not held again.

    Raises: DatabaseFault, ModelsMissing.
    """
    models_of(own_settings(settings, 1))
    kept = Kept(DetailOutcome, folder, f"details-{seed}")
    found = list(kept.read())

    def keep(one: DetailOutcome) -> None:
        kept.add(one)
        found.append(one)
        if on_each is not None:
            on_each(one)

    held = {one.number for one in found}
    left = [case for case in cases(most, seed=seed) if case.number not in held]
    with throwaway_postgres() as server:
        asyncio.run(_all(settings, left, seed, server, keep))
    return sorted(found, key=lambda one: one.number)


async def _all(
    settings: Settings, left: Sequence[Case], seed: int, server: Throwaway, keep: Callable[[DetailOutcome], None]
) -> None:
    known = voices(places(settings).piper)
    own = own_settings(settings, free_port())
    with at_ten(server.database("details")) as database, logged():
        async with open_frontdesk(own, database) as desk:
            await load_sample(desk.storage, now=desk.clock.now(), seed=DEFAULT_SEED)
            practice = await desk.practice(smile().id)
            async with at_the_phone(desk, practice):
                for case in left:
                    turn = case.number // len(Part)
                    voice, below = known[turn % len(known)], NOISES[turn % len(NOISES)]
                    call = _Call(desk=desk, practice=practice, case=case, voice=voice, below=below, seed=seed)
                    keep(await call.held())


@dataclass(kw_only=True)
class _Call:
    """One patient's call."""

    desk: Frontdesk
    practice: Practice
    case: Case
    voice: Voice
    below: float | None
    seed: int

    async def held(self) -> DetailOutcome:
        chance = Random(f"{self.seed}:{self.case.number}")
        caller = Caller(case=self.case, chance=chance)
        number = f"+1512777{self.case.number % 10_000:04}"
        dialled = a_call(self.desk, self.practice, "anonymous" if self.case.part is Part.PHONE else number)
        async with placed(dialled) as phone:
            thread = await self._until_asked(phone, dialled)
            began = phone.now
            while (move := caller.move(await self._last_words(thread))) is not None and not phone.is_over:
                await self._does(phone, move, thread)
            seconds = phone.now - began
            async with self.desk.storage.practice(self.practice.id) as db:
                stands = await read_conversation(db, thread)
        assert stands is not None
        settled = not any(doubt.part is self.case.part for doubt in stands.state.doubts)
        way = "link" if caller.linked else "keys" if caller.keyed else "speech"
        return DetailOutcome(
            part=self.case.part,
            voice=self.voice.name,
            noise=self.below,
            is_right=settled and value_of(stands.state.known, self.case.part) == self.case.truth,
            way=way,
            seconds=seconds,
            lines=caller.lines,
            offers=caller.offers,
            taken=int(caller.linked),
            plain_right=await self._by_the_plain_way(),
            once=len(await self.voice.says(Caller(case=self.case, chance=Random(0)).says())) / SAMPLES_A_SECOND,
            number=self.case.number,
            said=tuple((one.author.value, one.text) for one in await written(self.desk, self.practice, thread)),
        )

    async def _until_asked(self, phone: Phone, dialled: Dialled) -> ConversationId:
        """What comes before the detail is settled by words; then the question is heard on the line."""
        address = dialled.caller if dialled.caller.startswith("+") else f"call:{dialled.call}"
        thread = await self._thread(address)
        for turn, words in enumerate(preamble(self.case)):
            await self.desk.calls.answer(self.practice.id, thread, words, turn=f"{dialled.call}:before:{turn}")
        await asyncio.sleep(1.5)
        for _ in range(3):
            before = len(await written(self.desk, self.practice, thread))
            await self._does(phone, Says(words=REPEAT), thread)
            if len(await written(self.desk, self.practice, thread)) > before:
                break
        return thread

    async def _thread(self, address: str) -> ConversationId:
        """The call's conversation, which begins with the greeting."""
        for _ in range(300):
            if (thread := await thread_of(self.desk, self.practice, address)) is not None:
                return thread
            await asyncio.sleep(0.1)
        raise NotTaken("The call was joined with a stream, and nobody greets on it.")

    async def _does(self, phone: Phone, move: Says | Presses | Types, thread: ConversationId) -> None:
        before = len(await written(self.desk, self.practice, thread))
        match move:
            case Says():
                line = await self.voice.says(move.words)
                if self.below is not None:
                    phone.background = noise(self.below, level(line), seed=self.case.number)
                phone.speak(line)
                await phone.has_spoken()
            case Presses():
                phone.arrived = None
                await phone.press(move.keys)
            case Types():
                phone.arrived = None
                await typed_in(move.typed, await self._last_words(thread))
        began = phone.now
        while phone.now - began < _LONGEST and not phone.is_over:
            if len(await written(self.desk, self.practice, thread)) >= before + 2:
                break
            if phone.now - began > _WAITS and phone.arrived is None:
                return
            await asyncio.sleep(0.1)
        await _until_quiet(phone)

    async def _last_words(self, thread: ConversationId) -> str:
        said = await written(self.desk, self.practice, thread)
        return [one.text for one in said if one.author is Author.ASSISTANT][-1]

    async def _by_the_plain_way(self) -> bool:
        """Whether "repeat what you heard" gets it: the likeliest words, read plainly, asked for again after a no."""
        ear = models_of(self.desk.settings).ear
        caller = Caller(case=self.case, chance=Random(f"plain:{self.seed}:{self.case.number}"))
        read: str | None = None
        for number in range(PLAIN_TRIES):
            heard = await self._heard(ear, caller.says(), _ASKED[self.case.part], seed=number)
            context = Context(
                now=self.desk.clock.now(),
                zone=self.practice.locations[0].zone,
                practice=self.practice,
                asked=_ASKED[self.case.part],
            )
            acts = [one.act for one in understand(heard, context) if isinstance(one.act, _GIVES[self.case.part])]
            read = (value_in(acts[0]) or None) if acts else read
            says = "Yes, that's right." if read == self.case.truth else "No, that's wrong."
            answer = await self._heard(ear, says, Ask.AGREED, seed=number)
            if "yes" in answer.lower() or "right" in answer.lower():
                break
        return read == self.case.truth

    async def _heard(self, ear: Ear, words: str, asked: Ask, *, seed: int) -> str:
        line = await self.voice.says(words)
        quiet = bytes([SILENCE]) * 4000
        whole = quiet + line + quiet
        if self.below is not None:
            whole = noise(self.below, level(line), seed=seed)(whole)
        return (await ear.hear(decoded(whole), hints=hints_for(self.practice, asked))).text


async def _until_quiet(phone: Phone) -> None:
    quiet = 0.0
    began = phone.now
    while quiet < _PAUSE and phone.now - began < _LONGEST and not phone.is_over:
        await asyncio.sleep(0.05)
        waits = phone.arrived is None and phone.now - began < _WAITS
        quiet = 0.0 if phone.hears or waits else quiet + 0.05


def outcome_line(one: DetailOutcome) -> str:
    """One call in a line; below it, where the detail is not right, all that was said."""
    below = "clean" if one.noise is None else f"{one.noise:.0f} dB"
    right = "right" if one.is_right else "WRONG"
    plain = "right" if one.plain_right else "wrong"
    head = (
        f"{one.part.value:<12}{one.voice:<17}{below:<7}{right:<6} by {one.way:<7}{one.seconds:5.0f} s  plain: {plain}"
    )
    return "\n".join([head, *(f"    {who}: {text}" for who, text in one.said if not one.is_right)])


@dataclass(frozen=True, kw_only=True, slots=True)
class DetailFigures:
    """What the calls with one detail come to. Shares with the bounds of their 95 % intervals; medians in seconds."""

    calls: int
    right: int
    right_share: tuple[float, float, float]
    by_speech_alone: int
    by_keys: int
    by_link: int
    links_offered: int
    links_taken: int
    plain_right: int
    plain_share: tuple[float, float, float]
    seconds: float
    added: float


def detail_figures(found: Sequence[DetailOutcome]) -> dict[str, DetailFigures]:
    """The figures of each detail, by its name."""
    return {part.value: _figures([one for one in found if one.part is part]) for part in Part}


def _figures(found: Sequence[DetailOutcome]) -> DetailFigures:
    right = [one for one in found if one.is_right]
    plain = sum(one.plain_right for one in found)
    return DetailFigures(
        calls=len(found),
        right=len(right),
        right_share=share(len(right), len(found)),
        by_speech_alone=sum(one.way == "speech" for one in right),
        by_keys=sum(one.way == "keys" for one in right),
        by_link=sum(one.way == "link" for one in right),
        links_offered=sum(one.offers > 0 for one in found),
        links_taken=sum(one.taken for one in found),
        plain_right=plain,
        plain_share=share(plain, len(found)),
        seconds=statistics.median([one.seconds for one in found] or [0.0]),
        added=statistics.median([one.seconds - one.once for one in found] or [0.0]),
    )


_WANTED = {Part.PHONE: "97 %", Part.BIRTH_DATE: "97 %", Part.NAME: "90 %", Part.EMAIL: "95 %"}


def detail_table(found: Sequence[DetailOutcome]) -> Iterator[str]:
    """The same in lines for a person, each with what was wanted of it."""
    for part in Part:
        told = detail_figures(found)[part.value]
        ways = f"by speech alone {told.by_speech_alone}, keys {told.by_keys}, link {told.by_link}"
        yield f"{part.value:<12}right {_of(told.right, told.calls, told.right_share)}; {_WANTED[part]} wanted"
        yield f"{'':<12}{ways} ({told.links_taken} of {told.links_offered} offers taken)"
        yield f"{'':<12}median {told.seconds:.0f} s, of which {told.added:.0f} s are more than to say it once"
        yield f"{'':<12}plainly repeated: {_of(told.plain_right, told.calls, told.plain_share)}"


def _of(right: int, calls: int, rates: tuple[float, float, float]) -> str:
    rate, low, high = rates
    return f"{right} of {calls}, {rate:.0%} ({low:.0%} to {high:.0%})"
