"""A visit out of the segments that tell of it, whatever message they came in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.hl7.datatypes import NO_CODE, Code, Number, Spot, Staff, code, coded, number, spot, staff
from frontdesk.standards.hl7.findings import Findings
from frontdesk.standards.hl7.message import Message, Repetition, Segment
from frontdesk.standards.hl7.people import person
from frontdesk.standards.hl7.site import At, Plays, Site
from frontdesk.standards.hl7.times import TimeUnclear, Zones
from frontdesk.standards.hl7.visit import Action, Kind, Resource, Visit
from frontdesk.standards.hl7.visit_times import resource_time, visit_time

_START = {Kind.SERVICE: 4, Kind.GENERAL: 8, Kind.PLACE: 6, Kind.PERSON: 6}
_STATUS = {Kind.SERVICE: 10, Kind.GENERAL: 14, Kind.PLACE: 12, Kind.PERSON: 12}
_WHAT: Mapping[Kind, Callable[[Repetition], Code | Staff | Spot | None]] = MappingProxyType(
    {Kind.SERVICE: coded, Kind.GENERAL: coded, Kind.PLACE: spot, Kind.PERSON: staff}
)
_PARENTS = {"SCH": (24, 23), "ARQ": (23, 22)}


def visit_of(message: Message, scheduled: Segment, site: Site, zones: Zones, findings: Findings) -> Visit:
    """The visit that a message tells of. `scheduled` is its SCH or ARQ; `standing` is left to who knows the event."""
    taking = tuple(segment for segment in message.segments if not (_kind(segment) and _is_taken_out(segment)))
    location = value_at(taking, site.location, site)
    zone = zones.at(location)
    during, length = visit_time(message, scheduled, site, zone, findings)
    return Visit(
        number=value_at(message.segments, site.visit, site),
        placer=number(scheduled.field(1)),
        filler=number(scheduled.field(2)),
        during=during,
        standing=None,
        replaces=_replaces(scheduled),
        occurrence=scheduled.text(3),
        why=code(scheduled.field(6)),
        reason=code(scheduled.field(7)),
        type=code(scheduled.field(8)),
        length=length,
        service=value_at(taking, site.service, site, Plays.SERVICE),
        practitioner=value_at(taking, site.practitioner, site, Plays.PRACTITIONER),
        room=value_at(taking, site.room, site, Plays.ROOM),
        location=location,
        resources=tuple(_resources(message, during, site, zone, findings)),
        patients=tuple(person(pid, site, findings) for pid in message.all("PID")),
        notes=tuple(note for segment in message.all("NTE") if (note := segment.field(3).prose)),
    )


def value_at(segments: Sequence[Segment], places: Sequence[At], site: Site, plays: Plays | None = None) -> str:
    """What the first of some places says that says anything; "" where none does.

    Of general resources only those count that play what is looked for, where the site's profile tells them apart.
    """
    for place in places:
        for segment in segments:
            if segment.name == place.segment and _may_play(segment, site, plays):
                said = segment.text(place.field, place.component)
                if said:
                    return said
    return ""


def _may_play(segment: Segment, site: Site, plays: Plays | None) -> bool:
    if segment.name != Kind.GENERAL.value or plays is None or not site.general:
        return True
    return site.general.get(segment.text(4).upper()) is plays


def _resources(
    message: Message, visit: Period | TimeUnclear | None, site: Site, zone: ZoneInfo | None, findings: Findings
) -> Iterator[Resource]:
    group = 0
    for segment in message.segments:
        group += segment.name == "RGS"
        kind = _kind(segment)
        if kind is None:
            continue
        role = NO_CODE if kind is Kind.SERVICE else code(segment.field(4))
        if kind is Kind.GENERAL and site.general and role.id.upper() not in site.general:
            findings.unknown("AIG-4", role.id, site.general)
        for one in segment.field(3).repetitions:
            what = _WHAT[kind](one)
            if what is None:
                findings.add(f"{kind.value}-3", "names no resource")
                continue
            yield Resource(
                kind=kind,
                group=group,
                what=what,
                role=role,
                action=_action(segment, findings),
                during=resource_time(segment, _START[kind], visit, site, zone, findings),
                status=segment.text(_STATUS[kind]),
            )


def _kind(segment: Segment) -> Kind | None:
    return next((kind for kind in Kind if kind.value == segment.name), None)


def _is_taken_out(segment: Segment) -> bool:
    return segment.text(2).upper() == Action.DELETE.value


def _action(segment: Segment, findings: Findings) -> Action | None:
    written = segment.text(2).upper()
    known = {action.value: action for action in Action}
    if written and written not in known:
        findings.unknown(f"{segment.name}-2", written, known)
    return known.get(written)


def _replaces(scheduled: Segment) -> Number | None:
    filler, placer = _PARENTS[scheduled.name]
    return number(scheduled.field(filler)) or number(scheduled.field(placer))
