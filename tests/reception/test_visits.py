"""Until it is proven who writes, a patient of the practice and a stranger hear the very same, word for word."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from frontdesk.compliance.identity import MOST_TRIES
from frontdesk.dialogue.effects import FindVisits
from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.audit import Outcome
from frontdesk.domain.ids import ConversationId, PatientId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.system import SlotRequest
from frontdesk.reception.visits import Visits
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations
from frontdesk.storage.database import Turn
from frontdesk.storage.patients import add_patient
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source
from frontdesk.wiring import Frontdesk

PHONE, STRANGERS_PHONE = "+15125550147", "+15125550163"
MARIA = Patient(
    id=PatientId(UUID(int=11)),
    given="Maria",
    family="Gonzalez",
    phone=PHONE,
    email="maria@example.com",
    birth_date=date(1988, 4, 27),
)
DETAILS = "Maria Gonzalez, 4/27/1988, 512-555-0147"
WRONG = "Maria Gonzalez, 4/28/1988, 512-555-0147"
NO_CODE = ("000000", "000001", "000002")
"""Not what the signature of these messages gives, but for one run in 300,000."""

ASKING = (
    ("when is my appointment?", WRONG, "no"),
    ("cancel my appointment", WRONG, "yes", *NO_CODE, "cancel my appointment", "4/29/1988", "no thanks"),
    ("I need to reschedule", "Maria Gonzalez", "why do you ask?", "04/28/1988", "512-555-0147", "person please"),
    ("do I have an appointment?", WRONG, "yes", "resend", "I don't have it", "hello?"),
    ("quiero cancelar mi cita", WRONG, "sí", *NO_CODE),
    ("is Maria Gonzalez a patient of yours?", "her number is 512-555-0147", "when is her visit?"),
    ("confirm my appointment", "I'm running late", "I'm outside", "put me on the waitlist"),
)
BOOKING = (
    "Can I book a Botox consultation on the evening of May 28?",
    "I've been before",
    "6",
    "Maria Gonzalez, 512-555-0147",
    "other@example.com",
    "what do you have on file for me?",
)


@pytest.fixture
async def desk(smile: Frontdesk) -> Frontdesk:
    """A practice that has Maria on file, with a visit on Thursday at noon."""
    start = datetime(2026, 5, 28, 17, tzinfo=UTC)
    within = Period(start=start, end=start + timedelta(minutes=30))
    slot = await free(smile, within)
    async with smile.storage.practice(SMILE_ID) as db:
        await add_patient(db, MARIA, now=smile.clock.now())
        await claim(
            db,
            slot,
            id=uuid4(),
            status=Status.BOOKED,
            source=Source.STAFF,
            now=smile.clock.now(),
            patient=MARIA.id,
        )
    return smile


async def free(desk: Frontdesk, within: Period) -> Slot:
    request = SlotRequest(service=ServiceId("botox-consultation"), within=within)
    return (await desk.system_of(SMILE_ID).find_slots(request))[0]


async def say(desk: Frontdesk, text: str, *, channel: ChannelKind, address: str) -> tuple[ConversationId, str]:
    received = await desk.reception.receive(SMILE_ID, channel, address, text, provider_id=None)
    await desk.reception.answer(SMILE_ID, received.conversation)
    assert received.message is not None
    async with desk.storage.practice(SMILE_ID) as db:
        replies = await conversations.replies_to(db, received.message.id)
    return received.conversation, "\n".join(f"{reply.text} {reply.buttons}" for reply in replies)


async def talk(desk: Frontdesk, texts: Sequence[str], *, channel: ChannelKind, address: str) -> list[str]:
    return [(await say(desk, text, channel=channel, address=address))[1] for text in texts]


async def claims(desk: Frontdesk, conversation: ConversationId) -> list[tuple[str, Outcome, bool]]:
    """What the audit says of the attempts in a conversation: how, what came of it, and whether it names the patient."""
    async with desk.storage.practice(SMILE_ID) as db:
        rows = await db.all(
            "select * from audit_event where what = 'identity.claimed' and subjects @> %s order by at, id",
            ([conversation],),
        )
    return [
        (json.loads(row["detail"])["codes"]["by"], Outcome(row["outcome"]), MARIA.id in row["subjects"]) for row in rows
    ]


@pytest.mark.parametrize("texts", ASKING, ids=lambda texts: texts[0])
@pytest.mark.parametrize("channel", [ChannelKind.SMS, ChannelKind.WEBCHAT])
async def test_a_patient_and_a_stranger_hear_the_same_until_it_is_proven(
    desk: Frontdesk, channel: ChannelKind, texts: Sequence[str]
) -> None:
    addresses = (PHONE, STRANGERS_PHONE) if channel is ChannelKind.SMS else ("one browser", "another")
    nobody = [text.replace("Maria Gonzalez", "Norma Nobody").replace("0147", "0163") for text in texts]

    of_patient = await talk(desk, texts, channel=channel, address=addresses[0])
    of_stranger = await talk(desk, nobody, channel=channel, address=addresses[1])

    assert of_patient == of_stranger
    assert [reply for reply in of_patient if "May 28" in reply or "find" in reply] == []


async def test_who_books_under_a_patients_name_learns_nothing(desk: Frontdesk) -> None:
    nobody = [text.replace("Maria Gonzalez", "Norma Nobody").replace("0147", "0163") for text in BOOKING]

    of_patient = await talk(desk, BOOKING, channel=ChannelKind.WEBCHAT, address="one browser")
    await talk(desk, ["cancel", "cancel"], channel=ChannelKind.WEBCHAT, address="one browser")
    of_stranger = await talk(desk, nobody, channel=ChannelKind.WEBCHAT, address="another")

    told = [reply.replace("Maria Gonzalez", "Norma Nobody").replace("0147", "0163") for reply in of_patient]
    assert told == of_stranger


async def test_after_too_many_tries_the_right_details_hear_what_wrong_ones_do(desk: Frontdesk) -> None:
    wrong = [f"Maria Gonzalez, 4/{day}/1988, 512-555-0147" for day in range(1, MOST_TRIES + 1)]
    for number, text in enumerate(wrong):
        chat = f"browser {number}"
        await talk(desk, ["cancel my appointment"], channel=ChannelKind.WEBCHAT, address=chat)
        (refused,) = await talk(desk, [text], channel=ChannelKind.WEBCHAT, address=chat)

    await talk(desk, ["cancel my appointment"], channel=ChannelKind.WEBCHAT, address="yet another")
    thread, late = await say(desk, DETAILS, channel=ChannelKind.WEBCHAT, address="yet another")

    assert late == refused
    assert await claims(desk, thread) == [("too-many", Outcome.REFUSED, False)]


async def test_a_proof_and_a_failure_stand_in_the_audit(desk: Frontdesk) -> None:
    await say(desk, "when is my appointment?", channel=ChannelKind.SMS, address=PHONE)
    await say(desk, WRONG, channel=ChannelKind.SMS, address=PHONE)
    thread, told = await say(desk, "4/27/1988", channel=ChannelKind.SMS, address=PHONE)

    assert "May 28 at 12:00 PM" in told
    assert await claims(desk, thread) == [("details", Outcome.REFUSED, False), ("details", Outcome.DONE, True)]


async def test_the_proof_holds_for_half_an_hour_of_silence_and_in_its_own_conversation(desk: Frontdesk) -> None:
    await talk(desk, ["when is my appointment?", DETAILS], channel=ChannelKind.SMS, address=PHONE)

    (again,) = await talk(desk, ["when is my appointment?"], channel=ChannelKind.SMS, address=PHONE)
    (elsewhere,) = await talk(desk, ["when is my appointment?"], channel=ChannelKind.WEBCHAT, address="a browser")

    assert "May 28" in again
    assert "date of birth" in elsewhere


async def test_a_visit_of_somebody_else_is_neither_found_nor_read_whatever_is_asked(desk: Frontdesk) -> None:
    thread, _ = await say(desk, "hello", channel=ChannelKind.WEBCHAT, address="a browser")
    theirs = (await desk.system_of(SMILE_ID).appointments_of([MARIA.id]))[0]
    async with desk.storage.alone(SMILE_ID, "test") as turn:
        visits = await visits_of(desk, turn, thread)

        found = await visits.find(FindVisits(booked=(theirs.id,), patient=MARIA.id))
        with pytest.raises(NotPermitted):
            await visits.read(theirs.id)

    assert found == ()


async def visits_of(desk: Frontdesk, turn: Turn, thread: ConversationId) -> Visits:
    async with turn.transaction() as db:
        conversation = await conversations.read_conversation(db, thread)
        (message, *_) = await conversations.messages(db, thread)
    assert conversation is not None
    return Visits(
        turn=turn,
        practice=await desk.practice(SMILE_ID),
        conversation=conversation,
        message=message,
        system=desk.system_of(SMILE_ID),
        now=desk.clock.now(),
    )


async def test_who_has_another_number_than_the_chart_is_not_proven_by_naming_it(desk: Frontdesk) -> None:
    *_, told = await talk(desk, ["when is my appointment?", DETAILS], channel=ChannelKind.SMS, address=STRANGERS_PHONE)

    assert "one-time code" in told


async def test_whoever_has_no_visit_to_come_hears_of_the_one_that_was_lately(smile: Frontdesk) -> None:
    start = datetime(2026, 5, 26, 17, tzinfo=UTC)
    was = Period(start=start, end=start + timedelta(minutes=30))
    slot = await free(smile, Period(start=start + timedelta(days=2), end=start + timedelta(days=2, minutes=30)))
    slot = replace(slot, during=was, claims=tuple(replace(one, during=was) for one in slot.claims))
    async with smile.storage.practice(SMILE_ID) as db:
        await add_patient(db, MARIA, now=smile.clock.now())
        held = {"status": Status.BOOKED, "source": Source.STAFF, "now": smile.clock.now(), "patient": MARIA.id}
        await claim(db, slot, id=uuid4(), **held)  # type: ignore[arg-type]

    stranger = await talk(
        smile, ["was my botox consultation today moved?", WRONG], channel=ChannelKind.SMS, address=STRANGERS_PHONE
    )
    told = await talk(
        smile, ["was my botox consultation today moved?", DETAILS], channel=ChannelKind.SMS, address=PHONE
    )

    assert "May 26" not in "".join(stranger)
    assert "The last one I see was Botox consultation on Tuesday, May 26 at 12:00 PM with Kim" in told[-1]
    assert "?" not in told[-1]
