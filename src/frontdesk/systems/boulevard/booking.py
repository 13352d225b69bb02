"""One booking: a cart that keeps the time is checked out, once, and the visit is read back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from frontdesk.domain.appointment import Slot
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Taken
from frontdesk.systems.boulevard.baskets import TAKEN, Basket, Baskets, CheckedOut, Kept
from frontdesk.systems.boulevard.carts import codes_of
from frontdesk.systems.boulevard.client import NAME, Declined
from frontdesk.systems.boulevard.mapping import Visit, bare, mark_of
from frontdesk.systems.boulevard.schedule import Schedule, made, standing

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, for which client. `key` names the intent; the mark in the notes shows it."""

    schedule: Schedule
    baskets: Baskets
    slot: Slot
    client: str
    key: str
    now: datetime

    @property
    def whose(self) -> str:
        """The client as a token names them."""
        return bare(self.client)

    @property
    def message(self) -> str:
        """What the business reads of it."""
        return f"Booked by {mark_of(self.key)}"

    async def made(self) -> Visit | None:
        """The visit that this key has booked already: marked so, or the client's at that time with that practitioner.

        One that staff moved is found by its mark while it is to come, and so is one that was cancelled since.
        """
        return made(await self._visits(), self.slot, self.schedule.numbers, mark=mark_of(self.key))

    async def standing(self) -> Visit | None:
        """The same, if it keeps its time."""
        return standing(await self._visits(), self.slot, self.schedule.numbers, mark=mark_of(self.key))

    async def write(self, basket: Basket | None) -> Visit | Taken:
        """The visit, booked out of the guest's basket where there is one; or somebody else was first.

        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        try:
            kept = await self._kept(basket)
            outcome = kept if isinstance(kept, Taken) else await self._checked_out(kept.basket)
        except CheckedOut:
            outcome = await self._cancelled_since()
        if isinstance(outcome, Taken):
            return await self.made() or outcome  # another run of this key may have been faster
        return outcome

    async def _visits(self) -> list[Visit]:
        since = min(self.now, self.slot.during.start) - timedelta(days=1)
        return await self.schedule.visits_of(self.client, since=since)

    async def _cancelled_since(self) -> Visit:
        """The visit of a cart that was checked out, which does not stand any more. Raises: CheckedOut."""
        staff = self.schedule.numbers.staff[self.slot.practitioner]
        for found in reversed(await self._visits()):
            if (found.during.start, found.staff) == (self.slot.during.start, staff):
                return found
        raise CheckedOut

    async def _kept(self, basket: Basket | None) -> Kept | Taken:
        if basket is not None and self.baskets.of(self.key, whose=self.whose) is None:
            kept = await self.baskets.taken_over(self.key, basket, self.slot, self.schedule, whose=self.whose)
            if kept is not None:
                await self._sign(kept.basket)
                return kept
        return await self.baskets.kept(self.key, self.slot, self.schedule, whose=self.whose, message=self.message)

    async def _sign(self, basket: Basket) -> None:
        try:
            await self.schedule.carts.say(basket.cart, self.message, whose=self.whose)
        except Fault as fault:
            _log.warning("a booking does not say who made it", system=NAME, fault=type(fault).__name__)

    async def _checked_out(self, basket: Basket) -> Visit | Taken:
        """Where an answer is lost the visit is looked for; then the same cart is asked once more.

        A cart is checked out once, so that cannot book twice.
        """
        try:
            done = await self._asked(basket)
        except OutcomeUnknown:
            found = await self.made()
            if found is not None:
                return found
            done = await self._asked(basket)
        if done:
            return await self._read_back(done[0])
        return await self.made() or await self._why_not(basket)

    async def _asked(self, basket: Basket) -> Sequence[str]:
        try:
            return await self.schedule.carts.check_out(basket.cart, whose=self.whose)
        except Declined:
            return ()

    async def _read_back(self, number: str) -> Visit:
        found = await self.schedule.visit_of(number)
        if found is None:
            raise OutcomeUnknown(f"{NAME} says that it booked a visit, and does not show it.")
        numbers, slot = self.schedule.numbers, self.slot
        wanted = (slot.during.start, numbers.staff[slot.practitioner], numbers.services[slot.service], self.client)
        if (found.during.start, found.staff, found.service, found.client) != wanted:
            await taken_out(found, self.schedule, reason="MISTAKE", notes="Frontdesk: not what was asked for")
            raise Refused(f"{NAME} booked another time, person, service or client than was asked; it was cancelled.")
        return found

    async def _why_not(self, basket: Basket) -> Taken:
        """Why a cart was not checked out. Raises: CheckedOut (it was), NotPermitted, Refused, Unreachable."""
        cart = await self.schedule.carts.read(basket.cart, whose=self.whose)
        if cart is not None and cart.has("completedAt"):
            raise CheckedOut
        codes = set(codes_of(cart)) if cart is not None else set()
        wanted = _wants_a_person(codes)
        if wanted:
            raise NotPermitted(
                f"{NAME} books this online only with {', '.join(wanted)}, which the assistant cannot give. "
                "Make that optional in its settings for online booking, or book by hand."
            )
        time = await self.schedule.time_in(basket.cart, self.slot, whose=self.whose)
        if time is None:
            return TAKEN
        if codes == {"CART_MISSING_ITEM_TIME"}:
            raise Unreachable(f"{NAME} let go of a time before its cart was checked out; nothing is booked.")
        raise Refused(f"{NAME} did not check a cart out ({', '.join(sorted(codes)) or 'no reason given'}).")


async def taken_out(found: Visit, schedule: Schedule, *, reason: str, notes: str) -> Visit:
    """A visit cancelled, and read back. Raises: Refused, Unreachable (it stands), OutcomeUnknown, NotPermitted."""
    lost: Fault | None = None
    try:
        await schedule.admin.cancel(found.number, reason=reason, notes=notes)
    except (OutcomeUnknown, Refused) as fault:
        lost = fault
    after = await schedule.visit_of(found.number)
    if after is not None and after.in_use:
        raise lost or OutcomeUnknown(f"{NAME} says that it cancelled visit {found.number}; it shows it still.")
    return after or found


def _wants_a_person(codes: Iterable[str]) -> list[str]:
    asked = {
        "CART_MISSING_ITEM_PAYMENT_METHOD": "a card",
        "CART_BOOKING_QUESTION_ANSWER_MISSING": "answers to its booking questions",
        "CART_MISSING_CLIENT_INFORMATION": "more about the client than their file holds",
    }
    return [words for code, words in asked.items() if code in set(codes)]
