"""The same scripts by words alone, in seconds: what fails here is no fault of the ear, the voice or the line."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author
from frontdesk.domain.practice import Understanding
from frontdesk.proving.clinic.bench import entered_at_rest
from frontdesk.proving.clinic.desk_agent import DeskAgent, DeskSession
from frontdesk.proving.clinic.grading import faults_of
from frontdesk.proving.clinic.task import e164
from frontdesk.proving.phone.answering import Answering, Gone, without_pauses
from frontdesk.proving.phone.details import Presses, Says, Types
from frontdesk.proving.phone.scripts import Script
from frontdesk.proving.phone.texting import write_texts
from frontdesk.reception.calling import Call, TakenBefore
from frontdesk.settings import Settings
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.conversations import messages
from frontdesk.storage.throwaway import throwaway_postgres
from frontdesk.wiring import open_frontdesk


@dataclass(frozen=True, kw_only=True, slots=True)
class InWords:
    """One script as it went by words. `faults` are empty where all is as the script wants it."""

    script: str
    faults: tuple[str, ...]
    lines: int
    said: tuple[tuple[str, str], ...]


def hold_in_words(scripts: Sequence[Script], *, on_each: Callable[[InWords], None] = lambda _: None) -> list[InWords]:
    """Every script once. Raises: DatabaseFault."""
    return asyncio.run(_all(scripts, on_each))


async def _all(scripts: Sequence[Script], on_each: Callable[[InWords], None]) -> list[InWords]:
    with throwaway_postgres() as server, entered_at_rest(server.database("words")) as (database, clock):
        async with open_frontdesk(Settings(home=server.home), database) as desk:
            return await in_words(scripts, DeskAgent(desk, clock, understanding=Understanding.RULES), clock, on_each)


async def in_words(
    scripts: Sequence[Script],
    agent: DeskAgent,
    clock: VirtualClock,
    on_each: Callable[[InWords], None] = lambda _: None,
) -> list[InWords]:
    """Every script once, at that desk."""
    found = []
    for number, script in enumerate(scripts):
        session = await agent.begin(script.task)
        clock.at = script.task.now
        found.append(await _held(session, script, number))
        on_each(found[-1])
    return found


async def _held(session: DeskSession, script: Script, number: int) -> InWords:
    patient = Answering(script=script, chance=Random(f"{number} {script.id}"))
    caller = e164(script.patient.phone or "")
    spoken = await session.desk.calls.pick_up(session.practice.id, Call(id=f"words {number}", caller=caller))
    assert not isinstance(spoken, TakenBefore)  # the call is new
    thread = spoken.conversation
    while not isinstance(step := patient.next((await _told(session, thread))[-1]), Gone) or step.broke:
        turn = f"words {number}:{patient.lines}"
        match step.move if not isinstance(step, Gone) else None:
            case Says(words=words):
                await session.desk.calls.answer(session.practice.id, thread, without_pauses(words), turn=turn)
            case Presses(keys=keys):
                await session.desk.calls.answer(session.practice.id, thread, keys.strip("#"), turn=turn)
            case Types(typed=typed):
                await session.desk.calls.type_in(session.practice.id, thread, typed)
            case None:
                pass
    await session.desk.calls.hang_up(session.practice.id, thread)
    await session.work()
    await write_texts(session, script)
    world = await session.look()
    async with session.desk.storage.practice(session.practice.id) as db:
        said = tuple((one.author.value, one.text) for one in await messages(db, thread))
    replies = [text for who, text in said if who != Author.PATIENT.value] + [one.body for one in world.texts]
    told = {script.patient.name: patient.told} if script.who_comes is None else {}
    faults = faults_of(script.task, world, replies, visits=session.visits, turns=0, given=told)
    return InWords(script=script.id, faults=tuple(faults), lines=patient.lines, said=said)


async def _told(session: DeskSession, thread: ConversationId) -> list[str]:
    async with session.desk.storage.practice(session.practice.id) as db:
        return [one.text for one in await messages(db, thread) if one.author is Author.ASSISTANT]


def words_line(one: InWords) -> str:
    """One script in a line; below it, where something was wrong, all that was said."""
    head = f"{one.script:<34}{one.lines:>3} lines  {'; '.join(one.faults) or 'right'}"
    return "\n".join([head, *(f"    {who}: {text}" for who, text in one.said if one.faults)])


def words_table(found: Sequence[InWords]) -> Iterator[str]:
    """What they come to."""
    yield f"by words alone: {sum(not one.faults for one in found)} of {len(found)} calls left what they should"
