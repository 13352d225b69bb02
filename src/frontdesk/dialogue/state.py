"""What a conversation knows between two messages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from frontdesk.dialogue.acts import ConfirmBy, Danger, Relation, Sessions
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import AppointmentId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.wish import Wish


class Ask(Enum):
    """What the patient was last asked."""

    HOW_CAN_I_HELP = "how can i help"
    SERVICE = "service"
    FIRST_VISIT = "first visit"
    TIME = "time"
    WHICH_OFFER = "which offer"
    NAME_AND_PHONE = "name and phone"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    AGREED = "agreed"
    WHAT_TO_CHANGE = "what to change"
    WHICH_SERVICE = "which service"
    WHICH_READING = "which reading"
    WHO_ARE_YOU = "name and birth date"
    BIRTH_DATE = "birth date"
    CODE_WANTED = "whether a code is wanted"
    CODE = "code"
    WHICH_VISIT = "which visit"
    CANCEL_AGREED = "cancel agreed"
    MOVE_AGREED = "move agreed"
    OPENING = "whether to take a time that opened up"
    WHETHER_TO_BOOK = "whether to book"
    GAP = "weeks apart"
    PAYER = "payer"
    MEMBER = "member id"
    MESSAGE = "what to pass on"
    CANCEL_MEANT = "whether a visit was meant"
    REMINDED = "to confirm a visit that they were reminded of"
    COME_AGAIN = "whether to come again"
    DETAIL_RIGHT = "whether a detail was heard right"
    LINK_WANTED = "whether to type a detail in"
    RIGHT_PERSON = "whether it is them"


AGREEMENTS = frozenset({Ask.AGREED, Ask.CANCEL_AGREED, Ask.MOVE_AGREED, Ask.OPENING})
"""Questions that a yes answers for good: what was read back is done."""

FOR_PROOF = frozenset({Ask.WHO_ARE_YOU, Ask.BIRTH_DATE, Ask.CODE})
"""Questions whose answers prove who somebody is."""


class Part(Enum):
    """A detail of whoever comes that is easily misheard."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "e-mail"
    BIRTH_DATE = "birth date"


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A detail that was heard, and may be wrong: `by` is how it is made sure of now.

    `failed` counts the tries that came to nothing, `refused` are the values that were said to be wrong, and `heard` is
    what was heard in each try, with all that it may have been, best first.
    """

    part: Part
    by: ConfirmBy = ConfirmBy.READ_BACK
    failed: int = 0
    refused: tuple[str, ...] = ()
    heard: tuple[tuple[str, ...], ...] = ()


class Mode(Enum):
    """Who is speaking for the clinic."""

    ASSISTANT = "assistant"
    PERSON = "person"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What has been gathered for the visit under way. None: not known yet.

    `visitor` is who comes, where that is not the one who writes: then name and birth date are theirs. `more` people
    come after this one, for all of whom it is the first visit or not (`more_first`), named in their order by
    `companions` (given, family) as far as they were, the first a child of theirs (`child_along`, `years_along` old),
    and `beside` is when the one
    before them comes. `wanted_at` is the very moment that is wanted, told by how much later or earlier it is than
    another; `shift` is the same while the visit that it is told from is not known. `sessions` make a course of
    visits, and `plan` is when they are. `unmet` is a wish that nothing fitted; `meant` and `meant_services` say
    which visit that stands is spoken of, and `every`: each that fits, not one of them. `payer` and `member` are of
    their insurance. `requested`: staff must enter what was agreed before it stands. `years` is how old whoever
    comes is, where they said that it is below eighteen, and `fits` the service that they are old enough for.
    `also` are more services that were asked for together with this one, each as the ones its words fit; of several
    people, each one's in their order. `renamed`: another service is wanted than the one that was spoken of before.
    """

    service: ServiceId | None = None
    first_visit: bool | None = None
    wish: Wish | None = None
    slot: Slot | None = None
    held: AppointmentId | None = None
    held_until: datetime | None = None
    given: str | None = None
    family: str | None = None
    phone: str | None = None
    other_phone: bool = False
    email: str | None = None
    without_email: bool = False
    agreed: bool = False
    birth_date: date | None = None
    code: str | None = None
    visitor: Relation | None = None
    more: int = 0
    more_first: bool | None = None
    companions: tuple[tuple[str, str], ...] = ()
    child_along: bool = False
    years_along: int | None = None
    beside: datetime | None = None
    wanted_at: datetime | None = None
    shift: timedelta | None = None
    sessions: Sessions | None = None
    plan: tuple[Slot, ...] = ()
    unmet: Wish | None = None
    meant: Wish | None = None
    meant_services: tuple[ServiceId, ...] = ()
    every: bool = False
    payer: str | None = None
    member: str | None = None
    without_member: bool = False
    requested: bool = False
    years: int | None = None
    fits: ServiceId | None = None
    also: tuple[tuple[ServiceId, ...], ...] = ()
    renamed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """An emergency that was heard, and when, UTC."""

    danger: Danger
    at: datetime


class Way(Enum):
    """How far somebody has come in proving who they are."""

    DETAILS = "details"
    CODE_OFFERED = "code offered"
    CODE_WANTED = "code wanted"
    CODE_SENT = "code sent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Who the writer was proven to be. It is over when nothing was heard for as long as it `holds`."""

    patient: PatientId
    seen: datetime
    holds: timedelta

    def stands(self, now: datetime) -> bool:
        """Whether it was used lately enough to count."""
        return now - self.seen <= self.holds


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What an answer was about: "do they expire?" asks it of the gift cards that were just spoken of.

    `topic` is that of a practice's approved answer, `services` are those that something was told of, `who` is whoever
    it was asked about.
    """

    topic: str = ""
    services: tuple[ServiceId, ...] = ()
    who: PractitionerId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """A call that the desk has placed: the given name of whoever it is for. Of what it is about nothing stands here.

    `asked` is how often it was asked in vain whether it is them. `told`: they were told what it is about.
    `hangs_up`: all was said, and the desk hangs up once that was heard.
    """

    given: str
    asked: int = 0
    told: bool = False
    hangs_up: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A conversation's memory. `address` is where the patient writes from (E.164, or None in a web chat).

    `born_needed`: the practice's system opens no file without a birth date.
    `booked` are visits that were booked here: whoever booked them may speak of them, `last` is the last of them; to
    `own` the writer comes. Of these `requested` were asked for, and had not been entered by staff when this was last
    said.
    `offered_at` is when what is `offered` was looked for, UTC.
    `visits` are those that may be spoken of, None until the calendar was asked; `visit` is the one that is to be moved
    or cancelled. `doubted` are the readings that were asked about last. `stuck` counts the messages in a row that
    brought no answer to the same question. `perhaps_ended`: what was written last may have meant no more texts.
    `alarm` is an emergency that may not be over. `waits`: they joined the waitlist here.
    `promised`: they were told that a person gets back to them. `names` are the given names of those who come to
    visits that were spoken of together, where they are of several people: a family with one phone.
    `by_ear`: they speak, and are heard; `doubts` are the details that are not sure yet, the one in hand first.
    `cancelled`: a visit was cancelled last, and nothing else was begun since.
    `refused` is what was being booked when it was last said that whoever comes is too young or too old for it.
    `told` is what was asked about just before, as long as nothing else is spoken of.
    `called`: the desk has placed this call.
    """

    language: str = "en"
    address: str | None = None
    born_needed: bool = False
    mode: Mode = Mode.ASSISTANT
    greeted: bool = False
    flow: str | None = None
    known: Known = Known()
    asked: Ask | None = None
    offered: tuple[Slot, ...] = ()
    offered_at: datetime | None = None
    passed_over: tuple[datetime, ...] = ()
    services_asked: tuple[ServiceId, ...] = ()
    readings: tuple[Wish, ...] = ()
    doubted: tuple[Wish, ...] = ()
    perhaps_ended: bool = False
    missed: int = 0
    stuck: int = 0
    last: Slot | None = None
    booked: tuple[AppointmentId, ...] = ()
    own: tuple[AppointmentId, ...] = ()
    requested: tuple[AppointmentId, ...] = ()
    proof: Proof | None = None
    way: Way = Way.DETAILS
    code_tries: int = 0
    visits: tuple[Appointment, ...] | None = None
    visit: Appointment | None = None
    alarm: Alarm | None = None
    waits: bool = False
    promised: bool = False
    refused: Known | None = None
    cancelled: bool = False
    names: tuple[tuple[AppointmentId, str], ...] = ()
    by_ear: bool = False
    doubts: tuple[Doubt, ...] = ()
    told: Told = Told()
    called: Called | None = None

    @property
    def stands(self) -> bool:
        """Whether a visit that was booked here stands, beside those that were only asked for."""
        return any(id not in self.requested for id in self.booked)

    @property
    def wanted_start(self) -> datetime | None:
        """The very moment that was asked for by how far it lies from the visit, or from a time on offer."""
        if self.known.shift is not None and self.visit is not None:
            return self.visit.during.start + self.known.shift
        return self.known.wanted_at

    @property
    def lies_in_its_own_time(self) -> bool:
        """Whether the new time of a visit overlaps the one it has: nobody else can take that, so it needs no hold."""
        return (
            self.visit is not None
            and self.known.slot is not None
            and self.known.slot.during.overlaps(self.visit.during)
        )

    @property
    def changed_together(self) -> tuple[Appointment, ...]:
        """The visits that one yes cancels or confirms."""
        if self.known.every and self.visits:
            return self.visits
        return (self.visit,) if self.visit is not None else ()

    @property
    def spoken_of_together(self) -> tuple[Appointment, ...]:
        """The visits of which an answer may mean one: they were reminded of them, or asked which is meant."""
        asked = self.asked in {Ask.REMINDED, Ask.WHICH_VISIT}
        return self.visits if asked and self.visits and len(self.visits) > 1 else ()

    @property
    def choices(self) -> tuple[Slot, ...]:
        """What the patient may choose from: times that are free, the one that is kept, or visits of theirs."""
        if self.asked is Ask.WHICH_VISIT:
            return tuple(slot for visit in self.visits or () if (slot := visit.slot) is not None)
        if not self.offered and self.known.slot is not None:  # "Wednesday at ten": the one that was just spoken of
            return (self.known.slot,)
        return self.offered
