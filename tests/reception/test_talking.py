"""A web chat that is talked in: one conversation, whichever way its words come, and nothing is said twice."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from frontdesk.dialogue.acts import ConfirmBy
from frontdesk.dialogue.state import Ask, Mode, Part
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.reception.calling import Spoken
from frontdesk.reception.talking import NotNow, Talk
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.clock import new_id
from frontdesk.storage.conversations import add_message, find_open, messages, remember
from frontdesk.storage.pauses import pause
from frontdesk.wiring import Frontdesk

TOKEN = "t" * 43
TALK = Talk(id="talk:1", address=TOKEN, language="en", speaks=frozenset({"en"}))
BOOKS = ("I'd like to book a Botox consultation", "First time", "Thursday afternoon", "the first one")


async def said(desk: Frontdesk, before: Spoken, *words: str) -> Spoken:
    """What is answered to the last of what is said, one after the other."""
    for number, text in enumerate(words):
        turn = f"talk:{before.upto}.{number}"
        before = await desk.talks.answer(SMILE_ID, before, text, turn=turn)
    return before


async def written(desk: Frontdesk, *words: str) -> None:
    """Written into the chat, and answered by the worker."""
    for text in words:
        took = await desk.reception.receive(SMILE_ID, ChannelKind.WEBCHAT, TOKEN, text, provider_id=None)
        await desk.reception.answer(SMILE_ID, took.conversation)


async def chat(desk: Frontdesk) -> Sequence[tuple[Author, str]]:
    async with desk.storage.practice(SMILE_ID) as db:
        stands = await find_open(db, ChannelKind.WEBCHAT, TOKEN)
        return [] if stands is None else [(one.author, one.text) for one in await messages(db, stands.id)]


async def test_the_first_thing_said_is_who_speaks_and_it_stands_in_the_chat(smile: Frontdesk) -> None:
    greeting = await smile.talks.pick_up(SMILE_ID, TALK)

    assert greeting.sentences[0] == "Hi, this is Ava, the automated assistant at Smile Aesthetics."
    assert "artificial intelligence" in greeting.sentences[1]
    assert greeting.sentences[-1] == "How can I help you today?"
    assert await chat(smile) == [(Author.ASSISTANT, " ".join(greeting.sentences))]


async def test_what_is_said_and_what_is_written_is_one_conversation(smile: Frontdesk) -> None:
    await written(smile, "I'd like to book a Botox consultation")
    begun = await smile.talks.pick_up(SMILE_ID, TALK)

    answer = await said(smile, begun, "No, it's my first time.")
    await written(smile, "Thursday afternoon")
    news = await smile.talks.news(SMILE_ID, answer)

    assert begun.sentences.count("Hi, this is Ava, the automated assistant at Smile Aesthetics.") == 1
    assert begun.sentences[-1] == "Have you been to Smile Aesthetics before?"  # what was asked waits for an answer
    assert begun.asked is Ask.FIRST_VISIT
    assert news is not None
    assert news.asked is Ask.WHICH_OFFER
    assert await smile.talks.news(SMILE_ID, news) is None
    told = await chat(smile)
    assert [text for author, text in told if author is Author.PATIENT] == [
        "I'd like to book a Botox consultation",
        "No, it's my first time.",
        "Thursday afternoon",
    ]
    assert news.sentences[-1] == "Which works better?"
    assert told[-1][1].endswith("Which works better?")


async def test_a_detail_that_is_said_is_read_back_and_one_that_is_written_is_not(smile: Frontdesk) -> None:
    begun = await smile.talks.pick_up(SMILE_ID, TALK)

    heard = await said(smile, begun, *BOOKS, "Maria Lopez")
    agreed = await said(smile, heard, "Yes, that's right.")
    await written(smile, "512-555-0147")
    news = await smile.talks.news(SMILE_ID, agreed)

    assert (heard.asked, heard.doubt and heard.doubt.part) == (Ask.DETAIL_RIGHT, Part.NAME)
    assert agreed.asked in {Ask.PHONE, Ask.NAME_AND_PHONE}
    assert news is not None
    assert (news.asked, news.doubt) == (Ask.EMAIL, None)


async def test_a_name_that_was_heard_is_agreed_to_in_writing_too(smile: Frontdesk) -> None:
    begun = await smile.talks.pick_up(SMILE_ID, TALK)
    heard = await said(smile, begun, *BOOKS, "Maria Lopez")

    await written(smile, "Yes, that's right")

    news = await smile.talks.news(SMILE_ID, heard)
    assert news is not None
    assert (news.asked in {Ask.PHONE, Ask.NAME_AND_PHONE}, news.doubt) == (True, None)


async def test_a_name_that_is_not_understood_is_asked_for_in_writing_where_a_telephone_has_keys(
    smile: Frontdesk,
) -> None:
    begun = await smile.talks.pick_up(SMILE_ID, TALK)
    heard = await said(smile, begun, *BOOKS, "Maria Lopez", "no", "M A R I A L O P I S", "no")

    await written(smile, "Maria Lopes")

    assert (heard.types, heard.doubt and heard.doubt.by) == (True, ConfirmBy.KEYPAD)
    assert "write your first and last name here in the chat" in " ".join(heard.sentences)
    async with smile.storage.practice(SMILE_ID) as db:
        stands = await find_open(db, ChannelKind.WEBCHAT, TOKEN)
    assert stands is not None
    assert (stands.state.known.given, stands.state.known.family, stands.state.doubts) == ("Maria", "Lopes", ())


async def test_what_a_person_writes_is_said_as_theirs(smile: Frontdesk) -> None:
    begun = await smile.talks.pick_up(SMILE_ID, TALK)
    async with smile.storage.practice(SMILE_ID) as db:
        await add_message(
            db,
            begun.conversation,
            id=MessageId(new_id()),
            author=Author.STAFF,
            text="Dr. Kim is back on Monday.",
            now=smile.clock.now(),
        )

    news = await smile.talks.news(SMILE_ID, begun)

    assert news is not None
    assert news.sentences == ("Our team writes:", "Dr. Kim is back on Monday.")


@pytest.mark.parametrize("why", NotNow)
async def test_where_nothing_would_be_said_it_does_not_begin(smile: Frontdesk, why: NotNow) -> None:
    await written(smile, "Hola, quiero una cita" if why is NotNow.NO_VOICE else "Do you have parking?")
    async with smile.storage.practice(SMILE_ID) as db:
        stands = await find_open(db, ChannelKind.WEBCHAT, TOKEN)
        assert stands is not None
        if why is NotNow.PAUSED:
            await pause(db, ChannelKind.WEBCHAT, until=None, now=smile.clock.now())
        if why is NotNow.WITH_A_PERSON:
            await _taken_over(smile, stands.id)

    assert await smile.talks.hindered(SMILE_ID, TALK) is why


async def _taken_over(desk: Frontdesk, conversation: ConversationId) -> None:
    async with desk.storage.practice(SMILE_ID) as db:
        stands = await find_open(db, ChannelKind.WEBCHAT, TOKEN)
        assert stands is not None
        state = replace(stands.state, mode=Mode.PERSON)
        await remember(db, conversation, state=state, patient=None, now=desk.clock.now())
