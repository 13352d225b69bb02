"""Goes on with what was left half done, and tells patients what the front desk made of their visits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.dialogue.effects import Result, SlotTaken, VisitBooked, VisitCancelled, VisitMoved
from frontdesk.dialogue.policy import settle
from frontdesk.dialogue.says import SayEntered, SayTaken, SayVisitCancelled, SayVisitMoved
from frontdesk.dialogue.state import Mode, State
from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import AppointmentId, ConversationId, LocationId, PatientId, PracticeId
from frontdesk.domain.message import Message
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import System
from frontdesk.reception.confirmation import confirm_by_mail, follow_by_mail
from frontdesk.reception.effects import Effects
from frontdesk.reception.handing_over import hand_over
from frontdesk.reception.noting import note_later
from frontdesk.reception.reply import Disclosed, Turned, carry_out, nothing_more, remembered, send, worded
from frontdesk.reception.saga import LOOK_EVERY, Lost, Overtaken, Saga, Stands, leave_to_news, tell
from frontdesk.reception.standing import as_it_stands
from frontdesk.storage import bookings, conversations, patients, tasks
from frontdesk.storage.bookings import WAITS, Doing, Intent, Promise, Step
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.storage.practices import Practices
from frontdesk.storage.visits import is_built_in, still_stands


class Recovery:
    """What is done about visits when no patient's message is being answered."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        system_of: Callable[[PracticeId], System],
        *,
        public_url: str,
        disclosed: Disclosed = nothing_more,
    ) -> None:
        """`disclosed`: what a greeting adds by law."""
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._system_of = system_of
        self._public_url = public_url
        self._disclosed = disclosed

    async def recover(self, practice: PracticeId) -> int:
        """How many intents that lay idle were taken up. Each ends told, undone, tried later, or before a person."""
        async with self._storage.practice(practice) as db:
            idle = await bookings.take_up(db, now=self._clock.now())
        for intent in idle:
            await self.resume(practice, intent.key)
        return len(idle)

    async def look(self, practice: PracticeId) -> int:
        """How many visits were looked at for what people changed: those in another system, and those due to be."""
        async with self._storage.practice(practice) as db:
            promises = await bookings.take_up_promises(db, now=self._clock.now())
        for promise in promises:
            await self.tell_news(practice, promise.appointment)
        return len(promises)

    async def look_back(self, practice: PracticeId) -> int:
        """How many intents that had ended without a visit were looked at for one that came after all.

        Nobody can say whose it is by now, ours or one that the front desk has made since: a person decides.
        A fault of the calendar leaves them for the next look.
        """
        async with self._storage.practice(practice) as db:
            ended = await bookings.take_up_left_behind(db, now=self._clock.now())
        for intent in ended:
            await self._look_back(practice, intent)
        return len(ended)

    async def _look_back(self, practice: PracticeId, intent: Intent) -> None:
        if intent.slot is None or intent.patient is None:
            return
        try:
            found = await self._system_of(practice).look_up(intent.slot, patient=intent.patient, key=intent.key)
        except Fault:
            return
        now = self._clock.now()
        stands = isinstance(found, Appointment) and found.status.takes_time and found.held_until is None
        async with self._storage.practice(practice) as db:
            known = isinstance(found, Appointment) and await bookings.promise_of(db, found.id) is not None
            if stands and not known and intent.slot.during.start > now:
                await _task(db, intent, LEFT_BEHIND, now)
            await bookings.looked_back(db, intent, found=stands, now=now)

    async def resume(self, practice: PracticeId, key: str) -> None:
        """Go on with one intent, alone with its conversation. Safe to repeat at any time."""
        async with self._storage.practice(practice) as db:
            intent = await bookings.read_intent(db, key)
        if intent is None:
            return
        speaking = f"speak {intent.conversation}" if intent.conversation else f"intent {key}"
        async with self._storage.alone(practice, speaking) as turn:
            while await self._resume(turn, key):
                pass

    async def tell_news(self, practice: PracticeId, appointment: AppointmentId) -> None:
        """Tell a patient what became of their visit, where it is not what they were told. Safe to repeat.

        A fault of the calendar leaves it for the next look.
        """
        async with self._storage.practice(practice) as db:
            promise = await bookings.promise_of(db, appointment)
        if promise is None:
            return
        speaking = f"speak {promise.conversation}" if promise.conversation else f"visit {appointment}"
        async with self._storage.alone(practice, speaking) as turn:
            while await self._tell_news(turn, appointment):
                pass

    async def _resume(self, turn: Turn, key: str) -> bool:
        """Whether it must be gone through once more: the front desk was faster."""
        now = self._clock.now()
        async with turn.transaction() as db:
            intent = await bookings.read_intent(db, key)
            waits = intent is not None and await bookings.message_waits(db, intent)
        if intent is None or not intent.step.goes_on or waits:
            return False
        saga = Saga(turn.transaction, self._system_of(turn.practice), self._clock)
        if intent.step in {Step.INTENDED, Step.HELD}:
            if intent.held_until is None or intent.held_until <= now:
                await saga.give_up(intent, Step.LAPSED)
            return False
        try:
            if intent.told_trouble and not await saga.look(intent):
                if now - intent.at < MAY_STILL_COME:
                    await self._later(turn, intent, now=now)
                else:
                    await saga.give_up(intent, Step.UNDONE)
                return False
            outcome = await saga.carry_on(intent)
        except Fault:
            await self._later(turn, intent, now=now)
            return False
        try:
            await self._tell(turn, intent, outcome, now=now)
        except Overtaken:
            return True
        return False

    async def _later(self, turn: Turn, intent: Intent, *, now: datetime) -> None:
        async with turn.transaction() as db:
            if intent.attempts + 1 < len(WAITS):
                await bookings.try_later(db, intent, now=now)
                return
            await bookings.advance(db, intent.key, Step.UNKNOWN, now=now)
            await _task(db, intent, "the calendar never said whether a visit stands; look, and tell the patient", now)

    async def _tell(self, turn: Turn, intent: Intent, outcome: Stands | Lost, *, now: datetime) -> None:
        conversation = message = None
        async with turn.transaction() as db:
            practice = await self._practices.read(db)
            if intent.conversation is not None:
                conversation = await conversations.read_conversation(db, intent.conversation)
            if intent.message is not None:
                message = await conversations.read_message(db, intent.message)
        if conversation is None or message is None:
            await self._record(turn, intent, outcome, now=now)
        elif conversation.state.mode is not Mode.ASSISTANT:
            await self._record(turn, intent, outcome, now=now, person_tells=True)
        else:
            await self._say(turn, practice, conversation, message, intent, outcome, now=now)

    async def _record(
        self, turn: Turn, intent: Intent, outcome: Stands | Lost, *, now: datetime, person_tells: bool = False
    ) -> None:
        """Nobody is written to: the visit has no conversation, or a person has taken it over and is asked to tell."""
        async with turn.transaction() as db:
            if isinstance(outcome, Stands) and intent.conversation is None and intent.visit is not None:
                await leave_to_news(db, outcome, now=now)
            elif isinstance(outcome, Stands) and intent.patient is not None:
                await tell(db, outcome, conversation=intent.conversation, patient=intent.patient, now=now)
                if intent.conversation is not None:
                    practice = await self._practices.read(db)
                    await note_later(db, practice, outcome, intent.conversation, intent.patient, now=now)
            if person_tells:
                await _task(db, intent, "tell the patient what became of their visit", now)

    async def _say(
        self,
        turn: Turn,
        practice: Practice,
        conversation: Conversation,
        message: Message,
        intent: Intent,
        outcome: Stands | Lost,
        *,
        now: datetime,
    ) -> None:
        """The words come late, and from the same policy as any: with mail and form, or with other times."""
        effects = Effects(
            turn=turn,
            practice=practice,
            conversation=conversation,
            message=message,
            system=self._system_of(practice.id),
            public_url=self._public_url,
            clock=self._clock,
            now=now,
            ran=LATE,
        )
        state = conversation.state
        turned = Turned(state=state, says=())
        result: Result | None = None
        match outcome:
            case Stands() if intent.patient is not None and intent.doing is Doing.BOOK:
                result = effects.booked(outcome, intent.patient)
            case Stands(appointment=visit) if intent.patient is not None:
                effects.booked(outcome, intent.patient)
                turned = _news(state, visit, told=visit.during.start, before=visit.id)
            case Lost() if intent.slot is not None and intent.doing is Doing.BOOK and state.flow is not None:
                result = SlotTaken(slot=intent.slot)
            case _:
                turned = _taken(state, intent.slot) if intent.slot else turned
        if result is not None:
            turned = await carry_out(settle(state, [result], now=now), effects)
            turned = replace(turned, happened=(result, *turned.happened))
        said = turned.says
        words = worded(practice, conversation, turned, now=now, disclosed=self._disclosed) if said else None
        state = remembered(turned, words) if words else turned.state
        async with turn.transaction() as db:
            for write in effects.writes:
                await write(db)
            if words is not None:
                id = uuid5(message.id, f"late {intent.key}")
                await send(db, practice, conversation, words, id=id, answers=message.id, now=now)
            await conversations.remember(db, conversation.id, state=state, patient=effects.patient, now=now)

    async def _tell_news(self, turn: Turn, appointment: AppointmentId) -> bool:
        """Whether it must be gone through once more: it was changed again meanwhile."""
        now = self._clock.now()
        async with turn.transaction() as db:
            promise = await bookings.promise_of(db, appointment)
            under_way = await bookings.under_way(db, appointment)
        if promise is None or under_way:
            return False
        try:
            found = await as_it_stands(
                appointment, patient=promise.patient, system=self._system_of(turn.practice), begin=turn.transaction
            )
        except Fault:
            return False
        standing = found if isinstance(found, Appointment) else None
        if promise.is_kept_by(standing) or _is_over(promise, standing, now=now):
            waits = standing is not None and standing.is_requested
            ends = (is_built_in(appointment) and not waits) or _is_over(promise, standing, now=now)
            async with turn.transaction() as db:
                await bookings.look_again(db, promise, at=None if ends else now + LOOK_EVERY)
                if standing is not None and standing.id != appointment:
                    await bookings.rename_promise(db, appointment, standing.id)
            return False
        try:
            await self._break_news(turn, promise, standing, now=now)
        except Overtaken:
            return True
        return False

    async def _break_news(self, turn: Turn, promise: Promise, standing: Appointment | None, *, now: datetime) -> None:
        visit = standing or _gone(promise)
        async with turn.transaction() as db:
            if not await still_stands(db, visit):
                raise Overtaken
            practice = await self._practices.read(db)
            look_at = None if is_built_in(visit.id) else now + LOOK_EVERY
            await bookings.promise(
                db, visit, conversation=promise.conversation, patient=promise.patient, now=now, look_at=look_at
            )
            if visit.id != promise.appointment:  # a system that gives a moved visit another number
                await bookings.replace_promise(db, promise.appointment, visit.id)
            conversation = (
                await conversations.read_conversation(db, promise.conversation) if promise.conversation else None
            )
            if conversation is None:
                return
            if conversation.state.mode is not Mode.ASSISTANT:
                id = _news_id(conversation.id, promise, visit)
                reason = "a visit was changed; tell the patient"
                await hand_over(db, conversation, reason, id=id, now=now)
                return
            waited = promise.status is Status.PENDING
            turned = _news(
                conversation.state,
                visit,
                told=promise.during.start,
                before=promise.appointment,
                waited=waited,
            )
            words = worded(practice, conversation, turned, now=now)
            id = _news_id(conversation.id, promise, visit)
            await send(db, practice, conversation, words, id=id, answers=None, now=now, kind=ContactKind.VISIT_CHANGE)
            if waited and visit.status.takes_time:
                still = tuple(id for id in conversation.state.requested if id != visit.id)
                await conversations.remember(
                    db, conversation.id, state=replace(conversation.state, requested=still), patient=None, now=now
                )
                await _confirm(db, practice, conversation, visit, patient=promise.patient, now=now)
            await follow_by_mail(db, practice, conversation, visit, now=now)


async def _confirm(
    db: Db, practice: Practice, conversation: Conversation, visit: Appointment, *, patient: PatientId, now: datetime
) -> None:
    """The confirmation that waited until the visit stood."""
    known = await patients.read_patient(db, patient)
    if known is not None and known.email is not None:
        await confirm_by_mail(db, practice, conversation, visit, patient=known, to=known.email, intake=None, now=now)


LEFT_BEHIND = "a visit stands in the calendar that the patient was told is not certain; tell them, or take it out"
"""The reason on the task for a person."""

MAY_STILL_COME = timedelta(minutes=2)
"""How long a request whose reply was lost may still be on its way: relays give up after a minute."""

LATE = 1000
"""Effects that come after the message was answered are numbered from here, so that none is taken for an earlier one."""


def _news(state: State, visit: Appointment, *, told: datetime, before: AppointmentId, waited: bool = False) -> Turned:
    """What there is to say of a visit that was changed, of which the patient was `told` that time.

    `waited`: it was asked for, and not yet said to stand.
    """
    if not visit.status.takes_time:
        as_told = replace(visit, during=Period(start=told, end=told + visit.during.length))
        return Turned(
            state=state, says=(SayVisitCancelled(start=told),), happened=(VisitCancelled(appointment=as_told),)
        )
    if waited and visit.slot is not None and visit.during.start == told:
        return Turned(state=state, says=(SayEntered(slot=visit.slot),), happened=(VisitBooked(appointment=visit),))
    says = (SayVisitMoved(start=visit.during.start, practitioner=visit.practitioner),)
    return Turned(state=state, says=says, happened=(VisitMoved(before=before, appointment=visit),))


def _taken(state: State, slot: Slot) -> Turned:
    return Turned(state=state, says=(SayTaken(slot=slot),), happened=(SlotTaken(slot=slot),))


def _gone(promise: Promise) -> Appointment:
    """A visit that the calendar no longer has, as far as it was known."""
    return Appointment(
        id=promise.appointment,
        service=None,
        location=LocationId(""),
        practitioner=promise.practitioner,
        room=None,
        devices=(),
        during=promise.during,
        status=Status.CANCELLED,
        patient=promise.patient,
    )


def _news_id(conversation: ConversationId, promise: Promise, visit: Appointment) -> UUID:
    """The same for the same news. Under another number a moved visit is counted anew, so both numbers are in it."""
    return uuid5(conversation, f"news {promise.appointment} {visit.id} {promise.sequence}")


def _is_over(promise: Promise, standing: Appointment | None, *, now: datetime) -> bool:
    """Whether it is too late for news: the visit was to be in the past, and is not in the future now."""
    later = standing is not None and standing.status.takes_time and standing.during.start > now
    return promise.during.start <= now and not later


async def _task(db: Db, intent: Intent, reason: str, now: datetime) -> None:
    await tasks.open_task(
        db,
        tasks.Task(
            id=uuid5(db.practice, f"{intent.key} {reason}"),
            conversation=intent.conversation,
            appointment=None,
            reason=reason,
            urgent=True,
            opened=now,
        ),
    )
