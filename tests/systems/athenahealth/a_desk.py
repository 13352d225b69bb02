"""A desk connected to the simulated practice, whose files name its people and services."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.systems.athenahealth.simulated import NOW, Hands
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
from frontdesk.systems.athenahealth import simulator_example as example
from frontdesk.systems.athenahealth.client import Client
from frontdesk.systems.athenahealth.mapping import Numbers
from frontdesk.systems.athenahealth.simulator import Simulator
from frontdesk.systems.athenahealth.simulator_practice import World
from frontdesk.systems.athenahealth.system import Athenahealth
from frontdesk.systems.athenahealth.tokens import Keys, Tokens
from frontdesk.wire.client import HttpClient

PAYLOADS = Path(__file__).parent / "payloads"
GATEWAY = "https://gateway"
EASTERN, ARIZONA = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")
NATICK, TEMPE = LocationId("natick"), LocationId("tempe")
RIVERA, ORTIZ, PARK = PractitionerId("rivera"), PractitionerId("ortiz"), PractitionerId("park")
FOLLOW_UP, PHYSICAL, FIRST_VISIT = ServiceId("follow-up"), ServiceId("physical"), ServiceId("first-visit")
NUMBERS = Numbers(
    departments={NATICK: example.NATICK, TEMPE: example.TEMPE},
    providers={RIVERA: example.RIVERA, ORTIZ: example.ORTIZ, PARK: example.PARK},
    types={FOLLOW_UP: example.FOLLOW_UP, PHYSICAL: example.PHYSICAL},
    reasons={FIRST_VISIT: example.FIRST_VISIT},
)
ROBIN = Patient(
    id=PatientId(UUID(int=1)),
    given="Robin",
    family="Testcase",
    phone="+16175550142",
    email="robin@example.com",
    birth_date=date(1991, 4, 17),
)
"""Has the file 4011 there."""
MARIA = Patient(
    id=PatientId(UUID(int=147)),
    given="Maria",
    family="Gonzalez",
    phone="+16175550147",
    email="maria@example.com",
    language="es",
    birth_date=date(1988, 4, 9),
)
"""Has no file there."""
BOOKING, MOVING, CANCELLING = (f"PUT /appointments/{{appointmentid}}{rest}" for rest in ("", "/reschedule", "/cancel"))


def a_practice(**changed: object) -> Practice:
    """The practice's own files: two places in two zones, three people, open 7 to 19 every day."""
    day = DayTime(start=time(7), end=time(19))
    hours = dict.fromkeys(Weekday, (day,))
    role = frozenset({"clinician"})
    services = ((FOLLOW_UP, 15), (PHYSICAL, 45), (FIRST_VISIT, 30))
    whole = Practice(
        id=PracticeId(UUID(int=9)),
        key="riverbend",
        name="Riverbend Family Care",
        assistant="Ava",
        email="desk@riverbend.example.com",
        locations=tuple(
            Location(id=id, name=id, zone=zone, address="1 Test Street", phone=phone, hours=hours)
            for id, zone, phone in ((NATICK, EASTERN, "+15085550100"), (TEMPE, ARIZONA, "+14805550100"))
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
        policies=Policies(lead_time=timedelta(hours=2), horizon=timedelta(days=60)),
    )
    return replace(whole, **changed)


def with_service(id: ServiceId = FOLLOW_UP, **changed: object) -> Practice:
    """The practice with one of its services changed."""
    practice = a_practice()
    return replace(
        practice, services=tuple(replace(one, **changed) if one.id == id else one for one in practice.services)
    )


def at(words: str, minutes: int = 30, *, zone: ZoneInfo = EASTERN) -> Period:
    """A stretch on the wall clock of Natick: `at("2026-03-05 09:30")`."""
    start = datetime.fromisoformat(words).replace(tzinfo=zone).astimezone(UTC)
    return Period(start=start, end=start + timedelta(minutes=minutes))


def day_of(words: str, days: int = 1) -> Period:
    """Whole days in Natick."""
    return at(f"{words} 00:00", minutes=days * 24 * 60)


def a_slot(
    during: Period | None = None,
    *,
    practitioner: PractitionerId = RIVERA,
    location: LocationId = NATICK,
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
class Desk:
    """A desk beside the simulated practice; time that the client lets pass is let pass at once."""

    system: Athenahealth
    client: Client
    charts: DeskCharts
    hands: Hands
    simulator: Simulator

    def asked(self, call: str) -> int:
        """How often the practice heard that call."""
        return sum(heard.call == call for heard in self.simulator.heard)

    async def row(self, number: int) -> dict[str, Any]:
        """A row of the schedule as it stands there."""
        found = await self.client.appointment(number)
        assert found is not None
        return dict(found.fields)

    async def slots(self, within: Period, service: ServiceId = FOLLOW_UP, **narrowed: Any) -> list[Slot]:
        return await self.system.find_slots(SlotRequest(service=service, within=within, **narrowed))

    async def book(self, slot: Slot | None = None, patient: Patient = ROBIN, *, key: str = "book:1") -> Booked | Taken:
        return await self.system.book(slot or a_slot(), patient=patient.id, key=key, held=None)

    async def booked(self, slot: Slot | None = None, patient: Patient = ROBIN, *, key: str = "book:1") -> Booked:
        outcome = await self.book(slot, patient, key=key)
        assert isinstance(outcome, Booked)
        return outcome

    async def visits_at(self, during: Period, *, provider: int = example.RIVERA) -> list[dict[str, Any]]:
        """The visits that stand in Natick at that start with that provider."""
        day = during.start.astimezone(EASTERN)
        rows = await self.client.booked(day.date(), day.date(), department=example.NATICK)
        return [
            dict(row.fields)
            for row in rows
            if row.fields["appointmentstatus"] != "x"
            and (row.integer("providerid"), row.fields["starttime"]) == (provider, f"{day:%H:%M}")
        ]


@asynccontextmanager
async def a_desk(
    world: World | None = None,
    *,
    now: datetime = NOW,
    practice: Practice | None = None,
    numbers: Numbers = NUMBERS,
    page: int = 5000,
    notice_secret: str = "",
) -> AsyncIterator[Desk]:
    """A desk connected to the example's practice, or another, in this process."""
    hands = Hands(now)
    simulator = Simulator(world or example.example_world(), clock=hands, wait=hands.wait)
    charts, clock = DeskCharts(ROBIN, MARIA), DeskClock(hands)

    async def read_practice() -> Practice:
        return practice or a_practice()

    async def pause(seconds: float) -> None:
        hands.turn(seconds=seconds)

    http = HttpClient(
        GATEWAY,
        system="athenaOne",
        budget=NoLimit(),
        stand_in=StandIn(transport=InProcess(simulator), pause=pause, seconds=lambda: hands.now.timestamp()),
    )
    its = simulator.practice.world
    tokens = Tokens(http, Keys(client_id=its.client_id, client_secret=its.client_secret), clock)
    client = Client(http, tokens, practice=its.practice_id, page=page, pause=pause)
    system = Athenahealth(
        client,
        numbers,
        practice=read_practice,
        charts=charts,
        free_times=find_slots,
        clock=clock,
        practice_number=its.practice_id,
        notice_secret=notice_secret,
    )
    try:
        yield Desk(system=system, client=client, charts=charts, hands=hands, simulator=simulator)
    finally:
        await system.close()


def people(count: int) -> Iterator[Patient]:
    """Invented patients, each with a number of their own."""
    for number in range(count):
        yield Patient(
            id=PatientId(UUID(int=1000 + number)),
            given="Robin",
            family=f"Invented{number}",
            phone=f"+1617555{1000 + number}",
            birth_date=date(1990, 1, 1) + timedelta(days=number),
        )
