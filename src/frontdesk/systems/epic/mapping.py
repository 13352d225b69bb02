"""Pure: Epic's resources as our values, and our values as its resources.

Its words: a FHIR Location is a location, a Practitioner a practitioner, a visit type a service. A visit is a FHIR
Appointment; what `$find` offers is one too, with a status of its own and an id that holds for a while.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.ports.faults import Refused
from frontdesk.standards.fhir_scheduling import appointments, people
from frontdesk.standards.fhir_scheduling.people import Contact, new_patient
from frontdesk.standards.fhir_scheduling.values import Coding
from frontdesk.standards.openings import Opening

_US_NUMBER = re.compile(r"\+1([2-9]\d{2})([2-9]\d{2})(\d{4})")
GENDER = "unknown"
"""Sites ask for one; the desk does not, and FHIR has this word for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Epic's id of each thing of ours. What is not in it is not booked there.

    `visit_types` and `contacts` are the systems (OIDs) of visit types and of contact serial numbers at this site.
    """

    locations: Mapping[LocationId, str]
    practitioners: Mapping[PractitionerId, str]
    services: Mapping[ServiceId, str]
    visit_types: str
    contacts: str

    def __post_init__(self) -> None:
        for what, ids in (
            ("location", list(self.locations.values())),
            ("practitioner", list(self.practitioners.values())),
            ("visit type", list(self.services.values())),
        ):
            twice = sorted({id for id in ids if ids.count(id) > 1})
            if twice:
                raise Impossible(f"Epic's {what} {twice[0]} is given to two of ours; give each its own.")

    def within(self, practice: Practice) -> "Numbers":
        """Only what the practice still has."""
        locations = {one.id for one in practice.locations}
        staff = {one.id for one in practice.practitioners}
        services = {one.id for one in practice.services}
        return Numbers(
            locations={id: there for id, there in self.locations.items() if id in locations},
            practitioners={id: there for id, there in self.practitioners.items() if id in staff},
            services={id: there for id, there in self.services.items() if id in services},
            visit_types=self.visit_types,
            contacts=self.contacts,
        )

    def coding(self, service: ServiceId) -> Coding | None:
        """The visit type of a service; None where it has none."""
        code = self.services.get(service)
        return None if code is None else Coding(system=self.visit_types, code=code)

    def location_of(self, visit: appointments.Appointment) -> LocationId | None:
        """Where a visit is; None where that is none of ours. A room may stand beside the place."""
        there = {one.id for one in visit.actors_of("Location")}
        return next((id for id, known in self.locations.items() if known in there), None)

    def practitioner_of(self, visit: appointments.Appointment) -> PractitionerId | None:
        """Who treats; None for somebody who is not ours."""
        there = {one.id for one in visit.actors_of("Practitioner")}
        return next((id for id, known in self.practitioners.items() if known in there), None)

    def service_of(self, visit: appointments.Appointment) -> ServiceId | None:
        """What is booked; None where no visit type of ours is told."""
        codes = {one.code_in(self.visit_types) for one in visit.services}
        return next((id for id, known in self.services.items() if known in codes), None)


def openings(
    offers: Iterable[appointments.Appointment], service: ServiceId, numbers: Numbers
) -> list[tuple[Opening, appointments.Appointment]]:
    """What `$find` offers of a service, as times of ours, each with the offer itself; others' times are left out."""
    found: list[tuple[Opening, appointments.Appointment]] = []
    for offer in offers:
        who, where = numbers.practitioner_of(offer), numbers.location_of(offer)
        tells_type = any(one.code_in(numbers.visit_types) for one in offer.services)
        if who is None or where is None or offer.during is None or offer.status is not Status.PROPOSED:
            continue
        if tells_type and numbers.service_of(offer) != service:
            continue
        found.append((Opening(practitioner=who, location=where, during=offer.during), offer))
    return found


def appointment(
    visit: appointments.Appointment, numbers: Numbers, patient: PatientId | None, *, booked_as: ServiceId | None = None
) -> Appointment | None:
    """A visit as the desk knows it; None at a place that is not ours, or without a time.

    `booked_as`: what we booked it as, where it does not tell its visit type.
    """
    where = numbers.location_of(visit)
    if where is None or visit.during is None:
        return None
    return Appointment(
        id=AppointmentId(visit.id),
        service=numbers.service_of(visit) or booked_as,
        location=where,
        practitioner=numbers.practitioner_of(visit),
        room=None,  # rooms and devices are not searchable there
        devices=(),
        during=visit.during,
        status=visit.status,
        patient=patient,
        reason=visit.cancellation,
    )


def patient_in(visit: appointments.Appointment) -> str:
    """The FHIR id of who comes; "" where the visit names nobody."""
    return next((one.id for one in visit.actors_of("Patient")), "")


def contact_in(visit: appointments.Appointment, numbers: Numbers) -> str:
    """The contact serial number of a visit; "" where it shows none of that system."""
    return next((one.value for one in visit.identifiers if one.system == numbers.contacts), "")


def chart_of(found: people.Patient) -> Chart:
    """A patient's file."""
    name = found.name
    given = [form for one in found.names if one.given for form in (one.given[0], " ".join(one.given))]
    return Chart(
        number=found.id,
        given=tuple(dict.fromkeys(given)),
        family=name.family if name else "",
        birth_date=found.born.date if found.born else None,
        phones=tuple(one.value for one in found.contacts if one.system in {"phone", "sms"} and one.use != "old"),
        emails=tuple(one.value for one in found.contacts if one.system == "email" and one.use != "old"),
        visits=found.active and not found.deceased and found.replaced_by is None,
    )


def a_new_patient(patient: Patient) -> dict[str, object]:
    """The resource of a new file. Raises: Refused (a name or the birth date is missing)."""
    if not (patient.given.strip() and patient.family.strip() and patient.birth_date):
        raise Refused("Epic opens a file for a first name, a last name and a birth date; one of them is missing.")
    return {**as_sought(patient), "active": True, "gender": GENDER}


def as_sought(patient: Patient) -> dict[str, object]:
    """The resource that a file is matched with: what the desk knows of the patient, and no word more."""
    given, family = patient.given.strip(), patient.family.strip()
    reached = [Contact(system="email", value=patient.email, use="home")] if patient.email else []
    if patient.phone:
        reached.insert(0, Contact(system="phone", value=phone(patient.phone) or patient.phone, use="mobile"))
    made = new_patient(family=family, given=[given], born=patient.birth_date, contacts=reached)
    return {**made, "name": [{"use": "usual", "family": family, "given": [given]}]}


def phone(number: str | None) -> str | None:
    """A phone of North America as Epic keeps it, such as 512-555-0148; None for any other."""
    found = _US_NUMBER.fullmatch(number or "")
    return "-".join(found.groups()) if found else None
