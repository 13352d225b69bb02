"""Open time as the simulated office gives it."""

from datetime import UTC, datetime

from tests.systems.opendental.simulated import Reached, an_office, why

from frontdesk.systems.opendental.simulator_example import (
    DENTIST,
    HYGIENE,
    HYGIENIST,
    ROOM_1,
    ROOM_2,
)


async def gaps(office: Reached, **query: str | int) -> list[str]:
    rows = await office.rows("/appointments/Slots", **query)
    return [f"{str(row['DateTimeStart'])[5:16]}-{str(row['DateTimeEnd'])[11:16]} op {row['OpNum']}" for row in rows]


async def test_open_time_comes_as_whole_gaps_between_what_is_booked() -> None:
    async with an_office() as office:
        found = await gaps(office, date="2026-03-03", ProvNum=DENTIST, OpNum=ROOM_1)

    assert found == [
        "03-03 08:00-09:00 op 1",
        "03-03 10:00-12:00 op 1",
        "03-03 13:00-14:00 op 1",
        "03-03 14:30-17:00 op 1",
    ]


async def test_a_length_only_drops_gaps_that_are_shorter() -> None:
    async with an_office() as office:
        found = await gaps(office, date="2026-03-03", ProvNum=DENTIST, OpNum=ROOM_1, lengthMinutes=90)

    assert found == ["03-03 10:00-12:00 op 1", "03-03 14:30-17:00 op 1"]


async def test_without_an_operatory_only_time_free_in_all_of_them_is_open() -> None:
    async with an_office() as office:
        await office.book(AptDateTime="2026-03-05 08:00:00", Op=ROOM_2, ProvNum=HYGIENIST)

        one = await gaps(office, date="2026-03-05", OpNum=ROOM_1)
        both = await gaps(office, date="2026-03-05")

    assert one[0] == "03-05 08:00-12:00 op 1"
    assert both[0] == "03-05 08:30-12:00 op 1"


async def test_only_the_default_provider_is_searched_when_none_is_named() -> None:
    async with an_office() as office:
        everywhere = await office.rows("/appointments/Slots", date="2026-03-06")

    assert {row["ProvNum"] for row in everywhere} == {DENTIST}


async def test_hours_that_name_no_operatory_are_for_the_providers_own() -> None:
    async with an_office() as office:
        friday = await gaps(office, date="2026-03-06", ProvNum=HYGIENIST, OpNum=HYGIENE)
        elsewhere = await gaps(office, date="2026-03-06", ProvNum=HYGIENIST, OpNum=ROOM_1)

    assert (friday, elsewhere) == (["03-06 09:00-15:00 op 3"], [])


async def test_a_blockout_and_a_holiday_leave_no_open_time() -> None:
    async with an_office() as office:
        meeting = await gaps(office, date="2026-03-04", OpNum=ROOM_1)
        holiday = await gaps(office, date="2026-03-13", OpNum=ROOM_1)

    assert (meeting, holiday) == (["03-04 08:00-12:00 op 1", "03-04 14:00-17:00 op 1"], [])


async def test_the_search_spans_fourteen_days_from_today_when_none_are_named() -> None:
    async with an_office() as office:
        rows = await office.rows("/appointments/Slots", OpNum=ROOM_1)

    days = sorted({str(row["DateTimeStart"])[:10] for row in rows})
    assert (days[0], days[-1]) == ("2026-03-02", "2026-03-12")  # the 13th is the holiday, the 14th a Saturday


async def test_open_time_of_a_day_that_is_past_is_refused() -> None:
    async with an_office() as office:
        past = await office.http.get("/appointments/Slots", params={"date": "2026-03-01"})
        today = await gaps(office, date="2026-03-02", OpNum=ROOM_1)

    assert (past.status_code, why(past)) == (400, "slots-from-today")
    assert today[0] == "03-02 08:00-12:00 op 1"


async def test_a_broken_or_unscheduled_visit_takes_no_open_time() -> None:
    async with an_office() as office:
        await office.http.put("/appointments/101/Break", json={"sendToUnscheduledList": "false"})

        found = await gaps(office, date="2026-03-03", OpNum=ROOM_1)

    assert found[0] == "03-03 08:00-12:00 op 1"


async def test_today_is_the_offices_today_while_it_is_tomorrow_in_utc() -> None:
    async with an_office(now=datetime(2026, 3, 3, 3, 0, tzinfo=UTC)) as office:
        found = await gaps(office, date="2026-03-02", OpNum=ROOM_1)

        assert found == ["03-02 08:00-12:00 op 1", "03-02 13:00-17:00 op 1"]
        assert (await office.row("/appointments/101"))["serverDateTime"] == "2026-03-02 21:00:00"
