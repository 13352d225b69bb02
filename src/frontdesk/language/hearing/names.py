"""Who comes: their name, and an age below eighteen."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import (
    AskVisit,
    Cancel,
    ForOther,
    GiveBirthDate,
    GiveEmail,
    GiveName,
    GivePhone,
    Heard,
    LeaveMessage,
    NameCompanion,
    Relation,
    Several,
    TellMinor,
    WrongNumber,
)
from frontdesk.language.ages import minors_in
from frontdesk.language.hearing.listening import CERTAIN, LIKELY, SURE, Listening
from frontdesk.language.names import (
    ASKED_FOR_NAME,
    Name,
    companions_in,
    full_name_in,
    is_well_known,
    name_alone_in,
    name_in,
    two_names_in,
)
from frontdesk.language.script import Script, Span, folded, without
from frontdesk.language.services import telling_words
from frontdesk.language.vocabulary import phrases, words

_NOT_BOOKING = (AskVisit, Cancel, LeaveMessage, WrongNumber)
"""Beside these a name may be of somebody else: "tell Ana Ruiz", "no Ana Ruiz here"."""


def hear_full_name(listening: Listening) -> None:
    """Asked for a name, a full one is heard before all else: "Nora Pell" wants no peel, "Will Cancel" is one."""
    if listening.context.asked not in ASKED_FOR_NAME:
        return
    found = full_name_in(listening.read, listening.rest, services=telling_words(listening.context.practice))
    if found is not None:
        listening.hear(GiveName(given=found.given, family=found.family), found.span)


def hear_name(listening: Listening) -> None:
    """A name that is told or answers the question; by itself a message may be one, where nothing else was heard."""
    together = listening.has(Several) or bool(listening.context.known.more)
    if together and _hear_two_names(listening):
        return
    if together or (listening.has(ForOther) and not listening.has(GiveName)):
        _hear_companions(listening, together=together)
    if listening.has(GiveName):
        return
    contact = [span for span in listening.taken if _is_contact(listening.read, span, listening.heard)]
    aside = [one.span() for one in phrases("goes_by").finditer(listening.rest)]
    listening.taken += aside  # "but I go by Liv"
    for_other = listening.has(ForOther)
    plain = without(listening.plain, _taken_but_for_whom(listening)) if for_other else listening.rest
    found = name_in(
        listening.read,
        plain,
        for_other=for_other or listening.context.known.visitor is not None,
        asked=listening.context.asked,
        contact=contact,
        known_given=listening.context.known.given,
    )
    if found is None:
        found = _told_in_passing(listening)
    if found and not _is_of_staff(listening, found) and not _is_a_word_of_a_question(listening, found):
        listening.hear(GiveName(given=found.given, family=found.family), found.span, SURE if found.family else LIKELY)


def _is_of_staff(listening: Listening, name: Name) -> bool:
    """ "Wednesday with Kim would be better": one who works there."""
    people = {folded(person.first_name) for person in listening.context.practice.practitioners}
    before = listening.plain[: name.span[0]]
    return not name.family and folded(name.given) in people and phrases("with_before").search(before) is not None


def _is_a_word_of_a_question(listening: Listening, name: Name) -> bool:
    """ "Can it hurt?" names nobody, whatever was asked."""
    if name.family or folded(name.given) in words("given_names"):
        return False
    asks = any(phrases(listed).match(listening.plain.lstrip()) for listed in ("question", "question_form"))
    return asks and listening.plain[name.span[1] :].lstrip().startswith("?")


def _hear_two_names(listening: Listening) -> bool:
    """Whether two people who come together are named in one breath, the one who writes among them."""
    found = two_names_in(listening.read, listening.rest)
    if found is None:
        return False
    others = phrases("names_of_others").search(listening.plain[: found[0].span[0]]) is not None
    if others or listening.has(GiveName):  # "Ann Bell. They're Jo Lane and Di Ruiz"
        for name in found:
            listening.hear(NameCompanion(given=name.given, family=name.family), name.span)
        return listening.has(GiveName)
    one, two = found
    listening.hear(GiveName(given=one.given, family=one.family), one.span)
    listening.hear(NameCompanion(given=two.given, family=two.family), two.span)
    return True


def _hear_companions(listening: Listening, *, together: bool) -> None:
    """Who comes along is not who writes: "for me and my friend Jo Lane". Of one who comes instead it is their name."""
    for name in companions_in(listening.read, without(listening.plain, _spans_of_names(listening))):
        if together:
            listening.hear(NameCompanion(given=name.given, family=name.family), name.span, LIKELY)
        elif not listening.has(GiveName):
            listening.hear(GiveName(given=name.given, family=name.family), name.span, LIKELY)


def _spans_of_names(listening: Listening) -> list[Span]:
    return [listening.read.found(*one.span) for one in listening.heard if isinstance(one.act, GiveName | NameCompanion)]


def _told_in_passing(listening: Listening) -> Name | None:
    """A full name that is all a message says, or one of its sentences, unless it is of somebody who works there."""
    context = listening.context
    services = telling_words(context.practice)
    if not listening.heard:
        return name_alone_in(listening.read, listening.rest, services=services)
    if context.known.family is not None or listening.has(*_NOT_BOOKING):
        return None
    found = full_name_in(listening.read, listening.rest, services=services)
    if found is None or not is_well_known(found) or listening.rest[found.span[1] :].lstrip().startswith("?"):
        return None
    staff = {folded(word) for person in context.practice.practitioners for word in person.name.split()}
    return None if folded(found.given) in staff or folded(found.family) in staff else found


def hear_minors(listening: Listening) -> None:
    """Ages below eighteen: what may be booked hangs on them. Said of a child, the visit is the child's."""
    for age in minors_in(folded(listening.written)):
        if age.of_child and not listening.has(ForOther):
            listening.hear(ForOther(who=Relation.CHILD), age.span, CERTAIN, take=False)
        listening.hear(TellMinor(years=age.years), age.span, CERTAIN)


def child_comes_along(listening: Listening) -> None:
    """ "For me and my daughter, she's 15": she comes along, and her age is not that of whoever writes."""
    several = [one for one in listening.heard if isinstance(one.act, Several)]
    if not several or phrases("with_me").search(listening.said(several[0]).lower()) is None:
        return
    years = [one.act.years for one in listening.heard if isinstance(one.act, TellMinor)]
    child = [one for one in listening.heard if isinstance(one.act, ForOther) and one.act.who is Relation.CHILD]
    if not years and not child:
        return
    kept = [one for one in listening.heard if one not in child and not isinstance(one.act, TellMinor)]
    assert isinstance(several[0].act, Several)
    along = replace(several[0].act, child=True, years=years[0] if years else None)
    listening.heard = [replace(one, act=along) if one is several[0] else one for one in kept]


def _taken_but_for_whom(listening: Listening) -> list[Span]:
    """What is understood already, less the words for who comes: their name stands beside them."""
    whom = [one.span for one in listening.heard if isinstance(one.act, ForOther)]
    return [span for span in listening.taken if listening.read.span(*span) not in whom]


def _is_contact(read: Script, span: Span, heard: Sequence[Heard]) -> bool:
    return any(
        isinstance(one.act, GivePhone | GiveEmail | GiveBirthDate) and one.span == read.span(*span) for one in heard
    )
