"""What a feed says of itself and of each VEVENT, and what becomes of a VEVENT that says it wrongly."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.standards.feed.a_feed import AUSTIN, YEAR, a_feed, a_text, an_event, between, said, spans, starts, utc

from frontdesk.standards.feed.reading import read_feed
from frontdesk.standards.feed.values import Key, Standing, Transparency, Weight

TEN = "DTSTART;TZID=America/Chicago:20270309T100000"


def test_a_clinicians_feed_is_read() -> None:
    octets = a_text(
        "X-WR-CALNAME:Dr Okafor\\, Suite 4",
        "X-PUBLISHED-TTL:PT10M",
        an_event(
            "DTSTART;TZID=America/New_York:20270309T140000",
            "DTEND;TZID=America/New_York:20270309T145000",
            "LOCATION:",
            "SUMMARY:D.Q. Appointment",
            "SEQUENCE:3",
            "LAST-MODIFIED:20270201T120000Z",
            uid="5550001234",
        ),
        zone="America/New_York",
    )

    feed = read_feed(octets, zone=AUSTIN, within=YEAR)

    assert (feed.name, feed.zone, feed.refresh) == (
        "Dr Okafor, Suite 4",
        ZoneInfo("America/New_York"),
        timedelta(minutes=10),
    )
    assert feed.faults == ()
    (visit,) = feed.occurrences
    assert visit.key == Key(uid="5550001234")
    assert visit.during == between("2027-03-09 19:00", "2027-03-09 19:50")
    assert (visit.titled, visit.sequence, visit.last_modified) == (True, 3, utc("2027-02-01 12:00"))
    assert (visit.standing, visit.transparency, visit.all_day) == (Standing.UNSAID, Transparency.OPAQUE, False)


def test_no_text_of_a_feed_is_kept() -> None:
    feed = a_feed(
        an_event(TEN, "SUMMARY:Dana Quill Appointment", "DESCRIPTION:botox", "LOCATION:Room Ruth"),
        an_event("DTSTART:Dana Quill", "SUMMARY:Dana Quill", uid="2"),
        an_event("DTSTART;TZID=Dana Quill:20270309T100000", "RRULE:FREQ=DANA", "STATUS:QUILL", uid="3"),
    )

    assert "Dana" not in repr(feed)
    assert "botox" not in repr(feed)
    assert "QUILL" not in repr(feed).upper()


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("CONFIRMED", Standing.CONFIRMED),
        ("tentative", Standing.TENTATIVE),
        ("CANCELLED", Standing.CANCELLED),
    ],
)
def test_the_status_is_told(word: str, standing: Standing) -> None:
    assert a_feed(an_event(TEN, f"STATUS:{word}")).occurrences[0].standing is standing


def test_an_unknown_status_stands_and_is_doubted() -> None:
    feed = a_feed(an_event(TEN, "STATUS:MAYBE"))

    assert feed.occurrences[0].stands
    assert said(feed) == ["STATUS is a word that RFC 5545 does not know; it is taken to stand"]
    assert feed.lost == ()


@pytest.mark.parametrize(
    ("lines", "blocks", "is_doubted"),
    [
        (("TRANSP:TRANSPARENT",), False, False),
        (("TRANSP:OPAQUE",), True, False),
        (("TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), False, False),
        (("TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"), True, True),
        (("TRANSP:SEE-THROUGH",), True, True),
        ((), True, False),
    ],
)
def test_of_two_words_about_taking_time_the_stricter_holds(
    lines: tuple[str, ...], blocks: bool, is_doubted: bool
) -> None:
    feed = a_feed(an_event(TEN, *lines))

    assert (feed.occurrences[0].transparency is Transparency.OPAQUE) is blocks
    assert bool(feed.faults) is is_doubted


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        ((TEN, "DTEND;TZID=America/Chicago:20270309T104500"), "03-09 16:00 03-09 16:45"),
        ((TEN, "DURATION:PT45M"), "03-09 16:00 03-09 16:45"),
        ((TEN, "DTEND:20270309T164500Z"), "03-09 16:00 03-09 16:45"),
        ((TEN,), "03-09 16:00 03-09 16:00"),
        (("DTSTART:20270309T160000Z", "DURATION:P1W"), "03-09 16:00 03-16 16:00"),
        (("DTSTART:20270309T100000", "DTEND:20270309T104500"), "03-09 16:00 03-09 16:45"),
        (("DTSTART;TZID=America/Chicago:20270309T233000", "DURATION:PT1H"), "03-10 05:30 03-10 06:30"),
        (("DTSTART;VALUE=DATE:20270309",), "03-09 06:00 03-10 06:00"),
        (("DTSTART:20270309",), "03-09 06:00 03-10 06:00"),
        (("DTSTART;VALUE=DATE:20270309", "DTEND;VALUE=DATE:20270311"), "03-09 06:00 03-11 06:00"),
        (("DTSTART;VALUE=DATE:20270309", "DURATION:P2D"), "03-09 06:00 03-11 06:00"),
        (("DTSTART;VALUE=DATE;TZID=Asia/Tokyo:20270309",), "03-09 06:00 03-10 06:00"),
        (("DTSTART;VALUE=DATE:20280229", "DURATION:P1D"), None),
        (("DTSTART;VALUE=DATE:20271231", "DTEND;VALUE=DATE:20280101"), "12-31 06:00 01-01 06:00"),
    ],
)
def test_a_time_is_read_whichever_way_it_is_told(lines: tuple[str, ...], span: str | None) -> None:
    feed = a_feed(an_event(*lines))

    assert spans(feed) == ([span] if span else [])
    assert feed.faults == ()


def test_a_time_in_utc_and_in_a_zone_is_utc_and_doubted() -> None:
    feed = a_feed(
        an_event("DTSTART;TZID=America/Chicago:20270309T160000Z"),
        an_event("DTSTART;TZID=UTC:20270309T170000Z", uid="2"),
    )

    assert starts(feed) == ["03-09 16:00", "03-09 17:00"]
    assert said(feed) == ["a time is told in UTC and in a zone; UTC is taken"]


def test_a_leap_day_is_a_day() -> None:
    feed = a_feed(
        an_event("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY"),
        within=between("2024-01-01", "2033-01-01"),
    )

    assert [f"{one.start:%Y-%m-%d}" for one in feed.occurrences] == ["2024-02-29", "2028-02-29", "2032-02-29"]


def test_what_has_no_length_is_kept_where_it_stands() -> None:
    feed = a_feed(an_event(TEN), within=between("2027-03-09 16:00", "2027-03-09 17:00"))

    assert [one.during for one in feed.occurrences] == [None]


@pytest.mark.parametrize(
    ("lines", "about"),
    [
        (("SUMMARY:x",), None),
        (("DTSTART:2027-03-09T16:00:00Z",), None),
        (("DTSTART:20270230",), None),
        (("DTSTART:20270309T240000",), None),
        (("DTSTART;TZID:20270309T100000",), None),
        ((TEN, "DTSTART:20270310T100000Z"), None),
        ((TEN, "DTEND:soon"), None),
        ((TEN, "DTEND:20270309T150000Z"), ("2027-03-09 15:00", "2027-03-10 16:00")),
        ((TEN, "DTEND;VALUE=DATE:20270311"), ("2027-03-09 16:00", "2027-03-11 06:00")),
        (("DTSTART;VALUE=DATE:20270309", "DTEND;VALUE=DATE:20270307"), ("2027-03-07 06:00", "2027-03-10 06:00")),
        ((TEN, "DURATION:-PT15M"), ("2027-03-09 16:00", "2027-03-10 16:00")),
        ((TEN, "DURATION:P1Y"), ("2027-03-09 16:00", "2027-03-10 16:00")),
        ((TEN, "DURATION:PT"), ("2027-03-09 16:00", "2027-03-10 16:00")),
        ((TEN, "DURATION:PT1H", "DTEND:20270309T170000Z"), ("2027-03-09 16:00", "2027-03-10 16:00")),
        ((TEN, "RRULE:FREQ=SOMETIMES"), ("2027-03-09 16:00", "2028-01-01 00:00")),
        ((TEN, "RRULE:FREQ=DAILY", "EXDATE:2027-03-10"), ("2027-03-09 16:00", "2028-01-01 00:00")),
        ((TEN, "RDATE;VALUE=DATE:20270310"), ("2027-03-09 16:00", "2028-01-01 00:00")),
        ((TEN, "RECURRENCE-ID:soon"), ("2027-03-09 16:00", "2027-03-10 16:00")),
    ],
)
def test_one_that_cannot_be_read_is_reported_with_the_time_it_may_take_and_the_others_are_read(
    lines: tuple[str, ...], about: tuple[str, str] | None
) -> None:
    feed = a_feed(
        an_event("DTSTART:20270401T150000Z", uid="before"),
        an_event(*lines, uid="broken"),
        an_event("DTSTART:20270402T150000Z", uid="after"),
    )

    assert starts(feed) == ["04-01 15:00", "04-02 15:00"]
    (fault,) = feed.faults
    assert (fault.weight, fault.uid) == (Weight.LOST, "broken")
    assert fault.line > 5
    assert fault.about == (between(*about) if about else None)


def test_a_day_that_ends_on_the_day_it_starts_is_that_day_and_doubted() -> None:
    feed = a_feed(an_event("DTSTART;VALUE=DATE:20270309", "DTEND;VALUE=DATE:20270309"))

    assert spans(feed) == ["03-09 06:00 03-10 06:00"]
    assert [fault.weight for fault in feed.faults] == [Weight.DOUBTED]


def test_an_occurrence_without_a_uid_has_one_that_stays() -> None:
    block = "\n".join(("BEGIN:VEVENT", TEN, "SUMMARY:x", "DTSTAMP:{}", "END:VEVENT"))

    first, second = (a_feed(block.format(stamp)) for stamp in ("20270101T000000Z", "20270102T000000Z"))

    assert first.occurrences[0].key == second.occurrences[0].key
    assert said(first) == ["there is no UID; one was made of what it says"]


def test_of_two_versions_the_newer_is_read() -> None:
    feed = a_feed(
        an_event("DTSTART:20270309T170000Z", "SEQUENCE:2"),
        an_event("DTSTART:20270309T160000Z", "SEQUENCE:1"),
        an_event("DTSTART:20270310T160000Z", "LAST-MODIFIED:20270201T000000Z", uid="2"),
        an_event("DTSTART:20270310T170000Z", "LAST-MODIFIED:20270202T000000Z", uid="2"),
    )

    assert starts(feed) == ["03-09 17:00", "03-10 17:00"]


def test_a_version_without_a_greater_sequence_may_be_another_visit_so_its_time_is_reported() -> None:
    feed = a_feed(
        an_event("DTSTART:20270309T160000Z", "SEQUENCE:1", "DURATION:PT1H"),
        an_event("DTSTART:20270309T170000Z", "SEQUENCE:2", "DURATION:PT1H"),
        an_event("DTSTART:20270310T160000Z", "LAST-MODIFIED:20270201T000000Z", "DURATION:PT1H", uid="2"),
        an_event("DTSTART:20270310T170000Z", "LAST-MODIFIED:20270202T000000Z", "DURATION:PT1H", uid="2"),
    )

    assert [(fault.uid, fault.about) for fault in feed.lost] == [("2", between("2027-03-10 16:00", "2027-03-10 17:00"))]


def test_the_same_twice_is_once() -> None:
    feed = a_feed(an_event(TEN), an_event(TEN))

    assert starts(feed) == ["03-09 16:00"]
    assert feed.faults == ()


def test_two_that_share_a_uid_and_a_version_are_not_both_told_and_the_second_is_reported() -> None:
    feed = a_feed(an_event(TEN), an_event("DTSTART:20270312T160000Z", "DURATION:PT1H"))

    assert starts(feed) == ["03-09 16:00"]
    assert [fault.about for fault in feed.lost] == [between("2027-03-12 16:00", "2027-03-12 17:00")]


def test_what_touches_the_window_is_inside_and_the_rest_beyond() -> None:
    feed = a_feed(
        an_event("DTSTART:20270309T150000Z", "DURATION:PT1H", uid="ends as it begins"),
        an_event("DTSTART:20270309T150000Z", "DURATION:PT61M", uid="reaches in"),
        an_event("DTSTART:20270309T163000Z", uid="in"),
        an_event("DTSTART:20270309T170000Z", uid="begins as it ends"),
        within=between("2027-03-09 16:00", "2027-03-09 17:00"),
    )

    assert [one.key.uid for one in feed.occurrences] == ["reaches in", "in"]
    assert [one.key.uid for one in feed.beyond] == ["ends as it begins", "begins as it ends"]


def test_free_and_busy_times_are_read() -> None:
    feed = a_feed(
        "\n".join(
            (
                "BEGIN:VFREEBUSY",
                "UID:fb-1",
                "FREEBUSY;FBTYPE=BUSY:20270308T180000Z/20270308T190000Z,20270307T170000Z/PT1H",
                "FREEBUSY;FBTYPE=FREE:20270310T180000Z/PT1H",
                "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270309T160000Z/20270309T163000Z",
                "FREEBUSY;FBTYPE=X-LUNCH:20270311T160000Z/PT30M",
                "END:VFREEBUSY",
            )
        )
    )

    assert spans(feed) == [
        *("03-07 17:00 03-07 18:00", "03-08 18:00 03-08 19:00", "03-09 16:00 03-09 16:30", "03-11 16:00 03-11 16:30"),
    ]
    assert [one.standing for one in feed.occurrences][2] is Standing.TENTATIVE
    assert feed.faults == ()


def test_free_and_busy_times_that_are_no_periods_are_reported() -> None:
    feed = a_feed("BEGIN:VFREEBUSY\nUID:fb\nFREEBUSY:20270308T180000Z\nEND:VFREEBUSY")

    assert [fault.uid for fault in feed.lost] == ["fb"]


def test_several_calendars_in_one_text_are_read_each_by_its_own_zone() -> None:
    text = a_text(an_event("DTSTART:20270309T100000", uid="1"), zone="America/New_York") + a_text(
        an_event("DTSTART:20270309T100000", uid="2"), zone="America/Denver"
    )

    feed = read_feed(text, zone=AUSTIN, within=YEAR)

    assert starts(feed) == ["03-09 15:00", "03-09 17:00"]


def test_tasks_notes_alarms_and_pictures_are_passed_over() -> None:
    feed = a_feed(
        "BEGIN:VTODO\nUID:t\nDTSTART:20270309T100000\nEND:VTODO",
        "BEGIN:X-OWN\nUID:t\nDTSTART:20270309T100000\nEND:X-OWN",
        an_event(TEN, "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5M\nEND:VALARM", "ATTACH;VALUE=BINARY:" + "A" * 99_999),
    )

    assert spans(feed) == ["03-09 16:00 03-09 16:00"]
    assert feed.faults == ()


def test_two_texts_that_say_the_same_have_one_fingerprint() -> None:
    first = a_text(an_event(TEN, uid="1"), an_event(TEN, uid="2"))
    stamped = first.replace(b"DTSTAMP:20270101T000000Z", b"DTSTAMP:20270109T000000Z")
    turned = a_text(an_event(TEN, uid="2"), an_event(TEN, uid="1"))
    other = a_text(an_event(TEN, uid="1"), an_event(TEN.replace("T10", "T11"), uid="2"))

    same, stamped_later, in_another_order, another = (
        read_feed(text, zone=AUSTIN, within=YEAR).fingerprint for text in (first, stamped, turned, other)
    )

    assert same == stamped_later == in_another_order
    assert another != same


@pytest.mark.parametrize("name", ["REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"])
def test_how_seldom_a_publisher_asks_to_be_read_is_told(name: str) -> None:
    assert a_feed(name).refresh == timedelta(minutes=15)
    assert a_feed("X-PUBLISHED-TTL:often").refresh is None
