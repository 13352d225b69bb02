"""Which times fit somebody who waits, and whether they may be asked just now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from frontdesk.compliance.book import Book
from frontdesk.compliance.deciding import Contact, Known
from frontdesk.dialogue.state import Mode
from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.domain.visitor import Visitor
from frontdesk.domain.wish import Otherwise
from frontdesk.ports.system import Choice, Missing, SlotRequest, System
from frontdesk.reception.allowed import known_of_each
from frontdesk.scheduling.offers import offers
from frontdesk.storage import contact_decisions, conversations
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.outbox import Outgoing
from frontdesk.storage.waitlist import Waiting

QUIET = timedelta(minutes=30)
"""A conversation that was spoken in so lately and has a question open is left alone."""
A_DAY = timedelta(days=1)
CONSIDERED = 6
"""So many of the best times are looked at for each who waits."""


async def visit_to_move(system: System, entry: Waiting, *, now: datetime) -> Appointment | None:
    """The visit that a sooner time is to take the place of, while it stands. Raises: Fault."""
    if entry.instead is None:
        return None
    visit = await system.read(entry.instead)
    stands = not isinstance(visit, Missing) and visit.status is Status.BOOKED and visit.during.start > now
    return visit if stands and isinstance(visit, Appointment) else None


async def fitting(
    system: System,
    practice: Practice,
    entry: Waiting,
    visit: Appointment | None,
    *,
    now: datetime,
) -> list[Slot]:
    """Times that fit the wish, the best first: not offered before, sooner than the visit they have, not too soon.

    Raises: Fault.
    """
    within = _reach(practice, entry, visit, now=now)
    if within is None:
        return []
    wanted = SlotRequest(
        service=entry.service,
        within=within,
        few=Choice(wish=entry.wish, count=CONSIDERED, passed_over=entry.offered, otherwise=Otherwise.NOTHING),
    )
    if not await system.find_slots(wanted):  # mostly so, and then their visits need not be read
        return []
    theirs = await system.appointments_of([entry.patient])
    visits = tuple(one for one in theirs if visit is None or one.id != visit.id)
    found = await system.find_slots(replace(wanted, visitor=Visitor(is_new=None, born=None, visits=visits)))
    best = offers(
        found,
        entry.wish,
        practice=practice,
        count=CONSIDERED,
        passed_over=entry.offered,
        otherwise=Otherwise.NOTHING,
    )
    if not best.exact:
        return []
    return [
        slot
        for slot in best.slots
        if (visit is None or slot.during.start < visit.during.start)
        and slot.during.start >= now + entry.notice
        and slot.during.start not in entry.offered
    ]


def _reach(practice: Practice, entry: Waiting, visit: Appointment | None, *, now: datetime) -> Period | None:
    """Where a time can be that fits; None: nowhere. Days are of some location's wall, and one more on either side."""
    first, last = entry.wish.days
    starts = [now, now + entry.notice, *([_midnight(first) - A_DAY] if first else [])]
    ends = [now + practice.policies.horizon, *([_midnight(last) + 2 * A_DAY] if last else [])]
    if visit is not None:
        ends.append(visit.during.start + A_DAY)
    start, end = max(starts), min(ends)
    return Period(start=start, end=end) if start < end else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


async def is_free(system: System, slot: Slot) -> bool:
    """Whether somebody can still have the time. Raises: Fault."""
    wanted = SlotRequest(service=slot.service, within=slot.during, practitioner=slot.practitioner)
    found: Sequence[Slot] = await system.find_slots(wanted)
    return any(one.during.start == slot.during.start and one.practitioner == slot.practitioner for one in found)


async def who_may_be_asked(
    db: Db, book: Book, practice: Practice, entries: Sequence[Waiting], *, now: datetime
) -> frozenset[UUID]:
    """Those of the entries whose offer would leave at once and be heard.

    By the hour, by what they had lately, by what is talked of.
    """
    spoken = await conversations.read_conversations(db, [one.conversation for one in entries]) if entries else {}
    free = {
        one.id: there.conversation
        for one in entries
        if (there := spoken.get(one.conversation)) and is_free_to_talk(there.conversation, there.last, now=now)
    }
    texted = {id: there for id, there in free.items() if there.channel is ChannelKind.SMS}
    known = await _known_of(db, texted, now=now) if texted else {}
    return frozenset(
        id
        for id, there in free.items()
        if book.decide(_offered_in(there, book, practice), known.get(id, Known()), now=now).allowed
    )


async def _known_of(db: Db, threads: Mapping[UUID, Conversation], *, now: datetime) -> dict[UUID, Known]:
    """What those who have these conversations by text allowed, and when they were last written to, by entry."""
    said = await known_of_each(db, [there.address for there in threads.values()])
    outs = [
        Outgoing(id=id, conversation=there.id, channel=there.channel, subject=there.id, payload="")
        for id, there in threads.items()
    ]
    texts = await contact_decisions.counted_texts_beside(db, outs, now=now)
    return {id: replace(said[there.address], texts=texts[id]) for id, there in threads.items()}


def _offered_in(thread: Conversation, book: Book, practice: Practice) -> Contact:
    return Contact(
        kind=ContactKind.WAITLIST_OFFER,
        channel=thread.channel,
        where=book.where(state=None, phone=thread.address),
        sender=practice.name,
        part2=practice.policies.substance_use_program,
    )


def is_free_to_talk(conversation: Conversation, last: datetime | None, *, now: datetime) -> bool:
    """Whether the assistant speaks there, and breaks into no question that is open."""
    if conversation.state.mode is not Mode.ASSISTANT:
        return False
    return conversation.state.flow is None or last is None or now - last >= QUIET
