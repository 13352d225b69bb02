"""A desk with people on its waitlist, who are asked and answer by text, on a clock that is turned by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from tests.clinic import BOTOX, a_slot, at
from tests.reception.reminded_desk import RemindedDesk, reminded_desk

from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.reception.filling import Filling
from frontdesk.scheduling.ranking import Urgency
from frontdesk.storage import conversations, openings, waitlist
from frontdesk.storage.inventory import every_visit, every_waiting
from frontdesk.storage.openings import Offer, Opening
from frontdesk.storage.patients import add_patient
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source

SIX = "2026-05-28 18:00"
"""The time that everybody waits for, a Thursday."""
OFFERED = "A time opened up"


class WaitingDesk:
    """Those who wait are called by numbers, the longest waiting first."""

    def __init__(self, desk: RemindedDesk) -> None:
        self.at = desk
        self.at.desk = replace(desk.desk, filling=self.filling())

    def filling(self) -> Filling:
        desk = self.at.desk
        url = desk.settings.public_url
        return Filling(
            desk.storage, desk.practices, self.at.clock, lambda _: self.at.system, public_url=url, book=desk.book
        )

    def phone(self, number: int) -> str:
        return f"+15125550{100 + number}"

    def conversation(self, number: int) -> ConversationId:
        return ConversationId(uuid5(self.at.practice.id, f"thread {number}"))

    def entry(self, number: int) -> UUID:
        return uuid5(self.at.practice.id, f"waiting {number}")

    async def waits(self, *numbers: int, wish: Wish | None = None, urgency: Urgency = Urgency.ROUTINE) -> None:
        day = at(SIX).start.date()
        for number in numbers:
            now = self.at.clock.at - timedelta(days=9, minutes=-number)
            patient = Patient(
                id=PatientId(uuid5(self.at.practice.id, f"patient {number}")),
                given="Pat",
                family=f"Number {number}",
                phone=self.phone(number),
            )
            async with self.at.desk.storage.practice(self.at.practice.id) as db:
                await add_patient(db, patient, now=now)
                conversation = await conversations.open_conversation(
                    db,
                    ChannelKind.SMS,
                    self.phone(number),
                    id=self.conversation(number),
                    state=State(greeted=True, address=self.phone(number)),
                    now=now,
                )
                entry = waitlist.Waiting(
                    id=self.entry(number),
                    conversation=conversation,
                    patient=patient.id,
                    service=BOTOX,
                    wish=wish or Wish(windows=(Window(first=day, last=day, at=time(18)),)),
                    instead=None,
                    joined=now,
                )
                await waitlist.join(db, entry)
                await waitlist.set_order(db, entry.id, urgency=urgency, notice=timedelta(0))

    async def fills(self) -> None:
        """What is due for the waitlist is done, and what was said is on its way."""
        await self.at.desk.filling.fill(self.at.practice.id)
        await self.at.works()

    async def later(self, minutes: int) -> None:
        """The clock goes on, with a look every two minutes."""
        for _ in range(minutes // 2):
            self.at.clock.at += timedelta(minutes=2)
            await self.fills()

    async def takes_in(self, number: int, text: str) -> ConversationId:
        received = await self.at.desk.reception.receive(
            self.at.practice.id, ChannelKind.SMS, self.phone(number), text, provider_id=None
        )
        return received.conversation

    async def says(self, number: int, text: str) -> str:
        """What that person is answered."""
        conversation = await self.takes_in(number, text)
        await self.at.desk.reception.answer(self.at.practice.id, conversation)
        return (await self.told(number))[-1]

    async def told(self, number: int) -> list[str]:
        """Everything that was said to that person."""
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            said = await conversations.messages(db, self.conversation(number))
        return [one.text for one in said if one.author is not Author.PATIENT]

    async def asked(self, numbers: Sequence[int]) -> list[int]:
        """Who of them was offered a time, once for each time that they were."""
        return [one for one in numbers for words in await self.told(one) if words.startswith(OFFERED)]

    async def booked(self) -> list[Appointment]:
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            return [one for one in await every_visit(db) if one.status is Status.BOOKED]

    async def waiting(self) -> set[int]:
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            entries = {one.id for one in await every_waiting(db)}
        return {number for number in range(1, 40) if self.entry(number) in entries}

    async def openings(self) -> list[tuple[Opening, list[Offer]]]:
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            found = await openings.lately(db, since=self.at.clock.at - timedelta(days=9))
            return [(one, await openings.offers_of(db, [one.id])) for one in found]

    async def front_desk_books(self, when: str = SIX) -> AppointmentId:
        """Somebody who telephoned gets the time."""
        id = uuid5(self.at.practice.id, f"by hand {when}")
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            now = self.at.clock.at
            await claim(db, a_slot(at(when)), id=id, status=Status.BOOKED, source=Source.STAFF, now=now)
        return AppointmentId(str(id))

    @property
    def clock(self) -> str:
        return f"{wall(self.at.clock.at, self.at.zone):%H:%M}"


@asynccontextmanager
async def waiting_desk(database_url: str, home: Path, now: str) -> AsyncIterator[WaitingDesk]:
    """A desk at that moment of its clinic's wall."""
    async with reminded_desk(database_url, home, now) as desk:
        yield WaitingDesk(desk)
