"""Series: what was moved, cancelled, added and taken out of them, one by one and from one repetition on."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.standards.feed.a_feed import a_feed, an_event, between, said, spans, starts, utc

from frontdesk.standards.feed.values import Key, Standing, Weight

ZONED = ";TZID=America/Chicago:"
NOON = (f"DTSTART{ZONED}20270301T120000", f"DTEND{ZONED}20270301T130000")


def series(*lines: str) -> str:
    return an_event(*NOON, *lines)


def instead_of(original: str, *lines: str, onward: bool = False) -> str:
    return an_event(f"RECURRENCE-ID{';RANGE=THISANDFUTURE' if onward else ''}{ZONED}{original}", *lines)


def test_each_repetition_is_told_by_the_start_that_the_series_gave_it() -> None:
    feed = a_feed(
        series("RRULE:FREQ=WEEKLY;COUNT=3"),
        instead_of("20270308T120000", f"DTSTART{ZONED}20270309T090000", "DURATION:PT30M"),
    )

    assert spans(feed) == ["03-01 18:00 03-01 19:00", "03-09 15:00 03-09 15:30", "03-15 17:00 03-15 18:00"]
    assert feed.occurrences[1].key == Key(uid="1", original=utc("2027-03-08 18:00"))


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270303T180000Z", "03-03 18:00"),
        ("20270303T175959Z", "03-02 18:00"),
        ("20270303T120000", "03-03 18:00"),
        ("20270303T115959", "03-02 18:00"),
        ("20270303", "03-03 18:00"),
    ],
)
def test_the_last_start_is_told_in_utc_on_the_wall_or_as_a_day(until: str, last: str) -> None:
    assert starts(a_feed(series(f"RRULE:FREQ=DAILY;UNTIL={until}")))[-1] == last


@pytest.mark.parametrize("until", ["20270303", "20270303T000000Z", "20270303T060000Z", "20270303T000000"])
def test_a_series_of_days_ends_with_its_last_day_however_it_is_told(until: str) -> None:
    feed = a_feed(an_event("DTSTART;VALUE=DATE:20270301", f"RRULE:FREQ=DAILY;UNTIL={until}"))

    assert starts(feed) == ["03-01 06:00", "03-02 06:00", "03-03 06:00"]


def test_a_last_day_told_as_its_midnight_in_utc_is_that_day_east_of_greenwich_too() -> None:
    feed = a_feed(
        an_event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=DAILY;UNTIL=20270302T230000Z"), zone="Europe/Berlin"
    )

    assert starts(feed) == ["02-28 23:00", "03-01 23:00", "03-02 23:00"]


@pytest.mark.parametrize(
    "line",
    [
        f"EXDATE{ZONED}20270302T120000",
        "EXDATE:20270302T180000Z",
        "EXDATE;VALUE=DATE:20270302",
        "EXDATE:20270302",
        "EXDATE:20270302T120000",
        "EXDATE;TZID=America/New_York:20270302T130000",
        f"EXDATE{ZONED}20270302T120000,20270401T120000",
    ],
)
def test_a_repetition_taken_out_is_gone_in_whatever_form_it_is_told(line: str) -> None:
    assert starts(a_feed(series("RRULE:FREQ=DAILY;COUNT=3", line))) == ["03-01 18:00", "03-03 18:00"]


@pytest.mark.parametrize("line", ["EXDATE;VALUE=DATE:20270302", "EXDATE:20270302T000000Z", "EXDATE:20270302T060000Z"])
def test_a_day_taken_out_of_a_series_of_days_is_gone(line: str) -> None:
    feed = a_feed(an_event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=DAILY;COUNT=3", line))

    assert starts(feed) == ["03-01 06:00", "03-03 06:00"]


def test_what_is_taken_out_counts_and_the_first_may_be_taken_out() -> None:
    feed = a_feed(series("RRULE:FREQ=DAILY;COUNT=3", f"EXDATE{ZONED}20270301T120000"))

    assert starts(feed) == ["03-02 18:00", "03-03 18:00"]


def test_more_repetitions_are_added_some_with_a_length_of_their_own() -> None:
    feed = a_feed(
        series(
            "RRULE:FREQ=DAILY;COUNT=1",
            f"RDATE{ZONED}20270305T080000,20270301T120000",
            "RDATE;VALUE=PERIOD:20270306T150000Z/PT15M,20270307T150000Z/20270307T153000Z",
        )
    )

    assert spans(feed) == [
        "03-01 18:00 03-01 19:00",
        "03-05 14:00 03-05 15:00",
        "03-06 15:00 03-06 15:15",
        "03-07 15:00 03-07 15:30",
    ]


def test_dates_alone_make_a_series() -> None:
    assert starts(a_feed(series(f"RDATE{ZONED}20270305T120000"))) == ["03-01 18:00", "03-05 18:00"]


def test_an_old_rule_of_exceptions_is_obeyed() -> None:
    feed = a_feed(series("RRULE:FREQ=DAILY;COUNT=5", "EXRULE:FREQ=WEEKLY;BYDAY=TU,TH"))

    assert starts(feed) == ["03-01 18:00", "03-03 18:00", "03-05 18:00"]


def test_two_rules_of_one_series_are_put_together() -> None:
    feed = a_feed(series("RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2"))

    assert starts(feed) == ["03-01 18:00", "03-02 18:00", "03-08 18:00"]


def test_a_cancelled_repetition_is_told_as_cancelled() -> None:
    feed = a_feed(
        series("RRULE:FREQ=DAILY;COUNT=2"),
        instead_of("20270302T120000", f"DTSTART{ZONED}20270302T120000", "DURATION:PT1H", "STATUS:CANCELLED"),
    )

    assert [one.standing for one in feed.occurrences] == [Standing.UNSAID, Standing.CANCELLED]


def test_a_repetition_moved_into_the_window_is_inside_and_one_moved_out_beyond() -> None:
    feed = a_feed(
        series("RRULE:FREQ=WEEKLY;COUNT=4"),
        instead_of("20270308T120000", f"DTSTART{ZONED}20270601T120000"),
        instead_of("20270322T120000", f"DTSTART{ZONED}20270309T120000"),
        within=between("2027-03-08", "2027-03-16"),
    )

    assert starts(feed) == ["03-09 18:00", "03-15 17:00"]
    assert [one.key.original for one in feed.beyond] == [utc("2027-03-08 18:00")]


def test_a_change_from_one_repetition_on_holds_for_all_after_it() -> None:
    feed = a_feed(
        series("RRULE:FREQ=WEEKLY;COUNT=5"),
        instead_of("20270308T120000", f"DTSTART{ZONED}20270309T140000", "DURATION:PT30M", onward=True),
        instead_of("20270315T120000", f"DTSTART{ZONED}20270315T070000", "DURATION:PT15M"),
        instead_of("20270329T120000", f"DTSTART{ZONED}20270329T120000", "STATUS:CANCELLED", onward=True),
    )

    assert spans(feed) == [
        "03-01 18:00 03-01 19:00",
        "03-09 20:00 03-09 20:30",
        "03-15 12:00 03-15 12:15",
        "03-23 19:00 03-23 19:30",
        "03-29 17:00 03-29 17:00",
    ]
    assert [one.stands for one in feed.occurrences] == [True, True, True, True, False]


def test_a_change_from_one_repetition_on_reaches_into_a_later_window() -> None:
    feed = a_feed(
        series("RRULE:FREQ=MONTHLY"),
        instead_of("20270401T120000", f"DTSTART{ZONED}20270420T120000", "DURATION:PT30M", onward=True),
        within=between("2028-02-15", "2028-03-01"),
    )

    assert [f"{one.start:%Y-%m-%d %H:%M}" for one in feed.occurrences] == ["2028-02-20 18:00"]


def test_a_changed_repetition_whose_series_is_not_told_stands_alone() -> None:
    feed = a_feed(
        instead_of("20270308T120000", f"DTSTART{ZONED}20270309T090000"),
        an_event(f"RECURRENCE-ID;RANGE=THISANDFUTURE{ZONED}20270308T120000", f"DTSTART{ZONED}20270310T090000", uid="2"),
    )

    assert starts(feed) == ["03-09 15:00", "03-10 15:00"]
    assert said(feed) == ["it changes a series from one repetition on, which is not in the feed"]


def test_a_repetition_named_by_its_day_is_the_one_of_that_day() -> None:
    feed = a_feed(
        series("RRULE:FREQ=DAILY;COUNT=2"),
        an_event("RECURRENCE-ID;VALUE=DATE:20270302", f"DTSTART{ZONED}20270302T150000"),
    )

    assert starts(feed) == ["03-01 18:00", "03-02 21:00"]


def test_a_broken_change_leaves_the_repetition_where_it_was_and_is_reported() -> None:
    feed = a_feed(series("RRULE:FREQ=DAILY;COUNT=2"), instead_of("20270302T120000", "DTSTART:soon"))

    assert starts(feed) == ["03-01 18:00", "03-02 18:00"]
    assert [fault.weight for fault in feed.faults] == [Weight.LOST]


def test_a_repetition_that_is_a_series_itself_is_reported() -> None:
    feed = a_feed(instead_of("20270308T120000", f"DTSTART{ZONED}20270309T090000", "RRULE:FREQ=DAILY"))

    assert said(feed) == ["it stands for one repetition and repeats itself"]


def test_a_rule_without_end_is_cut_by_the_window() -> None:
    feed = a_feed(
        an_event("DTSTART:19700101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"),
        within=between("2027-03-01 09:30", "2027-03-03 09:00"),
    )

    assert starts(feed) == ["03-01 09:00", "03-02 09:00"]
    assert feed.beyond == ()


def test_a_long_repetition_that_began_before_the_window_is_inside() -> None:
    feed = a_feed(
        an_event("DTSTART;VALUE=DATE:20260105", "DURATION:P10D", "RRULE:FREQ=MONTHLY"),
        within=between("2027-03-14", "2027-03-15"),
    )

    assert [f"{one.start:%Y-%m-%d}" for one in feed.occurrences] == ["2027-03-05"]


@settings(max_examples=150, deadline=None)
@given(
    out=some.sets(some.integers(0, 19), max_size=6),
    cancelled=some.sets(some.integers(0, 19), max_size=4),
    moved=some.dictionaries(some.integers(0, 19), some.integers(-300, 300), max_size=5),
    onward=some.none() | some.tuples(some.integers(0, 19), some.integers(-300, 300)),
    added=some.sets(some.integers(0, 40), max_size=4),
    opens=some.integers(-5, 30),
    open_for=some.integers(1, 30),
)
def test_any_series_comes_out_as_one_that_is_kept_by_hand(
    out: set[int],
    cancelled: set[int],
    moved: dict[int, int],
    onward: tuple[int, int] | None,
    added: set[int],
    opens: int,
    open_for: int,
) -> None:
    """Twenty mornings of half an hour, in a zone whose clock never changes; moves are in hours."""
    first = datetime(2027, 3, 1, 9)  # noqa: DTZ001 - a time on the wall, which in Phoenix is UTC-7
    zone, day, hour = ";TZID=America/Phoenix:", timedelta(days=1), timedelta(hours=1)

    def told(at: datetime) -> str:
        return f"{zone}{at:%Y%m%dT%H%M%S}"

    kept = {n: (first + n * day, timedelta(minutes=30), True) for n in range(20) if n not in out}
    kept |= {1000 + n: (first + n * day + 5 * hour, timedelta(minutes=30), True) for n in added}
    blocks = [
        an_event(
            f"DTSTART{told(first)}",
            "DURATION:PT30M",
            "RRULE:FREQ=DAILY;COUNT=20",
            *(f"EXDATE{told(first + n * day)}" for n in sorted(out)),
            *(f"RDATE{told(first + n * day + 5 * hour)}" for n in sorted(added)),
        )
    ]
    if onward and onward[0] not in moved and onward[0] not in cancelled:
        since, by = onward
        original = first + since * day
        blocks.append(
            an_event(
                f"RECURRENCE-ID;RANGE=THISANDFUTURE{told(original)}",
                f"DTSTART{told(original + by * hour)}",
                "DURATION:PT45M",
            )
        )
        for n, (at, _, _) in list(kept.items()):
            if at >= original:
                kept[n] = (at + by * hour, timedelta(minutes=45), True)
        kept[since] = (original + by * hour, timedelta(minutes=45), True)
    for n in cancelled | moved.keys():
        original = first + n * day
        at = original + moved.get(n, 0) * hour
        status = ("STATUS:CANCELLED",) if n in cancelled else ()
        blocks.append(an_event(f"RECURRENCE-ID{told(original)}", f"DTSTART{told(at)}", "DURATION:PT20M", *status))
        kept[n] = (at, timedelta(minutes=20), n not in cancelled)
    base = utc("2027-03-01")
    within = between(f"{base + opens * day:%Y-%m-%d}", f"{base + (opens + open_for) * day:%Y-%m-%d}")

    feed = a_feed(*blocks, within=within)

    shift = timedelta(hours=7)
    wanted = [(at + shift, at + shift + long, stands) for at, long, stands in kept.values()]
    naive = [(one.start.replace(tzinfo=None), one.end.replace(tzinfo=None), one.stands) for one in feed.occurrences]
    start, end = within.start.replace(tzinfo=None), within.end.replace(tzinfo=None)
    assert sorted(naive) == sorted(one for one in wanted if one[0] < end and start < one[1])
    assert feed.faults == ()
