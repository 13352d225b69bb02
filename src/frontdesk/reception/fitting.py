"""Which times fit somebody who waits, and whether they may be asked just now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
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
from frontdesk.reception.allowed import known_of
from frontdesk.scheduling.offers import offers
from frontdesk.storage import contact_decisions, conversations
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.outbox import Outgoing
from frontdesk.storage.waitlist import Waiting

QUIET = timedelta(minutes=30)
"""A conversation that was spoken in so lately and has a question open is left alone."""
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
    theirs = await system.appointments_of([entry.patient])
    visits = tuple(one for one in theirs if visit is None or one.id != visit.id)
    few = Choice(wish=entry.wish, count=CONSIDERED, passed_over=entry.offered, otherwise=Otherwise.NOTHING)
    found = await system.find_slots(
        SlotRequest(
            service=entry.service,
            within=Period(start=now, end=now + practice.policies.horizon),
            visitor=Visitor(is_new=None, born=None, visits=visits),
            few=few,
        )
    )
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


async def is_free(system: System, slot: Slot) -> bool:
    """Whether somebody can still have the time. Raises: Fault."""
    wanted = SlotRequest(service=slot.service, within=slot.during, practitioner=slot.practitioner)
    found: Sequence[Slot] = await system.find_slots(wanted)
    return any(one.during.start == slot.during.start and one.practitioner == slot.practitioner for one in found)


async def may_be_asked(db: Db, book: Book, practice: Practice, entry: Waiting, *, id: UUID, now: datetime) -> bool:
    """Whether an offer would leave at once and be heard: by the hour, by what they had lately, by what is talked of."""
    conversation = await conversations.read_conversation(db, entry.conversation)
    if conversation is None or not is_free_to_talk(
        conversation, await conversations.last_spoken(db, entry.conversation), now=now
    ):
        return False
    texted = conversation.channel is ChannelKind.SMS
    contact = Contact(
        kind=ContactKind.WAITLIST_OFFER,
        channel=conversation.channel,
        where=book.where(state=None, phone=conversation.address),
        sender=practice.name,
        part2=practice.policies.substance_use_program,
    )
    known = Known()
    if texted:
        out = Outgoing(
            id=id, conversation=conversation.id, channel=conversation.channel, subject=conversation.id, payload=""
        )
        texts = await contact_decisions.counted_texts(db, out, now=now)
        known = replace(await known_of(db, conversation.address), texts=texts)
    return book.decide(contact, known, now=now).allowed


def is_free_to_talk(conversation: Conversation, last: datetime | None, *, now: datetime) -> bool:
    """Whether the assistant speaks there, and breaks into no question that is open."""
    if conversation.state.mode is not Mode.ASSISTANT:
        return False
    return conversation.state.flow is None or last is None or now - last >= QUIET
