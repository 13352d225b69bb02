"""The simulated practice for tests, with a clock that a test turns and an httpx client; feeds are read by a library."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
from icalendar import Calendar, Event

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.systems.simplepractice.simulator import Simulator
from frontdesk.systems.simplepractice.simulator_example import LINK_OF_ORTEGA, example_world
from frontdesk.systems.simplepractice.simulator_front_desk import FrontDesk
from frontdesk.systems.simplepractice.simulator_practice import World

NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""Monday, March 2, 2026, 08:00 in New York: the example's first morning."""


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
        await asyncio.sleep(0)
        self.now += length


class Reached:
    """A simulated practice and a client that knows its links."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hands = hands
        self.http = http

    @property
    def desk(self) -> FrontDesk:
        return self.simulator.front_desk

    async def read(self, secret: str = LINK_OF_ORTEGA, **headers: str) -> httpx.Response:
        """The answer at the address of a feed."""
        return await self.http.get(f"/ical/{secret}", headers=headers)

    async def text(self, secret: str = LINK_OF_ORTEGA) -> str:
        """A feed as it travels; the test fails where it is refused."""
        answer = await self.read(secret)
        assert answer.status_code == 200, answer.text
        return answer.content.decode()

    async def calendar(self, secret: str = LINK_OF_ORTEGA) -> Calendar:
        """A feed as a library that is not ours reads it."""
        return Calendar.from_ical(await self.text(secret))  # type: ignore[return-value]

    async def events(self, secret: str = LINK_OF_ORTEGA) -> dict[str, Event]:
        """The events of a feed by their UID."""
        return {str(event["UID"]): event for event in (await self.calendar(secret)).events}

    async def ask(self, path: str, **query: object) -> httpx.Response:
        """The answer of the booking page's vocabulary."""
        params = {name.replace("__", "[") + ("]" if "__" in name else ""): str(value) for name, value in query.items()}
        return await self.http.get(f"/client-portal-api{path}", params=params, headers=self.simulator.portal_headers)


@asynccontextmanager
async def a_practice(
    world: World | None = None, *, now: datetime = NOW, keep: Path | None = None
) -> AsyncIterator[Reached]:
    """The example's practice, or another, in this process."""
    hands = Hands(now)
    simulator = Simulator(world or example_world(), clock=hands, wait=hands.wait, keep=keep)
    async with httpx.AsyncClient(transport=InProcess(simulator), base_url="http://simplepractice") as http:
        yield Reached(simulator, hands, http)


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]


def begins(event: Event) -> datetime:
    """When an event begins, in UTC. The test fails for one of whole days."""
    at = event["DTSTART"].dt
    assert isinstance(at, datetime)
    return at.astimezone(UTC)


def lasts(event: Event) -> timedelta:
    """How long an event is."""
    length: timedelta = event["DTEND"].dt - event["DTSTART"].dt
    return length


def days(event: Event) -> tuple[date, date]:
    """The first day of an event of whole days, and the one after its last."""
    return event["DTSTART"].dt, event["DTEND"].dt


def utc(written: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
