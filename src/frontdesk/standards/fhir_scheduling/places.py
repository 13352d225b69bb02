"""Location and HealthcareService: where a clinic is, and what it offers there. Source: FHIR R4."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontdesk.standards.fhir_scheduling.people import Address, Contact, address, contacts
from frontdesk.standards.fhir_scheduling.reading import Node, Resource
from frontdesk.standards.fhir_scheduling.values import (
    Concept,
    Identifier,
    Reference,
    concept,
    concepts,
    identifiers,
    read_reference,
    references,
)

TIMEZONE = "http://hl7.org/fhir/StructureDefinition/timezone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A clinic, or a room of it (`physical_type`). `zone` None: the server does not say; the clinic's settings do."""

    id: str
    active: bool
    name: str
    zone: ZoneInfo | None = None
    part_of: Reference | None = None
    physical_type: Concept | None = None
    types: tuple[Concept, ...] = ()
    contacts: tuple[Contact, ...] = ()
    address: Address | None = None
    identifiers: tuple[Identifier, ...] = ()
    source: Resource = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthcareService:
    """What can be booked. FHIR R4 has no place for how long it takes: that is a vendor's extension, or not told."""

    id: str
    active: bool
    name: str
    types: tuple[Concept, ...] = ()
    specialties: tuple[Concept, ...] = ()
    locations: tuple[Reference, ...] = ()
    comment: str = ""
    source: Resource = field(repr=False)


def read_location(raw: object) -> Location:
    """A Location. Raises: Unreadable (no id, a zone that nobody knows)."""
    node = Node.of(raw, "Location")
    part_of, where = node.node("partOf"), node.node("address")
    return Location(
        id=node.text("id"),
        active=node.text_or_none("status") in {"", "active"},
        name=node.text_or_none("name"),
        zone=_zone(node),
        part_of=read_reference(part_of) if part_of else None,
        physical_type=concept(node, "physicalType"),
        types=concepts(node, "type"),
        contacts=contacts(node),
        address=address(where) if where else None,
        identifiers=identifiers(node),
        source=node.fields,
    )


def read_healthcare_service(raw: object) -> HealthcareService:
    """A HealthcareService. Raises: Unreadable."""
    node = Node.of(raw, "HealthcareService")
    return HealthcareService(
        id=node.text("id"),
        active=node.yes("active") is not False,
        name=node.text_or_none("name"),
        types=concepts(node, "type"),
        specialties=concepts(node, "specialty"),
        locations=references(node, "location"),
        comment=node.text_or_none("comment"),
        source=node.fields,
    )


def _zone(node: Node) -> ZoneInfo | None:
    for one in node.extensions(TIMEZONE):
        try:
            return ZoneInfo(one.text("valueCode"))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise one.unreadable("valueCode", "is no time zone such as America/Chicago") from None
    return None
