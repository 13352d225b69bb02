"""Messages read and written letter for letter, whatever their separators, letters and line ends are."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.standards.hl7.samples import BOOKED, BY_EPIC, NOW, STANDARD, octets, read

from frontdesk.domain.faults import Impossible
from frontdesk.standards.hl7.composing import Parted, Repeated, message, segment
from frontdesk.standards.hl7.escapes import escaped, unescaped
from frontdesk.standards.hl7.message import Message, Segment, Unsaid, read_message
from frontdesk.standards.hl7.notation import CHARACTER_SETS, Notation, Separators, Unreadable, Unwritable
from frontdesk.standards.hl7.writing_visits import heading

BEGINNINGS = [b"", b"MSH", b"MSH|", b"MSH|^~\\&", b"MSH|^~\\&|A|B\r", b"MSH|^|", b"MSH^^^^"]
UTF_8 = Notation(codec="utf-8")
MARKS = st.permutations([*"|^~\\&#!$%*+-/:;<=>?@_{}"])
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@st.composite
def notations(draw: st.DrawFn) -> Notation:
    field, component, repetition, escape, subcomponent, truncation = draw(MARKS)[:6]
    return Notation(
        separators=Separators(
            field=field,
            component=component,
            repetition=repetition,
            escape=escape,
            subcomponent=subcomponent,
            truncation=draw(st.sampled_from(["", truncation])),
        ),
        codec="utf-8",
    )


def segments_of(written: Message) -> list[str]:
    return [one.raw for one in written.segments]


@given(notation=notations(), said=TEXTS)
def test_whatever_is_said_is_read_back(notation: Notation, said: str) -> None:
    written = escaped(said, notation)

    assert unescaped(written, notation) == said
    assert not set(written) & set("\r\n\x0b\x1c" + notation.separators.field)


@given(notation=notations(), field=st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=3))
def test_repetitions_and_components_are_read_back_by_any_separators(notation: Notation, field: list[list[str]]) -> None:
    content = Repeated(tuple(tuple(components) for components in field))
    made = message(heading(STANDARD, ("SIU", "S12"), NOW), [segment("ZZZ", {3: content}, notation)], notation)

    back = read_message(made.octets).all("ZZZ")[0].field(3)

    assert read_message(made.octets).octets == made.octets
    for at, components in enumerate(field):
        read_back = [back.repetitions[at].value(position) for position in range(1, len(components) + 1)]
        assert read_back == [said or Unsaid.ABSENT for said in components]


@given(values=st.lists(TEXTS, min_size=1, max_size=5))
def test_subcomponents_are_read_back(values: list[str]) -> None:
    made = segment("ZZZ", {1: (Parted(tuple(values)), "next")}, UTF_8)

    component = made.field(1).first.component(1)

    assert [component.subcomponent(at).value for at in range(1, len(values) + 1)] == [
        said or Unsaid.ABSENT for said in values
    ]
    assert made.text(1, 2) == "next"


@given(body=st.binary(max_size=200), codec=st.sampled_from([None, *CHARACTER_SETS, "KLINGON"]))
def test_octets_that_were_read_go_out_as_they_came(body: bytes, codec: str | None) -> None:
    header = b"MSH|^~\\&|A|B|C|D|20270101||SIU^S12|1|P|2.5.1|||||||" + (codec or "").encode() + b"\r"

    assert read_message(header + body).octets == header + body


@given(
    garbage=st.binary(max_size=60), after=st.sampled_from([b"", b"MSH", b"MSH|", b"MSH|^~\\&", b"MSH|^|", b"MSH^^^^"])
)
def test_what_is_no_message_is_told_so(garbage: bytes, after: bytes) -> None:
    try:
        came = read_message(after + garbage)
    except Unreadable:
        return

    assert came.octets == after + garbage


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"one\.br\two\.BR\three", "one\ntwo\nthree"),
        (r"\H\loud\N\ again", "loud again"),
        (r"one\.sp2\two\.ce\three\.sk3\four", "one\n\ntwo\nthree   four"),
        (r"\.in+4\\.ti-4\1. first\.nf\\.fi\ ", "1. first "),
        (r"\X41\\X0D0A\B", "A\r\nB"),
        (r"Jos\XC3\\XA9\ ", "José "),
        (r"\E\F\E\ ", "\\F\\ "),
        (r"C:\temp\new", r"C:\temp\new"),
        (r"\Zlocal\ \C2842\ \M2442\ ", r"\Zlocal\ \C2842\ \M2442\ "),
        (r"half \X4\ and \XZZ\ ", r"half \X4\ and \XZZ\ "),
    ],
)
def test_each_escape_sequence_says_what_the_standard_says(written: str, said: str) -> None:
    assert unescaped(written, UTF_8) == said


@pytest.mark.parametrize("strange", [r"\Zlocal\ ", r"C:\temp", r"\C2842\ ", r"\M2442\ "])
def test_an_escape_sequence_nobody_knows_is_kept_and_reported(strange: str) -> None:
    came = read(BOOKED + f"NTE|1||see {strange}end")

    assert strange.strip() in came.all("NTE")[0].text(3)
    assert [odd.place for odd in came.oddities] == ["NTE-3"]


def test_a_value_to_be_deleted_is_told_from_one_not_mentioned() -> None:
    came = read(BOOKED + 'ZZZ||""|x|""^y|a""')
    fields = came.all("ZZZ")[0]

    assert [fields.field(at).value for at in (1, 2, 3, 4, 5, 6)] == [
        Unsaid.ABSENT,
        Unsaid.NULL,
        "x",
        Unsaid.NULL,
        'a""',
        Unsaid.ABSENT,
    ]
    assert fields.text(2) == ""


def test_two_quotation_marks_that_are_meant_are_not_read_as_nothing() -> None:
    made = segment("ZZZ", {1: '""', 2: Unsaid.NULL, 3: Unsaid.ABSENT}, UTF_8)

    assert made.field(1).value == '""'
    assert made.raw == r'ZZZ|\X2222\|""'


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r\n", "\n\n"])
def test_any_line_end_parts_segments_and_all_but_the_right_one_are_reported(end: str) -> None:
    written = end.join([r"MSH|^~\&|A|B|C|D|20270101||SIU^S12|1|P|2.5.1", "SCH|1", "PID|1", ""])

    came = read_message(written.encode())

    assert [one.name for one in came.segments] == ["MSH", "SCH", "PID"]
    assert came.octets == written.encode()
    assert bool(came.oddities) == (end != "\r")


def test_a_line_feed_within_a_note_belongs_to_the_note() -> None:
    came = read_message(octets(BOOKED) + b"NTE|1||first line\nsecond line\rZZZ|1\r")

    assert came.all("NTE")[0].text(3) == "first line\nsecond line"
    assert came.segments[-1].name == "ZZZ"
    assert came.oddities == ()


def test_a_line_that_is_no_segment_is_kept_and_reported() -> None:
    came = read_message(octets(BOOKED) + b"stray words\rZZZ|1\r")

    assert "stray words" in segments_of(came)
    assert [odd.place for odd in came.oddities] == ["line 8"]


def test_separators_at_the_end_of_a_segment_are_kept_and_say_nothing() -> None:
    came = read(BOOKED + "ZZZ|a^b^^&&|||||")

    last = came.segments[-1]
    assert last.raw == "ZZZ|a^b^^&&|||||"
    assert [last.text(1, at) for at in (1, 2, 3, 4, 5)] == ["a", "b", "", "", ""]
    assert last.field(9).value is Unsaid.ABSENT


def test_what_is_written_ends_with_no_empty_field_or_component() -> None:
    assert segment("ZZZ", {1: "a", 4: ("", "b", ""), 9: ""}, UTF_8).raw == "ZZZ|a|||^b"


def test_positions_count_as_the_standard_counts_them() -> None:
    header = read(BOOKED).header

    assert (header.text(3), header.text(9, 2), header.text(10), header.text(12)) == ("EHR", "S12", "E7782", "2.5.1")
    with pytest.raises(Impossible):
        header.field(2)
    with pytest.raises(Impossible):
        header.field(0)


def test_a_shorter_list_of_separators_parts_by_those_alone() -> None:
    came = read_message(b"MSH|^~|A|B|C|D|20270101||SIU^S12|1|P|2.3\rZZZ|a^b~c&d\\F\\\r")

    assert came.all("ZZZ")[0].field(1).repetitions[1].value(1) == "c&d\\F\\"


@pytest.mark.parametrize(
    "octets",
    [b"", b"hello", b"MSH", b"MSH|", b"MSH||A", b"MSHxyz", b"MSH|^~\\&^^|A", b"\x00\x01MSH|^~\\&|", b"FHS|^~\\&|A\r"],
)
def test_octets_that_begin_with_no_header_cannot_be_read(octets: bytes) -> None:
    with pytest.raises(Unreadable):
        read_message(octets)


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\r\n", b"  \t"])
def test_blanks_and_a_byte_order_mark_before_the_header_are_passed_over(lead: bytes) -> None:
    came = read_message(lead + octets(BOOKED))

    assert came.control_id == "E7782"
    assert came.octets == lead + octets(BOOKED)


@pytest.mark.parametrize(
    ("name", "codec"), [("8859/1", "latin-1"), ("UNICODE UTF-8", "utf-8"), ("8859/15", "iso8859-15")]
)
def test_letters_are_those_of_the_character_set_that_is_named(name: str, codec: str) -> None:
    header = rf"MSH|^~\&|A|B|C|D|20270101||SIU^S12|1|P|2.5.1||||||{name}"

    came = read_message(f"{header}\rPID|1||||Muñoz^Zoë\r".encode(codec))

    assert (came.all("PID")[0].text(5, 1), came.all("PID")[0].text(5, 2)) == ("Muñoz", "Zoë")
    assert came.oddities == ()


def test_letters_without_a_named_character_set_are_those_of_the_sites_profile() -> None:
    written = octets(BY_EPIC.replace("LENA", "ZOË"), "latin-1")

    assert read_message(written, unmarked="iso8859_1").all("PID")[0].text(5, 2) == "ZOË"
    assert read_message(written).all("PID")[0].text(5, 2) == "ZO\ufffd"
    assert [odd.place for odd in read_message(written).oddities] == ["PID-5"]


@pytest.mark.parametrize("name", ["UNICODE UTF-16", "ISO IR87", "KLINGON"])
def test_a_character_set_that_is_not_read_is_reported_and_not_guessed(name: str) -> None:
    header = rf"MSH|^~\&|A|B|C|D|20270101||SIU^S12|1|P|2.5.1||||||{name}"

    came = read_message(f"{header}\rPID|1||||Muñoz\r".encode())

    assert "MSH-18" in [odd.place for odd in came.oddities]
    assert "\ufffd" in came.all("PID")[0].text(5)


def test_a_letter_that_the_sites_character_set_lacks_is_not_written() -> None:
    notation = Notation(codec="iso8859_1")

    with pytest.raises(Unwritable):
        message(heading(STANDARD, ("ADT", "A08"), NOW), [segment("PID", {5: "Łukasz"}, notation)], notation)


def test_a_value_shows_no_patient_when_it_is_logged() -> None:
    came = read(BOOKED)

    assert "RIVERA" not in repr(came) + repr(came.all("PID")[0]) + repr(came.all("PID")[0].field(5).first.component(1))


@pytest.mark.parametrize(
    "wrong", [{"field": "A"}, {"component": "|"}, {"escape": "\r"}, {"subcomponent": '"'}, {"field": ""}]
)
def test_separators_that_cannot_part_do_not_exist(wrong: dict[str, str]) -> None:
    with pytest.raises(Impossible):
        Separators(**wrong)


def test_a_message_begins_with_its_header() -> None:
    with pytest.raises(Impossible):
        Message(segments=(Segment(raw="PID|1", notation=UTF_8),), notation=UTF_8)


@given(left=TEXTS, right=TEXTS)
def test_different_words_are_written_differently(left: str, right: str) -> None:
    assume(left != right)

    assert escaped(left, UTF_8) != escaped(right, UTF_8)
