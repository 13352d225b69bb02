"""The Client API's calls: a cart, in which a service is chosen, a time is reserved, and a visit is booked.

A cart that is not checked out leaves nothing behind but itself, so every call up to that may be sent again.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeVar

from frontdesk.ports.faults import OutcomeUnknown, Unreachable
from frontdesk.systems.boulevard.client import NAME, Client, mutation, query, row_of, rows_of
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.request import Does
from frontdesk.wire.together import together

T = TypeVar("T")

_CREATE = mutation(
    "createCart",
    "cart { id features { paymentInfoRequired } availableCategories { name availableItems { id name disabled "
    "... on CartAvailableBookableItem { staffVariants { id duration staff { id } } } } } }",
    does=Does.READS,
)
_CHOOSE = mutation("addCartSelectedBookableItem", "cart { id }")
_TAKE = mutation("takeCartOwnership", "cart { id }", does=Does.READS)
_SAY = mutation("updateCart", "cart { id }", does=Does.READS)
_RESERVE = mutation("reserveCartBookableItems", "cart { id expiresAt errors { code } }", does=Does.READS)
_LET_GO = mutation("updateCartSelectedBookableItem", "cart { id }", does=Does.READS)
_CHECK_OUT = mutation("checkoutCart", "appointments { appointmentId forCartOwner } cart { completedAt }")
_CART = query(
    "cart",
    "query($id: ID!) { cart(id: $id) { id completedAt expiresAt startTimeId errors { code } "
    "selectedItems { id errors { code } } } }",
)
_DAYS = query(
    "cartBookableDates",
    "query($id: ID!, $first: Date, $last: Date, $count: Int, $tz: Tz, $variants: [ID!]) { cartBookableDates(id: $id, "
    "searchRangeLower: $first, searchRangeUpper: $last, limit: $count, tz: $tz, staffVariantIds: $variants) { date } }",
)
_IN_ONE = 40
"""Lists of times asked for in one document. No limit is published; fewer and larger requests are the faster ones."""


class CartLost(Unreachable):
    """It is not known what a cart holds. It is left to itself; nothing is booked and nothing kept."""


async def in_another_if_lost(fill: Callable[[], Awaitable[T]]) -> T:
    """What is made of a cart; where that cart is lost, of one more. Raises: as `fill`."""
    try:
        return await fill()
    except CartLost:
        return await fill()


@dataclass(frozen=True, kw_only=True, slots=True)
class Carts:
    """What is asked in carts. `whose` is the bare id of the client a cart belongs to; "" for a guest's."""

    client: Client

    async def open(self, location: str, *, whose: str, message: str = "") -> Foreign:
        """A new cart at a location, with everything that may be chosen there. `message` reaches the business.

        Raises: NotPermitted, Declined (nothing is booked online there), Unreachable.
        """
        fields = {"locationId": location} | ({"clientMessage": message} if message else {})
        data = await self.client.client(_CREATE, whose, input=fields)
        return _cart_in(data, _CREATE.name)

    async def choose(self, cart: str, item: str, *, variant: str | None, whose: str) -> None:
        """Put a service into a cart, with somebody in particular where a variant is named.

        Sent twice it would stand there twice, so a cart whose answer was lost is left to itself.
        Raises: Declined, NotPermitted, Unreachable (nothing is booked), CartLost (begin with another cart).
        """
        fields = {"id": cart, "itemId": item} | ({"itemStaffVariantId": variant} if variant else {})
        try:
            await self.client.client(_CHOOSE, whose, input=fields)
        except OutcomeUnknown:
            raise CartLost(f"{NAME} was lost while a service was chosen; nothing is booked.") from None

    async def days(
        self, cart: str, *, first: date, last: date, variants: Sequence[str], zone: str, whose: str
    ) -> list[date]:
        """The days from the first to the last on which a variant can be booked; the business may see less far ahead."""
        count = (last - first).days + 1
        data = await self.client.client(
            _DAYS, whose, id=cart, first=f"{first}", last=f"{last}", count=count, tz=zone, variants=list(variants)
        )
        return [row.day("date") for row in rows_of(data.fields.get(_DAYS.name) or [], "bookable day")]

    async def times(
        self, cart: str, *, days: Sequence[date], variants: Sequence[str], zone: str, whose: str
    ) -> dict[tuple[date, str], list[Foreign]]:
        """The bookable times of each day with each of the variants. Raises: NotPermitted, Declined, Unreachable."""
        pairs = list(product(days, variants))
        parts = [pairs[start : start + _IN_ONE] for start in range(0, len(pairs), _IN_ONE)]
        answers = await together(*(self._times_in_one(cart, part, zone, whose) for part in parts))
        return {pair: rows for answer in answers for pair, rows in answer.items()}

    async def times_chosen(self, cart: str, *, day: date, zone: str, whose: str) -> list[Foreign]:
        """The bookable times of a day for what the cart holds as it stands."""
        ask = query(
            "cartBookableTimes",
            "query($id: ID!, $day: Date!, $tz: Tz) "
            "{ cartBookableTimes(id: $id, searchDate: $day, tz: $tz) { id startTime } }",
        )
        data = await self.client.client(ask, whose, id=cart, day=f"{day}", tz=zone)
        return rows_of(data.fields.get(ask.name) or [], "bookable time")

    async def reserve(self, cart: str, time: str, *, whose: str) -> Foreign:
        """Keep a time for the cart until its `expiresAt`; again to keep it longer.

        Raises: Declined (also when the time is gone), NotPermitted, Unreachable (it may be kept for a while).
        """
        data = await self.client.client(_RESERVE, whose, input={"id": cart, "bookableTimeId": time})
        return _cart_in(data, _RESERVE.name)

    async def take(self, cart: str, *, whose: str) -> None:
        """Make a guest's cart a client's; what it kept is let go by that. Raises: Declined, Unreachable."""
        await self.client.client(_TAKE, whose, input={"id": cart})

    async def say(self, cart: str, message: str, *, whose: str) -> None:
        """Change the message to the business."""
        await self.client.client(_SAY, whose, input={"id": cart, "clientMessage": message})

    async def let_go(self, cart: str, item: str, *, whose: str) -> None:
        """Let go of the time a cart keeps: to choose another variant, or none, ends the reservation."""
        fields = {"id": cart, "itemId": item, "itemStaffVariantId": None}
        await self.client.client(_LET_GO, whose, input=fields)

    async def check_out(self, cart: str, *, whose: str) -> list[str]:
        """Book what the cart keeps; the ids of the appointments, the owner's first. [] where it was not booked.

        A cart is checked out once: again it books nothing more.
        Raises: Declined, NotPermitted, Unreachable, OutcomeUnknown (it may have booked).
        """
        data = await self.client.client(_CHECK_OUT, whose, input={"id": cart})
        done = row_of(data.fields.get(_CHECK_OUT.name), "checkout")
        made = rows_of(done.fields.get("appointments") or [], "checkout")
        made.sort(key=lambda one: not (one.has("forCartOwner") and one.yes("forCartOwner")))
        return [one.text("appointmentId") for one in made]

    async def read(self, cart: str, *, whose: str) -> Foreign | None:
        """A cart as it stands; None where there is none."""
        data = await self.client.client(_CART, whose, id=cart)
        found = data.fields.get(_CART.name)
        return None if found is None else row_of(found, "cart")

    async def _times_in_one(
        self, cart: str, pairs: Sequence[tuple[date, str]], zone: str, whose: str
    ) -> dict[tuple[date, str], list[Foreign]]:
        """Several lists in one document, each under a name of its own."""
        days = {day: f"d{place}" for place, day in enumerate(dict.fromkeys(day for day, _ in pairs))}
        variants = {one: f"v{place}" for place, one in enumerate(dict.fromkeys(one for _, one in pairs))}
        declared = [f"${name}: Date!" for name in days.values()] + [f"${name}: [ID!]" for name in variants.values()]
        fields = [
            f"t{place}: cartBookableTimes(id: $id, searchDate: ${days[day]}, tz: $tz, "
            f"staffVariantIds: ${variants[variant]}) {{ id startTime }}"
            for place, (day, variant) in enumerate(pairs)
        ]
        ask = query("cartBookableTimes", f"query($id: ID!, $tz: Tz, {', '.join(declared)}) {{ {' '.join(fields)} }}")
        values: Mapping[str, object] = {
            **{name: f"{day}" for day, name in days.items()},
            **{name: [variant] for variant, name in variants.items()},
        }
        data = await self.client.client(ask, whose, id=cart, tz=zone, **values)
        return {pair: rows_of(data.fields.get(f"t{place}") or [], "bookable time") for place, pair in enumerate(pairs)}


def codes_of(cart: Foreign) -> Iterator[str]:
    """Why a cart cannot be checked out as it stands, in the vendor's words; those of its items too."""
    for error in rows_of(cart.fields.get("errors") or [], "cart"):
        yield error.text("code")
    for item in rows_of(cart.fields.get("selectedItems") or [], "cart"):
        for error in rows_of(item.fields.get("errors") or [], "cart"):
            yield error.text("code")


def _cart_in(data: Foreign, name: str) -> Foreign:
    return row_of(row_of(data.fields.get(name), "cart").fields.get("cart"), "cart")
