"""Numbers of payment cards: found, so that they are kept nowhere (PCI DSS 4.0, requirement 3)."""

import re
from collections.abc import Iterator

from frontdesk.language.script import Span

_NUMBER = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-])")
LAST_SHOWN = 4


def cards_in(text: str) -> Iterator[Span]:
    """Where a text has the number of a card: 13 to 19 digits whose check digit is right (ISO/IEC 7812-1)."""
    for match in _NUMBER.finditer(text):
        if _checks(re.sub(r"\D", "", match.group())):
            yield match.span()


def without_cards(text: str) -> str:
    """The text with all digits of cards but the last four left out; as long as before."""
    for start, end in cards_in(text):
        hidden = re.sub(r"\d", "*", text[start : end - LAST_SHOWN])
        text = text[:start] + hidden + text[end - LAST_SHOWN :]
    return text


HIDDEN = re.compile(r"\*(?:[ -]?\*){8,14}(?:[ -]?\d){4}")
"""What `without_cards` leaves of a number."""


def _checks(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(one - 9 if one > 9 else one for one in doubled)) % 10 == 0
