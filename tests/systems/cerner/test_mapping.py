"""Millennium's published shapes, invented people: read as ours, and ours written as theirs."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.systems.cerner.a_desk import PAYLOADS, a_practice, a_slot, at

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.standards.document import DocumentWrong
from frontdesk.standards.fhir_scheduling.appointments import read_appointment
from frontdesk.standards.fhir_scheduling.people import Contact, read_patient
from frontdesk.standards.fhir_scheduling.slots import read_schedule, read_slot
from frontdesk.systems.cerner.mapping import (
    Numbers,
    appointment,
    as_patient,
    chart_of,
    contacts_of,
    is_at,
    is_confirmed,
    mark_of,
    missing_contacts,
    opening,
    patient_in,
    updated_at,
)
from frontdesk.systems.cerner.numbers import read_numbers

TENANT = "ec2458f2-1e24-41c8-b71b-0e701af7583d"
NUMBERS = Numbers(
    tenant=TENANT,
    locations={LocationId("downtown"): "21304876"},
    practitioners={PractitionerId("rivera"): "4122001", PractitionerId("ortiz"): "4122002"},
    types={ServiceId("follow-up"): "24477854"},
)
LENA = Patient(
    id=PatientId(UUID(int=7)),
    given="Lena",
    family="Invented",
    phone="+15125550148",
    email="lena@example.org",
    birth_date=date(1988, 4, 12),
)


def payload(name: str) -> dict[str, Any]:
    """A published shape."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return found


def the_slot() -> dict[str, Any]:
    """The slot of the published page."""
    found: dict[str, Any] = payload("slots")["entry"][0]["resource"]
    return found


def the_schedule() -> dict[str, Any]:
    """Its schedule."""
    found: dict[str, Any] = payload("slots")["entry"][1]["resource"]
    return found


def opened(slot: dict[str, Any], schedule: dict[str, Any]) -> object:
    return opening(read_slot(slot), {schedule["id"]: read_schedule(schedule)}, NUMBERS)


def test_a_free_slot_is_a_time_of_its_schedules_practitioner_at_its_own_location() -> None:
    found = opening(read_slot(the_slot()), {the_schedule()["id"]: read_schedule(the_schedule())}, NUMBERS)

    assert found is not None
    assert (found.practitioner, found.location, found.during) == ("rivera", "downtown", at("2026-03-05 09:30"))


def test_a_slot_of_two_of_ours_of_none_of_ours_or_elsewhere_is_left_out() -> None:
    both = the_schedule() | {"actor": [{"reference": f"Practitioner/{id}"} for id in ("4122001", "4122002")]}
    stranger = the_schedule() | {"actor": [{"reference": "Practitioner/999"}]}
    closed = the_schedule() | {"active": False}
    elsewhere = the_slot()
    elsewhere["extension"][0]["valueReference"]["reference"] = "Location/1"

    assert [opened(the_slot(), one) for one in (both, stranger, closed)] == [None, None, None]
    assert opened(elsewhere, the_schedule()) is None
    assert opened({**the_slot(), "extension": []}, the_schedule()) is None
    assert opening(read_slot(the_slot()), {}, NUMBERS) is None


def test_a_visit_is_read_whole() -> None:
    visit = read_appointment(payload("appointment"))
    found = appointment(visit, NUMBERS, LENA.id)

    assert found is not None
    assert (found.id, found.service, found.location, found.practitioner) == (
        "20470011",
        "follow-up",
        "downtown",
        "rivera",
    )
    assert (found.during, found.status, found.patient) == (at("2026-03-05 09:30"), Status.BOOKED, LENA.id)
    assert (patient_in(visit), is_confirmed(visit)) == ("13500123", False)
    assert updated_at(visit) == datetime(2026, 3, 2, 13, 5, tzinfo=UTC)


def test_a_visit_elsewhere_or_without_a_time_is_none_of_ours() -> None:
    elsewhere, asked = payload("appointment"), payload("appointment")
    elsewhere["participant"][2]["actor"]["reference"] = "Location/1"
    asked["status"] = "proposed"
    del asked["start"], asked["end"]

    assert appointment(read_appointment(elsewhere), NUMBERS, None) is None
    assert appointment(read_appointment(asked), NUMBERS, None) is None


def test_a_type_without_a_code_leaves_the_service_open_unless_we_booked_it() -> None:
    visit = payload("appointment")
    absent = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    visit["serviceType"] = [{"coding": [{"extension": [absent]}], "text": "Established Patient"}]
    read = read_appointment(visit)

    known = appointment(read, NUMBERS, None, booked_as=ServiceId("follow-up"))
    nameless = appointment(read, NUMBERS, None)

    assert known is not None
    assert known.service == "follow-up"
    assert nameless is not None
    assert nameless.service is None


def test_the_same_code_of_another_tenant_is_another_type() -> None:
    visit = payload("appointment")
    coding = visit["serviceType"][0]["coding"][0]
    coding["system"] = coding["system"].replace(TENANT, "00000000-1111-4222-8333-444444444444")

    found = appointment(read_appointment(visit), NUMBERS, None)

    assert found is not None
    assert found.service is None


def test_a_visit_is_at_a_slot_by_its_start_practitioner_and_place() -> None:
    visit = read_appointment(payload("appointment"))

    assert is_at(visit, a_slot(at("2026-03-05 09:30", minutes=45)), NUMBERS)
    assert not is_at(visit, a_slot(at("2026-03-05 10:00")), NUMBERS)
    assert not is_at(visit, a_slot(practitioner=PractitionerId("ortiz")), NUMBERS)
    assert not is_at(visit, a_slot(location=LocationId("lakeside")), NUMBERS)


def test_a_file_goes_by_its_official_name_its_nickname_and_what_is_not_put_away() -> None:
    chart = chart_of(read_patient(payload("patient")))

    assert (chart.number, chart.family, chart.birth_date, chart.visits) == (
        "13500123",
        "Invented",
        date(1988, 4, 12),
        True,
    )
    assert chart.given == ("Lena", "Lena Marie", "Leni")
    assert (chart.phones, chart.emails) == (("(512) 555-0148",), ("Lena@example.org",))
    assert chart.is_of(LENA)


@pytest.mark.parametrize(
    "why",
    [
        {"active": False},
        {"deceasedBoolean": True},
        {"link": [{"other": {"reference": "Patient/1"}, "type": "replaced-by"}]},
    ],
)
def test_nobody_is_booked_on_a_file_that_is_closed(why: dict[str, object]) -> None:
    assert not chart_of(read_patient(payload("patient") | why)).visits


def test_what_a_file_lacks_is_what_it_has_in_no_form() -> None:
    file = read_patient(payload("patient"))
    moved = Patient(id=LENA.id, given="Lena", family="Invented", phone="+15125550177", email="lena@example.org")

    assert missing_contacts(file, LENA) == ()
    assert missing_contacts(file, moved) == (Contact(system="phone", use="mobile", value="5125550177"),)


def test_a_number_of_another_country_is_written_with_its_code() -> None:
    abroad = Patient(id=LENA.id, given="Lena", family="Invented", phone="+498912345678", email=None)

    assert contacts_of(abroad) == (Contact(system="phone", use="mobile", value="+498912345678"),)


def test_a_new_patient_is_enrolled_by_the_organization_and_nothing_else() -> None:
    made = as_patient(LENA, organization="675844")

    assert made == {
        "resourceType": "Patient",
        "identifier": [{"assigner": {"reference": "Organization/675844"}}],
        "name": [{"use": "official", "family": "Invented", "given": ["Lena"]}],
        "telecom": [
            {"system": "phone", "use": "mobile", "value": "5125550148"},
            {"system": "email", "use": "home", "value": "lena@example.org"},
        ],
        "birthDate": "1988-04-12",
    }


def test_a_mark_names_its_key_and_tells_nothing_of_it() -> None:
    assert mark_of("book:1") == mark_of("book:1") != mark_of("book:2")
    assert mark_of("book:1").startswith("Frontdesk ")
    assert "book" not in mark_of("book:1").casefold().removeprefix("frontdesk")


def test_numbers_are_read_as_a_practice_writes_them_and_cut_to_what_it_has() -> None:
    numbers = read_numbers(
        {
            "locations": {"downtown": "21304876", "gone": "1"},
            "practitioners": {"rivera": "4122001"},
            "services": {"follow-up": "24477854"},
            "payers": {"Invented Health": "643847"},
        },
        tenant=TENANT,
    )

    assert numbers.within(a_practice()).locations == {"downtown": "21304876"}
    assert numbers.payers == {"Invented Health": "643847"}
    assert numbers.type_system == f"https://fhir.cerner.com/{TENANT}/codeSet/14249"


@pytest.mark.parametrize(
    "written",
    [
        {"locations": {"downtown": "Location/21304876"}},
        {"practitioners": {"rivera": ""}},
        {"rooms": {"exam-1": "1"}},
        {"services": ["24477854"]},
    ],
)
def test_numbers_that_are_none_are_told_line_by_line(written: dict[str, object]) -> None:
    with pytest.raises(DocumentWrong, match="numbers"):
        read_numbers(written, tenant=TENANT)


def test_one_number_is_not_given_to_two() -> None:
    with pytest.raises(Impossible, match="given to two"):
        read_numbers({"practitioners": {"rivera": "1", "ortiz": "1"}}, tenant=TENANT)


def test_a_slot_lasts_as_long_as_it_says() -> None:
    found = opening(
        read_slot(the_slot() | {"end": "2026-03-05T16:10:00Z"}),
        {the_schedule()["id"]: read_schedule(the_schedule())},
        NUMBERS,
    )

    assert found is not None
    assert found.during.length == timedelta(minutes=40)
