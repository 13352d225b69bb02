"""When a visit is, out of all the places that may say it: SCH-11 and TQ1 decide, resources are the last resort."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.hl7.findings import Findings
from frontdesk.standards.hl7.message import Message, Segment
from frontdesk.standards.hl7.site import Site
from frontdesk.standards.hl7.times import TimeUnclear, instant_of, period_of

_UNITS = {
    **dict.fromkeys(("MIN", "M", "MINUTE", "MINUTES", "MINS"), timedelta(minutes=1)),
    **dict.fromkeys(("S", "SEC", "SECOND", "SECONDS"), timedelta(seconds=1)),
    **dict.fromkeys(("H", "HR", "HOUR", "HOURS"), timedelta(hours=1)),
    **dict.fromkeys(("D", "DAY", "DAYS"), timedelta(days=1)),
}
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}(?:\.0+)?")
_TIMED = re.compile(r"(?P<unit>[SMHD])(?P<count>[0-9]{1,6})")
_LONGEST = timedelta(days=31)


def visit_time(
    message: Message, scheduled: Segment | None, site: Site, zone: ZoneInfo | None, findings: Findings
) -> tuple[Period | TimeUnclear | None, timedelta | None]:
    """When the visit is, and the length that is told beside it; None for what is not told at all."""
    starts, ends, length = _figures(message, scheduled, site, findings)
    if not starts and not ends:
        starts, of_first = _first_resource(message, zone, site, findings)
        length = length or of_first
        if not starts:
            return None, length
    start = _agreed(starts, "start", zone, findings)
    end = _agreed(ends, "end", zone, findings) if ends else None
    during = period_of(start, end, length)
    if isinstance(during, TimeUnclear):
        findings.add(next(iter([*starts, *ends])), f"the time of the visit is unclear: {during.why}")
    elif end is not None and length is not None and during.length != length:
        findings.add("SCH-9", f"says {length}, and start and end are {during.length} apart; the end was taken")
    return during, length


def resource_time(
    segment: Segment,
    first: int,
    visit: Period | TimeUnclear | None,
    site: Site,
    zone: ZoneInfo | None,
    findings: Findings,
) -> Period | TimeUnclear | None:
    """When a resource is taken. `first` is the field of its start; offset, duration and their units follow it."""
    name = f"{segment.name}-{first}"
    written = segment.text(first)
    offset = length_of(segment, first + 1, first + 2, site, findings)
    length = length_of(segment, first + 3, first + 4, site, findings)
    if not written and offset is None and length is None:
        return None
    start: datetime | TimeUnclear
    if written:
        start = instant_of(written, zone)
    elif isinstance(visit, Period):
        start = visit.start + (offset or timedelta(0))
    else:
        return TimeUnclear(why="it is told from the visit's start, which is unclear")
    if length is None and isinstance(visit, Period):
        length = visit.length
    during = period_of(start, None, length)
    if isinstance(during, TimeUnclear):
        findings.add(name, f"the time of a resource is unclear: {during.why}")
    elif isinstance(visit, Period) and not during.overlaps(visit):
        findings.add(name, "a resource is taken at a time at which the visit is not")
    return during


def length_of(segment: Segment, field: int, units: int, site: Site, findings: Findings) -> timedelta | None:
    """The length in two fields, its number and its unit; None where there is none that can be told."""
    return _length(segment.text(field), segment.text(units), f"{segment.name}-{field}", site, findings)


def _figures(
    message: Message, scheduled: Segment | None, site: Site, findings: Findings
) -> tuple[dict[str, str], dict[str, str], timedelta | None]:
    """Starts and ends by the place that tells each, the one that decides first; and the length."""
    starts: dict[str, str] = {}
    ends: dict[str, str] = {}
    lengths: list[timedelta | None] = []
    if scheduled is not None and scheduled.name == "SCH":
        lengths.append(length_of(scheduled, 9, 10, site, findings))
        starts["SCH-11.4"], ends["SCH-11.5"] = scheduled.text(11, 4), scheduled.text(11, 5)
        lengths.append(_length(scheduled.text(11, 3), scheduled.text(10), "SCH-11.3", site, findings))
    elif scheduled is not None:
        lengths.append(length_of(scheduled, 9, 10, site, findings))
    if timing := message.first("TQ1"):
        starts["TQ1-7"], ends["TQ1-8"] = timing.text(7), timing.text(8)
        lengths.append(_length(timing.text(6, 1), timing.text(6, 2), "TQ1-6", site, findings))
    starts = {place: written for place, written in starts.items() if written}
    ends = {place: written for place, written in ends.items() if written}
    return starts, ends, next((length for length in lengths if length), None)


def _first_resource(
    message: Message, zone: ZoneInfo | None, site: Site, findings: Findings
) -> tuple[dict[str, str], timedelta | None]:
    """The start of the resource that is taken first, by its place, and its length."""
    for name, field in (("AIS", 4), ("AIP", 6), ("AIL", 6), ("AIG", 8)):
        told = [segment for segment in message.all(name) if segment.text(field)]
        if told:
            first = min(told, key=lambda segment: _sooner(segment.text(field), zone))
            return {f"{name}-{field}": first.text(field)}, length_of(first, field + 3, field + 4, site, findings)
    return {}, None


def _sooner(written: str, zone: ZoneInfo | None) -> datetime:
    """An instant to be put in order by; what is unclear comes first, so that it is reported."""
    moment = instant_of(written, zone)
    return datetime.min.replace(tzinfo=UTC) if isinstance(moment, TimeUnclear) else moment


def _agreed(told: dict[str, str], what: str, zone: ZoneInfo | None, findings: Findings) -> datetime | TimeUnclear:
    """The first of what is told; another that says something else is a finding."""
    read = {place: instant_of(written, zone) for place, written in told.items()}
    if not read:
        return TimeUnclear(why=f"it has no {what}")
    (first, chosen), *others = read.items()
    for place, other in others:
        if other != chosen:
            findings.add(place, f"tells another {what} than {first}, which was taken")
    return chosen


def _length(count: str, unit: str, place: str, site: Site, findings: Findings) -> timedelta | None:
    if not count:
        return None
    if timed := _TIMED.fullmatch(count):  # TQ: M30 is thirty minutes; three letters of it are read
        count, unit = timed["count"], {"M": "MIN"}.get(timed["unit"], timed["unit"])
    if not _NUMBER.fullmatch(count):
        findings.add(place, "is no number of minutes or the like")
        return None
    unit = unit.upper()
    if not unit and not site.minutes_unless_said:
        findings.add(place, "has no unit, and this site's profile names none")
        return None
    if unit and unit not in _UNITS:
        findings.unknown(place, unit, _UNITS)
        return None
    length = int(float(count)) * _UNITS[unit or "MIN"]
    if abs(length) > _LONGEST:
        findings.add(place, "is longer than a month")
        return None
    return length
