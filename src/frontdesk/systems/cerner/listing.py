"""Everything of a domain that can be mapped, as far as it tells; and which visits have changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
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
NEAR, FAR_WEEKS = 2 * WEEK, 15
"""How far ahead changes are looked for: nothing says what changed, so that the visits themselves are read."""
LOOKED_FOR = 8 * WEEK
"""So far ahead a free slot of a type is looked for, to tell what the type is called."""
_BACK = timedelta(days=1)
_LONGEST = timedelta(days=1)
"""No visit lasts longer: one that runs on past the end of the stretch that is asked for is not shown."""
_OUT_OF_STEP = timedelta(hours=12)
"""Where a week was not read for longer, all are: by more than `_LONGEST` no visit may pass from one to the next."""
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
        payers=tuple(Listed(number=id, name=name) for name, id in numbers.payers.items()),
    )


async def changed(book: Book, since: str | None, *, now: datetime) -> tuple[list[Visit], str]:
    """Visits at our locations changed since then, from a day ago to four months ahead, and what to ask on with.

    None: all of them. The next two weeks are read each time, one of the weeks after them in turn: what changes far
    ahead is told when its week is read. `since` holds when each was read, in seconds since 1970.
    Raises: Refused (`since` is none of ours), Unreachable, NotPermitted.
    """
    stretches = _followed(now)
    marks = [None] * len(stretches) if since is None else _marks(since, len(stretches))
    oldest = min((one for one in marks if one is not None), default=None)
    chosen = list(range(len(stretches)))
    if oldest is not None and now - oldest <= _OUT_OF_STEP:
        chosen = [0, min(chosen[1:], key=lambda place: marks[place] or now)]
    read = await together(*(_visits(book, stretches[place].start, stretches[place].end) for place in chosen))
    fresh = {
        one.id: one
        for place, visits in zip(chosen, read, strict=True)
        for one in visits
        if _is_fresh(one, marks[place])
    }
    after = [now if place in chosen else mark or now for place, mark in enumerate(marks)]
    return list(fresh.values()), ",".join(str(int(one.timestamp())) for one in after)


def _followed(now: datetime) -> list[Period]:
    """What is read each time, then each of the weeks that take turns."""
    far = now + NEAR
    weeks = [Period(start=far + week * WEEK, end=far + (week + 1) * WEEK) for week in range(FAR_WEEKS)]
    return [Period(start=now - _BACK, end=far), *weeks]


def _marks(since: str, count: int) -> list[datetime | None]:
    try:
        read: list[datetime | None] = [datetime.fromtimestamp(int(one), UTC) for one in since.split(",")]
    except (ValueError, OverflowError, OSError):
        read = []
    if len(read) != count:
        raise Refused("The mark of the last changes cannot be read; begin anew without one.")
    return read


def _is_fresh(visit: Visit, since: datetime | None) -> bool:
    at = updated_at(visit)
    return since is None or at is None or at >= since - _OVERLAP


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
