"""The front desk is quicker: it books what a call asks for, just before or after."""

from frontdesk.standards.simulating.faults import Overtaken, When
from frontdesk.systems.boulevard.simulator_booking import services_of
from frontdesk.systems.boulevard.simulator_business import Business
from frontdesk.systems.boulevard.simulator_calls import Api, Caller
from frontdesk.systems.boulevard.simulator_cart import Cart
from frontdesk.systems.boulevard.simulator_front_desk import FrontDesk
from frontdesk.systems.boulevard.simulator_hours import book_of, place
from frontdesk.systems.boulevard.simulator_rows import Row, rows_in, text
from frontdesk.systems.boulevard.simulator_times import instant_of, placed_anew


class Overtaking:
    """Books for another client what a mutation is about to book: kept, checked out, completed or moved to."""

    def __init__(self, fault: Overtaken, business: Business, desk: FrontDesk) -> None:
        self._fault = fault
        self._shop = business
        self._desk = desk
        self._wanted: tuple[str, str, list[Row]] | None = None

    def before(self, field: str, asked: Row) -> None:
        """Note what is wanted, and take it where that is the fault."""
        self._wanted = self._what(field, asked)
        if self._fault.when is When.BEFORE_COMMIT:
            self._take()

    def after(self, field: str, asked: Row) -> None:
        """Take it where it is to be taken late."""
        if self._fault.when is When.AFTER_COMMIT:
            self._take()

    def _take(self) -> None:
        if self._wanted is not None:
            client, location, services = self._wanted
            patient = self._fault.patient or self._desk.somebody_else(client)
            self._desk.book_services(client=patient, location=location, services=services)

    def _what(self, field: str, asked: Row) -> tuple[str, str, list[Row]] | None:
        """Whom it is for, where, and the services; None where nothing would be booked."""
        match field:
            case "reserveCartBookableItems" | "checkoutCart":
                return self._of_cart(asked)
            case "bookingComplete":
                row = self._shop.bookings.get(text(asked, "bookingId"))
                if row is None or not rows_in(row, "bookingClients"):
                    return None
                client = text(rows_in(row, "bookingClients")[0], "clientId")
                return client, text(row, "locationId"), services_of(self._shop, row)
            case "appointmentReschedule":
                return self._of_move(asked)
            case _:
                return None

    def _of_cart(self, asked: Row) -> tuple[str, str, list[Row]] | None:
        row = self._shop.carts.get(text(asked, "id"))
        location = self._shop.locations.get(text(row, "locationId")) if row else None
        if row is None or location is None:
            return None
        cart = Cart(business=self._shop, row=row)
        services = rows_in(cart.hold, "services") if cart.hold else []
        if "bookableTimeId" in asked:
            at = instant_of(location, text(asked, "bookableTimeId"))
            services = place(self._shop, location, cart.wishes(), at, book_of(self._shop, cart=cart.id)) or []
        return (text(row, "clientId"), cart.location, services) if services else None

    def _of_move(self, asked: Row) -> tuple[str, str, list[Row]] | None:
        row = self._shop.appointments.get(text(asked, "appointmentId"))
        if row is None:
            return None
        location = self._shop.locations.get(text(row, "locationId")) or {}
        at = instant_of(location, f"t_{text(asked, 'bookableTimeId').partition('_t_')[2]}")
        caller = Caller(business=self._shop, api=Api.ADMIN)
        services = placed_anew(caller, row, at)
        return (text(row, "clientId"), text(row, "locationId"), services) if services else None
