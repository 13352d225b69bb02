"""Patients written to a site: ADT."""

from collections.abc import Mapping
from types import MappingProxyType

from frontdesk.standards.hl7.composing import Content, Repeated, message, segment, stamp
from frontdesk.standards.hl7.datatypes import ChartId
from frontdesk.standards.hl7.message import Message
from frontdesk.standards.hl7.patients import MERGE, PatientEvent
from frontdesk.standards.hl7.people import Person, pid_segment
from frontdesk.standards.hl7.site import Site
from frontdesk.standards.hl7.writing_visits import Stamped, from_version, heading, marks, written_to

_STRUCTURE: Mapping[PatientEvent, str] = MappingProxyType(
    {
        PatientEvent.REGISTERED: "ADT_A01",
        PatientEvent.UPDATED: "ADT_A01",
        PatientEvent.PERSON_ADDED: "ADT_A05",
        PatientEvent.PERSON_UPDATED: "ADT_A05",
    }
)
_CLASS = {PatientEvent.REGISTERED: "O", PatientEvent.UPDATED: "O"}
_NO_VISIT = "N"  # PV1-2: what is told of a person belongs to no visit


def patient_notice(event: PatientEvent, about: Person, site: Site, stamped: Stamped) -> Message:
    """A notice (ADT) of a patient: what is empty stays at the site as it is. Raises: Unwritable."""
    notation = written_to(site)
    segments = (
        segment("EVN", _event(event.value, stamped), notation),
        pid_segment(about, notation),
        segment("PV1", {1: "1", 2: _CLASS.get(event, _NO_VISIT)}, notation),
    )
    structure = _STRUCTURE[event] if from_version(site, "2.4") else "ADT_A01"  # the other came with 2.4
    told = heading(site, ("ADT", event.value, structure), stamped)
    return message(told, segments, notation, marked=marks(site))


def merge_notice(kept: Person, gone: tuple[ChartId, ...], site: Site, stamped: Stamped) -> Message:
    """A notice (ADT A40) that the chart with the numbers in `gone` is now another. Raises: Unwritable."""
    notation = written_to(site)
    segments = (
        segment("EVN", _event(MERGE, stamped), notation),
        pid_segment(kept, notation),
        segment("MRG", {1: Repeated(tuple(one.components for one in gone))}, notation),
    )
    return message(heading(site, ("ADT", MERGE, "ADT_A39"), stamped), segments, notation, marked=marks(site))


def _event(event: str, stamped: Stamped) -> dict[int, Content]:
    return {1: event, 2: stamp(stamped.at)}
