"""The simulated practice for tests, with a clock that a test turns and an httpx client that is signed in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import httpx

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.systems.allscripts.simulator import Simulator
from frontdesk.systems.allscripts.simulator_example import PASSWORD, USER, example_world
from frontdesk.systems.allscripts.simulator_practice import World

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday, March 2, 2026, 08:00 in Denver: the example's first morning."""


class Hands:
    """The hands of a clock that a test turns; letting time pass turns them too."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.waited: list[timedelta] = []

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def wait(self, length: timedelta) -> None:
        self.waited.append(length)
        await asyncio.sleep(0)  # whoever else asks gets a turn, as while real time passes
        self.now += length


class Reached:
    """A simulated practice, a client, and the token it holds."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient, *, root: str = "") -> None:
        self.simulator = simulator
        self.root = root or simulator.base_path
        self.hands = hands
        self.http = http
        self.token = ""
        self.user = USER

    async def post(self, path: str, **keys: str) -> httpx.Response:
        return await self.http.post(f"{self.root}/json/{path}", json=keys)

    async def take_token(self) -> httpx.Response:
        """Ask for a token, and hold it."""
        world = self.simulator.practice.world
        answer = await self.post(
            "GetToken", Username=world.ubiquity + world.service_user, Password=world.service_password
        )
        self.token = answer.text.strip('"')
        return answer

    async def sign_in(self, user: str = USER, password: str = PASSWORD) -> str:
        """Take a token and authenticate somebody; what ValidUser says."""
        await self.take_token()
        self.user = user
        [row] = await self.rows("GetUserAuthentication", p1=password)
        return row["ValidUser"]

    def body(self, action: str, *, patient: int | str = "", **p: str | int) -> dict[str, str]:
        """All the keys of an action; p1 to p6 are its parameters."""
        return {
            "Action": action,
            "Appname": self.simulator.practice.world.appname,
            "AppUserID": self.user,
            "PatientID": str(patient),
            "Token": self.token,
            **{f"Parameter{place}": str(p.get(f"p{place}", "")) for place in range(1, 7)},
            "Data": "",
        }

    async def ask(self, action: str, *, patient: int | str = "", **p: str | int) -> httpx.Response:
        return await self.post("MagicJson", **self.body(action, patient=patient, **p))

    async def rows(self, action: str, *, patient: int | str = "", **p: str | int) -> list[dict[str, str]]:
        """The rows of an answer; the test fails where it is refused."""
        answer = await self.ask(action, patient=patient, **p)
        assert "x-simulator" not in answer.headers, answer.text
        [wrapper] = answer.json()
        [(name, rows)] = wrapper.items()
        assert name == f"{action.lower()}info"
        return list(rows)

    async def book(self, *, patient: int | str = "", **elements: str | int) -> httpx.Response:
        """The answer to a booking, by default of a new patient's visit with Dr. Gray on an open Thursday."""
        asked: dict[str, str | int] = {
            "PatientID": 33760,
            "AppointmentDate": "03/05/2026",
            "AppointmentTime": "10:30",
            "Duration": 30,
            "ProviderID": "GRAY",
            "LocationID": "MAIN",
            "AppointmentType": "NEWPAT",
        }
        return await self.ask("SaveAppointment", patient=patient, p1=xml("appointment", **(asked | elements)))

    async def booked(self, **elements: str | int) -> str:
        """The id of a visit that could be booked."""
        answer = await self.book(**elements)
        assert "x-simulator" not in answer.headers, answer.text
        return str(answer.json()[0]["saveappointmentinfo"][0]["AppointmentID"])

    async def visit(self, appointment: int | str) -> dict[str, str]:
        """One visit as it is read back."""
        [row] = await self.rows("GetAppointmentById", p1=appointment)
        return row

    async def changes(self, since: str = "") -> dict[str, dict[str, str]]:
        """What changed since a moment, by appointment."""
        return {row["Appointment_ID"]: row for row in await self.rows("GetAppointmentsByChangeDTTM", p3=since)}

    async def open_times(self, day: str = "03/05/2026", **p: str) -> list[str]:
        """The open times of Dr. Gray on a day."""
        found = await self.rows("GetAvailableSchedule", **({"p1": "GRAY", "p2": day, "p3": day} | p))
        return [row["Available_Time"] for row in found]


@asynccontextmanager
async def a_practice(
    world: World | None = None, *, now: datetime = NOW, keep: Path | None = None, signed_in: bool = True
) -> AsyncIterator[Reached]:
    """The example's practice, or another, in this process, with somebody signed in."""
    hands = Hands(now)
    simulator = Simulator(world or example_world(), clock=hands, wait=hands.wait, keep=keep)
    async with httpx.AsyncClient(transport=InProcess(simulator), base_url="http://unity") as http:
        practice = Reached(simulator, hands, http)
        if signed_in:
            assert await practice.sign_in() == "YES"
        yield practice


def xml(root: str, **elements: str | int) -> str:
    """A parameter in XML."""
    inside = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in elements.items())
    return f"<{root}>{inside}</{root}>"


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]


def error(answer: httpx.Response) -> str:
    """The text of an error row."""
    return str(answer.json()[0]["Error"])
