"""Slots: what is free, one slot as it stands, and holding one for a while."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.standards.simulating.fhir_search import (
    Kind,
    Parameter,
    Search,
    any_fits,
    codings_of,
)
from frontdesk.standards.simulating.fhir_tokens import permits
from frontdesk.standards.simulating.fhir_values import Resource, elements_at, id_in, text_at
from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.cerner.simulator_calls import (
    Answer,
    Asked,
    Call,
    Changed,
    Listed,
    patching,
    reading,
    searching,
)
from frontdesk.systems.cerner.simulator_catalogue import COUNT, IDS, by_id, id_alone, with_ids
from frontdesk.systems.cerner.simulator_domain import Domain, location_of, start_of
from frontdesk.systems.cerner.simulator_refusals import bad_parameter, broken_rule, no_parameters, stands_in_the_way
from frontdesk.systems.cerner.simulator_world import SNOMED, code_set

SCHEDULE, PRACTITIONER = "Slot:schedule", "Schedule:actor:Practitioner"


def slots(domain: Domain, asked: Asked) -> Answer:
    """Free slots of a stretch of time. Documented [only-free-slots]; by `_id` booked ones too.

    Documented [slot-order]: by start, type and location. Guess [no-past-slots]: what has begun is not shown.
    """
    search = asked.search
    _may_include(search, asked.scopes)

    def included(page: Sequence[Resource]) -> Sequence[Resource]:
        return _included(domain, search, page)

    if "_id" in search:
        id_alone(search, "_include")
        return Listed(matches=with_ids(domain, "Slot", asked), included=included)
    if "service-type" not in search:
        raise no_parameters()
    _check_types(domain, search)
    check_range(search, "start")
    begins, ends = (one.begins for one in sorted(search.bounds("start"), key=lambda one: one.prefix))  # ge, then lt
    types, now = search.tokens("service-type"), domain.now()
    found = [
        one
        for one in domain.store.all("Slot", at=asked.at)
        if one["status"] == "free"
        and begins <= (start := start_of(one)) < ends
        and start > now
        and any_fits(types, codings_of(one["serviceType"]))
        and _fits(domain, search, one, asked.at)
    ]
    return Listed(matches=sorted(found, key=_order), included=included)


def hold(domain: Domain, asked: Asked) -> Answer:
    """A slot held, or let go. Documented [slot-patch]: `busy-tentative` and `free` alone.

    Guess [hold-what-is-free]: a slot that is neither free nor held stays as it is, and 422 says so.
    """
    slot = domain.get("Slot", asked.id)
    if len(asked.patch) != 1 or (asked.patch[0].op, asked.patch[0].path) != ("replace", "/status"):
        raise broken_rule("slot-patch", "replace /status is the only operation")
    wanted = asked.patch[0].value
    if wanted not in ("busy-tentative", "free"):
        raise broken_rule("slot-patch", "status is busy-tentative or free")
    if slot["status"] not in ("free", "busy-tentative"):
        raise stands_in_the_way("hold-what-is-free", "the slot is taken")
    changed = domain.store.change(slot, {"status": wanted})
    domain.refresh()
    return Changed(resource=changed)


def check_range(search: Search, name: str) -> None:
    """Nothing, when a time is given twice, as ge and lt. Documented [start-twice]. Raises: Refusal."""
    bounds = search.bounds(name)
    if sorted(one.prefix for one in bounds) != ["ge", "lt"]:
        raise bad_parameter("start-twice", name, "it is needed twice, once with ge and once with lt")
    check_times(search, name)
    begins, ends = sorted(bounds, key=lambda one: one.prefix)
    if begins.begins >= ends.begins:
        raise bad_parameter("bounds-in-order", name, "ge comes before lt")


def check_times(search: Search, name: str) -> None:
    """Nothing, when each value has a time of day. Documented [time-part]. Raises: Refusal."""
    if not all(one.has_time for one in search.bounds(name)):
        raise bad_parameter("time-part", name, "a time with its offset is needed")


def _check_types(domain: Domain, search: Search) -> None:
    """Documented [types-not-mixed]: all standard or all proprietary codes, each with its system."""
    own = code_set(domain.world.tenant, 14249)
    systems = {one.system for one in search.tokens("service-type")}
    if not systems <= {own, SNOMED}:
        raise guess("type-system", 400, f"service-type: a code of {own} or {SNOMED} is needed")
    if len(systems) > 1:
        raise bad_parameter("types-not-mixed", "service-type", "standard and proprietary codes are not mixed")


def _may_include(search: Search, scopes: frozenset[str]) -> None:
    """Documented [include-scopes]: the token must be good for what is included too."""
    kinds = {SCHEDULE: ("Schedule",), PRACTITIONER: ("Schedule", "Practitioner")}.get(search.text("_include"), ())
    for kind in kinds:
        if not permits(scopes, kind, "r"):
            raise documented("include-scopes", 403, f"system/{kind}.read is needed to include it")


def _included(domain: Domain, search: Search, page: Sequence[Resource]) -> list[Resource]:
    """Guess [include-both]: with practitioners, their schedules come too."""
    if "_include" not in search:
        return []
    schedules = [domain.get("Schedule", id_in(text_at(one, "schedule", "reference"), "Schedule")) for one in page]
    if search.text("_include") == SCHEDULE:
        return schedules
    references = [text_at(one, "reference") for schedule in schedules for one in elements_at(schedule, "actor")]
    people = dict.fromkeys(one for one in references if one.startswith("Practitioner/"))
    return [*schedules, *(domain.get("Practitioner", id_in(one, "Practitioner")) for one in people)]


def _fits(domain: Domain, search: Search, slot: Resource, at: datetime | None) -> bool:
    place, actors = location_of(slot), domain.actors_of(slot, at=at)
    if not domain.opened(f"Location/{place}"):
        return False
    people = [one for one in actors if one.startswith("Practitioner/")]
    if not all(domain.opened(one) for one in people):
        return False
    if "-location" in search and place not in search.ids("-location", "Location"):
        return False
    return "schedule.actor" not in search or bool(set(people) & set(search.texts("schedule.actor")))


def _order(slot: Resource) -> tuple[datetime, str, str]:
    return start_of(slot), text_at(slot, "serviceType", 0, "coding", 0, "code"), location_of(slot)


CALLS: tuple[Call, ...] = (
    searching(
        "Slot",
        slots,
        {
            "service-type": Parameter(kind=Kind.TOKEN, several=True),
            "start": Parameter(kind=Kind.DATE, times=2),
            # Documented [each-once]: each of these once, with commas inside.
            "schedule.actor": Parameter(kind=Kind.REFERENCE, several=True, target="Practitioner", typed=True),
            "-location": Parameter(kind=Kind.REFERENCE, several=True, target="Location"),
            "_include": Parameter(kind=Kind.TOKEN, choices=frozenset({SCHEDULE, PRACTITIONER})),
            "_id": IDS,
            "_count": COUNT,
        },
    ),
    reading("Slot", by_id("Slot")),
    patching("Slot", hold),
)
