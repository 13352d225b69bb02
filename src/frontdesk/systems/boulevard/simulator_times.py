"""Open time: the days and times a cart can be booked at, and those a visit can be moved to."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.boulevard.simulator_appointments import mine, why_it_stays
from frontdesk.systems.boulevard.simulator_business import Business, existing
from frontdesk.systems.boulevard.simulator_calls import Api, Caller, Fields, given
from frontdesk.systems.boulevard.simulator_cart import Cart, cart_of, variant_row, variants
from frontdesk.systems.boulevard.simulator_hours import Book, Wish, book_of, online, place, starts_on
from frontdesk.systems.boulevard.simulator_refusals import Code, documented, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, number, rows_in, text, texts, words, yes

LIMIT = 31
LONGEST_LOOK = 366


def bookable_dates(caller: Caller, _: Row, arguments: Row) -> Json:
    """Days on which all items of a cart can be booked. Documented [dates-by-default]: 31 days at most; from the
    earliest bookable day; to a week after the first. Documented [lead-times]: within the location's lead times.
    """
    shop, cart = caller.business, cart_of(caller, text(arguments, "id"))
    location = _where(caller, cart, arguments)
    zone = _zone(arguments, location)
    today = shop.now().astimezone(zone).date()
    earliest = (shop.now() + timedelta(minutes=number(location, "lead_minutes"))).astimezone(zone).date()
    first = date.fromisoformat(words(arguments, "searchRangeLower") or earliest.isoformat())
    last = date.fromisoformat(words(arguments, "searchRangeUpper") or (first + timedelta(days=7)).isoformat())
    limit = arguments.get("limit")
    book, wishes = _taken(caller, cart), _wishes(cart, arguments)
    furthest = today + timedelta(days=number(location, "lead_days") + 1)
    found: list[Json] = [
        {"date": day.isoformat()}
        for day in _days(first, last)
        if today <= day <= furthest and any(True for _ in _open(shop, location, wishes, day, zone, book))
    ]
    return found[: limit if isinstance(limit, int) else LIMIT]


def bookable_times(caller: Caller, _: Row, arguments: Row) -> Json:
    """Times on a day at which all items of a cart can begin. Seen [time-ids]: `t_` and the local time.

    Documented [times-in-zone]: with the offset of the zone asked for, else of the location's.
    """
    cart = cart_of(caller, text(arguments, "id"))
    location = _where(caller, cart, arguments)
    zone, day = _zone(arguments, location), date.fromisoformat(text(arguments, "searchDate"))
    wishes = _wishes(cart, arguments)
    return [
        {"id": time_id(location, at), "startTime": at.astimezone(zone).isoformat(), "score": 1.0}
        for at in _open(caller.business, location, wishes, day, zone, _taken(caller, cart))
    ]


def bookable_staff_variants(caller: Caller, _: Row, arguments: Row) -> Json:
    """Who could do one item at a time, while the others stay with whom they are. Documented [variants-at-a-time]."""
    shop, cart = caller.business, cart_of(caller, text(arguments, "id"))
    location, item = _where(caller, cart, arguments), cart.item(text(arguments, "itemId"))
    at = instant_of(location, text(arguments, "bookableTimeId"))
    found = []
    for staff, how in variants(shop, text(item, "serviceId"), text(location, "id")):
        wishes = [
            Wish(service=text(one, "serviceId"), staff=text(staff, "id")) if one["id"] == item["id"] else wish
            for one, wish in zip(cart.items(), cart.wishes(), strict=True)
        ]
        if online(shop, location, at) and place(shop, location, wishes, at, _taken(caller, cart)) is not None:
            found.append(variant_row(staff, how))
    return found


def new_dates(caller: Caller, _: Row, arguments: Row) -> Json:
    """Days to which a visit can be moved. Seen [reschedule-as-list]: the Admin API gives a list of payloads."""
    asked = given(arguments)
    row, location = _movable(caller, asked)
    zone = _zone(asked, location)
    first, last = (date.fromisoformat(text(asked, name)) for name in ("searchRangeLower", "searchRangeUpper"))
    found = [{"date": day.isoformat()} for day in _days(first, last) if any(True for _ in _to(caller, row, day, zone))]
    payload: Row = {"availableDates": found}
    return [payload] if caller.api is Api.ADMIN else payload


def new_times(caller: Caller, _: Row, arguments: Row) -> Json:
    """Times to which a visit can be moved on a day, with the same staff and services."""
    asked = given(arguments)
    row, location = _movable(caller, asked)
    zone = _zone(asked, location)
    payload: Row = {
        "availableTimes": [
            {"bookableTimeId": move_id(row, location, at), "startTime": at.astimezone(zone).isoformat()}
            for at in _to(caller, row, date.fromisoformat(text(asked, "date")), zone)
        ]
    }
    return [payload] if caller.api is Api.ADMIN else payload


def time_id(location: Row, at: datetime) -> str:
    """The id of a bookable time."""
    return f"t_{at.astimezone(ZoneInfo(text(location, 'tz'))):%Y-%m-%dT%H:%M:%S}"


def move_id(row: Row, location: Row, at: datetime) -> str:
    """The id of a time a visit can move to. Guess [move-ids]: good for that visit alone."""
    return f"r_{int(text(row, 'id')[-12:])}_{time_id(location, at)}"


def instant_of(location: Row, id: str) -> datetime:
    """The instant that an id stands for. Guess [time-id-unknown]: INVALID where it stands for none."""
    at: datetime | None
    try:
        wall = datetime.strptime(id, "t_%Y-%m-%dT%H:%M:%S").replace(tzinfo=ZoneInfo(text(location, "tz")))
        at = wall.astimezone(UTC)
    except ValueError:
        at = None
    if at is None or time_id(location, at) != id:
        raise guess("time-id-unknown", Code.INVALID, "bookableTimeId names no time.")
    return at


def placed_anew(caller: Caller, row: Row, at: datetime, *, behind: timedelta = timedelta(0)) -> list[Row] | None:
    """The services of a visit when it begins at another time; None where they do not fit.

    Documented [same-staff-and-service]. Documented [lead-times]: in the Client API only what may be booked online.
    """
    shop, location = caller.business, existing(caller.business.locations, text(row, "locationId"))
    if at <= shop.now() or (caller.api is Api.CLIENT and not online(shop, location, at)):
        return None
    wishes = [
        Wish(service=text(one, "serviceId"), staff=text(one, "staffId")) for one in rows_in(row, "appointmentServices")
    ]
    return place(shop, location, wishes, at, book_of(shop, appointment=text(row, "id"), behind=behind))


def _to(caller: Caller, row: Row, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    location = existing(caller.business.locations, text(row, "locationId"))
    for at in _starts(caller.business, location, day, zone):
        if placed_anew(caller, row, at, behind=caller.behind) is not None:
            yield at


def _movable(caller: Caller, asked: Row) -> tuple[Row, Row]:
    row = mine(caller, text(asked, "appointmentId"))
    stays = why_it_stays(caller.business, row) if caller.api is Api.CLIENT else None
    if stays is not None or yes(row, "cancelled"):
        raise documented("not-reschedulable", Code.CONFLICT, f"Not reschedulable: {stays or 'CANCELLED_APPOINTMENT'}")
    return row, existing(caller.business.locations, text(row, "locationId"))


def _open(
    shop: Business, location: Row, wishes: Sequence[Wish], day: date, zone: ZoneInfo, book: Book
) -> Iterator[datetime]:
    for at in _starts(shop, location, day, zone):
        if online(shop, location, at) and place(shop, location, wishes, at, book) is not None:
            yield at


def _starts(shop: Business, location: Row, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Starts whose day in `zone` is the one asked for. Documented [day-in-zone]."""
    around = [day] if zone.key == location["tz"] else [day - timedelta(days=1), day, day + timedelta(days=1)]
    for local in around:
        for at in starts_on(shop, location, local):
            if at.astimezone(zone).date() == day:
                yield at


def _where(caller: Caller, cart: Cart, arguments: Row) -> Row:
    """The location of a search: the cart's. Guess [other-location]: another one is refused, and none too.

    Documented [missing-items]: a cart without items has no times.
    """
    wanted = words(arguments, "locationId") or cart.location
    if not wanted:
        raise documented("missing-location", Code.MISSING_LOCATION, "The cart has no location.")
    if cart.location not in ("", wanted):
        raise guess("other-location", Code.INVALID, "The cart is at another location.")
    if not cart.items():
        raise documented("missing-items", Code.MISSING_ITEMS, "The cart has no items.")
    return existing(caller.business.locations, wanted)


def _wishes(cart: Cart, arguments: Row) -> list[Wish]:
    """Guess [variants-narrow]: staffVariantIds narrow whom an item without a choice is looked for with."""
    among = tuple(cart.staff_of_variant(one) for one in texts(arguments, "staffVariantIds"))
    return [wish if wish.staff else Wish(service=wish.service, among=among) for wish in cart.wishes()]


def _taken(caller: Caller, cart: Cart) -> Book:
    return book_of(caller.business, cart=cart.id, behind=caller.behind)


def _zone(arguments: Row, location: Row) -> ZoneInfo:
    return ZoneInfo(words(arguments, "tz") or text(location, "tz"))


def _days(first: date, last: date) -> Iterator[date]:
    """Guess [days-the-wrong-way]: an end before its start is an error. Guess [longest-look]: a year at most."""
    if last < first:
        raise guess("days-the-wrong-way", Code.INVALID, "The upper day must not be before the lower one.")
    if (last - first).days > LONGEST_LOOK:
        raise guess("longest-look", Code.INVALID, "The range is longer than a year.")
    for count in range((last - first).days + 1):
        yield first + timedelta(days=count)


_MOVES: Fields = {
    "RootMutationType.appointmentRescheduleAvailableDates": new_dates,
    "RootMutationType.appointmentRescheduleAvailableTimes": new_times,
}
CLIENT: Fields = {
    **_MOVES,
    "RootQueryType.cartBookableDates": bookable_dates,
    "RootQueryType.cartBookableTimes": bookable_times,
    "RootQueryType.cartBookableStaffVariants": bookable_staff_variants,
}
ADMIN: Fields = _MOVES
