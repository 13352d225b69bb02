"""Open Dental's rows as our values, and our values as its fields."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.clinic import ALEX, BOTOX, DANA, HAIR, MAIN, ROOM_1, ROOM_2, ZONE, a_practice, a_slot, at
from tests.systems.opendental.a_book import MARIA, NUMBERS, a_row, payload, visits_of

from frontdesk.domain.appointment import Appointment, Claim, Slot, Status, Subject
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.systems.opendental.mapping import (
    LONGEST,
    TICK,
    Visit,
    appointment,
    new_appointment,
    operatory_of,
    pattern_of,
    shown_once,
    visit,
)
from frontdesk.systems.opendental.numbers import Numbers, Provider

PRACTICE = a_practice()
TEN = at("2026-05-28 10:00", minutes=30)


def read(row: dict[str, object], practice: Practice = PRACTICE) -> Visit:
    found = visit(visits_of(row)[0], NUMBERS, practice)
    assert found is not None
    return found


def test_a_published_row_is_the_visit_it_means() -> None:
    found = read(payload("appointment"))

    assert appointment(found, NUMBERS, MARIA.id) == Appointment(
        id=AppointmentId("18"),
        service=BOTOX,
        location=MAIN,
        practitioner=DANA,
        room=ROOM_1,
        devices=(),
        during=TEN,
        status=Status.BOOKED,
        patient=MARIA.id,
    )


def test_every_published_row_is_read() -> None:
    rows = visits_of(*payload("appointments"))

    found = [visit(row, NUMBERS, PRACTICE) for row in rows]

    standing = [one.standing if one else "no time yet" for one in found]
    assert standing == [Status.BOOKED, Status.BOOKED, Status.FULFILLED, Status.CANCELLED, "no time yet", None]


@pytest.mark.parametrize(
    ("word", "standing", "in_use"),
    [
        ("Scheduled", Status.BOOKED, True),
        ("ASAP", Status.BOOKED, True),
        ("Complete", Status.FULFILLED, True),
        ("UnschedList", Status.CANCELLED, False),
        ("Broken", Status.CANCELLED, False),
        ("Planned", Status.PROPOSED, False),
        ("PtNote", None, True),
        ("PtNoteCompleted", None, True),
    ],
)
def test_each_status_word_has_one_meaning(word: str, standing: Status | None, in_use: bool) -> None:
    found = read(a_row(AptStatus=word))

    assert (found.standing, found.in_use) == (standing, in_use)


def test_set_up_and_clean_up_keep_the_operatory_and_leave_the_practitioner_free() -> None:
    found = read(a_row(AppointmentTypeNum=4, Op=6, Pattern="XXXXXXXXX///", ProvNum=2))

    assert found.whole == at("2026-05-28 10:00", minutes=60)
    assert found.during == at("2026-05-28 10:00", minutes=45)
    assert found.providers == ((2, found.during),)


def test_a_pattern_that_staff_drew_themselves_is_told_whole() -> None:
    found = read(a_row(AppointmentTypeNum=4, Op=6, Pattern="//XXXX//XXXX", ProvNum=2))

    assert found.during == found.whole == at("2026-05-28 10:00", minutes=60)


def test_a_slot_becomes_the_fields_that_open_dental_wants() -> None:
    fields = new_appointment(
        a_slot(),
        chart=48,
        service=PRACTICE.service(BOTOX),
        zone=ZONE,
        numbers=NUMBERS,
        note="Booked by Frontdesk 1f2e",
        first_visit=True,
    )

    assert fields == {
        "PatNum": 48,
        "Op": 5,
        "AptDateTime": "2026-05-28 18:00:00",
        "Pattern": "XXXXXX",
        "ProvNum": 1,
        "AppointmentTypeNum": 3,
        "IsNewPatient": "true",
        "Note": "Booked by Frontdesk 1f2e",
    }


def test_a_hygienist_stands_in_their_own_field_and_a_clinic_is_named_where_there_are_clinics() -> None:
    slot = replace(a_slot(practitioner=ALEX, room=ROOM_2), service=HAIR, during=at("2026-05-28 10:00", minutes=45))
    numbers = replace(NUMBERS, clinics={MAIN: 7})

    fields = new_appointment(
        slot, chart=48, service=PRACTICE.service(HAIR), zone=ZONE, numbers=numbers, note="", first_visit=False
    )

    assert fields["ProvHyg"] == 2
    assert fields["IsHygiene"] == "true"
    assert "ProvNum" not in fields
    assert "IsNewPatient" not in fields
    assert fields["ClinicNum"] == 7
    assert fields["Pattern"] == "XXXXXXXXX///"


@given(
    hours=st.integers(0, 365 * 24),
    minutes=st.integers(0, 11),
    length=st.integers(1, 60),
    before=st.integers(0, 6),
    after=st.integers(0, 6),
)
@example(hours=304 * 24 + 5, minutes=6, length=12, before=0, after=0)
@example(hours=304 * 24 + 6, minutes=0, length=6, before=6, after=6)
def test_what_is_written_reads_back_as_what_was_meant(
    hours: int, minutes: int, length: int, before: int, after: int
) -> None:
    begins = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours, minutes=5 * minutes)
    service = replace(PRACTICE.service(BOTOX), length=length * TICK, before=before * TICK, after=after * TICK)
    practice = replace(PRACTICE, services=(service,))
    slot = a_slot(Period(start=begins, end=begins + length * TICK))
    whole = slot.during.widened(before=service.before, after=service.after)

    fields = new_appointment(slot, chart=48, service=service, zone=ZONE, numbers=NUMBERS, note="", first_visit=False)
    found = read(a_row(**fields), practice)

    if shown_once(whole, ZONE):
        assert (found.during, found.whole) == (slot.during, whole)
        assert found.providers == ((1, slot.during),)


def test_only_whole_five_minutes_and_nine_hours_can_be_booked() -> None:
    service = PRACTICE.service(BOTOX)

    with pytest.raises(NotPermitted, match="counts in five minutes"):
        pattern_of(service, timedelta(minutes=32))
    with pytest.raises(NotPermitted, match="clean-up"):
        pattern_of(replace(service, after=timedelta(minutes=7)), timedelta(minutes=30))
    with pytest.raises(Refused, match="nine hours"):
        pattern_of(service, LONGEST + TICK)
    assert pattern_of(service, LONGEST) == "X" * 108


def test_a_room_for_two_is_two_operatories() -> None:
    numbers = replace(NUMBERS, rooms={ROOM_1: (5, 8)})
    second = Claim(subject=Subject.ROOM, id=ROOM_1, during=TEN, lane=2)
    slot: Slot = replace(a_slot(TEN), claims=(second,))

    assert operatory_of(slot, numbers) == 8
    assert numbers.room_of(8) == (ROOM_1, 2)
    with pytest.raises(NotPermitted, match="lane 2"):
        operatory_of(slot, NUMBERS)


@pytest.mark.parametrize(
    "twice",
    [
        {"practitioners": {DANA: Provider(number=1), ALEX: Provider(number=1)}},
        {"rooms": {ROOM_1: (5,), ROOM_2: (6, 5)}},
        {"services": {BOTOX: 3, HAIR: 3}},
    ],
)
def test_one_number_cannot_be_two_things(twice: dict[str, object]) -> None:
    with pytest.raises(Impossible, match="given to two of ours"):
        replace(NUMBERS, **twice)


def test_what_the_practice_no_longer_has_is_no_longer_meant() -> None:
    smaller = replace(PRACTICE, rooms=PRACTICE.rooms[:1], practitioners=PRACTICE.practitioners[:1], services=())

    numbers = NUMBERS.within(smaller)

    assert numbers == Numbers(practitioners={DANA: Provider(number=1)}, rooms={ROOM_1: (5,)}, services={})
