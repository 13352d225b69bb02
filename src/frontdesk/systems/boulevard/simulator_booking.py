"""The Admin API's own way to book: opened, filled, completed. Only the last step makes an appointment.

Seen [booking-chain]: by third parties, one of them in daily use; the vendor publishes nothing of it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.boulevard.simulator_appointments import appointment_row, tell_of_visit
from frontdesk.systems.boulevard.simulator_business import Business, existing, works_at
from frontdesk.systems.boulevard.simulator_calls import Caller, Fields, given
from frontdesk.systems.boulevard.simulator_hours import Book, Stretch, Wish, book_of, resource_for, service_row
from frontdesk.systems.boulevard.simulator_refusals import Code, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, number, rows_in, text, texts, urn, words


def create(caller: Caller, _: Row, arguments: Row) -> Json:
    """A pending booking. Seen [booking-without-client]: it may have no client yet; then bookingClients is empty.

    Guess [any-start]: any start is taken, past ones and those outside the hours too.
    """
    shop, asked = caller.business, given(arguments)
    place, client = existing(shop.locations, text(asked, "locationId")), words(asked, "clientId")
    number_ = shop.bookings.last + 1
    row = shop.bookings.add(
        {
            "locationId": place["id"],
            "startTime": datetime.fromisoformat(text(asked, "startTime")).isoformat(),
            "bookingClients": [_client_row(shop, number_, client)] if client else [],
            "services": [],
            "errors": [],
            "completedAt": None,
        }
    )
    return {"booking": row, "bookingWarnings": []}


def set_client(caller: Caller, _: Row, arguments: Row) -> Json:
    """A booking with its client. Guess [one-client-per-booking]: in place of another."""
    shop, asked = caller.business, given(arguments)
    row = _pending(shop, text(asked, "bookingId"))
    client = _client_row(shop, int(text(row, "id")[-12:]), text(asked, "clientId"))
    return {"booking": shop.bookings.change(text(row, "id"), {"bookingClients": [client]}), "bookingWarnings": []}


def add_service(caller: Caller, _: Row, arguments: Row) -> Json:
    """A booking with one more service, after those it has. Seen [booking-client-id]: for a bookingClient, not a client.

    Seen [warnings-stop-nothing]: what is in the way is told as a warning.
    """
    shop, asked = caller.business, given(arguments)
    row = _pending(shop, text(asked, "bookingId"))
    if asked["bookingClientId"] not in [one["id"] for one in rows_in(row, "bookingClients")]:
        raise guess("booking-client-unknown", Code.NOT_FOUND, "The booking has no such bookingClient.")
    existing(shop.services, text(asked, "serviceId"))
    existing(shop.staff, text(asked, "staffId"))
    count = len(rows_in(row, "services")) + 1
    service: Row = {
        "id": f"{urn('BookingService', count)[:-12]}{text(row, 'id')[-8:]}{count:04}",
        "serviceId": asked["serviceId"],
        "staffId": asked["staffId"],
    }
    row = shop.bookings.change(text(row, "id"), {"services": [*rows_in(row, "services"), service]})
    return {"booking": row, "bookingService": service, "bookingWarnings": _placed(shop, row)[1][-1]}


def complete(caller: Caller, _: Row, arguments: Row) -> Json:
    """The appointment a booking became, double booked or not. Seen [staff-to-book-with]: bookWithStaffId is required.

    Guess [book-with-anybody]: it has to be somebody's, and changes nothing.
    """
    shop, asked = caller.business, given(arguments)
    row = _pending(shop, text(asked, "bookingId"))
    existing(shop.staff, text(asked, "bookWithStaffId"))
    if not rows_in(row, "services") or not rows_in(row, "bookingClients"):
        raise guess("booking-empty", Code.INVALID, "The booking needs a client and a service.")
    services, warnings = _placed(shop, row)
    client = text(rows_in(row, "bookingClients")[0], "clientId")
    made = shop.appointments.add(
        appointment_row(shop, client=client, location=text(row, "locationId"), services=services, notes=None)
    )
    row = shop.bookings.change(text(row, "id"), {"completedAt": shop.stamp()})
    tell_of_visit(shop, made, "CREATED")
    booked: Row = {"appointmentId": made["id"], "clientId": client, "appointment": made}
    every = [one for each in warnings for one in each]
    return {"booking": row, "bookingAppointments": [booked], "bookingWarnings": every}


def services_of(shop: Business, booking: Row) -> list[Row]:
    """The services that a booking would become."""
    return _placed(shop, booking)[0]


def _placed(shop: Business, booking: Row) -> tuple[list[Row], list[list[Row]]]:
    location, book = existing(shop.locations, text(booking, "locationId")), book_of(shop)
    zone = ZoneInfo(text(location, "tz"))
    at = datetime.fromisoformat(text(booking, "startTime")).replace(tzinfo=zone).astimezone(UTC)
    services: list[Row] = []
    warnings: list[list[Row]] = []
    for one in rows_in(booking, "services"):
        service, staff = (
            existing(shop.services, text(one, "serviceId")),
            existing(shop.staff, text(one, "staffId")),
        )
        how = shop.performs(staff, text(service, "id"))
        length: Row = how or {"duration": service["defaultDuration"], "price": service["defaultPrice"]}
        whole = Stretch(start=at, end=at + timedelta(minutes=number(length, "duration")))
        warnings.append(list(_warned(shop, location, service, staff, whole, book)))
        resource = resource_for(shop, text(service, "id"), location, whole, book)
        wish = Wish(service=text(service, "id"), staff=text(staff, "id"))
        if resource is None:
            resource = _used_resource(shop, service, location)
        services.append(service_row(wish, staff, length, whole, resource))
        at = whole.end
    return services, warnings


def _warned(shop: Business, location: Row, service: Row, staff: Row, at: Stretch, book: Book) -> Iterator[Row]:
    """Seen [booking-warnings]: these codes. Guess [no-warning-off-shift]: nothing warns of a time outside the hours.

    Guess [holds-warn-too]: a time that a cart keeps counts as taken.
    """
    about: Row = {"staffId": staff["id"], "serviceId": service["id"]}
    if shop.performs(staff, text(service, "id")) is None or not works_at(staff, text(location, "id")):
        yield {"code": "STAFF_DOES_NOT_PERFORM_SERVICE", "message": "The staff does not perform it there.", **about}
    if not book.free(text(staff, "id"), at):
        yield {"code": "STAFF_DOUBLE_BOOKED", "message": "The staff member is booked at that time.", **about}
    if resource_for(shop, text(service, "id"), location, at, book) is None:
        yield {"code": "RESOURCE_DOUBLE_BOOKED", "message": "Its resources are booked at that time.", **about}


def _used_resource(shop: Business, service: Row, location: Row) -> str:
    for row in shop.resources:
        if row["locationId"] == location["id"] and service["id"] in texts(row, "services"):
            return text(row, "id")
    return ""


def _pending(shop: Business, id: str) -> Row:
    """Guess [booking-completed]: CONFLICT for one that was completed."""
    row = existing(shop.bookings, id)
    if row["completedAt"] is not None:
        raise guess("booking-completed", Code.CONFLICT, "The booking is completed.")
    return row


def _client_row(shop: Business, booking: int, client: str) -> Row:
    return {"id": urn("BookingClient", booking), "clientId": existing(shop.clients, client)["id"]}


CLIENT: Fields = {}
ADMIN: Fields = {
    "RootMutationType.bookingCreate": create,
    "RootMutationType.bookingSetClient": set_client,
    "RootMutationType.bookingAddService": add_service,
    "RootMutationType.bookingComplete": complete,
}
