"""A desk connected to the simulated hospital, whose files name its people and visit types."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.systems.desk_parts import DeskCharts, DeskClock
from tests.systems.epic.simulated import NOW, Hands, a_key, a_world
from tests.wire.loopback import NoLimit

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PatientId, PracticeId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Location, Policies, Practice, Practitioner, Service, Weekday
from frontdesk.domain.time import DayTime, Period
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.system import Booked, SlotRequest, Taken
from frontdesk.proving.simulator_transport import InProcess
from frontdesk.scheduling.slots import find_slots
from frontdesk.systems.epic import simulator_example as example
from frontdesk.systems.epic.client import Client
from frontdesk.systems.epic.interface import Interface
from frontdesk.systems.epic.mapping import Numbers
from frontdesk.systems.epic.simulator import Simulator
from frontdesk.systems.epic.simulator_hospital import World
from frontdesk.systems.epic.simulator_rows import Row, fhir_id
from frontdesk.systems.epic.system import Epic
from frontdesk.systems.epic.tokens import Keys, Tokens
from frontdesk.wire.client import HttpClient

PAYLOADS = Path(__file__).parent / "payloads"
CENTRAL, ARIZONA = ZoneInfo("America/Chicago"), ZoneInfo("America/Phoenix")
MAIN, DESERT = LocationId("main"), LocationId("desert")
OKAFOR, LINDQVIST, PATEL = PractitionerId("okafor"), PractitionerId("lindqvist"), PractitionerId("patel")
OFFICE, CONSULT, NEW = ServiceId("office-visit"), ServiceId("skin-consult"), ServiceId("new-patient")
VISIT_TYPES = "urn:oid:1.2.840.114350.1.13.999.2.7.3.808267.11"
CONTACTS = "urn:oid:1.2.840.114350.1.13.999.2.7.3.698084.8"
NUMBERS = Numbers(
    locations={MAIN: fhir_id("Location", example.MAIN), DESERT: fhir_id("Location", example.DESERT)},
    practitioners={
        OKAFOR: fhir_id("Practitioner", example.OKAFOR),
        LINDQVIST: fhir_id("Practitioner", example.LINDQVIST),
        PATEL: fhir_id("Practitioner", example.PATEL),
    },
    services={OFFICE: example.OFFICE, CONSULT: example.CONSULT, NEW: example.NEW},
    visit_types=VISIT_TYPES,
    contacts=CONTACTS,
)
LENA = Patient(
    id=PatientId(UUID(int=1)),
    given="Lena",
    family="Rivera",
    phone="+15125550148",
    email="lena@example.org",
    birth_date=date(1988, 4, 12),
)
"""Has a file there."""
MARIA = Patient(
    id=PatientId(UUID(int=2)),
    given="Maria",
    family="Gonzalez",
    phone="+15125550147",
    email="maria@example.com",
    language="es",
    birth_date=date(1988, 4, 9),
)
"""Has none."""
FINDING, BOOKING = "POST /FHIR/STU3/Appointment/$find", "POST /FHIR/STU3/Appointment/$book"
ONE, LISTING = "GET /FHIR/STU3/Appointment/{id}", "GET /FHIR/STU3/Appointment"
MATCHING, OPENING = "POST /FHIR/R4/Patient/$match", "POST /FHIR/R4/Patient"
CANCELLING = "POST /epic/2014/PatientAccess/External/CancelAppointment/Scheduling/Cancel"
NUMBERING = "POST /epic/2015/Common/Patient/GetPatientIdentifiers/Patient/Identifiers"


def a_practice(**changed: object) -> Practice:
    """The practice's own files: two places in two zones, three people, open 7 to 19 every day."""
    day = DayTime(start=time(7), end=time(19))
    hours = dict.fromkeys(Weekday, (day,))
    role = frozenset({"clinician"})
    whole = Practice(
        id=PracticeId(UUID(int=9)),
        key="riverbend",
        name="Riverbend Health",
        assistant="Ava",
        email="desk@riverbend.example.com",
        locations=tuple(
            Location(id=id, name=id, zone=zone, address="1 Test Street", phone=phone, hours=hours)
            for id, zone, phone in ((MAIN, CENTRAL, "+15125550100"), (DESERT, ARIZONA, "+14805550100"))
        ),
        practitioners=tuple(
            Practitioner(id=id, name=name, title="", roles=role, shifts=())
            for id, name in ((OKAFOR, "Dr. Ada Okafor"), (LINDQVIST, "Sam Lindqvist"), (PATEL, "Dr. Ira Patel"))
        ),
        rooms=(),
        devices=(),
        services=tuple(
            Service(id=id, name=id, length=timedelta(minutes=minutes), roles=role, room_kinds=frozenset())
            for id, minutes in ((OFFICE, 30), (CONSULT, 45), (NEW, 60))
        ),
        policies=Policies(lead_time=timedelta(hours=1), horizon=timedelta(days=60)),
    )
    return replace(whole, **changed)


def at(words: str, minutes: int = 30, *, zone: ZoneInfo = CENTRAL) -> Period:
    """A stretch on the wall clock of the Main Clinic: `at("2027-03-09 10:00")`."""
    start = datetime.fromisoformat(words).replace(tzinfo=zone).astimezone(UTC)
    return Period(start=start, end=start + timedelta(minutes=minutes))


def day_of(words: str, days: int = 1) -> Period:
    """Whole days in the Main Clinic."""
    return at(f"{words} 00:00", minutes=days * 24 * 60)


def a_slot(
    during: Period | None = None,
    *,
    practitioner: PractitionerId = OKAFOR,
    location: LocationId = MAIN,
    service: ServiceId = OFFICE,
) -> Slot:
    """An office visit with Dr. Okafor on Tuesday, March 9, at ten for half an hour, unless said otherwise."""
    during = during or at("2027-03-09 10:00")
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
    """A desk beside the simulated hospital; time that the client lets pass is let pass at once."""

    system: Epic
    client: Client
    charts: DeskCharts
    hands: Hands
    simulator: Simulator

    def asked(self, call: str) -> int:
        """How often the hospital heard that call."""
        return sum(heard.call == call for heard in self.simulator.heard)

    def visits(self, *, standing: bool = True) -> list[Row]:
        """The visits in the hospital's own book, those of the example's own patients at its own times left out."""
        rows = [row for row in self.simulator.hospital.visits if str(row["csn"]) > "256594305"]
        return [row for row in rows if row["status"] != "cancelled"] if standing else rows

    def csn(self, number: str) -> str:
        """The contact number of a visit."""
        return next(str(row["csn"]) for row in self.simulator.hospital.visits if row["fhirid"] == number)

    async def slots(self, within: Period, service: ServiceId = OFFICE, **narrowed: Any) -> list[Slot]:
        return await self.system.find_slots(SlotRequest(service=service, within=within, **narrowed))

    async def book(self, slot: Slot | None = None, patient: Patient = LENA, *, key: str = "book:1") -> Booked | Taken:
        return await self.system.book(slot or a_slot(), patient=patient.id, key=key, held=None)

    async def booked(self, slot: Slot | None = None, patient: Patient = LENA, *, key: str = "book:1") -> Booked:
        outcome = await self.book(slot, patient, key=key)
        assert isinstance(outcome, Booked)
        return outcome

    def mend(self) -> None:
        """Nothing goes wrong any more, and the connection has been left alone long enough."""
        self.simulator.faults.clear()
        self.hands.turn(minutes=5)


@asynccontextmanager
async def a_desk(
    world: World | None = None,
    *,
    now: datetime = NOW,
    practice: Practice | None = None,
    numbers: Numbers = NUMBERS,
    interface: Callable[[Simulator, DeskClock], Interface] | None = None,
) -> AsyncIterator[Desk]:
    """A desk connected to the example's hospital, or another, in this process. `interface`: its way for HL7 orders."""
    hands = Hands(now)
    simulator = Simulator(world or a_world(), clock=hands, wait=hands.wait)
    charts, clock = DeskCharts(LENA, MARIA), DeskClock(hands)

    async def read_practice() -> Practice:
        return practice or a_practice()

    async def pause(seconds: float) -> None:
        hands.turn(seconds=seconds)

    its = simulator.hospital.world
    http = HttpClient(
        its.base,
        system="Epic",
        budget=NoLimit(),
        stand_in=StandIn(transport=InProcess(simulator), pause=pause, seconds=lambda: hands.now.timestamp()),
    )
    client = Client(
        http,
        Tokens(http, the_keys(), clock, address=its.base),
        address=its.base,
        user="SIMULATED",
        user_kind="External",
    )
    system = Epic(
        client,
        numbers,
        practice=read_practice,
        charts=charts,
        free_times=find_slots,
        clock=clock,
        interface=interface(simulator, clock) if interface else None,
    )
    try:
        yield Desk(system=system, client=client, charts=charts, hands=hands, simulator=simulator)
    finally:
        await system.close()


def the_keys() -> Keys:
    """The keys that the example's hospital knows."""
    pem = a_key().as_pem(private=True).decode()
    return Keys(client_id="00000000-simulated-client", private_key=pem, key_id="simulated")


def people(count: int) -> Iterator[Patient]:
    """Invented patients, each with a number of their own."""
    for number in range(count):
        yield Patient(
            id=PatientId(UUID(int=1000 + number)),
            given="Robin",
            family=f"Invented{number}",
            phone=f"+1512555{1000 + number}",
            birth_date=date(1990, 1, 1) + timedelta(days=number),
        )
