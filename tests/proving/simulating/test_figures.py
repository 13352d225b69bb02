"""Shares over several seeds, with what they are a share of."""

import pytest

from frontdesk.outcomes.proportions import Rate
from frontdesk.proving.simulating.figures import spread


def test_one_seed_has_the_interval_of_its_own_cases() -> None:
    found = spread([Rate(hits=20, of=100)])

    assert (found.value, found.hits, found.of) == (0.2, 20, 100)
    assert found.interval == Rate(hits=20, of=100).interval()


def test_several_seeds_have_the_interval_of_their_mean_by_student() -> None:
    found = spread([Rate(hits=10, of=100), Rate(hits=12, of=100), Rate(hits=14, of=100)])

    assert found.value == pytest.approx(0.12)
    assert found.interval is not None
    assert found.interval.high - 0.12 == pytest.approx(4.303 * 0.02 / 3**0.5)
    assert (found.hits, found.of) == (36, 300)


def test_nothing_to_be_a_share_of_has_no_value() -> None:
    assert spread([Rate(hits=0, of=0)]).value is None
    assert spread([Rate(hits=0, of=0), Rate(hits=1, of=4)]).value == 0.25
