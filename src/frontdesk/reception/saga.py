"""The saga of a change to a visit: intended, held, agreed, asked of the calendar, verified, told.

Each step is stored before the next is begun and may be repeated: after a crash between any two, whoever comes next
(the same message answered again, or the job that looks for what lies idle) goes on from the row. No transaction is
open while the calendar is asked.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from frontdesk.domain.appointment import Appointment, Cancellation, Slot
from frontdesk.domain.ids import AppointmentId, ConversationId, MessageId, PatientId
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Booked, ByStaff, Cancelled, Held, Missing, Moved, System, Taken
from frontdesk.reception.standing import Begin, as_it_stands
from frontdesk.storage import bookings
from frontdesk.storage.bookings import Doing, Intent, Step
from frontdesk.storage.database import Db
from frontdesk.storage.visits import is_built_in, still_stands


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """The time is held: the one of the intent, which may be older than the wish."""

    slot: Slot
    held: AppointmentId
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Stands:
    """The calendar has done it, or has asked its staff, and shows it so: what may be told. `key` names the intent."""

    key: str
    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class Lost:
    """Nothing came of it, and nothing is left of it: somebody else has the time, or the visit stands no more.

    `by_staff`: the calendar cannot be written, and its people must do it.
    """

    key: str
    by_staff: bool = False


class Saga:
    """The sagas of one practice. Every call may be repeated with the same key."""

    def __init__(self, begin: Begin, system: System, clock: Clock) -> None:
        self._begin = begin
        self._system = system
        self._clock = clock

    async def begun(self, key: str) -> Intent | None:
        """How far the intent of that key has come; None: it was never begun."""
        async with self._begin() as db:
            return await bookings.read_intent(db, key)

    async def hold(
        self,
        slot: Slot,
        *,
        key: str,
        until: datetime,
        conversation: ConversationId | None = None,
        message: MessageId | None = None,
    ) -> Kept | Lost:
        """Keep a time for a patient who has not said yes yet. Raises: as `System.hold`."""
        wished = Intent(
            key=key,
            doing=Doing.BOOK,
            step=Step.INTENDED,
            at=self._clock.now(),
            conversation=conversation,
            message=message,
            slot=slot,
        )
        async with self._begin() as db:
            intent = await bookings.intend(db, wished)
        wanted = intent.slot or slot
        if not intent.step.goes_on:
            return Lost(key=key)
        if intent.step not in {Step.INTENDED, Step.HELD} and intent.held is not None:
            # The yes was heard meanwhile: held once more, it would be forgotten, and what it booked with it.
            return Kept(slot=wanted, held=intent.held, until=intent.held_until or until)
        match await self._system.hold(wanted, key=f"hold:{key}", until=until):
            case Held(appointment=held):
                kept = Kept(slot=wanted, held=held.id, until=held.held_until or until)
                await self._advance(key, Step.HELD, held=held.id, held_until=kept.until)
                return kept
            case Taken():
                await self._advance(key, Step.TAKEN)
                return Lost(key=key)

    async def book(
        self,
        slot: Slot,
        *,
        key: str,
        patient: PatientId,
        held: AppointmentId | None,
        conversation: ConversationId | None = None,
        message: MessageId | None = None,
    ) -> Stands | Lost:
        """Book what the patient has agreed to: the intent that holds the time goes on, else one begins.

        Raises: Fault.
        """
        wished = Intent(
            key=key,
            doing=Doing.BOOK,
            step=Step.INTENDED,
            at=self._clock.now(),
            conversation=conversation,
            message=message,
            slot=slot,
            patient=patient,
        )
        async with self._begin() as db:
            holding = await bookings.intent_holding(db, held) if held is not None else None
            begun = holding is not None and holding.slot == slot
            intent = holding if holding is not None and begun else await bookings.intend(db, wished)
            if intent.step in {Step.INTENDED, Step.HELD}:
                await bookings.advance(db, intent.key, Step.AGREED, now=self._clock.now(), patient=patient, held=held)
            intent = await bookings.read_intent(db, intent.key) or intent
        return await self.carry_on(intent)

    async def move(
        self,
        visit: AppointmentId,
        slot: Slot,
        *,
        key: str,
        patient: PatientId,
        held: AppointmentId | None = None,
        conversation: ConversationId | None = None,
        message: MessageId | None = None,
    ) -> Stands | Lost:
        """Give a visit another time, or leave it where it is. Raises: Fault (the visit stands at one of the two)."""
        return await self._agreed(
            Intent(
                key=key,
                doing=Doing.MOVE,
                step=Step.INTENDED,
                at=self._clock.now(),
                conversation=conversation,
                message=message,
                slot=slot,
                visit=visit,
                patient=patient,
            ),
            held=held,
        )

    async def cancel(
        self,
        visit: AppointmentId,
        *,
        key: str,
        patient: PatientId,
        reason: Cancellation = Cancellation.PATIENT,
        conversation: ConversationId | None = None,
        message: MessageId | None = None,
    ) -> Stands | Lost:
        """Take a visit out; everything it held is free. `Stands` then shows it cancelled. Raises: Fault."""
        return await self._agreed(
            Intent(
                key=key,
                doing=Doing.CANCEL,
                step=Step.INTENDED,
                at=self._clock.now(),
                conversation=conversation,
                message=message,
                visit=visit,
                reason=reason,
                patient=patient,
            ),
            held=None,
        )

    async def carry_on(self, intent: Intent) -> Stands | Lost:
        """Go on from wherever it stands, up to what may be told.

        Raises: Unreachable, Refused, NotPermitted (try again, or a person must act), OutcomeUnknown.
        """
        if intent.step in {Step.TAKEN, Step.UNDONE, Step.LAPSED, Step.UNKNOWN}:
            return Lost(key=intent.key)
        appointment = intent.appointment
        if appointment is None:
            intent = await self._in_its_turn(intent)
            match await self._ask(intent):
                case Booked(appointment=done) | Moved(appointment=done) | Cancelled(appointment=done):
                    await self._advance(intent.key, Step.BOOKED, appointment=done.id)
                    appointment = done.id
                case Taken():
                    await self._advance(intent.key, Step.TAKEN)
                    return Lost(key=intent.key)
                case ByStaff():
                    await self._advance(intent.key, Step.UNDONE)
                    return Lost(key=intent.key, by_staff=True)
                case Missing():
                    appointment = await self._stands_under_another_id(intent)
                    step = Step.UNDONE if appointment is None else Step.BOOKED
                    await self._advance(intent.key, step, appointment=appointment)
                    if appointment is None:
                        return Lost(key=intent.key)
                case other:
                    assert_never(other)
        return await self._verify(intent, appointment)

    async def look(self, intent: Intent) -> bool:
        """Whether the calendar has done what it was asked, or may still be: after an outcome that is not known.

        Raises: Fault.
        """
        if intent.doing is Doing.CANCEL or intent.appointment is not None:
            return True
        if intent.slot is None or intent.patient is None:
            return False
        found = await self._system.look_up(intent.slot, patient=intent.patient, key=intent.key)
        return isinstance(found, Appointment)

    async def give_up(self, intent: Intent, step: Step) -> None:
        """It ends here; the hold is given back."""
        if intent.held is not None and intent.appointment is None:
            with suppress(Fault):  # it runs out by itself
                await self._system.release(intent.held)
        await self._advance(intent.key, step)

    async def _agreed(self, wished: Intent, *, held: AppointmentId | None) -> Stands | Lost:
        async with self._begin() as db:
            intent = await bookings.intend(db, wished)
            if intent.step is Step.INTENDED:
                await bookings.advance(db, intent.key, Step.AGREED, now=self._clock.now(), held=held)
            intent = await bookings.read_intent(db, intent.key) or intent
        return await self.carry_on(intent)

    async def _in_its_turn(self, intent: Intent) -> Intent:
        """The change of a visit by the number that it has now, once those agreed to before have ended.

        Else two moves of one visit, of which the first broke off, would leave both of their new times standing.
        Raises: Unreachable (one before has not ended: try later), Fault.
        """
        if intent.visit is None or intent.doing is Doing.BOOK:
            return intent
        async with self._begin() as db:
            moved = await bookings.move_from(db, [intent.visit], patient=intent.patient, asks=intent.key)
        by_now = intent.visit
        if moved is not None:
            found = await as_it_stands(
                intent.visit, patient=intent.patient, system=self._system, begin=self._begin, asks=intent.key
            )
            by_now = intent.visit if isinstance(found, Missing) else found.id
        async with self._begin() as db:
            if by_now != intent.visit:
                await bookings.now_about(db, intent.key, by_now)
            waits = await bookings.waits_for_another(db, intent)
        if waits:
            raise Unreachable("another change of this visit was begun before, and has not ended yet")
        return replace(intent, visit=by_now)

    async def _ask(self, intent: Intent) -> Booked | Moved | Cancelled | Taken | Missing | ByStaff:
        match intent:
            case Intent(doing=Doing.BOOK, slot=Slot() as slot, patient=patient) if patient is not None:
                return await self._system.book(slot, patient=patient, key=intent.key, held=intent.held)
            case Intent(doing=Doing.MOVE, slot=Slot() as slot, visit=visit) if visit is not None:
                return await self._system.move(visit, slot, key=intent.key, held=intent.held)
            case Intent(doing=Doing.CANCEL, visit=visit) if visit is not None:
                return await self._system.cancel(visit, reason=intent.reason or Cancellation.PATIENT)
            case _:
                raise Refused("the intent does not say what it is about")

    async def _stands_under_another_id(self, intent: Intent) -> AppointmentId | None:
        """The new visit of a move whose old one is gone from the calendar: an earlier run had booked it."""
        if intent.doing is not Doing.MOVE or intent.slot is None or intent.patient is None:
            return None
        found = await self._system.look_up(intent.slot, patient=intent.patient, key=intent.key)
        return found.id if isinstance(found, Appointment) and found.id != intent.visit else None

    async def _verify(self, intent: Intent, appointment: AppointmentId) -> Stands | Lost:
        """What the calendar shows decides, whatever it said before."""
        if intent.doing is Doing.CANCEL:
            standing = await self._system.read(appointment)
        else:
            standing = await as_it_stands(appointment, patient=intent.patient, system=self._system, begin=self._begin)
        if isinstance(standing, Missing):
            raise OutcomeUnknown("the calendar does not show the visit that it said it changed")
        out = not standing.status.takes_time
        if intent.doing is Doing.CANCEL and not out:
            raise OutcomeUnknown("the calendar still shows the visit that it said it cancelled")
        if intent.doing is not Doing.CANCEL and (out or standing.held_until is not None):
            await self._advance(intent.key, Step.UNDONE)  # staff took it out meanwhile
            return Lost(key=intent.key)
        await self._advance(intent.key, Step.VERIFIED)
        return Stands(key=intent.key, appointment=standing)

    async def _advance(
        self,
        key: str,
        step: Step,
        *,
        appointment: AppointmentId | None = None,
        held: AppointmentId | None = None,
        held_until: datetime | None = None,
    ) -> None:
        async with self._begin() as db:
            await bookings.advance(
                db, key, step, now=self._clock.now(), appointment=appointment, held=held, held_until=held_until
            )


LOOK_EVERY = timedelta(minutes=5)
"""How often a visit in another system is looked at for what its people changed."""


class Overtaken(Exception):
    """The front desk changed the visit before its words were stored: they are not said; verify again."""


async def leave_to_news(db: Db, stands: Stands, *, now: datetime) -> None:
    """People changed a visit: the patient, if they were told of it, hears by the job that looks for such changes."""
    await bookings.advance(db, stands.key, Step.TOLD, now=now)
    intent = await bookings.read_intent(db, stands.key)
    if intent is not None and intent.visit not in {None, stands.appointment.id}:
        await bookings.rename_promise(db, intent.visit, stands.appointment.id)
    await bookings.look_now(db, [stands.appointment.id], now=now)


async def tell(
    db: Db, stands: Stands, *, conversation: ConversationId | None, patient: PatientId, now: datetime
) -> None:
    """Record, in the transaction of the words, that the patient is told.

    Raises: Overtaken (undo the transaction).
    """
    visit = stands.appointment
    if not await still_stands(db, visit):
        raise Overtaken
    await bookings.advance(db, stands.key, Step.TOLD, now=now)
    intent = await bookings.read_intent(db, stands.key)
    look_at = None if is_built_in(visit.id) and not visit.is_requested else now + LOOK_EVERY
    await bookings.promise(db, visit, conversation=conversation, patient=patient, now=now, look_at=look_at)
    if intent is not None and intent.doing is Doing.MOVE and intent.visit not in {None, visit.id}:
        await bookings.replace_promise(db, intent.visit, visit.id)
