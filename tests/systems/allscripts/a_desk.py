"""A desk beside the simulated practice: its files, what it knows of patients, and the connector between the two."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from tests.systems.allscripts.simulated import NOW, Hands
from tests.systems.desk_parts import DeskCharts, DeskClock
from tests.wire.loopback import NoLimit

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PatientId, PracticeId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Location, Policies, Practice, Practitioner, Service, Weekday
from frontdesk.domain.time import DayTime, Period
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.system import Booked, SlotRequest, Taken
from frontdesk.proving.simulator_transport import InProcess
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.simulating.peer import Application
from frontdesk.systems.allscripts import simulator_example as example
from frontdesk.systems.allscripts.directory import Directory, read_directory
from frontdesk.systems.allscripts.mapping import Numbers
from frontdesk.systems.allscripts.simulator import Simulator
from frontdesk.systems.allscripts.simulator_practice import World
from frontdesk.systems.allscripts.system import Allscripts, connect
from frontdesk.wire.foreign import Foreign

PAYLOADS = Path(__file__).parent / "payloads"
ADDRESS = "http://localhost:1"
DENVER = ZoneInfo("America/Denver")
MAIN, NORTH = LocationId("main"), LocationId("north")
GRAY, HALE, IRIS = PractitionerId("gray"), PractitionerId("hale"), PractitionerId("iris")
NEW, FOLLOW_UP, PHYSICAL = ServiceId("new-patient"), ServiceId("follow-up"), ServiceId("physical")
WRITTEN: dict[str, object] = {
    "locations": {MAIN: "MAIN", NORTH: "NORTH"},
    "resources": {GRAY: "GRAY", HALE: "HALE", IRIS: "IRIS"},
    "types": {NEW: "NEWPAT", FOLLOW_UP: "FU", PHYSICAL: "PHYS"},
    "reasons": {"patient": example.PATIENT_CALLED, "practice": example.DOCTOR_AWAY},
    "confirmed": example.SAID_YES,
}
NUMBERS = Numbers(
    locations={MAIN: "MAIN", NORTH: "NORTH"},
    resources={GRAY: "GRAY", HALE: "HALE", IRIS: "IRIS"},
    types={NEW: "NEWPAT", FOLLOW_UP: "FU", PHYSICAL: "PHYS"},
)
SECRET = "a-secret-of-the-engine"
ASH = Patient(
    id=PatientId(UUID(int=1)),
    given="Ash",
    family="Rowan",
    phone="+18015550142",
    email="ash@example.com",
    birth_date=date(1990, 2, 3),
)
"""Has the file 33760 there."""
MARIA = Patient(
    id=PatientId(UUID(int=147)),
    given="Maria",
    family="Gonzalez",
    phone="+18015550147",
    email="maria@example.com",
    birth_date=date(1988, 4, 9),
)
"""Has no file there."""


def payload(name: str) -> Any:
    """An answer in a published shape, with invented people in it."""
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def rows(name: str, id: str, **changed: str) -> list[Foreign]:
    """The rows of a payload; fields of the first may be other ones."""
    [wrapper] = payload(name)
    [found] = wrapper.values()
    found[0] |= changed
    return Foreign.list_of(found, what="appointment", id=id)


def directory() -> Directory:
    """The lists of the payloads."""
    return read_directory(
        rows("getresources", "Resource_ID"),
        rows("getschedulinglocations", "Scheduling_Location_ID"),
        rows("getappointmenttypes", "Appointment_Type_ID"),
    )


def a_practice(**changed: object) -> Practice:
    """The practice's own files: two places in Utah, three people, open 7 to 19 every day."""
    hours = dict.fromkeys(Weekday, (DayTime(start=time(7), end=time(19)),))
    role = frozenset({"clinician"})
    whole = Practice(
        id=PracticeId(UUID(int=9)),
        key="provo",
        name="Provo Family Practice",
        assistant="Ava",
        email="desk@provo.example.com",
        locations=tuple(
            Location(id=id, name=id, zone=DENVER, address="5 Test Street", phone="+18015550100", hours=hours)
            for id in (MAIN, NORTH)
        ),
        practitioners=tuple(
            Practitioner(id=id, name=name, title="", roles=role, shifts=())
            for id, name in ((GRAY, "Dr. Dana Gray"), (HALE, "Dr. Pat Hale"), (IRIS, "Lou Iris"))
        ),
        rooms=(),
        devices=(),
        services=tuple(
            Service(id=id, name=id, length=timedelta(minutes=minutes), roles=role, room_kinds=frozenset())
            for id, minutes in ((NEW, 30), (FOLLOW_UP, 15), (PHYSICAL, 45))
        ),
        policies=Policies(lead_time=timedelta(hours=2), horizon=timedelta(days=60)),
    )
    return replace(whole, **changed)


def with_service(id: ServiceId = NEW, **changed: object) -> Practice:
    """The practice with one of its services changed."""
    services = a_practice().services
    return a_practice(services=tuple(replace(one, **changed) if one.id == id else one for one in services))


def at(words: str, minutes: int = 30) -> Period:
    """A stretch on the wall clock in Denver: `at("2026-03-05 10:30")`."""
    start = datetime.fromisoformat(words).replace(tzinfo=DENVER).astimezone(UTC)
    return Period(start=start, end=start + timedelta(minutes=minutes))


def day_of(words: str, days: int = 1) -> Period:
    """Whole days in Denver."""
    return at(f"{words} 00:00", minutes=days * 24 * 60)


def a_slot(
    during: Period | None = None,
    *,
    practitioner: PractitionerId = GRAY,
    location: LocationId = MAIN,
    service: ServiceId = NEW,
) -> Slot:
    """A new patient's visit with Dr. Gray on Thursday, March 5, at 10:30 for half an hour, unless said otherwise."""
    during = during or at("2026-03-05 10:30")
    claim = Claim(subject=Subject.PRACTITIONER, id=practitioner, during=during, location=location)
    return Slot(
        service=service,
        location=location,
        practitioner=practitioner,
        room=None,
        devices=(),
        during=during,
        claims=(claim,),
    )


@dataclass
class Desk:
    """A desk beside the simulated practice; time that the client lets pass is let pass at once."""

    system: Allscripts
    charts: DeskCharts
    hands: Hands
    simulator: Simulator

    def asked(self, call: str) -> int:
        """How often the practice heard that action."""
        return sum(heard.call == call for heard in self.simulator.heard)

    def sent(self, call: str) -> list[dict[str, str]]:
        """The bodies of that action, as they were sent."""
        return [json.loads(heard.body) for heard in self.simulator.heard if heard.call == call]

    async def slots(self, within: Period, service: ServiceId = NEW, **narrowed: Any) -> list[Slot]:
        return await self.system.find_slots(SlotRequest(service=service, within=within, **narrowed))

    async def book(self, slot: Slot | None = None, patient: Patient = ASH, *, key: str = "book:1") -> Booked | Taken:
        return await self.system.book(slot or a_slot(), patient=patient.id, key=key, held=None)

    async def booked(self, slot: Slot | None = None, patient: Patient = ASH, *, key: str = "book:1") -> Booked:
        outcome = await self.book(slot, patient, key=key)
        assert isinstance(outcome, Booked)
        return outcome

    def stands(self, patient: Patient | None = None) -> list[tuple[str, str]]:
        """Start and resource of the visits that stand at the practice itself, of one patient by name or of all."""
        book = self.simulator.practice
        names = {row["Patient_ID"]: (row["First_Name"], row["Last_Name"]) for row in book.patients}
        columns = {row["Resource_ID"]: str(row["Abbreviation"]).strip() for row in book.world.resources}
        return sorted(
            (str(row["start"])[:16].replace("T", " "), columns[row["Resource_ID"]])
            for row in book.appointments
            if row["status"] in {"S", "C", "A"}
            and (patient is None or names[row["Patient_ID"]] == (patient.given, patient.family))
        )

    def files(self, patient: Patient) -> int:
        """How many files at the practice bear a patient's name."""
        name = (patient.given, patient.family)
        return sum((row["First_Name"], row["Last_Name"]) == name for row in self.simulator.practice.patients)


@asynccontextmanager
async def a_desk(
    world: World | None = None,
    *,
    now: datetime = NOW,
    practice: Practice | None = None,
    numbers: dict[str, object] | None = None,
    settings: dict[str, str] | None = None,
    between: Callable[[Application], Application] = lambda application: application,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Desk]:
    """A desk connected to the example's practice, or another, in this process."""
    hands = Hands(now)
    simulator = Simulator(world or example.example_world(), clock=hands, wait=hands.wait)
    charts, its = DeskCharts(ASH, MARIA), simulator.practice.world

    async def read_practice() -> Practice:
        return practice or a_practice()

    async def pause(seconds: float) -> None:
        hands.turn(seconds=seconds)

    system = connect(
        {
            "address": ADDRESS + simulator.base_path,
            "service_user": its.service_user,
            "service_password": its.service_password,
            "ubiquity_id": its.ubiquity,
            "app_name": its.appname,
            "user": example.USER,
            "user_password": example.PASSWORD,
            "notice_secret": SECRET,
            **(settings or {}),
        },
        numbers or WRITTEN,
        Outside(
            budget=NoLimit(),
            practice=read_practice,
            charts=charts,
            free_times=find_slots,
            clock=DeskClock(hands),
            gate=None,
            stand_in=StandIn(
                pause=pause,
                seconds=lambda: hands.now.timestamp(),
                transport=transport or InProcess(between(simulator)),
            ),
        ),
    )
    try:
        yield Desk(system=system, charts=charts, hands=hands, simulator=simulator)
    finally:
        await system.close()


def people(count: int) -> Iterator[Patient]:
    """Invented patients, each with a number of their own."""
    for number in range(count):
        yield Patient(
            id=PatientId(UUID(int=1000 + number)),
            given="Robin",
            family=f"Invented{number}",
            phone=f"+1801555{1000 + number}",
            birth_date=date(1990, 1, 1) + timedelta(days=number),
        )
