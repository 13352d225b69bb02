"""A desk connected to the simulated site, whose files name its places, people, rooms and services."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from tests.systems.desk_parts import DeskCharts, DeskClock
from tests.systems.mindbody.simulated import NOW, Hands
from tests.wire.loopback import NoLimit

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Location, Policies, Practice, Practitioner, Room, Service, Weekday
from frontdesk.domain.time import DayTime, Period
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.system import Booked, SlotRequest, Taken
from frontdesk.proving.simulator_transport import InProcess
from frontdesk.scheduling.slots import find_slots
from frontdesk.systems.mindbody import simulator_example as example
from frontdesk.systems.mindbody.mapping import Numbers
from frontdesk.systems.mindbody.simulator import Heard, Simulator
from frontdesk.systems.mindbody.simulator_site import World
from frontdesk.systems.mindbody.system import Mindbody, connect
from frontdesk.wire.foreign import Foreign

PAYLOADS = Path(__file__).parent / "payloads"
DENVER = example.DENVER
DOWNTOWN, LAKESIDE = LocationId("downtown"), LocationId("lakeside")
DANA, RAVI, LENA = PractitionerId("dana"), PractitionerId("ravi"), PractitionerId("lena")
CONSULTATION, BOTOX, LASER = ServiceId("consultation"), ServiceId("botox"), ServiceId("laser")
ROOM_A, LASER_ROOM, LAKE_ROOM = RoomId("room-a"), RoomId("laser-room"), RoomId("lake-room")
WRITTEN: Mapping[str, Any] = {
    "locations": {"downtown": example.DOWNTOWN, "lakeside": example.LAKESIDE},
    "staff": {"dana": example.DANA, "ravi": example.RAVI, "lena": example.LENA},
    "services": {"consultation": example.CONSULTATION, "botox": example.BOTOX, "laser": example.LASER_FACE},
    "rooms": {"room-a": [example.ROOM_A], "laser-room": [example.LASER_ROOM], "lake-room": [example.LAKE_ROOM]},
}
"""As an office writes its numbers down."""
NUMBERS = Numbers(
    locations={DOWNTOWN: example.DOWNTOWN, LAKESIDE: example.LAKESIDE},
    staff={DANA: example.DANA, RAVI: example.RAVI, LENA: example.LENA},
    services={CONSULTATION: example.CONSULTATION, BOTOX: example.BOTOX, LASER: example.LASER_FACE},
    rooms={ROOM_A: (example.ROOM_A,), LASER_ROOM: (example.LASER_ROOM,), LAKE_ROOM: (example.LAKE_ROOM,)},
)
KEY = "signature-key-of-a-test"
ROBIN = Patient(
    id=PatientId(UUID(int=1)),
    given="Robin",
    family="Testcase",
    phone="+13035550142",
    email="robin@example.com",
    birth_date=date(1991, 4, 17),
)
"""Has the file 100000011 there."""
CAMERON = Patient(
    id=PatientId(UUID(int=2)), given="Cameron", family="Invented", phone="+13035550144", email="cameron@example.com"
)
"""Has a file whose Id is VIP-7."""
MARIA = Patient(
    id=PatientId(UUID(int=147)),
    given="Maria",
    family="Gonzalez",
    phone="+13035550147",
    email="maria@example.com",
    language="es",
    birth_date=date(1988, 4, 9),
)
"""Has no file there."""
BOOKING, CHANGING, VISITS = (
    "POST /appointment/addappointment",
    "POST /appointment/updateappointment",
    "GET /appointment/staffappointments",
)

Json = dict[str, Any]


def payload(name: str) -> Any:
    """A published shape with invented people in it."""
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def a_row(**fields: object) -> Foreign:
    """A row of the book: the worked example's visit, unless said otherwise."""
    return Foreign.of(payload("appointment") | fields, what="appointment", id="Id")


def a_client(**fields: object) -> Foreign:
    """A client's row: the worked example's, unless said otherwise."""
    return Foreign.of(payload("client") | fields, what="client", id="UniqueId")


def a_practice(**changed: object) -> Practice:
    """The practice's own files: two places in Denver, three people, three rooms, open 7 to 19 on every day."""
    day = DayTime(start=time(7), end=time(19))
    hours = dict.fromkeys(Weekday, (day,))
    injecting, lasering = frozenset({"injector"}), frozenset({"laser"})
    treatment, laser = frozenset({"treatment"}), frozenset({"laser"})
    whole = Practice(
        id=PracticeId(UUID(int=9)),
        key="glow",
        name="Glow on Main",
        assistant="Ava",
        email="desk@glow.example.com",
        locations=tuple(
            Location(id=id, name=id, zone=DENVER, address="1 Test Street", phone=phone, hours=hours)
            for id, phone in ((DOWNTOWN, "+13035550100"), (LAKESIDE, "+13035550101"))
        ),
        practitioners=(
            Practitioner(id=DANA, name="Dana Placeholder", title="RN", roles=injecting, shifts=()),
            Practitioner(id=RAVI, name="Ravi Specimen", title="", roles=lasering, shifts=()),
            Practitioner(id=LENA, name="Lena Mockup", title="NP", roles=injecting | lasering, shifts=()),
        ),
        rooms=(
            Room(id=ROOM_A, name="Room A", location=DOWNTOWN, kinds=treatment),
            Room(id=LASER_ROOM, name="Laser room", location=DOWNTOWN, kinds=laser),
            Room(id=LAKE_ROOM, name="Lake room", location=LAKESIDE, kinds=treatment | laser),
        ),
        devices=(),
        services=(
            _service(CONSULTATION, 30, injecting, treatment),
            _service(BOTOX, 45, injecting, treatment),
            _service(LASER, 90, lasering, laser),
        ),
        policies=Policies(lead_time=timedelta(hours=2), horizon=timedelta(days=60)),
    )
    return replace(whole, **changed)


def _service(id: ServiceId, minutes: int, roles: frozenset[str], rooms: frozenset[str]) -> Service:
    lena = {LENA: timedelta(minutes=60)}
    return Service(id=id, name=id, length=timedelta(minutes=minutes), roles=roles, room_kinds=rooms, lengths=lena)


def with_service(id: ServiceId = BOTOX, **changed: object) -> Practice:
    """The practice with one of its services changed."""
    practice = a_practice()
    return replace(
        practice, services=tuple(replace(one, **changed) if one.id == id else one for one in practice.services)
    )


def at(words: str, minutes: int = 45) -> Period:
    """A stretch on the site's clock: `at("2026-03-05 10:30")`."""
    start = datetime.fromisoformat(words).replace(tzinfo=DENVER).astimezone(UTC)
    return Period(start=start, end=start + timedelta(minutes=minutes))


def day_of(words: str, days: int = 1) -> Period:
    """Whole days on the site's clock."""
    return at(f"{words} 00:00", minutes=days * 24 * 60)


def a_slot(
    during: Period | None = None,
    *,
    practitioner: PractitionerId = DANA,
    location: LocationId = DOWNTOWN,
    service: ServiceId = BOTOX,
    room: RoomId | None = ROOM_A,
) -> Slot:
    """Botox with Dana downtown, Thursday March 5 at 10:30, in Room A, unless said otherwise."""
    during = during or at("2026-03-05 10:30")
    claims = [Claim(subject=Subject.PRACTITIONER, id=practitioner, during=during)]
    claims += [Claim(subject=Subject.ROOM, id=room, during=during)] if room else []
    return Slot(
        service=service,
        location=location,
        practitioner=practitioner,
        room=room,
        devices=(),
        during=during,
        claims=tuple(claims),
    )


def at_the_lake(words: str) -> Slot:
    """A consultation with Lena by the lake, an hour: she may always be booked twice."""
    return a_slot(at(words, 60), practitioner=LENA, location=LAKESIDE, service=CONSULTATION, room=LAKE_ROOM)


@dataclass
class Desk:
    """A desk beside the simulated site; time that the client lets pass is let pass at once."""

    system: Mindbody
    charts: DeskCharts
    hands: Hands
    simulator: Simulator
    staff: httpx.AsyncClient
    """Somebody else who is signed in, to see what the book holds."""

    def asked(self, call: str) -> list[Heard]:
        """Every such call of the desk so far."""
        return [one for one in self.simulator.heard if one.call == call]

    async def slots(self, within: Period, service: ServiceId = BOTOX, **narrowed: Any) -> list[Slot]:
        return await self.system.find_slots(SlotRequest(service=service, within=within, **narrowed))

    async def book(self, slot: Slot | None = None, patient: Patient = ROBIN, *, key: str = "book:1") -> Booked | Taken:
        return await self.system.book(slot or a_slot(), patient=patient.id, key=key, held=None)

    async def booked(self, slot: Slot | None = None, patient: Patient = ROBIN, *, key: str = "book:1") -> AppointmentId:
        outcome = await self.book(slot, patient, key=key)
        assert isinstance(outcome, Booked)
        return outcome.appointment.id

    async def visits(self, **query: Any) -> list[Json]:
        """What the book holds in March, cancelled visits too."""
        asked = {"StartDate": "2026-03-01", "EndDate": "2026-04-15", "Limit": "200", **query}
        answer = await self.staff.get("/appointment/staffappointments", params=asked)
        return list(answer.json()["Appointments"])

    async def standing_at(self, slot: Slot) -> list[Json]:
        """The visits that stand at a slot's start with its practitioner."""
        shown = f"{slot.during.start.astimezone(DENVER):%Y-%m-%dT%H:%M:%S}"
        return [
            one
            for one in await self.visits(StaffIds=NUMBERS.staff[slot.practitioner])
            if one["StartDateTime"] == shown and one["Status"] not in {"Cancelled", "LateCancelled"}
        ]

    async def visit(self, id: AppointmentId) -> Json:
        """One visit as the book has it."""
        [found] = await self.visits(AppointmentIds=id)
        return found

    async def clients(self, **query: Any) -> list[Json]:
        """The files there that a search finds."""
        answer = await self.staff.get("/client/clients", params={"IncludeInactive": "true", **query})
        return list(answer.json()["Clients"])


def open_only(settings: Mapping[str, str], *, practice: Practice | None = None, numbers: Any = WRITTEN) -> Mindbody:
    """The system of these settings, over the real network, at the example's first morning."""

    async def read_practice() -> Practice:
        return practice or a_practice()

    outside = Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=DeskCharts(ROBIN, CAMERON, MARIA),
        free_times=find_slots,
        clock=DeskClock(Hands()),
        gate=None,
    )
    return connect(settings, numbers, outside)


def connected_to(address: str, *, practice: Practice, numbers: Mapping[str, Any]) -> Mindbody:
    """A desk of that practice, connected to whatever answers there."""
    login = {"api_key": "k", "site": str(example.SITE), "username": "u", "password": "p"}
    return open_only({"address": address, **login}, practice=practice, numbers=numbers)


@asynccontextmanager
async def a_desk(
    world: World | None = None,
    *,
    now: datetime = NOW,
    practice: Practice | None = None,
    numbers: Mapping[str, Any] = WRITTEN,
    login: str = example.USERNAME,
    signature_key: str = KEY,
    between: type[httpx.AsyncBaseTransport] | None = None,
) -> AsyncIterator[Desk]:
    """A desk connected to the example's site, or another, in this process."""
    hands, charts = Hands(now), DeskCharts(ROBIN, CAMERON, MARIA)
    world = world or example.example_world()
    simulator = Simulator(world, clock=hands, wait=hands.wait)
    transport = InProcess(simulator)

    async def read_practice() -> Practice:
        return practice or a_practice()

    async def pause(seconds: float) -> None:
        hands.turn(seconds=seconds)

    stand_in = StandIn(
        pause=pause,
        seconds=lambda: hands.now.timestamp(),
        transport=between(transport) if between else transport,  # type: ignore[call-arg]
    )
    system = connect(
        {
            "address": "http://localhost:1/public/v6",
            "api_key": world.api_key,
            "site": str(world.site),
            "username": login,
            "password": example.PASSWORD,
            "signature_key": signature_key,
        },
        numbers,
        Outside(
            budget=NoLimit(),
            practice=read_practice,
            charts=charts,
            free_times=find_slots,
            clock=DeskClock(hands),
            gate=None,
            stand_in=stand_in,
        ),
    )
    headers = {"Api-Key": world.api_key, "SiteId": str(world.site)}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:1/public/v6", headers=headers) as http:
        token = await http.post("/usertoken/issue", json={"Username": example.USERNAME, "Password": example.PASSWORD})
        http.headers["Authorization"] = f"Bearer {token.json()['AccessToken']}"
        simulator.heard.clear()
        try:
            yield Desk(system=system, charts=charts, hands=hands, simulator=simulator, staff=http)
        finally:
            await system.close()


class ShiftsAnHour(httpx.AsyncBaseTransport):
    """A site that takes the times of bookings for another clock's."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/addappointment"):
            fields = json.loads(await request.aread())
            for name in ("StartDateTime", "EndDateTime"):
                fields[name] = f"{datetime.fromisoformat(fields[name]) + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
            request = httpx.Request(request.method, request.url, json=fields, headers=_without_length(request))
        return await self._inner.handle_async_request(request)


def _without_length(request: httpx.Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name != "content-length"}
