"""Shares and their differences, against published figures and by counting how often the intervals are right."""

from random import Random

import pytest

from frontdesk.domain.faults import Impossible
from frontdesk.outcomes.proportions import Rate, difference


def test_wilsons_interval_is_the_published_one() -> None:
    interval = Rate(hits=15, of=148).interval()  # Newcombe 1998 (17: 857-872), table I, method 3

    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0624, 0.1605)


def test_newcombes_difference_is_the_published_one() -> None:
    found = difference(Rate(hits=56, of=70), Rate(hits=48, of=80))  # Newcombe 1998, table II, method 10

    assert found is not None
    assert round(found.value, 4) == 0.2
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.0524, 0.3339)
    assert found.is_clear


def test_none_and_all_stay_within_what_is_possible() -> None:
    none, every = Rate(hits=0, of=10).interval(), Rate(hits=10, of=10).interval()

    assert none is not None
    assert every is not None
    assert none.low == 0
    assert 0 < none.high < 0.35
    assert every.high == 1


def test_a_share_of_nothing_has_no_value_no_interval_and_no_difference() -> None:
    nothing = Rate(hits=0, of=0)

    assert nothing.value is None
    assert nothing.interval() is None
    assert difference(nothing, Rate(hits=1, of=2)) is None


def test_more_than_all_is_impossible() -> None:
    with pytest.raises(Impossible, match="got 3"):
        Rate(hits=3, of=2)


def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    chance, held = Random(9), 0

    for _ in range(1000):
        one = Rate(hits=sum(chance.random() < 0.18 for _ in range(150)), of=150)
        other = Rate(hits=sum(chance.random() < 0.12 for _ in range(150)), of=150)
        found = difference(one, other)
        assert found is not None
        held += found.interval.holds(0.06)

    assert 0.93 <= held / 1000 <= 0.97
