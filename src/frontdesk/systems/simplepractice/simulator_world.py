"""Rows for a simulated practice: who works there, what they do, who comes, and what stands in the calendar."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.simplepractice.simulator_practice import Names, Status
from frontdesk.systems.simplepractice.simulator_rows import Row


def clinician(
    number: int,
    first: str,
    last: str,
    *,
    secret: str,
    names: Names = Names.INITIALS,
    zone: str = "",
    suffix: str = "",
    phone: str = "",
) -> Row:
    """A clinician. `secret` ends the address of their feed; "" is a calendar that is not shared.

    `zone` is their own time zone, "" for the practice's.
    """
    return {
        "id": number,
        "firstName": first,
        "lastName": last,
        "middleName": "",
        "suffix": suffix,
        "phone": phone,
        "secret": secret,
        "names": names.value,
        "zone": zone,
    }


def office(
    number: int, name: str, *, phone: str, street: str = "", city: str = "", state: str = "", zip: str = ""
) -> Row:
    """A place of the practice; one without a street is the video office."""
    return {
        "id": number,
        "name": name,
        "phone": phone,
        "isVideo": not street,
        "isPublic": bool(street),
        "street": street,
        "city": city,
        "state": state,
        "zip": zip,
    }


def service(
    number: int,
    description: str,
    minutes: int,
    *,
    rate: str,
    clinicians: Iterable[int],
    offices: Iterable[int],
    online: bool = True,
    call_to_book: bool = False,
) -> Row:
    """A service, who offers it and where. One that is not `online` is not open for online booking."""
    return {
        "id": number,
        "description": description,
        "duration": minutes,
        "rate": rate,
        "callToBook": call_to_book,
        "clinicians": list(clinicians),
        "offices": list(offices),
        "online": online,
    }


def client(
    number: int, first: str, last: str, *, clinician: int, phone: str = "", email: str = "", status: str = "active"
) -> Row:
    """A client and their primary clinician. Names stand as they were typed."""
    return {
        "id": number,
        "first": first,
        "last": last,
        "clinician": clinician,
        "phone": phone,
        "email": email,
        "status": status,
    }


def appointment(
    number: int,
    *,
    client: int,
    clinician: int,
    service: int,
    office: int,
    at: datetime,
    minutes: int,
    zone: ZoneInfo,
    series: int = 0,
    status: Status = Status.SHOW,
) -> Row:
    """An appointment that begins when the clock of `zone` shows `at`. `series` is the first number of its series."""
    start = at.replace(tzinfo=zone).astimezone(UTC)
    return {
        "id": number,
        "client": client,
        "clinician": clinician,
        "service": service,
        "office": office,
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=minutes)).isoformat(),
        "status": status.value,
        "series": series,
    }


def event(number: int, clinician: int, *, start: datetime, end: datetime, zone: ZoneInfo, says: str) -> Row:
    """Time of a clinician that is no appointment: a meeting, a lunch."""
    return {
        "id": number,
        "clinician": clinician,
        "start": start.replace(tzinfo=zone).astimezone(UTC).isoformat(),
        "end": end.replace(tzinfo=zone).astimezone(UTC).isoformat(),
        "says": says,
        "days": False,
    }


def out_of_office(number: int, clinician: int, *, first: date, last: date, says: str = "Out of office") -> Row:
    """Whole days on which a clinician is away, the last included."""
    return {
        "id": number,
        "clinician": clinician,
        "start": first.isoformat(),
        "end": (last + timedelta(days=1)).isoformat(),
        "says": says,
        "days": True,
    }
