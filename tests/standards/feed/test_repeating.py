"""Rules, held against the examples of RFC 5545 and against dateutil, which knows nothing of ours."""

from datetime import datetime, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some

from frontdesk.standards.feed.repeating import Effort, TooMuch, starts
from frontdesk.standards.feed.rule import rule
from frontdesk.standards.feed.text import Bad

LAST = datetime(2031, 1, 1)  # noqa: DTZ001 - a time on the wall, as all in here
NINE = datetime(1997, 9, 2, 9)  # noqa: DTZ001


def ours(text: str, first: datetime, *, since: datetime | None = None, last: datetime = LAST) -> list[datetime]:
    read = rule(text)
    until = read.until

    def is_over(wall: datetime) -> bool:
        return until is not None and wall > until.at

    return list(starts(read, first, since=since or first, last=last, is_over=is_over, effort=Effort(left=2_000_000)))


def days(text: str, first: datetime = NINE, *, count: int = 400) -> list[str]:
    return [f"{at:%Y-%m-%d}" for at in islice(ours(text, first), count)]


@pytest.mark.parametrize(
    ("text", "first", "wanted"),
    [
        ("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03 1997-11-07 1997-12-05"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22", "1997-09-22 1997-10-20 1997-11-17"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
            "2007-01-15",
            "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30",
        ),
        (
            "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200",
            "1997-01-01",
            "1997-01-01 1997-04-10 1997-07-19 2000-01-01",
        ),
        ("FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "1997-05-12", "1997-05-12 1998-05-11 1999-05-17"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "1998-02-13", "1998-02-13 1998-03-13 1998-11-13"),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
            "1996-11-05",
            "1996-11-05 2000-11-07 2004-11-02",
        ),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-09-04 1997-10-07 1997-11-06"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3", "1997-09-29", "1997-09-29 1997-10-30 1997-11-27"),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            "1997-08-05",
            "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            "1997-08-05",
            "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
        ),
        ("FREQ=MONTHLY;COUNT=4", "2027-01-31", "2027-01-31 2027-03-31 2027-05-31 2027-07-31"),
        ("FREQ=YEARLY;COUNT=2", "2024-02-29", "2024-02-29 2028-02-29"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO;COUNT=3", "2026-12-28", "2026-12-28 2027-12-27 2028-12-25"),
        ("FREQ=YEARLY;BYWEEKNO=53;COUNT=2", "2020-12-31", "2020-12-31 2026-12-31"),
    ],
)
def test_a_rule_repeats_as_the_standard_shows(text: str, first: str, wanted: str) -> None:
    assert days(text, datetime.fromisoformat(first)) == wanted.split()


def test_a_rule_by_the_hour_stays_within_its_hours_and_minutes() -> None:
    found = ours("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10;COUNT=8", NINE)

    assert [f"{at:%d %H:%M}" for at in found] == [
        *("02 09:00", "02 09:20", "02 09:40", "02 10:00", "02 10:20", "02 10:40", "03 09:00", "03 09:20"),
    ]


def test_the_first_start_counts_even_where_it_does_not_fit_the_rule() -> None:
    assert days("FREQ=WEEKLY;BYDAY=MO;COUNT=3", datetime.fromisoformat("2027-03-03")) == [
        *("2027-03-03", "2027-03-08", "2027-03-15"),
    ]


WEEKDAYS = some.lists(
    some.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True
)
NUMBERED = some.lists(
    some.tuples(some.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), some.sampled_from(["MO", "TU", "FR", "SU"])),
    min_size=1,
    max_size=3,
    unique=True,
)


def numbers(least: int, most: int, *, size: int = 4) -> some.SearchStrategy[list[int]]:
    return some.lists(some.integers(least, most), min_size=1, max_size=size, unique=True)


def signed(most: int, *, size: int = 4) -> some.SearchStrategy[list[int]]:
    either = some.integers(1, most) | some.integers(-most, -1)
    return some.lists(either, min_size=1, max_size=size, unique=True)


def text_of(values: list[int]) -> str:
    return ",".join(map(str, values))


@some.composite
def rules(draw: some.DrawFn) -> tuple[str, datetime]:
    """A rule and its first start, within what the two take to mean the same, and that comes true before the year 9999.

    They differ on purpose in three places, which the RFC decides or leaves open: dateutil drops a first start that
    does not fit (so one that fits is taken below), takes every day of a week where BYWEEKNO stands alone, and counts
    BYSETPOS in the first week from the first start on.
    """
    frequency = draw(some.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]))
    first = draw(some.datetimes(datetime(2019, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001
    first = first.replace(microsecond=0)
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(some.integers(1, 6))}"]
    is_short = frequency in {
        "DAILY",
        "HOURLY",
        "MINUTELY",
        "SECONDLY",
    }  # what never comes true keeps dateutil for hours

    def maybe() -> bool:
        return draw(some.integers(0, 3)) == 0

    if maybe():
        parts.append(f"BYMONTH={text_of(draw(numbers(1, 12)))}")
    if maybe() and frequency != "WEEKLY":
        parts.append(f"BYMONTHDAY={text_of(draw(signed(28 if is_short else 31, size=8)))}")
    if frequency == "YEARLY" and maybe():
        parts.append(f"BYYEARDAY={text_of(draw(signed(366, size=9)))}")
    weeks = frequency == "YEARLY" and maybe()
    if weeks:
        parts.append(f"BYWEEKNO={text_of([*draw(numbers(1, 53)), *draw(some.sampled_from([[], [-1]]))])}")
    if weeks or maybe():
        parts.append(f"BYDAY={','.join(draw(WEEKDAYS))}")
    elif frequency in {"YEARLY", "MONTHLY"} and maybe():
        parts.append("BYDAY=" + ",".join(f"{which}{day}" for which, day in draw(NUMBERED)))
    if maybe():
        parts.append(f"BYHOUR={text_of(draw(numbers(0, 23)))}")
    if maybe():
        parts.append(f"BYMINUTE={text_of(draw(numbers(0, 59)))}")
    if maybe() and frequency != "WEEKLY":
        parts.append(f"BYSETPOS={text_of(draw(signed(1 if is_short else 5, size=2)))}")
    parts.append(f"WKST={draw(some.sampled_from(['MO', 'SU', 'TH']))}")
    return ";".join(parts), first


def theirs(text: str, first: datetime, count: int) -> list[datetime]:
    """The first occurrences by dateutil, up to the end of the window."""
    return list(islice(takewhile(lambda at: at <= LAST, rrulestr(text, dtstart=first)), count))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(rules())
@example(("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", datetime(2026, 1, 30, 9)))  # noqa: DTZ001
@example(("FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU;WKST=SU", datetime(2020, 12, 27, 9)))  # noqa: DTZ001
@example(("FREQ=YEARLY;BYYEARDAY=366,-366;INTERVAL=2", datetime(2020, 12, 31, 9)))  # noqa: DTZ001
def test_any_rule_repeats_as_dateutil_says(drawn: tuple[str, datetime]) -> None:
    text, first = drawn
    try:
        first = next(iter(theirs(text, first, 1)), first)
        wanted = theirs(text, first, 60)
    except ValueError:  # dateutil refuses a rule by the hour whose step never meets its hours
        assume(False)
    assume(wanted)

    found = ours(text, first, last=wanted[-1] if len(wanted) == 60 else LAST)

    assert found == wanted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules(), some.integers(0, 900))
def test_beginning_later_leaves_out_what_is_before_and_changes_nothing_after(
    drawn: tuple[str, datetime], later: int
) -> None:
    text, first = drawn
    since = first + timedelta(minutes=later) * (1 if "FREQ=SECONDLY" in text or "FREQ=MINUTELY" in text else 1440)
    last = since + (since - first)
    whole = ours(text, first, last=last)

    assert ours(text, first, since=since, last=last) == [at for at in whole if at >= since]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_count_ends_a_rule_wherever_the_window_begins(count: int) -> None:
    first = datetime.fromisoformat("2027-03-01T09:00")

    assert len(ours(f"FREQ=DAILY;COUNT={count}", first)) == count
    assert ours(f"FREQ=DAILY;COUNT={count}", first, since=first + timedelta(days=count)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=SOMETIMES",
        "BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO,XX",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=99MO",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20270230",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMONTH=5L",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;RSCALE=HEBREW",
        "FREQ=DAILY;BYDAY=",
        "FREQ=DAILY;INTERVAL=2,3",
        "FREQ=WEEKLY;WKST=XX",
    ],
)
def test_a_rule_that_the_standard_does_not_know_is_not_guessed(text: str) -> None:
    with pytest.raises(Bad):
        rule(text)


def test_a_rule_is_read_in_any_case_and_with_what_says_nothing() -> None:
    assert rule("freq=weekly;byday=mo,we;RSCALE=GREGORIAN;SKIP=OMIT;X-WHY=Z;") == rule("FREQ=WEEKLY;BYDAY=WE,MO")


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=59;BYSECOND=59;BYSETPOS=2",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
        "FREQ=SECONDLY;COUNT=900000000",
        "FREQ=DAILY;COUNT=900000000;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;INTERVAL=999999999",
        "FREQ=YEARLY;INTERVAL=999999999",
        "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))),
    ],
)
def test_no_rule_takes_more_steps_than_it_is_given(text: str) -> None:
    effort = Effort(left=50_000)
    taken = 0
    try:
        for _ in starts(rule(text), NINE, since=NINE, last=LAST, is_over=lambda _: False, effort=effort):
            taken += 1
    except TooMuch:
        assert effort.left < 0

    assert taken <= 50_000
