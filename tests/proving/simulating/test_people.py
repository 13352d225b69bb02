"""People and what they ask for come from the seed alone."""

from datetime import date

import pytest

from frontdesk.domain.time import wall
from frontdesk.proving.simulating.habits import usual_habits
from frontdesk.proving.simulating.people import Part, draw_people, is_open, requests_on
from frontdesk.sample.practice import smile

HABITS, SMILE = usual_habits(), smile()
TUESDAY, SATURDAY, SUNDAY = date(2026, 6, 2), date(2026, 6, 6), date(2026, 6, 7)


def asked(day: date, *, seed: int = 1, a_day: float = 16) -> list[object]:
    return list(requests_on(HABITS, SMILE, day, people=700, a_day=a_day, seed=seed))


def test_one_seed_gives_the_same_people_and_requests_and_another_others() -> None:
    assert draw_people(HABITS, 50, seed=3) == draw_people(HABITS, 50, seed=3)
    assert draw_people(HABITS, 50, seed=3) != draw_people(HABITS, 50, seed=4)
    assert asked(TUESDAY) == asked(TUESDAY)
    assert asked(TUESDAY) != asked(TUESDAY, seed=2)


def test_everybody_has_a_phone_of_their_own_that_is_nobodys() -> None:
    phones = [one.phone for one in draw_people(HABITS, 900, seed=1)]

    assert len(set(phones)) == 900
    assert all(phone.startswith("+1512555") and len(phone) == 12 for phone in phones)


def test_shares_of_people_are_those_of_the_figures() -> None:
    people = draw_people(HABITS, 6000, seed=1)

    for share, wanted in (
        (sum(one.answers_texts for one in people), HABITS.answers_texts),
        (sum(one.allowed_texts for one in people), HABITS.allowed_texts),
        (sum(one.language == "es" for one in people), HABITS.spanish),
    ):
        assert share / len(people) == pytest.approx(wanted, abs=0.02)


def test_nobody_asks_on_a_day_on_which_the_practice_is_closed() -> None:
    assert asked(SUNDAY) == []
    assert not is_open(SMILE, date(2026, 11, 26))


def test_an_evening_is_wanted_only_where_there_is_one() -> None:
    assert is_open(SMILE, TUESDAY, Part.EVENING)
    assert not is_open(SMILE, SATURDAY, Part.EVENING)


def test_about_as_many_ask_as_are_wanted_for_days_that_are_open() -> None:
    days = [date(2026, 6, day) for day in range(1, 28) if is_open(SMILE, date(2026, 6, day))]
    found = [request for day in days for request in requests_on(HABITS, SMILE, day, people=700, a_day=16, seed=1)]

    assert len(found) / len(days) == pytest.approx(16, abs=2)
    assert all(is_open(SMILE, one.day, one.part) for one in found)
    zone = SMILE.locations[0].zone
    assert all(9 <= wall(one.at, zone).hour < 17 for one in found if not one.by_text)
