"""What the policy may have done, and what came of it. Only the policy makes an effect; reception runs it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from frontdesk.dialogue.state import Part
from frontdesk.dialogue.who import Who
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import AppointmentId, PatientId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.wish import Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class FindSlots:
    """Look for the best few times for a wish; starts in `passed_over` were declined.

    `moving` is the visit that is to get the new time, and counts as none meanwhile. `born`: of whoever comes.
    `years`: how old they are, where it is told without the day. `beside`: as near to that as can be, where the wish
    leaves it open. `moved_from`: when the visit begins that is moved. `own` are visits that were booked here for
    whoever comes to this one. `along` are the services of those who come together with them.
    """

    service: ServiceId
    wish: Wish
    passed_over: tuple[datetime, ...] = ()
    moving: AppointmentId | None = None
    moved_from: datetime | None = None
    own: tuple[AppointmentId, ...] = ()
    born: date | None = None
    years: int | None = None
    beside: datetime | None = None
    along: tuple[ServiceId, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckAge:
    """See whether whoever comes may have the service: by their birth date, else by how old they are said to be."""

    service: ServiceId
    born: date | None = None
    years: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldSlot:
    """Keep a time while the patient answers."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseSlot:
    """Give a held time back."""

    held: AppointmentId


@dataclass(frozen=True, kw_only=True, slots=True)
class BookVisit:
    """Book it, for the patient of these details."""

    slot: Slot
    held: AppointmentId | None
    who: Who
    first_visit: bool
    born: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SendInvitation:
    """Send the confirmation with its calendar invitation by e-mail. `form`: with the way to the intake form."""

    appointment: AppointmentId
    email: str
    form: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenIntake:
    """Make the intake form ready behind a signed link."""

    appointment: AppointmentId


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTyping:
    """Make a page ready behind a signed link where one detail can be typed in."""

    part: Part


@dataclass(frozen=True, kw_only=True, slots=True)
class FindCourse:
    """Look for the best plan of so many visits for a wish, from `at_least` to `at_most` weeks apart."""

    service: ServiceId
    wish: Wish
    visits: int
    at_least: int | None
    at_most: int | None
    passed_over: tuple[datetime, ...] = ()
    born: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BookCourse:
    """Book all of it or nothing, for the patient of these details."""

    plan: tuple[Slot, ...]
    who: Who
    first_visit: bool
    born: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinWaitlist:
    """Put them on the list of those who wait for a time that fits the wish. `instead`: of the visit they have."""

    service: ServiceId
    wish: Wish
    who: Who
    instead: AppointmentId | None = None
    born: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveList:
    """Take off the waitlist what was put on it in this conversation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmVisit:
    """Keep that the patient will come."""

    visit: AppointmentId


@dataclass(frozen=True, kw_only=True, slots=True)
class FindForms:
    """Look how the intake forms of these visits stand."""

    visits: tuple[AppointmentId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepCoverage:
    """Keep what they said of their insurance, for the clinic to verify."""

    payer: str | None
    member: str | None


class Reason:
    """Why a person is asked to step in: the words staff see on the task."""

    ASKED = "asked for a person"
    EMERGENCY = "emergency"
    CLINICAL = "clinical question"
    HISTORY = "told of something past about their health"
    NOT_UNDERSTOOD = "not understood twice"
    CHANGE = "wants to change or cancel a visit"
    UNANSWERED = "question without an approved answer"
    TROUBLE = "the calendar could not be reached"
    COMPLAINT = "a complaint"
    LATE = "is running late"
    HERE = "is on the way or here"
    COVERAGE = "gave their insurance: it has to be verified"
    PARTY = "a party wants to come together"
    PAYMENT = "wants to pay a deposit or leave a card"
    OWN_DATA = "asks what is kept of them: an answer is due within 30 days (45 CFR 164.524)"
    DELETION = "wants what is kept of them deleted"
    MESSAGE = "left a message"
    PRAISE = "is happy with a visit"
    TWICE = "booked a second visit of the same kind within a month: is one to go?"
    VISIT = "asks about a visit that stands"
    WRONG_NUMBER = "says this is the wrong number"
    GLASS = "somebody broke the glass to look at patients' data"
    HELD_BACK = "a reply was held back: it did not agree with the facts; answer the patient"
    LEFT_TO_PEOPLE = "a message the assistant does not answer at this hour"
    DRAFT = "a reply waits for somebody to send it"
    OVERFLOW = "a message that people may answer before the assistant does"
    LATE_TEXT = "a text that came late or out of its turn: see whether it still holds"
    PAUSED = "a message while the assistant is paused"
    HELD = "wrote to the person who has taken the conversation over"
    LANDLINE = "texts do not reach this number: it is a landline"
    BLOCKED = "texts do not reach this number: they were ended at the carrier, which takes a lone CANCEL for STOP, too"
    NO_NUMBER = "texts do not reach this number: nobody has it"
    MAIL_OF_A_STRANGER = "an e-mail from an address that is not known"
    MAIL_BY_ADDRESS = "an e-mail that answers none of ours: only its sender's address says whose it is"
    MAIL_RETURNED = "mail does not reach this address: it came back for good"
    MAIL_NOT_WANTED = "a mail came back: it was not wanted there"
    CARRIER_ACCOUNT = "texts do not arrive: the account with the carrier is not in order"


@dataclass(frozen=True, kw_only=True, slots=True)
class TellStaff:
    """Open a task for the people at the desk. `through`: the caller is put through to one of them at once."""

    reason: str
    urgent: bool = False
    through: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordConsent:
    """Record that messages to this address may, or may no longer, be sent."""

    messages_allowed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ProveIdentity:
    """See whether all of this is on file of one patient. `phone` is the one they write from, or name in a chat."""

    given: str
    family: str
    birth_date: date
    phone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SendCode:
    """Send a one-time code to what is on file of the patient so named, if there is one."""

    given: str
    family: str
    phone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProveByCode:
    """See whether that is the code."""

    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FindVisits:
    """Look up the visits to come: those `booked` in this conversation, and those of the patient it is proven to be.

    `services` and `wish` are how the visit was spoken of, where it was.
    """

    booked: tuple[AppointmentId, ...]
    patient: PatientId | None
    services: tuple[ServiceId, ...] = ()
    wish: Wish | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveVisit:
    """Give a visit another time."""

    visit: AppointmentId
    slot: Slot
    held: AppointmentId | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelVisit:
    """Take a visit out of the calendar."""

    visit: AppointmentId


@dataclass(frozen=True, kw_only=True, slots=True)
class FindReminded:
    """Look up the visits that the desk has called about."""


Effect = (
    FindSlots
    | CheckAge
    | HoldSlot
    | ReleaseSlot
    | BookVisit
    | SendInvitation
    | OpenIntake
    | OpenTyping
    | TellStaff
    | RecordConsent
    | ProveIdentity
    | SendCode
    | ProveByCode
    | FindVisits
    | MoveVisit
    | CancelVisit
    | FindCourse
    | BookCourse
    | JoinWaitlist
    | LeaveList
    | ConfirmVisit
    | FindForms
    | KeepCoverage
    | FindReminded
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotsFound:
    """The best few, in the order to offer them; `exact` says that they fit the wish as it was put.

    `along` has for each what those could have who come together with them; () where nobody does, or where no day has
    room for all of them.
    """

    slots: tuple[Slot, ...]
    exact: bool
    along: tuple[tuple[Slot, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeFits:
    """Nothing of their age keeps whoever comes from the service."""

    service: ServiceId


@dataclass(frozen=True, kw_only=True, slots=True)
class NotAtThatAge:
    """The service is for people from that age, or up to that age, in whole years; whoever comes is not."""

    service: ServiceId
    from_age: int | None
    to_age: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotHeld:
    """The time is kept."""

    slot: Slot
    held: AppointmentId
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotTaken:
    """Somebody else has it now."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotReleased:
    """It is free again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitBooked:
    """The calendar says that the visit stands, or that staff are asked to enter it (`appointment.is_requested`).

    `another`: they have one of the same service within a month, too.
    """

    appointment: Appointment
    another: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitationQueued:
    """The e-mail is on its way."""

    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeOpened:
    """The form waits behind this address."""

    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TypingOpened:
    """The page for that detail waits behind this address."""

    part: Part
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffTold:
    """A task is open."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicAlerted:
    """Somebody of the practice was told of an emergency, and has said that they know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentRecorded:
    """It is recorded."""

    messages_allowed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityProven:
    """It is that patient, for as long as no more than `holds` goes by in silence."""

    patient: PatientId
    holds: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class NotProven:
    """Wrong, unknown, or tried too often: nobody is told which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeSent:
    """It went, if there was anybody to send it to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitsFound:
    """The visits to come, soonest first. `meant` fit how they were spoken of, `by_time` the time that was named.

    `past` is the last one that lies behind, lately, where none is to come.
    """

    visits: tuple[Appointment, ...]
    meant: tuple[AppointmentId, ...] = ()
    by_time: tuple[AppointmentId, ...] = ()
    past: Appointment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RemindedFound:
    """The visits that stand as they were when the call was placed, the soonest first; () where none does.

    `patient` is whose they are; `names` who comes to each, where they are of several people.
    """

    patient: Patient
    visits: tuple[Appointment, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitMoved:
    """The calendar says that the visit stands at its new time. `before` is how it was called."""

    before: AppointmentId
    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitCancelled:
    """The calendar says that the visit is out."""

    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitGone:
    """It did not stand any more when it was to be changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeForStaff:
    """The calendar cannot be written: the visit stands as it was, and a person must change it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseFound:
    """The visits of the best plan, soonest first; () when none fits. None: nobody said how far apart they have to be,
    and the practice's rules do not either."""

    plan: tuple[Slot, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseBooked:
    """The calendar says that all of them stand."""

    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseTaken:
    """One of the times was no longer free; none of them is booked."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class ListJoined:
    """They wait."""

    service: ServiceId
    wish: Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class ListLeft:
    """So many entries are off the list."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitConfirmed:
    """It is kept that they will come."""

    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The intake form of a visit: sent in, or waiting behind `link`."""

    visit: AppointmentId
    sent_in: bool
    link: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormsFound:
    """The forms of those visits, soonest visit first; a visit without a form is left out."""

    forms: tuple[Form, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageKept:
    """It is kept."""

    payer: str | None
    member: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemSilent:
    """The calendar could not be asked, or did not say what it did; nothing may be promised."""

    effect: str


Result = (
    SlotsFound
    | AgeFits
    | NotAtThatAge
    | SlotHeld
    | SlotTaken
    | SlotReleased
    | VisitBooked
    | InvitationQueued
    | IntakeOpened
    | TypingOpened
    | StaffTold
    | ClinicAlerted
    | ConsentRecorded
    | IdentityProven
    | NotProven
    | CodeSent
    | VisitsFound
    | VisitMoved
    | VisitCancelled
    | VisitGone
    | ChangeForStaff
    | CourseFound
    | CourseBooked
    | CourseTaken
    | ListJoined
    | ListLeft
    | VisitConfirmed
    | FormsFound
    | CoverageKept
    | SystemSilent
    | RemindedFound
)
