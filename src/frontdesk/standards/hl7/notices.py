"""What the site tells of visits (SIU), and what is asked about them (SRM)."""

from dataclasses import replace
from datetime import datetime

from frontdesk.domain.appointment import Status
from frontdesk.standards.hl7.findings import Findings
from frontdesk.standards.hl7.message import Message
from frontdesk.standards.hl7.site import EVENTS, RECOGNISED, Site, VisitEvent
from frontdesk.standards.hl7.times import TimeUnclear, Zones, instant_of, period_of
from frontdesk.standards.hl7.visit import Asks, NotRead, Visit, VisitAsked, VisitTold
from frontdesk.standards.hl7.visit_reading import value_at, visit_of

_DECIDES = {
    VisitEvent.CANCELLED: Status.CANCELLED,
    VisitEvent.DELETED: Status.ENTERED_IN_ERROR,
    VisitEvent.MISSED: Status.NOSHOW,
}
"""Events that say themselves how the visit stands; a word beside them that says otherwise is reported."""


def visit_told(message: Message, site: Site, zones: Zones) -> VisitTold | NotRead:
    """What a notice (SIU) tells."""
    findings = Findings(message)
    event = site.events.get(message.event, EVENTS.get(message.event))
    if event is None:
        known = RECOGNISED.get(message.event)
        return not_read(message, f"{known}; that is not acted on" if known else "the event is not known", findings)
    scheduled = message.first("SCH")
    if scheduled is None:
        return not_read(message, "it has no SCH, which says what visit it is about", findings)
    word = value_at(message.segments, site.status, site).upper()
    if word in site.blocked and message.first("PID") is None:
        return not_read(message, f"{RECOGNISED['S23']}; that is not acted on", findings)
    visit = visit_of(message, scheduled, site, zones, findings)
    if not visit.number:
        return not_read(message, "no number of the visit stands where this site's profile looks for it", findings)
    if event in {VisitEvent.BOOKED, VisitEvent.MOVED} and visit.during is None:
        findings.add("SCH-11", "tells no time, nor does any other place")
    return VisitTold(
        control_id=message.control_id,
        event=event,
        visit=replace(visit, standing=_standing(event, word, site, findings)),
        sent=sent_at(message, zones),
        sender=sender_of(message),
        findings=findings.all,
    )


def visit_asked(message: Message, site: Site, zones: Zones) -> VisitAsked | NotRead:
    """What a request (SRM) asks."""
    findings = Findings(message)
    asks = next((one for one in Asks if one.value == message.event), None)
    request = message.first("ARQ")
    if asks is None:
        return not_read(message, "requests of this event are not acted on", findings)
    if request is None:
        return not_read(message, "it has no ARQ, which says what is asked", findings)
    visit = visit_of(message, request, site, zones, findings)
    zone = zones.at(visit.location)
    wanted = tuple(
        period_of(instant_of(one.text(1), zone), instant_of(one.text(2), zone) if one.text(2) else None, visit.length)
        for one in request.field(11).repetitions
        if one.text(1)
    )
    for one in wanted:
        if isinstance(one, TimeUnclear):
            findings.add("ARQ-11", f"the time that is asked for is unclear: {one.why}")
    return VisitAsked(
        control_id=message.control_id,
        asks=asks,
        visit=visit,
        wanted=wanted,
        sent=sent_at(message, zones),
        sender=sender_of(message),
        findings=findings.all,
    )


def visit_in_answer(message: Message, site: Site, zones: Zones, findings: Findings) -> Visit | None:
    """The visit as an answer (SRR) has it; None where it tells of none."""
    scheduled = message.first("SCH")
    if scheduled is None:
        return None
    word = value_at(message.segments, site.status, site).upper()
    visit = visit_of(message, scheduled, site, zones, findings)
    return replace(visit, standing=_worded(word, site, findings))


def sent_at(message: Message, zones: Zones) -> datetime | TimeUnclear:
    """When the sender says that it wrote the message (MSH-7)."""
    return instant_of(message.header.text(7), zones.at(message.header.text(4)))


def sender_of(message: Message) -> str:
    """Application and facility that a message comes from, as one name."""
    return f"{message.header.text(3)} {message.header.text(4)}".strip()


def not_read(message: Message, why: str, findings: Findings) -> NotRead:
    """A message that is told to a person instead."""
    return NotRead(
        control_id=message.control_id, kind=message.kind, event=message.event, why=why, findings=findings.all
    )


def _standing(event: VisitEvent, word: str, site: Site, findings: Findings) -> Status | None:
    said = _worded(word, site, findings)
    place = str(site.status[0]) if site.status else "SCH-25"
    decided = _DECIDES.get(event)
    if decided is not None:
        if said not in {None, decided}:
            findings.add(place, f"does not go with the event; the visit was taken as {decided.value}")
        return decided
    if event is VisitEvent.CHANGED:
        return said
    if said is not None and not said.takes_time and said is not Status.WAITLIST:
        findings.add(place, "does not go with the event; how the visit stands was left open")
        return None
    return said if word else Status.BOOKED


def _worded(word: str, site: Site, findings: Findings) -> Status | None:
    if word and word not in site.standing:
        findings.unknown(str(site.status[0]), word, site.standing)
    return site.standing.get(word)
