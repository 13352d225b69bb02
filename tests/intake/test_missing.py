"""What is missing in a form, what is handed in of it, and how far it is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.intake.forms import a_form, an_item, choices, when

from frontdesk.domain.questionnaire import Coded, Item, Kind, Operator, Signed, Value
from frontdesk.intake.missing import Progress, Wrong, kept, missing, progress

SIGNED = Signed(name="Ana", when=datetime(2026, 5, 27, tzinfo=UTC), words="I agree", version="1", language="en")
A, NONE = Coded(code="a"), Coded(code="none")


@pytest.mark.parametrize(
    ("item", "given", "wrong"),
    [
        (an_item("q"), (), Wrong.MISSING),
        (an_item("q", required=False), (), None),
        (an_item("q", Kind.BOOLEAN), (), Wrong.CHOOSE),
        (an_item("q", Kind.BOOLEAN), (False,), None),
        (an_item("q", Kind.ATTACHMENT), (), Wrong.NO_FILE),
        (an_item("q", max_length=3), ("four",), Wrong.TOO_LONG),
        (an_item("q", max_length=4), ("four",), None),
        (an_item("q"), ("x" * 201,), Wrong.TOO_LONG),
        (an_item("q", Kind.TEXT), ("x" * 201,), None),
        (an_item("q", Kind.CHOICE, options=choices("a")), (Coded(code="b"),), Wrong.NO_CHOICE),
        (an_item("q", Kind.CHOICE, options=choices("a")), ("own words",), Wrong.NO_CHOICE),
        (an_item("q", Kind.OPEN_CHOICE, options=choices("a")), ("own words",), None),
        (an_item("q", Kind.CHOICE, options=choices("a", "none")), (A, NONE), Wrong.ONE_ONLY),
        (an_item("q", Kind.CHOICE, options=choices("a", "none"), repeats=True), (A, NONE), None),
        (
            an_item("q", Kind.CHOICE, options=choices("a", "none", exclusive="none"), repeats=True),
            (A, NONE),
            Wrong.NOT_WITH_OTHERS,
        ),
        (an_item("q", signature=True), (), Wrong.NOT_SIGNED),
        (an_item("q", signature=True), (SIGNED,), None),
        (an_item("q", signature=True), (replace(SIGNED, version="0"),), Wrong.SIGN_AGAIN),
    ],
)
def test_an_answer_is_as_its_question_wants_it(item: Item, given: tuple[Value, ...], wrong: Wrong | None) -> None:
    found = missing(a_form(item), {"q": given} if given else {})

    assert found == ({"q": wrong} if wrong else {})


def test_a_question_that_is_not_asked_is_not_missing_and_its_answer_is_not_handed_in() -> None:
    form = a_form(an_item("smokes", Kind.BOOLEAN), an_item("brand", enable_when=when("smokes", Operator.EQUALS, True)))

    assert missing(form, {"smokes": (False,)}) == {}
    assert kept(form, {"smokes": (False,), "brand": ("Zib",)}) == {"smokes": (False,)}


def test_progress_counts_what_must_be_answered_and_is_asked() -> None:
    form = a_form(
        an_item("a"), an_item("b", required=False), an_item("c", enable_when=when("a", Operator.EQUALS, "yes"))
    )

    assert progress(form, {}) == Progress(answered=0, wanted=1)
    assert progress(form, {"a": ("yes",)}) == Progress(answered=1, wanted=2)
    assert progress(form, {"a": ("yes",)}).percent == 50
