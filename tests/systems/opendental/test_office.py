"""What an office's schedules, blockouts and visits leave open, and what is in the way of a visit."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clinic import ALEX, BOTOX, DANA, HAIR, LASER, ROOM_1, ROOM_2, a_slot, at
from tests.systems.opendental.a_book import (
    NUMBERS,
    a_row,
    a_schedule,
    operatories,
    payload,
    schedules_of,
    types,
    visits_of,
)
from tests.systems.opendental.an_office_of_rows import PRACTICE, an_office, read, slots_of, starts

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.systems.opendental.office import Office, in_the_way, read_office, there_first


def test_hours_are_those_of_open_dental_and_not_of_the_practices_own_files() -> None:
    office = an_office(schedules=[a_schedule(StartTime="10:00:00", StopTime="11:30:00")])

    assert starts(office) == ["10:00", "10:15", "10:30", "10:45", "11:00"]
    assert starts(office, within=at("2026-05-29 00:00", minutes=24 * 60)) == []


def test_a_visit_in_an_operatory_that_is_not_ours_keeps_its_provider_all_the_same() -> None:
    office = an_office(
        appointments=[a_row(Op=99, AptDateTime="2026-05-28 09:00:00")],
        schedules=[a_schedule(StartTime="09:00:00", StopTime="10:00:00")],
    )

    assert starts(office) == ["09:30"]


def test_a_visit_of_a_provider_who_is_not_ours_keeps_its_operatory() -> None:
    office = an_office(
        appointments=[a_row(ProvNum=77, AptDateTime="2026-05-28 09:00:00")],
        schedules=[a_schedule(StartTime="09:00:00", StopTime="10:00:00")],
    )

    assert starts(office) == ["09:30"]


def test_clean_up_keeps_the_room_after_the_practitioner_has_gone() -> None:
    office = an_office(
        appointments=[
            a_row(Op=6, ProvNum=2, AppointmentTypeNum=4, Pattern="XXXXXXXXX///", AptDateTime="2026-05-28 12:00:00")
        ],
        schedules=[a_schedule(ProvNum="2", operatories="6", StartTime="12:00:00", StopTime="14:00:00")],
    )

    assert starts(office, ALEX, HAIR) == ["13:00", "13:15"]


def test_a_devices_use_is_known_from_the_type_of_the_visit() -> None:
    elsewhere = a_row(Op=5, ProvNum=1, AppointmentTypeNum=4, Pattern="XXXXXXXXX///", AptDateTime="2026-05-28 12:00:00")
    office = an_office(
        appointments=[elsewhere],
        schedules=[a_schedule(ProvNum="2", operatories="6", StartTime="12:00:00", StopTime="14:00:00")],
    )

    assert (
        Claim(subject=Subject.DEVICE, id=LASER, during=at("2026-05-28 12:00", minutes=60))
        in office.claims[Subject.DEVICE, LASER]
    )
    assert starts(office, ALEX, HAIR) == ["13:00", "13:15"]


def test_of_two_devices_alike_one_is_still_free() -> None:
    second = replace(PRACTICE.devices[0], id="laser-2")
    practice = replace(PRACTICE, devices=(*PRACTICE.devices, second))
    office = read_office(
        visits_of(a_row(Op=5, ProvNum=1, AppointmentTypeNum=4, Pattern="XXXXXXXXX///")),
        schedules_of(),
        operatories(),
        types(),
        numbers=NUMBERS,
        practice=practice,
    )

    assert [(id, len(claims)) for (subject, id), claims in office.claims.items() if subject is Subject.DEVICE] == [
        (LASER, 1)
    ]


def test_a_provider_works_only_in_the_operatories_of_the_row() -> None:
    office = an_office(schedules=[a_schedule(operatories="6", StartTime="09:00:00", StopTime="10:00:00")])

    assert starts(office) == []  # Botox needs a consultation room, and Room 2 is none


def test_an_operatory_that_the_row_leaves_out_is_the_providers_own() -> None:
    office = an_office(schedules=[a_schedule(operatories="", StartTime="09:00:00", StopTime="10:00:00")])

    assert starts(office) == ["09:00", "09:15", "09:30"]


def test_hours_in_two_rows_are_one_stretch() -> None:
    office = an_office(
        schedules=[
            a_schedule(ScheduleNum="1", StartTime="09:00:00", StopTime="09:30:00"),
            a_schedule(ScheduleNum="2", StartTime="09:30:00", StopTime="10:00:00"),
        ]
    )

    assert starts(office) == ["09:00", "09:15", "09:30"]


def test_a_hidden_operatory_is_not_booked() -> None:
    rows = payload("operatories")
    rows[0]["IsHidden"] = "true"
    office = read_office(
        [],
        schedules_of(a_schedule()),
        [row for row in operatories() if row.integer("OperatoryNum") != 5]
        + [replace(operatories()[0], fields=rows[0])],
        types(),
        numbers=NUMBERS,
        practice=PRACTICE,
    )

    assert starts(office) == []


def test_a_holiday_or_note_for_the_whole_practice_closes_the_day() -> None:
    office = an_office()

    assert starts(office, within=at("2026-05-25 00:00", minutes=24 * 60)) == []
    assert starts(office)[0] == "09:00"


def test_a_blockout_is_nobodys() -> None:
    office = an_office()

    assert "13:00" in starts(office)
    assert not {"13:15", "13:30", "13:45"} & set(starts(office))
    assert "14:00" in starts(office)


def test_a_blockout_without_operatories_is_over_all_of_them() -> None:
    block = payload("schedules")[4] | {"operatories": ""}
    office = an_office(schedules=[a_schedule(StartTime="13:00:00", StopTime="14:30:00"), block])

    assert starts(office) == ["13:00", "14:00"]


def test_a_type_that_names_blockouts_is_booked_in_those_alone() -> None:
    bound = payload("appointmenttypes")[0] | {"BlockoutTypes": "250,248"}
    other = payload("schedules")[4] | {"ScheduleNum": "9", "BlockoutType": "251", "StartTime": "09:00:00"}
    office = an_office(schedules=[a_schedule(), payload("schedules")[4], other], kinds=[bound])

    assert starts(office) == []  # half of its blockout lies under another that is not for it

    alone = an_office(schedules=[a_schedule(), payload("schedules")[4]], kinds=[bound])
    assert starts(alone) == ["13:30"]


def test_what_is_in_the_way_is_named() -> None:
    free = an_office(schedules=[a_schedule()])
    room = an_office(schedules=[a_schedule()], appointments=[a_row(AptDateTime="2026-05-28 18:15:00", ProvNum=77)])
    person = an_office(schedules=[a_schedule()], appointments=[a_row(AptDateTime="2026-05-28 18:15:00", Op=99)])
    gone_home = an_office(schedules=[a_schedule(StopTime="18:15:00")])
    other_room = an_office(schedules=[a_schedule(operatories="6")])

    def by(office: Office) -> Subject | None:
        return in_the_way(a_slot(), PRACTICE.service(BOTOX), office=office, numbers=NUMBERS, practice=PRACTICE)

    assert by(free) is None
    assert by(room) is Subject.ROOM
    assert by(person) is Subject.PRACTITIONER
    assert by(gone_home) is Subject.PRACTITIONER
    assert by(other_room) is Subject.ROOM


def test_the_last_device_of_a_kind_is_in_the_way() -> None:
    schedule = a_schedule(ProvNum="2", operatories="6")
    [slot] = slots_of(an_office(schedules=[schedule]), ALEX, HAIR, at("2026-05-28 12:00", minutes=45))
    elsewhere = a_row(Op=5, ProvNum=1, AppointmentTypeNum=4, AptDateTime="2026-05-28 12:30:00")

    by = in_the_way(
        slot,
        PRACTICE.service(HAIR),
        office=an_office(schedules=[schedule], appointments=[elsewhere]),
        numbers=NUMBERS,
        practice=PRACTICE,
    )

    assert by is Subject.DEVICE


@pytest.mark.parametrize(
    ("fields", "shared"),
    [
        ({"AptNum": 17}, Subject.PRACTITIONER),  # the same second, a lower number
        ({"AptNum": 99, "SecDateTEntry": "2026-05-20 08:30:11"}, Subject.PRACTITIONER),  # a higher number, sooner
        ({"AptNum": 17, "ProvNum": 77}, Subject.ROOM),
        ({"AptNum": 19}, None),  # came later
        ({"AptNum": 17, "AptDateTime": "2026-05-28 10:30:00"}, None),  # after it
        ({"AptNum": 17, "Op": 99, "ProvNum": 77}, None),
    ],
)
def test_of_two_visits_at_one_time_the_first_in_the_book_stands(
    fields: dict[str, object], shared: Subject | None
) -> None:
    own, other = read(a_row()), read(a_row(**fields))

    assert there_first(own, [own, other], numbers=NUMBERS, practice=PRACTICE) is shared


@given(
    taken=st.lists(st.tuples(st.integers(0, 130), st.integers(1, 24), st.sampled_from([5, 6, 99])), max_size=12),
    blocked=st.lists(st.tuples(st.integers(0, 130), st.integers(1, 24)), max_size=4),
)
def test_what_is_offered_is_never_in_the_way_of_anything(
    taken: list[tuple[int, int, int]], blocked: list[tuple[int, int]]
) -> None:
    def clock(ticks: int) -> str:
        return f"{9 + ticks // 12:02}:{ticks % 12 * 5:02}:00"

    office = an_office(
        appointments=[
            a_row(AptNum=number, AptDateTime=f"2026-05-28 {clock(start)}", Pattern="X" * length, Op=operatory)
            for number, (start, length, operatory) in enumerate(taken, start=1)
        ],
        schedules=[
            a_schedule(ScheduleNum="1"),
            *(
                payload("schedules")[4]
                | {"ScheduleNum": str(number), "StartTime": clock(start), "StopTime": clock(start + length)}
                for number, (start, length) in enumerate(blocked, start=2)
            ),
        ],
    )

    offered = slots_of(office)

    for slot in offered:
        assert in_the_way(slot, PRACTICE.service(BOTOX), office=office, numbers=NUMBERS, practice=PRACTICE) is None
        assert not any(slot.during.overlaps(one.whole) for one in office.visits)
        assert not any(slot.during.overlaps(block.during) for block in office.blockouts if block.room == ROOM_1)


def test_the_days_of_a_row_are_the_locations_own() -> None:
    [opening] = an_office(schedules=[a_schedule()]).openings

    assert (opening.day, opening.room.id, opening.practitioner) == (date(2026, 5, 28), ROOM_1, DANA)
    assert ROOM_2 not in {one.room.id for one in an_office(schedules=[a_schedule()]).openings}
