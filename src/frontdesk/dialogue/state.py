"""What a conversation knows between two messages."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import AppointmentId, ServiceId
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


class Mode(Enum):
    """Who is speaking for the clinic."""

    ASSISTANT = "assistant"
    PERSON = "person"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What has been gathered for the visit under way. None: not known yet."""

    service: ServiceId | None = None
    first_visit: bool | None = None
    wish: Wish | None = None
    slot: Slot | None = None
    held: AppointmentId | None = None
    held_until: datetime | None = None
    given: str | None = None
    family: str | None = None
    phone: str | None = None
    email: str | None = None
    without_email: bool = False
    agreed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A conversation's memory. `address` is where the patient writes from (E.164, or None in a web chat)."""

    language: str = "en"
    address: str | None = None
    mode: Mode = Mode.ASSISTANT
    greeted: bool = False
    flow: str | None = None
    known: Known = Known()
    asked: Ask | None = None
    offered: tuple[Slot, ...] = ()
    passed_over: tuple[datetime, ...] = ()
    services_asked: tuple[ServiceId, ...] = ()
    readings: tuple[Wish, ...] = ()
    missed: int = 0
    booked: tuple[AppointmentId, ...] = ()
