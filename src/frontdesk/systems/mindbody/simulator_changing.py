"""Changing what is on the book: moving, confirming, arriving, cancelling; and making hours and blocks."""

from datetime import datetime

from frontdesk.systems.mindbody.simulator_appointments import VISITS_FROM, shown_appointment, shown_visit
from frontdesk.systems.mindbody.simulator_booking import number_of, ordered, pay, place_of, standing
from frontdesk.systems.mindbody.simulator_calls import Answer, Asked, Call, deleting, existing, posting
from frontdesk.systems.mindbody.simulator_events import tell_of_visit
from frontdesk.systems.mindbody.simulator_hours import Stretch, days_from, of
from frontdesk.systems.mindbody.simulator_reading import (
    ASKED_NUMBER,
    ASKED_YES,
    NUMBER,
    NUMBERS,
    WHEN,
    WORDS,
    YES,
    Field,
    Given,
    moment_of,
    needed,
    one_of,
)
from frontdesk.systems.mindbody.simulator_refusals import Code, guess
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, written, yes
from frontdesk.systems.mindbody.simulator_site import Permission, Site
from frontdesk.systems.mindbody.simulator_times import times_shown

ACTS = ("confirm", "unconfirm", "arrive", "unarrive", "complete", "cancel", "latecancel")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLAIN = ("Notes", "GenderPreference", "ProviderId", "PartnerExternalId")
MOVING = ("StartDateTime", "EndDateTime", "StaffId", "SessionTypeId", "ResourceIds")


def update(site: Site, asked: Asked) -> Answer:
    """A visit changed, moved or called off. Documented [omitted-stays]: what is not sent stays, but for its length.

    Guess [nothing-to-change]: 400 where only its number is sent.
    """
    given = asked.body
    needed(given, "AppointmentId")
    row = standing(site, given.number("AppointmentId"))
    if not set(given.values) - {"AppointmentId", "Test", "SendEmail"}:
        raise guess("nothing-to-change", Code.INVALID_PARAMETER, "There is nothing to change.")
    changes: dict[str, Json] = {name: given.values[name] for name in PLAIN if name in given}
    if any(name in given.values for name in MOVING):
        changes |= _moved(site, row, given)
    changes |= _acted(site, {**row, **changes}, given.text("Execute"))
    if given.yes("Test"):
        return Answer(body={"Appointment": shown_appointment(site, {**row, **changes})})
    if given.yes("ApplyPayment") and row["ClientServiceId"] is None:
        changes["ClientServiceId"] = pay(site, number(row, "client"), number(row, "SessionTypeId"))
    return Answer(body={"Appointment": shown_appointment(site, _put(site, row, changes))})


def update_visit(site: Site, asked: Asked) -> Answer:
    """A visit called off by its visit id. Documented [cancel-by-visit]."""
    given = asked.body
    needed(given, "VisitId", "Execute")
    row = standing(site, number_of(given, "VisitId") - VISITS_FROM)
    status = "Cancelled" if given.text("Execute") == "Cancel" else "LateCancelled"
    changed: Row = {**row, "Status": status}
    if not given.yes("Test"):
        changed = _put(site, row, {"Status": status})
    return Answer(body={"Visit": shown_visit(site, changed)})


def _put(site: Site, row: Row, changes: Row) -> Row:
    if not changes:
        return row
    changed = site.appointments.change(number(row, "Id"), changes)
    tell_of_visit(site, changed, new=False)
    return changed


def _moved(site: Site, row: Row, given: Given) -> dict[str, Json]:
    """Where and when it is now. Documented [length-replaced]: without EndDateTime it lasts as long as the staff member
    usually takes, whatever it lasted before. Guess [when-length-is-replaced]: on another time, staff member or type.
    """
    place, before = place_of(site, row), of(row)
    place.staff = number_of(given, "StaffId") if "StaffId" in given else place.staff
    if "SessionTypeId" in given:
        wanted = given.number("SessionTypeId")
        place.service = existing(site.session_types, wanted, Code.SESSION_TYPE_NOT_FOUND, "Session type")
    wanted_resources = given.numbers("ResourceIds")
    place.resources = place.resources if wanted_resources is None else wanted_resources
    start, end = given.moment("StartDateTime") or before.start, given.moment("EndDateTime")
    if end is None:
        replaced = any(name in given for name in ("StartDateTime", "StaffId", "SessionTypeId"))
        end = start + site.length_of(place.staff, place.service) if replaced else before.end
    during = ordered(start, end)
    place.check(during, moved=start != before.start)
    return {
        "StartDateTime": written(during.start),
        "EndDateTime": written(during.end),
        "StaffId": place.staff,
        "SessionTypeId": place.service["Id"],
        "ProgramId": place.service["ProgramId"],
        "resources": place.resources,
        "taken": site.now().timestamp(),
    }


def _acted(site: Site, row: Row, act: str | None) -> dict[str, Json]:
    """What a word of Execute changes. Documented [execute-words]. Guess [status-of-two-marks]: Arrived wins.

    Seen [sandbox-ignores-cancel]: the call succeeds and the status stays. Guess [requests-are-for-staff]: one that is
    Requested can be called off, and nothing else, until staff accept it.
    """
    match act:
        case None:
            return {}
        case "cancel" | "latecancel":
            if site.world.ignores_cancel:
                return {}
            return {"Status": "Cancelled" if act == "cancel" else "LateCancelled"}
        case _ if row["Status"] == "Requested":
            raise guess("requests-are-for-staff", Code.INVALID_PARAMETER, "The appointment is only requested.")
        case "complete":
            return {"Status": "Completed"}
        case "confirm" | "unconfirm":
            return _marked(act == "confirm", yes(row, "arrived"))
        case _:
            return _marked(yes(row, "confirmed"), act == "arrive")


def _marked(confirmed: bool, arrived: bool) -> dict[str, Json]:
    status = "Arrived" if arrived else "Confirmed" if confirmed else "Booked"
    return {"confirmed": confirmed, "arrived": arrived, "Status": status}


def add_times(site: Site, asked: Asked) -> Answer:
    """Hours or blocks made. Documented [times-for-staff]: for each of the staff and each weekday that is named.

    Guess [times-per-day]: on each day from StartDateTime's to EndDateTime's, from the clock time of the one to that of
    the other. Guess [blocks-take-no-look]: visits that are in the way stay.
    """
    given = asked.body
    needed(given, "StaffIDs", "StartDateTime", "EndDateTime")
    location = given.number("LocationID") if "LocationID" in given else given.number("LocationId")
    if location is None:
        raise guess("location-needed", Code.MISSING_REQUIRED_FIELDS, "LocationId is required.")
    existing(site.locations, location, Code.INVALID_LOCATION, "Location")
    start, end = moment_of(given, "StartDateTime"), moment_of(given, "EndDateTime")
    ordered(start, end)
    shown_staff: list[Json] = []
    for staff in given.numbers("StaffIDs") or ():
        who = existing(site.staff, staff, Code.STAFF_MEMBER_NOT_FOUND, "Staff member")
        rows: list[Row] = []
        for day in days_from(start.date(), end.date()):
            if WEEK[day.weekday()] in (given.texts("DaysOfWeek") or WEEK):
                daily = ordered(datetime.combine(day, start.time()), datetime.combine(day, end.time()))
                rows.append(_times(site, given, staff, location, daily))
        if not given.yes("Test"):
            rows = [site.availabilities.add(row) for row in rows]
        shown_staff.append(times_shown(site, who, [{"Id": 0, **row} for row in rows]))
    return Answer(body={"StaffMembers": shown_staff})


def delete_times(site: Site, asked: Asked) -> Answer:
    """Nothing; the hours or the block are gone. Documented [no-content]."""
    needed(asked.query, "AvailabilityId")
    row = existing(
        site.availabilities, asked.query.number("AvailabilityId"), Code.RESOURCE_DOES_NOT_EXIST, "Availability"
    )
    if not asked.query.yes("Test"):
        site.availabilities.remove(number(row, "Id"))
    return Answer(status=204)


def _times(site: Site, given: Given, staff: int, location: int, during: Stretch) -> Row:
    """Guess [times-for-all-programs]: hours without ProgramIDs are for every category."""
    return {
        "StartDateTime": written(during.start),
        "EndDateTime": written(during.end),
        "Description": given.text("UnavailableDescription") or "",
        "staff": staff,
        "location": location,
        "programs": given.numbers("ProgramIDs") or [number(row, "Id") for row in site.programs],
        "display": given.text("PublicDisplay") or "Show",
        "unavailable": given.yes("IsUnavailable") or False,
    }


CALLS: tuple[Call, ...] = (
    posting(
        "/appointment/updateappointment",
        update,
        Permission.MODIFY_APPOINTMENTS,
        body={
            "AppointmentId": NUMBER,
            "Execute": Field(reads=one_of(*ACTS)),
            "StartDateTime": WHEN,
            "EndDateTime": WHEN,
            "StaffId": NUMBER,
            "SessionTypeId": NUMBER,
            "Notes": WORDS,
            "ResourceIds": NUMBERS,
            "SendEmail": YES,
            "ApplyPayment": YES,
            "Test": YES,
            "GenderPreference": Field(reads=one_of("None", "Female", "Male")),
            "ProviderId": WORDS,
            "PartnerExternalId": WORDS,
        },
    ),
    posting(
        "/client/updateclientvisit",
        update_visit,
        Permission.MODIFY_APPOINTMENTS,
        body={
            "VisitId": NUMBER,
            "Execute": Field(reads=one_of("Cancel", "Latecancel")),
            "SendEmail": YES,
            "Test": YES,
        },
    ),
    posting(
        "/appointment/availabilities",
        add_times,
        Permission.MODIFY_APPOINTMENTS,
        body={
            "LocationId": NUMBER,
            "LocationID": NUMBER,
            "StaffIDs": NUMBERS,
            "ProgramIDs": NUMBERS,
            "StartDateTime": WHEN,
            "EndDateTime": WHEN,
            "DaysOfWeek": Field(reads=one_of(*WEEK), many=True),
            "IsUnavailable": YES,
            "UnavailableDescription": WORDS,
            "PublicDisplay": Field(reads=one_of("Show", "Mask", "Hide")),
            "Test": YES,
        },
    ),
    deleting(
        "/appointment/availability",
        delete_times,
        Permission.MODIFY_APPOINTMENTS,
        query={"AvailabilityId": ASKED_NUMBER, "Test": ASKED_YES},
    ),
)
