"""The book as it is read: appointments by day, staff or client, and the same as a client's visits."""

from collections.abc import Iterator
from datetime import timedelta

from frontdesk.systems.mindbody.simulator_calls import (
    Answer,
    Asked,
    Call,
    client_asked,
    client_by_id,
    days_asked,
    is_one_of,
    listing,
)
from frontdesk.systems.mindbody.simulator_hours import of, on_days
from frontdesk.systems.mindbody.simulator_reading import (
    ASKED_DAY,
    ASKED_NUMBER,
    ASKED_NUMBERS,
    ASKED_WORDS,
    Given,
)
from frontdesk.systems.mindbody.simulator_refusals import Code, guess
from frontdesk.systems.mindbody.simulator_rows import Row, number, shown, text, yes
from frontdesk.systems.mindbody.simulator_site import OFF, Permission, Site, resources_of

VISITS_FROM = 700_000
"""Guess [visit-numbers]: a visit's own id is another number than its appointment's."""


def staff_appointments(site: Site, asked: Asked) -> Answer:
    """Appointments of every status, by their start. Documented [id-needs-days]: a look-up by id has days too.

    Guess [cancelled-still-listed]: those called off are among them, and so are those on the waitlist.
    """
    query = asked.query
    first, last = days_asked(site, query)
    owner = number(client_by_id(site, query.text("ClientId")), "UniqueId") if "ClientId" in query else None
    rows = [
        row
        for row in by_start(site)
        if on_days(row, first, last)
        and is_one_of(row["Id"], query.numbers("AppointmentIds"))
        and is_one_of(row["StaffId"], query.numbers("StaffIds"))
        and is_one_of(row["LocationId"], query.numbers("LocationIds"))
        and owner in (None, row["client"])
    ]
    return Answer(listed="Appointments", rows=[shown_appointment(site, row) for row in rows])


def client_schedule(site: Site, asked: Asked) -> Answer:
    """A client's visits that are to come. Documented [schedule-of-a-client]. Guess [schedule-from-now]: from now on."""
    rows = [row for row in _of_client(site, asked.query) if of(row).end > site.wall() and row["Status"] not in OFF]
    return Answer(listed="Visits", rows=[shown_visit(site, row) for row in rows])


def client_visits(site: Site, asked: Asked) -> Answer:
    """A client's visits that are past, those called off among them. Documented [visits-of-a-client]."""
    rows = [row for row in _of_client(site, asked.query) if of(row).start <= site.wall()]
    return Answer(listed="Visits", rows=[shown_visit(site, row) for row in rows])


def by_start(site: Site) -> list[Row]:
    """All appointments in the order of their start, then their id."""
    return sorted(site.appointments, key=lambda row: (text(row, "StartDateTime"), number(row, "Id")))


def shown_appointment(site: Site, row: Row) -> Row:
    """An appointment as it travels; its client by the RSSID they have now."""
    whole = of(row)
    rooms = [site.resources.get(one) for one in resources_of(row)]
    service = site.session_types.get(number(row, "SessionTypeId"))
    return {
        **shown(row),
        "Duration": int((whole.end - whole.start) / timedelta(minutes=1)),
        "ClientId": site.client_of(row)["Id"],
        "Resources": [{"Id": room["Id"], "Name": room["Name"]} for room in rooms if room],
        "AddOns": row["add_ons"],
        "OnlineDescription": service["OnlineDescription"] if service else "",
    }


def shown_visit(site: Site, row: Row) -> Row:
    """An appointment as a visit of its client."""
    service = site.session_types.get(number(row, "SessionTypeId"))
    return {
        "Id": VISITS_FROM + number(row, "Id"),
        "AppointmentId": row["Id"],
        "AppointmentStatus": row["Status"],
        "StartDateTime": row["StartDateTime"],
        "EndDateTime": row["EndDateTime"],
        "StaffId": row["StaffId"],
        "LocationId": row["LocationId"],
        "Name": service["Name"] if service else "",
        "SignedIn": yes(row, "arrived"),
        "LateCancelled": row["Status"] == "LateCancelled",
        "Missed": row["Status"] == "NoShow",
    }


def _of_client(site: Site, query: Given) -> Iterator[Row]:
    """Documented [visit-days]: EndDate is today unless sent, and StartDate is the end."""
    unique = number(client_asked(site, query), "UniqueId")
    last = query.day("EndDate") or site.wall().date()
    first = query.day("StartDate") or last
    if last < first:
        raise guess("days-the-wrong-way", Code.INVALID_PARAMETER, "EndDate must not be before StartDate.")
    for row in by_start(site):
        if row["client"] == unique and on_days(row, first, last) and not yes(row, "IsWaitlist"):
            yield row


_RANGE = {"StartDate": ASKED_DAY, "EndDate": ASKED_DAY}
_CLIENT = {**_RANGE, "ClientId": ASKED_WORDS, "UniqueClientId": ASKED_NUMBER}

CALLS: tuple[Call, ...] = (
    listing(
        "/appointment/staffappointments",
        staff_appointments,
        Permission.VIEW_APPOINTMENTS,
        query={
            **_RANGE,
            "AppointmentIds": ASKED_NUMBERS,
            "StaffIds": ASKED_NUMBERS,
            "LocationIds": ASKED_NUMBERS,
            "ClientId": ASKED_WORDS,
        },
    ),
    listing("/client/clientschedule", client_schedule, Permission.VIEW_CLIENTS, query=_CLIENT),
    listing("/client/clientvisits", client_visits, Permission.VIEW_CLIENTS, query=_CLIENT),
)
