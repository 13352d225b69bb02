"""Any practice's schedule, kept in a simulated athenaOne: for the certification suite and the demo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Practitioner, Service, Shift
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.peer import Asked, Filed, Standing, given_and_family
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.athenahealth.simulator import Simulator
from frontdesk.systems.athenahealth.simulator_example import CONFIRMED, MISSED, example_world
from frontdesk.systems.athenahealth.simulator_practice import World
from frontdesk.systems.athenahealth.simulator_rows import Row, number, text
from frontdesk.systems.athenahealth.simulator_webhooks import Event
from frontdesk.systems.athenahealth.simulator_world import department, kind, patient, provider, slot, visit

Id = TypeVar("Id", bound=str)

DAYS_BACK = 7
OTHERS = ((1, "Robin", "Testcase"), (2, "Avery", "Sample"))
"""Patients of the practice that the desk has never met; staff book the first."""
PERSONAL = frozenset({"GET /patients", "POST /patients", "PUT /patients/{patientid}"})
NOTICE_SECRET = "obviously-simulated"  # noqa: S105 - no real one
TOPICS = tuple(f"Appointment.{what}" for what in ("schedule", "reschedule", "cancel", "update", "check-in"))
_DAY = 24 * 60  # minutes
_STATUS = {
    "f": Status.BOOKED,
    "2": Status.CHECKED_IN,
    "3": Status.FULFILLED,
    "4": Status.FULFILLED,
    "x": Status.CANCELLED,
}


class PracticePeer:
    """A practice with athenaOne that holds a practice's schedule. Implements `Peer`.

    Everybody's hours are laid out in open slots of each service they may give, one after another: slots of two
    services overlap, and one that is booked leaves the others open.
    """

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
        self._departments = {one.id: number for number, one in enumerate(practice.locations, 1)}
        self._providers = {one.id: number for number, one in enumerate(practice.practitioners, 1)}
        self._types = {one.id: number for number, one in enumerate(bookable(practice), 1)}
        self.services = tuple(self._types)
        self.numbers: Mapping[str, object] = {
            "departments": self._departments,
            "providers": self._providers,
            "services": {id: f"type {number}" for id, number in self._types.items()},
        }
        rows = tuple(self._rows(visits, now=clock(), days=days))
        self.simulator = Simulator(world(practice, rows), clock=clock, wait=wait, keep=keep)
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._there = self.simulator.practice
        self._staff = self.simulator.front_desk

    def settings(self, address: str) -> Mapping[str, str]:
        """Address, practice and keys."""
        known = self._there.world
        return {
            "address": address,
            "practice": str(known.practice_id),
            "client_id": known.client_id,
            "client_secret": known.client_secret,
            "notice_secret": NOTICE_SECRET,
        }

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every row that is a visit."""
        return [self._standing(row) for row in self._there.appointments if row["status"] in _STATUS]

    def files(self) -> Sequence[Filed]:
        """Every patient's file."""
        return [self._filed(row) for row in self._there.patients]

    def open_file(self, patient_: Patient) -> str:
        """Staff open a file."""
        born = patient_.birth_date or date(1980, 1, 1)
        row = patient(
            self._there.patients.last + 1,
            patient_.given,
            patient_.family,
            born=f"{born}",
            phone=(patient_.phone or "")[-10:],
            email=patient_.email or "",
        )
        return str(number(self._there.patients.add(row), "patientid"))

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others into the open slot, where nobody else has the time."""
        found = self._open(slot)
        if found is None or self._is_busy(slot):
            return None
        self._staff.book(patient=OTHERS[0][0], slot=found)
        return str(found)

    def move(self, number: str, slot: Slot) -> bool:
        """Staff reschedule it to the open slot; it has that slot's number then."""
        found = self._open(slot)
        if found is None or self._is_busy(slot, besides=int(number)):
            return False
        self._staff.move(int(number), slot=found)
        return True

    def cancel(self, number: str) -> None:
        """Staff cancel it; its slot opens again."""
        self._staff.cancel(int(number))

    def mark(self, number: str, came: Came) -> None:
        """Staff begin the check-in, or cancel it as a no-show."""
        if came is Came.MISSED:
            self._staff.mark_missed(int(number))
        else:
            self._staff.start_check_in(int(number))

    async def notices(self, url: str) -> Sequence[Notice]:
        """What the Event Subscription Platform sends to that address, subscribed to when it is first asked."""
        hooks = self._there.tables["hooks"]
        if not list(hooks):
            for place, topic in enumerate(TOPICS, 1):
                hooks.put({"hookid": place, "id": f"hook-{place}", "topic": topic, "url": url, "secret": NOTICE_SECRET})
        posts: list[Notice] = []

        async def post(event: Event) -> int:
            headers = {name.lower(): value for name, value in event.headers.items()}
            posts.append(Notice(url=url, headers=headers, body=event.body.encode(), received_at=self._clock()))
            return 200

        await self.simulator.deliver(post)
        return posts

    def _standing(self, row: Row) -> Standing:
        during = self._during(row)
        own = number(row, "appointmentid")
        status = _STATUS[text(row, "status")]
        if status is Status.BOOKED and row.get("startedat"):
            status = Status.ARRIVED
        if status is Status.CANCELLED and row.get("cancelreasonid") == MISSED:
            status = Status.NOSHOW
        notes = (one for one in self._there.tables["notes"] if one.get("appointmentid") == own)
        return Standing(
            number=str(own),
            chart=str(row["patientid"]),
            during=during,
            whole=during,
            practitioner=_whose(self._providers, number(row, "providerid")),
            location=_whose(self._departments, number(row, "departmentid")) or self.practice.locations[0].id,
            service=_whose(self._types, number(row, "appointmenttypeid")),
            status=status,
            confirmed=row.get("confirmation") == CONFIRMED,
            note="\n".join(str(value) for one in notes for value in one.values() if isinstance(value, str)),
        )

    def _filed(self, row: Row) -> Filed:
        own = number(row, "patientid")
        chart = Chart(
            number=str(own),
            given=(text(row, "firstname"),),
            family=text(row, "lastname"),
            birth_date=date.fromisoformat(text(row, "dob")),
            phones=tuple(str(row[name]) for name in ("mobilephone", "homephone") if row.get(name)),
            emails=tuple(filter(None, (str(row.get("email") or ""),))),
            visits=row["status"] != "deleted",
        )
        covers = (one for one in self._there.tables["insurances"] if one["patientid"] == own)
        return Filed(
            chart=chart,
            covers=tuple((str(one["insuranceplanname"]), str(one["insuranceidnumber"])) for one in covers),
        )

    def _open(self, slot_: Slot) -> int | None:
        """The open slot of that very time, practitioner and service."""
        for row in self._there.appointments:
            same = row["providerid"] == self._providers[slot_.practitioner] and row["status"] == "o"
            if same and row["appointmenttypeid"] == self._types[slot_.service] and self._during(row) == slot_.during:
                return number(row, "appointmentid")
        return None

    def _is_busy(self, slot_: Slot, *, besides: int = 0) -> bool:
        return any(
            row["providerid"] == self._providers[slot_.practitioner]
            and row["appointmentid"] != besides
            and _STATUS.get(text(row, "status"), Status.CANCELLED).takes_time
            and self._during(row).overlaps(slot_.during)
            for row in self._there.appointments
        )

    def _during(self, row: Row) -> Period:
        start = self._there.start_of(row)
        return Period(start=start, end=start + timedelta(minutes=number(row, "duration")))

    def _rows(self, visits: Sequence[Slot], *, now: datetime, days: int) -> Iterator[Row]:
        """The visits that stand, and open slots wherever nobody comes."""
        numbers = count(10_001)
        zones = {one.id: one.zone for one in self.practice.locations}
        taken: dict[PractitionerId, list[Period]] = {}
        for one in visits:
            if one.service not in self._types:
                continue
            taken.setdefault(one.practitioner, []).append(one.during)
            shown = wall(one.during.start, zones[one.location])
            yield visit(
                slot(
                    next(numbers),
                    department=self._departments[one.location],
                    provider=self._providers[one.practitioner],
                    day=shown.date(),
                    at=f"{shown:%H:%M}",
                    kind=self._types[one.service],
                    minutes=one.during.length // timedelta(minutes=1),
                ),
                patient=OTHERS[0][0],
            )
        first = wall(now, self.practice.locations[0].zone).date() - timedelta(days=DAYS_BACK)
        for person, shift, day, start, minutes, service in _pieces(self.practice, first, days + DAYS_BACK):
            begins = instant(day, time(*divmod(start, 60)), zones[shift.location])
            during = Period(start=begins, end=begins + timedelta(minutes=minutes))
            if any(one.overlaps(during) for one in taken.get(person.id, ())):
                continue
            yield slot(
                next(numbers),
                department=self._departments[shift.location],
                provider=self._providers[person.id],
                day=day,
                at=f"{start // 60:02}:{start % 60:02}",
                kind=self._types[service.id],
                minutes=minutes,
            )


peer = PracticePeer
"""A practice that holds a practice's schedule. Implements `OpensPeer`."""


def bookable(practice: Practice) -> list[Service]:
    """What athenaOne can take: visits that need one practitioner and nothing else that is counted."""
    return [one for one in practice.services if not (one.device_kinds or one.assistants or one.places > 1)]


def world(practice: Practice, rows: Sequence[Row]) -> World:
    """The practice's places, people, types and schedule, with an insurance that patients speak of."""
    usual = example_world()
    return replace(
        usual,
        name=practice.name,
        lead=timedelta(0),
        departments=tuple(
            department(place, one.name, zone=one.zone.key, city="Austin", state="TX", zip_code="78701", phone=one.phone)
            for place, one in enumerate(practice.locations, 1)
        ),
        providers=tuple(provider(place, *given_and_family(one)) for place, one in enumerate(practice.practitioners, 1)),
        types=tuple(
            kind(place, one.name, one.length // timedelta(minutes=1)) for place, one in enumerate(bookable(practice), 1)
        ),
        reasons=(),
        mappings=(),
        packages=(*usual.packages, {"insurancepackageid": 50001, "name": "Aetna", "state": "TX"}),
        patients=tuple(patient(*who) for who in OTHERS),
        appointments=tuple(rows),
    )


def _pieces(
    practice: Practice, first: date, days: int
) -> Iterator[tuple[Practitioner, Shift, date, int, int, Service]]:
    """Each stretch for a slot: who, in which shift, on which day, from which minute of it, how many, for what."""
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for person in practice.practitioners:
            if any(begin <= day <= end for begin, end in person.away):
                continue
            for shift in person.shifts:
                if not shift.works_on(day):
                    continue
                gaps = [edge for gap in shift.breaks for edge in (gap.start, gap.end)]
                edges = [_minute(edge) for edge in (shift.during.start, *gaps)] + [_minute(shift.during.end) or _DAY]
                for service in bookable(practice):
                    if not person.roles & service.roles:
                        continue
                    lasts = service.length_with(person.id) // timedelta(minutes=1)
                    for begin, end in zip(edges[::2], edges[1::2], strict=True):
                        for start in range(begin, end - lasts + 1, lasts):
                            yield person, shift, day, start, lasts, service


def _minute(shown: time) -> int:
    """Of the day."""
    return shown.hour * 60 + shown.minute


def _whose(numbers: Mapping[Id, int], wanted: int) -> Id | None:
    """Whose number it is."""
    return next((id for id, number in numbers.items() if number == wanted), None)
