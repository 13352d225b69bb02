"""What a server says it can, beside what the desk needs."""

import pytest
from tests.standards.fhir_scheduling.resources import Json

from frontdesk.standards.fhir_scheduling.asking import Release
from frontdesk.standards.fhir_scheduling.capability import Checked, Offered, checked, read_abilities
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4, EPIC_STU3, PLAIN_R4, Dialect
from frontdesk.standards.fhir_scheduling.reading import Unreadable


def a_type(type: str, *interactions: str, search: str = "", **fields: object) -> Json:
    return {
        "type": type,
        "interaction": [{"code": code} for code in interactions],
        "searchParam": [{"name": name, "type": "token"} for name in search.split()],
        **fields,
    }


def a_statement(*types: Json, version: str = "4.0.1", **rest: object) -> Json:
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": version,
        "software": {"name": "Clinic FHIR"},
        "rest": [{"mode": "server", "resource": list(types), **rest}],
    }


LOCKED = {"versioning": "versioned-update"}
WHOLE = a_statement(
    a_type("Slot", "search-type", "update", search="schedule start status service-type", **LOCKED),
    a_type("Appointment", "search-type", "create", "update", search="patient date", conditionalCreate=True, **LOCKED),
    a_type("Patient", "search-type", "create", search="family birthdate phone"),
    interaction=[{"code": "transaction"}],
)


def rows(statement: Json, dialect: Dialect = PLAIN_R4) -> dict[str, Checked]:
    return {one.what: one for one in checked(read_abilities(statement), dialect)}


def test_what_a_server_can_is_a_row_each() -> None:
    found = rows(WHOLE)

    assert {what for what, one in found.items() if one.offered is Offered.YES} == {
        *("speaks FHIR R4", "find free times", "hold a time", "book", "move a visit", "cancel"),
        *("read a patient's visits", "find a patient", "create a patient", "book the same visit once only"),
    }
    assert found["confirm"] == Checked(what="confirm", offered=Offered.NO, lacks=("patch of Appointment",))
    assert found["hand in insurance"].lacks == ("Coverage is not named at all",)
    assert found["be told of changes"].offered is Offered.NO


def test_a_server_that_lists_no_searches_says_nothing_of_them() -> None:
    silent = a_statement(a_type("Slot", "search-type", "update"), a_type("Patient", "read"))

    found = rows(silent)

    assert found["find free times"].offered is Offered.NOT_SAID
    assert "search of Slot by start" in found["find free times"].lacks
    assert (found["find a patient"].offered, found["find a patient"].lacks) == (Offered.NO, ("search of Patient",))
    assert found["book the same visit once only"].offered is Offered.NOT_SAID


def test_a_server_that_keeps_no_versions_books_nothing_safely() -> None:
    careless = a_statement(
        a_type("Slot", "update", versioning="no-version"),
        a_type("Appointment", "create", "update", versioning="no-version"),
        interaction=[{"code": "transaction"}],
    )

    found = rows(careless)

    assert found["book"].offered is Offered.NO
    assert found["book"].lacks == ("Slot changed only in a known version (If-Match)",)


def test_operations_are_found_at_the_type_or_at_the_server() -> None:
    at_type = a_statement(a_type("Appointment", operation=[{"name": "find"}, {"name": "$book"}]), version="3.0.1")
    at_server = a_statement(a_type("Appointment"), version="3.0.2", operation=[{"name": "find"}])

    assert rows(at_type, EPIC_STU3)["book"].offered is Offered.YES
    found = rows(at_server, EPIC_STU3)
    assert found["find free times"].offered is Offered.YES
    assert found["book"].lacks == ("the operation $book of Appointment",)
    assert found["cancel"].lacks == ("this kind of server has no way to do it by FHIR",)
    assert "be told of changes" not in found


def test_patients_may_be_at_another_address() -> None:
    visits = read_abilities(a_statement(a_type("Appointment", operation=[{"name": "find"}]), version="3.0.1"))

    found = {one.what: one.offered for one in checked(visits, EPIC_STU3, charts=read_abilities(WHOLE))}

    assert (found["find a patient"], found["find free times"], found["book"]) == (Offered.YES, Offered.YES, Offered.NO)


def test_a_server_of_another_release_is_told() -> None:
    abilities = read_abilities(a_statement(version="1.0.2"))

    assert (abilities.release, abilities.software) == (None, "Clinic FHIR")
    assert rows(a_statement(version="3.0.1"))["speaks FHIR R4"].lacks == (
        "it speaks 3.0.1; is this the address of R4?",
    )
    assert read_abilities(WHOLE).release is Release.R4


def test_patches_in_another_format_do_not_count() -> None:
    xml = a_statement(a_type("Appointment", "patch"), a_type("Slot", "patch"))
    xml["patchFormat"] = ["application/xml-patch+xml"]

    assert rows(xml, CERNER_R4)["cancel"].lacks == ("patches written as JSON Patch",)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("<html>", "is no CapabilityStatement; check the FHIR base address"),
        ({"resourceType": "Conformance"}, "is no CapabilityStatement"),
        ({**WHOLE, "rest": [{"mode": "client"}]}, "tells of no server"),
        ({**WHOLE, "fhirVersion": 4}, "fhirVersion is a number"),
    ],
)
def test_what_is_no_statement_is_told(raw: object, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_abilities(raw)
