"""Which times can be booked as they stand: everyone and everything a visit takes is free, and the rules allow it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from frontdesk.domain.appointment import Appointment, Claim, Slot
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.domain.visitor import ANYBODY, Visitor
from frontdesk.scheduling.busy_time import NOTHING_BUSY
from frontdesk.scheduling.free import free
from frontdesk.scheduling.search import search_for
from frontdesk.scheduling.timetable import timetable


def find_slots(
    practice: Practice,
    *,
    service: ServiceId,
    within: Period,
    busy: Iterable[Claim],
    now: datetime,
    practitioner: PractitionerId | None = None,
    location: LocationId | None = None,
    visitor: Visitor = ANYBODY,
    standing: Sequence[Appointment] = (),
) -> list[Slot]:
    """Times that can be booked as they stand, soonest first; [] when none fits or the service is not to be booked.

    Each visit lies in `within`, in opening hours and in its practitioner's shift, starts on the grid of the
    location's wall clock, no sooner than the lead time from `now` and no later than the horizon, and keeps every
    rule of the practice, as far as the `visitor` is known. At one start there is one Slot a practitioner, whoever
    has the lighter day first, then in the order of the practice's list. `standing` are the practice's visits of
    those days, which daily limits count and whose classes can be joined.
    Raises: KeyError (the practice has no such service).
    """
    search = search_for(
        practice,
        practice.service(service),
        within,
        now=now,
        practitioner=practitioner,
        location=location,
        visitor=visitor,
        standing=standing,
    )
    table = timetable(practice, within)
    return free(search, table, NOTHING_BUSY.and_of(busy, table.ruler)).slots()
