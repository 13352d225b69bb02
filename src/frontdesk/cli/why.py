"""`frontdesk why CONVERSATION`: each step of a conversation, with what it was decided by."""

import asyncio
import json
import os
from datetime import datetime

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.threads import find_thread, practices_of
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.practice import Practice
from frontdesk.language.explaining import Explaining, without_ways_in
from frontdesk.reception.explained import reasons
from frontdesk.settings import read_settings
from frontdesk.storage.conversations import Conversation, Why
from frontdesk.storage.decisions import Decided, decisions, written_last
from frontdesk.storage.json_values import to_json
from frontdesk.wiring import Frontdesk, open_frontdesk, ready


@click.command()
@click.argument("conversation", required=False)
@click.option("--last", is_flag=True, help="The conversation in which something was written last.")
@click.option("--practice", "key", help="The practice's short name; left out, every practice is looked at.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with everything.")
def command(conversation: str | None, last: bool, key: str | None, as_json: bool) -> None:
    """Tell what was heard in each message, what was decided and done, and the facts behind what was said.

    The audit keeps that you looked.
    """
    if last == (conversation is not None):
        raise CommandFault("Name one conversation by its id, or ask for the last one: frontdesk why --last")
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                practice, thread = await (find_thread(desk, key, conversation) if conversation else _last(desk, key))
                async with desk.storage.practice(practice.id) as db:
                    told = await decisions(db, thread.id)
                if as_json:
                    click.echo(without_ways_in(json.dumps(as_told(thread, told), ensure_ascii=False)))
                else:
                    click.echo(without_ways_in("\n".join(explained(practice, thread, told))))

        asyncio.run(run())


async def _last(desk: Frontdesk, key: str | None) -> tuple[Practice, Conversation]:
    newest: tuple[datetime, Practice, ConversationId] | None = None
    for practice in await practices_of(desk, key):
        async with desk.storage.practice(practice.id) as db:
            last = await written_last(db)
        if last is not None and (newest is None or last[0] > newest[0]):
            newest = last[0], practice, last[1]
    if newest is None:
        raise CommandFault("Nobody has written yet.")
    return await find_thread(desk, newest[1].key, str(newest[2]))


def explained(practice: Practice, thread: Conversation, told: list[Decided]) -> list[str]:
    """The conversation for a person to read, line by line."""
    words = Explaining(practice)
    lines = [f"Conversation {thread.id} by {thread.channel.value}, begun {words.moment(thread.started)}"]
    for number, one in enumerate(told, 1):
        lines += ["", f"{number}. {words.moment(one.message.sent)}  Patient: {one.message.text}"]
        lines += _reasons(words, one.why)
        lines += [f"   {reply.author.value}: {reply.text}" for reply in one.replies]
    return lines


def _reasons(words: Explaining, why: Why | None) -> list[str]:
    if why is None:
        return ["   waits for an answer"]
    return [f"   {label:<8} {line}" for label, line in reasons(words, why)]


def as_told(thread: Conversation, told: list[Decided]) -> dict[str, object]:
    """The same for a program: everything that is kept."""
    return {
        "conversation": str(thread.id),
        "channel": thread.channel.value,
        "steps": [
            {
                "at": one.message.sent.isoformat(),
                "message": str(one.message.id),
                "text": one.message.text,
                "why": json.loads(to_json(one.why, Why)) if one.why else None,
                "replies": [{"by": reply.author.value, "text": reply.text} for reply in one.replies],
            }
            for one in told
        ],
    }
