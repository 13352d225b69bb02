"""Consents: with the words, by address and by patient, the last one counts, and STOP ends texts."""

from dataclasses import replace
from uuid import uuid4

from tests.clinic import NOW, a_practice

from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.ports.channel import Text
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations, local_post, outbox, tasks
from frontdesk.storage.consents import Whose, latest_at, latest_of, record_consent
from frontdesk.storage.database import Storage
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk
from frontdesk.work.deliver import deliver

PHONE = "+15125550147"
ROBIN = Patient(id=PatientId(uuid4()), given="Robin", family="Testcase", phone=PHONE)
SHOWN = Consent(
    id=uuid4(),
    use=Use.CALLS,
    allowed=True,
    source=Source.FORM,
    recorded=NOW,
    said="ticked",
    shown="Test Clinic may call me about my visits.",
    wording="intake.allow_calls en",
)


async def test_a_consent_comes_back_with_the_very_words_and_a_later_one_takes_its_place(storage: Storage) -> None:
    practice = a_practice()
    await apply_practice(storage, practice, [], now=NOW)
    whose = Whose(subject=ROBIN.id, patient=ROBIN.id)
    taken_back = replace(SHOWN, id=uuid4(), allowed=False, source=Source.STAFF, said="by telephone", shown=None)

    async with storage.practice(practice.id) as db:
        await add_patient(db, ROBIN, now=NOW)
        await record_consent(db, SHOWN, whose)
        given = await latest_of(db, Use.CALLS, ROBIN.id)
        other = await latest_of(db, Use.TRAINING, ROBIN.id)
        await record_consent(db, taken_back, whose)
        now_said = await latest_of(db, Use.CALLS, ROBIN.id)

    assert given == SHOWN
    assert other is None
    assert now_said == taken_back


async def test_after_stop_nothing_unasked_is_texted_and_start_brings_it_back(smile: Frontdesk) -> None:
    for said, reached in (("hello", 1), ("STOP", 1), ("START", 2)):
        await say(smile, said)
        await remind(smile)

        async with smile.storage.practice(SMILE_ID) as db:
            reminders = [one for one in await local_post.texts_on(db, PHONE) if one.body == "See you tomorrow!"]
        assert len(reminders) == reached, said

    async with smile.storage.practice(SMILE_ID) as db:
        last = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, PHONE)
        waiting = await tasks.open_tasks(db)
    assert last is not None
    assert (last.said, last.allowed, last.source) == ("START", True, Source.TEXT)
    assert [task.reason for task in waiting] == ["a message by sms could not be delivered"]


async def say(desk: Frontdesk, text: str) -> None:
    received = await desk.reception.receive(SMILE_ID, ChannelKind.SMS, PHONE, text, provider_id=None)
    await desk.reception.answer(SMILE_ID, received.conversation)
    await deliver(desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=received.conversation))


async def remind(desk: Frontdesk) -> None:
    """A text that answers nothing."""
    practice = await desk.practice(SMILE_ID)
    async with desk.storage.practice(SMILE_ID) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, PHONE)
        assert thread is not None
        id = uuid4()
        sender, kind = practice.locations[0].phone, ContactKind.CONFIRMATION  # at any hour
        text = Text(key=str(id), sender=sender, to=PHONE, body="See you tomorrow!", kind=kind)
        await outbox.put_text(db, thread.id, id, text, now=desk.clock.now())
    await deliver(desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=thread.id))
