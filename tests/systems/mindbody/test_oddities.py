"""What is odd about Mindbody: one clock without a zone, windows that are no slots, words that nobody explains."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.systems.mindbody.a_desk import (
    BOTOX,
    DANA,
    DENVER,
    DOWNTOWN,
    LENA,
    NUMBERS,
    ROOM_A,
    Json,
    a_practice,
    a_row,
    at,
    day_of,
    payload,
)

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice, Weekday
from frontdesk.domain.time import DayTime, Period
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.system import SlotRequest
from frontdesk.scheduling.slots import find_slots
from frontdesk.systems.mindbody.mapping import Numbers, Visit, appointment, visit
from frontdesk.systems.mindbody.openings import slots, start_times, windows
from frontdesk.systems.mindbody.site_clock import WINDOWS, clock_of
from frontdesk.wire.foreign import Foreign, Unreadable

NOW = datetime(2026, 2, 28, 15, 0, tzinfo=UTC)
QUARTERS = frozenset(time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45))
NO_ROOMS = replace(NUMBERS, rooms={})
DAY = "2026-03-03"


def a_window(start: str, end: str, *, last: str, staff: int = 77, location: int = 1, **fields: object) -> Foreign:
    """A bookable stretch of March 3, or of the day that is written with its times."""
    told = {"StartDateTime": start, "EndDateTime": end, "BookableEndDateTime": last}
    whole = {name: one if "T" in one else f"{DAY}T{one}:00" for name, one in told.items()}
    free = {name: whole[name] for name in ("StartDateTime", "EndDateTime")}
    resources = [{"ResourceId": one, **free} for one in (5, 6, 7)]
    row: Json = payload("availability") | whole
    row |= {"Staff": {"Id": staff}, "Location": {"Id": location}, "ResourceAvailabilities": resources, **fields}
    return Foreign.of(row, what="availability", id="Id")


def offered(
    *rows: Foreign,
    starts: frozenset[time] = QUARTERS,
    within: Period | None = None,
    practice: Practice | None = None,
    numbers: Numbers = NUMBERS,
    standing: list[Visit] | None = None,
) -> list[Slot]:
    practice = practice or a_practice()
    return slots(
        windows(rows, numbers, DENVER),
        starts,
        practice.service(BOTOX),
        wanted=SlotRequest(service=BOTOX, within=within or day_of(DAY)),
        standing=standing or [],
        numbers=numbers,
        practice=practice,
        zone=DENVER,
        now=NOW,
        free_times=find_slots,
    )


def open_by_night() -> Practice:
    """The same practice, open day and night, to be booked a year ahead."""
    always = dict.fromkeys(Weekday, (DayTime(start=time(0), end=time(0)),))
    practice = a_practice(policies=replace(a_practice().policies, horizon=timedelta(days=400)))
    return replace(practice, locations=tuple(replace(one, hours=always) for one in practice.locations))


def clocks(found: list[Slot]) -> list[str]:
    return [f"{one.during.start.astimezone(DENVER):%H:%M}" for one in found]


def test_a_window_is_cut_on_the_grid_up_to_its_last_start() -> None:
    found = offered(a_window("09:00", "10:30", last="09:40"))

    assert clocks(found) == ["09:00", "09:15", "09:30"]
    assert {one.during.length for one in found} == {timedelta(minutes=45)}
    assert {(one.practitioner, one.location, one.room) for one in found} == {(DANA, DOWNTOWN, ROOM_A)}


def test_a_visit_that_takes_longer_with_us_ends_within_the_window_all_the_same() -> None:
    assert clocks(offered(a_window("09:00", "10:15", last="10:00"))) == ["09:00", "09:15", "09:30"]


def test_only_the_start_times_that_the_business_names_are_offered() -> None:
    uneven = frozenset({time(9, 0), time(9, 20), time(10, 0)})

    assert clocks(offered(a_window("09:00", "11:00", last="10:15"), starts=uneven)) == ["09:00", "09:20", "10:00"]


def test_where_it_names_none_the_practice_s_own_grid_is_taken() -> None:
    practice = a_practice(policies=replace(a_practice().policies, grid=timedelta(minutes=30)))

    found = offered(a_window("09:00", "11:00", last="10:15"), starts=frozenset(), practice=practice)

    assert clocks(found) == ["09:00", "09:30", "10:00"]


def test_two_windows_that_touch_are_not_taken_for_one() -> None:
    found = offered(a_window("09:00", "10:00", last="09:15"), a_window("10:00", "11:00", last="10:15"))

    assert clocks(found) == ["09:00", "09:15", "10:00", "10:15"]


def test_a_window_that_is_hidden_from_clients_is_not_offered() -> None:
    assert offered(a_window("09:00", "11:00", last="10:15", ShowPublic=False)) == []


def test_a_window_of_somebody_or_somewhere_not_ours_is_left_out() -> None:
    strange = [
        a_window("09:00", "11:00", last="10:15", staff=999),
        a_window("09:00", "11:00", last="10:15", location=9),
    ]

    assert offered(*strange) == []


def test_a_window_too_short_for_any_start_is_left_out() -> None:
    assert offered(a_window("09:00", "09:20", last="08:35")) == []


def test_a_room_is_free_only_where_a_window_shows_it() -> None:
    until_ten = [{"ResourceId": 5, "StartDateTime": f"{DAY}T09:00:00", "EndDateTime": f"{DAY}T10:00:00"}]
    window = a_window("09:00", "12:00", last="11:15", ResourceAvailabilities=until_ten)

    assert clocks(offered(window)) == ["09:00", "09:15"]
    assert len(offered(window, numbers=NO_ROOMS)) == 10
    assert {one.room for one in offered(window, numbers=NO_ROOMS)} == {None}


@pytest.mark.parametrize("none", [None, []])
def test_where_no_resource_is_free_nothing_is_offered(none: object) -> None:
    assert offered(a_window("09:00", "12:00", last="11:15", ResourceAvailabilities=none)) == []


def test_rooms_that_were_asked_for_and_are_not_told_are_reported() -> None:
    row = a_window("09:00", "12:00", last="11:15")
    silent = Foreign(row=row.row, fields={k: v for k, v in row.fields.items() if k != "ResourceAvailabilities"})

    with pytest.raises(Unreadable, match="ResourceAvailabilities is missing"):
        offered(silent)
    assert offered(silent, numbers=NO_ROOMS)


def test_who_may_be_booked_twice_is_not_offered_over_a_visit() -> None:
    taken = visit(a_row(StartDateTime=f"{DAY}T09:30:00", EndDateTime=f"{DAY}T10:00:00"), DENVER)
    cancelled = visit(a_row(StartDateTime=f"{DAY}T10:30:00", EndDateTime=f"{DAY}T11:00:00", Status="Cancelled"), DENVER)

    found = offered(a_window("09:00", "12:00", last="11:15"), standing=[taken, cancelled])

    assert clocks(found)[0] == "10:00"
    assert "10:30" in clocks(found)


def test_the_practice_s_own_rules_hold_as_well() -> None:
    practice = a_practice()
    closed = replace(practice.locations[0], closures={datetime(2026, 3, 3).date(): "inventory"})  # noqa: DTZ001

    found = offered(
        a_window("09:00", "11:00", last="10:15"), practice=replace(practice, locations=(closed, practice.locations[1]))
    )

    assert found == []


def test_set_up_and_clean_up_of_the_practice_s_files_are_mindbodys_own() -> None:
    practice = a_practice()
    botox = replace(practice.service(BOTOX), after=timedelta(minutes=30), practitioner_before=timedelta(minutes=30))
    practice = replace(practice, services=(*(one for one in practice.services if one.id != BOTOX), botox))

    assert clocks(offered(a_window("09:00", "10:00", last="09:15"), practice=practice)) == ["09:00", "09:15"]


def test_a_window_over_midnight_is_offered_on_both_days() -> None:
    practice = open_by_night()
    window = a_window("2026-03-03T22:00:00", "2026-03-04T01:00:00", last="2026-03-04T00:15:00")

    found = offered(window, practice=practice, within=day_of(DAY, 2))

    assert clocks(found) == ["22:00", "22:15", "22:30", "22:45", "23:00", "23:15", "23:30", "23:45", "00:00", "00:15"]


def test_start_times_are_clock_times_and_nothing_else() -> None:
    assert start_times([Foreign(row="start time", fields={"at": "09:15:00"})]) == {time(9, 15)}
    with pytest.raises(Unreadable, match="start time"):
        start_times([Foreign(row="start time", fields={"at": "a quarter past nine"})])


@pytest.mark.parametrize(
    ("word", "shown"), [("None", '"None"'), ("Teleported", '"Teleported"'), ("Robin T. 303", "a text of 12 letters")]
)
def test_a_status_that_nobody_explains_keeps_its_time_and_is_told_with_its_row(word: str, shown: str) -> None:
    found = visit(a_row(Status=word), DENVER)

    assert (found.standing, found.in_use) == (None, True)
    with pytest.raises(Unreadable, match=f"appointment 33871: Status is {shown}"):
        appointment(found, NUMBERS, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"StartDateTime": "2026-08-04T10:30:00Z"},
        {"StartDateTime": "04.08.2026"},
        {"EndDateTime": "2026-08-04T10:30:00"},
        {"EndDateTime": "2026-08-06T10:30:00"},
        {"EndDateTime": None},
        {"StaffId": None},
        {"ClientId": 100004512},
        {"Resources": {"Id": 6}},
        {"Resources": [6]},
    ],
)
def test_a_row_whose_time_or_place_cannot_be_read_is_reported(wrong: Json) -> None:
    with pytest.raises(Unreadable, match="appointment 33871"):
        visit(a_row(**wrong), DENVER)


def test_a_visit_in_the_hour_that_is_shown_twice_keeps_both_its_showings() -> None:
    found = visit(a_row(StartDateTime="2026-11-01T01:15:00", EndDateTime="2026-11-01T01:45:00"), DENVER)

    first = datetime(2026, 11, 1, 7, 15, tzinfo=UTC)
    assert found.during == Period(start=first, end=first + timedelta(minutes=30))
    assert found.whole == Period(start=first, end=first + timedelta(minutes=90))


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-03-08", ["00:00", "00:15", "00:30", "00:45", "01:00", "03:00", "03:15"]),
        ("2026-11-01", ["00:00", "02:00", "02:15", "02:30", "02:45", "03:00", "03:15"]),
    ],
)
def test_on_both_nights_only_times_that_the_clock_tells_apart_are_offered(day: str, told: list[str]) -> None:
    practice = open_by_night()
    window = a_window(f"{day}T00:00:00", f"{day}T04:00:00", last=f"{day}T03:15:00")

    found = offered(window, practice=practice, within=day_of(day))

    assert clocks(found) == told
    assert {one.during.length for one in found} == {timedelta(minutes=45)}


def a_site(zone: str | None) -> Foreign:
    return Foreign.of({"Id": 5720, "TimeZone": zone}, what="site", id="Id")


@pytest.mark.parametrize("name", ["America/Denver", "Mountain Standard Time", "US/Mountain"])
def test_the_site_s_clock_is_read_by_iana_s_names_and_by_those_of_windows(name: str) -> None:
    found = clock_of(a_site(name), [DENVER], now=NOW)

    assert found.utcoffset(datetime(2026, 7, 1)) == timedelta(hours=-6)  # noqa: DTZ001


@pytest.mark.parametrize("name", [None, "", "Mountain Time (US & Canada)", "../etc/passwd", "(UTC-07:00)"])
def test_a_clock_of_a_name_that_nobody_knows_is_the_one_our_locations_keep(name: str | None) -> None:
    assert clock_of(a_site(name), [DENVER, ZoneInfo("America/Boise")], now=NOW) == DENVER
    with pytest.raises(NotPermitted, match="our locations keep several"):
        clock_of(a_site(name), [DENVER, ZoneInfo("America/Phoenix")], now=NOW)


def test_a_site_on_another_clock_than_all_our_locations_is_for_a_person() -> None:
    with pytest.raises(NotPermitted, match="keeps America/Chicago in Mindbody"):
        clock_of(a_site("Central Standard Time"), [DENVER], now=NOW)


def test_one_location_on_the_site_s_clock_is_enough() -> None:
    assert clock_of(a_site("America/Denver"), [ZoneInfo("America/Phoenix"), DENVER], now=NOW) == DENVER


@pytest.mark.parametrize("zone", sorted(WINDOWS.values()))
def test_every_zone_of_the_table_is_one(zone: str) -> None:
    assert ZoneInfo(zone).key == zone


def test_a_location_in_another_zone_is_offered_by_the_site_s_clock() -> None:
    practice = a_practice()
    there = replace(practice.locations[0], zone=ZoneInfo("America/Los_Angeles"))
    practice = replace(practice, locations=(there, practice.locations[1]))

    found = offered(a_window("09:00", "10:00", last="09:15"), practice=practice)

    assert [one.during for one in found] == [at("2026-03-03 09:00"), at("2026-03-03 09:15")]


def test_a_service_s_own_length_is_that_of_its_practitioner() -> None:
    practice = a_practice()

    found = offered(a_window("09:00", "11:00", last="10:00", staff=79, location=2), practice=practice)

    assert {(one.practitioner, one.during.length) for one in found} == {(LENA, timedelta(hours=1))}
