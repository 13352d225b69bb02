"""What is done beside booking, moving and cancelling: the waitlist, visits confirmed, forms found, insurance kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from frontdesk.dialogue.effects import (
    ConfirmVisit,
    CoverageKept,
    FindForms,
    Form,
    FormsFound,
    JoinWaitlist,
    KeepCoverage,
    LeaveList,
    ListJoined,
    ListLeft,
    VisitConfirmed,
    VisitGone,
)
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import PatientId
from frontdesk.reception.visits import Visits
from frontdesk.storage import coverage, intakes, waitlist, write_backs
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Turn
from frontdesk.storage.write_backs import What, WriteBack

INTAKE_OPEN_FOR = timedelta(days=30)
Asked = JoinWaitlist | LeaveList | ConfirmVisit | FindForms | KeepCoverage
Got = ListJoined | ListLeft | VisitConfirmed | VisitGone | FormsFound | CoverageKept


class Desk(Protocol):
    """The effects of one patient message, as far as these need the others."""

    turn: Turn
    conversation: Conversation
    now: datetime
    patient: PatientId | None
    visits: Visits
    writes: list[Callable[[Db], Awaitable[None]]]

    async def known_patient(self, effect: JoinWaitlist) -> PatientId:
        """The patient of these details."""
        ...

    async def link(self, intake: UUID, *, until: datetime | None = None) -> str:
        """The address of an intake form."""
        ...

    def id(self, what: str) -> UUID:
        """Of what this effect makes: the same after a crash."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Besides:
    """These effects of one patient message, among its others."""

    effects: Desk

    async def run(self, effect: Asked) -> Got:
        """What came of it. Raises: Fault."""
        match effect:
            case JoinWaitlist():
                return await self._join(effect)
            case LeaveList():
                return await self._leave()
            case ConfirmVisit():
                return await self._confirm(effect)
            case FindForms():
                return await self._forms(effect)
            case KeepCoverage():
                return self._keep(effect)

    async def _join(self, effect: JoinWaitlist) -> ListJoined:
        desk = self.effects
        patient = await desk.known_patient(effect)
        desk.patient = patient
        entry = waitlist.Waiting(
            id=desk.id("waiting"),
            conversation=desk.conversation.id,
            patient=patient,
            service=effect.service,
            wish=effect.wish,
            instead=effect.instead,
            joined=desk.now,
        )
        desk.writes.append(lambda db: waitlist.join(db, entry))
        return ListJoined(service=effect.service, wish=effect.wish)

    async def _leave(self) -> ListLeft:
        """Counted first, and taken off with the words that say so."""
        desk, here = self.effects, self.effects.conversation.id
        async with desk.turn.transaction() as db:
            entries = await waitlist.waiting_in(db, here)

        async def leave(db: Db) -> None:
            await waitlist.leave(db, here, now=desk.now)

        desk.writes.append(leave)
        return ListLeft(count=len(entries))

    async def _confirm(self, effect: ConfirmVisit) -> VisitConfirmed | VisitGone:
        desk = self.effects
        visit = await desk.visits.read(effect.visit)
        if visit is None:
            return VisitGone()
        here = desk.conversation.id
        written = WriteBack(id=desk.id("confirm"), what=What.CONFIRM, about=visit.id, conversation=here)
        desk.writes.append(lambda db: coverage.keep_confirmation(db, visit.id, here, now=desk.now))
        desk.writes.append(lambda db: write_backs.put(db, written, now=desk.now))
        return VisitConfirmed(appointment=visit)

    async def _forms(self, effect: FindForms) -> FormsFound:
        desk = self.effects
        found: list[Form] = []
        for id in effect.visits:
            if (visit := await desk.visits.read(id)) is None:
                continue
            async with desk.turn.transaction() as db:
                form = await intakes.intake_of(db, visit.id)
            if form is None:
                form = self._opened(visit)
            if form is None:
                continue
            sent_in = form.submitted is not None
            link = None if sent_in or form.expires <= desk.now else await desk.link(form.id, until=form.expires)
            found.append(Form(visit=visit.id, sent_in=sent_in, link=link))
        return FormsFound(forms=tuple(found))

    def _opened(self, visit: Appointment) -> intakes.Intake | None:
        """A form for a visit that the front desk has booked without one."""
        desk = self.effects
        if visit.patient is None:
            return None
        form = intakes.Intake(
            id=desk.id(f"intake {visit.id}"),
            appointment=visit.id,
            patient=visit.patient,
            expires=desk.now + INTAKE_OPEN_FOR,
        )
        desk.writes.append(lambda db: intakes.open_intake(db, form, now=desk.now))
        return form

    def _keep(self, effect: KeepCoverage) -> CoverageKept:
        desk = self.effects
        told = coverage.Told(
            id=desk.id("coverage"),
            conversation=desk.conversation.id,
            payer=effect.payer,
            member=effect.member,
            at=desk.now,
        )
        here = desk.conversation.id
        written = WriteBack(id=told.id, what=What.COVERAGE, about=str(told.id), conversation=here)
        desk.writes.append(lambda db: coverage.keep_coverage(db, told))
        desk.writes.append(lambda db: write_backs.put(db, written, now=desk.now))
        return CoverageKept(payer=effect.payer, member=effect.member)
