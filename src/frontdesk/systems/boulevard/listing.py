"""What the business lists of itself, for whoever maps it: the Admin API's lists, and what carts show of them online."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.systems.boulevard.admin import Admin
from frontdesk.systems.boulevard.baskets import GUEST
from frontdesk.systems.boulevard.carts import Carts
from frontdesk.systems.boulevard.mapping import urn
from frontdesk.systems.boulevard.menu import Item, Variant, item_named, items_of
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together


async def listed(admin: Admin, carts: Carts) -> Catalogue:
    """Locations, staff and services. Rooms and devices are Boulevard's own affair, and it takes no insurance.

    Raises: Unreachable, NotPermitted.
    """
    locations, staff, services = await together(admin.locations(), admin.staff(), admin.services())
    places = [urn("Location", row.text("id")) for row in locations]
    menus = await together(*(_menu(place, carts) for place in places))
    return Catalogue(
        locations=tuple(Listed(number=urn("Location", row.text("id")), name=row.text("name")) for row in locations),
        practitioners=tuple(
            Listed(number=urn("Staff", row.text("id")), name=_name_of(row), active=row.yes("active")) for row in staff
        ),
        services=tuple(_service(row, menus) for row in services),
    )


async def _menu(location: str, carts: Carts) -> Sequence[Item]:
    """What is booked online at a location; nothing where the business books nothing there, or only with a card."""
    try:
        return items_of(await carts.open(location, whose=GUEST))
    except (Refused, NotPermitted):
        return ()


def _service(row: Foreign, menus: Sequence[Sequence[Item]]) -> ListedService:
    name = row.text("name")
    items = [item for menu in menus if (item := _item(menu, name)) is not None]
    variants: Mapping[str, Variant] = {one.staff: one for item in items for one in item.variants}
    length = timedelta(minutes=row.integer("defaultDuration")) if row.has("defaultDuration") else None
    return ListedService(
        number=urn("Service", row.text("id")),
        name=name,
        active=row.yes("active"),
        length=length,
        lengths={staff: one.length for staff, one in variants.items() if one.length != length},
        practitioners=tuple(variants) if variants else None,
        bookable=bool(items),
    )


def _item(menu: Sequence[Item], name: str) -> Item | None:
    """The item of a service; none where it cannot be told which, or who would do it."""
    try:
        return item_named(menu, name)
    except NotPermitted:
        return None


def _name_of(row: Foreign) -> str:
    """The whole name; what the business shows patients may be shortened."""
    whole = " ".join(row.text(part).strip() for part in ("firstName", "lastName") if row.has(part))
    return whole or row.text("name")
