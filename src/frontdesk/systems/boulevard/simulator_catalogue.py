"""The business, its locations, people, services, shifts and blocks."""

from datetime import timedelta

from frontdesk.systems.boulevard.simulator_business import Business, existing, name_of, works_at
from frontdesk.systems.boulevard.simulator_calls import Caller, Fields, given, page
from frontdesk.systems.boulevard.simulator_refusals import Code, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, Table, moment, number, text, texts, uuid_of, written


def business(caller: Caller, _: Row, arguments: Row) -> Json:
    """The business itself."""
    world = caller.business.world
    return {
        "id": f"urn:blvd:Business:{world.id}",
        "name": world.name,
        "tz": world.tz,
        "phoneNumber": world.phone,
        "website": world.website,
        "referralSources": list(world.referral_sources),
        "allowLoginWithMultipleClients": False,
    }


def locations(caller: Caller, _: Row, arguments: Row) -> Json:
    """Its places."""
    return page(caller, list(caller.business.locations), arguments)


def staff(caller: Caller, _: Row, arguments: Row) -> Json:
    """Its people. Seen [staff-flat]: of all locations together. Guess [staff-who-left]: who left is among them."""
    return page(caller, list(caller.business.staff), arguments)


def staff_member(caller: Caller, _: Row, arguments: Row) -> Json:
    """One of them; null where there is none."""
    return caller.business.staff.get(text(arguments, "id"))


def services(caller: Caller, _: Row, arguments: Row) -> Json:
    """What it offers, online or not."""
    return page(caller, list(caller.business.services), arguments)


def service(caller: Caller, _: Row, arguments: Row) -> Json:
    """One service; null where there is none."""
    return caller.business.services.get(text(arguments, "id"))


def service_categories(caller: Caller, _: Row, arguments: Row) -> Json:
    """Under what its services stand."""
    return page(caller, list(caller.business.categories), arguments)


def service_status(caller: Caller, source: Row, arguments: Row) -> Json:
    """Whether a service is active and bookable at a location, with a staff member if one is named.

    Seen [service-status]: the two flags. Guess [status-meaning]: active where somebody there does it, bookable where
    it can be booked online too; a client changes nothing.
    """
    shop, place = caller.business, text(arguments, "locationId")
    existing(shop.locations, place)
    wanted = arguments.get("staffId")
    if arguments.get("clientId") is not None:
        existing(shop.clients, text(arguments, "clientId"))
    who = [
        one
        for one in (shop.staff if wanted is None else [existing(shop.staff, text(arguments, "staffId"))])
        if works_at(one, place) and shop.performs(one, text(source, "id"))
    ]
    active = source["active"] is True and bool(who)
    bookable = active and place in texts(source, "online") and any(one["externallyBookable"] for one in who)
    return {"active": active, "bookable": bookable}


def shifts(caller: Caller, _: Row, arguments: Row) -> Json:
    """Shifts that recur between two days. Seen [bare-uuids]: their ids have no prefix."""
    shop, place = (
        caller.business,
        uuid_of(text(existing(caller.business.locations, text(arguments, "locationId")), "id")),
    )
    first, last = text(arguments, "startIso8601"), text(arguments, "endIso8601")
    if last < first:
        raise guess("days-the-wrong-way", Code.INVALID, "endIso8601 must not be before startIso8601.")
    wanted = [uuid_of(text(existing(shop.staff, one), "id")) for one in texts(arguments, "staffIds")]
    return {
        "shifts": [
            row
            for row in shop.shifts
            if row["locationId"] == place
            and (arguments.get("staffIds") is None or row["staffId"] in wanted)
            and str(row["recurrenceStart"] or first) <= last
            and first <= str(row["recurrenceEnd"] or last)
        ]
    }


def timeblocks(caller: Caller, _: Row, arguments: Row) -> Json:
    """Blocks of a location. Seen [blocks-stay]: those deleted are among them, with `cancelled: true`."""
    place = text(existing(caller.business.locations, text(arguments, "locationId")), "id")
    return page(caller, [row for row in caller.business.timeblocks if row["locationId"] == place], arguments)


def create_timeblock(caller: Caller, _: Row, arguments: Row) -> Json:
    """A new block. Seen [block-zone]: startTime is a DateTime.

    Guess [blocks-look-at-nothing]: visits in its way stay.
    """
    shop, asked = caller.business, given(arguments)
    if number(asked, "duration") < 1:
        raise guess("block-length", Code.INVALID, "duration must be positive.")
    place, who = existing(shop.locations, text(asked, "locationId")), existing(shop.staff, text(asked, "staffId"))
    row = shop.timeblocks.add(block_row(shop, place, who, asked))
    return {"timeblock": row}


def delete_timeblock(caller: Caller, _: Row, arguments: Row) -> Json:
    """The block, cancelled. Guess [block-deleted-twice]: CONFLICT for one that was."""
    row = existing(caller.business.timeblocks, text(given(arguments), "id"))
    if row["cancelled"] is True:
        raise guess("block-deleted-twice", Code.CONFLICT, "The timeblock is cancelled already.")
    return {"timeblock": caller.business.timeblocks.change(text(row, "id"), {"cancelled": True})}


def block_row(shop: Business, place: Row, who: Row, asked: Row) -> Row:
    """A block's columns, without its id."""
    start = moment(asked, "startTime")
    return {
        "locationId": place["id"],
        "staffId": who["id"],
        "startAt": written(start),
        "endAt": written(start + timedelta(minutes=number(asked, "duration"))),
        "duration": number(asked, "duration"),
        "title": asked.get("title"),
        "reason": asked.get("reason"),
        "cancelled": False,
        "taken": shop.now().timestamp(),
    }


def _category(caller: Caller, source: Row, arguments: Row) -> Json:
    return caller.business.categories.get(text(source, "categoryId"))


def _places(caller: Caller, source: Row, arguments: Row) -> Json:
    return [caller.business.locations.get(one) for one in texts(source, "places")]


def _business_name(caller: Caller, source: Row, arguments: Row) -> Json:
    return caller.business.world.name


def _name(caller: Caller, source: Row, arguments: Row) -> Json:
    return name_of(source)


def _blocked(caller: Caller, source: Row, arguments: Row) -> Json:
    table: Table = caller.business.staff
    return table.get(text(source, "staffId"))


_BOTH: Fields = {
    "RootQueryType.business": business,
    "RootQueryType.locations": locations,
    "Location.businessName": _business_name,
    "Service.category": _category,
}
CLIENT: Fields = _BOTH
ADMIN: Fields = {
    **_BOTH,
    "RootQueryType.staff": staff,
    "RootQueryType.staffMember": staff_member,
    "RootQueryType.services": services,
    "RootQueryType.service": service,
    "RootQueryType.serviceCategories": service_categories,
    "RootQueryType.shifts": shifts,
    "RootQueryType.timeblocks": timeblocks,
    "RootMutationType.createTimeblock": create_timeblock,
    "RootMutationType.deleteTimeblock": delete_timeblock,
    "Service.serviceStatus": service_status,
    "Staff.name": _name,
    "Staff.locations": _places,
    "Timeblock.staff": _blocked,
}
