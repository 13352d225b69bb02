"""Any message that a site sends, as what it tells."""

from dataclasses import dataclass

from frontdesk.standards.hl7.acknowledging import Acknowledgement, acknowledgement
from frontdesk.standards.hl7.findings import Finding, Findings
from frontdesk.standards.hl7.message import Message
from frontdesk.standards.hl7.notices import not_read, visit_asked, visit_in_answer, visit_told
from frontdesk.standards.hl7.patients import MergesTold, PatientTold, patient_told
from frontdesk.standards.hl7.site import Site
from frontdesk.standards.hl7.times import Zones
from frontdesk.standards.hl7.visit import NotRead, Visit, VisitAsked, VisitTold


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestAnswered:
    """An answer (SRR) to a request of ours, with the visit as the site now has it. `visit` None: it tells of none."""

    control_id: str
    said: Acknowledgement
    visit: Visit | None
    findings: tuple[Finding, ...]


Told = VisitTold | VisitAsked | RequestAnswered | PatientTold | MergesTold | Acknowledgement | NotRead


def told(message: Message, site: Site, zones: Zones) -> Told:
    """What a message tells, by its type. What is not understood in it stands in its findings, with its control id."""
    match message.kind:
        case "SIU":
            return visit_told(message, site, zones)
        case "SRM":
            return visit_asked(message, site, zones)
        case "ADT":
            return patient_told(message, site, zones)
        case "SRR":
            return _answered(message, site, zones)
        case "ACK":
            return acknowledgement(message) or _unread(message, "it has no MSA, which says what is acknowledged")
        case _:
            return _unread(message, "messages of this type are not acted on")


def _answered(message: Message, site: Site, zones: Zones) -> RequestAnswered | NotRead:
    said = acknowledgement(message)
    if said is None:
        return _unread(message, "it has no MSA, which says what is answered")
    findings = Findings(message)
    visit = visit_in_answer(message, site, zones, findings)
    return RequestAnswered(control_id=message.control_id, said=said, visit=visit, findings=findings.all)


def _unread(message: Message, why: str) -> NotRead:
    return not_read(message, why, Findings(message))
