"""A form as pages: their order, those that are left out, and signatures that hold for what was signed alone."""

from datetime import UTC, datetime

from tests.intake.forms import a_form, an_item, when

from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.questionnaire import Kind, Operator, Signed
from frontdesk.intake.due import FormStands, How, needed
from frontdesk.intake.parts import Filling

NOW = datetime(2026, 5, 27, tzinfo=UTC)
SIGNED = Signed(name="Ana", when=NOW, words="I agree", version="1", language="en")
FORM = a_form(
    an_item("first", Kind.GROUP, an_item("a", Kind.BOOLEAN)),
    an_item("loose"),
    an_item("loose-too", required=False),
    an_item("only-if", Kind.GROUP, an_item("b"), enable_when=when("a", Operator.EQUALS, True)),
    an_item("last", Kind.GROUP, an_item("sign", signature=True)),
)


def filling(**answers: object) -> Filling:
    return Filling(forms=(FORM,), answers={"form": {name: (value,) for name, value in answers.items()}})  # type: ignore[dict-item]


def test_each_group_is_a_page_and_what_stands_loose_shares_one() -> None:
    assert [part.link_ids for part in filling().parts] == [
        ("first", "a"),
        ("loose", "loose-too"),
        ("only-if", "b"),
        ("last", "sign"),
    ]


def test_a_page_of_which_nothing_is_asked_is_gone_past_both_ways() -> None:
    assert filling(a=False).next_after(1) == 3
    assert filling(a=True).next_after(1) == 2
    assert filling(a=False).before(3) == 1
    assert filling(a=False).before(0) is None
    assert filling(a=False).next_after(3) == 4


def test_one_goes_on_where_something_is_missing() -> None:
    assert filling().unfinished() == 0
    assert filling(a=False).unfinished() == 1
    assert filling(a=True, loose="x").unfinished() == 2
    assert filling(a=False, loose="x", sign=SIGNED).unfinished() == 4


def test_whoever_changes_an_answer_after_signing_signs_again() -> None:
    signed = filling(a=False, loose="x").with_answers(FORM, {"sign": (SIGNED,)})

    assert "sign" in signed.of(FORM)
    assert "sign" in signed.with_answers(FORM, {"loose": ("x",)}).of(FORM)
    assert "sign" not in signed.with_answers(FORM, {"loose": ("y",)}).of(FORM)


def test_an_answer_that_is_taken_back_is_gone() -> None:
    assert filling(loose="x").with_answers(FORM, {"loose": ()}).of(FORM) == {}


def test_a_form_is_due_until_it_was_handed_in() -> None:
    part = FormStands(
        id=None, intake=None, appointment=AppointmentId("v"), questionnaire="form", version="1", answered=1,  # type: ignore[arg-type]
        wanted=3, saved=NOW, completed=None,
    )  # fmt: skip
    done = FormStands(
        id=None, intake=None, appointment=AppointmentId("v"), questionnaire="form", version="1", answered=3,  # type: ignore[arg-type]
        wanted=3, saved=NOW, completed=NOW,
    )  # fmt: skip

    assert [one.how for begun in ([], [part], [done]) for one in needed([FORM], begun)] == list(How)
