"""Which times can be booked as they stand: everyone and everything a visit takes is free, and the rules allow it."""

from collections.abc import Iterable
from datetime import datetime

from frontdesk.domain.appointment import Claim, Slot
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.scheduling.busy_time import NOTHING_BUSY
from frontdesk.scheduling.listing import soonest_first
from frontdesk.scheduling.starts import Search, free_starts
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
) -> list[Slot]:
    """Times that can be booked as they stand, soonest first; [] when none fits or the service is not to be booked.

    Each visit lies in `within`, in opening hours and in its practitioner's shift, starts on the grid of the
    location's wall clock, no sooner than the lead time from `now` and no later than the horizon. At one start
    there is one Slot a practitioner, whoever has the lighter day first, then in the order of the practice's list.
    Raises: KeyError (the practice has no such service).
    """
    search = Search(
        service=practice.service(service),
        within=within,
        earliest=max(within.start, now + practice.policies.lead_time),
        latest=min(within.end, now + practice.policies.horizon),
        practitioner=practitioner,
        location=location,
    )
    if not search.service.bookable or search.earliest > search.latest:
        return []
    table = timetable(practice, within)
    held = NOTHING_BUSY.and_of(busy, table.ruler)
    found = free_starts(search, table, held)
    return [starts.slot_at(tick, table.ruler) for tick, starts in soonest_first(found, table, held)]
