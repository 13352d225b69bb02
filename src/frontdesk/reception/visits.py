"""Visits that a conversation may speak of: its own bookings, and those of the patient whom it was proven to be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from frontdesk.compliance.identity import PROOF_HOLDS, Claim
from frontdesk.dialogue.effects import (
    CodeSent,
    FindVisits,
    IdentityProven,
    NotProven,
    ProveIdentity,
    SendCode,
    VisitsFound,
)
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId, PatientId, ServiceId
from frontdesk.domain.message import ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.domain.visitor import ANYBODY, Visitor
from frontdesk.domain.wish import Wish
from frontdesk.ports.faults import Fault, NotPermitted
from frontdesk.ports.system import System
from frontdesk.reception.identity import prove, prove_by_code, send_code
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Turn
from frontdesk.storage.identity import Wrong
from frontdesk.storage.patients import read_patient

A_MONTH = timedelta(days=30)
"""Two visits of one service nearer to each other than that may be meant as one that was moved."""

LATELY = timedelta(days=14)
"""So long ago a visit may be meant by whoever asks about one and has none to come."""
LONGEST_SMALL = 3
"""Words of a service's name up to that length tell nothing: "lip" is told by what stands beside it."""
_OF_ANY_SERVICE = frozenset({"consultation", "treatment", "session", "removal", "visit", "hair", "skin", "body"})
_HAD = frozenset({Status.BOOKED, Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED})


@dataclass(kw_only=True, slots=True)
class Visits:
    """One patient message's way to visits that stand. `proven` is who it was proven to be, before or by this message.

    It trusts no effect with a patient's id: what was proven is read from the conversation as it was stored.
    """

    turn: Turn
    practice: Practice
    conversation: Conversation
    message: Message
    system: System
    now: datetime
    proven: PatientId | None = None

    def __post_init__(self) -> None:
        proof = self.conversation.state.proof
        self.proven = proof.patient if proof is not None and proof.stands(self.now) else None

    async def prove(self, claim: ProveIdentity) -> IdentityProven | NotProven:
        """Whether the whole claim is on file of one patient. In a text the number is the one it came from."""
        texted = self.conversation.channel is ChannelKind.SMS
        async with self.turn.transaction() as db:
            patient = await prove(
                db,
                self.conversation,
                Claim(
                    given=claim.given,
                    family=claim.family,
                    birth_date=claim.birth_date,
                    phone=self.conversation.address if texted else claim.phone,
                ),
                now=self.now,
            )
        return self._outcome(patient)

    async def send_code(self, to: SendCode) -> CodeSent:
        """The same, whether anybody of that name and number is on file or not."""
        async with self.turn.transaction() as db:
            await send_code(
                db,
                self.practice,
                self.conversation,
                given=to.given,
                family=to.family,
                phone=to.phone,
                message=self.message.id,
                now=self.now,
            )
        return CodeSent()

    async def prove_by_code(self, code: str) -> IdentityProven | NotProven:
        """Whether that is the code, and whose it was."""
        async with self.turn.transaction() as db:
            patient = await prove_by_code(db, self.conversation, code, now=self.now)
        return self._outcome(None if isinstance(patient, Wrong) else patient)

    async def find(self, wanted: FindVisits) -> tuple[Appointment, ...]:
        """The visits to come that may be spoken of, soonest first. Raises: Fault."""
        here = [await self.system.read(id) for id in wanted.booked if id in self.conversation.state.booked]
        theirs = await self.system.appointments_of([self.proven]) if self.proven is not None else []
        known = {visit.id: visit for visit in (*here, *theirs) if isinstance(visit, Appointment)}
        to_come = [visit for visit in known.values() if self._is_to_come(visit)]
        return tuple(sorted(to_come, key=lambda visit: visit.during.start))

    async def found(self, wanted: FindVisits) -> VisitsFound:
        """The same, with those that fit how they were spoken of; where there is none, the last one. Raises: Fault."""
        visits = await self.find(wanted)
        past = None if visits else await self._last()
        by_time = [visit.id for visit in visits if wanted.wish is not None and self._fits(visit, wanted.wish)]
        of_it = [visit.id for visit in visits if visit.service in wanted.services]
        by_service = of_it or [visit.id for visit in visits if self._is_called_alike(visit, wanted.services)]
        both = [id for id in by_time if id in by_service]
        return VisitsFound(visits=visits, meant=tuple(both or by_service or by_time), by_time=tuple(by_time), past=past)

    async def _last(self) -> Appointment | None:
        """The last visit that lies behind whoever was proven, if it was lately and not called off."""
        if self.proven is None:
            return None
        theirs = await self.system.appointments_of([self.proven])
        lately = [visit for visit in theirs if self.now - LATELY <= visit.during.start <= self.now]
        kept = [visit for visit in lately if visit.status in _HAD]
        return max(kept, key=lambda visit: visit.during.start, default=None)

    def _is_called_alike(self, visit: Appointment, services: Sequence[ServiceId]) -> bool:
        """Whether a word of one of these is part of its name: a HydraFacial is somebody's facial."""
        if visit.service is None:
            return False
        own = self.practice.service(visit.service).name.casefold()
        return any(word in own for one in services for word in self._telling_words(one))

    def _telling_words(self, service: ServiceId) -> list[str]:
        said = self.practice.service(service).name.casefold().split()
        return [word for word in said if len(word) > LONGEST_SMALL and word not in _OF_ANY_SERVICE]

    def _fits(self, visit: Appointment, wish: Wish) -> bool:
        named = any(window.names_days or window.at is not None for window in wish.windows)
        return named and wish.fits(visit.during, self.practice.location(visit.location).zone)

    async def read(self, id: AppointmentId) -> Appointment | None:
        """The visit, where it is still to come. Raises: NotPermitted (it is not theirs to speak of), other Faults."""
        visit = await self.system.read(id)
        if not isinstance(visit, Appointment):
            return None
        proven = self.proven is not None and visit.patient == self.proven
        if id not in self.conversation.state.booked and not proven:
            raise NotPermitted("the visit belongs to nobody that this conversation was proven to be")
        return visit if self._is_to_come(visit) else None

    async def has_another(self, booked: Appointment, patient: PatientId) -> bool:
        """Whether the patient had a visit of the same service to come within a month of that one.

        Nothing is said of it to whoever has proven nothing; people look whether the new one was to replace it.
        """
        if booked.service is None:
            return False
        try:
            theirs = await self.system.appointments_of([patient])
        except Fault:  # the visit stands; this is not worth more than a look
            return False
        here = {booked.id, *self.conversation.state.booked}
        return any(
            visit.service == booked.service
            and self._is_to_come(visit)
            and visit.id not in here
            and abs(visit.during.start - booked.during.start) <= A_MONTH
            for visit in theirs
        )

    async def visitor(
        self, *, without: AppointmentId | None, born: date | None, own: Sequence[AppointmentId] = ()
    ) -> Visitor:
        """What is known of whoever asks for a time: of somebody proven, their visits and their age. Raises: Fault.

        Who has been here is not new; who has not may have been before this calendar was kept. `own` are those of
        somebody unproven that were booked in this conversation: at these times they cannot come to another.
        """
        if self.proven is None:
            theirs = [id for id in own if id in self.conversation.state.booked and id != without]
            here = [await self.system.read(id) for id in theirs]
            stand = [one for one in here if isinstance(one, Appointment) and self._is_to_come(one)]
            return replace(ANYBODY, born=born, elsewhere=tuple(one.during for one in stand))
        visits = tuple(await self.system.appointments_of([self.proven]))
        async with self.turn.transaction() as db:
            patient = await read_patient(db, self.proven)
        came = any(visit.status is Status.FULFILLED for visit in visits)
        return Visitor(
            is_new=False if came else None,
            born=born or (patient.birth_date if patient is not None else None),
            visits=tuple(visit for visit in visits if visit.id != without),
        )

    def _is_to_come(self, visit: Appointment) -> bool:
        return (visit.status is Status.BOOKED or visit.is_requested) and visit.during.start > self.now

    def _outcome(self, patient: PatientId | None) -> IdentityProven | NotProven:
        self.proven = patient
        return NotProven() if patient is None else IdentityProven(patient=patient, holds=PROOF_HOLDS)
