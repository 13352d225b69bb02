"""Schedule and Slot: whose time is published, and which pieces of it are free.

Source: FHIR R4 Schedule and Slot; STU3 has the same fields.
"""

from dataclasses import dataclass, field
from enum import Enum

from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.reading import Node, Resource, changed, filled, version_of
from frontdesk.standards.fhir_scheduling.times import Moment, period_text
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


class SlotStatus(Enum):
    """FHIR R4 SlotStatus (http://hl7.org/fhir/R4/valueset-slotstatus.html)."""

    FREE = "free"
    BUSY = "busy"
    BUSY_UNAVAILABLE = "busy-unavailable"
    BUSY_TENTATIVE = "busy-tentative"
    ENTERED_IN_ERROR = "entered-in-error"


_STATUS = {status.value: status for status in SlotStatus}


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A published piece of time. `version` locks a change of it; `source` is the resource as it came."""

    id: str
    version: str
    status: SlotStatus
    during: Period
    schedule: Reference
    services: tuple[Concept, ...] = ()
    specialties: tuple[Concept, ...] = ()
    appointment_type: Concept | None = None
    overbooked: bool = False
    comment: str = ""
    source: Resource = field(repr=False)

    @property
    def bookable(self) -> bool:
        """Whether it is free as it stands."""
        return self.status is SlotStatus.FREE

    @property
    def takeable(self) -> bool:
        """Whether a visit may take it: it is free, or held, as only who held it in this version may say."""
        return self.status in {SlotStatus.FREE, SlotStatus.BUSY_TENTATIVE}

    def become(self, status: SlotStatus) -> dict[str, object]:
        """The resource in another status, with all that the server had in it."""
        return changed(self.source, {"status": status.value})

    def place(self, extension: str) -> Reference | None:
        """Where it is, by a vendor's extension (Oracle: scheduling-location); None where nothing is said."""
        for one in Node(row=f"Slot/{self.id}", fields=self.source).extensions(extension):
            where = one.node("valueReference")
            return read_reference(where) if where else None
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """Whose time its slots are: practitioners, places, devices. A room without an id is named by its display alone.

    `begins` and `ends` are the planning horizon, as exact as the server says it; None where it does not.
    """

    id: str
    version: str
    active: bool
    actors: tuple[Reference, ...]
    services: tuple[Concept, ...] = ()
    specialties: tuple[Concept, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    begins: Moment | None = None
    ends: Moment | None = None
    comment: str = ""
    source: Resource = field(repr=False)

    def actors_of(self, type: str) -> tuple[Reference, ...]:
        """The actors of one type, such as "Practitioner"."""
        return tuple(one for one in self.actors if one.type == type)


def read_slot(raw: object) -> Slot:
    """A Slot. Raises: Unreadable (no id, an unknown status, a time without a zone, no schedule)."""
    return slot_of(Node.of(raw, "Slot"))


def slot_of(node: Node) -> Slot:
    """The Slot of a resource. Raises: Unreadable."""
    schedule = node.node("schedule")
    if schedule is None:
        raise node.unreadable("schedule", "is empty: nobody can tell whose time this is")
    return Slot(
        id=node.text("id"),
        version=version_of(node),
        status=node.word("status", _STATUS),
        during=node.period(),
        schedule=read_reference(schedule),
        services=concepts(node, "serviceType"),
        specialties=concepts(node, "specialty"),
        appointment_type=concept(node, "appointmentType"),
        overbooked=bool(node.yes("overbooked")),
        comment=node.text_or_none("comment"),
        source=node.fields,
    )


def read_schedule(raw: object) -> Schedule:
    """A Schedule; one that does not say whether it is active is. Raises: Unreadable (no id, no actor)."""
    node = Node.of(raw, "Schedule")
    actors = references(node, "actor")
    if not actors:
        raise node.unreadable("actor", "is empty: nobody can tell whose time this is")
    horizon = node.node("planningHorizon")
    return Schedule(
        id=node.text("id"),
        version=version_of(node),
        active=node.yes("active") is not False,
        actors=actors,
        services=concepts(node, "serviceType"),
        specialties=concepts(node, "specialty"),
        identifiers=identifiers(node),
        begins=horizon.moment("start") if horizon else None,
        ends=horizon.moment("end") if horizon else None,
        comment=node.text_or_none("comment"),
        source=node.fields,
    )


def new_schedule(
    actors: tuple[Reference, ...], *, services: tuple[Concept, ...] = (), horizon: Period | None = None
) -> dict[str, object]:
    """A Schedule to be created, for a server that leaves its calendar to its clients."""
    return filled(
        {
            "resourceType": "Schedule",
            "active": True,
            "serviceType": [one.as_json() for one in services],
            "actor": [one.as_json() for one in actors],
            "planningHorizon": period_text(horizon) if horizon else None,
        }
    )


def new_slot(
    schedule: Reference,
    during: Period,
    *,
    services: tuple[Concept, ...] = (),
    status: SlotStatus = SlotStatus.FREE,
) -> dict[str, object]:
    """A Slot to be created, for a server that leaves its calendar to its clients."""
    return filled(
        {
            "resourceType": "Slot",
            "serviceType": [one.as_json() for one in services],
            "schedule": schedule.as_json(),
            "status": status.value,
            **period_text(during),
        }
    )
