"""Who saw and did what, whose, why and from where: FHIR AuditEvent. Ids and codes only, never a patient's words."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from frontdesk.domain.faults import Impossible

_CODE = re.compile(r"[a-z][a-z0-9_.:-]{0,79}")
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,120}")
_LONG_NUMBER = re.compile(r"[0-9]{7}")
"""A phone number or a birth date in digits; no code has so many."""


class Action(Enum):
    """What is done to a record: FHIR's audit-event-action."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


class Outcome(Enum):
    """How it ended: FHIR's audit-event-outcome."""

    DONE = "0"
    REFUSED = "4"
    FAILED = "8"


class Purpose(Enum):
    """Why it was done: HL7 v3 PurposeOfUse."""

    TREATMENT = "TREAT"
    EMERGENCY = "ETREAT"
    OPERATIONS = "HOPERAT"
    ADMINISTRATION = "HSYSADMIN"
    PATIENT_REQUEST = "PATRQT"


class Happened(Enum):
    """Everything that the audit knows, by its code, and the action that it is."""

    RECORD_READ = ("record.read", Action.READ)
    RECORD_CREATED = ("record.created", Action.CREATE)
    RECORD_UPDATED = ("record.updated", Action.UPDATE)
    PATIENT_SEARCHED = ("patient.searched", Action.EXECUTE)
    KEYS_REPLACED = ("keys.replaced", Action.UPDATE)
    KEY_DESTROYED = ("key.destroyed", Action.DELETE)
    RECOVERY_KEY_CHANGED = ("keys.recovery-changed", Action.UPDATE)
    BACKED_UP = ("data.backed-up", Action.READ)
    RESTORED = ("data.restored", Action.CREATE)
    PATIENT_FORGOTTEN = ("patient.forgotten", Action.DELETE)
    PATIENT_EXPORTED = ("patient.exported", Action.READ)
    IDENTITY_CLAIMED = ("identity.claimed", Action.EXECUTE)
    IDENTITY_CODE_MADE = ("identity.code-made", Action.EXECUTE)
    MESSAGE_RECEIVED = ("message.received", Action.CREATE)
    MESSAGE_WRITTEN = ("message.written", Action.CREATE)
    CONVERSATION_HELD = ("conversation.held", Action.UPDATE)
    CALL_PUT_THROUGH = ("call.put-through", Action.EXECUTE)
    CALL_PLACED = ("call.placed", Action.EXECUTE)
    NOTE_WRITTEN = ("note.written", Action.CREATE)
    REPLY_HELD_BACK = ("reply.held-back", Action.EXECUTE)
    MESSAGE_HANDED_OVER = ("message.handed-over", Action.EXECUTE)
    MESSAGE_RETRIED = ("message.retried", Action.UPDATE)
    MESSAGE_DROPPED = ("message.dropped", Action.UPDATE)
    CHAT_LINK_MADE = ("chat-link.made", Action.CREATE)
    CHAT_LINK_OPENED = ("chat-link.opened", Action.EXECUTE)
    CHAT_LINK_REVOKED = ("chat-link.revoked", Action.UPDATE)
    ASSISTANT_DECIDED = ("assistant.decided", Action.UPDATE)
    BOOKING_INTENDED = ("booking.intended", Action.CREATE)
    BOOKING_ADVANCED = ("booking.advanced", Action.UPDATE)
    VISITS_READ = ("visits.read", Action.READ)
    VISIT_CHANGED = ("visit.changed", Action.UPDATE)
    INTAKE_OPENED = ("intake.opened", Action.CREATE)
    INTAKE_SUBMITTED = ("intake.submitted", Action.CREATE)
    CHART_WRITTEN = ("chart.written", Action.EXECUTE)
    WAITLIST_JOINED = ("waitlist.joined", Action.CREATE)
    WAITLIST_LEFT = ("waitlist.left", Action.UPDATE)
    WAITLIST_ORDERED = ("waitlist.ordered", Action.UPDATE)
    REMINDER_SETTLED = ("reminder.settled", Action.UPDATE)
    AFTER_VISIT_SETTLED = ("after-visit.settled", Action.UPDATE)
    COVERAGE_KEPT = ("coverage.kept", Action.CREATE)
    VISIT_CONFIRMED = ("visit.confirmed", Action.UPDATE)
    CONSENT_RECORDED = ("consent.recorded", Action.CREATE)
    TASK_OPENED = ("task.opened", Action.CREATE)
    TASK_CHANGED = ("task.changed", Action.UPDATE)
    STAFF_TOLD = ("staff.told", Action.EXECUTE)
    STAFF_ACKNOWLEDGED = ("staff.acknowledged", Action.UPDATE)
    ASSISTANT_PAUSED = ("practice.assistant-paused", Action.UPDATE)
    ASSISTANT_RESUMED = ("practice.assistant-resumed", Action.UPDATE)
    SYSTEM_CALLED = ("system.called", Action.EXECUTE)
    RECIPIENT_ADMITTED = ("recipient.admitted", Action.EXECUTE)
    RECIPIENT_REFUSED = ("recipient.refused", Action.EXECUTE)
    AGREEMENT_RECORDED = ("agreement.recorded", Action.CREATE)
    AGREEMENT_ENDED = ("agreement.ended", Action.UPDATE)
    PRACTICE_APPLIED = ("practice.applied", Action.UPDATE)
    AUDIT_EXPORTED = ("audit.exported", Action.READ)
    SIGNED_IN = ("account.signed-in", Action.EXECUTE)
    SIGNED_OUT = ("account.signed-out", Action.EXECUTE)
    ACCOUNT_CHANGED = ("account.changed", Action.UPDATE)
    LEAVE_GIVEN = ("leave.given", Action.CREATE)
    LEAVE_ENDED = ("leave.ended", Action.UPDATE)
    ACCESS_DENIED = ("access.denied", Action.EXECUTE)

    def __init__(self, code: str, action: Action) -> None:
        self.code = code
        self.action = action


class ActorKind(Enum):
    """What kind of somebody acts."""

    PATIENT = "patient"
    ASSISTANT = "assistant"
    STAFF = "staff"
    SUPPORT = "support"
    """The vendor's people, for as long as the practice lets them."""
    OPERATOR = "operator"
    """Whoever has the machine's command line."""
    VISITOR = "visitor"
    """A browser that nobody has signed in with."""
    DESK = "desk"
    """The program itself, in a background job."""

    @property
    def is_staff(self) -> bool:
        """Whether the address they act from is kept as it is; a patient's is kept as a keyed hash."""
        return self in {ActorKind.STAFF, ActorKind.SUPPORT, ActorKind.OPERATOR}


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts: `id` is an account's, a link's, a job's name; never a patient's name.

    `via` is the way they come ("sms", "web", "command line"), `address` where from: a network address, a phone.
    `grant` is what lets them: the practice's permission for support, an emergency that staff declared.
    """

    kind: ActorKind
    id: str
    purpose: Purpose = Purpose.TREATMENT
    via: str = ""
    address: str | None = field(default=None, repr=False)
    grant: UUID | None = None


def as_id(id: str) -> str:
    """An id as the audit may keep it: one of another system's making, with other signs in it, as its hash."""
    return id if _ID.fullmatch(id) else f"sha256:{hashlib.sha256(id.encode()).hexdigest()}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What happened. `subjects` are whose data it was: patients and conversations, by id.

    `ids` name what was touched, `codes` say how, in words of ours: small letters, never anything that was typed.
    """

    what: Happened
    subjects: frozenset[UUID] = frozenset()
    outcome: Outcome = Outcome.DONE
    ids: Mapping[str, UUID | str] = field(default_factory=dict)
    codes: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, id in self.ids.items():
            if not isinstance(id, UUID) and not _ID.fullmatch(id):
                raise Impossible(f"{self.what.code}: {name} is no id; letters, digits and .:_- are")
        for name, code in self.codes.items():
            for one in code if isinstance(code, tuple) else (code,):
                if isinstance(one, str) and (not _CODE.fullmatch(one) or _LONG_NUMBER.search(one)):
                    raise Impossible(f"{self.what.code}: {name} is no code of ours; the audit keeps nobody's words")


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """An event as it stands in the audit. `origin` is the way, and the address or what stands for it."""

    id: UUID
    at: datetime
    what: str
    action: Action
    outcome: Outcome
    actor: ActorKind
    actor_id: str
    purpose: Purpose
    origin: str
    grant: UUID | None
    subjects: tuple[UUID, ...]
    detail: str
    """`ids` and `codes` of the event, as JSON."""
