"""The book of the simulated athenaOne: booking, moving, cancelling, the day at the desk, and reading it back."""

from datetime import timedelta

import pytest
from tests.systems.athenahealth.simulated import TUESDAY_9, TUESDAY_10, TUESDAY_930, TUESDAY_1030, a_practice, why

ROBIN, AVERY = 4011, 4012
TAKEN = {
    "error": "That appointment time was already booked or not available for booking.",
    "detailedmessage": "The appointment ID is already booked or is not marked as being available to be scheduled via "
    "the API.",
}


async def test_a_booking_answers_with_the_visit_and_takes_the_slot() -> None:
    async with a_practice() as office:
        booked = await office.book(bookingnote="Sore knee", departmentid=1, urgentyn="true")
        left = await office.open_slots(enddate="03/03/2026")
        visit = await office.visit(TUESDAY_930)

    assert booked.json() == [
        {
            "date": "03/03/2026",
            "appointmentid": "1204425",
            "starttime": "09:30",
            "departmentid": "1",
            "appointmentstatus": "f",
            "patientid": "4011",
            "duration": 30,
            "appointmenttypeid": "42",
            "appointmenttype": "Established",
            "providerid": "58",
            "patientappointmenttypename": "Established Visit",
        }
    ]
    assert TUESDAY_930 not in [slot["appointmentid"] for slot in left]
    assert (visit["templateappointmenttypeid"], visit["urgentyn"]) == ("640", "true")
    assert (visit["scheduledby"], visit["scheduleddatetime"]) == ("API-SIMULATED", "03/02/2026 08:00:00")
    assert str(visit["appointmentnotes"]).count("Sore knee") == 1


@pytest.mark.parametrize("slot", [TUESDAY_9, 999_999, 1204455], ids=["taken", "never there", "held"])
async def test_a_slot_that_cannot_be_booked_answers_409_and_does_not_say_why(slot: int) -> None:
    async with a_practice() as office:
        held = await office.open_slots(startdate="03/04/2026", enddate="03/04/2026", showfrozenslots="true")
        answer = await office.book(slot)

    assert [one["appointmentid"] for one in held if one["frozen"] == "true"] == [1204455]
    assert (answer.status_code, answer.json()) == (409, TAKEN)


async def test_a_slot_for_staff_needs_the_permission_and_one_for_nobody_refuses_even_so() -> None:
    async with a_practice() as office:
        slots = await office.open_slots(
            startdate="03/05/2026", enddate="03/06/2026", ignoreschedulablepermission="true"
        )
        staff, nobody = (int(str(one["appointmentid"])) for one in slots if one["starttime"] == "11:30")
        plain = await office.book(staff)
        ignoring = await office.book(staff, ignoreschedulablepermission="true")
        never = await office.book(nobody, ignoreschedulablepermission="true")

    assert (plain.status_code, ignoring.status_code, never.status_code) == (409, 200, 409)


async def test_of_two_callers_for_one_slot_the_second_is_refused() -> None:
    async with a_practice() as office:
        first = await office.book(patientid=ROBIN)
        second = await office.book(patientid=AVERY)
        visit = await office.visit(TUESDAY_930)

    assert (first.status_code, second.status_code, visit["patientid"]) == (200, 409, "4011")


@pytest.mark.parametrize(
    ("form", "status", "rule"),
    [
        ({"patientid": "", "reasonid": 563}, 400, "value-does-not-fit"),
        ({"patientid": 999, "reasonid": 563}, 404, "no-such-patient"),
        ({"patientid": ROBIN}, 400, "type-or-reason"),
        ({"patientid": ROBIN, "reasonid": 563, "appointmenttypeid": 42}, 400, "reason-or-type"),
        ({"patientid": ROBIN, "appointmenttypeid": 999}, 400, "type-invalid"),
        ({"patientid": ROBIN, "appointmenttypeid": 44}, 400, "template-type-replaced"),
        ({"patientid": ROBIN, "reasonid": 930}, 400, "reason-of-another"),
        ({"patientid": ROBIN, "reasonid": 563, "departmentid": 21}, 400, "department-of-the-slot"),
        ({"patientid": ROBIN, "reasonid": 563, "note": "x"}, 400, "unknown-name"),
    ],
)
async def test_a_booking_that_does_not_fit_is_refused_and_takes_nothing(
    form: dict[str, str | int], status: int, rule: str
) -> None:
    async with a_practice() as office:
        answer = await office.put(f"/appointments/{TUESDAY_930}", **form)
        slot = await office.visit(TUESDAY_930)

    assert (answer.status_code, why(answer), slot["appointmentstatus"]) == (status, rule, "o")


async def test_another_type_than_the_slots_needs_a_generic_slot() -> None:
    async with a_practice() as office:
        slots = await office.open_slots(enddate="03/03/2026")
        physical = next(int(str(one["appointmentid"])) for one in slots if one["duration"] == 45)
        refused = await office.book(physical)
        longer = await office.book(TUESDAY_930, reasonid=901)

    assert (refused.status_code, why(refused)) == (400, "type-must-fit")
    assert (longer.status_code, longer.json()[0]["duration"]) == (200, 30)


@pytest.mark.parametrize(("form", "cases"), [({}, 1), ({"nopatientcase": "true"}, 0)])
async def test_a_new_patients_booking_leaves_a_task_for_staff(form: dict[str, str], cases: int) -> None:
    async with a_practice() as office:
        await office.book(**form)  # type: ignore[arg-type]  # texts

        assert len(office.simulator.practice.tables["documents"]) == cases


async def test_a_reschedule_books_the_new_slot_and_cancels_the_old_visit() -> None:
    async with a_practice() as office:
        await office.book()
        moved = await office.put(
            f"/appointments/{TUESDAY_930}/reschedule",
            patientid=ROBIN,
            newappointmentid=TUESDAY_1030,
            reschedulereason="Work",
        )
        old, new = await office.visit(TUESDAY_930), await office.visit(TUESDAY_1030)
        slots = await office.open_slots(enddate="03/03/2026")

    assert (moved.json()[0]["appointmentid"], moved.json()[0]["appointmentstatus"]) == ("1204427", "f")
    assert (old["appointmentstatus"], old["rescheduledappointmentid"]) == ("x", "1204427")
    assert (new["patientid"], new["appointmenttypeid"]) == ("4011", "42")
    freed = [one for one in slots if one["starttime"] == "09:30"]
    assert len(freed) == 1
    assert freed[0]["appointmentid"] not in (TUESDAY_930, TUESDAY_1030)


@pytest.mark.parametrize(
    ("form", "status", "rule"),
    [
        ({"patientid": ROBIN}, 400, "missing-fields"),
        (
            {"patientid": ROBIN, "newappointmentid": TUESDAY_10, "appointmentcancelreasonid": 77},
            400,
            "value-does-not-fit",
        ),
        ({"patientid": AVERY, "newappointmentid": TUESDAY_10}, 404, "visit-of-another"),
        ({"patientid": ROBIN, "newappointmentid": TUESDAY_9}, 409, "double-booking"),
        ({"patientid": ROBIN, "newappointmentid": TUESDAY_930}, 409, "double-booking"),
    ],
)
async def test_a_reschedule_that_does_not_fit_leaves_both_as_they_were(
    form: dict[str, int], status: int, rule: str
) -> None:
    async with a_practice() as office:
        await office.book()
        answer = await office.put(f"/appointments/{TUESDAY_930}/reschedule", **form)
        old, new = await office.visit(TUESDAY_930), await office.visit(TUESDAY_10)

    assert (answer.status_code, why(answer)) == (status, rule)
    assert (old["appointmentstatus"], new["appointmentstatus"]) == ("f", "o")


async def test_a_cancelled_visit_keeps_its_number_and_frees_its_time_under_another() -> None:
    async with a_practice() as office:
        answer = await office.put(
            f"/appointments/{TUESDAY_9}/cancel", patientid=AVERY, cancellationreason="Feeling better"
        )
        visit = await office.visit(TUESDAY_9)
        slots = await office.open_slots(enddate="03/03/2026", bypassscheduletimechecks="true", startdate="03/03/2026")
        again = await office.put(f"/appointments/{TUESDAY_9}/cancel", patientid=AVERY)

    assert answer.json() == {"status": "x"}
    assert (visit["cancelreasonid"], visit["cancelreasonname"]) == ("-5", "CANCELLED FROM API")
    assert "Feeling better" in str(visit["appointmentnotes"])
    assert [one["starttime"] for one in slots].count("09:00") == 1
    assert slots[0]["appointmentid"] not in (TUESDAY_9, str(TUESDAY_9))
    assert (again.status_code, again.json()["error"]) == (404, "This appointment has already been checked in")


async def test_a_no_show_is_a_cancellation_whose_reason_says_so_and_frees_nothing() -> None:
    async with a_practice() as office:
        office.hands.turn(days=1, hours=3)
        await office.sign_in()
        await office.put(f"/appointments/{TUESDAY_9}/cancel", patientid=AVERY, appointmentcancelreasonid=5)
        visit = await office.visit(TUESDAY_9)
        slots = await office.open_slots(enddate="03/03/2026", bypassscheduletimechecks="true")

    assert (visit["appointmentstatus"], visit["cancelreasonnoshow"]) == ("x", True)
    assert "09:00" not in [one["starttime"] for one in slots]


async def test_the_day_at_the_desk_runs_from_check_in_to_check_out_once() -> None:
    async with a_practice() as office:
        needs = await office.get(f"/appointments/{TUESDAY_9}/checkin")
        begun = await office.post(f"/appointments/{TUESDAY_9}/startcheckin")
        waiting = await office.visit(TUESDAY_9)
        undone = await office.post(f"/appointments/{TUESDAY_9}/cancelcheckin")
        early = await office.post(f"/appointments/{TUESDAY_9}/checkout")
        came = await office.post(f"/appointments/{TUESDAY_9}/checkin")
        twice = await office.post(f"/appointments/{TUESDAY_9}/checkin")
        cancelled = await office.put(f"/appointments/{TUESDAY_9}/cancel", patientid=AVERY)
        left = await office.post(f"/appointments/{TUESDAY_9}/checkout")
        visit = await office.visit(TUESDAY_9)

    assert isinstance(needs, list)
    assert [(one["field"], one["valid"]) for one in needs[0]["fields"]][-1] == ("email", False)
    assert [one.status_code for one in (begun, undone, early, came, twice, cancelled, left)] == [
        *(200, 200, 404, 200, 404, 404, 200),
    ]
    assert came.json()["success"] is True
    assert (waiting["appointmentstatus"], waiting["startcheckin"]) == ("f", "03/02/2026 08:00:00")
    assert (visit["appointmentstatus"], "encounterid" in visit, "checkoutdatetime" in visit) == ("3", True, True)


async def test_a_visit_is_confirmed_and_changed_in_place() -> None:
    async with a_practice() as office:
        confirmed = await office.put(f"/appointments/{TUESDAY_9}/confirmationstatus", appointmentconfirmationid=2)
        odd = await office.put(f"/appointments/{TUESDAY_9}/confirmationstatus", appointmentconfirmationid=9)
        changed = await office.put(f"/appointments/booked/{TUESDAY_9}", providerid=59)
        unknown = await office.put(f"/appointments/booked/{TUESDAY_9}", providerid=999)
        visit = await office.visit(TUESDAY_9)

    assert (confirmed.status_code, odd.status_code) == (200, 400)
    assert (changed.json(), unknown.json()) == ({"status": 1}, {"status": "Invalid PROVIDERID input"})
    assert unknown.status_code == 200
    assert (visit["appointmentconfirmationname"], visit["providerid"], visit["starttime"]) == (
        "Confirmed",
        "59",
        "09:00",
    )


async def test_the_booked_schedule_is_read_by_day_department_status_and_change() -> None:
    days: dict[str, str | int] = {"startdate": "03/02/2026", "enddate": "03/13/2026"}

    async with a_practice() as office:
        natick = await office.rows("/appointments/booked", "appointments", departmentid=1, **days)
        office.hands.turn(minutes=30)
        office.simulator.front_desk.cancel(TUESDAY_9)
        left = await office.rows("/appointments/booked", "appointments", departmentid=1, **days)
        with_x = await office.rows("/appointments/booked", "appointments", departmentid=1, showcancelled="true", **days)
        changed = await office.rows(
            "/appointments/booked",
            "appointments",
            departmentid=1,
            showcancelled="true",
            startlastmodified="03/02/2026 08:30:00",
            **days,
        )
        both = await office.rows(
            "/appointments/booked/multipledepartment", "appointments", departmentid="1,21", limit=2, offset=2, **days
        )

    assert [(row["date"], row["starttime"], row["patientid"]) for row in natick] == [
        ("03/03/2026", "09:00", "4012"),
        ("03/03/2026", "14:00", "4013"),
        ("03/04/2026", "09:30", "4011"),
        ("03/10/2026", "10:30", "4011"),
    ]
    assert (len(left), len(with_x)) == (3, 4)
    assert [row["appointmentid"] for row in changed] == ["1204424"]
    assert changed[0]["lastmodified"] == "03/02/2026 08:30:00"
    assert len(both) == 2


async def test_a_patients_visits_are_those_to_come_unless_asked_otherwise() -> None:
    async with a_practice() as office:
        path = "/patients/4011/appointments"
        to_come = await office.rows(path, "appointments")
        office.hands.turn(days=4)
        await office.sign_in()
        later = await office.rows(path, "appointments")
        past = await office.rows(path, "appointments", showpast="true")
        office.simulator.front_desk.cancel(int(str(later[0]["appointmentid"])))
        cancelled = await office.rows(path, "appointments", showcancelled="true")
        none = await office.rows(path, "appointments")

    assert (len(to_come), len(later), len(past), len(cancelled), len(none)) == (2, 1, 2, 1, 0)
    assert past[0]["appointmentstatus"] == "f"


async def test_notes_are_written_changed_and_deleted() -> None:
    async with a_practice() as office:
        path = f"/appointments/{TUESDAY_9}/notes"
        written = await office.post(path, notetext="Called", displayonschedule="true")
        notes = await office.rows(path, "notes")
        await office.put(f"{path}/{notes[0]['noteid']}", notetext="Called twice")
        changed = await office.rows(path, "notes")
        gone = await office.http.delete(f"{path}/{notes[0]['noteid']}")
        left = await office.rows(path, "notes")
        nowhere = await office.post("/appointments/999999/notes", notetext="Called")

    assert (written.json(), gone.status_code) == ({"success": "true"}, 200)
    assert (notes[0]["notetext"], notes[0]["displayonschedule"]) == ("Called", True)
    assert (changed[0]["notetext"], left) == ("Called twice", [])
    assert (nowhere.status_code, nowhere.json()) == (404, {"error": "The appointment is not available."})


async def test_a_slot_and_a_device_can_be_booked_for_one_patient_one_after_the_other() -> None:
    async with a_practice() as office:
        device = await office.rows("/appointments/open", "appointments", departmentid=1, providerid=71, reasonid=930)
        first = await office.book()
        second = await office.book(int(str(device[0]["appointmentid"])), reasonid=930)
        visits = await office.rows("/patients/4011/appointments", "appointments", enddate="03/03/2026")

    assert (first.status_code, second.status_code) == (200, 200)
    assert {row["providerid"] for row in visits} == {"58", "71"}


async def test_the_front_desk_books_moves_and_closes_days_without_the_api() -> None:
    async with a_practice() as office:
        desk = office.simulator.front_desk
        desk.book(patient=AVERY, slot=TUESDAY_930)
        desk.move(TUESDAY_930, slot=TUESDAY_10)
        desk.mark_arrived(TUESDAY_10)
        desk.undo_arrival(TUESDAY_10)
        desk.block(TUESDAY_1030)
        with pytest.raises(LookupError):
            desk.book(patient=ROBIN, slot=TUESDAY_10)
        desk.close_day(provider=58, on=(office.hands.now + timedelta(days=2)).date())
        visit = await office.visit(TUESDAY_10)
        tuesday = await office.open_slots(enddate="03/03/2026")
        wednesday = await office.open_slots(startdate="03/04/2026", enddate="03/04/2026")

    assert (visit["scheduledby"], visit["appointmentstatus"]) == ("frontdesk1", "f")
    assert TUESDAY_1030 not in [one["appointmentid"] for one in tuesday]
    assert wednesday == []


async def test_the_published_conversation_goes_from_a_new_patient_to_a_cancelled_visit() -> None:
    async with a_practice() as office:
        slots = await office.open_slots(startdate="03/03/2026", enddate="03/06/2026", reasonid=541, limit=200)
        made = await office.post(
            "/patients",
            departmentid=1,
            firstname="Rosa",
            lastname="Quill",
            dob="04/09/1988",
            sex="F",
            mobilephone="6175550142",
            email="rosa@example.org",
            address1="12 Elm St",
            city="Natick",
            state="MA",
            zip="01760",
            contactpreference_appointment_email="true",
        )
        rosa = made.json()[0]["patientid"]
        first, second = (int(str(slot["appointmentid"])) for slot in slots[:2])
        form: dict[str, str | int] = {"patientid": rosa, "reasonid": 541}
        booked = await office.book(first, departmentid=1, bookingnote="Sore knee", nopatientcase="true", **form)
        other = await office.book(first, patientid=AVERY, reasonid=541)
        moved = await office.put(
            f"/appointments/{first}/reschedule",
            patientid=rosa,
            newappointmentid=second,
            reschedulereason="Work conflict",
        )
        cancelled = await office.put(
            f"/appointments/{second}/cancel", patientid=rosa, cancellationreason="Feeling better"
        )
        left = await office.rows(f"/patients/{rosa}/appointments", "appointments")
        every = await office.rows(f"/patients/{rosa}/appointments", "appointments", showcancelled="true")

    assert (booked.json()[0]["appointmentstatus"], other.status_code) == ("f", 409)
    assert (moved.json()[0]["appointmentid"], cancelled.json()) == (str(second), {"status": "x"})
    assert (left, [row["appointmentstatus"] for row in every]) == ([], ["x", "x"])
