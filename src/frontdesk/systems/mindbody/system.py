"""The book of a business with Mindbody. Implements `ports.System` and most of `ports.abilities`."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import wall
from frontdesk.ports.abilities import Changes, Document, Notice, Told
from frontdesk.ports.budget import Budget
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.ports.faults import Fault, Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.systems.mindbody.bookable import check, check_slot
from frontdesk.systems.mindbody.booking import Book, Booking, days_of, taken_out
from frontdesk.systems.mindbody.charts import Files, owners, updated
from frontdesk.systems.mindbody.client import NAME, PRODUCTION, Client
from frontdesk.systems.mindbody.following import followed
from frontdesk.systems.mindbody.listing import listed
from frontdesk.systems.mindbody.mapping import Numbers, Visit, appointment, mark_of
from frontdesk.systems.mindbody.marking import confirmed, noted
from frontdesk.systems.mindbody.moving import moved, moved_elsewhere
from frontdesk.systems.mindbody.notices import heard
from frontdesk.systems.mindbody.numbers import read_numbers
from frontdesk.systems.mindbody.openings import slots, start_times, windows
from frontdesk.systems.mindbody.papers import file_of
from frontdesk.systems.mindbody.site_clock import clock_of
from frontdesk.systems.mindbody.tokens import Login, Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together

_log = structlog.get_logger()

_REMEMBERED = 1000
"""Keys of papers that were put into files; the oldest is forgotten."""


class Mindbody:
    """One site's book. `numbers` says which of its locations, staff, session types and resources are ours.

    `site` is its number there. `signature_key` "": no webhook is believed.
    """

    finds_papers = False  # no call lists a client's documents

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        *,
        practice: ReadPractice,
        charts: Charts,
        free_times: FreeTimes,
        clock: Clock,
        site: int,
        signature_key: str = "",
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._free_times = free_times
        self._clock = clock
        self._site = site
        self._signature_key = signature_key
        self._zone: tuple[tuple[ZoneInfo, ...], ZoneInfo] | None = None
        self._attached: dict[str, None] = {}

    async def close(self) -> None:
        """Part from Mindbody."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits.

        Cut from the windows that Mindbody shows, on its grid of start times, where the practice's files allow them. A
        time that the clock on the wall shows twice, or that lasts over a change of the clock, is left out.
        Raises: Unreachable (nothing was read), NotPermitted (the login lacks reading, or the service a number).
        """
        book = await self._known()
        practice, numbers = book.practice, book.numbers
        service = practice.service(wanted.service)
        check(service, practice, numbers)
        people = [
            numbers.staff[person.id]
            for person in practice.qualified(service)
            if person.id in numbers.staff and wanted.practitioner in {None, person.id}
        ]
        places = [number for id, number in numbers.locations.items() if wanted.location in {None, id}]
        first = max(wall(wanted.within.start, book.zone).date(), book.today)
        last = days_of(wanted.within, book.zone)[1]
        if not people or not places or last < first:
            return []
        number = numbers.services[service.id]
        rows, starts, standing = await together(
            self._client.bookable(first, last, session_type=number, staff=people, locations=places),
            self._client.start_times(number),
            book.of_those_booked_twice(people, wanted.within),
        )
        return slots(
            windows(rows, numbers, book.zone),
            start_times(starts),
            service,
            wanted=wanted,
            standing=book.read(standing),
            numbers=numbers,
            practice=practice,
            zone=book.zone,
            now=book.now,
            free_times=self._free_times,
        )

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Never: Mindbody keeps no time for anybody. The desk holds on its own side.

        Raises: Refused.
        """
        raise Refused(f"{NAME} cannot hold a time; hold it on the desk's own side, as its manifest says.")

    async def release(self, held: AppointmentId) -> None:
        """Nothing is held here, so nothing is given back."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit, on the patient's file, found or opened. The same key again finds the same visit.

        `held` is the desk's own and means nothing here. What comes back was read from the book after it was written.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        book = await self._known()
        check_slot(slot, book)
        files = Files(self._client, self._charts)
        by = book.in_the_way(slot, await book.around(slot))
        if by is None:
            client = await files.for_booking(patient)
        else:  # no file is opened for a time that is gone; but what is in the way may be ours
            known = await files.there(patient)
            if known is None:
                return Taken(by=by)
            client = known.text("Id")
        booking = Booking(book=book, slot=slot, client=client, key=key)
        standing = await booking.standing()
        if standing is None and by is not None:
            return Taken(by=by)
        settled = await booking.write() if standing is None else await booking.settle(standing)
        if isinstance(settled, Taken):
            return settled
        return Booked(appointment=appointment(settled, book.numbers, patient))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: by its mark, or the patient's at that time with that practitioner.

        Raises: Unreachable, NotPermitted.
        """
        book = await self._known()
        check_slot(slot, book)
        row = await self._file(patient)
        if row is None:
            return Missing()
        found = await Booking(book=book, slot=slot, client=row.text("Id"), key=key).standing()
        return Missing() if found is None else appointment(found, book.numbers, patient)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Give a visit its new time in place, with its number; to another location it is booked anew.

        Missing: it is not booked any more. The same key again finds the visit at its new time.
        Raises: Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Refused (the patient has come).
        """
        book = await self._known()
        check_slot(slot, book)
        old = await self._visit(id, book)
        if old is None:
            return Missing()
        here = old.location == book.numbers.locations[slot.location]
        outcome = await (moved(old, slot, book) if here else moved_elsewhere(old, slot, key, book))
        if isinstance(outcome, Visit):
            return Moved(appointment=await self._as_ours(outcome, book))
        return outcome

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        book = await self._known()
        found = await self._visit(id, book)
        return Missing() if found is None else await self._as_ours(found, book)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients at our locations, a year back and ahead, soonest first, cancelled ones too."""
        kept = {patient: number for patient in patients if (number := await self._charts.chart_of(patient))}
        if not kept:
            return []
        book = await self._known()
        rows = await self._client.clients(unique=tuple(dict.fromkeys(kept.values())))
        files = {str(row.integer("UniqueId")): row for row in rows}
        found = [(one, files.get(number) or await self._file(one)) for one, number in kept.items()]
        mine = [(patient, row.text("Id")) for patient, row in found if row is not None]
        parts = await together(
            *(self._client.appointments(*book.a_year, client=client) for _, client in mine),
        )
        visits = [
            appointment(one, book.numbers, patient)
            for (patient, _), part in zip(mine, parts, strict=True)
            for one in book.read(part)
            if book.numbers.location_of(one.location) is not None
        ]
        return sorted(visits, key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Cancel a visit; the reason stands in its note. Cancelled twice is cancelled.

        Raises: Refused (it has taken place, or it stands all the same), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._known()
        found = await self._visit(id, book)
        if found is None:
            return Missing()
        before = await self._as_ours(found, book)
        if before.status is Status.FULFILLED:
            raise Refused(f"Visit {id} has taken place; it is not cancelled.")
        if before.status.takes_time:
            words = reason.name.lower().replace("_", " ")
            try:  # before, since a cancelled visit may take no note; it is a courtesy to staff
                await noted(found, f"Cancellation asked for through Frontdesk: {words}", f"cancel {id}", book)
            except Fault as fault:
                _log.warning("a note was not taken", system=NAME, appointment=id, fault=type(fault).__name__)
            await taken_out(found, book)
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    async def catalogue(self) -> Catalogue:
        """Locations, staff, session types of appointments, and resources, rooms and devices alike."""
        return await listed(self._client)

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The files that may be this patient's: of their last name, or of their e-mail."""
        return await Files(self._client, self._charts).find(sought)

    async def update_patient(self, patient: PatientId) -> bool:
        """Write phone, e-mail and a birth date that is missing to the patient's file; False: they have no file."""
        row = await self._file(patient)
        if row is None:
            return False
        await updated(row, await self._charts.demographics(patient), self._client)
        return True

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        """Give the visit the status Confirmed. Confirmed twice is confirmed.

        Raises: Refused (it is not to come any more), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._known()
        found = await self._visit(id, book)
        return Missing() if found is None else await self._as_ours(await confirmed(found, book), book)

    async def add_note(self, id: AppointmentId, text: str, *, key: str) -> bool:
        """Add a line to a visit's note, once for each key. False: there is no such visit.

        Raises: Refused (it is empty, or the visit was cancelled), Unreachable, OutcomeUnknown, NotPermitted.
        """
        book = await self._known()
        found = await self._visit(id, book)
        if found is None:
            return False
        await noted(found, text, key, book)
        return True

    async def attach(self, patient: PatientId, document: Document, *, key: str) -> bool:
        """Put a paper among the client's documents. False: they have no file.

        Mindbody lists no documents: a key is known again as long as this process runs, and a paper whose answer was
        lost may come twice, under one name that bears the key's mark.
        Raises: Refused (kind or size), Unreachable, OutcomeUnknown, NotPermitted.
        """
        file = file_of(document, mark=mark_of(key))
        if key in self._attached:
            return True
        row = await self._file(patient)
        if row is None:
            return False
        await self._client.upload(row.text("Id"), file)
        self._attached[key] = None
        if len(self._attached) > _REMEMBERED:
            del self._attached[next(iter(self._attached))]
        return True

    async def changes(self, since: str | None) -> Changes:
        """Visits from yesterday to two months ahead that are other than they were; None: all of them.

        Every visit of those days is read each time, so this is for once in a while: Mindbody counts calls.
        """
        book = await self._known()
        found = await followed(book, since)
        known = [one for one in found.visits if one.strange is None and book.numbers.location_of(one.location)]
        whose = await owners((one.client for one in known), self._client, self._charts)
        return Changes(
            visits=tuple(appointment(one, book.numbers, whose.get(one.client)) for one in known),
            gone=tuple(AppointmentId(str(number)) for number in found.gone),
            next=found.next,
        )

    def hear(self, notice: Notice) -> Sequence[Told]:
        """What a webhook is about; [] for another site's, and for what is nothing to us.

        Raises: Refused (the signature is wrong, missing or too old: answer 401 and keep nothing).
        """
        return heard(notice, key=self._signature_key, site=self._site)

    async def _file(self, patient: PatientId) -> Foreign | None:
        return await Files(self._client, self._charts).there(patient)

    async def _known(self) -> Book:
        """The site's book, by its own clock, which is asked for once as long as our locations keep theirs."""
        practice = await self._practice()
        numbers = self._numbers.within(practice)
        ours = tuple(practice.location(id).zone for id in numbers.locations)
        now = self._clock.now()
        if self._zone is None or self._zone[0] != ours:
            self._zone = (ours, clock_of(await self._client.site(), ours, now=now))
        return Book(client=self._client, numbers=numbers, practice=practice, zone=self._zone[1], now=now)

    async def _visit(self, id: AppointmentId, book: Book) -> Visit | None:
        return await book.visit_of(int(id)) if id.isascii() and id.isdecimal() else None

    async def _as_ours(self, found: Visit, book: Book) -> Appointment:
        whose = await owners([found.client], self._client, self._charts)
        return appointment(found, book.numbers, whose.get(found.client))


def mindbody(
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
) -> Mindbody:
    """The site of the settings that the manifest names.

    `gate` None: a simulated one on this machine alone.
    Raises: NotPermitted (the address would carry patients unencrypted, or past the practice's agreements),
    Impossible (the key, the login or the site's number is not one).
    """
    site = settings.get("site", "")
    if not site.removeprefix("-").isdecimal() or not site.isascii():
        raise Impossible("systems.mindbody.site must be the site's number, such as 5720.")
    login = Login(
        api_key=settings.get("api_key", ""),
        site=int(site),
        username=settings.get("username", ""),
        password=settings.get("password", ""),
    )
    address = settings.get("address") or PRODUCTION
    http = HttpClient(address, system=NAME, budget=budget, gate=gate, trusts=trusts, stand_in=stand_in)
    return Mindbody(
        Client(http, Tokens(http, login, clock), login),
        numbers,
        practice=practice,
        charts=charts,
        free_times=free_times,
        clock=clock,
        site=login.site,
        signature_key=settings.get("signature_key", ""),
    )


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Mindbody:
    """The site of these settings; `numbers` as docs/systems/mindbody.md shows them. Implements `ports.Connects`.

    Raises: NotPermitted, Impossible, DocumentWrong.
    """
    return mindbody(
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
