"""What people at the business do in Mindbody itself, without the API."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from frontdesk.systems.mindbody.simulator_calls import existing
from frontdesk.systems.mindbody.simulator_events import tell_of_client, tell_of_merger, tell_of_visit
from frontdesk.systems.mindbody.simulator_refusals import Code
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, text, written, yes
from frontdesk.systems.mindbody.simulator_site import Site


class FrontDesk:
    """The staff of the simulated site. Each act is told to who subscribed, and kept.

    Guess [staff-may-override]: nothing keeps them from a time that is taken, outside the hours or off the grid.
    Clients are named by UniqueId here, times are the wall clock.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def book(
        self,
        *,
        client: int,
        staff: int,
        session_type: int,
        location: int,
        at: datetime | str,
        minutes: int = 0,
        resources: tuple[int, ...] = (),
    ) -> int:
        """The number of a new visit. With no `minutes` it lasts as long as the staff member takes."""
        site, start = self._site, _wall(at)
        service = existing(site.session_types, session_type, Code.SESSION_TYPE_NOT_FOUND, "Session type")
        length = timedelta(minutes=minutes) if minutes else site.length_of(staff, service)
        row: dict[str, Json] = {
            "GenderPreference": "None",
            "ProviderId": None,
            "Status": "Booked",
            "StartDateTime": written(start),
            "EndDateTime": written(start + length),
            "Notes": "",
            "PartnerExternalId": None,
            "StaffRequested": False,
            "ProgramId": service["ProgramId"],
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
            "confirmed": False,
            "arrived": False,
            "taken": site.now().timestamp(),
        }
        made = site.appointments.add(row)
        tell_of_visit(site, made, new=True)
        site.write()
        return number(made, "Id")

    def move(self, appointment: int, *, at: datetime | str, staff: int = 0) -> None:
        """Put a visit elsewhere, as long as it was; 0 leaves it with whom it is."""
        row = self._visit(appointment)
        start, end = (datetime.fromisoformat(text(row, name)) for name in ("StartDateTime", "EndDateTime"))
        new = _wall(at)
        changes: dict[str, Json] = {"StartDateTime": written(new), "EndDateTime": written(new + (end - start))}
        self._change(appointment, changes | ({"StaffId": staff} if staff else {}))

    def cancel(self, appointment: int, *, late: bool = False) -> None:
        """Call a visit off."""
        self._change(appointment, {"Status": "LateCancelled" if late else "Cancelled"})

    def confirm(self, appointment: int) -> None:
        """Note that the client will come."""
        self._change(appointment, {"Status": "Confirmed", "confirmed": True})

    def accept(self, appointment: int) -> None:
        """Book what was only requested."""
        self._change(appointment, {"Status": "Booked"})

    def mark_arrived(self, appointment: int) -> None:
        """Note that the client is there."""
        self._change(appointment, {"Status": "Arrived", "arrived": True})

    def mark_missed(self, appointment: int) -> None:
        """Note that the client did not come. Documented [no-show-by-staff]: the API has no word for it."""
        self._change(appointment, {"Status": "NoShow"})

    def block(self, staff: int, *, start: datetime | str, end: datetime | str, says: str = "Blocked") -> int:
        """The number of a new block, in which a staff member cannot be booked."""
        place = next(iter(self._site.locations))
        row: Row = {"StartDateTime": written(_wall(start)), "EndDateTime": written(_wall(end)), "Description": says}
        where: Row = {"staff": staff, "location": place["Id"], "programs": [], "display": "Show", "unavailable": True}
        made = self._site.availabilities.add({**row, **where})
        self._site.write()
        return number(made, "Id")

    def unblock(self, availability: int) -> None:
        """Take a block, or hours, out."""
        self._site.availabilities.remove(availability)
        self._site.write()

    def change_client(self, client: int, changes: Row) -> None:
        """Change columns of a client; the RSSID "Id" too, which the business may give anew."""
        before = existing(self._site.clients, client, Code.CLIENT_NOT_FOUND, "Client")
        row = self._site.clients.change(client, {**changes, "LastModifiedDateTime": self._site.utc_stamp()})
        gone = yes(before, "Active") and not yes(row, "Active")
        tell_of_client(self._site, row, "deactivated" if gone else "updated", before=before)
        self._site.write()

    def merge_clients(self, *, into: int, gone: int) -> None:
        """Join two clients. Guess [merged-is-gone]: visits move, and the one merged is no client any more."""
        kept = existing(self._site.clients, into, Code.CLIENT_NOT_FOUND, "Client")
        removed = existing(self._site.clients, gone, Code.CLIENT_NOT_FOUND, "Client")
        for table in (self._site.appointments, self._site.client_services):
            for row in table:
                if row["client"] == gone:
                    table.change(number(row, "Id"), {"client": into})
        self._site.clients.remove(gone)
        tell_of_merger(self._site, kept, removed)
        self._site.write()

    def change_staff(self, staff: int, changes: Row) -> None:
        """Change columns of a staff member; "active" False for one who left."""
        self._site.staff.change(staff, changes)
        self._site.write()

    def end_tokens(self) -> None:
        """Sign every login out, as a changed password does."""
        self._site.tokens.clear()
        self._site.write()

    def somebody_else(self, client: int) -> int:
        """Any other client's UniqueId. Raises: LookupError when there is none."""
        for row in self._site.clients:
            if row["UniqueId"] != client and yes(row, "Active"):
                return number(row, "UniqueId")
        raise LookupError("the world needs a second client, for the front desk to book")

    def _visit(self, appointment: int) -> Row:
        return existing(self._site.appointments, appointment, Code.RESOURCE_DOES_NOT_EXIST, "Appointment")

    def _change(self, appointment: int, changes: Mapping[str, Json]) -> None:
        self._visit(appointment)
        taken: Row = {"taken": self._site.now().timestamp()} if "StartDateTime" in changes else {}
        row = self._site.appointments.change(appointment, {**changes, **taken})
        tell_of_visit(self._site, row, new=False)
        self._site.write()


def _wall(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
