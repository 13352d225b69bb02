"""Proof of who is writing: a wrong claim, a stranger and too many tries all look the same from outside."""

import asyncio
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from tests.clinic import NOW, a_practice

from frontdesk.compliance.identity import CODE_HOLDS, MOST_TRIES, WITHIN, Claim
from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.ports.channel import Mail, Text
from frontdesk.reception.identity import prove, prove_by_code, send_code
from frontdesk.storage.conversations import Conversation, open_conversation, read_conversation
from frontdesk.storage.database import Storage
from frontdesk.storage.identity import Wrong
from frontdesk.storage.json_values import from_json
from frontdesk.storage.outbox import next_due
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice

PRACTICE = a_practice()
PHONE, BORN = "+15125550147", date(1988, 4, 27)
MARIA = Patient(
    id=PatientId(UUID(int=11)),
    given="Maria",
    family="Gonzalez",
    phone=PHONE,
    email="maria@example.com",
    birth_date=BORN,
)
CHILD = replace(MARIA, id=PatientId(UUID(int=12)), given="Leo", email=None, birth_date=date(2015, 1, 2))
CLAIM = Claim(given="Maria", family="Gonzalez", birth_date=BORN, phone=PHONE)


@pytest.fixture
async def desk(storage: Storage) -> Storage:
    """A practice with a mother and her child, who share a number."""
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id) as db:
        for patient in (MARIA, CHILD):
            await add_patient(db, patient, now=NOW)
    return storage


async def a_chat(desk: Storage, address: str = "a token", channel: ChannelKind = ChannelKind.WEBCHAT) -> Conversation:
    async with desk.practice(PRACTICE.id) as db:
        id = await open_conversation(db, channel, address, id=ConversationId(uuid4()), state=State(), now=NOW)
        chat = await read_conversation(db, id)
    assert chat is not None
    return chat


async def claims(desk: Storage, chat: Conversation, claim: Claim, after: timedelta = timedelta(0)) -> PatientId | None:
    async with desk.practice(PRACTICE.id) as db:
        return await prove(db, chat, claim, now=NOW + after)


async def asks_for_code(desk: Storage, chat: Conversation, given: str, message: UUID | None = None) -> None:
    async with desk.practice(PRACTICE.id) as db:
        await send_code(
            db, PRACTICE, chat, given=given, family="Gonzalez", phone=PHONE, message=message or uuid4(), now=NOW
        )


async def what_went(desk: Storage, chat: Conversation) -> list[Text | Mail]:
    async with desk.practice(PRACTICE.id) as db:
        sms = await next_due(db, chat.id, ChannelKind.SMS, now=NOW)
        mail = await next_due(db, chat.id, ChannelKind.EMAIL, now=NOW)
    texts: list[Text | Mail] = [from_json(sms.payload, Text)] if sms else []
    return texts + ([from_json(mail.payload, Mail)] if mail else [])


async def says_code(desk: Storage, chat: Conversation, code: str, after: timedelta = timedelta(0)) -> PatientId | Wrong:
    async with desk.practice(PRACTICE.id) as db:
        return await prove_by_code(db, chat, code, now=NOW + after)


def code_in(sent: Text | Mail) -> str:
    found = re.search(r"\b\d{6}\b", sent.body)
    assert found is not None
    return found.group()


async def test_who_tells_name_birth_date_and_number_is_that_patient(desk: Storage) -> None:
    chat = await a_chat(desk)

    assert await claims(desk, chat, CLAIM) == MARIA.id
    assert await claims(desk, chat, replace(CLAIM, given="Leo", birth_date=date(2015, 1, 2))) == CHILD.id


async def test_a_wrong_part_proves_nothing_and_after_some_tries_the_right_one_neither(desk: Storage) -> None:
    chat = await a_chat(desk)
    for day in range(1, MOST_TRIES + 1):
        assert await claims(desk, chat, replace(CLAIM, birth_date=date(1990, 1, day))) is None

    assert await claims(desk, chat, CLAIM) is None
    assert await claims(desk, await a_chat(desk, "another"), CLAIM) is None  # a new chat is no way around it
    assert await claims(desk, chat, CLAIM, after=WITHIN + timedelta(seconds=1)) == MARIA.id


async def test_tries_at_the_same_moment_are_all_counted(desk: Storage) -> None:
    chats = [await a_chat(desk, f"chat {number}") for number in range(12)]
    wrong = replace(CLAIM, birth_date=date(1990, 1, 1))

    await asyncio.gather(*(claims(desk, chat, wrong) for chat in chats))

    async with desk.practice(PRACTICE.id) as db:
        counted = await db.all("select count(*) as tries from identity_try group by about_hash order by 1 desc")
    assert counted[0]["tries"] == MOST_TRIES


async def test_two_people_of_one_name_and_birth_date_are_told_apart_by_nobody_here(desk: Storage) -> None:
    async with desk.practice(PRACTICE.id) as db:
        await add_patient(db, replace(MARIA, id=PatientId(UUID(int=13))), now=NOW)

    assert await claims(desk, await a_chat(desk), CLAIM) is None


async def test_a_code_goes_to_the_number_on_file_and_proves_once(desk: Storage) -> None:
    chat = await a_chat(desk)
    await asks_for_code(desk, chat, "maria")

    (sent,) = await what_went(desk, chat)
    assert isinstance(sent, Text)
    assert sent.to == PHONE
    assert await says_code(desk, chat, code_in(sent)) == MARIA.id
    assert await says_code(desk, chat, code_in(sent)) == Wrong(left=0)


async def test_who_writes_from_the_number_on_file_gets_the_code_by_mail(desk: Storage) -> None:
    chat = await a_chat(desk, PHONE, ChannelKind.SMS)
    await asks_for_code(desk, chat, "Maria")

    (sent,) = await what_went(desk, chat)

    assert isinstance(sent, Mail)
    assert sent.to == MARIA.email


async def test_for_a_stranger_nothing_goes_and_no_code_is_right(desk: Storage) -> None:
    chat = await a_chat(desk)
    await asks_for_code(desk, chat, "Nobody")

    assert await what_went(desk, chat) == []
    assert await says_code(desk, chat, "000000") == Wrong(left=2)


async def test_a_code_has_three_tries_and_ten_minutes_and_serves_its_own_conversation(desk: Storage) -> None:
    chat, other = await a_chat(desk), await a_chat(desk, "other")
    await asks_for_code(desk, chat, "Maria")
    (sent,) = await what_went(desk, chat)
    right = code_in(sent)
    wrong = f"{(int(right) + 1) % 10**6:06}"

    assert await says_code(desk, other, right) == Wrong(left=0)
    assert await says_code(desk, chat, right, after=CODE_HOLDS) == Wrong(left=0)
    assert [await says_code(desk, chat, wrong) for _ in range(3)] == [Wrong(left=2), Wrong(left=1), Wrong(left=0)]
    assert await says_code(desk, chat, right) == Wrong(left=0)


async def test_the_same_message_done_again_after_a_crash_sends_the_same_code_once(desk: Storage) -> None:
    chat, message = await a_chat(desk), uuid4()
    for _ in range(2):
        await asks_for_code(desk, chat, "Maria", message)

    async with desk.practice(PRACTICE.id) as db:
        waiting = await db.all("select id from outbox where conversation_id = %s", (chat.id,))
    (sent,) = await what_went(desk, chat)

    assert len(waiting) == 1
    assert await says_code(desk, chat, code_in(sent)) == MARIA.id
