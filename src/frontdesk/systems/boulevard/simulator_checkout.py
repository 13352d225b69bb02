"""A cart's time kept, booked, or put on the waitlist; and tags on what it booked."""

from frontdesk.systems.boulevard.simulator_appointments import appointment_row, tell_of_visit
from frontdesk.systems.boulevard.simulator_business import client_row, existing
from frontdesk.systems.boulevard.simulator_calls import Caller, Fields, given
from frontdesk.systems.boulevard.simulator_cart import SAYS, Cart, open_cart
from frontdesk.systems.boulevard.simulator_hours import begins, book_of, online, place
from frontdesk.systems.boulevard.simulator_refusals import Code, documented, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, row_in, rows_in, text, texts, urn, words, written
from frontdesk.systems.boulevard.simulator_times import instant_of


def reserve(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart that keeps a time. Documented [reserve-fails-when-gone]. Guess [time-gone-code]: CONFLICT.

    Documented [kept-for-a-while]: until expiresAt, and again from anew. Guess [hold-length]: ten minutes. Guess
    [failed-reserve-keeps]: a time that was kept before stays kept where the new one is gone.
    """
    shop, asked = caller.business, given(arguments)
    found = open_cart(caller, text(asked, "id"))
    for code in (Code.MISSING_LOCATION, Code.MISSING_ITEMS):
        if code in found.lacks():
            raise documented("cart-errors", code, SAYS[code])
    location = existing(shop.locations, found.location)
    at = instant_of(location, text(asked, "bookableTimeId"))
    services = None
    if online(shop, location, at) and begins(shop, location, at):
        services = place(shop, location, found.wishes(), at, book_of(shop, cart=found.id))
    if services is None:
        raise documented("reserve-fails-when-gone", Code.CONFLICT, "The time is no longer available.")
    hold: Row = {
        "time": asked["bookableTimeId"],
        "expiresAt": written(shop.now() + shop.world.hold),
        "services": services,
        "taken": shop.now().timestamp(),
    }
    return {"cart": shop.carts.change(found.id, {"hold": hold})}


def checkout(caller: Caller, _: Row, arguments: Row) -> Json:
    """The appointments a cart became. Documented [errors-abort-checkout]. Guess [abort-as-error]: as a GraphQL error
    with the code of the first of them.

    Guess [hold-overridden]: where staff booked the kept time all the same, it is gone: CART_MISSING_ITEM_TIME.
    """
    shop, found = caller.business, open_cart(caller, text(given(arguments), "id"))
    lacking = found.lacks()
    if lacking:
        raise documented("errors-abort-checkout", lacking[0], SAYS[lacking[0]])
    hold, location = found.hold, existing(shop.locations, found.location)
    assert hold is not None  # a cart without one lacks its time
    if not _still_free(found, hold):
        shop.carts.change(found.id, {"hold": None})
        raise guess("hold-overridden", Code.MISSING_TIME, SAYS[Code.MISSING_TIME])
    client, owner = _client(caller, found)
    row = shop.appointments.add(
        appointment_row(
            shop,
            client=client,
            location=text(location, "id"),
            services=rows_in(hold, "services"),
            notes=words(found.row, "clientMessage"),
        )
    )
    cart = shop.carts.change(found.id, {"completedAt": shop.stamp(), "hold": None, "appointments": [row["id"]]})
    tell_of_visit(shop, row, "CREATED")
    booked: Row = {"appointmentId": row["id"], "clientId": client, "forCartOwner": owner}
    return {"appointments": [booked], "cart": cart}


def add_to_waitlist(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart that became an entry on the waitlist. Documented [waitlist-completes]: nothing of it can change after."""
    shop, asked = caller.business, given(arguments)
    found = open_cart(caller, text(asked, "id"))
    for code in (Code.MISSING_LOCATION, Code.MISSING_ITEMS, Code.MISSING_CLIENT):
        if code in found.lacks():
            raise documented("cart-errors", code, SAYS[code])
    if text(asked, "preferredTimeUpper") <= text(asked, "preferredTimeLower"):
        raise guess("waitlist-bounds", Code.INVALID, "preferredTimeUpper must be after preferredTimeLower.")
    client, _owner = _client(caller, found)
    shop.waitlist.add(
        {
            "clientId": client,
            "locationId": found.location,
            "items": found.items(),
            "from": asked["preferredTimeLower"],
            "to": asked["preferredTimeUpper"],
            "tz": words(asked, "tz") or existing(shop.locations, found.location)["tz"],
        }
    )
    return {"cart": shop.carts.change(found.id, {"completedAt": shop.stamp(), "hold": None})}


def add_tags(caller: Caller, _: Row, arguments: Row) -> Json:
    """That tags are on an appointment. Documented [tags-of-own-carts]: of a cart checked out here; each only once."""
    shop, asked = caller.business, given(arguments)
    cart, row = existing(shop.carts, text(asked, "cartId")), existing(shop.appointments, text(asked, "id"))
    if row["id"] not in texts(cart, "appointments"):
        raise documented("tags-of-own-carts", Code.FORBIDDEN, "The appointment does not come from this cart.")
    tags = [text(existing(shop.tags, one), "id") for one in texts(asked, "tagIds")]
    shop.appointments.change(text(row, "id"), {"tags": list(dict.fromkeys([*texts(row, "tags"), *tags]))})
    return {"success": True}


def _still_free(cart: Cart, hold: Row) -> bool:
    shop = cart.business
    book = book_of(shop, cart=cart.id)
    location = existing(shop.locations, cart.location)
    at = instant_of(location, text(hold, "time"))
    kept = [one["staffId"] for one in rows_in(hold, "services")]
    now = place(shop, location, cart.wishes(), at, book)
    return now is not None and [one["staffId"] for one in now] == kept


def _client(caller: Caller, cart: Cart) -> tuple[str, bool]:
    """Whom a checkout is for, and whether it is the cart's owner. Documented [cart-owner].

    Guess [guest-becomes-client]: a guest is always a new client, even one who is known. Guess [for-somebody-else]: so
    is whoever the information of an owned cart describes.
    """
    shop, information = cart.business, row_in(cart.row, "clientInformation")
    if information is None:
        return text(cart.row, "clientId"), True
    who = {**information, "mobilePhone": information["phoneNumber"], "primaryLocationId": cart.location}
    row = shop.clients.put(client_row(shop, urn("Client", shop.clients.last + 1), who))
    shop.tell("CLIENT_CREATED", {name: row[name] for name in ("id", "firstName", "lastName", "email", "mobilePhone")})
    return text(row, "id"), not cart.row["clientId"]


CLIENT: Fields = {
    "RootMutationType.reserveCartBookableItems": reserve,
    "RootMutationType.checkoutCart": checkout,
    "RootMutationType.cartAddToWaitlist": add_to_waitlist,
    "RootMutationType.appointmentAddTags": add_tags,
}
ADMIN: Fields = {}
