"""Carts: opened, filled, tied to a client, and shown."""

from frontdesk.systems.boulevard.simulator_business import existing
from frontdesk.systems.boulevard.simulator_calls import Caller, Fields, given
from frontdesk.systems.boulevard.simulator_cart import (
    Cart,
    cart_of,
    error_row,
    item_row,
    next_item_id,
    offered,
    open_cart,
    selected_row,
    service_of_item,
    variants,
)
from frontdesk.systems.boulevard.simulator_refusals import Code, documented, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, moment, row_in, rows_in, text, words, yes


def cart(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart by its id; null where there is none."""
    if caller.business.carts.get(text(arguments, "id")) is None:
        return None
    return cart_of(caller, text(arguments, "id")).row


def create_cart(caller: Caller, _: Row, arguments: Row) -> Json:
    """A new cart, of the known client, or of nobody. Guess [gratuity-and-codes]: a gratuity is not taken, and a
    discount code does nothing, as one that is not valid.
    """
    shop, asked = caller.business, given(arguments)
    if asked.get("advanceGratuity") is not None:
        raise guess("gratuity-and-codes", Code.INVALID, "advanceGratuity is not simulated.")
    where = _location(caller, words(asked, "locationId"))
    row = shop.carts.add(
        {
            "clientId": caller.client,
            "locationId": where,
            "clientInformation": _information(asked),
            "clientMessage": asked.get("clientMessage"),
            "referralSource": asked.get("referralSource"),
            "items": [],
            "hold": None,
            "answers": {},
            "completedAt": None,
            "insertedAt": shop.stamp(),
            "appointments": [],
        }
    )
    return {"cart": row}


def update_cart(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart with a client's details, a message or a referral source."""
    asked = given(arguments)
    changes = {name: value for name, value in asked.items() if name not in ("id", "clientInformation")}
    if "clientInformation" in asked:
        changes["clientInformation"] = _information(asked)
    return _changed(caller, asked, changes)


def set_location(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart with a location. Documented [location-once]: it can be set once."""
    asked = given(arguments)
    if open_cart(caller, text(asked, "id")).location:
        raise documented("location-once", Code.LOCATION_ALREADY_SET, "The location has been set already.")
    return _changed(caller, asked, {"locationId": _location(caller, text(asked, "locationId"))})


def take_ownership(caller: Caller, _: Row, arguments: Row) -> Json:
    """A guest's cart, tied to the known client. Documented [ownership-drops-the-hold]."""
    who, asked = caller.known(), given(arguments)
    return _changed(caller, asked, {"clientId": who, "hold": None})


def add_item(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart with one more service. Documented [adding-drops-the-hold]."""
    asked = given(arguments)
    found = open_cart(caller, text(asked, "id"))
    service = service_of_item(caller.business, text(asked, "itemId"))
    if not offered(caller.business, service, found.location):
        raise guess("item-unknown", Code.INVALID, "The item is not available in this cart.")
    row: Row = {"id": next_item_id(found), "serviceId": service["id"], "staffId": _chosen(found, service, asked)}
    return _changed(caller, asked, {"items": [*found.items(), row], "hold": None})


def update_item(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart whose item is with somebody else. Documented [variant-drops-the-hold].

    Guess [absent-means-unchanged]: without itemStaffVariantId it stays with whom it was; null is no preference.
    """
    asked = given(arguments)
    found = open_cart(caller, text(asked, "id"))
    item = found.item(text(asked, "itemId"))
    if "itemStaffVariantId" not in asked:
        _chosen(found, existing(caller.business.services, text(item, "serviceId")), asked)
        return {"cart": found.row}
    staff = _chosen(found, existing(caller.business.services, text(item, "serviceId")), asked)
    items = [{**one, "staffId": staff} if one["id"] == item["id"] else one for one in found.items()]
    return _changed(caller, asked, {"items": items, "hold": None})


def add_answer(caller: Caller, _: Row, arguments: Row) -> Json:
    """A cart with a question answered. Documented [question-kinds]: in the field of its kind, and in one only."""
    asked = given(arguments)
    found = open_cart(caller, text(asked, "id"))
    answer = {name: value for name, value in (row_in(asked, "answer") or {}).items() if value is not None}
    for question in caller.business.world.questions:
        if question["id"] == asked["questionId"]:
            if list(answer) != [ANSWERS[text(question, "valueType")]]:
                raise guess("answer-of-wrong-kind", Code.INVALID, f"The question wants {question['valueType']}.")
            _check_options(question, answer)
            answers: Row = {**(row_in(found.row, "answers") or {}), text(question, "id"): answer}
            return _changed(caller, asked, {"answers": answers})
    raise guess("missing-on-writing", Code.NOT_FOUND, "There is no such question.")


ANSWERS = {
    "TEXT": "textValue",
    "BOOLEAN": "booleanValue",
    "INTEGER": "integerValue",
    "FLOAT": "floatValue",
    "DATETIME": "datetimeValue",
    "SELECT": "optionValue",
    "MULTISELECT": "optionValues",
}


def _check_options(question: Row, answer: Row) -> None:
    given_ones = rows_in(answer, "optionValues") + [one for one in [row_in(answer, "optionValue")] if one]
    known = [one["id"] for one in rows_in(question, "options")]
    if any(one["optionId"] not in known for one in given_ones):
        raise guess("answer-of-wrong-kind", Code.INVALID, "The question has no such option.")


def _changed(caller: Caller, asked: Row, changes: Row) -> Json:
    found = open_cart(caller, text(asked, "id"))
    return {"cart": caller.business.carts.change(found.id, changes)}


def _information(asked: Row) -> Json:
    """Documented [first-name-needed]: of a client's details the first name is the least; it may not be blank."""
    information = row_in(asked, "clientInformation")
    if information is None:
        return None
    if not text(information, "firstName").strip():
        raise guess("names-needed", Code.INVALID, "firstName can't be blank.")
    names = ("firstName", "lastName", "email", "phoneNumber", "externalId")
    return {name: information.get(name) for name in names}


def _location(caller: Caller, id: str | None) -> str:
    """Guess [online-booking-off]: where allowOnlineBooking is false no cart is opened."""
    if id is None:
        return ""
    if not yes(existing(caller.business.locations, id), "allowOnlineBooking"):
        raise guess("online-booking-off", Code.INVALID, "The location does not take online bookings.")
    return id


def _chosen(found: Cart, service: Row, asked: Row) -> str:
    """Whom an item is with; "" for no preference. Documented [bad-discount-does-nothing].

    Guess [no-guests-or-options]: guests and service options are published, but not played.
    """
    if asked.get("itemGuestId") is not None or asked.get("itemOptionIds"):
        raise guess("no-guests-or-options", Code.INVALID, "Guests and service options are not simulated.")
    wanted = words(asked, "itemStaffVariantId")
    if wanted is None:
        return ""
    staff = found.staff_of_variant(wanted)
    able = [text(one, "id") for one, _ in variants(found.business, text(service, "id"), found.location)]
    if staff not in able or yes(service, "no_preference"):
        raise guess("variant-unknown", Code.INVALID, "The item has no such staff variant.")
    return staff


def _of(caller: Caller, source: Row) -> Cart:
    return Cart(business=caller.business, row=source)


def _categories(caller: Caller, source: Row, arguments: Row) -> Json:
    found = _of(caller, source)
    shown = []
    for category in caller.business.categories:
        items: list[Json] = [
            item_row(caller.business, one, found.location)
            for one in caller.business.services
            if one["categoryId"] == category["id"] and offered(caller.business, one, found.location)
        ]
        if items:
            shown.append({**category, "description": None, "disabled": False, "availableItems": items})
    return shown


def _item(caller: Caller, source: Row, arguments: Row) -> Json:
    for service in caller.business.services:
        item = item_row(caller.business, service, _of(caller, source).location)
        if item["id"] == arguments["id"] and offered(caller.business, service, _of(caller, source).location):
            return item
    return None


def _selected(caller: Caller, source: Row, arguments: Row) -> Json:
    found = _of(caller, source)
    return [selected_row(found, one) for one in found.items()]


def _errors(caller: Caller, source: Row, arguments: Row) -> Json:
    """Guess [completed-without-errors]: a completed cart has none."""
    return [] if source["completedAt"] is not None else [error_row(code) for code in _of(caller, source).lacks()]


def _features(caller: Caller, source: Row, arguments: Row) -> Json:
    place = caller.business.locations.get(text(source, "locationId"))
    asked = bool(caller.business.world.questions)
    return {"bookingQuestionsEnabled": asked, "paymentInfoRequired": bool(place and yes(place, "payment_required"))}


def _questions(caller: Caller, source: Row, arguments: Row) -> Json:
    answers = row_in(source, "answers") or {}
    return [
        {**one, "errors": ["is required"] if yes(one, "required") and one["id"] not in answers else []}
        for one in caller.business.world.questions
    ]


def _place(caller: Caller, source: Row, arguments: Row) -> Json:
    return caller.business.locations.get(text(source, "locationId"))


def _expires(caller: Caller, source: Row, arguments: Row) -> Json:
    hold = _of(caller, source).hold
    return hold["expiresAt"] if hold else None


def _time(caller: Caller, source: Row, arguments: Row) -> Json:
    hold = _of(caller, source).hold
    return hold["time"] if hold else None


def _begins(caller: Caller, source: Row, arguments: Row) -> Json:
    found, hold = _of(caller, source), _of(caller, source).hold
    return found.wall(min(moment(one, "startAt") for one in rows_in(hold, "services"))) if hold else None


def _ends(caller: Caller, source: Row, arguments: Row) -> Json:
    found, hold = _of(caller, source), _of(caller, source).hold
    return found.wall(max(moment(one, "endAt") for one in rows_in(hold, "services"))) if hold else None


CLIENT: Fields = {
    "RootQueryType.cart": cart,
    "RootMutationType.createCart": create_cart,
    "RootMutationType.updateCart": update_cart,
    "RootMutationType.cartSetLocation": set_location,
    "RootMutationType.takeCartOwnership": take_ownership,
    "RootMutationType.addCartSelectedBookableItem": add_item,
    "RootMutationType.updateCartSelectedBookableItem": update_item,
    "RootMutationType.cartBookingQuestionAddAnswer": add_answer,
    "Cart.availableCategories": _categories,
    "Cart.availableItem": _item,
    "Cart.selectedItems": _selected,
    "Cart.errors": _errors,
    "Cart.features": _features,
    "Cart.bookingQuestions": _questions,
    "Cart.location": _place,
    "Cart.expiresAt": _expires,
    "Cart.startTimeId": _time,
    "Cart.startTime": _begins,
    "Cart.endTime": _ends,
}
ADMIN: Fields = {}
