"""The reception at the phone: greeted, heard and answered, each call by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.state import Ask, Part, State
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.reception.calling import Call, Spoken, TakenBefore
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.calls import Stage, call_of, end_forgotten
from frontdesk.storage.conversations import find_open, messages, read_conversation
from frontdesk.storage.patients import add_patient
from frontdesk.storage.tasks import open_tasks
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
    said = (
        *("I'd like to book a Botox consultation", "First time", "Thursday afternoon", "the first one", "Maria Lopez"),
        "yes",
    )
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


async def test_the_key_for_a_person_is_0_by_itself(smile: Frontdesk) -> None:
    call = await picked_up(smile)

    for number, keys in enumerate(("00", "0")):
        await smile.calls.answer(SMILE_ID, call.conversation, keys, turn=f"CA1:{number}")

    async with smile.storage.practice(SMILE_ID) as db:
        waits = [one for one in await open_tasks(db) if one.reason == Reason.ASKED]
    assert [(one.conversation, one.times) for one in waits] == [(call.conversation, 1)]


@pytest.mark.parametrize(
    ("caller", "said_as", "taken_as"),
    [
        (CALLER, "My name is Karen Kovach", "Caren Kovacs"),
        (CALLER, "Karen Kovach, and yes, it is", "Caren Kovacs"),
        (CALLER, "My name is Monica Kovacs", "Monica Kovacs"),  # her sister, on the same phone
        ("+15125550188", "My name is Karen Kovach", "Karen Kovach"),
    ],
)
async def test_a_name_that_sounds_like_the_one_on_the_caller_s_chart_is_that(
    smile: Frontdesk, caller: str, said_as: str, taken_as: str
) -> None:
    caren = Patient(id=PatientId(uuid4()), given="Caren", family="Kovacs", phone=CALLER)
    async with smile.storage.practice(SMILE_ID) as db:
        await add_patient(db, caren, now=smile.clock.now())
    call = await picked_up(smile, caller=caller)
    said = ("book a Botox consultation", "First time", "Thursday afternoon", "the first one")
    for number, words in enumerate(said):
        await smile.calls.answer(SMILE_ID, call.conversation, words, turn=f"CA1:{number}")

    answer = await smile.calls.answer(SMILE_ID, call.conversation, said_as, turn="CA1:name")

    assert taken_as in " ".join(answer.sentences)


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
    said = (
        *("book a Botox consultation", "First time", "Thursday afternoon", "the first one", "Maria Lopez, yes"),
        *("yes, that's right", "no"),
    )
    for number, words in enumerate(said):
        await smile.calls.answer(SMILE_ID, call.conversation, words, turn=f"CA1:{number}")

    booked = await smile.calls.answer(SMILE_ID, call.conversation, "yes", turn="CA1:yes")

    assert booked.sentences[0] == "You're booked!"
    assert booked.sentences[-1] == "I've texted you the link."
    assert not any("://" in sentence for sentence in booked.sentences)
    async with smile.storage.practice(SMILE_ID) as db:
        rows = await db.all("select channel, state from outbox where conversation_id = %s", (call.conversation,))
    assert [(row["channel"], row["state"]) for row in rows] == [("sms", "waiting")]


async def test_a_call_that_its_carrier_never_tells_of_again_is_over_after_hours(smile: Frontdesk) -> None:
    call, now = await picked_up(smile), smile.clock.now()

    async with smile.storage.practice(SMILE_ID) as db:
        ended = [await end_forgotten(db, now=now + timedelta(hours=hours)) for hours in (4, 6, 6)]
        known, open_still = await call_of(db, call.conversation), await find_open(db, ChannelKind.VOICE, CALLER)

    assert ended == [0, 1, 0]
    assert known is not None
    assert known.stage is Stage.OVER
    assert open_still is None


BOOKING = ("I'd like to book a Botox consultation", "First time", "Thursday afternoon", "the first one")


async def in_a_call(desk: Frontdesk, *said: str, caller: str | None = CALLER) -> tuple[Spoken, State]:
    """What is said at the end of a call in which a caller said all that, and what is known then."""
    call = await picked_up(desk, caller=caller)
    answer = call
    for number, words in enumerate((*BOOKING, *said)):
        answer = await desk.calls.answer(SMILE_ID, call.conversation, words, turn=f"CA1:{number}")
    async with desk.storage.practice(SMILE_ID) as db:
        stands = await read_conversation(db, call.conversation)
    assert stands is not None
    return answer, stands.state


async def test_a_name_is_read_back_and_its_wrong_part_put_right(smile: Frontdesk) -> None:
    answer, state = await in_a_call(smile, "Karen Cowalski, and yes, it is", "No, the last name is with a K", "Yes.")

    assert (state.known.given, state.known.family, state.doubts) == ("Karen", "Kowalski", ())
    assert answer.asked is Ask.EMAIL


async def test_a_number_is_read_back_and_what_it_ends_in_put_right(smile: Frontdesk) -> None:
    asked, state = await in_a_call(smile, "Maria Lopez", "yes", "512-555-0199", "No, it ends in 48", caller=None)

    assert asked.sentences == ("I have 5 1 2, 5 5 5, 0 1 4 8.", "Is that right?")
    assert (state.known.phone, state.asked) == ("+15125550148", Ask.DETAIL_RIGHT)


async def test_after_two_tries_a_number_is_taken_by_keys_and_at_last_a_person_is_told(smile: Frontdesk) -> None:
    keyed, _ = await in_a_call(smile, "Maria Lopez", "yes", "512-555-0199", "no", "512-555-0198", "no", caller=None)
    answer = keyed
    for number, words in enumerate(("5125550147", "no")):
        answer = await smile.calls.answer(SMILE_ID, keyed.conversation, words, turn=f"CA1:keys{number}")
    last = await smile.calls.answer(SMILE_ID, keyed.conversation, "5125550147", turn="CA1:keys again")
    over = await smile.calls.answer(SMILE_ID, keyed.conversation, "no", turn="CA1:no again")

    assert keyed.sentences == ("Please enter the number with the keys of your phone, all ten figures.",)
    assert answer.sentences == keyed.sentences
    assert last.asked is Ask.DETAIL_RIGHT
    assert "asked a person" in over.sentences[1]


async def test_an_address_that_is_typed_in_during_the_call_goes_on_with_it(smile: Frontdesk) -> None:
    said = ("Maria Lopez, yes", "yes", "maria at gmail dot com", "no", "maria dot lopez at gmail dot com", "no", "yes")
    linked, _ = await in_a_call(smile, *said)
    waits = await smile.calls.news(SMILE_ID, linked)

    typed = await smile.calls.type_in(SMILE_ID, linked.conversation, "m.lopez@example.com")

    news = await smile.calls.news(SMILE_ID, linked)
    async with smile.storage.practice(SMILE_ID) as db:
        stands = await read_conversation(db, linked.conversation)
    assert waits is None
    assert typed is Part.EMAIL
    assert stands is not None
    assert (stands.state.known.email, stands.state.doubts, stands.state.by_ear) == ("m.lopez@example.com", (), True)
    assert news is not None
    assert news.asked is Ask.AGREED
    assert await smile.calls.type_in(SMILE_ID, linked.conversation, "else@example.com") is None


async def test_letters_that_are_heard_as_any_words_raise_no_alarm_and_a_sign_of_one_does(smile: Frontdesk) -> None:
    spelled, _ = await in_a_call(smile, "Karen Cowalski, yes", "No, it's B, R, L, K, L, Y and M, G, K")
    danger = await smile.calls.answer(SMILE_ID, spelled.conversation, "I can't breathe", turn="CA1:danger")

    assert not any("9 1 1" in sentence for sentence in spelled.sentences)
    assert any("9 1 1" in sentence for sentence in danger.sentences)
