"""A paper as a PDF: every word of it, on as many pages as it needs, readable without us."""

import re

from hypothesis import given, settings
from hypothesis.strategies import lists, text

from frontdesk.standards.paper import Line, Look, Paper, in_one_line
from frontdesk.standards.pdf import HEIGHT, MARGIN, pdf_of, printable

UNPRINTED = "Some letters are missing."


def a_paper(*answers: str, title: str = "Health form") -> Paper:
    lines = [line for one in answers for line in (Line(look=Look.QUESTION, text="What?"), answer(one))]
    return Paper(title=title, language="en", lines=tuple(lines))


def answer(text: str) -> Line:
    return Line(look=Look.ANSWER, text=text)


def shown(file: bytes) -> list[str]:
    """The strings of a file in their order, read by the rules of ISO 32000-1, 7.3.4.2."""
    found = re.findall(rb"\(((?:\\.|[^\\()])*)\) Tj", file)
    return [re.sub(rb"\\(.)", rb"\1", one).decode("cp1252") for one in found]


def test_every_word_is_on_the_page_and_in_its_order() -> None:
    file = pdf_of(a_paper("aspirin (81 mg) \\ daily", "Señora Núñez: 50 % – “sí”"), unprinted=UNPRINTED)

    assert shown(file) == [
        "Health form", "What?", "aspirin (81 mg) \\ daily", "What?", "Señora Núñez: 50 % – “sí”", "1",
    ]  # fmt: skip


def test_the_table_says_where_each_object_begins() -> None:
    file = pdf_of(a_paper(*["yes"] * 200), unprinted=UNPRINTED)

    table = int(file.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    rows = re.findall(rb"(\d{10}) 00000 n ", file[table:])
    assert file[table:].startswith(b"xref\n0 %d\n" % (len(rows) + 1))
    assert all(file[int(place) :].startswith(b"%d 0 obj\n" % number) for number, place in enumerate(rows, start=1))
    assert all(int(length) == len(stream) for length, stream in streams(file))


def streams(file: bytes) -> list[tuple[bytes, bytes]]:
    return re.findall(rb"<< /Length (\d+) >>\nstream\n(.*?)\nendstream", file, re.DOTALL)


def test_what_is_long_goes_on_on_the_next_page_and_nothing_leaves_it() -> None:
    file = pdf_of(a_paper(*["a word or two " * 40] * 30, "W" * 300), unprinted=UNPRINTED)

    assert len(streams(file)) == int(re.findall(rb"/Count (\d+)", file)[0]) > 3
    heights = [float(y) for y in re.findall(rb"Tf [\d.]+ ([\d.]+) Td \((?!\d+\) Tj)", file)]
    assert all(MARGIN <= y < HEIGHT - MARGIN for y in heights)
    assert "".join(one for one in shown(file) if set(one) == {"W"}) == "W" * 300


def test_a_letter_that_the_fonts_lack_is_told_and_not_dropped() -> None:
    file = pdf_of(a_paper("Nguyễn", "中 🙂"), unprinted=UNPRINTED)

    assert {"Nguyen", "[U+4E2D] [U+1F642]", UNPRINTED} <= set(shown(file))


def test_a_paper_whose_letters_are_all_there_says_nothing_of_letters() -> None:
    assert UNPRINTED not in shown(pdf_of(a_paper("Ana Ruíz"), unprinted=UNPRINTED))


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert pdf_of(a_paper("yes"), unprinted="") == pdf_of(a_paper("yes"), unprinted="")


@settings(max_examples=40, deadline=None)
@given(answers=lists(text(max_size=300), max_size=5), title=text(max_size=50))
def test_whatever_a_patient_types_is_drawn_word_for_word(answers: list[str], title: str) -> None:
    file = pdf_of(a_paper(*answers, title=title), unprinted="")

    wanted = "".join("".join(printable(one)[0].split()) for one in (title, *(f"What?{one}" for one in answers)))
    pages = [shown(stream)[:-1] for _, stream in streams(file)]  # the last of each is its number
    assert "".join("".join(one.split()) for page in pages for one in page) == wanted


def test_in_one_line_each_answer_follows_its_question_and_the_small_print_is_left_out() -> None:
    lines = (
        Line(look=Look.PLAIN, text="Handed in: today"),
        Line(look=Look.QUESTION, text="Any allergies?"),
        answer("penicillin"),
        Line(look=Look.QUESTION, text="Medicines"),
        answer("aspirin"),
        answer("in the morning"),
        Line(look=Look.SMALL, text="I agree to everything"),
    )

    assert in_one_line(Paper(title="Health form", language="en", lines=lines)) == (
        "Health form. Handed in: today; Any allergies? penicillin; Medicines: aspirin in the morning"
    )
