"""Rows as the FHIR resources that the hospital shows of them."""

from collections.abc import Sequence

from frontdesk.standards.simulating.fhir_values import Json, Resource
from frontdesk.systems.epic.simulator_calls import Surface
from frontdesk.systems.epic.simulator_hospital import CANCELLED, Hospital, World, end_of, start_of
from frontdesk.systems.epic.simulator_rows import Row, fhir_id, lines, text, zulu

NPI = "http://hl7.org/fhir/sid/us-npi"
SSN = "urn:oid:2.16.840.1.113883.4.1"
"""Documented [ssn-system]."""


def address_of(world: World, surface: Surface, reference: str = "") -> str:
    """The whole address of a version's base, or of a resource in it. Seen [absolute-references]."""
    return f"{world.base}{surface.value}{f'/{reference}' if reference else ''}"


def patient_shown(world: World, row: Row) -> Resource:
    """A patient. Seen [ids-of-a-patient]: EPI, MRN and FHIR stand among the identifiers, each with its type."""
    ids = (
        ("MRN", world.mrn_system, "mrn"),
        ("EPI", world.epi_system, "patient"),
        ("FHIR", "", "fhirid"),
        ("SSN", SSN, "ssn"),
    )
    shown: dict[str, Json] = {
        "resourceType": "Patient",
        "id": row["fhirid"],
        "identifier": [_identifier(word, system, text(row, name)) for word, system, name in ids if row[name]],
        "active": not row["mergedinto"],
        "name": [_name(row)],
        "gender": row["gender"],
        "birthDate": row["born"],
    }
    reached = [
        *([{"system": "phone", "value": row["home"], "use": "home"}] if row["home"] else []),
        *([{"system": "phone", "value": row["mobile"], "use": "mobile"}] if row["mobile"] else []),
        *([{"system": "email", "value": row["email"]}] if row["email"] else []),
    ]
    if reached:
        shown["telecom"] = reached
    if row["street"] or row["city"] or row["zip"]:
        shown["address"] = [_address(row)]
    if row["marital"]:
        shown["maritalStatus"] = {"text": row["marital"]}
    return shown


def practitioner_shown(row: Row) -> Resource:
    """Somebody who is booked. Seen [many-ids]: under several ids, the Internal one with leading blanks."""
    ids = [
        _identifier("EXTERNAL", "", text(row, "provider")),
        _identifier("INTERNAL", "", text(row, "internal")),
        *([_identifier("NPI", NPI, text(row, "npi"))] if row["npi"] else []),
    ]
    return {
        "resourceType": "Practitioner",
        "id": row["fhirid"],
        "identifier": ids,
        "active": True,
        "name": [{"use": "usual", "text": row["name"], "family": row["last"], "given": [row["first"]]}],
    }


def roles_shown(hospital: Hospital, row: Row, surface: Surface) -> list[Resource]:
    """What somebody is in each department. Guess [role-per-department]."""
    world = hospital.world
    departments = dict.fromkeys(text(one, "department") for one in hospital.does.find(provider=row["provider"]))
    return [
        {
            "resourceType": "PractitionerRole",
            "id": fhir_id("PractitionerRole", f"{row['provider']} {department}"),
            "active": True,
            "practitioner": _actor(world, surface, "Practitioner", row),
            "location": [_actor(world, surface, "Location", hospital.row(hospital.departments, department))],
            "specialty": [{"coding": [{"system": world.oid("7.10.686980.110"), "code": row["specialty"]}]}],
        }
        for department in departments
    ]


def location_shown(row: Row) -> Resource:
    """A department. Guess [location-names-its-department]: its External id is among the identifiers."""
    place = {"line": [row["street"]], "city": row["city"], "state": row["state"], "postalCode": row["zip"]}
    return {
        "resourceType": "Location",
        "id": row["fhirid"],
        "identifier": [_identifier("EXTERNAL", "", text(row, "department"))],
        "status": "active",
        "name": row["name"],
        "telecom": [{"system": "phone", "value": row["phone"]}],
        "address": place,
    }


def appointment_shown(hospital: Hospital, row: Row, surface: Surface) -> Resource:
    """A visit. Seen [csn-among-identifiers]."""
    world = hospital.world
    patient = hospital.row(hospital.patients, text(row, "patient"))
    shown: dict[str, Json] = {
        "resourceType": "Appointment",
        "id": row["fhirid"],
        "identifier": [{"system": world.csn_system, "value": row["csn"]}],
        "status": row["status"],
        "serviceType": [service_shown(hospital, text(row, "visittype"))],
        "start": zulu(start_of(row)),
        "end": zulu(end_of(row)),
        "minutesDuration": row["minutes"],
        "created": row["made"],
        "participant": [
            {"actor": _reference(world, surface, "Patient", patient, _full(patient)), "status": "accepted"},
            *_participants(hospital, text(row, "provider"), text(row, "department"), surface, "accepted"),
        ],
    }
    if row["notes"]:
        shown["comment"] = "; ".join(lines(row, "notes"))
    if surface is Surface.R4:
        # Guess [r4-category]: the category that R4 searches name is shown too.
        shown["serviceCategory"] = [{"coding": [{"code": "appointment"}]}]
        if row["status"] == CANCELLED and row["reason"]:
            shown["cancelationReason"] = {"text": row["reason"]}
    return shown


def proposal_shown(hospital: Hospital, row: Row) -> Resource:
    """A time that $find gives. Seen [proposed]: an Appointment with a temporary id and a contained Slot."""
    world, surface = hospital.world, Surface.STU3
    schedule = fhir_id("Schedule", f"{row['provider']} {row['department']}")
    start, end = zulu(start_of(row)), zulu(end_of(row))
    slot: Resource = {
        "resourceType": "Slot",
        "id": "s1",
        "schedule": {"reference": address_of(world, surface, f"Schedule/{schedule}")},
        "status": "free",
        "start": start,
        "end": end,
    }
    return {
        "resourceType": "Appointment",
        "id": row["proposal"],
        "contained": [slot],
        "status": "proposed",
        "serviceType": [service_shown(hospital, text(row, "visittype"))],
        "start": start,
        "end": end,
        "minutesDuration": row["minutes"],
        "slot": [{"reference": "#s1"}],
        "participant": [
            *_participants(hospital, text(row, "provider"), text(row, "department"), surface, "needs-action")
        ],
    }


def coverage_shown(hospital: Hospital, row: Row, surface: Surface) -> Resource:
    """An insurance of a patient."""
    patient = hospital.row(hospital.patients, text(row, "patient"))
    shown: dict[str, Json] = {
        "resourceType": "Coverage",
        "id": row["fhirid"],
        "status": "active",
        "subscriberId": row["member"],
        "beneficiary": _reference(hospital.world, surface, "Patient", patient, _full(patient)),
        "payor": [{"display": row["payer"]}],
    }
    if row["group"]:
        shown["class"] = [{"type": {"coding": [{"code": "group"}]}, "value": row["group"]}]
    return shown


def service_shown(hospital: Hospital, visit_type: str) -> Resource:
    """A visit type as a CodeableConcept."""
    row = hospital.row(hospital.visit_types, visit_type)
    coding: Resource = {"system": hospital.world.visit_type_system, "code": visit_type, "display": row["shown"]}
    return {"coding": [coding], "text": row["shown"]}


def _participants(
    hospital: Hospital, provider: str, department: str, surface: Surface, status: str
) -> Sequence[Resource]:
    who, where = hospital.row(hospital.providers, provider), hospital.row(hospital.departments, department)
    return [
        {"actor": _actor(hospital.world, surface, "Practitioner", who), "status": status},
        {"actor": _actor(hospital.world, surface, "Location", where), "status": status},
    ]


def _actor(world: World, surface: Surface, kind: str, row: Row) -> Resource:
    return _reference(world, surface, kind, row, text(row, "name"))


def _reference(world: World, surface: Surface, kind: str, row: Row, display: str) -> Resource:
    return {"reference": address_of(world, surface, f"{kind}/{row['fhirid']}"), "display": display}


def _identifier(word: str, system: str, value: str) -> Resource:
    named: Resource = {"system": system} if system else {}
    return {"use": "usual", "type": {"text": word}, **named, "value": value}


def _full(patient: Row) -> str:
    return f"{patient['last']}, {patient['first']}"


def _name(row: Row) -> Resource:
    given = [row["first"], *([row["middle"]] if row["middle"] else [])]
    return {"use": "usual", "text": f"{row['first']} {row['last']}", "family": row["last"], "given": given}


def _address(row: Row) -> Resource:
    shown: dict[str, Json] = {"use": "home", "line": [line for line in (row["street"], row["street2"]) if line]}
    named = {"city": "city", "county": "district", "state": "state", "zip": "postalCode", "country": "country"}
    return {**shown, **{element: row[name] for name, element in named.items() if row[name]}}
