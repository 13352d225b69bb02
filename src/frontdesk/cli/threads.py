"""Stored conversations, for commands that read them."""

from uuid import UUID

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.practice import Practice
from frontdesk.storage import conversations
from frontdesk.storage.conversations import Conversation
from frontdesk.wiring import Frontdesk


async def practices_of(desk: Frontdesk, key: str | None) -> list[Practice]:
    """The practice of that short name, else every one. Raises: CommandFault."""
    if key is not None:
        return [await known_practice(desk, key)]
    async with desk.storage.directory() as directory:
        ids = [id for id, _, _ in await directory.practices()]
    return [await desk.practice(id) for id in ids]


async def find_thread(desk: Frontdesk, key: str | None, named: str) -> tuple[Practice, Conversation]:
    """The conversation of that id. Raises: CommandFault."""
    try:
        id = ConversationId(UUID(named))
    except ValueError:
        raise CommandFault(f"{named!r} names no conversation; write its id, as the staff's page shows it.") from None
    for practice in await practices_of(desk, key):
        async with desk.storage.practice(practice.id) as db:
            found = await conversations.read_conversation(db, id)
        if found is not None:
            return practice, found
    raise CommandFault(f"There is no conversation {id}.")
