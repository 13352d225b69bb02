"""athenaOne's rows as our values, after the published shapes, and our values as its fields."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.systems.athenahealth.a_desk import (
    FIRST_VISIT,
    FOLLOW_UP,
    MARIA,
    NATICK,
    NUMBERS,
    PAYLOADS,
    PHYSICAL,
    RIVERA,
    TEMPE,
    a_practice,
)

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import Period
from frontdesk.ports.faults import Refused
from frontdesk.standards.document import DocumentWrong
from frontdesk.systems.athenahealth.mapping import (
    Numbers,
    Visit,
    appointment,
    chart_of,
    new_patient,
    us_phone,
    visit,
    ways_to_reach,
)
from frontdesk.systems.athenahealth.numbers import read_numbers
from frontdesk.systems.athenahealth.office import read_open
from frontdesk.wire.foreign import Foreign

OFFICE_VISIT = Numbers(departments={TEMPE: 21}, providers={RIVERA: 58}, types={FOLLOW_UP: 640})
JULY_7 = Period(start=datetime(2026, 7, 7, 16, 15, tzinfo=UTC), end=datetime(2026, 7, 7, 16, 45, tzinfo=UTC))
"""9:15 on Arizona's clock."""


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def read(**fields: object) -> Visit:
    """The published visit, changed as said."""
    row = Foreign.of(payload("appointment")[0] | fields, what="appointment", id="appointmentid")
    found = visit(row, OFFICE_VISIT, a_practice())
    assert found is not None
    return found


def test_a_visit_is_read_on_the_clock_of_its_department() -> None:
    found = appointment(read(), OFFICE_VISIT, MARIA.id)

    assert found.during == JULY_7
    assert (found.id, found.service, found.location, found.practitioner) == ("1204401", FOLLOW_UP, TEMPE, RIVERA)
    assert (found.status, found.patient, found.room, found.devices) == (Status.BOOKED, MARIA.id, None, ())


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"appointmentstatus": "f"}, Status.BOOKED),
        ({"appointmentstatus": "f", "startcheckin": "07/07/2026 09:10:00"}, Status.ARRIVED),
        ({"appointmentstatus": "2"}, Status.CHECKED_IN),
        ({"appointmentstatus": "3"}, Status.FULFILLED),
        ({"appointmentstatus": "4"}, Status.FULFILLED),
        ({"appointmentstatus": "x"}, Status.CANCELLED),
        ({"appointmentstatus": "x", "cancelreasonnoshow": False}, Status.CANCELLED),
        ({"appointmentstatus": "x", "cancelreasonnoshow": "true"}, Status.NOSHOW),
    ],
)
def test_each_status_is_ours(fields: dict[str, object], status: Status) -> None:
    assert read(**fields).standing is status


def test_an_open_slot_is_no_visit() -> None:
    assert not read(appointmentstatus="o").is_visit


def test_open_slots_are_read_with_their_length_and_practitioner() -> None:
    rows = Foreign.list_of(payload("open_slots")["appointments"], what="appointment", id="appointmentid")

    found = read_open(rows, OFFICE_VISIT, a_practice()).openings

    assert [(one.number, one.practitioner, one.location) for one in found] == [
        (1204401, RIVERA, TEMPE),
        (1204409, RIVERA, TEMPE),
    ]
    assert found[0].during == JULY_7


def test_a_file_is_read_with_its_name_birth_date_and_ways_to_reach() -> None:
    found = chart_of(Foreign.of(payload("patients")["patients"][0], what="patient", id="patientid"))

    assert (found.number, found.given, found.family) == ("40211", ("Rosa",), "Quill")
    assert (found.birth_date, found.phones, found.emails) == (date(1988, 4, 9), ("6175550142",), ("rosa@example.org",))
    assert found.visits


@pytest.mark.parametrize(("status", "visits"), [("active", True), ("inactive", True), ("deleted", False)])
def test_a_deleted_file_takes_no_visits(status: str, visits: bool) -> None:
    row = payload("patients")["patients"][0] | {"status": status}

    assert chart_of(Foreign.of(row, what="patient", id="patientid")).visits is visits


def test_a_new_file_names_who_it_is_and_how_to_reach_them() -> None:
    assert new_patient(MARIA, department=21) == {
        "firstname": "Maria",
        "lastname": "Gonzalez",
        "dob": "04/09/1988",
        "departmentid": "21",
        "mobilephone": "6175550147",
        "email": "maria@example.com",
        "language6392code": "spa",
    }


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"birth_date": None}, "one of them is missing"),
        ({"family": " "}, "one of them is missing"),
        ({"given": "A" * 21}, "Staff must open"),
        ({"family": "A" * 31}, "Staff must open"),
    ],
)
def test_a_file_that_would_be_kept_by_halves_is_not_opened(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        new_patient(replace(MARIA, **changed), department=21)


@pytest.mark.parametrize("phone", ["+442071838750", "+11235550147", "6175550147", "", None])
def test_a_phone_that_is_none_of_north_america_is_not_sent(phone: str | None) -> None:
    assert us_phone(phone) is None
    assert "mobilephone" not in ways_to_reach(replace(MARIA, phone=phone))


def test_an_address_that_is_too_long_is_left_out_whole() -> None:
    long: Patient = replace(MARIA, email="m" * 50 + "@example.com", language="fr")

    assert ways_to_reach(long) == {"mobilephone": "6175550147"}


def test_a_service_is_booked_by_its_reason_before_its_type() -> None:
    numbers = replace(NUMBERS, reasons={FIRST_VISIT: 541, FOLLOW_UP: 563})

    assert numbers.which(FOLLOW_UP) == {"reasonid": "563"}
    assert numbers.which(PHYSICAL) == {"appointmenttypeid": "4"}
    assert numbers.which(ServiceId("botox")) is None


def test_numbers_are_read_from_what_a_practice_wrote() -> None:
    read = read_numbers(
        {
            "departments": {"natick": 1},
            "providers": {"rivera": "58"},
            "services": {"follow-up": "type 42", "first-visit": "reason 541"},
            "visit_types": {"first-visit": 8},
        }
    )

    assert read == Numbers(
        departments={NATICK: 1},
        providers={RIVERA: 58},
        types={FOLLOW_UP: 42, FIRST_VISIT: 8},
        reasons={FIRST_VISIT: 541},
    )


def test_what_is_wrong_in_the_numbers_is_told_all_at_once() -> None:
    with pytest.raises(DocumentWrong) as told:
        read_numbers(
            {
                "departments": {"natick": 0},
                "doctors": {"rivera": 58},
                "services": {"follow-up": "type 42", "physical": 4},
                "visit_types": {"follow-up": 42},
            }
        )

    assert len(told.value.faults) == 4


def test_a_number_that_stands_twice_is_not_taken() -> None:
    with pytest.raises(Impossible, match="providerid 58"):
        read_numbers({"providers": {"rivera": 58, "ortiz": 58}})


def test_what_the_practice_no_longer_has_is_not_looked_for() -> None:
    numbers = Numbers(
        departments={NATICK: 1, LocationId("gone"): 2},
        providers={RIVERA: 58, PractitionerId("gone"): 59},
        types={FOLLOW_UP: 42, ServiceId("gone"): 43},
        reasons={FIRST_VISIT: 541, ServiceId("away"): 542},
    )

    assert numbers.within(a_practice()) == Numbers(
        departments={NATICK: 1}, providers={RIVERA: 58}, types={FOLLOW_UP: 42}, reasons={FIRST_VISIT: 541}
    )


def test_a_visit_whose_type_tells_nothing_is_what_we_booked_it_as() -> None:
    found = read(appointmenttypeid="777")

    assert appointment(found, OFFICE_VISIT, None).service is None
    assert appointment(found, OFFICE_VISIT, None, booked_as=PHYSICAL).service == PHYSICAL
    assert found.during.length == timedelta(minutes=30)
