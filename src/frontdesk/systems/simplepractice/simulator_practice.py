"""One simulated practice: the world it starts from, its tables, its clock, its past, and its file if any."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.simplepractice.simulator_rows import Json, Row, Table, existing, instant, text

FIRST_APPOINTMENT = 5_550_001_000
FIRST_EVENT = 7_770_000_001
NUMBERS_APART = 2
"""Seen [numbers-with-gaps]: the numbers of one series rise by one, two or three. Guess [gap-of-two]: here by two."""


PAST_KEPT = timedelta(days=1)
"""How far back the calendar is remembered, for feeds that lag behind; further back it is as it was then."""


class Status(Enum):
    """What became of an appointment. Documented [five-statuses]."""

    SHOW = "Show"
    CANCELED = "Canceled"
    LATE_CANCELED = "Late canceled"
    NO_SHOW = "No show"
    CLINICIAN_CANCELED = "Clinician canceled"


OFF = frozenset((Status.CANCELED, Status.LATE_CANCELED, Status.CLINICIAN_CANCELED))
"""Seen [cancelled-disappears]. Guess [late-cancelled-too]: all three kinds of it. Guess [no-show-stays]."""


class Names(Enum):
    """How a clinician's feed names clients. Seen [names-as-chosen]; the choice of first names is seen in a copy."""

    INITIALS = "initials"
    FIRST = "first name"
    FULL = "full name"


class Holds(Enum):
    """What a feed holds. Guess [what-a-feed-holds]: not published; everything, unless the world says otherwise."""

    APPOINTMENTS = "appointments alone"
    EVERYTHING = "appointments, other events and days out of the office"


class Revoked(Enum):
    """What answers at a link that is none any more. Guess [link-revoked]: not published, so each can be played."""

    NOT_FOUND = 404
    GONE = 410
    FORBIDDEN = 403
    SIGN_IN_PAGE = 200


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands in the practice when the simulation begins. Rows are made by the functions of `simulator_world`.

    `host` is the practice's own name at clientsecure.me. `written_every` is how long a feed's text is kept before it
    is written anew; 0 writes it at each read. `back` and `ahead` are how far a feed reaches from now; None is without
    an end.
    """

    name: str
    host: str
    zone: ZoneInfo
    holds: Holds = Holds.EVERYTHING
    revoked: Revoked = Revoked.NOT_FOUND
    written_every: timedelta = timedelta(0)
    back: timedelta | None = None
    ahead: timedelta | None = None
    offices: tuple[Row, ...] = ()
    clinicians: tuple[Row, ...] = ()
    services: tuple[Row, ...] = ()
    clients: tuple[Row, ...] = ()
    appointments: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """The calendar at one time: its rows by their number."""

    since: datetime
    clinicians: Mapping[int, Row]
    clients: Mapping[int, Row]
    appointments: Mapping[int, Row]
    events: Mapping[int, Row]


class Practice:
    """The practice while the simulation runs. `keep` names a file that outlives the process.

    Where the file exists its rows are taken instead of the world's, so that a practice killed between two changes
    comes back as it was after the last. Offices and services are the world's.
    """

    def __init__(self, world: World, *, clock: Clock, keep: Path | None = None) -> None:
        self.world = world
        self.now = clock
        self._keep = keep
        self.offices = Table(world.offices)
        self.clinicians = Table(world.clinicians)
        self.services = Table(world.services)
        self.clients = Table(world.clients)
        self.appointments = Table(world.appointments, first=FIRST_APPOINTMENT, step=NUMBERS_APART)
        self.events = Table(world.events, first=FIRST_EVENT)
        self.requests = Table()
        if keep is not None and keep.exists():
            self._restore(keep)
        self._past = [self._book(datetime.min.replace(tzinfo=UTC))]

    def kept(self) -> Mapping[str, Table]:
        """The tables that change, by name."""
        return {
            "clinicians": self.clinicians,
            "clients": self.clients,
            "appointments": self.appointments,
            "events": self.events,
            "requests": self.requests,
        }

    def wall(self) -> datetime:
        """What the clock on the practice's wall shows, to the second; autumn shows one hour twice."""
        return self.now().astimezone(self.world.zone).replace(microsecond=0, tzinfo=None)

    def on_the_wall(self, row: Row, column: str) -> datetime:
        """An instant of a row as the practice's wall clock shows it."""
        return instant(row, column).astimezone(self.world.zone).replace(tzinfo=None)

    def written(self, at: datetime) -> str:
        """A wall-clock moment as rows keep it. Of an hour that comes twice it is the first."""
        return at.replace(tzinfo=self.world.zone).astimezone(UTC).isoformat()

    def book_at(self, at: datetime) -> Book:
        """The calendar as it stood at an instant."""
        return next((book for book in reversed(self._past) if book.since <= at), self._past[0])

    def change(self, appointment: int, changes: Mapping[str, Json]) -> Row:
        """An appointment with some columns changed. Raises: LookupError when there is none."""
        existing(self.appointments, appointment, "appointment")
        return self.appointments.change(appointment, changes)

    def write(self) -> None:
        """Remember the calendar as it is now, and put every table that changes in the file, whole or not at all."""
        now = self.now()
        self._past.append(self._book(now))
        while self._past[1].since <= now - PAST_KEPT:
            del self._past[0]
        if self._keep is None:
            return
        kept = {name: {"last": table.last, "rows": list(table)} for name, table in self.kept().items()}
        beside = self._keep.with_suffix(".new")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(beside, self._keep)

    def _book(self, since: datetime) -> Book:
        return Book(
            since=since,
            clinicians=_by_number(self.clinicians),
            clients=_by_number(self.clients),
            appointments=_by_number(self.appointments),
            events=_by_number(self.events),
        )

    def _restore(self, keep: Path) -> None:
        kept: Mapping[str, Mapping[str, object]] = json.loads(keep.read_text(encoding="utf-8"))
        for name, table in self.kept().items():
            last, rows = kept[name]["last"], kept[name]["rows"]
            if not isinstance(last, int) or not isinstance(rows, list):
                raise TypeError(f"{keep} was not written by this simulator: {name} lacks its rows")
            table.clear()
            for row in rows:
                table.put(row)
            table.last = last


def name_of(client: Row) -> str:
    """First and last name, as typed."""
    return f"{text(client, 'first')} {text(client, 'last')}"


def stands(appointment: Row) -> bool:
    """Whether an appointment is still in the calendar."""
    return Status(text(appointment, "status")) not in OFF


def _by_number(table: Table) -> Mapping[int, Row]:
    return {number: row for row in table if isinstance(number := row["id"], int)}
