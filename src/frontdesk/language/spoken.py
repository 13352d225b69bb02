"""What was said in answer to a question for one detail, weighed over all that a speech recogniser took it for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    ConfirmBy,
    GiveAddress,
    GiveBirthDate,
    GiveEmail,
    GiveMember,
    GiveName,
    GivePhone,
    GivePostcode,
    Greet,
    Heard,
    NameService,
    OffTopic,
    Unclear,
    WishTime,
)
from frontdesk.dialogue.state import Ask
from frontdesk.language.by_ear import not_refused
from frontdesk.language.context import Context
from frontdesk.language.details import Value, read_detail
from frontdesk.language.details.addresses import Address
from frontdesk.language.details.people import FullName
from frontdesk.language.details.reading import SURE, Detail, Evidence, Reading, Unread
from frontdesk.language.names import name_in
from frontdesk.language.script import script

_ASKED: Mapping[Ask, Detail] = {
    Ask.NAME: Detail.NAME,
    Ask.PHONE: Detail.PHONE,
    Ask.EMAIL: Detail.EMAIL,
    Ask.BIRTH_DATE: Detail.BIRTH_DATE,
}
_KINDS: Mapping[Detail, type[Act]] = {
    Detail.NAME: GiveName,
    Detail.PHONE: GivePhone,
    Detail.EMAIL: GiveEmail,
    Detail.BIRTH_DATE: GiveBirthDate,
    Detail.ADDRESS: GiveAddress,
    Detail.POSTCODE: GivePostcode,
    Detail.MEMBER: GiveMember,
}
_MISHEARD = (Unclear, OffTopic, Affirm, Greet, NameService, WishTime)
"""Acts that a name or a number is easily mistaken for: they do not stand beside the detail that was asked for."""


def weighed_against_all(heard: Sequence[Heard], text: str, context: Context) -> list[Heard]:
    """The acts, with the detail that was asked for as the alternatives and the tries before have it."""
    if context.asked is Ask.NAME_AND_PHONE and (context.alternatives or context.charts):
        return [_name_weighed(one, text, context) if isinstance(one.act, GiveName) else one for one in heard]
    detail = _ASKED.get(context.asked) if context.asked else None
    if detail is None or not (context.alternatives or context.earlier or context.by_ear):
        return list(heard)
    kind = _KINDS[detail]
    if any(not isinstance(one.act, (kind, *_MISHEARD)) for one in heard):  # they speak of something else
        return list(heard)
    span = next((one.span for one in heard if isinstance(one.act, kind)), (0, len(text)))
    return [not_refused(detail_heard(detail, text, context, span=span), context.doubt)]


def _name_weighed(one: Heard, text: str, context: Context) -> Heard:
    """A full name that was heard beside something else, weighed with what else it may have been."""
    assert isinstance(one.act, GiveName)
    readings = [f"{one.act.given} {one.act.family}"]
    for other in context.alternatives:
        read = script(other)
        found = name_in(read, read.plain, asked=Ask.NAME, contact=(), known_given=None)
        if found is not None and found.family:
            readings.append(f"{found.given} {found.family}")
    if not one.act.family or (len(readings) < 2 and not context.charts):
        return one
    reading = _read(Detail.NAME, readings, context)
    if isinstance(reading, Unread):
        return one
    also = tuple(_act(Detail.NAME, other) for other in reading.also)
    return replace(one, act=_act(Detail.NAME, reading.value), confidence=max(reading.confidence, 0.01), also=also)


def _read(detail: Detail, said: Sequence[str], context: Context) -> Reading[Value] | Unread:
    """What was said, as the charts have it only where hardly anything else is meant: a number is shared by a family."""
    evidence = evidence_of(context)
    reading = read_detail(detail, said, evidence)
    if evidence.charts and (isinstance(reading, Unread) or reading.confidence < SURE):
        return read_detail(detail, said, replace(evidence, charts=()))
    return reading


def detail_heard(detail: Detail, text: str, context: Context, *, span: tuple[int, int]) -> Heard:
    """What a message tells of one detail, with the next likeliest readings; Unclear, and how to take it now."""
    reading = _read(detail, (text, *context.alternatives), context)
    if isinstance(reading, Unread):
        return Heard(act=Unclear(), span=(0, len(text)), confidence=1.0, confirm_by=reading.ask_by)
    return Heard(
        act=_act(detail, reading.value),
        span=span,
        confidence=max(reading.confidence, 0.01),
        confirm_by=reading.confirm_by,
        also=tuple(_act(detail, other) for other in reading.also),
    )


def evidence_of(context: Context) -> Evidence:
    """What the context knows that speaks for one reading or another."""
    return Evidence(
        caller=context.caller,
        charts=context.charts,
        earlier=context.earlier,
        spoken=bool(context.alternatives or context.earlier or context.by_ear),
        spelled=context.doubt is not None and context.doubt.by is ConfirmBy.SPELL,
        region=context.region,
        known_given=context.known.given,
        known_family=context.known.family,
        today=context.today,
    )


def _act(detail: Detail, value: Value) -> Act:
    match value:
        case FullName():
            return GiveName(given=value.given, family=value.family)
        case date():
            return GiveBirthDate(born=value)
        case Address():
            return GiveAddress(
                street=value.street, unit=value.unit, city=value.city, state=value.state, postcode=value.postcode
            )
        case str() if detail is Detail.PHONE:
            return GivePhone(phone=value)
        case str() if detail is Detail.POSTCODE:
            return GivePostcode(postcode=value)
        case str() if detail is Detail.MEMBER:
            return GiveMember(member=value)
        case str():
            return GiveEmail(email=value)
