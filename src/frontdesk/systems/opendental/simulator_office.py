"""One simulated dental office: the world it starts from, its tables, its clock, and its file if it keeps one."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.opendental.simulator_rows import STAMP, Row, Table, number, text, written

CONFIRMED, BILLING, UNSCHEDULED, IMAGES, BLOCKOUTS, COMMLOGS = 2, 4, 13, 18, 25, 27
"""Categories of definitions that matter here. Documented [definition-categories]."""


class Permission(Enum):
    """What a developer's key may do, by the group its calls belong to. Documented [permission-groups]."""

    READ_ALL = "Read All"
    COMM = "Comm"
    DOCUMENTS = "Documents"
    APPOINTMENTS = "Appointments"
    PATIENTS = "Patients"
    ALL_OTHERS = "AllOthers"
    ENTERPRISE = "Enterprise"


class Mode(Enum):
    """Which of the three ways of running the API answers. Documented [run-modes]."""

    REMOTE = "remote"
    SERVICE = "service"
    LOCAL = "local"


EVERYTHING = frozenset(Permission) - {Permission.ENTERPRISE}


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands in the office when the simulation begins. Rows are made by the functions of `simulator_world`.

    `version` is the office's Open Dental, like "25.4.9". `confirm_values` says which definition of category 2 the
    office's eServices set for "Sent", "Confirmed", "Not Accepted" and "Failed". `workstations` run the service that
    fires events.
    """

    zone: ZoneInfo
    developer_key: str = "simulated-developer"
    customer_key: str = "simulated-customer"
    permissions: frozenset[Permission] = EVERYTHING
    version: str = "25.4.9"
    workstations: tuple[str, ...] = ("SERVER",)
    confirm_values: Mapping[str, int] = field(default_factory=dict)
    clinics: tuple[Row, ...] = ()
    providers: tuple[Row, ...] = ()
    operatories: tuple[Row, ...] = ()
    definitions: tuple[Row, ...] = ()
    preferences: tuple[Row, ...] = ()
    appointment_types: tuple[Row, ...] = ()
    carriers: tuple[Row, ...] = ()
    schedules: tuple[Row, ...] = ()
    patients: tuple[Row, ...] = ()
    appointments: tuple[Row, ...] = ()


class Office:
    """The office's database while the simulation runs. `keep` names a file that outlives the process.

    Where the file exists its rows are taken instead of the world's, so that an office killed between two calls
    comes back as it was after the last one it carried out.
    """

    def __init__(self, world: World, *, clock: Clock, mode: Mode = Mode.SERVICE, keep: Path | None = None) -> None:
        self.world = world
        self.mode = mode
        self._clock = clock
        self._keep = keep
        self.clinics = Table("ClinicNum", world.clinics)
        self.providers = Table("ProvNum", world.providers)
        self.operatories = Table("OperatoryNum", world.operatories)
        self.definitions = Table("DefNum", world.definitions)
        self.preferences = Table("PrefNum", world.preferences)
        self.appointment_types = Table("AppointmentTypeNum", world.appointment_types)
        self.schedules = Table("ScheduleNum", world.schedules)
        self.patients = Table("PatNum", world.patients)
        self.appointments = Table("AptNum", world.appointments)
        self.deleted_appointments = Table("AptNum")
        self.commlogs = Table("CommlogNum")
        self.popups = Table("PopupNum")
        self.documents = Table("DocNum")
        self.carriers = Table("CarrierNum", world.carriers)
        self.plans = Table("PlanNum")
        self.inssubs = Table("InsSubNum")
        self.patplans = Table("PatPlanNum")
        self.subscriptions = Table("SubscriptionNum")
        if keep is not None and keep.exists():
            self._restore(keep)

    def tables(self) -> Mapping[str, Table]:
        """Every table by the name it has in Open Dental's paths."""
        return {
            "clinics": self.clinics,
            "providers": self.providers,
            "operatories": self.operatories,
            "definitions": self.definitions,
            "preferences": self.preferences,
            "appointmenttypes": self.appointment_types,
            "schedules": self.schedules,
            "patients": self.patients,
            "appointments": self.appointments,
            "deletedappointments": self.deleted_appointments,
            "commlogs": self.commlogs,
            "popups": self.popups,
            "documents": self.documents,
            "carriers": self.carriers,
            "insplans": self.plans,
            "inssubs": self.inssubs,
            "patplans": self.patplans,
            "subscriptions": self.subscriptions,
        }

    def wall(self) -> datetime:
        """What the clock on the office's wall shows, to the second; autumn shows one hour twice.

        Documented [wall-clock]: nothing in the API carries a zone or an offset.
        """
        return self._clock().astimezone(UTC).astimezone(self.world.zone).replace(microsecond=0, tzinfo=None)

    def stamp(self) -> str:
        """The wall clock as rows carry it."""
        return written(self.wall())

    def add(self, table: Table, row: Row) -> Row:
        """A new row of a table, stamped."""
        return table.add({**row, STAMP: self.stamp()})

    def change(self, table: Table, row: Row, changes: Row) -> Row:
        """A row with some columns changed and stamped anew; the others keep what they hold."""
        return table.put({**row, **changes, STAMP: self.stamp()})

    def uses_clinics(self) -> bool:
        """Whether the office uses the Clinics feature. Documented [no-clinics]: without it every ClinicNum is 0."""
        return len(self.clinics) > 0

    def preference(self, name: str) -> str:
        """What the office set for a preference; "" when it set nothing."""
        return next((text(row, "ValueString") for row in self.preferences if row["PrefName"] == name), "")

    def definitions_of(self, category: int) -> list[Row]:
        """The picklist of a category in the office's order, hidden ones left out."""
        return [row for row in self.definitions if row["Category"] == category and row["isHidden"] == "false"]

    def name_of(self, definition: int) -> str:
        """What staff call a definition; "" for 0."""
        row = self.definitions.get(definition)
        return text(row, "ItemName") if row else ""

    def abbreviation_of(self, provider: int) -> str:
        """The short name of a provider; "" for 0."""
        row = self.providers.get(provider)
        return text(row, "Abbr") if row else ""

    def default_provider(self) -> int:
        """The practice's default provider; 0 when none is set."""
        return int(self.preference("PracticeDefaultProv") or "0")

    def write(self) -> None:
        """Put every table in the office's file, whole or not at all; nothing where it keeps none."""
        if self._keep is None:
            return
        kept = {name: {"last": table.last, "rows": list(table)} for name, table in self.tables().items()}
        beside = self._keep.with_suffix(".new")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(beside, self._keep)

    def _restore(self, keep: Path) -> None:
        kept: Mapping[str, Mapping[str, object]] = json.loads(keep.read_text(encoding="utf-8"))
        for name, table in self.tables().items():
            for row in list(table):
                table.remove(number(row, table.key))
            last, rows = kept[name]["last"], kept[name]["rows"]
            if not isinstance(last, int) or not isinstance(rows, list):
                raise TypeError(f"{keep} was not written by this simulator: {name} lacks its rows")
            for row in rows:
                table.put(row)
            table.last = last


def sorted_by(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Rows in the order of these columns, each compared as text or number as it is kept."""
    return sorted(rows, key=lambda row: tuple(row[column] for column in columns))
