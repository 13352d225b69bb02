"""Any practice's book, kept in a simulated Open Dental: for the certification suite and the demo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.peer import Asked, Filed, Standing
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.opendental.peer_world import TICK, bookable, operatories_of, pattern_of, rows_of, world
from frontdesk.systems.opendental.simulator import Simulator
from frontdesk.systems.opendental.simulator_calls import Asked as Call
from frontdesk.systems.opendental.simulator_reading import Given
from frontdesk.systems.opendental.simulator_rows import NO_DATE, NO_TIME, Row, number, text, written
from frontdesk.systems.opendental.simulator_subscriptions import Event, subscribe
from frontdesk.systems.opendental.simulator_world import patient

PERSONAL = frozenset({"GET /patients", "POST /patients", "PUT /patients/{PatNum}", "POST /documents/Upload"})


class OfficePeer:
    """An office with Open Dental that holds a practice's book. Implements `Peer`."""

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
        self.numbers: Mapping[str, object] = {
            "providers": {one.id: number for number, one in enumerate(practice.practitioners, 1)},
            "rooms": {one.id: operatories_of(practice, one.id) for one in practice.rooms},
            "services": {one.id: number for number, one in enumerate(bookable(practice), 1)},
        }
        self.services = tuple(one.id for one in bookable(practice))
        self.simulator = Simulator(
            replace(world(practice, now=clock(), days=days), appointments=tuple(rows_of(practice, visits))),
            clock=clock,
            wait=wait,
            keep=keep,
        )
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._office = self.simulator.office
        self._staff = self.simulator.front_desk

    def settings(self, address: str) -> Mapping[str, str]:
        """Address and keys."""
        known = self._office.world
        return {
            "address": f"{address}{self.simulator.base_path}",
            "developer_key": known.developer_key,
            "customer_key": known.customer_key,
        }

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every row that is a visit with a time."""
        rows = (row for row in self._office.appointments if row["AptStatus"] in _STATUS)
        return [self._standing(row) for row in rows if row["AptDateTime"] != NO_TIME]

    def files(self) -> Sequence[Filed]:
        """Every patient's file."""
        return [self._filed(row) for row in self._office.patients]

    def open_file(self, patient_: Patient) -> str:
        """Staff open a file."""
        row = patient(
            self._office.patients.last + 1,
            patient_.given,
            patient_.family,
            born=f"{patient_.birth_date or NO_DATE}",
            phone=(patient_.phone or "")[-10:],
            email=patient_.email or "",
        )
        return str(number(self._office.add(self._office.patients, row), "PatNum"))

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others."""
        found = self._staff.book(
            patient=1,
            operatory=self._operatory(slot),
            at=self._shown(slot),
            pattern=pattern_of(self.practice.service(slot.service), slot),
            provider=self._provider(slot),
        )
        return str(found) if found else None

    def move(self, number: str, slot: Slot) -> bool:
        """Staff drag it there; Open Dental lets them."""
        self._staff.change_appointment(
            int(number),
            {
                "AptDateTime": written(self._shown(slot)),
                "Op": self._operatory(slot),
                "ProvNum": self._provider(slot),
                "AptStatus": "Scheduled",
            },
        )
        return True

    def cancel(self, number: str) -> None:
        """Staff send it to the Unscheduled List."""
        self._staff.cancel(int(number))

    def mark(self, number: str, came: Came) -> None:
        """Staff set the time of arrival, or break it."""
        if came is Came.MISSED:
            self._staff.mark_missed(int(number))
        else:
            self._staff.change_appointment(int(number), {"DateTimeArrived": self._office.stamp()})

    async def notices(self, url: str) -> Sequence[Notice]:
        """The events of the subscriptions whose poll is due; to an address that is new the office subscribes first."""
        if not any(row["EndPointUrl"] == url for row in self._office.subscriptions):
            for table in ("Appointment", "AppointmentDeleted", "Patient"):
                watched = {"EndPointUrl": url, "Workstation": "SERVER", "WatchTable": table, "PollingSeconds": 30}
                key = self._office.world.customer_key
                subscribe(self._office, Call(body=Given(values=watched), key=key))
        posts: list[Notice] = []

        async def post(event: Event) -> int:
            headers = {name.lower(): value for name, value in event.headers.items()}
            posts.append(Notice(url=url, headers=headers, body=event.body.encode(), received_at=self._clock()))
            return 200

        await self.simulator.deliver(post)
        return posts

    def _standing(self, row: Row) -> Standing:
        zone = self.practice.locations[0].zone
        shown, pattern = datetime.fromisoformat(text(row, "AptDateTime")), text(row, "Pattern")
        begins = instant(shown.date(), shown.time(), zone)
        before, inside = len(pattern) - len(pattern.lstrip("/")), len(pattern.strip("/"))
        place = number(row, "Op")
        status = _STATUS[text(row, "AptStatus")]
        came = row["DateTimeArrived"] != NO_TIME and status is Status.BOOKED
        return Standing(
            number=str(row["AptNum"]),
            chart=str(row["PatNum"]),
            during=Period(start=begins + before * TICK, end=begins + (before + inside) * TICK),
            whole=Period(start=begins, end=begins + len(pattern) * TICK),
            practitioner=self._whose(number(row, "ProvNum")),
            location=self._location(place),
            service=self._service(number(row, "AppointmentTypeNum")),
            status=Status.ARRIVED if came else status,
            confirmed=self._office.name_of(number(row, "Confirmed")) == "Appointment Confirmed",
            note=text(row, "Note"),
        )

    def _filed(self, row: Row) -> Filed:
        own = number(row, "PatNum")
        born = text(row, "Birthdate")
        chart = Chart(
            number=str(own),
            given=tuple(filter(None, (text(row, "FName"), text(row, "Preferred")))),
            family=text(row, "LName"),
            birth_date=None if born.startswith(NO_DATE) else date.fromisoformat(born[:10]),
            phones=tuple(filter(None, (text(row, "WirelessPhone"), text(row, "HmPhone"), text(row, "WkPhone")))),
            emails=tuple(filter(None, (text(row, "Email"),))),
            visits=text(row, "PatStatus") not in {"Archived", "Deleted", "Deceased"},
        )
        papers = tuple(str(one["Description"]) for one in self._office.documents if one["PatNum"] == own)
        return Filed(chart=chart, papers=papers, covers=tuple(self._covers(own)))

    def _covers(self, patient_: int) -> Iterator[tuple[str, str]]:
        """The carrier and the member number of each insurance that covers a patient."""
        office = self._office
        for row in office.patplans:
            held = office.inssubs.get(number(row, "InsSubNum"))
            plan = office.plans.get(number(held, "PlanNum")) if held else None
            payer = office.carriers.get(number(plan, "CarrierNum")) if plan else None
            if row["PatNum"] == patient_ and held and payer:
                yield text(payer, "CarrierName"), text(held, "SubscriberID")

    def _shown(self, slot: Slot) -> datetime:
        service = self.practice.service(slot.service)
        return wall(slot.during.start - service.before, self.practice.location(slot.location).zone).replace(tzinfo=None)

    def _operatory(self, slot: Slot) -> int:
        lane = next((claim.lane for claim in slot.claims if claim.id == slot.room), 1)
        return operatories_of(self.practice, slot.room)[lane - 1] if slot.room else 1

    def _provider(self, slot: Slot) -> int:
        return [one.id for one in self.practice.practitioners].index(slot.practitioner) + 1

    def _whose(self, provider_: int) -> PractitionerId | None:
        people = self.practice.practitioners
        return people[provider_ - 1].id if 1 <= provider_ <= len(people) else None

    def _service(self, kind: int) -> ServiceId | None:
        return self.services[kind - 1] if 1 <= kind <= len(self.services) else None

    def _location(self, place: int) -> LocationId:
        room = next((one for one in self.practice.rooms if place in operatories_of(self.practice, one.id)), None)
        return room.location if room else self.practice.locations[0].id


_STATUS = {
    "Scheduled": Status.BOOKED,
    "ASAP": Status.BOOKED,
    "Complete": Status.FULFILLED,
    "Broken": Status.NOSHOW,
    "UnschedList": Status.CANCELLED,
}


peer = OfficePeer
"""An office that holds a practice's book. Implements `OpensPeer`."""
