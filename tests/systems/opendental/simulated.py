"""The simulated office for tests, with a clock that a test turns and an httpx client that reaches it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.systems.opendental.simulator import ErrorBody, Simulator
from frontdesk.systems.opendental.simulator_example import example_world
from frontdesk.systems.opendental.simulator_office import Mode, World

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
"""Monday, March 2, 2026, 08:00 in Austin: the example's first morning."""


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
        await asyncio.sleep(0)  # whoever else asks gets a turn, as while real time passes


class Reached:
    """A simulated office and a client with the right headers."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hands = hands
        self.http = http

    async def rows(self, path: str, **query: str | int) -> list[dict[str, object]]:
        """What a list gives; the test fails where it is refused."""
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    async def row(self, path: str) -> dict[str, object]:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def book(self, **fields: str | int) -> httpx.Response:
        """The answer to a booking, by default of half an hour on an open morning."""
        asked: dict[str, str | int] = {"PatNum": 11, "Op": 1, "AptDateTime": "2026-03-05 09:00:00", "Pattern": "/XXXX/"}
        return await self.http.post("/appointments", json=asked | fields)


@asynccontextmanager
async def an_office(
    world: World | None = None,
    *,
    now: datetime = NOW,
    mode: Mode = Mode.SERVICE,
    error_body: ErrorBody = ErrorBody.PLAIN_TEXT,
    keep: Path | None = None,
) -> AsyncIterator[Reached]:
    """The example's office, or another, in this process."""
    hands = Hands(now)
    simulator = Simulator(
        world or example_world(), clock=hands, wait=hands.wait, mode=mode, error_body=error_body, keep=keep
    )
    headers = {"Authorization": simulator.authorization, "Content-Type": "application/json"}
    transport = InProcess(simulator)
    async with httpx.AsyncClient(transport=transport, base_url="http://office/api/v1", headers=headers) as http:
        yield Reached(simulator, hands, http)


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]
