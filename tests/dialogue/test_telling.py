"""Who is told in which round, and how long somebody may let a task wait."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.clinic import ZONE, a_practice

from frontdesk.dialogue.coverage import after_open_hours
from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.telling import next_round
from frontdesk.domain.faults import Impossible
from frontdesk.domain.telling import Contact, Telling, TellingRule

DESK = Contact(id="desk", email="desk@clinic.example.com")
MANAGER = Contact(id="manager", phone="+15125550190")
DOCTOR = Contact(id="doctor", phone="+15125550191")
TELLING = Telling(
    contacts=(DESK, MANAGER, DOCTOR),
    rules=(
        TellingRule(reasons=(Reason.COMPLAINT,), who=("manager",)),
        TellingRule(urgent=True, who=("manager", "desk")),
        TellingRule(who=("desk", "manager")),
    ),
    on_call=("doctor", "manager"),
    acknowledge_within=timedelta(minutes=3),
)
PRACTICE = replace(a_practice(), telling=TELLING)


def wall(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZONE).astimezone(UTC)


WEDNESDAY_NOON = wall("2026-05-27 12:00")


@pytest.mark.parametrize(
    ("reason", "urgent", "order"),
    [
        (Reason.ASKED, False, ["desk", "manager", "desk manager", "desk manager"]),
        (Reason.TROUBLE, True, ["manager", "desk", "manager desk", "manager desk"]),
        (Reason.COMPLAINT, False, ["manager", "manager"]),
        (Reason.EMERGENCY, True, ["doctor", "manager", "doctor manager"]),
    ],
)
def test_each_is_told_alone_and_then_all(reason: str, urgent: bool, order: list[str]) -> None:
    rounds = [
        next_round(PRACTICE, reason, urgent=urgent, rounds=number, now=WEDNESDAY_NOON) for number in range(len(order))
    ]

    assert [" ".join(one.id for one in each.who) for each in rounds] == order


@pytest.mark.parametrize(
    ("reason", "urgent", "waits"),
    [
        (Reason.ASKED, False, [60, 60, 120]),
        (Reason.TROUBLE, True, [5, 5, 10, 20]),
        (Reason.EMERGENCY, True, [3, 3, 6]),
    ],
)
def test_the_next_are_told_after_the_wait(reason: str, urgent: bool, waits: list[int]) -> None:
    found = [
        next_round(PRACTICE, reason, urgent=urgent, rounds=number, now=WEDNESDAY_NOON).next - WEDNESDAY_NOON
        for number in range(len(waits))
    ]

    assert found == [timedelta(minutes=wait) for wait in waits]


def test_only_open_hours_count_for_what_can_wait() -> None:
    late_on_friday = wall("2026-05-29 19:30")

    due = after_open_hours(PRACTICE, timedelta(hours=1), now=late_on_friday)

    assert due == wall("2026-06-01 09:30")


def test_no_phone_rings_at_night_for_what_can_wait() -> None:
    at_night = wall("2026-05-27 22:00")

    by_phone = next_round(PRACTICE, Reason.COMPLAINT, urgent=False, rounds=0, now=at_night)
    urgent = next_round(PRACTICE, Reason.TROUBLE, urgent=True, rounds=0, now=at_night)
    by_mail = next_round(PRACTICE, Reason.ASKED, urgent=False, rounds=0, now=at_night)

    assert (by_phone.who, by_phone.next) == ((), wall("2026-05-28 09:00"))
    assert urgent.who == (MANAGER,)
    assert by_mail.who == (DESK,)


def test_where_nobody_is_named_the_practice_has_its_mail() -> None:
    practice = a_practice()

    told = next_round(practice, Reason.EMERGENCY, urgent=True, rounds=0, now=WEDNESDAY_NOON)

    assert [one.email for one in told.who] == [practice.email]


def test_who_is_named_has_to_be_a_contact() -> None:
    with pytest.raises(Impossible, match="nurse is none of the contacts"):
        Telling(contacts=(DESK,), on_call=("nurse",))


@pytest.mark.parametrize(
    ("reason", "urgent"), [(Reason.EMERGENCY, True), (Reason.TROUBLE, True), (Reason.ASKED, False)]
)
def test_what_nobody_takes_for_years_is_told_on_once_a_day(reason: str, urgent: bool) -> None:
    told = next_round(PRACTICE, reason, urgent=urgent, rounds=1000, now=WEDNESDAY_NOON)

    assert WEDNESDAY_NOON + timedelta(hours=24) <= told.next <= WEDNESDAY_NOON + timedelta(days=7)
