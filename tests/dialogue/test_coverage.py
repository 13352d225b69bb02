"""When somebody is at the desk again."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.clinic import MAIN, a_practice

from frontdesk.dialogue.coverage import next_opening

TUESDAY_NIGHT = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)


def test_at_night_it_is_the_next_morning() -> None:
    assert next_opening(a_practice(), MAIN, now=TUESDAY_NIGHT) == datetime(2026, 5, 27, 14, tzinfo=UTC)


def test_while_it_is_open_there_is_nothing_to_wait_for() -> None:
    assert next_opening(a_practice(), MAIN, now=datetime(2026, 5, 27, 18, tzinfo=UTC)) is None


def test_a_weekend_and_a_holiday_are_passed_over() -> None:
    practice = a_practice()
    memorial_day = replace(practice.locations[0], closures={date(2026, 5, 25): "Memorial Day"})
    saturday = datetime(2026, 5, 23, 16, tzinfo=UTC)

    opens = next_opening(replace(practice, locations=(memorial_day,)), MAIN, now=saturday)

    assert opens == datetime(2026, 5, 26, 14, tzinfo=UTC)
