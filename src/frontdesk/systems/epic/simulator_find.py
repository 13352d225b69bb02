"""$find: open times by FHIR, each as a proposed appointment that can be booked for a while."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from frontdesk.standards.simulating.fhir_search import Kind, Parameter
from frontdesk.standards.simulating.fhir_values import Json, Resource, element_at, elements_at, part, text_at, texts_at
from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call, Surface
from frontdesk.systems.epic.simulator_errors import (
    NO_RESULTS,
    NO_VISIT_TYPE,
    NOT_UNDERSTOOD,
    PROCESSING,
    not_fhir,
    not_found,
    outcome_entry,
    told,
)
from frontdesk.systems.epic.simulator_hospital import Hospital
from frontdesk.systems.epic.simulator_openings import Opening, open_times
from frontdesk.systems.epic.simulator_resources import address_of, proposal_shown
from frontdesk.systems.epic.simulator_rows import Row, fhir_id, text

VALUES = {
    "startTime": "valueDateTime",
    "endTime": "valueDateTime",
    "patient": "resource",
    "serviceType": "valueCodeableConcept",
    "indications": "valueCodeableConcept",
    "specialties": "valueCodeableConcept",
    "location-reference": "valueReference",
    "time-of-day": "valueTiming",
}
"""Seen [find-parameters]. Seen [times-are-utc]: startTime and endTime as YYYY-MM-DDThh:mm:ssZ, or bare dates."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(kw_only=True, slots=True)
class Wanted:
    """What $find is asked, read. `hints` says what was not understood."""

    begins: datetime
    ends: datetime
    patient: str = ""
    visit_types: list[str] = field(default_factory=list)
    specialties: set[str] = field(default_factory=set)
    departments: set[str] = field(default_factory=set)
    times: list[Resource] = field(default_factory=list)
    hints: list[Resource] = field(default_factory=list)


def find(hospital: Hospital, asked: Asked) -> Answer:
    """The next page of open times. Seen [same-body-again]: the link `next` is followed by POSTing the same body.

    Guess [pages-of-one-search]: what is on later pages was looked up when the first was asked for. Seen
    [total-of-a-page]: `total` counts the times of the page, for a client adds them up.
    """
    world = hospital.world
    if set(asked.resource) - {"resourceType", "parameter"} or asked.resource.get("resourceType") != "Parameters":
        raise not_fhir("parameters-needed", 400, "structure", "The body is a Parameters resource.")
    asked_for = hashlib.sha256(json.dumps(asked.resource, sort_keys=True).encode()).hexdigest()
    session = asked.search.text("sessionID")
    issues: list[Resource] = []
    if session:
        rows = hospital.proposals.find(session=session.partition("-")[0], asked=asked_for)
        if not rows:
            raise not_fhir("other-body", 400, "value", "This page belongs to another search.")
        offset = int(session.partition("-")[2])
    else:
        offset = 0
        wanted = _read(hospital, asked.resource)
        rows = _proposed(hospital, wanted, asked_for, asked.behind)
        issues = [*_why_nothing(hospital, wanted, asked.behind), *wanted.hints] if not rows else wanted.hints
    page = rows[offset : offset + world.find_page]
    path = address_of(world, Surface.STU3, "Appointment/$find")
    links = [{"relation": "self", "url": path}]
    if offset + len(page) < len(rows):
        following = f"{rows[0]['session']}-{offset + len(page)}"
        links.append({"relation": "next", "url": f"{path}?sessionID={following}"})
    entries: list[Resource] = [
        {
            "fullUrl": address_of(world, Surface.STU3, f"Appointment/{row['proposal']}"),
            "resource": proposal_shown(hospital, row),
            "search": {"mode": "match"},
        }
        for row in page
    ]
    # Seen [nothing-found-is-200]: a Bundle without times and with an outcome. Seen [trailing-outcome]: hints come
    # behind the times.
    if issues:
        entries.append(outcome_entry(issues))
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(page), "link": links}
    return Answer(body={**bundle, "entry": entries})


def _proposed(hospital: Hospital, wanted: Wanted, asked_for: str, behind: timedelta) -> list[Row]:
    """What fits, kept so that it can be booked. Seen [temporary-id]: under an id of its own."""
    count = len(hospital.proposals)
    session = f"{count:06}"
    rows: list[Row] = []
    for opening in sorted(_fitting(hospital, wanted, behind), key=lambda one: (one.start, one.provider)):
        row: Row = {
            "proposal": fhir_id("proposal", str(count + len(rows))),
            "session": session,
            "asked": asked_for,
            "patient": wanted.patient,
            "provider": opening.provider,
            "department": opening.department,
            "visittype": opening.visit_type,
            "start": opening.start.isoformat(),
            "minutes": opening.minutes,
            "given": hospital.now().isoformat(),
            "used": False,
        }
        rows.append(hospital.proposals.put(row))
    return rows


def _fitting(hospital: Hospital, wanted: Wanted, behind: timedelta) -> Iterator[Opening]:
    for row in _who(hospital, wanted):
        provider, department = text(row, "provider"), text(row, "department")
        first = hospital.wall(department, wanted.begins).date()
        last = hospital.wall(department, wanted.ends).date()
        for days in range((last - first).days + 1):
            for opening in open_times(
                hospital,
                provider=provider,
                department=department,
                visit_type=text(row, "visittype"),
                day=first + timedelta(days=days),
                behind=behind,
            ):
                if wanted.begins <= opening.start < wanted.ends and _at_a_time(hospital, wanted, opening):
                    yield opening


def _who(hospital: Hospital, wanted: Wanted) -> list[Row]:
    return [
        row
        for row in hospital.does
        if row["visittype"] in wanted.visit_types
        and (not wanted.departments or row["department"] in wanted.departments)
        and (
            not wanted.specialties
            or hospital.row(hospital.providers, text(row, "provider"))["specialty"] in wanted.specialties
        )
    ]


def _at_a_time(hospital: Hospital, wanted: Wanted, opening: Opening) -> bool:
    """Guess [time-of-day-is-a-stretch]: a time fits that begins at one of `timeOfDay`, or within `duration` from it, on
    one of `dayOfWeek`, on the department's wall."""
    wall = hospital.wall(opening.department, opening.start)
    for repeat in wanted.times:
        days, times = texts_at(repeat, "dayOfWeek"), texts_at(repeat, "timeOfDay")
        lasts = timedelta(minutes=int(str(repeat.get("duration", "0"))))
        starts = [datetime.fromisoformat(f"{wall.date()}T{one}") for one in times]
        on_day = not days or DAYS[wall.weekday()] in days
        if on_day and (not starts or any(one <= wall < one + max(lasts, timedelta(minutes=1)) for one in starts)):
            return True
    return not wanted.times


def _why_nothing(hospital: Hospital, wanted: Wanted, behind: timedelta) -> list[Resource]:
    """Seen [why-nothing]: 59200 and 4101 without a visit type, 4101 where nothing is open.

    Guess [no-template-is-59134]: 59134 before it where nobody who does the visit type has a template in that time.
    """
    world = hospital.world
    nothing = told(world, NO_RESULTS, severity="warning", kind="processing")
    if not wanted.visit_types:
        why = "Unable to determine a Visit Type to use for scheduling."
        return [told(world, NO_VISIT_TYPE, severity="warning", kind="not-found", diagnostics=why), nothing]
    first, last = (one.date().isoformat() for one in (wanted.begins - timedelta(days=1), wanted.ends))
    booked = {(row["provider"], row["department"]) for row in _who(hospital, wanted)}
    has_template = any(
        (row["provider"], row["department"]) in booked and first <= text(row, "day") <= last
        for row in hospital.openings
    )
    if not has_template:
        why = "There are not enough providers with templates."
        return [told(world, PROCESSING, severity="warning", kind="processing", diagnostics=why), nothing]
    return [nothing]


def _read(hospital: Hospital, body: Resource) -> Wanted:
    """What is asked. Seen [unknown-names-are-hinted]: a parameter that is not known is left out, and 59109 says so.

    Guess [window-needed]: startTime and endTime are. Seen [provider-reference-unseen]: it counts as not known.
    """
    world = hospital.world
    sent: list[tuple[str, Resource]] = [(text_at(one, "name"), one) for one in elements_at(body, "parameter")]
    times = {name: _instant(text_at(one, "valueDateTime")) for name, one in sent if name in ("startTime", "endTime")}
    begins, ends = times.get("startTime"), times.get("endTime")
    if begins is None or ends is None or begins >= ends:
        raise not_fhir("window-needed", 400, "required", "startTime and endTime are needed, as UTC, in this order.")
    wanted = Wanted(begins=begins, ends=ends)
    concepts = False
    for name, one in sent:
        if set(one) != {"name", VALUES.get(name, "")}:
            why = f"{name} is not known, or holds no {VALUES.get(name, 'value that is')}"
            wanted.hints.append(told(world, NOT_UNDERSTOOD, severity="information", kind="value", diagnostics=why))
            continue
        concepts = concepts or name in ("serviceType", "indications")
        _take(hospital, wanted, name, one)
    # Seen [find-without-a-service]: the sandbox gives times where no service is named; of what, the world says.
    if not concepts and world.usual_visit_type:
        wanted.visit_types.append(world.usual_visit_type)
    return wanted


def _take(hospital: Hospital, wanted: Wanted, name: str, one: Resource) -> None:
    codings = elements_at(one, "valueCodeableConcept", "coding")
    if name == "serviceType":
        system = hospital.world.visit_type_system
        codes = [text_at(coding, "code") for coding in codings if text_at(coding, "system") == system]
        wanted.visit_types += [code for code in codes if hospital.visit_types.get(code)]
    elif name == "indications":
        # Seen [decision-tree]: an indication leads to a visit type, by SNOMED, ICD-10 or the vendor's code.
        keys = [f"{text_at(coding, 'system')}|{text_at(coding, 'code')}" for coding in codings]
        rows = [hospital.indications.get(key) for key in keys]
        wanted.visit_types += [text(row, "visittype") for row in rows if row is not None]
    elif name == "specialties":
        wanted.specialties |= {text_at(coding, "code") for coding in codings}
    elif name == "location-reference":
        wanted.departments.add(_department(hospital, text_at(one, "valueReference", "reference")))
    elif name == "time-of-day":
        wanted.times.append(_repeat(part(one, "valueTiming", "repeat")))
    elif name == "patient":
        wanted.patient = _patient(hospital, one)


def _patient(hospital: Hospital, one: Resource) -> str:
    """Seen [patient-by-identifier]: a Patient with the FHIR id among its identifiers is enough, "patient" in small
    letters too. Guess [patient-by-demographics]: one without any is known by family, given and birth date. Guess
    [patient-must-be-here]: one that is not here is an error, whatever else is said of it."""
    resource = element_at(one, "resource")
    ids = {text_at(given, "value") for given in elements_at(resource, "identifier")} | {text_at(resource, "id")}
    here = hospital.patients.find(mergedinto="")
    known = [row for row in here if {row["fhirid"], row["mrn"], row["patient"]} & (ids - {""})]
    if ids <= {""}:
        named = (text_at(resource, "name", 0, "family"), text_at(resource, "name", 0, "given", 0))
        born = text_at(resource, "birthDate")
        known = [row for row in here if (row["last"], row["first"], row["born"]) == (*named, born)]
    if resource.get("resourceType") not in ("Patient", "patient") or len(known) != 1:
        raise not_found(hospital.world, "invalid patient ID", "patient")
    return text(known[0], "patient")


def _department(hospital: Hospital, reference: str) -> str:
    """Seen [location-is-absolute]: the address of a Location of this server."""
    before, _, id = reference.rpartition("/")
    rows = hospital.departments.find(fhirid=id)
    bases = [address_of(hospital.world, surface, "Location") for surface in (Surface.STU3, Surface.R4)]
    if before not in bases or not rows:
        raise not_found(hospital.world, "invalid location reference", "location-reference")
    return text(rows[0], "department")


def _repeat(repeat: Json) -> Resource:
    """Seen [timing-of-find]: `duration` in minutes as text, `dayOfWeek`, `timeOfDay` as HH:MM:SS."""
    known = {"duration", "durationUnit", "dayOfWeek", "timeOfDay"}
    if not isinstance(repeat, Mapping) or not set(repeat) <= known or repeat.get("durationUnit", "min") != "min":
        raise not_fhir("timing-not-known", 400, "value", "time-of-day holds duration, dayOfWeek and timeOfDay.")
    days, times = texts_at(repeat, "dayOfWeek"), texts_at(repeat, "timeOfDay")
    fits = set(days) <= set(DAYS) and str(repeat.get("duration", "0")).isdigit()
    if not fits or any(_instant(f"2000-01-01T{one}Z") is None for one in times):
        raise not_fhir("timing-not-known", 400, "value", "time-of-day: mon to sun, and HH:MM:SS.")
    return repeat


def _instant(written: str) -> datetime | None:
    try:
        if len(written) == len("2027-01-05"):
            return datetime.combine(date.fromisoformat(written), datetime.min.time(), tzinfo=UTC)
        return datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def standing(hospital: Hospital, id: str) -> Row | None:
    """A proposal that can still be booked. Guess [proposal-life]: for a quarter of an hour, and once."""
    row = hospital.proposals.get(id)
    if row is None or row["used"]:
        return None
    over = datetime.fromisoformat(text(row, "given")) + hospital.world.proposal_life
    return row if hospital.now() < over else None


CALLS: tuple[Call, ...] = (
    Call(
        method="POST",
        path="/Appointment/$find",
        answer=find,
        surface=Surface.STU3,
        scope="Appointment.find",
        parameters={"sessionID": Parameter(kind=Kind.TEXT)},
        body={},
    ),
)
