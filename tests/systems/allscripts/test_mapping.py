"""Unity's rows as our values and back: published shapes, and what must not be guessed."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from tests.systems.allscripts.a_desk import (
    ASH,
    DENVER,
    FOLLOW_UP,
    GRAY,
    HALE,
    IRIS,
    MAIN,
    MARIA,
    NEW,
    NORTH,
    NUMBERS,
    PHYSICAL,
    WRITTEN,
    a_practice,
    a_slot,
    at,
    directory,
    rows,
)

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PatientId
from frontdesk.ports.faults import Refused
from frontdesk.standards.document import DocumentWrong
from frontdesk.systems.allscripts.directory import listed
from frontdesk.systems.allscripts.mapping import (
    Numbers,
    Visit,
    appointment,
    as_kept,
    changed_visit,
    chart_of,
    mark_of,
    new_appointment,
    new_patient,
    us_phone,
    visit,
)
from frontdesk.systems.allscripts.numbers import read_numbers
from frontdesk.systems.allscripts.office import open_times
from frontdesk.systems.allscripts.unpublished import APPOINTMENT, PATIENT, Template
from frontdesk.wire.foreign import Foreign, Unreadable

TUESDAY = at("2026-05-12 09:30")


def shown(**changed: str) -> Visit:
    """The visit of GetSchedule's payload, with other fields."""
    return visit(rows("getschedule", "AppointmentID", **changed)[0], directory(), DENVER)


def changed(**fields: str) -> Visit:
    """The visit of GetAppointmentsByChangeDTTM's payload, with other fields."""
    return changed_visit(rows("getappointmentsbychangedttm", "Appointment_ID", **fields)[0], directory(), DENVER)


def test_a_row_of_the_schedule_and_one_of_the_changes_tell_the_same_visit() -> None:
    one, other = shown(Status="S"), changed()

    assert replace(other, notes="") == one
    assert (one.during, one.resource, one.location, one.type) == (TUESDAY, "GRAY", "MAIN", "NEWPAT")
    assert (one.patient, one.standing, other.notes) == ("33760", Status.BOOKED, "Booked by Frontdesk 0123456789abcdef")


@pytest.mark.parametrize(
    ("letter", "status", "confirmed"),
    [
        ("S", Status.BOOKED, False),
        ("C", Status.BOOKED, True),
        ("A", Status.ARRIVED, False),
        ("X", Status.CANCELLED, False),
        ("N", Status.NOSHOW, False),
        ("B", Status.CANCELLED, False),
        ("W", Status.WAITLIST, False),
        ("S  ", Status.BOOKED, False),
        ("Pending", Status.BOOKED, False),
        ("Completed", Status.FULFILLED, False),
    ],
)
def test_each_known_status_is_read(letter: str, status: Status, confirmed: bool) -> None:
    one = shown(Status=letter)

    assert (one.standing, one.confirmed, one.strange) == (status, confirmed, None)


def test_a_bumped_visit_was_taken_off_by_the_practice() -> None:
    assert shown(Status="B").reason is Cancellation.PROVIDER
    assert shown(Status="X").reason is None


def test_an_unknown_status_keeps_its_time_and_is_reported() -> None:
    one = shown(Status="Q")

    assert (one.standing, one.in_use) == (None, True)
    with pytest.raises(Unreadable, match=r'GetSchedule|appointment 9915: Status is "Q"'):
        appointment(one, NUMBERS, None)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"TimeIn": "09:20"}, Status.ARRIVED),
        ({"TimeIn": "09:20", "TimeOut": "10:05"}, Status.FULFILLED),
        ({"TimeIn": "00:00", "TimeOut": "00:00"}, Status.BOOKED),
        ({"TimeIn": "09:20", "Status": "X"}, Status.CANCELLED),
    ],
)
def test_when_the_patient_came_and_left_says_more_than_the_letter(fields: dict[str, str], status: Status) -> None:
    assert shown(**({"Status": "S"} | fields)).standing is status


def test_a_visit_becomes_ours() -> None:
    patient = PatientId(UUID(int=5))

    ours = appointment(changed(), NUMBERS, patient)

    assert (ours.id, ours.service, ours.location, ours.practitioner) == ("9915", NEW, MAIN, GRAY)
    assert (ours.during, ours.status, ours.patient, ours.room) == (TUESDAY, Status.BOOKED, patient, None)


def test_a_visit_of_a_type_that_is_none_of_ours_is_what_we_booked_it_as() -> None:
    one = shown(appttype="OTHER", type="Something else")

    assert appointment(one, NUMBERS, None).service is None
    assert appointment(one, NUMBERS, None, booked_as=PHYSICAL).service == PHYSICAL


def test_a_visit_at_a_place_that_is_none_of_ours_is_for_staff() -> None:
    with pytest.raises(Refused, match="none of ours"):
        appointment(shown(LocationName="Elsewhere"), NUMBERS, None)


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ({"Practitioner_ID": "31", "ProviderID": "999"}, ("GRAY",)),
        ({"Practitioner_ID": "32", "ProviderID": "112"}, ("HALE2",)),
        ({"Practitioner_ID": "32", "ProviderID": "32", "Provider": "Pat Hale, MD"}, ("HALE",)),
        ({"Practitioner_ID": "32", "ProviderID": "32", "Provider": "Hale"}, ("HALE", "HALE2")),
        ({"Practitioner_ID": "", "ProviderID": "104"}, ("PROCRM",)),
        ({"Practitioner_ID": "", "ProviderID": "", "Provider": "Procedure room"}, ("PROCRM",)),
        ({"Practitioner_ID": "77", "ProviderID": "101"}, ()),
    ],
)
def test_the_column_of_a_row_is_told_or_left_open(fields: dict[str, str], columns: tuple[str, ...]) -> None:
    one = shown(**fields)

    assert one.columns == columns
    assert one.resource == (columns[0] if len(columns) == 1 else "")


@pytest.mark.parametrize(
    "fields",
    [
        {"Duration": "0"},
        {"Duration": "half an hour"},
        {"ApptTime2": "tomorrow"},
        {"ApptTime2": "5/32/2026 9:30:00 AM"},
        {"ApptTime2": "5/12/2026 13:30:00 PM"},
        {"ApptTime2": ""},
    ],
)
def test_a_row_that_is_not_as_it_should_be_is_reported(fields: dict[str, str]) -> None:
    with pytest.raises(Unreadable, match="Report this"):
        shown(**fields)


def test_a_visit_in_the_hour_that_is_shown_twice_keeps_both() -> None:
    one = shown(ApptTime2="11/1/2026 1:30:00 AM")

    assert one.during.length == timedelta(minutes=30)
    assert one.whole.length == timedelta(minutes=90)


def test_a_booking_is_told_by_abbreviations_and_on_the_clock_of_the_wall() -> None:
    told = new_appointment(a_slot(TUESDAY), patient="33760", numbers=NUMBERS, zone=DENVER, mark=mark_of("book:1"))

    assert APPOINTMENT.filled(told) == (
        "<appointment><PatientID>33760</PatientID><AppointmentDate>05/12/2026</AppointmentDate>"
        "<AppointmentTime>09:30</AppointmentTime><Duration>30</Duration><ProviderID>GRAY</ProviderID>"
        "<LocationID>MAIN</LocationID><AppointmentType>NEWPAT</AppointmentType>"
        f"<Notes>Booked by {mark_of('book:1')}</Notes></appointment>"
    )
    assert "book:1" not in mark_of("book:1")


def test_a_patient_is_told_as_the_worked_example_has_it() -> None:
    assert PATIENT.filled(new_patient(replace(ASH, email=None))) == (
        "<patient><FirstName>Ash</FirstName><LastName>Rowan</LastName><DOB>02/03/1990</DOB>"
        "<CellPhone>8015550142</CellPhone></patient>"
    )
    with pytest.raises(Refused, match="first and a last name"):
        new_patient(replace(MARIA, given=" "))


def test_what_a_patient_is_called_cannot_leave_its_element() -> None:
    told = PATIENT.filled(new_patient(replace(MARIA, given="</FirstName><SSN>1</SSN>", family="O'Neil & Sons")))

    assert "<SSN>" not in told
    assert "&lt;SSN&gt;" in told
    assert "O'Neil &amp; Sons" in told


def test_a_template_takes_other_names_and_leaves_out_what_has_none() -> None:
    other = APPOINTMENT.renamed({"root": "Appt", "patient": "Patient_ID", "notes": ""})

    assert other.filled({"patient": "1", "notes": "x"}) == "<Appt><Patient_ID>1</Patient_ID></Appt>"
    for wrong in ({"nonsense": "X"}, {"patient": "two words"}, {"root": "<a>"}):
        with pytest.raises(Impossible):
            APPOINTMENT.renamed(wrong)
    with pytest.raises(Impossible):
        Template(root="a", elements={}).filled({"b": "c"})


def test_a_file_is_read_with_all_its_phones() -> None:
    [row] = rows("getpatientdemographics", "Patient_ID", HomePhone="8015550199")

    assert chart_of(row) == Chart(
        number="33760",
        given=("Ash",),
        family="Rowan",
        birth_date=date(1990, 2, 3),
        phones=("801-555-0142", "8015550199"),
        emails=("ash@example.com",),
    )
    assert as_kept(row) | {"born": "02/03/1990", "street": "5 Elm St"} == as_kept(row)
    assert "ssn" not in as_kept(row)


@pytest.mark.parametrize(("phone", "kept"), [("+18015550142", "8015550142"), ("+4930123456", None), (None, None)])
def test_only_phones_of_north_america_are_written(phone: str | None, kept: str | None) -> None:
    assert us_phone(phone) == kept


@pytest.mark.parametrize("written", ["02/03/1990", "2/3/1990", "03-Feb-1990", "1990-02-03"])
def test_a_birth_date_is_read_in_each_way_it_is_written(written: str) -> None:
    [row] = rows("getpatientdemographics", "Patient_ID", DOB=written)

    assert chart_of(row).birth_date == date(1990, 2, 3)


def test_open_times_are_ours_alone_and_longer_ones_win() -> None:
    listed_ = rows("getavailableschedule", "Resource_Abbreviation")
    longer = Foreign(row="x", fields=dict(listed_[0].fields) | {"Duration": "30", "Available_Time": "9:30 AM"})

    found = open_times([*listed_, longer], NUMBERS, DENVER)

    assert set(found) == {(GRAY, MAIN)}
    assert list(found[GRAY, MAIN].values()) == [
        TUESDAY,
        at("2026-05-12 09:45", minutes=15),
        at("2026-05-12 10:15", minutes=15),
    ]


@pytest.mark.parametrize(
    "fields", [{"Duration": "0"}, {"Available_Time": "noon"}, {"Available_Date": "12.05.2026"}, {"Duration": "ten"}]
)
def test_an_open_time_that_cannot_be_read_is_reported(fields: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        open_times(rows("getavailableschedule", "Resource_Abbreviation", **fields), NUMBERS, DENVER)


def test_everything_that_can_be_mapped_is_listed_by_its_abbreviation() -> None:
    people = rows("getpractitioners", "Practitioner_ID")

    catalogue = listed(directory(), people, today=date(2026, 5, 12))

    assert [(one.number, one.name) for one in catalogue.locations] == [
        ("MAIN", "Main Office"),
        ("NORTH", "North Office"),
    ]
    assert [(one.number, one.name, one.active) for one in catalogue.practitioners] == [
        ("GRAY", "Dana Gray", True),
        ("HALE", "Pat Hale", False),
        ("HALE2", "Pat Hale", False),
        ("PROCRM", "Procedure room", True),
    ]
    assert [(one.number, one.length) for one in catalogue.services] == [
        ("NEWPAT", None),
        ("FU", None),
        ("PHYS", timedelta(minutes=45)),
    ]


def test_the_file_of_numbers_is_read() -> None:
    numbers = read_numbers(WRITTEN | {"unity": {"actions": {"book": "SaveAppt"}, "search": {"family": "Last"}}})

    assert (numbers.locations, numbers.resources) == (NUMBERS.locations, NUMBERS.resources)
    assert numbers.reason(Cancellation.PATIENT_FEELS_BETTER) == "4"
    assert numbers.reason(Cancellation.PROVIDER) == "5"
    assert NUMBERS.reason(Cancellation.PATIENT) == ""
    assert numbers.reference.actions["book"] == "SaveAppt"
    assert numbers.reference.actions["find"] == "SearchPatients"
    assert numbers.reference.search.filled({"family": "Rowan"}) == "<searchcriteria><Last>Rowan</Last></searchcriteria>"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"resource": {"gray": "GRAY"}}, "not known"),
        ({"reasons": {"weather": "4"}}, "reasons"),
        ({"unity": {"appointment": {"patients": "X"}}}, "words are root, patient"),
        ({"unity": {"actions": {"book": "Save Appointment"}}}, "no name of an action"),
        ({"unity": {"actions": {"sing": "Sing"}}}, "the words for actions are"),
    ],
)
def test_a_file_of_numbers_with_a_fault_says_where(written: dict[str, object], says: str) -> None:
    with pytest.raises(DocumentWrong, match=says):
        read_numbers(written)


def test_one_abbreviation_is_given_to_one_of_ours() -> None:
    with pytest.raises(Impossible, match="resource GRAY is given to two"):
        Numbers(locations={}, resources={GRAY: "GRAY", HALE: "GRAY"}, types={})


def test_numbers_of_what_the_practice_no_longer_has_are_left_out() -> None:
    practice = a_practice(practitioners=a_practice().practitioners[:1], locations=a_practice().locations[:1])

    numbers = NUMBERS.within(practice)

    assert (set(numbers.resources), set(numbers.locations), set(numbers.types)) == (
        {GRAY},
        {MAIN},
        {NEW, FOLLOW_UP, PHYSICAL},
    )
    assert IRIS not in numbers.resources
    assert NORTH not in numbers.locations


def test_the_end_of_an_hour_that_is_skipped_is_after_the_jump() -> None:
    one = shown(ApptTime2="3/8/2026 1:45:00 AM")

    assert one.during.start == datetime.combine(date(2026, 3, 8), time(1, 45), tzinfo=DENVER)
    assert one.during.length == timedelta(minutes=30)
