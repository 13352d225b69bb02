"""A call that ended before it was done goes on by text: one text that says where it stands, in a thread that knows it.

Caller id is no permission to be texted: "if a caller's number is captured by a Caller ID or an ANI device without
notice", none was given (FCC 92-443, Report and Order in CC Docket 92-90, paragraph 31). So it takes a number that was
given in the call, or one from which texts were allowed or written before; and nobody who ended them gets one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.compliance.book import Book
from frontdesk.compliance.deciding import Contact, Known
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.flow import BOOKING
from frontdesk.dialogue.putting_through import calls_back_by
from frontdesk.dialogue.says import Say, SayCallGoesOn, SayHello, SayMissedEachOther
from frontdesk.dialogue.state import Known as Gathered
from frontdesk.dialogue.state import Mode, State, Way
from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.delivery import Line
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.reception.allowed import known_of
from frontdesk.reception.reply import Turned, remembered, send, worded
from frontdesk.storage import conversations
from frontdesk.storage.calls import PhoneCall, Stage
from frontdesk.storage.contact_points import contact_point
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db

KIND = ContactKind.CONFIRMATION
"""What goes on with a call that the patient made this minute is taken for what they wait for."""


class AfterCalls:
    """What is texted when a call is over."""

    def __init__(self, book: Book, new_id: Callable[[], UUID]) -> None:
        self._book = book
        self._new_id = new_id

    async def text(self, db: Db, practice: Practice, call: PhoneCall, now: datetime) -> None:
        """The one text, in the transaction that ends the call; nothing where nothing was left open."""
        stands = await conversations.read_conversation(db, call.conversation)
        if stands is None or stands.state.address is None:
            return
        says = left_open(practice, stands.state, call, now=now)
        if not says or not await self._may(db, practice, stands, now=now):
            return
        thread = await conversations.find_open(db, ChannelKind.SMS, stands.state.address)
        if thread is None:
            thread, says = await self._begun(db, stands, now=now), (SayHello(), *says)
        elif thread.state.mode is not Mode.ASSISTANT or thread.state.flow is not None:
            return  # that thread has its own business
        state = goes_on_with(thread.state, stands.state)
        turned = Turned(state=state, says=(*says, *_asked_again(state)))
        words = worded(practice, thread, turned, now=now, disclosed=self._book.disclosed)
        id = uuid5(call.conversation, f"after the call {call.id}")
        await send(db, practice, thread, words, id=id, answers=None, now=now, kind=KIND)
        await conversations.remember(db, thread.id, state=remembered(turned, words), patient=stands.patient, now=now)

    async def _may(self, db: Db, practice: Practice, stands: Conversation, *, now: datetime) -> bool:
        """Whether whoever called may be texted, and can be."""
        phone = stands.state.address
        assert phone is not None  # its caller has looked
        point, known = await contact_point(db, phone), await known_of(db, phone)
        if point.trouble is not None or (point.line is Line.LANDLINE and not point.wrote):
            return False
        given = stands.state.known.phone == phone
        said = {**({Use.MESSAGES: True} if given else {}), **known.said}
        if said.get(Use.MESSAGES) is not True or known.perhaps_ended:
            return False
        contact = Contact(
            kind=KIND,
            channel=ChannelKind.SMS,
            where=self._book.where(state=None, phone=phone),
            part2=practice.policies.substance_use_program,
        )
        return self._book.decide(contact, Known(said=said), now=now).allowed

    async def _begun(self, db: Db, stands: Conversation, *, now: datetime) -> Conversation:
        address = stands.state.address or ""
        state = State(language=stands.state.language, address=address, greeted=True)
        id = ConversationId(self._new_id())
        opened = await conversations.open_conversation(db, ChannelKind.SMS, address, id=id, state=state, now=now)
        begun = await conversations.read_conversation(db, opened)
        assert begun is not None
        return begun


def left_open(practice: Practice, state: State, call: PhoneCall, *, now: datetime) -> tuple[Say, ...]:
    """What a caller is told afterwards; () where nothing was left open. `call` as it was when they hung up."""
    if call.stage in {Stage.WANTED, Stage.DIALLING}:
        return (SayMissedEachOther(by=calls_back_by(practice, now=now)),)
    if state.flow == BOOKING.name and state.known.service is not None and state.alarm is None:
        return (SayCallGoesOn(service=state.known.service, slot=state.known.slot),)
    return ()


def goes_on_with(thread: State, call: State) -> State:
    """The text thread with all that the call had gathered. Who they are was proven for the call alone."""
    if call.flow != BOOKING.name:
        known = call.known
        kept = Gathered(given=known.given, family=known.family, phone=known.phone, email=known.email)
        return replace(thread, known=kept, language=call.language, promised=call.promised)
    written = replace(call, by_ear=False, doubts=())  # what was not confirmed by ear is read back before it books
    asked = advance(replace(written, asked=None)).state.asked
    return replace(
        written,
        asked=asked,
        address=thread.address,
        mode=thread.mode,
        greeted=True,
        proof=None,
        way=Way.DETAILS,
        code_tries=0,
        visits=None,
        visit=None,
        missed=0,
        stuck=0,
        booked=(*thread.booked, *(id for id in call.booked if id not in thread.booked)),
        requested=(*thread.requested, *(id for id in call.requested if id not in thread.requested)),
    )


def _asked_again(state: State) -> tuple[Say, ...]:
    """The question that was open; () where something would have to be looked up or done first."""
    if state.flow != BOOKING.name:
        return ()
    step = advance(state)
    return () if step.effects else step.says
