"""The reception at the phone: greeted, heard and answered, each call by itself."""

from frontdesk.dialogue.state import Ask
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.reception.calling import Call, Spoken, TakenBefore
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.conversations import find_open, messages, read_conversation
from frontdesk.wiring import Frontdesk

CALLER = "+15125550147"


async def picked_up(desk: Frontdesk, id: str = "CA1", caller: str | None = CALLER) -> Spoken:
    greeting = await desk.calls.pick_up(SMILE_ID, Call(id=id, caller=caller))
    assert isinstance(greeting, Spoken)
    return greeting


async def test_the_greeting_says_that_nobody_human_speaks_and_asks_how_to_help(smile: Frontdesk) -> None:
    greeting = await picked_up(smile)

    assert greeting.sentences[0] == "Hi, this is Ava, the automated assistant at Smile Aesthetics."
    assert "artificial intelligence" in greeting.sentences[1]
    assert greeting.sentences[-1] == "How can I help you today?"
    assert greeting.asked is Ask.HOW_CAN_I_HELP


async def test_an_answer_greets_nobody_again_and_takes_the_caller_s_number(smile: Frontdesk) -> None:
    call = await picked_up(smile)

    answer = await smile.calls.answer(
        SMILE_ID, call.conversation, "I'd like to book a Botox consultation", turn="CA1:1"
    )

    assert answer.sentences == (
        "Happy to help with your Botox consultation.",
        "Have you been to Smile Aesthetics before?",
    )
    async with smile.storage.practice(SMILE_ID) as db:
        stands = await read_conversation(db, call.conversation)
    assert stands is not None
    assert (stands.channel, stands.state.address, stands.state.asked) == (ChannelKind.VOICE, CALLER, Ask.FIRST_VISIT)


async def test_what_was_not_heard_for_sure_is_weighed_with_what_else_it_may_have_been(smile: Frontdesk) -> None:
    call = await picked_up(smile, caller=None)
    said = ("I'd like to book a Botox consultation", "First time", "Thursday afternoon", "the first one", "Maria Lopez")
    for number, words in enumerate(said):
        answer = await smile.calls.answer(SMILE_ID, call.conversation, words, turn=f"CA1:{number}")
    assert answer.asked in {Ask.PHONE, Ask.NAME_AND_PHONE}

    await smile.calls.answer(
        SMILE_ID, call.conversation, "512-550147.", turn="CA1:9", others=("512 555-0147.", "512. 555-0147")
    )

    async with smile.storage.practice(SMILE_ID) as db:
        stands = await read_conversation(db, call.conversation)
    assert stands is not None
    assert stands.state.known.phone == "+15125550147"


async def test_a_call_is_picked_up_once_and_a_turn_is_answered_once(smile: Frontdesk) -> None:
    call = await picked_up(smile)

    again = await smile.calls.pick_up(SMILE_ID, Call(id="CA1", caller=CALLER))
    for _ in range(2):
        await smile.calls.answer(SMILE_ID, call.conversation, "Hello", turn="CA1:1")

    assert again == TakenBefore()
    async with smile.storage.practice(SMILE_ID) as db:
        written = await messages(db, call.conversation)
    assert [one.author for one in written] == [Author.ASSISTANT, Author.PATIENT, Author.ASSISTANT]


async def test_two_calls_at_once_from_one_number_hear_nothing_of_each_other(smile: Frontdesk) -> None:
    one, other = await picked_up(smile, "CA1"), await picked_up(smile, "CA2")

    await smile.calls.answer(SMILE_ID, one.conversation, "I'd like to book a Botox consultation", turn="CA1:1")
    await smile.calls.answer(SMILE_ID, other.conversation, "Do you have parking?", turn="CA2:1")

    async with smile.storage.practice(SMILE_ID) as db:
        threads = [await messages(db, call.conversation) for call in (one, other)]
    assert one.conversation != other.conversation
    assert [[m.text for m in thread if m.author is Author.PATIENT] for thread in threads] == [
        ["I'd like to book a Botox consultation"],
        ["Do you have parking?"],
    ]


async def test_after_the_hang_up_the_next_call_begins_anew(smile: Frontdesk) -> None:
    call = await picked_up(smile)

    await smile.calls.hang_up(SMILE_ID, call.conversation)

    async with smile.storage.practice(SMILE_ID) as db:
        assert await find_open(db, ChannelKind.VOICE, CALLER) is None
    assert (await picked_up(smile, "CA2")).conversation != call.conversation


async def test_a_link_is_texted_and_not_read_out(smile: Frontdesk) -> None:
    call = await picked_up(smile)
    said = ("book a Botox consultation", "First time", "Thursday afternoon", "the first one", "Maria Lopez, yes", "no")
    for number, words in enumerate(said):
        await smile.calls.answer(SMILE_ID, call.conversation, words, turn=f"CA1:{number}")

    booked = await smile.calls.answer(SMILE_ID, call.conversation, "yes", turn="CA1:yes")

    assert booked.sentences[0] == "You're booked!"
    assert booked.sentences[-1] == "I've texted you the link."
    assert not any("://" in sentence for sentence in booked.sentences)
    async with smile.storage.practice(SMILE_ID) as db:
        rows = await db.all("select channel, state from outbox where conversation_id = %s", (call.conversation,))
    assert [(row["channel"], row["state"]) for row in rows] == [("sms", "waiting")]
