"""Pure: Unity's rows as our values, and our values as its fields.

Its words: what is booked is a resource, a column that is a person, a room or a device; a practitioner's is theirs here.
An appointment type is a service, a scheduling location a location. All three are known by their abbreviations, which
may come padded with spaces. A visit comes in one form from GetSchedule and its kin, in another from
GetAppointmentsByChangeDTTM; both are read here. All values are text.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.faults import Refused
from frontdesk.systems.allscripts.directory import Directory, said
from frontdesk.systems.allscripts.times import clock, day_of, shown_in, us
from frontdesk.systems.allscripts.unpublished import GUESSED, Reference
from frontdesk.wire.foreign import Foreign, Unreadable

STATUS: Mapping[str, tuple[Status, bool]] = MappingProxyType(
    {
        "S": (Status.BOOKED, False),
        "C": (Status.BOOKED, True),
        "A": (Status.ARRIVED, False),  # acknowledged or arrived: concluded
        "X": (Status.CANCELLED, False),
        "N": (Status.NOSHOW, False),
        "B": (Status.CANCELLED, False),  # bumped: the practice took it off its time
        "W": (Status.WAITLIST, False),
        "Pending": (Status.BOOKED, False),  # the words of GetSchedule, as one sample of an EHR shows them
        "Completed": (Status.FULFILLED, False),
    }
)
"""By letter or word: how a visit stands, and whether it was confirmed."""
BUMPED = "B"
CONFIRMED, ARRIVED, CANCELLED, MISSED = "C", "A", "X", "N"
_NOTES = ("Comment", "SchedComment", "SchedText", "Appt_Comments")
_OF_PATIENTS = "PATIENT"  # how the names of a patient's own reasons begin
_NO_REASONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Unity's abbreviation of each thing of ours. What is not in it is not booked there.

    `reasons` are the practice's own numbers of why a visit is cancelled: "patient", "practice"; `confirmed` that of a
    confirmation by the patient. Each may be left out; then none is sent.
    """

    locations: Mapping[LocationId, str]
    resources: Mapping[PractitionerId, str]
    types: Mapping[ServiceId, str]
    reasons: Mapping[str, str] = field(default_factory=lambda: _NO_REASONS)
    confirmed: str = ""
    reference: Reference = GUESSED

    def __post_init__(self) -> None:
        for what, names in (
            ("scheduling location", list(self.locations.values())),
            ("resource", list(self.resources.values())),
            ("appointment type", list(self.types.values())),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise Impossible(f"The {what} {twice[0]} is given to two of ours; give each its own.")

    def within(self, practice: Practice) -> "Numbers":
        """Only what the practice still has."""
        locations = {location.id for location in practice.locations}
        people = {person.id for person in practice.practitioners}
        services = {service.id for service in practice.services}
        return Numbers(
            locations={id: name for id, name in self.locations.items() if id in locations},
            resources={id: name for id, name in self.resources.items() if id in people},
            types={id: name for id, name in self.types.items() if id in services},
            reasons=self.reasons,
            confirmed=self.confirmed,
            reference=self.reference,
        )

    def location_of(self, abbreviation: str) -> LocationId | None:
        """The location of a scheduling location's abbreviation."""
        return next((id for id, known in self.locations.items() if known == abbreviation), None)

    def practitioner_of(self, abbreviation: str) -> PractitionerId | None:
        """Whose resource it is."""
        return next((id for id, known in self.resources.items() if known == abbreviation), None)

    def service_of(self, abbreviation: str) -> ServiceId | None:
        """The service of an appointment type's abbreviation."""
        return next((id for id, known in self.types.items() if known == abbreviation), None)

    def reason(self, why: Cancellation) -> str:
        """The practice's own number of a reason; "" where its file names none."""
        return self.reasons.get("patient" if why.name.startswith(_OF_PATIENTS) else "practice", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A row of the schedule. `columns` are the resources that it may be in, one unless it cannot be told.

    `location` and `type` are abbreviations, "" where the row does not tell one.

    `whole` is all that may be meant by its time where the clock is changed. `standing` None: a status that nobody
    knows, told in `strange`; it counts as in use. `notes` are all that is written on it.
    """

    number: str
    patient: str
    standing: Status | None
    confirmed: bool
    during: Period
    whole: Period
    columns: tuple[str, ...]
    location: str
    type: str
    notes: str
    reason: Cancellation | None = None
    strange: Unreadable | None = None

    @property
    def in_use(self) -> bool:
        """Whether somebody has the time."""
        return self.standing is None or self.standing.takes_time

    @property
    def resource(self) -> str:
        """The one resource that it is in; "" where that cannot be told."""
        return self.columns[0] if len(self.columns) == 1 else ""

    @property
    def order(self) -> tuple[int, str]:
        """Which of two visits was there first: the lower number, as databases count."""
        return (int(self.number), "") if self.number.isdecimal() else (0, self.number)


def visit(row: Foreign, directory: Directory, zone: ZoneInfo) -> Visit:
    """A row of GetSchedule, GetScheduleByPatientID or GetAppointmentById. Raises: Unreadable."""
    return _visit(
        row,
        zone,
        number="AppointmentID",
        patient="patientID",
        shown="ApptTime2",
        came="TimeIn",
        left="TimeOut",
        columns=directory.columns_of(
            number=said(row, "ProviderID"), practitioner=said(row, "Practitioner_ID"), name=said(row, "Provider")
        ),
        location=directory.location_named(said(row, "LocationName")),
        type=directory.type_named(said(row, "appttype"), said(row, "type")),
    )


def changed_visit(row: Foreign, directory: Directory, zone: ZoneInfo) -> Visit:
    """A row of GetAppointmentsByChangeDTTM. Raises: Unreadable."""
    return _visit(
        row,
        zone,
        number="Appointment_ID",
        patient="Patient_ID",
        shown="Appointment_DateTime",
        came="Check_In_Time",
        left="Check_Out_Time",
        columns=(said(row, "Resource_Abbr"),)
        if said(row, "Resource_Abbr")
        else directory.columns_of(number=said(row, "Resource_ID")),
        location=directory.location_numbered(said(row, "Scheduling_Location_ID")),
        type=said(row, "Appt_Type_Abbr"),
    )


def appointment(
    found: Visit, numbers: Numbers, patient: PatientId | None, *, booked_as: ServiceId | None = None
) -> Appointment:
    """A visit as the desk knows it. `booked_as`: what we booked it as, where its type does not tell.

    Raises: Unreadable (its status is unknown), Refused (it is at a location that the numbers do not name).
    """
    location = numbers.location_of(found.location)
    if found.standing is None:
        raise found.strange or Unreadable(f"appointment {found.number}", "Status", "is missing")
    if location is None:
        raise Refused(f"Visit {found.number} is at a location that is none of ours. Staff must look; or map it.")
    return Appointment(
        id=AppointmentId(found.number),
        service=numbers.service_of(found.type) or booked_as,
        location=location,
        practitioner=numbers.practitioner_of(found.resource),
        room=None,  # a visit is booked on one resource, and that is its practitioner
        devices=(),
        during=found.during,
        status=found.standing,
        patient=patient,
        reason=found.reason,
    )


def new_appointment(slot: Slot, *, patient: str, numbers: Numbers, zone: ZoneInfo, mark: str) -> dict[str, str]:
    """What SaveAppointment is to be told, by the words of its template."""
    shown = wall(slot.during.start, zone)
    return {
        "patient": patient,
        "day": us(shown.date()),
        "time": clock(shown),
        "minutes": str(slot.during.length // timedelta(minutes=1)),
        "resource": numbers.resources[slot.practitioner],
        "location": numbers.locations[slot.location],
        "type": numbers.types[slot.service],
        "notes": f"Booked by {mark}",
    }


def mark_of(key: str) -> str:
    """The words by which a note shows the key of an intent."""
    return f"Frontdesk {hashlib.sha256(key.encode()).hexdigest()[:16]}"


def chart_of(row: Foreign) -> Chart:
    """A row of GetPatientDemographics. Whether a file takes no visits is not told. Raises: Unreadable."""
    return Chart(
        number=row.text("Patient_ID").strip(),
        given=tuple(filter(None, (said(row, "First_Name"),))),
        family=said(row, "Last_Name"),
        birth_date=day_of(row, "DOB") if row.has("DOB") and row.text("DOB").strip() else None,
        phones=tuple(filter(None, (said(row, name) for name in ("Cell_Phone", "HomePhone", "Work_Phone")))),
        emails=tuple(filter(None, (said(row, "Email_Address"),))),
    )


def us_phone(phone: str | None) -> str | None:
    """The ten digits of a phone of North America; None for any other, which the fields are not known to hold."""
    return phone[2:] if phone and phone.startswith("+1") and len(phone) == 12 else None


def new_patient(patient: Patient) -> dict[str, str]:
    """What SavePatient is to be told, by the words of its template. Raises: Refused (a name is missing)."""
    if not (patient.given.strip() and patient.family.strip()):
        raise Refused("Unity opens a file for a first and a last name; one of them is missing.")
    told = {
        "given": patient.given.strip(),
        "family": patient.family.strip(),
        "born": us(patient.birth_date) if patient.birth_date else None,
        "cell": us_phone(patient.phone),
        "email": patient.email,
    }
    return {word: value for word, value in told.items() if value}


_AS_KEPT: Mapping[str, str] = MappingProxyType(
    {
        "given": "First_Name",
        "family": "Last_Name",
        "middle": "Middle_Initial",
        "born": "DOB",
        "sex": "Sex",
        "ssn": "SSN",
        "record": "Patient_Med_Rec_No",
        "street": "Street1",
        "street2": "Street2",
        "city": "City",
        "state": "State",
        "zip": "Zip_Code",
        "home": "HomePhone",
        "work": "Work_Phone",
        "cell": "Cell_Phone",
        "email": "Email_Address",
        "race": "Race",
        "ethnicity": "Ethnicity",
        "language": "Language",
        "marital": "Marital_Status",
    }
)
"""Where GetPatientDemographics has what the template of SavePatient is told."""


def as_kept(row: Foreign) -> dict[str, str]:
    """All that a file says and SavePatient can be told, by the words of its template. Raises: Unreadable."""
    kept = {word: value for word, name in _AS_KEPT.items() if (value := said(row, name))}
    return kept | ({"born": us(day_of(row, "DOB"))} if "born" in kept else {})


def _visit(
    row: Foreign,
    zone: ZoneInfo,
    *,
    number: str,
    patient: str,
    shown: str,
    came: str,
    left: str,
    columns: tuple[str, ...],
    location: str,
    type: str,
) -> Visit:
    standing, confirmed, strange = _standing(row, came=came, left=left)
    minutes = row.integer("Duration")
    if not 0 < minutes <= 24 * 60:
        raise Unreadable(row.row, "Duration", f"is {minutes}, and minutes of one day were wanted")
    begins, lasts = shown_in(row, shown), timedelta(minutes=minutes)
    start = instant(begins.date(), begins.time(), zone)
    ends = begins + lasts
    last = instant(ends.date(), ends.time().replace(fold=1), zone)
    return Visit(
        number=row.text(number).strip(),
        patient=said(row, patient),
        standing=standing,
        confirmed=confirmed,
        during=Period(start=start, end=start + lasts),
        whole=Period(start=start, end=max(start + lasts, last)),
        columns=columns,
        location=location,
        type=type,
        notes="\n".join(filter(None, (said(row, name) for name in _NOTES))),
        reason=Cancellation.PROVIDER if said(row, "Status") == BUMPED else None,
        strange=strange,
    )


def _standing(row: Foreign, *, came: str, left: str) -> tuple[Status | None, bool, Unreadable | None]:
    """How a visit stands. A time at which the patient came or left says more than the letter of a booked one."""
    trimmed = Foreign(row=row.row, fields={"Status": said(row, "Status")})
    try:
        standing, confirmed = trimmed.word("Status", STATUS)
    except Unreadable as unknown:
        return None, False, unknown
    if standing in {Status.BOOKED, Status.ARRIVED}:
        for name, status in ((left, Status.FULFILLED), (came, Status.ARRIVED)):
            if _is_told(row, name):
                return status, confirmed, None
    return standing, confirmed, None


def _is_told(row: Foreign, name: str) -> bool:
    return said(row, name) not in {"", "00:00", "0:00"}


Reads = Callable[[Foreign, Directory, ZoneInfo], Visit]
"""How a row is read: `visit` or `changed_visit`."""
