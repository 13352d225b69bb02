"""A desk connected to the simulated domain, whose files name its people and services."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.systems.cerner.simulated import NOW, Hands
from tests.systems.desk_parts import DeskCharts, DeskClock
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
from frontdesk.standards.simulating.fhir_values import Resource, as_instant, text_at
from frontdesk.standards.simulating.http import Message, Receive, Send
from frontdesk.systems.cerner import simulator_example as example
from frontdesk.systems.cerner.simulator import Simulator
from frontdesk.systems.cerner.simulator_domain import patient_of, referred
from frontdesk.systems.cerner.simulator_world import World
from frontdesk.systems.cerner.system import Cerner, cerner

PAYLOADS = Path(__file__).parent / "payloads"
CHICAGO = ZoneInfo("America/Chicago")
DOWNTOWN, LAKESIDE = LocationId("downtown"), LocationId("lakeside")
RIVERA, ORTIZ, PARK = PractitionerId("rivera"), PractitionerId("ortiz"), PractitionerId("park")
FOLLOW_UP, FIRST_VISIT, PHYSICAL, LASER = (
    ServiceId("follow-up"),
    ServiceId("first-visit"),
    ServiceId("physical"),
    ServiceId("laser"),
)
NUMBERS: Mapping[str, object] = {
    "locations": {"downtown": example.DOWNTOWN, "lakeside": example.LAKESIDE},
    "practitioners": {"rivera": example.RIVERA, "ortiz": example.ORTIZ, "park": example.PARK},
    "services": {
        "follow-up": example.FOLLOW_UP,
        "first-visit": example.NEW_PATIENT,
        "physical": example.PHYSICAL,
        "laser": example.LASER_SESSION,
    },
    "payers": {"Invented Health": example.PAYER},
}
ROBIN = Patient(
    id=PatientId(UUID(int=1)),
    given="Robin",
    family="Testcase",
    phone="+15125550142",
    email="robin@example.org",
    birth_date=date(1991, 4, 17),
)
"""Has the file ROBIN of the example there, and two visits."""
MARIA = Patient(
    id=PatientId(UUID(int=147)),
    given="Maria",
    family="Gonzalez",
    phone="+15125550147",
    email="maria@example.com",
    birth_date=date(1988, 4, 9),
)
"""Has no file there."""
BOOKING, CHANGING, ONE = "POST /Appointment", "PATCH /Appointment/{id}", "GET /Appointment/{id}"


def a_practice(**changed: object) -> Practice:
    """The practice's own files: two clinics, three people, open 7 to 19 every day."""
    hours = dict.fromkeys(Weekday, (DayTime(start=time(7), end=time(19)),))
    role = frozenset({"clinician"})
    services = ((FOLLOW_UP, 15), (FIRST_VISIT, 60), (PHYSICAL, 45), (LASER, 60))
    whole = Practice(
        id=PracticeId(UUID(int=9)),
        key="riverbend",
        name="Riverbend Health",
        assistant="Ava",
        email="desk@riverbend.example.com",
        locations=tuple(
            Location(id=id, name=id, zone=CHICAGO, address="1 Test Street", phone=phone, hours=hours)
            for id, phone in ((DOWNTOWN, "+15125550100"), (LAKESIDE, "+15125550101"))
        ),
        practitioners=tuple(
            Practitioner(id=id, name=name, title="", roles=role, shifts=())
            for id, name in ((RIVERA, "Dr. Ana Rivera"), (ORTIZ, "Sam Ortiz"), (PARK, "Dr. Lee Park"))
        ),
        rooms=(),
        devices=(),
        services=tuple(
            Service(id=id, name=id, length=timedelta(minutes=minutes), roles=role, room_kinds=frozenset())
            for id, minutes in services
        ),
        policies=Policies(lead_time=timedelta(hours=1), horizon=timedelta(days=60)),
    )
    return replace(whole, **changed)


def at(words: str, minutes: int = 30) -> Period:
    """A stretch on the clinics' wall clock: `at("2026-03-05 09:30")`."""
    start = datetime.fromisoformat(words).replace(tzinfo=CHICAGO).astimezone(UTC)
    return Period(start=start, end=start + timedelta(minutes=minutes))


def day_of(words: str, days: int = 1) -> Period:
    """Whole days in Austin."""
    return at(f"{words} 00:00", minutes=days * 24 * 60)


def a_slot(
    during: Period | None = None,
    *,
    practitioner: PractitionerId = RIVERA,
    location: LocationId = DOWNTOWN,
    service: ServiceId = FOLLOW_UP,
) -> Slot:
    """A follow-up with Dr. Rivera on Thursday, March 5, at 9:30 for half an hour, unless said otherwise."""
    during = during or at("2026-03-05 09:30")
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
class Meanwhile:
    """The simulator, before whose next call of a method something is done there: `first["PATCH"] = ...`."""

    simulator: Simulator
    first: dict[str, Callable[[], object]] = field(default_factory=dict)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.first.pop(str(scope.get("method")), lambda: None)()
        await self.simulator(scope, receive, send)


@dataclass
class Desk:
    """A desk beside the simulated domain; time that the client lets pass is let pass at once."""

    system: Cerner
    charts: DeskCharts
    hands: Hands
    simulator: Simulator
    meanwhile: Meanwhile

    def asked(self, call: str) -> int:
        """How often the domain heard that call."""
        return sum(heard.call == call for heard in self.simulator.heard)

    def row(self, id: str) -> Resource:
        """A visit as it stands there."""
        return self.simulator.domain.get("Appointment", id)

    def slot_at(self, during: Period, *, who: str = example.RIVERA, kind: str = example.FOLLOW_UP) -> str:
        """The id of the slot of that time, free or not."""
        for one in self.simulator.domain.store.all("Slot"):
            people = self.simulator.domain.actors_of(one)
            fits = one["start"] == as_instant(during.start) and f"Practitioner/{who}" in people
            if fits and text_at(one, "serviceType", 0, "coding", 0, "code") == kind:
                return text_at(one, "id")
        raise LookupError(f"no slot begins at {during.start}")

    def visits_at(self, during: Period, *, who: str = example.RIVERA) -> list[Resource]:
        """The visits that stand and begin then with that practitioner."""
        return [
            one
            for one in self.simulator.domain.store.all("Appointment")
            if one["status"] == "booked" and one["start"] == as_instant(during.start)
            and who in referred(one, "Practitioner")
        ]  # fmt: skip

    def charts_at(self, during: Period) -> list[str]:
        """Whose visits stand then with Dr. Rivera."""
        return [patient_of(one) for one in self.visits_at(during)]

    async def slots(self, within: Period, service: ServiceId = FOLLOW_UP, **narrowed: Any) -> list[Slot]:
        return await self.system.find_slots(SlotRequest(service=service, within=within, **narrowed))

    async def book(self, slot: Slot | None = None, patient: Patient = ROBIN, *, key: str = "book:1") -> Booked | Taken:
        return await self.system.book(slot or a_slot(), patient=patient.id, key=key, held=None)

    async def booked(self, slot: Slot | None = None, patient: Patient = ROBIN, *, key: str = "book:1") -> Booked:
        outcome = await self.book(slot, patient, key=key)
        assert isinstance(outcome, Booked)
        return outcome


@asynccontextmanager
async def a_desk(
    world: World | None = None,
    *,
    now: datetime = NOW,
    practice: Practice | None = None,
    numbers: Mapping[str, object] = NUMBERS,
) -> AsyncIterator[Desk]:
    """A desk connected to the example's domain, or another, in this process."""
    hands = Hands(now)
    simulator = Simulator(world or example.example_world(), clock=hands, wait=hands.wait)
    charts, clock, meanwhile = DeskCharts(ROBIN, MARIA), DeskClock(hands), Meanwhile(simulator)
    its = simulator.domain.world

    async def read_practice() -> Practice:
        return practice or a_practice()

    async def pause(seconds: float) -> None:
        hands.turn(seconds=seconds)

    system = cerner(
        {
            "address": f"http://localhost:1{simulator.base_path}",
            "client_id": its.client_id,
            "client_secret": its.client_secret,
            "organization": example.HOSPITAL,
        },
        numbers,
        budget=NoLimit(),
        practice=read_practice,
        charts=charts,
        free_times=find_slots,
        clock=clock,
        stand_in=StandIn(transport=InProcess(meanwhile), pause=pause, seconds=lambda: hands.now.timestamp()),
    )
    try:
        yield Desk(system=system, charts=charts, hands=hands, simulator=simulator, meanwhile=meanwhile)
    finally:
        await system.close()


def people(count: int) -> Iterator[Patient]:
    """Invented patients, each with a number of their own."""
    for number in range(count):
        yield Patient(
            id=PatientId(UUID(int=1000 + number)),
            given="Robin",
            family=f"Invented{chr(ord('a') + number)}",
            phone=f"+1512555{1000 + number}",
            birth_date=date(1990, 1, 1) + timedelta(days=number),
        )
