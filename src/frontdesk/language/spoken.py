"""What was said in answer to a question for one detail, weighed over all that a speech recogniser took it for."""

from collections.abc import Mapping, Sequence
from datetime import date

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    GiveBirthDate,
    GiveEmail,
    GiveName,
    GivePhone,
    Greet,
    Heard,
    NameService,
    OffTopic,
    Unclear,
    WishTime,
)
from frontdesk.dialogue.state import Ask
from frontdesk.language.context import Context
from frontdesk.language.details import Value, read_detail
from frontdesk.language.details.people import FullName
from frontdesk.language.details.reading import Detail, Evidence, Unread

_ASKED: Mapping[Ask, tuple[Detail, type[Act]]] = {
    Ask.NAME: (Detail.NAME, GiveName),
    Ask.PHONE: (Detail.PHONE, GivePhone),
    Ask.EMAIL: (Detail.EMAIL, GiveEmail),
    Ask.BIRTH_DATE: (Detail.BIRTH_DATE, GiveBirthDate),
}
_MISHEARD = (Unclear, OffTopic, Affirm, Greet, NameService, WishTime)
"""Acts that a name or a number is easily mistaken for: they do not stand beside the detail that was asked for."""


def weighed_against_all(heard: Sequence[Heard], text: str, context: Context) -> list[Heard]:
    """The acts, with the detail that was asked for as the alternatives and the tries before have it."""
    asked = _ASKED.get(context.asked) if context.asked else None
    if asked is None or not (context.alternatives or context.earlier):
        return list(heard)
    detail, kind = asked
    if any(not isinstance(one.act, (kind, *_MISHEARD)) for one in heard):  # they speak of something else
        return list(heard)
    reading = read_detail(detail, (text, *context.alternatives), evidence_of(context))
    if isinstance(reading, Unread):
        return [Heard(act=Unclear(), span=(0, len(text)), confidence=1.0, confirm_by=reading.ask_by)]
    span = next((one.span for one in heard if isinstance(one.act, kind)), (0, len(text)))
    act = _act(detail, reading.value)
    return [Heard(act=act, span=span, confidence=max(reading.confidence, 0.01), confirm_by=reading.confirm_by)]


def evidence_of(context: Context) -> Evidence:
    """What the context knows that speaks for one reading or another."""
    return Evidence(
        caller=context.caller,
        earlier=context.earlier,
        spoken=bool(context.alternatives or context.earlier),
        known_given=context.known.given,
        today=context.today,
    )


def _act(detail: Detail, value: Value) -> Act:
    match value:
        case FullName():
            return GiveName(given=value.given, family=value.family)
        case date():
            return GiveBirthDate(born=value)
        case str() if detail is Detail.PHONE:
            return GivePhone(phone=value)
        case str():
            return GiveEmail(email=value)
        case _:
            raise AssertionError("no question is asked for an address alone")
