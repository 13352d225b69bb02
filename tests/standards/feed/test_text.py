"""The text itself: how lines are broken, what is no calendar, and what is larger than any."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.standards.feed.a_feed import AUSTIN, YEAR, a_feed, a_text, an_event, said, starts

from frontdesk.standards.feed.reading import read_feed
from frontdesk.standards.feed.text import MOST_BYTES, MOST_COMPONENTS
from frontdesk.standards.feed.values import Feed, UnreadableFeed, Weight

TEN = "DTSTART;TZID=America/Chicago:20270309T100000"


def read(octets: bytes) -> Feed:
    return read_feed(octets, zone=AUSTIN, within=YEAR)


@pytest.mark.parametrize("ending", [b"\r\n", b"\n", b"\r"])
def test_lines_end_in_any_of_three_ways(ending: bytes) -> None:
    assert starts(read(a_text(an_event(TEN)).replace(b"\r\n", ending))) == ["03-09 16:00"]


@pytest.mark.parametrize("fold", [b"\r\n ", b"\r\n\t", b"\n "])
def test_a_line_may_be_folded_anywhere_even_within_a_letter(fold: bytes) -> None:
    whole = a_text(an_event(TEN, uid="Zoë"))
    line = whole[whole.index(b"DTSTART") : whole.index(b"DTSTART") + len(TEN)]
    folded = whole.replace(line, fold.join(line[n : n + 1] for n in range(len(line)))).replace(
        "ë".encode(), "ë".encode()[:1] + fold + "ë".encode()[1:]
    )

    feed = read(folded)

    assert starts(feed) == ["03-09 16:00"]
    assert feed.occurrences[0].key.uid == "Zoë"


def test_a_byte_order_mark_and_blank_lines_are_passed_over() -> None:
    assert starts(read(b"\xef\xbb\xbf\r\n" + a_text(an_event("", TEN, "")) + b"\r\n\r\n")) == ["03-09 16:00"]


def test_names_are_known_in_any_case() -> None:
    text = a_text(an_event(TEN, "STATUS:cancelled")).replace(b"DTSTART;TZID", b"dtstart;tzid")

    feed = read(text.replace(b"BEGIN:VEVENT", b"Begin:vEvent"))

    assert starts(feed) == ["03-09 16:00"]
    assert not feed.occurrences[0].stands


def test_letters_that_are_not_utf_8_do_no_harm() -> None:
    feed = read(a_text(an_event(TEN, "SUMMARY:Zoë", uid="Zoë")).decode().encode("latin-1"))

    assert starts(feed) == ["03-09 16:00"]


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        b"{}",
        b"Warning: mysqli_connect()\nBEGIN:VCALENDAR\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VTODO\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 50 + b"END:X\n" * 50 + b"END:VCALENDAR\n",
        a_text(an_event(TEN)).decode().encode("utf-16"),
    ],
)
def test_what_is_no_whole_calendar_is_no_empty_calendar(octets: bytes) -> None:
    with pytest.raises(UnreadableFeed):
        read(octets)


@pytest.mark.parametrize("part", range(1, 20))
def test_a_feed_cut_short_anywhere_is_not_read(part: int) -> None:
    whole = a_text(an_event(TEN, uid="1"), an_event(TEN, uid="2")).rstrip()

    with pytest.raises(UnreadableFeed):
        read(whole[: len(whole) * part // 20])


def test_an_empty_calendar_is_empty() -> None:
    assert a_feed().occurrences == ()


def test_a_feed_of_fifty_mebibytes_is_refused_at_once() -> None:
    octets = a_text(an_event(TEN)).replace(b"END:VEVENT", b"X-FILL:" + b"x" * (50 << 20) + b"\r\nEND:VEVENT")

    begun = time.monotonic()
    with pytest.raises(UnreadableFeed, match="10 MiB"):
        read(octets)

    assert time.monotonic() - begun < 15


def test_a_feed_of_very_many_parts_is_refused() -> None:
    with pytest.raises(UnreadableFeed, match="components"):
        read(a_text("BEGIN:VTODO\nEND:VTODO\n" * (MOST_COMPONENTS + 1)))


def test_a_feed_of_nothing_but_folds_is_read() -> None:
    octets = a_text(an_event(TEN)).replace(
        b"END:VEVENT", b"X-FILL:" + b"\r\n x" * (MOST_BYTES // 5) + b"\r\nEND:VEVENT"
    )

    assert starts(read(octets)) == ["03-09 16:00"]


def test_a_line_that_no_practice_writes_is_reported() -> None:
    feed = a_feed(an_event(TEN, "RDATE:" + "20270309T100000Z," * 9999), an_event("DTSTART:20270401T100000Z", uid="2"))

    assert starts(feed) == ["04-01 10:00"]
    assert [fault.uid for fault in feed.lost] == ["1"]


@pytest.mark.parametrize(
    ("lines", "is_lost"),
    [
        (("DTSTART:00010101T000000Z", "RRULE:FREQ=SECONDLY"), True),
        (("DTSTART:16040101T000000Z", "RRULE:FREQ=SECONDLY"), True),
        (("DTSTART:20270101T000000Z", "RRULE:FREQ=SECONDLY"), True),
        (("DTSTART:20270101T000000Z", "RRULE:FREQ=MINUTELY;COUNT=99999"), True),
        (("DTSTART:19000101T000000Z", "RRULE:FREQ=SECONDLY;COUNT=999999999"), True),
        (("DTSTART:20270101T000000Z", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"), False),
        (("DTSTART:20270101T000000Z", f"RRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))}"), True),
        (("DTSTART:20270101T000000Z", "DURATION:P999999W", "RRULE:FREQ=DAILY"), True),
        (("DTSTART:20270101T000000Z", "DURATION:P999999W"), True),
        (("DTSTART:99991231T235959Z", "DURATION:PT999999H"), True),
        (("DTSTART;TZID=America/Chicago:99991231T235959",), True),
        (("DTSTART;TZID=Asia/Tokyo:00010101T000000",), True),
        (("DTSTART:20270101T000000Z", "RDATE:99991231T235959Z"), True),
        (("DTSTART:20270101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", "EXRULE:FREQ=SECONDLY"), True),
        (("DTSTART:20270101T000000Z", "RRULE:FREQ=YEARLY;INTERVAL=999999999"), False),
        (("DTSTART:20270101T000000Z", "RRULE:FREQ=DAILY;BYSETPOS=366"), False),
    ],
)
def test_a_hostile_time_takes_little_work_and_leaves_the_others(lines: tuple[str, ...], is_lost: bool) -> None:
    begun = time.monotonic()
    feed = a_feed(an_event(*lines, uid="hostile"), an_event("DTSTART:20270401T100000Z", uid="2"))

    assert [fault.uid for fault in feed.lost] == (["hostile"] if is_lost else [])
    assert {one.key.uid for one in (*feed.occurrences, *feed.beyond)} == ({"2"} if is_lost else {"2", "hostile"})
    assert time.monotonic() - begun < 15


def test_a_rule_by_the_second_is_reported_with_the_time_that_it_may_take() -> None:
    feed = a_feed(an_event("DTSTART:20270601T000000Z", "RRULE:FREQ=SECONDLY"))

    (fault,) = feed.faults
    assert (fault.weight, fault.uid) == (Weight.LOST, "1")
    assert fault.about is not None
    assert f"{fault.about.start:%m-%d} {fault.about.end:%m-%d}" == "06-01 01-01"
    assert feed.occurrences == ()


def test_a_crowd_of_hostile_rules_shares_one_allowance() -> None:
    hostile = [an_event("DTSTART:19000101T000000Z", "RRULE:FREQ=SECONDLY;COUNT=9999999", uid=f"{n}") for n in range(50)]

    begun = time.monotonic()
    feed = a_feed(*hostile, an_event(TEN, "RRULE:FREQ=DAILY;COUNT=3", uid="last"))

    assert time.monotonic() - begun < 30
    assert len(feed.lost) == 51  # the last one too: nobody may take it for free time
    assert said(feed)[-1] == "it repeats more often than can be followed"


def test_a_hostile_definition_of_a_zone_is_passed_over() -> None:
    block = (
        "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:FREQ=SECONDLY\n"
        "TZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE"
    )

    feed = a_feed(block, an_event("DTSTART;TZID=Own:20270201T100000"))

    assert starts(feed) == ["02-01 16:00"]
    assert len(feed.faults) == 2


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_whatever_a_feed_holds_it_is_read_or_refused(data: some.DataObject) -> None:
    whole = bytearray(
        a_text(
            an_event(TEN, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20270316T150000Z"),
            an_event("RECURRENCE-ID:20270323T150000Z", "DTSTART:20270324T150000Z", "STATUS:CANCELLED"),
            zone="America/Chicago",
        )
    )
    for _ in range(data.draw(some.integers(1, 4))):
        at = data.draw(some.integers(0, len(whole) - 1))
        whole[at : at + data.draw(some.integers(0, 3))] = data.draw(some.binary(max_size=3))

    try:
        feed = read(bytes(whole))
    except UnreadableFeed:
        return

    assert all(one.touches(YEAR) for one in feed.occurrences)
    assert len(feed.occurrences) + len(feed.beyond) + len(feed.faults) > 0 or b"VEVENT" not in whole
