"""The catalogue and the open slots of the simulated athenaOne: what shows, when, to whom, and the holding of slots."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.systems.athenahealth.simulated import TUESDAY_930, a_practice, why

from frontdesk.systems.athenahealth.simulator_example import example_world


def starts(slots: list[dict[str, object]]) -> list[str]:
    return [f"{slot['date']} {slot['starttime']}"[3:] for slot in slots]


async def test_a_department_tells_its_zone_and_hides_what_the_portal_hides() -> None:
    async with a_practice() as office:
        shown = await office.rows("/departments", "departments")
        every = await office.rows("/departments", "departments", showalldepartments="true", fullproviderlist="true")
        one = await office.get("/departments/21")

    assert [row["departmentid"] for row in shown] == ["1", "21"]
    assert [row["providerlist"] for row in every] == [["58", "59", "71"], ["60"], []]
    assert isinstance(one, list)
    zone = ("timezonename", "timezone", "timezoneoffset", "doesnotobservedst")
    assert [tuple(row[name] for name in zone) for row in (shown[0], one[0])] == [
        ("US/Eastern", -5, -5, "false"),
        ("America/Phoenix", -7, -7, "true"),
    ]


async def test_the_providers_of_a_department_are_those_booked_there_or_those_set_up_there() -> None:
    async with a_practice() as office:
        booked = await office.rows("/departments", "departments", providerlist="true")

    assert [row["providerlist"] for row in booked] == [["58", "59"], ["60"]]


async def test_a_device_is_a_provider_that_is_no_person() -> None:
    async with a_practice() as office:
        rows = await office.rows("/providers", "providers")

    assert [row["displayname"] for row in rows if row["entitytype"] != "Person"] == ["ULTRASOUND ROOM"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["4", "8", "42", "44", "82", "90", "640"]),
        ({"hidenonpatient": "false"}, ["4", "8", "42", "44", "77", "82", "90", "640"]),
        ({"hidegeneric": "true", "hidetemplatetypeonly": "true"}, ["4", "8", "42", "90"]),
        ({"hidenongeneric": "true"}, ["82", "640"]),
        ({"providerids": "59,60", "departmentids": "21"}, ["8", "42"]),
    ],
)
async def test_appointment_types_are_listed_by_kind(query: dict[str, str], ids: list[str]) -> None:
    async with a_practice() as office:
        rows = await office.rows("/appointmenttypes", "appointmenttypes", **query)

    assert sorted((str(row["appointmenttypeid"]) for row in rows), key=int) == ids


async def test_reasons_are_those_a_provider_does_in_a_department() -> None:
    async with a_practice() as office:
        path, plural = "/patientappointmentreasons", "patientappointmentreasons"
        every = await office.rows(path, plural, departmentid=1, providerid=58)
        new = await office.rows(f"{path}/newpatient", plural, departmentid=1, providerid=58)
        known = await office.rows(f"{path}/existingpatient", plural, departmentid=1, providerid=58)
        device = await office.rows(path, plural, departmentid=1, providerid=71)

    assert [row["reasonid"] for row in every] == ["541", "563", "901"]
    assert ([row["reason"] for row in new], len(known), device[0]["reasontype"]) == (["New Patient"], 2, "all")


async def test_the_map_of_types_the_picklists_and_the_packages_can_be_read() -> None:
    async with a_practice() as office:
        mapping = await office.rows("/appointments/appointmenttypedropdown/mapping", "mapping", appointmenttypeid=42)
        reasons = await office.rows("/appointmentcancelreasons", "appointmentcancelreasons", slotavailable="false")
        confirmed = await office.rows("/reference/appointmentconfirmationstatus", "appointmentconfirmationstatuses")
        bare = await office.get("/customfields")
        fields = await office.rows("/appointments/customfields", "appointmentcustomfields")
        plans = await office.rows(
            "/insurancepackages", "insurancepackages", insuranceplanname="invented", memberid="A1", stateofcoverage="MA"
        )
        required = await office.get("/departments/1/checkinrequired")

    assert {(row["departmentid"], row["providerid"]) for row in mapping} == {("1", "58"), ("1", "59"), ("21", "60")}
    assert [(row["name"], row["noshow"]) for row in reasons] == [
        ("PATIENT NO SHOW", True),
        ("PROVIDER UNAVAILABLE", False),
    ]
    assert [row["name"] for row in confirmed][:2] == ["Unconfirmed", "Confirmed"]
    assert isinstance(bare, list)
    assert (len(bare), len(fields), len(plans)) == (2, 1, 2)
    assert required == {"fieldlist": ["dob", "mobilephone", "email"]}


async def test_slots_show_from_a_day_ahead_and_for_a_week_unless_asked_otherwise() -> None:
    async with a_practice() as office:
        usual = await office.open_slots()
        lifted = await office.open_slots(bypassscheduletimechecks="true", enddate="03/02/2026")
        office.hands.turn(hours=2)
        await office.sign_in()
        later = await office.open_slots(enddate="03/03/2026")

    assert starts(usual)[:3] == ["03/2026 09:30", "03/2026 10:00", "03/2026 10:30"]
    assert max(str(slot["date"]) for slot in usual) == "03/09/2026"
    assert starts(lifted)[0] == "02/2026 09:00"
    assert starts(later)[0] == "03/2026 10:00"


async def test_slots_further_off_than_the_horizon_do_not_show() -> None:
    async with a_practice(replace(example_world(), horizon=timedelta(days=2))) as office:
        near = await office.open_slots(enddate="03/20/2026")
        lifted = await office.open_slots(enddate="03/20/2026", bypassscheduletimechecks="true")

    assert max(str(slot["date"]) for slot in near) == "03/03/2026"
    assert max(str(slot["date"]) for slot in lifted) == "03/13/2026"


async def test_without_a_reason_or_a_type_there_are_no_slots() -> None:
    async with a_practice() as office:
        page = await office.get("/appointments/open", departmentid=1, providerid=58)

    assert page == {"totalcount": 0, "appointments": []}


async def test_a_reason_shows_its_own_slots_and_keeps_its_own_lead_time() -> None:
    async with a_practice() as office:
        follow_up = await office.open_slots(reasonid=563, enddate="03/04/2026")
        physical = await office.open_slots(reasonid=901, enddate="03/03/2026")
        either = await office.open_slots(reasonid="563,901", enddate="03/04/2026")
        nobody = await office.open_slots(reasonid=930)

    assert starts(follow_up) == [f"04/2026 {at}" for at in ("09:00", "09:30", "10:00", "10:30", "11:30")]
    assert starts(physical)[-1] == "03/2026 14:45"
    assert {tuple(slot["reasonid"]) for slot in either} == {("901",), ("563", "901")}  # type: ignore[arg-type]  # a list
    assert nobody == []


async def test_a_type_fills_generic_slots_even_those_shorter_than_it_is() -> None:
    async with a_practice() as office:
        slots = await office.open_slots(reasonid=541, enddate="03/03/2026")
        by_type = await office.rows("/appointments/open", "appointments", departmentid=1, appointmenttypeid=90)

    assert {slot["duration"] for slot in slots} == {30}
    assert {slot["providerid"] for slot in by_type} == {58, 59, 71}


async def test_slots_that_are_not_for_the_web_show_only_when_that_is_ignored() -> None:
    async with a_practice() as office:
        usual = await office.open_slots(startdate="03/05/2026", enddate="03/06/2026")
        ignoring = await office.open_slots(
            startdate="03/05/2026", enddate="03/06/2026", ignoreschedulablepermission="true"
        )

    assert set(starts(ignoring)) - set(starts(usual)) == {"05/2026 11:30", "06/2026 11:30"}


async def test_a_held_slot_vanishes_and_shows_when_asked_for() -> None:
    async with a_practice() as office:
        held = await office.put(f"/appointments/{TUESDAY_930}/freeze", freeze="true")
        again = await office.put(f"/appointments/{TUESDAY_930}/freeze", freeze="true")
        usual = await office.open_slots(enddate="03/03/2026")
        shown = await office.open_slots(enddate="03/03/2026", showfrozenslots="true")
        office.hands.turn(hours=200)
        await office.sign_in()
        still = await office.visit(TUESDAY_930)
        freed = await office.put(f"/appointments/{TUESDAY_930}/freeze", freeze="false")
        freed_again = await office.put(f"/appointments/{TUESDAY_930}/freeze", freeze="false")

    assert held.json() == {"success": True, "errormessage": ""}
    assert (again.status_code, again.json()["success"]) == (200, False)
    assert again.json()["errormessage"] == "Appointment is already frozen."
    assert starts(usual)[0] == "03/2026 10:00"
    assert [slot["frozen"] for slot in shown][:2] == ["true", "false"]
    assert still["frozenyn"] == "true"
    assert (freed.json()["success"], freed_again.json()["success"]) == (True, False)


async def test_a_booked_visit_cannot_be_held() -> None:
    async with a_practice() as office:
        answer = await office.put("/appointments/1204424/freeze", freeze="true")

    assert (answer.status_code, answer.json()["success"]) == (200, False)


async def test_slots_are_in_each_departments_own_time_over_the_clock_change() -> None:
    async with a_practice(now=datetime(2026, 3, 8, 12, 30, tzinfo=UTC)) as office:
        natick = await office.open_slots(departmentid=1, providerid=58, enddate="03/09/2026")
        tempe = await office.open_slots(departmentid=21, providerid=60, enddate="03/09/2026")
        row = await office.get("/departments/1")

    assert isinstance(row, list)
    assert (row[0]["timezone"], row[0]["timezoneoffset"]) == (-4, -5)
    assert starts(natick)[0] == "09/2026 09:00"
    assert starts(tempe)[0] == "09/2026 09:00"


async def test_staff_style_slots_are_made_anywhere_and_last_as_long_as_their_type() -> None:
    async with a_practice() as office:
        made = await office.post(
            "/appointments/open",
            appointmentdate="03/04/2026",
            appointmenttime="16:00,16:45",
            departmentid=1,
            providerid=58,
            reasonid=901,
        )
        ids = made.json()["appointmentids"]
        slot = await office.visit(int(min(ids)))
        past = await office.post(
            "/appointments/open",
            appointmentdate="03/02/2026",
            appointmenttime="07:00",
            departmentid=1,
            providerid=58,
            appointmenttypeid=4,
        )
        bare = await office.post("/appointments/open", appointmentdate="03/04/2026", appointmenttime="16:00")

    assert sorted(ids.values()) == ["16:00", "16:45"]
    assert (slot["duration"], slot["appointmentstatus"], slot["appointmenttype"]) == (45, "o", "PHYSICAL EXAM")
    assert (past.status_code, why(past)) == (400, "no-slots-in-the-past")
    assert bare.json()["missingfields"] == ["departmentid", "providerid"]


async def test_only_open_slots_can_be_deleted() -> None:
    async with a_practice() as office:
        gone = await office.http.delete(f"/appointments/{TUESDAY_930}")
        missing = await office.http.get(f"/appointments/{TUESDAY_930}")
        visit = await office.http.delete("/appointments/1204424")

    assert (gone.status_code, missing.status_code) == (200, 404)
    assert (visit.status_code, why(visit)) == (400, "only-open-slots-go")
