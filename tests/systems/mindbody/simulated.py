"""The simulated site for tests, with a clock that a test turns and an httpx client that is signed in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.systems.mindbody.simulator import Probe, Simulator
from frontdesk.systems.mindbody.simulator_example import (
    BOTOX,
    DANA,
    DOWNTOWN,
    PASSWORD,
    USERNAME,
    example_world,
)
from frontdesk.systems.mindbody.simulator_rows import Json, Row
from frontdesk.systems.mindbody.simulator_site import World

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday, March 2, 2026, 08:00 in Denver: the example's first morning."""

ANY_DAY = {"StartDate": "2026-03-01", "EndDate": "2026-03-31"}
ROBINS_ID = "100000011"


class Hands:
    """The hands of a clock that a test turns; letting time pass turns them too."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.waited: list[timedelta] = []
        self.waiting = asyncio.Event()
        """Set once somebody waits."""
        self.held: asyncio.Event | None = None
        """While set, whoever waits does so until it is over, and the test turns the clock."""

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def wait(self, length: timedelta) -> None:
        self.waited.append(length)
        self.waiting.set()
        if self.held is not None:
            await self.held.wait()
            return
        await asyncio.sleep(0)  # whoever else asks gets a turn, as while real time passes
        self.now += length


class Reached:
    """A simulated site and a client with the right headers."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hands = hands
        self.http = http

    async def get(self, path: str, **query: Json) -> dict[str, object]:
        """The answer to a read; the test fails where it is refused."""
        answer = await self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def ask(self, path: str, **query: Json) -> httpx.Response:
        params = [(name, str(one)) for name, value in query.items() for one in _each(value)]
        return await self.http.get(f"/public/v6{path}", params=params)

    async def rows(self, path: str, under: str, **query: Json) -> list[dict[str, object]]:
        """One page of a list."""
        found = (await self.get(path, **query))[under]
        assert isinstance(found, list)
        return found

    async def post(self, path: str, **fields: Json) -> httpx.Response:
        return await self.http.post(f"/public/v6{path}", json=fields)

    async def book(self, **fields: Json) -> httpx.Response:
        """The answer to a booking, by default of Botox with Dana on an open Thursday."""
        asked: dict[str, Json] = {
            "ClientId": ROBINS_ID,
            "LocationId": DOWNTOWN,
            "StaffId": DANA,
            "SessionTypeId": BOTOX,
            "StartDateTime": "2026-03-05T10:30:00",
            "ApplyPayment": False,
        }
        return await self.post("/appointment/addappointment", **(asked | fields))

    async def booked(self, **fields: Json) -> dict[str, object]:
        answer = await self.book(**fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["Appointment"])

    async def change(self, appointment: int, **fields: Json) -> httpx.Response:
        return await self.post("/appointment/updateappointment", AppointmentId=appointment, **fields)

    async def visit(self, appointment: int) -> Row:
        """One appointment as it is read back."""
        path = "/appointment/staffappointments"
        [found] = await self.rows(path, "Appointments", AppointmentIds=appointment, **ANY_DAY)
        return found  # type: ignore[return-value]

    async def sign_in(self, username: str = USERNAME) -> httpx.Response:
        """Take a token, and send it from now on."""
        self.http.headers.pop("Authorization", None)
        answer = await self.post("/usertoken/issue", Username=username, Password=PASSWORD)
        if answer.status_code == 200:
            self.http.headers["Authorization"] = f"Bearer {answer.json()['AccessToken']}"
        return answer


@asynccontextmanager
async def a_site(
    world: World | None = None, *, now: datetime = NOW, keep: Path | None = None, probe: Probe | None = None
) -> AsyncIterator[Reached]:
    """The example's site, or another, in this process, with somebody signed in."""
    hands = Hands(now)
    world = world or example_world()
    simulator = Simulator(world, clock=hands, wait=hands.wait, keep=keep, probe=probe)
    headers = {"Api-Key": world.api_key, "SiteId": str(world.site)}
    transport = InProcess(simulator)
    async with httpx.AsyncClient(transport=transport, base_url="http://mindbody", headers=headers) as http:
        site = Reached(simulator, hands, http)
        assert (await site.sign_in(world.logins[0].username)).status_code == 200
        yield site


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]


def code(answer: httpx.Response) -> str:
    """The error code of a refusal."""
    return str(answer.json()["Error"]["Code"])


def _each(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]
