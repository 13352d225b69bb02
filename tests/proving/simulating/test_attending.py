"""How likely a visit is missed, and what reminders leave of that."""

from random import Random

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from frontdesk.proving.simulating.attending import (
    MOST_LEAD_DAYS,
    answer_minutes,
    lead_chance,
    left_after,
    missed_when_made,
)
from frontdesk.proving.simulating.habits import usual_habits
from frontdesk.proving.simulating.people import draw_lead

HABITS = usual_habits()


def test_over_all_leads_as_many_are_missed_as_the_figure_says() -> None:
    days = range(MOST_LEAD_DAYS + 1)

    missed = sum(lead_chance(HABITS, day) * missed_when_made(HABITS, day) for day in days)

    assert sum(lead_chance(HABITS, day) for day in days) == pytest.approx(1)
    assert missed == pytest.approx(HABITS.missed_unreminded)


def test_a_visit_made_long_before_is_missed_more_often_as_published() -> None:
    far, near = missed_when_made(HABITS, 20), missed_when_made(HABITS, 1)

    assert far / near == pytest.approx(20.3 / 12.0)
    assert far == missed_when_made(HABITS, 13)


def test_two_reminders_leave_the_product_of_both_trials_and_a_third_nothing_less() -> None:
    assert left_after(HABITS, 0) == 1
    assert left_after(HABITS, 1) == pytest.approx(17.3 / 23.1, abs=0.001)
    assert left_after(HABITS, 2) == pytest.approx(17.3 / 23.1 * 4.4 / 5.3, abs=0.001)
    assert left_after(HABITS, 3) == left_after(HABITS, 2)


def test_leads_that_are_drawn_follow_their_chances() -> None:
    chance = Random(1)
    drawn = [draw_lead(HABITS, chance) for _ in range(20_000)]

    for day in (1, 7, 20, MOST_LEAD_DAYS):
        assert drawn.count(day) / len(drawn) == pytest.approx(lead_chance(HABITS, day), abs=0.006)


@given(lead=floats(0, 400), reminders=integers(0, 9))
def test_a_chance_stays_one(lead: float, reminders: int) -> None:
    assert 0 <= missed_when_made(HABITS, lead) * left_after(HABITS, reminders) <= 1


def test_half_of_the_answers_come_within_the_median_and_none_at_once() -> None:
    assert answer_minutes(HABITS, 0) == HABITS.answer_minutes
    assert answer_minutes(HABITS, -9) == 1
