"""What a simulated Millennium domain starts with: its resources, each made with sane defaults, and its settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.fhir_values import Json, Resource, as_instant, text_at

EXTENSION = "https://fhir-ehr.cerner.com/r4/StructureDefinition"
CANCELLATION = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
PHYSICAL_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type"
LOCATION_TYPE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
SNOMED = "http://snomed.info/sct"
NPI = "http://hl7.org/fhir/sid/us-npi"
SSN = "http://hl7.org/fhir/sid/us-ssn"
LONG_AGO = "2026-01-05T14:00:00Z"

SCOPES = (
    *("Slot.read", "Slot.write", "Schedule.read", "Appointment.read", "Appointment.write", "Patient.read"),
    *("Patient.write", "Practitioner.read", "Location.read", "Coverage.read", "Coverage.write"),
    *("DocumentReference.read", "DocumentReference.write"),
)
"""What a scheduling app asks for, each with "system/" before it."""


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands in the domain when the simulation begins. Resources are made by the functions beside it.

    `tenant` is the domain's GUID. `fhir_host` and `authorization_host` are where the client believes to be; a signed
    assertion names the token URL there. `client_keys` is the public JWK set (JSON) of an app that signs instead of
    sending a secret. `enabled` is whether the hospital lets the app in. `opened` are the references to practitioners
    and locations that the site opened to the app; () is all. `hold_life` is how long a held slot stays so, None is
    for ever. `books_held` is whether a held slot can be booked as it is. `taken_status` answers a booking whose time is
    gone, 409 or 422. `throttles_tokens` limits an app to one token a minute.
    """

    tenant: str
    name: str
    zone: ZoneInfo
    organization: str
    fhir_host: str = "https://fhir-ehr-code.cerner.com"
    authorization_host: str = "https://authorization.cerner.com"
    client_id: str = "simulated-client"
    client_secret: str = "simulated-secret"  # noqa: S105 - obviously no real one
    client_keys: str = ""
    scopes: frozenset[str] = frozenset(f"system/{one}" for one in SCOPES)
    enabled: bool = True
    opened: frozenset[str] = frozenset()
    hold_life: timedelta | None = timedelta(minutes=15)
    books_held: bool = True
    taken_status: int = 409
    throttles_tokens: bool = False
    resources: Sequence[Resource] = field(default_factory=tuple)


def code_set(tenant: str, number: int) -> str:
    """The system of a code set of the domain. Documented [code-sets]."""
    return f"https://fhir.cerner.com/{tenant}/codeSet/{number}"


def extension(name: str, **value: Json) -> Resource:
    """One of the vendor's extensions; `value` is its one element, like valueBoolean=True."""
    return {**value, "url": f"{EXTENSION}/{name}"}


def organization(id: str, name: str) -> Resource:
    """Who enrols patients, or who pays."""
    return _aged({"resourceType": "Organization", "id": id, "active": True, "name": name})


def location(
    id: str, name: str, *, physical: str, role: str, organization: str, part_of: str = "", phone: str = ""
) -> Resource:
    """A place in Austin. `physical` is a code of location-physical-type: bu a building, wa a clinic or ward, ro a room.

    `role` is a code of v3-RoleCode. Guess [location-type]: what a location's `type` holds is not published.
    """
    made: dict[str, Json] = {
        "resourceType": "Location",
        "id": id,
        "status": "active",
        "name": name,
        "mode": "instance",
        "type": [{"coding": [{"system": LOCATION_TYPE, "code": role}]}],
        "physicalType": {"coding": [{"system": PHYSICAL_TYPE, "code": physical}]},
        "address": {"use": "work", "line": ["1 Test Street"], "city": "Austin", "state": "TX", "postalCode": "78701"},
        "managingOrganization": {"reference": f"Organization/{organization}"},
    }
    if part_of:
        made["partOf"] = {"reference": f"Location/{part_of}"}
    if phone:
        made["telecom"] = [{"system": "phone", "value": phone, "use": "work"}]
    return _aged(made)


def practitioner(
    id: str, given: str, family: str, *, npi: str, physician: bool = True, active: bool = True
) -> Resource:
    """Somebody who treats patients."""
    return _aged(
        {
            "resourceType": "Practitioner",
            "id": id,
            "extension": [extension("is-physician", valueBoolean=physician)],
            "identifier": [{"use": "usual", "system": NPI, "value": npi}],
            "active": active,
            "name": [{"use": "usual", "text": f"{family}, {given}", "family": family, "given": [given]}],
        }
    )


def patient(
    id: str,
    given: str,
    family: str,
    *,
    born: str = "1980-01-01",
    gender: str = "unknown",
    phones: Sequence[str] = (),
    email: str = "",
    ssn: str = "",
    before: str = "",
    mrn: str = "",
    organization: str,
) -> Resource:
    """A patient. `phones` stand as they were written down; `before` is a family name of the past."""
    telecom: list[Json] = [
        {"id": f"CI-PH-{id}{place}-0", "system": "phone", "value": one, "use": "mobile" if not place else "home"}
        for place, one in enumerate(phones)
    ]
    telecom += [{"id": f"CI-EM-{id}-0", "system": "email", "value": email, "use": "home"}] if email else []
    name = {"id": f"CI-{id}-0", "use": "official", "family": family, "given": [given], "text": f"{family}, {given}"}
    names: list[Json] = [name]
    if before:
        ended: Resource = {"end": "2020-06-01T05:00:00Z"}
        names.append({"id": f"CI-{id}-1", "use": "old", "family": before, "given": [given], "period": ended})
    identifiers: list[Json] = [medical_record(mrn or f"MRN{id}", id=f"CI-{id}-0", organization=organization)]
    identifiers += [{"id": f"CI-{id}-9", "use": "usual", "system": SSN, "value": ssn}] if ssn else []
    made: dict[str, Json] = {
        "resourceType": "Patient",
        "id": id,
        "identifier": identifiers,
        "active": True,
        "name": names,
        "gender": gender,
        "birthDate": born,
    }
    if telecom:
        made["telecom"] = telecom
    return _aged(made)


def medical_record(number: str, *, id: str, organization: str) -> Resource:
    """The number of a patient's record at an organization. Documented [identifier-use]: its use is usual."""
    return {
        "id": id,
        "use": "usual",
        "type": {"coding": [{"system": IDENTIFIER_TYPE, "code": "MR"}], "text": "MRN"},
        "system": "urn:oid:1.1.1.1.1.1",
        "value": number,
        "assigner": {"reference": f"Organization/{organization}"},
    }


def appointment_type(tenant: str, code: str, name: str, *, snomed: str = "") -> Resource:
    """What a slot is for, as a CodeableConcept of code set 14249. Documented [types-on-slots]."""
    own: Resource = {"system": code_set(tenant, 14249), "code": code, "display": name, "userSelected": True}
    standard: list[Json] = [{"system": SNOMED, "code": snomed, "userSelected": False}] if snomed else []
    return {"coding": [own, *standard], "text": name}


def slot(
    *,
    kind: Resource,
    location: str,
    practitioner: str = "",
    room: str = "",
    number: int,
    at: datetime,
    minutes: int,
    zone: ZoneInfo,
) -> tuple[Resource, Resource]:
    """A free slot and its schedule, under one id. `at` is an instant; `room` is a general resource, text alone.

    Documented [slot-ids]: type, location, a number, minutes. Guess [minutes-of-the-day]: minutes after midnight there.
    """
    code = text_at(kind, "coding", 0, "code")
    wall = at.astimezone(zone)
    id = f"{code}-{location}-{number}-{60 * wall.hour + wall.minute}"
    actors: list[Json] = [{"reference": f"Practitioner/{practitioner}"}] if practitioner else []
    actors += [{"display": room}] if room else []
    actors.append({"reference": f"Location/{location}"})
    extensions: list[Json] = [
        extension("scheduling-location", valueReference={"reference": f"Location/{location}"}),
        *([extension("general-resource", valueString=room)] if room else []),
    ]
    schedule: Resource = {
        "resourceType": "Schedule",
        "id": id,
        "active": True,
        "serviceType": [kind],
        "actor": actors,
    }
    free: Resource = {
        "resourceType": "Slot",
        "id": id,
        "extension": extensions,
        "serviceType": [kind],
        "schedule": {"reference": f"Schedule/{id}"},
        "status": "free",
        "start": as_instant(at),
        "end": as_instant(at + timedelta(minutes=minutes)),
    }
    return _aged(free), _aged(schedule)


def _aged(resource: Resource) -> Resource:
    return {**resource, "meta": {"lastUpdated": LONG_AGO}}
