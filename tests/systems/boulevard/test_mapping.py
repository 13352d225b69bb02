"""Boulevard's rows as our values, and the ids that tie the two."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.systems.boulevard.a_desk import a_practice
from tests.systems.boulevard.a_payload import DANA, DOWNTOWN, NEUROTOXIN, NUMBERS, a_row, a_visit, cancelled_for

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.document import DocumentWrong
from frontdesk.systems.boulevard.mapping import (
    REASON,
    STATE,
    Numbers,
    appointment,
    chart_of,
    is_visit,
    mark_of,
    reason_there,
    urn,
    visit,
)
from frontdesk.systems.boulevard.numbers import read_numbers
from frontdesk.wire.foreign import Unreadable

AT = Period(start=datetime(2026, 8, 4, 16, 30, tzinfo=UTC), end=datetime(2026, 8, 4, 17, 0, tzinfo=UTC))


def test_an_appointment_is_a_visit_of_ours() -> None:
    found = appointment(a_visit(), NUMBERS, a_practice(), None)

    assert (found.id, found.during, found.status) == ("urn:blvd:Appointment:a1b2", AT, Status.BOOKED)
    assert (found.practitioner, found.service, found.location) == (DANA, NEUROTOXIN, DOWNTOWN)
    assert (found.room, found.devices, found.patient) == (None, (), None)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("BOOKED", Status.BOOKED),
        ("CONFIRMED", Status.BOOKED),
        ("ARRIVED", Status.ARRIVED),
        ("ACTIVE", Status.CHECKED_IN),
        ("FINAL", Status.FULFILLED),
    ],
)
def test_each_state_is_a_status(state: str, status: Status) -> None:
    found = a_visit(state=state)

    assert (found.standing, found.confirmed, found.in_use) == (status, state == "CONFIRMED", True)


@pytest.mark.parametrize("reason", sorted(REASON))
def test_a_cancelled_visit_frees_its_time_whatever_the_reason(reason: str) -> None:
    found = a_visit(**cancelled_for(reason))

    assert found.standing is (Status.NOSHOW if reason == "NO_SHOW" else Status.CANCELLED)
    assert not found.in_use


def test_every_state_of_the_vendors_schema_is_known() -> None:
    assert set(STATE) == {"BOOKED", "CONFIRMED", "ARRIVED", "ACTIVE", "FINAL", "CANCELLED"}


def test_a_client_is_a_file() -> None:
    found = chart_of(a_row("client"))

    assert (found.number, found.given, found.family) == ("urn:blvd:Client:9e21", ("Riley",), "Quill")
    assert (found.phones, found.emails, found.visits) == (("+13035550142",), ("riley.q@example.com",), True)
    assert not chart_of(a_row("client", active=False)).visits


def test_a_client_may_lack_everything_but_an_id() -> None:
    found = chart_of(a_row("client", firstName=None, lastName=None, email=None, mobilePhone=None))

    assert (found.given, found.family, found.phones, found.emails) == (("",), "", (), ())


@pytest.mark.parametrize(
    ("reason", "there"),
    [
        (Cancellation.PATIENT, "CLIENT_CANCEL"),
        (Cancellation.PATIENT_FEELS_BETTER, "CLIENT_CANCEL"),
        (Cancellation.PROVIDER_IN_MEETING, "STAFF_CANCEL"),
        (Cancellation.EQUIPMENT_IN_REPAIR, "STAFF_CANCEL"),
        (Cancellation.OTHER_ERROR, "MISTAKE"),
        (Cancellation.OTHER, "CLIENT_CANCEL"),
    ],
)
def test_each_reason_has_one_there_and_none_may_cost_the_patient_a_fee(reason: Cancellation, there: str) -> None:
    assert reason_there(reason) == there
    assert all(reason_there(one) != "CLIENT_LATE_CANCEL" for one in Cancellation)


def test_the_last_part_of_an_id_is_the_whole_id() -> None:
    assert urn("Staff", "55") == urn("Staff", "urn:blvd:Staff:55") == "urn:blvd:Staff:55"


@pytest.mark.parametrize("id", ["", "4711", "urn:blvd:Appointment:", "urn:blvd:Cart:77cc", "urn:blvd:Client:1"])
def test_what_is_no_appointments_id_is_asked_of_nobody(id: str) -> None:
    assert not is_visit(id)
    assert is_visit("urn:blvd:Appointment:a1b2")


def test_a_mark_is_the_intents_own_and_says_nothing_of_it() -> None:
    assert mark_of("book:1") == mark_of("book:1") != mark_of("book:2")
    assert "book" not in mark_of("book:1")


def test_numbers_are_read_whole_or_by_their_last_part() -> None:
    read = read_numbers(
        {
            "locations": {"downtown": "11aa"},
            "staff": {"dana": "urn:blvd:Staff:55", "lena": "56"},
            "services": {"neurotoxin": "90"},
        }
    )

    assert read == NUMBERS


def test_numbers_of_another_kind_are_told_each_on_a_line() -> None:
    with pytest.raises(DocumentWrong) as wrong:
        read_numbers({"locations": {"downtown": "urn:blvd:Staff:55"}, "staff": {"dana": "two words"}, "rooms": {}})

    assert len(str(wrong.value).splitlines()) == 3


def test_an_id_is_given_to_one_of_ours() -> None:
    with pytest.raises(Impossible, match="two of ours"):
        Numbers(locations={}, staff={DANA: "urn:blvd:Staff:5", "lena": "urn:blvd:Staff:5"}, services={})  # type: ignore[dict-item]


def test_numbers_of_what_the_practice_has_no_more_are_left_out() -> None:
    practice = a_practice()

    assert NUMBERS.within(practice).locations == NUMBERS.locations
    assert Numbers(locations={}, staff={"gone": "urn:blvd:Staff:9"}, services={}).within(practice).staff == {}  # type: ignore[dict-item]


@pytest.mark.parametrize("missing", ["id", "startAt", "endAt", "locationId"])
def test_a_row_without_what_it_needs_is_reported_with_its_name(missing: str) -> None:
    row = a_row(**{missing: None})

    with pytest.raises(Unreadable, match=missing):
        visit(row, NUMBERS)


def test_a_visits_length_is_what_stands_there() -> None:
    assert a_visit(endAt="2026-08-04T17:15:00Z").during.length == timedelta(minutes=45)
