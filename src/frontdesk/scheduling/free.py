"""What one search finds: sets of ticks, out of which times are listed, the best few chosen, and Slots built."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from frontdesk.domain.appointment import Slot
from frontdesk.domain.wish import Otherwise, Wish
from frontdesk.scheduling.answer import Answer, answer
from frontdesk.scheduling.best import best, within_wish
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.listing import FreeTime, free_times, soonest_first
from frontdesk.scheduling.nearest import nearest_starts
from frontdesk.scheduling.search import Search
from frontdesk.scheduling.starts import Starts, free_starts
from frontdesk.scheduling.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Free:
    """The free times of one search. A Slot is built only of those that somebody is shown."""

    search: Search
    table: Timetable
    busy: BusyTime
    found: Sequence[Starts]

    def times(self) -> list[FreeTime]:
        """Every start at which somebody can begin, soonest first, with everybody who can."""
        return free_times(self.found, self.table, self.busy)

    def slots(self, wish: Wish | None = None) -> list[Slot]:
        """Every time as a Slot, or all that fit a wish: one a start and practitioner, soonest first."""
        found = self.found
        if wish is not None:
            found = [replace(starts, ticks=ticks) for starts, ticks in within_wish(found, wish, self.table)]
        return [starts.slot_at(tick, self.table) for tick, starts in soonest_first(found, self.table, self.busy)]

    def few(
        self,
        wish: Wish,
        *,
        count: int,
        passed_over: Sequence[datetime] = (),
        otherwise: Otherwise = Otherwise.NEAREST,
    ) -> list[Slot]:
        """The best few times for a wish, soonest first; where none fits it, the nearest, if they are wanted."""
        fit = best(self.found, wish, self.table, self.busy, count=count, passed_over=passed_over)
        if fit or otherwise is Otherwise.NOTHING:
            return fit
        return nearest_starts(self.found, wish, self.table, self.busy, count=count, passed_over=passed_over)

    def answer(self, wish: Wish, *, count: int) -> Answer:
        """The best few times for a wish with their reasons, or what blocks and what would help."""
        return answer(self.search, wish, self.table, self.busy, count=count)


def free(search: Search, table: Timetable, busy: BusyTime) -> Free:
    """What is free for a search; nothing where the service is not to be booked or its days are out of reach."""
    within = search.within
    reached = max(within.start, search.earliest) <= min(within.end, search.latest)
    found = free_starts(search, table, busy) if search.service.bookable and reached else []
    return Free(search=search, table=table, busy=busy, found=found)
