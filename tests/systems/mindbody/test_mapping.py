"""Mindbody's rows as our values, and our values as its fields."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.systems.mindbody.a_desk import (
    BOTOX,
    DANA,
    DENVER,
    DOWNTOWN,
    LASER_ROOM,
    MARIA,
    NUMBERS,
    ROOM_A,
    WRITTEN,
    a_client,
    a_practice,
    a_row,
    a_slot,
)

from frontdesk.domain.appointment import Appointment, Claim, Status, Subject
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, DeviceId, LocationId, RoomId, ServiceId
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.standards.document import DocumentWrong
from frontdesk.systems.mindbody.mapping import (
    appointment,
    chart,
    learned,
    mark_of,
    new_appointment,
    new_client,
    phone,
    placed,
    resources_of,
    shown,
    visit,
)
from frontdesk.systems.mindbody.numbers import read_numbers
from frontdesk.wire.foreign import Unreadable

CONSULT = ServiceId("laser-consult")
KNOWN = replace(NUMBERS, services={CONSULT: 41})
TEN_THIRTY = datetime(2026, 8, 4, 16, 30, tzinfo=UTC)


def test_the_published_visit_is_the_visit_it_means() -> None:
    found = visit(a_row(), DENVER)

    assert appointment(found, KNOWN, MARIA.id) == Appointment(
        id=AppointmentId("33871"),
        service=CONSULT,
        location=DOWNTOWN,
        practitioner=DANA,
        room=LASER_ROOM,
        devices=(),
        during=Period(start=TEN_THIRTY, end=TEN_THIRTY + timedelta(minutes=30)),
        status=Status.BOOKED,
        patient=MARIA.id,
    )
    assert (found.client, found.mark, found.note, found.whole) == ("100004512", "call-7f31", "", found.during)


@pytest.mark.parametrize(
    ("word", "status", "in_use"),
    [
        ("Requested", Status.PENDING, True),
        ("Booked", Status.BOOKED, True),
        ("Confirmed", Status.BOOKED, True),
        ("Arrived", Status.ARRIVED, True),
        ("Completed", Status.FULFILLED, True),
        ("NoShow", Status.NOSHOW, False),
        ("Cancelled", Status.CANCELLED, False),
        ("LateCancelled", Status.CANCELLED, False),
    ],
)
def test_each_published_status_is_read(word: str, status: Status, in_use: bool) -> None:
    found = visit(a_row(Status=word), DENVER)

    assert (found.standing, found.in_use, found.confirmed) == (status, in_use, word == "Confirmed")


def test_a_place_on_the_waitlist_keeps_no_time() -> None:
    found = visit(a_row(IsWaitlist=True, WaitlistEntryId=9), DENVER)

    assert (found.standing, found.in_use) == (Status.WAITLIST, False)


def test_what_is_not_ours_is_left_open_and_a_location_that_is_not_is_reported() -> None:
    strangers = visit(a_row(StaffId=999, SessionTypeId=999, Resources=None), DENVER)

    found = appointment(strangers, KNOWN, None)

    assert (found.practitioner, found.service, found.room) == (None, None, None)
    with pytest.raises(Unreadable, match="none of our locations"):
        appointment(visit(a_row(LocationId=9), DENVER), KNOWN, None)


def test_a_device_is_a_resource_too() -> None:
    numbers = replace(KNOWN, rooms={ROOM_A: (5,)}, devices={DeviceId("laser"): 6})

    found = appointment(visit(a_row(), DENVER), numbers, None)

    assert (found.room, found.devices) == (None, ("laser",))


def test_a_new_visit_names_its_end_uses_no_package_and_sends_no_mail() -> None:
    fields = new_appointment(a_slot(), client="VIP-7", numbers=NUMBERS, zone=DENVER, mark=mark_of("book:1"))

    assert fields == {
        "ClientId": "VIP-7",
        "LocationId": 1,
        "StaffId": 77,
        "SessionTypeId": 42,
        "StartDateTime": "2026-03-05T10:30:00",
        "EndDateTime": "2026-03-05T11:15:00",
        "ResourceIds": [5],
        "ApplyPayment": False,
        "SendEmail": False,
        "PartnerExternalId": mark_of("book:1"),
    }
    assert "LocationId" not in placed(a_slot(), numbers=NUMBERS, zone=DENVER)


def test_the_mark_of_a_key_tells_nothing_of_it_and_is_its_own() -> None:
    assert mark_of("book:1") == mark_of("book:1") != mark_of("book:2")
    assert "book" not in mark_of("book:1")


def test_a_room_for_two_is_two_resources_by_its_lane() -> None:
    numbers = replace(NUMBERS, rooms={ROOM_A: (5, 8)})
    during = a_slot().during
    second = replace(a_slot(), claims=(Claim(subject=Subject.ROOM, id=ROOM_A, lane=2, during=during),))

    assert (resources_of(a_slot(), numbers), resources_of(second, numbers)) == ((5,), (8,))
    with pytest.raises(NotPermitted, match="lane 2, has no resource"):
        resources_of(second, NUMBERS)


def test_where_the_site_keeps_no_rooms_none_is_sent() -> None:
    assert resources_of(a_slot(), replace(NUMBERS, rooms={})) == ()


def test_a_device_without_a_resource_is_for_a_person_to_map() -> None:
    slot = replace(a_slot(), devices=(DeviceId("laser"),))

    assert resources_of(slot, replace(NUMBERS, devices={DeviceId("laser"): 9})) == (5, 9)
    with pytest.raises(NotPermitted, match="Device laser"):
        resources_of(slot, NUMBERS)


@given(since=st.integers(0, 366 * 24 * 60), minutes=st.integers(5, 300))
def test_what_is_written_is_read_back_as_it_was_unless_the_clock_is_changed_around_it(since: int, minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=since)
    during = Period(start=start, end=start + timedelta(minutes=minutes))
    written = {"StartDateTime": shown(during.start, DENVER), "EndDateTime": shown(during.end, DENVER)}

    if written["StartDateTime"] < written["EndDateTime"]:
        found = visit(a_row(**written), DENVER)

        steady = during.start.astimezone(DENVER).utcoffset() == during.end.astimezone(DENVER).utcoffset()
        once = during.start.astimezone(DENVER).fold == 0
        assert (found.during == during) or not (steady and once)
        assert found.whole.start <= found.during.start < found.during.end <= found.whole.end


def test_a_published_client_is_a_file_by_its_lasting_number() -> None:
    assert chart(a_client(Id="VIP-7")) == Chart(
        number="100004512",
        given=("Riley",),
        family="Quill",
        birth_date=date(1988, 3, 9),
        phones=("3035550142",),
        emails=("riley.q@example.com",),
        visits=True,
    )


def test_an_inactive_client_takes_no_visits_and_empty_fields_say_nothing() -> None:
    bare = chart(a_client(Active=False, Email=None, MobilePhone="", BirthDate=None, FirstName=None))

    assert bare == Chart(number="100004512", given=(), family="Quill", visits=False)


def test_a_new_client_has_what_the_desk_knows() -> None:
    assert new_client(MARIA, ("BirthDate", "MobilePhone", "FirstName")) == {
        "FirstName": "Maria",
        "LastName": "Gonzalez",
        "BirthDate": "1988-04-09T00:00:00",
        "MobilePhone": "3035550147",
        "Email": "maria@example.com",
    }


def test_what_the_site_wants_and_the_desk_does_not_know_is_told_by_its_name_alone() -> None:
    with pytest.raises(Refused, match="AddressLine1, BirthDate, EmergContact") as refused:
        new_client(replace(MARIA, birth_date=None), ("EmergContact", "AddressLine1", "BirthDate", "Email"))

    assert "Maria" not in str(refused.value)


@pytest.mark.parametrize("who", [replace(MARIA, given=" "), replace(MARIA, family="")])
def test_a_client_without_both_names_is_not_opened(who: object) -> None:
    with pytest.raises(Refused, match="first and a last name"):
        new_client(who, ())  # type: ignore[arg-type]


def test_what_is_not_known_is_not_sent() -> None:
    assert learned(replace(MARIA, phone=None, email=None, birth_date=None)) == {}


@pytest.mark.parametrize(
    ("told", "written"), [("+13035550147", "3035550147"), ("+442079460147", "+442079460147"), (None, None), ("", None)]
)
def test_a_phone_is_written_as_mindbody_shows_it(told: str | None, written: str | None) -> None:
    assert phone(told) == written


def test_numbers_are_read_as_an_office_writes_them() -> None:
    devices = {"devices": {"laser": "9"}}

    assert read_numbers({**WRITTEN, **devices}) == replace(NUMBERS, devices={DeviceId("laser"): 9})


def test_every_fault_of_the_numbers_is_told_at_once() -> None:
    with pytest.raises(DocumentWrong) as wrong:
        read_numbers({**WRITTEN, "staff": {"dana": "Dana"}, "chairs": {"a": 1}})

    assert "dana" in str(wrong.value)
    assert "chairs" in str(wrong.value)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"locations": {DOWNTOWN: 1, LocationId("other"): 1}}, "location 1"),
        ({"rooms": {ROOM_A: (5,), RoomId("b"): (6, 5)}}, "resource 5"),
        ({"devices": {DeviceId("laser"): 5}}, "resource 5"),
    ],
)
def test_a_number_given_twice_is_impossible(changed: dict[str, object], says: str) -> None:
    with pytest.raises(Impossible, match=says):
        replace(NUMBERS, **changed)


def test_only_what_the_practice_still_has_is_mapped() -> None:
    practice = a_practice()
    smaller = replace(practice, practitioners=practice.practitioners[:1], rooms=(), services=practice.services[1:2])

    left = NUMBERS.within(smaller)

    assert (dict(left.staff), dict(left.rooms), dict(left.services)) == ({DANA: 77}, {}, {BOTOX: 42})
