"""What a card is paid with is kept nowhere."""

import pytest

from frontdesk.language.cards import without_cards

VISA = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"here's my card: {VISA}", "here's my card: **** **** **** 1111"),
        ("4111111111111111, 04/29, 123", "************1111, **/**, ***"),
        (f"{VISA} exp 4/2029 cvv 1234", "**** **** **** 1111 exp */**** cvv ****"),
        (f"{VISA} code 123", "**** **** **** 1111 code ***"),
        ("the CVV is 123", "the CVV is ***"),
        ("el código de seguridad es 907", "el código de seguridad es ***"),
        (f"{VISA} and call me at 512-555-0147", "**** **** **** 1111 and call me at 512-555-0147"),
        ("Tuesday 04/29 at 3, 123 Main Street", "Tuesday 04/29 at 3, 123 Main Street"),
        ("4111 1111 1111 1112 is not one", "4111 1111 1111 1112 is not one"),
    ],
)
def test_number_month_and_code_are_left_out(written: str, kept: str) -> None:
    assert without_cards(written) == kept
