"""What the assistant did with a patient's data, from the first message to forgetting, as the audit tells it."""

import json
import re
from uuid import UUID

from tests.reception.test_forgetting import AFTER, a_patient_who_booked, say

from frontdesk.domain.audit import ActorKind, Recorded
from frontdesk.domain.message import ChannelKind
from frontdesk.reception.forgetting import Forgotten, forget
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.audit_chain import link_waiting
from frontdesk.storage.audit_proof import Whole, prove
from frontdesk.storage.audit_story import story
from frontdesk.wiring import Frontdesk

OTHER = "+15125550188"


async def told_of(desk: Frontdesk, subject: UUID) -> list[Recorded]:
    await link_waiting(desk.storage, SMILE_ID)
    async with desk.storage.practice(SMILE_ID) as db:
        return await story(db, [subject])


async def test_a_booking_by_text_is_told_from_the_patients_id_alone(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)

    events = await told_of(smile, person.id)

    kinds = {one.what for one in events}
    assert {
        "message.received",
        "assistant.decided",
        "message.written",
        "message.handed-over",
        "booking.intended",
        "booking.advanced",
        "record.created",
        "patient.searched",
        "intake.opened",
        "intake.submitted",
        "consent.recorded",
        "record.read",
    } <= kinds
    steps = [json.loads(one.detail)["codes"]["step"] for one in events if one.what == "booking.advanced"]
    assert [step for step in steps if step != "held"] == ["agreed", "booked", "verified", "told"]
    received = next(one for one in events if one.what == "message.received")
    assert (received.actor, received.origin.split()[0]) == (ActorKind.PATIENT, "sms")
    decided = next(one for one in events if one.what == "assistant.decided")
    assert decided.actor is ActorKind.ASSISTANT


async def test_another_patients_conversation_is_not_in_it(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)
    await say(smile, "hello, do you have parking?", phone=OTHER)
    other = await smile.reception.receive(SMILE_ID, ChannelKind.SMS, OTHER, "thanks", provider_id=None)

    events = await told_of(smile, person.id)

    assert events
    assert all(other.conversation not in one.subjects for one in events)


async def test_no_event_holds_a_word_that_was_said(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)

    written = "".join(f"{one.detail}{one.origin}{one.actor_id}" for one in await told_of(smile, person.id)).lower()

    assert not any(word in written for word in ("maria", "gonzalez", "5550147", "penicillin", "evenings"))
    assert not re.search(r"\b1988-\d\d-\d\d\b", written)  # a year alone may stand in a random id


async def test_the_audit_is_whole_after_a_patient_was_forgotten_and_tells_of_it(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)
    practice = await smile.practice(SMILE_ID)

    done = await forget(smile.storage, practice, smile.system_of(SMILE_ID), person, book=smile.book, now=AFTER)

    assert isinstance(done, Forgotten)
    events = await told_of(smile, person.id)
    assert {"key.destroyed", "patient.forgotten"} <= {one.what for one in events}
    assert isinstance(await prove(smile.storage, SMILE_ID), Whole)
