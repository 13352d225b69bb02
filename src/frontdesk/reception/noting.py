"""A note of what a patient said before the assistant booked, put on the visit in the connected system.

Only where the practice has switched it on. What was heard in a message says what it is quoted for: nothing is summed up
in other words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId, PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.catalogue import LANGUAGES
from frontdesk.language.charting import Said, said_note
from frontdesk.ports.abilities import TakesNotes
from frontdesk.reception.joined import Joined
from frontdesk.reception.saga import Stands
from frontdesk.storage import bookings, write_backs
from frontdesk.storage.bookings import Doing
from frontdesk.storage.conversations import read_conversation
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.decisions import Decided, decisions
from frontdesk.storage.practices import Practices
from frontdesk.storage.recorded_system import recorded
from frontdesk.storage.write_backs import Became, What, WriteBack

NOTE_AFTER = timedelta(minutes=10)
"""What is told right after a booking ("oh, and I take blood thinners") still comes into its note."""
_BOOKED = frozenset({"visit_booked", "course_booked"})


async def note_later(
    db: Db, practice: Practice, stands: Stands, conversation: ConversationId, patient: PatientId, *, now: datetime
) -> None:
    """In the transaction of the words that tell of a booking: its note is written in a while.

    A visit that was booked anew to move it has the note of the one before it.
    """
    visit = stands.appointment
    if not practice.policies.note_on_visit or not visit.status.takes_time or visit.is_requested:
        return
    intent = await bookings.read_intent(db, stands.key)
    if intent is None or (intent.doing is not Doing.BOOK and not await _has_one(db, conversation, intent.visit)):
        return
    id = _id(conversation, visit.id)
    one = WriteBack(id=id, what=What.SAID, about=visit.id, conversation=conversation, patient=patient)
    await write_backs.put(db, one, now=now, wait=NOTE_AFTER)


def said_about(decided: Sequence[Decided], visit: str, *, channel: ChannelKind) -> Said | None:
    """What was said before that visit was booked, and since, up to the next; None where nothing was said."""
    stretch = _stretch(decided, visit)
    if not stretch:
        return None
    booking = next((one for one in stretch if _books(one)), stretch[-1])
    first = [act["first"] for one in stretch for act in _heard(one) if act["is"] == "FirstVisit"]
    health, asked = (tuple(_words(stretch, act)) for act in ("TellHealth", "AskClinical"))
    named = [text for text in _words(stretch, "NameService") if text not in (*health, *asked)]
    return Said(
        channel=channel,
        booked=booking.message.sent,
        first_visit=bool(first[-1]) if first else None,
        reason=named[0] if named else "",
        health=health,
        asked=asked,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Noting:
    """Puts the notes on visits."""

    storage: Storage
    practices: Practices

    async def note(self, practice: PracticeId, joined: Joined, one: WriteBack) -> Became:
        """How it ended. Raises: Fault; then it may be tried again, and what is there already is not written twice."""
        connector, visit = joined.connector, AppointmentId(one.about)
        text = await self._text(practice, visit, one)
        if text is None or not isinstance(connector, TakesNotes):
            return Became.NOTHING
        whose = () if one.patient is None else (one.patient,)
        async with recorded(self.storage, practice, joined.key, "add_note", *whose, visit=visit):
            there = await connector.add_note(visit, text, key=str(one.id))
        return Became.NOTED if there else Became.BY_HAND

    async def _text(self, practice: PracticeId, visit: AppointmentId, one: WriteBack) -> str | None:
        """The note; None where it is not wanted any more, the visit does not stand, or the patient was forgotten."""
        if one.conversation is None:
            return None
        async with self.storage.practice(practice) as db:
            known = await self.practices.read(db)
            promise = await bookings.promise_of(db, visit)
            conversation = await read_conversation(db, one.conversation)
            decided = await decisions(db, one.conversation) if conversation else []
        stands = promise is not None and promise.status.takes_time
        if conversation is None or not stands or not known.policies.note_on_visit:
            return None
        said = said_about(decided, visit, channel=conversation.channel)
        language = next((one for one in known.languages if one in LANGUAGES), LANGUAGES[0])
        return said_note(said, language=language, zone=known.locations[0].zone) if said else None


def _id(conversation: ConversationId, visit: AppointmentId) -> UUID:
    return uuid5(conversation, f"said {visit}")


async def _has_one(db: Db, conversation: ConversationId, visit: AppointmentId | None) -> bool:
    return visit is not None and await write_backs.is_asked(db, _id(conversation, visit))


def _stretch(decided: Sequence[Decided], visit: str) -> Sequence[Decided]:
    """The messages that belong to a booking; of a visit that was told late, by a job: those since the last one."""
    at = [number for number, one in enumerate(decided) if _books(one)]
    begin = 0
    for place, number in enumerate(at):
        end = len(decided) if place + 1 == len(at) else _begun(decided, number + 1, at[place + 1])
        if _books(decided[number], visit):
            return decided[begin:end]
        begin = end if place + 1 < len(at) else number + 1
    return decided[begin:]


def _begun(decided: Sequence[Decided], first: int, last: int) -> int:
    """Which of these messages began the next booking: what came before it still belongs to the one before."""
    asks = (number for number in range(first, last + 1) if {"Book", "NameService"} & _acts(decided[number]))
    return next(asks, first)


def _books(one: Decided, visit: str = "") -> bool:
    """Whether a message booked that visit; "": any."""
    done = [each for each in one.why.effects if each.get("result") in _BOOKED] if one.why else []
    return any(not visit or visit in _visits(each.get("got")) for each in done)


def _visits(got: object) -> list[object]:
    """The ids of the visits that a result tells of."""
    told = got if isinstance(got, Mapping) else {}
    listed = told.get("appointments") or [told.get("appointment")]
    return [each.get("id") for each in listed if isinstance(each, Mapping)]


def _heard(one: Decided) -> Sequence[Mapping[str, object]]:
    return one.why.heard if one.why else []


def _acts(one: Decided) -> set[object]:
    return {each.get("is") for each in _heard(one)}


def _words(stretch: Sequence[Decided], act: str) -> Iterator[str]:
    """The messages in which that was heard, each once."""
    heard = (one for one in stretch if act in _acts(one))
    yield from dict.fromkeys(one.message.text for one in heard)
