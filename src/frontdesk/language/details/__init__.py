"""What identifies and reaches a patient, read from all there is: names, numbers, addresses, dates, codes of their own.

`read_detail` takes what a speech recogniser thinks was said, best first, or the one text that was typed, together
with what else is known, and tells the likeliest value, how sure that is, and how to have it confirmed.
"""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from frontdesk.language.details.addresses import Address, read_address
from frontdesk.language.details.births import read_birth_date
from frontdesk.language.details.emails import read_email
from frontdesk.language.details.members import read_member
from frontdesk.language.details.people import FullName, read_name
from frontdesk.language.details.phones import read_phone
from frontdesk.language.details.postcodes import read_postcode
from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread

Value = FullName | Address | date | str


def read_detail(detail: Detail, alternatives: Sequence[str], evidence: Evidence) -> Reading[Value] | Unread:
    """The value of a detail that all evidence fits best, or the way to take it now.

    A phone comes as E.164, an e-mail in lower case, a postcode and a member id in capitals.
    """
    read: Reading[Value] | Reading[FullName] | Reading[Address] | Reading[date] | Reading[str] | Unread
    match detail:
        case Detail.NAME:
            read = read_name(alternatives, evidence)
        case Detail.PHONE:
            read = read_phone(alternatives, evidence)
        case Detail.EMAIL:
            read = read_email(alternatives, evidence)
        case Detail.BIRTH_DATE:
            read = read_birth_date(alternatives, evidence)
        case Detail.ADDRESS:
            read = read_address(alternatives, evidence)
        case Detail.POSTCODE:
            read = read_postcode(alternatives, evidence)
        case Detail.MEMBER:
            read = read_member(alternatives, evidence)
        case other:
            assert_never(other)
    if isinstance(read, Unread):
        return read
    return Reading(value=read.value, confidence=read.confidence, confirm_by=read.confirm_by, also=tuple(read.also))
