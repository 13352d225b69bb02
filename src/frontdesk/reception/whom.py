"""Who is written to of a visit unasked: their file, their number, and the thread to text in where there is one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.consent import Use
from frontdesk.domain.ids import ConversationId, LocationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.reception.allowed import known_of
from frontdesk.storage import conversations
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.patients import read_patient

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
    found = await read_patient(db, patient)
    if found is None:
        return None
    thread = await conversations.read_conversation(db, conversation) if conversation else None
    texted = thread is not None and thread.channel is ChannelKind.SMS
    phone = thread.address if thread is not None and texted else found.phone
    open_now = await conversations.find_open(db, ChannelKind.SMS, phone) if phone else None
    return Whom(patient=found, thread=open_now, phone=phone)


async def ended_texts(db: Db, whom: Whom) -> bool:
    """Whether they said that they want no texts: then they get no mail in their place."""
    return whom.phone is not None and (await known_of(db, whom.phone)).said.get(Use.MESSAGES) is False


def zone_of(practice: Practice, location: LocationId | None) -> ZoneInfo:
    """The zone of a place; of one that is not known, or no more, the practice's first."""
    zones = {one.id: one.zone for one in practice.locations}
    return zones.get(location, practice.locations[0].zone) if location else practice.locations[0].zone
