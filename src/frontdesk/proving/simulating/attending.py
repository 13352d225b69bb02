"""Whether a patient comes: how likely a visit is missed without reminders, and what each reminder leaves of that."""

from math import erf, exp, log, sqrt

from frontdesk.proving.simulating.habits import Habits

MOST_LEAD_DAYS = 45
"""Nobody in the simulation books farther ahead."""


def missed_when_made(habits: Habits, lead_days: float) -> float:
    """How likely a visit made so many days ahead is missed by whoever is not reminded of it.

    It rises evenly from the first day to the thirteenth, and its mean over all visits is the figure of the file.
    """
    return min(1.0, habits.missed_unreminded * _shape(habits, lead_days) / _mean_shape(habits))


def left_after(habits: Habits, reminders: int) -> float:
    """What so many reminders leave of the chance that a visit is missed, from 1 downwards."""
    each = (habits.first_reminder_leaves, habits.second_reminder_leaves)
    left = 1.0
    for number in range(reminders):
        left *= each[number] if number < len(each) else habits.third_reminder_leaves
    return left


def lead_chance(habits: Habits, days: int) -> float:
    """How many visits are made so many days ahead, of all."""
    upper = 1.0 if days >= MOST_LEAD_DAYS else _below(habits, days + 0.5)
    return upper - (_below(habits, days - 0.5) if days > 0 else 0.0)


def _shape(habits: Habits, lead_days: float) -> float:
    at = min(max(lead_days, 1.0), 13.0)
    return habits.missed_at_day_1 + (habits.missed_from_day_13 - habits.missed_at_day_1) * (at - 1) / 12


def _mean_shape(habits: Habits) -> float:
    return sum(lead_chance(habits, days) * _shape(habits, days) for days in range(MOST_LEAD_DAYS + 1))


def _below(habits: Habits, days: float) -> float:
    """How many leads are shorter: log-normal around the median."""
    return 0.5 * (1 + erf((log(days) - log(habits.median_lead_days)) / (habits.lead_spread * sqrt(2))))


def answer_minutes(habits: Habits, drawn: float) -> float:
    """Minutes until an answer, from a standard normal draw; one at least."""
    return max(1.0, habits.answer_minutes * exp(habits.answer_spread * drawn))
