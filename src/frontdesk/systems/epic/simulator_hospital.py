"""One simulated hospital: the world it starts from, its tables, its clocks, and its file if it keeps one."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.fhir_pages import Pages
from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.epic.simulator_rows import Row, Table, instant, number, text

BOOKED, ARRIVED, FULFILLED, CANCELLED, MISSED = "booked", "arrived", "fulfilled", "cancelled", "noshow"
"""Seen [status-in-fhir]: with `proposed` for what $find gives, these are the words of FHIR."""

TAKING = frozenset({BOOKED, ARRIVED, FULFILLED, MISSED})
"""Guess [missed-keeps-its-time]: a visit that was missed is not open again; one that was cancelled is."""

LAYER2_STATUS = {
    BOOKED: "Scheduled",
    ARRIVED: "Arrived",
    FULFILLED: "Completed",
    CANCELLED: "Canceled",
    MISSED: "No Show",
}
"""Seen [status-in-layer-2]: "Scheduled". Guess [other-status-words]: the rest, which each site words itself."""

SCOPES = frozenset(
    {
        *("Patient.read", "Patient.search", "Patient.create", "Patient.match", "Practitioner.read"),
        *("Practitioner.search", "PractitionerRole.search", "Location.read", "Location.search", "Appointment.read"),
        *("Appointment.search", "Appointment.find", "Appointment.book", "Coverage.search"),
        *("DocumentReference.create", "Scheduling.read", "Scheduling.write", "EMPI.read", "EMPI.write"),
    }
)
"""Seen [scope-names]: `Patient.read` and `Patient.search`. Guess [other-scope-names]: the rest of the names."""


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands in the hospital when the simulation begins. Rows are made by the functions of `simulator_world`.

    `address` is where the client believes to be: links name it, and an assertion's `aud`. `site` and `environment`
    are the numbers within its OIDs. `client_keys` is the client's public JWK set (JSON); `known_from` is when the key
    arrives here, and `mapped` whether the hospital mapped the client to a user. `user` and `password` are those of the
    older way in; "" where it is switched off. `proposal_life` is how long what $find gave can be booked; `find_page`
    how many it gives at once. `usual_visit_type` is booked where the decision tree is asked nothing; "" for none.
    `cancel_notice` is how long before a visit it can still be cancelled from outside. `warnings` are numbers that a
    visit type's bookings meet. `interface` names both ends of HL7. `patient_field` is where PID carries the chart.
    """

    name: str
    address: str = "https://gateway"
    instance: str = "interconnect-simulated-oauth"
    site: str = "999"
    environment: str = "2"
    client_id: str = "00000000-simulated-client"
    client_keys: str = ""
    known_from: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    mapped: bool = True
    scopes: frozenset[str] = SCOPES
    user: str = ""
    password: str = ""
    user_id: str = "SIMULATED"
    proposal_life: timedelta = timedelta(minutes=15)
    find_page: int = 10
    usual_visit_type: str = ""
    cancel_notice: timedelta = timedelta(hours=2)
    not_cancelled_outside: frozenset[str] = frozenset()
    warnings: Mapping[str, str] | None = None
    required_of_patients: tuple[str, ...] = ("name", "birthDate", "gender")
    interface: tuple[str, str, str, str] = ("EPIC", "HOSP", "FRONTDESK", "CLINIC")
    patient_field: int = 3
    tells_by: str = "SIU"
    site_segment: bool = True
    makes_when_changed: bool = False
    departments: tuple[Row, ...] = ()
    providers: tuple[Row, ...] = ()
    visit_types: tuple[Row, ...] = ()
    does: tuple[Row, ...] = ()
    indications: tuple[Row, ...] = ()
    patients: tuple[Row, ...] = ()
    openings: tuple[Row, ...] = ()
    visits: tuple[Row, ...] = ()
    coverages: tuple[Row, ...] = ()

    def oid(self, what: str) -> str:
        """An OID of this site. Seen [oids-of-a-site]: its middle numbers differ from customer to customer."""
        return f"urn:oid:1.2.840.114350.1.13.{self.site}.{self.environment}.{what}"

    @property
    def visit_type_system(self) -> str:
        """The system of visit types in FHIR. Seen [visit-type-system]."""
        return self.oid("7.3.808267.11")

    @property
    def csn_system(self) -> str:
        """The system of contact serial numbers in FHIR. Guess [csn-system]: a number made up in the facts."""
        return self.oid("7.3.698084.8")

    @property
    def mrn_system(self) -> str:
        """The system of chart numbers in FHIR. Guess [mrn-system]: each site has its own."""
        return self.oid("5.737384.14")

    @property
    def epi_system(self) -> str:
        """The system of EPI ids in FHIR. Guess [epi-system]."""
        return self.oid("5.737384.0")

    @property
    def base(self) -> str:
        """Host and instance, before `/api` and `/oauth2`. Documented [base-url]."""
        return f"{self.address}/{self.instance}"


class Hospital:
    """The hospital's database while the simulation runs. `keep` names a file that outlives the process.

    Where the file exists its rows are taken instead of the world's, so that a hospital killed between two calls
    comes back as it was after the last one it carried out.
    """

    def __init__(self, world: World, *, clock: Clock, keep: Path | None = None) -> None:
        self.world = world
        self.pages = Pages()
        self._clock = clock
        self._keep = keep
        self.departments = Table("department", world.departments)
        self.providers = Table("provider", world.providers)
        self.visit_types = Table("visittype", world.visit_types)
        self.does = Table("does", world.does)
        self.indications = Table("indication", world.indications)
        self.patients = Table("patient", world.patients)
        self.openings = Table("opening", world.openings)
        self.visits = Table("csn", world.visits)
        self.coverages = Table("coverage", world.coverages)
        self.proposals = Table("proposal")
        self.documents = Table("document")
        self.notices = Table("notice")
        self.heard_messages = Table("message")
        if keep is not None and keep.exists():
            self._restore(keep)

    def now(self) -> datetime:
        """The present, in UTC, to the second."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def zone(self, department: str) -> ZoneInfo:
        """The zone of a department. Seen [department-time]: layer 2 speaks its wall clock, and names no zone."""
        return ZoneInfo(text(self.row(self.departments, department), "zone"))

    def wall(self, department: str, moment: datetime) -> datetime:
        """What the clock on a department's wall shows at an instant, without a zone."""
        return moment.astimezone(self.zone(department)).replace(tzinfo=None)

    def at(self, department: str, day: date, time: str) -> datetime:
        """The instant, in UTC, of a time on a department's wall; the earlier of two in autumn."""
        shown = datetime.fromisoformat(f"{day}T{time}")
        return shown.replace(tzinfo=self.zone(department)).astimezone(UTC)

    def minutes(self, visit_type: str) -> int:
        """How long a visit type lasts."""
        return number(self.row(self.visit_types, visit_type), "minutes")

    def row(self, table: Table, key: str) -> Row:
        """A row that another names. Raises: LookupError when it is not there."""
        found = table.get(key)
        if found is None:
            raise LookupError(f"there is no {table.key} {key}")
        return found

    def of_patient(self, patient: str) -> list[Row]:
        """A patient's visits, soonest first."""
        return sorted(self.visits.find(patient=patient), key=start_of)

    def write(self) -> None:
        """Put every table in the hospital's file, whole or not at all; nothing where it keeps none."""
        if self._keep is None:
            return
        kept = {table.key: {"next": table.next, "rows": list(table)} for table in self._tables()}
        beside = self._keep.with_suffix(".new")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(beside, self._keep)

    def _tables(self) -> tuple[Table, ...]:
        return (
            *(self.departments, self.providers, self.visit_types, self.does, self.indications, self.patients),
            *(self.openings, self.visits, self.coverages, self.proposals, self.documents, self.notices),
            self.heard_messages,
        )

    def _restore(self, keep: Path) -> None:
        kept: Mapping[str, Mapping[str, object]] = json.loads(keep.read_text(encoding="utf-8"))
        for table in self._tables():
            following, rows = kept[table.key]["next"], kept[table.key]["rows"]
            if not isinstance(following, int) or not isinstance(rows, list):
                raise TypeError(f"{keep} was not written by this simulator: {table.key} lacks its rows")
            table.clear()
            for row in rows:
                table.put(row)
            table.next = following


def start_of(visit: Row) -> datetime:
    """When a visit begins, in UTC."""
    return instant(visit, "start")


def end_of(visit: Row) -> datetime:
    """When a visit ends, in UTC."""
    return start_of(visit) + timedelta(minutes=number(visit, "minutes"))


def name_of(patient: Row) -> str:
    """A patient as "Family,Given". Guess [names-in-layer-2]: how layer 2 writes a name was not seen."""
    return f"{patient['last']},{patient['first']}"
