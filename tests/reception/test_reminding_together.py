"""Many reminders that are due at once: looked at together, each told once, and at what price."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

import psycopg
import pytest
from tests.clinic import a_practice, a_slot
from tests.reception.reminded_desk import RemindedDesk, reminded_desk

from frontdesk.dialogue.state import Ask, State
from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.reminding import Reminding as Ladders
from frontdesk.domain.time import Period
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.faults import Unreachable
from frontdesk.proving.interrupted import Crashed
from frontdesk.reception.links import Link, read_link
from frontdesk.storage import bookings, conversations, visits
from frontdesk.storage.contact_decisions import decisions_on
from frontdesk.storage.intakes import Intake, open_intake
from frontdesk.storage.jobs import Job, Work, take_all
from frontdesk.storage.patients import add_patient
from frontdesk.storage.reminders import Stage
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import By
from frontdesk.storage.visits import Source as EnteredBy
from frontdesk.work.deliver_unasked import deliver_unasked
from frontdesk.work.due import enqueue_due_in

MANY = 30
TOLD, DUE, VISIT = "2026-06-01 10:00", "2026-06-09 15:00", "2026-06-10 15:00"


def phone(number: int) -> str:
    return f"+15125551{number:03d}"


class Crowd:
    """People with a visit each tomorrow at three, of which nobody was reminded yet."""

    def __init__(self, at: RemindedDesk) -> None:
        self.at = at

    async def comes(self, number: int, *, phone: str, seconds: int = 0) -> AppointmentId:
        """One more of them, with a thread of that phone's."""
        at, practice = self.at, self.at.practice
        start = at.instant(VISIT) + timedelta(seconds=seconds)
        patient = Patient(id=PatientId(UUID(int=1000 + number)), given=f"Person {number}", family="Lee", phone=phone)
        id = uuid5(practice.id, f"visit {number}")
        slot = a_slot(Period(start=start, end=start + timedelta(minutes=30)))
        async with at.desk.storage.practice(practice.id) as db:
            now = at.clock.at
            await add_patient(db, patient, now=now)
            thread = await conversations.open_conversation(
                db,
                ChannelKind.SMS,
                phone,
                id=ConversationId(uuid5(practice.id, f"thread {phone}")),
                state=State(greeted=True, address=phone),
                now=now,
            )
            await claim(
                db,
                slot,
                id=id,
                patient=patient.id,
                status=Status.BOOKED,
                source=EnteredBy.STAFF,
                now=now,
                guarded=False,
            )
        standing = await at.system.read(AppointmentId(str(id)))
        assert isinstance(standing, Appointment)
        async with at.desk.storage.practice(practice.id) as db:
            await bookings.promise(db, standing, conversation=thread, patient=patient.id, now=now)
        return standing.id

    async def stage(self, visit: AppointmentId) -> Stage:
        (one,) = await self.at.reminders(visit)
        return one.stage

    async def deliver(self) -> None:
        job = Job(work=Work.DELIVER_UNASKED, practice=self.at.practice.id, on=self.at.practice.id)
        await deliver_unasked(self.at.desk, job)

    def told(self) -> Counter[str]:
        return Counter(text.to for _, text in self.at.carrier.took)


@asynccontextmanager
async def a_crowd(database_url: str, home: Path) -> AsyncIterator[Crowd]:
    practice = replace(a_practice(), reminding=Ladders(ladder=(timedelta(days=1),)))
    async with reminded_desk(database_url, home, TOLD, practice=practice) as at:
        yield Crowd(at)


async def planned(crowd: Crowd, many: int) -> list[AppointmentId]:
    """So many people, their reminders planned, and due now."""
    booked = [await crowd.comes(number, phone=phone(number)) for number in range(many)]
    while await crowd.at.desk.reminding.plan(crowd.at.practice.id):
        pass
    crowd.at.clock.at = crowd.at.instant(DUE)
    return booked


@pytest.fixture
async def crowd(database_url: str, tmp_path: Path) -> AsyncIterator[Crowd]:
    async with a_crowd(database_url, tmp_path) as opened:
        yield opened


async def test_thirty_that_are_due_at_once_cost_a_few_statements_each(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await planned(crowd, MANY)
    asked = 0
    execute = psycopg.AsyncConnection.execute

    async def counted(self: psycopg.AsyncConnection, *what: object, **how: object) -> object:  # type: ignore[type-arg]
        nonlocal asked
        asked += 1
        return await execute(self, *what, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", counted)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    await crowd.deliver()

    assert crowd.told() == {phone(number): 1 for number in range(MANY)}
    assert asked <= 5 * MANY


async def test_several_workers_at_the_same_reminders_tell_each_person_once(crowd: Crowd) -> None:
    booked = await planned(crowd, MANY)
    reminding, practice = crowd.at.desk.reminding, crowd.at.practice.id

    await asyncio.gather(*(reminding.remind(practice) for _ in range(4)))
    crowd.at.clock.at += timedelta(minutes=2)
    await asyncio.gather(*(reminding.remind(practice) for _ in range(4)))
    await asyncio.gather(*(crowd.deliver() for _ in range(4)))
    await crowd.at.works()

    assert crowd.told() == {phone(number): 1 for number in range(MANY)}
    assert {await crowd.stage(visit) for visit in booked} == {Stage.SENT}


async def test_two_of_a_family_with_one_phone_are_told_in_one_text(crowd: Crowd) -> None:
    booked = [await crowd.comes(number, phone=phone(1)) for number in (1, 2)]
    await crowd.at.desk.reminding.plan(crowd.at.practice.id)
    crowd.at.clock.at = crowd.at.instant(DUE)

    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    await crowd.deliver()

    async with crowd.at.desk.storage.practice(crowd.at.practice.id) as db:
        (thread,) = (await conversations.find_open_at(db, ChannelKind.SMS, [phone(1)])).values()
        words = await conversations.messages(db, thread.id)
    assert [message.seq for message in words] == [1]
    assert "Person 1" in words[0].text
    assert "Person 2" in words[0].text
    assert [await crowd.stage(visit) for visit in booked] == [Stage.SENT, Stage.SENT]
    assert crowd.told() == {phone(1): 1}


async def test_of_thirty_the_one_whose_visit_is_gone_is_not_told(crowd: Crowd) -> None:
    booked = await planned(crowd, MANY)
    async with crowd.at.desk.storage.practice(crowd.at.practice.id) as db:
        await visits.cancel_appointment(
            db, UUID(booked[7]), reason=Cancellation.PROVIDER, by=By.STAFF, now=crowd.at.clock.at
        )
        await take_all(db.connection)

    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    await crowd.deliver()

    assert crowd.told() == {phone(number): 1 for number in range(MANY) if number != 7}
    assert await crowd.stage(booked[7]) is Stage.ENDED


async def test_a_visit_that_goes_while_its_words_wait_is_not_reminded_of(crowd: Crowd) -> None:
    booked = await planned(crowd, 5)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    async with crowd.at.desk.storage.practice(crowd.at.practice.id) as db:
        now = crowd.at.clock.at
        await visits.cancel_appointment(db, UUID(booked[2]), reason=Cancellation.PROVIDER, by=By.STAFF, now=now)
        await take_all(db.connection)
    crowd.at.clock.at += timedelta(minutes=3)  # what was read is not believed any more

    await crowd.deliver()

    assert crowd.told() == {phone(number): 1 for number in range(5) if number != 2}
    assert await crowd.stage(booked[2]) is Stage.SKIPPED


async def test_who_ends_texts_while_the_words_wait_gets_none(crowd: Crowd) -> None:
    await planned(crowd, 5)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    received = await crowd.at.desk.reception.receive(
        crowd.at.practice.id, ChannelKind.SMS, phone(3), "STOP", provider_id=None
    )
    await crowd.at.desk.reception.answer(crowd.at.practice.id, received.conversation)

    await crowd.at.works()

    reminders = Counter(text.to for _, text in crowd.at.carrier.took if " C " in text.body)
    assert reminders == {phone(number): 1 for number in range(5) if number != 3}


async def test_the_rules_that_let_each_text_go_are_kept_with_it(crowd: Crowd) -> None:
    await planned(crowd, 3)

    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    await crowd.deliver()

    async with crowd.at.desk.storage.practice(crowd.at.practice.id) as db:
        sent = await db.all("select id from outbox where state = 'sent'")
        decisions = [await decisions_on(db, row["id"]) for row in sent]
    assert [[one.verdict for one in each] for each in decisions] == [["allowed"]] * 3
    assert all(one.rules for each in decisions for one in each)


async def test_at_night_they_are_moved_to_the_morning(crowd: Crowd) -> None:
    await planned(crowd, 3)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    crowd.at.clock.at = crowd.at.instant("2026-06-09 23:30")  # nothing ran meanwhile

    await crowd.deliver()
    at_night = crowd.told()
    await crowd.at.lives_until(crowd.at.instant("2026-06-10 09:00"))

    assert at_night == {}
    assert {when for when, _ in crowd.at.texts()} <= {"2026-06-10 08:00"}


class Failing:
    """A carrier that fails with some, or in whose hands the worker dies."""

    def __init__(self, fails: dict[str, BaseException]) -> None:
        self.fails = fails
        self.took: list[Text] = []

    async def send(self, text: Text) -> Accepted:
        if (fault := self.fails.pop(text.to, None)) is not None:
            raise fault
        self.took.append(text)
        return Accepted(receipt=f"receipt-{text.to}")


async def test_one_that_the_carrier_cannot_take_now_is_tried_again_and_keeps_none_waiting(crowd: Crowd) -> None:
    await planned(crowd, 5)
    carrier = Failing({phone(2): Unreachable("the carrier is down")})
    crowd.at.desk = replace(crowd.at.desk, carrier_of=lambda _: carrier)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)

    await crowd.deliver()
    at_first = {text.to for text in carrier.took}
    crowd.at.clock.at += timedelta(seconds=10)
    await crowd.at.works()

    assert at_first == {phone(number) for number in range(5) if number != 2}
    assert Counter(text.to for text in carrier.took) == {phone(number): 1 for number in range(5)}


async def test_a_worker_that_dies_while_it_hands_over_leaves_word_that_they_may_have_left(crowd: Crowd) -> None:
    await planned(crowd, 5)
    carrier = Failing({phone(2): Crashed()})
    crowd.at.desk = replace(crowd.at.desk, carrier_of=lambda _: carrier)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    with pytest.raises(Crashed):
        await crowd.deliver()
    before = {text.to for text in carrier.took}
    async with crowd.at.desk.storage.practice(crowd.at.practice.id) as db:
        await take_all(db.connection)  # with the job goes what the queue knew

    crowd.at.clock.at += timedelta(minutes=2)
    await enqueue_due_in(crowd.at.desk, crowd.at.practice.id)
    await crowd.at.works()

    again = carrier.took[len(before) :]
    assert {text.to for text in again} >= {phone(2)}
    assert all(text.tried is not None for text in again)  # its carrier looks first whether it has it


class Finding:
    """A carrier that can be asked what it has, in whose hands the worker dies: before or after it took the text."""

    def __init__(self, *, takes: bool) -> None:
        self.takes = takes
        self.dies = True
        self.took: list[Text] = []

    async def send(self, text: Text) -> Accepted:
        if not self.dies or self.takes:
            self.took.append(text)
        if self.dies:
            self.dies = False
            raise Crashed
        return Accepted(receipt=text.key)

    async def found(self, text: Text) -> Accepted | None:
        return next((Accepted(receipt=one.key) for one in self.took if one.key == text.key), None)


@pytest.mark.parametrize(
    ("left", "hears"),
    [(True, ["3:00 PM (Person 1) and 4:00 PM (Person 2)"]), (False, ["your visit is Wednesday, June 10 at 4:00 PM."])],
    ids=["it had left", "it had not"],
)
async def test_of_two_visits_one_goes_while_their_text_was_in_the_hands_of_a_dead_worker(
    crowd: Crowd, left: bool, hears: list[str]
) -> None:
    first = await crowd.comes(1, phone=phone(1))
    await crowd.comes(2, phone=phone(1), seconds=3600)
    await crowd.at.desk.reminding.plan(crowd.at.practice.id)
    crowd.at.clock.at = crowd.at.instant(DUE)
    carrier = Finding(takes=left)
    crowd.at.desk = replace(crowd.at.desk, carrier_of=lambda _: carrier)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)
    with pytest.raises(Crashed):
        await crowd.deliver()
    async with crowd.at.desk.storage.practice(crowd.at.practice.id) as db:
        now = crowd.at.clock.at
        await visits.cancel_appointment(db, UUID(first), reason=Cancellation.PROVIDER, by=By.STAFF, now=now)
        await take_all(db.connection)

    crowd.at.clock.at += timedelta(minutes=5)
    await enqueue_due_in(crowd.at.desk, crowd.at.practice.id)
    await crowd.at.works()

    reminders = [text.body for text in carrier.took if "Reply C" in text.body]
    assert len(reminders) == 1
    assert all(words in body for words, body in zip(hears, reminders, strict=True))


async def test_whoever_is_being_spoken_with_is_told_after_that(crowd: Crowd) -> None:
    booked = await planned(crowd, 3)
    storage, practice = crowd.at.desk.storage, crowd.at.practice.id
    thread = uuid5(practice, f"thread {phone(1)}")
    told_while_speaking: list[Stage] = []

    async with storage.alone(practice, f"speak {thread}"):
        reminding = asyncio.create_task(crowd.at.desk.reminding.remind(practice))
        async with asyncio.timeout(20):
            stage = Stage.PLANNED
            while stage is not Stage.SENT:
                stage = await crowd.stage(booked[0])
        told_while_speaking.append(await crowd.stage(booked[1]))
    await reminding

    assert told_while_speaking == [Stage.PLANNED]
    assert await crowd.stage(booked[1]) is Stage.SENT


async def test_each_conversation_asks_about_its_own_visit(crowd: Crowd) -> None:
    booked = await planned(crowd, 3)

    await crowd.at.desk.reminding.remind(crowd.at.practice.id)

    async with crowd.at.desk.storage.practice(crowd.at.practice.id) as db:
        threads = await conversations.find_open_at(db, ChannelKind.SMS, [phone(number) for number in range(3)])
    states = [threads[phone(number)].state for number in range(3)]
    assert [state.asked for state in states] == [Ask.REMINDED] * 3
    assert [[visit.id for visit in state.visits] for state in states] == [[visit] for visit in booked]


class Slow:
    """A carrier at which half a minute passes with the first text."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.took: list[Text] = []

    async def send(self, text: Text) -> Accepted:
        self.took.append(text)
        if len(self.took) == 1:
            self.crowd.at.clock.at += timedelta(seconds=30)
        return Accepted(receipt=f"receipt-{text.to}")


async def test_what_waited_too_long_for_its_turn_is_left_to_whoever_looks_first(crowd: Crowd) -> None:
    await planned(crowd, 8)
    carrier = Slow(crowd)
    crowd.at.desk = replace(crowd.at.desk, carrier_of=lambda _: carrier)
    await crowd.at.desk.reminding.remind(crowd.at.practice.id)

    await crowd.deliver()
    at_first = len(carrier.took)
    crowd.at.clock.at += timedelta(minutes=1)
    await crowd.at.works()

    assert at_first < 8
    assert Counter(text.to for text in carrier.took) == {phone(number): 1 for number in range(8)}
    assert all(text.tried is not None for text in carrier.took[at_first:])


async def test_a_visit_that_begins_between_two_minutes_is_reminded_of(crowd: Crowd) -> None:
    booked = await crowd.comes(1, phone=phone(1), seconds=17)

    await crowd.at.lives_until(crowd.at.instant(DUE) + timedelta(minutes=5))

    ((_, text),) = crowd.at.carrier.took
    assert "3:00 PM" in text.body
    assert await crowd.stage(booked) is Stage.SENT


async def test_a_reminder_by_mail_has_the_way_to_the_form_that_is_still_due(database_url: str, tmp_path: Path) -> None:
    async with a_crowd(database_url, tmp_path) as crowd:
        at, post = crowd.at, PostOffice()
        at.desk = replace(at.desk, post_office_of=lambda _: post)
        patient = Patient(id=PatientId(UUID(int=72)), given="Ana", family="Lee", email="ana@example.com")
        start = at.instant(VISIT)
        slot, id = a_slot(Period(start=start, end=start + timedelta(minutes=30))), uuid5(at.practice.id, "by mail")
        async with at.desk.storage.practice(at.practice.id) as db:
            await add_patient(db, patient, now=at.clock.at)
            entered = EnteredBy.STAFF
            await claim(db, slot, id=id, patient=patient.id, status=Status.BOOKED, source=entered, now=at.clock.at)
        standing = await at.system.read(AppointmentId(str(id)))
        assert isinstance(standing, Appointment)
        form = Intake(id=UUID(int=5), appointment=standing.id, patient=patient.id, expires=start)
        async with at.desk.storage.practice(at.practice.id) as db:
            await bookings.promise(db, standing, conversation=None, patient=patient.id, now=at.clock.at)
            await open_intake(db, form, now=at.clock.at)

        await at.lives_until(at.instant(DUE) + timedelta(minutes=5))

        (mail,) = post.took
        token = mail.body.partition("/intake/")[2].split()[0]
        link = await read_link(token, purpose="intake", now=at.clock.at, keyring_of=at.desk.storage.keyring)
        assert mail.to == "ana@example.com"
        assert isinstance(link, Link)
        assert link.what == form.id


class PostOffice:
    """Keeps each mail."""

    def __init__(self) -> None:
        self.took: list[Mail] = []

    async def post(self, mail: Mail) -> Accepted:
        self.took.append(mail)
        return Accepted(receipt=mail.key)
