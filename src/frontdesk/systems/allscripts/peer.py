"""Any practice's schedule, kept in a simulated Practice Management: for the certification suite and the demo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
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
from frontdesk.standards.windows_zones import WINDOWS
from frontdesk.systems.allscripts.simulator import Simulator
from frontdesk.systems.allscripts.simulator_example import (
    DOCTOR_AWAY,
    PASSWORD,
    PATIENT_CALLED,
    SAID_YES,
    USER,
    example_world,
)
from frontdesk.systems.allscripts.simulator_hl7 import header, read, segment, written
from frontdesk.systems.allscripts.simulator_notices import tell_of_patient
from frontdesk.systems.allscripts.simulator_practice import (
    ARRIVED,
    BUMPED,
    CANCELLED,
    CONFIRMED,
    NO_SHOW,
    SCHEDULED,
    WAITING,
    World,
)
from frontdesk.systems.allscripts.simulator_rows import Row, number, text
from frontdesk.systems.allscripts.simulator_world import (
    appointment,
    appointment_type,
    department,
    hours,
    location,
    patient,
    practitioner,
    resource,
)

Id = TypeVar("Id", bound=str)

DAYS_BACK = 7
OTHERS = ((33_001, "Robin", "Testcase", "1980-01-01"), (33_002, "Avery", "Sample", "1981-01-01"))
"""Patients of the practice that the desk has never met; staff book the first."""
PERSONAL = frozenset({"SavePatient", "SearchPatients"})
NOTICE_SECRET = "obviously-simulated"  # noqa: S105 - no real one
DEPARTMENT = "MAIN"
_FIRST_VISIT = 9_001
_MINUTE = timedelta(minutes=1)
_DAY = 24 * 60  # minutes
_STATUS = {
    SCHEDULED: Status.BOOKED,
    CONFIRMED: Status.BOOKED,
    ARRIVED: Status.ARRIVED,
    CANCELLED: Status.CANCELLED,
    BUMPED: Status.CANCELLED,
    NO_SHOW: Status.NOSHOW,
    WAITING: Status.WAITLIST,
}


class PracticePeer:
    """A practice with Veradigm Practice Management that holds a practice's schedule. Implements `Peer`.

    Everybody who sees patients is one column of the schedule. Unity's server has one clock: that of the practice's
    first location.
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
        self._zone = practice.locations[0].zone
        self._locations = {one.id: number for number, one in enumerate(practice.locations, 1)}
        self._resources = {one.id: number for number, one in enumerate(columns(practice), 1)}
        self._types = {one.id: number for number, one in enumerate(bookable(practice), 1)}
        self.services = tuple(self._types)
        self.numbers: Mapping[str, object] = {
            "locations": {id: f"L{number}" for id, number in self._locations.items()},
            "resources": {id: f"R{number}" for id, number in self._resources.items()},
            "types": {id: f"T{number}" for id, number in self._types.items()},
            "reasons": {"patient": str(PATIENT_CALLED), "practice": str(DOCTOR_AWAY)},
            "confirmed": str(SAID_YES),
        }
        standing = replace(
            world(practice),
            hours=tuple(self._hours(now=clock(), days=days)),
            appointments=tuple(self._rows(visits)),
        )
        self.simulator = Simulator(standing, clock=clock, wait=wait, keep=keep)
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._there = self.simulator.practice
        self._staff = self.simulator.front_desk

    def settings(self, address: str) -> Mapping[str, str]:
        """Address, the app's and the user's names and passwords, and the secret of the interface engine."""
        known = self._there.world
        return {
            "address": f"{address}{self.simulator.base_path}",
            "ubiquity_id": known.ubiquity,
            "service_user": known.service_user,
            "service_password": known.service_password,
            "app_name": known.appname,
            "user": USER,
            "user_password": PASSWORD,
            "notice_secret": NOTICE_SECRET,
        }

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every visit of the schedule."""
        return [self._standing(row) for row in self._there.appointments]

    def files(self) -> Sequence[Filed]:
        """Every patient's file."""
        return [_filed(row) for row in self._there.patients]

    def open_file(self, patient_: Patient) -> str:
        """Staff open a file."""
        row = patient(
            self._there.patients.last + 1,
            patient_.given,
            patient_.family,
            born=f"{patient_.birth_date or ''}",
            cell=(patient_.phone or "")[-10:],
            email=patient_.email or "",
        )
        self._there.patients.add(row)
        tell_of_patient(self._there, row, new=True)
        self._there.write()
        return str(row["Patient_ID"])

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others; nothing keeps them from a time that is taken."""
        made = self._staff.book(
            patient=OTHERS[0][0],
            resource=self._resources[slot.practitioner],
            location=self._locations[slot.location],
            type=self._types[slot.service],
            at=self._shown(slot),
            minutes=slot.during.length // _MINUTE,
        )
        return str(made)

    def move(self, number: str, slot: Slot) -> bool:
        """Staff move it in time, or to another column; not to another location."""
        there = self._there.appointments.at(int(number))["Scheduling_Location_ID"]
        if there != self._locations[slot.location]:
            return False
        self._staff.move(int(number), at=self._shown(slot), resource=self._resources[slot.practitioner])
        return True

    def cancel(self, number: str) -> None:
        """Staff cancel it."""
        self._staff.cancel(int(number))

    def mark(self, number: str, came: Came) -> None:
        """Staff check the patient in, or mark the visit as missed."""
        if came is Came.MISSED:
            self._staff.mark_missed(int(number))
        else:
            self._staff.mark_arrived(int(number))

    async def notices(self, url: str) -> Sequence[Notice]:
        """The HL7 messages that are due, as the practice's interface engine passes them on to that address."""
        posts: list[Notice] = []

        async def post(message: bytes) -> bytes:
            headers = {"authorization": f"Bearer {NOTICE_SECRET}"}
            posts.append(Notice(url=url, headers=headers, body=message, received_at=self._clock()))
            return self._acknowledged(message)

        await self.simulator.deliver(post)
        return posts

    def _acknowledged(self, message: bytes) -> bytes:
        """The engine's word that it has a message."""
        interface, control = self._there.world.interface, read(message).value("MSH", 10)
        first = header("ACK", f"A{control}", self._there.wall(), ours=interface.theirs, theirs=interface.ours)
        return written([first, segment("MSA", {1: "AA", 2: control})]).encode()

    def _standing(self, row: Row) -> Standing:
        shown = datetime.fromisoformat(text(row, "start"))
        begins = instant(shown.date(), shown.time(), self._zone)
        during = Period(start=begins, end=begins + number(row, "minutes") * _MINUTE)
        letter = text(row, "status")
        return Standing(
            number=str(row["Appointment_ID"]),
            chart=str(row["Patient_ID"]),
            during=during,
            whole=during,
            practitioner=_whose(self._resources, number(row, "Resource_ID")),
            location=_whose(self._locations, number(row, "Scheduling_Location_ID")) or self.practice.locations[0].id,
            service=_whose(self._types, number(row, "Appointment_Type_ID")),
            status=Status.FULFILLED if row["checked_out"] else _STATUS[letter],
            confirmed=letter == CONFIRMED,
            note=text(row, "comments"),
        )

    def _shown(self, slot: Slot) -> datetime:
        """When it begins, on the server's wall clock."""
        return wall(slot.during.start, self._zone).replace(tzinfo=None)

    def _rows(self, visits: Sequence[Slot]) -> Iterator[Row]:
        """The visits that stand in the schedule from the beginning."""
        for place, one in enumerate((one for one in visits if one.service in self._types), _FIRST_VISIT):
            yield appointment(
                place,
                patient=OTHERS[0][0],
                resource=self._resources[one.practitioner],
                location=self._locations[one.location],
                type=self._types[one.service],
                at=self._shown(one),
                minutes=one.during.length // _MINUTE,
            )

    def _hours(self, *, now: datetime, days: int) -> Iterator[Row]:
        """When each column can be booked, and where."""
        first = wall(now, self._zone).date() - timedelta(days=DAYS_BACK)
        for place, (person, shift, day, begin, end) in enumerate(_pieces(self.practice, first, days + DAYS_BACK), 1):
            starts = time(*divmod(begin, 60))
            resource_, location_ = self._resources[person.id], self._locations[shift.location]
            # Work may end at midnight, which `hours` would take for the beginning of its day.
            row = hours(place, day, starts, starts, resource=resource_, location=location_)
            yield {**row, "minutes": end - begin}


peer = PracticePeer
"""A practice that holds a practice's schedule. Implements `OpensPeer`."""


def bookable(practice: Practice) -> list[Service]:
    """What Practice Management can take: a visit is booked on one column, so it needs nothing else that is counted."""
    return [one for one in practice.services if not (one.device_kinds or one.assistants or one.places > 1)]


def columns(practice: Practice) -> list[Practitioner]:
    """Whose time is a column of the schedule: whoever gives a service that can be booked."""
    kinds = bookable(practice)
    return [one for one in practice.practitioners if any(one.roles & kind.roles for kind in kinds)]


def world(practice: Practice) -> World:
    """The practice's places, people and types, with no hours and no visits yet.

    Abbreviations are L, R and T with the number of the location, the resource and the type; a resource has its
    practitioner's number, and takes the types of that practitioner's roles.
    """
    zone = practice.locations[0].zone
    kinds = bookable(practice)
    people = list(enumerate(columns(practice), 1))
    return replace(
        example_world(),
        name=practice.name,
        zone=zone,
        windows_zone=next((name for name, key in WINDOWS.items() if key == zone.key), zone.key),
        departments=(department(1, DEPARTMENT, practice.name),),
        locations=tuple(
            location(place, f"L{place}", one.name, department=DEPARTMENT)
            for place, one in enumerate(practice.locations, 1)
        ),
        practitioners=tuple(practitioner(place, f"R{place}", *given_and_family(one)) for place, one in people),
        resources=tuple(
            resource(
                place,
                f"R{place}",
                one.name,
                practitioner=place,
                types=[type for type, service in enumerate(kinds, 1) if one.roles & service.roles],
            )
            for place, one in people
        ),
        appointment_types=tuple(
            appointment_type(place, f"T{place}", one.name, one.length // _MINUTE) for place, one in enumerate(kinds, 1)
        ),
        blocks=(),
        patients=tuple(patient(own, first, last, born=born) for own, first, last, born in OTHERS),
        appointments=(),
    )


def _pieces(practice: Practice, first: date, days: int) -> Iterator[tuple[Practitioner, Shift, date, int, int]]:
    """Each stretch of work between breaks: whose, in which shift, on which day, from which minute of it to which."""
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for person in columns(practice):
            if any(begin <= day <= end for begin, end in person.away):
                continue
            for shift in person.shifts:
                if not shift.works_on(day):
                    continue
                gaps = sorted(shift.breaks, key=lambda gap: gap.start)
                begins = [_minute(shift.during.start), *(_minute(gap.end) or _DAY for gap in gaps)]
                ends = [*(_minute(gap.start) for gap in gaps), _minute(shift.during.end) or _DAY]
                for begin, end in zip(begins, ends, strict=True):
                    if begin < end:
                        yield person, shift, day, begin, end


def _filed(row: Row) -> Filed:
    born = text(row, "DOB")
    return Filed(
        chart=Chart(
            number=str(row["Patient_ID"]),
            given=(text(row, "First_Name"),),
            family=text(row, "Last_Name"),
            birth_date=date.fromisoformat(born) if born else None,
            phones=tuple(filter(None, (text(row, "Cell_Phone"), text(row, "HomePhone")))),
            emails=tuple(filter(None, (text(row, "Email_Address"),))),
        )
    )


def _minute(shown: time) -> int:
    """Of the day."""
    return shown.hour * 60 + shown.minute


def _whose(numbers: Mapping[Id, int], wanted: int) -> Id | None:
    """Whose number it is."""
    return next((id for id, number in numbers.items() if number == wanted), None)
