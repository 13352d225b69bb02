"""Carts that keep a time: a hold of Boulevard's own. The vendor itself refuses whoever comes second."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

import structlog

from frontdesk.domain.appointment import Slot, Subject
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.systems.boulevard.carts import in_another_if_lost
from frontdesk.systems.boulevard.client import NAME, Declined
from frontdesk.systems.boulevard.mapping import moment
from frontdesk.systems.boulevard.menu import item_named, items_of
from frontdesk.systems.boulevard.schedule import Schedule
from frontdesk.wire.together import together

_log = structlog.get_logger()

GUEST = ""
TAKEN = Taken(by=Subject.PRACTITIONER)
"""Boulevard never says what of a time is taken: a person, a room or a device."""
_CART = "urn:blvd:Cart:"
_REMEMBERED = 500
"""Carts of intents that are on their way; each is needed for minutes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """A cart in which a time was found, and the time's id. `text` is all that has to be known of it to go on."""

    cart: str
    time: str

    @property
    def text(self) -> str:
        """Both in one word."""
        return f"{self.cart}|{self.time}"

    @staticmethod
    def of(text: str) -> "Basket | None":
        """The basket of a word; None for the word of something else."""
        cart, _, time = text.partition("|")
        return Basket(cart=cart, time=time) if cart.startswith(_CART) and time else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A basket that keeps its time until then."""

    basket: Basket
    until: datetime


class CheckedOut(OutcomeUnknown):
    """A cart was checked out, and no visit of it was found among those that stand."""

    def __init__(self) -> None:
        super().__init__(f"{NAME} has checked a cart out, and shows no visit of it.")


class Baskets:
    """The carts of the intents that are on their way, so that one that is repeated goes on with its own.

    Boulevard lists carts nowhere, and one that keeps a time keeps it from everybody, its own intent in another cart
    too. After a restart such a time is free again when the lost cart has run out.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Basket, str]] = OrderedDict()

    def of(self, key: str, *, whose: str) -> Basket | None:
        """The cart of an intent, if it is that client's (a guest's: "")."""
        basket, owner = self._known.get(key, (None, ""))
        return basket if owner == whose else None

    async def kept(
        self, key: str, slot: Slot, schedule: Schedule, *, whose: str = GUEST, message: str = ""
    ) -> Kept | Taken:
        """The slot's time, kept in the intent's cart, or in a new one.

        Raises: NotPermitted, Refused, Unreachable (nothing is booked), CheckedOut (it may be booked).
        """
        basket = self.of(key, whose=whose)
        again = await _kept_on(basket, slot, schedule, whose=whose) if basket is not None else None
        if isinstance(again, Kept):
            return again
        if basket is not None:
            await _check_open(basket, schedule, whose=whose)
        found = await in_another_if_lost(lambda: _filled(slot, schedule, whose=whose, message=message))
        if isinstance(found, Taken):
            return found
        self._remember(key, found, whose)
        kept = await _kept_on(found, slot, schedule, whose=whose)
        if kept is None and await schedule.time_in(found.cart, slot, whose=whose) is not None:
            raise Refused(f"{NAME} shows a time as free and does not keep it for a cart.")
        return kept or TAKEN

    async def taken_over(self, key: str, basket: Basket, slot: Slot, schedule: Schedule, *, whose: str) -> Kept | None:
        """A guest's cart made a client's, and its time kept anew; None where it is of no more use.

        To take it over lets go of its time, so somebody may come between.
        Raises: NotPermitted, Unreachable (nothing is booked).
        """
        try:
            await schedule.carts.take(basket.cart, whose=whose)
        except Declined:
            return None
        self._remember(key, basket, whose)
        return await _kept_on(basket, slot, schedule, whose=whose)

    def _remember(self, key: str, basket: Basket, whose: str) -> None:
        self._known[key] = (basket, whose)
        self._known.move_to_end(key)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


async def let_go(basket: Basket, schedule: Schedule) -> None:
    """Give a cart's time back; one that is gone, checked out or a client's is left as it is. Raises: Unreachable."""
    try:
        cart = await schedule.carts.read(basket.cart, whose=GUEST)
        chosen = cart.fields.get("selectedItems") if cart is not None and not cart.has("completedAt") else None
        for item in chosen if isinstance(chosen, list) else ():
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                await schedule.carts.let_go(basket.cart, item["id"], whose=GUEST)
    except (Refused, NotPermitted) as fault:
        _log.info("a cart was not let go; it runs out by itself", system=NAME, fault=type(fault).__name__)


async def _filled(slot: Slot, schedule: Schedule, *, whose: str, message: str) -> Basket | Taken:
    """A new cart with the slot's service and practitioner, in which its time was found free."""
    carts, numbers = schedule.carts, schedule.numbers
    cart, service = await together(
        carts.open(numbers.locations[slot.location], whose=whose, message=message),
        schedule.service(numbers.services[slot.service]),
    )
    item = item_named(items_of(cart), service.text("name"))
    if item is None:
        raise NotPermitted(f"Service {slot.service} is not booked online at {slot.location}. Open it in {NAME}.")
    variant = item.with_staff(numbers.staff[slot.practitioner])
    if variant is None or variant.length != slot.during.length:
        return TAKEN  # no more as it was offered
    await carts.choose(cart.text("id"), item.id, variant=variant.id, whose=whose)
    time = await schedule.time_in(cart.text("id"), slot, whose=whose)
    return TAKEN if time is None else Basket(cart=cart.text("id"), time=time)


async def _kept_on(basket: Basket, slot: Slot, schedule: Schedule, *, whose: str) -> Kept | None:
    """The cart's time kept anew; None where it is not free any more, or the cart is of no more use."""
    try:
        cart = await schedule.carts.reserve(basket.cart, basket.time, whose=whose)
    except Declined:
        return None
    return Kept(basket=basket, until=moment(cart, "expiresAt")) if cart.has("expiresAt") else None


async def _check_open(basket: Basket, schedule: Schedule, *, whose: str) -> None:
    """That a cart was not checked out. Raises: CheckedOut."""
    try:
        cart = await schedule.carts.read(basket.cart, whose=whose)
    except Declined:
        return
    if cart is not None and cart.has("completedAt"):
        raise CheckedOut
