"""The practice's own lists and its server's clock, read together and kept for minutes."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.ids import LocationId
from frontdesk.domain.practice import Practice
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted
from frontdesk.systems.allscripts.booking import Book
from frontdesk.systems.allscripts.client import NAME, Client
from frontdesk.systems.allscripts.directory import Directory, read_directory
from frontdesk.systems.allscripts.mapping import Numbers
from frontdesk.systems.allscripts.times import server_zone
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together

_KEPT = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    directory: Directory
    zone: ZoneInfo
    locations: tuple[tuple[LocationId, str], ...]
    until: datetime


class Lists:
    """Scheduling locations, resources, appointment types and the server's zone, asked once for all who wait."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._kept: _Read | None = None
        self._reading = asyncio.Lock()

    async def book(self, practice: Practice, numbers: Numbers) -> Book:
        """The practice's schedule, read with its lists as they are now or were minutes ago.

        Raises: NotPermitted (a location is not there, is not told from another, or keeps another clock), Unreachable.
        """
        known = numbers.within(practice)
        locations = tuple(known.locations.items())
        async with self._reading:
            kept = self._kept
            if kept is None or kept.locations != locations or self._clock.now() >= kept.until:
                kept = self._kept = await self._read(practice, known)
        return Book(
            client=self._client,
            numbers=known,
            practice=practice,
            directory=kept.directory,
            zone=kept.zone,
            now=self._clock.now(),
        )

    async def _read(self, practice: Practice, numbers: Numbers) -> _Read:
        if not numbers.locations:
            raise NotPermitted(f"No location has a scheduling location in {NAME}. Write them into the file of numbers.")
        [server], locations, resources, types = await together(
            self._server(), self._client.locations(), self._client.resources(), self._client.types()
        )
        directory = read_directory(resources, locations, types)
        for id, abbreviation in numbers.locations.items():
            if not directory.is_named_alone(abbreviation):
                raise NotPermitted(
                    f"{NAME} lists no scheduling location {abbreviation} (location {id}), or another of the same name, "
                    "from which its visits could not be told. Correct the file of numbers, or rename one."
                )
        now = self._clock.now()
        zone = server_zone(server, [practice.location(id).zone for id in numbers.locations], now=now)
        return _Read(directory=directory, zone=zone, locations=tuple(numbers.locations.items()), until=now + _KEPT)

    async def _server(self) -> list[Foreign]:
        return [await self._client.server()]
