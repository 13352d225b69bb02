"""What is odd about athenaOne: numbers that are texts, clocks without zones, 404s of three meanings."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.systems.athenahealth.a_desk import (
    EASTERN,
    FOLLOW_UP,
    NATICK,
    NUMBERS,
    ORTIZ,
    RIVERA,
    TEMPE,
    a_practice,
    at,
    with_service,
)
from tests.systems.athenahealth.test_mapping import OFFICE_VISIT, payload, read

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.system import SlotRequest
from frontdesk.scheduling.slots import find_slots
from frontdesk.systems.athenahealth.mapping import Visit, appointment, chart_of, visit
from frontdesk.systems.athenahealth.office import Opening, check_zones, read_open, slots
from frontdesk.wire.foreign import Foreign, Unreadable

NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)


def rows(*changed: dict[str, object]) -> list[Foreign]:
    """Open slots of Dr. Rivera in Natick on Thursday, March 5, at 9:30 for half an hour, changed as said."""
    usual: dict[str, Any] = payload("open_slots")["appointments"][0] | {
        "departmentid": 1,
        "date": "03/05/2026",
        "starttime": "09:30",
    }
    listed = [usual | {"appointmentid": 100 + place} | fields for place, fields in enumerate(changed)]
    return Foreign.list_of(listed, what="appointment", id="appointmentid")


def openings(listed: list[Foreign]) -> tuple[Opening, ...]:
    return read_open(listed, NUMBERS, a_practice()).openings


def offered(*changed: dict[str, object], within: Period | None = None, **practice: Any) -> list[Slot]:
    """What of these the desk offers for a follow-up."""
    return slots(
        openings(rows(*changed)),
        with_service(**practice).service(FOLLOW_UP),
        wanted=SlotRequest(service=FOLLOW_UP, within=within or at("2026-03-05 00:00", minutes=24 * 60)),
        practice=with_service(**practice),
        now=NOW,
        free_times=find_slots,
    )


def test_numbers_come_as_numbers_and_as_text() -> None:
    texts = read(appointmentid="7", duration="15", providerid="58", patientid="3")
    numbers = read(appointmentid=7, duration=15, providerid=58, patientid=3, departmentid=21, appointmenttypeid=640)

    assert texts == numbers
    assert texts.during.length == timedelta(minutes=15)


def test_a_status_that_is_a_number_is_the_same_status() -> None:
    assert read(appointmentstatus=2).standing is Status.CHECKED_IN


def test_an_unknown_status_is_kept_and_told_with_its_row() -> None:
    found = read(appointmentstatus="Teleported")

    assert found.is_visit
    with pytest.raises(Unreadable, match='appointment 1204401: appointmentstatus is "Teleported"'):
        appointment(found, OFFICE_VISIT, None)


@pytest.mark.parametrize("nothing", ["", None, "0", 0])
def test_a_number_of_nothing_is_none(nothing: object) -> None:
    found = read(rescheduledappointmentid=nothing, appointmentconfirmationid=nothing)

    assert (found.moved_to, found.confirmation) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "2026-07-07"},
        {"date": "13/40/2026"},
        {"starttime": "quarter past nine"},
        {"duration": 0},
        {"duration": "long"},
        {"departmentid": None},
        {"providerid": "Rivera"},
        {"appointmentnotes": "a text"},
    ],
)
def test_a_row_that_cannot_be_read_is_reported(wrong: dict[str, object]) -> None:
    with pytest.raises(Unreadable, match="1204401"):
        read(**wrong)


def test_a_visit_at_a_department_that_is_not_ours_has_no_clock_and_is_not_seen() -> None:
    row = Foreign.of(payload("appointment")[0] | {"departmentid": "99"}, what="appointment", id="appointmentid")

    assert visit(row, OFFICE_VISIT, a_practice()) is None


def test_notes_may_be_left_out_or_empty() -> None:
    assert read(appointmentnotes=None).notes == ()
    assert read(appointmentnotes=[{"id": 1, "text": "API appointment created."}]).notes == ("API appointment created.",)


def test_a_declined_e_mail_is_nobodys() -> None:
    row = payload("patients")["patients"][0] | {"email": "declined", "dob": None, "status": None}
    found = chart_of(Foreign.of(row, what="patient", id="patientid"))

    assert (found.emails, found.birth_date, found.visits) == (("declined",), None, True)


def test_slots_of_others_and_frozen_ones_are_not_openings() -> None:
    found = openings(rows({}, {"providerid": 99}, {"departmentid": 99}, {"frozen": "true"}))

    assert [one.number for one in found] == [100]


@pytest.mark.parametrize(
    ("day", "plain"),
    [
        ("11/01/2026", ["00:00", "02:00", "02:30", "03:00"]),  # 1:00 and 1:30 are shown twice
        ("03/08/2026", ["00:00", "00:30", "01:00", "03:00"]),  # 2:00 and 2:30 never are
    ],
)
def test_in_the_nights_when_the_clock_is_changed_only_plain_times_are_openings(day: str, plain: list[str]) -> None:
    times = ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00"]
    night = rows(*({"date": day, "starttime": shown} for shown in times))

    found = openings(night)

    assert [f"{one.during.start.astimezone(EASTERN):%H:%M}" for one in found] == plain
    assert all(one.during.length == timedelta(minutes=30) for one in found)


def test_a_slot_in_arizona_is_read_on_a_clock_that_never_changes() -> None:
    before, after = openings(
        rows(
            {"departmentid": 21, "date": "03/07/2026"},
            {"departmentid": 21, "date": "03/09/2026"},
        )
    )

    assert (before.location, after.during.start - before.during.start) == (TEMPE, timedelta(days=2))


def test_a_slot_that_cannot_be_read_is_told_and_the_others_are_offered() -> None:
    found = read_open(rows({"starttime": "soon"}, {"date": "tomorrow"}, {}), NUMBERS, a_practice())

    assert [one.number for one in found.openings] == [102]
    assert [(fault.row, fault.field) for fault in found.strange] == [
        ("appointment 100", "starttime"),
        ("appointment 101", "date"),
    ]


def test_a_slot_shorter_than_the_service_is_not_offered_and_a_longer_one_is_as_it_stands() -> None:
    found = offered({"duration": 10}, {"starttime": "10:00", "duration": 45})

    assert [slot.during for slot in found] == [at("2026-03-05 10:00", minutes=45)]


def test_of_two_columns_at_one_start_the_shorter_that_fits_is_offered_once() -> None:
    found = offered({"duration": 60}, {"duration": 30}, {"duration": 30})

    assert [slot.during.length for slot in found] == [timedelta(minutes=30)]


def test_two_practitioners_at_one_start_come_in_the_order_of_the_practice() -> None:
    found = offered({"providerid": 59}, {"providerid": 58})

    assert [slot.practitioner for slot in found] == [RIVERA, ORTIZ]


def test_a_slot_off_the_quarter_hours_is_offered_too() -> None:
    found = offered({"starttime": "09:07", "duration": 23}, {"starttime": "09:50", "duration": 15})

    assert [slot.during for slot in found] == [
        at("2026-03-05 09:07", minutes=23),
        at("2026-03-05 09:50", minutes=15),
    ]


def test_a_visit_never_reaches_from_one_slot_into_the_next() -> None:
    found = offered(
        {"starttime": "09:00", "duration": 30},
        {"starttime": "09:30", "duration": 30},
        length=timedelta(minutes=45),
    )

    assert found == []


def test_a_slot_until_midnight_is_outside_opening_hours_and_does_no_harm() -> None:
    assert offered({"starttime": "23:30"}, {"starttime": "23:45"}) == []


def test_set_up_is_in_the_schedules_own_template_and_not_asked_for_again() -> None:
    buffers = {"before": timedelta(minutes=30), "practitioner_after": timedelta(minutes=30)}

    assert len(offered({}, **buffers)) == 1


def test_only_a_slot_wholly_inside_what_was_asked_for_is_offered() -> None:
    exactly = at("2026-03-05 09:30")

    assert [slot.during for slot in offered({}, within=exactly)] == [exactly]
    assert offered({}, within=at("2026-03-05 09:30", minutes=29)) == []


def departments(**fields: object) -> list[Foreign]:
    listed = [{"departmentid": "1", "name": "RIVERBEND NATICK", "timezonename": "US/Eastern"} | fields]
    return Foreign.list_of(listed, what="department", id="departmentid")


@pytest.mark.parametrize("name", ["US/Eastern", "America/Detroit", "Eastern of the vendor", ""])
def test_a_department_on_the_same_clock_by_any_name_is_taken(name: str) -> None:
    check_zones(departments(timezonename=name), NUMBERS, a_practice(), now=NOW)

    assert a_practice().location(NATICK).zone == ZoneInfo("America/New_York")


@pytest.mark.parametrize("name", ["America/Chicago", "America/Phoenix", "EST"])
def test_a_department_on_another_clock_is_for_a_person(name: str) -> None:
    with pytest.raises(NotPermitted, match="Correct one of the two"):
        check_zones(departments(timezonename=name), NUMBERS, a_practice(), now=NOW)


WORDS = st.text("0123456789/:-ftxo é٣", max_size=12)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    WORDS,
    st.sampled_from(["12/31/9999", "01/01/0001", "24:00", "23:59", "f", "x", "o", "true", "58", "21"]),
    st.lists(
        st.one_of(st.none(), st.integers(), st.dictionaries(st.sampled_from(["text", "id"]), st.text())), max_size=2
    ),
)
FIELDS = (
    *payload("appointment")[0],
    *("rescheduledappointmentid", "appointmentconfirmationid", "appointmentnotes", "frozenyn", "startcheckin"),
    "cancelreasonnoshow",
)


@settings(max_examples=300)
@given(changed=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4))
def test_a_row_of_any_kind_is_a_visit_or_is_reported(changed: dict[str, object]) -> None:
    row = Foreign.of(payload("appointment")[0] | changed, what="appointment", id="appointmentid")

    outcome: object
    try:
        outcome = visit(row, OFFICE_VISIT, a_practice())
    except Unreadable as told:
        outcome = told

    assert outcome is None or isinstance(outcome, Visit | Unreadable)


@settings(max_examples=300)
@given(changed=st.dictionaries(st.sampled_from((*payload("open_slots")["appointments"][0], "frozen")), ANYTHING))
def test_an_open_slot_of_any_kind_is_an_opening_or_is_reported_or_left_out(changed: dict[str, object]) -> None:
    found = read_open(rows(changed), NUMBERS, a_practice())

    assert len(found.openings) + len(found.strange) <= 1
