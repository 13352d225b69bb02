"""Numbers of payment cards: found, so that they are kept nowhere (PCI DSS 4.0, requirement 3)."""

import re
from collections.abc import Iterator

from frontdesk.language.script import Span

_NUMBER = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-])")
_EXPIRY = re.compile(r"[^\d\n]{0,30}((?:0?[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d{2})(?![\d/-])")
_CODE = re.compile(r"[^\d\n]{0,30}(\d{3,4})(?![\d/-])")
_NAMED_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|csc|security code|c[oó]digo de seguridad)\b[^\d\n]{0,12}(\d{3,4})(?!\d)", re.IGNORECASE
)
LAST_SHOWN = 4


def cards_in(text: str) -> Iterator[Span]:
    """Where a text has the number of a card: 13 to 19 digits whose check digit is right (ISO/IEC 7812-1)."""
    for match in _NUMBER.finditer(text):
        if _checks(re.sub(r"\D", "", match.group())):
            yield match.span()


def without_cards(text: str) -> str:
    """The text without what a card is paid with; as long as before.

    Left out are all digits of a number but the last four, the month and the code that follow it, and a code that is
    named as one.
    """
    for start, end in cards_in(text):
        text = _hidden(text, start, end - LAST_SHOWN)
        for following in (_EXPIRY, _CODE):
            if match := following.match(text, end):
                text = _hidden(text, *match.span(1))
                end = match.end()
    for match in _NAMED_CODE.finditer(text):
        text = _hidden(text, *match.span(1))
    return text


def _hidden(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"\d", "*", text[start:end]) + text[end:]


HIDDEN = re.compile(r"\*(?:[ -]?\*){8,14}(?:[ -]?\d){4}")
"""What `without_cards` leaves of a number."""


def _checks(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(one - 9 if one > 9 else one for one in doubled)) % 10 == 0
