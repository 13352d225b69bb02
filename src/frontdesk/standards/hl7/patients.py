"""What the site tells of patients: ADT."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.standards.hl7.datatypes import ChartId, chart_ids
from frontdesk.standards.hl7.findings import Finding, Findings
from frontdesk.standards.hl7.message import Message
from frontdesk.standards.hl7.notices import not_read, sender_of, sent_at
from frontdesk.standards.hl7.people import Person, person
from frontdesk.standards.hl7.site import Site
from frontdesk.standards.hl7.times import TimeUnclear, Zones
from frontdesk.standards.hl7.visit import NotRead


class PatientEvent(Enum):
    """What happened to a chart; the value is the event of ADT."""

    REGISTERED = "A04"
    UPDATED = "A08"
    PERSON_ADDED = "A28"
    PERSON_UPDATED = "A31"


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientTold:
    """A chart was opened or changed. What is empty in `person` stays as it was; what it names in `deleted` goes."""

    control_id: str
    event: PatientEvent
    person: Person
    sent: datetime | TimeUnclear
    sender: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """Two charts became one: `gone`, with the numbers in `gone_numbers`, is now `kept`."""

    kept: Person
    gone: str
    gone_numbers: tuple[ChartId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MergesTold:
    """Charts were merged (A40), in this order."""

    control_id: str
    merges: tuple[Merged, ...]
    sent: datetime | TimeUnclear
    sender: str
    findings: tuple[Finding, ...]


MERGE = "A40"


def patient_told(message: Message, site: Site, zones: Zones) -> PatientTold | MergesTold | NotRead:
    """What a notice about a patient (ADT) tells."""
    findings = Findings(message)
    if message.event == MERGE:
        return _merges(message, site, zones, findings)
    event = next((one for one in PatientEvent if one.value == message.event), None)
    if event is None:
        return not_read(message, "this event of ADT is not acted on", findings)
    pids = message.all("PID")
    if len(pids) != 1:
        return not_read(message, f"one PID was wanted, and it has {len(pids)}", findings)
    return PatientTold(
        control_id=message.control_id,
        event=event,
        person=person(pids[0], site, findings),
        sent=sent_at(message, zones),
        sender=sender_of(message),
        findings=findings.all,
    )


def _merges(message: Message, site: Site, zones: Zones, findings: Findings) -> MergesTold | NotRead:
    merges = tuple(_each_merge(message, site, findings))
    if not merges or len(merges) != len(message.all("MRG")) or not all(one.gone and one.kept.chart for one in merges):
        return not_read(message, "each merge needs a PID and an MRG with the two charts' numbers", findings)
    return MergesTold(
        control_id=message.control_id,
        merges=merges,
        sent=sent_at(message, zones),
        sender=sender_of(message),
        findings=findings.all,
    )


def _each_merge(message: Message, site: Site, findings: Findings) -> Iterator[Merged]:
    kept: Person | None = None
    for segment in message.segments:
        if segment.name == "PID":
            kept = person(segment, site, findings)
        elif segment.name == "MRG" and kept is not None:
            gone = chart_ids(segment.field(1))
            yield Merged(kept=kept, gone=_chart(gone, site), gone_numbers=gone)
            kept = None


def _chart(numbers: tuple[ChartId, ...], site: Site) -> str:
    """The number of the chart that is gone; MRG-1 is PID-3 of it, so the kinds are the same."""
    for wanted in site.chart:
        for one in numbers:
            if wanted.type in {"", one.type} and wanted.authority in {"", one.authority}:
                return one.id
    return ""
