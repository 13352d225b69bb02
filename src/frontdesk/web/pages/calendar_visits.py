"""The visits that a page of the calendar shows: the built-in calendar's, or the copy of a connected system's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.reception.joined import Joined, tells_changes
from frontdesk.storage.database import Db
from frontdesk.storage.followed import read_followed
from frontdesk.storage.mirror import mirrored_within
from frontdesk.storage.visits import appointments_within


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Visits, soonest first. `copied`: they are a connected system's, which alone changes them.

    `as_of`: as old is the copy; None where it is none, or nothing was read yet. Of patients the desk does not know a
    copied visit shows only that somebody is busy: it has no service.
    """

    visits: Sequence[Appointment]
    copied: bool = False
    as_of: datetime | None = None

    @property
    def nameless(self) -> str:
        """What stands for a time that is taken by nobody the desk knows."""
        return "Busy" if self.copied else "Blocked"


async def shown_within(db: Db, practice: Practice, joined: Joined | None, within: Period, *, now: datetime) -> Shown:
    """What overlaps the stretch and takes time; where the calendar lives elsewhere, with it what is held or asked for
    on our side, until it is seen there."""
    here = await appointments_within(db, within, now=now)
    if joined is None or tells_changes(joined.connector) is None:
        return Shown(visits=here)
    there = [_as_known(visit, practice) for visit in await mirrored_within(db, joined.key, within)]
    ours = [visit for visit in here if not any(_is_there(visit, one) for one in there)]
    stands = await read_followed(db, joined.key)
    return Shown(visits=sorted([*there, *ours], key=lambda visit: visit.during), copied=True, as_of=stands.read)


def _is_there(ours: Appointment, theirs: Appointment) -> bool:
    return ours.practitioner == theirs.practitioner and ours.during.overlaps(theirs.during)


def _as_known(visit: Appointment, practice: Practice) -> Appointment:
    """The visit without what the desk does not know, or knows no more: the practice may have changed meanwhile."""
    services = {one.id for one in practice.services} if visit.patient is not None else set()
    people, rooms = {one.id for one in practice.practitioners}, {one.id for one in practice.rooms}
    return replace(
        visit,
        service=visit.service if visit.service in services else None,
        practitioner=visit.practitioner if visit.practitioner in people else None,
        room=visit.room if visit.room in rooms else None,
    )
