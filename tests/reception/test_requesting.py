"""A system that can be read and not written: the patient asks, staff enter it, and then it is told as booked."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import Postgres, smile_desk
from tests.reception.test_connected import PATIENT, TALK, Later

from frontdesk.connecting import opening
from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot, Subject
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import Refused
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.reception.recovery import Recovery
from frontdesk.sample.practice import SMILE_ID
from frontdesk.scheduling.slots import find_slots
from frontdesk.settings import Settings
from frontdesk.storage import conversations, tasks
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.installation import enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.systems.manifest import Ability, read_manifest
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.deliver import deliver

CANNOT = "\n".join(
    f'{one.value} = "it only shows when people are busy"'
    for one in Ability
    if one not in {Ability.FIND_SLOTS, Ability.BUSY}
)
MANIFEST = read_manifest(
    "feed", f'name = "Testland Calendar"\nclock = "utc"\ncan = ["find_slots", "busy"]\n[cannot]\n{CANNOT}\n'
)


@dataclass
class Feed:
    """A vendor's calendar that shows busy times and takes nothing."""

    outside: Outside
    entered: list[Claim] = field(default_factory=list)

    async def busy(self, within: Period) -> list[Claim]:
        return [one for one in self.entered if one.during.overlaps(within)]

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        practice: Practice = await self.outside.practice()
        return find_slots(
            practice,
            service=wanted.service,
            within=wanted.within,
            busy=self.entered,
            now=self.outside.clock.now(),
            practitioner=wanted.practitioner,
            location=wanted.location,
            visitor=wanted.visitor,
        )

    async def hold(self, slot: Slot, *, key: str, until: object) -> Held | Taken:
        raise Refused("it takes nothing")

    async def release(self, held: AppointmentId) -> None:
        raise Refused("it takes nothing")

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        raise Refused("it takes nothing")

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        raise Refused("it knows no patients")

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        raise Refused("it takes nothing")

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        raise Refused("it knows no visits")

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        raise Refused("it knows no patients")

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        raise Refused("it takes nothing")

    async def close(self) -> None:
        """Nothing is open."""


class Clinic:
    """A desk beside a calendar that only shows when people are busy."""

    def __init__(self, desk: Frontdesk, feed: Feed) -> None:
        self.desk, self.feed = desk, feed

    async def says(self, *lines: str) -> str:
        for line in lines:
            received = await self.desk.reception.receive(SMILE_ID, ChannelKind.SMS, PATIENT, line, provider_id=None)
            await self.desk.reception.answer(SMILE_ID, received.conversation)
            await deliver(self.desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=received.conversation))
        return (await self.heard())[-1]

    async def heard(self) -> list[str]:
        async with self.desk.storage.practice(SMILE_ID) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
            assert thread is not None
            said = await conversations.messages(db, thread.id)
        return [one.text for one in said if one.author is Author.ASSISTANT]

    async def tasks(self) -> list[tasks.Task]:
        async with self.desk.storage.practice(SMILE_ID) as db:
            found = [await tasks.read_task(db, one.id) for one in await tasks.open_tasks(db)]
        return [one for one in found if one is not None]

    async def mails(self) -> int:
        async with self.desk.storage.practice(SMILE_ID) as db:
            rows = await db.all("select from outbox where channel = 'email'")
        return len(rows)

    async def later(self, **by: float) -> None:
        """The look at other systems, some time from now."""
        clock = Later(self.desk, timedelta(**by))
        recovery = Recovery(
            self.desk.storage, self.desk.practices, clock, self.desk.system_of, public_url="http://localhost:8000"
        )
        await recovery.recover(SMILE_ID)
        await recovery.look(SMILE_ID)

    async def enters(self) -> None:
        """Staff type in what their card says."""
        [card] = [one for one in await self.tasks() if "enter the visit" in one.reason]
        assert card.story is not None
        assert card.story.slot is not None
        slot = card.story.slot
        self.feed.entered.append(Claim(subject=Subject.PRACTITIONER, id=slot.practitioner, during=slot.during))


@pytest.fixture
async def clinic(
    server: Postgres, smile_template: str, master_home: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Clinic]:
    made: list[Feed] = []

    def opens(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Feed:
        made.append(Feed(outside))
        return made[-1]

    monkeypatch.setattr(opening, "connector", lambda _: (MANIFEST, opens))
    async with smile_desk(server, smile_template, Settings(home=master_home)) as desk:
        connection = Connection(system="feed", settings={"address": "http://localhost:1"}, numbers={})
        async with desk.storage.practice(SMILE_ID) as db:
            await connect(db, connection, now=desk.clock.now())
            await db.run("delete from claim")
            await db.run("update appointment set status = 'cancelled' where status = 'booked'")
        url = desk.storage.url.replace("role=frontdesk_app", "role=frontdesk")
        database = Ready(url=url, entered=enter(url))
        async with open_frontdesk(desk.settings, database) as connected:
            yield Clinic(connected, made[-1])
        database.entered.leave()


async def test_the_patient_hears_requested_and_staff_get_a_card_with_everything_to_enter(clinic: Clinic) -> None:
    told = await clinic.says(*TALK)

    assert told.startswith("Your request is with the front desk: Botox consultation on Thursday, May 28")
    assert "booked" not in told.lower()
    [card] = await clinic.tasks()
    assert "enter the visit of May 28" in card.reason
    assert "Testland Calendar" in card.reason
    assert card.story is not None
    assert (card.story.given, card.story.family, card.story.phone) == ("Maria", "Gonzalez", PATIENT)
    assert card.story.slot is not None
    assert card.story.email == "maria@example.com"
    assert await clinic.mails() == 0


async def test_once_it_is_seen_there_the_card_closes_and_the_patient_hears_booked(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    await clinic.later(minutes=10)
    before = await clinic.heard()
    await clinic.enters()

    await clinic.later(minutes=20)
    await clinic.later(minutes=40)

    after = await clinic.heard()
    assert not any("You're booked" in words for words in before)
    assert [words for words in after if "You're booked" in words] == [after[-1]]
    assert await clinic.tasks() == []
    assert await clinic.mails() == 1


async def test_what_was_asked_for_is_offered_to_nobody_else(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    [card] = await clinic.tasks()
    assert card.story is not None
    assert card.story.slot is not None
    slot = card.story.slot

    request = SlotRequest(service=slot.service, within=slot.during, practitioner=slot.practitioner)
    open_there = await clinic.feed.find_slots(request)
    open_here = await clinic.desk.system_of(SMILE_ID).find_slots(request)

    assert slot.during in [one.during for one in open_there]
    assert slot.during not in [one.during for one in open_here]


async def test_a_time_that_staff_gave_away_meanwhile_is_not_asked_for(clinic: Clinic) -> None:
    await clinic.says(*TALK[:-1])
    async with clinic.desk.storage.practice(SMILE_ID) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
    assert thread is not None
    slot = thread.state.known.slot
    assert slot is not None
    clinic.feed.entered.append(Claim(subject=Subject.PRACTITIONER, id=slot.practitioner, during=slot.during))

    told = await clinic.says("yes")

    assert "was just taken" in told
    assert await clinic.tasks() == []


async def test_a_change_is_for_staff_and_nothing_is_said_to_be_done(clinic: Clinic) -> None:
    await clinic.says(*TALK)

    told = await clinic.says("Please cancel my visit on Thursday", "yes")

    assert "cancelled" not in told.lower()
    assert len(await clinic.tasks()) == 2
    async with clinic.desk.storage.practice(SMILE_ID) as db:
        rows = await db.all("select status from appointment where patient_id is not null and status = 'booked'")
    assert len(rows) == 1


async def test_asked_again_after_a_crash_there_is_one_visit_and_one_card(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    [card] = await clinic.tasks()
    assert card.story is not None
    assert card.story.slot is not None
    async with clinic.desk.storage.practice(SMILE_ID) as db:
        row = await db.one("select key, patient_id from booking where step = 'told'")
    assert row is not None

    again = await clinic.desk.system_of(SMILE_ID).book(
        card.story.slot, patient=PatientId(row["patient_id"]), key=row["key"], held=None
    )

    assert isinstance(again, Booked)
    assert again.appointment.is_requested
    assert len(await clinic.tasks()) == 1
