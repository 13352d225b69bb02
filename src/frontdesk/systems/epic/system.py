"""The schedule of a hospital with Epic. Implements `ports.System` and some of `ports.abilities`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status, Subject
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Service
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Came
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.standards.fhir_scheduling import appointments as fhir
from frontdesk.standards.fhir_scheduling.values import Coding
from frontdesk.standards.openings import allowed
from frontdesk.systems.epic.book import Book
from frontdesk.systems.epic.booking import Booking
from frontdesk.systems.epic.changing import called_off, seen
from frontdesk.systems.epic.charts import Files, finding
from frontdesk.systems.epic.client import NAME, Client, NotThere
from frontdesk.systems.epic.interface import Interface, interface_of
from frontdesk.systems.epic.mapping import Numbers, appointment, openings, patient_in
from frontdesk.systems.epic.marking import followed
from frontdesk.systems.epic.numbers import read_numbers
from frontdesk.systems.epic.tokens import Keys, Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.together import together

_PIECE = timedelta(days=1)
"""A search tells its times page by page, one after another; so days are asked for side by side."""
_BACK, _AHEAD = timedelta(days=366), timedelta(days=731)
"""Visits whose time lies so far back or ahead are listed."""
_OVER = frozenset({Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED})


class Epic:
    """One hospital's schedule. `numbers` says which of its places, people and visit types are ours."""

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        *,
        practice: ReadPractice,
        charts: Charts,
        free_times: FreeTimes,
        clock: Clock,
        interface: Interface | None = None,
    ) -> None:
        """`interface`: the way to its incoming appointment scheduling; None where the hospital opened none to us."""
        self._client = client
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._files = Files(client=client, charts=charts)
        self._free_times = free_times
        self._clock = clock
        self._interface = interface

    async def close(self) -> None:
        """Part from Epic."""
        await self._client.close()
        if self._interface is not None:
            await self._interface.line.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """What Epic offers of a visit type, as far as the practice's files allow it, soonest first; [] when none fits.

        A time that the clock on the wall shows twice, or that lasts over a change of the clock, is left out.
        Raises: Unreachable (nothing was read), NotPermitted (the service has no visit type, or Epic does not know it).
        """
        book = await self._book()
        practice, numbers = book.practice, book.numbers
        service = practice.service(wanted.service)
        coding = _coding(service, numbers)
        now = self._clock.now()
        places = [there for id, there in numbers.locations.items() if wanted.location in {None, id}]
        people = {one.id for one in practice.qualified(service) if wanted.practitioner in {None, one.id}}
        if wanted.within.end <= now or not people & numbers.practitioners.keys():
            return []
        start, end = (_second(one) for one in (max(now, wanted.within.start), wanted.within.end))
        pieces = _pieces(Period(start=start, end=end)) if start < end else []
        parts = await together(
            *(book.offers(piece, location=place, coding=coding, chart=None) for place in places for piece in pieces)
        )
        found = openings((offer for part in parts for offer in part), service.id, numbers)
        return allowed(
            [one for one, _ in found if one.practitioner in people],
            service,
            wanted=wanted,
            practice=practice,
            now=now,
            free_times=self._free_times,
        )

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Never: no public call holds a time. The desk holds it. Raises: Refused."""
        raise Refused(f"{NAME} cannot hold a time; hold it on the desk's own side, as its manifest says.")

    async def release(self, held: AppointmentId) -> None:
        """Nothing is held here, so nothing is given back."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the time on the patient's file, found or opened. The same key again finds the same visit.

        `held` is the desk's own and means nothing here. What comes back was read from Epic after it was booked.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        book = await self._book()
        _coding(book.practice.service(slot.service), book.numbers)
        chart = await self._files.there(patient)
        if chart is None:
            if await book.offered(slot, None) is None:  # no file is opened for a time that is gone
                return Taken(by=Subject.PRACTITIONER)
            chart = await self._files.for_visit(patient)
        try:
            booked = await Booking(book=book, slot=slot, chart=chart, key=key).done()
        except NotThere:
            other = await self._files.anew(patient, chart)
            if other is None:
                raise
            booked = await Booking(book=book, slot=slot, chart=other, key=key).done()
        if isinstance(booked, Taken):
            return booked
        ours = appointment(await followed(booked, book), book.numbers, patient, booked_as=slot.service)
        if ours is None:
            raise OutcomeUnknown(f"{NAME} booked a visit at a place that has no id here. Staff must look.")
        return Booked(appointment=ours)

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: the patient's at that time with that practitioner, or by its mark.

        Raises: Unreachable, NotPermitted.
        """
        book = await self._book()
        chart = await self._files.there(patient)
        if chart is None:
            return Missing()
        found = await Booking(book=book, slot=slot, chart=chart, key=key).standing()
        other = await self._files.anew(patient, chart) if found is None else None
        if other is not None:
            found = await Booking(book=book, slot=slot, chart=other, key=key).standing()
        if found is None:
            return Missing()
        return appointment(await followed(found, book), book.numbers, patient, booked_as=slot.service) or Missing()

    async def move(self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None) -> Moved:
        """Never: no public call moves a visit. The desk books the new time, then cancels the old. Raises: Refused."""
        raise Refused(f"{NAME} cannot move a visit; book the new time, then cancel the old, as its manifest says.")

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now; one that staff have moved has another id from then on."""
        book = await self._book()
        found = await self._now(id, book)
        return (await self._as_ours(found, book) if found is not None else None) or Missing()

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients at our places, a year back and two ahead, soonest first, cancelled ones too."""
        book = await self._book()
        now = self._clock.now()
        parts = await together(*(self._visits(patient, now, book) for patient in patients))
        return sorted((one for part in parts for one in part), key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Cancel a visit, with the reason in words. Cancelled twice is cancelled.

        Raises: Refused (the patient has come, or Epic does not cancel it from outside), Unreachable, OutcomeUnknown,
        NotPermitted.
        """
        book = await self._book()
        found = await self._now(id, book)
        before = await self._as_ours(found, book) if found is not None else None
        if found is None or before is None:
            return Missing()
        if before.status in _OVER:
            raise Refused(f"The patient has come to this visit, or it has taken place; {NAME} does not cancel it.")
        if before.status.takes_time:
            await called_off(found, reason, book, self._interface)
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The files that Epic itself takes for this patient's, likely or not."""
        return list(await finding(self._client)(sought))

    async def mark(self, id: AppointmentId, came: Came) -> Appointment | Missing:
        """Note there by HL7 that the patient has come, or has not, and read it back.

        Raises: Refused (its time has not come, it stands otherwise, or the hospital does not take it), Unreachable,
        OutcomeUnknown, NotPermitted (it takes no HL7 orders of ours).
        """
        if self._interface is None:
            raise NotPermitted(f"{NAME} is told of arrivals by HL7 only, and no way there is set. Staff enter them.")
        book = await self._book()
        found = await self._now(id, book)
        if found is None or await self._as_ours(found, book) is None:
            return Missing()
        after = await seen(found, came, book, self._interface)
        return (await self._as_ours(after, book) if after is not None else None) or Missing()

    async def _book(self) -> Book:
        practice = await self._practice()
        return Book(client=self._client, numbers=self._numbers.within(practice), practice=practice)

    async def _now(self, id: AppointmentId, book: Book) -> fhir.Appointment | None:
        found = await book.visit(id)
        return await followed(found, book) if found is not None else None

    async def _visits(self, patient: PatientId, now: datetime, book: Book) -> list[Appointment]:
        chart = await self._charts.chart_of(patient)
        if chart is None:
            return []
        within = Period(start=now - _BACK, end=now + _AHEAD)
        found = await book.visits_of(chart, within)
        other = None if found else await self._files.anew(patient, chart)
        if other is not None:
            found = await book.visits_of(other, within)
        ours = (appointment(one, book.numbers, patient) for one in found if one.status is not Status.PROPOSED)
        return [one for one in ours if one is not None]

    async def _as_ours(self, found: fhir.Appointment, book: Book) -> Appointment | None:
        chart = patient_in(found)
        return appointment(found, book.numbers, await self._charts.patient_of(chart) if chart else None)


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Epic:
    """The hospital of these settings; `numbers` as docs/systems/epic.md shows. Implements `ports.Connects`.

    Raises: NotPermitted, Impossible, DocumentWrong.
    """
    for name in ("address", "client_id", "private_key", "user", "visit_types", "contacts"):
        if not settings.get(name):
            raise Impossible(f"systems.epic.{name} is missing. docs/systems/epic.md says where the hospital finds it.")
    keys = Keys(client_id=settings["client_id"], private_key=settings["private_key"], key_id=settings.get("key_id", ""))
    ids = read_numbers(numbers, visit_types=settings["visit_types"], contacts=settings["contacts"])
    address = settings["address"]
    http = HttpClient(address, system=NAME, budget=outside.budget, gate=outside.gate, stand_in=outside.stand_in)
    client = Client(
        http,
        Tokens(http, keys, outside.clock, address=address),
        address=address,
        user=settings["user"],
        user_kind=settings.get("user_kind") or "External",
    )
    return Epic(
        client,
        ids,
        practice=outside.practice,
        charts=outside.charts,
        free_times=outside.free_times,
        clock=outside.clock,
        interface=interface_of(settings, outside),
    )


def _second(moment: datetime) -> datetime:
    """The first whole second that is not before a moment: no client was seen to ask in smaller parts."""
    return (moment + timedelta(microseconds=999_999)).replace(microsecond=0)


def _pieces(within: Period) -> list[Period]:
    """A stretch in days, the last as long as what is left."""
    days = -((within.start - within.end) // _PIECE)
    starts = [within.start + _PIECE * day for day in range(days)]
    return [Period(start=start, end=min(start + _PIECE, within.end)) for start in starts]


def _coding(service: Service, numbers: Numbers) -> Coding:
    """What Epic books a service as. Raises: NotPermitted."""
    coding = numbers.coding(service.id)
    if coding is None:
        raise NotPermitted(f"Service {service.id} has no visit type in {NAME}. Give it one.")
    return coding
