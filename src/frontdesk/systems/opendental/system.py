"""The appointment book of an office with Open Dental. Implements `ports.System` and the abilities of its manifest."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import wall
from frontdesk.ports.abilities import Came, Changes, Document, Insurance, Notice, Told
from frontdesk.ports.budget import Budget
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.standards.charting import chart_for, chart_there
from frontdesk.systems.opendental.book import NAME, Book
from frontdesk.systems.opendental.booking import Booking
from frontdesk.systems.opendental.catalogue import list_office
from frontdesk.systems.opendental.changes import changes_since, first_changes
from frontdesk.systems.opendental.charts import find_charts, keep_up, open_chart
from frontdesk.systems.opendental.client import REMOTE, Client, Keys
from frontdesk.systems.opendental.insurance import Covering
from frontdesk.systems.opendental.mapping import Visit, appointment, operatory_of
from frontdesk.systems.opendental.marking import confirm_visit, mark_visit, note_visit
from frontdesk.systems.opendental.moving import Move
from frontdesk.systems.opendental.notices import told_in
from frontdesk.systems.opendental.numbers import Numbers, read_numbers
from frontdesk.systems.opendental.papers import put_paper
from frontdesk.systems.opendental.times import check_bookable, open_slots, writable
from frontdesk.wire.client import HttpClient

_AT_ONCE = 6
"""Reads side by side in the office; the vendor's relay allows about one request a second and gets one."""


class OpenDental:
    """One office's book. `numbers` says which of its providers, operatories and types are ours."""

    finds_papers = True  # by the mark in their descriptions

    def __init__(
        self,
        client: Client,
        keys: Keys,
        numbers: Numbers,
        *,
        practice: ReadPractice,
        charts: Charts,
        free_times: FreeTimes,
        clock: Clock,
    ) -> None:
        self._client = client
        self._keys = keys
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._free_times = free_times
        self._clock = clock

    async def close(self) -> None:
        """Part from the office."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits.

        Worked out from schedules, blockouts and visits. A time that the clock on the wall shows twice, or that
        lasts over a change of the clock, is left out: Open Dental could not tell it from another.
        Raises: Unreachable (nothing was read), NotPermitted (the key lacks reading, or the service no number).
        """
        return await open_slots(wanted, await self._book(), free_times=self._free_times, now=self._clock.now())

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Never: Open Dental keeps no time for anybody. The desk holds on its own side.

        Raises: Refused.
        """
        raise Refused("Open Dental cannot hold a time; hold it on the desk's own side, as its manifest says.")

    async def release(self, held: AppointmentId) -> None:
        """Nothing is held here, so nothing is given back."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit, on the patient's chart, found or opened. The same key again finds the same visit.

        `held` is the desk's own and means nothing here. What comes back was read from the book after it was
        written: had somebody else been there first, ours was taken out again.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        book = await self._book()
        self._check(slot, book)
        opening = partial(open_chart, client=self._client, clinic=book.numbers.clinics.get(slot.location))
        chart = await chart_for(patient, charts=self._charts, find=self.find_patients, open=opening, system=NAME)
        settled = await self._booking(slot, int(chart.number), key, book, first_visit=chart.new).run()
        if isinstance(settled, Taken):
            return settled
        return Booked(appointment=appointment(settled, book.numbers, patient))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: it bears the key's mark, or is the patient's at that time in that room.

        Raises: Unreachable, NotPermitted.
        """
        book = await self._book()
        chart = await self._chart(patient)
        number = await self._booking(slot, chart, key, book).standing() if chart is not None else None
        found = await book.visit(number) if number is not None else None
        return Missing() if found is None else appointment(found, book.numbers, patient)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Give a visit another time, operatory and provider in place: it keeps its number and what staff wrote in it.

        `held` is the desk's own and means nothing here. Looked at before and after; where somebody was at the new
        time by then, the visit goes back to where it was. The same key again finds what it did.
        Raises: Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Refused.
        """
        book = await self._book()
        self._check(slot, book)
        number = _number(id)
        moved = await Move(book=book, number=number, slot=slot, key=key).run() if number is not None else None
        if isinstance(moved, Taken):
            return moved
        return Missing() if moved is None else Moved(appointment=await self._as_ours(moved, book.numbers))

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        book = await self._book()
        return await self._ours_or_missing(await self._visit(id, book), book)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; without those that have no time yet."""
        book = await self._book()
        visits: list[Appointment] = []
        for patient in patients:
            chart = await self._charts.chart_of(patient)
            rows = await self._client.appointments_of(int(chart)) if chart else []
            visits += [appointment(found, book.numbers, patient) for row in rows if (found := book.read(row))]
        return sorted(visits, key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Take a visit off the book, onto Open Dental's Unscheduled List. Cancelled twice is cancelled.

        Raises: Refused (it has taken place), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._book()
        found = await self._visit(id, book)
        if found is None:
            return Missing()
        before = await self._as_ours(found, book.numbers)
        if before.status is Status.FULFILLED:
            raise Refused(f"Visit {id} has taken place; Open Dental does not cancel it.")
        if before.status.takes_time:
            words = reason.name.lower().replace("_", " ")
            await book.take_out(found.number, f"Cancelled through Frontdesk: {words}")
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    async def catalogue(self) -> Catalogue:
        """Clinics, providers, appointment types, operatories and carriers, hidden ones marked so."""
        return await list_office(self._client)

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The charts that may be this patient's, archived ones too; whose they are is not decided here."""
        return await find_charts(sought, self._client)

    async def update_patient(self, patient: PatientId) -> bool:
        """Write phone, e-mail, language and a birth date that is missing; names stay as staff spell them."""
        chart = await self._chart(patient)
        return chart is not None and await keep_up(chart, await self._charts.demographics(patient), self._client)

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        """Mark a visit as confirmed, with the confirmation that the office has chosen for it."""
        book, number = await self._book(), _number(id)
        found = await confirm_visit(number, book) if number is not None else None
        return await self._ours_or_missing(found, book)

    async def mark(self, id: AppointmentId, came: Came) -> Appointment | Missing:
        """Write the time of arrival, or leave the visit on the book as missed."""
        book, number = await self._book(), _number(id)
        found = await mark_visit(number, came, now=self._clock.now(), book=book) if number is not None else None
        return await self._ours_or_missing(found, book)

    async def add_note(self, id: AppointmentId, text: str, *, key: str) -> bool:
        """Add a line to a visit's note, once for each key."""
        number = _number(id)
        return number is not None and await note_visit(number, text, key=key, book=await self._book())

    async def attach(self, patient: PatientId, document: Document, *, key: str) -> bool:
        """Put a PDF or a picture into the patient's images folder, once for each key."""
        chart = await self._chart(patient)
        if chart is not None:
            await put_paper(chart, document, key=key, client=self._client)
        return chart is not None

    async def add_coverage(self, patient: PatientId, insurance: Insurance) -> bool:
        """Enter an insurance with a carrier that the office knows, as the patient's own."""
        chart = await self._chart(patient)
        if chart is not None:
            await Covering(client=self._client, chart=chart, insurance=insurance).run()
        return chart is not None

    async def changes(self, since: str | None) -> Changes:
        """What was changed by the office's own clock; a visit that was deleted there is told by notices alone."""
        book = await self._book()
        gone: list[AppointmentId] = []
        if since is None:
            visits, on = await first_changes(book, now=self._clock.now())
        else:
            visits, gone, on = await changes_since(since, book)
        told = [await self._as_ours(one, book.numbers) for one in visits]
        return Changes(visits=tuple(told), gone=tuple(gone), next=on)

    def hear(self, notice: Notice) -> Sequence[Told]:
        """What an event of the office's subscriptions is about. Raises: Refused (it lacks the office's key)."""
        return told_in(notice, self._keys)

    def _check(self, slot: Slot, book: Book) -> None:
        """That Open Dental can keep this time at all. Raises: NotPermitted, Refused."""
        service = book.practice.service(slot.service)
        check_bookable(service, book.practice, book.numbers)
        if slot.practitioner not in book.numbers.practitioners:
            raise NotPermitted(f"Practitioner {slot.practitioner} has no provider in Open Dental. Give them one.")
        operatory_of(slot, book.numbers)
        if not writable(slot, service, book.practice):
            raise Refused("Open Dental cannot tell this time from another: the clock is changed around it.")

    def _booking(self, slot: Slot, chart: int, key: str, book: Book, *, first_visit: bool = False) -> Booking:
        today = wall(self._clock.now(), book.practice.location(slot.location).zone).date()
        return Booking(book=book, slot=slot, chart=chart, first_visit=first_visit, key=key, today=today)

    async def _book(self) -> Book:
        practice = await self._practice()
        return Book(client=self._client, numbers=self._numbers.within(practice), practice=practice)

    async def _chart(self, patient: PatientId) -> int | None:
        found = await chart_there(patient, charts=self._charts, find=self.find_patients, system=NAME)
        return None if found is None else int(found)

    async def _visit(self, id: AppointmentId, book: Book) -> Visit | None:
        number = _number(id)
        return await book.visit(number) if number is not None else None

    async def _ours_or_missing(self, found: Visit | None, book: Book) -> Appointment | Missing:
        return Missing() if found is None else await self._as_ours(found, book.numbers)

    async def _as_ours(self, found: Visit, numbers: Numbers) -> Appointment:
        return appointment(found, numbers, await self._charts.patient_of(str(found.patient)))


def open_dental(
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
) -> OpenDental:
    """The office of the settings that the manifest names.

    `gate` None: an office on this machine alone.
    Raises: NotPermitted (the address would carry patients unencrypted, or past the practice's agreements),
    Impossible (a key is not one).
    """
    address = settings.get("address") or REMOTE
    keys = Keys(developer=settings.get("developer_key", ""), customer=settings.get("customer_key", ""))
    http = HttpClient(address, system=NAME, budget=budget, gate=gate, trusts=trusts, stand_in=stand_in)
    in_the_office = urlsplit(address).hostname != urlsplit(REMOTE).hostname
    client = Client(http, keys, at_once=_AT_ONCE if in_the_office else 1)
    return OpenDental(client, keys, numbers, practice=practice, charts=charts, free_times=free_times, clock=clock)


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> OpenDental:
    """The office of these settings; `numbers` as docs/systems/opendental.md shows them. Implements `ports.Connects`.

    Raises: NotPermitted, Impossible, DocumentWrong.
    """
    return open_dental(
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


def _number(id: AppointmentId) -> int | None:
    """The AptNum of an id of ours; None for what cannot be one."""
    return int(id) if id.isascii() and id.isdecimal() else None
