"""Details read from what a speech recogniser wrote, with all else that is known."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import ConfirmBy, GiveEmail, GiveName, GivePhone, Heard, Unclear
from frontdesk.dialogue.state import Ask
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.language.details import read_detail
from frontdesk.language.details.addresses import Address
from frontdesk.language.details.people import FullName
from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread
from frontdesk.language.understanding import understand

TODAY = date(2026, 5, 26)
SPOKEN = Evidence(spoken=True, today=TODAY)


def a_chart(given: str, family: str, phone: str | None = None, born: date | None = None) -> Patient:
    return Patient(id=PatientId(UUID(int=1)), given=given, family=family, phone=phone, birth_date=born)


def value(detail: Detail, *said: str, evidence: Evidence = SPOKEN) -> object:
    reading = read_detail(detail, said, evidence)
    return reading.value if isinstance(reading, Reading) else reading


@pytest.mark.parametrize(
    ("region", "said", "code"),
    [
        ("GB", ["whiskey 2 0 alpha bravo"], "W2 0AB"),
        ("GB", ["s w for whiskey one a for apple free b for bravo b"], "SW1A 3BB"),
        ("GB", ["em one you for a bee"], "M1U 4AB"),
        ("GB", ["N w 3 nought double b"], "NW3 0BB"),
        ("US", ["seven eight seven oh one"], "78701"),
        ("US", ["seventy eight seven oh one", "78 701"], "78701"),
        ("CA", ["k one a zero b one", "k 1 a o b 1"], "K1A 0B1"),
        ("ES", ["dos ocho cero trece"], "28013"),
    ],
)
def test_a_postcode_is_read_sign_by_sign(region: str, said: list[str], code: str) -> None:
    assert value(Detail.POSTCODE, *said, evidence=Evidence(spoken=True, region=region)) == code


def test_two_tries_at_a_postcode_mend_each_other() -> None:
    first = ("w 2 0 a d", "w 2 0 a b")

    assert (
        value(Detail.POSTCODE, "w to 0 a b", evidence=Evidence(spoken=True, region="GB", earlier=(first,))) == "W2 0AB"
    )


def test_a_number_that_the_line_belongs_to_wins_over_one_misheard_figure() -> None:
    heard = ("five one two five five five oh one four five", "512 555 0145")

    alone = value(Detail.PHONE, *heard)
    with_caller = value(Detail.PHONE, *heard, evidence=Evidence(spoken=True, caller="+15125550149"))

    assert alone == "+15125550145"
    assert with_caller == "+15125550149"


def test_another_number_than_the_line_is_taken_as_it_was_said() -> None:
    line = Evidence(spoken=True, caller="+15125550147")

    assert value(Detail.PHONE, "512 555 0193", evidence=line) == "+15125550193"


def test_a_number_without_its_area_code_is_that_of_the_line_it_ends_like() -> None:
    caller = Evidence(caller="+15125550147")

    assert value(Detail.PHONE, "555-0147", evidence=caller) == "+15125550147"
    assert value(Detail.PHONE, "the one ending in 0147", evidence=caller) == "+15125550147"


def test_a_name_on_the_chart_that_sounds_so_is_meant() -> None:
    charts = (a_chart("Kathryn", "Jenkins"),)

    assert value(Detail.NAME, "Katherine Jenkins", "Catherine Jenkins") == FullName(given="Katherine", family="Jenkins")
    assert value(
        Detail.NAME, "Katherine Jenkins", "Catherine Jenkins", evidence=Evidence(spoken=True, charts=charts)
    ) == FullName(given="Kathryn", family="Jenkins")


def test_a_stranger_is_not_taken_for_the_patient_on_the_chart() -> None:
    charts = (a_chart("Kathryn", "Jenkins"),)

    read = value(Detail.NAME, "Oliver Brown", evidence=Evidence(spoken=True, charts=charts))

    assert read == FullName(given="Oliver", family="Brown")


def test_a_spelled_name_wins_over_how_it_sounded() -> None:
    earlier = (("Steven Moss", "Stephen Moss"),)

    assert value(Detail.NAME, "s t e p h e n m o s s", evidence=Evidence(spoken=True, earlier=earlier)) == FullName(
        given="Stephen", family="Moss"
    )


def test_a_name_that_is_none_is_less_likely_than_one_that_is() -> None:
    assert value(Detail.NAME, "Katie martial", "Katie Marshall") == FullName(given="Katie", family="Marshall")


def test_a_birth_date_said_twice_stands() -> None:
    earlier = (("27th of the 9th 1979", "27th of the 9th 1970"),)

    read = value(
        Detail.BIRTH_DATE, "september 27 1970 nine", "september 27 1979",
        evidence=Evidence(spoken=True, earlier=earlier, today=TODAY),
    )  # fmt: skip

    assert read == date(1979, 9, 27)


def test_an_address_on_which_two_tries_agree_is_surer() -> None:
    said = ("one twenty three oak street austin texas seven eight seven oh one",)

    once = read_detail(Detail.ADDRESS, said, SPOKEN)
    twice = read_detail(Detail.ADDRESS, said, Evidence(spoken=True, earlier=(said,)))

    assert isinstance(once, Reading)
    assert isinstance(twice, Reading)
    assert once.value == Address(street="123 Oak Street", city="Austin", state="TX", postcode="78701")
    assert twice.confidence > once.confidence


def test_a_zip_code_of_another_state_is_asked_about() -> None:
    read = read_detail(Detail.ADDRESS, ["12 Oak Street, Austin, TX 10018"], Evidence())

    assert isinstance(read, Reading)
    assert read.confirm_by is ConfirmBy.READ_BACK


def test_the_check_letter_tells_a_document_from_a_misheard_one() -> None:
    heard = ("uno dos tres cuatro cinco seis siete ocho ce", "uno dos tres cuatro cinco seis siete ocho zeta")

    assert value(Detail.MEMBER, *heard) == "12345678Z"


def test_a_shape_that_the_practice_knows_tells_letters_from_figures() -> None:
    shape = Evidence(spoken=True, shape=r"[A-Z]{2}\d{6}")

    assert value(Detail.MEMBER, "a o one two three four five oh", evidence=shape) == "AO123450"


def test_an_address_at_a_misspelled_host_is_read_back_with_the_right_one() -> None:
    read = read_detail(Detail.EMAIL, ["maria@gmial.com"], Evidence())

    assert isinstance(read, Reading)
    assert (read.value, read.confirm_by, read.also[0]) == ("maria@gmial.com", ConfirmBy.READ_BACK, "maria@gmail.com")


def test_a_host_of_its_own_is_no_slip_of_a_better_known_one() -> None:
    read = read_detail(Detail.EMAIL, ["carol.beck@mail.com"], Evidence())

    assert isinstance(read, Reading)
    assert "carol.beck@gmail.com" not in read.also


@pytest.mark.parametrize(
    ("detail", "tries", "way"),
    [
        (Detail.PHONE, 0, ConfirmBy.KEYPAD),
        (Detail.BIRTH_DATE, 1, ConfirmBy.KEYPAD),
        (Detail.NAME, 0, ConfirmBy.SPELL),
        (Detail.NAME, 2, ConfirmBy.TEXT_LINK),
        (Detail.EMAIL, 1, ConfirmBy.SPELL),
        (Detail.EMAIL, 2, ConfirmBy.TEXT_LINK),
        (Detail.ADDRESS, 1, ConfirmBy.TEXT_LINK),
    ],
)
def test_what_was_not_understood_is_taken_another_way(detail: Detail, tries: int, way: ConfirmBy) -> None:
    evidence = Evidence(spoken=True, earlier=(("mmm",),) * tries, today=TODAY)

    assert read_detail(detail, [""], evidence) == Unread(ask_by=way)


@given(
    detail=st.sampled_from(Detail),
    said=st.lists(st.text(max_size=40) | st.sampled_from(["a b c", "1 2 3", "x at y dot com"]), max_size=3),
    region=st.sampled_from(["US", "GB", "ES", "ZZ"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_heard_is_read_or_asked_for_another_way(detail: Detail, said: list[str], region: str) -> None:
    read = read_detail(detail, said, Evidence(spoken=True, region=region, today=TODAY))

    assert isinstance(read, Unread) or 0 <= read.confidence <= 1


def test_understanding_weighs_all_that_was_heard_by_voice() -> None:
    context = a_context(asked=Ask.PHONE, caller="+15125550147", alternatives=("512 555 0157",))

    heard = understand("five one two five five five oh one for seven", context)

    assert [one.act for one in heard] == [GivePhone(phone="+15125550147")]
    assert heard[0].confirm_by is ConfirmBy.READ_BACK


def test_understanding_tells_how_to_take_what_it_did_not_catch() -> None:
    heard = understand("mm hm", a_context(asked=Ask.EMAIL, alternatives=("mhm",)))

    assert heard == [Heard(act=Unclear(), span=(0, 5), confidence=1.0, confirm_by=ConfirmBy.SPELL)]


def test_a_name_spelled_after_it_was_said_is_put_right() -> None:
    context = a_context(asked=Ask.NAME, alternatives=("k a t y marshall",), earlier=(("Katie Marshall",),))

    heard = understand("k a t i e m a r s h a l l", context)

    assert [one.act for one in heard] == [GiveName(given="Katie", family="Marshall")]


def test_a_typed_address_needs_no_reading_back_and_a_misspelled_one_does() -> None:
    right, slip = (understand(text, a_context(asked=Ask.EMAIL))[0] for text in ("ana@gmail.com", "ana@gmial.com"))

    assert (right.act, right.confirm_by) == (GiveEmail(email="ana@gmail.com"), ConfirmBy.NOTHING)
    assert slip.confirm_by is ConfirmBy.READ_BACK
