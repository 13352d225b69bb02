from datetime import UTC, date, datetime

import pytest
from tests.clinic import ZONE

from frontdesk.web.catalogue import words_in
from frontdesk.web.wall_clock import clock, day, day_and_clock, near_day

ENGLISH, SPANISH = words_in("en"), words_in("es")
EVENING = datetime(2026, 5, 28, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "shown"), [(5, 5, "12:05 AM"), (14, 0, "9:00 AM"), (17, 0, "12:00 PM"), (23, 30, "6:30 PM")]
)
def test_a_time_is_what_the_clinics_wall_clock_shows(hour: int, minute: int, shown: str) -> None:
    assert clock(datetime(2026, 5, 28, hour, minute, tzinfo=UTC), ZONE, ENGLISH) == shown


def test_a_day_and_time_read_as_people_say_them_in_each_language() -> None:
    assert day_and_clock(EVENING, ZONE, ENGLISH) == "Thursday, May 28 at 6:30 PM"
    assert day_and_clock(EVENING, ZONE, SPANISH) == "jueves 28 de mayo a las 6:30 p. m."


def test_days_close_by_have_names() -> None:
    today = date(2026, 5, 28)

    assert near_day(today, today, ENGLISH) == "Today"
    assert near_day(date(2026, 5, 27), today, SPANISH) == "Ayer"
    assert near_day(date(2026, 5, 26), today, ENGLISH) == day(date(2026, 5, 26), ENGLISH) == "Tuesday, May 26"


def test_an_instant_after_midnight_in_utc_is_still_the_evening_before_at_the_clinic() -> None:
    late = datetime(2026, 5, 29, 2, 47, tzinfo=UTC)

    assert day_and_clock(late, ZONE, ENGLISH) == "Thursday, May 28 at 9:47 PM"
