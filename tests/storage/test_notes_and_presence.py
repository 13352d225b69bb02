"""What people note beside a conversation, and who has it open."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from tests.clinic import NOW, a_practice

from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.conversations import open_conversation
from frontdesk.storage.database import Storage
from frontdesk.storage.forget import forget_conversations
from frontdesk.storage.notes import Note, add_note, notes_of
from frontdesk.storage.patient_file import Person
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.presence import COUNTS_FOR, gone, here, present, present_in

PRACTICE = a_practice()


async def a_conversation(storage: Storage) -> ConversationId:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id) as db:
        return await open_conversation(
            db, ChannelKind.SMS, "+15125550147", id=ConversationId(uuid4()), state=State(), now=NOW
        )


async def test_a_note_is_kept_once_sealed_and_in_order(storage: Storage) -> None:
    talk = await a_conversation(storage)
    first = Note(id=uuid4(), conversation=talk, by=uuid4(), text="Asked about the bill", written=NOW)
    second = replace(first, id=uuid4(), text="Called back", written=NOW + timedelta(minutes=1))

    async with storage.practice(PRACTICE.id) as db:
        for note in (second, first, first):
            await add_note(db, note)
        rows = await db.all("select text_sealed from note", ())
        kept = await notes_of(db, talk)

    assert kept == [first, second]
    assert not any(b"bill" in bytes(row["text_sealed"]) for row in rows)


async def test_notes_are_forgotten_with_the_conversation(storage: Storage) -> None:
    talk = await a_conversation(storage)
    async with storage.practice(PRACTICE.id) as db:
        await add_note(db, Note(id=uuid4(), conversation=talk, by=uuid4(), text="Asked about the bill", written=NOW))

        destroyed = await forget_conversations(db, Person(patient=None, conversations=(talk,)))
        left = await db.all("select id from note", ())

    assert destroyed["notes"] == 1
    assert left == []


async def test_a_page_counts_while_it_was_seen_lately_and_a_person_once(storage: Storage) -> None:
    talk, ann, nora, lost = await a_conversation(storage), uuid4(), uuid4(), uuid4()
    async with storage.practice(PRACTICE.id) as db:
        await here(db, lost, talk, nora, now=NOW - COUNTS_FOR - timedelta(seconds=1))
        for page in (uuid4(), uuid4()):
            await here(db, page, talk, ann, now=NOW)

        assert await present_in(db, talk, now=NOW) == [ann]
        assert await present(db, now=NOW) == {talk: {ann}}


async def test_who_closes_the_page_is_gone_at_once(storage: Storage) -> None:
    talk, page = await a_conversation(storage), uuid4()
    async with storage.practice(PRACTICE.id) as db:
        await here(db, page, talk, uuid4(), now=NOW)
        await gone(db, page)

        assert await present_in(db, talk, now=NOW) == []
