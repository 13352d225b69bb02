"""Names in a finished text: those that this reply may use, and any other of the practice's, which it may not."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practitioner
from frontdesk.language.guard.days import begins_sentence
from frontdesk.language.guard.ground import Ground
from frontdesk.language.guard.mentions import Kind, Mention, Page

_LETTERS_ONLY = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?")
_WITH = re.compile(r"\b(?:with|con) $", re.IGNORECASE)


@dataclass(kw_only=True, slots=True)
class _Named:
    """What a name may stand for."""

    allowed: bool = False
    who: frozenset[PractitionerId] = frozenset()
    services: frozenset[ServiceId] = frozenset()
    place: frozenset[LocationId] = frozenset()


class Names:
    """Every name that is looked for in one reply, the longest first."""

    def __init__(self, facts: Ground, ordinary: frozenset[str]) -> None:
        self._ordinary = ordinary
        self._known: dict[str, _Named] = defaultdict(_Named)
        practice = facts.practice
        for name in facts.names:
            self._known[name.casefold()].allowed = True
        for person in practice.practitioners:
            for name in _called(person):
                known = self._known[name.casefold()]
                known.who |= {person.id}
        for service in practice.services:
            for name in (service.name, *service.named_in.values()):
                self._known[name.casefold()].services |= {service.id}
        for place in practice.locations:
            for name in filter(None, (place.name, place.address)):
                self._known[name.casefold()].place |= {place.id}

    def read(self, page: Page, *, with_signs: bool) -> None:
        """Note each name. `with_signs`: those with figures or signs in them, which would be read as something else."""
        lower = page.rest.casefold()
        present = [name for name in self._known if name in lower and _has_signs(name) is with_signs]
        present.sort(key=len, reverse=True)
        for name in present:
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", page.rest, re.IGNORECASE):
                self._note(page, name, match)

    def _note(self, page: Page, name: str, match: re.Match[str]) -> None:
        known, span = self._known[name], match.span()
        if page.rest[span[0] : span[1]] != match.group():
            return  # read as part of a longer one meanwhile
        if known.allowed and not (known.who and _WITH.search(page.rest[: span[0]])):
            page.blank(span)
        elif self._is_ordinary(name) and (match.group().islower() or begins_sentence(page.rest, span[0])):
            return
        elif known.who:
            page.note(Mention(kind=Kind.WHO, span=span, who=known.who))
        elif known.services:
            page.note(Mention(kind=Kind.SERVICE, span=span, services=known.services))
        else:
            page.note(Mention(kind=Kind.PLACE, span=span, place=known.place))

    def _is_ordinary(self, name: str) -> bool:
        """Whether it is made of words that the catalogue uses as well: a service called "Visit"."""
        return all(word in self._ordinary for word in name.split())


@lru_cache(maxsize=4096)
def _has_signs(name: str) -> bool:
    return _LETTERS_ONLY.fullmatch(name) is None


def _called(person: Practitioner) -> set[str]:
    words = person.name.split()
    return {person.name, person.first_name, words[0], words[-1]} - {"Dr.", "Dr", "Mr.", "Mrs.", "Ms."}
