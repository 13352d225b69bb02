"""Visits that `frontdesk slots` looks for as one: several services, companions, a course; and who they are for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from frontdesk.cli.faults import CommandFault
from frontdesk.dialogue.effects import FindCourse
from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.ids import PatientId
from frontdesk.domain.practice import Practice
from frontdesk.domain.visitor import Visitor
from frontdesk.domain.wish import Wish
from frontdesk.ports.system import SlotRequest, System
from frontdesk.reception.course import plan
from frontdesk.scheduling.together import How, Joint, Together, find_together
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.patients import read_patient
from frontdesk.wiring import Frontdesk

FEW = 3
A_SCREEN = 40
"""Ways that are listed where all are wanted: there may be thousands."""


async def together(
    system: System, wanted: Sequence[SlotRequest], wish: Wish, *, how: How, few: bool
) -> Sequence[Joint]:
    """Ways to have all of them, soonest first. Raises: CommandFault (the calendar is another system's)."""
    if not isinstance(system, Calendar):
        raise CommandFault("Several --service as one are found in the built-in calendar only; ask for one at a time.")
    found = [await system.look(one) for one in wanted]
    first = found[0]
    joint = Together(parts=tuple(one.search for one in found), how=how)
    return find_together(joint, wish, first.table, first.busy, count=FEW if few else A_SCREEN)


async def course(
    system: System,
    practice: Practice,
    wanted: SlotRequest,
    wish: Wish,
    *,
    visits: int,
    weeks: tuple[int, int] | None,
    now: datetime,
) -> Sequence[tuple[Slot, ...]]:
    """The soonest course, as the assistant would plan it; () when none fits. Raises: CommandFault, Fault."""
    least, most = weeks or (None, None)
    asked = FindCourse(service=wanted.service, wish=wish, visits=visits, at_least=least, at_most=most)
    found = await plan(system, practice, asked, visitor=wanted.visitor, now=now)
    if found.plan is None:
        raise CommandFault("How far apart are the visits? Write --every 5, or --every 4-6 (weeks).")
    return (found.plan,) if found.plan else ()


async def visitor_of(desk: Frontdesk, practice: Practice, written: str) -> Visitor:
    """What is known of that patient: their age and visits. Raises: CommandFault, Fault."""
    try:
        id = PatientId(UUID(written))
    except ValueError:
        raise CommandFault(f"--patient is {written!r}; write a patient's id, as exports have it.") from None
    async with desk.storage.practice(practice.id) as db:
        patient = await read_patient(db, id)
    if patient is None:
        raise CommandFault(f"{practice.name} has no patient {written}.")
    visits = tuple(await desk.system_of(practice.id).appointments_of([id]))
    came = any(visit.status is Status.FULFILLED for visit in visits)
    return Visitor(is_new=False if came else None, born=patient.birth_date, visits=visits)
