"""Pure: Millennium's resources as our values, and our values as its resources.

Its words: a location and a practitioner are ours, an appointment type (a code of set 14249) is a service. An id means
something in its own domain alone. All times are instants.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.chart import Chart, digits
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.standards.fhir_scheduling.appointments import Answered
from frontdesk.standards.fhir_scheduling.appointments import Appointment as Visit
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4
from frontdesk.standards.fhir_scheduling.people import Contact, new_patient
from frontdesk.standards.fhir_scheduling.people import Patient as File
from frontdesk.standards.fhir_scheduling.reading import Node, Resource
from frontdesk.standards.fhir_scheduling.slots import Schedule
from frontdesk.standards.fhir_scheduling.slots import Slot as Open
from frontdesk.standards.fhir_scheduling.values import Coding
from frontdesk.standards.openings import Opening

_PUT_AWAY = {"old", "maiden"}
_US_DIGITS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """The id there of each thing of ours. What is not in it is not booked there. `types` are codes of set 14249.

    `payers` are the Organizations that insure patients, by the names they go by.
    """

    tenant: str
    locations: Mapping[LocationId, str]
    practitioners: Mapping[PractitionerId, str]
    types: Mapping[ServiceId, str]
    payers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what, ids in (
            ("Location", list(self.locations.values())),
            ("Practitioner", list(self.practitioners.values())),
            ("appointment type", list(self.types.values())),
        ):
            twice = sorted({id for id in ids if ids.count(id) > 1})
            if twice:
                raise Impossible(f"Millennium's {what} {twice[0]} is given to two of ours; give each its own.")

    @property
    def type_system(self) -> str:
        """The code system of the domain's appointment types."""
        return f"https://fhir.cerner.com/{self.tenant}/codeSet/14249"

    def within(self, practice: Practice) -> "Numbers":
        """Only what the practice still has."""
        locations = {location.id for location in practice.locations}
        people = {person.id for person in practice.practitioners}
        services = {service.id for service in practice.services}
        return replace(
            self,
            locations={id: number for id, number in self.locations.items() if id in locations},
            practitioners={id: number for id, number in self.practitioners.items() if id in people},
            types={id: number for id, number in self.types.items() if id in services},
        )

    def coding(self, service: ServiceId) -> Coding | None:
        """What a service is searched by; None for one that has no code."""
        code = self.types.get(service)
        return None if code is None else Coding(system=self.type_system, code=code)

    def location_of(self, numbers: Iterable[str]) -> LocationId | None:
        """The first of our locations among some ids."""
        ours = {number: id for id, number in self.locations.items()}
        return next((ours[one] for one in numbers if one in ours), None)

    def practitioners_of(self, numbers: Iterable[str]) -> tuple[PractitionerId, ...]:
        """Those of our practitioners whose ids these are."""
        ours = {number: id for id, number in self.practitioners.items()}
        return tuple(dict.fromkeys(ours[one] for one in numbers if one in ours))

    def service_of(self, visit: Visit) -> ServiceId | None:
        """The service of a visit; None where its type has no code, or one that is none of ours."""
        codes = {one.code_in(self.type_system) for one in visit.services}
        return next((id for id, code in self.types.items() if code in codes), None)


def opening(slot: Open, schedules: Mapping[str, Schedule], numbers: Numbers) -> Opening | None:
    """A free slot as a time of one practitioner of ours at a location of ours; None where it is not.

    A slot of two of ours at once is left out: a visit in it would be told as one of them's.
    """
    schedule = schedules.get(slot.schedule.id)
    place = slot.place(CERNER_R4.place_of_slot)
    if schedule is None or not schedule.active or place is None:
        return None
    people = numbers.practitioners_of(one.id for one in schedule.actors_of("Practitioner"))
    location = numbers.location_of([place.id])
    if len(people) != 1 or location is None:
        return None
    return Opening(practitioner=people[0], location=location, during=slot.during)


def patient_in(visit: Visit) -> str:
    """The id of the file that a visit is on; "" where it tells none."""
    return next((one.id for one in visit.actors_of("Patient")), "")


def is_confirmed(visit: Visit) -> bool:
    """Whether its patient said that they will come."""
    return any(
        one.actor is not None and one.actor.type == "Patient" and one.answered is Answered.ACCEPTED
        for one in visit.participants
    )


def is_at(visit: Visit, slot: Slot, numbers: Numbers) -> bool:
    """Whether it begins there and then with that practitioner; how long it lasts is Millennium's to say."""
    return (
        visit.during is not None
        and visit.during.start == slot.during.start
        and numbers.practitioners.get(slot.practitioner) in {one.id for one in visit.actors_of("Practitioner")}
        and numbers.locations.get(slot.location) in {one.id for one in visit.actors_of("Location")}
    )


def appointment(
    visit: Visit, numbers: Numbers, patient: PatientId | None, *, booked_as: ServiceId | None = None
) -> Appointment | None:
    """A visit as ours; None where it has no time, or is at no location of ours.

    `booked_as` is what we booked it as, where its type does not say.
    """
    location = numbers.location_of(one.id for one in visit.actors_of("Location"))
    if location is None or visit.during is None:
        return None
    people = numbers.practitioners_of(one.id for one in visit.actors_of("Practitioner"))
    return Appointment(
        id=AppointmentId(visit.id),
        service=numbers.service_of(visit) or booked_as,
        location=location,
        practitioner=people[0] if people else None,
        room=None,
        devices=(),
        during=visit.during,
        status=visit.status,
        patient=patient,
        reason=visit.cancellation,
    )


def mark_of(key: str) -> str:
    """The words by which the comment of a visit shows the key of the intent that booked it."""
    return f"Frontdesk {hashlib.sha256(key.encode()).hexdigest()[:16]}"


def chart_of(file: File) -> Chart:
    """A Patient as a candidate for somebody's file. Its name is the official one."""
    name = file.name
    given = name.given if name else ()
    kept = [one for one in file.contacts if one.use not in _PUT_AWAY]
    return Chart(
        number=file.id,
        given=tuple(dict.fromkeys(filter(None, (*given[:1], " ".join(given), *_other_given(file))))),
        family=name.family if name else "",
        birth_date=file.born.date if file.born else None,
        phones=tuple(one.value for one in kept if one.system in {"phone", "sms"}),
        emails=tuple(one.value for one in kept if one.system == "email"),
        visits=file.active and not file.deceased and file.replaced_by is None,
    )


def contacts_of(patient: Patient) -> tuple[Contact, ...]:
    """Phone and e-mail as Millennium takes them: each with a use, an American number in its ten digits."""
    number = digits(patient.phone)
    phone = number if len(number) == _US_DIGITS else patient.phone or ""
    return tuple(
        one
        for one in (
            Contact(system="phone", use="mobile", value=phone),
            Contact(system="email", use="home", value=(patient.email or "").strip()),
        )
        if one.value
    )


def missing_contacts(file: File, patient: Patient) -> tuple[Contact, ...]:
    """Those that the desk knows and the file does not have."""
    has = chart_of(file)
    phones, emails = set(map(digits, has.phones)), {one.strip().casefold() for one in has.emails}
    return tuple(
        one
        for one in contacts_of(patient)
        if (digits(one.value) not in phones if one.system == "phone" else one.value.casefold() not in emails)
    )


def as_patient(patient: Patient, *, organization: str) -> Resource:
    """A Patient to be created; the organization that enrolls them is the only identifier that may be sent."""
    made = new_patient(
        family=patient.family.strip(),
        given=[patient.given.strip()],
        born=patient.birth_date,
        contacts=contacts_of(patient),
    )
    return {**made, "identifier": [{"assigner": {"reference": f"Organization/{organization}"}}]}


def updated_at(visit: Visit) -> datetime | None:
    """When it was last changed there; None where that is not told."""
    meta = Node(row=f"Appointment/{visit.id}", fields=visit.source).node("meta")
    return meta.instant("lastUpdated") if meta is not None and meta.has("lastUpdated") else None


def _other_given(file: File) -> Iterable[str]:
    """First names by which the file is known besides, under the same family name."""
    family = file.name.family if file.name else ""
    for one in file.names:
        if one.use not in _PUT_AWAY and one.family in {"", family}:
            yield from one.given[:1]
