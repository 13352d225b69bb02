"""One simulated practice: the world it starts from, its tables, its clock, and its file if it keeps one."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.allscripts.simulator_refusals import Form
from frontdesk.systems.allscripts.simulator_rows import Row, Table, number, numbers, stored, text

SCHEDULED, CONFIRMED, ARRIVED, CANCELLED, NO_SHOW, BUMPED, WAITING = "S", "C", "A", "X", "N", "B", "W"
"""Status letters of a visit. Seen [status-letters]: A is acknowledged, or arrived; here arrived (a guess)."""

OFF = (CANCELLED, NO_SHOW, BUMPED, WAITING)
"""Letters of a visit that takes no time. Guess [off-the-book]: a no-show's is free again, a wait-listed has none."""


class Flavour(Enum):
    """Which product's Unity a call is for. Documented [two-flavours]: each has its own address, users and passwords."""

    PM = "practice management"
    EHR = "electronic health record"


class Orders(Enum):
    """What the client's interface takes in by HL7. Documented [orders-as-bought]: one or the other, or nothing."""

    NONE = "nothing"
    SIU = "SIU^S12, S13 and S15"
    SRM = "SRM^S01, S03 and S04, answered by SRR"


@dataclass(frozen=True, kw_only=True, slots=True)
class Interface:
    """The HL7 v2 interface that the client bought. `ours` names the system and site, `theirs` the desk and its site.

    One with `tells` sends notices. A `silent` one acknowledges every order as stored, and says nothing of refusals.
    """

    orders: Orders = Orders.SIU
    tells: bool = True
    silent: bool = False
    ours: tuple[str, str] = ("PM", "CLINIC")
    theirs: tuple[str, str] = ("FRONTDESK", "CLINIC")


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """A user, and the two passwords: of the practice management system and of the EHR, "" for no user there."""

    user: str
    password: str
    ehr_password: str = ""


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands in the practice when the simulation begins. Rows are made by the functions of `simulator_world`.

    `windows_zone` is how the server spells its zone. `ubiquity` is the prefix of the cloud router, "" where the client
    is reached at its own address alone. `licensed` are the actions the app was certified for, None for every one that
    is played. The server cuts open time into steps of `grid`. `status_words` shows words in schedules, not letters.
    `failing` is the form of an error without a known one.
    """

    name: str
    zone: ZoneInfo
    windows_zone: str
    logins: tuple[Login, ...]
    service_user: str = "Simu-0000-CCPM-test"
    service_password: str = "simulated-service-password"  # noqa: S105 - opens nothing but this simulator
    ehr_service_user: str = "Simu-0000-EHR-test"
    ehr_service_password: str = "simulated-ehr-service-password"  # noqa: S105 - as above
    appname: str = "Simu.Frontdesk.TestApp"
    ubiquity: str = ""
    quoted_token: bool = True
    sessions: int = 10
    licensed: frozenset[str] | None = None
    grid: timedelta = timedelta(minutes=15)
    status_words: bool = False
    failing: Form = Form.STATUS
    interface: Interface = Interface()
    departments: tuple[Row, ...] = ()
    locations: tuple[Row, ...] = ()
    practitioners: tuple[Row, ...] = ()
    resources: tuple[Row, ...] = ()
    appointment_types: tuple[Row, ...] = ()
    cancellation_reasons: tuple[Row, ...] = ()
    confirmation_results: tuple[Row, ...] = ()
    hours: tuple[Row, ...] = ()
    blocks: tuple[Row, ...] = ()
    patients: tuple[Row, ...] = ()
    appointments: tuple[Row, ...] = ()


class Practice:
    """The practice's database while the simulation runs. `keep` names a file that outlives the process.

    Where the file exists its rows are taken instead of the world's, so that a practice killed between two calls comes
    back as it was after the last one it carried out. The catalogue is the world's.
    """

    def __init__(self, world: World, *, clock: Clock, keep: Path | None = None) -> None:
        self.world = world
        self.now = clock
        self._keep = keep
        self.departments = Table("Scheduling_Department_ID", world.departments)
        self.locations = Table("Scheduling_Location_ID", world.locations)
        self.practitioners = Table("Practitioner_ID", world.practitioners)
        self.resources = Table("Resource_ID", world.resources)
        self.appointment_types = Table("Appointment_Type_ID", world.appointment_types)
        self.cancellation_reasons = Table("Cancellation_Reason_ID", world.cancellation_reasons)
        self.confirmation_results = Table("Confirmation_Result_ID", world.confirmation_results)
        self.hours = Table("id", world.hours)
        self.blocks = Table("id", world.blocks)
        self.patients = Table("Patient_ID", world.patients, first=33_001)
        self.appointments = Table("Appointment_ID", world.appointments, first=9_001)
        self.notes = Table("NoteID", first=501)
        self.sessions = Table("id")
        self.tasks = Table("TaskID", first=7_001)
        self.documents = Table("documentID", first=8_001)
        self.users = Table("id")
        for one in world.logins:
            for flavour, password in ((Flavour.PM, one.password), (Flavour.EHR, one.ehr_password)):
                self.users.add(
                    {"user": one.user, "flavour": flavour.name, "password": password, "failures": 0, "expired": False}
                )
        self.messages = Table("id")
        self.orders = Table("id")
        if keep is not None and keep.exists():
            self._restore(keep)

    def kept(self) -> Mapping[str, Table]:
        """The tables that change, by name."""
        return {
            "blocks": self.blocks,
            "patients": self.patients,
            "appointments": self.appointments,
            "notes": self.notes,
            "tasks": self.tasks,
            "documents": self.documents,
            "sessions": self.sessions,
            "users": self.users,
            "messages": self.messages,
            "orders": self.orders,
        }

    def wall(self) -> datetime:
        """What the server's clock shows, to the second; autumn shows one hour twice. Documented [server-time]."""
        return self.now().astimezone(self.world.zone).replace(microsecond=0, tzinfo=None)

    def stamp(self) -> str:
        """The server's wall clock as rows keep it."""
        return stored(self.wall())

    def book(self, row: Row) -> Row:
        """A new visit on the book."""
        moments = ("confirmed", "cancelled", "no_show", "bumped", "checked_in", "checked_out")
        fresh: Row = {
            "status": SCHEDULED,
            **dict.fromkeys(moments, ""),
            **dict.fromkeys(("cancellation_reason", "confirmation"), None),
            "scheduled": self.stamp(),
            "changed": self.stamp(),
            "taken": self.now().timestamp(),
            "placer": "",
            "forced": False,
        }
        return self.appointments.add({**fresh, **row})

    def change_visit(self, appointment: int, changes: Row) -> Row:
        """A visit with some columns changed; when that was is noted."""
        taken: Row = {"taken": self.now().timestamp()} if "start" in changes or "Resource_ID" in changes else {}
        return self.appointments.change(appointment, {**changes, **taken, "changed": self.stamp()})

    def mark(self, appointment: int, letter: str, more: Row | None = None) -> Row:
        """A visit with another status letter, when it got it, and what else changes with that."""
        column = {CONFIRMED: "confirmed", ARRIVED: "checked_in", CANCELLED: "cancelled", NO_SHOW: "no_show"}
        moment = {**column, BUMPED: "bumped"}.get(letter)
        return self.change_visit(
            appointment, {"status": letter, **({moment: self.stamp()} if moment else {}), **(more or {})}
        )

    def patient_of(self, appointment: Row) -> Row:
        """Whose visit it is. Raises: KeyError for a visit of nobody."""
        return self.patients.at(number(appointment, "Patient_ID"))

    def write(self) -> None:
        """Put every table that changes in the file, whole or not at all; nothing where it keeps none."""
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
    """Whether a visit takes time."""
    return appointment["status"] not in OFF


def does(resource: Row, appointment_type: int) -> bool:
    """Whether a type can be booked on a resource. Guess [types-of-a-resource]: restrictions name those that can."""
    return appointment_type in numbers(resource, "types")


def patient_name(row: Row) -> str:
    """A patient as the schedule names them. Seen [patient-column]: "Aaron, Bill S"."""
    return f"{text(row, 'Last_Name')}, {text(row, 'First_Name')} {text(row, 'Middle_Initial')}".rstrip()
