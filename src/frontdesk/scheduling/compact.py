"""Which starts keep a practitioner's day compact: no gap beside the visit that is too short for any other."""

from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.ruler import in_a_row, less
from frontdesk.scheduling.starts import Starts
from frontdesk.scheduling.timetable import Timetable


def without_useless_gaps(starts: Starts, table: Timetable, busy: BusyTime) -> int:
    """The ticks among the starts whose visit touches what is before and after it, or leaves room for another visit."""
    person = starts.practitioner
    free = less(table.worked[person.id, starts.location.id], busy.of_practitioner(person.id))
    usable = table.usable[person.id]
    room = in_a_row(free, usable)
    begins_gap, ends_gap = free ^ room, free ^ free & room << (usable - 1)
    return less(starts.ticks, ends_gap << 1 | begins_gap >> starts.shared.parts.whole)
