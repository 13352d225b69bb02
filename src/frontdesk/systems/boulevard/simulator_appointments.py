"""Appointments as they are read, by the business and by their client."""

from datetime import timedelta
from zlib import crc32

from frontdesk.systems.boulevard.simulator_business import Business, existing
from frontdesk.systems.boulevard.simulator_calls import Api, Caller, Fields, page
from frontdesk.systems.boulevard.simulator_query import ADMIN_FIELDS, CLIENT_FIELDS, wanted
from frontdesk.systems.boulevard.simulator_refusals import Code, documented
from frontdesk.systems.boulevard.simulator_rows import (
    Json,
    Row,
    moment,
    number,
    rows_in,
    text,
    texts,
    uuid_of,
    words,
    yes,
)

TOLD = ("id", "startAt", "endAt", "state", "cancelled", "clientId", "locationId")
"""Guess [node-of-a-visit]: what a message's node holds of a visit."""


def appointments(caller: Caller, _: Row, arguments: Row) -> Json:
    """A location's appointments, those cancelled among them. Seen [location-needed]: of one location at a time.

    Seen [no-order]: they come in no order of time; here in one that only looks arbitrary.
    """
    shop = caller.business
    place, fits = (
        text(existing(shop.locations, text(arguments, "locationId")), "id"),
        wanted(words(arguments, "query"), ADMIN_FIELDS),
    )
    client = words(arguments, "clientId")
    if client is not None:
        existing(shop.clients, client)
    found = [
        row
        for row in shop.appointments
        if row["locationId"] == place and client in (None, row["clientId"]) and fits(row)
    ]
    return page(caller, sorted(found, key=lambda row: crc32(text(row, "id").encode())), arguments)


def appointment(caller: Caller, _: Row, arguments: Row) -> Json:
    """One appointment. Seen [missing-is-null]: null, and no error, where there is none."""
    return caller.business.appointments.get(text(arguments, "id"))


def own_appointment(caller: Caller, _: Row, arguments: Row) -> Json:
    """One's own appointment, or the one that a cart has booked. Documented [cart-shows-its-visit]: even to a guest.

    Guess [others-are-null]: somebody else's is null.
    """
    row = caller.business.appointments.get(text(arguments, "id"))
    cart = caller.business.carts.get(words(arguments, "cartId"))
    if row is not None and cart is not None and row["id"] in texts(cart, "appointments"):
        return row
    who = caller.known()
    return row if row is not None and row["clientId"] == who else None


def my_appointments(caller: Caller, _: Row, arguments: Row) -> Json:
    """One's own appointments. Guess [own-order]: by their start."""
    who, fits = caller.known(), wanted(words(arguments, "query"), CLIENT_FIELDS)
    found = [row for row in caller.business.appointments if row["clientId"] == who and fits(row)]
    return page(caller, sorted(found, key=lambda row: (text(row, "startAt"), text(row, "id"))), arguments)


def mine(caller: Caller, id: str) -> Row:
    """An appointment that is to be changed: any, or in the Client API one's own. Raises: Declined."""
    who = caller.known() if caller.api is Api.CLIENT else ""
    row = existing(caller.business.appointments, id)
    if who and row["clientId"] != who:
        raise documented("guests-see-little", Code.UNAUTHENTICATED, "Unauthenticated")
    return row


def to_come(business: Business, row: Row) -> bool:
    """Whether an appointment stands and has not begun."""
    return not yes(row, "cancelled") and moment(row, "startAt") > business.now()


def in_time(business: Business, row: Row) -> bool:
    """Whether its client may still change it. Guess [window-of-a-location]: so many hours before it begins."""
    hours = number(existing(business.locations, text(row, "locationId")), "cancel_hours")
    return moment(row, "startAt") - business.now() >= timedelta(hours=hours)


def why_it_stays(business: Business, row: Row) -> str | None:
    """Why its client cannot move it; None where they can. Documented [not-reschedulable]: in these words.

    Guess [reasons-in-order]: the first that holds, as they are listed; a visit that has begun is outside the window.
    """
    place = existing(business.locations, text(row, "locationId"))
    if yes(row, "cancelled"):
        return "CANCELLED_APPOINTMENT"
    if yes(row, "isGroup") or yes(row, "isRecurring"):
        return "GROUP_APPOINTMENT"
    if not yes(place, "allowOnlineRescheduling"):
        return "ONLINE_BOOKING_NOT_ALLOWED"
    if not to_come(business, row) or not in_time(business, row):
        return "OUTSIDE_CANCELLATION_WINDOW"
    services = [existing(business.services, text(one, "serviceId")) for one in rows_in(row, "appointmentServices")]
    if any(place["id"] not in texts(one, "online") or not yes(one, "active") for one in services):
        return "SERVICE_NOT_BOOKABLE"
    return None


def tell_of_visit(business: Business, row: Row, event: str) -> None:
    """Tell that a visit was made or changed."""
    node: Row = {name: row[name] for name in TOLD}
    business.tell(f"APPOINTMENT_{event}", node, location=text(row, "locationId"))


def appointment_row(business: Business, *, client: str, location: str, services: list[Row], notes: str | None) -> Row:
    """A new appointment's columns, without its id. Guess [booked-first]: its state is BOOKED."""
    return {
        "clientId": client,
        "locationId": location,
        "startAt": min(text(one, "startAt") for one in services),
        "endAt": max(text(one, "endAt") for one in services),
        "state": "BOOKED",
        "cancelled": False,
        "cancellation": None,
        "isGroup": False,
        "isRecurring": False,
        "notes": notes,
        "createdAt": business.stamp(),
        "appointmentServices": services,
        "tags": [],
        "taken": business.now().timestamp(),
    }


def _minutes(caller: Caller, source: Row, arguments: Row) -> Json:
    return int((moment(source, "endAt") - moment(source, "startAt")) / timedelta(minutes=1))


def _services(caller: Caller, source: Row, arguments: Row) -> Json:
    """Guess [service-columns]: totalDuration is duration; the offset is counted from the visit's start."""
    begins = moment(source, "startAt")
    return [
        {
            **one,
            "id": f"urn:blvd:AppointmentService:{count:08}-{text(source, 'id')[-27:]}",
            "totalDuration": one["duration"],
            "startTimeOffset": int((moment(one, "startAt") - begins) / timedelta(minutes=1)),
        }
        for count, one in enumerate(rows_in(source, "appointmentServices"), 1)
    ]


def _cancellable(caller: Caller, source: Row, arguments: Row) -> Json:
    return to_come(caller.business, source) and in_time(caller.business, source)


def _confirmable(caller: Caller, source: Row, arguments: Row) -> Json:
    """Guess [confirmable-when]: to come, and BOOKED."""
    return to_come(caller.business, source) and source["state"] == "BOOKED"


def _reschedulable(caller: Caller, source: Row, arguments: Row) -> Json:
    return why_it_stays(caller.business, source) is None


def _reason(caller: Caller, source: Row, arguments: Row) -> Json:
    return why_it_stays(caller.business, source)


def _links(caller: Caller, source: Row, arguments: Row) -> Json:
    """Guess [calendar-links]: addresses that lead nowhere."""
    names = ("googleCalendar", "icsDownload", "microsoftOffice", "microsoftOutlook", "yahooCalendar")
    return {name: f"https://boulevard.example.com/{uuid_of(text(source, 'id'))}/{name}" for name in names}


def _no_forms(caller: Caller, source: Row, arguments: Row) -> Json:
    return []


def _client(caller: Caller, source: Row, arguments: Row) -> Json:
    return caller.business.clients.get(text(source, "clientId"))


def _location(caller: Caller, source: Row, arguments: Row) -> Json:
    return caller.business.locations.get(text(source, "locationId"))


def _service(caller: Caller, source: Row, arguments: Row) -> Json:
    return caller.business.services.get(text(source, "serviceId"))


def _staff(caller: Caller, source: Row, arguments: Row) -> Json:
    return caller.business.staff.get(text(source, "staffId"))


_BOTH: Fields = {
    "Appointment.duration": _minutes,
    "Appointment.client": _client,
    "Appointment.location": _location,
    "Appointment.appointmentServices": _services,
    "AppointmentService.service": _service,
    "AppointmentService.staff": _staff,
}
CLIENT: Fields = {
    **_BOTH,
    "RootQueryType.appointment": own_appointment,
    "RootQueryType.myAppointments": my_appointments,
    "Appointment.clientDuration": _minutes,
    "Appointment.calendarLinks": _links,
    "Appointment.customForms": _no_forms,
    "Appointment.pendingFormTemplates": _no_forms,
    "Appointment.cancellable": _cancellable,
    "Appointment.confirmable": _confirmable,
    "Appointment.reschedulable": _reschedulable,
    "Appointment.nonReschedulableReason": _reason,
}
ADMIN: Fields = {
    **_BOTH,
    "RootQueryType.appointments": appointments,
    "RootQueryType.appointment": appointment,
}
