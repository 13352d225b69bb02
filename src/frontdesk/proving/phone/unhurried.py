"""The same calls with all their sound and no clock: on a machine that is too busy for real time, what is heard and said
can be graded all the same. Ends of turns, interruptions and waits cannot: nobody speaks at the same time as the other.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import assert_never

from frontdesk.channels.voice.places import places
from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND, SILENCE, decoded, encoded
from frontdesk.domain.message import Author
from frontdesk.domain.practice import Understanding
from frontdesk.proving.clinic.bench import entered_at_rest
from frontdesk.proving.clinic.desk_agent import DeskAgent, DeskSession
from frontdesk.proving.clinic.task import e164
from frontdesk.proving.phone.aloud_again import Reply
from frontdesk.proving.phone.answering import Answering, Gone, Step
from frontdesk.proving.phone.bench import Outcome, Plan, graded_call, own_settings
from frontdesk.proving.phone.carrying import QUIET
from frontdesk.proving.phone.desk import written
from frontdesk.proving.phone.details import Presses, Says, Types
from frontdesk.proving.phone.kept import Kept
from frontdesk.proving.phone.noise import level, noise
from frontdesk.proving.phone.performing import Acted, said_with
from frontdesk.proving.phone.voices import Voice, voices
from frontdesk.proving.phone.wanted import Wanted, wanted_calls
from frontdesk.reception.calling import Call, Spoken, TakenBefore
from frontdesk.settings import Settings
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.throwaway import Throwaway, throwaway_postgres
from frontdesk.voice.hearing import Heard
from frontdesk.voice.holding import NOTICED, models_of, voiced
from frontdesk.voice.models import Models
from frontdesk.voice.words import hints_for
from frontdesk.wiring import open_frontdesk

_BEFORE = bytes([SILENCE]) * (SAMPLES_A_SECOND // 2)
_AFTER = bytes([SILENCE]) * int(NOTICED * SAMPLES_A_SECOND)
"""What the desk hears of a turn before the first word and after the last one."""


def hold_unhurried(plan: Plan, *, on_each: Callable[[Outcome], None] | None = None) -> list[Outcome]:
    """Every call of the plan, one by one; calls that the folder has are not held again.

    Raises: DatabaseFault, ModelsMissing.
    """
    models = models_of(own_settings(plan.settings, 1))
    with throwaway_postgres() as server:
        return asyncio.run(_all(plan, server, models, on_each or (lambda _: None)))


async def _all(plan: Plan, server: Throwaway, models: Models, on_each: Callable[[Outcome], None]) -> list[Outcome]:
    known = {one.name: one for one in voices(places(plan.settings).piper)}
    kept = Kept(Outcome, plan.folder, "unhurried")
    found = list(kept.read())
    held = {one.number for one in found}
    with entered_at_rest(server.database("unhurried")) as (database, clock):
        async with open_frontdesk(Settings(home=server.home), database) as desk:
            agent = DeskAgent(desk, clock, understanding=Understanding.RULES)
            for wanted in wanted_calls(plan.scripts, tuple(known), plan.most, clean=plan.clean):
                if wanted.number in held:
                    continue
                found.append(await _held(agent, clock, wanted, known[wanted.voice], models))
                kept.add(found[-1])
                on_each(found[-1])
    return sorted(found, key=lambda one: one.number)


async def _held(agent: DeskAgent, clock: VirtualClock, wanted: Wanted, voice: Voice, models: Models) -> Outcome:
    session = await agent.begin(wanted.script.task)
    clock.at = wanted.script.task.now
    call = _Unhurried(session=session, wanted=wanted, voice=voice, models=models)
    began, worked = time.monotonic(), time.process_time()
    spoken = await call.held()
    messages = await written(session.desk, session.practice, spoken.conversation)
    return await graded_call(
        wanted,
        session,
        call.patient,
        call.acted,
        models,
        said=[(one.author.value, one.text) for one in messages],
        spent=(time.monotonic() - began, time.process_time() - worked, os.getloadavg()[0]),
    )


@dataclass(kw_only=True)
class _Unhurried:
    """One call."""

    session: DeskSession
    wanted: Wanted
    voice: Voice
    models: Models
    acted: Acted = field(default_factory=Acted)

    def __post_init__(self) -> None:
        chance = Random(f"{self.wanted.number} {self.wanted.script.id}")
        self.patient = Answering(script=self.wanted.script, chance=chance)

    async def held(self) -> Spoken:
        """What was said last."""
        desk, practice = self.session.desk, self.session.practice.id
        id, caller = f"unhurried {self.wanted.number}", e164(self.wanted.script.patient.phone or "")
        spoken = await desk.calls.pick_up(practice, Call(id=id, caller=caller))
        assert not isinstance(spoken, TakenBefore)  # the call is new
        while True:
            told = await self._told(spoken)
            self.acted.replies.append(Reply(text=told, ulaw=await self._sound(spoken)))
            while isinstance(step := self.patient.next(told), Gone) and step.broke:
                pass  # the line is whole again at once
            if isinstance(step, Gone):
                break
            spoken = await self._answered(spoken, step, turn=f"{id}:{self.patient.lines}")
        await desk.calls.hang_up(practice, spoken.conversation)
        return spoken

    async def _answered(self, spoken: Spoken, step: Step, *, turn: str) -> Spoken:
        desk, practice = self.session.desk, self.session.practice.id
        match step.move:
            case Says(words=words):
                heard = await self._heard(words, spoken)
                self.acted.lines += 1
            case Presses(keys=keys):
                heard = Heard(text=keys.strip("#"))
            case Types(typed=typed):
                await desk.calls.type_in(practice, spoken.conversation, typed)
                return await desk.calls.news(practice, spoken) or spoken
            case other:
                assert_never(other)
        if not heard.text:
            return spoken
        return await desk.calls.answer(practice, spoken.conversation, heard.text, others=heard.others, turn=turn)

    async def _heard(self, words: str, spoken: Spoken) -> Heard:
        line = await said_with(self.voice, words)
        whole = _BEFORE + line + _AFTER
        if self.wanted.noise is not None:
            whole = noise(self.wanted.noise, level(line), seed=self.wanted.number)(whole)
        hints = hints_for(self.session.practice, spoken.asked, spoken.doubt)
        return await self.models.ear.hear(decoded(whole), hints=hints)

    async def _sound(self, spoken: Spoken) -> bytes:
        said = voiced(spoken, "call_no_voice", speak=self.models.speak, voice=self.models.language)
        sounds = [encoded(await self.models.mouth.say(sentence)) for sentence in said.sentences]
        return (QUIET * 15).join(sounds)

    async def _told(self, spoken: Spoken) -> str:
        messages = await written(self.session.desk, self.session.practice, spoken.conversation)
        return [one.text for one in messages if one.author is Author.ASSISTANT][-1]
