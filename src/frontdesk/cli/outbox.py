"""`frontdesk outbox`: messages that will not go by themselves; a person has them tried again, or drops them."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from uuid import UUID

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.threads import practices_of
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.language.explaining import Explaining
from frontdesk.settings import read_settings
from frontdesk.storage.dead_letters import DeadLetter, Retried, dead_letters, drop, retry
from frontdesk.storage.queue import Due, due_in
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

PRACTICE = click.option("--practice", "key", help="The practice's short name; left out, every practice is looked at.")
MESSAGES = click.argument("messages", nargs=-1, required=True)


@click.group()
def command() -> None:
    """What will not go out by itself, and why."""


@command.command("list")
@PRACTICE
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def list_letters(key: str | None, as_json: bool) -> None:
    """List what will not go, the newest first. What the messages say is not shown."""

    async def run(desk: Frontdesk) -> None:
        found = await _found(desk, key)
        for practice, letter in found:
            click.echo(json.dumps(_plain(practice, letter)) if as_json else _line(practice, letter))
        if not found and not as_json:
            click.echo("Nothing: whatever was written has gone, or is on its way.")

    _with_desk(run)


@command.command("queue")
@PRACTICE
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def show_queue(key: str | None, as_json: bool) -> None:
    """Show for each kind of job how much is due, how late the oldest is, and what will not go by itself."""

    async def run(desk: Frontdesk) -> None:
        for practice in await practices_of(desk, key):
            async with desk.storage.practice(practice.id) as db:
                kinds = await due_in(db, now=desk.clock.now())
            for one in kinds:
                click.echo(json.dumps(_counted(practice, one)) if as_json else _due_line(practice, one))

    _with_desk(run)


@command.command("retry")
@MESSAGES
@PRACTICE
def retry_letters(messages: tuple[str, ...], key: str | None) -> None:
    """Have messages tried again at once, by id or "all". Nothing is sent twice by it."""

    async def run(desk: Frontdesk) -> None:
        for practice, id in await _meant(desk, key, messages):
            async with desk.storage.practice(practice) as db:
                became = await retry(db, id, now=desk.clock.now())
            click.echo(f"{id}  {_BECAME[became]}")

    _with_desk(run)


@command.command("drop")
@MESSAGES
@PRACTICE
def drop_letters(messages: tuple[str, ...], key: str | None) -> None:
    """Never send messages, by id or "all": somebody has told the patient in another way, or it is too late."""

    async def run(desk: Frontdesk) -> None:
        for practice, id in await _meant(desk, key, messages):
            async with desk.storage.practice(practice) as db:
                dropped = await drop(db, id, now=desk.clock.now())
            click.echo(f"{id}  {'dropped' if dropped else _BECAME[Retried.NOT_THERE]}")

    _with_desk(run)


_BECAME = {
    Retried.ON_ITS_WAY: "on its way",
    Retried.MAY_HAVE_ARRIVED: "left as it is: it may have arrived, and nobody can find out; write anew or drop it",
    Retried.NOT_THERE: "is not waiting here any more",
}


async def _found(desk: Frontdesk, key: str | None) -> list[tuple[Practice, DeadLetter]]:
    found = []
    for practice in await practices_of(desk, key):
        async with desk.storage.practice(practice.id) as db:
            found += [(practice, letter) for letter in await dead_letters(db)]
    return found


async def _meant(desk: Frontdesk, key: str | None, named: tuple[str, ...]) -> list[tuple[PracticeId, UUID]]:
    """The messages of those ids. Raises: CommandFault, before anything is done."""
    known = {str(letter.id): practice.id for practice, letter in await _found(desk, key)}
    ids = tuple(known) if named == ("all",) else named
    if strange := [id for id in ids if id not in known]:
        raise CommandFault(f"{strange[0]!r} names no message that will not go; see them with: frontdesk outbox list")
    return [(known[id], UUID(id)) for id in ids]


def _line(practice: Practice, letter: DeadLetter) -> str:
    whose = "the practice's people" if letter.own else "a patient"
    rest = "" if letter.can_be_retried else "\n    It may have arrived: it is not sent a second time."
    written = Explaining(practice).moment(letter.written)
    return f"{letter.id}  {practice.key}  {letter.channel.value} to {whose}, written {written}\n    {letter.why}{rest}"


def _plain(practice: Practice, letter: DeadLetter) -> dict[str, object]:
    return {
        "id": str(letter.id),
        "practice": practice.key,
        "conversation": None if letter.own else str(letter.conversation),
        "channel": letter.channel.value,
        "why": letter.why,
        "attempts": letter.attempts,
        "written": letter.written.isoformat(),
        "can_be_retried": letter.can_be_retried,
    }


def _due_line(practice: Practice, due: Due) -> str:
    late = f", the oldest for {due.late.total_seconds():.0f} s" if due.count else ""
    dead = f"; {due.dead} will not go, {due.retriable} of them can be tried again" if due.dead else ""
    return f"{practice.key}  {due.kind.value:<13} {due.count} due{late}{dead}"


def _counted(practice: Practice, due: Due) -> dict[str, object]:
    return {
        "practice": practice.key,
        "kind": due.kind.value,
        "due": due.count,
        "oldest_seconds": due.late.total_seconds(),
        "dead": due.dead,
        "can_be_retried": due.retriable,
    }


def _with_desk(run: Callable[[Frontdesk], Awaitable[None]]) -> None:
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def opened() -> None:
            async with open_frontdesk(settings, database) as desk:
                await run(desk)

        asyncio.run(opened())
