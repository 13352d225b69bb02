"""A reply that says more than the facts bear stays here: the patient hears what is true, a person is told."""

from dataclasses import replace
from uuid import uuid4

from tests.clinic import NOW, at

from frontdesk.dialogue.acts import Danger
from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.says import SayEmergency, SayVisitCancelled
from frontdesk.dialogue.state import Ask
from frontdesk.domain.audit import Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.reception.reply import Turned, remembered, send, worded
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations, outbox, tasks
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.wiring import Frontdesk

UNTRUE = SayVisitCancelled(start=at("2026-05-28 18:00").start)
"""Nothing was cancelled in the turn that says so."""


async def a_conversation(desk: Frontdesk, db: Db) -> Conversation:
    received = await desk.reception.receive(SMILE_ID, ChannelKind.SMS, "+15125550147", "hello", provider_id=None)
    conversation = await conversations.read_conversation(db, ConversationId(received.conversation))
    assert conversation is not None
    return conversation


async def test_what_did_not_happen_is_not_told_and_a_person_is(smile: Frontdesk) -> None:
    practice = await smile.practice(SMILE_ID)
    async with smile.storage.practice(SMILE_ID) as db:
        conversation = await a_conversation(smile, db)
    turned = Turned(state=replace(conversation.state, asked=Ask.CANCEL_AGREED), says=(UNTRUE,))

    words = worded(practice, conversation, turned, now=NOW)
    async with smile.storage.practice(SMILE_ID) as db:
        await send(db, practice, conversation, words, id=uuid4(), answers=None, now=NOW)

    async with smile.storage.practice(SMILE_ID) as db:
        said = [message.text for message in await conversations.messages(db, conversation.id)]
        out = await outbox.next_due(db, conversation.id, ChannelKind.SMS, now=NOW)
        waiting = await tasks.open_tasks(db)
        held = await db.all(
            "select what from audit_event where practice_id = %s and what = %s",
            (SMILE_ID, Happened.REPLY_HELD_BACK.code),
        )
    assert said == ["hello", words.reply.text]
    assert "cancelled" not in words.reply.text
    assert out is not None
    assert words.reply.text in out.payload
    assert [task.reason for task in waiting] == [Reason.HELD_BACK]
    assert len(held) == 1
    assert words.incident[0]["result"] == "held_back"
    assert remembered(turned, words).asked is None


async def test_what_to_do_in_an_emergency_is_told_whatever_else_is_held_back(smile: Frontdesk) -> None:
    practice = await smile.practice(SMILE_ID)
    async with smile.storage.practice(SMILE_ID) as db:
        conversation = await a_conversation(smile, db)

    says = (SayEmergency(danger=Danger.AFTER_TREATMENT), UNTRUE)
    words = worded(practice, conversation, Turned(state=conversation.state, says=says), now=NOW)

    assert "911" in words.reply.text
    assert "cancelled" not in words.reply.text
