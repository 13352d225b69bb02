"""What is odd about Open Dental: its times, its types, its schedules, and what they leave open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.clinic import MAIN, ZONE, at
from tests.systems.opendental.a_book import (
    NUMBERS,
    a_row,
    a_schedule,
    payload,
    visits_of,
)
from tests.systems.opendental.an_office_of_rows import PRACTICE, an_office, read, starts

from frontdesk.domain.appointment import Status, Subject
from frontdesk.domain.ids import LocationId
from frontdesk.domain.time import Period
from frontdesk.systems.opendental.mapping import appointment, shown_once, visit
from frontdesk.wire.foreign import Unreadable


def test_ids_may_be_written_as_text_and_yes_in_capitals() -> None:
    found = read(a_row(AptNum="18", Op="5", ProvNum="1", ProvHyg="2", IsHygiene="True"))

    assert (found.number, found.operatory) == (18, 5)
    assert found.providers == ((2, found.during),)


def test_a_date_in_the_year_one_is_no_date() -> None:
    unplanned = visits_of(a_row(AptStatus="UnschedList", AptDateTime="0001-01-01 00:00:00"))[0]

    assert visit(unplanned, NUMBERS, PRACTICE) is None


def test_an_arrival_at_midnight_is_none() -> None:
    expected = read(a_row(DateTimeArrived="2026-05-28 00:00:00"))
    arrived = read(a_row(DateTimeArrived="2026-05-28 09:55:00"))

    assert (expected.standing, arrived.standing) == (Status.BOOKED, Status.ARRIVED)


def test_an_older_version_sends_fewer_fields() -> None:
    row = a_row()
    for newer in ("PatternSecondary", "SecDateTEntry", "AppointmentTypeNum", "DateTimeArrived", "IsHygiene", "Note"):
        del row[newer]

    found = read(row)

    assert (found.service, found.standing, found.during) == (None, Status.BOOKED, at("2026-05-28 10:00"))


def test_an_unknown_status_keeps_its_time_and_is_told_with_its_row() -> None:
    office = an_office(
        appointments=[a_row(AptStatus="Teleported", AptDateTime="2026-05-28 09:00:00")],
        schedules=[a_schedule(StartTime="09:00:00", StopTime="10:00:00")],
    )

    assert starts(office) == ["09:30"]
    assert [(strange.row, strange.field) for strange in office.strange] == [("appointment 18", "AptStatus")]
    with pytest.raises(Unreadable, match='appointment 18: AptStatus is "Teleported"'):
        appointment(office.visits[0], NUMBERS, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"Pattern": ""},
        {"Pattern": "XX--XX"},
        {"AptDateTime": "28.05.2026 10:00"},
        {"AptDateTime": "2026-05-28T10:00:00Z"},
        {"ProvNum": None},
        {"Op": "five"},
    ],
)
def test_a_row_whose_time_or_place_cannot_be_read_is_reported(wrong: dict[str, object]) -> None:
    with pytest.raises(Unreadable, match="appointment 18"):
        read(a_row(**wrong))


def test_a_dentist_who_looks_in_on_a_hygienists_visit_is_busy_for_that_alone() -> None:
    found = read(payload("appointments")[1])

    assert found.providers == (
        (2, at("2026-05-28 13:00", minutes=45)),
        (1, at("2026-05-28 13:20", minutes=10)),
    )


def test_a_note_on_the_schedule_keeps_the_operatory_and_nobody_busy() -> None:
    office = an_office(appointments=[a_row(AptStatus="PtNote", Pattern="XX")])

    assert {subject for subject, _ in office.claims} == {Subject.ROOM}


@pytest.mark.parametrize("status", ["UnschedList", "Broken", "Planned"])
def test_what_is_off_the_book_keeps_nothing(status: str) -> None:
    office = an_office(appointments=[a_row(AptStatus=status)])

    assert office.claims == {}


def test_hours_until_midnight_end_at_midnight() -> None:
    [opening] = an_office(schedules=[a_schedule(StartTime="22:00:00", StopTime="00:00:00")]).openings

    assert opening.hours.on(opening.day, ZONE) == at("2026-05-28 22:00", minutes=120)


def test_hours_off_the_five_minutes_are_cut_to_them() -> None:
    [opening] = an_office(schedules=[a_schedule(StartTime="09:01:30", StopTime="10:59:59")]).openings

    assert opening.hours.on(opening.day, ZONE) == at("2026-05-28 09:05", minutes=110)


def test_an_unknown_kind_of_schedule_keeps_its_operatories_and_is_told() -> None:
    strange = a_schedule(ScheduleNum="77", SchedType="Eclipse", ProvNum="0", StartTime="09:00:00", StopTime="09:30:00")
    office = an_office(schedules=[a_schedule(StartTime="09:00:00", StopTime="10:00:00"), strange])

    assert starts(office) == ["09:30"]
    assert [fault.row for fault in office.strange] == ["schedule 77"]


def test_a_time_shown_twice_in_autumn_keeps_both_its_showings() -> None:
    found = read(a_row(AptDateTime="2026-11-01 01:30:00", Pattern="XXXXXX"))

    first, second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert found.whole == Period(start=first, end=second)
    assert found.during == Period(start=first, end=first + timedelta(minutes=30))


def test_a_time_that_spring_skips_lies_after_the_jump() -> None:
    found = read(a_row(AptDateTime="2026-03-08 02:30:00"))

    assert found.during.start == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "plain"),
    [
        (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), True),  # 23:00 to 00:00
        (datetime(2026, 11, 1, 5, 0, tzinfo=UTC), False),  # 00:00 to 01:00: which 01:00?
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), False),  # 00:30 to 01:30: which 01:30?
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), False),  # over the change
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), False),  # the second 01:00
        (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), True),  # 02:00 to 03:00
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), False),  # 01:00 to the jump: the book would show its end as 02:00
        (datetime(2026, 3, 8, 7, 30, tzinfo=UTC), False),  # over the jump
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), True),  # 03:00 to 04:00
    ],
)
def test_only_times_that_the_wall_clock_tells_apart_can_be_booked(start: datetime, plain: bool) -> None:
    during = Period(start=start, end=start + timedelta(hours=1))

    assert shown_once(during, ZONE) is plain


def test_a_location_in_another_zone_reads_its_own_clock() -> None:
    west = replace(PRACTICE.locations[0], id=LocationId("west"), zone=ZONE.__class__("America/Los_Angeles"))
    practice = replace(
        PRACTICE,
        locations=(*PRACTICE.locations, west),
        rooms=(PRACTICE.rooms[0], replace(PRACTICE.rooms[1], location=west.id)),
    )

    here, there = read(a_row(Op=5), practice), read(a_row(Op=6), practice)
    by_clinic = visit(visits_of(a_row(Op=99, ClinicNum=7))[0], replace(NUMBERS, clinics={west.id: 7}), practice)

    assert there.during.start - here.during.start == timedelta(hours=2)
    assert (here.location, there.location) == (MAIN, west.id)
    assert by_clinic is not None
    assert by_clinic.location == west.id
