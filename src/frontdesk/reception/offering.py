"""Asks one of the waitlist whether they want a time, and tells those whom somebody else was quicker than.

Each is done under the right to speak in that conversation, and the words stand or fall with what they make of the
offer: whoever comes after a crash finds an offer that was begun and not made, or one that is gone and not told.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.dialogue.acts import Reschedule
from frontdesk.dialogue.changing import opening_gone
from frontdesk.dialogue.effects import Result, SlotHeld, SlotTaken
from frontdesk.dialogue.learn import BOOKING, JOBS
from frontdesk.dialogue.says import Say, SayOpening, SayOpeningToAll
from frontdesk.dialogue.state import Ask, Known, Mode, State
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import AppointmentId, PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.language.letters import opening_letter
from frontdesk.ports.channel import Mail
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import System
from frontdesk.reception.chat_access import allow_offer, offer_link
from frontdesk.reception.fitting import is_free_to_talk, visit_to_move
from frontdesk.reception.reply import Turned, remembered, send, worded
from frontdesk.reception.saga import Kept, Saga
from frontdesk.storage import conversations, openings, outbox, waitlist
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.storage.openings import Became, Offer, Opening, Stands
from frontdesk.storage.outbox import Outgoing
from frontdesk.storage.patients import read_patient
from frontdesk.storage.waitlist import Waiting

ASSISTANT = Actor(kind=ActorKind.ASSISTANT, id="assistant")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What one person is asked: `held` names the time that is kept for them, None where the first to answer gets it."""

    opening: Opening
    offer: Offer
    entry: Waiting
    patient: Patient
    visit: Appointment | None
    until: datetime
    held: AppointmentId | None

    @property
    def id(self) -> UUID:
        """Of the words: the same after a crash."""
        return _words_id(self.entry.id, self.opening)


class Offering:
    """The words of offers, one conversation at a time."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        system_of: Callable[[PracticeId], System],
        *,
        public_url: str,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._system_of = system_of
        self._public_url = public_url

    async def ask(self, practice: Practice, opening: Opening, offer: Offer) -> bool:
        """Whether they were asked. Where they cannot be, the offer says so, and somebody else may be."""
        async with self._storage.alone(practice.id, f"speak {offer.conversation}", by=ASSISTANT) as turn:
            now = self._clock.now()
            asked = await self._ready(turn, practice, opening, offer, now=now) if offer.open_until > now else None
            if asked is None:
                async with turn.transaction() as db:
                    await openings.settle(db, offer, Became.NOT_ASKED, now=now)
                return False
            return await self._say(turn, practice, asked, now=now)

    async def tell_gone(self, practice: Practice, opening: Opening, offer: Offer) -> None:
        """That somebody else has the time, where they still think about it. Their place on the list is as it was."""
        async with self._storage.alone(practice.id, f"speak {offer.conversation}", by=ASSISTANT) as turn:
            now = self._clock.now()
            async with turn.transaction() as db:
                if not await openings.settle(db, offer, Became.TOLD, now=now):
                    return  # they asked for it meanwhile, and were told then
                conversation = await conversations.read_conversation(db, offer.conversation)
                if conversation is None or not _thinks_of(conversation.state, opening):
                    return
                await waitlist.may_be_asked_again(db, offer.waiting, now=now)
                step = opening_gone(conversation.state, opening.slot)
                turned = Turned(state=step.state, says=step.says)
                words = worded(practice, conversation, turned, now=now)
                id = uuid5(offer.waiting, f"{opening.id} gone")
                kind = ContactKind.VISIT_CHANGE
                await send(db, practice, conversation, words, id=id, answers=None, now=now, kind=kind)
                state = remembered(turned, words)
                await conversations.remember(db, conversation.id, state=state, patient=None, now=now)

    async def _ready(
        self, turn: Turn, practice: Practice, opening: Opening, offer: Offer, *, now: datetime
    ) -> _Asked | None:
        """What they are asked, with the time held where it is to be kept for them; None: it cannot be, now."""
        async with turn.transaction() as db:
            entry = await waitlist.read_entry(db, offer.waiting)
            conversation = await conversations.read_conversation(db, offer.conversation)
            last = await conversations.last_spoken(db, offer.conversation)
            patient = await read_patient(db, entry.patient) if entry else None
        if entry is None or conversation is None or patient is None or not is_free_to_talk(conversation, last, now=now):
            return None
        system = self._system_of(practice.id)
        try:
            visit = await visit_to_move(system, entry, now=now)
            if entry.instead is not None and visit is None:
                return None
            until, held = offer.open_until.replace(second=0, microsecond=0), None  # as it is told
            if offer.kept:
                saga = Saga(turn.transaction, system, self._clock)
                key = f"waiting:{entry.id}:{opening.id}"
                kept = await saga.hold(opening.slot, key=key, until=until, conversation=conversation.id)
                if not isinstance(kept, Kept):
                    return None
                until, held = kept.until, kept.held
        except Fault:
            return None
        return _Asked(opening=opening, offer=offer, entry=entry, patient=patient, visit=visit, until=until, held=held)

    async def _say(self, turn: Turn, practice: Practice, asked: _Asked, *, now: datetime) -> bool:
        """The words, the state that an answer is read in, and that they were asked, in one transaction."""
        token = offer_link(await turn.keyring(), practice.id, asked.id, until=asked.until)
        link = f"{self._public_url}/book/{token}"
        async with turn.transaction() as db:
            if not await openings.settle(db, asked.offer, Became.ASKED, now=now):
                return False  # somebody else has asked them, or the time is gone
            conversation = await conversations.read_conversation(db, asked.offer.conversation)
            assert conversation is not None  # nobody else writes there meanwhile
            turned = _turned(conversation, asked, link)
            words = worded(practice, replace(conversation, state=turned.state), turned, now=now)
            start = asked.opening.slot.during.start
            await waitlist.offered(db, asked.entry.id, start, ends=asked.until)
            seq = await conversations.next_seq(db, conversation.id)
            await allow_offer(db, conversation.id, asked.id, from_seq=seq, until=asked.until, now=now)
            kind = ContactKind.WAITLIST_OFFER
            await send(db, practice, conversation, words, id=asked.id, answers=None, now=now, kind=kind)
            if conversation.channel is ChannelKind.WEBCHAT and asked.patient.email:  # who waits there has left the page
                await self._mail(db, practice, conversation, asked, link, language=turned.state.language, now=now)
            await conversations.remember(db, conversation.id, state=remembered(turned, words), patient=None, now=now)
        return True

    async def _mail(
        self,
        db: Db,
        practice: Practice,
        conversation: Conversation,
        asked: _Asked,
        link: str,
        *,
        language: str,
        now: datetime,
    ) -> None:
        letter = opening_letter(
            practice,
            asked.opening.slot,
            until=asked.until if asked.held else None,
            link=link,
            given=asked.patient.given,
            language=language,
            now=now,
        )
        mail = Mail(
            key=f"opening-{asked.id}",
            sender=practice.email,
            to=asked.patient.email or "",
            subject=letter.subject,
            body=letter.body,
        )
        await outbox.put_mail(db, conversation.id, asked.patient.id, mail, now=now)


async def is_over(db: Db, out: Outgoing, *, now: datetime) -> bool:
    """Whether it is an offer that nobody could take any more when it left so late."""
    for opening, offer in await openings.made_in(db, out.conversation):
        if _words_id(offer.waiting, opening) == out.id:
            stands = opening.stands in {Stands.ASKING, Stands.CLAIMED}
            return not stands or offer.became is not Became.ASKED or offer.open_until <= now
    return False


async def note_answer(db: Db, before: State, turned: Turned, conversation: Conversation, *, now: datetime) -> None:
    """Settle an offered time that is not spoken of any more: they did not want it, or it was gone.

    One that they have booked is settled before.
    """
    slot = before.known.slot
    if before.asked is Ask.OPENING and slot is not None and turned.state.known.slot != slot:
        told = turned.state.known.held is None and any(isinstance(one, SlotTaken) for one in turned.happened)
        await openings.answered(db, conversation.id, slot.during.start, told=told, now=now)


def _turned(conversation: Conversation, asked: _Asked, link: str) -> Turned:
    slot = asked.opening.slot
    shown = link if conversation.channel is ChannelKind.SMS else ""
    state = _asking(conversation.state, asked)
    if asked.held is None:
        say: Say = SayOpeningToAll(slot=slot, link=shown)
        return Turned(state=state, says=(say,))
    happened: tuple[Result, ...] = (SlotHeld(slot=slot, held=asked.held, until=asked.until),)
    return Turned(state=state, says=(SayOpening(slot=slot, until=asked.until, link=shown),), happened=happened)


def _asking(state: State, asked: _Asked) -> State:
    """The conversation with the time asked about: to be booked, or to be moved to."""
    patient, visit = asked.patient, asked.visit
    known = Known(
        service=asked.entry.service,
        first_visit=False,
        wish=asked.entry.wish,
        slot=asked.opening.slot,
        held=asked.held,
        held_until=asked.until if asked.held else None,
        given=patient.given,
        family=patient.family,
        phone=patient.phone,
        email=patient.email,
        without_email=patient.email is None,
    )
    return replace(
        state,
        flow=BOOKING if visit is None else JOBS[Reschedule],
        known=known,
        asked=Ask.OPENING,
        offered=(),
        passed_over=(),
        services_asked=(),
        visits=(visit,) if visit is not None else None,
        visit=visit,
        missed=0,
        stuck=0,
    )


def _words_id(entry: UUID, opening: Opening) -> UUID:
    return uuid5(entry, f"{opening.id} {opening.slot.during.start.isoformat()}")


def _thinks_of(state: State, opening: Opening) -> bool:
    return state.mode is Mode.ASSISTANT and state.asked is Ask.OPENING and state.known.slot == opening.slot
