"""`frontdesk desk`: what waits for a person, for whoever works at the machine and not on the staff's page."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from uuid import UUID

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.threads import practices_of
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.practice import Practice
from frontdesk.language.explaining import Explaining, without_ways_in
from frontdesk.language.handing_over import HandedOver, handed_over
from frontdesk.reception.drafting import drop_draft, send_draft
from frontdesk.reception.taking_over import Done, NotPossible, give_back, take_over, write
from frontdesk.settings import read_settings
from frontdesk.storage import conversations, tasks
from frontdesk.storage.audit import who_acts
from frontdesk.storage.clock import new_id
from frontdesk.storage.tasks import Task
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

LANGUAGE = click.option("--language", type=click.Choice(["en", "es"]), default="en", help="The words' language.")
PRACTICE = click.option("--practice", "key", help="The practice's short name; left out, every practice is looked at.")


@click.group()
def command() -> None:
    """What waits for a person: the tasks, with the story behind each."""


@command.command("tasks")
@PRACTICE
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def list_tasks(key: str | None, language: str, as_json: bool) -> None:
    """List what is open, urgent first. Nothing of a patient is shown."""

    async def run(desk: Frontdesk) -> None:
        for practice in await practices_of(desk, key):
            async with desk.storage.practice(practice.id) as db:
                waiting = await tasks.open_tasks(db)
            for task in waiting:
                click.echo(json.dumps(_plain(practice, task)) if as_json else _line(practice, task, language, desk))

    _with_desk(run)


@command.command("show")
@click.argument("task")
@PRACTICE
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="One JSON object with everything.")
def show(task: str, key: str | None, language: str, as_json: bool) -> None:
    """Show one with its facts, the next step and what was written. The audit keeps that you looked."""

    async def run(desk: Frontdesk) -> None:
        practice, found = await _find(desk, key, task)
        now = desk.clock.now()
        told = handed_over(found.reason, found.story, practice, language=language, now=now, times=found.times)
        transcript = await _transcript(desk, practice, found)
        if as_json:
            facts = [{"label": label, "value": value} for label, value in told.facts]
            words = {"summary": told.summary, "next": told.next_step, "facts": facts, "transcript": transcript}
            click.echo(without_ways_in(json.dumps({**_plain(practice, found), **words}, ensure_ascii=False)))
        else:
            click.echo(without_ways_in("\n".join(_page(told, transcript))))

    _with_desk(run)


@command.command("take")
@click.argument("task")
@PRACTICE
def take(task: str, key: str | None) -> None:
    """Take one: you look after it, the assistant is silent in its conversation, and nobody else is told any more."""

    async def run(desk: Frontdesk) -> None:
        practice, found = await _find(desk, key, task)
        now = desk.clock.now()
        async with desk.storage.practice(practice.id) as db:
            if not await tasks.take_task(db, found.id, by=who_acts().id, now=now):
                raise CommandFault(
                    f"{found.taken_by} has taken it already. Ask them, or close it: frontdesk desk close"
                )
        click.echo("It is yours.")
        if found.conversation is not None:
            held = await take_over(desk.storage, practice, found.conversation, now=now)
            if isinstance(held, NotPossible):  # the task is theirs all the same: somebody has to look after it
                click.echo(f"You cannot write in its conversation: {held.because}.")

    _with_desk(run)


@command.command("write")
@click.argument("task")
@click.argument("words")
@PRACTICE
def write_words(task: str, words: str, key: str | None) -> None:
    """Write to the patient of a task that you have taken."""

    async def run(desk: Frontdesk) -> None:
        practice, conversation = await _conversation(desk, key, task)
        now = desk.clock.now()
        _worked(await write(desk.storage, practice, conversation, words, message=new_id(), now=now))
        click.echo("It is on its way.")

    _with_desk(run)


@command.command("give-back")
@click.argument("task")
@PRACTICE
def give_it_back(task: str, key: str | None) -> None:
    """Give a task's conversation back to the assistant; the task is done."""

    async def run(desk: Frontdesk) -> None:
        practice, found = await _find(desk, key, task)
        now = desk.clock.now()
        if found.conversation is not None:
            _worked(await give_back(desk.storage, practice, found.conversation, now=now))
        async with desk.storage.practice(practice.id) as db:
            await tasks.close_task(db, found.id, now=now)
        click.echo("The assistant answers again.")

    _with_desk(run)


@command.command("draft")
@click.argument("task")
@PRACTICE
def show_draft(task: str, key: str | None) -> None:
    """Show the reply that waits to be sent, and what sending it does."""

    async def run(desk: Frontdesk) -> None:
        practice, conversation = await _conversation(desk, key, task)
        draft = await desk.reception.draft(practice.id, conversation)
        if draft is None:
            raise CommandFault("No draft waits in this conversation.")
        words = Explaining(practice)
        click.echo(f"They wrote:  {draft.message.text}")
        for done in draft.does:
            click.echo(f"Sending will {words.effect(done).removesuffix(' -> ')}.")
        click.echo(f"Reply:       {draft.reply.text if draft.reply else 'they are told what comes of it'}")

    _with_desk(run)


@command.command("send-draft")
@click.argument("task")
@PRACTICE
def send_the_draft(task: str, key: str | None) -> None:
    """Send the reply that waits, as things stand now."""

    async def run(desk: Frontdesk) -> None:
        practice, conversation = await _conversation(desk, key, task)
        _worked(await send_draft(desk.storage, practice, conversation, now=desk.clock.now()))
        await desk.reception.answer(practice.id, conversation)
        async with desk.storage.practice(practice.id) as db:
            said = await conversations.messages(db, conversation)
        click.echo(without_ways_in(said[-1].text))

    _with_desk(run)


@command.command("drop-draft")
@click.argument("task")
@PRACTICE
def drop_the_draft(task: str, key: str | None) -> None:
    """Do not send the reply that waits; the message stays without one."""

    async def run(desk: Frontdesk) -> None:
        practice, conversation = await _conversation(desk, key, task)
        _worked(await drop_draft(desk.storage, practice, conversation, now=desk.clock.now()))
        click.echo("It is dropped.")

    _with_desk(run)


@command.command("close")
@click.argument("task")
@PRACTICE
def close(task: str, key: str | None) -> None:
    """Close one that is done. A conversation that you hold stays yours until you give it back."""

    async def run(desk: Frontdesk) -> None:
        practice, found = await _find(desk, key, task)
        async with desk.storage.practice(practice.id) as db:
            await tasks.close_task(db, found.id, now=desk.clock.now())
        click.echo("It is closed.")

    _with_desk(run)


def _worked(outcome: Done | NotPossible) -> None:
    """Raises: CommandFault."""
    if isinstance(outcome, NotPossible):
        raise CommandFault(f"This cannot be done: {outcome.because}.")


def _with_desk(run: Callable[[Frontdesk], Awaitable[None]]) -> None:
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def opened() -> None:
            async with open_frontdesk(settings, database) as desk:
                await run(desk)

        asyncio.run(opened())


async def _find(desk: Frontdesk, key: str | None, named: str) -> tuple[Practice, Task]:
    """The open task of that id. Raises: CommandFault."""
    try:
        id = UUID(named)
    except ValueError:
        raise CommandFault(f"{named!r} names no task; write its id, as `frontdesk desk tasks` shows it.") from None
    for practice in await practices_of(desk, key):
        async with desk.storage.practice(practice.id) as db:
            found = await tasks.read_task(db, id)
        if found is not None:
            return practice, found
    raise CommandFault(f"There is no open task {id}.")


async def _conversation(desk: Frontdesk, key: str | None, task: str) -> tuple[Practice, ConversationId]:
    """The conversation of the task of that id. Raises: CommandFault."""
    practice, found = await _find(desk, key, task)
    if found.conversation is None:
        raise CommandFault("This task belongs to no conversation.")
    return practice, found.conversation


async def _transcript(desk: Frontdesk, practice: Practice, task: Task) -> list[dict[str, str]]:
    if task.conversation is None:
        return []
    words = Explaining(practice)
    async with desk.storage.practice(practice.id) as db:
        said = await conversations.messages(db, task.conversation)
    return [{"at": words.moment(one.sent), "by": one.author.value, "text": one.text} for one in said]


def _plain(practice: Practice, task: Task) -> dict[str, object]:
    return {
        "task": str(task.id),
        "practice": practice.key,
        "conversation": str(task.conversation) if task.conversation else None,
        "reason": task.reason,
        "urgent": task.urgent,
        "times": task.times,
        "opened": task.opened.isoformat(),
        "taken_by": task.taken_by,
    }


def _line(practice: Practice, task: Task, language: str, desk: Frontdesk) -> str:
    told = handed_over(task.reason, None, practice, language=language, now=desk.clock.now(), times=task.times)
    marks = ["urgent"] * task.urgent + ([f"taken by {task.taken_by}"] if task.taken_by else [])
    marked = f"  [{', '.join(marks)}]" if marks else ""
    return f"{task.id}  {practice.key}  {Explaining(practice).moment(task.opened)}  {told.summary}{marked}"


def _page(told: HandedOver, transcript: list[dict[str, str]]) -> list[str]:
    width = max((len(label) for label, _ in told.facts), default=0)
    return [
        told.summary,
        told.next_step,
        *(f"  {label:<{width}}  {value}" for label, value in told.facts),
        *([""] if transcript else []),
        *(f"{one['at']}  {one['by']}: {one['text']}" for one in transcript),
    ]
