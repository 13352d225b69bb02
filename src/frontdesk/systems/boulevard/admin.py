"""The Admin API's calls: the whole business, server to server. It books nothing for us; see README.md for why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.systems.boulevard.client import NAME, Client, Page, mutation, query, row_of, rows_of
from frontdesk.systems.boulevard.mapping import CLIENT, VISIT, urn
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Does

_LIST = "edges {{ node {{ {fields} }} }} pageInfo {{ hasNextPage endCursor }}"
_LOCATIONS = query(
    "locations",
    "query($first: Int, $after: String) { locations(first: $first, after: $after) { "
    + _LIST.format(fields="id name")
    + " } }",
)
_STAFF = query(
    "staff",
    "query($first: Int, $after: String) { staff(first: $first, after: $after) { "
    + _LIST.format(fields="id name displayName firstName lastName active")
    + " } }",
)
_SERVICES = query(
    "services",
    "query($first: Int, $after: String) { services(first: $first, after: $after) { "
    + _LIST.format(fields="id name active defaultDuration")
    + " } }",
)
_SERVICE = query("service", "query($id: ID!) { service(id: $id) { id name active } }")
_CLIENTS = query(
    "clients",
    "query($first: Int, $after: String) { clients(first: $first, after: $after) { "
    + _LIST.format(fields=CLIENT)
    + " } }",
)
_CLIENTS_BY_EMAIL = query(
    "clients",
    "query($first: Int, $after: String, $emails: [String!]) { clients(first: $first, after: $after, emails: $emails) { "
    + _LIST.format(fields=CLIENT)
    + " } }",
)
_CLIENT = query("client", f"query($id: ID!) {{ client(id: $id) {{ {CLIENT} }} }}")
_CREATE_CLIENT = mutation("createClient", "client { id }")
_APPOINTMENT = query("appointment", f"query($id: ID!) {{ appointment(id: $id) {{ {VISIT} }} }}")
_APPOINTMENTS = query(
    "appointments",
    "query($locationId: ID!, $clientId: ID, $query: QueryString, $first: Int, $after: String) { "
    "appointments(locationId: $locationId, clientId: $clientId, query: $query, first: $first, after: $after) { "
    + _LIST.format(fields=VISIT)
    + " } }",
)
_CANCEL = mutation("cancelAppointment", "appointment { id }")
_UPDATE = mutation("updateAppointment", "appointment { id }")
_OTHER_TIMES = mutation(
    "appointmentRescheduleAvailableTimes", "availableTimes { bookableTimeId startTime }", does=Does.READS
)
_RESCHEDULE = mutation("appointmentReschedule", "appointment { id }")


@dataclass(frozen=True, kw_only=True, slots=True)
class Admin:
    """What is asked of the whole business."""

    client: Client

    async def locations(self) -> list[Foreign]:
        """Every location."""
        return await self.client.listed(_LOCATIONS, "location")

    async def staff(self) -> list[Foreign]:
        """Everybody who works there, or did."""
        return await self.client.listed(_STAFF, "staff member")

    async def services(self) -> list[Foreign]:
        """Every service, add-ons too."""
        return await self.client.listed(_SERVICES, "service")

    async def service(self, number: str) -> Foreign | None:
        """One service; None where there is none."""
        return _one(await self.client.admin(_SERVICE, id=number), "service")

    async def clients(self, *, after: str | None) -> Page:
        """A page of all clients, in whatever order they come."""
        return await self.client.page(_CLIENTS, "client", after=after)

    async def clients_of_email(self, email: str) -> list[Foreign]:
        """The clients of an e-mail address: the only thing that the API itself looks clients up by."""
        return await self.client.listed(_CLIENTS_BY_EMAIL, "client", emails=[email])

    async def client_of(self, number: str) -> Foreign | None:
        """One client; None where there is none."""
        return _one(await self.client.admin(_CLIENT, id=number), "client")

    async def create_client(self, fields: Mapping[str, str]) -> str:
        """The id of a new client. Raises: OutcomeUnknown (there may be one now)."""
        data = await self.client.admin(_CREATE_CLIENT, input=dict(fields))
        try:
            made = row_of(data.fields[_CREATE_CLIENT.name], "new client")
            return urn("Client", row_of(made.fields.get("client"), "new client").text("id"))
        except Unreadable:
            raise OutcomeUnknown(f"{NAME} opened a file, and its answer names none.") from None

    async def appointment(self, number: str) -> Foreign | None:
        """One appointment; None where there is none."""
        return _one(await self.client.admin(_APPOINTMENT, id=number), "appointment")

    async def appointments(
        self,
        location: str,
        *,
        client: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Foreign]:
        """The appointments of a location, those of a client alone where one is named, cancelled ones too.

        They start within [since, until). They come in no order that is promised.
        """
        parts = [f"startAt {sign} '{_written(at)}'" for sign, at in ((">=", since), ("<", until)) if at is not None]
        return await self.client.listed(
            _APPOINTMENTS,
            "appointment",
            locationId=location,
            clientId=client,
            query=" AND ".join(parts) or None,
        )

    async def cancel(self, number: str, *, reason: str, notes: str) -> None:
        """Cancel an appointment. Boulevard tells nobody: whoever cancels through the desk is told by the desk."""
        await self.client.admin(_CANCEL, input={"id": number, "reason": reason, "notes": notes, "notifyClient": False})

    async def set_state(self, number: str, state: str) -> None:
        """Set the state of an appointment: BOOKED, CONFIRMED, ARRIVED or ACTIVE."""
        await self.client.admin(_UPDATE, input={"id": number, "state": state})

    async def set_notes(self, number: str, notes: str) -> None:
        """Replace the notes of an appointment."""
        await self.client.admin(_UPDATE, input={"id": number, "notes": notes})

    async def other_times(self, number: str, *, day: date, zone: str) -> list[Foreign]:
        """To which times of a day an appointment may be moved, with the same staff and service.

        The Admin API is said to give a list of answers, one for each service; only one that all share would do.
        """
        data = await self.client.admin(_OTHER_TIMES, input={"appointmentId": number, "date": f"{day}", "tz": zone})
        answer = data.fields.get(_OTHER_TIMES.name)
        parts = rows_of(answer if isinstance(answer, list) else [answer], "other times")
        listed = [rows_of(part.fields.get("availableTimes"), "other time") for part in parts]
        shared = [{row.text("bookableTimeId") for row in rows} for rows in listed]
        return [
            row for row in (listed[0] if listed else []) if all(row.text("bookableTimeId") in one for one in shared)
        ]

    async def reschedule(self, number: str, *, time: str) -> None:
        """Give an appointment another time. Raises: Declined (also when the time is gone), OutcomeUnknown.

        `sendNotification` tells the people at the dashboard, and not the client (official SDK).
        """
        await self.client.admin(
            _RESCHEDULE, input={"appointmentId": number, "bookableTimeId": time, "sendNotification": True}
        )


def _one(data: Foreign, name: str) -> Foreign | None:
    found = data.fields.get(name)
    return None if found is None else row_of(found, name)


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
