"""Resources as servers send them, with invented people, and the values that tests begin from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.appointments import Appointment, read_appointment
from frontdesk.standards.fhir_scheduling.asking import Said
from frontdesk.standards.fhir_scheduling.booking import Booking
from frontdesk.standards.fhir_scheduling.slots import Slot, read_slot
from frontdesk.standards.fhir_scheduling.values import Coding, Identifier, to

AUSTIN = ZoneInfo("America/Chicago")
BASE = "https://fhir.clinic.example/r4"
AT_NINE = datetime(2027, 1, 5, 15, 0, tzinfo=UTC)
HALF_AN_HOUR = Period(start=AT_NINE, end=AT_NINE + timedelta(minutes=30))
THAT_DAY = Period(start=datetime(2027, 1, 5, 6, 0, tzinfo=UTC), end=datetime(2027, 1, 6, 6, 0, tzinfo=UTC))
LENA = to("Patient", "7")
OKAFOR = to("Practitioner", "p1")
NUMBER = Identifier(system="urn:receptionist:booking", value="B-88")
BOTOX = Coding(system="urn:clinic:svc", code="botox-30", display="Botox, 30 minutes")
CANCELABLE = "https://fhir-ehr.cerner.com/r4/StructureDefinition/is-cancelable"

Json = dict[str, object]


def a_slot(id: str = "s10", *, minutes_later: int = 0, version: str = "1", **fields: object) -> Json:
    start = AT_NINE + timedelta(minutes=minutes_later)
    return {
        "resourceType": "Slot",
        "id": id,
        "meta": {"versionId": version},
        "schedule": {"reference": "Schedule/sc1"},
        "status": "free",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=30)).isoformat(),
        **fields,
    }


def a_visit(id: str = "a5", **fields: object) -> Json:
    return {
        "resourceType": "Appointment",
        "id": id,
        "meta": {"versionId": "1"},
        "identifier": [{"system": "urn:receptionist:booking", "value": "B-88"}],
        "status": "booked",
        "serviceType": [{"coding": [{"system": "urn:clinic:svc", "code": "botox-30"}], "text": "Botox"}],
        "start": "2027-01-05T09:00:00-06:00",
        "end": "2027-01-05T09:30:00-06:00",
        "minutesDuration": 30,
        "slot": [{"reference": "Slot/s10"}],
        "participant": [
            {"actor": {"reference": "Practitioner/p1", "display": "Ada Okafor, MD"}, "status": "accepted"},
            {"actor": {"reference": "Patient/7"}, "required": "required", "status": "tentative"},
        ],
        **fields,
    }


def a_patient(**fields: object) -> Json:
    return {
        "resourceType": "Patient",
        "id": "7",
        "meta": {"versionId": "4"},
        "name": [
            {"use": "maiden", "family": "Ortiz", "given": ["Lena"]},
            {"use": "official", "family": "Rivera", "given": ["Lena", "M"]},
        ],
        "telecom": [
            {"system": "phone", "use": "mobile", "value": "512-555-0148"},
            {"system": "email", "value": "lena@example.org"},
        ],
        "birthDate": "1988-04-12",
        **fields,
    }


def a_proposal() -> Json:
    """What Epic's `$find` offers: a visit with its slot inside it, and absolute references."""
    slot = a_slot("s1", schedule={"reference": "https://epic.example/api/FHIR/STU3/Schedule/eSch1"})
    practitioner = {"reference": "https://epic.example/api/FHIR/STU3/Practitioner/ePr1", "display": "Ada Okafor, MD"}
    return {
        **{"resourceType": "Appointment", "id": "eTmp.001", "status": "proposed", "contained": [slot]},
        **{"start": "2027-01-05T15:00:00Z", "end": "2027-01-05T15:30:00Z", "minutesDuration": 30},
        "slot": [{"reference": "#s1"}],
        "participant": [{"actor": practitioner, "status": "needs-action"}],
    }


def outcome(code: str, *, severity: str = "error", vendor: str = "", words: str = "") -> Json:
    coding = [{"system": "urn:oid:1.2.840.114350.1.13.861.1.7.2.657369", "code": vendor}] if vendor else []
    details = {"details": {"coding": coding}} if coding else {}
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": words, **details}],
    }


def a_bundle(*resources: Json, next: str = "", type: str = "searchset", **fields: object) -> Json:
    link = [{"relation": "self", "url": f"{BASE}/Slot?status=free"}]
    entries = [{"fullUrl": f"{BASE}/x", "resource": one} for one in resources]
    return {
        "resourceType": "Bundle",
        "type": type,
        "link": [*link, {"relation": "next", "url": next}] if next else link,
        **({"entry": entries} if entries else {}),
        **fields,
    }


def says(body: object = None, status: int = 200, **headers: str) -> Said:
    return Said(status=status, body=body, headers=headers)


def slot(id: str = "s10", *, minutes_later: int = 0, version: str = "1") -> Slot:
    return read_slot(a_slot(id, minutes_later=minutes_later, version=version))


def visit(**fields: object) -> Appointment:
    return read_appointment(a_visit(**fields))


def a_booking(**fields: object) -> Booking:
    standard: dict[str, object] = {
        "number": NUMBER,
        "patient": LENA,
        "during": HALF_AN_HOUR,
        "slots": (slot(),),
        "actors": (OKAFOR,),
        "comment": "Booked by phone",
    }
    return Booking(**{**standard, **fields})
