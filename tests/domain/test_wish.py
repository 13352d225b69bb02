"""Wishes: what fits them, and how a later word completes an earlier one."""

from datetime import date, datetime, time

import pytest
from tests.clinic import ZONE, at

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.wish import Window, Wish

EVENINGS = Wish(windows=(Window(earliest=time(17)),))
WEDNESDAY = Wish(windows=(Window(first=date(2026, 5, 27), last=date(2026, 5, 27)),))


def test_days_said_after_hours_keep_the_hours() -> None:
    wanted = EVENINGS.refined_by(WEDNESDAY)

    assert wanted.fits(at("2026-05-27 18:00"), ZONE)
    assert not wanted.fits(at("2026-05-27 10:00"), ZONE)
    assert not wanted.fits(at("2026-05-28 18:00"), ZONE)


def test_hours_said_after_days_keep_the_days() -> None:
    wanted = WEDNESDAY.refined_by(EVENINGS)

    assert wanted == EVENINGS.refined_by(WEDNESDAY)


def test_days_and_hours_said_together_stand_alone() -> None:
    said = Wish(windows=(Window(weekdays=frozenset({Weekday.FRIDAY}), at=time(10)),))

    assert EVENINGS.refined_by(said) == said


def test_whoever_no_longer_minds_takes_any_time() -> None:
    assert EVENINGS.refined_by(Wish()) == Wish()


def test_a_named_practitioner_stays_named() -> None:
    dana = Wish(practitioner=PractitionerId("dana"))

    assert dana.refined_by(EVENINGS).practitioner == "dana"
    assert EVENINGS.refined_by(dana).windows == EVENINGS.windows


def test_what_is_excluded_stays_excluded() -> None:
    not_mondays = Wish(excluded=(Window(weekdays=frozenset({Weekday.MONDAY})),))

    wanted = not_mondays.refined_by(EVENINGS)

    assert not wanted.fits(at("2026-06-01 18:00"), ZONE)
    assert wanted.fits(at("2026-06-02 18:00"), ZONE)


def test_a_visit_must_end_by_the_time_named() -> None:
    by_five = Wish(windows=(Window(done_by=time(17)),))

    assert by_five.fits(at("2026-05-28 16:30", minutes=30), ZONE)
    assert not by_five.fits(at("2026-05-28 16:45", minutes=30), ZONE)


def test_a_window_cannot_end_before_it_begins() -> None:
    with pytest.raises(Impossible, match="comes before"):
        Window(first=date(2026, 5, 28), last=date(2026, 5, 27))


def test_what_is_ruled_out_one_after_the_other_is_all_ruled_out() -> None:
    mondays = Wish(excluded=(Window(weekdays=frozenset({Weekday.MONDAY})),), windows=(Window(earliest=time(16)),))
    tuesdays = Wish(excluded=(Window(weekdays=frozenset({Weekday.TUESDAY})),))

    both = mondays.refined_by(tuesdays)

    assert both.excluded == (*mondays.excluded, *tuesdays.excluded)
    assert both.windows == mondays.windows


@pytest.mark.parametrize(
    ("windows", "days"),
    [
        ((), (None, None)),
        ((Window(first=date(2026, 6, 3)),), (date(2026, 6, 3), None)),
        (
            (
                Window(first=date(2026, 6, 3), last=date(2026, 6, 4)),
                Window(first=date(2026, 6, 1), last=date(2026, 6, 1)),
            ),
            (date(2026, 6, 1), date(2026, 6, 4)),
        ),
        ((Window(first=date(2026, 6, 3), last=date(2026, 6, 4)), Window(earliest=time(17))), (None, None)),
    ],
)
def test_nothing_outside_the_days_that_were_named_can_fit(
    windows: tuple[Window, ...], days: tuple[date | None, date | None]
) -> None:
    assert Wish(windows=windows).days == days


def test_seen_from_the_visit_that_is_moved_hours_are_of_its_day_and_the_same_time_is_its_own() -> None:
    start = datetime(2026, 6, 11, 16, tzinfo=ZONE)
    before_one = Wish(windows=(Window(latest=time(13)),))
    friday = Wish(windows=(Window(first=date(2026, 6, 12), last=date(2026, 6, 12)),), same_time=True)

    assert before_one.seen_from(start).windows == (
        Window(first=date(2026, 6, 11), last=date(2026, 6, 11), latest=time(13)),
    )
    assert friday.seen_from(start) == Wish(
        windows=(Window(first=date(2026, 6, 12), last=date(2026, 6, 12), at=time(16)),)
    )
    assert Wish().seen_from(start) == Wish()


def test_the_same_time_holds_on_another_day_until_an_hour_is_named() -> None:
    friday = Wish(windows=(Window(first=date(2026, 6, 12), last=date(2026, 6, 12)),), same_time=True)
    monday = Wish(windows=(Window(first=date(2026, 6, 15), last=date(2026, 6, 15)),))
    at_nine = Wish(windows=(Window(at=time(9)),))

    assert friday.refined_by(monday).same_time
    assert not friday.refined_by(at_nine).same_time
