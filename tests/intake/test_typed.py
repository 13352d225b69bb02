"""What a page sends, read as answers."""

from base64 import b64encode
from datetime import UTC, date, datetime

import pytest
from tests.intake.forms import a_form, an_item, choices

from frontdesk.domain.questionnaire import Coded, Item, Kind, Value
from frontdesk.intake.missing import Wrong
from frontdesk.intake.typed import LARGEST_DRAWING, PNG, read_fields, read_signature

NOW = datetime(2026, 5, 27, tzinfo=UTC)
CHOICE = an_item("q", Kind.CHOICE, options=choices("a", "b"), repeats=True)
OPEN = an_item("q", Kind.OPEN_CHOICE, options=choices("a"))


def born(year: str, month: str, day: str) -> dict[str, list[str]]:
    return {"q.q.year": [year], "q.q.month": [month], "q.q.day": [day]}


@pytest.mark.parametrize(
    ("item", "fields", "answer"),
    [
        (an_item("q"), {"q.q": ["  Ana\r\nRuiz "]}, ("Ana\nRuiz",)),
        (an_item("q"), {"q.q": ["   "]}, ()),
        (an_item("q", Kind.BOOLEAN), {"q.q": ["false"]}, (False,)),
        (an_item("q", Kind.BOOLEAN), {"q.q": ["1"]}, ()),
        (an_item("q", Kind.INTEGER), {"q.q": ["-7"]}, (-7,)),
        (an_item("q", Kind.INTEGER), {"q.q": ["seven"]}, Wrong.NO_NUMBER),
        (an_item("q", Kind.INTEGER), {"q.q": ["9" * 10]}, Wrong.NO_NUMBER),
        (an_item("q", Kind.DATE), born("1988", "4", "27"), (date(1988, 4, 27),)),
        (an_item("q", Kind.DATE), born("", "", ""), ()),
        (an_item("q", Kind.DATE), born("1988", "2", "30"), Wrong.NO_DATE),
        (an_item("q", Kind.DATE), born("88", "2", "3"), Wrong.NO_DATE),
        (an_item("q", Kind.DATE), born("1988", "٤", "3"), Wrong.NO_DATE),
        (CHOICE, {"q.q": ["1", "0", "1"]}, (Coded(code="b"), Coded(code="a"))),
        (CHOICE, {"q.q": ["2"]}, Wrong.NO_CHOICE),
        (CHOICE, {"q.q": ["other"], "q.q.other": ["mine"]}, Wrong.NO_CHOICE),
        (OPEN, {"q.q": ["other"], "q.q.other": ["mine"]}, ("mine",)),
        (OPEN, {"q.q": ["other"], "q.q.other": [""]}, ()),
    ],
)
def test_a_field_is_read_by_its_kind(
    item: Item, fields: dict[str, list[str]], answer: tuple[Value, ...] | Wrong
) -> None:
    read = read_fields([item], fields)

    if isinstance(answer, Wrong):
        assert (read.answers, read.wrong) == ({}, {"q": answer})
    else:
        assert (read.answers, read.wrong) == ({"q": answer}, {})


def test_what_is_only_to_be_read_or_signed_is_not_taken_from_a_field() -> None:
    items = [an_item("q", read_only=True), an_item("s", signature=True), an_item("f", Kind.ATTACHMENT)]

    assert read_fields(items, {"q.q": ["x"], "q.s": ["x"], "q.f": ["x"]}).answers == {}


SIGNATURE = an_item("s", signature=True)
GROUP = an_item("consent", Kind.GROUP, an_item("words", Kind.DISPLAY), SIGNATURE)


@pytest.mark.parametrize(
    ("drawn", "kept"),
    [
        (PNG + b"lines", PNG + b"lines"),
        (b"GIF89a", b""),
        (PNG + b"x" * LARGEST_DRAWING, b""),
    ],
)
def test_a_signature_keeps_the_words_above_it_in_the_language_they_were_read_in(drawn: bytes, kept: bytes) -> None:
    fields = {"q.s": ["Ana Ruiz"], "q.s.drawn": [f"data:image/png;base64,{b64encode(drawn).decode()}"]}

    signed = read_signature(a_form(GROUP), GROUP, SIGNATURE, fields, language="es", now=NOW)

    assert signed is not None
    assert (signed.name, signed.words, signed.version, signed.when) == ("Ana Ruiz", "¿consent?\n\n¿words?", "1", NOW)
    assert signed.drawn == kept


def test_a_drawing_alone_is_no_signature() -> None:
    fields = {"q.s": [" "], "q.s.drawn": ["data:image/png;base64,iVBORw0KGgo="]}

    assert read_signature(a_form(GROUP), GROUP, SIGNATURE, fields, language="en", now=NOW) is None
