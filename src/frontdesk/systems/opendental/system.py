"""The appointment book of an office with Open Dental. Implements `ports.System`."""

import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

import structlog

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import Period, wall
from frontdesk.ports.budget import Budget
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.systems.opendental.booking import Booking, days_of, take_out, visit_of
from frontdesk.systems.opendental.charts import chart_for, chart_there
from frontdesk.systems.opendental.client import REMOTE, Client, Keys
from frontdesk.systems.opendental.mapping import (
    Numbers,
    Visit,
    appointment,
    operatory_of,
    pattern_of,
    shown_once,
    visit,
)
from frontdesk.systems.opendental.numbers import read_numbers
from frontdesk.systems.opendental.office import Office, in_the_way, read_office, search_for
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Unreadable
from frontdesk.wire.together import together

_log = structlog.get_logger()

NAME = "Open Dental"
_AT_ONCE = 6
"""Reads side by side in the office; the vendor's relay allows about one request a second and gets one."""


class OpenDental:
    """One office's book. `numbers` says which of its providers, operatories and types are ours."""

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        *,
        practice: ReadPractice,
        charts: Charts,
        free_times: FreeTimes,
        clock: Clock,
    ) -> None:
        self._client = client
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
        practice, numbers = await self._known()
        service = practice.service(wanted.service)
        _check(service, practice, numbers)
        people = [
            person
            for person in practice.qualified(service)
            if person.id in numbers.practitioners and wanted.practitioner in {None, person.id}
        ]
        office = await self._office(wanted.within, practice, numbers)
        now = self._clock.now()
        found: list[tuple[datetime, int, Slot]] = []
        for place, person in enumerate(people):
            search = search_for(
                person.id, service, office=office, numbers=numbers, practice=practice, over=wanted.within
            )
            slots = self._free_times(
                search.practice,
                service=service.id,
                within=wanted.within,
                busy=search.busy,
                now=now,
                practitioner=person.id,
                location=wanted.location,
                visitor=wanted.visitor,
            )
            found += [(slot.during.start, place, slot) for slot in slots if _writable(slot, service, practice)]
        return [slot for *_, slot in sorted(found, key=lambda one: one[:2])]

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
        practice, numbers = await self._known()
        service = practice.service(slot.service)
        _check(service, practice, numbers)
        if slot.practitioner not in numbers.practitioners:
            raise NotPermitted(f"Practitioner {slot.practitioner} has no provider in Open Dental. Give them one.")
        operatory_of(slot, numbers)
        if not _writable(slot, service, practice):
            raise Refused("Open Dental cannot tell this time from another: the clock is changed around it.")
        chart, is_new = await chart_for(
            patient, client=self._client, charts=self._charts, clinic=numbers.clinics.get(slot.location)
        )
        booking = self._booking(slot, chart=chart, first_visit=is_new, key=key, practice=practice, numbers=numbers)
        today = self._today(slot, practice)
        number = await booking.standing(today=today)
        if number is None:
            office = await self._office(slot.during, practice, numbers)
            by = in_the_way(slot, service, office=office, numbers=numbers, practice=practice)
            if by is not None:
                return Taken(by=by)
            number = await booking.write(today=today)
        settled = await booking.settle(number)
        return settled if isinstance(settled, Taken) else Booked(appointment=appointment(settled, numbers, patient))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: it bears the key's mark, or is the patient's at that time in that room.

        Raises: Unreachable, NotPermitted.
        """
        practice, numbers = await self._known()
        chart = await chart_there(patient, client=self._client, charts=self._charts)
        if chart is None:
            return Missing()
        booking = self._booking(slot, chart=chart, first_visit=False, key=key, practice=practice, numbers=numbers)
        number = await booking.standing(today=self._today(slot, practice))
        found = await self._visit(AppointmentId(str(number)), practice, numbers) if number is not None else None
        return Missing() if found is None else appointment(found, numbers, patient)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Never: the desk books the new time and then cancels the old one.

        Raises: Refused.
        """
        raise Refused("Open Dental does not move a visit in place yet; book the new time and cancel the old one.")

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        practice, numbers = await self._known()
        found = await self._visit(id, practice, numbers)
        return Missing() if found is None else await self._as_ours(found, numbers)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; without those that have no time yet."""
        practice, numbers = await self._known()
        visits: list[Appointment] = []
        for patient in patients:
            chart = await self._charts.chart_of(patient)
            rows = await self._client.appointments_of(int(chart)) if chart else []
            for row in rows:
                found = visit(row, numbers, practice)
                if found is not None and found.is_visit:
                    visits.append(appointment(found, numbers, patient))
        return sorted(visits, key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Take a visit off the book, onto Open Dental's Unscheduled List. Cancelled twice is cancelled.

        Raises: Refused (it has taken place), Unreachable, OutcomeUnknown, NotPermitted.
        """
        practice, numbers = await self._known()
        found = await self._visit(id, practice, numbers)
        if found is None:
            return Missing()
        before = await self._as_ours(found, numbers)
        if before.status is Status.FULFILLED:
            raise Refused(f"Visit {id} has taken place; Open Dental does not cancel it.")
        if before.status.takes_time:
            words = reason.name.lower().replace("_", " ")
            note = f"Cancelled through Frontdesk: {words}"
            await take_out(found.number, note, client=self._client, numbers=numbers, practice=practice)
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    def _booking(
        self, slot: Slot, *, chart: int, first_visit: bool, key: str, practice: Practice, numbers: Numbers
    ) -> Booking:
        return Booking(
            client=self._client,
            numbers=numbers,
            practice=practice,
            slot=slot,
            service=practice.service(slot.service),
            chart=chart,
            first_visit=first_visit,
            key=key,
        )

    def _today(self, slot: Slot, practice: Practice) -> date:
        return wall(self._clock.now(), practice.location(slot.location).zone).date()

    async def _known(self) -> tuple[Practice, Numbers]:
        practice = await self._practice()
        return practice, self._numbers.within(practice)

    async def _office(self, within: Period, practice: Practice, numbers: Numbers) -> Office:
        """Everything that decides what is open, read now. A row that cannot be read whole is told and kept."""
        first, last = days_of(within, practice)
        appointments, schedules, operatories, types = await together(
            self._client.appointments(first, last),
            self._client.schedules(first, last),
            self._client.operatories(),
            self._client.appointment_types(),
        )
        office = read_office(appointments, schedules, operatories, types, numbers=numbers, practice=practice)
        _tell(office.strange)
        return office

    async def _visit(self, id: AppointmentId, practice: Practice, numbers: Numbers) -> Visit | None:
        if not (id.isascii() and id.isdecimal()):
            return None
        return await visit_of(int(id), client=self._client, numbers=numbers, practice=practice)

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
    return OpenDental(client, numbers, practice=practice, charts=charts, free_times=free_times, clock=clock)


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


def _check(service: Service, practice: Practice, numbers: Numbers) -> None:
    """That Open Dental can book a service at all. Raises: NotPermitted, Refused."""
    if service.id not in numbers.services:
        raise NotPermitted(f"Service {service.id} has no appointment type in Open Dental. Give it one.")
    if not service.room_kinds:
        raise NotPermitted(f"Service {service.id} needs no room, and Open Dental books into operatories. Give it one.")
    for person in practice.qualified(service):
        pattern_of(service, service.length_with(person.id))


def _writable(slot: Slot, service: Service, practice: Practice) -> bool:
    """Whether Open Dental would keep the time as it is meant, set-up and clean-up included."""
    whole = slot.during.widened(before=service.before, after=service.after)
    return shown_once(whole, practice.location(slot.location).zone)


def _tell(strange: Iterable[Unreadable]) -> None:
    for fault in strange:
        _log.warning("a row was not understood and counts as in use", system=NAME, row=fault.row, field=fault.field)
