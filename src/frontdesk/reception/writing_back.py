"""Writes to the connected system what patients told beside their visits: that they come, who they are, how insured.

Each is a row from the transaction in which it was told, so that a crash loses none. What the system has no way for
stays with the desk, where staff see it; what it refuses, or does not take in time, is put before a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from frontdesk.domain.ids import AppointmentId, PatientId, PracticeId
from frontdesk.ports.abilities import ConfirmsVisits, Insurance, TakesCoverage, UpdatesPatients
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Connector
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.reception.joined import Joined
from frontdesk.storage import conversations, tasks, write_backs
from frontdesk.storage.coverage import coverage_in
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.recorded_system import recorded
from frontdesk.storage.write_backs import What, WriteBack

NOT_WRITTEN = "what a patient told could not be written to the connected system; enter it there"
"""The reason on the task for a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Later:
    """It cannot be written yet: there is no file, or nobody knows whose it is."""


class WritingBack:
    """What waits to be written to the systems that calendars live in."""

    def __init__(self, storage: Storage, clock: Clock, joined_of: Callable[[PracticeId], Joined | None]) -> None:
        self._storage = storage
        self._clock = clock
        self._joined_of = joined_of

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
            outcome = await self._written(practice, joined, one)
        except (Unreachable, OutcomeUnknown):
            outcome = _Later()  # each of these calls may be repeated: what is there already is not written twice
        except (Refused, NotPermitted):
            await self._before_a_person(practice, one)
            return
        async with self._storage.practice(practice) as db:
            again = outcome is not None and await write_backs.try_later(db, one, now=self._clock.now())
            if outcome is None:
                await write_backs.ended(db, one)
        if outcome is not None and not again:
            await self._before_a_person(practice, one)

    async def _written(self, practice: PracticeId, joined: Joined, one: WriteBack) -> _Later | None:
        """None: it is done with. Raises: Fault."""
        connector = joined.connector
        match one.what:
            case What.CONFIRM:
                return await self._confirm(practice, joined, connector, AppointmentId(one.about))
            case What.DEMOGRAPHICS:
                return await self._update(practice, joined, connector, PatientId(UUID(one.about)))
            case What.COVERAGE:
                return await self._cover(practice, joined, connector, one)

    async def _confirm(
        self, practice: PracticeId, joined: Joined, connector: Connector, visit: AppointmentId
    ) -> _Later | None:
        if isinstance(connector, ConfirmsVisits):
            async with recorded(self._storage, practice, joined.key, "confirm", visit=visit) as call:
                confirmed = await connector.confirm(visit)
                call.saw_any(confirmed)
        return None  # a visit that is gone is not confirmed; that it is gone is told elsewhere

    async def _update(
        self, practice: PracticeId, joined: Joined, connector: Connector, patient: PatientId
    ) -> _Later | None:
        if not isinstance(connector, UpdatesPatients):
            return None
        async with recorded(self._storage, practice, joined.key, "update_patient", patient):
            return None if await connector.update_patient(patient) else _Later()

    async def _cover(self, practice: PracticeId, joined: Joined, connector: Connector, one: WriteBack) -> _Later | None:
        if not isinstance(connector, TakesCoverage) or one.conversation is None:
            return None
        async with self._storage.practice(practice) as db:
            conversation = await conversations.read_conversation(db, one.conversation)
            told = [each for each in await coverage_in(db, one.conversation) if str(each.id) == one.about]
        if conversation is None or not told or told[0].payer is None or told[0].member is None:
            return None  # half of it cannot be entered; staff have it on their card
        if conversation.patient is None:
            return _Later()
        insurance = Insurance(payer=told[0].payer, member=told[0].member)
        async with recorded(self._storage, practice, joined.key, "add_coverage", conversation.patient):
            return None if await connector.add_coverage(conversation.patient, insurance) else _Later()

    async def _before_a_person(self, practice: PracticeId, one: WriteBack) -> None:
        async with self._storage.practice(practice) as db:
            await write_backs.ended(db, one)
            await tasks.open_task(db, self._task(db, one))

    def _task(self, db: Db, one: WriteBack) -> tasks.Task:
        return tasks.Task(
            id=uuid5(one.id, "not written"),
            conversation=one.conversation,
            appointment=None,
            reason=NOT_WRITTEN,
            urgent=False,
            opened=self._clock.now(),
        )
