"""Any practice's book, kept at a simulated Boulevard: for the certification suite and the demo."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.peer import Asked, Filed, Standing
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.boulevard.peer_world import MINUTE, as_kept, bookable, shown, world
from frontdesk.systems.boulevard.simulator import Simulator
from frontdesk.systems.boulevard.simulator_calls import Api, Caller
from frontdesk.systems.boulevard.simulator_clients import create_client
from frontdesk.systems.boulevard.simulator_gate import VERSION
from frontdesk.systems.boulevard.simulator_rows import Row, moment, row_in, rows_in, text, urn, words, yes
from frontdesk.systems.boulevard.simulator_webhooks import Event, create_webhook

Id = TypeVar("Id", bound=str)

PERSONAL = frozenset({"admin createClient", "admin clients", "client updateClient"})
TOLD = ("APPOINTMENT_CREATED", "APPOINTMENT_UPDATED", "APPOINTMENT_CANCELLED", "CLIENT_CREATED")
"""What the business's webhook is told of."""
_STATUS = {
    "BOOKED": Status.BOOKED,
    "CONFIRMED": Status.BOOKED,
    "ARRIVED": Status.ARRIVED,
    "ACTIVE": Status.CHECKED_IN,
    "FINAL": Status.FULFILLED,
    "CANCELLED": Status.CANCELLED,
}


class BusinessPeer:
    """A business at Boulevard that holds a practice's book. Implements `Peer`."""

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
        self.practice = as_kept(practice)
        self._clock = clock
        self._locations = {one.id: urn("Location", place) for place, one in enumerate(practice.locations, 1)}
        self._people = {one.id: urn("Staff", place) for place, one in enumerate(practice.practitioners, 1)}
        self._menu = {one.id: urn("Service", place) for place, one in enumerate(bookable(practice), 1)}
        self.numbers: Mapping[str, object] = {
            "locations": self._locations,
            "staff": self._people,
            "services": self._menu,
        }
        self.services = tuple(one.id for one in bookable(practice) if one.bookable)
        self.simulator = Simulator(
            world(practice, visits, now=clock(), days=days),
            clock=clock,
            wait=wait,
            keep=keep,
        )
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._shop = self.simulator.business
        self._staff = self.simulator.front_desk
        self._manager = Caller(business=self._shop, api=Api.ADMIN)

    def settings(self, address: str) -> Mapping[str, str]:
        """Address, business and keys."""
        known = self._shop.world
        return {
            "address": f"{address}{VERSION}",
            "business_id": known.id,
            "api_key": known.api_key,
            "api_secret": known.api_secret,
        }

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every appointment."""
        return [self._standing(row) for row in self._shop.appointments]

    def files(self) -> Sequence[Filed]:
        """Every client."""
        return [Filed(chart=_chart(row)) for row in self._shop.clients]

    def open_file(self, patient: Patient) -> str:
        """Staff add a client."""
        who = {
            "firstName": patient.given,
            "lastName": patient.family,
            "email": patient.email,
            "mobilePhone": patient.phone,
        }
        create_client(self._manager, {}, {"input": who})
        self._shop.write()
        return urn("Client", self._shop.clients.last)

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others; Boulevard lets them."""
        if slot.service not in self._menu:
            return None
        return self._staff.book(
            client=urn("Client", 1),
            staff=self._people[slot.practitioner],
            service=self._menu[slot.service],
            location=self._locations[slot.location],
            at=shown(self.practice, slot),
            minutes=slot.during.length // MINUTE,
        )

    def move(self, number: str, slot: Slot) -> bool:
        """Staff drag it there, as long as it was. Not to another location: the calendar shows one."""
        row = self._shop.appointments.get(number)
        if row is None or row["locationId"] != self._locations[slot.location]:
            return False
        self._staff.move(number, at=shown(self.practice, slot), staff=self._people[slot.practitioner])
        return True

    def cancel(self, number: str) -> None:
        """Staff cancel it."""
        self._staff.cancel(number)

    def mark(self, number: str, came: Came) -> None:
        """Staff note the arrival, or cancel it as a no-show."""
        if came is Came.MISSED:
            self._staff.mark_missed(number)
        else:
            self._staff.mark_arrived(number)

    async def notices(self, url: str) -> Sequence[Notice]:
        """What the business's webhook posts by now; to an address that is new one is made first."""
        if not any(row["url"] == url for row in self._shop.webhooks):
            told: list[Row] = [{"eventType": one} for one in TOLD]
            create_webhook(self._manager, {}, {"input": {"url": url, "name": "Front desk", "subscriptions": told}})
        posts: list[Notice] = []

        async def post(event: Event) -> int:
            headers = {name.lower(): value for name, value in event.headers.items()}
            posts.append(Notice(url=url, headers=headers, body=event.body.encode(), received_at=self._clock()))
            return 200

        await self.simulator.deliver(post)
        return posts

    def _standing(self, row: Row) -> Standing:
        """A visit by its first service; those of the desk have no other."""
        part = rows_in(row, "appointmentServices")[0]
        during = Period(start=moment(row, "startAt"), end=moment(row, "endAt"))
        return Standing(
            number=text(row, "id"),
            chart=text(row, "clientId"),
            during=during,
            whole=during,
            practitioner=_whose(self._people, text(part, "staffId")),
            location=_whose(self._locations, text(row, "locationId")) or self.practice.locations[0].id,
            service=_whose(self._menu, text(part, "serviceId")),
            status=_status(row),
            confirmed=row["state"] == "CONFIRMED",
            note=words(row, "notes") or "",
        )


peer = BusinessPeer
"""A business that holds a practice's book. Implements `OpensPeer`."""


def _status(row: Row) -> Status:
    """A no-show is a cancellation with that reason."""
    why = row_in(row, "cancellation")
    if yes(row, "cancelled"):
        return Status.NOSHOW if why is not None and why["reason"] == "NO_SHOW" else Status.CANCELLED
    return _STATUS[text(row, "state")]


def _chart(row: Row) -> Chart:
    return Chart(
        number=text(row, "id"),
        given=(text(row, "firstName"),),
        family=words(row, "lastName") or "",
        phones=tuple(filter(None, (words(row, "mobilePhone"),))),
        emails=tuple(filter(None, (words(row, "email"),))),
        visits=yes(row, "active"),
    )


def _whose(numbers: Mapping[Id, str], wanted: str) -> Id | None:
    """Whose id it is."""
    return next((id for id, number in numbers.items() if number == wanted), None)
