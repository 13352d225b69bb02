"""A visit as a calendar invitation: RFC 5545, with METHOD:REQUEST as RFC 5546 has it.

It goes by plain e-mail and into calendars that colleagues and family can see, so it says when and
where, and never what for.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from frontdesk.domain.time import Period, wall
from frontdesk.standards.vtimezone import vtimezone


def invitation(
    *,
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
    """The iCalendar text of METHOD:REQUEST, its lines folded and ended with CR LF.

    `uid` stays with the visit for good, and `sequence` grows from 0 with each change of it; `made` is
    the instant of this version. `summary` is neutral ("Appointment at Smile Aesthetics"). The same
    arguments give the same text.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Frontdesk//Frontdesk//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "REQUEST")
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
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


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
