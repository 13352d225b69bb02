"""A cart as others ask about it: its items, what it lacks, whom it is for, and the items that could go into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from frontdesk.systems.boulevard.simulator_business import Business, existing, works_at
from frontdesk.systems.boulevard.simulator_calls import Caller
from frontdesk.systems.boulevard.simulator_hours import Wish, hold_of
from frontdesk.systems.boulevard.simulator_refusals import Code, documented, guess
from frontdesk.systems.boulevard.simulator_rows import (
    Json,
    Row,
    number,
    number_of,
    row_in,
    rows_in,
    text,
    texts,
    urn,
    yes,
)

SAYS = {
    Code.MISSING_LOCATION: "A location has not been selected.",
    Code.MISSING_ITEMS: "No items have been selected.",
    Code.MISSING_CLIENT: "Client information is missing.",
    Code.MISSING_TIME: "An item has no reserved time.",
    Code.MISSING_PAYMENT: "An item has no payment method.",
    Code.ANSWER_MISSING: "A required question has no answer.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cart:
    """One cart, with the business it is of."""

    business: Business
    row: Row

    @property
    def id(self) -> str:
        """Its id."""
        return text(self.row, "id")

    @property
    def location(self) -> str:
        """The id of its location, "" for none."""
        return text(self.row, "locationId")

    @property
    def hold(self) -> Row | None:
        """The time it keeps, with `expiresAt`, `time` and `services`; None without one."""
        return hold_of(self.business, self.row)

    def items(self) -> list[Row]:
        """What was put into it, in order. Guess [items-in-order]: one after the other, as they were added."""
        return rows_in(self.row, "items")

    def item(self, id: str) -> Row:
        """One of them, by the id it has in the cart. Raises: Declined."""
        for row in self.items():
            if row["id"] == id:
                return row
        raise guess("missing-on-writing", Code.NOT_FOUND, "The cart has no such item.")

    def wishes(self) -> list[Wish]:
        """What is to be done, and by whom."""
        return [Wish(service=text(one, "serviceId"), staff=text(one, "staffId")) for one in self.items()]

    def staff_of_variant(self, id: str) -> str:
        """Whose staff variant an id is. Raises: Declined."""
        for staff in self.business.staff:
            if any(variant_id(staff, how) == id for how in rows_in(staff, "performs")):
                return text(staff, "id")
        raise guess("variant-unknown", Code.INVALID, "There is no such staff variant.")

    def lacks(self) -> list[Code]:
        """What stands in the way of a checkout. Documented [cart-errors]: each under its code."""
        place = self.business.locations.get(self.location)
        found = []
        if place is None:
            found.append(Code.MISSING_LOCATION)
        if not self.items():
            found.append(Code.MISSING_ITEMS)
        if not self.row["clientId"] and self.row["clientInformation"] is None:
            found.append(Code.MISSING_CLIENT)
        if self.items() and self.hold is None:
            found.append(Code.MISSING_TIME)
        if self.items() and place is not None and yes(place, "payment_required"):
            found.append(Code.MISSING_PAYMENT)
        answers = row_in(self.row, "answers") or {}
        if any(yes(one, "required") and one["id"] not in answers for one in self.business.world.questions):
            found.append(Code.ANSWER_MISSING)
        return found

    def wall(self, at: datetime) -> str:
        """An instant as the wall clock of its location, without an offset. Documented [cart-times-are-local]."""
        zone = ZoneInfo(text(existing(self.business.locations, self.location), "tz"))
        return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def cart_of(caller: Caller, id: str) -> Cart:
    """The cart with an id. Raises: Declined. Guess [cart-of-somebody]: a client's cart is theirs alone, under their
    token; whoever knows its id has a guest's.
    """
    row = existing(caller.business.carts, id)
    if row["clientId"] and row["clientId"] != caller.client:
        raise guess("cart-of-somebody", Code.UNAUTHENTICATED, "Unauthenticated")
    return Cart(business=caller.business, row=row)


def open_cart(caller: Caller, id: str) -> Cart:
    """A cart that can be changed. Documented [completed-is-locked]. Raises: Declined. Guess [locked-code]: CONFLICT."""
    cart = cart_of(caller, id)
    if cart.row["completedAt"] is not None:
        raise documented("completed-is-locked", Code.CONFLICT, "The cart is completed and can no longer be modified.")
    return cart


def variants(business: Business, service: str, location: str) -> Iterator[tuple[Row, Row]]:
    """Who does a service online at a location, "" for any, with (service, duration, price)."""
    for staff in business.staff:
        how = business.performs(staff, service)
        there = works_at(staff, location) if location else staff["active"] is True
        if how is not None and there and yes(staff, "externallyBookable"):
            yield staff, how


def variant_id(staff: Row, how: Row) -> str:
    """The opaque id of a staff variant."""
    return f"sv_{number_of(text(staff, 'id'))}_{number_of(text(how, 'service'))}"


def variant_row(staff: Row, how: Row) -> Row:
    """A staff variant as it travels. Documented [own-length-and-price]."""
    return {"id": variant_id(staff, how), "duration": how["duration"], "price": how["price"], "staff": staff}


def item_id(service: Row) -> str:
    """The opaque id of what the cart offers."""
    return f"s_{number_of(text(service, 'id'))}"


def service_of_item(business: Business, id: str) -> Row:
    """The service that an item offers. Raises: Declined."""
    for row in business.services:
        if item_id(row) == id:
            return row
    raise guess("item-unknown", Code.INVALID, "There is no such item.")


def item_row(business: Business, service: Row, location: str) -> Row:
    """What the cart offers of a service. Documented [no-preference-forced]: no variants where the business says so."""
    found = list(variants(business, text(service, "id"), location))
    forced = yes(service, "no_preference")
    return {
        "__typename": "CartAvailableBookableItem",
        "id": item_id(service),
        "name": service["name"],
        "description": service["description"],
        "disabled": False,
        "disabledDescription": None,
        "listPriceRange": _range([number(how, "price") for _, how in found]),
        "listDurationRange": _range([number(how, "duration") for _, how in found]),
        "optionGroups": [],
        "staffVariants": [] if forced else [variant_row(staff, how) for staff, how in found],
        "locationVariants": [{"location": business.locations.get(one)} for one in texts(service, "online")],
    }


def offered(business: Business, service: Row, location: str) -> bool:
    """Whether a service can be booked online. Documented [hidden-online]: it can be hidden at a location.

    Guess [somebody-does-it]: and somebody bookable does it. Guess [no-addons-alone]: an add-on is not offered.
    """
    places = [location] if location else texts(service, "online")
    shown = service["active"] is True and not yes(service, "addon")
    return shown and any(
        one in texts(service, "online") and any(True for _ in variants(business, text(service, "id"), one))
        for one in places
    )


def selected_row(cart: Cart, item: Row) -> Row:
    """An item in the cart as it travels. Documented [variant-while-held]: who was assigned shows while a time is kept.

    Guess [price-without-choice]: until then, where nobody is chosen, it shows the service's default price.
    """
    shop, hold = cart.business, cart.hold
    place = cart.items().index(item)
    kept = rows_in(hold, "services")[place] if hold is not None else None
    staff = shop.staff.get(text(kept, "staffId") if kept else text(item, "staffId"))
    how = shop.performs(staff, text(item, "serviceId")) if staff else None
    service = existing(shop.services, text(item, "serviceId"))
    lacking: list[Json] = [] if kept else [error_row(Code.MISSING_TIME)]
    return {
        "__typename": "CartBookableItem",
        "id": item["id"],
        "item": item_row(shop, service, cart.location),
        "price": how["price"] if how else service["defaultPrice"],
        "errors": lacking,
        "guestId": None,
        "selectedStaffVariant": variant_row(staff, how) if staff and how else None,
        "startTime": cart.wall(datetime.fromisoformat(text(kept, "startAt"))) if kept else None,
    }


def error_row(code: Code) -> Row:
    """One of a cart's errors. Guess [cart-error-words]: only the codes are published."""
    return {"code": code.value, "message": SAYS[code], "description": SAYS[code]}


def next_item_id(cart: Cart) -> str:
    """The id of the next item in a cart."""
    taken = [number_of(text(one, "id")) for one in cart.items()]
    return urn("CartItem", max(taken, default=0) + 1)


def _range(values: list[int]) -> Row:
    low, high = min(values, default=0), max(values, default=0)
    return {"min": low, "max": high, "variable": low != high}
