"""What people at the business do in Boulevard's dashboard, without the API."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.boulevard.simulator_appointments import appointment_row, tell_of_visit
from frontdesk.systems.boulevard.simulator_business import Business, existing
from frontdesk.systems.boulevard.simulator_catalogue import block_row
from frontdesk.systems.boulevard.simulator_changing import call_off, change, move
from frontdesk.systems.boulevard.simulator_hours import Stretch, Wish, book_of, resource_for, service_row
from frontdesk.systems.boulevard.simulator_rows import Row, moment, number, rows_in, text, written


class FrontDesk:
    """The staff of the simulated business. Each act is told to who subscribed, and kept.

    Guess [staff-may-override]: nothing keeps them from a time that is taken or outside the hours. Times are the wall
    clock of the location, ids are URNs.
    """

    def __init__(self, business: Business) -> None:
        self._shop = business

    def book(
        self, *, client: str, staff: str, service: str, location: str, at: datetime | str, minutes: int = 0
    ) -> str:
        """The id of a new visit. With no `minutes` it lasts as long as the staff member takes."""
        shop, place = self._shop, existing(self._shop.locations, location)
        who, what = existing(shop.staff, staff), existing(shop.services, service)
        how = shop.performs(who, service) or {"duration": what["defaultDuration"], "price": what["defaultPrice"]}
        how = {**how, "duration": minutes} if minutes else how
        start = self._instant(place, at)
        whole = Stretch(start=start, end=start + timedelta(minutes=number(how, "duration")))
        resource = resource_for(shop, service, place, whole, book_of(shop)) or ""
        return self.book_services(
            client=client,
            location=location,
            services=[service_row(Wish(service=service, staff=staff), who, how, whole, resource)],
        )

    def book_services(self, *, client: str, location: str, services: Sequence[Row]) -> str:
        """The id of a new visit with services as the book keeps them."""
        existing(self._shop.clients, client)
        row = self._shop.appointments.add(
            appointment_row(self._shop, client=client, location=location, services=list(services), notes=None)
        )
        tell_of_visit(self._shop, row, "CREATED")
        self._shop.write()
        return text(row, "id")

    def move(self, appointment: str, *, at: datetime | str, staff: str = "") -> None:
        """Put a visit elsewhere, as long as it was; "" leaves it with whom it is."""
        row = self._visit(appointment)
        by = self._instant(existing(self._shop.locations, text(row, "locationId")), at) - moment(row, "startAt")
        services: list[Row] = [
            {
                **one,
                "staffId": staff or one["staffId"],
                "startAt": written(moment(one, "startAt") + by),
                "endAt": written(moment(one, "endAt") + by),
            }
            for one in rows_in(row, "appointmentServices")
        ]
        move(self._shop, row, services)
        self._shop.write()

    def cancel(self, appointment: str, *, reason: str = "STAFF_CANCEL", notes: str | None = None) -> None:
        """Call a visit off."""
        call_off(self._shop, self._visit(appointment), reason, notes)
        self._shop.write()

    def mark_missed(self, appointment: str) -> None:
        """Note that the client did not come. It is a cancellation here."""
        self.cancel(appointment, reason="NO_SHOW")

    def confirm(self, appointment: str) -> None:
        """Note that the client will come."""
        self._set(appointment, {"state": "CONFIRMED"})

    def mark_arrived(self, appointment: str) -> None:
        """Note that the client is there."""
        self._set(appointment, {"state": "ARRIVED"})

    def check_out(self, appointment: str) -> None:
        """Note that the visit is over and paid. Guess [final-when-paid]: it is FINAL then."""
        self._set(appointment, {"state": "FINAL"})
        tell_of_visit(self._shop, self._visit(appointment), "COMPLETED")
        self._shop.write()

    def block(self, staff: str, *, location: str, start: datetime | str, minutes: int, title: str = "Blocked") -> str:
        """The id of a new block, in which a staff member cannot be booked."""
        place = existing(self._shop.locations, location)
        asked: Row = {"startTime": written(self._instant(place, start)), "duration": minutes, "title": title}
        row = self._shop.timeblocks.add(block_row(self._shop, place, existing(self._shop.staff, staff), asked))
        self._shop.write()
        return text(row, "id")

    def unblock(self, timeblock: str) -> None:
        """Take a block out; it stays listed, as cancelled."""
        self._shop.timeblocks.change(timeblock, {"cancelled": True})
        self._shop.write()

    def change_client(self, client: str, changes: Row) -> None:
        """Change columns of a client, as for a new name."""
        row = self._shop.clients.change(text(existing(self._shop.clients, client), "id"), changes)
        names = ("id", "firstName", "lastName", "email", "mobilePhone")
        self._shop.tell("CLIENT_UPDATED", {name: row[name] for name in names})
        self._shop.write()

    def merge_clients(self, *, into: str, gone: str) -> None:
        """Join two clients. Guess [merged-is-inactive]: visits move, and the one merged stays, inactive."""
        existing(self._shop.clients, into)
        for row in self._shop.appointments:
            if row["clientId"] == gone:
                self._shop.appointments.change(text(row, "id"), {"clientId": into})
        self.change_client(gone, {"active": False})

    def change_staff(self, staff: str, changes: Row) -> None:
        """Change columns of a staff member; "active" False for one who left."""
        self._shop.staff.change(staff, changes)
        self._shop.write()

    def somebody_else(self, client: str) -> str:
        """Any other client's id. Raises: LookupError when there is none."""
        for row in self._shop.clients:
            if row["id"] != client and row["active"] is True:
                return text(row, "id")
        raise LookupError("the world needs a second client, for the front desk to book")

    def _visit(self, appointment: str) -> Row:
        return existing(self._shop.appointments, appointment)

    def _set(self, appointment: str, changes: Row) -> None:
        change(self._shop, self._visit(appointment), changes)
        self._shop.write()

    def _instant(self, place: Row, at: datetime | str) -> datetime:
        wall = datetime.fromisoformat(at) if isinstance(at, str) else at
        return wall.replace(tzinfo=ZoneInfo(text(place, "tz"))).astimezone(UTC)
