"""Writes to the connected system what patients told beside their visits: that they come, who they are, how insured,
the forms that they handed in, and what they said before a booking.

Each is a row from the transaction in which it was told, so that a crash loses none. What the system has no way for
stays with the desk, where staff see it; what it refuses, or does not take in time, is put before a person.
"""

from collections.abc import Callable
from uuid import UUID, uuid5

from frontdesk.domain.audit import Event, Happened, Outcome, as_id
from frontdesk.domain.ids import AppointmentId, PatientId, PracticeId
from frontdesk.ports.abilities import ConfirmsVisits, Insurance, TakesCoverage, UpdatesPatients
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Connector
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.reception.filing import Filing
from frontdesk.reception.joined import Joined
from frontdesk.reception.noting import Noting
from frontdesk.storage import conversations, tasks, write_backs
from frontdesk.storage.coverage import coverage_in
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.patient_file import person_of
from frontdesk.storage.practices import Practices
from frontdesk.storage.recorded_system import recorded
from frontdesk.storage.write_backs import Became, Later, What, WriteBack

NOT_WRITTEN = "what a patient told could not be written to the connected system; enter it there"
"""The reason on the task for a person."""
NOT_FILED = "a form that was handed in is not in the chart of the connected system; file it there"
"""The same for a form that it does not take."""
PERHAPS_FILED = "a form was sent to the connected system, and no answer came: look whether it is in the chart"
"""The same where nobody but a person can find out."""
NOT_NOTED = "what a patient said before a booking could not be noted on the visit in the connected system"
"""The same for a note that it does not take."""
_BEFORE_A_PERSON = frozenset({Became.BY_HAND, Became.UNSURE})


class WritingBack:
    """What waits to be written to the systems that calendars live in."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        joined_of: Callable[[PracticeId], Joined | None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._joined_of = joined_of
        self._filing = Filing(storage=storage, practices=practices, clock=clock)
        self._noting = Noting(storage=storage, practices=practices)

    async def write(self, practice: PracticeId) -> int:
        """How many were taken up. Each ends written, tried later, or before a person. Safe to repeat."""
        joined = self._joined_of(practice)
        if joined is None:
            return 0
        async with self._storage.practice(practice) as db:
            due = await write_backs.take_up(db, now=self._clock.now())
        for one in due:
            await self._write(practice, joined, one)
        return len(due)

    async def _write(self, practice: PracticeId, joined: Joined, one: WriteBack) -> None:
        try:
            became = await self._written(practice, joined, one)
        except (Unreachable, OutcomeUnknown):
            became = Later()  # each of these calls may be repeated: what is there already is not written twice
        except (Refused, NotPermitted):
            became = Became.BY_HAND
        async with self._storage.practice(practice) as db:
            if isinstance(became, Later):
                if await write_backs.try_later(db, one, now=self._clock.now()):
                    return
                became = Became.BY_HAND
            await write_backs.ended(db, one, became, now=self._clock.now())
            if one.what in {What.FORM, What.SAID} and became is not Became.NOTHING:
                db.record(_charted(one, joined.key, became))
            if became in _BEFORE_A_PERSON:
                await tasks.open_task(db, await self._task(db, one, became))

    async def _written(self, practice: PracticeId, joined: Joined, one: WriteBack) -> Became | Later:
        """How it ended. Raises: Fault."""
        connector = joined.connector
        match one.what:
            case What.CONFIRM:
                return await self._confirm(practice, joined, connector, AppointmentId(one.about))
            case What.DEMOGRAPHICS:
                return await self._update(practice, joined, connector, PatientId(UUID(one.about)))
            case What.COVERAGE:
                return await self._cover(practice, joined, connector, one)
            case What.FORM:
                return await self._filing.file(practice, joined, one)
            case What.SAID:
                return await self._noting.note(practice, joined, one)

    async def _confirm(
        self, practice: PracticeId, joined: Joined, connector: Connector, visit: AppointmentId
    ) -> Became:
        if not isinstance(connector, ConfirmsVisits):
            return Became.NOTHING
        async with recorded(self._storage, practice, joined.key, "confirm", visit=visit) as call:
            confirmed = await connector.confirm(visit)
            call.saw_any(confirmed)
        return Became.WRITTEN  # a visit that is gone is not confirmed; that it is gone is told elsewhere

    async def _update(
        self, practice: PracticeId, joined: Joined, connector: Connector, patient: PatientId
    ) -> Became | Later:
        if not isinstance(connector, UpdatesPatients):
            return Became.NOTHING
        async with recorded(self._storage, practice, joined.key, "update_patient", patient):
            return Became.WRITTEN if await connector.update_patient(patient) else Later()

    async def _cover(
        self, practice: PracticeId, joined: Joined, connector: Connector, one: WriteBack
    ) -> Became | Later:
        if not isinstance(connector, TakesCoverage) or one.conversation is None:
            return Became.NOTHING
        async with self._storage.practice(practice) as db:
            conversation = await conversations.read_conversation(db, one.conversation)
            told = [each for each in await coverage_in(db, one.conversation) if str(each.id) == one.about]
        if conversation is None or not told or told[0].payer is None or told[0].member is None:
            return Became.NOTHING  # half of it cannot be entered; staff have it on their card
        if conversation.patient is None:
            return Later()
        insurance = Insurance(payer=told[0].payer, member=told[0].member)
        async with recorded(self._storage, practice, joined.key, "add_coverage", conversation.patient):
            return Became.WRITTEN if await connector.add_coverage(conversation.patient, insurance) else Later()

    async def _task(self, db: Db, one: WriteBack, became: Became) -> tasks.Task:
        conversation = one.conversation
        if conversation is None and one.patient is not None:  # a visit that staff booked: where they wrote last
            conversation = next(reversed((await person_of(db, one.patient)).conversations), None)
        return tasks.Task(
            id=uuid5(one.id, "not written"),
            conversation=conversation,
            appointment=None,
            reason=_reason(one, became),
            urgent=False,
            opened=self._clock.now(),
        )


def _charted(one: WriteBack, system: str, became: Became) -> Event:
    outcome = Outcome.FAILED if became in _BEFORE_A_PERSON else Outcome.DONE
    whose = frozenset({one.patient} if one.patient is not None else ())
    codes = {"system": system, "became": became.value}
    ids = {"form" if one.what is What.FORM else "visit": as_id(one.about)}
    return Event(what=Happened.CHART_WRITTEN, subjects=whose, outcome=outcome, ids=ids, codes=codes)


def _reason(one: WriteBack, became: Became) -> str:
    if one.what is not What.FORM:
        return NOT_NOTED if one.what is What.SAID else NOT_WRITTEN
    return PERHAPS_FILED if became is Became.UNSURE else NOT_FILED
