"""The book of the simulated practice: visits made, moved, marked, and read in each of its lists."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.systems.allscripts.simulated import a_practice, error, why, xml

from frontdesk.systems.allscripts.simulator_example import (
    ASH,
    CAMERON,
    GRAYS,
    HALES,
    IRISES,
    MAIN,
    PROCEDURE,
    ROBIN,
    ROOM,
    example_world,
)


async def test_a_booked_visit_is_read_back_and_its_time_is_gone() -> None:
    async with a_practice() as practice:
        booked = await practice.booked(ReasonForVisit="New problem", Notes="Speaks Spanish & English")
        visit = await practice.visit(booked)
        left = await practice.open_times()

    assert booked == "9906"
    assert {name: visit[name] for name in ("ApptTime", "ApptTime2", "Duration", "Status", "appttype")} == {
        "ApptTime": "10:30",
        "ApptTime2": "3/5/2026 10:30:00 AM",
        "Duration": "30",
        "Status": "S",
        "appttype": "NEWPAT",
    }
    assert (visit["Patient"], visit["Patient_DOB"], visit["ProviderID"]) == ("Rowan, Ash", "03-Feb-1990", "101")
    assert (visit["Comment"], visit["SchedComment"]) == ("Speaks Spanish & English", "New problem")
    assert {"10:15", "11:00"} <= set(left)
    assert not {"10:30", "10:45"} & set(left)


@pytest.mark.parametrize(
    ("elements", "rule"),
    [
        ({"AppointmentTime": "09:00", "AppointmentDate": "03/03/2026", "Duration": 90}, "not-available"),
        ({"AppointmentDate": "03/04/2026", "AppointmentTime": "13:15"}, "blocks-enforced"),
        ({"AppointmentTime": "16:45"}, "outside-the-hours"),
        ({"LocationID": "NORTH"}, "outside-the-hours"),
        ({"AppointmentDate": "03/07/2026"}, "outside-the-hours"),
        ({"AppointmentDate": "02/27/2026"}, "past-time"),
        ({"AppointmentType": "PROC"}, "restricted"),
        ({"ProviderID": "34"}, "nothing-of-that-name"),
        ({"PatientID": 1}, "nothing-of-that-name"),
        ({"PatientID": ""}, "appointment-needs"),
        ({"LocationID": ""}, "appointment-needs"),
        ({"LocationID": 711}, "nothing-of-that-name"),
        ({"Duration": "30 min"}, "not-a-number"),
        ({"AppointmentTime": "half past"}, "date-conversion"),
        ({"Hold": "Y"}, "xml-read-strictly"),
    ],
)
async def test_a_visit_that_cannot_be_is_refused_and_nothing_is_booked(elements: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.book(**elements)

    assert (answer.status_code, why(answer)) == (200, rule)
    assert len(practice.simulator.practice.appointments) == 5


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "<appointment>",
        "<visit/>",
        "<appointment id='1'/>",
        "<!DOCTYPE x [<!ENTITY e 'x'>]><appointment/>",
        "<appointment><PatientID>1</PatientID><PatientID>2</PatientID></appointment>",
        "<appointment><PatientID><x/></PatientID></appointment>",
    ],
)
async def test_xml_of_another_shape_is_refused(sent: str) -> None:
    async with a_practice() as practice:
        answer = await practice.ask("SaveAppointment", p1=sent)

    assert why(answer) == "xml-read-strictly"


async def test_the_same_booking_twice_finds_its_own_time_taken() -> None:
    async with a_practice() as practice:
        await practice.booked()
        again = await practice.book()

    assert error(again) == "Magic Error - Action: SaveAppointment - The requested time is not available."


async def test_whatever_time_is_open_can_be_booked_as_it_stands_and_no_other() -> None:
    every = [f"{hour:02}:{minute:02}" for hour in range(8, 19) for minute in (0, 15, 30, 45)]

    async with a_practice() as practice:
        found = await practice.open_times("03/03/2026", p6="PHYS")
        bookable = []
        for one in every:
            answer = await practice.book(
                AppointmentDate="03/03/2026", AppointmentTime=one, AppointmentType="PHYS", Duration=45
            )
            if why(answer) == "":
                bookable.append(one)
                practice.simulator.front_desk.cancel(int(answer.json()[0]["saveappointmentinfo"][0]["AppointmentID"]))

    assert bookable == found
    assert len(found) > 20


async def test_a_new_day_comes_with_its_time() -> None:
    async with a_practice() as practice:
        answer = await practice.ask(
            "SaveAppointment", p1=xml("appointment", AppointmentID=9_902, AppointmentDate="3/5/2026")
        )

    assert why(answer) == "date-with-time"


async def test_numbers_and_abbreviations_name_the_same_and_a_practitioner_their_column() -> None:
    async with a_practice() as practice:
        await practice.booked(ProviderID=101, LocationID=11, AppointmentType=201)
        clash = await practice.book(ProviderID=31)
        room = await practice.booked(ProviderID="PROCRM", AppointmentType="PROC", Duration=60)

        assert (why(clash), (await practice.visit(room))["Practitioner_ID"]) == ("not-available", "")


async def test_a_patient_outside_the_xml_must_be_the_one_inside() -> None:
    async with a_practice() as practice:
        other = await practice.book(patient=ROBIN)
        same = await practice.book(patient=ASH)

    assert (why(other), why(same)) == ("same-patient", "")


async def test_a_visit_is_moved_by_its_id_and_keeps_what_was_not_sent() -> None:
    async with a_practice() as practice:
        await practice.ask("SetAppointmentStatus", p1=9_902, p2="C", p5=2)
        moved = await practice.ask(
            "SaveAppointment",
            p1=xml("appointment", AppointmentID=9_902, AppointmentDate="03/05/2026", AppointmentTime="2:30 PM"),
        )
        visit = await practice.visit(9_902)
        change = (await practice.changes())["9902"]

    assert moved.json() == [{"saveappointmentinfo": [{"AppointmentID": "9902"}]}]
    assert (visit["ApptTime2"], visit["Duration"], visit["ProviderID"]) == ("3/5/2026 2:30:00 PM", "45", str(HALES))
    assert (visit["Status"], change["DateTIme_Confirmed"]) == ("S", "")


async def test_a_visit_is_not_in_its_own_way_and_stays_its_patients() -> None:
    async with a_practice() as practice:
        longer = await practice.book(
            AppointmentID=9_902,
            PatientID=CAMERON,
            AppointmentDate="03/03/2026",
            AppointmentTime="14:15",
            ProviderID="HALE",
            AppointmentType="PHYS",
            Duration=60,
        )
        stolen = await practice.book(AppointmentID=9_902, PatientID=ROBIN)

    assert (why(longer), why(stolen)) == ("", "same-patient")


async def test_a_cancellation_says_why_and_frees_the_time() -> None:
    async with a_practice() as practice:
        booked = await practice.booked()
        practice.hands.turn(minutes=10)
        answer = await practice.ask("SetAppointmentStatus", p1=booked, p2="X", p3="0305", p4="1030", p6=4)
        change = (await practice.changes("03/02/2026 08:10AM"))[booked]
        again = await practice.ask("SetAppointmentStatus", p1=booked, p2="C")
        left = await practice.open_times()

    assert answer.json() == [{"setappointmentstatusinfo": [{"Status": "X"}]}]
    assert (change["Status"], change["DateTime_Cancelled"]) == ("X", "03/02/2026 08:10AM")
    assert (change["Cancellation_Reason_ID"], change["Cancellation_Reason_Abbr"]) == ("4", "PTCALL")
    assert (change["Bumped_Reason_ID"], why(again), "10:30" in left) == ("", "over-is-over", True)


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ({"p1": "9901"}, "status-needs"),
        ({"p1": "9901", "p2": "Q"}, "letter-unknown"),
        ({"p1": "9901", "p2": "c"}, "letter-unknown"),
        ({"p1": "1", "p2": "C"}, "nothing-of-that-name"),
        ({"p1": "9901", "p2": "X", "p3": "Patient called"}, "status-moment"),
        ({"p1": "9901", "p2": "X", "p4": "2460"}, "status-moment"),
        ({"p1": "9901", "p2": "X", "p5": "1"}, "reason-for-its-status"),
        ({"p1": "9901", "p2": "C", "p6": "4"}, "reason-for-its-status"),
        ({"p1": "9901", "p2": "X", "p6": "99"}, "nothing-of-that-name"),
        ({"p1": "9905", "p2": "S"}, "over-is-over"),
    ],
)
async def test_a_status_that_cannot_be_set_is_refused(parameters: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.ask("SetAppointmentStatus", **parameters)

        assert why(answer) == rule
        assert (await practice.visit(9_901))["Status"] == "S"


async def test_a_status_is_set_for_the_patient_whose_visit_it_is() -> None:
    async with a_practice() as practice:
        other = await practice.ask("SetAppointmentStatus", patient=ASH, p1=9_901, p2="C")
        own = await practice.ask("SetAppointmentStatus", patient=ROBIN, p1=9_901, p2="C", p5=1)

    assert (why(other), own.json()) == ("same-patient", [{"setappointmentstatusinfo": [{"Status": "C"}]}])


async def test_a_visit_comes_off_the_waitlist_only_where_its_time_is_still_free() -> None:
    async with a_practice() as practice:
        waiting = await practice.booked()
        await practice.ask("SetAppointmentStatus", p1=waiting, p2="W")
        await practice.booked(PatientID=ROBIN)
        refused = await practice.ask("SetAppointmentStatus", p1=waiting, p2="S")

    assert why(refused) == "not-available"


async def test_what_the_front_desk_does_shows_in_each_list() -> None:
    async with a_practice() as practice:
        desk = practice.simulator.front_desk
        practice.hands.turn(minutes=1)
        desk.mark_arrived(9_901)
        desk.check_out(9_901)
        desk.mark_missed(9_902)
        desk.bump(9_903, reason=5)
        desk.move(9_904, at="2026-03-11T09:00", resource=IRISES)
        changed = await practice.changes("3/2/2026 8:01:00 AM")

    assert {key: row["Status"] for key, row in changed.items()} == {"9901": "A", "9902": "N", "9903": "B", "9904": "S"}
    assert (changed["9901"]["Check_In_Time"], changed["9901"]["Check_Out_Time"]) == ("03/02/2026 08:01AM",) * 2
    assert (changed["9903"]["Bumped_Reason_Abbr"], changed["9903"]["Cancellation_Reason_Abbr"]) == ("DRAWAY", "")
    assert (changed["9902"]["DateTime_NoShow"], changed["9904"]["Appointment_DateTime"]) == (
        "03/02/2026 08:01AM",
        "03/11/2026 09:00AM",
    )


async def test_a_visit_called_off_by_mistake_and_a_block_taken_out_are_as_before() -> None:
    async with a_practice() as practice:
        desk = practice.simulator.front_desk
        block = desk.block(GRAYS, start="2026-03-05T09:00", minutes=60)
        blocked = await practice.open_times()
        desk.unblock(block)
        desk.confirm(9_901)
        desk.cancel(9_901)
        desk.reinstate(9_901)

        assert (blocked[0], (await practice.open_times())[0]) == ("10:00", "09:00")
        assert (await practice.visit(9_901))["Status"] == "S"


async def test_the_book_is_read_by_day_by_days_by_patient_and_by_kind() -> None:
    async with a_practice() as practice:

        async def listed(**asked: str | int) -> list[str]:
            return [row["AppointmentID"] for row in await practice.rows("GetSchedule", **asked)]

        found = {
            "day": await listed(p1="03/03/2026"),
            "days": await listed(p1="3/3/2026|3/4/2026", p3="N", p4="All"),
            "days apart": await listed(p1="03/03/2026", p2="03/05/2026", patient=CAMERON),
            "kind": await listed(p1="03/03/2026", p5="PHYS|PROC"),
        }
        mine = await practice.rows("GetScheduleByPatientID", patient=CAMERON)

    assert found == {
        "day": ["9901", "9902"],
        "days": ["9901", "9902", "9903"],
        "days apart": ["9902", "9905"],
        "kind": ["9902"],
    }
    assert [(row["AppointmentID"], row["Status"]) for row in mine] == [("9902", "S"), ("9905", "X")]


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ({}, "days-needed"),
        ({"p1": "3/3/2026|3/4/2026", "p2": "3/5/2026"}, "schedule-days-twice"),
        ({"p1": "3/3/2026", "p3": "maybe"}, "schedule-filters"),
        ({"p1": "3/3/2026", "p4": "demo"}, "schedule-filters"),
    ],
)
async def test_a_schedule_is_asked_for_in_known_ways(parameters: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        assert why(await practice.ask("GetSchedule", **parameters)) == rule


async def test_a_schedule_shows_words_where_the_practice_does() -> None:
    async with a_practice(replace(example_world(), status_words=True)) as practice:
        practice.simulator.front_desk.mark_arrived(9_901)
        practice.simulator.front_desk.check_out(9_901)
        found = await practice.rows("GetSchedule", p1="03/03/2026", p2="03/05/2026")

    assert [row["Status"] for row in found] == ["Completed", "Pending", "Pending", "Cancelled"]


async def test_changes_are_bounded_by_the_days_of_the_visits_and_empty_is_an_empty_list() -> None:
    async with a_practice() as practice:
        bounded = await practice.rows("GetAppointmentsByChangeDTTM", p1="03/04/2026", p2="03/05/2026")
        none = await practice.ask("GetAppointmentsByChangeDTTM", p3="03/02/2026 08:00AM")
        wrong = await practice.ask("GetAppointmentsByChangeDTTM", p1="03/05/2026", p2="03/04/2026")

    assert [row["Appointment_ID"] for row in bounded] == ["9903", "9905"]
    assert (none.json(), why(wrong)) == ([{"getappointmentsbychangedttminfo": []}], "days-the-wrong-way")


async def test_a_change_in_the_hour_that_comes_twice_in_autumn_looks_older_than_it_is() -> None:
    async with a_practice(now=datetime(2026, 11, 1, 7, 50, tzinfo=UTC)) as practice:
        pulled = (await practice.rows("GetServerInfo"))[0]["ServerTime"]
        practice.hands.turn(minutes=19)
        practice.simulator.front_desk.confirm(9_901)
        missed, found = await practice.changes(pulled), await practice.changes("2026-11-01T01:09:00")

    assert (pulled, missed, list(found)) == ("2026-11-01T01:50:00", {}, ["9901"])


async def test_three_lists_worth_of_visits_come_in_one_answer() -> None:
    async with a_practice() as practice:
        for step in range(350):
            practice.simulator.front_desk.book(
                patient=ASH, resource=ROOM, type=PROCEDURE, location=MAIN, at="2026-03-06T09:00", minutes=15 + step
            )

        assert len(await practice.rows("GetSchedule", p1="03/06/2026")) == 350


async def test_a_visit_in_the_hour_that_spring_skips_stands_on_the_wall_clock_all_the_same() -> None:
    async with a_practice() as practice:
        desk = practice.simulator.front_desk
        made = desk.book(patient=ASH, resource=GRAYS, type=201, location=MAIN, at="2026-03-08T02:30")

        assert (await practice.visit(made))["ApptTime2"] == "3/8/2026 2:30:00 AM"


async def test_a_visit_that_is_not_named_or_not_there_is_refused() -> None:
    async with a_practice() as practice:
        unnamed, unknown = await practice.ask("GetAppointmentById"), await practice.ask("GetAppointmentById", p1="77")

    assert (why(unnamed), why(unknown)) == ("by-id", "nothing-of-that-name")
