"""Opens the systems that practices' calendars live in. Only wiring and the commands for systems use it."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from frontdesk.compliance.agreements import Leaving, Processing
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.ports.abilities import TellsBusyTimes
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Connector, Outside
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import System
from frontdesk.reception.connected import Connected
from frontdesk.reception.joined import Joined, asked_every
from frontdesk.reception.requesting import Requesting
from frontdesk.scheduling.slots import find_slots
from frontdesk.settings import LOOPBACK
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.charts import StoredCharts
from frontdesk.storage.connections import Connection, read_connection
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices
from frontdesk.storage.recorded_system import RecordedSystem
from frontdesk.storage.vendor_pace import NoLimit, VendorPace
from frontdesk.systems.manifest import Ability, Manifest, Needed, connector

FRESH = timedelta(seconds=30)
"""How old the free times of another system may be that are shown; whoever takes one, looks again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A connection that is open, and what its connector says of itself. Whoever opened it closes `system`.

    `pace`: how often the vendor lets a request leave; None where it sets no limit.
    """

    manifest: Manifest
    system: Connector
    pace: timedelta | None = None


class Connecting:
    """Opens connections as they are stored. `demo`: only what runs on this machine is reached."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        gate: Callable[[PracticeId, Leaving], Gate],
        *,
        demo: bool,
    ) -> None:
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._gate = gate
        self._demo = demo
        self._needed: dict[PracticeId, tuple[Needed, ...]] = {}

    async def calendars(self, opened: AsyncExitStack) -> dict[PracticeId, Joined]:
        """The connections of the practices that have one, and their calendars; `opened` parts from them.

        Raises: NotPermitted (a demo would reach a real practice), LookupError (there is no such connector any more).
        """
        async with self._storage.directory() as directory:
            known = [id for id, _, _ in await directory.practices()]
        found: dict[PracticeId, Joined] = {}
        for practice in known:
            async with self._storage.practice(practice) as db:
                connection = await read_connection(db)
            if connection is not None:
                there = self.open(practice, connection)
                opened.push_async_callback(there.system.close)
                self._needed[practice] = there.manifest.needs
                found[practice] = Joined(
                    key=there.manifest.key,
                    connector=there.system,
                    calendar=calendar_in(there, self._storage, self._practices, practice, self._clock, fresh=FRESH),
                    every=asked_every(there.pace),
                )
        return found

    def needs_birth_date(self, practice: PracticeId) -> bool:
        """Whether its system opens no file without one."""
        return Needed.BIRTH_DATE in self._needed.get(practice, ())

    def open(self, practice: PracticeId, connection: Connection) -> Opened:
        """One connection, not yet asked anything.

        Raises: NotPermitted, LookupError, Impossible (a setting is not one), DocumentWrong (its numbers).
        """
        manifest, opens = connector(connection.system)
        defaults = {one.key: one.default for one in manifest.settings if one.default is not None}
        settings = {**defaults, **connection.settings}
        address = settings.get("address", "")
        host = urlsplit(address).hostname or ""
        if self._demo and host not in LOOPBACK:
            raise NotPermitted(f"{manifest.name} at {host} belongs to a real practice; a demo never reaches it.")
        limit = manifest.limit_at(address)
        every = limit.within / limit.requests if limit else None

        async def read_practice() -> Practice:
            async with self._storage.practice(practice) as db:
                return await self._practices.read(db)

        def gate_to(host: str) -> Gate:
            return self._gate(practice, Leaving(kind=Processing.CALENDAR, to=host))

        outside = Outside(
            budget=VendorPace(self._storage, practice, manifest.key, every) if every else NoLimit(),
            practice=read_practice,
            charts=StoredCharts(self._storage, practice, manifest.key),
            free_times=find_slots,
            clock=self._clock,
            gate=None if host in LOOPBACK else gate_to(host),
            gate_to=None if host in LOOPBACK else gate_to,
        )
        return Opened(
            manifest=manifest.given(settings), system=opens(settings, connection.numbers, outside), pace=every
        )


def calendar_in(
    there: Opened,
    storage: Storage,
    practices: Practices,
    practice: PracticeId,
    clock: Clock,
    *,
    fresh: timedelta = timedelta(0),
) -> System:
    """The practice's calendar over an open connection: booked there, or asked for where it cannot be written.

    `fresh`: how old the free times may be that it shows.
    """
    manifest, own = there.manifest, Calendar(storage, practices, practice, clock)
    recorded = RecordedSystem(there.system, storage, practice, name=manifest.key)
    if Ability.BOOK not in manifest.can and isinstance(there.system, TellsBusyTimes):
        return Requesting(recorded, there.system, own, storage, practices, practice, clock, name=manifest.name)
    return Connected(
        recorded,
        own,
        storage,
        practice,
        clock,
        name=manifest.key,
        fresh=fresh,
        holds_there=Ability.HOLD in manifest.can,
        moves_there=Ability.RESCHEDULE in manifest.can,
    )
