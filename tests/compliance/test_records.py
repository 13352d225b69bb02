"""How long the law wants a medical record kept."""

from datetime import date

import pytest

from frontdesk.compliance.records import ELSEWHERE, kept_until, refusals_kept, rule_of
from frontdesk.domain.faults import Impossible
from frontdesk.domain.retention import Retention
from frontdesk.wiring import book_of_rules

SEEN = date(2026, 5, 28)
RULES = book_of_rules().rules
TEXAS = rule_of(Retention(state="TX"), RULES, today=SEEN)
FLORIDA = rule_of(Retention(state="FL"), RULES, today=SEEN)


def test_an_adults_record_is_kept_from_the_last_visit() -> None:
    assert kept_until(TEXAS, last_visit=SEEN, born=date(1988, 4, 27)) == date(2033, 5, 28)


@pytest.mark.parametrize(
    ("born", "until"),
    [
        (date(2020, 1, 1), date(2041, 1, 1)),
        (date(2009, 1, 1), date(2033, 5, 28)),
        (date(2008, 5, 28), date(2033, 5, 28)),
        (date(2008, 2, 29), date(2033, 5, 28)),
    ],
    ids=["a child", "seventeen", "eighteen that day", "a leap day"],
)
def test_a_minors_record_is_kept_until_they_are_old_enough(born: date, until: date) -> None:
    assert kept_until(TEXAS, last_visit=SEEN, born=born) == until


def test_without_a_birth_date_the_patient_may_have_been_a_child() -> None:
    assert kept_until(TEXAS, last_visit=SEEN, born=None) == date(2047, 5, 28)
    assert kept_until(FLORIDA, last_visit=SEEN, born=None) == date(2031, 5, 28)


def test_a_practice_may_keep_longer_than_the_law_and_never_shorter() -> None:
    assert rule_of(Retention(state="TX", record_years=10), RULES, today=SEEN).years == 10
    assert rule_of(Retention(state="TX", record_years=1), RULES, today=SEEN).years == 7


def test_a_state_without_a_rule_keeps_longer_than_the_others() -> None:
    assert rule_of(Retention(state="ZZ"), RULES, today=SEEN) == rule_of(Retention(), RULES, today=SEEN) == ELSEWHERE
    known = [rule_of(Retention(state=state), RULES, today=SEEN) for state in ("AZ", "CA", "CT", "FL", "NY", "TX")]
    assert all(rule.years < ELSEWHERE.years for rule in known)


def test_virginia_keeps_that_texts_were_ended_for_ten_years_from_2026_on() -> None:
    assert refusals_kept(RULES, state="US-VA", today=date(2025, 12, 31)) == 5
    assert refusals_kept(RULES, state="US-VA", today=date(2026, 1, 1)) == 10


def test_a_state_is_two_capital_letters() -> None:
    with pytest.raises(Impossible):
        Retention(state="Texas")
