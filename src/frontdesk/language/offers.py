"""Which of the offered times a patient takes: by place, by day or hour, by who it is with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.domain.practice import Practice
from frontdesk.domain.wish import Wish
from frontdesk.language.context import Context
from frontdesk.language.script import Span, folded
from frontdesk.language.services import chosen_among
from frontdesk.language.vocabulary import phrases


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The places of the offers that the words fit, soonest first, and where the words stand."""

    places: tuple[int, ...]
    span: Span


_OF_THEM = re.compile(r"(?<=\w)\s+(?:of|de|out of) (?:the|those|these|las|los) (?:two|2|three|3|both|dos|tres)\b")
"""In "the soonest of the two" nobody takes the second."""


def by_place(plain: str, context: Context) -> Taken | None:
    """Offers taken by their place ("the first", "2", "the later one"); None when no place is named."""
    count = len(context.offered)
    plain = _OF_THEM.sub(lambda found: " " * len(found.group()), plain)
    for place, name in enumerate(("offer_first", "offer_second", "offer_third")):
        if place < count and (match := phrases(name).search(plain)):
            return Taken(places=(place,), span=match.span())
    by_time = sorted(range(count), key=lambda place: context.offered[place].during.start)
    for name, place in (("offer_sooner", by_time[0]), ("offer_later", by_time[-1]), ("offer_last", count - 1)):
        if match := phrases(name).search(plain):
            return Taken(places=(place,), span=match.span())
    if match := re.fullmatch(
        r"\W*(?:option|opcion|number|numero|#|la|el)?\s*([1-9])\W*(?:please|pls|por favor)?\W*", plain
    ):
        place = int(match[1]) - 1
        if place < count:
            return Taken(places=(place,), span=match.span(1))
    return None


def by_time(readings: Sequence[Wish], context: Context) -> tuple[int, ...]:
    """Offers that fit what was said about time; () when none does, or when times were only ruled out."""
    for wish in readings:
        if wish.windows:
            places = tuple(place for place, slot in enumerate(context.offered) if wish.fits(slot.during, context.zone))
            if places:
                return places
    return ()


def by_practitioner(plain: str, context: Context) -> Taken | None:
    """Offers by the name of who they are with, where the offers differ in that."""
    offered = {slot.practitioner for slot in context.offered}
    if len(offered) < 2:
        return None
    for id in offered:
        for name in sorted(_called(context.practice, id), key=len, reverse=True):
            if match := re.search(rf"(?<!\w){re.escape(name)}(?:'s)?(?!\w)", plain):
                places = tuple(place for place, slot in enumerate(context.offered) if slot.practitioner == id)
                return Taken(places=places, span=match.span())
    return None


def by_service(plain: str, context: Context) -> Taken | None:
    """Offers by what is named of their service, where they differ in that."""
    offered = {slot.service for slot in context.offered}
    if len(offered) < 2:
        return None
    chosen = chosen_among(plain, context.practice, sorted(offered))
    if chosen is None:
        return None
    places = tuple(place for place, slot in enumerate(context.offered) if slot.service in chosen.services)
    return Taken(places=places, span=chosen.span)


def _called(practice: Practice, id: str) -> set[str]:
    person = next(one for one in practice.practitioners if one.id == id)
    return {folded(name) for name in (person.name, person.first_name, *person.also_called)}
