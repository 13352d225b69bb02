"""Epic's resources as our values, after the published shapes, and our values as its resources."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.systems.epic.a_desk import LENA, MAIN, OFFICE, OKAFOR, PAYLOADS

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.time import Period
from frontdesk.ports.faults import Refused
from frontdesk.standards.document import DocumentWrong
from frontdesk.standards.fhir_scheduling.appointments import Appointment, read_appointment
from frontdesk.standards.fhir_scheduling.people import read_patient
from frontdesk.systems.epic.mapping import (
    Numbers,
    a_new_patient,
    appointment,
    as_sought,
    chart_of,
    contact_in,
    openings,
    patient_in,
    phone,
)
from frontdesk.systems.epic.numbers import read_numbers

VISIT_TYPES = "urn:oid:1.2.840.114350.1.13.861.1.7.3.808267.11"
CONTACTS = "urn:oid:1.2.840.114350.1.13.0.1.7.3.698084.8"
NUMBERS = Numbers(
    locations={MAIN: "eLoc1"},
    practitioners={OKAFOR: "ePr1"},
    services={OFFICE: "95014"},
    visit_types=VISIT_TYPES,
    contacts=CONTACTS,
)
JANUARY_5 = Period(start=datetime(2027, 1, 5, 15, 0, tzinfo=UTC), end=datetime(2027, 1, 5, 15, 30, tzinfo=UTC))


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def an_offer(**changed: object) -> Appointment:
    """The published offer, changed as said."""
    return read_appointment(payload("found")["entry"][0]["resource"] | changed)


def a_visit(**changed: object) -> Appointment:
    """The published visit, changed as said."""
    return read_appointment(payload("booked")["entry"][0]["resource"] | changed)


def test_what_epic_offers_is_a_time_of_ours() -> None:
    [(opening, offer)] = openings([an_offer()], OFFICE, NUMBERS)

    assert (opening.practitioner, opening.location, opening.during) == (OKAFOR, MAIN, JANUARY_5)
    assert offer.id == "eTmp.001"


@pytest.mark.parametrize(
    "numbers",
    [
        replace(NUMBERS, practitioners={OKAFOR: "ePr2"}),
        replace(NUMBERS, locations={MAIN: "eLoc2"}),
        replace(NUMBERS, services={OFFICE: "95020"}),
    ],
)
def test_what_is_offered_with_somebody_or_something_that_is_not_ours_is_left_out(numbers: Numbers) -> None:
    assert openings([an_offer()], OFFICE, numbers) == []


def test_an_offer_that_tells_no_visit_type_is_taken_for_what_was_asked() -> None:
    bare = an_offer(serviceType=[{"text": "Office Visit"}])

    assert len(openings([bare], OFFICE, NUMBERS)) == 1


def test_ids_tell_capitals_from_small_letters() -> None:
    assert openings([an_offer()], OFFICE, replace(NUMBERS, practitioners={OKAFOR: "epr1"})) == []


def test_a_visit_is_read_with_its_place_time_and_contact_number() -> None:
    visit = a_visit()
    found = appointment(visit, NUMBERS, LENA.id)

    assert found is not None
    assert (found.id, found.service, found.location, found.practitioner) == ("eAp.77", OFFICE, MAIN, OKAFOR)
    assert (found.during, found.status, found.patient) == (JANUARY_5, Status.BOOKED, LENA.id)
    assert (patient_in(visit), contact_in(visit, NUMBERS)) == ("eQ1x.Lr7", "256594373")


@pytest.mark.parametrize("word", ["booked", "arrived", "fulfilled", "cancelled", "noshow"])
def test_each_word_for_a_status_is_ours(word: str) -> None:
    found = appointment(a_visit(status=word), NUMBERS, None)

    assert found is not None
    assert found.status.value == word


def test_a_visit_at_a_place_that_is_not_ours_is_nobodys() -> None:
    assert appointment(a_visit(), replace(NUMBERS, locations={}), LENA.id) is None


def test_a_contact_number_of_another_system_is_none() -> None:
    assert contact_in(a_visit(), replace(NUMBERS, contacts="urn:oid:1.2.3")) == ""


def test_a_file_is_known_by_its_first_name_and_by_all_of_them_and_not_by_an_old_phone() -> None:
    chart = chart_of(read_patient(payload("patient")))

    assert chart.number == "eQ1x.Lr7"
    assert chart.given == ("Lena", "Lena Marie")
    assert (chart.family, chart.birth_date, chart.phones) == ("Rivera", date(1988, 4, 12), ("512-555-0148",))
    assert chart.emails == ("lena@example.org",)
    assert chart.visits
    assert chart.is_of(LENA)


@pytest.mark.parametrize(
    "changed",
    [
        {"active": False},
        {"deceasedBoolean": True},
        {"deceasedDateTime": "2026-01-01"},
        {"link": [{"type": "replaced-by", "other": {"reference": "Patient/eOther"}}]},
    ],
)
def test_a_file_that_is_closed_takes_no_visits(changed: dict[str, object]) -> None:
    assert not chart_of(read_patient(payload("patient") | changed)).visits


def test_a_new_file_says_what_the_desk_knows_and_a_word_for_what_it_does_not() -> None:
    assert a_new_patient(LENA) == {
        "resourceType": "Patient",
        "active": True,
        "name": [{"use": "usual", "family": "Rivera", "given": ["Lena"]}],
        "birthDate": "1988-04-12",
        "gender": "unknown",
        "telecom": [
            {"system": "phone", "value": "512-555-0148", "use": "mobile"},
            {"system": "email", "value": "lena@example.org", "use": "home"},
        ],
    }


def test_a_patient_is_matched_without_a_word_that_the_desk_has_not_heard() -> None:
    assert {"gender", "active"}.isdisjoint(as_sought(LENA))
    assert "birthDate" not in as_sought(replace(LENA, birth_date=None))


@pytest.mark.parametrize("lacking", [{"given": " "}, {"family": ""}, {"birth_date": None}])
def test_no_file_is_opened_without_a_name_and_a_birth_date(lacking: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="is missing"):
        a_new_patient(replace(LENA, **lacking))


@pytest.mark.parametrize(
    ("number", "shown"), [("+15125550148", "512-555-0148"), ("+442079460000", None), ("5125550148", None), (None, None)]
)
def test_a_phone_of_north_america_is_written_with_hyphens(number: str | None, shown: str | None) -> None:
    assert phone(number) == shown


WRITTEN = {
    "locations": {"main": "eLoc1"},
    "practitioners": {"okafor": "ePr1.Qx-7"},
    "services": {"office-visit": "95014"},
}


def test_the_file_of_numbers_names_places_people_and_visit_types() -> None:
    numbers = read_numbers(WRITTEN, visit_types=VISIT_TYPES, contacts=CONTACTS)

    assert numbers.locations == {LocationId("main"): "eLoc1"}
    assert numbers.practitioners == {PractitionerId("okafor"): "ePr1.Qx-7"}
    assert numbers.coding(ServiceId("office-visit")) is not None
    assert numbers.coding(ServiceId("other")) is None


@pytest.mark.parametrize(
    "changed", [{"locations": {"main": "e Loc"}}, {"services": {"office-visit": "9 5"}}, {"rooms": {"one": "e1"}}]
)
def test_a_file_of_numbers_with_a_fault_says_where(changed: dict[str, Any]) -> None:
    with pytest.raises(DocumentWrong):
        read_numbers(WRITTEN | changed, visit_types=VISIT_TYPES, contacts=CONTACTS)


def test_an_id_that_stands_for_two_of_ours_is_told() -> None:
    with pytest.raises(Impossible, match="visit type 95014 is given to two"):
        replace(NUMBERS, services={OFFICE: "95014", ServiceId("other"): "95014"})
