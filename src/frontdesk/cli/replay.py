"""`frontdesk replay`: stored conversations with the code at hand; what would be heard, done or said otherwise."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.threads import find_thread, practices_of
from frontdesk.domain.practice import Practice
from frontdesk.language.understanding import understand
from frontdesk.reception.replay import Change, Replayed, replay
from frontdesk.settings import read_settings
from frontdesk.storage import conversations
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.decisions import decisions, written_since
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

CHANGED = 1
"""The exit code when anything would be otherwise."""


@click.command()
@click.argument("named", metavar="[CONVERSATION]...", nargs=-1)
@click.option("--since", help="All in which something was written since then, such as 2026-05-26 or 2026-05-26T09:00.")
@click.option("--practice", "key", help="The practice's short name; left out, every practice.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every change.")
def command(named: tuple[str, ...], since: str | None, key: str | None, as_json: bool) -> None:
    """Go through stored conversations again, each message from what was known then, with what came of effects then.

    Nothing is done, sent or stored. With no CONVERSATION all are gone through. The exit code is 1 where an act, an
    effect or a reply would be another one.
    """
    settings = read_settings(os.environ)
    began = _instant(since) if since else None
    with ready(settings) as database:

        async def run() -> list[Replayed]:
            async with open_frontdesk(settings, database) as desk:
                return [await _again(desk, *one) async for one in _threads(desk, named, key, began)]

        replayed = asyncio.run(run())
    changes = [change for one in replayed for change in one.changes]
    (_print_json if as_json else _print)(replayed, changes)
    if changes:
        sys.exit(CHANGED)


async def _threads(
    desk: Frontdesk, named: tuple[str, ...], key: str | None, since: datetime | None
) -> AsyncIterator[tuple[Practice, Conversation]]:
    for one in named:
        yield await find_thread(desk, key, one)
    for practice in () if named else await practices_of(desk, key):
        async with desk.storage.practice(practice.id) as db:
            ids = await written_since(db, since)
        for id in ids:
            async with desk.storage.practice(practice.id) as db:
                thread = await conversations.read_conversation(db, id)
            if thread is not None:
                yield practice, thread


async def _again(desk: Frontdesk, practice: Practice, thread: Conversation) -> Replayed:
    async with desk.storage.practice(practice.id) as db:
        told = await decisions(db, thread.id)
    return await replay(practice, thread, told, rules=understand, disclosed=desk.book.disclosed, meant=desk.book.meant)


def _instant(words: str) -> datetime:
    try:
        named = datetime.fromisoformat(words)
    except ValueError:
        raise CommandFault(
            f"--since is {words!r}; write a day like 2026-05-26, or with a time 2026-05-26T09:00."
        ) from None
    return named.astimezone(UTC) if named.tzinfo else named.replace(tzinfo=UTC)


def _print(replayed: list[Replayed], changes: list[Change]) -> None:
    for change in changes:
        click.echo(f"{change.conversation} message {change.message}: {change.of} changed")
        click.echo(f"  was {json.dumps(change.was, ensure_ascii=False)}")
        click.echo(f"  now {json.dumps(change.now, ensure_ascii=False)}")
    passed_over = sum(one.passed_over for one in replayed)
    older = f"; {passed_over} were kept by an earlier version and cannot be gone through" if passed_over else ""
    count = sum(one.messages for one in replayed)
    click.echo(f"{len(replayed)} conversations, {count} messages, {len(changes)} changes{older}.")


def _print_json(replayed: list[Replayed], changes: list[Change]) -> None:
    told = {
        "conversations": len(replayed),
        "messages": sum(one.messages for one in replayed),
        "passed_over": sum(one.passed_over for one in replayed),
        "changes": [
            {
                "conversation": str(one.conversation),
                "message": str(one.message),
                "of": one.of,
                "was": one.was,
                "now": one.now,
            }
            for one in changes
        ],
    }
    click.echo(json.dumps(told, ensure_ascii=False))
