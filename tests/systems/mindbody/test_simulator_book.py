"""Visits at the simulated site: booked, read back, moved, confirmed, called off; what is refused and what stays."""

from dataclasses import replace

import pytest
from tests.systems.mindbody.simulated import ANY_DAY, ROBINS_ID, a_site, code, why

from frontdesk.systems.mindbody.simulator_example import (
    BOTOX,
    CAMERON,
    CONSULTATION,
    DANA,
    DOWNTOWN,
    FORMER,
    LAKESIDE,
    LASER_FACE,
    LASER_ROOM,
    LENA,
    PEEL,
    RAVI,
    ROBIN,
    ROOM_A,
    STRETCHING,
    example_world,
)
from frontdesk.systems.mindbody.simulator_rows import Json


async def test_a_visit_is_booked_and_read_back_as_it_was_asked_for() -> None:
    async with a_site() as site:
        booked = await site.booked(
            EndDateTime="2026-03-05T11:00:00",
            ResourceIds=[ROOM_A],
            Notes="Booked by phone",
            PartnerExternalId="call-7f31",
        )
        there = await site.visit(306)

    assert booked == there
    assert (there["Id"], there["Status"], there["Duration"]) == (306, "Booked", 30)
    assert (there["StartDateTime"], there["EndDateTime"]) == ("2026-03-05T10:30:00", "2026-03-05T11:00:00")
    assert (there["ClientId"], there["StaffId"], there["ProgramId"]) == (ROBINS_ID, DANA, 21)
    assert there["Resources"] == [{"Id": ROOM_A, "Name": "Room A"}]
    assert (there["PartnerExternalId"], there["FirstAppointment"]) == ("call-7f31", False)


async def test_a_visit_without_an_end_is_as_long_as_the_staff_member_takes() -> None:
    async with a_site() as site:
        dana = await site.booked()
        lena = await site.booked(StaffId=LENA, LocationId=LAKESIDE, StartDateTime="2026-03-05T08:00:00")
        longer = await site.booked(StartDateTime="2026-03-06T10:30:00", Duration=90)

    assert [one["Duration"] for one in (dana, lena, longer)] == [45, 60, 90]


async def test_a_time_with_an_offset_is_shifted() -> None:
    async with a_site() as site:
        shifted = await site.booked(StartDateTime="2026-03-05T17:30:00Z")

    assert shifted["StartDateTime"] == "2026-03-05T10:30:00"


async def test_a_test_is_checked_and_leaves_nothing_behind() -> None:
    async with a_site() as site:
        tried = await site.booked(Test=True)
        taken = await site.book(Test=True, StartDateTime="2026-03-03T10:00:00")
        count = len(site.simulator.site.appointments)

    assert (tried["Id"], tried["Status"], count) == (0, "Booked", 5)
    assert code(taken) == "InvalidBookingTime"


@pytest.mark.parametrize(
    ("fields", "refused", "rule"),
    [
        ({"ClientId": "nobody"}, "ClientNotFound", "client-not-found"),
        ({"ClientId": "100000015"}, "ClientIsSuspended", "suspended-client"),
        ({"LocationId": 9}, "InvalidLocation", "code-of-the-missing"),
        ({"SessionTypeId": 9}, "SessionTypeNotFound", "code-of-the-missing"),
        ({"SessionTypeId": STRETCHING}, "SessionTypeNotFound", "classes-elsewhere"),
        ({"StaffId": 9}, "StaffMemberNotFound", "code-of-the-missing"),
        ({"StaffId": FORMER}, "StaffIsInactive", "inactive-staff"),
        ({"StaffId": 81}, "StaffIsNotATrainer", "no-appointments-there"),
        ({"StaffId": RAVI}, "SchedulingRestrictionsViolated", "not-offered"),
        ({"StartDateTime": "2026-03-05T10:35:00"}, "InvalidBookingTime", "start-on-active-time"),
        ({"StartDateTime": "2026-03-05T08:30:00"}, "InvalidBookingTime", "outside-the-hours"),
        ({"StartDateTime": "2026-03-05T16:30:00"}, "InvalidBookingTime", "outside-the-hours"),
        ({"LocationId": LAKESIDE}, "InvalidBookingTime", "outside-the-hours"),
        ({"StartDateTime": "2026-03-03T10:30:00"}, "InvalidBookingTime", "time-is-checked"),
        ({"StartDateTime": "2026-03-03T10:45:00"}, "InvalidBookingTime", "time-is-checked"),
        ({"StartDateTime": "2026-03-03T09:15:00"}, "InvalidBookingTime", "time-is-checked"),
        ({"StartDateTime": "2026-03-04T13:00:00"}, "InvalidBookingTime", "time-is-checked"),
        ({"StartDateTime": "2026-03-02T08:00:00"}, "SchedulingWindowViolated", "past-time"),
        ({"StartDateTime": "2026-03-04T11:15:00"}, "ClientIsAlreadyBooked", "client-elsewhere"),
        ({"ResourceIds": [99]}, "InvalidResource", "code-of-the-missing"),
        ({"StartDateTime": "2026-03-04T11:00:00", "ClientId": "VIP-7", "ResourceIds": [LASER_ROOM]},
         "InvalidResource", "resource-taken"),
        ({"Duration": 30, "EndDateTime": "2026-03-05T12:00:00"}, "InvalidParameter", "duration-or-end"),
        ({"EndDateTime": "2026-03-05T10:30:00"}, "InvalidParameter", "end-after-start"),
        ({"StartDateTime": "2026-03-05"}, "InvalidParameter", "time-format"),
        ({"StaffId": None}, "MissingRequiredFields", "required-fields"),
        ({"Color": "red"}, "InvalidParameter", "unknown-name"),
        ({"GenderPreference": "female"}, "InvalidParameter", "word-not-known"),
    ],
)  # fmt: skip
async def test_a_booking_that_cannot_be_is_refused_and_books_nothing(
    fields: dict[str, Json], refused: str, rule: str
) -> None:
    async with a_site() as site:
        answer = await site.book(**fields)

        assert (code(answer), why(answer)) == (refused, rule)
        assert len(site.simulator.site.appointments) == 5


async def test_just_the_starts_that_windows_and_grid_allow_can_be_booked() -> None:
    async with a_site() as site:
        two_days: dict[str, Json] = {"StartDate": "2026-03-03", "EndDate": "2026-03-04"}
        asked: dict[str, Json] = {"SessionTypeIds": BOTOX, "StaffIds": DANA, **two_days}
        windows = await site.rows("/appointment/bookableitems", "Availabilities", **asked)
        grid = (await site.get("/appointment/activesessiontimes", SessionTypeIds=BOTOX))["ActiveSessionTimes"]
        assert isinstance(grid, list)
        starts = [f"2026-03-{day}T{at}" for day in ("03", "04") for at in grid]
        spans = [(str(row["StartDateTime"]), str(row["BookableEndDateTime"])) for row in windows]
        offered = [one for one in starts if any(first <= one <= last for first, last in spans)]
        tries = {one: await site.book(StartDateTime=one, Test=True, ClientId="100000016") for one in starts}

    assert [one for one, answer in tries.items() if answer.status_code == 200] == offered
    assert (len(starts), len(offered)) == (88, 41)


async def test_who_always_allows_double_booking_is_booked_twice() -> None:
    async with a_site() as site:
        asked: dict[str, Json] = {"StaffId": LENA, "LocationId": LAKESIDE, "StartDateTime": "2026-03-10T08:00:00"}
        both = await site.booked(**asked)

    assert both["StartDateTime"] == "2026-03-10T08:00:00"


async def test_a_request_waits_for_the_staff_and_keeps_its_time() -> None:
    async with a_site() as site:
        asked = await site.booked(IsRequest=True, IsWaitlist=True)
        taken = await site.book(ClientId="VIP-7")
        confirmed = await site.change(306, Execute="confirm")
        site.simulator.front_desk.accept(306)
        after = await site.visit(306)

    assert (asked["Status"], asked["IsWaitlist"], code(taken)) == ("Requested", False, "InvalidBookingTime")
    assert (why(confirmed), after["Status"]) == ("requests-are-for-staff", "Booked")


async def test_who_waits_takes_no_time_and_can_be_taken_off() -> None:
    async with a_site() as site:
        waits = await site.booked(IsWaitlist=True, StartDateTime="2026-03-03T10:00:00")
        entry = waits["WaitlistEntryId"]
        off = await site.http.delete(f"/public/v6/appointment/appointmentfromwaitlist?WaitlistEntryIds={entry}")
        again = await site.http.delete(f"/public/v6/appointment/appointmentfromwaitlist?WaitlistEntryIds={entry}")

    assert (waits["Status"], waits["IsWaitlist"], entry) == ("None", True, 4306)
    assert (off.status_code, again.status_code) == (204, 404)


async def test_a_package_is_used_unless_it_is_asked_not_to() -> None:
    async with a_site() as site:
        owned: dict[str, Json] = {"ClientId": "VIP-7", "SessionTypeId": BOTOX, "ShowActiveOnly": "true"}
        spared = await site.booked(ClientId="VIP-7")
        used = await site.booked(ClientId="VIP-7", StartDateTime="2026-03-06T10:30:00", ApplyPayment=None)
        [left] = await site.rows("/client/clientservices", "ClientServices", **owned)

    assert (spared["ClientServiceId"], used["ClientServiceId"], left["Remaining"]) == (None, 500, 1)


async def test_of_several_bookings_each_stands_or_falls_for_itself() -> None:
    async with a_site() as site:
        asked: dict[str, Json] = {
            "ClientId": ROBINS_ID, "LocationId": DOWNTOWN, "StaffId": DANA, "SessionTypeId": CONSULTATION,
        }  # fmt: skip
        answer = await site.post(
            "/appointment/addmultipleappointments",
            AddAppointmentRequests=[
                {**asked, "StartDateTime": "2026-03-05T10:00:00", "AddAppointmentRequestId": 7},
                {**asked, "StartDateTime": "2026-03-05T10:15:00"},
            ],
        )
        first, second = answer.json()["AddAppointmentOutcomes"]

    assert (first["Appointment"]["Id"], first["Error"], first["Request"]["AddAppointmentRequestId"]) == (306, None, 7)
    assert (second["Appointment"], second["Error"]["Code"]) == (None, "InvalidBookingTime")
    assert second["Request"]["AddAppointmentRequestId"] == 1


async def test_an_add_on_is_put_on_a_visit_and_taken_off() -> None:
    async with a_site() as site:
        put = await site.post("/appointment/addappointmentaddon", AppointmentId=303, SessionTypeId=PEEL, StaffId=RAVI)
        with_it = await site.visit(303)
        off = await site.http.delete("/public/v6/appointment/deleteappointmentaddon?id=50001")
        without = await site.visit(303)
        botox = await site.post("/appointment/addappointmentaddon", AppointmentId=303, SessionTypeId=BOTOX)

    assert (put.status_code, put.json()) == (201, {"AppointmentId": 303, "AddOnAppointmentId": 50001})
    assert with_it["AddOns"] == [{"Id": 50001, "Name": "Quick peel", "StaffId": RAVI}]
    assert (off.status_code, without["AddOns"], why(botox)) == (204, [], "not-an-add-on")


async def test_a_look_up_by_id_alone_finds_only_todays() -> None:
    async with a_site() as site:
        path, under = "/appointment/staffappointments", "Appointments"
        alone = await site.rows(path, under, AppointmentIds=301)
        with_days = await site.rows(path, under, AppointmentIds=[301, 302], **ANY_DAY)
        cameron = await site.rows(path, under, ClientId="VIP-7", **ANY_DAY)
        lakeside = await site.rows(path, under, LocationIds=LAKESIDE, StaffIds=LENA, **ANY_DAY)

    assert alone == []
    assert [row["Id"] for row in with_days] == [301, 302]
    assert [(row["Id"], row["Status"]) for row in cameron] == [(302, "Booked"), (305, "Cancelled")]
    assert [row["Id"] for row in lakeside] == [304]


async def test_a_clients_visits_are_those_to_come_or_those_past() -> None:
    async with a_site() as site:
        site.hands.turn(days=1, hours=4)
        await site.sign_in()
        path, under = "/client/clientschedule", "Visits"
        today = await site.rows(path, under, ClientId="VIP-7")
        to_come = await site.rows(path, under, UniqueClientId=CAMERON, ClientId="nobody", **ANY_DAY)
        avery = await site.rows("/client/clientvisits", under, ClientId="100000012", **ANY_DAY)
        nobody = await site.ask(path, **ANY_DAY)

    assert [row["AppointmentId"] for row in today] == [302]
    assert to_come == today
    assert [(row["Id"], row["AppointmentId"], row["Name"]) for row in avery] == [(700301, 301, "Botox")]
    assert (nobody.status_code, why(nobody)) == (400, "client-needed")


async def test_a_visit_moved_without_an_end_loses_the_length_it_had() -> None:
    async with a_site() as site:
        await site.booked(Duration=90)
        kept = await site.change(306, StartDateTime="2026-03-06T10:30:00", EndDateTime="2026-03-06T12:00:00")
        noted = await site.change(306, Notes="Bring the letter")
        lost = await site.change(306, StartDateTime="2026-03-09T10:30:00")

    assert [one.json()["Appointment"]["Duration"] for one in (kept, noted, lost)] == [90, 90, 45]
    assert lost.json()["Appointment"]["Notes"] == "Bring the letter"


async def test_a_visit_is_given_to_another_with_another_service_and_room() -> None:
    async with a_site() as site:
        moved = await site.change(302, StaffId=LENA, StartDateTime="2026-03-03T09:00:00")
        changed = await site.change(302, SessionTypeId=BOTOX, ResourceIds=[])

    assert (moved.status_code, code(moved)) == (400, "InvalidBookingTime")  # Lena is not downtown
    assert changed.json()["Appointment"]["SessionTypeId"] == BOTOX
    assert changed.json()["Appointment"]["Resources"] == []


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"StartDateTime": "2026-03-03T14:00:00"}, "InvalidBookingTime"),
        ({"StartDateTime": "2026-02-27T10:00:00"}, "SchedulingWindowViolated"),
        ({"StaffId": RAVI}, "SchedulingRestrictionsViolated"),
        ({"Execute": "noshow"}, "InvalidParameter"),
        ({"LocationId": LAKESIDE}, "InvalidParameter"),
        ({}, "InvalidParameter"),
        ({"SendEmail": True}, "InvalidParameter"),
    ],
)
async def test_a_change_that_cannot_be_leaves_the_visit_as_it_was(fields: dict[str, Json], refused: str) -> None:
    async with a_site() as site:
        before = await site.visit(301)
        answer = await site.change(301, **fields)

        assert code(answer) == refused
        assert await site.visit(301) == before


async def test_a_visit_is_confirmed_arrives_and_is_completed() -> None:
    async with a_site() as site:
        steps = ["confirm", "arrive", "unconfirm", "confirm", "unarrive", "unconfirm", "arrive", "complete"]
        status = [(await site.change(301, Execute=one)).json()["Appointment"]["Status"] for one in steps]
        after = await site.change(301, Execute="cancel")

    assert status == [
        "Confirmed", "Arrived", "Arrived", "Arrived", "Confirmed", "Booked", "Arrived", "Completed",
    ]  # fmt: skip
    assert (after.status_code, why(after)) == (400, "ended-visits-stay")


async def test_a_cancelled_visit_frees_its_time_and_stays_in_the_book() -> None:
    async with a_site() as site:
        cancelled = await site.change(301, Execute="cancel", SendEmail=True)
        late = await site.change(302, Execute="latecancel")
        again = await site.booked(StartDateTime="2026-03-03T10:00:00")
        there = await site.visit(301)

    assert [one.json()["Appointment"]["Status"] for one in (cancelled, late)] == ["Cancelled", "LateCancelled"]
    assert (again["StartDateTime"], there["Status"]) == ("2026-03-03T10:00:00", "Cancelled")


async def test_a_visit_is_called_off_by_its_visit_id_too() -> None:
    async with a_site() as site:
        answer = await site.post("/client/updateclientvisit", VisitId=700301, Execute="Latecancel")

        assert (answer.json()["Visit"]["LateCancelled"], answer.json()["Visit"]["AppointmentId"]) == (True, 301)
        assert (await site.visit(301))["Status"] == "LateCancelled"


async def test_a_site_may_take_a_cancellation_and_do_nothing() -> None:
    async with a_site(replace(example_world(), ignores_cancel=True)) as site:
        answer = await site.change(301, Execute="cancel")

        assert (answer.status_code, (await site.visit(301))["Status"]) == (200, "Booked")


async def test_staff_move_confirm_miss_and_double_book_as_they_like() -> None:
    async with a_site() as site:
        desk = site.simulator.front_desk
        desk.move(301, at="2026-03-08T23:05:00")
        desk.confirm(302)
        desk.mark_arrived(303)
        desk.mark_missed(304)
        twice = desk.book(
            client=ROBIN, staff=DANA, session_type=LASER_FACE, location=DOWNTOWN, at="2026-03-03T14:00:00"
        )
        rows = await site.rows("/appointment/staffappointments", "Appointments", **ANY_DAY)

    status = {row["Id"]: (row["StartDateTime"], row["Status"]) for row in rows}
    assert status[301] == ("2026-03-08T23:05:00", "Booked")
    assert [status[one][1] for one in (302, 303, 304)] == ["Confirmed", "Arrived", "NoShow"]
    assert status[twice] == ("2026-03-03T14:00:00", "Booked")
