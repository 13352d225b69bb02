"""What becomes of a visit, and what a reminder changes in it."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from frontdesk.proving.simulating.attending import missed_when_made
from frontdesk.proving.simulating.fate import Fate, Moved, draw_fate
from frontdesk.proving.simulating.habits import usual_habits

HABITS = usual_habits()
MADE = datetime(2026, 6, 1, 15, tzinfo=UTC)


def fate(luck: float, *, tells: bool = False) -> Fate:
    return Fate(missed=0.2, luck=luck, tells=tells, cancelled=None, by_text=False)


def test_whoever_comes_anyway_is_moved_by_no_reminder() -> None:
    assert not fate(0.5).is_missed(HABITS, reminders=0)
    assert [fate(0.5).stirred(HABITS, reminders=each) for each in (1, 2, 3)] == [Moved.NOTHING] * 3


def test_the_first_reminder_moves_some_the_second_others_and_each_only_once() -> None:
    by_first, by_second = fate(0.2 * 0.9), fate(0.2 * 0.7, tells=True)

    assert [by_first.stirred(HABITS, reminders=each) for each in (1, 2)] == [Moved.COMES, Moved.NOTHING]
    assert [by_second.stirred(HABITS, reminders=each) for each in (1, 2)] == [Moved.NOTHING, Moved.TELLS]


def test_some_stay_away_whatever_is_sent() -> None:
    assert fate(0.01).is_missed(HABITS, reminders=9)


def test_many_visits_come_to_the_figures() -> None:
    chance = Random(1)
    start = MADE + timedelta(days=10)

    fates = [draw_fate(HABITS, made=MADE, start=start, chance=chance) for _ in range(8000)]

    missed = sum(one.is_missed(HABITS, reminders=0) for one in fates) / len(fates)
    left = sum(one.is_missed(HABITS, reminders=2) for one in fates) / len(fates)
    assert missed == pytest.approx(missed_when_made(HABITS, 10), abs=0.02)
    assert left / missed == pytest.approx(HABITS.first_reminder_leaves * HABITS.second_reminder_leaves, abs=0.03)
    given_up = [one.cancelled for one in fates if one.cancelled is not None]
    assert len(given_up) / len(fates) == pytest.approx(HABITS.cancels, abs=0.02)
    assert all(MADE < at < start for at in given_up)
