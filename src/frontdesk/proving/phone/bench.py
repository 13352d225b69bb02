"""Scripted calls over the carrier's protocol in real time, one by one: what they leave, and how long they wait."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from frontdesk.channels.voice.places import places
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.message import Author
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.proving.phone.carrying import placed
from frontdesk.proving.phone.desk import a_call, at_the_phone, thread_of, written
from frontdesk.proving.phone.noise import level, noise
from frontdesk.proving.phone.patient import Waited, talk
from frontdesk.proving.phone.scripts import SCRIPTS, Script, Visit
from frontdesk.proving.phone.voices import Voice, voices
from frontdesk.sample.load import load_sample
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings
from frontdesk.storage.installation import Kind, Pinned, enter
from frontdesk.storage.inventory import every_patient, every_visit
from frontdesk.storage.tasks import open_tasks
from frontdesk.storage.throwaway import Throwaway, throwaway_postgres
from frontdesk.voice.holding import models_of
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk

CALLER = "+15125550147"
AT = datetime(2026, 5, 26, 10, 0, tzinfo=ZoneInfo("America/Chicago"))
_SECRET = b"the carrier of the benchmark alone"
ENDED = "a call ended"
"""What the desk logs of each call, with how long its caller waited."""
MOST_LINES = 14
"""A patient who has said so much and is not done hangs up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Which calls are held. `noises` are decibels below the voice, None: a clean line."""

    settings: Settings
    scripts: tuple[Script, ...] = SCRIPTS
    noises: tuple[float | None, ...] = (None, 20.0, 10.0, 5.0)
    most: int = 12

    def calls(self, known: Sequence[Voice]) -> list[tuple[Script, Voice, float | None]]:
        """As many calls as are wanted: scripts, voices and noises each take their turn."""
        each = [
            (script, known[(place + turn) % len(known)], self.noises[turn % len(self.noises)])
            for turn in range(1 + self.most // len(self.scripts))
            for place, script in enumerate(self.scripts)
        ]
        return each[: self.most]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One call. `faults` are empty where all is as the script wants it; `turns` are the desk's own stages, seconds."""

    script: str
    voice: str
    noise: float | None
    faults: tuple[str, ...]
    waited: Waited
    turns: tuple[Mapping[str, float], ...]
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """What the desk says of each call that has ended."""

    calls: list[Mapping[str, object]] = field(default_factory=list)
    any: asyncio.Event = field(default_factory=asyncio.Event)


def hold_calls(plan: Plan, *, on_each: Callable[[Outcome], None] | None = None) -> list[Outcome]:
    """Every call, in a practice of its own. Raises: DatabaseFault, ModelsMissing."""
    models_of(own_settings(plan.settings, 1))
    with throwaway_postgres() as server:
        return asyncio.run(_all(plan, server, on_each or (lambda _: None)))


async def _all(plan: Plan, server: Throwaway, on_each: Callable[[Outcome], None]) -> list[Outcome]:
    known = voices(places(plan.settings).piper)
    found = []
    for number, (script, voice, below) in enumerate(plan.calls(known)):
        settings = own_settings(plan.settings, free_port())
        with at_ten(server.database(f"call_{number}")) as database, logged() as told:
            async with open_frontdesk(settings, database) as desk:
                await load_sample(desk.storage, now=desk.clock.now(), seed=DEFAULT_SEED)
                outcome = await _call(desk, script, voice, below, told)
        on_each(outcome)
        found.append(outcome)
    return found


async def _call(desk: Frontdesk, script: Script, voice: Voice, below: float | None, logged: Logged) -> Outcome:
    practice = await desk.practice(smile().id)
    lines = {words: await voice.says(words) for _, words in script.says if words}
    answered = 0

    async def next_line() -> bytes | None:
        nonlocal answered
        thread = await thread_of(desk, practice, CALLER)
        so_far = await written(desk, practice, thread) if thread else []
        told = [one.text for one in so_far if one.author is Author.ASSISTANT]
        if not told or answered >= MOST_LINES:
            return None
        answered += 1
        words = next((line for asked, line in script.says if asked in told[-1]), None)
        return lines[words] if words is not None else None

    async with at_the_phone(desk, practice):
        async with placed(a_call(desk, practice, CALLER)) as phone:
            if below is not None:
                phone.background = noise(below, level(next(iter(lines.values()))))
            waited = await talk(phone, next_line, patience=20.0)
            thread = await thread_of(desk, practice, CALLER)
        await asyncio.wait_for(logged.any.wait(), 10)
    messages = await written(desk, practice, thread) if thread else []
    said = tuple((one.author.value, one.text) for one in messages)
    return Outcome(
        script=script.id,
        voice=voice.name,
        noise=below,
        faults=await _faults(desk, practice, script, said),
        waited=waited,
        turns=tuple(turn for one in logged.calls for turn in _turns(one)),
        said=said,
    )


async def _faults(
    desk: Frontdesk, practice: Practice, script: Script, said: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    """What is not as the script wants it: on the calendar first, then what people are to do, then what was told."""
    async with desk.storage.practice(practice.id) as db:
        visits, patients, tasks = await every_visit(db), await every_patient(db), await open_tasks(db)
    named = {one.id: (one.given, one.family) for one in patients if one.phone == CALLER}
    theirs = [(one, named[one.patient]) for one in visits if one.patient in named]
    wanted = 0 if script.visit is None else 1
    found = [] if len(theirs) == wanted else [f"{len(theirs)} visits in place of {wanted}"]
    if script.visit is not None:
        for visit, name in theirs:
            found += _differs(practice, script.visit, visit, name)
    if script.task and script.task["urgent"] not in [one.urgent for one in tasks]:
        found.append("nobody was told")
    if script.told and not any(script.told in text for who, text in said if who == Author.ASSISTANT.value):
        found.append(f"the caller was not told {script.told!r}")
    return tuple(found)


def _differs(practice: Practice, wanted: Visit, visit: Appointment, name: tuple[str, str]) -> Iterator[str]:
    day = wall(visit.during.start, practice.locations[0].zone).date()
    if visit.service != wanted.service:
        yield f"{visit.service} in place of {wanted.service}"
    if visit.status is not wanted.status:
        yield f"{visit.status.value} in place of {wanted.status.value}"
    if wanted.days and day not in wanted.days:
        yield f"on {day}"
    if name != (wanted.given, wanted.family):
        yield "under another name"


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
            kept.any.set()
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
