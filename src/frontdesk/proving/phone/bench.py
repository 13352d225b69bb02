"""Scripted calls over the carrier's protocol in real time: what they leave, how they sound, and how long they wait."""

import asyncio
import itertools
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import structlog

from frontdesk.channels.voice.places import places
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author, Message
from frontdesk.domain.practice import Understanding
from frontdesk.proving.clinic.bench import entered_at_rest
from frontdesk.proving.clinic.desk_agent import DeskAgent, DeskSession
from frontdesk.proving.clinic.grading import faults_of
from frontdesk.proving.clinic.task import e164
from frontdesk.proving.phone.aloud_again import heard_back, spoken_wrong
from frontdesk.proving.phone.answering import Answering
from frontdesk.proving.phone.carrying import Dialled, Phone, joined, ring
from frontdesk.proving.phone.desk import a_call, answering, take_calls, thread_of, written
from frontdesk.proving.phone.exchange import Rejoined, after_stream
from frontdesk.proving.phone.kept import Kept
from frontdesk.proving.phone.memory import Memory, resident, watched
from frontdesk.proving.phone.noise import level, noise
from frontdesk.proving.phone.performing import Acted, Performing, said_with
from frontdesk.proving.phone.scripts import Script
from frontdesk.proving.phone.texting import write_texts
from frontdesk.proving.phone.typed_link import typed_in
from frontdesk.proving.phone.voices import Voice, voices
from frontdesk.proving.phone.wanted import Wanted, wanted_calls
from frontdesk.settings import Settings
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.installation import Kind, Pinned, enter
from frontdesk.storage.throwaway import Throwaway, throwaway_postgres
from frontdesk.voice.holding import models_of
from frontdesk.voice.models import Models
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk

AT = datetime(2026, 5, 26, 10, 0, tzinfo=ZoneInfo("America/Chicago"))
_SECRET = b"the carrier of the benchmark alone"
ENDED = "a call ended"
"""What the desk logs of each call, with how long its caller waited."""
_HINT = "Smile Aesthetics. Thursday, May 28 at 4:30 PM with Dana. You're booked! Shall I book it?"
_LOGGED_WITHIN = 20.0
"""Seconds after a call in which the desk says how long its caller waited."""
_CALL_LASTS = 420.0
"""Seconds; a patient who is not done by then hangs up."""
_APART = 1.3
"""Seconds between the beginnings of calls that are held at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Which calls are held, and how many of them at once. `folder`: where a run that was stopped goes on."""

    settings: Settings
    scripts: tuple[Script, ...]
    most: int
    clean: bool = False
    at_once: int = 1
    folder: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One call. `faults` are empty where all is as the script wants it; times are in seconds.

    `turns` are the desk's own stages; `told` and `told_heard` count times and days in its speech, and how many of them
    were heard back; `words` and `words_heard` the same of all words. `load`: how many programs wanted a processor on
    the machine, at the end of the call; `work`: seconds of processor that this process spent meanwhile, over all calls;
    `megabytes`: the memory that it held afterwards.
    """

    number: int
    script: str
    voice: str
    noise: float | None
    at_once: int
    faults: tuple[str, ...]
    greeting: float | None
    answers: tuple[float | None, ...]
    lines: int
    interruptions: int
    stopped: tuple[float, ...]
    turns: tuple[Mapping[str, float], ...]
    told: int
    told_heard: int
    words: int
    words_heard: int
    seconds: float
    work: float
    load: float
    megabytes: float
    said: tuple[tuple[str, str], ...]
    heard_back: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """What the desk says of each call that has ended."""

    calls: list[Mapping[str, object]] = field(default_factory=list)

    async def of(self, thread: ConversationId | None, streams: int) -> list[Mapping[str, float]]:
        """The stages of each answer in a call that had so many streams; what is not told in time is left out."""
        until = time.monotonic() + _LOGGED_WITHIN
        found: list[Mapping[str, object]] = []
        while time.monotonic() < until and len(found) < streams:
            found = [one for one in self.calls if one.get("conversation") == str(thread)]
            await asyncio.sleep(0.05)
        return [turn for one in found for turn in _turns(one)]


def hold_calls(plan: Plan, *, on_each: Callable[[Outcome], None] | None = None) -> tuple[list[Outcome], list[Memory]]:
    """Every call, each in a practice of its own at one desk, and the memory meanwhile. Calls that the folder has are
    not held again.

    Raises: DatabaseFault, ModelsMissing.
    """
    models = models_of(own_settings(plan.settings, 1))
    with throwaway_postgres() as server:
        return asyncio.run(_all(plan, server, models, on_each or (lambda _: None)))


async def _all(
    plan: Plan, server: Throwaway, models: Models, on_each: Callable[[Outcome], None]
) -> tuple[list[Outcome], list[Memory]]:
    known = {one.name: one for one in voices(places(plan.settings).piper)}
    calls, memory = Kept(Outcome, plan.folder, "calls"), Kept(Memory, plan.folder, "memory")
    found = list(calls.read())
    held = {one.number for one in found}
    left = [
        one for one in wanted_calls(plan.scripts, tuple(known), plan.most, clean=plan.clean) if one.number not in held
    ]
    async with desk_of_calls(plan.settings, server) as place, watched() as watch:
        while left:
            now, left = left[: plan.at_once], left[plan.at_once :]
            for outcome in await place.round(now, known, models):
                calls.add(outcome)
                on_each(outcome)
                found.append(outcome)
            watch.calls += len(now)
    for one in watch.found:
        memory.add(one)
    return sorted(found, key=lambda one: one.number), list(memory.read()) or watch.found


@dataclass(kw_only=True)
class Place:
    """A desk that takes calls. Every call has a practice of its own at it, so that none finds what another left."""

    agent: DeskAgent
    clock: VirtualClock
    logged: Logged
    numbers: Iterator[int]

    async def round(self, wanted: Sequence[Wanted], known: Mapping[str, Voice], models: Models) -> list[Outcome]:
        """These calls, all at once; what they left is looked at when the last one is over."""
        calls = [await self._begin(one, known[one.voice]) for one in wanted]
        self.clock.at = AT.astimezone(UTC)
        await asyncio.gather(*(call.held(after=_APART * place) for place, call in enumerate(calls)))
        return [await call.graded(models, self.logged, at_once=len(wanted)) for call in calls]

    async def _begin(self, wanted: Wanted, voice: Voice) -> "Held":
        session = await self.agent.begin(wanted.script.task)
        number = f"+1512{next(self.numbers)}"
        await take_calls(self.agent.desk, session.practice, number)
        chance = Random(f"{wanted.number} {wanted.script.id}")
        patient = Answering(script=wanted.script, chance=chance)
        for words in patient.expected():
            await said_with(voice, words)
        return Held(desk=self.agent.desk, session=session, wanted=wanted, voice=voice, patient=patient, number=number)


@dataclass(kw_only=True)
class Held:
    """One call: held first, looked at afterwards."""

    desk: Frontdesk
    session: DeskSession
    wanted: Wanted
    voice: Voice
    patient: Answering
    number: str
    acted: Acted = field(default_factory=Acted)
    thread: ConversationId | None = None
    streams: int = 0
    seconds: float = 0.0
    work: float = 0.0
    load: float = 0.0

    @property
    def _caller(self) -> str:
        return e164(self.wanted.script.patient.phone or "")

    async def held(self, *, after: float) -> None:
        """Hold it, so many seconds from now."""
        await asyncio.sleep(after)
        began, worked = time.monotonic(), time.process_time()
        dialled = a_call(self.desk, self.session.practice, self._caller, number=self.number)
        performing = Performing(
            answering=self.patient, voice=self.voice, told=self._told, types=typed_in, acted=self.acted
        )
        stream, given = await ring(dialled)
        while stream:
            self.streams += 1
            self.acted.broke = False
            async with joined(dialled, stream, given) as phone:
                await self._with_noise(phone)
                with suppress(TimeoutError):  # what it left by then is graded
                    async with asyncio.timeout(_CALL_LASTS):
                        await performing.on(phone)
                self.thread = await thread_of(self.desk, self.session.practice, self._caller) or self.thread
            stream, given = await self._back(dialled) if self.acted.broke else ("", {})
        self.seconds, self.work = time.monotonic() - began, time.process_time() - worked
        self.load = os.getloadavg()[0]

    async def graded(self, models: Models, logged: Logged, *, at_once: int) -> Outcome:
        """What the call has left, once what it led to is done."""
        turns = await logged.of(self.thread, self.streams)
        said = [(one.author.value, one.text) for one in await self._written()]
        return await graded_call(
            self.wanted,
            self.session,
            self.patient,
            self.acted,
            models,
            said=said,
            spent=(self.seconds, self.work, self.load),
            turns=turns,
            at_once=at_once,
        )

    async def _with_noise(self, phone: Phone) -> None:
        if self.wanted.noise is not None:
            sample = await self.voice.says("Hello, I would like to make an appointment, please.")
            phone.background = noise(self.wanted.noise, level(sample), seed=self.wanted.number)

    async def _back(self, dialled: Dialled) -> tuple[str, dict[str, str]]:
        """By which stream the carrier brings a caller back whose line to the desk broke."""
        match await after_stream(dialled, {}):
            case Rejoined(stream=stream, given=given):
                return stream, given
            case _:
                return "", {}

    async def _told(self) -> list[str]:
        self.thread = await thread_of(self.desk, self.session.practice, self._caller) or self.thread
        return [one.text for one in await self._written() if one.author is Author.ASSISTANT]

    async def _written(self) -> Sequence[Message]:
        return await written(self.desk, self.session.practice, self.thread) if self.thread is not None else []


async def graded_call(
    wanted: Wanted,
    session: DeskSession,
    patient: Answering,
    acted: Acted,
    models: Models,
    *,
    said: Sequence[tuple[str, str]],
    spent: tuple[float, float, float],
    turns: Sequence[Mapping[str, float]] = (),
    at_once: int = 1,
) -> Outcome:
    """What a call has left, once what it led to is done; `spent` are its seconds, those of the processor, and the load.

    The desk's speech is transcribed back here, when nobody waits.
    """
    script = wanted.script
    await session.work()
    await write_texts(session, script)
    world = await session.look()
    replies = [text for who, text in said if who != Author.PATIENT.value] + [one.body for one in world.texts]
    told = {script.patient.name: patient.told} if script.who_comes is None else {}
    faults = faults_of(script.task, world, replies, visits=session.visits, turns=0, given=told)
    back = [await heard_back(one, models.ear, hint=_HINT) for one in acted.replies if one.ulaw and not one.cut]
    faults += spoken_wrong(back, script.said_aloud)
    if script.stops and turns and not acted.stopped:
        faults.append("the desk spoke on when the patient cut in")
    return Outcome(
        number=wanted.number,
        script=script.id,
        voice=wanted.voice,
        noise=wanted.noise,
        at_once=at_once,
        faults=tuple(faults),
        greeting=acted.greeting,
        answers=tuple(acted.answers),
        lines=acted.lines,
        interruptions=acted.interruptions,
        stopped=tuple(acted.stopped),
        turns=tuple(turns),
        told=sum(one.told for one in back),
        told_heard=sum(one.told - len(one.missing) for one in back),
        words=sum(one.words for one in back),
        words_heard=sum(one.words_heard for one in back),
        seconds=spent[0],
        work=spent[1],
        load=spent[2],
        megabytes=round(resident()),
        said=tuple(said),
        heard_back=tuple(f"{one.transcript} [{', '.join(one.missing)}]" for one in back if one.missing or faults),
    )


@asynccontextmanager
async def desk_of_calls(settings: Settings, server: Throwaway) -> AsyncIterator[Place]:
    """A desk on a throwaway database, answering at a port of this machine, whose clock stands at ten on a Tuesday."""
    own = replace(own_settings(settings, free_port()), home=server.home)
    with entered_at_rest(server.database("calls")) as (database, clock), logged() as told:
        async with open_frontdesk(own, database) as opened:
            agent = DeskAgent(opened, clock, understanding=Understanding.RULES)
            async with answering(agent.desk):
                yield Place(agent=agent, clock=clock, logged=told, numbers=itertools.count(6_000_000))


@contextmanager
def at_ten(url: str) -> Iterator[Ready]:
    """The database as a demo's, on Tuesday, May 26, 2026, 10:00 in Austin."""
    entered = enter(url)
    entered.become(Kind.DEMO)
    entered.turn(Pinned(at=AT.astimezone(UTC), words=AT.isoformat()))
    try:
        yield Ready(url=url, entered=entered)
    finally:
        entered.leave()


@contextmanager
def logged() -> Iterator[Logged]:
    """What the desk says of calls; nothing else is logged meanwhile."""
    kept = Logged()

    def keep(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
        if event.get("event") == ENDED:
            kept.calls.append(dict(event))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[keep])
    try:
        yield kept
    finally:
        structlog.configure(**before)


def _turns(event: Mapping[str, object]) -> list[Mapping[str, float]]:
    turns = event["times"]
    assert isinstance(turns, list)
    return turns


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_settings(settings: Settings, port: int) -> Settings:
    """Nothing of this installation but its speech models."""
    at = places(settings)
    return Settings(
        home=settings.home,
        port=port,
        public_url=f"http://localhost:{port}",
        demo=True,
        carrier_secret=_SECRET,
        whisper=at.whisper,
        piper=at.piper,
    )
