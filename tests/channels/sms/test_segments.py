"""How texts are counted, against the tables of 3GPP TS 23.038."""

import pytest
from hypothesis import given
from hypothesis.strategies import text

from frontdesk.channels.sms.segments import Encoding, Segments, segments


@pytest.mark.parametrize(
    ("body", "encoding", "units", "count"),
    [
        ("", Encoding.GSM_7, 0, 1),
        ("a" * 160, Encoding.GSM_7, 160, 1),
        ("a" * 161, Encoding.GSM_7, 161, 2),
        ("a" * 306, Encoding.GSM_7, 306, 2),
        ("a" * 307, Encoding.GSM_7, 307, 3),
        ("€" * 80, Encoding.GSM_7, 160, 1),
        ("€" * 81, Encoding.GSM_7, 162, 2),
        ("¿Cómo está? ñ", Encoding.UCS_2, 13, 1),  # ó and á are in no seven-bit table, ñ and ¿ are
        ("¿Qué hora? ñ", Encoding.GSM_7, 12, 1),
        ("á" * 70, Encoding.UCS_2, 70, 1),
        ("á" * 71, Encoding.UCS_2, 71, 2),
        ("á" * 134, Encoding.UCS_2, 134, 2),
        ("á" * 135, Encoding.UCS_2, 135, 3),
        ("🙂" * 35, Encoding.UCS_2, 70, 1),
        ("🙂" * 36, Encoding.UCS_2, 72, 2),
        ("It’s", Encoding.UCS_2, 4, 1),  # a typographic apostrophe costs the whole text its letters
    ],
)
def test_texts_are_counted_as_carriers_count_them(body: str, encoding: Encoding, units: int, count: int) -> None:
    assert segments(body) == Segments(encoding=encoding, units=units, count=count)


def test_an_escaped_letter_is_not_cut_in_two_between_messages() -> None:
    body = "a" * 152 + "€" + "a" * 152  # 306 units would be two messages, if the euro sign could be cut

    assert segments(body).count == 3


@given(text(max_size=700))
def test_every_text_fits_into_what_it_is_counted_as(body: str) -> None:
    counted = segments(body)

    room = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}[counted.encoding]
    assert counted.units <= (room[0] if counted.count == 1 else counted.count * room[1])
    assert counted.count == 1 or counted.units > (counted.count - 1) * (room[1] - 1)


def test_the_default_alphabet_has_its_127_letters_and_the_extension_its_nine() -> None:
    counted = {chr(code): segments(chr(code)) for code in range(0x10000) if not 0xD800 <= code < 0xE000}
    seven_bit = {letter: one.units for letter, one in counted.items() if one.encoding is Encoding.GSM_7}

    assert sum(units == 1 for units in seven_bit.values()) == 127  # the 128th is the escape itself
    assert sorted(letter for letter, units in seven_bit.items() if units == 2) == sorted("\f^{}\\[~]|€")
