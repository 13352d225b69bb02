"""The figures that simulated patients live by say where they are from."""

import pytest
from pydantic import ValidationError

from frontdesk.proving.simulating.habits import Read, figures, usual_habits


def test_each_figure_has_a_source_that_says_it_or_is_called_a_guess() -> None:
    assert {name for name, read in figures().items() if not (read.guess or (read.source and read.says))} == set()


def test_what_the_project_is_measured_by_is_no_guess() -> None:
    measured = {"missed_unreminded", "first_reminder_leaves", "second_reminder_leaves", "takes_offer", "answers_texts"}

    assert {name for name in measured if figures()[name].guess} == set()
    assert usual_habits().takes_offer == 0.083


@pytest.mark.parametrize(
    "read", [{"value": 0.1}, {"value": 0.1, "source": "x"}, {"value": 1, "guess": "a", "source": "b"}]
)
def test_a_figure_from_nowhere_is_refused(read: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="one of the two"):
        Read.model_validate(read)
