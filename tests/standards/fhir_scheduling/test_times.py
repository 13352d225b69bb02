"""Instants, dates and dateTimes, with the two nights in which a clock is set."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standards.fhir_scheduling.resources import AUSTIN

from frontdesk.domain.faults import Impossible
from frontdesk.standards.fhir_scheduling.times import Unclear, instant_text, read_instant, read_moment


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-05T09:00:00-06:00",
        "2027-01-05T15:00:00Z",
        "2027-01-05T15:00:00.000Z",
        "2027-01-06T04:59:00+13:59",
        "2027-01-05T15:00Z",  # dateTime of Epic's pages without seconds
    ],
)
def test_an_instant_is_read_by_its_offset(text: str) -> None:
    assert read_instant(text) == datetime(2027, 1, 5, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2027-01-05T09:00:00", "without an offset"),
        ("2027-01-05", "without a time of day"),
        ("2027-01", "without a time of day"),
        ("2027-01-05 09:00:00Z", "no date or time"),
        ("2027-02-30T09:00:00Z", "any calendar"),
        ("2027-01-05T24:00:00Z", "any calendar"),
        ("2027-01-05T09:00:00+15:00", "no place on earth"),
        ("0001-01-01T00:00:00+14:00", "any calendar"),
        ("today", "no date or time"),
        ("", "no date or time"),
    ],
)
def test_what_is_no_instant_is_told_and_not_supposed(text: str, why: str) -> None:
    with pytest.raises(Unclear, match=why):
        read_instant(text)


def test_a_leap_second_and_a_tiny_part_of_one_are_read() -> None:
    assert read_instant("2016-12-31T23:59:60Z") == datetime(2017, 1, 1, tzinfo=UTC)
    assert read_instant("2027-01-05T15:00:00.123456789Z").microsecond == 123456


def test_the_hour_that_autumn_shows_twice_is_two_hours_by_its_offsets() -> None:
    first, second = read_instant("2026-11-01T01:30:00-05:00"), read_instant("2026-11-01T01:30:00-06:00")

    assert second - first == timedelta(hours=1)
    assert [instant_text(one, AUSTIN) for one in (first, second)] == [
        "2026-11-01T01:30:00-05:00",
        "2026-11-01T01:30:00-06:00",
    ]


def test_around_the_hour_that_spring_skips_each_instant_has_its_own_offset() -> None:
    before = read_instant("2027-03-14T01:59:00-06:00")

    assert instant_text(before, AUSTIN) == "2027-03-14T01:59:00-06:00"
    assert instant_text(before + timedelta(minutes=1), AUSTIN) == "2027-03-14T03:00:00-05:00"


@pytest.mark.parametrize(("day", "hours"), [("2027-03-14", 23), ("2026-11-01", 25), ("2027-01-05", 24)])
def test_a_day_without_a_time_lasts_as_long_as_it_does_at_the_clinic(day: str, hours: int) -> None:
    moment = read_moment(day)

    assert moment.instant is None
    assert moment.ends(AUSTIN) - moment.begins(AUSTIN) == timedelta(hours=hours)


def test_a_year_and_a_month_stay_as_exact_as_they_are() -> None:
    year, december = read_moment("1988"), read_moment("2026-12")

    assert (year.date, year.month) == (None, None)
    assert december.begins(AUSTIN) == datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert december.ends(AUSTIN) == year.ends(AUSTIN).replace(year=2027)
    assert read_moment("1988-04-12").date == datetime(1988, 4, 12, tzinfo=UTC).date()


def test_the_day_of_a_date_and_time_is_the_one_that_was_written() -> None:
    moment = read_moment("2027-01-05T23:30:00-06:00")

    assert str(moment.date) == "2027-01-05"
    assert moment.begins(AUSTIN) == moment.ends(AUSTIN) == datetime(2027, 1, 6, 5, 30, tzinfo=UTC)


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(Impossible):
        instant_text(datetime(2027, 1, 5, 9, 0))  # noqa: DTZ001


@given(
    st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_whatever_is_written_reads_as_the_same_instant(naive: datetime, minutes: int) -> None:
    at = naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=timezone(timedelta(minutes=minutes)))

    assert read_instant(instant_text(at)) == at
    assert read_instant(at.isoformat()) == at
