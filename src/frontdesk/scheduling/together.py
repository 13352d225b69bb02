"""Several visits as one: services one after another or at once, and people who come at the same time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from itertools import islice

from frontdesk.domain.appointment import Appointment, Claim, Slot, Status, Subject
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.practice import Location
from frontdesk.domain.time import Period
from frontdesk.domain.wish import Wish
from frontdesk.scheduling.best import over_days
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.listing import load_of
from frontdesk.scheduling.ruler import listed
from frontdesk.scheduling.search import Search
from frontdesk.scheduling.starts import Starts, free_starts
from frontdesk.scheduling.timetable import Timetable
from frontdesk.scheduling.wish_time import wished


class How(Enum):
    """How visits belong together."""

    IN_SEQUENCE = "in sequence"
    AT_ONCE = "at once"
    COMPANIONS = "companions"


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """Visits wanted as one: one patient's, one after another or all at once, or those of people who come together.

    Each part is a search of its own, with its patient. In sequence they keep their order, and up to `longest_wait`
    may lie between one and the next. At once, one patient is in one room, with a practitioner for each part.
    """

    parts: tuple[Search, ...]
    how: How
    longest_wait: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise Impossible("Together: name two visits or more")


Joint = tuple[Slot, ...]
"""One Slot a part, in the order of the parts, all at one location; none is in another's way."""


def find_together(
    wanted: Together, wish: Wish, table: Timetable, busy: BusyTime, *, count: int | None = None
) -> list[Joint]:
    """Ways to have all the visits, soonest first, one a start; with `count` the best few, spread over the days.

    The time from the first start to the last end fits the wish; its practitioner is a matter of the parts.
    """
    found: dict[int, Joint] = {}
    for location in table.practice.locations:
        fit = _Fit(wanted=wanted, wish=wish, location=location, table=table)
        days = fit.days(busy)
        of_each_day = (first for ticks in days.values() if (first := next(fit.joints(ticks, busy), None)))
        soonest = list(islice(of_each_day, count or 0))
        found.update((tick, joint) for tick, joint in soonest if tick not in found)
        if count is None or len(soonest) < count:
            every = [one for ticks in days.values() for one in fit.joints(ticks, busy)]
            found.update((tick, joint) for tick, joint in every if tick not in found)
    if count is None:
        return [found[tick] for tick in sorted(found)]
    clock = table.clocks[table.practice.locations[0].id]
    by_day: dict[date, list[int]] = {}
    for tick in sorted(found):
        by_day.setdefault(clock.day_of(tick), []).append(tick)
    return [found[tick] for tick in sorted(over_days(list(by_day.values()), count))]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fit:
    """The search for joint visits at one location."""

    wanted: Together
    wish: Wish
    location: Location
    table: Timetable

    def days(self, busy: BusyTime) -> dict[date, list[int]]:
        """The ticks at which the first visit could begin if nobody were in another's way, by day."""
        wait = self.wanted.longest_wait // self.table.ruler.tick
        whole = self.table.ruler.whole
        possible = whole
        for number in reversed(range(len(self.wanted.parts))):
            begins = 0
            for starts in free_starts(self._part(number, ()), self.table, busy):
                if self.wanted.how is How.IN_SEQUENCE and number < len(self.wanted.parts) - 1:
                    length = self.table.ruler.ticks(starts.length)
                    follows = 0
                    for gap in range(wait + 1):
                        follows |= possible >> (length + gap)
                    begins |= starts.ticks & follows
                else:
                    begins |= starts.ticks
            possible = begins if self.wanted.how is How.IN_SEQUENCE else possible & begins
        clock = self.table.clocks[self.location.id]
        possible &= wished(replace(self.wish, excluded=()), clock, 1)
        days: dict[date, list[int]] = {}
        for tick in listed(possible):
            days.setdefault(clock.day_of(tick), []).append(tick)
        return days

    def joints(self, ticks: Sequence[int], busy: BusyTime) -> Iterator[tuple[int, Joint]]:
        """For each of the ticks at which it can be done, the first way to do it."""
        for tick in ticks:
            ways = self._ways((), range(tick, tick + 1), busy)
            if joint := next((way for way in ways if self._is_wished(way)), None):
                yield tick, _in_one_room(joint) if self.wanted.how is How.AT_ONCE else joint

    def _ways(self, had: tuple[Slot, ...], ticks: range, busy: BusyTime) -> Iterator[Joint]:
        """Each way to go on from the visits placed already; the next begins at one of the ticks."""
        if len(had) == len(self.wanted.parts):
            yield had
            return
        found = free_starts(self._part(len(had), had), self.table, busy)
        for tick in ticks:
            able = [starts for starts in found if starts.ticks >> tick & 1]
            for starts in sorted(able, key=lambda one: load_of(one, tick, self.table, busy)):
                for slot in starts.options_at(tick, self.table):
                    if self._may_join(slot, had):
                        taken = busy.and_of(self._in_the_way(slot), self.table.ruler)
                        yield from self._ways((*had, slot), self._next(slot, tick, starts), taken)

    def _may_join(self, slot: Slot, had: tuple[Slot, ...]) -> bool:
        """Whether a visit can be one of several at once: one patient is in one room."""
        rooms = {tuple(_rooms(one)) for one in (*had, slot)} - {()}
        return self.wanted.how is not How.AT_ONCE or len(rooms) <= 1

    def _in_the_way(self, slot: Slot) -> list[Claim]:
        """What of a visit keeps the next ones out: of one patient's visits at once, not the room they share."""
        shared = self.wanted.how is How.AT_ONCE
        return [claim for claim in slot.claims if not (shared and claim.subject is Subject.ROOM)]

    def _next(self, slot: Slot, tick: int, starts: Starts) -> range:
        if self.wanted.how is not How.IN_SEQUENCE:
            return range(tick, tick + 1)
        over = tick + self.table.ruler.ticks(starts.length)
        return range(over, over + self.wanted.longest_wait // self.table.ruler.tick + 1)

    def _part(self, number: int, had: Sequence[Slot]) -> Search:
        """The search for one part, at this location, with the visits placed already counted."""
        part = self.wanted.parts[number]
        visitor, placed = part.visitor, tuple(_as_visit(slot) for slot in had)
        if self.wanted.how is How.IN_SEQUENCE and visitor.visits is not None:
            visitor = replace(visitor, visits=(*visitor.visits, *placed))
        off_grid = self.wanted.how is How.IN_SEQUENCE and number > 0
        return replace(
            part,
            location=self.location.id if part.location in {None, self.location.id} else part.location,
            visitor=visitor,
            standing=(*part.standing, *placed),
            off_grid=off_grid,
        )

    def _is_wished(self, joint: Joint) -> bool:
        whole = Period(start=joint[0].during.start, end=max(slot.during.end for slot in joint))
        here = all(slot.location == self.location.id for slot in joint)
        return here and self.wish.fits(whole, self.location.zone)


def _as_visit(slot: Slot) -> Appointment:
    return Appointment(
        id=AppointmentId(""),
        service=slot.service,
        location=slot.location,
        practitioner=slot.practitioner,
        room=slot.room,
        devices=slot.devices,
        during=slot.during,
        status=Status.PENDING,
    )


def _rooms(slot: Slot) -> list[tuple[str, int]]:
    return [(claim.id, claim.lane) for claim in slot.claims if claim.subject is Subject.ROOM]


def _in_one_room(joint: Joint) -> Joint:
    """The same with the room claimed once, by the first visit that needs it and for as long as any of them needs it."""
    held = [claim.during for slot in joint for claim in slot.claims if claim.subject is Subject.ROOM]
    if not held:
        return joint
    whole = Period(start=min(one.start for one in held), end=max(one.end for one in held))
    holder = next(slot for slot in joint if _rooms(slot))
    lanes = tuple(replace(one, during=whole) for one in holder.claims if one.subject is Subject.ROOM)
    return tuple(
        replace(
            slot,
            claims=(
                *(one for one in slot.claims if one.subject is not Subject.ROOM),
                *(lanes if slot is holder else ()),
            ),
        )
        for slot in joint
    )
