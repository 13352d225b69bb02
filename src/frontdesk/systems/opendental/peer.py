"""Any practice's book, kept in a simulated Open Dental: for the certification suite and the demo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import LocationId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.peer import Asked, Filed, Standing
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.opendental.simulator import Simulator
from frontdesk.systems.opendental.simulator_calls import Asked as Call
from frontdesk.systems.opendental.simulator_example import example_world
from frontdesk.systems.opendental.simulator_insurance import carrier
from frontdesk.systems.opendental.simulator_office import World
from frontdesk.systems.opendental.simulator_reading import Given
from frontdesk.systems.opendental.simulator_rows import NO_DATE, NO_TIME, Row, number, text, written
from frontdesk.systems.opendental.simulator_subscriptions import Event, subscribe
from frontdesk.systems.opendental.simulator_world import (
    appointment,
    appointment_type,
    hours,
    operatory,
    patient,
    provider,
)

TICK = timedelta(minutes=5)
DAYS_BACK = 7
OTHERS = ((1, "Robin", "Testcase"), (2, "Avery", "Sample"))
"""Patients of the office that the desk has never met; staff book the first."""
CARRIERS = ("Aetna", "Delta Dental", "MetLife")
PERSONAL = frozenset({"GET /patients", "POST /patients", "PUT /patients/{PatNum}", "POST /documents/Upload"})


class OfficePeer:
    """An office with Open Dental that holds a practice's book. Implements `Peer`."""

    personal = PERSONAL

    def __init__(self, practice: Practice, *, clock: Clock, wait: Wait, visits: Sequence[Slot], days: int) -> None:
        self.practice = practice
        self._clock = clock
        self.numbers: Mapping[str, object] = {
            "providers": {one.id: number for number, one in enumerate(practice.practitioners, 1)},
            "rooms": {one.id: _operatories(practice, one.id) for one in practice.rooms},
            "services": {one.id: number for number, one in enumerate(bookable(practice), 1)},
        }
        self.services = tuple(one.id for one in bookable(practice))
        self.simulator = Simulator(
            replace(world(practice, now=clock(), days=days), appointments=tuple(_rows(practice, visits))),
            clock=clock,
            wait=wait,
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
            pattern=_pattern(self.practice.service(slot.service), slot),
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
        return _operatories(self.practice, slot.room)[lane - 1] if slot.room else 1

    def _provider(self, slot: Slot) -> int:
        return [one.id for one in self.practice.practitioners].index(slot.practitioner) + 1

    def _whose(self, provider_: int) -> PractitionerId | None:
        people = self.practice.practitioners
        return people[provider_ - 1].id if 1 <= provider_ <= len(people) else None

    def _service(self, kind: int) -> ServiceId | None:
        return self.services[kind - 1] if 1 <= kind <= len(self.services) else None

    def _location(self, place: int) -> LocationId:
        room = next((one for one in self.practice.rooms if place in _operatories(self.practice, one.id)), None)
        return room.location if room else self.practice.locations[0].id


_STATUS = {
    "Scheduled": Status.BOOKED,
    "ASAP": Status.BOOKED,
    "Complete": Status.FULFILLED,
    "Broken": Status.NOSHOW,
    "UnschedList": Status.CANCELLED,
}


def peer(practice: Practice, *, clock: Clock, wait: Wait, visits: Sequence[Slot], days: int) -> OfficePeer:
    """An office that holds that practice's book. Implements `OpensPeer`."""
    return OfficePeer(practice, clock=clock, wait=wait, visits=visits, days=days)


def bookable(practice: Practice) -> list[Service]:
    """What Open Dental can take: visits in a room, in steps of five minutes."""
    return [one for one in practice.services if one.room_kinds and not one.length % TICK]


def world(practice: Practice, *, now: datetime, days: int) -> World:
    """The office's people, rooms and hours, before anybody has booked."""
    zone = practice.locations[0].zone
    first = wall(now, zone).date() - timedelta(days=DAYS_BACK)
    return replace(
        example_world(monday=first - timedelta(days=first.weekday())),
        zone=zone,
        clinics=(),
        providers=tuple(
            provider(number, f"P{number}", one.first_name, one.name.split()[-1])
            for number, one in enumerate(practice.practitioners, 1)
        ),
        operatories=tuple(
            operatory(place, one.name) for one in practice.rooms for place in _operatories(practice, one.id)
        ),
        appointment_types=tuple(
            appointment_type(number, one.name, "X" * (one.length // TICK))
            for number, one in enumerate(bookable(practice), 1)
        ),
        schedules=tuple(_schedules(practice, first, days + DAYS_BACK)),
        carriers=tuple(carrier(number, name) for number, name in enumerate(CARRIERS, 1)),
        patients=tuple(patient(*who) for who in OTHERS),
        appointments=(),
    )


def _operatories(practice: Practice, room: RoomId | None) -> list[int]:
    """An operatory for each who can be in the room at once."""
    counted = 0
    for one in practice.rooms:
        if one.id == room:
            return list(range(counted + 1, counted + one.capacity + 1))
        counted += one.capacity
    return []


def _schedules(practice: Practice, first: date, days: int) -> Iterator[Row]:
    count = 0
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for who, person in enumerate(practice.practitioners, 1):
            if any(begin <= day <= end for begin, end in person.away):
                continue
            for shift in person.shifts:
                if not shift.works_on(day):
                    continue
                rooms = [one.id for one in practice.rooms if one.location == shift.location]
                places = tuple(place for room in rooms for place in _operatories(practice, room))
                gaps = [edge for gap in shift.breaks for edge in (gap.start, gap.end)]
                edges = [shift.during.start, *gaps, shift.during.end]
                for start, stop in zip(edges[::2], edges[1::2], strict=True):
                    count += 1
                    yield hours(count, day, start, _end(stop), provider=who, operatories=places)


def _end(stop: time) -> time:
    """An end at midnight as Open Dental can write it."""
    return time(23, 59) if stop == time(0) else stop


def _rows(practice: Practice, visits: Sequence[Slot]) -> Iterator[Row]:
    kinds = {one.id: number for number, one in enumerate(bookable(practice), 1)}
    people = {one.id: number for number, one in enumerate(practice.practitioners, 1)}
    for count, slot in enumerate(visits, 100):
        if slot.service not in kinds or slot.room is None:
            continue
        service = practice.service(slot.service)
        lane = next((claim.lane for claim in slot.claims if claim.id == slot.room), 1)
        yield appointment(
            count,
            patient=1,
            operatory=_operatories(practice, slot.room)[lane - 1],
            at=wall(slot.during.start - service.before, practice.location(slot.location).zone).replace(tzinfo=None),
            pattern=_pattern(service, slot),
            provider=people[slot.practitioner],
            kind=kinds[slot.service],
        )


def _pattern(service: Service, slot: Slot) -> str:
    return "/" * (service.before // TICK) + "X" * (slot.during.length // TICK) + "/" * (service.after // TICK)
