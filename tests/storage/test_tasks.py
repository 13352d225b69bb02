"""What waits for a person: one for each conversation and reason, with its story sealed."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from tests.clinic import NOW

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.handing_over import Story
from frontdesk.dialogue.state import State
from frontdesk.domain.audit import Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations, tasks
from frontdesk.storage.database import Db
from frontdesk.storage.tasks import Task
from frontdesk.wiring import Frontdesk

STORY = Story(said="a person, please", given="Maria", family="Gonzalez", phone="+15125550147")


async def a_thread(db: Db) -> ConversationId:
    return await conversations.open_conversation(
        db, ChannelKind.SMS, "+15125550147", id=ConversationId(uuid4()), state=State(), now=NOW
    )


def a_task(conversation: ConversationId | None, **facts: object) -> Task:
    task = Task(
        id=uuid4(), conversation=conversation, appointment=None, reason=Reason.ASKED, urgent=False, opened=NOW,
        story=STORY,
    )  # fmt: skip
    return replace(task, **facts)  # type: ignore[arg-type]


async def test_what_comes_up_again_adds_to_the_task_that_is_open(smile: Frontdesk) -> None:
    later = NOW + timedelta(minutes=3)
    async with smile.storage.practice(SMILE_ID) as db:
        thread = await a_thread(db)
        first = a_task(thread)
        await tasks.open_task(db, first)
        await tasks.open_task(db, first)
        again = a_task(thread, urgent=True, opened=later, story=replace(STORY, said="now!"))
        await tasks.open_task(db, again)
        await tasks.open_task(db, a_task(thread, reason=Reason.COMPLAINT))

    async with smile.storage.practice(SMILE_ID) as db:
        waiting = await tasks.open_tasks(db)
        found = await tasks.read_task(db, first.id)

    assert [(one.reason, one.times, one.urgent) for one in waiting] == [
        (Reason.ASKED, 2, True),
        (Reason.COMPLAINT, 1, False),
    ]
    assert found is not None
    assert found.story == replace(STORY, said="now!")
    assert (found.opened, found.last) == (NOW, later)


async def test_who_took_a_task_keeps_it_and_a_closed_one_opens_anew(smile: Frontdesk) -> None:
    async with smile.storage.practice(SMILE_ID) as db:
        thread = await a_thread(db)
        task = a_task(thread)
        await tasks.open_task(db, task)

        taken = [await tasks.take_task(db, task.id, by=who, now=NOW) for who in ("dana", "alex", "dana")]
        closed = [await tasks.close_task(db, task.id, now=NOW) for _ in range(2)]
        await tasks.open_task(db, a_task(thread))
        waiting = await tasks.open_tasks(db)

    async with smile.storage.practice(SMILE_ID) as db:
        changed = await db.all("select from audit_event where what = %s", (Happened.TASK_CHANGED.code,))
    assert len(changed) == 3
    assert taken == [True, False, True]
    assert closed == [True, False]
    assert [(one.times, one.taken_by) for one in waiting] == [(1, None)]


async def test_a_story_is_sealed_and_opening_it_is_audited(smile: Frontdesk) -> None:
    async with smile.storage.practice(SMILE_ID) as db:
        thread = await a_thread(db)
        task = a_task(thread)
        await tasks.open_task(db, task)
    async with smile.storage.practice(SMILE_ID) as db:
        row = await db.one("select task::text as told, story_sealed from task where id = %s", (task.id,))
        listed = await tasks.open_tasks(db)
        await tasks.read_task(db, task.id)

    async with smile.storage.practice(SMILE_ID) as db:
        read = await db.all(
            "select detail from audit_event where what = %s and %s = any(subjects)",
            (Happened.RECORD_READ.code, thread),
        )
    assert row is not None
    assert row["story_sealed"] is not None
    assert "Maria" not in row["told"]
    assert b"Maria" not in row["story_sealed"]
    assert listed[0].story is None
    assert any("task" in event["detail"] for event in read)
