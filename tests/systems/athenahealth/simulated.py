"""The simulated practice for tests, with a clock that a test turns and an httpx client that reaches it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.systems.athenahealth.simulator import TOKEN, Simulator
from frontdesk.systems.athenahealth.simulator_example import example_world
from frontdesk.systems.athenahealth.simulator_pace import Limits
from frontdesk.systems.athenahealth.simulator_practice import World

NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""Monday, March 2, 2026: 08:00 in Natick, 06:00 in Tempe; the example's first morning."""

REST = "athena/service/Athenanet.MDP.*"
TUESDAY_9, TUESDAY_930, TUESDAY_10, TUESDAY_1030 = 1204424, 1204425, 1204426, 1204427
"""Dr. Rivera's first half hours on Tuesday; the one at 9 is taken by AVERY."""


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
        self.now += length
        await asyncio.sleep(0)


class Reached:
    """A simulated practice and a client that holds a token."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hands = hands
        self.http = http

    async def sign_in(self, scope: str = REST) -> None:
        """Ask for a token and use it from now on; the test fails where it is refused."""
        answer = await self.ask_for_token(scope=scope)
        assert answer.status_code == 200, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def ask_for_token(self, *, secret: str = "", scope: str = REST, **form: str) -> httpx.Response:
        world = self.simulator.practice.world
        pair = f"{world.client_id}:{secret or world.client_secret}"
        headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        asked = {"grant_type": "client_credentials", "scope": scope, **form}
        return await self.http.post(f"https://gateway{TOKEN}", data=asked, headers=headers)

    async def get(self, path: str, **query: str | int) -> object:
        """What a GET gives; the test fails where it is refused."""
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rows(self, path: str, plural: str, **query: str | int) -> list[dict[str, object]]:
        """The rows of a list."""
        page = await self.get(path, **query)
        assert isinstance(page, dict)
        return list(page[plural])

    async def open_slots(self, **query: str | int) -> list[dict[str, object]]:
        """Open slots of one department, by default of Dr. Rivera for anything."""
        asked: dict[str, str | int] = {"departmentid": 1, "providerid": 58, "reasonid": -1}
        return await self.rows("/appointments/open", "appointments", **(asked | query))

    async def visit(self, appointment: int) -> dict[str, object]:
        """One visit or slot."""
        rows = await self.get(f"/appointments/{appointment}")
        assert isinstance(rows, list)
        return dict(rows[0])

    async def put(self, path: str, **form: str | int) -> httpx.Response:
        return await self.http.put(path, data=form)

    async def post(self, path: str, **form: str | int) -> httpx.Response:
        return await self.http.post(path, data=form)

    async def book(self, slot: int = TUESDAY_930, **form: str | int) -> httpx.Response:
        """The answer to a booking, by default of ROBIN's follow-up on Tuesday at half past nine."""
        return await self.put(f"/appointments/{slot}", **({"patientid": 4011, "reasonid": 563} | form))


@asynccontextmanager
async def a_practice(
    world: World | None = None,
    *,
    now: datetime = NOW,
    limits: Limits | None = None,
    keep: Path | None = None,
    scope: str = REST,
) -> AsyncIterator[Reached]:
    """The example's practice, or another, in this process, with a token; scope "" asks for none."""
    hands = Hands(now)
    simulator = Simulator(world or example_world(), clock=hands, wait=hands.wait, limits=limits, keep=keep)
    base = f"https://gateway{simulator.base_path}"
    async with httpx.AsyncClient(transport=InProcess(simulator), base_url=base) as http:
        reached = Reached(simulator, hands, http)
        if scope:
            await reached.sign_in(scope)
        yield reached


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]
