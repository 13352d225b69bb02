"""Made-up people and times through the real ranking and the real waves: how often a time is filled, and how fairly."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from benchmarks.waitlist_world import GROUPS, Shares, refills, several_seasons

from frontdesk.domain.experiment import Order
from frontdesk.scheduling.ranking import Candidate, rank


@pytest.mark.parametrize(("hours", "least", "times"), [(24, 0.9, 250), (3, 0.6, 400)])
def test_a_time_is_filled_again_as_often_as_is_promised_and_no_promise_is_broken(
    hours: int, least: float, times: int
) -> None:
    results = refills(notice=timedelta(hours=hours), people=40, times=times, seed=7)

    assert sum(one.filled for one in results) / times >= least
    assert sum(one.broken_promises for one in results) == 0
    assert all(len(one.asked) == len(set(one.asked)) for one in results)


def test_few_of_those_who_wanted_the_time_hear_that_it_is_gone() -> None:
    results = refills(notice=timedelta(hours=3), people=40, times=300, seed=11)

    assert sum(one.wanted_and_gone for one in results) / len(results) < 1


def test_no_group_is_behind_by_more_than_two_in_a_hundred_offers() -> None:
    shares = several_seasons(range(6))

    assert {group: shares.behind(group) for group in _groups() if shares.behind(group) > 0.02} == {}


def test_the_order_that_may_be_tried_instead_keeps_every_group_its_part() -> None:
    def longest_first(candidates: Sequence[Candidate], now: datetime) -> list[UUID]:
        return [one.id for one in rank(candidates, now=now, by=Order.LONGEST_FIRST)]

    shares = several_seasons(range(3), order=longest_first)

    assert {group: shares.behind(group) for group in _groups() if shares.behind(group) > 0.02} == {}


def test_an_order_that_knows_no_turns_puts_a_group_behind_which_this_measurement_sees() -> None:
    def closest_first(candidates: Sequence[Candidate], _: datetime) -> list[UUID]:
        return [one.id for one in sorted(candidates, key=lambda one: (-one.fit, one.joined))]

    shares = several_seasons(range(3), order=closest_first)

    assert shares.behind("65 and over") > 0.04


def test_shares_are_told_by_what_a_group_got_and_what_was_its_part() -> None:
    shares = Shares(made=10)
    shares.offers["near"], shares.due["near"] = 4, 5

    assert shares.behind("near") == 0.1


def _groups() -> list[str]:
    return [group for groups in GROUPS.values() for group in groups]
