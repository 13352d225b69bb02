"""Any practice's calendars, kept in a simulated SimplePractice: for the certification suite and the demo."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.peer import Asked, Filed, Standing, given_and_family
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.simplepractice import simulator_practice, simulator_world
from frontdesk.systems.simplepractice.simulator import Simulator
from frontdesk.systems.simplepractice.simulator_rows import Row, instant, number, text

OTHERS = ((1, "Robin", "Testcase"), (2, "Avery", "Sample"))
"""Clients of the practice that the desk has never met; staff book the first."""
_STATUS = {
    simulator_practice.Status.SHOW: Status.BOOKED,
    simulator_practice.Status.NO_SHOW: Status.NOSHOW,
    simulator_practice.Status.CANCELED: Status.CANCELLED,
    simulator_practice.Status.LATE_CANCELED: Status.CANCELLED,
    simulator_practice.Status.CLINICIAN_CANCELED: Status.CANCELLED,
}


class FeedsPeer:
    """A practice with SimplePractice whose clinicians all share their feeds. Implements `Peer`."""

    personal: frozenset[str] = frozenset()
    """No call carries anything of a patient: feeds are only read."""

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
        self.numbers: Mapping[str, object] = {}
        self.services = tuple(one.id for one in practice.services)
        self._people = [one.id for one in practice.practitioners]
        self._places = [one.id for one in practice.locations]
        self.simulator = Simulator(self._world(visits), clock=clock, wait=wait, keep=keep)
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._there = self.simulator.practice
        self._staff = self.simulator.front_desk

    def settings(self, address: str) -> Mapping[str, str]:
        """The address, and each clinician's link."""
        feeds = f"{address}{self.simulator.base_path}"
        links = [f"{who}: {feeds}/{_secret(place)}" for place, who in enumerate(self._people, 1)]
        return {"address": address, "links": " ".join(links)}

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every appointment, those that were called off too."""
        return [self._standing(row) for row in self._there.appointments]

    def files(self) -> Sequence[Filed]:
        """Every client."""
        return [_filed(row) for row in self._there.clients]

    def open_file(self, patient: Patient) -> str:
        """Staff add a client."""
        added = self._staff.add_client(
            patient.given, patient.family, clinician=1, phone=patient.phone or "", email=patient.email or ""
        )
        return str(added)

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others; nothing in SimplePractice keeps them from a time that is taken."""
        made = self._staff.book(
            client=1,
            clinician=self._people.index(slot.practitioner) + 1,
            service=self.services.index(slot.service) + 1,
            office=self._places.index(slot.location) + 1,
            at=self._shown(slot),
            minutes=_minutes(slot),
        )
        return str(made)

    def move(self, number: str, slot: Slot) -> bool:
        """Staff drag it there."""
        self._staff.move(int(number), at=self._shown(slot), clinician=self._people.index(slot.practitioner) + 1)
        return True

    def cancel(self, number: str) -> None:
        """Staff call it off."""
        self._staff.cancel(int(number))

    def mark(self, number: str, came: Came) -> None:
        """Staff note a no-show; who came has no mark of their own."""
        if came is Came.MISSED:
            self._staff.mark_missed(int(number))

    async def notices(self, url: str) -> Sequence[Notice]:
        """None: there are no webhooks."""
        return []

    def _world(self, visits: Sequence[Slot]) -> simulator_practice.World:
        practice = self.practice
        people = range(1, len(self._people) + 1)
        places = range(1, len(self._places) + 1)
        return simulator_practice.World(
            name=practice.name,
            host="practice.clientsecure.me",
            zone=practice.locations[0].zone,
            offices=tuple(
                simulator_world.office(number, one.name, phone=one.phone, street=one.address or one.name)
                for number, one in enumerate(practice.locations, 1)
            ),
            clinicians=tuple(
                simulator_world.clinician(number, *given_and_family(one), secret=_secret(number))
                for number, one in enumerate(practice.practitioners, 1)
            ),
            services=tuple(
                simulator_world.service(
                    number,
                    one.name,
                    int(one.length.total_seconds()) // 60,
                    rate="0.0",
                    clinicians=people,
                    offices=places,
                )
                for number, one in enumerate(practice.services, 1)
            ),
            clients=tuple(simulator_world.client(*who, clinician=1) for who in OTHERS),
            appointments=tuple(self._rows(visits)),
        )

    def _rows(self, visits: Sequence[Slot]) -> Iterator[Row]:
        for count, slot in enumerate(visits):
            yield simulator_world.appointment(
                simulator_practice.FIRST_APPOINTMENT + simulator_practice.NUMBERS_APART * count,
                client=1,
                clinician=self._people.index(slot.practitioner) + 1,
                service=self.services.index(slot.service) + 1,
                office=self._places.index(slot.location) + 1,
                at=self._shown(slot),
                minutes=_minutes(slot),
                zone=self.practice.locations[0].zone,
            )

    def _shown(self, slot: Slot) -> datetime:
        return wall(slot.during.start, self.practice.locations[0].zone).replace(tzinfo=None)

    def _standing(self, row: Row) -> Standing:
        during = Period(start=instant(row, "start"), end=instant(row, "end"))
        return Standing(
            number=str(row["id"]),
            chart=str(row["client"]),
            during=during,
            whole=during,
            practitioner=_one_of(self._people, number(row, "clinician")),
            location=_one_of(self._places, number(row, "office")) or self._places[0],
            service=_one_of(self.services, number(row, "service")),
            status=_STATUS[simulator_practice.Status(text(row, "status"))],
        )


peer = FeedsPeer
"""A practice that holds its calendars there. Implements `OpensPeer`."""

Id = TypeVar("Id", PractitionerId, LocationId, ServiceId)


def _one_of(ids: Sequence[Id], place: int) -> Id | None:
    return ids[place - 1] if 1 <= place <= len(ids) else None


def _secret(place: int) -> str:
    return f"SimulatedSecretLinkOfClinician{place:010d}"


def _minutes(slot: Slot) -> int:
    return int(slot.during.length.total_seconds()) // 60


def _filed(row: Row) -> Filed:
    chart = Chart(
        number=str(row["id"]),
        given=(text(row, "first"),),
        family=text(row, "last"),
        birth_date=None,
        phones=tuple(filter(None, (text(row, "phone"),))),
        emails=tuple(filter(None, (text(row, "email"),))),
        visits=text(row, "status") in {"active", "prospective"},
    )
    return Filed(chart=chart)
