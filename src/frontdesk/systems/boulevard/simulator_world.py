"""The rows a simulated business starts with, each made with sane defaults and every column the schema names."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.boulevard.simulator_rows import Json, Row, urn, uuid_of, written

LONG_AGO = "2026-01-05T16:00:00Z"


def location(
    number: int,
    name: str,
    *,
    tz: str = "America/Denver",
    opens: int = 8,
    closes: int = 19,
    phone: str = "+13035550100",
    online: bool = True,
    lead_minutes: int = 60,
    lead_days: int = 90,
    cancel_hours: int = 24,
    payment_required: bool = False,
) -> Row:
    """A place of the business, closed on Sundays. A visit may begin there every quarter of an hour."""
    day: Row = {"open": True, "start": {"hour": opens, "minute": 0}, "finish": {"hour": closes, "minute": 0}}
    closed: Row = {"open": False, "start": None, "finish": None}
    return {
        "id": urn("Location", number),
        "name": name,
        "address": {
            "line1": f"{number} Test Street",
            "line2": None,
            "city": "Denver",
            "state": "CO",
            "province": None,
            "zip": "80202",
            "country": "US",
        },
        "tz": tz,
        "phoneNumber": phone,
        "externalId": None,
        "isRemote": False,
        "allowOnlineBooking": online,
        "allowOnlineRescheduling": online,
        "arrivalInstructions": "Ring the bell.",
        "hours": [closed, *([day] * 6)],
        "step": 15,
        "lead_minutes": lead_minutes,
        "lead_days": lead_days,
        "cancel_hours": cancel_hours,
        "payment_required": payment_required,
    }


def category(number: int, name: str) -> Row:
    """Under what services stand."""
    return {"id": urn("ServiceCategory", number), "name": name}


def service(
    number: int,
    name: str,
    minutes: int,
    cents: int,
    *,
    category: int,
    online: Sequence[str] = (),
    needs_resource: bool = False,
    addon: bool = False,
    active: bool = True,
    no_preference: bool = False,
) -> Row:
    """Something that can be booked. `online` are the locations at which clients see it."""
    return {
        "id": urn("Service", number),
        "name": name,
        "description": f"{name}, {minutes} minutes.",
        "active": active,
        "addon": addon,
        "externalId": None,
        "categoryId": urn("ServiceCategory", category),
        "defaultDuration": minutes,
        "defaultPrice": cents,
        "online": list(online),
        "needs_resource": needs_resource,
        "no_preference": no_preference,
    }


def does(service: str, minutes: int, cents: int) -> Row:
    """That a staff member does a service, in how long and for how much."""
    return {"service": service, "duration": minutes, "price": cents}


def staff(
    number: int,
    first: str,
    last: str,
    *performs: Row,
    places: Sequence[str],
    bookable: bool = True,
    active: bool = True,
) -> Row:
    """Somebody who works there, with what they do."""
    return {
        "id": urn("Staff", number),
        "firstName": first,
        "lastName": last,
        "displayName": f"{first} {last[0]}.",
        "nickname": None,
        "bio": None,
        "email": f"{first.lower()}@example.com",
        "mobilePhone": None,
        "active": active,
        "externallyBookable": bookable,
        "role": {"id": urn("StaffRole", 1), "name": "Provider"},
        "places": list(places),
        "performs": list(performs),
    }


def resource(number: int, *, location: str, services: Sequence[str]) -> Row:
    """A room or device, of which the API never speaks."""
    return {"id": urn("Resource", number), "locationId": location, "services": list(services)}


def shift(
    number: int,
    day: int,
    clock_in: str,
    clock_out: str,
    *,
    staff: str,
    location: str,
    first: str | None = None,
    last: str | None = None,
) -> Row:
    """A shift that recurs on a weekday, 0 for Sunday. Seen [shift-columns]. Guess [recurrence-words]: `weekly`."""
    return {
        "id": urn("Shift", number),
        "staffId": uuid_of(staff),
        "locationId": uuid_of(location),
        "clockIn": clock_in,
        "clockOut": clock_out,
        "day": day,
        "available": True,
        "recurrence": "weekly",
        "recurrenceStart": first,
        "recurrenceEnd": last,
    }


def client(
    number: int,
    first: str,
    last: str,
    *,
    email: str | None = None,
    phone: str | None = None,
    home: str | None = None,
    active: bool = True,
) -> Row:
    """A client. Everybody is invented."""
    return {
        "id": urn("Client", number),
        "firstName": first,
        "lastName": last,
        "email": email,
        "mobilePhone": phone,
        "pronoun": None,
        "active": active,
        "createdAt": LONG_AGO,
        "primaryLocationId": home,
        "tags": [],
        "dob": None,
    }


def appointment(
    number: int,
    *,
    client: str,
    location: str,
    service: str,
    staff: str,
    at: datetime,
    minutes: int,
    zone: ZoneInfo,
    cents: int = 0,
    resource: str = "",
    group: bool = False,
    recurring: bool = False,
    reason: str = "",
) -> Row:
    """A visit; `at` is the wall clock. One with a `reason` was cancelled for it."""
    start = at.replace(tzinfo=zone).astimezone(UTC)
    end = start + timedelta(minutes=minutes)
    service_: Row = {
        "serviceId": service,
        "staffId": staff,
        "staffRequested": False,
        "startAt": written(start),
        "endAt": written(end),
        "duration": minutes,
        "price": cents,
        "resource": resource,
    }
    cancellation: Json = {"cancelledAt": LONG_AGO, "reason": reason, "notes": None} if reason else None
    return {
        "id": urn("Appointment", number),
        "clientId": client,
        "locationId": location,
        "startAt": written(start),
        "endAt": written(end),
        "state": "CANCELLED" if reason else "BOOKED",
        "cancelled": bool(reason),
        "cancellation": cancellation,
        "isGroup": group,
        "isRecurring": recurring,
        "notes": None,
        "createdAt": LONG_AGO,
        "appointmentServices": [service_],
        "tags": [],
        "taken": 0,
    }


def timeblock(number: int, *, staff: str, location: str, at: datetime, minutes: int, title: str, zone: ZoneInfo) -> Row:
    """When somebody cannot be booked; `at` is the wall clock."""
    start = at.replace(tzinfo=zone).astimezone(UTC)
    return {
        "id": urn("Timeblock", number),
        "locationId": location,
        "staffId": staff,
        "startAt": written(start),
        "endAt": written(start + timedelta(minutes=minutes)),
        "duration": minutes,
        "title": title,
        "reason": "PERSONAL",
        "cancelled": False,
        "taken": 0,
    }


def question(
    number: int, label: str, kind: str, *, required: bool = False, of: str = "APPOINTMENT", options: Sequence[str] = ()
) -> Row:
    """A question that is asked while booking. `kind` is a valueType, `of` where its answer is kept."""
    return {
        "id": f"q_{number}",
        "key": f"question-{number}",
        "label": label,
        "required": required,
        "schema": of,
        "valueType": kind,
        "displayType": "SHORT_TEXT" if kind == "TEXT" else kind,
        "options": [{"id": f"o_{number}_{count}", "label": one} for count, one in enumerate(options, 1)],
    }
