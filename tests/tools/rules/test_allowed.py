from pathlib import Path, PurePosixPath

from tools.rules.allowed import Allowance, left_over, read_allowances
from tools.rules.source import Complaint

CLOCK = PurePosixPath("src/frontdesk/storage/clock.py")


def test_an_allowed_complaint_is_left_out() -> None:
    complaint = Complaint(path=CLOCK, line=3, rule="one-clock", says="")
    allowance = Allowance(rule="one-clock", path=CLOCK, reason="this is the clock", line=1)

    assert list(left_over([complaint], [allowance])) == []


def test_another_rule_or_file_is_not_covered() -> None:
    complaint = Complaint(path=CLOCK, line=3, rule="told-types", says="")
    allowance = Allowance(rule="one-clock", path=CLOCK, reason="this is the clock", line=1)

    assert complaint in list(left_over([complaint], [allowance]))


def test_an_allowance_that_nothing_needs_is_a_complaint() -> None:
    allowance = Allowance(rule="one-clock", path=CLOCK, reason="this is the clock", line=7)

    assert [(one.rule, one.line) for one in left_over([], [allowance])] == [("allowed", 7)]


def test_every_allowance_gives_its_reason() -> None:
    allowances = read_allowances(Path(__file__).parents[3])

    assert allowances
    assert all(len(one.reason) > 10 for one in allowances)
