"""Ids as layer 2 has them, each with its type, and the rows they name."""

from collections.abc import Mapping, Sequence

from frontdesk.systems.epic.simulator_errors import not_layer2
from frontdesk.systems.epic.simulator_hospital import Hospital
from frontdesk.systems.epic.simulator_reading import Given, needed
from frontdesk.systems.epic.simulator_rows import Row, Table, text

PATIENT_IDS = {"EPI": "patient", "MRN": "mrn", "FHIR": "fhirid", "ExternalKey": "externalkey"}
"""Seen [types-of-patient-ids]."""

PROVIDER_IDS = {"External": "provider", "Internal": "internal", "NPI": "npi", "NPISER": "npi"}
"""Seen [types-of-provider-ids]; `CID` and `SER` are named too and not played."""

DEPARTMENT_IDS = {"External": "department", "Internal": "internal"}
VISIT_TYPE_IDS = {"External": "visittype", "Internal": "visittype"}
"""Guess [types-of-other-ids]: departments and visit types are known as External and Internal."""


def patient_by(hospital: Hospital, id: str, kind: str) -> Row:
    """A patient by a typed id; one that was merged leads to the other. Raises: Refusal."""
    row = _one(hospital.patients, PATIENT_IDS, id, kind, "PatientID")
    merged = text(row, "mergedinto")
    return hospital.row(hospital.patients, merged) if merged else row


def provider_by(hospital: Hospital, id: str, kind: str) -> Row:
    """A provider. Guess [blanks-count]: an Internal id is only known with its leading blanks. Raises: Refusal."""
    return _one(hospital.providers, PROVIDER_IDS, id, kind, "ProviderID")


def department_by(hospital: Hospital, id: str, kind: str) -> Row:
    """A department. Raises: Refusal."""
    return _one(hospital.departments, DEPARTMENT_IDS, id, kind, "DepartmentID")


def visit_type_by(hospital: Hospital, id: str, kind: str) -> Row:
    """A visit type. Raises: Refusal."""
    return _one(hospital.visit_types, VISIT_TYPE_IDS, id, kind, "VisitTypeID")


def typed(given: Given, name: str) -> tuple[str, str]:
    """An id and its type out of two fields, like PatientID and PatientIDType. Raises: Refusal where one lacks."""
    needed(given, name, f"{name}Type")
    return given.text(name), given.text(f"{name}Type")


def within(given: Given, name: str) -> tuple[str, str]:
    """An id and its type out of an object of the two. Raises: Refusal where one lacks."""
    needed(given.given(name), "ID", "Type")
    return given.given(name).text("ID"), given.given(name).text("Type")


def shown(row: Row, columns: Mapping[str, str]) -> list[dict[str, str]]:
    """A row's ids with their types, as answers list them."""
    return [{"ID": text(row, column), "Type": kind} for kind, column in columns.items() if row[column]]


def contact_ids(visit: Row) -> list[dict[str, str]]:
    """Seen [contact-ids]: the CSN is the handle; beside it stands an ASN. Guess [asn-is-made-up]."""
    return [{"ID": text(visit, "csn"), "Type": "CSN"}, {"ID": f"9{visit['csn']}", "Type": "ASN"}]


def _one(table: Table, columns: Mapping[str, str], id: str, kind: str, name: str) -> Row:
    if kind not in columns:
        raise not_layer2("id-type-not-known", f"{name}Type: one of {_listed(list(columns))} is needed.")
    rows = table.find(**{columns[kind]: id})
    if not rows or not id:
        raise not_layer2("id-not-known", f"{name}: nothing has this id.")
    return rows[0]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)
