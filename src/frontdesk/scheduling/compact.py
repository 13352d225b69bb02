"""Which starts keep a practitioner's day compact: no gap beside the visit that is too short for any other."""

from datetime import timedelta

from frontdesk.domain.practice import Practice, Practitioner
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.ruler import in_a_row
from frontdesk.scheduling.starts import Starts
from frontdesk.scheduling.timetable import Timetable


def shortest_visit(practitioner: Practitioner, practice: Practice) -> timedelta:
    """The shortest visit that is booked with someone: a gap below it is of no use. Zero when there is none."""
    lengths = (
        service.length_with(practitioner.id)
        for service in practice.services
        if service.bookable and service.roles & practitioner.roles
    )
    return min(lengths, default=timedelta(0))


def without_useless_gaps(starts: Starts, table: Timetable, busy: BusyTime) -> int:
    """The ticks among the starts whose visit touches what is before and after it, or leaves room for another visit."""
    person = starts.practitioner
    free = table.worked[person.id, starts.location.id] & ~busy.of_practitioner(person.id)
    usable = max(table.ruler.ticks(shortest_visit(person, table.practice)), 1)
    room = in_a_row(free, usable)
    length = table.ruler.ticks(starts.length)
    nothing_before, nothing_after = ~(free << 1), ~(free >> length)
    return starts.ticks & (nothing_before | room << usable) & (nothing_after | room >> length)
