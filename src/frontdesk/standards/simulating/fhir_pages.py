"""Bundles, and lists of resources page by page, each page under an address that only the server can make."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.standards.simulating.fhir_store import version_of
from frontdesk.standards.simulating.fhir_values import Json, Resource, reference_to


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page of matches. `after` and `before` name the neighbouring pages; "" where there is none."""

    matches: Sequence[Resource]
    after: str
    before: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    shown: Mapping[str, str]
    before: str
    query: str


class Pages:
    """Remembers what each page follows.

    A page shows what matches when it is asked for and was not shown before in that version, so what changes while
    somebody turns pages comes again on a later one. `fresh` names a page; it is opaque to the caller.
    """

    def __init__(self, fresh: Callable[[], str] = lambda: str(uuid.uuid4())) -> None:
        self._places: dict[str, _Place] = {}
        self._fresh = fresh

    def query_of(self, place: str) -> str | None:
        """The search that a page belongs to; None where no page has this name."""
        found = self._places.get(place)
        return None if found is None else found.query

    def first(self, matching: Sequence[Resource], *, size: int, query: str) -> Page:
        """The first page of a search. Raises: nothing; a page may be empty."""
        place = self._fresh()
        self._places[place] = _Place(shown={}, before="", query=query)
        return self.turn(place, matching, size=size)

    def turn(self, place: str, matching: Sequence[Resource], *, size: int) -> Page:
        """The page of that name, out of what matches now. Raises: KeyError where no page has this name."""
        here = self._places[place]
        left = [one for one in matching if here.shown.get(reference_to(one)) != version_of(one)]
        page = left[:size]
        after = ""
        if len(left) > size:
            after = self._fresh()
            shown = {**here.shown, **{reference_to(one): version_of(one) for one in page}}
            self._places[after] = _Place(shown=shown, before=place, query=here.query)
        return Page(matches=page, after=after, before=here.before)


def searchset(
    matches: Sequence[Resource],
    *,
    base: str,
    links: Mapping[str, str],
    included: Sequence[Resource] = (),
    total: int | None = None,
) -> Resource:
    """A Bundle of what was found. `base` is the server's address, `links` whole addresses by relation.

    Lists that would be empty are left out, as FHIR wants it.
    """
    bundle: dict[str, Json] = {"resourceType": "Bundle", "id": str(uuid.uuid4()), "type": "searchset"}
    if total is not None:
        bundle["total"] = total
    bundle["link"] = [{"relation": relation, "url": url} for relation, url in links.items()]
    entries = [
        *(entry(one, base=base, mode="match") for one in matches),
        *(entry(one, base=base, mode="include") for one in included),
    ]
    if entries:
        bundle["entry"] = entries
    return bundle


def entry(resource: Resource, *, base: str, mode: str) -> Resource:
    """One entry of a Bundle; `mode` is match, include or outcome."""
    return {"fullUrl": f"{base}/{reference_to(resource)}", "resource": resource, "search": {"mode": mode}}
