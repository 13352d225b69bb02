"""When visits can be booked: windows and not times, the grid of start times, days worked, and the whole calendar."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from frontdesk.systems.mindbody.simulator_appointments import shown_appointment
from frontdesk.systems.mindbody.simulator_calls import (
    Answer,
    Asked,
    Call,
    Token,
    days_asked,
    existing,
    is_one_of,
    listing,
    reading,
    staff_name,
)
from frontdesk.systems.mindbody.simulator_catalogue import SCHEDULE_TYPES
from frontdesk.systems.mindbody.simulator_hours import (
    Stretch,
    blocks,
    busy,
    free_resource,
    hours,
    kept_clear,
    less,
    of,
    on_days,
)
from frontdesk.systems.mindbody.simulator_reading import (
    ASKED_DAY,
    ASKED_NUMBER,
    ASKED_NUMBERS,
    ASKED_YES,
    Field,
    needed,
    one_of,
    some_words,
)
from frontdesk.systems.mindbody.simulator_refusals import Code, documented, guess
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, numbers, shown, written, yes
from frontdesk.systems.mindbody.simulator_site import Permission, Site, stands


def bookable_items(site: Site, asked: Asked) -> Answer:
    """Windows in which a visit fits, by staff member and start. Documented [windows-not-slots].

    Documented [long-enough]: shorter ones only with IgnoreDefaultSessionLength. Guess [order-of-windows]: as the
    types were asked for, then by staff and time. Guess [past-of-today]: today's windows begin with the hours, even
    where that is past.
    """
    query = asked.query
    needed(query, "SessionTypeIds")
    first, last = days_asked(site, query)
    found: list[Json] = []
    for wanted in query.numbers("SessionTypeIds") or ():
        service = existing(site.session_types, wanted, Code.SESSION_TYPE_NOT_FOUND, "Session type")
        for who in site.staff:
            if is_one_of(who["Id"], query.numbers("StaffIds")) and yes(who, "active"):
                found.extend(_windows(site, asked, service, who, first, last))
    return Answer(listed="Availabilities", rows=found)


def available_dates(site: Site, asked: Asked) -> Answer:
    """Days on which somebody who does it works. Documented [rostered-not-bookable]."""
    query = asked.query
    needed(query, "SessionTypeId")
    service = existing(site.session_types, query.number("SessionTypeId"), Code.SESSION_TYPE_NOT_FOUND, "Session type")
    first, last = days_asked(site, query)
    days: set[date] = set()
    for who in site.staff:
        if query.number("StaffId") not in (None, who["Id"]) or not site.service_of(
            number(who, "Id"), number(service, "Id")
        ):
            continue
        for row in hours(site, number(who, "Id"), number(service, "ProgramId"), query.number("LocationId")):
            if on_days(row, first, last):
                days.add(of(row).start.date())
    return Answer(body={"AvailableDates": [written(datetime.combine(day, time())) for day in sorted(days)]})


def active_session_times(site: Site, asked: Asked) -> Answer:
    """Clock times at which a visit may begin. Documented [either-of-two]. Guess [clock-times]: as HH:MM:SS."""
    query = asked.query
    if "SessionTypeIds" not in query and "ScheduleType" not in query:
        raise documented("either-of-two", Code.MISSING_REQUIRED_FIELDS, "SessionTypeIds or ScheduleType is required.")
    for wanted in query.numbers("SessionTypeIds") or ():
        existing(site.session_types, wanted, Code.SESSION_TYPE_NOT_FOUND, "Session type")
    if query.text("ScheduleType") not in (None, "All", "Appointment"):
        return Answer(listed="ActiveSessionTimes")
    first, last = (time.fromisoformat(query.text(name) or other) for name, other in _FROM_TO)
    rows = [at.isoformat(timespec="seconds") for at in site.starts() if first <= at <= last]
    return Answer(listed="ActiveSessionTimes", rows=rows)


def schedule_items(site: Site, asked: Asked) -> Answer:
    """Hours, blocks and visits of each staff member. Documented [all-in-one-call].

    Documented [prep-as-unavailable]: the minutes around visits are unavailabilities, unless asked to be left out.
    Guess [cancelled-off-the-calendar]: visits called off are not in it.
    """
    first, last = days_asked(site, asked.query)
    places, plain = asked.query.numbers("LocationIds"), asked.query.yes("IgnorePrepFinishTimes")
    found: list[Json] = []
    for who in site.staff:
        if not is_one_of(who["Id"], asked.query.numbers("StaffIds")) or not yes(who, "active"):
            continue
        staff = number(who, "Id")
        visits = [row for row in site.appointments if row["StaffId"] == staff and on_days(row, first, last)]
        visits = [row for row in visits if stands(row) and is_one_of(row["LocationId"], places)]
        worked = [row for row in hours(site, staff) if on_days(row, first, last) and is_one_of(row["location"], places)]
        away = [_unavailability(row) for row in blocks(site, staff) if on_days(row, first, last)]
        around = [] if plain else [minutes for row in visits for minutes in _around(site, row)]
        found.append(
            {
                **shown(who),
                "Appointments": [shown_appointment(site, row) for row in visits],
                "Availabilities": [_availability(site, row) for row in worked],
                "Unavailabilities": [*away, *around],
            }
        )
    return Answer(listed="StaffMembers", rows=found)


def unavailabilities(site: Site, asked: Asked) -> Answer:
    """When staff cannot be booked. Documented [blocks-without-names]: a row does not say whose it is."""
    first, last = days_asked(site, asked.query)
    found = [
        _unavailability(row)
        for who in site.staff
        if is_one_of(who["Id"], asked.query.numbers("StaffIds"))
        for row in blocks(site, number(who, "Id"))
        if on_days(row, first, last)
    ]
    return Answer(listed="Unavailabilities", rows=found)


def _windows(site: Site, asked: Asked, service: Row, who: Row, first: date, last: date) -> Iterator[Row]:
    """One staff member's windows. Documented [last-start]: BookableEndDateTime is when the last visit can begin.

    Documented [own-visit-aside]: AppointmentId takes that visit out of the way. Documented [resources-beside]: rooms
    and devices do not narrow a window; their own windows are given beside it, where they are asked for.
    """
    staff, query = number(who, "Id"), asked.query
    does = site.service_of(staff, number(service, "Id"))
    if does is None:
        return
    length = site.length_of(staff, service)
    taken = list(busy(site, staff, does, ignoring=query.number("AppointmentId") or 0, behind=asked.behind))
    for row in hours(site, staff, number(service, "ProgramId")):
        if not on_days(row, first, last) or not is_one_of(row["location"], query.numbers("LocationIds")):
            continue
        for gap in less(of(row), taken):
            if gap.end - gap.start < length and not query.yes("IgnoreDefaultSessionLength"):
                continue
            beside = _beside(site, service, gap, query.number("AppointmentId") or 0)
            yield {
                "Id": row["Id"],
                "Staff": staff_name(who),
                "SessionType": {**shown(service), "StaffTimeLength": does["TimeLength"]},
                "Programs": [shown(existing(site.programs, number(service, "ProgramId"), Code.UNKNOWN, "Program"))],
                "StartDateTime": written(gap.start),
                "EndDateTime": written(gap.end),
                "BookableEndDateTime": written(max(gap.start, gap.end - length)),
                "Location": _place(site, row),
                "PrepTime": does["PrepTime"],
                "FinishTime": does["FinishTime"],
                "IsMasked": row["display"] == "Mask",
                "ShowPublic": row["display"] != "Hide",
                "ResourceAvailabilities": beside if query.yes("IncludeResourceAvailability") else [],
            }


def _beside(site: Site, service: Row, gap: Stretch, ignoring: int) -> list[Json]:
    return [
        free
        for resource in numbers(service, "resources")
        for free in free_resource(site, resource, gap, ignoring=ignoring)
    ]


def _place(site: Site, row: Row) -> Row:
    place = existing(site.locations, number(row, "location"), Code.INVALID_LOCATION, "Location")
    return {"Id": place["Id"], "Name": place["Name"]}


def _availability(site: Site, row: Row) -> Row:
    programs = [shown(one) for one in site.programs if number(one, "Id") in numbers(row, "programs")]
    times = {name: row[name] for name in ("Id", "StartDateTime", "EndDateTime")}
    return {**times, "Location": _place(site, row), "Programs": programs}


def _unavailability(row: Row) -> Row:
    return {name: row[name] for name in ("Id", "StartDateTime", "EndDateTime", "Description")}


def _around(site: Site, visit: Row) -> Iterator[Row]:
    """The minutes before and after a visit. Guess [prep-rows]: their Id is 0, and the words are ours."""
    whole, clear = of(visit), kept_clear(site, visit)
    for says, start, end in (("Prep time", clear.start, whole.start), ("Finish time", whole.end, clear.end)):
        if end - start > timedelta(0):
            yield {"Id": 0, "StartDateTime": written(start), "EndDateTime": written(end), "Description": says}


def _clock_time(name: str, raw: object) -> str:
    """A time of day, of which a date before it is ignored. Documented [date-ignored]."""
    given = some_words(name, raw).rpartition("T")[2]
    try:
        return time.fromisoformat(given).replace(tzinfo=None).isoformat()
    except ValueError:
        raise guess("clock-time-unread", Code.INVALID_PARAMETER, f"{name} must be a time.") from None


def times_shown(site: Site, staff: Row, rows: list[Row]) -> Row:
    """A staff member with hours and blocks, as the answer to adding them."""
    return {
        **shown(staff),
        "Availabilities": [_availability(site, row) for row in rows if not yes(row, "unavailable")],
        "Unavailabilities": [_unavailability(row) for row in rows if yes(row, "unavailable")],
    }


_FROM_TO = (("StartTime", "00:00:00"), ("EndTime", "23:59:59"))
_CLOCK = Field(reads=_clock_time)
_RANGE = {"StartDate": ASKED_DAY, "EndDate": ASKED_DAY}

CALLS: tuple[Call, ...] = (
    listing(
        "/appointment/bookableitems",
        bookable_items,
        token=Token.OPTIONAL,
        query={
            **_RANGE,
            "SessionTypeIds": ASKED_NUMBERS,
            "StaffIds": ASKED_NUMBERS,
            "LocationIds": ASKED_NUMBERS,
            "AppointmentId": ASKED_NUMBER,
            "IgnoreDefaultSessionLength": ASKED_YES,
            "IncludeResourceAvailability": ASKED_YES,
        },
    ),
    reading(
        "/appointment/availabledates",
        available_dates,
        token=Token.OPTIONAL,
        query={**_RANGE, "SessionTypeId": ASKED_NUMBER, "LocationId": ASKED_NUMBER, "StaffId": ASKED_NUMBER},
    ),
    listing(
        "/appointment/activesessiontimes",
        active_session_times,
        token=Token.OPTIONAL,
        query={
            "SessionTypeIds": ASKED_NUMBERS,
            "ScheduleType": Field(reads=one_of(*SCHEDULE_TYPES)),
            "StartTime": _CLOCK,
            "EndTime": _CLOCK,
        },
    ),
    listing(
        "/appointment/scheduleitems",
        schedule_items,
        Permission.VIEW_APPOINTMENTS,
        query={
            **_RANGE,
            "StaffIds": ASKED_NUMBERS,
            "LocationIds": ASKED_NUMBERS,
            "IgnorePrepFinishTimes": ASKED_YES,
        },
    ),
    listing(
        "/appointment/unavailabilities",
        unavailabilities,
        Permission.VIEW_APPOINTMENTS,
        query={**_RANGE, "StaffIds": ASKED_NUMBERS},
    ),
)
