"""The schedule of a practice with athenaOne. Implements `ports.System` and most of `ports.abilities`."""

import ssl
from asyncio import sleep
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status, Subject
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Service
from frontdesk.domain.time import wall
from frontdesk.ports.abilities import Came, Changes, Insurance, Notice, Told
from frontdesk.ports.budget import Budget
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.systems.athenahealth.booking import Booking
from frontdesk.systems.athenahealth.changing import followed, moved, taken_out
from frontdesk.systems.athenahealth.charts import Files, finding, insured, updated
from frontdesk.systems.athenahealth.client import NAME, PRODUCTION, Client
from frontdesk.systems.athenahealth.listing import changed, listed
from frontdesk.systems.athenahealth.mapping import Numbers, Visit, appointment, visit
from frontdesk.systems.athenahealth.marking import arrived, confirmed, missed, noted
from frontdesk.systems.athenahealth.notices import heard
from frontdesk.systems.athenahealth.numbers import read_numbers
from frontdesk.systems.athenahealth.office import Opening, check_zones, side_by_side, slots
from frontdesk.systems.athenahealth.schedule import Schedule
from frontdesk.systems.athenahealth.tokens import Keys, Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.together import together


class Athenahealth:
    """One practice's schedule. `numbers` says which of its departments, providers, types and reasons are ours.

    `notice_secret` "": no webhook is believed. `practice_number` is theirs.
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
        practice_number: int,
        notice_secret: str = "",
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._files = Files(client=client, charts=charts)
        self._free_times = free_times
        self._clock = clock
        self._practice_number = practice_number
        self._notice_secret = notice_secret
        self._same_clocks: object = None

    async def close(self) -> None:
        """Part from athenaOne."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Open slots that can be booked as they stand, soonest first; [] when none fits.

        athenaOne's own, as far as it lets the web schedule them, and the practice's files allow them. A time that the
        clock on the wall shows twice, or that lasts over a change of the clock, is left out.
        Raises: Unreachable (nothing was read), NotPermitted (the app lacks reading, or the service a number).
        """
        schedule = await self._known()
        practice, numbers = schedule.practice, schedule.numbers
        service = practice.service(wanted.service)
        which = _check(service, numbers)
        people = [
            numbers.providers[person.id]
            for person in practice.qualified(service)
            if person.id in numbers.providers and wanted.practitioner in {None, person.id}
        ]
        places = [number for id, number in numbers.departments.items() if wanted.location in {None, id}]
        if not people or not places:
            return []
        zones = [practice.location(id).zone for id in numbers.departments]
        first = min(wall(wanted.within.start, zone).date() for zone in zones)
        last = max(wall(wanted.within.end, zone).date() for zone in zones)
        open_slots = self._client.open_slots(first, last, departments=places, providers=people, which=which)
        rows, visits = await schedule.open_and_booked(open_slots, first, last)
        return slots(
            side_by_side(schedule.openings_in(rows), visits, practice),
            service,
            wanted=wanted,
            practice=practice,
            now=self._clock.now(),
            free_times=self._free_times,
        )

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Never: athenaOne can freeze a slot, and nothing but another call would ever free it. The desk holds it.

        Raises: Refused.
        """
        raise Refused(f"{NAME} cannot hold a time for a while; hold it on the desk's own side, as its manifest says.")

    async def release(self, held: AppointmentId) -> None:
        """Nothing is held here, so nothing is given back."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the open slot, on the patient's file, found or opened. The same key again finds the same visit.

        `held` is the desk's own and means nothing here. What comes back was read from the schedule after it was booked.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        schedule = await self._known()
        _check(schedule.practice.service(slot.service), schedule.numbers)
        found = await schedule.open_at(slot)
        chart = await (
            self._files.for_visit(patient, schedule.department(slot)) if found else self._files.there(patient)
        )
        if chart is None:  # no file is opened for a time that is gone
            return Taken(by=Subject.PRACTITIONER)
        booking = Booking(schedule=schedule, slot=slot, chart=chart, key=key)
        settled = await self._settled(booking, found, patient)
        if isinstance(settled, Taken):
            return settled
        return Booked(appointment=appointment(settled, schedule.numbers, patient, booked_as=slot.service))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: the patient's at that time with that practitioner, or by its mark.

        Raises: Unreachable, NotPermitted.
        """
        schedule = await self._known()
        chart = await self._files.there(patient)
        if chart is None:
            return Missing()
        booking = Booking(schedule=schedule, slot=slot, chart=chart, key=key)
        found = await booking.standing()
        if found is None:
            other = await self._files.anew(patient, chart)
            found = await replace(booking, chart=other).standing() if other is not None else None
        if found is None:
            return Missing()
        return appointment(found, schedule.numbers, patient, booked_as=slot.service)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Move a visit to an open slot; it has that slot's id from then on. Taken: it stands where it was.

        Missing: it is not booked any more. The same key again finds the visit at its new time.
        Raises: Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Refused (the patient has come).
        """
        schedule = await self._known()
        _check(schedule.practice.service(slot.service), schedule.numbers)
        old = await self._visit(id, schedule)
        outcome = Missing() if old is None else await moved(old, slot, schedule)
        if isinstance(outcome, Visit):
            return Moved(appointment=await self._as_ours(outcome, schedule, booked_as=slot.service))
        return outcome

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now; one that was moved, as the visit that took its place, which has another id."""
        schedule = await self._known()
        found = await self._visit(id, schedule)
        return Missing() if found is None else await self._as_ours(await followed(found, schedule), schedule)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients at our locations, soonest first, cancelled ones too."""
        schedule = await self._known()
        parts = await together(*(self._files.visits_on(patient) for patient in patients))
        visits = [
            appointment(found, schedule.numbers, patient)
            for patient, rows in zip(patients, parts, strict=True)
            for row in rows
            if (found := visit(row, schedule.numbers, schedule.practice)) is not None and found.is_visit
        ]
        return sorted(visits, key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Cancel a visit, or the one that took its place, with the reason in words; its slot is open again.

        Cancelled twice is cancelled. Raises: Refused (the patient has come), Unreachable, OutcomeUnknown, NotPermitted.
        """
        schedule = await self._known()
        named = await self._visit(id, schedule)
        if named is None:
            return Missing()
        found = await followed(named, schedule)
        before = await self._as_ours(found, schedule)
        if before.status in {Status.CHECKED_IN, Status.FULFILLED}:
            raise Refused(f"Visit {found.number} is checked in or has taken place; {NAME} does not cancel it.")
        if before.status.takes_time:
            words = reason.name.lower().replace("_", " ")
            await taken_out(found, f"Cancelled through Frontdesk: {words}", schedule)
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    async def catalogue(self) -> Catalogue:
        """Departments, providers (rooms and devices among them), appointment types and visit reasons."""
        return await listed(self._client)

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The files that may be this patient's: of their name and birth date, or of their phone."""
        return list(await finding(self._client)(sought))

    async def update_patient(self, patient: PatientId) -> bool:
        """Write phone, e-mail and language to the patient's file where it has others; False: they have no file."""
        chart = await self._files.there(patient)
        return chart is not None and await updated(chart, await self._charts.demographics(patient), self._client)

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        """Give the visit the practice's confirmation status "Confirmed". Confirmed twice is confirmed.

        Raises: Refused (it is not to come any more), NotPermitted (there is no such status), Unreachable,
        OutcomeUnknown.
        """
        schedule = await self._known()
        found = await self._visit(id, schedule)
        if found is None:
            return Missing()
        return await self._as_ours(await confirmed(found, schedule), schedule)

    async def mark(self, id: AppointmentId, came: Came) -> Appointment | Missing:
        """Begin the check-in of who has come; cancel the visit of who has not, for the practice's no-show reason.

        Raises: Refused (its time has not come, or it stands otherwise), NotPermitted (there is no such reason),
        Unreachable, OutcomeUnknown.
        """
        schedule = await self._known()
        found = await self._visit(id, schedule)
        if found is None:
            return Missing()
        after = (
            await arrived(found, schedule)
            if came is Came.ARRIVED
            else await missed(found, schedule, now=self._clock.now())
        )
        return await self._as_ours(after, schedule)

    async def add_note(self, id: AppointmentId, text: str, *, key: str) -> bool:
        """Add a note to a visit, shown on the schedule, once for each key. False: there is no such visit."""
        schedule = await self._known()
        found = await self._visit(id, schedule)
        if found is None:
            return False
        await noted(found, text, key, schedule)
        return True

    async def add_coverage(self, patient: PatientId, insurance: Insurance) -> bool:
        """Write a first insurance to the patient's file; False: they have no file.

        Raises: Refused (the payer is not known, or the file has another insurance), Unreachable, OutcomeUnknown,
        NotPermitted.
        """
        chart = await self._files.there(patient)
        return chart is not None and await insured(chart, insurance, self._client)

    async def changes(self, since: str | None) -> Changes:
        """Visits changed since; None: all from a day ago on. Hours of changes may come again, none are left out.

        athenaOne deletes no visit, so none is ever gone.
        """
        begun = self._clock.now()
        schedule = await self._known()
        visits = await changed(schedule, since, now=begun)
        whose = {
            number: None if number is None else await self._charts.patient_of(str(number))
            for number in {one.patient for one in visits}
        }
        return Changes(
            visits=tuple(appointment(one, schedule.numbers, whose[one.patient]) for one in visits),
            next=begun.isoformat(),
        )

    def hear(self, notice: Notice) -> Sequence[Told]:
        """Which visit or patient each event is about. Raises: Refused (not signed by athenahealth, or too old)."""
        return heard(notice, secret=self._notice_secret, practice=self._practice_number)

    async def _known(self) -> Schedule:
        """The practice as it is now; that its clocks are those of the departments is asked once."""
        practice = await self._practice()
        numbers = self._numbers.within(practice)
        clocks = [(id, practice.location(id).zone.key) for id in numbers.departments]
        if self._same_clocks != clocks:
            check_zones(await self._client.departments(), numbers, practice, now=self._clock.now())
            self._same_clocks = clocks
        return Schedule(client=self._client, numbers=numbers, practice=practice)

    async def _settled(self, booking: Booking, found: Sequence[Opening], patient: PatientId) -> Visit | Taken:
        """The visit, or what is in its way; where the file is gone, the booking is another's that took its place."""
        refused: Refused | None = None
        outcome: Visit | Taken = Taken(by=Subject.PRACTITIONER)
        try:
            outcome = await self._written(booking, found)
        except Refused as fault:
            refused = fault
        if isinstance(outcome, Visit):
            return outcome
        other = await self._files.anew(patient, booking.chart)
        if other is not None:
            return await self._written(replace(booking, chart=other), found)
        if refused is not None:
            raise refused
        return outcome

    async def _written(self, booking: Booking, found: Sequence[Opening]) -> Visit | Taken:
        booked = await booking.standing() or await booking.write(found)
        return booked if isinstance(booked, Taken) else await booking.settle(booked)

    async def _visit(self, id: AppointmentId, schedule: Schedule) -> Visit | None:
        if not (id.isascii() and id.isdecimal()):
            return None
        found = await schedule.visit_of(int(id))
        return found if found is not None and found.is_visit else None

    async def _as_ours(self, found: Visit, schedule: Schedule, *, booked_as: ServiceId | None = None) -> Appointment:
        patient = await self._charts.patient_of(str(found.patient)) if found.patient is not None else None
        return appointment(found, schedule.numbers, patient, booked_as=booked_as)


def athenahealth(
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
) -> Athenahealth:
    """The practice of the settings that the manifest names.

    `gate` None: a simulated one on this machine alone.
    Raises: NotPermitted (the address would carry patients unencrypted, or past the practice's agreements),
    Impossible (a key or the practice's number is not one).
    """
    keys = Keys(client_id=settings.get("client_id", ""), client_secret=settings.get("client_secret", ""))
    number = settings.get("practice", "")
    if not (number.isascii() and number.isdecimal()):
        raise Impossible("systems.athenahealth.practice must be the practice's number, such as 195900.")
    address = settings.get("address") or PRODUCTION
    http = HttpClient(address, system=NAME, budget=budget, gate=gate, trusts=trusts, stand_in=stand_in)
    return Athenahealth(
        Client(http, Tokens(http, keys, clock), practice=int(number), pause=stand_in.pause if stand_in else sleep),
        numbers,
        practice=practice,
        charts=charts,
        free_times=free_times,
        clock=clock,
        practice_number=int(number),
        notice_secret=settings.get("notice_secret", ""),
    )


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Athenahealth:
    """The practice of these settings; `numbers` as docs/systems/athenahealth.md shows. Implements `ports.Connects`.

    Raises: NotPermitted, Impossible, DocumentWrong.
    """
    return athenahealth(
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


def _check(service: Service, numbers: Numbers) -> Mapping[str, str]:
    """What athenaOne books a service as. Raises: NotPermitted (it cannot)."""
    which = numbers.which(service.id)
    if which is None:
        raise NotPermitted(f"Service {service.id} has neither a reason nor a type in {NAME}. Give it one.")
    if service.device_kinds or service.assistants:
        raise NotPermitted(
            f"Service {service.id} needs a device or an assistant, and a slot of {NAME} keeps one provider's time. "
            "Make the device's own column there the practitioner, or leave the device out of the service."
        )
    return which
