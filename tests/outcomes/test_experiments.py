"""The experiment engine finds what was put in, finds nothing where nothing is, and keeps to its looks."""

import hmac
from collections import Counter
from random import Random

import pytest

from frontdesk.domain.faults import Impossible
from frontdesk.outcomes.experiments import Standing, Took, arm_of, judge
from frontdesk.outcomes.sample import patients_needed, smallest_difference
from frontdesk.outcomes.stopping import bars, spent

RUNS = 500


def run(chance: Random, *, wanted: int, first: float, second: float) -> list[Took]:
    """Patients in arms by keyed hash, who miss their visit as likely as their arm does."""
    key, took = chance.randbytes(32), []
    for number in range(wanted):
        is_first = arm_of(hmac.digest(key, f"ladder {number}".encode(), "sha256"), ("a", "b")) == "a"
        took.append(Took(first=is_first, happened=chance.random() < (first if is_first else second)))
    return took


def test_the_interval_holds_the_effect_that_was_put_in_in_93_to_97_of_100_runs() -> None:
    chance, held = Random(17), 0

    for _ in range(RUNS):
        judged = judge(run(chance, wanted=600, first=0.20, second=0.15), wanted=600)
        assert judged.change is not None
        held += judged.change.interval.holds(-0.05)

    assert 0.93 <= held / RUNS <= 0.97


def test_no_difference_is_found_where_none_is() -> None:
    chance = Random(11)

    found = sum(
        judge(run(chance, wanted=400, first=0.2, second=0.2), wanted=400).standing is Standing.DIFFERS
        for _ in range(RUNS)
    )

    assert found / RUNS <= 0.07  # 5 in 100 are meant to be; of 500 runs two standard errors are 2 in 100


def test_the_sample_told_beforehand_finds_the_difference_in_four_of_five_runs() -> None:
    chance, wanted = Random(13), 2 * patients_needed(0.30, 0.15)

    found = [judge(run(chance, wanted=wanted, first=0.30, second=0.15), wanted=wanted) for _ in range(RUNS)]

    assert 0.76 <= sum(one.standing is Standing.DIFFERS for one in found) / RUNS <= 0.87
    assert sum(one.looks < 3 for one in found) / RUNS > 0.3  # and often sooner


def test_nothing_is_shown_before_the_first_look_and_looking_often_changes_nothing() -> None:
    took = [Took(first=number % 2 == 0, happened=number % 2 == 0) for number in range(100)]

    before, after = judge(took[:49], wanted=100), judge(took[:50], wanted=100)

    assert (before.standing, before.change, before.next_look) == (Standing.GOES_ON, None, 50)
    assert after.standing is Standing.DIFFERS
    assert judge(took, wanted=100).first == after.first


def test_a_full_sample_without_a_difference_says_so() -> None:
    took = [Took(first=number % 2 == 0, happened=number % 4 < 2) for number in range(100)]

    judged = judge(took, wanted=100)

    assert (judged.standing, judged.looks, judged.next_look) == (Standing.NO_DIFFERENCE, 3, None)


def test_an_arm_is_the_same_each_time_and_as_likely_as_the_other() -> None:
    key = b"a practice's own key, 32 bytes.."
    marks = [hmac.digest(key, f"ladder {number}".encode(), "sha256") for number in range(4000)]

    arms = [arm_of(mark, ("a", "b")) for mark in marks]

    assert arms == [arm_of(mark, ("a", "b")) for mark in marks]
    assert 1900 <= Counter(arms)["a"] <= 2100


def test_bars_are_the_published_ones_and_one_look_is_the_usual_test() -> None:
    assert [round(bar, 2) for bar in bars((0.25, 0.5, 0.75, 1.0))] == [4.33, 2.96, 2.36, 2.01]  # Lan and DeMets, 1983
    assert round(bars((1.0,))[0], 3) == 1.96
    assert round(spent(1.0), 4) == 0.05


def test_bars_of_parts_that_do_not_grow_are_impossible() -> None:
    with pytest.raises(Impossible, match="grow"):
        bars((0.5, 0.5))


def test_sample_sizes_are_those_of_the_textbook() -> None:
    assert abs(patients_needed(0.20, 0.10) - 199 * 1.02) <= 6  # Fleiss: 199 without the continuity correction
    assert smallest_difference(0.20, 204) is not None
    assert smallest_difference(0.20, 5) is None


def test_a_sample_for_no_difference_is_impossible() -> None:
    with pytest.raises(Impossible, match="different"):
        patients_needed(0.2, 0.2)
