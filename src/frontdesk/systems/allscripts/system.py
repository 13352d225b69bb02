"""The schedule of a practice with Veradigm Practice Management. Implements `ports.System`, and abilities beyond it."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status, Subject
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Service
from frontdesk.domain.time import wall
from frontdesk.ports.abilities import Came, Changes, Notice, Told
from frontdesk.ports.budget import Budget
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.standards.open_times import offered
from frontdesk.standards.wall_times import told_apart
from frontdesk.systems.allscripts.booking import Book, Booking, taken_out
from frontdesk.systems.allscripts.charts import Files, finding, updated
from frontdesk.systems.allscripts.client import NAME, Client
from frontdesk.systems.allscripts.directory import listed, read_directory
from frontdesk.systems.allscripts.following import followed
from frontdesk.systems.allscripts.lists import Lists
from frontdesk.systems.allscripts.mapping import Numbers, Visit, appointment
from frontdesk.systems.allscripts.marking import confirmed, seen
from frontdesk.systems.allscripts.notices import heard
from frontdesk.systems.allscripts.numbers import read_numbers
from frontdesk.systems.allscripts.office import open_times
from frontdesk.systems.allscripts.sessions import Keys
from frontdesk.systems.allscripts.times import server_now
from frontdesk.wire.client import HttpClient
from frontdesk.wire.together import together

_STRETCH = timedelta(days=15)
"""Days of open times in one question; more days are asked for side by side."""


class Allscripts:
    """One practice's schedule. `numbers` says which of its locations, resources and types are ours.

    `notice_secret` "": no HL7 message is believed.
    """

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        *,
        practice: ReadPractice,
        charts: Charts,
        free_times: FreeTimes,
        clock: Clock,
        notice_secret: str = "",
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._files = Files(client=client, charts=charts)
        self._free_times = free_times
        self._clock = clock
        self._notice_secret = notice_secret
        self._lists = Lists(client, clock)

    async def close(self) -> None:
        """Part from Unity."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Open times that can be booked as they stand, soonest first; [] when none fits.

        Unity's own, as far as the practice's files allow them. A time that the clock on the wall shows twice, or that
        lasts over a change of the clock, is left out.
        Raises: Unreachable (nothing was read), NotPermitted (the app or the user lacks reading, or the service a type).
        """
        book = await self._known()
        service = book.practice.service(wanted.service)
        type = _check(service, book.numbers)
        columns = [
            book.numbers.resources[person.id]
            for person in book.practice.qualified(service)
            if person.id in book.numbers.resources and wanted.practitioner in {None, person.id}
        ]
        if not columns or (wanted.location is not None and wanted.location not in book.numbers.locations):
            return []
        first, last = book.days_of(wanted.within)
        days = (last - first) // _STRETCH
        parts = await together(
            *(
                self._client.open_times(
                    begin,
                    min(begin + _STRETCH - timedelta(days=1), last),
                    type=type,
                    resource=columns[0] if len(columns) == 1 else "",
                    location=book.numbers.locations[wanted.location] if wanted.location is not None else "",
                )
                for begin in (first + number * _STRETCH for number in range(days + 1))
            )
        )
        found = offered(
            open_times((row for part in parts for row in part), book.numbers, book.zone),
            service,
            wanted=wanted,
            practice=book.practice,
            now=self._clock.now(),
            free_times=self._free_times,
        )
        apart = {during for during in {slot.during for slot in found} if told_apart(during, book.zone)}
        return [slot for slot in found if slot.during in apart]

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Never: Unity keeps no time for anybody. The desk holds on its own side.

        Raises: Refused.
        """
        raise Refused("Unity cannot hold a time; hold it on the desk's own side, as its manifest says.")

    async def release(self, held: AppointmentId) -> None:
        """Nothing is held here, so nothing is given back."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit, on the patient's file, found or opened. The same key again finds the same visit.

        `held` is the desk's own and means nothing here. What comes back was read from the schedule after it was
        written: had somebody else been there first, ours was taken out again.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        book = await self._known()
        _check(book.practice.service(slot.service), book.numbers)
        _check_slot(slot, book)
        free = await book.is_free(slot)
        number = await (self._files.for_visit(patient) if free else self._files.there(patient))
        if number is None:  # no file is opened for a time that is gone
            return Taken(by=Subject.PRACTITIONER)
        booking = Booking(book=book, slot=slot, patient=number, key=key)
        settled = await self._settled(booking, patient, free=free)
        if isinstance(settled, Taken):
            return settled
        return Booked(appointment=appointment(settled, book.numbers, patient, booked_as=slot.service))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: the patient's at that time with that practitioner, or by its mark.

        Raises: Unreachable, NotPermitted.
        """
        book = await self._known()
        _check_slot(slot, book)
        number = await self._files.there(patient)
        if number is None:
            return Missing()
        booking = Booking(book=book, slot=slot, patient=number, key=key)
        found = await booking.standing()
        if found is None:
            other = await self._files.anew(patient, number)
            found = await replace(booking, patient=other).standing() if other is not None else None
        return Missing() if found is None else appointment(found, book.numbers, patient, booked_as=slot.service)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Never: the desk books the new time and then cancels the old one.

        Raises: Refused.
        """
        raise Refused("How Unity moves a visit is not published; book the new time and cancel the old one.")

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now. Raises: Refused (it was moved to a location that is none of ours)."""
        book = await self._known()
        found = await book.visit_of(id)
        return Missing() if found is None else await self._as_ours(found, book)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients at our locations, soonest first, cancelled ones too."""
        book = await self._known()
        parts = await together(*(self._visits_on(patient, book) for patient in patients))
        visits = [
            appointment(found, book.numbers, patient)
            for patient, part in zip(patients, parts, strict=True)
            for found in part
            if book.numbers.location_of(found.location) is not None
        ]
        return sorted(visits, key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Cancel a visit, for the practice's own reason where its file names one. Cancelled twice is cancelled.

        Raises: Refused (it has taken place), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._known()
        found = await book.visit_of(id)
        if found is None:
            return Missing()
        before = await self._as_ours(found, book)
        if before.status is Status.FULFILLED:
            raise Refused(f"Visit {id} has taken place; Unity does not cancel it.")
        if before.status.takes_time:
            await taken_out(found, book, why=reason)
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    async def catalogue(self) -> Catalogue:
        """Scheduling locations, bookable columns and appointment types, by their abbreviations."""
        practice = await self._practice()
        today = wall(self._clock.now(), practice.locations[0].zone).date()
        locations, resources, types, practitioners = await together(
            self._client.locations(), self._client.resources(), self._client.types(), self._client.practitioners()
        )
        return listed(read_directory(resources, locations, types), practitioners, today=today)

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The files that may be this patient's: of both names, or of the birth date and a name spelled alike."""
        return list(await finding(self._client)(sought))

    async def update_patient(self, patient: PatientId) -> bool:
        """Write phone and e-mail to the patient's file where it has others; False: they have no file."""
        number = await self._files.there(patient)
        return number is not None and await updated(number, await self._charts.demographics(patient), self._client)

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        """Give the visit the status of a confirmed one. Confirmed twice is confirmed.

        Raises: Refused (it is not to come any more), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._known()
        found = await book.visit_of(id)
        after = None if found is None else await confirmed(found, book)
        return Missing() if after is None else await self._as_ours(after, book)

    async def mark(self, id: AppointmentId, came: Came) -> Appointment | Missing:
        """Give the visit the status of one whose patient has come, or has not.

        Raises: Refused (its time has not come, or it stands otherwise), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._known()
        found = await book.visit_of(id)
        after = None if found is None else await seen(found, came, book)
        return Missing() if after is None else await self._as_ours(after, book)

    async def changes(self, since: str | None) -> Changes:
        """Visits changed since; None: all from a day ago on. Minutes of changes may come again, none are left out.

        No list tells of visits that were deleted, so none is ever gone. Visits at other locations are left out.
        """
        book = await self._known()
        there = server_now(await self._client.server(), book.zone) or self._clock.now()
        told = [
            one
            for one in await followed(book, since, there=there)
            if one.standing is not None and book.numbers.location_of(one.location) is not None
        ]
        whose = {number: await self._charts.patient_of(number) for number in {one.patient for one in told}}
        return Changes(
            visits=tuple(appointment(one, book.numbers, whose[one.patient]) for one in told), next=there.isoformat()
        )

    def hear(self, notice: Notice) -> Sequence[Told]:
        """Which visit or patient an HL7 message is about. Raises: Refused (it does not bear the practice's secret)."""
        return heard(notice, secret=self._notice_secret)

    async def _known(self) -> Book:
        return await self._lists.book(await self._practice(), self._numbers)

    async def _settled(self, booking: Booking, patient: PatientId, *, free: bool) -> Visit | Taken:
        """The visit, or that its time is taken; where the patient's file is gone, on the one that took its place."""
        found = await booking.standing()
        if found is not None:
            return await booking.settle(found)
        if not free:
            return Taken(by=Subject.PRACTITIONER)
        try:
            return await booking.write()
        except Refused:
            other = await self._files.anew(patient, booking.patient)
            if other is None:
                raise
        again = replace(booking, patient=other)
        found = await again.standing()
        return await (again.write() if found is None else again.settle(found))

    async def _visits_on(self, patient: PatientId, book: Book) -> list[Visit]:
        """All visits of a patient; [] where the desk has kept no file of theirs."""
        number = await self._charts.chart_of(patient)
        if number is None:
            return []
        visits = await book.visits_on(number)
        other = None if visits else await self._files.anew(patient, number)
        return visits if other is None else await book.visits_on(other)

    async def _as_ours(self, found: Visit, book: Book) -> Appointment:
        return appointment(found, book.numbers, await self._charts.patient_of(found.patient))


def allscripts(
    settings: Mapping[str, str],
    numbers: Numbers,
    *,
    budget: Budget,
    practice: ReadPractice,
    charts: Charts,
    free_times: FreeTimes,
    clock: Clock,
    gate: Gate | None = None,
    trusts: ssl.SSLContext | None = None,
    stand_in: StandIn | None = None,
) -> Allscripts:
    """The practice of the settings that the manifest names.

    `gate` None: a simulated one on this machine alone.
    Raises: NotPermitted (the address would carry patients unencrypted, or past the practice's agreements),
    Impossible (a name or password is missing).
    """
    keys = Keys(
        service_user=settings.get("service_user", ""),
        service_password=settings.get("service_password", ""),
        app=settings.get("app_name", ""),
        user=settings.get("user", ""),
        user_password=settings.get("user_password", ""),
        ubiquity=settings.get("ubiquity_id", ""),
    )
    http = HttpClient(
        settings.get("address", ""), system=NAME, budget=budget, gate=gate, trusts=trusts, stand_in=stand_in
    )
    return Allscripts(
        Client(http, keys, clock, numbers.reference),
        numbers,
        practice=practice,
        charts=charts,
        free_times=free_times,
        clock=clock,
        notice_secret=settings.get("notice_secret", ""),
    )


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Allscripts:
    """The practice of these settings; `numbers` as docs/systems/allscripts.md shows. Implements `ports.Connects`.

    Raises: NotPermitted, Impossible, DocumentWrong.
    """
    return allscripts(
        settings,
        read_numbers(numbers),
        budget=outside.budget,
        practice=outside.practice,
        charts=outside.charts,
        free_times=outside.free_times,
        clock=outside.clock,
        gate=outside.gate,
        stand_in=outside.stand_in,
    )


def _check(service: Service, numbers: Numbers) -> str:
    """The appointment type that a service is booked as. Raises: NotPermitted (it cannot be)."""
    if service.id not in numbers.types:
        raise NotPermitted(f"Service {service.id} has no appointment type in {NAME}. Give it one.")
    if service.device_kinds or service.assistants:
        raise NotPermitted(
            f"Service {service.id} needs a device or an assistant, and a visit is booked on one resource. Make "
            "the device's own resource the practitioner, or leave the device out of the service."
        )
    if any(service.length_with(id) % timedelta(minutes=1) for id in numbers.resources):
        raise NotPermitted(f"Service {service.id} does not last whole minutes, in which {NAME} counts. Round it.")
    return numbers.types[service.id]


def _check_slot(slot: Slot, book: Book) -> None:
    """That a slot can be written as it is meant. Raises: NotPermitted, Refused."""
    if slot.practitioner not in book.numbers.resources or slot.location not in book.numbers.locations:
        raise NotPermitted(
            f"Practitioner {slot.practitioner} or location {slot.location} has no abbreviation in {NAME}. Give it one."
        )
    if not told_apart(slot.during, book.zone):
        raise Refused("Unity cannot tell this time from another: the clock is changed around it.")
