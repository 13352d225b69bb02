"""Everything of a site that can be mapped: places, people, what they do and how long they take, rooms and devices."""

from collections.abc import Mapping
from datetime import timedelta

from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.ports.faults import NotPermitted
from frontdesk.systems.mindbody.client import AT_ONCE, Client
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together

_KIND = "Appointment"
"""The Type of a session type that is no class."""


async def listed(client: Client) -> Catalogue:
    """Locations, staff who give appointments, session types of appointments, and resources."""
    locations, staff, types, online, resources = await together(
        client.locations(),
        client.staff(),
        client.session_types(),
        client.session_types(online=True),
        client.resources(),
    )
    does = await _lengths(client, [row.integer("Id") for row in staff])
    bookable = {row.integer("Id") for row in online}
    return Catalogue(
        locations=tuple(_named(row) for row in locations),
        practitioners=tuple(_person(row) for row in staff),
        services=tuple(_service(row, does, bookable) for row in types if row.text("Type") == _KIND),
        rooms=tuple(_named(row) for row in resources),
    )


async def _lengths(client: Client, staff: list[int]) -> Mapping[int, Mapping[int, timedelta]] | None:
    """By staff member and session type, how long they take; None where the desk's login may not know."""
    found: dict[int, Mapping[int, timedelta]] = {}
    try:
        for place in range(0, len(staff), AT_ONCE):
            some = staff[place : place + AT_ONCE]
            parts = await together(*(client.session_types_of(one) for one in some))
            found |= {one: _minutes_of(rows) for one, rows in zip(some, parts, strict=True)}
    except NotPermitted:  # it needs the permission for pay rates, which a clinic may well keep to itself
        return None
    return found


def _minutes_of(rows: list[Foreign]) -> Mapping[int, timedelta]:
    return {row.integer("Id"): timedelta(minutes=row.integer("TimeLength")) for row in rows if row.has("TimeLength")}


def _service(row: Foreign, does: Mapping[int, Mapping[int, timedelta]] | None, bookable: set[int]) -> ListedService:
    number = row.integer("Id")
    usual = timedelta(minutes=row.integer("DefaultTimeLength")) if row.has("DefaultTimeLength") else None
    who = {str(one): lengths[number] for one, lengths in (does or {}).items() if number in lengths}
    return ListedService(
        number=str(number),
        name=row.text("Name"),
        length=usual,
        lengths={one: length for one, length in who.items() if length != usual},
        practitioners=None if does is None else tuple(who),
        bookable=number in bookable,
    )


def _person(row: Foreign) -> Listed:
    whole = " ".join(row.text(name).strip() for name in ("FirstName", "LastName") if row.has(name))
    shown = row.text("DisplayName") if row.has("DisplayName") else ""
    return Listed(number=str(row.integer("Id")), name=whole or shown or str(row.integer("Id")))


def _named(row: Foreign) -> Listed:
    number = str(row.integer("Id"))
    return Listed(number=number, name=row.text("Name") if row.has("Name") else number)
