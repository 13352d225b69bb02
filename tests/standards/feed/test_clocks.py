"""Whose clock a time follows: names of every kind, a feed's own definitions, none at all, and the two nights."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.standards.feed.a_feed import a_feed, an_event, between, said, spans, starts

from frontdesk.standards.feed.clocks import observed
from frontdesk.standards.feed.repeating import Effort
from frontdesk.standards.feed.text import calendars
from frontdesk.standards.vtimezone import vtimezone


def defined(name: str, *, zone: str = "America/New_York", around: datetime = datetime(2027, 5, 1, tzinfo=UTC)) -> str:
    """A VTIMEZONE with the rules of a zone, under another name."""
    told = vtimezone(ZoneInfo(zone), around)
    told["tzid"] = name
    return told.to_ical().decode().replace("\r\n", "\n").strip()


@pytest.mark.parametrize(
    "name",
    [
        "America/New_York",
        "america/new_york",
        "US/Eastern",
        "Eastern Standard Time",
        '"Eastern Standard Time"',
        "/freeassociation.sourceforge.net/America/New_York",
        "/vendor/20270101_1/America/New_York",
        "GMT-0500",
        '"UTC-05:00"',
    ],
)
def test_a_zone_is_known_by_each_of_its_names(name: str) -> None:
    feed = a_feed(an_event(f"DTSTART;TZID={name}:20270201T100000"))

    assert starts(feed) == ["02-01 15:00"]
    assert feed.faults == ()


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "GMT", "Z"])
def test_universal_time_is_known_by_name(name: str) -> None:
    assert starts(a_feed(an_event(f"DTSTART;TZID={name}:20270201T100000"), clinic=ZoneInfo("UTC"))) == ["02-01 10:00"]


@pytest.mark.parametrize(
    "name", ["Customized Time Zone", "Dr. Okafor's zone", "Amsterdam, Berlin, Rome", "Custom/Somewhere", "Ost"]
)
def test_a_name_that_nobody_knows_is_read_by_the_feeds_own_definition(name: str) -> None:
    feed = a_feed(
        defined(name),
        an_event(f'DTSTART;TZID="{name}":20270201T100000', "RRULE:FREQ=MONTHLY;COUNT=4"),
        an_event(f'DTSTART;TZID="{name}":20271101T100000', uid="2"),
        an_event(f'DTSTART;TZID="{name}":20271115T100000', uid="3"),
    )

    assert starts(feed) == [
        *("02-01 15:00", "03-01 15:00", "04-01 14:00", "05-01 14:00", "11-01 14:00", "11-15 15:00"),
    ]
    assert feed.faults == ()


def test_outlooks_definition_from_the_year_1601_is_read() -> None:
    feed = a_feed(
        "\n".join(
            (
                "BEGIN:VTIMEZONE",
                "TZID:Customized Time Zone",
                "BEGIN:STANDARD",
                "DTSTART:16010101T020000",
                "TZOFFSETFROM:-0400",
                "TZOFFSETTO:-0500",
                "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11",
                "END:STANDARD",
                "BEGIN:DAYLIGHT",
                "DTSTART:16010101T020000",
                "TZOFFSETFROM:-0500",
                "TZOFFSETTO:-0400",
                "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3",
                "END:DAYLIGHT",
                "END:VTIMEZONE",
            )
        ),
        an_event("DTSTART;TZID=Customized Time Zone:20270301T100000", "RRULE:FREQ=MONTHLY;COUNT=2"),
    )

    assert starts(feed) == ["03-01 15:00", "04-01 14:00"]
    assert feed.faults == ()


def test_a_definition_by_dates_and_one_that_ends_are_read() -> None:
    feed = a_feed(
        "\n".join(
            (
                "BEGIN:VTIMEZONE",
                "TZID:Own",
                "BEGIN:STANDARD",
                "DTSTART:20260101T000000",
                "RDATE:20271107T020000",
                "TZOFFSETFROM:-0400",
                "TZOFFSETTO:-0500",
                "END:STANDARD",
                "BEGIN:DAYLIGHT",
                "DTSTART:20270314T020000",
                "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;UNTIL=20270314T070000Z",
                "TZOFFSETFROM:-0500",
                "TZOFFSETTO:-0400",
                "END:DAYLIGHT",
                "END:VTIMEZONE",
            )
        ),
        an_event("DTSTART;TZID=Own:20270301T100000", "RRULE:FREQ=MONTHLY;INTERVAL=4;COUNT=3"),
        an_event("DTSTART;TZID=Own:20280401T100000", uid="2"),
        within=between("2027-01-01", "2028-05-01"),
    )

    assert starts(feed) == ["03-01 15:00", "07-01 14:00", "11-01 14:00", "04-01 15:00"]


def test_the_database_is_followed_where_a_feed_defines_a_known_zone_otherwise() -> None:
    feed = a_feed(
        defined("America/New_York", zone="America/Denver"),
        an_event("DTSTART;TZID=America/New_York:20270201T100000"),
    )

    assert starts(feed) == ["02-01 15:00"]
    assert said(feed) == [
        "a VTIMEZONE tells other offsets than the time-zone database for its TZID; the database is followed"
    ]


def test_a_zone_that_nobody_knows_is_the_clinics_own_and_doubted_once() -> None:
    feed = a_feed(
        an_event("DTSTART;TZID=Nowhere/Land:20270201T100000"),
        an_event("DTSTART;TZID=Nowhere/Land:20270202T100000", uid="2"),
    )

    assert starts(feed) == ["02-01 16:00", "02-02 16:00"]
    assert said(feed) == ["a TZID is known to nobody, and no VTIMEZONE tells it; the clinic's own zone is taken"]


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/localtime", "localtime", "Factory", ".", "x" * 9999])
def test_no_name_of_a_zone_reaches_a_file(name: str) -> None:
    feed = a_feed(an_event(f"DTSTART;TZID={name}:20270201T100000"))

    assert starts(feed) == ["02-01 16:00"]
    assert len(feed.faults) == 1


@pytest.mark.parametrize(
    "block",
    [
        "BEGIN:VTIMEZONE\nTZID:Own\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:20070101T000000\nEND:STANDARD\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:1601\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\n"
        "END:STANDARD\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:20070101T000000\nTZOFFSETFROM:-9900\nTZOFFSETTO:-0500\n"
        "END:STANDARD\nEND:VTIMEZONE",
    ],
)
def test_a_definition_that_cannot_be_read_is_passed_over_and_reported(block: str) -> None:
    feed = a_feed(block, an_event("DTSTART;TZID=Own:20270201T100000"))

    assert starts(feed) == ["02-01 16:00"]
    assert said(feed)[0] == "a VTIMEZONE cannot be read; it is passed over"


def test_a_time_without_a_zone_is_told_on_the_feeds_clock_else_on_the_clinics() -> None:
    floating = an_event("DTSTART:20270201T100000")

    assert starts(a_feed(floating)) == ["02-01 16:00"]
    assert starts(a_feed(floating, zone="America/New_York")) == ["02-01 15:00"]
    assert starts(a_feed(floating, zone="Eastern Standard Time")) == ["02-01 15:00"]


def test_a_feeds_zone_that_nobody_knows_is_doubted() -> None:
    feed = a_feed(an_event("DTSTART:20270201T100000"), zone="Nowhere/Land")

    assert starts(feed) == ["02-01 16:00"]
    assert said(feed) == ["X-WR-TIMEZONE is known to nobody; the clinic's own zone is taken"]


def test_a_series_in_utc_follows_the_feeds_clock_where_one_is_told_and_is_doubted() -> None:
    weekly = an_event("DTSTART:20270308T160000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")

    by_the_letter, on_the_wall = a_feed(weekly), a_feed(weekly, zone="America/Chicago")

    assert starts(by_the_letter) == ["03-08 16:00", "03-15 16:00"]
    assert by_the_letter.faults == ()
    assert starts(on_the_wall) == ["03-08 16:00", "03-15 15:00"]
    assert said(on_the_wall) == [
        "a series is told in UTC beside X-WR-TIMEZONE; it is taken to follow that zone's clock"
    ]


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;BYDAY=TU;COUNT=2", "FREQ=WEEKLY;BYHOUR=2;COUNT=2"])
def test_a_series_in_utc_whose_rule_names_days_or_hours_of_utc_is_read_by_the_letter(rule: str) -> None:
    feed = a_feed(an_event("DTSTART:20270309T020000Z", f"RRULE:{rule}"), zone="America/Chicago")

    assert starts(feed) == ["03-09 02:00", "03-16 02:00"]
    assert said(feed) == ["a series is told in UTC beside X-WR-TIMEZONE; it is read by the letter"]


def test_a_feed_in_universal_time_is_read_without_a_doubt() -> None:
    feed = a_feed(an_event("DTSTART:20270308T160000Z", "RRULE:FREQ=WEEKLY;COUNT=2"), zone="UTC")

    assert starts(feed) == ["03-08 16:00", "03-15 16:00"]
    assert (feed.zone, feed.faults) == (ZoneInfo("UTC"), ())


# The two nights of 2027 in Austin: March 14, 02:00 becomes 03:00; November 7, 02:00 becomes 01:00.
@pytest.mark.parametrize(
    ("begins", "ends", "span", "doubts"),
    [
        ("20270314T013000", "20270314T033000", "03-14 07:30 03-14 08:30", 0),
        ("20270314T023000", "20270314T033000", "03-14 08:30 03-14 09:30", 1),
        ("20270314T023000", "20270314T030000", "03-14 08:30 03-14 09:00", 1),
        ("20270314T023000", "20270314T040000", "03-14 08:30 03-14 09:00", 0),
        ("20270314T013000", "20270314T023000", "03-14 07:30 03-14 08:30", 0),
        ("20271107T003000", "20271107T013000", "11-07 05:30 11-07 06:30", 0),
        ("20271107T013000", "20271107T023000", "11-07 06:30 11-07 08:30", 0),
        ("20271107T014500", "20271107T011500", "11-07 06:45 11-07 07:15", 1),
        ("20271106T220000", "20271107T060000", "11-07 03:00 11-07 12:00", 0),
    ],
)
@pytest.mark.parametrize("zone", ["America/Chicago", "Own"])
def test_times_in_the_nights_of_the_change(begins: str, ends: str, span: str, doubts: int, zone: str) -> None:
    feed = a_feed(
        defined("Own", zone="America/Chicago"),
        an_event(f"DTSTART;TZID={zone}:{begins}", f"DTEND;TZID={zone}:{ends}"),
    )

    assert spans(feed) == [span]
    assert len(feed.faults) == doubts


@pytest.mark.parametrize("zone", ["America/Chicago", "Own"])
def test_days_have_23_and_25_hours_in_the_nights_of_the_change(zone: str) -> None:
    feed = a_feed(
        defined("Own", zone="America/Chicago"),
        an_event("DTSTART;VALUE=DATE:20270314", uid="1"),
        an_event("DTSTART;VALUE=DATE:20271107", uid="2"),
        an_event(f"DTSTART;TZID={zone}:20270313T120000", "DURATION:P1D", uid="3"),
        an_event(f"DTSTART;TZID={zone}:20270313T120000", "DURATION:PT24H", uid="4"),
    )

    assert {one.key.uid: (one.end - one.start) / timedelta(hours=1) for one in feed.occurrences} == {
        "1": 23,
        "2": 25,
        "3": 23,
        "4": 24,
    }


def test_a_series_keeps_its_wall_clock_over_both_nights_and_its_exact_length_in_them() -> None:
    feed = a_feed(
        an_event(
            "DTSTART;TZID=America/Chicago:20270307T013000",
            "DTEND;TZID=America/Chicago:20270307T033000",
            "RRULE:FREQ=WEEKLY;COUNT=3",
        ),
        an_event("DTSTART;TZID=America/Chicago:20271106T023000", "RRULE:FREQ=DAILY;COUNT=2", uid="2"),
    )

    assert spans(feed) == [
        "03-07 07:30 03-07 09:30",
        "03-14 07:30 03-14 09:30",
        "03-21 06:30 03-21 08:30",
        "11-06 07:30 11-06 07:30",
        "11-07 08:30 11-07 08:30",
    ]


def test_a_repetition_that_the_clock_skips_stands_behind_the_jump_and_counts() -> None:
    feed = a_feed(
        an_event(
            "DTSTART;TZID=America/Chicago:20270313T023000",
            "DTEND;TZID=America/Chicago:20270313T030000",
            "RRULE:FREQ=DAILY;COUNT=3",
        )
    )

    assert spans(feed) == ["03-13 08:30 03-13 09:00", "03-14 08:30 03-14 09:00", "03-15 07:30 03-15 08:00"]


ZONES = ["America/Chicago", "Europe/Berlin", "Australia/Sydney", "America/Phoenix", "Australia/Lord_Howe"]


@settings(max_examples=200, deadline=None)
@given(zone=some.sampled_from(ZONES), shown=some.datetimes(datetime(2027, 1, 1), datetime(2028, 12, 1)))  # noqa: DTZ001
def test_a_clock_by_definition_shows_what_the_zone_shows(zone: str, shown: datetime) -> None:
    shown = shown.replace(second=0, microsecond=0)
    text = f"BEGIN:VCALENDAR\n{defined('Own', zone=zone, around=datetime(2027, 1, 1, tzinfo=UTC))}\nEND:VCALENDAR"
    (component,) = calendars(text.encode())[0].inner
    own, real = observed(component, until=datetime(2029, 1, 1, tzinfo=UTC), effort=Effort(left=100_000)), ZoneInfo(zone)

    for fold in (0, 1):
        ours, theirs = (shown.replace(tzinfo=one, fold=fold).astimezone(UTC) for one in (own, real))
        assert ours == theirs
        back, wanted = theirs.astimezone(own), theirs.astimezone(real)
        assert (back.replace(tzinfo=None), back.fold) == (wanted.replace(tzinfo=None), wanted.fold)
