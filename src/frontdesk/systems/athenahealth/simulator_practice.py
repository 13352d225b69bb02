"""One simulated practice: the world it starts from, its tables, its clocks, and its file if it keeps one."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.refusals import seen
from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.athenahealth.simulator_encoding import Encoding
from frontdesk.systems.athenahealth.simulator_errors import NOT_VALID, missing, no_patient, not_valid, says
from frontdesk.systems.athenahealth.simulator_rows import Row, Table, number, text

OPEN, FUTURE, CHECKED_IN, CHECKED_OUT, CHARGED, CANCELLED = "o", "f", "2", "3", "4", "x"
"""Documented [appointment-status]."""

API = "API-SIMULATED"
"""Who did it, in `scheduledby` and its like, when the API did. Seen [done-by-api]: "API-" and a number."""

QUEUE_EVENTS = (
    *("ScheduleAppointment", "CheckIn", "CheckOut", "UpdateAppointment", "CancelAppointment"),
    *("FreezeAppointment", "UnfreezeAppointment", "DeleteAppointment", "AddAppointmentSlot"),
)
"""What a subscription without `eventname` hears. Documented [events-of-the-queue]."""

OPTIONAL_EVENTS = ("UpdateReminderCall", "UpdateSuggestedOverbooking")
"""Guess [optional-events-never-come]: they can be subscribed to by name; nothing here brings them about."""

TOPICS = {
    "ScheduleAppointment": "Appointment.schedule",
    "RescheduleAppointment": "Appointment.reschedule",
    "CancelAppointment": "Appointment.cancel",
    "UpdateAppointment": "Appointment.update",
    "CheckIn": "Appointment.check-in",
    "CheckOut": "Appointment.check-out",
    "FreezeAppointment": "Appointment.freeze",
    "UnfreezeAppointment": "Appointment.unfreeze",
}
"""The webhook topic of each event. Documented [topics]."""


class Rollout(Enum):
    """What a production practice may have to switch on first. Documented [permissioned-rollout]."""

    BOOKED = "booked"
    DETAILS = "appointment details"
    CHANGED = "changed"
    CREATE_PATIENT = "create patient"
    BEST_MATCH = "best match"


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands in the practice when the simulation begins. Rows are made by the functions of `simulator_world`.

    `token_url` is where the client believes to be; a signed assertion names it. `client_keys` is the public JWK set
    (JSON) of an app that signs instead of sending a secret. `scopes` are what the app was granted. `lead` and
    `horizon` bound what the web may schedule. `subscribing_takes` is how long a new subscription needs to act.
    """

    practice_id: int
    name: str
    client_id: str = "simulated-client"
    client_secret: str = "simulated-secret"  # noqa: S105 - obviously no real one
    client_keys: str = ""
    token_url: str = "https://api.preview.platform.athenahealth.com/oauth2/v1/token"  # noqa: S105 - an address
    scopes: frozenset[str] = frozenset({"athena/service/Athenanet.MDP.*"})
    rolled_out: frozenset[Rollout] = frozenset(Rollout)
    encoding: Encoding = Encoding.AS_RECORDED
    lead: timedelta = timedelta(hours=24)
    horizon: timedelta = timedelta(days=90)
    subscribing_takes: timedelta = timedelta(0)
    required_at_check_in: tuple[str, ...] = ()
    departments: tuple[Row, ...] = ()
    providers: tuple[Row, ...] = ()
    types: tuple[Row, ...] = ()
    reasons: tuple[Row, ...] = ()
    mappings: tuple[Row, ...] = ()
    cancel_reasons: tuple[Row, ...] = ()
    confirmations: tuple[Row, ...] = ()
    custom_fields: tuple[Row, ...] = ()
    packages: tuple[Row, ...] = ()
    patients: tuple[Row, ...] = ()
    appointments: tuple[Row, ...] = ()


class Practice:
    """The practice's database while the simulation runs. `keep` names a file that outlives the process.

    Where the file exists its rows are taken instead of the world's, so that a practice killed between two calls
    comes back as it was after the last one it carried out.
    """

    def __init__(self, world: World, *, clock: Clock, keep: Path | None = None) -> None:
        self.world = world
        self._clock = clock
        self._keep = keep
        self.tables: Mapping[str, Table] = {
            "departments": Table("departmentid", world.departments),
            "providers": Table("providerid", world.providers),
            "types": Table("appointmenttypeid", world.types),
            "reasons": Table("reasonid", world.reasons),
            "mappings": Table("mappingid", world.mappings),
            "cancel_reasons": Table("appointmentcancelreasonid", world.cancel_reasons),
            "confirmations": Table("statusid", world.confirmations),
            "custom_fields": Table("customfieldid", world.custom_fields),
            "packages": Table("insurancepackageid", world.packages),
            "patients": Table("patientid", world.patients),
            "appointments": Table("appointmentid", world.appointments),
            "notes": Table("noteid"),
            "custom_values": Table("valueid"),
            "documents": Table("documentid"),
            "insurances": Table("insuranceid"),
            "waitlist": Table("waitlistid"),
            "subscribed": Table("subscribedid"),
            "queue": Table("messageid"),
            "hooks": Table("hookid"),
            "notices": Table("noticeid"),
            "settings": Table("settingid"),
        }
        if keep is not None and keep.exists():
            self._restore(keep)

    @property
    def patients(self) -> Table:
        """Patients."""
        return self.tables["patients"]

    @property
    def appointments(self) -> Table:
        """Open slots and booked visits. Seen [one-id-space]."""
        return self.tables["appointments"]

    def now(self) -> datetime:
        """The present, in UTC, to the second."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def zone(self, department: int) -> ZoneInfo:
        """The zone of a department. Documented [department-time]: all days and times of visits are its wall clock."""
        return ZoneInfo(text(self.department(department), "timezonename"))

    def wall(self, department: int) -> datetime:
        """What the clock on a department's wall shows, without a zone."""
        return self.now().astimezone(self.zone(department)).replace(tzinfo=None)

    def start_of(self, row: Row) -> datetime:
        """When a slot or visit begins, in UTC."""
        wall = datetime.fromisoformat(f"{row['day']}T{row['time']}")
        return wall.replace(tzinfo=self.zone(number(row, "departmentid"))).astimezone(UTC)

    def department(self, number_: int) -> Row:
        """A department. Raises: Refusal for none."""
        return self._known("departments", number_)

    def provider(self, number_: int) -> Row:
        """A provider. Raises: Refusal for none."""
        return self._known("providers", number_)

    def type(self, number_: int) -> Row:
        """An appointment type. Raises: Refusal for none."""
        row = self.tables["types"].get(number_)
        if row is None:
            raise seen("type-invalid", 400, says(NOT_VALID, detailedmessage="Appointment type ID is invalid."))
        return row

    def patient(self, number_: int) -> Row:
        """A patient, deleted ones too. Raises: Refusal for none."""
        row = self.patients.get(number_)
        if row is None:
            raise no_patient()
        return row

    def appointment(self, number_: int) -> Row:
        """A slot or a visit. Raises: Refusal for none; recorded for a note, elsewhere the same is a guess."""
        row = self.appointments.get(number_)
        if row is None:
            raise seen("appointment-not-available", 404, says("The appointment is not available."))
        return row

    def encoding(self) -> Encoding:
        """How numbers and booleans go out at present."""
        return Encoding.PROPER if len(self.tables["settings"]) else self.world.encoding

    def change(self, appointment: Row, changes: Row, *, event: str, by: str) -> Row:
        """A slot or visit with some columns changed, stamped and told of."""
        stamped = {**changes, "modifiedat": self.now().isoformat(), "modifiedby": by}
        changed = self.appointments.change(number(appointment, "appointmentid"), stamped)
        self.tell(event, changed)
        return changed

    def add_slot(self, row: Row, *, by: str) -> Row:
        """A new open slot, told of."""
        stamp = self.now().isoformat()
        added = self.appointments.add({**row, "made": stamp, "modifiedat": stamp, "modifiedby": by})
        slot = {"slot": added["appointmentid"], "slottypeid": added["appointmenttypeid"]}
        added = self.appointments.change(number(added, "appointmentid"), slot)
        self.tell("AddAppointmentSlot", added)
        return added

    def tell(self, event: str, appointment: Row) -> None:
        """Put what happened in the queue and among the notices of those who subscribed to it in time."""
        of = number(appointment, "appointmentid")
        if self._hears(event, number(appointment, "departmentid")):
            message: Row = {"event": event, "appointmentid": of, "at": self.now().isoformat(), "processed": ""}
            self.tables["queue"].add(message)
        self.notify(TOPICS.get(event, ""), "appointment", of, appointment)

    def notify(self, topic: str, kind: str, of: int, row: Row) -> None:
        """Leave a notice for each webhook of a topic."""
        for hook in self.tables["hooks"]:
            if hook["topic"] == topic:
                notice: Row = {"hookid": hook["hookid"], "topic": topic, "kind": kind, "of": of, "state": "pending"}
                about: Row = {name: row.get(name, 0) for name in ("patientid", "departmentid")}
                self.tables["notices"].add({**notice, **about, "at": self.now().isoformat()})

    def write(self) -> None:
        """Put every table in the practice's file, whole or not at all; nothing where it keeps none."""
        if self._keep is None:
            return
        kept = {name: {"last": table.last, "rows": list(table)} for name, table in self.tables.items()}
        beside = self._keep.with_suffix(".new")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(beside, self._keep)

    def _hears(self, event: str, department: int) -> bool:
        """Whether the key subscribed to it. Documented [subscribing-takes-minutes]: and long enough ago."""
        acts = self.now() - self.world.subscribing_takes
        return any(
            row["event"] == event
            and (not row["departments"] or str(department) in text(row, "departments").split(","))
            and datetime.fromisoformat(text(row, "since")) <= acts
            for row in self.tables["subscribed"]
        )

    def _known(self, table: str, number_: int) -> Row:
        row = self.tables[table].get(number_)
        if row is None:
            key = self.tables[table].key
            raise missing(key) if number_ == 0 else not_valid(key, f"there is no {number_}")
        return row

    def _restore(self, keep: Path) -> None:
        kept: Mapping[str, Mapping[str, object]] = json.loads(keep.read_text(encoding="utf-8"))
        for name, table in self.tables.items():
            last, rows = kept[name]["last"], kept[name]["rows"]
            if not isinstance(last, int) or not isinstance(rows, list):
                raise TypeError(f"{keep} was not written by this simulator: {name} lacks its rows")
            table.clear()
            for row in rows:
                table.put(row)
            table.last = last
