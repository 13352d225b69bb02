"""Everything of a domain that can be mapped, as far as it tells; and which visits have changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from frontdesk.domain.time import Period
from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.ports.faults import Refused
from frontdesk.standards.fhir_scheduling.appointments import Appointment as Visit
from frontdesk.standards.fhir_scheduling.asking import Ask, Does
from frontdesk.standards.fhir_scheduling.finding import visits_at
from frontdesk.standards.fhir_scheduling.people import read_practitioner
from frontdesk.standards.fhir_scheduling.places import read_location
from frontdesk.standards.fhir_scheduling.reading import read_all
from frontdesk.standards.fhir_scheduling.values import Concept, to
from frontdesk.systems.cerner.mapping import updated_at
from frontdesk.systems.cerner.schedule import Book
from frontdesk.wire.together import together

PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
KINDS = ("si", "bu", "wi", "wa", "ro")
"""HL7's words for a site, a building, a wing, a ward and a room; a list of all locations cannot be had."""
WEEK = timedelta(days=7)
AHEAD = timedelta(days=120)
"""How far ahead changes are looked for. The visits of all that time are read each time: nothing says what changed."""
LOOKED_FOR = 8 * WEEK
"""So far ahead a free slot of a type is looked for, to tell what the type is called."""
_BACK = timedelta(days=1)
_LONGEST = timedelta(days=1)
"""No visit lasts longer: one that runs on past the end of the stretch that is asked for is not shown."""
_OVERLAP = timedelta(minutes=10)
"""The domain's clock may be that far from the desk's; what changed in between is told twice."""


async def listed(book: Book, *, now: datetime) -> Catalogue:
    """Locations, practitioners, and the appointment types that slots or visits of ours show.

    There is no list of appointment types: those are named that the file of numbers has already, by a free slot of
    theirs within eight weeks, and those of the visits at our locations from a week ago to two weeks ahead.
    """
    numbers = book.numbers
    everybody = Ask(method="GET", path="/Practitioner", does=Does.READS, query=(("active", "true"),))
    places = [
        Ask(method="GET", path="/Location", does=Does.READS, query=(("-physicalType", f"{PHYSICAL}|{kind}"),))
        for kind in KINDS
    ]
    places += (
        [Ask(method="GET", path="/Location", does=Does.READS, query=(("_id", ",".join(numbers.locations.values())),))]
        if numbers.locations
        else []
    )
    people, *parts = await together(
        book.client.resources(everybody, "Practitioner"), *(book.client.resources(one, "Location") for one in places)
    )
    locations = {one.id: one for part in parts for one in read_all(part, read_location).found}
    soon = Period(start=now, end=now + LOOKED_FOR)
    types = await together(_types_of_visits(book, now), *(book.words_of(id, soon) for id in numbers.types))
    services: dict[str, str] = {}
    for concept in (one for part in types for one in part):
        code = concept.code_in(numbers.type_system)
        if code:
            services.setdefault(code, concept.words or code)
    return Catalogue(
        locations=tuple(
            Listed(number=one.id, name=one.name or one.id, active=one.active) for one in locations.values()
        ),
        practitioners=tuple(
            Listed(number=one.id, name=one.names[0].words if one.names else one.id, active=one.active)
            for one in read_all(people, read_practitioner).found
        ),
        services=tuple(ListedService(number=code, name=name) for code, name in services.items()),
    )


async def changed(book: Book, since: str | None, *, now: datetime) -> list[Visit]:
    """Visits at our locations changed since then, from a day ago to four months ahead; None: all of them.

    Raises: Refused (`since` is none of ours), Unreachable, NotPermitted.
    """
    try:
        after = None if since is None else datetime.fromisoformat(since) - _OVERLAP
    except ValueError:
        raise Refused("The mark of the last changes cannot be read; begin anew without one.") from None
    visits = await _visits(book, now - _BACK, now + AHEAD)
    fresh = [(one, updated_at(one)) for one in visits]
    return [one for one, at in fresh if after is None or at is None or at >= after]


async def _visits(book: Book, start: datetime, end: datetime) -> Sequence[Visit]:
    locations = [to("Location", id) for id in book.numbers.locations.values()]
    if not locations:
        return []
    edges = [start + step * WEEK for step in range((end - start) // WEEK + 1)] + [end]
    stretches = [Period(start=begin, end=until + _LONGEST) for begin, until in pairwise(edges) if begin < until]
    parts = await together(*(book.visits(visits_at(locations, one)) for one in stretches))
    return list({one.id: one for part in parts for one in part}.values())


async def _types_of_visits(book: Book, now: datetime) -> list[Concept]:
    return [one for visit in await _visits(book, now - WEEK, now + 2 * WEEK) for one in visit.services]
