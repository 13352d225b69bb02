"""Arithmetic of the book: who works when, what is in the way, and what fits where. Everything is in UTC inside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.boulevard.simulator_business import Business, existing, works_at
from frontdesk.systems.boulevard.simulator_rows import (
    Row,
    moment,
    number,
    row_in,
    rows_in,
    text,
    texts,
    uuid_of,
    words,
    written,
    yes,
)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Stretch:
    """A stretch of time in UTC, [start, end)."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Stretch") -> bool:
        """Whether the two have a moment in common."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Stretch") -> bool:
        """Whether the other lies within."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A service that is to be done, and by whom; "" for anybody of `among`, or anybody at all."""

    service: str
    staff: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """What takes time, by staff member and by room or device."""

    staff: dict[str, list[Stretch]] = field(default_factory=dict)
    resources: dict[str, list[Stretch]] = field(default_factory=dict)

    def free(self, staff: str, at: Stretch) -> bool:
        """Whether a staff member has nothing then."""
        return not any(one.overlaps(at) for one in self.staff.get(staff, ()))

    def empty(self, resource: str, at: Stretch) -> bool:
        """Whether a room or device is not used then."""
        return not any(one.overlaps(at) for one in self.resources.get(resource, ()))

    def take(self, services: Sequence[Row]) -> None:
        """Count the services of a visit, or of a hold, as taken."""
        for one in services:
            at = Stretch(start=moment(one, "startAt"), end=moment(one, "endAt"))
            self.staff.setdefault(text(one, "staffId"), []).append(at)
            if one["resource"]:
                self.resources.setdefault(text(one, "resource"), []).append(at)


def book_of(
    business: Business, *, appointment: str = "", cart: str = "", behind: timedelta = timedelta(0), holds: bool = True
) -> Book:
    """What is taken, leaving out one visit and one cart. `behind` leaves out what was taken within that time.

    Documented [holds-take-time]: a time that another cart keeps is not offered.
    """
    book, since = Book(), (business.now() - behind).timestamp()

    def known(row: Row) -> bool:
        taken = row.get("taken")
        return not behind or not isinstance(taken, int | float) or taken <= since

    for row in business.appointments:
        if row["id"] != appointment and not yes(row, "cancelled") and known(row):
            book.take(rows_in(row, "appointmentServices"))
    for row in business.timeblocks:
        if not yes(row, "cancelled") and known(row):
            at = Stretch(start=moment(row, "startAt"), end=moment(row, "endAt"))
            book.staff.setdefault(text(row, "staffId"), []).append(at)
    for row in business.carts if holds else ():
        kept = hold_of(business, row)
        if row["id"] != cart and kept is not None and known(kept):
            book.take(rows_in(kept, "services"))
    return book


def hold_of(business: Business, cart: Row) -> Row | None:
    """The time a cart keeps; None without one. Documented [hold-runs-out]: it is over at expiresAt."""
    hold = row_in(cart, "hold")
    if hold is None or cart["completedAt"] is not None or moment(hold, "expiresAt") <= business.now():
        return None
    return hold


def day_at(location: Row, day: date) -> Stretch | None:
    """A location's opening on a day; None when it is closed. Documented [hours-of-a-week]: Sunday first."""
    row = rows_in(location, "hours")[(day.weekday() + 1) % 7]
    opens, closes = row_in(row, "start"), row_in(row, "finish")
    if not yes(row, "open") or opens is None or closes is None:
        return None
    zone = ZoneInfo(text(location, "tz"))
    return _between(day, time(*_clock(opens)), time(*_clock(closes)), zone)


def shifts_on(business: Business, staff: str, location: Row, day: date) -> Iterator[Stretch]:
    """When a staff member works at a location on a day."""
    zone = ZoneInfo(text(location, "tz"))
    for row in business.shifts:
        if row["staffId"] == uuid_of(staff) and row["locationId"] == uuid_of(text(location, "id")) and on(row, day):
            start, end = (time.fromisoformat(text(row, name)) for name in ("clockIn", "clockOut"))
            yield _between(day, start, end, zone)


def on(shift: Row, day: date) -> bool:
    """Whether a shift is worked on a day. Seen [shift-templates]: it recurs on its weekday, between its two dates."""
    if not yes(shift, "available") or shift["day"] != (day.weekday() + 1) % 7:
        return False
    first, last = words(shift, "recurrenceStart"), words(shift, "recurrenceEnd")
    return (first is None or first <= day.isoformat()) and (last is None or day.isoformat() <= last)


def starts_on(business: Business, location: Row, day: date) -> Iterator[datetime]:
    """The instants at which a visit may begin. Guess [grid]: a step apart, within the location's hours."""
    opening = day_at(location, day)
    if opening is None:
        return
    at, step = opening.start, timedelta(minutes=number(location, "step"))
    while at < opening.end:
        yield at
        at += step


def begins(business: Business, location: Row, at: datetime) -> bool:
    """Whether a visit may begin then, if nothing is in the way."""
    return at in starts_on(business, location, at.astimezone(ZoneInfo(text(location, "tz"))).date())


def online(business: Business, location: Row, at: datetime) -> bool:
    """Whether a time may be booked online. Documented [lead-times]: neither too soon nor too far away."""
    ahead = at - business.now()
    return timedelta(minutes=number(location, "lead_minutes")) <= ahead <= timedelta(days=number(location, "lead_days"))


def place(business: Business, location: Row, wishes: Sequence[Wish], at: datetime, book: Book) -> list[Row] | None:
    """The services of a visit that begins then, one after the other; None when they do not fit.

    Documented [no-preference]: where nobody is chosen the first staff member who is free does it.
    """
    if not wishes:
        return []
    wish, *others = wishes
    for staff, how in candidates(business, wish, location):
        whole = Stretch(start=at, end=at + timedelta(minutes=number(how, "duration")))
        if not _works(business, staff, location, whole) or not book.free(text(staff, "id"), whole):
            continue
        resource = resource_for(business, wish.service, location, whole, book)
        if resource is None:
            continue
        rest = place(business, location, others, whole.end, book)
        if rest is not None:
            return [service_row(wish, staff, how, whole, resource), *rest]
    return None


def candidates(business: Business, wish: Wish, location: Row) -> Iterator[tuple[Row, Row]]:
    """Who could do a service at a location, and how, in the order of the staff list."""
    for staff in business.staff:
        how = business.performs(staff, wish.service)
        wanted = wish.staff in ("", staff["id"]) and (not wish.among or staff["id"] in wish.among)
        if how is not None and wanted and works_at(staff, text(location, "id")):
            yield staff, how


def resource_for(business: Business, service: str, location: Row, at: Stretch, book: Book) -> str | None:
    """A room or device for a service: "" where it needs none, None where all are used.

    Seen [resources-by-boulevard]: it assigns them itself, and nothing tells which.
    """
    if not yes(existing(business.services, service), "needs_resource"):
        return ""
    for row in business.resources:
        fits = row["locationId"] == location["id"] and service in texts(row, "services")
        if fits and book.empty(text(row, "id"), at):
            return text(row, "id")
    return None


def service_row(wish: Wish, staff: Row, how: Row, at: Stretch, resource: str) -> Row:
    """One service of a visit as the book keeps it."""
    return {
        "serviceId": wish.service,
        "staffId": staff["id"],
        "staffRequested": bool(wish.staff),
        "startAt": written(at.start),
        "endAt": written(at.end),
        "duration": number(how, "duration"),
        "price": number(how, "price"),
        "resource": resource,
    }


def _works(business: Business, staff: Row, location: Row, at: Stretch) -> bool:
    day = at.start.astimezone(ZoneInfo(text(location, "tz"))).date()
    return any(shift.holds(at) for shift in shifts_on(business, text(staff, "id"), location, day))


def _between(day: date, start: time, end: time, zone: ZoneInfo) -> Stretch:
    first, last = (datetime.combine(day, one, zone).astimezone(UTC) for one in (start, end))
    return Stretch(start=first, end=last)


def _clock(row: Row) -> tuple[int, int]:
    return number(row, "hour"), number(row, "minute")
