"""Any practice's book, kept in a simulated Mindbody: for the certification suite and the demo."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.peer import Asked, Filed, Standing
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.mindbody.peer_world import OTHERS, bookable, numbered, world
from frontdesk.systems.mindbody.simulator import Simulator
from frontdesk.systems.mindbody.simulator_calls import Asked as Call
from frontdesk.systems.mindbody.simulator_example import PASSWORD, USERNAME
from frontdesk.systems.mindbody.simulator_hours import Stretch, kept_clear, of
from frontdesk.systems.mindbody.simulator_reading import Given
from frontdesk.systems.mindbody.simulator_rows import Row, number, text, yes
from frontdesk.systems.mindbody.simulator_webhooks import Event, subscribe
from frontdesk.systems.mindbody.simulator_world import client

Id = TypeVar("Id", bound=str)

PERSONAL = frozenset(
    {"GET /client/clients", "POST /client/addclient", "POST /client/updateclient", "POST /client/uploadclientdocument"}
)
EVENTS = (
    *("appointmentBooking.created", "appointmentBooking.updated", "appointmentBooking.cancelled"),
    *("client.created", "client.updated", "client.deactivated", "clientProfileMerger.created"),
)
NOWHERE = "https://desk.example/notices"
"""Where the subscription points until the address is known; it is not active till then."""
_STATUS = {
    "Requested": Status.PENDING,
    "Booked": Status.BOOKED,
    "Confirmed": Status.BOOKED,
    "Arrived": Status.ARRIVED,
    "Completed": Status.FULFILLED,
    "NoShow": Status.NOSHOW,
    "Cancelled": Status.CANCELLED,
    "LateCancelled": Status.CANCELLED,
}


class SitePeer:
    """A site of Mindbody's that holds a practice's book. Implements `Peer`."""

    personal = PERSONAL

    def __init__(
        self,
        practice: Practice,
        *,
        clock: Clock,
        wait: Wait,
        visits: Sequence[Slot],
        days: int,
        keep: Path | None = None,
    ) -> None:
        self.practice = practice
        self._clock = clock
        self._known = numbered(practice)
        self.services = tuple(one.id for one in bookable(practice))
        self.numbers: Mapping[str, object] = {
            "locations": self._known.locations,
            "staff": self._known.staff,
            "services": self._known.services,
            "rooms": self._known.rooms,
            "devices": self._known.devices,
        }
        self.simulator = Simulator(
            world(practice, self._known, visits=visits, now=clock(), days=days), clock=clock, wait=wait, keep=keep
        )
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._site = self.simulator.site
        self._staff = self.simulator.front_desk
        if not len(self._site.subscriptions):
            wanted: Row = {"webhookUrl": NOWHERE, "eventIds": list(EVENTS), "eventSchemaVersion": 1}
            subscribe(self._site, Call(body=Given(values=wanted), reached=200))
            self._site.write()

    def settings(self, address: str) -> Mapping[str, str]:
        """Address, site, keys and login; the key of webhooks is that of the subscription made beforehand."""
        known = self._site.world
        return {
            "address": f"{address}{self.simulator.base_path}",
            "api_key": known.api_key,
            "site": str(known.site),
            "username": USERNAME,
            "password": PASSWORD,
            "signature_key": text(self._subscription(), "key"),
        }

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every appointment."""
        return [self._standing(row) for row in self._site.appointments]

    def files(self) -> Sequence[Filed]:
        """Every client."""
        return [self._filed(row) for row in self._site.clients]

    def open_file(self, patient: Patient) -> str:
        """Staff add a client; their UniqueId."""
        row = client(
            self._site.clients.last + 1,
            patient.given,
            patient.family,
            email=patient.email or "",
            phone=(patient.phone or "")[-10:],
            born=f"{patient.birth_date}" if patient.birth_date else None,
        )
        made = self._site.clients.add(row)
        self._site.write()
        return str(number(made, "UniqueId"))

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others; Mindbody lets them."""
        made = self._staff.book(
            client=OTHERS[0][0],
            staff=self._known.staff[slot.practitioner],
            session_type=self._known.services[slot.service],
            location=self._known.locations[slot.location],
            at=self._shown(slot),
            minutes=slot.during.length // timedelta(minutes=1),
            resources=self._known.resources_of(slot),
        )
        return str(made)

    def move(self, number: str, slot: Slot) -> bool:
        """Staff drag it there, with the slot's room and devices; Mindbody lets them."""
        where: Row = {
            "LocationId": self._known.locations[slot.location],
            "resources": list(self._known.resources_of(slot)),
        }
        self._site.appointments.change(int(number), where)
        self._staff.move(int(number), at=self._shown(slot), staff=self._known.staff[slot.practitioner])
        return True

    def cancel(self, number: str) -> None:
        """Staff cancel it."""
        self._staff.cancel(int(number))

    def mark(self, number: str, came: Came) -> None:
        """Staff set it to Arrived, or to NoShow."""
        if came is Came.MISSED:
            self._staff.mark_missed(int(number))
        else:
            self._staff.mark_arrived(int(number))

    async def notices(self, url: str) -> Sequence[Notice]:
        """What is sent to that address; the subscription is pointed there and switched on when it is first asked."""
        changes = {"webhookUrl": url, "status": "Active"}
        self._site.subscriptions.change(number(self._subscription(), "Id"), changes)
        posts: list[Notice] = []

        async def post(event: Event) -> int:
            headers = {name.lower(): value for name, value in event.headers.items()}
            posts.append(Notice(url=url, headers=headers, body=event.body.encode(), received_at=self._clock()))
            return 200

        await self.simulator.deliver(post)
        return posts

    def _subscription(self) -> Row:
        return next(iter(self._site.subscriptions))

    def _standing(self, row: Row) -> Standing:
        return Standing(
            number=str(row["Id"]),
            chart=str(row["client"]),
            during=self._period(of(row)),
            whole=self._period(kept_clear(self._site, row)),
            practitioner=_whose(self._known.staff, number(row, "StaffId")),
            location=_whose(self._known.locations, number(row, "LocationId")) or self.practice.locations[0].id,
            service=_whose(self._known.services, number(row, "SessionTypeId")),
            status=_STATUS[text(row, "Status")],
            confirmed=yes(row, "confirmed") or row["Status"] == "Confirmed",
            note=str(row["Notes"] or ""),
        )

    def _filed(self, row: Row) -> Filed:
        own = number(row, "UniqueId")
        born = row["BirthDate"]
        chart = Chart(
            number=str(own),
            given=(text(row, "FirstName"),),
            family=text(row, "LastName"),
            birth_date=date.fromisoformat(str(born)[:10]) if born else None,
            phones=tuple(str(row[name]) for name in ("MobilePhone", "HomePhone", "WorkPhone") if row.get(name)),
            emails=tuple(filter(None, (str(row.get("Email") or ""),))),
            visits=yes(row, "Active"),
        )
        papers = tuple(text(one, "FileName") for one in self._site.documents if one["client"] == own)
        return Filed(chart=chart, papers=papers)

    def _shown(self, slot: Slot) -> datetime:
        """When it begins, by the clock on the site's wall."""
        return wall(slot.during.start, self._site.world.zone).replace(tzinfo=None)

    def _period(self, shown: Stretch) -> Period:
        """In UTC; the length is that of the wall clock's."""
        start = instant(shown.start.date(), shown.start.time(), self._site.world.zone)
        return Period(start=start, end=start + (shown.end - shown.start))


peer = SitePeer
"""A site that holds a practice's book. Implements `OpensPeer`."""


def _whose(numbers: Mapping[Id, int], wanted: int) -> Id | None:
    """Whose number it is."""
    return next((id for id, number in numbers.items() if number == wanted), None)
