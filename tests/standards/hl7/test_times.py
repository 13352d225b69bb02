"""Time stamps, with an offset and without, and the two nights on which the wall does not tell."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standards.hl7.samples import AUSTIN

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.hl7.composing import stamp
from frontdesk.standards.hl7.notation import Unwritable
from frontdesk.standards.hl7.times import TimeUnclear, Zones, instant_of, period_of, read_stamp, wall_stamp

ZONES = [ZoneInfo(name) for name in ("America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca")]
TWICE = "20261101013000"
"""01:30 in Austin on the night the clock is set back."""
SKIPPED = "20270314023000"
FIRST, SECOND = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("20270105090000", datetime(2027, 1, 5, 15, 0, tzinfo=UTC)),
        ("202701050900", datetime(2027, 1, 5, 15, 0, tzinfo=UTC)),
        ("20270705090000", datetime(2027, 7, 5, 14, 0, tzinfo=UTC)),
        ("20270105090000.25", datetime(2027, 1, 5, 15, 0, 0, 250000, tzinfo=UTC)),
        ("20270105090000-0600", datetime(2027, 1, 5, 15, 0, tzinfo=UTC)),
        ("202701050900+0530", datetime(2027, 1, 5, 3, 30, tzinfo=UTC)),
        ("20270105150000Z", datetime(2027, 1, 5, 15, 0, tzinfo=UTC)),
    ],
)
def test_a_time_stamp_is_an_instant(written: str, instant: datetime) -> None:
    assert instant_of(written, AUSTIN) == instant


@pytest.mark.parametrize(
    "written",
    [
        *("", "2027010509", "20270230090000", "20270105250000", "20270105096000", "2027-01-05 09:00", "1/5/2027"),
        *(
            "20270105090000-0660",
            "20270105090000+1500",
            "202701050900000",
            "20270105 0900",
            "soon",
            "00010101000000",
            "99991231235959",
            "٢٠٢٧٠١٠٥٠٩٠٠",
        ),
    ],
)
def test_what_is_no_time_stamp_is_told_so(written: str) -> None:
    assert read_stamp(written) is None
    assert instant_of(written, AUSTIN) == TimeUnclear(why="it is no time stamp")


@pytest.mark.parametrize("written", ["20270105", "202701", "2027"])
def test_a_day_is_no_time(written: str) -> None:
    assert instant_of(written, AUSTIN) == TimeUnclear(why="it is a day without a time")


def test_a_day_is_read_as_one() -> None:
    assert [one and one.date for one in map(read_stamp, ("19880412", "198804", "19880412093000+0100"))] == [
        date(1988, 4, 12),
        None,
        date(1988, 4, 12),
    ]


def test_without_a_zone_and_an_offset_nobody_knows_the_instant() -> None:
    unclear = instant_of("20270105090000", None)

    assert isinstance(unclear, TimeUnclear)
    assert instant_of("20270105090000-0600", None) == datetime(2027, 1, 5, 15, 0, tzinfo=UTC)


def test_a_time_that_autumn_shows_twice_is_not_chosen_among() -> None:
    assert instant_of(TWICE, AUSTIN) == TimeUnclear(
        why="the clock shows this time twice that night", candidates=(FIRST, SECOND)
    )
    assert instant_of(TWICE + "-0500", AUSTIN) == FIRST
    assert instant_of(TWICE + "-0600", AUSTIN) == SECOND


def test_a_time_that_spring_skips_is_told_so() -> None:
    assert instant_of(SKIPPED, AUSTIN) == TimeUnclear(why="the clock skips this time that night")


def test_a_length_tells_which_of_two_showings_of_the_clock_is_meant() -> None:
    end = instant_of("20261101020000", AUSTIN)

    assert period_of(instant_of(TWICE, AUSTIN), end, timedelta(minutes=30)) == Period(
        start=SECOND, end=SECOND + HOUR / 2
    )
    assert period_of(instant_of(TWICE, AUSTIN), end, timedelta(minutes=90)) == Period(
        start=FIRST, end=SECOND + HOUR / 2
    )


@pytest.mark.parametrize("length", [None, timedelta(minutes=45)])
def test_without_a_length_that_fits_two_showings_stay_two(length: timedelta | None) -> None:
    during = period_of(instant_of(TWICE, AUSTIN), instant_of("20261101020000", AUSTIN), length)

    assert isinstance(during, TimeUnclear)
    assert during.candidates == (FIRST, SECOND)


def test_a_start_shown_twice_with_only_a_length_stays_two() -> None:
    assert isinstance(period_of(instant_of(TWICE, AUSTIN), None, HOUR), TimeUnclear)


def test_an_end_that_is_not_after_the_start_makes_no_period() -> None:
    nine = datetime(2027, 1, 5, 15, 0, tzinfo=UTC)

    assert isinstance(period_of(nine, nine, None), TimeUnclear)
    assert isinstance(period_of(nine, None, timedelta(0)), TimeUnclear)
    assert period_of(nine, None, None) == TimeUnclear(why="it has neither an end nor a length")
    assert period_of(nine, nine + HOUR, timedelta(minutes=5)) == Period(start=nine, end=nine + HOUR)


@given(
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda one: one.replace(microsecond=0)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES),
)
def test_an_instant_that_is_written_is_read_back(moment: datetime, zone: ZoneInfo) -> None:
    moment = moment.replace(tzinfo=UTC)

    assert instant_of(stamp(moment.astimezone(zone)), None) == moment
    without_offset = instant_of(moment.astimezone(zone).strftime("%Y%m%d%H%M%S"), zone)
    assert without_offset == moment or (isinstance(without_offset, TimeUnclear) and moment in without_offset.candidates)


def test_a_site_that_is_told_no_offset_is_told_no_time_that_the_clock_shows_twice() -> None:
    assert wall_stamp(datetime(2027, 1, 5, 15, 0, tzinfo=UTC), AUSTIN) == "20270105090000"
    with pytest.raises(Unwritable):
        wall_stamp(FIRST, AUSTIN)
    with pytest.raises(Impossible):
        stamp(datetime(2027, 1, 5))  # noqa: DTZ001 - that it has no zone is the point


def test_each_location_has_its_own_wall() -> None:
    zones = Zones(everywhere=AUSTIN, by_location={"EL PASO": ZoneInfo("America/Denver")})

    assert zones.at("EL PASO") == ZoneInfo("America/Denver")
    assert zones.at("ELSEWHERE") == AUSTIN
    assert Zones(by_location={}).at("") is None
