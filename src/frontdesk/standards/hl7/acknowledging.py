"""Acknowledgements: what is said of a message that came, and what they say of one that was sent.

Original mode (MSH-15 and MSH-16 empty): one answer, AA, AE or AR. Enhanced mode: first whether the message is kept (CA,
CE, CR), later, where it is asked for, what came of it. Source: HL7 v2.5.1 chapter 2.9; tables 0008, 0155, 0357.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.standards.hl7.composing import Content, Heading, Parted, message, segment
from frontdesk.standards.hl7.message import Message, Segment
from frontdesk.standards.hl7.notation import Notation
from frontdesk.standards.hl7.site import VERSIONS, Site

_NEW_ERRORS = VERSIONS.index("2.5")  # ERR-2 and later exist from there on


class AckCode(Enum):
    """MSA-1."""

    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"
    KEPT = "CA"
    KEEPING_FAILED = "CE"
    NOT_KEPT = "CR"

    @property
    def accepts(self) -> bool:
        """Whether it says yes."""
        return self in {AckCode.ACCEPTED, AckCode.KEPT}

    @property
    def is_commit(self) -> bool:
        """Whether it only says that the message is kept, and nothing of what came of it."""
        return self.value.startswith("C")


class ErrorCode(Enum):
    """Table 0357, with its words."""

    SEQUENCE = ("100", "Segment sequence error")
    MISSING = ("101", "Required field missing")
    TYPE = ("102", "Data type error")
    NOT_IN_TABLE = ("103", "Table value not found")
    TOO_LONG = ("104", "Value too long")
    MESSAGE_TYPE = ("200", "Unsupported message type")
    EVENT = ("201", "Unsupported event code")
    PROCESSING = ("202", "Unsupported processing id")
    VERSION = ("203", "Unsupported version id")
    UNKNOWN_KEY = ("204", "Unknown key identifier")
    DUPLICATE_KEY = ("205", "Duplicate key identifier")
    LOCKED = ("206", "Application record locked")
    INTERNAL = ("207", "Application internal error")


class Condition(Enum):
    """MSH-15 and MSH-16: when an acknowledgement is wanted."""

    ALWAYS = "AL"
    NEVER = "NE"
    ON_ERROR = "ER"
    ON_SUCCESS = "SU"

    def wants(self, code: AckCode) -> bool:
        """Whether this one is."""
        return self is Condition.ALWAYS or self is (Condition.ON_SUCCESS if code.accepts else Condition.ON_ERROR)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which acknowledgements a sender wants. `accept` None: the original mode, in which there is one of the other."""

    accept: Condition | None
    application: Condition


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """Why a message is not taken: `code` and `place` for their machine, `says` for their people. No patient in it."""

    error: ErrorCode
    place: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorTold:
    """An error as a receiver told it. `place` is such as "ARQ-11"; "" where it names none."""

    code: str
    severity: str
    place: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledgement:
    """What a receiver said. `answers` is the control id of the message it is about; `says` its words."""

    control_id: str
    answers: str
    code: AckCode | None
    says: str
    errors: tuple[ErrorTold, ...]


def acknowledgement(received: Message) -> Acknowledgement | None:
    """What a message with an MSA says of another; None where it has none. `code` None: a word nobody knows."""
    msa = received.first("MSA")
    if msa is None:
        return None
    errors = [
        ErrorTold(
            code=err.text(3) or err.text(1, 4),
            severity=err.text(4),
            place="-".join(filter(None, (err.text(2, 1) or err.text(1, 1), err.text(2, 3) or err.text(1, 3)))),
            says=err.text(8) or err.text(7) or err.text(3, 2),
        )
        for err in received.all("ERR")
    ]
    return Acknowledgement(
        control_id=received.control_id,
        answers=msa.text(2),
        code=next((code for code in AckCode if code.value == msa.text(1).upper()), None),
        says=msa.text(3),
        errors=tuple(errors),
    )


def wanted(received: Message) -> Wanted:
    """Which acknowledgements the sender of a message wants. A word nobody knows counts as always."""
    accept, application = received.header.text(15), received.header.text(16)
    if not accept and not application:
        return Wanted(accept=None, application=Condition.ALWAYS)
    return Wanted(accept=_condition(accept), application=_condition(application))


def objection(received: Message, site: Site, *, kinds: frozenset[str]) -> Objection | None:
    """Why a message from this site is not taken, before anything in it is read; None where it is.

    `kinds` are the types of message that are taken, such as SIU and ADT.
    """
    header = received.header
    if not received.control_id:
        says = "MSH-10 is empty; a message needs a control id"
        return Objection(error=ErrorCode.MISSING, place="MSH-10", says=says)
    if received.kind not in kinds:
        says = f"Only {', '.join(sorted(kinds))} are taken here"
        return Objection(error=ErrorCode.MESSAGE_TYPE, place="MSH-9", says=says)
    if header.text(11) != site.processing:
        says = f"Only processing id {site.processing} is taken here"
        return Objection(error=ErrorCode.PROCESSING, place="MSH-11", says=says)
    if received.version not in site.versions:
        says = f"Versions taken here: {', '.join(site.versions)}"
        return Objection(error=ErrorCode.VERSION, place="MSH-12", says=says)
    for place, wanted_end, found in (
        ("MSH-3", site.theirs.application, header.text(3)),
        ("MSH-4", site.theirs.facility, header.text(4)),
    ):
        if wanted_end and found != wanted_end:
            return Objection(error=ErrorCode.NOT_IN_TABLE, place=place, says=f"{wanted_end} was expected as the sender")
    return None


def acknowledge(
    received: Message, code: AckCode, *, at: datetime, control_id: str, objecting: Objection | None = None
) -> Message:
    """The acknowledgement of a message: sender and receiver swapped, in its version, separators and character set."""
    header = received.header
    version = received.version if received.version in VERSIONS else VERSIONS[0]
    kind: tuple[str, ...] = ("ACK", received.event, "ACK") if header.text(9, 3) else ("ACK", received.event)
    if not received.event:
        kind = ("ACK",)
    heading = Heading(
        from_application=header.text(5),
        from_facility=header.text(6),
        to_application=header.text(3),
        to_facility=header.text(4),
        at=at,
        kind=kind,
        control_id=control_id,
        processing=header.text(11) or "P",
        version=received.version or version,
    )
    notation = _complete(received.notation)
    segments = answer_segments(received.control_id, code, objecting, version=version, notation=notation)
    return message(heading, segments, notation, marked=bool(header.text(18)))


def answer_segments(
    control_id: str, code: AckCode, objecting: Objection | None, *, version: str, notation: Notation
) -> list[Segment]:
    """MSA and, where there is something to object, ERR, in the form that a version has of them."""
    fields: dict[int, Content] = {1: code.value, 2: control_id}
    if objecting is None:
        return [segment("MSA", fields, notation)]
    if VERSIONS.index(version) < _NEW_ERRORS:
        fields[3] = objecting.says
    return [segment("MSA", fields, notation), segment("ERR", _err(objecting, version), notation)]


def _err(objecting: Objection, version: str) -> dict[int, Content]:
    name, _, field = objecting.place.partition("-")
    number, words = objecting.error.value
    if VERSIONS.index(version) < _NEW_ERRORS:
        return {1: (name, "1", field, Parted((number, words, "HL70357")))}
    return {
        2: (name, "1", field),
        3: (number, words, "HL70357"),
        4: "E",
        8: objecting.says,
    }


def _complete(notation: Notation) -> Notation:
    """The same separators where all that writing needs are named; else the usual ones."""
    separators = notation.separators
    whole = separators.component and separators.repetition and separators.escape and separators.subcomponent
    return notation if whole else Notation(codec=notation.codec)


def _condition(word: str) -> Condition:
    """An empty one of the two means never, where the other is filled."""
    if not word:
        return Condition.NEVER
    return next((one for one in Condition if one.value == word.upper()), Condition.ALWAYS)
