"""Telephone numbers and e-mail addresses, typed or spelled out in words."""

import re
from dataclasses import dataclass

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

from frontdesk.language.script import Span

HOME_REGION = "US"

_PHONE = re.compile(r"(?<![\w@.$#/-])(?:\+|00)?(?:\(\d{2,4}\)|\d)(?:[\s().\-/]{0,3}\d){6,14}(?![\w@])")
_NORTH_AMERICAN = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}")
_TYPED = re.compile(
    r"(?<![\w.+-])([a-z0-9][a-z0-9._%+'-]*)\s?@\s?([a-z0-9-]+(?:(?:\.|\s\.\s)[a-z0-9-]+)*(?:\."
    r"|\s\.\s)[a-z]{2,})(?![\w@])"
)
_SPOKEN = re.compile(
    r"(?<!\w)(?P<name>[a-z0-9_+-]+(?:(?:\s*\.\s*|\s(?:dot|punto|underscore|guion bajo|dash|hyphen"
    r"|guion)\s)[a-z0-9_+-]+)*)"
    r"\s(?:at|arroba|\(at\)|\[at\])\s"
    r"(?P<host>[a-z0-9-]+(?:(?:\s*\.\s*|\s(?:dot|punto)\s)[a-z0-9-]+)*(?:\s*\.\s*|\s(?:dot|punto)\s)(?:com"
    r"|net|org|edu|gov|io|co|us|me|mx|es|info|biz)(?:\.[a-z]{2})?)(?!\w)"
)
_SIGNS = {"dot": ".", "punto": ".", "underscore": "_", "guion bajo": "_", "dash": "-", "hyphen": "-", "guion": "-"}
_SIGN_WORDS = re.compile(r"\s*(?<![a-z])(dot|punto|underscore|guion bajo|dash|hyphen|guion)(?![a-z])\s*|\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A number in E.164 and where it stands."""

    number: str
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Email:
    """An address in lower case and where it stands. `typed` is False where it was spelled out in words."""

    address: str
    span: Span
    typed: bool


def phones_in(plain: str) -> list[Phone]:
    """The numbers that can be called, in order. One without its area code is left out: it cannot be called."""
    found = []
    for match in _PHONE.finditer(plain):
        number = as_e164(match.group())
        if number:
            found.append(Phone(number=number, span=match.span()))
    return found


def as_e164(written: str) -> str | None:
    """A written number as E.164; None when it cannot be one.

    North American numbers are taken by their shape (area code and exchange begin with 2 to 9), so that
    numbers kept for fiction pass as well; numbers of other countries have to be valid.
    Source: NANPA, Central Office Code Assignment Guidelines; libphonenumber.
    """
    try:
        number = parse(written, HOME_REGION)
    except NumberParseException:
        return None
    e164 = format_number(number, PhoneNumberFormat.E164)
    if number.country_code == 1:
        return e164 if is_possible_number(number) and _NORTH_AMERICAN.fullmatch(e164) else None
    return e164 if is_valid_number(number) else None


def as_spoken(e164: str) -> str:
    """A number as people write it: "(512) 555-0147" at home, "+44 20 7946 0958" from abroad; else as it came."""
    try:
        number = parse(e164, HOME_REGION)
    except NumberParseException:
        return e164
    at_home = number.country_code == 1
    return format_number(number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL)


def emails_in(plain: str) -> list[Email]:
    """The addresses, in order, typed ones and those in words ("maria at example dot com")."""
    found = [
        Email(address=_joined(f"{match[1]}@{match[2]}"), span=match.span(), typed=True)
        for match in _TYPED.finditer(plain)
        if not match[1].startswith(".")
    ]
    for match in _SPOKEN.finditer(plain):
        if not any(email.span[0] < match.end() and match.start() < email.span[1] for email in found):
            address = f"{_signs(match['name'])}@{_signs(match['host'])}"
            found.append(Email(address=address, span=match.span(), typed=False))
    return sorted(found, key=lambda email: email.span)


def _joined(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _signs(text: str) -> str:
    return _SIGN_WORDS.sub(lambda match: _SIGNS.get(match[1] or "", ""), text)
