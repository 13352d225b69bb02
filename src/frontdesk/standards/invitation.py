"""A visit as a calendar invitation: RFC 5545, with METHOD:REQUEST and METHOD:CANCEL as RFC 5546 has them.

It goes by plain e-mail and into calendars that colleagues and family can see, so it says when and
where, and never what for.
"""

from datetime import UTC, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from frontdesk.domain.time import Period, wall
from frontdesk.standards.vtimezone import vtimezone


class Method(Enum):
    """What the patient's calendar is to do, in the standard's words: put the visit in, or take it out."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def invitation(
    *,
    method: Method,
    uid: str,
    sequence: int,
    made: datetime,
    during: Period,
    zone: ZoneInfo,
    summary: str,
    address: str,
    organizer_name: str,
    organizer_email: str,
    attendee_name: str,
    attendee_email: str,
) -> bytes:
    """The iCalendar text, its lines folded and ended with CR LF.

    `uid` stays with the visit for good, and `sequence` grows from 0 with each change of it; `made` is
    the instant of this version. `summary` is neutral ("Appointment at Smile Aesthetics"). The same
    arguments give the same text. A REQUEST of a `uid` that is there moves it (RFC 5546 3.2.2.1).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Frontdesk//Frontdesk//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    start, end = wall(during.start, zone), wall(during.end, zone)
    if _is_second_showing(start) or _is_second_showing(end):
        start, end = during.start, during.end
    else:
        calendar.add_component(vtimezone(zone, during.end))
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", made)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", summary)
    event.add("location", address)
    event.add("organizer", _address(organizer_name, organizer_email))
    event.add("attendee", _attendee(attendee_name, attendee_email))
    event.add("status", _STATUS[method])
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if method is Method.REQUEST else "TRANSPARENT")
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


_STATUS = {Method.REQUEST: "CONFIRMED", Method.CANCEL: "CANCELLED"}


def _is_second_showing(moment: datetime) -> bool:
    """Whether the wall clock shows this time for the second time: iCalendar would read it as the first."""
    return moment.replace(fold=0).astimezone(UTC) != moment.astimezone(UTC)


def _attendee(name: str, email: str) -> vCalAddress:
    """The patient, who has already said yes and need not answer."""
    attendee = _address(name, email)
    attendee.params["cutype"] = vText("INDIVIDUAL")
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    return attendee


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    # A parameter has no escape for a quote (RFC 5545 3.1), and a line's end would begin a new property.
    address.params["cn"] = vText(
        "".join(" " if letter == '"' or not letter.isprintable() else letter for letter in name)
    )
    return address
