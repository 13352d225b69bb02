"""The front desk is quicker: it books what a call asks for, just before or after."""

from frontdesk.standards.simulating.faults import Overtaken
from frontdesk.systems.mindbody.simulator_front_desk import FrontDesk
from frontdesk.systems.mindbody.simulator_reading import Given
from frontdesk.systems.mindbody.simulator_rows import Row, number
from frontdesk.systems.mindbody.simulator_site import Site


def overtake(fault: Overtaken, site: Site, desk: FrontDesk, asked: Given) -> None:
    """Let the front desk book what a booking or a move asks for: the same time and staff member, another client."""
    row = site.appointments.get(asked.number("AppointmentId")) or {}
    client = _unique(site, asked.text("ClientId")) or _held(row, "client")
    at = asked.moment("StartDateTime")
    if at is None:
        return
    desk.book(
        client=_unique(site, fault.patient) or desk.somebody_else(client),
        staff=asked.number("StaffId") or _held(row, "StaffId"),
        session_type=asked.number("SessionTypeId") or _held(row, "SessionTypeId"),
        location=asked.number("LocationId") or _held(row, "LocationId"),
        at=at,
    )


def _unique(site: Site, rssid: str | None) -> int:
    return next((number(one, "UniqueId") for one in site.clients if one["Id"] == rssid), 0)


def _held(row: Row, column: str) -> int:
    return number(row, column) if column in row else 0
