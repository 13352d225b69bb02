"""A desk connected to the simulated business: what it knows, and the practice as its own files have it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.systems.desk_parts import DeskCharts

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import LocationId, PatientId, PracticeId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Location, Policies, Practice, Practitioner, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.system import Booked, SlotRequest, Taken
from frontdesk.proving.simulator_transport import Application, InProcess
from frontdesk.scheduling.slots import find_slots
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.systems.boulevard import simulator_example as example
from frontdesk.systems.boulevard.mapping import Numbers
from frontdesk.systems.boulevard.simulator import Simulator
from frontdesk.systems.boulevard.simulator_business import World
from frontdesk.systems.boulevard.system import Boulevard, boulevard

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday, March 2, 2026, 08:00 in Denver: the example's first morning."""
ZONE = ZoneInfo("America/Denver")
DOWNTOWN, LAKESIDE = LocationId("downtown"), LocationId("lakeside")
DANA, RAVI, LENA = PractitionerId("dana"), PractitionerId("ravi"), PractitionerId("lena")
CONSULTATION, NEUROTOXIN, FILLER, LASER, TOUCH_UP = (
    ServiceId(name) for name in ("consultation", "neurotoxin", "filler", "laser", "touch-up")
)
NUMBERS = Numbers(
    locations={DOWNTOWN: example.DOWNTOWN, LAKESIDE: example.LAKESIDE},
    staff={DANA: example.DANA, RAVI: example.RAVI, LENA: example.LENA},
    services={
        CONSULTATION: example.CONSULTATION,
        NEUROTOXIN: example.NEUROTOXIN,
        FILLER: example.FILLER,
        LASER: example.LASER,
        TOUCH_UP: example.TOUCH_UP,
    },
)
SETTINGS = {
    "address": "http://localhost:1/api/2020-01",
    "api_key": example.API_KEY,
    "api_secret": example.API_SECRET,
    "business_id": example.BUSINESS,
}
RILEY = Patient(
    id=PatientId(UUID(int=1)), given="Riley", family="Quill", phone="+13035550142", email="riley.q@example.com"
)
NEW = Patient(
    id=PatientId(UUID(int=2)),
    given="Noor",
    family="Newcomer",
    phone="+13035550199",
    email="noor@example.com",
    birth_date=date(1990, 4, 5),
)


def a_practice(policies: Policies | None = None) -> Practice:
    """The example's medspa as its own files have it: open from seven to eight, everybody at work all of it."""
    day = DayTime(start=time(7), end=time(20))
    days = frozenset(Weekday)

    def person(id: PractitionerId, name: str, role: str, *places: LocationId) -> Practitioner:
        shifts = tuple(Shift(location=place, weekdays=days, during=day) for place in places)
        return Practitioner(id=id, name=name, title="RN", roles=frozenset(role.split()), shifts=shifts)

    def place(id: LocationId, name: str) -> Location:
        hours = dict.fromkeys(days, (day,))
        return Location(id=id, name=name, zone=ZONE, address=f"1 {name} Street", phone="+13035550100", hours=hours)

    def service(id: ServiceId, name: str, minutes: int, role: str) -> Service:
        length = timedelta(minutes=minutes)
        return Service(id=id, name=name, length=length, roles=frozenset({role}), room_kinds=frozenset({"treatment"}))

    return Practice(
        id=PracticeId(UUID(int=1)),
        key="juniper",
        name="Juniper Skin Studio",
        assistant="Ava",
        email="desk@juniper.example.com",
        locations=(place(DOWNTOWN, "Downtown"), place(LAKESIDE, "Lakeside")),
        practitioners=(
            person(DANA, "Dana Placeholder", "consults injects", DOWNTOWN),
            person(RAVI, "Ravi Specimen", "consults lasers", DOWNTOWN),
            person(LENA, "Lena Mockup", "consults injects lasers", LAKESIDE),
        ),
        rooms=(),
        devices=(),
        services=(
            service(CONSULTATION, "Consultation", 30, "consults"),
            service(NEUROTOXIN, "Neurotoxin", 30, "injects"),
            service(FILLER, "Filler", 60, "injects"),
            service(LASER, "Laser", 90, "lasers"),
            service(TOUCH_UP, "Touch-up", 15, "injects"),
        ),
        policies=policies or Policies(lead_time=timedelta(0)),
    )


@dataclass
class Hands:
    """The hands of the clock that desk and business share. Implements `ports.Clock`."""

    shows: datetime = NOW

    def now(self) -> datetime:
        return self.shows

    def __call__(self) -> datetime:
        return self.shows

    def seconds(self) -> float:
        return self.shows.timestamp()

    def turn(self, **by: float) -> None:
        self.shows += timedelta(**by)

    async def wait(self, length: timedelta) -> None:
        self.shows += length

    async def pause(self, seconds: float) -> None:
        self.shows += timedelta(seconds=seconds)


@dataclass
class Desk:
    """A desk beside a business."""

    system: Boulevard
    simulator: Simulator
    charts: DeskCharts
    hands: Hands

    async def slots(
        self, service: ServiceId = NEUROTOXIN, *, day: str = "2026-03-05", days: int = 1, **rest: object
    ) -> list[Slot]:
        """What may be offered from a day on, by default on the first Thursday."""
        begin = datetime.fromisoformat(day).replace(tzinfo=ZONE).astimezone(UTC)
        within = Period(start=begin, end=begin + timedelta(days=days))
        return await self.system.find_slots(SlotRequest(service=service, within=within, **rest))  # type: ignore[arg-type]

    async def slot(self, shown: str = "10:30", service: ServiceId = NEUROTOXIN, **rest: object) -> Slot:
        """The one that begins then, on the wall."""
        return next(one for one in await self.slots(service, **rest) if told(one) == shown)  # type: ignore[arg-type]

    async def book(self, slot: Slot, patient: Patient = RILEY, *, key: str = "book:1") -> Booked | Taken:
        """A patient agrees to it."""
        return await self.system.book(slot, patient=patient.id, key=key, held=None)

    def standing(self) -> list[dict[str, object]]:
        """The visits in the business's own book that stand, but those of the example."""
        return [
            row for row in self.simulator.business.appointments if not row["cancelled"] and row["id"] not in EXAMPLES
        ]

    def calls(self) -> list[str]:
        """What the business heard, by its calls' names."""
        return [one.call for one in self.simulator.heard]


EXAMPLES = {
    example.ON_TUESDAY,
    example.SECOND_ON_TUESDAY,
    example.ON_WEDNESDAY,
    example.BY_THE_LAKE,
    example.CALLED_OFF,
    example.GROUP,
}


def told(slot: Slot) -> str:
    """When it begins, as the clock on the wall shows it."""
    return f"{slot.during.start.astimezone(ZONE):%H:%M}"


@asynccontextmanager
async def a_desk(
    world: World | None = None,
    *,
    practice: Practice | None = None,
    numbers: Numbers = NUMBERS,
    now: datetime = NOW,
    carried_by: Callable[[Application], InProcess] = InProcess,
) -> AsyncIterator[Desk]:
    """A desk connected to the example's business, or to another."""
    hands, charts = Hands(now), DeskCharts(RILEY, NEW)
    simulator = Simulator(world or example.example_world(), clock=hands, wait=hands.wait)

    async def read_practice() -> Practice:
        return practice or a_practice()

    outside = Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=charts,
        free_times=find_slots,
        clock=hands,
        gate=None,
        stand_in=StandIn(transport=carried_by(simulator), pause=hands.pause, seconds=hands.seconds),
    )
    system = boulevard(SETTINGS, numbers, outside)
    try:
        yield Desk(system=system, simulator=simulator, charts=charts, hands=hands)
    finally:
        await system.close()
