"""What reaches and identifies somebody, and what they pay with: heard before the numbers and times it looks like."""

import re

from frontdesk.dialogue.acts import (
    AskPayer,
    GiveAddress,
    GiveBirthDate,
    GiveCard,
    GiveCode,
    GiveEmail,
    GiveMember,
    GivePayer,
    GivePhone,
    GivePostcode,
)
from frontdesk.dialogue.state import Ask
from frontdesk.language.birth_dates import birth_dates_in
from frontdesk.language.cards import HIDDEN, cards_in
from frontdesk.language.details.addresses import addresses_in
from frontdesk.language.details.emails import emails_in, slip_of
from frontdesk.language.details.members import members_in
from frontdesk.language.details.phones import phones_in
from frontdesk.language.details.postcodes import postcodes_in
from frontdesk.language.hearing.listening import LIKELY, SURE, Listening
from frontdesk.language.names import ASKED_FOR_NAME
from frontdesk.language.payers import payers_in
from frontdesk.language.script import Span, folded, without
from frontdesk.language.timeline.told import DAY_FIRST
from frontdesk.language.vocabulary import phrases

MISSPELLED = 0.6
"""An address at a host that is one slip away from a well-known one."""
_BIRTH_DATE_ASKED = frozenset({Ask.WHO_ARE_YOU, Ask.BIRTH_DATE})
_MEMBER = re.compile(r"(?<![\w-])(?=[a-z-]*\d)[a-z\d][a-z\d-]{4,18}[a-z\d](?![\w-])")
"""What looks like a member id where one was asked for."""
_SHORT_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?P<year>\d\d)\.?")
_CODE = re.compile(r"(?<!\w)\d(?:[ -]?\d){5}(?!\w)")


def hear_cards(listening: Listening) -> None:
    """Numbers of cards, whole or as little as is kept of them."""
    page = listening.context.practice.payment_page or None
    for span in (*cards_in(listening.rest), *(match.span() for match in HIDDEN.finditer(listening.rest))):
        listening.hear(GiveCard(link=page), span)


def hear_proof(listening: Listening) -> None:
    """What proves who somebody is: before numbers and times, which it looks like."""
    asked = listening.context.asked
    day_first = listening.context.region in DAY_FIRST
    is_asked = asked in _BIRTH_DATE_ASKED or (asked is Ask.AGREED and _is_long_ago(listening))
    for born in birth_dates_in(listening.rest, today=listening.context.today, asked=is_asked, day_first=day_first):
        listening.hear(GiveBirthDate(born=born.on), born.span)
    if asked is Ask.CODE and (code := _CODE.search(listening.rest)):
        listening.hear(GiveCode(code=re.sub(r"\D", "", code.group())), code.span())


def _is_long_ago(listening: Listening) -> bool:
    """Whether a message is a date of a year, in two figures, that does not come soon: "7/2/79"."""
    figures = _SHORT_DATE.fullmatch(listening.rest.strip())
    return figures is not None and int(figures["year"]) > listening.context.today.year % 100 + 1


def hear_contact(listening: Listening) -> None:
    """How to reach them, and the number of their insurance."""
    for member in members_in(listening.rest):
        listening.hear(GiveMember(member=member.id), member.span)
    _hear_address(listening)
    asked = listening.context.asked is Ask.EMAIL
    every = emails_in(listening.rest, asked=asked)
    for email in every:
        if _is_of_somebody_else(listening, email.span, alone=len(every) == 1):
            listening.taken.append(email.span)
            continue
        meant = slip_of(email.address)
        sure = MISSPELLED if meant else SURE if email.typed or asked else LIKELY
        also = (GiveEmail(email=meant),) if meant else ()
        listening.hear(GiveEmail(email=email.address), email.span, sure, also=also)
    for phone in phones_in(listening.rest, caller=listening.context.caller):
        listening.hear(GivePhone(phone=phone.number), phone.span, phone.confidence)
    for code in postcodes_in(listening.rest):
        listening.hear(GivePostcode(postcode=code.code), code.span)


def _is_of_somebody_else(listening: Listening, span: Span, *, alone: bool) -> bool:
    """ "My friend is Jo, her email is ...": what goes to whoever writes is not sent there.

    One who is asked for theirs and names another's alone may want it sent there: "my husband's email is ...".
    """
    known, plain = listening.context.known, listening.plain
    if known.visitor is not None:
        return False
    before = phrases("others_email_before").search(plain[: span[0]]) is not None
    after = phrases("others_email_after").match(plain[span[1] :]) is not None
    along = known.more > 0 or bool(known.companions) or phrases("with_somebody").search(plain) is not None
    return (before or after) and (along or not alone)


def _hear_address(listening: Listening) -> None:
    plain = without(folded(listening.written), [listening.read.span(*span) for span in listening.taken])
    for placed in addresses_in(plain, listening.written):
        one = placed.address
        act = GiveAddress(street=one.street, unit=one.unit, city=one.city, state=one.state, postcode=one.postcode)
        listening.hear(act, listening.read.found(*placed.span), SURE if one.is_whole and one.agrees else LIKELY)


def _with_its_sign(span: Span, plain: str) -> Span:
    """The words with the question mark behind them."""
    start, end = span
    return (start, end + len(plain[end:]) - len(plain[end:].lstrip(" ?")))


def hear_payers(listening: Listening) -> None:
    """Insurances: the one they have, the one they ask about; where it was asked for, the number of theirs."""
    context = listening.context
    if context.asked in ASKED_FOR_NAME:
        return
    asked_for = context.asked is Ask.PAYER
    note = phrases("note_that").search(listening.rest)
    heard = without(listening.rest, [_with_its_sign(note.span(), listening.rest)]) if note else listening.rest
    for named in payers_in(heard, context.practice, asked_for=asked_for):
        if named.theirs or note:
            listening.hear(GivePayer(payer=named.payer), named.span)
        if named.asked:
            listening.hear(AskPayer(payer=named.payer, taken=named.taken), named.span)
    if note and listening.has(GivePayer, GiveMember):  # "can you note that?" asks for nothing more
        listening.taken.append(_with_its_sign(note.span(), listening.rest))
    if context.asked is Ask.MEMBER and not listening.has(GiveMember):
        for word in _MEMBER.finditer(listening.rest):
            listening.hear(GiveMember(member=word.group().upper().replace("-", "")), word.span(), LIKELY)
