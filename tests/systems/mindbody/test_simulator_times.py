"""When visits can be booked at the simulated site, and its catalogue."""

from dataclasses import replace

import pytest
from tests.systems.mindbody.simulated import a_site, code, why

from frontdesk.systems.mindbody.simulator_example import (
    BOTOX,
    CONSULTATION,
    DANA,
    DOWNTOWN,
    FILLER,
    LAKESIDE,
    LASER_FACE,
    LASER_ROOM,
    LENA,
    PEEL,
    RAVI,
    ROBIN,
    ROOM_A,
    SITE,
    STRETCHING,
    example_world,
)
from frontdesk.systems.mindbody.simulator_rows import Json

WINDOWS = "/appointment/bookableitems"
TUESDAY = {"StartDate": "2026-03-03", "EndDate": "2026-03-03"}


def spans(rows: list[dict[str, object]]) -> list[str]:
    """Windows as "10:00-12:00 <12:00", the last being when a visit can begin last."""
    return [
        f"{str(row['StartDateTime'])[11:16]}-{str(row['EndDateTime'])[11:16]} <{str(row['BookableEndDateTime'])[11:16]}"
        for row in rows
    ]


async def test_open_times_come_as_windows_between_the_visits_with_the_last_start() -> None:
    async with a_site() as site:
        rows = await site.rows(WINDOWS, "Availabilities", SessionTypeIds=BOTOX, StaffIds=DANA, **TUESDAY)

    assert spans(rows) == ["09:00-09:50 <09:05", "10:55-13:50 <13:05", "14:40-17:00 <16:15"]
    assert rows[0]["Staff"] == {"Id": DANA, "FirstName": "Dana", "LastName": "Placeholder", "DisplayName": "Dana"}
    assert rows[0]["Location"] == {"Id": DOWNTOWN, "Name": "Downtown"}
    assert (rows[0]["PrepTime"], rows[0]["FinishTime"], rows[0]["ShowPublic"]) == (0, 10, True)


async def test_windows_are_as_long_as_the_staff_member_takes() -> None:
    async with a_site() as site:
        fits = await site.rows(WINDOWS, "Availabilities", SessionTypeIds=FILLER, StaffIds=DANA, **TUESDAY)
        all_of_them = await site.rows(
            WINDOWS,
            "Availabilities",
            SessionTypeIds=FILLER,
            StaffIds=DANA,
            IgnoreDefaultSessionLength="True",
            **TUESDAY,
        )

    assert spans(fits) == ["10:55-13:50 <12:35", "14:40-17:00 <15:45"]
    assert len(all_of_them) == 3


async def test_a_visit_that_is_to_be_moved_is_not_in_its_own_way() -> None:
    async with a_site() as site:
        asked: dict[str, Json] = {"SessionTypeIds": BOTOX, "StaffIds": DANA, "AppointmentId": 301, **TUESDAY}
        rows = await site.rows(WINDOWS, "Availabilities", **asked)

    assert spans(rows) == ["09:00-13:50 <13:05", "14:40-17:00 <16:15"]


async def test_today_is_asked_for_where_no_day_is_named() -> None:
    async with a_site() as site:
        site.hands.turn(hours=4)
        rows = await site.rows(WINDOWS, "Availabilities", SessionTypeIds=BOTOX)

    assert {str(row["StartDateTime"])[:10] for row in rows} == {"2026-03-02"}
    assert spans(rows) == ["09:00-17:00 <16:15", "08:00-12:00 <11:00"]


async def test_a_block_and_a_place_narrow_the_windows() -> None:
    async with a_site() as site:
        day = {"StartDate": "2026-03-04", "EndDate": "2026-03-04"}
        asked: dict[str, Json] = {"SessionTypeIds": BOTOX, **day}
        downtown = await site.rows(WINDOWS, "Availabilities", LocationIds=DOWNTOWN, **asked)
        lakeside = await site.rows(WINDOWS, "Availabilities", LocationIds=LAKESIDE, **asked)

    assert spans(downtown) == ["09:00-13:00 <12:15", "14:00-17:00 <16:15"]
    assert spans(lakeside) == ["08:00-12:00 <11:00"]


async def test_a_block_that_staff_take_out_opens_its_time_again() -> None:
    async with a_site() as site:
        asked: dict[str, Json] = {"SessionTypeIds": BOTOX, "StaffIds": DANA, "StartDate": "2026-03-05"}
        block = site.simulator.front_desk.block(DANA, start="2026-03-05T09:00:00", end="2026-03-05T16:30:00")
        closed = await site.rows(WINDOWS, "Availabilities", **asked)
        site.simulator.front_desk.unblock(block)
        opened = await site.rows(WINDOWS, "Availabilities", **asked)

    assert (closed, spans(opened)) == ([], ["09:00-17:00 <16:15"])


async def test_rooms_do_not_narrow_a_window_and_stand_beside_it() -> None:
    async with a_site() as site:
        day = {"StartDate": "2026-03-05", "EndDate": "2026-03-05"}
        site.simulator.front_desk.book(
            client=ROBIN, staff=LENA, session_type=CONSULTATION, location=LAKESIDE, at="2026-03-05T09:00:00",
            minutes=60, resources=(ROOM_A,),
        )  # fmt: skip
        asked: dict[str, Json] = {"SessionTypeIds": BOTOX, "StaffIds": DANA, **day}
        [plain] = await site.rows(WINDOWS, "Availabilities", **asked)
        [beside] = await site.rows(WINDOWS, "Availabilities", IncludeResourceAvailability="true", **asked)

    assert (spans([plain]), plain["ResourceAvailabilities"]) == (["09:00-17:00 <16:15"], [])
    assert beside["ResourceAvailabilities"] == [
        {"ResourceId": ROOM_A, "StartDateTime": "2026-03-05T10:00:00", "EndDateTime": "2026-03-05T17:00:00"},
        {"ResourceId": 7, "StartDateTime": "2026-03-05T09:00:00", "EndDateTime": "2026-03-05T17:00:00"},
    ]


async def test_staff_who_left_and_those_who_do_not_do_it_have_no_windows() -> None:
    async with a_site() as site:
        rows = await site.rows(WINDOWS, "Availabilities", SessionTypeIds=LASER_FACE)
        site.simulator.front_desk.change_staff(RAVI, {"active": False})
        fewer = await site.rows(WINDOWS, "Availabilities", SessionTypeIds=LASER_FACE)

    assert [row["Staff"]["Id"] for row in rows] == [RAVI, LENA]  # type: ignore[index]
    assert [row["Staff"]["Id"] for row in fewer] == [LENA]  # type: ignore[index]


async def test_the_grid_of_start_times_pages_and_needs_one_of_two_filters() -> None:
    async with a_site() as site:
        whole = await site.rows("/appointment/activesessiontimes", "ActiveSessionTimes", ScheduleType="Appointment")
        morning = await site.rows(
            "/appointment/activesessiontimes",
            "ActiveSessionTimes",
            SessionTypeIds=BOTOX,
            StartTime="2026-01-01T09:00:00",
            EndTime="10:00:00",
        )
        neither = await site.ask("/appointment/activesessiontimes")

    assert (len(whole), whole[0], whole[-1]) == (44, "08:00:00", "18:45:00")
    assert morning == ["09:00:00", "09:15:00", "09:30:00", "09:45:00", "10:00:00"]
    assert (neither.status_code, why(neither)) == (400, "either-of-two")


async def test_available_dates_are_days_worked_even_when_they_are_full() -> None:
    async with a_site() as site:
        site.simulator.front_desk.block(DANA, start="2026-03-05T09:00:00", end="2026-03-05T17:00:00")
        days = await site.get(
            "/appointment/availabledates",
            SessionTypeId=BOTOX,
            StaffId=DANA,
            StartDate="2026-03-05",
            EndDate="2026-03-09",
        )

    assert days == {"AvailableDates": ["2026-03-05T00:00:00", "2026-03-06T00:00:00", "2026-03-09T00:00:00"]}


async def test_the_calendar_has_hours_visits_blocks_and_the_minutes_around_visits() -> None:
    async with a_site() as site:
        day = {"StartDate": "2026-03-03", "EndDate": "2026-03-04", "StaffIds": DANA}
        [dana] = await site.rows("/appointment/scheduleitems", "StaffMembers", **day)
        [plain] = await site.rows("/appointment/scheduleitems", "StaffMembers", IgnorePrepFinishTimes="true", **day)

    assert [row["Id"] for row in dana["Appointments"]] == [301, 302]  # type: ignore[attr-defined]
    assert [row["Id"] for row in dana["Availabilities"]] == [9021, 9031]  # type: ignore[attr-defined]
    assert [row["Description"] for row in plain["Unavailabilities"]] == ["Team meeting"]  # type: ignore[attr-defined]
    assert [row["Description"] for row in dana["Unavailabilities"]][1:] == ["Finish time"] * 2  # type: ignore[attr-defined]


async def test_blocks_are_listed_without_whose_they_are() -> None:
    async with a_site() as site:
        asked: dict[str, Json] = {"StartDate": "2026-03-04", "EndDate": "2026-03-04"}
        rows = await site.rows("/appointment/unavailabilities", "Unavailabilities", **asked)
        of_lena = await site.rows("/appointment/unavailabilities", "Unavailabilities", StaffIds=LENA, **asked)

    assert rows == [
        {
            "Id": 9034,
            "StartDateTime": "2026-03-04T13:00:00",
            "EndDateTime": "2026-03-04T14:00:00",
            "Description": "Team meeting",
        }
    ]
    assert of_lena == []


async def test_hours_and_blocks_are_made_per_weekday_and_taken_out() -> None:
    async with a_site() as site:
        made = await site.post(
            "/appointment/availabilities",
            LocationId=DOWNTOWN,
            StaffIDs=[DANA],
            StartDateTime="2026-03-09T09:00:00",
            EndDateTime="2026-03-20T10:00:00",
            DaysOfWeek=["Tuesday", "Thursday"],
            IsUnavailable=True,
            UnavailableDescription="Held",
        )
        [staff] = made.json()["StaffMembers"]
        blocks = staff["Unavailabilities"]
        gone = await site.http.delete("/public/v6/appointment/availability", params={"AvailabilityId": blocks[0]["Id"]})
        left = await site.rows(
            "/appointment/unavailabilities",
            "Unavailabilities",
            StaffIds=DANA,
            StartDate="2026-03-09",
            EndDate="2026-03-20",
        )

    assert [row["StartDateTime"] for row in blocks] == [f"2026-03-{day}T09:00:00" for day in ("10", "12", "17", "19")]
    assert (gone.status_code, gone.content) == (204, b"")
    assert [row["Description"] for row in left] == ["Team meeting", "Held", "Held", "Team meeting", "Held"]


async def test_the_site_tells_its_zone_only_when_it_alone_is_asked_for() -> None:
    async with a_site(replace(example_world(), time_zone="Mountain Standard Time")) as site:
        [full] = await site.rows("/site/sites", "Sites", SiteIds=SITE)
        [short] = await site.rows("/site/sites", "Sites")
        [among] = await site.rows("/site/sites", "Sites", SiteIds=[SITE, 99])
        [priced] = await site.rows("/site/sites", "Sites", SiteIds=SITE, IncludePerStaffPricing="true")

    assert (full["TimeZone"], full["CurrencyIsoCode"], "PerStaffPricing" in full) == (
        "Mountain Standard Time",
        "USD",
        False,
    )
    assert short == among == {"Id": SITE, "Name": "Glow on Main"}
    assert priced["PerStaffPricing"] is True


async def test_the_catalogue_is_listed_and_filtered() -> None:
    async with a_site() as site:
        places = await site.rows("/site/locations", "Locations")
        programs = await site.rows("/site/programs", "Programs", ScheduleType="Appointment")
        types = await site.rows("/site/sessiontypes", "SessionTypes")
        online = await site.rows("/site/sessiontypes", "SessionTypes", OnlineOnly="true", ProgramIds=22)
        rooms = await site.rows("/site/resources", "Resources", LocationIds=DOWNTOWN)
        extras = await site.rows("/appointment/addons", "AddOns")

    assert [row["Id"] for row in places] == [DOWNTOWN, LAKESIDE]
    assert [row["Name"] for row in programs] == ["Injectables", "Laser and skin"]
    assert {row["Type"] for row in types if row["Id"] == STRETCHING} == {"Class"}
    assert [row["Id"] for row in online] == [LASER_FACE]
    assert rooms == [{"Id": ROOM_A, "Name": "Room A"}, {"Id": LASER_ROOM, "Name": "Laser room"}]
    assert extras == [{"Id": PEEL, "Name": "Quick peel"}]


async def test_a_price_is_the_staff_members_own_where_they_have_one() -> None:
    async with a_site() as site:
        [usual] = await site.rows("/sale/services", "Services", SessionTypeIds=BOTOX)
        [hers] = await site.rows("/sale/services", "Services", SessionTypeIds=BOTOX, StaffId=LENA)
        online = await site.rows("/sale/services", "Services", SellOnline="true")

    assert (usual["Price"], hers["Price"], len(online)) == (240.0, 220.0, 1)


async def test_staff_are_filtered_and_found_by_when_they_are_free() -> None:
    async with a_site() as site:
        everybody = await site.rows("/staff/staff", "StaffMembers")
        practitioners = await site.rows("/staff/staff", "StaffMembers", Filters="AppointmentInstructor")
        at: dict[str, Json] = {"SessionTypeId": BOTOX, "LocationId": DOWNTOWN}
        free = await site.rows("/staff/staff", "StaffMembers", StartDateTime="2026-03-03T09:00:00", **at)
        busy = await site.rows("/staff/staff", "StaffMembers", StartDateTime="2026-03-03T10:15:00", **at)
        alone = await site.ask("/staff/staff", SessionTypeId=BOTOX)
        lengths = await site.rows("/staff/sessiontypes", "StaffSessionTypes", StaffId=DANA)

    assert [row["FirstName"] for row in everybody] == ["Dana", "Ravi", "Lena", "Sam"]
    assert [row["Id"] for row in practitioners] == [DANA, RAVI, LENA]
    assert ([row["Id"] for row in free], busy) == ([DANA], [])
    assert (alone.status_code, why(alone)) == (400, "free-staff")
    assert [(row["Id"], row["TimeLength"]) for row in lengths] == [(CONSULTATION, 30), (BOTOX, 45), (FILLER, 75)]


async def test_a_room_is_free_around_its_visits() -> None:
    async with a_site() as site:
        rows = await site.rows(
            "/site/resourceavailabilities",
            "ResourceAvailabilities",
            ResourceIds=LASER_ROOM,
            StartDate="2026-03-04",
            EndDate="2026-03-04",
        )

    assert [(row["StartDateTime"], row["EndDateTime"]) for row in rows] == [
        ("2026-03-04T08:00:00", "2026-03-04T11:00:00"),
        ("2026-03-04T12:30:00", "2026-03-04T19:00:00"),
    ]


@pytest.mark.parametrize(
    ("path", "under"),
    [
        ("/client/customclientfields", "CustomClientFields"),
        ("/client/clientindexes", "ClientIndexes"),
        ("/client/requiredclientfields", "RequiredClientFields"),
        ("/appointment/appointmentoptions", "Options"),
        ("/site/liabilitywaiver", "LiabilityWaiver"),
        ("/site/activationcode", "ActivationLink"),
    ],
)
async def test_what_the_business_set_up_is_told(path: str, under: str) -> None:
    async with a_site() as site:
        told = await site.get(path)

    assert told[under]


async def test_only_one_of_the_staff_filters_is_played() -> None:
    async with a_site() as site:
        other = await site.ask("/staff/staff", Filters="ClassInstructor")

    assert (other.status_code, code(other), why(other)) == (400, "InvalidParameter", "word-not-known")
