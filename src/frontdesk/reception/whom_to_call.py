"""Who is reminded by a call, what is said in it, and whether it may be placed now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.compliance.book import Book
from frontdesk.compliance.deciding import Allowed, Contact, NotBefore, Stopped
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.consent import Use
from frontdesk.domain.delivery import Line, Trouble
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import Called, LeftWord
from frontdesk.language.reminding import call_message, call_message_time, call_opening
from frontdesk.ports.channel import ToCall
from frontdesk.reception.allowed import known_of, known_of_each
from frontdesk.reception.whom import Stays, Waits, Whom
from frontdesk.storage import contact_decisions, placed_calls, tasks
from frontdesk.storage.contact_points import ContactPoint, contact_points
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.outbox import Outgoing
from frontdesk.storage.reminders import Key, Reminder

LONG_BEFORE = timedelta(days=1)
"""Nobody is called about a visit that is nearer than a day: they may be on their way (a guess)."""


async def called_now(
    db: Db, practice: Practice, wanted: Sequence[tuple[Reminder, Whom]], *, first: bool
) -> frozenset[Key]:
    """The reminders that are to be given by a call; `first`: before a text is tried.

    Who ended texts is not called in their place, nor whose number is said to be the wrong one.
    """
    calls = practice.reminding.calls
    if calls.to is Called.NOBODY or not wanted:
        return frozenset()
    phones = [whom.phone for _, whom in wanted if whom.phone]
    known = await known_of_each(db, phones)
    points = await contact_points(db, phones)
    wrong = await placed_calls.calls_to(db, phones, reason=Reason.WRONG_NUMBER)
    threads = [whom.thread.id for _, whom in wanted if whom.thread is not None]
    wrong_there = await tasks.open_about(db, threads, Reason.WRONG_NUMBER) if threads else frozenset[UUID]()
    return frozenset(
        one.key
        for one, whom in wanted
        if whom.phone is not None
        and not one.called_out
        and one.calls < calls.tries
        and one.before >= LONG_BEFORE
        and known[whom.phone].said.get(Use.MESSAGES) is not False
        and whom.phone not in wrong
        and (whom.thread is None or (whom.thread.id not in wrong_there and not _speaks(whom.thread)))
        and (not first or calls.to is Called.EVERYBODY or _takes_no_texts(points[whom.phone]))
    )


def to_call(practice: Practice, whom: Whom, visits: Sequence[Appointment], *, book: Book, now: datetime) -> ToCall:
    """The call: what is said to whoever picks up, and what is left with a machine."""
    given, language = whom.patient.given, whom.patient.language
    left = practice.reminding.calls.voicemail
    message = ""
    if left is LeftWord.NUMBER:
        message = call_message(practice, given=given, language=language)
    elif left is LeftWord.TIME:
        message = call_message_time(practice, visits, given=given, language=language, now=now)
    return ToCall(
        number=whom.phone or "",
        own=practice.locations[0].phone,
        given=given,
        language=language,
        opening=call_opening(
            practice, given=given, disclosed=book.disclosed(practice, ChannelKind.VOICE, now), language=language
        ),
        message=message,
        tells_time=left is LeftWord.TIME,
    )


async def may_call(
    db: Db, book: Book, practice: Practice, call: ToCall, thread: Conversation | None, *, now: datetime
) -> ToCall | Waits | Stays:
    """The call as it may be placed now, without a message that the rules keep out; or when, or why it may not."""
    known = await known_of(db, call.number)
    if thread is not None:
        here = Outgoing(
            id=uuid5(thread.id, "call"), conversation=thread.id, channel=ChannelKind.SMS, subject=thread.id, payload=""
        )
        known = replace(known, texts=await contact_decisions.counted_texts(db, here, now=now))
    contact = contact_by_call(book, practice, call)
    decision = book.decide(contact, known, now=now)
    match decision.verdict:
        case Stopped():
            return Stays(why=decision.reason)
        case NotBefore(at=at):
            return Waits(until=at)
        case Allowed():
            left = book.decide(replace(contact, words=call.message), known, now=now)
            return call if not call.message or left.allowed else replace(call, message="", tells_time=False)


def contact_by_call(book: Book, practice: Practice, call: ToCall) -> Contact:
    """A call as the rules look at it."""
    return Contact(
        kind=call.kind,
        channel=ChannelKind.VOICE,
        where=book.where(state=None, phone=call.number),
        words=call.opening,
        sender=practice.name,
        number=practice.locations[0].phone,
        part2=practice.policies.substance_use_program,
    )


def _takes_no_texts(point: ContactPoint) -> bool:
    landline = point.trouble in {Trouble.LANDLINE, Trouble.UNKNOWN} or point.line is Line.LANDLINE
    return landline and not point.wrote


def _speaks(thread: Conversation) -> bool:
    """Whether a question is open there: the text that comes instead waits for its answer."""
    return thread.state.flow is not None and thread.state.asked is not None
