"""Any practice's book, kept in a simulated Millennium domain: for the certification suite and the demo."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Practitioner, Service, Shift
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.fhir_values import Json, Resource, as_instant, elements_at, id_in, text_at
from frontdesk.standards.simulating.peer import Asked, Filed, Standing, given_and_family
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.cerner import simulator_world
from frontdesk.systems.cerner.simulator import Simulator
from frontdesk.systems.cerner.simulator_domain import end_of, location_of, patient_of, referred, start_of
from frontdesk.systems.cerner.simulator_world import World, organization

Id = TypeVar("Id", bound=str)

DAYS_BACK = 7
TENANT = "00000000-1111-4222-8333-555555555555"
HOSPITAL, PAYER = "675844", "643847"
PAYER_NAME = "Aetna"
OTHERS = (("13500101", "Robin", "Testcase"), ("13500102", "Avery", "Sample"))
"""Patients of the domain that the desk has never met; staff book the first."""
PERSONAL = frozenset({"GET /Patient", "POST /Patient", "PATCH /Patient/{id}", "POST /Coverage"})
_FIRST_PLACE, _FIRST_PERSON, _FIRST_TYPE, _FIRST_SLOT = 21_304_876, 4_122_001, 24_477_854, 63_001_122
_FIRST_VISIT = 20_400_001
_DAY = 24 * 60  # minutes


class DomainPeer:
    """A clinic group on Millennium that holds a practice's book. Implements `Peer`.

    Everybody's hours are laid out in slots of each service they may give, one after another: slots of two services
    overlap, and one that is booked fills the others.
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
        self._places = {one.id: str(number) for number, one in enumerate(practice.locations, _FIRST_PLACE)}
        self._people = {one.id: str(number) for number, one in enumerate(practice.practitioners, _FIRST_PERSON)}
        self._types = {one.id: str(number) for number, one in enumerate(bookable(practice), _FIRST_TYPE)}
        self.services = tuple(self._types)
        self.numbers: Mapping[str, object] = {
            "locations": dict(self._places),
            "practitioners": dict(self._people),
            "services": dict(self._types),
            "payers": {PAYER_NAME: PAYER},
        }
        self._kinds = {
            id: simulator_world.appointment_type(TENANT, code, practice.service(id).name)
            for id, code in self._types.items()
        }
        self.simulator = Simulator(self._world(visits, now=clock(), days=days), clock=clock, wait=wait, keep=keep)
        self.application = self.simulator
        self.faults = self.simulator.faults
        self._there = self.simulator.domain
        self._staff = self.simulator.front_desk

    def settings(self, address: str) -> Mapping[str, str]:
        """The domain's FHIR address, the app's keys, and who enrols patients."""
        return {
            "address": f"{address}{self.simulator.base_path}",
            "client_id": self._there.world.client_id,
            "client_secret": self._there.world.client_secret,
            "organization": HOSPITAL,
        }

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        return [Asked(call=one.call, sent=f"{one.path}?{one.query} {one.body}") for one in self.simulator.heard]

    def visits(self) -> Sequence[Standing]:
        """Every appointment that has a time."""
        return [self._standing(one) for one in self._there.store.all("Appointment") if one.get("start")]

    def files(self) -> Sequence[Filed]:
        """Every patient."""
        return [self._filed(one) for one in self._there.store.all("Patient")]

    def open_file(self, patient: Patient) -> str:
        """Staff register a patient."""
        id = self._there.store.new_id()
        self._there.store.put(
            simulator_world.patient(
                id,
                patient.given,
                patient.family,
                born=f"{patient.birth_date or date(1980, 1, 1)}",
                phones=((patient.phone or "")[-10:],),
                email=patient.email or "",
                organization=HOSPITAL,
            )
        )
        return id

    def book(self, slot: Slot) -> str | None:
        """Staff book the first of the others into the free slot of that time."""
        found = self._free(slot)
        return None if found is None else self._staff.book(patient=OTHERS[0][0], slot=found)

    def move(self, number: str, slot: Slot) -> bool:
        """Staff put it in the free slot of that time; it keeps its id."""
        found = self._free(slot)
        if found is None:
            return False
        self._staff.move(number, slot=found)
        return True

    def cancel(self, number: str) -> None:
        """Staff cancel it; its slot is free again."""
        self._staff.cancel(number)

    def mark(self, number: str, came: Came) -> None:
        """Staff note that the patient is there, or that they did not come."""
        self._staff.mark(number, "noshow" if came is Came.MISSED else "arrived")

    async def notices(self, url: str) -> Sequence[Notice]:
        """None: no webhook is published."""
        return []

    def _standing(self, row: Resource) -> Standing:
        during = Period(start=start_of(row), end=end_of(row))
        patient = patient_of(row)
        return Standing(
            number=text_at(row, "id"),
            chart=patient,
            during=during,
            whole=during,
            practitioner=_whose(self._people, referred(row, "Practitioner")),
            location=_whose(self._places, referred(row, "Location")) or self.practice.locations[0].id,
            service=_whose(self._types, [text_at(row, "serviceType", 0, "coding", 0, "code")]),
            status=Status(text_at(row, "status")),
            confirmed=any(
                text_at(one, "actor", "reference") == f"Patient/{patient}" and one.get("status") == "accepted"
                for one in elements_at(row, "participant")
            ),
            note=text_at(row, "comment"),
        )

    def _filed(self, row: Resource) -> Filed:
        contacts = elements_at(row, "telecom")
        chart = Chart(
            number=text_at(row, "id"),
            given=(text_at(row, "name", 0, "given", 0),),
            family=text_at(row, "name", 0, "family"),
            birth_date=date.fromisoformat(text_at(row, "birthDate")) if "birthDate" in row else None,
            phones=tuple(text_at(one, "value") for one in contacts if one.get("system") == "phone"),
            emails=tuple(text_at(one, "value") for one in contacts if one.get("system") == "email"),
            visits=row.get("active") is True,
        )
        own = f"Patient/{chart.number}"
        covers = (one for one in self._there.store.all("Coverage") if text_at(one, "beneficiary", "reference") == own)
        papers = (
            one for one in self._there.store.all("DocumentReference") if text_at(one, "subject", "reference") == own
        )
        return Filed(
            chart=chart,
            covers=tuple((self._payer(one), text_at(one, "subscriberId")) for one in covers),
            papers=tuple(text_at(one, "type", "text") for one in papers),
        )

    def _payer(self, cover: Resource) -> str:
        id = id_in(text_at(cover, "payor", 0, "reference"), "Organization")
        return text_at(self._there.get("Organization", id), "name")

    def _free(self, slot: Slot) -> str | None:
        """The free slot of that very time, practitioner, place and service."""
        who, start = f"Practitioner/{self._people[slot.practitioner]}", as_instant(slot.during.start)
        for row in self._there.store.all("Slot"):
            same = row["start"] == start and row["status"] == "free" and end_of(row) == slot.during.end
            kind = text_at(row, "serviceType", 0, "coding", 0, "code") == self._types[slot.service]
            if same and kind and location_of(row) == self._places[slot.location] and who in self._there.actors_of(row):
                return text_at(row, "id")
        return None

    def _world(self, visits: Sequence[Slot], *, now: datetime, days: int) -> World:
        practice = self.practice
        first = wall(now, practice.locations[0].zone).date() - timedelta(days=DAYS_BACK)
        slots = list(self._slots(first, days + DAYS_BACK))
        held = [one for one in visits if one.service in self._types]
        times = {as_instant(one.during.start) for one in held}
        named = {
            (text_at(one, "start"), text_at(one, "end"), text_at(schedule, "actor", 0, "reference")): text_at(one, "id")
            for one, schedule in slots
            if one["start"] in times
        }
        return World(
            tenant=TENANT,
            name=practice.name,
            zone=practice.locations[0].zone,
            organization=HOSPITAL,
            resources=(
                organization(HOSPITAL, practice.name),
                organization(PAYER, PAYER_NAME),
                *(
                    simulator_world.location(
                        self._places[one.id],
                        one.name,
                        physical="wa",
                        role="OF",
                        organization=HOSPITAL,
                        phone=one.phone or "",
                    )
                    for one in practice.locations
                ),
                *(
                    simulator_world.practitioner(
                        self._people[one.id], *given_and_family(one), npi=f"{1_999_999_900 + place}"
                    )
                    for place, one in enumerate(practice.practitioners, 1)
                ),
                *(simulator_world.patient(*who, organization=HOSPITAL) for who in OTHERS),
                *(part for pair in slots for part in pair),
                *(self._visit(f"{number}", one, named) for number, one in enumerate(held, _FIRST_VISIT)),
            ),
        )

    def _visit(self, id: str, slot: Slot, slots: Mapping[tuple[str, str, str], str]) -> Resource:
        """A visit that staff booked, in a slot or beside all of them."""
        who = f"Practitioner/{self._people[slot.practitioner]}"
        start, end = as_instant(slot.during.start), as_instant(slot.during.end)
        in_slot: Sequence[Json] = (
            [{"reference": f"Slot/{slots[start, end, who]}"}] if (start, end, who) in slots else []
        )
        actors = (
            (who, "accepted"),
            (f"Patient/{OTHERS[0][0]}", "tentative"),
            (f"Location/{self._places[slot.location]}", "accepted"),
        )
        return {
            "resourceType": "Appointment",
            "id": id,
            "meta": {"lastUpdated": simulator_world.LONG_AGO},
            "status": "booked",
            "serviceType": [self._kinds[slot.service]],
            "start": start,
            "end": end,
            "minutesDuration": slot.during.length // timedelta(minutes=1),
            "slot": in_slot,
            "participant": [
                {"actor": {"reference": actor}, "required": "required", "status": status} for actor, status in actors
            ],
        }

    def _slots(self, first: date, days: int) -> Iterator[tuple[Resource, Resource]]:
        numbers = count(_FIRST_SLOT)
        zones = {one.id: one.zone for one in self.practice.locations}
        for person, shift, day, start, minutes, service in _pieces(self.practice, first, days):
            zone = zones[shift.location]
            yield _slot(
                (self._types[service.id], service.name),
                self._places[shift.location],
                self._people[person.id],
                next(numbers),
                instant(day, time(*divmod(start, 60)), zone).astimezone(UTC),
                minutes,
                zone,
            )


peer = DomainPeer
"""A domain that holds a practice's book. Implements `OpensPeer`."""


@lru_cache(maxsize=50_000)
def _slot(
    kind: tuple[str, str], location: str, practitioner: str, number: int, at: datetime, minutes: int, zone: ZoneInfo
) -> tuple[Resource, Resource]:
    """A free slot and its schedule; the same for every domain of one practice, of which a suite opens many."""
    return simulator_world.slot(
        kind=simulator_world.appointment_type(TENANT, *kind),
        location=location,
        practitioner=practitioner,
        number=number,
        at=at,
        minutes=minutes,
        zone=zone,
    )


def bookable(practice: Practice) -> list[Service]:
    """What a slot can be for here: visits that need one practitioner and nothing else that is counted."""
    return [one for one in practice.services if not (one.device_kinds or one.assistants or one.places > 1)]


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


def _whose(numbers: Mapping[Id, str], found: Sequence[str]) -> Id | None:
    """Whose number is among them."""
    return next((id for id, number in numbers.items() if number in found), None)
