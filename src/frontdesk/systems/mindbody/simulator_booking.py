"""Making visits: one, several at once, an add-on, and taking somebody off the waitlist."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from frontdesk.systems.mindbody.simulator_appointments import shown_appointment
from frontdesk.systems.mindbody.simulator_calls import (
    Answer,
    Asked,
    Call,
    client_by_id,
    deleting,
    existing,
    posting,
    staff_id_of,
)
from frontdesk.systems.mindbody.simulator_events import tell_of_visit
from frontdesk.systems.mindbody.simulator_gate import may
from frontdesk.systems.mindbody.simulator_hours import Stretch, busy, free_resource, hours, of
from frontdesk.systems.mindbody.simulator_reading import (
    ASKED_NUMBER,
    ASKED_NUMBERS,
    NUMBER,
    NUMBERS,
    SOME_WORDS,
    WHEN,
    WORDS,
    YES,
    Field,
    Fields,
    Given,
    an_object,
    moment_of,
    needed,
    one_of,
)
from frontdesk.systems.mindbody.simulator_refusals import Code, Declined, documented, guess, seen
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, numbers, written, yes
from frontdesk.systems.mindbody.simulator_site import OFF, Permission, Site, resources_of, stands


def book(site: Site, asked: Asked) -> Answer:
    """One visit."""
    return Answer(body={"Appointment": booked(site, asked, asked.body)})


def book_several(site: Site, asked: Asked) -> Answer:
    """Several visits, each for itself. Documented [partial-success]: what fails says so beside what was made.

    Guess [request-numbers]: who sends no AddAppointmentRequestId is numbered from 0.
    """
    outcomes: list[Json] = []
    needed(asked.body, "AddAppointmentRequests")
    for place, request in enumerate(asked.body.rows("AddAppointmentRequests")):
        echoed = {"AddAppointmentRequestId": place, **request}
        try:
            made = booked(site, asked, Given(values=request, zone=site.world.zone))
            outcomes.append({"Appointment": made, "Error": None, "Request": echoed})
        except Declined as declined:
            code = declined.code.value if isinstance(declined.code, Code) else "Unknown"
            error: Row = {"Message": declined.says, "Code": code}
            outcomes.append({"Appointment": None, "Error": error, "Request": echoed})
    return Answer(body={"AddAppointmentOutcomes": outcomes})


def booked(site: Site, asked: Asked, given: Given) -> Row:
    """The visit that is asked for, now on the book. Raises: Declined.

    Documented [test-saves-nothing]. Guess [test-has-no-id]: Id is 0 then. Documented [request-for-staff]: IsRequest
    makes a Requested one and goes before IsWaitlist. Guess [waitlist-entry]: an entry has status None, an id for
    taking it off, and needs no free time.
    """
    needed(given, "ClientId", "LocationId", "SessionTypeId", "StaffId", "StartDateTime")
    client = client_by_id(site, given.text("ClientId"))
    if client["Status"] == "Suspended":
        raise guess("suspended-client", Code.CLIENT_IS_SUSPENDED, "The client is suspended.")
    requested = given.yes("IsRequest") or False
    waits = bool(given.yes("IsWaitlist")) and not requested
    staff, service = number_of(given, "StaffId"), _service(site, number_of(given, "SessionTypeId"))
    visit = Place(
        site=site,
        staff=staff,
        service=service,
        location=number_of(given, "LocationId"),
        resources=given.numbers("ResourceIds") or [],
        client=number(client, "UniqueId"),
    )
    during = _during(site, given, staff, service)
    if staff != staff_id_of(asked) and not requested and not may(site, asked.token, Permission.BOOK_FOR_OTHERS):
        raise guess("permission-missing", Code.DENIED_ACCESS, "The staff member may not book for others.")
    visit.check(during, moved=True, waits=waits)
    row: dict[str, Json] = {
        "GenderPreference": given.text("GenderPreference") or "None",
        "ProviderId": given.text("ProviderId"),
        "Status": "None" if waits else "Requested" if requested else "Booked",
        "StartDateTime": written(during.start),
        "EndDateTime": written(during.end),
        "Notes": given.text("Notes") or "",
        "PartnerExternalId": given.text("PartnerExternalId"),
        "StaffRequested": given.yes("StaffRequested") or False,
        "ProgramId": service["ProgramId"],
        "SessionTypeId": service["Id"],
        "LocationId": visit.location,
        "StaffId": staff,
        "FirstAppointment": not any(one["client"] == client["UniqueId"] and stands(one) for one in site.appointments),
        "IsWaitlist": waits,
        "WaitlistEntryId": None,
        "ClientServiceId": None,
        "client": client["UniqueId"],
        "resources": visit.resources,
        "add_ons": [],
        "confirmed": False,
        "arrived": False,
        "taken": site.now().timestamp(),
    }
    if given.yes("Test"):
        return shown_appointment(site, {"Id": 0, **row})
    if given.yes("ApplyPayment") is not False and not waits:
        row["ClientServiceId"] = pay(site, number(client, "UniqueId"), number(service, "Id"))
    made = site.appointments.add(row)
    if waits:
        made = site.appointments.change(number(made, "Id"), {"WaitlistEntryId": 4000 + number(made, "Id")})
    tell_of_visit(site, made, new=True)
    return shown_appointment(site, made)


def pay(site: Site, client: int, service: int) -> int | None:
    """The number of the pricing option that pays, one visit poorer; None where the client owns none that does.

    Documented [payment-by-default]: it is taken unless ApplyPayment is false. Guess [unpaid-all-the-same]: without
    one the visit is booked unpaid.
    """
    for row in site.client_services:
        left = number(row, "Remaining")
        if row["client"] == client and service in numbers(row, "session_types") and left > 0:
            site.client_services.change(number(row, "Id"), {"Remaining": left - 1})
            return number(row, "Id")
    return None


class Place:
    """Whose visit it would be, with whom, of what, where; and whether it can be at a time."""

    def __init__(
        self,
        *,
        site: Site,
        staff: int,
        service: Row,
        location: int,
        resources: list[int],
        client: int,
        itself: int = 0,
    ) -> None:
        self.site = site
        self.staff = staff
        self.service = service
        self.location = location
        self.resources = resources
        self.client = client
        self.itself = itself
        """The visit's own number where it is on the book already; it is not in its own way."""

    def check(self, during: Stretch, *, moved: bool, waits: bool = False) -> None:
        """Nothing, where it can be then. Raises: Declined.

        Guess [code-of-a-clash]: which code each clash has is not published; the facts name those it may be.
        """
        site = self.site
        existing(site.locations, self.location, Code.INVALID_LOCATION, "Location")
        who = existing(site.staff, self.staff, Code.STAFF_MEMBER_NOT_FOUND, "Staff member")
        if not yes(who, "active"):
            raise guess("inactive-staff", Code.STAFF_IS_INACTIVE, "The staff member is inactive.")
        if not yes(who, "AppointmentInstructor"):
            raise guess("no-appointments-there", Code.STAFF_IS_NOT_A_TRAINER, "The staff member takes no appointments.")
        if site.service_of(self.staff, number(self.service, "Id")) is None:
            says = "The staff member does not offer this session type."
            raise guess("not-offered", Code.SCHEDULING_RESTRICTIONS_VIOLATED, says)
        for resource in self.resources:
            existing(site.resources, resource, Code.INVALID_RESOURCE, "Resource")
        if waits:
            return
        if moved and during.start <= site.wall():
            raise guess("past-time", Code.SCHEDULING_WINDOW_VIOLATED, "The time is past.")
        if moved and during.start.time() not in site.starts():
            says = "The appointment must start on an active time."
            raise seen("start-on-active-time", Code.INVALID_BOOKING_TIME, says)
        self._check_clashes(during, who)

    def _check_clashes(self, during: Stretch, who: Row) -> None:
        """Documented [time-is-checked]: the staff's, unless they always allow double booking."""
        site, program = self.site, number(self.service, "ProgramId")
        if not any(of(row).holds(during) for row in hours(site, self.staff, program, self.location)):
            raise guess("outside-the-hours", Code.INVALID_BOOKING_TIME, "The requested time is not available.")
        does = site.service_of(self.staff, number(self.service, "Id"))
        taken = busy(site, self.staff, does, ignoring=self.itself)
        if not yes(who, "AlwaysAllowDoubleBooking") and any(one.overlaps(during) for one in taken):
            raise documented("time-is-checked", Code.INVALID_BOOKING_TIME, "The requested time is not available.")
        for row in site.appointments:
            if row["client"] == self.client and row["Id"] != self.itself and stands(row) and of(row).overlaps(during):
                says = "The client is already booked at this time."
                raise guess("client-elsewhere", Code.CLIENT_IS_ALREADY_BOOKED, says)
        for resource in self.resources:
            free = [of(row) for row in free_resource(site, resource, during, ignoring=self.itself)]
            if free != [during]:
                raise guess("resource-taken", Code.INVALID_RESOURCE, "The resource is not available at this time.")


def add_on(site: Site, asked: Asked) -> Answer:
    """Something on top of a visit. Documented [add-on-created]: 201. Guess [add-on-takes-no-time]."""
    given = asked.body
    needed(given, "AppointmentId", "SessionTypeId")
    row = standing(site, given.number("AppointmentId"))
    service = _service(site, number_of(given, "SessionTypeId"))
    if not yes(service, "AvailableForAddOn"):
        raise guess("not-an-add-on", Code.INVALID_PARAMETER, "The session type is not available as an add-on.")
    made = 50_001 + max((number(one, "Id") - 50_000 for row in site.appointments for one in _add_ons(row)), default=0)
    entry: Row = {"Id": made, "Name": service["Name"], "StaffId": given.number("StaffId") or row["StaffId"]}
    if not given.yes("Test"):
        site.appointments.change(number(row, "Id"), {"add_ons": [*_add_ons(row), entry]})
    return Answer(status=201, body={"AppointmentId": row["Id"], "AddOnAppointmentId": made})


def delete_add_on(site: Site, asked: Asked) -> Answer:
    """Nothing; the add-on is gone. Documented [no-content]: 204."""
    needed(asked.query, "Id")
    for row in site.appointments:
        rest = [one for one in _add_ons(row) if one["Id"] != asked.query.number("Id")]
        if len(rest) < len(_add_ons(row)):
            site.appointments.change(number(row, "Id"), {"add_ons": rest})
            return Answer(status=204)
    raise guess("code-of-the-missing", Code.RESOURCE_DOES_NOT_EXIST, "The add-on does not exist.")


def leave_waitlist(site: Site, asked: Asked) -> Answer:
    """Nothing; the entries are gone. Documented [no-content]."""
    needed(asked.query, "WaitlistEntryIds")
    entries = {row["WaitlistEntryId"]: number(row, "Id") for row in site.appointments if yes(row, "IsWaitlist")}
    wanted = asked.query.numbers("WaitlistEntryIds") or []
    for entry in wanted:
        if entry not in entries:
            raise guess("code-of-the-missing", Code.RESOURCE_DOES_NOT_EXIST, f"Waitlist entry {entry} does not exist.")
    for entry in wanted:
        site.appointments.remove(entries[entry])
    return Answer(status=204)


def standing(site: Site, appointment: int | None) -> Row:
    """A visit that can still be changed. Guess [ended-visits-stay]: one called off, missed or completed cannot."""
    row = existing(site.appointments, appointment, Code.RESOURCE_DOES_NOT_EXIST, "Appointment")
    if row["Status"] in (*OFF, "NoShow", "Completed"):
        raise guess("ended-visits-stay", Code.INVALID_PARAMETER, f"The appointment is {row['Status']}.")
    return row


def place_of(site: Site, row: Row) -> Place:
    """Where a visit is now."""
    return Place(
        site=site,
        staff=number(row, "StaffId"),
        service=_service(site, number(row, "SessionTypeId")),
        location=number(row, "LocationId"),
        resources=resources_of(row),
        client=number(row, "client"),
        itself=number(row, "Id"),
    )


def _service(site: Site, session_type: int) -> Row:
    row = existing(site.session_types, session_type, Code.SESSION_TYPE_NOT_FOUND, "Session type")
    if row["Type"] != "Appointment":
        raise guess("classes-elsewhere", Code.SESSION_TYPE_NOT_FOUND, "The session type is not for appointments.")
    return row


def number_of(given: Given, name: str) -> int:
    """A number that was found to be there."""
    found = given.number(name)
    return 0 if found is None else found


def _during(site: Site, given: Given, staff: int, service: Row) -> Stretch:
    """When it would be. Documented [end-by-default]: from the start, for as long as that staff member takes.

    Documented [duration-sets-length]. Guess [duration-or-end]: both may be sent where they agree.
    """
    start = moment_of(given, "StartDateTime")
    minutes, end = given.number("Duration"), given.moment("EndDateTime")
    length = site.length_of(staff, service) if minutes is None else timedelta(minutes=minutes)
    if minutes is not None and end is not None and end != start + length:
        raise guess("duration-or-end", Code.INVALID_PARAMETER, "Duration and EndDateTime do not agree.")
    return ordered(start, end or start + length)


def ordered(start: datetime, end: datetime) -> Stretch:
    """A stretch that ends after it begins. Raises: Declined otherwise. Guess [end-after-start]."""
    if end <= start:
        raise guess("end-after-start", Code.INVALID_PARAMETER, "EndDateTime must be after StartDateTime.")
    return Stretch(start=start, end=end)


def _add_ons(row: Row) -> list[Row]:
    held = row["add_ons"]
    return [one for one in held if isinstance(one, Mapping)] if isinstance(held, list | tuple) else []


BOOKING: Fields = {
    "ClientId": SOME_WORDS,
    "LocationId": NUMBER,
    "SessionTypeId": NUMBER,
    "StaffId": NUMBER,
    "StartDateTime": WHEN,
    "EndDateTime": WHEN,
    "Duration": NUMBER,
    "ResourceIds": NUMBERS,
    "Notes": WORDS,
    "StaffRequested": YES,
    "ApplyPayment": YES,
    "SendEmail": YES,
    "GenderPreference": Field(reads=one_of("None", "Female", "Male")),
    "ProviderId": WORDS,
    "IsWaitlist": YES,
    "IsRequest": YES,
    "PartnerExternalId": WORDS,
    "Test": YES,
}

CALLS: tuple[Call, ...] = (
    posting("/appointment/addappointment", book, Permission.MODIFY_APPOINTMENTS, body=BOOKING),
    posting(
        "/appointment/addmultipleappointments",
        book_several,
        Permission.MODIFY_APPOINTMENTS,
        body={
            "AddAppointmentRequests": Field(reads=an_object({**BOOKING, "AddAppointmentRequestId": NUMBER}), many=True)
        },
    ),
    posting(
        "/appointment/addappointmentaddon",
        add_on,
        Permission.MODIFY_APPOINTMENTS,
        body={
            "AppointmentId": NUMBER,
            "SessionTypeId": NUMBER,
            "StaffId": NUMBER,
            "ApplyPayment": YES,
            "Test": YES,
        },
    ),
    deleting(
        "/appointment/deleteappointmentaddon",
        delete_add_on,
        Permission.MODIFY_APPOINTMENTS,
        query={"Id": ASKED_NUMBER},
    ),
    deleting(
        "/appointment/appointmentfromwaitlist",
        leave_waitlist,
        Permission.MODIFY_APPOINTMENTS,
        query={"WaitlistEntryIds": ASKED_NUMBERS},
    ),
)
