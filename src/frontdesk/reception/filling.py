"""Times that opened up are offered to those who wait for them, one at a time, the longest waiting first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import uuid5

from frontdesk.dialogue.acts import Reschedule
from frontdesk.dialogue.effects import SlotHeld
from frontdesk.dialogue.learn import BOOKING, JOBS
from frontdesk.dialogue.says import SayOpening
from frontdesk.dialogue.state import Ask, Known, Mode, State
from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.domain.visitor import Visitor
from frontdesk.language.letters import opening_letter
from frontdesk.ports.channel import Mail
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import Choice, Missing, SlotRequest, System
from frontdesk.reception.chat_access import allow_offer, offer_link
from frontdesk.reception.reply import Turned, remembered, send, worded
from frontdesk.reception.saga import Kept, Saga
from frontdesk.scheduling.offers import offers
from frontdesk.storage import conversations, outbox, waitlist
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Storage, Turn
from frontdesk.storage.patients import read_patient
from frontdesk.storage.practices import Practices
from frontdesk.storage.waitlist import Waiting

LOOK_EVERY = timedelta(minutes=2)
"""How often a time is looked for, for each who waits."""
TO_ANSWER = timedelta(hours=1)
"""How long an offered time is kept for an answer."""
QUIET = timedelta(minutes=30)
"""A conversation that was spoken in so lately and has a question open is left alone."""
FIRST, LAST = time(8), time(20)
"""Texts that nobody asked for go out between these, on the practice's wall clock (47 CFR 64.1200(c)(1): 8 to 21)."""
CONSIDERED = 6
"""So many of the best times are looked through for one that was not offered before and is under nobody's offer."""

HourSuits = Callable[[ContactKind, ChannelKind, str, datetime], bool]

ASSISTANT = Actor(kind=ActorKind.ASSISTANT, id="assistant")


class Filling:
    """What is done for those on the waitlist when no message of theirs is being answered."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        system_of: Callable[[PracticeId], System],
        *,
        public_url: str,
        hour_suits: HourSuits = lambda *_: True,
    ) -> None:
        """`hour_suits`: whether a text of that kind may go to that number at that instant."""
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._system_of = system_of
        self._hour_suits = hour_suits
        self._public_url = public_url

    async def fill(self, id: PracticeId) -> int:
        """How many times were offered. Safe to repeat at any time, by several workers at once."""
        now = self._clock.now()
        async with self._storage.practice(id) as db:
            practice = await self._practices.read(db)
        if not FIRST <= wall(now, practice.locations[0].zone).time() < LAST:
            return 0
        made = 0
        while (entry := await self._next(id, now=now)) is not None:
            async with self._storage.alone(id, f"speak {entry.conversation}", by=ASSISTANT) as turn:
                made += await self._offer(turn, practice, entry, now=now)
        return made

    async def _next(self, id: PracticeId, *, now: datetime) -> Waiting | None:
        async with self._storage.practice(id) as db:
            return await waitlist.next_to_look_for(db, since=now - LOOK_EVERY, now=now)

    async def _offer(self, turn: Turn, practice: Practice, entry: Waiting, *, now: datetime) -> bool:
        async with turn.transaction() as db:
            conversation = await conversations.read_conversation(db, entry.conversation)
            last = await conversations.last_spoken(db, entry.conversation)
            taken = await waitlist.under_offer(db, now=now)
        if conversation is None or conversation.state.mode is not Mode.ASSISTANT:
            return False
        kind, channel = ContactKind.WAITLIST_OFFER, conversation.channel
        if not self._hour_suits(kind, channel, conversation.address, now):
            return False  # an offer that went out later would be over by then
        if conversation.state.flow is not None and last is not None and now - last < QUIET:
            return False
        system = self._system_of(practice.id)
        try:
            visit = await self._to_be_moved(system, entry, now=now)
            slot = await self._opening(system, practice, entry, visit, without=[*entry.offered, *taken], now=now)
            if slot is None:
                return False
            saga = Saga(turn.transaction, system, self._clock)
            key = f"waiting:{entry.id}:{slot.during.start.isoformat()}"
            until = (now + TO_ANSWER).replace(second=0, microsecond=0)  # as it is told
            kept = await saga.hold(slot, key=key, until=until, conversation=conversation.id)
        except Fault:
            return False
        if not isinstance(kept, Kept):
            return False
        await self._say(turn, practice, conversation, entry, kept, visit, now=now)
        return True

    async def _to_be_moved(self, system: System, entry: Waiting, *, now: datetime) -> Appointment | None:
        """The visit that a sooner time is to take the place of, while it stands."""
        if entry.instead is None:
            return None
        visit = await system.read(entry.instead)
        stands = not isinstance(visit, Missing) and visit.status is Status.BOOKED and visit.during.start > now
        return visit if stands and isinstance(visit, Appointment) else None

    async def _opening(
        self,
        system: System,
        practice: Practice,
        entry: Waiting,
        visit: Appointment | None,
        *,
        without: list[datetime],
        now: datetime,
    ) -> Slot | None:
        """The best time for the wish that can be had now, before the visit they have. Raises: Fault."""
        visits = tuple(
            one for one in await system.appointments_of([entry.patient]) if visit is None or one.id != visit.id
        )
        few = Choice(wish=entry.wish, count=CONSIDERED, passed_over=tuple(without))
        found = await system.find_slots(
            SlotRequest(
                service=entry.service,
                within=Period(start=now, end=now + practice.policies.horizon),
                visitor=Visitor(is_new=None, born=None, visits=visits),
                few=few,
            )
        )
        best = offers(found, entry.wish, practice=practice, count=CONSIDERED, passed_over=without)
        if not best.exact:
            return None
        sooner = (slot for slot in best.slots if visit is None or slot.during.start < visit.during.start)
        return next(sooner, None)

    async def _say(
        self,
        turn: Turn,
        practice: Practice,
        conversation: Conversation,
        entry: Waiting,
        kept: Kept,
        visit: Appointment | None,
        *,
        now: datetime,
    ) -> None:
        async with turn.transaction() as db:
            patient = await read_patient(db, entry.patient)
        if patient is None:
            return
        known = Known(
            service=entry.service,
            first_visit=False,
            wish=entry.wish,
            slot=kept.slot,
            held=kept.held,
            held_until=kept.until,
            given=patient.given,
            family=patient.family,
            phone=patient.phone,
            email=patient.email,
            without_email=patient.email is None,
        )
        state = _asked(conversation.state, known, visit)
        held = SlotHeld(slot=kept.slot, held=kept.held, until=kept.until)
        start = kept.slot.during.start
        id = uuid5(entry.id, start.isoformat())
        token = offer_link(await turn.keyring(), practice.id, id, until=kept.until)
        link = f"{self._public_url}/book/{token}"
        is_texted = conversation.channel is ChannelKind.SMS
        say = SayOpening(slot=kept.slot, until=kept.until, link=link if is_texted else "")
        turned = Turned(state=state, says=(say,), happened=(held,))
        words = worded(practice, replace(conversation, state=state), turned, now=now)
        async with turn.transaction() as db:
            await waitlist.offered(db, entry.id, start, ends=kept.until)
            seq = await conversations.next_seq(db, conversation.id)
            await allow_offer(db, conversation.id, id, from_seq=seq, until=kept.until, now=now)
            await send(db, practice, conversation, words, id=id, answers=None, now=now, kind=ContactKind.WAITLIST_OFFER)
            if conversation.channel is ChannelKind.WEBCHAT and patient.email:  # who waits there has closed the page
                mail = _mail(practice, patient, kept, link, language=state.language, key=f"opening-{id}", now=now)
                await outbox.put_mail(db, conversation.id, patient.id, mail, now=now)
            await conversations.remember(db, conversation.id, state=remembered(turned, words), patient=None, now=now)


def _mail(
    practice: Practice, patient: Patient, kept: Kept, link: str, *, language: str, key: str, now: datetime
) -> Mail:
    letter = opening_letter(
        practice, kept.slot, until=kept.until, link=link, given=patient.given, language=language, now=now
    )
    return Mail(key=key, sender=practice.email, to=patient.email or "", subject=letter.subject, body=letter.body)


def _asked(state: State, known: Known, visit: Appointment | None) -> State:
    """The conversation with the time held and asked about: to be booked, or to be moved to."""
    flow = BOOKING if visit is None else JOBS[Reschedule]
    return replace(
        state,
        flow=flow,
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
