"""Arithmetic of the book: who works when, what is in the way, and what is left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from frontdesk.systems.mindbody.simulator_rows import Row, moment, number, numbers, yes
from frontdesk.systems.mindbody.simulator_site import Site, resources_of, stands


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Stretch:
    """A stretch of the wall clock, [start, end)."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Stretch") -> bool:
        """Whether the two have a moment in common."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Stretch") -> bool:
        """Whether the other lies within."""
        return self.start <= other.start and other.end <= self.end


def of(row: Row) -> Stretch:
    """From StartDateTime to EndDateTime of a row."""
    return Stretch(start=moment(row, "StartDateTime"), end=moment(row, "EndDateTime"))


def days_from(first: date, last: date) -> Iterator[date]:
    """Each day, both ends in."""
    for count in range((last - first).days + 1):
        yield first + timedelta(days=count)


def on_days(row: Row, first: date, last: date) -> bool:
    """Whether a row begins on one of the days."""
    return first <= moment(row, "StartDateTime").date() <= last


def hours(site: Site, staff: int, program: int | None = None, location: int | None = None) -> Iterator[Row]:
    """A staff member's hours, by their start; of one category or one place where it is named."""
    for row in sorted(site.availabilities, key=lambda one: (one["StartDateTime"], one["Id"])):
        if number(row, "staff") != staff or yes(row, "unavailable"):
            continue
        if location in (None, row["location"]) and (program is None or program in numbers(row, "programs")):
            yield row


def blocks(site: Site, staff: int) -> Iterator[Row]:
    """When a staff member cannot be booked, by its start."""
    for row in sorted(site.availabilities, key=lambda one: (one["StartDateTime"], one["Id"])):
        if number(row, "staff") == staff and yes(row, "unavailable"):
            yield row


def kept_clear(site: Site, appointment: Row) -> Stretch:
    """A visit with the minutes before and after it that its staff member needs. Documented [prep-and-finish]."""
    service = site.service_of(number(appointment, "StaffId"), number(appointment, "SessionTypeId"))
    before, after = (number(service, "PrepTime"), number(service, "FinishTime")) if service else (0, 0)
    whole = of(appointment)
    return Stretch(start=whole.start - timedelta(minutes=before), end=whole.end + timedelta(minutes=after))


def busy(
    site: Site, staff: int, service: Row | None, *, ignoring: int = 0, behind: timedelta = timedelta(0)
) -> Iterator[Stretch]:
    """What is in the way of a visit of a service with a staff member, at any place.

    Guess [clear-of-both]: the minutes before and after the new visit must be clear of others, too. `behind` leaves
    out what took its place within that time.
    """
    before, after = (number(service, "PrepTime"), number(service, "FinishTime")) if service else (0, 0)
    known = (site.now() - behind).timestamp()
    for row in site.appointments:
        taken = row["taken"]
        late = behind and isinstance(taken, int | float) and taken > known
        if row["StaffId"] == staff and row["Id"] != ignoring and stands(row) and not late:
            clear = kept_clear(site, row)
            yield Stretch(start=clear.start - timedelta(minutes=after), end=clear.end + timedelta(minutes=before))
    for row in blocks(site, staff):
        yield of(row)


def free_resource(site: Site, resource: int, within: Stretch, *, ignoring: int = 0) -> Iterator[Row]:
    """When a room or device is free of visits, as rows of (ResourceId, StartDateTime, EndDateTime)."""
    taken = [
        of(row) for row in site.appointments if resource in resources_of(row) and stands(row) and row["Id"] != ignoring
    ]
    for gap in less(within, taken):
        yield {
            "ResourceId": resource,
            "StartDateTime": gap.start.isoformat(timespec="seconds"),
            "EndDateTime": gap.end.isoformat(timespec="seconds"),
        }


def less(whole: Stretch, taken: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of a stretch, in order."""
    start = whole.start
    for block in sorted(taken):
        if block.start < whole.end and block.end > start:
            if block.start > start:
                yield Stretch(start=start, end=block.start)
            start = max(start, block.end)
    if start < whole.end:
        yield Stretch(start=start, end=whole.end)
