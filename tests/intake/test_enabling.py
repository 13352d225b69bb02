"""enableWhen: every operator, any and all, groups, and answers that count no more."""

from datetime import date

import pytest
from tests.intake.forms import a_form, an_item, when

from frontdesk.domain.questionnaire import Coded, EnableWhen, Kind, Operator, Value
from frontdesk.intake.enabling import enabled, holds

D = date(2020, 5, 1)


@pytest.mark.parametrize(
    ("given", "operator", "wanted", "expected"),
    [
        ((), Operator.EXISTS, True, False),
        ((), Operator.EXISTS, False, True),
        (("x",), Operator.EXISTS, True, True),
        ((True,), Operator.EQUALS, True, True),
        ((True,), Operator.EQUALS, 1, False),
        ((1,), Operator.EQUALS, True, False),
        ((Coded(code="a"), Coded(code="b")), Operator.EQUALS, Coded(code="b", display="B"), True),
        ((Coded(code="a", system="s"),), Operator.EQUALS, Coded(code="a"), False),
        (("x",), Operator.DIFFERS, "x", False),
        (("x", "y"), Operator.DIFFERS, "x", False),
        (("y",), Operator.DIFFERS, "x", True),
        ((), Operator.DIFFERS, "x", True),
        ((3,), Operator.ABOVE, 2, True),
        ((2,), Operator.ABOVE, 2, False),
        ((2,), Operator.AT_LEAST, 2, True),
        ((1,), Operator.BELOW, 2, True),
        ((2,), Operator.AT_MOST, 2, True),
        ((3,), Operator.AT_MOST, 2, False),
        ((date(2019, 1, 1),), Operator.BELOW, D, True),
        ((date(2021, 1, 1),), Operator.BELOW, D, False),
        (("3",), Operator.ABOVE, 2, False),
        ((True,), Operator.AT_LEAST, 0, False),
        ((), Operator.BELOW, 2, False),
    ],
)
def test_a_condition_compares_as_fhir_says(
    given: tuple[Value, ...], operator: Operator, wanted: bool | int | str | date | Coded, expected: bool
) -> None:
    assert holds(EnableWhen(question="q", operator=operator, answer=wanted), given) is expected


@pytest.mark.parametrize(("any_of", "expected"), [(True, True), (False, False)])
def test_any_is_one_of_the_conditions_and_all_is_each(any_of: bool, expected: bool) -> None:
    both = (*when("a", Operator.EQUALS, True), *when("b", Operator.EQUALS, True))
    form = a_form(
        an_item("a", Kind.BOOLEAN), an_item("b", Kind.BOOLEAN), an_item("c", enable_when=both, enable_any=any_of)
    )

    assert ("c" in enabled(form, {"a": (True,), "b": (False,)})) is expected


def test_what_stands_in_a_group_that_is_not_asked_is_not_asked() -> None:
    group = an_item("g", Kind.GROUP, an_item("in"), enable_when=when("a", Operator.EQUALS, True))
    form = a_form(an_item("a", Kind.BOOLEAN), group)

    assert enabled(form, {"a": (False,)}) == {"a"}
    assert enabled(form, {"a": (True,)}) == {"a", "g", "in"}


def test_the_answer_to_a_question_that_is_asked_no_more_counts_as_none() -> None:
    form = a_form(
        an_item("smokes", Kind.BOOLEAN),
        an_item("how-many", Kind.INTEGER, enable_when=when("smokes", Operator.EQUALS, True)),
        an_item("advice", Kind.DISPLAY, enable_when=when("how-many", Operator.ABOVE, 10)),
    )

    assert "advice" in enabled(form, {"smokes": (True,), "how-many": (20,)})
    assert "advice" not in enabled(form, {"smokes": (False,), "how-many": (20,)})


def test_questions_that_wait_for_each_other_end() -> None:
    form = a_form(
        an_item("a", enable_when=when("b", Operator.EXISTS, False)),
        an_item("b", enable_when=when("a", Operator.EXISTS, True)),
    )

    assert enabled(form, {"a": ("x",), "b": ("y",)}) <= {"a", "b"}
