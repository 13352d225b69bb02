"""Whose turn it is: the order depends on what may count, on all of it, and on nothing else."""

from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.ranking import Candidate, Fit, Urgency, fit_of, part_of_each, rank

NOW = datetime(2026, 5, 28, 15, tzinfo=UTC)
LONG_AGO, LATELY = NOW - timedelta(days=20), NOW - timedelta(days=2)

CANDIDATES = some.lists(
    some.builds(
        Candidate,
        id=some.uuids(),
        joined=some.timedeltas(timedelta(0), timedelta(days=90)).map(lambda ago: NOW - ago),
        fit=some.sampled_from(Fit),
        urgency=some.sampled_from(Urgency),
        owed=some.floats(-3, 3),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


def a_candidate(
    number: int,
    *,
    joined: datetime = LATELY,
    fit: Fit = Fit.ANY_TIME,
    urgency: Urgency = Urgency.ROUTINE,
    owed: float = 0.0,
) -> Candidate:
    return Candidate(id=UUID(int=number), joined=joined, fit=fit, urgency=urgency, owed=owed)


def order(*candidates: Candidate) -> list[int]:
    return [one.id.int for one in rank(candidates, now=NOW)]


def test_urgency_comes_before_what_is_owed_then_fit_then_waiting() -> None:
    waits_longest = a_candidate(1, joined=LONG_AGO)
    fits_closely = a_candidate(2, fit=Fit.CLOSELY)
    is_owed = a_candidate(3, owed=1.2)
    is_urgent = a_candidate(4, urgency=Urgency.URGENT, owed=-3)
    last = a_candidate(5)

    assert order(last, waits_longest, fits_closely, is_owed, is_urgent) == [4, 3, 2, 1, 5]


def test_less_than_half_an_offer_that_is_owed_changes_nothing() -> None:
    assert order(a_candidate(1, owed=0.4), a_candidate(2, joined=LONG_AGO)) == [2, 1]


@given(CANDIDATES, some.randoms())
def test_the_order_does_not_depend_on_how_they_come_in(candidates: list[Candidate], random: Random) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)

    ranked = rank(shuffled, now=NOW)

    assert ranked == rank(candidates, now=NOW)
    assert [one.reasons.place for one in ranked] == list(range(1, len(candidates) + 1))
    assert {one.reasons.among for one in ranked} <= {len(candidates)}


def test_nothing_else_about_a_person_can_be_looked_at() -> None:
    assert {field.name for field in fields(Candidate)} == {"id", "joined", "fit", "urgency", "owed"}


def test_the_reasons_say_what_the_place_rests_on() -> None:
    first, _ = rank([a_candidate(1, joined=LONG_AGO), a_candidate(2)], now=NOW)

    assert (first.reasons.place, first.reasons.among, first.reasons.waited) == (1, 2, timedelta(days=20))


def test_a_wish_fits_the_more_closely_the_more_of_it_was_named() -> None:
    evenings, thursdays = Window(earliest=time(17)), Window(weekdays=frozenset({Weekday.THURSDAY}))
    both = Window(earliest=time(17), weekdays=frozenset({Weekday.THURSDAY}))

    assert fit_of(Wish()) is Fit.ANY_TIME
    assert fit_of(Wish(windows=(evenings,))) is fit_of(Wish(windows=(thursdays,))) is Fit.PARTLY
    assert fit_of(Wish(windows=(both,))) is Fit.CLOSELY
    assert fit_of(Wish(windows=(both,), practitioner=PractitionerId("dana"))) is Fit.CLOSELY


def test_what_everybody_is_owed_comes_to_what_was_offered() -> None:
    assert part_of_each(asked=3, among=12) * 12 == 3
    assert part_of_each(asked=0, among=0) == 0
