"""Reading the book: appointments of a patient, a practitioner or a location, and one appointment as it is shown."""

from datetime import datetime

from frontdesk.standards.simulating.fhir_search import Bound, Kind, Parameter, Search, within
from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, instant_of, text_at
from frontdesk.systems.cerner.simulator_calls import Answer, Asked, Call, Listed, Read, reading, searching
from frontdesk.systems.cerner.simulator_catalogue import COUNT, IDS, id_alone, with_ids
from frontdesk.systems.cerner.simulator_domain import Domain, end_of, referred, start_of
from frontdesk.systems.cerner.simulator_refusals import bad_parameter, no_parameters
from frontdesk.systems.cerner.simulator_slots import check_range, check_times
from frontdesk.systems.cerner.simulator_world import EXTENSION, extension

STATUSES = frozenset(
    (
        *("proposed", "pending", "booked", "arrived", "checked-in", "fulfilled"),
        *("cancelled", "noshow", "entered-in-error", "waitlist"),
    )
)
CANCELABLE = ("proposed", "booked", "arrived", "checked-in")
OF = {"patient": "Patient", "practitioner": "Practitioner", "location": "Location"}


def appointments(domain: Domain, asked: Asked) -> Answer:
    """Appointments, by start. Documented [one-of-four]: `_id`, `patient`, `practitioner` or `location`, never two.

    Documented [date-required]: with the last three; as `date`, or as `-date-or-req-period`, which shows requests too.
    """
    search = asked.search
    named = [name for name in ("_id", *OF) if name in search]
    if not named:
        raise no_parameters()
    if len(named) > 1:
        raise bad_parameter("one-of-four", named[1], f"it is not combined with {named[0]}")
    dated = [name for name in ("date", "-date-or-req-period") if name in search]
    if named == ["_id"]:
        id_alone(search, "status")
        return Listed(
            matches=[shown(one) for one in with_ids(domain, "Appointment", asked) if _has_status(search, one)]
        )
    if len(dated) != 1:
        raise bad_parameter("date-required", "date", "either date or -date-or-req-period is needed")
    _check_dates(search, dated[0])
    kind = OF[named[0]]
    ids = search.ids(named[0], kind)
    if kind != "Patient":
        ids = [one for one in ids if domain.opened(f"{kind}/{one}")]
    found = [
        one
        for one in domain.store.all("Appointment")
        if set(referred(one, kind)) & set(ids) and _has_status(search, one) and _in_time(search, dated[0], one)
    ]
    return Listed(matches=[shown(one) for one in sorted(found, key=_order)])


def appointment(domain: Domain, asked: Asked) -> Answer:
    """One appointment by id."""
    return Read(resource=shown(domain.get("Appointment", asked.id)))


def shown(one: Resource) -> Resource:
    """An appointment with what may be done to it. Documented [may-be-changed]: is-cancelable and is-reschedulable.

    Guess [what-may-be-changed]: cancelled while a transition to it is published, rescheduled while booked, unless the
    front desk forbade it.
    """
    held: list[Json] = list(elements_at(one, "extension"))
    told = {text_at(element, "url") for element in held}
    for name, value in (
        ("is-cancelable", one["status"] in CANCELABLE),
        ("is-reschedulable", one["status"] == "booked"),
    ):
        if f"{EXTENSION}/{name}" not in told:
            held.append(extension(name, valueBoolean=value))
    return {**one, "extension": held}


def may(one: Resource, name: str) -> bool:
    """Whether an appointment's extension of this name is true."""
    return any(
        element["url"] == f"{EXTENSION}/{name}" and element.get("valueBoolean") is True
        for element in elements_at(shown(one), "extension")
    )


def _check_dates(search: Search, name: str) -> None:
    """Documented [date-once-or-twice]: once with a prefix, or twice with ge and lt; always with a time."""
    bounds = search.bounds(name)
    if len(bounds) == 2:
        check_range(search, name)
    check_times(search, name)
    if not all(search.values[name][place].startswith(one.prefix) for place, one in enumerate(bounds)):
        raise bad_parameter("date-once-or-twice", name, "a prefix is needed")


def _in_time(search: Search, name: str, one: Resource) -> bool:
    """Documented [date-without-requests]: `date` never shows what is proposed."""
    bounds = search.bounds(name)
    if one["status"] == "proposed":
        periods = elements_at(one, "requestedPeriod") if name != "date" else []
        ends = [instant_of(text_at(period, edge)) for period in periods for edge in ("start", "end")]
        return any(within(bounds, end) for end in ends)
    # Documented [start-and-end-within]: what runs on past the upper bound is not shown.
    return within(bounds, start_of(one)) and all(_ends_by(bound, end_of(one)) for bound in bounds)


def _ends_by(bound: Bound, end: datetime) -> bool:
    return end <= bound.begins if bound.prefix == "lt" else end < bound.ends if bound.prefix == "le" else True


def _has_status(search: Search, one: Resource) -> bool:
    return "status" not in search or one["status"] in search.texts("status")


def _order(one: Resource) -> tuple[datetime, str]:
    start = text_at(one, "start") or text_at(one, "requestedPeriod", 0, "start")
    return instant_of(start), text_at(one, "id")


CALLS: tuple[Call, ...] = (
    searching(
        "Appointment",
        appointments,
        {
            **{name: Parameter(kind=Kind.REFERENCE, several=True, target=kind) for name, kind in OF.items()},
            **{name: Parameter(kind=Kind.DATE, times=2) for name in ("date", "-date-or-req-period")},
            "status": Parameter(kind=Kind.TOKEN, several=True, choices=STATUSES),
            "_id": IDS,
            "_count": COUNT,
        },
    ),
    reading("Appointment", appointment),
)
