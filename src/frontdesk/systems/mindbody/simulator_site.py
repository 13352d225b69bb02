"""One simulated Mindbody site: the world it starts from, its tables, its clock, its events, and its file if any."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.mindbody.simulator_rows import Row, Table, number, numbers, text, written, written_in_utc, yes

SANDBOX = -99
"""Documented [sandbox-site]: the site every developer may use."""

OFF = ("Cancelled", "LateCancelled")
"""Statuses of a visit that is off the book."""


class Permission(Enum):
    """What a staff login may do. Documented [permissions]: the token carries them. Two have published names."""

    VIEW_APPOINTMENTS = "view appointments"
    MODIFY_APPOINTMENTS = "modify appointments"
    BOOK_FOR_OTHERS = "add appointments for other staff"
    VIEW_CLIENTS = "view clients"
    EDIT_CLIENTS = "add and edit clients"
    UPLOAD_DOCUMENTS = "upload documents"
    MANAGE_STAFF_PAY_RATES = "ManageStaffPayRates"
    LAUNCH_SIGN_IN_SCREEN = "LaunchSignInScreen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """A staff login. `staff` is whose it is; `staff` 0 is the owner's."""

    username: str
    password: str
    staff: int = 0
    first: str = "Front"
    last: str = "Desk"
    permissions: frozenset[Permission] = frozenset(Permission)


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands at the site when the simulation begins. Rows are made by the functions of `simulator_world`.

    `time_zone` is how the site spells its zone, "" for the zone's own name. `required` is what a new client must give.
    The start times of visits are those from `opens` to before `closes`, `increment` apart. A site with
    `ignores_cancel` takes a cancellation and does nothing, as the shared sandbox was seen to.
    """

    site: int
    name: str
    zone: ZoneInfo
    logins: tuple[Login, ...]
    time_zone: str = ""
    api_key: str = "simulated-api-key"
    required: tuple[str, ...] = ()
    opens: time = time(8)
    closes: time = time(19)
    increment: timedelta = timedelta(minutes=15)
    ignores_cancel: bool = False
    per_staff_pricing: bool = True
    waiver: str = ""
    genders: tuple[str, ...] = ("Female", "Male", "None")
    locations: tuple[Row, ...] = ()
    programs: tuple[Row, ...] = ()
    session_types: tuple[Row, ...] = ()
    pricing_options: tuple[Row, ...] = ()
    resources: tuple[Row, ...] = ()
    staff: tuple[Row, ...] = ()
    custom_fields: tuple[Row, ...] = ()
    client_indexes: tuple[Row, ...] = ()
    contact_log_types: tuple[Row, ...] = ()
    availabilities: tuple[Row, ...] = ()
    clients: tuple[Row, ...] = ()
    client_services: tuple[Row, ...] = ()
    appointments: tuple[Row, ...] = ()


class Site:
    """The site's database while the simulation runs. `keep` names a file that outlives the process.

    Where the file exists its rows are taken instead of the world's, so that a site killed between two calls comes
    back as it was after the last one it carried out. The catalogue is the world's.
    """

    def __init__(self, world: World, *, clock: Clock, keep: Path | None = None) -> None:
        self.world = world
        self.now = clock
        self._keep = keep
        self.locations = Table("Id", world.locations)
        self.programs = Table("Id", world.programs)
        self.session_types = Table("Id", world.session_types)
        self.resources = Table("Id", world.resources)
        self.staff = Table("Id", world.staff)
        self.availabilities = Table("Id", world.availabilities)
        self.clients = Table("UniqueId", world.clients, first=100_000_001)
        self.client_services = Table("Id", world.client_services)
        self.appointments = Table("Id", world.appointments)
        self.formula_notes = Table("Id")
        self.contact_logs = Table("Id")
        self.documents = Table("Id")
        self.arrivals = Table("Id")
        self.tokens = Table("Id")
        self.subscriptions = Table("Id")
        self.messages = Table("Id")
        self.calls_today = (self.now().date(), 0)
        if keep is not None and keep.exists():
            self._restore(keep)

    def kept(self) -> Mapping[str, Table]:
        """The tables that change, by name."""
        return {
            "staff": self.staff,
            "availabilities": self.availabilities,
            "clients": self.clients,
            "client_services": self.client_services,
            "appointments": self.appointments,
            "formula_notes": self.formula_notes,
            "contact_logs": self.contact_logs,
            "documents": self.documents,
            "arrivals": self.arrivals,
            "tokens": self.tokens,
            "subscriptions": self.subscriptions,
            "messages": self.messages,
        }

    def wall(self) -> datetime:
        """What the clock on the site's wall shows, to the second; autumn shows one hour twice."""
        return self.now().astimezone(self.world.zone).replace(microsecond=0, tzinfo=None)

    def stamp(self) -> str:
        """The wall clock as rows carry it."""
        return written(self.wall())

    def utc_stamp(self) -> str:
        """The present in UTC."""
        return written_in_utc(self.now())

    def count_call(self) -> int:
        """How many calls the key made today, with this one. Guess [quota-day]: the day is UTC's."""
        day, made = self.calls_today
        today = self.now().date()
        self.calls_today = (today, made + 1 if day == today else 1)
        return self.calls_today[1]

    def service_of(self, staff: int, session_type: int) -> Row | None:
        """How a staff member does a session type, as (TimeLength, PrepTime, FinishTime); None when they do not."""
        row = self.staff.get(staff)
        services = row.get("services", ()) if row else ()
        if isinstance(services, list | tuple):
            for one in services:
                if isinstance(one, Mapping) and one["SessionTypeId"] == session_type:
                    return one
        return None

    def length_of(self, staff: int, session_type: Row) -> timedelta:
        """How long a visit of a type lasts with a staff member. Documented [length-of-the-staff]: theirs, if any."""
        service = self.service_of(staff, number(session_type, "Id"))
        minutes = number(service, "TimeLength") if service else number(session_type, "DefaultTimeLength")
        return timedelta(minutes=minutes)

    def starts(self) -> list[time]:
        """The clock times at which visits may begin."""
        at, last = datetime.combine(self.wall().date(), self.world.opens), self.world.closes
        found = []
        while at.time() < last:
            found.append(at.time())
            at += self.world.increment
        return found

    def client_of(self, appointment: Row) -> Row:
        """Whose visit it is. Raises: KeyError for a visit of nobody."""
        row = self.clients.get(number(appointment, "client"))
        if row is None:
            raise KeyError(f"visit {appointment['Id']} is of a client who is not there")
        return row

    def tell(self, event: str, data: Row) -> None:
        """Note that something happened, for each subscription that is active and wants to know.

        Seen [event-envelope]. Guess [own-changes-too]: a change through the API is told like one of the staff.
        """
        for row in self.subscriptions:
            wanted = row["eventIds"]
            if row["status"] == "Active" and isinstance(wanted, list | tuple) and event in wanted:
                message = self.messages.last + 1
                envelope = {
                    "messageId": f"simulated-message-{message}",
                    "eventId": event,
                    "eventSchemaVersion": 1,
                    "eventInstanceOriginationDate": self.utc_stamp(),
                    "eventData": {"siteId": self.world.site, **data},
                }
                self.messages.add(
                    {
                        "subscription": number(row, "Id"),
                        "body": json.dumps(envelope),
                        "made": self.now().timestamp(),
                        "due": self.now().timestamp(),
                    }
                )

    def write(self) -> None:
        """Put every table that changes in the site's file, whole or not at all; nothing where it keeps none."""
        if self._keep is None:
            return
        kept = {name: {"last": table.last, "rows": list(table)} for name, table in self.kept().items()}
        beside = self._keep.with_suffix(".new")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(beside, self._keep)

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


def stands(appointment: Row) -> bool:
    """Whether a visit takes time. Guess [requests-take-time]: a requested one does, one on the waitlist does not."""
    return appointment["Status"] not in OFF and not yes(appointment, "IsWaitlist")


def resources_of(appointment: Row) -> list[int]:
    """The numbers of the rooms and devices of a visit."""
    return numbers(appointment, "resources")


def name_of(row: Row) -> str:
    """First and last name."""
    return f"{text(row, 'FirstName')} {text(row, 'LastName')}"
