"""The rows a simulated site starts with, each made with sane defaults and every published column."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from frontdesk.systems.mindbody.simulator_rows import Json, Row, written

LONG_AGO = "2026-01-05T16:00:00"


def location(number: int, name: str, *, site: int, phone: str = "3035550100") -> Row:
    """A place of the business."""
    return {
        "Id": number,
        "SiteID": site,
        "Name": name,
        "Address": f"{number} Test Street",
        "Address2": "",
        "City": "Denver",
        "StateProvCode": "CO",
        "PostalCode": "80202",
        "Phone": phone,
        "Latitude": 39.75,
        "Longitude": -105.0,
        "HasClasses": False,
    }


def program(number: int, name: str, *, kind: str = "Appointment", cancel_hours: int = 24, online: bool = True) -> Row:
    """A service category. Guess [cancel-offset-minutes]: CancelOffset counts minutes."""
    return {
        "Id": number,
        "Name": name,
        "ScheduleType": kind,
        "CancelOffset": 60 * cancel_hours,
        "online": online,
    }


def session_type(
    number: int,
    name: str,
    minutes: int,
    *,
    program: int,
    kind: str = "Appointment",
    resources: Sequence[int] = (),
    add_on: bool = False,
    online: bool = True,
) -> Row:
    """Something that can be booked. `resources` are the rooms or devices one of which it takes place in."""
    return {
        "Id": number,
        "Name": name,
        "Type": kind,
        "DefaultTimeLength": minutes,
        "StaffTimeLength": None,
        "ProgramId": program,
        "Category": "",
        "Subcategory": "",
        "OnlineDescription": f"{name}, {minutes} minutes.",
        "NumDeducted": 1,
        "AvailableForAddOn": add_on,
        "resources": list(resources),
        "online": online,
    }


def pricing_option(
    number: int,
    name: str,
    price: float,
    *,
    program: int,
    session_types: Sequence[int],
    locations: Sequence[int],
    prices: dict[str, Json] | None = None,
    online: bool = True,
) -> Row:
    """What is paid. `prices` are those of staff members, by their number. Guess [service-id-as-text]."""
    return {
        "Id": str(number),
        "ProductId": number,
        "Name": name,
        "Price": price,
        "OnlinePrice": price,
        "TaxRate": 0.0,
        "ProgramId": program,
        "Type": "Service",
        "session_types": list(session_types),
        "locations": list(locations),
        "prices": prices or {},
        "online": online,
    }


def does(session_type: int, minutes: int, *, before: int = 0, after: int = 0) -> Row:
    """That a staff member does a session type, in how many minutes, and what they need before and after."""
    return {"SessionTypeId": session_type, "TimeLength": minutes, "PrepTime": before, "FinishTime": after}


def staff(
    number: int,
    first: str,
    last: str,
    *services: Row,
    appointments: bool = True,
    double: bool = False,
    active: bool = True,
) -> Row:
    """Somebody who works there, with what they do. `double` is AlwaysAllowDoubleBooking."""
    return {
        "Id": number,
        "FirstName": first,
        "LastName": last,
        "DisplayName": first,
        "Name": f"{first} {last}",
        "Email": f"{first.lower()}@example.com",
        "AppointmentInstructor": appointments,
        "AlwaysAllowDoubleBooking": double,
        "ProviderIDs": [],
        "ImageUrl": None,
        "Bio": "",
        "SortOrder": number,
        "services": list(services),
        "active": active,
    }


def resource(number: int, name: str, *, location: int, programs: Sequence[int]) -> Row:
    """A room or a device."""
    return {"Id": number, "Name": name, "location": location, "programs": list(programs)}


def hours(
    number: int,
    day: date,
    start: time,
    end: time,
    *,
    staff: int,
    location: int,
    programs: Sequence[int],
    display: str = "Show",
) -> Row:
    """A staff member's hours on a day, for these categories."""
    return {
        "Id": number,
        "StartDateTime": written(datetime.combine(day, start)),
        "EndDateTime": written(datetime.combine(day, end)),
        "Description": "",
        "staff": staff,
        "location": location,
        "programs": list(programs),
        "display": display,
        "unavailable": False,
    }


def block(number: int, day: date, start: time, end: time, *, staff: int, location: int, says: str) -> Row:
    """Time in which a staff member cannot be booked."""
    row = hours(number, day, start, end, staff=staff, location=location, programs=())
    return {**row, "Description": says, "unavailable": True}


def client(
    unique: int,
    first: str,
    last: str,
    *,
    email: str = "",
    phone: str = "",
    born: str | None = None,
    rssid: str = "",
    status: str = "Active",
    active: bool = True,
) -> Row:
    """A client. The RSSID is the UniqueId unless the business gave another."""
    texts = ("MiddleName", "HomePhone", "WorkPhone", "WorkExtension", "AddressLine1", "AddressLine2", "City", "State")
    contact = ("Name", "Email", "Phone", "Relationship")
    flags = ("SendScheduleTexts", "SendAccountTexts", "SendPromotionalTexts", "SendPromotionalEmails")
    return {
        "Id": rssid or str(unique),
        "UniqueId": unique,
        "FirstName": first,
        "LastName": last,
        "Email": email,
        "MobilePhone": phone,
        "BirthDate": None if born is None else f"{born}T00:00:00",
        "Gender": "None",
        **dict.fromkeys((*texts, "PostalCode", "Country", "ReferredBy", "Notes", "RedAlert", "YellowAlert"), ""),
        **dict.fromkeys((f"EmergencyContactInfo{part}" for part in contact), ""),
        "IsProspect": False,
        "Status": status,
        "Active": active,
        "HomeLocation": None,
        "Liability": {"AgreementDate": None, "IsReleased": False, "ReleasedBy": None},
        "LastModifiedDateTime": f"{LONG_AGO}Z",
        "CreationDate": LONG_AGO,
        "CustomClientFields": [],
        "ClientIndexes": [],
        "ClientRelationships": [],
        **dict.fromkeys(("SendScheduleEmails", "SendAccountEmails"), True),
        **dict.fromkeys(flags, False),
    }


def client_service(number: int, name: str, *, client: int, left: int, session_types: Sequence[int]) -> Row:
    """A pricing option that a client owns, with so many visits left."""
    return {
        "Id": number,
        "Name": name,
        "ProductId": number,
        "Count": left,
        "Remaining": left,
        "Current": True,
        "ActiveDate": LONG_AGO,
        "ExpirationDate": "2027-01-05T00:00:00",
        "client": client,
        "session_types": list(session_types),
    }


def appointment(
    number: int,
    *,
    client: int,
    staff: int,
    session_type: int,
    program: int,
    location: int,
    at: datetime,
    minutes: int,
    status: str = "Booked",
    resources: Sequence[int] = (),
    notes: str = "",
) -> Row:
    """A visit. `at` is the wall clock."""
    return {
        "Id": number,
        "GenderPreference": "None",
        "ProviderId": None,
        "Status": status,
        "StartDateTime": written(at),
        "EndDateTime": written(at + timedelta(minutes=minutes)),
        "Notes": notes,
        "PartnerExternalId": None,
        "StaffRequested": False,
        "ProgramId": program,
        "SessionTypeId": session_type,
        "LocationId": location,
        "StaffId": staff,
        "FirstAppointment": False,
        "IsWaitlist": False,
        "WaitlistEntryId": None,
        "ClientServiceId": None,
        "client": client,
        "resources": list(resources),
        "add_ons": [],
        "confirmed": status in ("Confirmed", "Arrived"),
        "arrived": status == "Arrived",
        "taken": 0,
    }


def weekdays_from(monday: date, weeks: int) -> list[date]:
    """Mondays to Fridays of so many weeks."""
    days = (monday + timedelta(days=count) for count in range(7 * weeks))
    return [day for day in days if day.weekday() < 5]
