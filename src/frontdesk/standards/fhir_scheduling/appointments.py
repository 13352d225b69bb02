"""Appointment: a visit as a server has it, a new one to be written, and one changed without losing what it held.

Source: FHIR R4 Appointment; STU3 has `reason` where R4 has `reasonCode`, and no `cancelationReason`.
"""

from dataclasses import dataclass, field
from enum import Enum

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.reading import Node, Resource, changed, filled, version_of
from frontdesk.standards.fhir_scheduling.slots import Slot, slot_of
from frontdesk.standards.fhir_scheduling.times import period_text
from frontdesk.standards.fhir_scheduling.values import (
    Coding,
    Concept,
    Identifier,
    Reference,
    concept,
    concepts,
    identifiers,
    read_reference,
    references,
)

CANCELLATION_REASONS = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_WITHOUT_TIME = {Status.PROPOSED, Status.CANCELLED, Status.WAITLIST}
_CANCELLATIONS = {reason.value: reason for reason in Cancellation}


class Answered(Enum):
    """FHIR R4 ParticipationStatus: whether somebody will come."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    NEEDS_ACTION = "needs-action"


_STATUS = {status.value: status for status in Status}
_ANSWERED = {answered.value: answered for answered in Answered}


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """Somebody or something that takes part. `actor` None: a role nobody fills yet, told by `types`."""

    actor: Reference | None
    answered: Answered
    types: tuple[Concept, ...] = ()
    required: str = ""

    def as_json(self) -> dict[str, object]:
        """As it is written."""
        return filled(
            {
                "type": [one.as_json() for one in self.types],
                "actor": self.actor.as_json() if self.actor else None,
                "required": self.required,
                "status": self.answered.value,
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """A visit. `during` None: it has no time yet, or no more. `slots` are those it takes; `offered` are the slots that
    came inside it, as `$find` sends them. `version` locks a change of it; `source` is the resource as it came.
    """

    id: str
    version: str
    status: Status
    during: Period | None
    participants: tuple[Participant, ...]
    slots: tuple[Reference, ...] = ()
    offered: tuple[Slot, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    services: tuple[Concept, ...] = ()
    specialties: tuple[Concept, ...] = ()
    type: Concept | None = None
    reasons: tuple[Concept, ...] = ()
    cancelled_for: Concept | None = None
    minutes: int | None = None
    comment: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    patient_instruction: str = field(default="", repr=False)
    source: Resource = field(repr=False)

    def actors_of(self, type: str) -> tuple[Reference, ...]:
        """The participants of one type, such as "Practitioner"."""
        return tuple(one.actor for one in self.participants if one.actor is not None and one.actor.type == type)

    @property
    def cancellation(self) -> Cancellation | None:
        """Why it was cancelled, in FHIR's own codes; None where it says nothing, or in a vendor's codes only."""
        code = self.cancelled_for.code_in(CANCELLATION_REASONS) if self.cancelled_for else ""
        return _CANCELLATIONS.get(code)

    def yes_of(self, extension: str) -> bool | None:
        """What an extension says, such as Oracle's is-cancelable; None where it says nothing."""
        node = Node(row=f"Appointment/{self.id}", fields=self.source)
        return next((one.yes("valueBoolean") for one in node.extensions(extension)), None)


def read_appointment(raw: object) -> Appointment:
    """An Appointment. Raises: Unreadable (no id, an unknown status, no participant, a booked visit without a time)."""
    node = Node.of(raw, "Appointment")
    status = node.word("status", _STATUS)
    participants = tuple(_participant(one) for one in node.nodes("participant"))
    if not participants:
        raise node.unreadable("participant", "is empty: nobody can tell whose visit this is")
    timed = node.has("start") or node.has("end")
    if not timed and status not in _WITHOUT_TIME:
        raise node.unreadable("start", f"is missing, and a visit that is {status.value} has a time")
    return Appointment(
        id=node.text("id"),
        version=version_of(node),
        status=status,
        during=node.period() if timed else None,
        participants=participants,
        slots=references(node, "slot"),
        offered=tuple(slot_of(one) for one in node.nodes("contained") if one.fields.get("resourceType") == "Slot"),
        identifiers=identifiers(node),
        services=concepts(node, "serviceType"),
        specialties=concepts(node, "specialty"),
        type=concept(node, "appointmentType"),
        reasons=concepts(node, "reasonCode") or concepts(node, "reason"),
        cancelled_for=concept(node, "cancelationReason"),
        minutes=node.whole("minutesDuration"),
        comment=node.text_or_none("comment"),
        description=node.text_or_none("description"),
        patient_instruction=node.text_or_none("patientInstruction"),
        source=node.fields,
    )


def new_appointment(
    *,
    status: Status,
    participants: tuple[Participant, ...],
    during: Period | None = None,
    slots: tuple[Reference, ...] = (),
    identifier: Identifier | None = None,
    services: tuple[Concept, ...] = (),
    reason: str = "",
    comment: str = "",
) -> dict[str, object]:
    """An Appointment to be created.

    Raises: Impossible (R4's rule app-3: a visit in this status has a time, or a slot whose time it takes).
    """
    if during is None and not slots and status not in _WITHOUT_TIME:
        raise Impossible(f"FHIR: an Appointment that is {status.value} needs its time or its slot")
    return filled(
        {
            "resourceType": "Appointment",
            "identifier": [identifier.as_json()] if identifier else [],
            "status": status.value,
            "serviceType": [one.as_json() for one in services],
            "reasonCode": [{"text": reason}] if reason else [],
            **_times(during),
            "slot": [one.as_json() for one in slots],
            "comment": comment,
            "participant": [one.as_json() for one in participants],
        }
    )


def moved(visit: Appointment, *, during: Period, slots: tuple[Reference, ...]) -> dict[str, object]:
    """The resource at another time, in other slots; all else stays as it was."""
    return changed(visit.source, {**_times(during), "slot": [one.as_json() for one in slots]})


def cancelled(visit: Appointment, reason: Concept | None) -> dict[str, object]:
    """The resource as a cancelled visit; its time stays, so that people see what was cancelled."""
    return changed(
        visit.source,
        {"status": Status.CANCELLED.value, "cancelationReason": reason.as_json() if reason else None},
    )


def cancellation_reason(reason: Cancellation) -> Concept:
    """One of FHIR's reasons as its code."""
    return Concept(codings=(Coding(system=CANCELLATION_REASONS, code=reason.value),))


def _times(during: Period | None) -> dict[str, object]:
    if during is None:
        return {}
    return {
        **period_text(during),
        "minutesDuration": max(1, round(during.length.total_seconds() / 60)),
    }


def _participant(node: Node) -> Participant:
    actor = node.node("actor")
    types = concepts(node, "type")
    if actor is None and not types:
        raise node.unreadable("actor", "is missing, and no type says which part this is")
    return Participant(
        actor=read_reference(actor) if actor else None,
        answered=node.word("status", _ANSWERED),
        types=types,
        required=node.text_or_none("required"),
    )
