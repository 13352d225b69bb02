"""The simulated appointment book: reading, booking, moving, breaking, confirming."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from tests.systems.opendental.simulated import an_office, why

from frontdesk.systems.opendental.simulator_example import (
    CONFIRMED,
    CONSULTATION,
    DENTIST,
    ROOM_1,
    ROOM_2,
    UNCONFIRMED,
    example_world,
)
from frontdesk.systems.opendental.simulator_world import blockout, hours, operatory, preference, without_clinics


async def test_a_booking_answers_with_the_visit_and_where_it_is() -> None:
    async with an_office() as office:
        booked = await office.book(ProvNum=DENTIST, Note="Called", AppointmentTypeNum=CONSULTATION)

        read = await office.row("/appointments/106")
    made = booked.json()
    assert (booked.status_code, booked.headers["location"]) == (
        201,
        "https://api.opendental.com/api/v1/appointments/106",
    )
    assert (made["AptNum"], made["AptStatus"], made["confirmed"]) == (106, "Scheduled", "Not Called")
    assert (made["Pattern"], made["PatternSecondary"], made["provAbbr"]) == ("/XXXX/", "//////", "DOC1")
    assert "serverDateTime" not in made
    assert read == {"serverDateTime": "2026-03-02 08:00:00", **made}


async def test_what_a_booking_leaves_out_comes_from_the_patient_the_operatory_and_the_type() -> None:
    async with an_office() as office:
        bare = await office.http.post(
            "/appointments", json={"PatNum": 11, "Op": ROOM_1, "AptDateTime": "2026-03-05 09:00:00"}
        )
        typed = await office.http.post(
            "/appointments",
            json={"PatNum": 11, "Op": ROOM_1, "AptDateTime": "2026-03-05 10:00:00", "AppointmentTypeNum": CONSULTATION},
        )

    assert (bare.json()["Pattern"], bare.json()["ProvNum"], bare.json()["ClinicNum"]) == ("/XX/", DENTIST, 1)
    assert (bare.json()["Confirmed"], bare.json()["colorOverride"]) == (19, "0,0,0")
    assert (typed.json()["Pattern"], typed.json()["colorOverride"]) == ("/XXXX/", "93,54,220")


async def test_a_pattern_that_is_sent_wins_over_the_types_and_is_cut_at_nine_hours() -> None:
    async with an_office() as office:
        own = await office.book(Pattern="/XX/", AppointmentTypeNum=CONSULTATION)
        long = await office.book(Pattern="X" * 200)

    assert own.json()["Pattern"] == "/XX/"
    assert len(long.json()["Pattern"]) == 108


async def test_nothing_stops_two_visits_at_one_time() -> None:
    async with an_office() as office:
        first = await office.book()
        second = await office.book(PatNum=12)
        outside = await office.book(AptDateTime="2026-03-08 03:00:00")

    assert [answer.status_code for answer in (first, second, outside)] == [201, 201, 201]


@pytest.mark.parametrize(
    ("fields", "status", "rule"),
    [
        ({"PatNum": 999}, 404, "not-found"),
        ({"Op": 9}, 404, "not-found"),
        ({"ProvNum": 9}, 404, "not-found"),
        ({"AppointmentTypeNum": 9}, 404, "not-found"),
        ({"ClinicNum": 9}, 404, "not-found-wording"),
        ({"Confirmed": 239}, 400, "definition-of-category"),
        ({"Pattern": "XXYY"}, 400, "pattern-characters"),
        ({"Pattern": ""}, 400, "pattern-characters"),
        ({"PatternSecondary": "/"}, 400, "secondary-as-long"),
        ({"AptDateTime": "2026-03-05T09:00:00"}, 400, "moment-wording"),
        ({"AptDateTime": "2026-03-05 09:00:00-06:00"}, 400, "moment-wording"),
        ({"AptStatus": "Broken"}, 400, "words-not-numbers"),
        ({"Priority": "High"}, 400, "words-not-numbers"),
        ({"PatNum": "11"}, 400, "value-of-wrong-kind"),
        ({"IsHygiene": "True"}, 400, "booleans-as-text"),
        ({"colorOverride": "red"}, 400, "colour-format"),
        ({"Length": 30}, 400, "unknown-name"),
    ],
)
async def test_a_booking_with_a_value_that_is_not_published_books_nothing(
    fields: dict[str, str | int], status: int, rule: str
) -> None:
    async with an_office() as office:
        answer = await office.book(**fields)

        assert (answer.status_code, why(answer)) == (status, rule)
        assert len(await office.rows("/appointments")) == 5


async def test_a_new_patients_visit_sets_their_first_visit_once() -> None:
    async with an_office() as office:
        await office.book(IsNewPatient="true")

        assert (await office.row("/patients/11"))["DateFirstVisit"] == "2026-03-05"


async def test_whoever_is_put_in_a_prospective_operatory_becomes_prospective() -> None:
    world = example_world()
    chair = operatory(4, "Consult", dentist=DENTIST, clinic=1, prospective=True)

    async with an_office(replace(world, operatories=(*world.operatories, chair))) as office:
        await office.book(Op=4)

        assert (await office.row("/patients/11"))["PatStatus"] == "Prospective"


async def test_a_visit_is_moved_and_keeps_what_is_not_named() -> None:
    async with an_office() as office:
        moved = await office.http.put("/appointments/102", json={"AptDateTime": "2026-03-10 15:00:00", "Op": ROOM_1})

    assert moved.status_code == 200
    assert (moved.json()["AptDateTime"], moved.json()["Op"]) == ("2026-03-10 15:00:00", ROOM_1)
    assert (moved.json()["Pattern"], moved.json()["PatNum"]) == ("/XXXX/", 14)


async def test_a_new_length_brings_a_second_pattern_as_long() -> None:
    async with an_office() as office:
        longer = await office.http.put("/appointments/102", json={"Pattern": "/XXXXXXXX/"})
        alone = await office.http.put("/appointments/102", json={"PatternSecondary": "/X/"})

    assert longer.json()["PatternSecondary"] == "/" * 10
    assert (alone.status_code, why(alone)) == (400, "secondary-as-long")


async def test_who_came_when_is_a_time_of_the_visits_day() -> None:
    async with an_office() as office:
        came = await office.http.put("/appointments/102", json={"DateTimeArrived": "13:52:10"})

    assert came.json()["DateTimeArrived"] == "2026-03-03 13:52:10"


@pytest.mark.parametrize(("unscheduled", "status"), [("true", "UnschedList"), ("false", "Broken")])
async def test_a_visit_is_broken_onto_the_list_or_left_on_the_book(unscheduled: str, status: str) -> None:
    async with an_office() as office:
        broken = await office.http.put("/appointments/101/Break", json={"sendToUnscheduledList": unscheduled})
        again = await office.http.put("/appointments/101/Break", json={"sendToUnscheduledList": unscheduled})

        row = await office.row("/appointments/101")
    assert (broken.status_code, broken.content) == (200, b"")
    assert (row["AptStatus"], row["AptDateTime"]) == (status, "2026-03-03 09:00:00")
    assert (again.status_code, why(again)) == (400, "break-only-scheduled")


async def test_a_kind_of_break_needs_the_offices_setup_and_may_be_logged() -> None:
    world = example_world()
    asked = {"sendToUnscheduledList": "true", "breakType": "Missed"}
    preferences = (preference(5, "BrokenApptProcedure", "1"), preference(6, "BrokenApptCommLog", "1"))

    async with an_office() as plain, an_office(replace(world, preferences=preferences)) as office:
        refused = await plain.http.put("/appointments/101/Break", json=asked)
        broken = await office.http.put("/appointments/101/Break", json=asked)

        assert (refused.status_code, why(refused)) == (400, "break-type-needs-setup")
        assert broken.status_code == 200
        assert (await office.row("/appointments/101"))["ProcDescript"] == "D9986"
        assert [row["PatNum"] for row in await office.rows("/commlogs")] == [12]


async def test_a_broken_visit_goes_back_on_the_book_by_an_update() -> None:
    async with an_office() as office:
        back = await office.http.put(
            "/appointments/105", json={"AptStatus": "Scheduled", "AptDateTime": "2026-03-09 10:00:00", "Op": ROOM_2}
        )

    assert (back.json()["AptStatus"], back.json()["AptDateTime"]) == ("Scheduled", "2026-03-09 10:00:00")


async def test_a_note_gets_another_line_which_travels_as_a_space() -> None:
    async with an_office() as office:
        for line in ("Called", "Runs late"):
            answer = await office.http.put("/appointments/101/Note", json={"Note": line})
            assert (answer.status_code, answer.content) == (200, b"")

        assert (await office.row("/appointments/101"))["Note"] == "Called Runs late"


@pytest.mark.parametrize(
    ("asked", "confirmed"),
    [({"confirmVal": "Confirmed"}, CONFIRMED), ({"confirmVal": "None"}, 19), ({"defNum": UNCONFIRMED}, UNCONFIRMED)],
)
async def test_a_visit_is_confirmed_by_the_offices_words_or_number(asked: dict[str, str | int], confirmed: int) -> None:
    async with an_office() as office:
        answer = await office.http.put("/appointments/101/Confirm", json=asked)

        assert answer.status_code == 200
        assert (await office.row("/appointments/101"))["Confirmed"] == confirmed


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({}, "confirm-one-field"),
        ({"confirmVal": "Confirmed", "defNum": 21}, "confirm-one-field"),
        ({"confirmVal": "Yes"}, "words-not-numbers"),
        ({"confirmVal": "Failed"}, "confirm-value-not-set-up"),
        ({"defNum": 248}, "definition-of-category"),
    ],
)
async def test_any_other_confirmation_is_refused(asked: dict[str, str | int], rule: str) -> None:
    async with an_office() as office:
        answer = await office.http.put("/appointments/101/Confirm", json=asked)

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_the_book_is_read_by_patient_status_operatory_type_and_days() -> None:
    async with an_office() as office:
        found = {
            str(query): [row["AptNum"] for row in await office.rows("/appointments", **query)]
            for query in (
                {"PatNum": 14},
                {"AptStatus": "UnschedList"},
                {"Op": ROOM_2},
                {"AppointmentTypeNum": CONSULTATION},
                {"date": "2026-03-05"},
                {"dateStart": "2026-03-03", "dateEnd": "2026-03-04"},
                {"ClinicNum": 0},
            )
        }

    assert list(found.values()) == [[102, 105], [105], [102], [102, 104], [105], [101, 102, 103], []]


async def test_changes_are_those_after_the_second_that_is_named() -> None:
    async with an_office() as office:
        seen = str((await office.rows("/appointments"))[0]["serverDateTime"])
        await office.http.put("/appointments/101/Note", json={"Note": "within the same second"})
        office.hands.turn(seconds=1)
        await office.http.put("/appointments/102/Note", json={"Note": "a second later"})

        changed = await office.rows("/appointments", DateTStamp=seen)
        since_yesterday = await office.rows("/appointments", DateTStamp="2026-03-02")

    assert [row["AptNum"] for row in changed] == [102]
    assert [row["AptNum"] for row in since_yesterday] == [101, 102]


async def test_in_the_autumn_night_a_change_can_carry_an_earlier_stamp_than_the_last_one_seen() -> None:
    async with an_office(now=datetime(2026, 11, 1, 6, 50, tzinfo=UTC)) as office:
        seen = str((await office.rows("/appointments"))[0]["serverDateTime"])
        office.hands.turn(minutes=20)
        await office.http.put("/appointments/101/Note", json={"Note": "after the clock went back"})

        changed = await office.rows("/appointments", DateTStamp=seen)

        assert (seen, changed) == ("2026-11-01 01:50:00", [])
        assert (await office.row("/appointments/101"))["DateTStamp"] == "2026-11-01 01:10:00"


async def test_a_deleted_visit_never_shows_when_polling() -> None:
    async with an_office() as office:
        office.hands.turn(seconds=5)
        office.simulator.front_desk.delete_appointment(101)

        changed = await office.rows("/appointments", DateTStamp="2026-03-02 08:00:00")
        gone = await office.http.get("/appointments/101")

    assert (changed, gone.status_code, why(gone)) == ([], 404, "not-found")


async def test_the_list_of_those_who_would_come_sooner_is_a_priority_and_needs_a_clinic() -> None:
    async with an_office() as office, an_office(without_clinics(example_world())) as plain:
        await office.http.put("/appointments/102", json={"Priority": "ASAP"})

        asked = await office.rows("/appointments/ASAP", ClinicNum=1)
        unasked = await office.http.get("/appointments/ASAP")
        without = await plain.rows("/appointments/ASAP")

    assert ([row["AptNum"] for row in asked], without) == ([102], [])
    assert (unasked.status_code, why(unasked)) == (400, "asap-needs-clinic")


async def test_the_front_desk_changes_hours_and_visits_without_the_api() -> None:
    async with an_office() as office:
        desk = office.simulator.front_desk
        desk.add_schedule(hours(0, date(2026, 3, 7), time(9), time(11), provider=DENTIST, operatories=(ROOM_1,)))
        desk.add_schedule(blockout(0, date(2026, 3, 7), time(10), time(11), kind=248, operatories=(ROOM_1,)))
        booked = desk.book(patient=11, operatory=ROOM_1, at="2026-03-07 09:00:00", pattern="XX")
        desk.move(102, at="2026-03-07 09:30:00", operatory=ROOM_1)
        desk.mark_missed(103)

        saturday = await office.rows("/appointments/Slots", date="2026-03-07", OpNum=ROOM_1)
        statuses = {row["AptNum"]: row["AptStatus"] for row in await office.rows("/appointments")}

    assert booked == 106
    assert [(row["DateTimeStart"], row["DateTimeEnd"]) for row in saturday] == [
        ("2026-03-07 09:10:00", "2026-03-07 09:30:00")
    ]
    assert statuses[103] == "Broken"


async def test_three_weeks_hold_no_overlap_to_begin_with() -> None:
    world = example_world()

    spans = sorted(
        (int(str(row["Op"])), start, start + timedelta(minutes=5 * len(str(row["Pattern"]))))
        for row in world.appointments
        if row["AptStatus"] == "Scheduled"
        for start in (datetime.fromisoformat(str(row["AptDateTime"])),)
    )

    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(spans))
