"""The two calendars that a saga is tried on, each as its own database shows it, past the port."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

from tests.clinic import DANA, ROOM_1, ZONE

from frontdesk.domain.appointment import Cancellation, Slot, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside
from frontdesk.ports.system import System
from frontdesk.proving.simulator_server import served
from frontdesk.reception.connected import Connected
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.simulating.faults import CutsConnection, Fails, Overtaken, When
from frontdesk.standards.simulating.waiting import sleep
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.charts import StoredCharts
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices
from frontdesk.storage.taking import claim, move_visit
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.storage.visits import By, Source, cancel_appointment
from frontdesk.systems.opendental.peer import peer
from frontdesk.systems.opendental.simulator import Simulator
from frontdesk.systems.opendental.system import connect


class Book(Protocol):
    """A calendar, and what its front desk does in it."""

    system: System

    async def standing(self, patients: Iterable[Patient]) -> dict[AppointmentId, Period]:
        """The visits of these patients that stand."""
        ...

    async def doubles(self, told: set[AppointmentId]) -> list[object]:
        """Pairs of visits at one time that should not be; `told` are those that a patient knows of."""
        ...

    async def staff_book(self, slot: Slot) -> None: ...

    async def staff_move(self, visit: AppointmentId, slot: Slot) -> None: ...

    async def staff_cancel(self, visit: AppointmentId) -> None: ...

    def stumble(self, how: int) -> None:
        """Let something go wrong inside the next call."""
        ...


@dataclass(kw_only=True)
class BuiltIn:
    """The calendar in our own database."""

    storage: Storage
    practice: Practice
    clock: Clock
    system: System

    async def standing(self, patients: Iterable[Patient]) -> dict[AppointmentId, Period]:
        async with self.storage.practice(self.practice.id) as db:
            rows = await db.all(
                "select id, starts_at, ends_at from appointment where status = 'booked' and patient_id = any(%s)",
                ([one.id for one in patients],),
            )
        return {AppointmentId(str(row["id"])): Period(start=row["starts_at"], end=row["ends_at"]) for row in rows}

    async def doubles(self, told: set[AppointmentId]) -> list[object]:
        async with self.storage.practice(self.practice.id) as db:
            return list(
                await db.all(
                    "select a.*, b.* from claim a join claim b on a.kind = b.kind and a.subject = b.subject "
                    "and a.appointment_id < b.appointment_id and a.during && b.during"
                )
            )

    async def staff_book(self, slot: Slot) -> None:
        async with self.storage.practice(self.practice.id) as db:
            await claim(db, slot, id=uuid4(), status=Status.BOOKED, source=Source.STAFF, now=self.clock.now())

    async def staff_move(self, visit: AppointmentId, slot: Slot) -> None:
        async with self.storage.practice(self.practice.id) as db:
            await move_visit(db, UUID(visit), slot, now=self.clock.now())

    async def staff_cancel(self, visit: AppointmentId) -> None:
        async with self.storage.practice(self.practice.id) as db:
            await cancel_appointment(db, UUID(visit), reason=Cancellation.PROVIDER, by=By.STAFF, now=self.clock.now())

    def stumble(self, how: int) -> None:
        """It is one statement: nothing lies inside the call."""


@dataclass(kw_only=True)
class OfficesBook:
    """The book of an office with Open Dental, spoken to over HTTP."""

    practice: Practice
    office: Simulator
    system: System
    moved_by_staff: set[int] = field(default_factory=set)

    async def standing(self, patients: Iterable[Patient]) -> dict[AppointmentId, Period]:
        names = {one.family for one in patients}
        charts = {row["PatNum"] for row in self.office.office.patients if row["LName"] in names}
        return {
            AppointmentId(str(row["AptNum"])): _during(row["AptDateTime"], row["Pattern"])
            for row in self.office.office.appointments
            if row["AptStatus"] == "Scheduled" and row["PatNum"] in charts
        }

    async def doubles(self, told: set[AppointmentId]) -> list[object]:
        rows = [row for row in self.office.office.appointments if row["AptStatus"] == "Scheduled"]
        pairs = [
            (first, later)
            for first in rows
            for later in rows
            if int(str(first["AptNum"])) < int(str(later["AptNum"])) and _overlap(first, later)
        ]
        return [  # of two, the later gives way if it is ours; what staff put there stays
            pair
            for pair in pairs
            if AppointmentId(str(pair[1]["AptNum"])) in told
            and not {int(str(one["AptNum"])) for one in pair} & self.moved_by_staff
        ]

    async def staff_book(self, slot: Slot) -> None:
        if not self._taken(slot):
            self.office.front_desk.book(patient=1, operatory=1, at=_wall(slot), pattern="XXXXXX", provider=1)

    async def staff_move(self, visit: AppointmentId, slot: Slot) -> None:
        if not self._taken(slot):
            self.moved_by_staff.add(int(visit))
            self.office.front_desk.move(int(visit), at=_wall(slot))

    async def staff_cancel(self, visit: AppointmentId) -> None:
        self.office.front_desk.cancel(int(visit))

    def stumble(self, how: int) -> None:
        call, fault = STUMBLES[how % len(STUMBLES)]
        self.office.faults.clear()
        self.office.faults.plan(fault, on=call)

    def _taken(self, slot: Slot) -> bool:
        rows = [row for row in self.office.office.appointments if row["AptStatus"] == "Scheduled"]
        return any(_during(row["AptDateTime"], row["Pattern"]).overlaps(slot.during) for row in rows)


STUMBLES: list[tuple[str, Fails | CutsConnection | Overtaken]] = [
    ("POST /appointments", CutsConnection(when=When.AFTER_COMMIT)),
    ("POST /appointments", Fails(when=When.BEFORE_COMMIT)),
    ("POST /appointments", Overtaken(when=When.BEFORE_COMMIT, patient="1")),
    ("POST /appointments", Overtaken(when=When.AFTER_COMMIT, patient="1")),
    ("PUT /appointments/{AptNum}/Break", CutsConnection(when=When.AFTER_COMMIT)),
    ("PUT /appointments/{AptNum}/Break", Fails(when=When.BEFORE_COMMIT)),
    ("POST /patients", CutsConnection(when=When.AFTER_COMMIT)),
]


def built_in(storage: Storage, practice: Practice, clock: Clock) -> BuiltIn:
    """The calendar of a practice that has no other."""
    return BuiltIn(
        storage=storage,
        practice=practice,
        clock=clock,
        system=Calendar(storage, Practices(), practice.id, clock),
    )


@asynccontextmanager
async def an_offices_book(
    storage: Storage, practice: Practice, clock: Clock, *, moves_there: bool
) -> AsyncIterator[OfficesBook]:
    """An empty book in an office of its own. `moves_there`: the desk lets it move visits, as its manifest says."""

    async def read_practice() -> Practice:
        return practice

    book = peer(practice, clock=clock.now, wait=sleep, visits=(), days=64)
    office = book.simulator
    async with served(office) as address:
        outside = Outside(
            budget=NoLimit(),
            practice=read_practice,
            charts=StoredCharts(storage, practice.id, "opendental"),
            free_times=find_slots,
            clock=clock,
            gate=None,
        )
        connector = connect(book.settings(address), book.numbers, outside)
        holds = Calendar(storage, Practices(), practice.id, clock)
        connected = Connected(connector, holds, storage, practice.id, clock, moves_there=moves_there)
        yield OfficesBook(practice=practice, office=office, system=connected)
        await connector.close()


def _during(at: object, pattern: object) -> Period:
    start = datetime.fromisoformat(str(at)).replace(tzinfo=ZONE).astimezone(UTC)
    return Period(start=start, end=start + timedelta(minutes=5) * len(str(pattern)))


def _overlap(one: object, other: object) -> bool:
    assert isinstance(one, dict | object)
    return _during(one["AptDateTime"], one["Pattern"]).overlaps(_during(other["AptDateTime"], other["Pattern"]))  # type: ignore[index]


def _wall(slot: Slot) -> str:
    assert (slot.practitioner, slot.room) == (DANA, ROOM_1)
    return wall(slot.during.start, ZONE).strftime("%Y-%m-%d %H:%M:%S")
