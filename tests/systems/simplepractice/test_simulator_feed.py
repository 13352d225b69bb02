"""The feed of a clinician: its lines, its zone, its titles, what is in it and what is not."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from tests.systems.simplepractice.simulated import a_practice, begins, days, lasts, utc

from frontdesk.systems.simplepractice.simulator_example import (
    BROOKS,
    DANA,
    DEVON,
    HARBOR_STREET,
    LINK_OF_BROOKS,
    LINK_OF_LINDQVIST,
    LINK_OF_ORTEGA,
    NORA,
    ORTEGA,
    SESSION,
    VIDEO,
    example_world,
)
from frontdesk.systems.simplepractice.simulator_feed import fold
from frontdesk.systems.simplepractice.simulator_practice import Holds, Names
from frontdesk.systems.simplepractice.simulator_zone import vtimezone

AS_CAPTURED = """\
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
DTSTART:20070311T030000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZNAME:EDT
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20061029T010000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:EST
END:STANDARD
END:VTIMEZONE
"""


async def test_a_feed_begins_as_the_captured_ones_do() -> None:
    async with a_practice() as practice:
        lines = (await practice.text()).split("\r\n")

    assert lines[:8] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:icalendar-ruby",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:SimplePractice",
        "X-WR-CALDESC:SimplePractice",
        "X-PUBLISHED-TTL:PT10M",
        "X-WR-TIMEZONE:America/New_York",
    ]
    assert "\n".join(lines[8:25]) == AS_CAPTURED.strip()
    assert lines[-2:] == ["END:VCALENDAR", ""]


async def test_a_visit_at_an_office_is_written_as_captured_with_its_address() -> None:
    async with a_practice() as practice:
        text = await practice.text()

    [visit] = re.findall(r"BEGIN:VEVENT\r\nDTSTAMP:\w+\r\nUID:5550000101\r\n.*?END:VEVENT", text, flags=re.DOTALL)
    assert visit.split("\r\n") == [
        "BEGIN:VEVENT",
        "DTSTAMP:20260302T130000Z",
        "UID:5550000101",
        "DTSTART;TZID=America/New_York:20260303T140000",
        "DTEND;TZID=America/New_York:20260303T145000",
        "LOCATION:12 Harbor St\\, Exampleton\\, NY 00000",
        "SUMMARY:D.Q. Appointment",
        "END:VEVENT",
    ]


async def test_a_video_visit_has_no_place_and_an_address_over_two_lines() -> None:
    async with a_practice() as practice:
        text, events = await practice.text(), await practice.events()

    assert "\r\nLOCATION:\r\nSUMMARY:D.Q. Appointment\r\nURL;VALUE=URI:https://video.simplepractice.com/appt-" in text
    assert re.fullmatch(r"https://video\.simplepractice\.com/appt-simulated\w{32}", str(events["5550000105"]["URL"]))
    assert max(len(line.encode()) for line in text.split("\r\n")) == 75


async def test_a_feed_says_nothing_of_status_attendees_services_or_phones() -> None:
    async with a_practice() as practice:
        text = "".join([await practice.text(link) for link in (LINK_OF_ORTEGA, LINK_OF_BROOKS, LINK_OF_LINDQVIST)])

    said = set(re.findall(r"^([A-Z-]+)[;:]", text, flags=re.MULTILINE))
    assert not said & {"STATUS", "ATTENDEE", "ORGANIZER", "DESCRIPTION", "CATEGORIES", "TRANSP", "SEQUENCE", "METHOD"}
    assert not re.search(r"555010\d{4}|Individual session|@", text)


async def test_names_are_shown_as_each_clinician_chose() -> None:
    async with a_practice() as practice:
        ortega, brooks, lindqvist = [
            {str(event["SUMMARY"]) for event in (await practice.events(link)).values()}
            for link in (LINK_OF_ORTEGA, LINK_OF_BROOKS, LINK_OF_LINDQVIST)
        ]

    assert ortega == {"D.Q. Appointment", "P.W. Appointment", "Team meeting"}
    assert brooks >= {"Dana Quill Appointment", "Maya Sample Appointment", "Leo Sample Appointment"}
    assert lindqvist == {"nora Appointment"}


async def test_another_choice_of_names_changes_only_the_titles() -> None:
    async with a_practice() as practice:
        before = await practice.events()
        practice.desk.show_names(ORTEGA, Names.FULL)
        after = await practice.events()

    assert {str(event["SUMMARY"]) for event in after.values()} == {
        "Dana Quill Appointment",
        "Devon Quade Appointment",
        "Pat Weekly Appointment",
        "Team meeting",
    }
    assert {uid: begins(event) for uid, event in before.items()} == {uid: begins(event) for uid, event in after.items()}


async def test_two_clients_with_the_same_initials_cannot_be_told_apart() -> None:
    async with a_practice() as practice:
        events = await practice.events()

    assert str(events["5550000101"]["SUMMARY"]) == str(events["5550000103"]["SUMMARY"])
    assert practice.simulator.practice.appointments.get(5550000101)["client"] == DANA  # type: ignore[index]
    assert practice.simulator.practice.appointments.get(5550000103)["client"] == DEVON  # type: ignore[index]


async def test_each_visit_of_a_series_is_an_event_of_its_own_with_a_number_of_its_own() -> None:
    async with a_practice() as practice:
        text, events = await practice.text(), await practice.events()

    pats = [(uid, event) for uid, event in events.items() if str(event["SUMMARY"]) == "P.W. Appointment"]
    assert len(pats) == 11
    assert [int(uid) for uid, _ in pats] == [5550000201 + 2 * week for week in range(12) if week != 4]
    assert "RRULE" not in text.partition("END:VTIMEZONE")[2]
    assert "RECURRENCE-ID" not in text


async def test_a_series_keeps_its_clock_time_when_the_clocks_change() -> None:
    async with a_practice() as practice:
        events = await practice.events()

    assert begins(events["5550000201"]) == utc("2026-03-03T15:00")
    assert begins(events["5550000203"]) == utc("2026-03-10T14:00")


async def test_events_stand_by_client_and_neither_by_time_nor_by_number() -> None:
    async with a_practice() as practice:
        practice.desk.book(client=DANA, clinician=ORTEGA, service=SESSION, office=VIDEO, at="2026-03-02T09:00")
        events = await practice.events()

    uids = [int(uid) for uid in events if int(uid) < 7_000_000_000]
    assert uids != sorted(uids)
    assert uids[:3] == [5550000101, 5550000105, 5550001000]
    assert [begins(event) for event in events.values()] != sorted(begins(event) for event in events.values())


async def test_the_feed_of_a_clinician_in_another_zone_is_in_theirs() -> None:
    async with a_practice() as practice:
        text, events = await practice.text(LINK_OF_LINDQVIST), await practice.events(LINK_OF_LINDQVIST)
        practice.desk.change_zone(5, "")
        home = await practice.text(LINK_OF_LINDQVIST)

    assert "X-WR-TIMEZONE:America/Chicago\r\n" in text
    assert "DTSTART;TZID=America/Chicago:20260303T221000\r\n" in text
    assert "DTEND;TZID=America/New_York:20260304T000000\r\n" in home
    assert begins(events["5550000401"]) == utc("2026-03-04T04:10")
    assert lasts(events["5550000401"]) == timedelta(minutes=50)


async def test_days_out_of_the_office_are_days_and_meetings_are_times() -> None:
    async with a_practice() as practice:
        brooks, ortega = await practice.events(LINK_OF_BROOKS), await practice.events()

    assert days(brooks["7770000009"]) == (date(2026, 3, 12), date(2026, 3, 14))
    assert (begins(ortega["7770000001"]), lasts(ortega["7770000001"])) == (utc("2026-03-04T17:00"), timedelta(hours=1))


async def test_a_feed_may_hold_appointments_alone() -> None:
    async with a_practice(replace(example_world(), holds=Holds.APPOINTMENTS)) as practice:
        brooks, ortega = await practice.events(LINK_OF_BROOKS), await practice.events()

    assert {*brooks, *ortega} & {"7770000001", "7770000009"} == set()
    assert len(brooks) == 3


async def test_a_feed_may_end_somewhere_in_the_past_and_in_the_future() -> None:
    world = replace(example_world(), back=timedelta(days=7), ahead=timedelta(days=30))

    async with a_practice(world, now=NOW_IN_APRIL) as practice:
        starts = [begins(event) for event in (await practice.events()).values()]

    assert min(starts) == utc("2026-04-07T14:00")
    assert max(starts) == utc("2026-05-12T14:00")


NOW_IN_APRIL = datetime(2026, 4, 13, 13, 0, tzinfo=UTC)


async def test_each_read_is_written_anew_and_has_its_own_stamp() -> None:
    async with a_practice() as practice:
        first = await practice.text()
        practice.hands.turn(minutes=2, seconds=25)
        second = await practice.text()

    assert first != second
    assert first.replace("DTSTAMP:20260302T130000Z", "DTSTAMP:20260302T130225Z") == second


async def test_a_feed_that_is_kept_for_ten_minutes_shows_a_booking_up_to_ten_minutes_late() -> None:
    async with a_practice(replace(example_world(), written_every=timedelta(minutes=10))) as practice:
        practice.hands.turn(minutes=3)
        visit = practice.desk.book(
            client=NORA, clinician=ORTEGA, service=SESSION, office=HARBOR_STREET, at="2026-03-03T16:00"
        )
        seen = []
        for _ in range(3):
            practice.hands.turn(minutes=3)
            seen.append(str(visit) in await practice.events())

    assert seen == [False, False, True]


async def test_the_zone_of_a_feed_turns_the_clocks_back_a_week_too_early() -> None:
    async with a_practice(now=datetime(2026, 10, 1, 13, tzinfo=UTC)) as practice:
        visit = practice.desk.book(client=DANA, clinician=ORTEGA, service=SESSION, office=VIDEO, at="2026-10-27T10:00")
        text = await practice.text()

    trusted = Calendar.from_ical(text.replace("America/New_York", "Zone Of The File"))
    by_the_block = {str(event["UID"]): event for event in trusted.events}  # type: ignore[union-attr]
    assert begins(by_the_block[str(visit)]) == utc("2026-10-27T15:00")
    assert "DTSTART;TZID=America/New_York:20261027T100000" in text
    assert datetime(2026, 10, 27, 10, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC) == utc("2026-10-27T14:00")


@pytest.mark.parametrize(
    ("zone", "lines"),
    [
        ("America/Phoenix", ["TZOFFSETFROM:-0700", "TZOFFSETTO:-0700"]),
        ("Australia/Sydney", ["TZOFFSETFROM:+1100", "TZOFFSETTO:+1000", "TZOFFSETFROM:+1000", "TZOFFSETTO:+1100"]),
        ("Asia/Kolkata", ["TZOFFSETFROM:+0530", "TZOFFSETTO:+0530"]),
    ],
)
def test_other_zones_are_frozen_at_the_same_winter(zone: str, lines: list[str]) -> None:
    written = vtimezone(ZoneInfo(zone))

    assert sorted(line for line in written if line.startswith("TZOFFSET")) == sorted(lines)
    assert len([line for line in written if line.startswith("RRULE")]) == len(lines) // 4 * 2


def test_a_line_is_folded_between_letters_and_comes_back_whole() -> None:
    line = "SUMMARY:" + "é" * 100

    pieces = list(fold(line))

    assert max(len(piece.encode()) for piece in pieces) <= 75
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])


async def test_a_name_with_commas_comes_back_as_it_was_typed() -> None:
    async with a_practice() as practice:
        practice.desk.show_names(BROOKS, Names.FULL)
        practice.desk.rename_client(DANA, first="Dana; \\ ", last="Quill, Jr.")
        practice.desk.show_names(ORTEGA, Names.FULL)
        events = await practice.events()

    assert str(events["5550000101"]["SUMMARY"]) == "Dana; \\  Quill, Jr. Appointment"
