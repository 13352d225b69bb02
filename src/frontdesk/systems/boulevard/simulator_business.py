"""One simulated business: the world it starts from, its tables, its clock, what it tells, and its file if any."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.boulevard.simulator_refusals import Code, guess
from frontdesk.systems.boulevard.simulator_rows import Row, Table, rows_in, text, texts, written


class CodePlace(Enum):
    """Where an error carries its code: Documented [code-on-top], or as Seen [code-in-extensions] by third parties."""

    TOP = "errors[].code"
    EXTENSIONS = "errors[].extensions.code"


@dataclass(frozen=True, kw_only=True)
class World:
    """What stands at the business when the simulation begins. Rows are made by the functions of `simulator_world`.

    `id` is the bare UUID. `api_secret` is base64, as it is issued. `hold` is how long a cart keeps a time, and
    `token_window` how far a token's second may lie from the present, both ways. In a world with `holes` the last edge
    of every page is null, as the schema allows.
    """

    id: str
    name: str
    tz: str
    api_key: str
    api_secret: str
    application: str
    hold: timedelta = timedelta(minutes=10)
    token_window: timedelta = timedelta(minutes=5)
    code_place: CodePlace = CodePlace.TOP
    holes: bool = False
    phone: str = ""
    website: str = ""
    referral_sources: tuple[str, ...] = ()
    questions: tuple[Row, ...] = ()
    tags: tuple[Row, ...] = ()
    locations: tuple[Row, ...] = ()
    resources: tuple[Row, ...] = ()
    categories: tuple[Row, ...] = ()
    services: tuple[Row, ...] = ()
    staff: tuple[Row, ...] = ()
    shifts: tuple[Row, ...] = ()
    timeblocks: tuple[Row, ...] = ()
    clients: tuple[Row, ...] = ()
    appointments: tuple[Row, ...] = ()


class Business:
    """The business's database while the simulation runs. `keep` names a file that outlives the process.

    Where the file exists its rows are taken instead of the world's, so that a simulator killed between two calls
    comes back as it was after the last one it carried out. The catalogue is the world's.
    """

    def __init__(self, world: World, *, clock: Clock, keep: Path | None = None) -> None:
        self.world = world
        self.now = clock
        self._keep = keep
        self.locations = Table("Location", world.locations)
        self.resources = Table("Resource", world.resources)
        self.categories = Table("ServiceCategory", world.categories)
        self.services = Table("Service", world.services)
        self.staff = Table("Staff", world.staff)
        self.shifts = Table("Shift", world.shifts)
        self.tags = Table("Tag", world.tags)
        self.timeblocks = Table("Timeblock", world.timeblocks)
        self.clients = Table("Client", world.clients)
        self.appointments = Table("Appointment", world.appointments)
        self.carts = Table("Cart")
        self.bookings = Table("Booking")
        self.notes = Table("ClientNote")
        self.waitlist = Table("WaitlistEntry")
        self.webhooks = Table("Webhook")
        self.messages = Table("Message")
        if keep is not None and keep.exists():
            self._restore(keep)

    def kept(self) -> Mapping[str, Table]:
        """The tables that change, by name."""
        return {
            "staff": self.staff,
            "timeblocks": self.timeblocks,
            "clients": self.clients,
            "appointments": self.appointments,
            "carts": self.carts,
            "bookings": self.bookings,
            "notes": self.notes,
            "waitlist": self.waitlist,
            "webhooks": self.webhooks,
            "messages": self.messages,
        }

    def stamp(self) -> str:
        """The present as rows carry it."""
        return written(self.now())

    def zone_of(self, location: str) -> ZoneInfo:
        """The zone of a location, by its id."""
        return ZoneInfo(text(existing(self.locations, location), "tz"))

    def performs(self, staff: Row, service: str) -> Row | None:
        """How a staff member does a service, as (service, duration, price); None when they do not."""
        return next((one for one in rows_in(staff, "performs") if one["service"] == service), None)

    def tell(self, event: str, node: Row, *, location: str = "") -> None:
        """Note that something happened, for each webhook that wants to know.

        Guess [webhook-of-a-location]: a webhook with a location hears of that place alone, and of clients.
        """
        for hook in self.webhooks:
            place = hook["locationId"]
            wanted = any(one["eventType"] == event for one in rows_in(hook, "subscriptions"))
            if wanted and (not place or not location or place == location):
                self.post(hook, event, node)

    def post(self, hook: Row, event: str, node: Row) -> None:
        """Put a message to a webhook in the mail. Seen [webhook-body]: the object lies under `data.node`.

        Guess [event-name-thrice]: `event` and `eventType` are the same word, and so are both headers.
        """
        key = f"simulated-{self.messages.last + 1}"
        body: Row = {
            "idempotencyKey": key,
            "businessId": f"urn:blvd:Business:{self.world.id}",
            "apiApplicationId": f"urn:blvd:ApiApplication:{self.world.application}",
            "event": event,
            "eventType": event,
            "resource": {"id": node["id"]},
            "timestamp": self.stamp(),
            "webhookId": hook["id"],
            "data": {"node": node},
        }
        self.messages.add(
            {
                "webhook": hook["id"],
                "event": event,
                "key": key,
                "body": json.dumps(body),
                "made": self.now().timestamp(),
                "due": self.now().timestamp(),
            }
        )

    def write(self) -> None:
        """Put every table that changes in the business's file, whole or not at all; nothing where it keeps none."""
        if self._keep is None:
            return
        kept = {name: {"last": table.last, "rows": list(table)} for name, table in self.kept().items()}
        beside = self._keep.with_suffix(".new")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(beside, self._keep)

    def _restore(self, keep: Path) -> None:
        kept: Mapping[str, Mapping[str, object]] = json.loads(keep.read_text(encoding="utf-8"))
        for name, table in self.kept().items():
            last, rows = kept[name]["last"], kept[name]["rows"]
            if not isinstance(last, int) or not isinstance(rows, list):
                raise TypeError(f"{keep} was not written by this simulator: {name} lacks its rows")
            table.clear()
            for row in rows:
                table.put(row)
            table.last = last


def existing(table: Table, id: str | None) -> Row:
    """The row with an id. Raises: Declined.

    Guess [missing-on-writing]: NOT_FOUND where a mutation, or a list, names what is not there. Guess [full-urns]: an
    id without its URN prefix names nothing.
    """
    row = table.get(id)
    if row is None:
        raise guess("missing-on-writing", Code.NOT_FOUND, f"{table.kind} {id} was not found.")
    return row


def works_at(staff: Row, location: str) -> bool:
    """Whether a staff member works at a location, and still does."""
    return staff["active"] is True and location in texts(staff, "places")


def name_of(row: Row) -> str:
    """First and last name."""
    return f"{text(row, 'firstName')} {row['lastName'] or ''}".strip()


def client_row(business: Business, id: str, who: Row) -> Row:
    """A client's columns as a new one has them; `who` gives names, email and mobilePhone."""
    return {
        "id": id,
        "firstName": who["firstName"],
        "lastName": who.get("lastName"),
        "email": who.get("email"),
        "mobilePhone": who.get("mobilePhone"),
        "pronoun": None,
        "active": True,
        "createdAt": business.stamp(),
        "primaryLocationId": who.get("primaryLocationId"),
        "tags": [],
        "dob": None,
    }
