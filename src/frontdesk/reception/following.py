"""Follows what people change in a connected system: its visits are copied, and patients are told what became of theirs.

The system is asked each minute, and at once when it sends a notice. What it says of a visit twice, in words that
differ, is not believed: the visit is read.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid5

import structlog

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.audit import Event, Happened, Outcome
from frontdesk.domain.ids import AppointmentId, PracticeId
from frontdesk.ports.abilities import Told
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Connector
from frontdesk.ports.faults import Fault, NotPermitted, Refused
from frontdesk.ports.system import Missing, System
from frontdesk.reception.joined import Joined, tells_changes
from frontdesk.storage import bookings, followed, mirror, tasks
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.storage.followed import Round
from frontdesk.storage.jobs import Job, Work

_log = structlog.get_logger()

PATIENCE = timedelta(minutes=5)
"""A system that cannot be read for so long is brought before a person."""
MOST_READ = 20
"""Visits that notices named and no answer told of are read one by one; so many in a round."""
SILENT = "the connected system has not answered for five minutes: changes made there are not seen until it does"
SHUT = "the connected system does not let its calendar be read: `frontdesk systems check` says why"
"""The reasons on the task for a person."""


@dataclass(kw_only=True, slots=True)
class _Found:
    """What a round has brought, each visit once; `left` are those that are still to be read."""

    next: str
    left: tuple[AppointmentId, ...] = ()
    visits: dict[AppointmentId, Appointment] = field(default_factory=dict)
    gone: set[AppointmentId] = field(default_factory=set)


class Following:
    """What the desk knows of the calendars that live elsewhere, kept up with them."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        joined_of: Callable[[PracticeId], Joined | None],
        system_of: Callable[[PracticeId], System],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._joined_of = joined_of
        self._system_of = system_of

    async def heard(self, practice: PracticeId, system: str, told: Sequence[Told]) -> None:
        """Keep what notices are about, each once, and have it read; free times that are known are stale."""
        now = self._clock.now()
        joined = self._joined_of(practice)
        asks = joined is not None and tells_changes(joined.connector) is not None
        async with self._storage.practice(practice) as db:
            await followed.void_times(db, system, now=now)
            fresh = [
                one
                for one in told
                if await followed.keep_notice(db, system, one.id, one.visits, everything=one.everything, now=now)
            ]
            if not asks:
                await _tell_soon(db, [id for one in fresh for id in one.visits], now=now)
                await followed.settle(db, system, [one.id for one in fresh], now=now)
            elif any(one.visits or one.everything for one in fresh):
                await _follow_on(db, system, now=now)

    async def follow(self, practice: PracticeId) -> None:
        """Ask the practice's system what has changed, where that is due, and keep it. Safe to repeat at any time."""
        joined = self._joined_of(practice)
        if joined is None or tells_changes(joined.connector) is None:
            return
        async with self._storage.alone(practice, f"follow {practice}") as turn:
            async with turn.transaction() as db:
                begun = await followed.begin_round(db, joined.key, every=joined.every, now=self._clock.now())
            if begun is None:
                return
            try:
                begun, answer = await _asked(joined.connector, begun)
                found = await self._settled(practice, answer, begun)
            except Fault as fault:
                await self._failed(turn, joined.key, begun, fault)
                return
            await self._keep(turn, joined.key, begun, found)

    async def _settled(self, practice: PracticeId, answer: "_Answer", begun: Round) -> _Found:
        """Each visit as it stands: of those that are told in two ways, and of those only named, what is read decides.

        One that the system will not show stays as it was known. Raises: Fault.
        """
        untold = [id for id in begun.named if id not in answer.told]
        found = _Found(
            next=answer.next, visits=dict(answer.visits), gone=set(answer.gone), left=tuple(untold[MOST_READ:])
        )
        for id in (*answer.unclear, *untold[:MOST_READ]):
            try:
                standing = await self._system_of(practice).read(id)
            except Refused:
                _log.warning("a visit is not shown by its system", practice=str(practice), visit=id)
                continue
            if isinstance(standing, Missing):
                found.gone.add(id)
            else:
                found.visits[id] = standing
        return found

    async def _keep(self, turn: Turn, system: str, begun: Round, found: _Found) -> None:
        """What was found, what to ask on with and what follows from it, in one transaction."""
        now = self._clock.now()
        async with turn.transaction() as db:
            changed = await mirror.keep_visits(db, system, found.visits.values(), asked=begun.asked, now=now)
            changed += await mirror.drop_gone(db, system, list(found.gone), asked=begun.asked, now=now)
            _record(db, system, tuple(found.visits.values()), Outcome.DONE)
            if changed:
                await followed.void_times(db, system, now=now)
                db.announce("appointment", system)
            await _tell_of(db, {*changed, *found.gone}, found, now=now)
            await followed.settle(db, system, begun.notices, left=found.left, now=now)
            missed = await mirror.not_told(db, system, begun.asked) if begun.since is None else []
            if missed:
                id = f"not among all that were told at {begun.asked.isoformat()}"
                await followed.keep_notice(db, system, id, missed, everything=False, now=now)
            task = await followed.end_round(db, system, begun, found.next)
            if found.left or missed:
                await _follow_on(db, system, now=now)
            if task is not None:
                await tasks.close_task(db, task, now=now)

    async def _failed(self, turn: Turn, system: str, begun: Round, fault: Fault) -> None:
        """Tried again in a minute; a person hears of it once it lasts, and at once where nobody else can mend it."""
        now = self._clock.now()
        async with turn.transaction() as db:
            stands = await followed.note_failure(db, system, since=begun.asked)
            since = stands.failed_since or begun.asked
            if since == begun.asked:
                outcome = Outcome.REFUSED if isinstance(fault, NotPermitted | Refused) else Outcome.FAILED
                _record(db, system, (), outcome, fault=fault)
            shut = isinstance(fault, NotPermitted)
            if stands.task is not None or not (shut or now - since >= PATIENCE):
                return
            task = tasks.Task(
                id=uuid5(db.practice, f"follow {system} {since.isoformat()}"),
                conversation=None,
                appointment=None,
                reason=SHUT if shut else SILENT,
                urgent=False,
                opened=now,
            )
            await tasks.open_task(db, task)
            await followed.note_task(db, system, task.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """What the system answered, sorted: `unclear` are those that it tells in two ways."""

    visits: dict[AppointmentId, Appointment]
    gone: frozenset[AppointmentId]
    unclear: tuple[AppointmentId, ...]
    next: str

    @property
    def told(self) -> set[AppointmentId]:
        """Every visit that it speaks of."""
        return {*self.visits, *self.gone, *self.unclear}


async def _asked(connector: Connector, begun: Round) -> tuple[Round, _Answer]:
    """The answer, and the round that it is the answer of: one that begins anew where the system will not go on.

    Raises: Fault.
    """
    system = tells_changes(connector)
    assert system is not None
    try:
        answer = await system.changes(begun.since)
    except Refused:
        if begun.since is None:
            raise
        begun = replace(begun, since=None)
        answer = await system.changes(None)
    visits: dict[AppointmentId, Appointment] = {}
    unclear = {visit.id for visit in answer.visits if visits.setdefault(visit.id, visit) != visit}
    unclear |= set(answer.gone) & visits.keys()
    for id in unclear:
        del visits[id]
    gone = frozenset(answer.gone) - unclear
    return begun, _Answer(visits=visits, gone=gone, unclear=tuple(sorted(unclear)), next=answer.next)


async def _follow_on(db: Db, system: str, *, now: datetime) -> None:
    """Have the system asked at once."""
    await followed.make_due(db, system, now=now)
    db.enqueue(Job(work=Work.FOLLOW, practice=db.practice, on=db.practice))


async def _tell_of(db: Db, changed: Set[AppointmentId], found: _Found, *, now: datetime) -> None:
    """Have the patients told whose visits are not what they were promised."""
    promised = await bookings.promises_of(db, sorted(changed))
    broken = [one.appointment for one in promised if not one.is_kept_by(found.visits.get(one.appointment))]
    await _tell_soon(db, broken, now=now)


async def _tell_soon(db: Db, visits: Sequence[AppointmentId], *, now: datetime) -> None:
    if await bookings.look_now(db, visits, now=now):
        db.enqueue(Job(work=Work.LOOK, practice=db.practice, on=db.practice))


def _record(
    db: Db, system: str, visits: Sequence[Appointment], outcome: Outcome, *, fault: Fault | None = None
) -> None:
    """Have the audit tell whose visits came; an answer that brings none is nobody's."""
    if not visits and fault is None:
        return
    whose = frozenset(visit.patient for visit in visits if visit.patient is not None)
    codes: dict[str, str | int] = {"system": system, "asked": "changes", "found": len(visits)}
    if fault is not None:
        codes["fault"] = type(fault).__name__.lower()
    db.record(Event(what=Happened.SYSTEM_CALLED, subjects=whose, outcome=outcome, codes=codes))
