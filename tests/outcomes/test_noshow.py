"""The risk that a visit is missed: learned from what came, told as it comes true, and used for nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import frontdesk
from frontdesk.outcomes.calibration import calibration
from frontdesk.outcomes.logistic import chance_of, fit
from frontdesk.outcomes.noshow import (
    FEATURES,
    FEWEST,
    FEWEST_MISSED,
    Ahead,
    Model,
    chance_of_any,
    features,
    learn,
    reasons,
    risk,
)
from frontdesk.outcomes.proportions import Rate

THURSDAY_NOON = datetime(2026, 5, 28, 12, tzinfo=UTC)
TRUE = (-1.8, 1.2, 0.0, 0.3, 0.0, 0.0, 0.4, 0.0, -1.0, 1.5, 0.5, -1.2)
"""The weights that made the visits below."""


def a_visit(
    *,
    start: datetime = THURSDAY_NOON,
    lead: timedelta | None = timedelta(days=7),
    came: int = 2,
    missed: int = 0,
    first: bool = False,
    confirmed: bool = False,
) -> Ahead:
    return Ahead(start=start, lead=lead, came=came, missed=missed, first=first, confirmed=confirmed)


def history(many: int, *, seed: int, weights: tuple[float, ...] = TRUE) -> tuple[list[Ahead], list[bool]]:
    chance, visits = Random(seed), []
    for number in range(many):
        first = chance.random() < 0.3
        visits.append(
            Ahead(
                start=THURSDAY_NOON + timedelta(hours=3 * number),
                lead=timedelta(days=chance.randrange(60)),
                came=0 if first else chance.randrange(6),
                missed=0 if first else chance.choice((0, 0, 0, 1, 2)),
                first=first,
                confirmed=chance.random() < 0.5,
            )
        )
    return visits, [chance.random() < chance_of(features(visit), weights) for visit in visits]


def test_weights_are_those_that_a_textbook_sum_gives() -> None:
    rows = [(1.0, 0.0)] * 10 + [(1.0, 1.0)] * 10
    missed = [True] * 2 + [False] * 8 + [True] * 5 + [False] * 5

    base, weight = fit(rows, missed, pull=0.0)

    assert round(base, 4) == -1.3863  # log(2/8)
    assert round(weight, 4) == 1.3863  # log(5/5) - log(2/8)


def test_what_always_happens_leaves_the_weights_finite() -> None:
    weights = fit([(1.0, 1.0)] * 20 + [(1.0, 0.0)] * 20, [True] * 20 + [False] * 20)

    assert all(abs(weight) < 10 for weight in weights)


def test_a_practice_with_few_outcomes_has_its_base_rate_for_every_visit() -> None:
    visits, missed = history(FEWEST - 1, seed=1)

    model = learn(visits, missed)

    assert not model.knows
    assert risk(model, visits[0]) == sum(missed) / len(missed)
    assert reasons(model, visits[0]) == ()


def test_a_practice_where_hardly_anybody_stays_away_has_its_base_rate() -> None:
    visits, _ = history(1000, seed=1)
    missed = [number < FEWEST_MISSED - 1 for number in range(1000)]

    assert not learn(visits, missed).knows


def test_without_any_outcome_there_is_no_risk_to_tell() -> None:
    assert risk(learn([], []), a_visit()) is None


def test_what_made_the_visits_is_found_again_and_comes_true_as_often_as_it_says() -> None:
    model = learn(*history(3000, seed=5))

    assert model.tried is not None
    assert model.tried.error < 0.05
    assert model.tried.brier < model.tried.base_brier
    found = dict(zip(FEATURES, model.weights, strict=True))
    assert found["missed before"] > 0.8
    assert found["confirmed"] < -0.7
    assert found["lead"] > 0.6


def test_weights_that_tell_no_better_than_the_base_rate_are_not_kept() -> None:
    kept = 0
    for seed in range(8):
        kept += learn(*history(300, seed=seed, weights=(-1.3, *([0.0] * 11)))).knows

    assert kept <= 2


def test_earlier_no_shows_count_up_to_a_bound() -> None:
    assert features(a_visit(missed=2)) == features(a_visit(missed=40))
    assert features(a_visit(came=5)) == features(a_visit(came=90))
    assert features(a_visit(lead=timedelta(days=60))) == features(a_visit(lead=timedelta(days=400)))


@pytest.mark.parametrize("visit", history(200, seed=3)[0][::20])
def test_every_feature_is_between_nothing_and_one(visit: Ahead) -> None:
    assert all(0 <= value <= 1 for value in features(visit))


def test_a_risk_is_explained_by_what_raises_it() -> None:
    model = Model(base=Rate(hits=1, of=5), weights=TRUE)

    assert reasons(model, a_visit(missed=2, lead=timedelta(days=40))) == ("missed before", "lead")
    assert reasons(model, a_visit(came=5, lead=timedelta(0), confirmed=True)) == ()


def test_calibration_is_as_counted_by_hand() -> None:
    found = calibration([0.1, 0.1, 0.4, 0.4], [False, False, True, False], bins=2)

    assert found is not None
    assert [(one.told, one.missed.hits, one.missed.of) for one in found.bins] == [(0.1, 0, 2), (0.4, 1, 2)]
    assert round(found.error, 6) == 0.1  # |0.1 - 0| and |0.4 - 0.5|
    assert round(found.brier, 6) == 0.135  # (0.01 + 0.01 + 0.36 + 0.16) / 4
    assert round(found.base_brier, 6) == 0.1875
    assert calibration([], []) is None


def test_a_missed_visit_among_several_is_likelier_than_each() -> None:
    assert round(chance_of_any([0.2, 0.2, 0.2]), 3) == 0.488
    assert chance_of_any([]) == 0


def test_no_feature_tells_of_language_age_sex_insurance_or_address() -> None:
    known = set(Ahead.__dataclass_fields__)

    assert known == {"start", "lead", "came", "missed", "first", "confirmed"}


def test_nothing_but_the_two_lists_for_people_reads_a_risk() -> None:
    source = Path(frontdesk.__file__).parent
    texts = {file.relative_to(source).as_posix(): file.read_text(encoding="utf-8") for file in source.rglob("*.py")}

    readers = {name for name, text in texts.items() if "outcomes.noshow" in text or "outcomes import noshow" in text}

    assert readers <= {"reception/noshows.py", "storage/noshow_models.py"}
