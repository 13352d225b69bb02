"""A conversation handed over to the people at the desk: the task, with the story they need."""

from datetime import datetime
from uuid import UUID

from frontdesk.dialogue.handing_over import story_of
from frontdesk.dialogue.state import State
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.tasks import Task, open_task


async def hand_over(
    db: Db,
    conversation: Conversation,
    reason: str,
    *,
    id: UUID,
    now: datetime,
    urgent: bool = False,
    state: State | None = None,
    said: str = "",
    tell: datetime | None = None,
) -> None:
    """Open a task about a conversation, or add to the one that is open for that reason.

    `state` is what is known by now, where that is more than the conversation's own; `said` the words that led to it;
    `tell` is when the first is told, None at once.
    """
    story = story_of(state or conversation.state, said=said)
    task = Task(
        id=id,
        conversation=conversation.id,
        appointment=None,
        reason=reason,
        urgent=urgent,
        opened=now,
        story=story,
        tell=tell,
    )
    await open_task(db, task)
