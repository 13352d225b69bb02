"""Who is written to of a visit unasked: their file, their number, and the thread to text in where there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.consent import Use
from frontdesk.domain.ids import ConversationId, LocationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.reception.allowed import known_of
from frontdesk.storage import conversations, tasks
from frontdesk.storage.consents import latest_at
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.patients import read_patients

SPEAKING = timedelta(minutes=15)
"""A conversation that was spoken in so lately, with a question open, is not broken into; the unasked waits as long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Whom:
    """Who is written to: the thread to text in where there is one, the number, and the file."""

    patient: Patient
    thread: Conversation | None
    phone: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """It may go then, if nothing changes."""

    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Stays:
    """No text goes; `why` is for staff."""

    why: str


NOBODY = "the patient is not on file"
NO_PHONE = "no phone is on file"
WRONG_NUMBER = "whoever has the number says that it is the wrong one"


async def whom_of(db: Db, patient: PatientId, conversation: ConversationId | None) -> Whom | None:
    """To whom it goes: the number that the visit was booked from, else the one on file. None: nobody is on file."""
    return (await whom_of_each(db, [Of(patient=patient, conversation=conversation)]))[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Of:
    """A patient, and the conversation that their visit was booked in, where there is one."""

    patient: PatientId
    conversation: ConversationId | None


async def whom_of_each(db: Db, wanted: Sequence[Of]) -> list[Whom | None]:
    """The same for several, in their order."""
    patients = await read_patients(db, [one.patient for one in wanted])
    booked_in = [one.conversation for one in wanted if one.conversation is not None]
    threads = await conversations.read_conversations(db, booked_in) if booked_in else {}
    numbers = [_number(patients.get(one.patient), threads, one) for one in wanted]
    open_now = await conversations.find_open_at(db, ChannelKind.SMS, [number for number in numbers if number])
    found: list[Whom | None] = []
    for one, number in zip(wanted, numbers, strict=True):
        patient = patients.get(one.patient)
        thread = open_now.get(number) if number else None
        found.append(Whom(patient=patient, thread=thread, phone=number) if patient is not None else None)
    return found


def _number(patient: Patient | None, threads: Mapping[ConversationId, conversations.Spoken], of: Of) -> str | None:
    thread = threads.get(of.conversation) if of.conversation is not None else None
    if thread is not None and thread.conversation.channel is ChannelKind.SMS:
        return thread.conversation.address
    return patient.phone if patient is not None else None


async def ended_texts(db: Db, whom: Whom) -> bool:
    """Whether they said that they want no texts: then they get no mail in their place."""
    return whom.phone is not None and (await known_of(db, whom.phone)).said.get(Use.MESSAGES) is False


async def takes_mail(db: Db, whom: Whom) -> bool:
    """Whether a mail may go in a text's place.

    There is an address, they ended neither texts nor mails, and nobody who reads there says that it is not theirs.
    """
    address = whom.patient.email
    if not address or await ended_texts(db, whom):
        return False
    said = await latest_at(db, Use.MESSAGES, ChannelKind.EMAIL, address)
    thread = await conversations.find_open(db, ChannelKind.EMAIL, address)
    wrong = await tasks.open_about(db, [thread.id], Reason.WRONG_NUMBER) if thread is not None else frozenset[UUID]()
    return (said is None or said.allowed) and not wrong


def zone_of(practice: Practice, location: LocationId | None) -> ZoneInfo:
    """The zone of a place; of one that is not known, or no more, the practice's first."""
    zones = {one.id: one.zone for one in practice.locations}
    return zones.get(location, practice.locations[0].zone) if location else practice.locations[0].zone
