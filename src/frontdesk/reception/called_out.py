"""A call that the desk has placed, as its conversation has it: how it begins, what it is about, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid5

from frontdesk.dialogue.acts import Act, OptOut, WrongNumber
from frontdesk.dialogue.effects import RemindedFound
from frontdesk.dialogue.state import Ask, Called, State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author
from frontdesk.domain.placed_call import Became
from frontdesk.ports.channel import ToCall
from frontdesk.ports.faults import Refused
from frontdesk.ports.phoning import AnsweredBy
from frontdesk.ports.system import System
from frontdesk.storage import conversations, outbox, placed_calls, reminders
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Turn
from frontdesk.storage.json_values import from_json
from frontdesk.storage.patients import read_patients
from frontdesk.storage.placed_calls import PlacedCall
from frontdesk.storage.reminders import Reminder


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What is said first, to a person or to a machine; `ends`: and nothing else."""

    words: str = field(repr=False)
    ends: bool


def state_of_call(to: ToCall) -> State:
    """What is known when somebody picks up: for whom it is, and not what it is about."""
    return State(
        language=to.language,
        address=to.number,
        greeted=True,
        asked=Ask.RIGHT_PERSON,
        by_ear=True,
        called=Called(given=to.given),
    )


async def call_in(db: Db, one: PlacedCall) -> ToCall | None:
    """What was to be said in it; None: it is kept no more."""
    out = await outbox.read_out(db, one.id)
    return from_json(out.payload, ToCall) if out is not None else None


async def opening_to(
    db: Db, one: PlacedCall, to: ToCall, conversation: ConversationId, by: AnsweredBy, *, now: datetime
) -> Opening | None:
    """What is said to whoever picked up; None: nothing is, and the call is over.

    A machine is left a message once: that it was is known before it is said.
    """
    await placed_calls.heard_as(db, one, by, now=now)
    if by in {AnsweredBy.HUMAN, AnsweredBy.UNKNOWN}:
        if one.became is None:
            await placed_calls.note(db, one, Became.HEARD, now=now)
        opening = Opening(words=to.opening, ends=False)
    elif by is AnsweredBy.FAX or not to.message or one.became is not None:
        if one.became is None:
            await placed_calls.note(db, one, Became.FAX if by is AnsweredBy.FAX else Became.MACHINE, now=now)
        return None
    else:
        left = Became.LEFT_TIME if to.tells_time else Became.LEFT_NUMBER
        await placed_calls.note(db, one, left, now=now)
        opening = Opening(words=to.message, ends=True)
    await conversations.add_message(
        db,
        conversation,
        id=MessageId(uuid5(conversation, "opening")),
        author=Author.ASSISTANT,
        text=opening.words,
        now=now,
        provider_id=f"placed:{one.id}:{by.value}",
    )
    return opening


async def note_of_call(db: Db, conversation: Conversation, acts: Sequence[Act], *, now: datetime) -> None:
    """Keep what whoever picked up wants of such calls, unless they were told already what it was about."""
    became = next(
        (
            Became.REFUSED if isinstance(act, OptOut) else Became.WRONG_NUMBER
            for act in acts
            if isinstance(act, WrongNumber) or (isinstance(act, OptOut) and act.calls)
        ),
        None,
    )
    one = await placed_calls.placed_in(db, conversation.id) if became is not None else None
    if became is not None and one is not None and one.became is not Became.TOLD:
        await placed_calls.note(db, one, became, now=now)


async def find_reminded(turn: Turn, system: System, conversation: Conversation) -> RemindedFound:
    """The visits that a call is about, as their calendar has them now. Raises: Fault."""
    async with turn.transaction() as db:
        one = await placed_calls.placed_in(db, conversation.id)
        told = (await reminders.sent_as(db, [one.id]))[one.id] if one is not None else []
        patients = await read_patients(db, [*([one.patient] if one else []), *(each.patient for each in told)])
    if one is None or one.patient not in patients:
        raise Refused("nobody knows any more whom this call was for")
    standing: list[tuple[Appointment, Reminder]] = []
    for each in told:
        visit = await system.read(each.appointment)
        if isinstance(visit, Appointment) and _stands(visit, each):
            standing.append((visit, each))
    standing.sort(key=lambda both: both[0].during.start)
    several = len({each.patient for _, each in standing}) > 1
    return RemindedFound(
        patient=patients[one.patient],
        visits=tuple(visit for visit, _ in standing),
        names=tuple(patients[each.patient].given for _, each in standing if each.patient in patients)
        if several
        else (),
    )


async def note_told(db: Db, conversation: Conversation, found: RemindedFound, *, now: datetime) -> None:
    """They hear when their visits are."""
    one = await placed_calls.placed_in(db, conversation.id) if found.visits else None
    if one is not None:
        await placed_calls.note(db, one, Became.TOLD, now=now)


def _stands(found: Appointment, one: Reminder) -> bool:
    return found.status is Status.BOOKED and found.held_until is None and found.during.start == one.start
