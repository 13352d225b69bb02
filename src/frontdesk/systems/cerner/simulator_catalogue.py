"""Places and people: locations, practitioners, schedules."""

from collections.abc import Callable

from frontdesk.standards.simulating.fhir_search import (
    Kind,
    Parameter,
    Search,
    any_fits,
    codings_of,
    names_of,
    starts,
)
from frontdesk.standards.simulating.fhir_values import Resource, elements_at, id_in, text_at, texts_at
from frontdesk.systems.cerner.simulator_calls import Answer, Asked, Call, Listed, Read, reading, searching
from frontdesk.systems.cerner.simulator_domain import Domain
from frontdesk.systems.cerner.simulator_refusals import bad_parameter, no_parameters
from frontdesk.systems.cerner.simulator_world import PHYSICAL_TYPE

TEXT = Parameter(kind=Kind.TEXT)
TOKEN = Parameter(kind=Kind.TOKEN)
COUNT = Parameter(kind=Kind.NUMBER)
IDS = Parameter(kind=Kind.TOKEN, several=True)


def by_id(kind: str) -> Callable[[Domain, Asked], Answer]:
    """The answer to a read by id."""

    def answer(domain: Domain, asked: Asked) -> Answer:
        return Read(resource=domain.get(kind, asked.id))

    return answer


def with_ids(domain: Domain, kind: str, asked: Asked) -> list[Resource]:
    """The resources that `_id` names, in its order. Guess [unknown-ids-left-out]."""
    found = (domain.store.get(kind, one) for one in asked.search.texts("_id"))
    return [one for one in found if one is not None]


def id_alone(search: Search, *beside: str) -> None:
    """Nothing, when `_id` came with nothing but these. Raises: Refusal.

    Documented [id-or-the-rest]: `_id`, or a combination of the others; that both are refused is a guess.
    """
    for name in search.values:
        if name not in ("_id", "_count", *beside):
            raise bad_parameter("id-or-the-rest", name, "it is not combined with _id")


def locations(domain: Domain, asked: Asked) -> Answer:
    """Places. Documented [location-search]: by `_id`, `-physicalType` or `type`; the rest only narrows.

    Guess [part-of-the-text]: names and addresses are found by any part of them, capitals or not.
    """
    search = asked.search
    if not any(name in search for name in ("_id", "-physicalType", "type")):
        raise no_parameters()
    if "address-city" in search and not ("address-state" in search or "address-postalcode" in search):
        raise bad_parameter("city-needs-state", "address-city", "address-state or address-postalcode is needed too")
    if any(one.system not in (None, PHYSICAL_TYPE) for one in search.tokens("-physicalType")):
        raise bad_parameter("no-proprietary-types", "-physicalType", "proprietary codes are not searched")
    rows = with_ids(domain, "Location", asked) if "_id" in search else domain.store.all("Location")
    return Listed(matches=[one for one in rows if _location_fits(asked, one)])


def practitioners(domain: Domain, asked: Asked) -> Answer:
    """People. Documented [practitioner-search]: `_id`, `identifier`, `family`, `name` or `active`."""
    search = asked.search
    if "given" in search and "family" not in search:
        raise bad_parameter("given-needs-family", "given", "family is needed too")
    if not any(name in search for name in ("_id", "identifier", "family", "name", "active")):
        raise no_parameters()
    if "name" in search and len(search.text("name")) < 2:
        raise bad_parameter("two-letters", "name", "two characters are needed at least")
    if any(not one.system or not one.code for one in search.tokens("identifier")):
        raise bad_parameter("system-and-code", "identifier", "a system and a code are needed")
    now = domain.now()
    rows = with_ids(domain, "Practitioner", asked) if "_id" in search else domain.store.all("Practitioner")
    found = []
    for one in rows:
        family, given = names_of(one, "family", now=now), names_of(one, "given", now=now)
        fits = starts(search, "family", family) and starts(search, "given", given)
        fits = fits and starts(search, "name", [*family, *given])
        fits = fits and ("active" not in search or (search.text("active") == "true") == one["active"])
        if fits and ("identifier" not in search or any_fits(search.tokens("identifier"), identifiers_of(one))):
            found.append(one)
    return Listed(matches=found)


def schedules(domain: Domain, asked: Asked) -> Answer:
    """Schedules. Documented [schedule-by-id]: `_id` is the only parameter."""
    if "_id" not in asked.search:
        raise no_parameters()
    return Listed(matches=with_ids(domain, "Schedule", asked))


def identifiers_of(resource: Resource) -> list[tuple[str, str]]:
    """System and value of each identifier."""
    return [(text_at(one, "system"), text_at(one, "value")) for one in elements_at(resource, "identifier")]


def _location_fits(asked: Asked, place: Resource) -> bool:
    search = asked.search
    for name, held in (("-physicalType", "physicalType"), ("type", "type")):
        if name in search and not any_fits(search.tokens(name), codings_of(place.get(held))):
            return False
    if "organization" in search:
        manages = id_in(text_at(place, "managingOrganization", "reference"), "Organization")
        if manages not in search.ids("organization", "Organization"):
            return False
    if "identifier" in search and not any_fits(search.tokens("identifier"), identifiers_of(place)):
        return False
    parts = {
        "name": text_at(place, "name"),
        "address-city": text_at(place, "address", "city"),
        "address-state": text_at(place, "address", "state"),
        "address-postalcode": text_at(place, "address", "postalCode"),
    }
    parts["address"] = " ".join([*texts_at(place, "address", "line"), *list(parts.values())[1:]])
    return all(search.text(name).casefold() in held.casefold() for name, held in parts.items())


CALLS: tuple[Call, ...] = (
    searching(
        "Location",
        locations,
        {
            **dict.fromkeys(("name", "address", "address-city", "address-state", "address-postalcode"), TEXT),
            **dict.fromkeys(("-physicalType", "type", "identifier"), TOKEN),
            "organization": Parameter(kind=Kind.REFERENCE, target="Organization"),
            "_id": IDS,
            "_count": COUNT,
        },
        usual=100,  # Documented [location-count].
    ),
    reading("Location", by_id("Location")),
    searching(
        "Practitioner",
        practitioners,
        {
            **dict.fromkeys(("family", "given", "name"), TEXT),
            "identifier": TOKEN,
            "active": Parameter(kind=Kind.TOKEN, choices=frozenset({"true", "false"})),
            "_id": IDS,
            "_count": COUNT,
        },
    ),
    reading("Practitioner", by_id("Practitioner")),
    searching("Schedule", schedules, {"_id": IDS, "_count": COUNT}),
    reading("Schedule", by_id("Schedule")),
)
