"""Whether a carrier's word for who calls is a number that can be called. Pure."""

import re

import phonenumbers

_E164 = re.compile(r"\+[1-9]\d{6,14}")


def caller_in(number: str) -> str | None:
    """The number, E.164; None where it is withheld, or has no length that numbers of its country have."""
    if _E164.fullmatch(number) is None:
        return None
    try:
        return number if phonenumbers.is_possible_number(phonenumbers.parse(number)) else None
    except phonenumbers.NumberParseException:
        return None
