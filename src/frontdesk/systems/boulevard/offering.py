"""What Boulevard shows as bookable online, with whom, at our locations."""

from collections.abc import Collection

from frontdesk.domain.ids import LocationId
from frontdesk.domain.practice import Service
from frontdesk.domain.time import wall
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.system import SlotRequest
from frontdesk.standards.openings import Opening
from frontdesk.systems.boulevard.baskets import GUEST
from frontdesk.systems.boulevard.carts import in_another_if_lost
from frontdesk.systems.boulevard.client import NAME
from frontdesk.systems.boulevard.menu import item_named, items_of, openings
from frontdesk.systems.boulevard.schedule import Schedule
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together


async def open_times(service: Service, schedule: Schedule, *, wanted: SlotRequest) -> list[Opening]:
    """The times of everybody of ours who may give a service, read now, in a guest's cart for each location.

    Raises: Unreachable (nothing was read), NotPermitted (the service has no id, or is not booked online anywhere).
    """
    practice, numbers = schedule.practice, schedule.numbers
    if service.id not in numbers.services:
        raise NotPermitted(f"Service {service.id} has no id of {NAME}. Give it one in the file of numbers.")
    staff = {
        numbers.staff[person.id]
        for person in practice.qualified(service)
        if person.id in numbers.staff and wanted.practitioner in {None, person.id}
    }
    places = [id for id in numbers.locations if wanted.location in {None, id}]
    if not staff or not places:
        return []
    service_there, *carts = await together(
        schedule.service(numbers.services[service.id]),
        *(schedule.carts.open(numbers.locations[place], whose=GUEST) for place in places),
    )
    name = service_there.text("name")
    found = await together(
        *(_open_at(place, cart, name, staff, wanted, schedule) for place, cart in zip(places, carts, strict=True))
    )
    if all(one is None for one in found):
        raise NotPermitted(f"Service {service.id} is not booked online. Open it in {NAME}, or book it by hand.")
    return [opening for one in found for opening in one or ()]


async def _open_at(
    place: LocationId, cart: Foreign, name: str, staff: Collection[str], wanted: SlotRequest, schedule: Schedule
) -> list[Opening] | None:
    """What a location has open of a service with those staff; None where the service is not online there."""
    fresh = [cart]

    async def look() -> list[Opening] | None:
        here = fresh.pop() if fresh else await schedule.carts.open(schedule.numbers.locations[place], whose=GUEST)
        return await _open_in(here, place, name, staff, wanted, schedule)

    return await in_another_if_lost(look)


async def _open_in(
    cart: Foreign, place: LocationId, name: str, staff: Collection[str], wanted: SlotRequest, schedule: Schedule
) -> list[Opening] | None:
    item = item_named(items_of(cart), name)
    if item is None:
        return None
    variants = [one.id for one in item.variants if one.staff in staff]
    if not variants:
        return []
    number = cart.text("id")
    await schedule.carts.choose(number, item.id, variant=None, whose=GUEST)
    zone = schedule.practice.location(place).zone
    first, last = wall(wanted.within.start, zone).date(), wall(wanted.within.end, zone).date()
    days = await schedule.carts.days(number, first=first, last=last, variants=variants, zone=zone.key, whose=GUEST)
    times = await schedule.carts.times(number, days=days, variants=variants, zone=zone.key, whose=GUEST)
    return list(openings(times, item, location=place, numbers=schedule.numbers))
