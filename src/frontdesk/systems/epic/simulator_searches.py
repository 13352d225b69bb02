"""Reading and searching by FHIR: charts, people, departments, visits, insurances."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from frontdesk.standards.simulating.fhir_pages import searchset
from frontdesk.standards.simulating.fhir_search import Bound, Kind, Parameter, Search, Token
from frontdesk.standards.simulating.fhir_values import Resource, id_in, part
from frontdesk.systems.epic.simulator_calls import Answer, Answers, Asked, Call, Surface
from frontdesk.systems.epic.simulator_errors import NO_RESULTS, not_fhir, not_found, outcome_entry, told
from frontdesk.systems.epic.simulator_hospital import Hospital, start_of
from frontdesk.systems.epic.simulator_resources import (
    SSN,
    address_of,
    appointment_shown,
    coverage_shown,
    location_shown,
    patient_shown,
    practitioner_shown,
    roles_shown,
)
from frontdesk.systems.epic.simulator_rows import Row, Table, text

USUAL_PAGE = 50
"""Guess [count-and-pages]: 50 rows unless `_count` asks for fewer or more; `next` leads on."""

PAGING: Mapping[str, Parameter] = {"_count": Parameter(kind=Kind.NUMBER), "sessionID": Parameter(kind=Kind.TEXT)}
STATUSES = frozenset({"booked", "fulfilled", "cancelled", "noshow", "arrived", "proposed"})
TEXT, TOKEN = Parameter(kind=Kind.TEXT), Parameter(kind=Kind.TOKEN)
OF_PATIENT = Parameter(kind=Kind.REFERENCE, target="Patient")

PATIENT_SEARCH: Mapping[str, Parameter] = {
    **dict.fromkeys(("family", "given", "address", "address-city", "address-state", "address-postalcode"), TEXT),
    **dict.fromkeys(("_id", "identifier", "telecom"), TOKEN),
    **dict.fromkeys(
        ("gender", "legal-sex"),
        Parameter(kind=Kind.TOKEN, choices=frozenset({"male", "female", "other", "unknown"})),
    ),
    "birthdate": TEXT,
    **PAGING,
}
"""Documented [patient-search]."""

APPOINTMENT_SEARCH: Mapping[str, Parameter] = {
    "patient": OF_PATIENT,
    "date": Parameter(kind=Kind.DATE, times=2),
    "status": Parameter(kind=Kind.TOKEN, several=True, choices=STATUSES),
    "identifier": TOKEN,
    **PAGING,
}
"""Seen [appointment-search]. Guess [status-with-commas], as everywhere in FHIR."""


def reading(table: Callable[[Hospital], Table], shows: Callable[[Hospital, Row, Surface], Resource]) -> Answers:
    """The answer that reads one row by its FHIR id."""

    def answer(hospital: Hospital, asked: Asked) -> Answer:
        rows = table(hospital).find(fhirid=asked.id)
        # Guess [resources-are-providers]: a room or device is not to be had by itself.
        if not rows or rows[0].get("kind", "person") != "person":
            raise not_found(hospital.world, "Invalid FHIR ID provided", "id")
        return Answer(body=shows(hospital, rows[0], asked.surface))

    return answer


def search_patients(hospital: Hospital, asked: Asked) -> Answer:
    """Documented [matching-not-browsing]: with too little to go by there is an outcome, and no list.

    Guess [enough-to-match]: an id or an identifier; or family, given, birthdate, and one thing more. 400 otherwise.
    """
    search = asked.search
    sets = ({"_id"}, {"identifier"}, {"family", "given", "birthdate"})
    more = set(PATIENT_SEARCH) - set(PAGING) - {"family", "given", "birthdate"}
    enough = any(one <= set(search.values) for one in sets[:2]) or (
        sets[2] <= set(search.values) and bool(more & set(search.values))
    )
    if not enough:
        raise not_fhir("enough-to-match", 400, "required", "More is needed to find a patient by.")
    rows = [row for row in hospital.patients if not row["mergedinto"] and _is_meant(hospital, row, search)]
    return found(hospital, asked, [patient_shown(hospital.world, row) for row in rows])


def search_practitioners(hospital: Hospital, asked: Asked) -> Answer:
    """People by name, id or NPI; all where nothing is asked."""
    search = asked.search
    rows = [
        row
        for row in hospital.providers.find(kind="person")
        if _begins(search, "family", text(row, "last"))
        and _begins(search, "given", text(row, "first"))
        and _begins(search, "name", text(row, "last"), text(row, "first"))
        and ("_id" not in search or row["fhirid"] == search.text("_id"))
        and _has_token(search, "identifier", (row[name] for name in ("provider", "internal", "npi")))
    ]
    return found(hospital, asked, [practitioner_shown(row) for row in rows])


def search_roles(hospital: Hospital, asked: Asked) -> Answer:
    """Who works where. Guess [role-search]: by practitioner, location, specialty; `active` is only ever true."""
    search = asked.search
    shown = [role for row in hospital.providers.find(kind="person") for role in roles_shown(hospital, row, Surface.R4)]
    for name, where in (("practitioner", ("practitioner",)), ("location", ("location", 0))):
        if name in search:
            ids = search.ids(name, name.capitalize())
            shown = [one for one in shown if id_in(str(part(one, *where, "reference")), name.capitalize()) in ids]
    if "specialty" in search:
        codes = {token.code for token in search.tokens("specialty")}
        shown = [one for one in shown if part(one, "specialty", 0, "coding", 0, "code") in codes]
    included: list[Resource] = []
    if "_include" in search:
        ids = [id_in(str(part(one, "practitioner", "reference")), "Practitioner") for one in shown]
        included = [practitioner_shown(row) for row in hospital.providers if row["fhirid"] in ids]
    return found(hospital, asked, shown, included=included)


def search_locations(hospital: Hospital, asked: Asked) -> Answer:
    """Departments. Guess [location-search]: by name, id, identifier or city; all where nothing is asked."""
    search = asked.search
    rows = [
        row
        for row in hospital.departments
        if _begins(search, "name", text(row, "name"))
        and _begins(search, "address-city", text(row, "city"))
        and ("_id" not in search or row["fhirid"] == search.text("_id"))
        and _has_token(search, "identifier", (row["department"],))
    ]
    return found(hospital, asked, [location_shown(row) for row in rows])


def search_appointments(hospital: Hospital, asked: Asked) -> Answer:
    """A patient's visits, soonest first. Guess [patient-or-identifier]: one of the two is needed.

    Guess [days-of-the-department]: a date without a time is a day on the department's wall.
    """
    search = asked.search
    if "patient" not in search and "identifier" not in search:
        raise not_fhir("patient-or-identifier", 400, "required", "A patient or an identifier is needed.")
    rows = sorted(hospital.visits, key=start_of)
    if "patient" in search:
        ids = search.ids("patient", "Patient")
        known = {text(row, "patient") for row in hospital.patients if row["fhirid"] in ids}
        if not known:
            raise not_found(hospital.world, "invalid patient ID", "patient")
        rows = [row for row in rows if row["patient"] in known]
    if "status" in search:
        rows = [row for row in rows if row["status"] in search.texts("status")]
    rows = [row for row in rows if all(_holds(hospital, bound, row) for bound in search.bounds("date"))]
    rows = [row for row in rows if _has_csn(hospital, search, row)]
    return found(hospital, asked, [appointment_shown(hospital, row, asked.surface) for row in rows])


def search_coverages(hospital: Hospital, asked: Asked) -> Answer:
    """A patient's insurances. Seen [coverage-of-patient]. Guess [coverage-needs-a-patient]."""
    search = asked.search
    ids = [*search.ids("patient", "Patient"), *search.ids("beneficiary", "Patient")]
    if not ids:
        raise not_fhir("coverage-needs-a-patient", 400, "required", "A patient is needed.")
    known = {text(row, "patient") for row in hospital.patients if row["fhirid"] in ids}
    rows = [row for row in hospital.coverages if row["patient"] in known]
    return found(hospital, asked, [coverage_shown(hospital, row, asked.surface) for row in rows])


def found(
    hospital: Hospital, asked: Asked, matching: Sequence[Resource], *, included: Sequence[Resource] = ()
) -> Answer:
    """A page of a search. Seen [nothing-is-an-outcome]: where nothing fits, `total` is 0 and the only entry says 4101.

    Seen [next-link]: the following page is behind the link `next`, as it stands.
    """
    world, pages = hospital.world, hospital.pages
    place, size = asked.search.text("sessionID"), asked.search.number("_count", USUAL_PAGE)
    if place and pages.query_of(place) is None:
        raise not_fhir("no-such-page", 400, "value", "There is no such page.")
    page = pages.turn(place, matching, size=size) if place else pages.first(matching, size=size, query=asked.query)
    path = address_of(world, asked.surface, asked.resource_kind)
    links = {"self": f"{path}?{asked.query}" if asked.query else path}
    if page.after:
        kept = [one for one in asked.query.split("&") if one and not one.startswith("sessionID=")]
        links["next"] = f"{path}?{'&'.join([*kept, f'sessionID={page.after}'])}"
    base = address_of(world, asked.surface)
    bundle = searchset(page.matches, base=base, links=links, included=included, total=len(matching))
    if not matching:
        warning = told(world, NO_RESULTS, severity="warning", kind="processing")
        return Answer(body={**bundle, "entry": [outcome_entry([warning])]})
    return Answer(body=bundle)


def _is_meant(hospital: Hospital, row: Row, search: Search) -> bool:
    if "_id" in search and row["fhirid"] != search.text("_id"):
        return False
    if "identifier" in search and not any(fits_identifier(hospital, one, row) for one in search.tokens("identifier")):
        return False
    if "birthdate" in search and row["born"] != search.text("birthdate"):
        return False
    if any(name in search and row["gender"] != search.text(name) for name in ("gender", "legal-sex")):
        return False
    # Seen [phones-with-hyphens]: a telephone is found as 512-555-0148 and in no other form.
    reached = (row["home"], row["mobile"], row["email"])
    if "telecom" in search and search.tokens("telecom")[0].code not in reached:
        return False
    places: Mapping[str, tuple[str, ...]] = {
        "address-city": ("city",),
        "address-state": ("state",),
        "address-postalcode": ("zip",),
        "address": ("street", "city", "state", "zip"),
    }
    return (
        _begins(search, "family", text(row, "last"))
        and _begins(search, "given", text(row, "first"))
        and all(_begins(search, name, *(text(row, one) for one in columns)) for name, columns in places.items())
    )


def fits_identifier(hospital: Hospital, token: Token, row: Row) -> bool:
    """Whether an identifier is this patient's. Seen [identifier-by-type]: `MRN|202497` is one as well as system and
    value. Without a system, any of the patient's ids is meant."""
    world = hospital.world
    ids = {
        world.mrn_system: "mrn",
        "MRN": "mrn",
        world.epi_system: "patient",
        "EPI": "patient",
        SSN: "ssn",
        "FHIR": "fhirid",
    }
    if token.system is None:
        return token.code in {row[name] for name in ids.values()} - {""}
    return token.system in ids and token.code == row[ids[token.system]] != ""


def _begins(search: Search, name: str, *held: str) -> bool:
    wanted = search.text(name).casefold()
    return name not in search or any(one.casefold().startswith(wanted) for one in held)


def _has_token(search: Search, name: str, held: Iterable[object]) -> bool:
    return name not in search or any(token.code in held for token in search.tokens(name))


def _has_csn(hospital: Hospital, search: Search, row: Row) -> bool:
    system, csn = hospital.world.csn_system, text(row, "csn")
    return "identifier" not in search or any(token.fits(system, csn) for token in search.tokens("identifier"))


def _holds(hospital: Hospital, bound: Bound, row: Row) -> bool:
    if bound.has_time:
        return bound.holds(start_of(row))
    day = hospital.wall(text(row, "department"), start_of(row)).date().isoformat()
    wanted = bound.text
    return {"eq": day == wanted, "ge": day >= wanted, "gt": day > wanted, "le": day <= wanted, "lt": day < wanted}[
        bound.prefix
    ]


def _get(path: str, answer: Answers, surface: Surface, parameters: Mapping[str, Parameter] | None = None) -> Call:
    kind = path.strip("/").partition("/")[0]
    scope = f"{kind}.{'read' if '{' in path else 'search'}"
    return Call(method="GET", path=path, answer=answer, surface=surface, scope=scope, parameters=parameters or {})


def _patient(hospital: Hospital, row: Row, _surface: Surface) -> Resource:
    return patient_shown(hospital.world, row)


def _practitioner(_hospital: Hospital, row: Row, _surface: Surface) -> Resource:
    return practitioner_shown(row)


def _location(_hospital: Hospital, row: Row, _surface: Surface) -> Resource:
    return location_shown(row)


def _visits(hospital: Hospital) -> Table:
    return hospital.visits


def _reads(surface: Surface) -> tuple[Call, ...]:
    read = partial(_get, surface=surface)
    return (
        read("/Patient/{id}", reading(lambda hospital: hospital.patients, _patient)),
        read("/Practitioner/{id}", reading(lambda hospital: hospital.providers, _practitioner)),
        read("/Location/{id}", reading(lambda hospital: hospital.departments, _location)),
        read("/Appointment/{id}", reading(_visits, appointment_shown)),
    )


NAMED: Mapping[str, Parameter] = {"_id": TOKEN, "name": TEXT, "identifier": TOKEN, **PAGING}
CATEGORY = Parameter(kind=Kind.TOKEN, choices=frozenset({"appointment"}))
ROLES: Mapping[str, Parameter] = {
    "practitioner": Parameter(kind=Kind.REFERENCE, target="Practitioner"),
    "location": Parameter(kind=Kind.REFERENCE, target="Location"),
    "specialty": TOKEN,
    "active": Parameter(kind=Kind.TOKEN, choices=frozenset({"true"})),
    "_include": Parameter(kind=Kind.TEXT, choices=frozenset({"PractitionerRole:practitioner"})),
    **PAGING,
}

CALLS: tuple[Call, ...] = (
    *_reads(Surface.R4),
    *_reads(Surface.STU3),
    _get("/Patient", search_patients, Surface.R4, PATIENT_SEARCH),
    _get("/Practitioner", search_practitioners, Surface.R4, {**NAMED, "family": TEXT, "given": TEXT}),
    _get("/PractitionerRole", search_roles, Surface.R4, ROLES),
    _get("/Location", search_locations, Surface.R4, {**NAMED, "address-city": TEXT}),
    _get("/Appointment", search_appointments, Surface.STU3, APPOINTMENT_SEARCH),
    _get("/Appointment", search_appointments, Surface.R4, {**APPOINTMENT_SEARCH, "service-category": CATEGORY}),
    _get("/Coverage", search_coverages, Surface.R4, {"patient": OF_PATIENT, "beneficiary": OF_PATIENT, **PAGING}),
)
"""Guess [reads-in-both-versions]: a resource is read by its id in STU3 and R4 alike."""
