"""Any practice's schedule, kept in a simulated hospital with Epic: for the certification suite and the demo."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Practitioner, Service, Shift
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.peer import Asked, Filed, Standing, given_and_family
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.epic.simulator import Simulator
from frontdesk.systems.epic.simulator_hospital import World, end_of, start_of
from frontdesk.systems.epic.simulator_key import KEY_ID, simulated_key
from frontdesk.systems.epic.simulator_rows import Row, fhir_id, text
from frontdesk.systems.epic.simulator_visits import Place, obstacle
from frontdesk.systems.epic.simulator_world import department, does, openings, patient, provider, visit, visit_type

Id = TypeVar("Id", bound=str)

DAYS_BACK = 7
GRAIN = 15  # minutes of a piece of a template
PAGE = 50
"""Times that `$find` gives at once; the vendor's number is not known."""
OTHERS = (("3258501", "Robin", "Testcase"), ("3258502", "Avery", "Sample"))
"""Patients of the hospital that the desk has never met; staff book the first."""
LINE = {"orders_to": "localhost:1"}
"""Opens the interface for HL7 orders; nothing listens there, for messages are carried in the process."""
PERSONAL = frozenset({"POST /FHIR/R4/Patient/$match", "POST /FHIR/R4/Patient"})


class HospitalPeer:
    """A hospital with Epic that holds a practice's schedule. Implements `Peer` and `HearsMessages`.

    Everybody's hours are templates in pieces of a quarter of an hour, in which any visit type of theirs may begin.
    """

    personal = PERSONAL
    line: Mapping[str, str] = LINE

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
        self.practice = _as_kept(practice)
        self._departments = {one.id: str(number) for number, one in enumerate(practice.locations, 601)}
        self._providers = {one.id: f"E{number}" for number, one in enumerate(practice.practitioners, 1001)}
        self._types = {one.id: str(number) for number, one in enumerate(bookable(practice), 95001)}
        self.services = tuple(self._types)
        self.numbers: Mapping[str, object] = {
            "locations": {id: fhir_id("Location", there) for id, there in self._departments.items()},
            "practitioners": {id: fhir_id("Practitioner", there) for id, there in self._providers.items()},
            "services": self._types,
        }
        rows = tuple(self._visits(visits))
        templates = tuple(self._templates(now=clock(), days=days))
        self.simulator = Simulator(self._world(rows, templates), clock=clock, wait=wait, keep=keep)
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._there = self.simulator.hospital
        self._staff = self.simulator.front_desk

    def settings(self, address: str) -> Mapping[str, str]:
        """Address, key, and the two systems of numbers."""
        known = self._there.world
        return {
            "address": f"{address}/{known.instance}",
            "client_id": known.client_id,
            "private_key": simulated_key().as_pem(private=True).decode(),
            "key_id": KEY_ID,
            "user": known.user_id,
            "visit_types": known.visit_type_system,
            "contacts": known.csn_system,
        }

    async def receive(self, octets: bytes) -> bytes | None:
        """What the hospital's Incoming Appointment Scheduling acknowledges."""
        return await self.simulator.receive(octets)

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every visit, cancelled ones too."""
        return [self._standing(row) for row in self._there.visits]

    def files(self) -> Sequence[Filed]:
        """Every patient's file."""
        return [self._filed(row) for row in self._there.patients]

    def open_file(self, patient_: Patient) -> str:
        """Staff open a file, whether or not one like it is there."""
        born = patient_.birth_date or date(1980, 1, 1)
        digits = (patient_.phone or "")[-10:]
        row = patient(
            str(self._there.patients.next),
            patient_.given,
            patient_.family,
            born=f"{born}",
            mobile=f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else "",
            email=patient_.email or "",
        )
        return text(self._there.patients.put(row), "fhirid")

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others, where the time is open."""
        place = self._place(slot)
        if obstacle(self._there, place):
            return None
        csn = self._staff.book(
            patient=OTHERS[0][0],
            provider=place.provider,
            department=place.department,
            visit_type=place.visit_type,
            at=self._shown(slot),
        )
        return text(self._there.row(self._there.visits, csn), "fhirid")

    def move(self, number: str, slot: Slot) -> bool:
        """Staff move it, with its practitioner: it is cancelled there, and another made."""
        old = self._row(number)
        if old["provider"] != self._providers[slot.practitioner] or obstacle(self._there, self._place(slot)):
            return False
        self._staff.move(text(old, "csn"), at=self._shown(slot))
        return True

    def cancel(self, number: str) -> None:
        """Staff cancel it; its time opens again."""
        self._staff.cancel(text(self._row(number), "csn"))

    def mark(self, number: str, came: Came) -> None:
        """Staff check the patient in, or note that they never came."""
        csn = text(self._row(number), "csn")
        if came is Came.MISSED:
            self._staff.mark_missed(csn)
        else:
            self._staff.mark_arrived(csn)

    async def notices(self, url: str) -> Sequence[Notice]:
        """None: Epic has no webhook."""
        return []

    def _row(self, number: str) -> Row:
        return next(row for row in self._there.visits if row["fhirid"] == number)

    def _standing(self, row: Row) -> Standing:
        during = Period(start=start_of(row), end=end_of(row))
        return Standing(
            number=text(row, "fhirid"),
            chart=text(self._there.row(self._there.patients, text(row, "patient")), "fhirid"),
            during=during,
            whole=during,
            practitioner=_whose(self._providers, row["provider"]),
            location=_whose(self._departments, row["department"]) or self.practice.locations[0].id,
            service=_whose(self._types, row["visittype"]),
            status=Status(text(row, "status")),
            note=text(row, "notes"),
        )

    def _filed(self, row: Row) -> Filed:
        own = text(row, "patient")
        chart = Chart(
            number=text(row, "fhirid"),
            given=(text(row, "first"),),
            family=text(row, "last"),
            birth_date=date.fromisoformat(text(row, "born")),
            phones=tuple(text(row, name) for name in ("mobile", "home") if row[name]),
            emails=tuple(filter(None, (text(row, "email"),))),
            visits=not row["mergedinto"],
        )
        covers = ((text(one, "payer"), text(one, "member")) for one in self._there.coverages.find(patient=own))
        papers = (text(one, "document") for one in self._there.documents.find(patient=own))
        return Filed(chart=chart, covers=tuple(covers), papers=tuple(papers))

    def _place(self, slot: Slot) -> Place:
        return Place(
            patient=OTHERS[0][0],
            provider=self._providers[slot.practitioner],
            department=self._departments[slot.location],
            visit_type=self._types[slot.service],
            start=slot.during.start,
        )

    def _shown(self, slot: Slot) -> str:
        return f"{wall(slot.during.start, self.practice.location(slot.location).zone):%Y-%m-%dT%H:%M}"

    def _world(self, visits: Sequence[Row], templates: Sequence[Row]) -> World:
        """The practice's places, people, visit types and book."""
        ours = self.practice
        return World(
            name=ours.name,
            client_keys=json.dumps({"keys": [simulated_key().as_dict(private=False)]}),
            find_page=PAGE,
            departments=tuple(
                department(
                    self._departments[one.id],
                    one.name,
                    zone=one.zone.key,
                    title="Local Time",
                    short="LT",
                    city="Austin",
                    state="TX",
                    phone="512-555-0100",
                )
                for one in ours.locations
            ),
            providers=tuple(
                provider(self._providers[one.id], *given_and_family(one), degree="") for one in ours.practitioners
            ),
            visit_types=tuple(
                visit_type(self._types[one.id], one.name, one.length // timedelta(minutes=1)) for one in bookable(ours)
            ),
            does=tuple(self._does()),
            patients=tuple(patient(*who) for who in OTHERS),
            openings=tuple(templates),
            visits=tuple(visits),
        )

    def _does(self) -> Iterator[Row]:
        numbers = count(1)
        for person in self.practice.practitioners:
            for place in {shift.location: None for shift in person.shifts}:
                for service in bookable(self.practice):
                    if person.roles & service.roles:
                        yield does(
                            next(numbers),
                            provider=self._providers[person.id],
                            visit_type=self._types[service.id],
                            department=self._departments[place],
                        )

    def _visits(self, visits: Sequence[Slot]) -> Iterator[Row]:
        numbers = count(256_594_001)
        for one in visits:
            if one.service in self._types:
                yield visit(
                    str(next(numbers)),
                    patient=OTHERS[0][0],
                    provider=self._providers[one.practitioner],
                    department=self._departments[one.location],
                    visit_type=self._types[one.service],
                    at=self._shown(one),
                    minutes=one.during.length // timedelta(minutes=1),
                    zone=self.practice.location(one.location).zone.key,
                )

    def _templates(self, *, now: datetime, days: int) -> Iterator[Row]:
        """Everybody's hours; a time that the clock on the wall leaves out in spring is in nobody's."""
        zones = {one.id: one.zone for one in self.practice.locations}
        first = wall(now, self.practice.locations[0].zone).date() - timedelta(days=DAYS_BACK)
        for person, shift, day, begins, ends in _stretches(self.practice, first, days + DAYS_BACK):
            last = f"{ends:%H:%M}" if ends != time(0) else "23:59"
            where = self._departments[shift.location]
            for piece in openings(self._providers[person.id], where, day, first=f"{begins:%H:%M}", last=last):
                shown = time.fromisoformat(text(piece, "time"))
                if wall(instant(day, shown, zones[shift.location]), zones[shift.location]).time() == shown:
                    yield piece


peer = HospitalPeer
"""A hospital that holds a practice's schedule. Implements `OpensPeer`."""


def bookable(practice: Practice) -> list[Service]:
    """What the public interface can take: visits that need one practitioner and nothing else that is counted."""
    return [one for one in practice.services if not (one.device_kinds or one.assistants or one.places > 1)]


def _as_kept(practice: Practice) -> Practice:
    """The practice as Epic can keep it: a visit type takes the same time with everybody."""
    return replace(practice, services=tuple(replace(one, lengths={}) for one in practice.services))


def _stretches(practice: Practice, first: date, days: int) -> Iterator[tuple[Practitioner, Shift, date, time, time]]:
    """Each stretch of work without a break: who, in which shift, on which day, from when to when."""
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for person in practice.practitioners:
            if any(begin <= day <= end for begin, end in person.away):
                continue
            for shift in person.shifts:
                if shift.works_on(day):
                    gaps = [edge for gap in shift.breaks for edge in (gap.start, gap.end)]
                    edges = [shift.during.start, *gaps, shift.during.end]
                    for begins, ends in zip(edges[::2], edges[1::2], strict=True):
                        yield person, shift, day, begins, ends


def _whose(numbers: Mapping[Id, str], wanted: object) -> Id | None:
    """Whose number it is."""
    return next((id for id, number in numbers.items() if number == wanted), None)
