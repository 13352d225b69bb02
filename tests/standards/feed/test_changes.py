"""Between two readings: what came, went, moved or changed, and what only seems so."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.standards.feed.a_feed import a_feed, an_event, between, utc

from frontdesk.standards.feed.changes import (
    Appeared,
    Changed,
    Gone,
    Moved,
    Renamed,
    Vanished,
    changes,
    is_suspect,
    standing_at,
)
from frontdesk.standards.feed.values import Feed, Key

NOW = utc("2027-03-01 12:00")
MARCH = between("2027-03-01", "2027-04-01")


def visit(day: int, *lines: str, uid: str = "1", hour: int = 15) -> str:
    return an_event(f"DTSTART:202703{day:02}T{hour:02}0000Z", "DURATION:PT30M", *lines, uid=uid)


def march(*blocks: str) -> Feed:
    return a_feed(*blocks, within=MARCH)


def test_the_same_reading_twice_shows_no_change() -> None:
    feed = march(visit(9), visit(10, uid="2"), an_event("DTSTART:20270301T090000Z", "RRULE:FREQ=DAILY", uid="3"))

    assert changes(feed, feed, now=NOW) == []


def test_a_visit_appears() -> None:
    after = march(visit(9))

    assert changes(march(), after, now=NOW) == [Appeared(now=after.occurrences[0])]


def test_a_visit_that_is_no_longer_told_is_missing() -> None:
    before = march(visit(9))

    assert changes(before, march(), now=NOW) == [Vanished(was=before.occurrences[0], how=Gone.MISSING)]


def test_a_visit_that_is_told_as_cancelled_is_cancelled() -> None:
    before = march(visit(9))

    assert changes(before, march(visit(9, "STATUS:CANCELLED")), now=NOW) == [
        Vanished(was=before.occurrences[0], how=Gone.CANCELLED)
    ]


def test_what_was_cancelled_all_along_neither_comes_nor_goes() -> None:
    cancelled = march(visit(9, "STATUS:CANCELLED"))

    assert changes(march(), cancelled, now=NOW) == []
    assert changes(cancelled, march(), now=NOW) == []


def test_a_cancelled_visit_that_stands_again_appears() -> None:
    after = march(visit(9))

    assert changes(march(visit(9, "STATUS:CANCELLED")), after, now=NOW) == [Appeared(now=after.occurrences[0])]


def test_a_visit_is_moved() -> None:
    before, after = march(visit(9)), march(visit(10))

    assert changes(before, after, now=NOW) == [Moved(was=before.occurrences[0], now=after.occurrences[0])]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:TENTATIVE"])
def test_a_visit_says_otherwise(line: str) -> None:
    before, after = march(visit(9)), march(visit(9, line))

    assert changes(before, after, now=NOW) == [Changed(was=before.occurrences[0], now=after.occurrences[0])]


def test_stamps_alone_are_no_change() -> None:
    assert changes(march(visit(9)), march(visit(9, "SEQUENCE:4", "LAST-MODIFIED:20270301T110000Z")), now=NOW) == []


def test_a_visit_moved_out_of_the_window_is_moved_and_not_gone() -> None:
    before = march(visit(9))
    after = march(an_event("DTSTART:20270901T150000Z", "DURATION:PT30M"))

    assert changes(before, after, now=NOW) == [Moved(was=before.occurrences[0], now=after.beyond[0])]


def test_a_visit_moved_into_the_window_is_moved_and_not_new() -> None:
    before = march(an_event("DTSTART:20270901T150000Z", "DURATION:PT30M"))
    after = march(visit(9))

    assert changes(before, after, now=NOW) == [Moved(was=before.beyond[0], now=after.occurrences[0])]


def test_a_window_that_moves_on_neither_deletes_nor_books() -> None:
    text = (
        an_event("DTSTART:20270301T160000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY"),
        visit(2, uid="2"),
        visit(30, uid="3"),
    )
    before = a_feed(*text, within=between("2027-03-01", "2027-03-15"))
    after = a_feed(*text, within=between("2027-03-08", "2027-04-01"))

    assert changes(before, after, now=NOW) == []
    assert changes(after, before, now=NOW) == []


def test_a_publisher_that_trims_its_past_cancels_nothing() -> None:
    before = march(visit(1, hour=9), visit(1, hour=11, uid="2"), visit(9, uid="3"))

    assert changes(before, march(visit(9, uid="3")), now=NOW) == []


def test_a_visit_that_is_on_has_not_passed() -> None:
    before = march(an_event("DTSTART:20270301T114500Z", "DURATION:PT30M"))

    assert [change.how for change in changes(before, march(), now=NOW) if isinstance(change, Vanished)] == [
        Gone.MISSING
    ]


def test_a_visit_that_could_not_be_read_has_not_vanished_nor_does_it_come_anew() -> None:
    before, broken = march(visit(9), visit(10, uid="2")), march(an_event("DTSTART:soon"), visit(10, uid="2"))

    assert changes(before, broken, now=NOW) == []
    assert changes(broken, before, now=NOW) == []


def test_one_repetition_is_moved_another_cancelled_another_taken_out() -> None:
    daily = ("DTSTART:20270302T150000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY;COUNT=5")
    before = march(an_event(*daily))
    after = march(
        an_event(*daily, "EXDATE:20270303T150000Z"),
        an_event("RECURRENCE-ID:20270304T150000Z", "DTSTART:20270304T170000Z", "DURATION:PT30M"),
        an_event("RECURRENCE-ID:20270305T150000Z", "DTSTART:20270305T150000Z", "STATUS:CANCELLED"),
    )

    found = changes(before, after, now=NOW)

    assert found == [
        Vanished(was=before.occurrences[1], how=Gone.MISSING),
        Moved(was=before.occurrences[2], now=after.occurrences[1]),
        Vanished(was=before.occurrences[3], how=Gone.CANCELLED),
    ]
    assert before.occurrences[2].key == Key(uid="1", original=utc("2027-03-04 15:00"))


def test_a_publisher_that_renews_its_uids_only_renames() -> None:
    before, after = march(visit(9, uid="a"), visit(10, uid="b")), march(visit(9, uid="c"), visit(10, uid="d"))

    assert changes(before, after, now=NOW) == [
        Renamed(was=before.occurrences[0], now=after.occurrences[0]),
        Renamed(was=before.occurrences[1], now=after.occurrences[1]),
    ]


def test_of_two_at_one_time_one_is_renamed_and_the_other_gone() -> None:
    before, after = march(visit(9, uid="a"), visit(9, uid="b")), march(visit(9, uid="c"))

    assert [type(change) for change in changes(before, after, now=NOW)].count(Renamed) == 1
    assert [type(change) for change in changes(before, after, now=NOW)].count(Vanished) == 1


def test_a_calendar_that_is_empty_all_at_once_is_suspect() -> None:
    full = march(*(visit(day, uid=f"{day}") for day in range(9, 13)))
    all_cancelled = march(*(visit(day, "STATUS:CANCELLED", uid=f"{day}") for day in range(9, 13)))

    assert is_suspect(full, march(), now=NOW)
    assert is_suspect(full, all_cancelled, now=NOW)
    assert not is_suspect(full, march(visit(9, uid="9")), now=NOW)
    assert not is_suspect(march(visit(9)), march(), now=NOW)
    assert not is_suspect(full, march(), now=utc("2027-03-20 12:00"))


def test_a_visit_that_was_written_back_is_found_by_its_time() -> None:
    feed = march(visit(9), visit(9, "STATUS:CANCELLED", uid="2"), visit(9, uid="3", hour=16))

    found = standing_at(feed, between("2027-03-09 15:00", "2027-03-09 15:30"))

    assert [one.key.uid for one in found] == ["1"]
    assert standing_at(feed, between("2027-03-09 15:00", "2027-03-09 15:45")) == []


VISITS = some.dictionaries(some.sampled_from("abcdef"), some.tuples(some.integers(2, 30), some.booleans()), max_size=6)


@given(VISITS, VISITS)
def test_the_changes_lead_from_the_one_reading_to_the_other(
    first: dict[str, tuple[int, bool]], second: dict[str, tuple[int, bool]]
) -> None:
    before, after = (
        march(*(visit(day, *([] if stands else ["STATUS:CANCELLED"]), uid=uid) for uid, (day, stands) in told.items()))
        for told in (first, second)
    )

    kept = {one.key: one.start for one in before.occurrences if one.stands}
    for change in changes(before, after, now=NOW):
        match change:
            case Appeared(now=one):
                assert one.key not in kept
                kept[one.key] = one.start
            case Vanished(was=one):
                assert kept.pop(one.key) == one.start
            case Moved(was=was, now=one):
                assert kept.pop(was.key) == was.start
                kept[one.key] = one.start
            case Renamed(was=was, now=one):
                assert kept.pop(was.key) == one.start
                kept[one.key] = one.start
            case Changed():
                raise AssertionError("nothing but times and cancellations differs here")

    assert kept == {one.key: one.start for one in after.occurrences if one.stands}
    assert all(one.end - one.start == timedelta(minutes=30) for one in after.occurrences)
