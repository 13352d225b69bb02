"""Pure: athenaOne's rows as our values, and our values as its fields.

Its words: a department is a location, a provider a practitioner, an appointment type or a visit reason a service. Open
slots and visits are rows of one kind with numbers of one row; booking turns a slot into a visit. Days are mm/dd/yyyy
and times HH:MM on the wall of the department. Numbers and yes or no come as JSON's own or as text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant
from frontdesk.ports.faults import Refused
from frontdesk.systems.athenahealth.client import us
from frontdesk.wire.foreign import Foreign, Unreadable

_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_FIRST, _LAST = date(1850, 1, 1), date(2200, 1, 1)
STATUS: Mapping[str, Status | None] = MappingProxyType(
    {
        "o": None,  # an open slot, no visit
        "f": Status.BOOKED,  # also a past visit that nobody checked in
        "2": Status.CHECKED_IN,
        "3": Status.FULFILLED,
        "4": Status.FULFILLED,  # and its charges are entered
        "x": Status.CANCELLED,
    }
)
TAKES_VISITS = {"active": True, "inactive": True, "prospective": True, "deleted": False}
"""What a patient's status says of whether a visit can be booked. Whether one who is inactive can is not published;
a second file for them would be worse than a no."""
LANGUAGE = {"en": "eng", "es": "spa"}  # ISO 639-2, as the field's name has it
_NOT_FROZEN = {"false", "n", "0"}
FIRST_NAME, LAST_NAME, E_MAIL = 20, 30, 50  # letters; the shorter of two published figures
_NO_NUMBERS: Mapping[ServiceId, int] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """athenaOne's number of each thing of ours. What is not in it is not booked there.

    A service is booked by its visit reason, as patients do, where it has one, else by its appointment type, as staff
    do. A visit tells only its type, so that a service without one is known by its own bookings alone.
    """

    departments: Mapping[LocationId, int]
    providers: Mapping[PractitionerId, int]
    types: Mapping[ServiceId, int] = field(default_factory=lambda: _NO_NUMBERS)
    reasons: Mapping[ServiceId, int] = field(default_factory=lambda: _NO_NUMBERS)

    def __post_init__(self) -> None:
        for what, numbers in (
            ("departmentid", list(self.departments.values())),
            ("providerid", list(self.providers.values())),
            ("appointmenttypeid", list(self.types.values())),
            ("reasonid", list(self.reasons.values())),
        ):
            twice = sorted({number for number in numbers if numbers.count(number) > 1})
            if twice:
                raise Impossible(f"athenaOne's {what} {twice[0]} is given to two of ours; give each its own.")

    def within(self, practice: Practice) -> "Numbers":
        """Only what the practice still has."""
        locations = {location.id for location in practice.locations}
        people = {person.id for person in practice.practitioners}
        services = {service.id for service in practice.services}
        return Numbers(
            departments={id: number for id, number in self.departments.items() if id in locations},
            providers={id: number for id, number in self.providers.items() if id in people},
            types={id: number for id, number in self.types.items() if id in services},
            reasons={id: number for id, number in self.reasons.items() if id in services},
        )

    def location_of(self, department: int) -> LocationId | None:
        """The location of a departmentid."""
        return next((id for id, known in self.departments.items() if known == department), None)

    def practitioner_of(self, provider: int) -> PractitionerId | None:
        """Whose providerid it is."""
        return next((id for id, known in self.providers.items() if known == provider), None)

    def service_of(self, type: int) -> ServiceId | None:
        """The service of an appointmenttypeid."""
        return next((id for id, known in self.types.items() if known == type), None)

    def which(self, service: ServiceId) -> Mapping[str, str] | None:
        """The field that says what is booked; None for a service that has no number."""
        if service in self.reasons:
            return {"reasonid": str(self.reasons[service])}
        return {"appointmenttypeid": str(self.types[service])} if service in self.types else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A row of the schedule in a department of ours.

    `standing` None: an open slot, or a status that nobody knows, told in `strange`. `moved_to` is the number of the
    visit that took its place, `confirmation` that of its confirmation status, `notes` what is written on it,
    `entered` when it was booked, "" where that is not told: sooner than any other.
    """

    number: int
    patient: int | None
    standing: Status | None
    during: Period
    location: LocationId
    provider: int
    service: ServiceId | None
    moved_to: int | None
    confirmation: int | None
    notes: tuple[str, ...]
    frozen: bool
    entered: str = ""
    strange: Unreadable | None = None

    @property
    def in_use(self) -> bool:
        """Whether somebody has the time; a status that nobody knows counts as if."""
        return self.strange is not None or (self.standing is not None and self.standing.takes_time)

    @property
    def is_visit(self) -> bool:
        """Whether somebody comes, or came, or was to come."""
        return self.standing is not None or self.strange is not None


def visit(row: Foreign, numbers: Numbers, practice: Practice) -> Visit | None:
    """A row of the schedule; None in a department that is not ours, whose clock is not known.

    Raises: Unreadable (a field is not as documented; an unknown status is kept and told in `strange`).
    """
    location = numbers.location_of(row.integer("departmentid"))
    if location is None:
        return None
    strange: Unreadable | None = None
    standing: Status | None = None
    try:
        standing = _standing(row)
    except Unreadable as unknown:
        strange = unknown
    start = instant(us_day(row, "date"), row.clock("starttime"), practice.location(location).zone)
    return Visit(
        number=row.integer("appointmentid"),
        patient=_number(row, "patientid"),
        standing=standing,
        during=Period(start=start, end=start + length(row)),
        location=location,
        provider=row.integer("providerid"),
        service=numbers.service_of(row.integer("appointmenttypeid")) if row.has("appointmenttypeid") else None,
        moved_to=_number(row, "rescheduledappointmentid"),
        confirmation=_number(row, "appointmentconfirmationid"),
        notes=tuple(_notes(row)),
        frozen=row.has("frozenyn") and str(row.fields["frozenyn"]).lower() not in _NOT_FROZEN,
        entered=_entered(row),
        strange=strange,
    )


def appointment(
    found: Visit, numbers: Numbers, patient: PatientId | None, *, booked_as: ServiceId | None = None
) -> Appointment:
    """A visit as the desk knows it. `booked_as`: what we booked it as, where its type does not tell.

    Raises: Unreadable (its status is unknown, or it is an open slot).
    """
    if found.strange is not None:
        raise found.strange
    if found.standing is None:
        raise Unreadable(f"appointment {found.number}", "appointmentstatus", "is that of an open slot")
    return Appointment(
        id=AppointmentId(str(found.number)),
        service=found.service or booked_as,
        location=found.location,
        practitioner=numbers.practitioner_of(found.provider),
        room=None,  # athenaOne has no word for them, nor for devices
        devices=(),
        during=found.during,
        status=found.standing,
        patient=patient,
    )


def length(row: Foreign) -> timedelta:
    """How long a slot or visit lasts. Raises: Unreadable."""
    minutes = row.integer("duration")
    if not 0 < minutes <= 24 * 60:
        raise Unreadable(row.row, "duration", f"is {minutes}, and minutes of one day were wanted")
    return timedelta(minutes=minutes)


def us_day(row: Foreign, key: str) -> date:
    """A day, from "03/09/2026". Raises: Unreadable."""
    written = _US_DAY.fullmatch(row.text(key))
    try:
        month, day, year = map(int, written.groups() if written else ())
        found = date(year, month, day)
    except ValueError:
        raise Unreadable(row.row, key, "is no day such as 03/09/2026") from None
    if not _FIRST <= found <= _LAST:
        raise Unreadable(row.row, key, "is a day of another age")
    return found


def chart_of(row: Foreign) -> Chart:
    """A row of `GET /patients`. Raises: Unreadable."""
    return Chart(
        number=str(row.integer("patientid")),
        given=tuple(row.text(name) for name in ("firstname", "preferredname", "altfirstname") if row.has(name)),
        family=row.text("lastname") if row.has("lastname") else "",
        birth_date=us_day(row, "dob") if row.has("dob") else None,
        phones=tuple(row.text(name) for name in ("mobilephone", "homephone", "workphone") if row.has(name)),
        emails=(row.text("email"),) if row.has("email") else (),
        visits=row.word("status", TAKES_VISITS) if row.has("status") else True,
    )


def new_patient(patient: Patient, *, department: int) -> dict[str, str]:
    """The fields of `POST /patients`. Raises: Refused (something is missing, or too long to be kept whole)."""
    given, family = patient.given.strip(), patient.family.strip()
    if not (given and family and patient.birth_date):
        raise Refused("athenaOne opens a file for a first name, a last name and a birth date; one of them is missing.")
    if len(given) > FIRST_NAME or len(family) > LAST_NAME:
        raise Refused("athenaOne keeps 20 letters of a first name and 30 of a last. Staff must open this file.")
    return {
        "firstname": given,
        "lastname": family,
        "dob": us(patient.birth_date),
        "departmentid": str(department),
        **ways_to_reach(patient),
    }


def ways_to_reach(patient: Patient) -> dict[str, str]:
    """The fields for phone, e-mail and language, as far as athenaOne takes them."""
    offered = {
        "mobilephone": us_phone(patient.phone),
        "email": patient.email if patient.email and len(patient.email) <= E_MAIL else None,
        "language6392code": LANGUAGE.get(patient.language),
    }
    return {name: value for name, value in offered.items() if value}


def us_phone(phone: str | None) -> str | None:
    """The ten digits of a phone of North America; None for any other, which athenaOne would drop."""
    known = re.fullmatch(r"\+1([2-9]\d{2}[2-9]\d{6})", phone or "")
    return known[1] if known else None


def _standing(row: Foreign) -> Status | None:
    said = row.fields.get("appointmentstatus")
    written = {"appointmentstatus": str(said)} if isinstance(said, int) and not isinstance(said, bool) else row.fields
    standing = Foreign(row=row.row, fields=written).word("appointmentstatus", STATUS)
    if standing is Status.BOOKED and row.has("startcheckin"):
        return Status.ARRIVED  # check-in has begun, and the status does not say so
    if standing is Status.CANCELLED and row.has("cancelreasonnoshow") and row.yes("cancelreasonnoshow"):
        return Status.NOSHOW
    return standing


def _entered(row: Foreign) -> str:
    """When it was booked, so written that sooner sorts first; to the second, on a clock that is not told."""
    said = row.text("scheduleddatetime") if row.has("scheduleddatetime") else ""
    day, _, at = said.partition(" ")
    month, _, rest = day.partition("/")
    date, _, year = rest.partition("/")
    return f"{year}-{month:0>2}-{date:0>2} {at:0>8}" if said else ""


def _number(row: Foreign, key: str) -> int | None:
    """A number that need not be there; athenaOne leaves the field out, sends it empty, or sends 0."""
    return (row.integer(key) or None) if row.has(key) else None


def _notes(row: Foreign) -> list[str]:
    notes = row.fields.get("appointmentnotes") or []
    if not isinstance(notes, list):
        raise Unreadable(row.row, "appointmentnotes", "is no list")
    rows = [Foreign.of(note, what=f"note of {row.row}", id="id") for note in notes]
    return [note.text("text") for note in rows if note.has("text")]
