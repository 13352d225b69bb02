"""Searches: free times, what is already booked, who works where, who the patient is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.appointments import Appointment, read_appointment
from frontdesk.standards.fhir_scheduling.asking import Ask, Does, NotOffered, Release
from frontdesk.standards.fhir_scheduling.bundles import Page
from frontdesk.standards.fhir_scheduling.dialect import Dialect, FindOperation, Finds
from frontdesk.standards.fhir_scheduling.operations import given, parameters
from frontdesk.standards.fhir_scheduling.reading import ReadAll, Resource, read_all
from frontdesk.standards.fhir_scheduling.slots import Slot, SlotStatus, read_slot
from frontdesk.standards.fhir_scheduling.times import instant_text
from frontdesk.standards.fhir_scheduling.values import Coding, Identifier, Reference

_PAGE = 50
_STRICT = {"Prefer": "handling=strict"}  # else a server that ignores `patient` tells of everybody


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which free times are looked for: those that begin inside `within`.

    Of several practitioners, locations or schedules any one will do. `patient` is asked for where the server decides
    by who comes (Epic): a Patient resource, at least with the identifier that is their id there.
    """

    within: Period
    services: tuple[Coding, ...] = ()
    practitioners: tuple[Reference, ...] = ()
    locations: tuple[Reference, ...] = ()
    schedules: tuple[Reference, ...] = ()
    patient: Resource | None = field(default=None, repr=False)
    count: int = _PAGE


def free_times(dialect: Dialect, wanted: Wanted) -> Ask | NotOffered:
    """Ask for free times."""
    if dialect.finds is Finds.OPERATION:
        if dialect.find is None:
            raise Impossible(f"Dialect {dialect.name}: it finds by an operation, and its parameters are not told")
        return _by_operation(dialect, dialect.find, wanted)
    search = dialect.slot_search
    if search.service_needed and not wanted.services:
        return NotOffered(says=f"{dialect.name} tells of free times only for a service; map the service to its code.")
    if wanted.schedules and not search.schedule:
        return NotOffered(says=f"{dialect.name} cannot be asked by schedule; ask by practitioner or location.")
    actors = [(search.actor, _any(wanted.practitioners))]
    actors.append((search.location or search.actor, _any(wanted.locations)))
    query = [
        (search.service, ",".join(one.token for one in wanted.services)),
        (search.schedule, _any(wanted.schedules)),
        *actors,
        *starting("start", wanted.within),
        (search.status, SlotStatus.FREE.value),
        ("_sort", search.sort),
        *(("_include", one) for one in search.include),
        ("_count", str(wanted.count)),
    ]
    return Ask(
        method="GET",
        path="/Slot",
        does=Does.READS,
        release=dialect.release,
        query=tuple((name, value) for name, value in query if name and value),
        headers=_STRICT,
    )


def slots_in(page: Page, wanted: Wanted) -> ReadAll[Slot]:
    """The free slots of a page that begin when it is wanted: a server may ignore what it was asked by."""
    read = read_all(page.of("Slot"), read_slot)
    schedules = {one.path for one in wanted.schedules}
    fitting = (one for one in read.found if one.bookable and _begins_in(one.during, wanted.within))
    return ReadAll(
        found=tuple(one for one in fitting if not schedules or one.schedule.path in schedules), faults=read.faults
    )


def offers_in(page: Page, wanted: Wanted) -> ReadAll[Appointment]:
    """The visits of a page that `$find` offers, when, with whom and where it is wanted.

    Not every server can be asked by practitioner (Epic), so the answers are sifted.
    """
    read = read_all(page.of("Appointment"), read_appointment)
    offers = (one for one in read.found if one.status is Status.PROPOSED and one.during is not None)
    return ReadAll(
        found=tuple(
            one
            for one in offers
            if one.during is not None
            and _begins_in(one.during, wanted.within)
            and _is_one_of(one.actors_of("Practitioner"), wanted.practitioners)
            and _is_one_of(one.actors_of("Location"), wanted.locations)
        ),
        faults=read.faults,
    )


def busy_slots(schedules: Sequence[Reference], within: Period) -> Ask:
    """Ask for the slots that are taken or closed, as a check on the free ones."""
    closed = (SlotStatus.BUSY, SlotStatus.BUSY_TENTATIVE, SlotStatus.BUSY_UNAVAILABLE)
    return _search(
        "Slot",
        ("schedule", _any(schedules)),
        *starting("start", within),
        ("status", ",".join(one.value for one in closed)),
    )


def visits_of(patient: Reference, within: Period, statuses: Sequence[Status] = (), *, release: Release) -> Ask:
    """Ask for a patient's visits; all statuses where none is named."""
    return _visits("patient", [patient], within, statuses, release)


def visits_at(locations: Sequence[Reference], within: Period, statuses: Sequence[Status] = ()) -> Ask:
    """Ask for every visit at some locations."""
    return _visits("location", locations, within, statuses, Release.R4)


def visits_by(practitioners: Sequence[Reference], within: Period, statuses: Sequence[Status] = ()) -> Ask:
    """Ask for every visit of some practitioners."""
    return _visits("practitioner", practitioners, within, statuses, Release.R4)


def visit_with(identifier: Identifier) -> Ask:
    """Ask for the visit that carries our own booking number: what to do when an answer to a booking was lost."""
    return _search("Appointment", ("identifier", identifier.token))


def schedules_of(actors: Sequence[Reference]) -> Ask:
    """Ask for the schedules that are in use."""
    return _search("Schedule", ("actor", _any(actors)), ("active", "true"))


def roles_at(locations: Sequence[Reference]) -> Ask:
    """Ask who works at some locations, with the people themselves."""
    people = ("_include", "PractitionerRole:practitioner")
    return _search("PractitionerRole", ("location", _any(locations)), ("active", "true"), people)


def services_at(locations: Sequence[Reference]) -> Ask:
    """Ask what is offered at some locations."""
    return _search("HealthcareService", ("location", _any(locations)), ("active", "true"))


def patients_called(family: str, *, given: str = "", born: date | None = None) -> Ask:
    """Ask for the charts that may be somebody's."""
    day = born.isoformat() if born else ""
    return _search("Patient", ("family", family), ("given", given), ("birthdate", day))


def patients_reached(system: str, form: str) -> Ask:
    """Ask for the charts with a phone number or e-mail address. `system` is "phone" or "email"."""
    return _search("Patient", (system, form))


def patients_numbered(identifier: Identifier) -> Ask:
    """Ask for the chart with a number."""
    return _search("Patient", ("identifier", identifier.token))


def starting(parameter: str, within: Period) -> tuple[tuple[str, str], ...]:
    """A stretch of time as the two bounds of a search, in UTC: a bare date would mean a day in the server's zone."""
    return (parameter, f"ge{instant_text(within.start)}"), (parameter, f"lt{instant_text(within.end)}")


def _by_operation(dialect: Dialect, names: FindOperation, wanted: Wanted) -> Ask | NotOffered:
    if names.patient is not None and wanted.patient is None:
        return NotOffered(says=f"{dialect.name} offers times to a known patient only; find or create the chart first.")
    sent = [
        *given(names.start, [wanted.within.start]),
        *given(names.end, [wanted.within.end]),
        *given(names.patient, [wanted.patient] if wanted.patient is not None else []),
        *given(names.service, wanted.services),
        *given(names.practitioner, wanted.practitioners),
        *given(names.location, wanted.locations),
    ]
    return Ask(
        method="POST",
        path="/Appointment/$find",
        does=Does.READS,
        release=dialect.release,
        query=(("_count", str(wanted.count)),),
        body=parameters(sent),
    )


def _visits(by: str, whose: Sequence[Reference], within: Period, statuses: Sequence[Status], release: Release) -> Ask:
    query = (
        (by, _any(whose)),
        *starting("date", within),
        ("status", ",".join(one.value for one in statuses)),
    )
    return _search("Appointment", *query, release=release)


def _search(type: str, *query: tuple[str, str], release: Release = Release.R4) -> Ask:
    """A search; a parameter without a value is left out."""
    sent = tuple((name, value) for name, value in query if value)
    if not sent:
        raise Impossible(f"FHIR: a search for {type} without a condition would bring everybody's")
    return Ask(
        method="GET",
        path=f"/{type}",
        does=Does.READS,
        release=release,
        query=(*sent, ("_count", str(_PAGE))),
        headers=_STRICT,
    )


def _begins_in(during: Period, within: Period) -> bool:
    return within.start <= during.start < within.end


def _is_one_of(actors: Sequence[Reference], wanted: Sequence[Reference]) -> bool:
    return not wanted or bool({one.path for one in actors} & {one.path for one in wanted})


def _any(references: Sequence[Reference]) -> str:
    return ",".join(one.path for one in references)
