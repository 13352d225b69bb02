"""Runs what the policy wants done, each effect once: a repeat after a crash finds what the first run did."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID, uuid5

from frontdesk.dialogue.effects import (
    BookCourse,
    BookVisit,
    CancelVisit,
    ChangeForStaff,
    CheckAge,
    ConfirmVisit,
    ConsentRecorded,
    CourseBooked,
    CourseFound,
    CourseTaken,
    Effect,
    FindCourse,
    FindForms,
    FindReminded,
    FindSlots,
    FindVisits,
    HoldSlot,
    IdentityProven,
    IntakeOpened,
    InvitationQueued,
    JoinWaitlist,
    KeepCoverage,
    LeaveList,
    MoveVisit,
    NotAtThatAge,
    NotProven,
    OpenIntake,
    OpenTyping,
    ProveByCode,
    ProveIdentity,
    Reason,
    RecordConsent,
    ReleaseSlot,
    RemindedFound,
    Result,
    SendCode,
    SendInvitation,
    SlotHeld,
    SlotReleased,
    SlotTaken,
    StaffTold,
    SystemSilent,
    TellStaff,
    TypingOpened,
    VisitBooked,
    VisitCancelled,
    VisitGone,
    VisitMoved,
    VisitsFound,
)
from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.message import Message
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, OutcomeUnknown
from frontdesk.ports.system import System
from frontdesk.reception.besides import INTAKE_OPEN_FOR, Besides
from frontdesk.reception.called_out import find_reminded, note_told
from frontdesk.reception.confirmation import confirm_by_mail, follow_by_mail
from frontdesk.reception.consenting import SPOKEN, whose_of
from frontdesk.reception.course import Booking, plan
from frontdesk.reception.handing_over import hand_over
from frontdesk.reception.links import sign_link
from frontdesk.reception.looking import Looking
from frontdesk.reception.noting import note_later
from frontdesk.reception.saga import Lost, Saga, Stands, tell
from frontdesk.reception.visits import Visits
from frontdesk.storage import bookings, calls, intakes, openings, patients, waitlist
from frontdesk.storage.consents import record_consent
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Turn

TYPING = "typing"
TYPING_OPEN_FOR = timedelta(minutes=30)
"""So long after it was texted, at most, something is typed in during a call."""
Write = Callable[[Db], Awaitable[None]]


@dataclass(kw_only=True, slots=True)
class Effects:
    """The effects of one patient message. `writes` belong into the transaction that stores the reply.

    `asked` names the intent that the calendar is being asked for; `after` is what is known once the turn is over.
    """

    turn: Turn
    practice: Practice
    conversation: Conversation
    message: Message
    system: System
    public_url: str
    clock: Clock
    now: datetime
    patient: PatientId | None = None
    asked: str | None = None
    after: State | None = None
    writes: list[Write] = field(default_factory=list)
    ran: int = 0
    visits: Visits = field(init=False)

    def __post_init__(self) -> None:
        self.visits = Visits(
            turn=self.turn,
            practice=self.practice,
            conversation=self.conversation,
            message=self.message,
            system=self.system,
            now=self.now,
        )

    async def run(self, effect: Effect) -> Result:
        """What came of it. Raises nothing of the outside's: a silent system is a result."""
        self.ran += 1
        try:
            return await self._run(effect)
        except Fault:
            if (key := self.asked) is not None:
                self.writes.append(lambda db: bookings.tell_trouble(db, key))
            return SystemSilent(effect=type(effect).__name__)

    @property
    def _saga(self) -> Saga:
        return Saga(self.turn.transaction, self.system, self.clock)

    @property
    def _looking(self) -> Looking:
        return Looking(practice=self.practice, system=self.system, visits=self.visits, now=self.now)

    async def _run(self, effect: Effect) -> Result:
        match effect:
            case FindSlots() | CheckAge():
                return await self._looking.run(effect)
            case HoldSlot():
                return await self._hold(effect)
            case ReleaseSlot():
                await self.system.release(effect.held)
                return SlotReleased()
            case BookVisit():
                return await self._book(effect)
            case SendInvitation():
                return await self._invite(effect)
            case OpenIntake():
                return await self._open_intake(effect)
            case OpenTyping():
                return TypingOpened(part=effect.part, link=await self._typing_link())
            case TellStaff():
                return self._tell_staff(effect)
            case RecordConsent():
                return self._record_consent(effect)
            case ProveIdentity():
                return self._proven(await self.visits.prove(effect))
            case ProveByCode():
                return self._proven(await self.visits.prove_by_code(effect.code))
            case SendCode():
                return await self.visits.send_code(effect)
            case FindVisits() | FindReminded():
                return await self._find(effect)
            case MoveVisit():
                return await self._move(effect)
            case CancelVisit():
                return await self._cancel(effect)
            case FindCourse() | BookCourse():
                return await self._course(effect)
            case JoinWaitlist() | LeaveList() | ConfirmVisit() | FindForms() | KeepCoverage():
                return await Besides(effects=self).run(effect)
            case other:
                assert_never(other)

    async def _find(self, effect: FindVisits | FindReminded) -> VisitsFound | RemindedFound:
        if isinstance(effect, FindVisits):
            return await self.visits.found(effect)
        found = await find_reminded(self.turn, self.system, self.conversation)
        self.patient = found.patient.id
        self.writes.append(lambda db: note_told(db, self.conversation, found, now=self.now))
        return found

    async def _course(self, effect: FindCourse | BookCourse) -> CourseFound | CourseBooked | CourseTaken | NotAtThatAge:
        if isinstance(effect, BookCourse):
            return await self._book_course(effect)
        visitor = await self.visits.visitor(without=None, born=effect.born)
        if (refused := self._looking.at_that_age(effect.service, visitor)) is not None:
            return refused
        return await plan(self.system, self.practice, effect, visitor=visitor, now=self.now)

    async def _book_course(self, effect: BookCourse) -> CourseBooked | CourseTaken:
        patient = await self.known_patient(effect)
        booking = Booking(
            saga=self._saga,
            patient=patient,
            conversation=self.conversation.id,
            message=self.message.id,
            key=self._key("course"),
            until=self.now + self.practice.policies.hold,
        )
        outcome = await booking.book(effect.plan)
        if not isinstance(outcome, tuple):
            return CourseTaken(slot=outcome)
        for stands in outcome:
            self._tell(stands, patient)
        return CourseBooked(appointments=tuple(stands.appointment for stands in outcome))

    async def _hold(self, effect: HoldSlot) -> SlotHeld | SlotTaken:
        """Where others were offered the time too, only the first to say yes may hold it."""
        here = self.conversation.id
        async with self.turn.transaction() as db:
            claimed = await openings.claim(db, here, effect.slot, now=self.now)
        if claimed is openings.Claimed.LATE:
            return SlotTaken(slot=effect.slot)
        try:
            kept = await self._saga.hold(
                effect.slot,
                key=self._key("visit"),
                until=self.now + self.practice.policies.hold,
                conversation=here,
                message=self.message.id,
            )
        except Fault:
            await self._give_up_claim(effect.slot)
            raise
        if isinstance(kept, Lost):
            await self._give_up_claim(effect.slot)
            return SlotTaken(slot=effect.slot)
        return SlotHeld(slot=kept.slot, held=kept.held, until=kept.until)

    async def _give_up_claim(self, slot: Slot) -> None:
        async with self.turn.transaction() as db:
            await openings.give_up_claim(db, self.conversation.id, slot)

    async def _book(self, effect: BookVisit) -> VisitBooked | SlotTaken:
        """The saga's middle: agreed, booked, verified. Telling belongs to the reply's transaction."""
        patient = await self.known_patient(effect)
        self.asked = self._key("book")
        if effect.held is not None:
            async with self.turn.transaction() as db:
                holding = await bookings.intent_holding(db, effect.held)
            self.asked = holding.key if holding is not None and holding.slot == effect.slot else self.asked
        outcome = await self._saga.book(
            effect.slot,
            key=self.asked,
            patient=patient,
            held=effect.held,
            conversation=self.conversation.id,
            message=self.message.id,
        )
        self.asked = None
        if isinstance(outcome, Lost):
            return SlotTaken(slot=effect.slot)
        another = await self.visits.has_another(outcome.appointment, patient)
        return replace(self.booked(outcome, patient), another=another)

    def booked(self, stands: Stands, patient: PatientId) -> VisitBooked:
        """The visit stands: with the words that say so, it is recorded that they were said."""
        self._tell(stands, patient)
        return VisitBooked(appointment=stands.appointment)

    def _tell(self, stands: Stands, patient: PatientId) -> None:
        self.patient = patient
        told_in, service = self.conversation.id, stands.appointment.service
        if service is not None and stands.appointment.status.takes_time:
            self.writes.append(lambda db: waitlist.has_booked(db, told_in, [service], now=self.now))
            self.writes.append(lambda db: openings.filled(db, stands.appointment, told_in, now=self.now))
        self.writes.append(lambda db: tell(db, stands, conversation=told_in, patient=patient, now=self.now))
        self.writes.append(lambda db: note_later(db, self.practice, stands, told_in, patient, now=self.now))
        self.writes.append(
            lambda db: follow_by_mail(db, self.practice, self.conversation, stands.appointment, now=self.now)
        )

    def _proven(self, outcome: IdentityProven | NotProven) -> IdentityProven | NotProven:
        """From now on the conversation is that patient's."""
        if isinstance(outcome, IdentityProven):
            self.patient = outcome.patient
        return outcome

    async def _move(self, effect: MoveVisit) -> VisitMoved | SlotTaken | VisitGone | ChangeForStaff:
        key = self._key("move")
        if (patient := await self._whose(effect.visit, key)) is None:
            return VisitGone()
        self.asked = key
        outcome = await self._saga.move(
            effect.visit,
            effect.slot,
            key=key,
            patient=patient,
            held=effect.held,
            conversation=self.conversation.id,
            message=self.message.id,
        )
        self.asked = None
        if isinstance(outcome, Lost) and outcome.by_staff:
            return ChangeForStaff()
        if isinstance(outcome, Lost):  # the new time, unless the front desk took the visit itself out meanwhile
            return SlotTaken(slot=effect.slot) if await self.visits.read(effect.visit) else VisitGone()
        self._tell(outcome, patient)
        return VisitMoved(before=effect.visit, appointment=outcome.appointment)

    async def _cancel(self, effect: CancelVisit) -> VisitCancelled | VisitGone | ChangeForStaff:
        key = self._key("cancel")
        if (patient := await self._whose(effect.visit, key)) is None:
            return VisitGone()
        self.asked = key
        outcome = await self._saga.cancel(
            effect.visit,
            key=key,
            patient=patient,
            conversation=self.conversation.id,
            message=self.message.id,
        )
        self.asked = None
        if isinstance(outcome, Lost):
            return ChangeForStaff() if outcome.by_staff else VisitGone()
        self._tell(outcome, patient)
        return VisitCancelled(appointment=outcome.appointment)

    async def _whose(self, visit: AppointmentId, key: str) -> PatientId | None:
        """Whose visit is to be changed; None: it does not stand. A repeat goes on with what the first run began."""
        async with self.turn.transaction() as db:
            begun = await bookings.read_intent(db, key)
        if begun is not None:
            return begun.patient
        standing = await self.visits.read(visit)
        return standing.patient if standing is not None else None

    async def known_patient(self, effect: BookVisit | BookCourse | JoinWaitlist) -> PatientId:
        """The one patient of that name and number, else a new one; nobody is merged by guessing."""
        who = effect.who
        async with self.turn.transaction() as db:
            found = await patients.patient_of(db, given=who.given, family=who.family, phone=who.phone)
            if found is not None:
                return found.id
            patient = Patient(
                id=PatientId(self.id("patient")),
                given=who.given,
                family=who.family,
                phone=who.phone,
                email=who.email,
                language=self.conversation.state.language,
                birth_date=effect.born,
            )
            await patients.add_patient(db, patient, now=self.now)
            return patient.id

    async def _invite(self, effect: SendInvitation) -> InvitationQueued:
        visit = await self.system.read(effect.appointment)
        if not isinstance(visit, Appointment) or self.patient is None:
            raise OutcomeUnknown("the visit to be confirmed is not in the calendar")
        async with self.turn.transaction() as db:
            patient = await patients.read_patient(db, self.patient)
        if patient is None:
            raise LookupError(f"no patient {self.patient}")
        intake = await self.link(self._intake_id(effect.appointment)) if effect.form else None
        self.writes.append(
            lambda db: confirm_by_mail(
                db,
                self.practice,
                self.conversation,
                visit,
                patient=patient,
                to=effect.email,
                intake=intake,
                now=self.now,
            )
        )
        return InvitationQueued(email=effect.email)

    async def _open_intake(self, effect: OpenIntake) -> IntakeOpened:
        if self.patient is None:
            raise OutcomeUnknown("there is no patient to open a form for")
        intake = intakes.Intake(
            id=self._intake_id(effect.appointment),
            appointment=effect.appointment,
            patient=self.patient,
            expires=self.now + INTAKE_OPEN_FOR,
        )
        self.writes.append(lambda db: intakes.open_intake(db, intake, now=self.now))
        return IntakeOpened(link=await self.link(intake.id))

    def _tell_staff(self, effect: TellStaff) -> StaffTold:
        id, said = self.id(f"task {effect.reason}"), self.message.text

        async def tell(db: Db) -> None:
            await hand_over(
                db,
                self.conversation,
                effect.reason,
                id=id,
                now=self.now,
                urgent=effect.urgent,
                state=self.after,
                said=said,
                tell=self.now + self.practice.telling.urgent_within if effect.reason == Reason.HELD else None,
            )
            if effect.through:
                by = self.message.id
                await calls.want_person(db, self.conversation.id, effect.reason, by=by, now=self.now)

        self.writes.append(tell)
        return StaffTold(reason=effect.reason)

    def _record_consent(self, effect: RecordConsent) -> ConsentRecorded:
        consent = Consent(
            id=self.id("consent"),
            use=Use.MESSAGES,
            allowed=effect.messages_allowed,
            source=SPOKEN.get(self.conversation.channel, Source.TEXT),
            recorded=self.now,
            said=self.message.text,
        )
        whose = whose_of(self.conversation)
        self.writes.append(lambda db: record_consent(db, consent, whose))
        return ConsentRecorded(messages_allowed=effect.messages_allowed)

    def _intake_id(self, appointment: AppointmentId) -> UUID:
        return uuid5(self.message.id, f"intake:{appointment}")

    async def link(self, intake: UUID, *, until: datetime | None = None) -> str:
        """The address of an intake form, signed, good until then or for the usual time."""
        keyring = await self.turn.keyring()
        expires = until or self.now + INTAKE_OPEN_FOR
        token = sign_link(keyring, self.practice.id, intake, purpose="intake", expires=expires)
        return f"{self.public_url}/intake/{token}"

    async def _typing_link(self) -> str:
        """The address of the page where the detail that this conversation is about can be typed in."""
        token = sign_link(
            await self.turn.keyring(),
            self.practice.id,
            self.conversation.id,
            purpose=TYPING,
            expires=self.now + TYPING_OPEN_FOR,
        )
        return f"{self.public_url}/type/{token}"

    def _key(self, doing: str) -> str:
        """Names this effect of this message: a re-run after a crash has the same one."""
        return f"{doing}:{self.message.id}:{self.ran}"

    def id(self, what: str) -> UUID:
        """Of what this effect of this message makes: the same after a crash."""
        return uuid5(self.message.id, f"{what}:{self.ran}")
