"""The book of a practice in a Millennium domain. Implements `ports.System` and some of `ports.abilities`."""

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status, Subject
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.ports.abilities import Changes, Insurance
from frontdesk.ports.budget import Budget
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.standards.fhir_scheduling.appointments import Appointment as Visit
from frontdesk.standards.openings import allowed
from frontdesk.systems.cerner.booking import Booking
from frontdesk.systems.cerner.changing import COME, cancelled, confirmed, moved
from frontdesk.systems.cerner.charts import Files, finding
from frontdesk.systems.cerner.client import NAME, Client
from frontdesk.systems.cerner.covers import Covering
from frontdesk.systems.cerner.listing import changed, listed
from frontdesk.systems.cerner.mapping import Numbers, appointment, patient_in
from frontdesk.systems.cerner.numbers import read_numbers
from frontdesk.systems.cerner.schedule import Book, Free
from frontdesk.systems.cerner.tokens import Keys, Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.together import together

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TENANT = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Cerner:
    """One practice's book. `numbers` says which of the domain's locations, practitioners and types are ours.

    `organization` is the id of the organization that new patients are enrolled by.
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
        organization: str,
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._files = Files(client=client, charts=charts, organization=organization)
        self._free_times = free_times
        self._clock = clock

    async def close(self) -> None:
        """Part from the domain."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Free slots that can be booked as they stand, soonest first; [] when none fits.

        Millennium's own, as far as the practice's files allow them. One that the clock on the wall cannot tell from
        another, or that lasts over a change of the clock, is left out.
        Raises: Unreachable (nothing was read), NotPermitted (a scope, or the service's code, is missing).
        """
        book = await self._book()
        service = book.practice.service(wanted.service)
        book.coding(service.id)
        people = [
            person.id
            for person in book.practice.qualified(service)
            if person.id in book.numbers.practitioners and wanted.practitioner in {None, person.id}
        ]
        places = [number for id, number in book.numbers.locations.items() if wanted.location in {None, id}]
        found = await book.free(service.id, wanted.within, people=people, places=places)
        return allowed(
            [one.opening for one in found],
            service,
            wanted=wanted,
            practice=book.practice,
            now=self._clock.now(),
            free_times=self._free_times,
        )

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Never: a slot can be made tentative there, and nothing says for how long. The desk holds it.

        Raises: Refused.
        """
        raise Refused(f"{NAME} does not say how long it holds a time; hold it on the desk's own side.")

    async def release(self, held: AppointmentId) -> None:
        """Nothing is held here, so nothing is given back."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the free slot, on the patient's file, found or opened. The same key again finds the same visit.

        `held` is the desk's own and means nothing here. What comes back was read from the book after it was booked.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        book = await self._book()
        free = await book.free_at(slot)
        chart = await (self._files.for_visit(patient) if free else self._files.there(patient))
        if chart is None:  # no file is opened for a time that is gone
            return Taken(by=Subject.PRACTITIONER)
        outcome = await self._settled(Booking(book=book, slot=slot, chart=chart, key=key), free, patient)
        if isinstance(outcome, Taken):
            return outcome
        made = appointment(outcome, book.numbers, patient, booked_as=slot.service)
        if made is None:
            raise OutcomeUnknown(f"{NAME} booked visit {outcome.id}, at no location of ours. Staff must look.")
        return Booked(appointment=made)

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: the patient's at that time with that practitioner, or by its mark.

        Raises: Unreachable, NotPermitted.
        """
        book = await self._book()
        chart = await self._files.there(patient)
        if chart is None:
            return Missing()
        booking = Booking(book=book, slot=slot, chart=chart, key=key)
        found = await booking.standing()
        if found is None:
            other = await self._files.anew(patient, chart)
            found = await replace(booking, chart=other).standing() if other is not None else None
        made = appointment(found, book.numbers, patient, booked_as=slot.service) if found is not None else None
        return made or Missing()

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Move a visit to a free slot; it keeps its id. Taken: it stands where it was.

        Missing: it is not booked any more. The same key again finds the visit at its new time.
        Raises: Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Refused (the patient has come).
        """
        book = await self._book()
        book.coding(slot.service)
        old = await self._visit(id, book)
        outcome = Missing() if old is None else await moved(old, slot, book)
        if not isinstance(outcome, Visit):
            return outcome
        made = await self._as_ours(outcome, book, booked_as=slot.service)
        return Missing() if isinstance(made, Missing) else Moved(appointment=made)

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        book = await self._book()
        found = await self._visit(id, book)
        return Missing() if found is None else await self._as_ours(found, book)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients at our locations within a year from now, soonest first, cancelled ones too."""
        book, now = await self._book(), self._clock.now()
        parts = await together(*(self._files.visits_of(patient, book, now=now) for patient in patients))
        visits = [
            ours
            for patient, found in zip(patients, parts, strict=True)
            for one in found
            if (ours := appointment(one, book.numbers, patient)) is not None and one.status is not Status.PROPOSED
        ]
        return sorted(visits, key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Cancel a visit with FHIR's reason; its slot is free again. Cancelled twice is cancelled.

        Raises: Refused (the patient has come, or the rules forbid it), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._book()
        found = await self._visit(id, book)
        before = Missing() if found is None else await self._as_ours(found, book)
        if found is None or isinstance(before, Missing):
            return Missing()
        if found.status in COME:
            raise Refused(f"Visit {found.id} is {found.status.value}; it is not cancelled any more.")
        if found.status.takes_time or found.status is Status.PROPOSED:
            await cancelled(found, reason, book)
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    async def catalogue(self) -> Catalogue:
        """Locations, practitioners, and the appointment types that slots and visits of ours show."""
        return await listed(await self._book(), now=self._clock.now())

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The files that may be this patient's: of their name and birth date, of their phone or e-mail."""
        return list(await finding(self._client)(sought))

    async def update_patient(self, patient: PatientId) -> bool:
        """Add phone and e-mail to the patient's file where it lacks them; False: they have no file."""
        return await self._files.update(patient)

    async def add_coverage(self, patient: PatientId, insurance: Insurance) -> bool:
        """Enter a cover on the patient's file, once; False: they have no file. The payer is one of `numbers`.

        Raises: Refused (the payer is none of them), Unreachable, OutcomeUnknown, NotPermitted.
        """
        chart = await self._files.there(patient)
        if chart is None:
            return False
        await Covering(client=self._client, numbers=self._numbers, chart=chart, insurance=insurance).run()
        return True

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        """Note that the patient will come. Confirmed twice is confirmed, and what we booked is from the start.

        Raises: Refused (it is not to come any more), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._book()
        found = await self._visit(id, book)
        after = Missing() if found is None else await confirmed(found, book)
        return after if isinstance(after, Missing) else await self._as_ours(after, book)

    async def changes(self, since: str | None) -> Changes:
        """Visits changed since, from a day ago to four months ahead; None: all of these.

        Some are told twice, those of far weeks some minutes late, and none is left out; Millennium deletes no visit,
        so none is ever gone. Raises: Refused (`since` is none of ours), Unreachable, NotPermitted.
        """
        book = await self._book()
        visits, on_with = await changed(book, since, now=self._clock.now())
        whose = {chart: await self._charts.patient_of(chart) for chart in {patient_in(one) for one in visits} if chart}
        read = [appointment(one, book.numbers, whose.get(patient_in(one))) for one in visits]
        return Changes(visits=tuple(one for one in read if one is not None), next=on_with)

    async def _book(self) -> Book:
        """The practice as it is now."""
        practice = await self._practice()
        return Book(client=self._client, numbers=self._numbers.within(practice), practice=practice)

    async def _settled(self, booking: Booking, free: Sequence[Free], patient: PatientId) -> Visit | Taken:
        """The visit, or what is in its way; where the file was merged, the booking is another's that took its place."""
        refused: Refused | None = None
        outcome: Visit | Taken = Taken(by=Subject.PRACTITIONER)
        try:
            outcome = await booking.standing() or await booking.write(free)
        except Refused as fault:
            refused = fault
        if isinstance(outcome, Visit):
            return outcome
        other = await self._files.anew(patient, booking.chart)
        if other is not None:
            booking = replace(booking, chart=other)
            return await booking.standing() or await booking.write(free)
        if refused is not None:
            raise refused
        return outcome

    async def _visit(self, id: AppointmentId, book: Book) -> Visit | None:
        return await book.visit(id) if _ID.fullmatch(id) else None

    async def _as_ours(self, found: Visit, book: Book, *, booked_as: ServiceId | None = None) -> Appointment | Missing:
        chart = patient_in(found)
        patient = await self._charts.patient_of(chart) if chart else None
        return appointment(found, book.numbers, patient, booked_as=booked_as) or Missing()


def cerner(
    settings: Mapping[str, str],
    numbers: Mapping[str, object],
    *,
    budget: Budget,
    practice: ReadPractice,
    charts: Charts,
    free_times: FreeTimes,
    clock: Clock,
    gate: Gate | None = None,
    trusts: ssl.SSLContext | None = None,
    stand_in: StandIn | None = None,
) -> Cerner:
    """The practice of the settings that the manifest names.

    `gate` None: a simulated one on this machine alone.
    Raises: NotPermitted (an address would carry patients unencrypted, or past the practice's agreements), Impossible
    (a key, the address or the organization is none), DocumentWrong (`numbers`).
    """
    keys = Keys(client_id=settings.get("client_id", ""), client_secret=settings.get("client_secret", ""))
    address = settings.get("address", "").rstrip("/")
    tenant = address.rpartition("/")[2]
    if not _TENANT.fullmatch(tenant):
        raise Impossible(
            "systems.cerner.address must end with the domain's GUID, such as .../r4/ec2458f2-1e24-41c8-..."
        )
    organization = settings.get("organization", "")
    if not _ID.fullmatch(organization):
        raise Impossible("systems.cerner.organization must be the id of an Organization, such as 675844.")

    def opens(at: str) -> HttpClient:
        return HttpClient(at, system=NAME, budget=budget, gate=gate, trusts=trusts, stand_in=stand_in)

    http = opens(address)
    return Cerner(
        Client(http, Tokens(http, opens, keys, clock), base=address),
        read_numbers(numbers, tenant=tenant),
        practice=practice,
        charts=charts,
        free_times=free_times,
        clock=clock,
        organization=organization,
    )


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Cerner:
    """The practice of these settings; `numbers` as docs/systems/cerner.md shows. Implements `ports.Connects`.

    Raises: NotPermitted, Impossible, DocumentWrong.
    """
    return cerner(
        settings,
        numbers,
        budget=outside.budget,
        practice=outside.practice,
        charts=outside.charts,
        free_times=outside.free_times,
        clock=outside.clock,
        gate=outside.gate,
        stand_in=outside.stand_in,
    )
