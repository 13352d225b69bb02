"""Whoever waited for days that are over waits no more; everybody else still does."""

from datetime import date, timedelta
from uuid import UUID, uuid5

from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations
from frontdesk.storage.inventory import every_waiting
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.patients import add_patient
from frontdesk.storage.waitlist import Waiting, join
from frontdesk.wiring import Frontdesk
from frontdesk.work.retain import retain

PHONE = "+15125550147"


async def test_who_waited_for_days_that_are_over_is_off_the_list_and_hears_nothing(smile: Frontdesk) -> None:
    now = smile.clock.now()
    practice = await smile.practice(SMILE_ID)
    today = wall(now, practice.locations[0].zone).date()
    wishes = {
        "over": Wish(windows=(days(today - timedelta(days=9), today - timedelta(days=1)),)),
        "ends today": Wish(windows=(days(today - timedelta(days=9), today),)),
        "one is ahead": Wish(windows=(days(today - timedelta(days=9), today - timedelta(days=2)), days(today, None))),
        "any day": Wish(),
    }
    async with smile.storage.practice(SMILE_ID) as db:
        patient = Patient(id=PatientId(UUID(int=71)), given="Maria", family="Gonzalez", phone=PHONE)
        await add_patient(db, patient, now=now)
        for number, (name, wish) in enumerate(wishes.items()):
            thread = await conversations.open_conversation(
                db,
                ChannelKind.SMS,
                f"+1512555010{number}",
                id=ConversationId(uuid5(SMILE_ID, name)),
                state=State(),
                now=now,
            )
            await join(
                db,
                Waiting(
                    id=uuid5(SMILE_ID, f"waits {name}"),
                    conversation=thread,
                    patient=patient.id,
                    service=practice.services[0].id,
                    wish=wish,
                    instead=None,
                    joined=now,
                ),
            )

    await retain(smile, Job(work=Work.RETAIN, practice=SMILE_ID, on=SMILE_ID))

    async with smile.storage.practice(SMILE_ID) as db:
        left = {entry.id for entry in await every_waiting(db)}
        told = await db.all("select from outbox")
        events = await db.all("select from audit_event where what = 'waitlist.left'")
    assert left == {uuid5(SMILE_ID, f"waits {name}") for name in wishes if name != "over"}
    assert (len(told), len(events)) == (0, 1)


def days(first: date, last: date | None) -> Window:
    return Window(first=first, last=last)
