"""The schedule of a business with Boulevard. Implements `ports.System` and most of `ports.abilities`."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.abilities import Came, Changes, Notice, Told
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import Refused
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.standards.openings import allowed
from frontdesk.systems.boulevard.admin import Admin
from frontdesk.systems.boulevard.baskets import Basket, Baskets, Kept, let_go
from frontdesk.systems.boulevard.booking import Booking, taken_out
from frontdesk.systems.boulevard.carts import Carts
from frontdesk.systems.boulevard.changing import Memory
from frontdesk.systems.boulevard.charts import Files, Phones
from frontdesk.systems.boulevard.client import NAME, PRODUCTION, Client
from frontdesk.systems.boulevard.listing import listed
from frontdesk.systems.boulevard.mapping import Numbers, Visit, appointment, is_visit, reason_there
from frontdesk.systems.boulevard.marking import arrived, confirmed, missed, noted
from frontdesk.systems.boulevard.moving import check_movable, moved, moved_anew, stays_with
from frontdesk.systems.boulevard.notices import heard
from frontdesk.systems.boulevard.numbers import read_numbers
from frontdesk.systems.boulevard.offering import open_times
from frontdesk.systems.boulevard.schedule import Schedule, check_slot
from frontdesk.systems.boulevard.signing import Keys
from frontdesk.wire.client import HttpClient


class Boulevard:
    """One business's schedule. `numbers` says which of its locations, staff and services are ours."""

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        *,
        practice: ReadPractice,
        charts: Charts,
        free_times: FreeTimes,
        clock: Clock,
        secret: bytes,
    ) -> None:
        self._client = client
        self._admin = Admin(client=client)
        self._carts = Carts(client=client)
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._files = Files(admin=self._admin, client=client, charts=charts, phones=Phones(self._admin, clock))
        self._free_times = free_times
        self._clock = clock
        self._secret = secret
        self._memory = Memory()
        self._baskets = Baskets()

    async def close(self) -> None:
        """Part from the business."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits.

        Boulevard's own online times, each with who is to do it and as long as they take, as far as the practice's
        files allow them. A time that the clock on the wall cannot tell from another is left out.
        Raises: Unreachable (nothing was read), NotPermitted (the service has no id, or is not booked online).
        """
        schedule = await self._known()
        service = schedule.practice.service(wanted.service)
        return allowed(
            await open_times(service, schedule, wanted=wanted),
            service,
            wanted=wanted,
            practice=schedule.practice,
            now=self._clock.now(),
            free_times=self._free_times,
        )

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep the time in a guest's cart; Boulevard says until when, which may be sooner or later than `until`.

        Raises: Unreachable (nothing is held that does not run out by itself), NotPermitted, Refused.
        """
        schedule = await self._known()
        check_slot(slot, schedule.numbers)
        kept = await self._baskets.kept(key, slot, schedule)
        return kept if isinstance(kept, Taken) else Held(appointment=_held(slot, kept))

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back. What is not held any more is left as it is."""
        basket = Basket.of(held)
        if basket is not None:
            await let_go(basket, await self._known())

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit out of a cart, on the patient's file, found or opened. The same key again finds the visit.

        What comes back was read from the schedule after it was booked. For a patient without a file the time is kept
        first, so that no file is opened for a time that is gone.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        schedule = await self._known()
        check_slot(slot, schedule.numbers)
        basket = Basket.of(held) if held is not None else None
        client = await self._files.standing(patient)
        if client is None:
            if basket is None:
                kept = await self._baskets.kept(key, slot, schedule)
                if isinstance(kept, Taken):
                    return kept
                basket = kept.basket
            client = await self._files.for_visit(patient)
        booking = self._booking(slot, client, key, schedule)
        outcome = await booking.made() or await booking.write(basket)
        if isinstance(outcome, Taken):
            return outcome
        return Booked(appointment=appointment(outcome, schedule.numbers, schedule.practice, patient))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this key has booked: it bears the key's mark, or is the patient's at that time.

        Raises: Unreachable, NotPermitted.
        """
        schedule = await self._known()
        client = await self._files.there(patient)
        if client is None:
            return Missing()
        found = await self._booking(slot, client, key, schedule).made()
        if found is None:
            other = await self._files.anew(patient, client)  # staff may have merged it into another since
            if other is not None:
                found = await self._booking(slot, other, key, schedule).made()
        return Missing() if found is None else appointment(found, schedule.numbers, schedule.practice, patient)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Give a visit another time: in place with the same people and service, else booked anew and then cancelled.

        Missing: it is not booked any more. The same key again finds the visit at its new time; one that was moved on
        since comes back as it stands.
        Raises: Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Refused (the patient has come).
        """
        schedule = await self._known()
        check_slot(slot, schedule.numbers)
        old = await self._visit(id, schedule)
        if old is None:
            return Missing()
        if not old.in_use:
            return await self._moved_before(old, slot, key, schedule)
        check_movable(old)
        if stays_with(old, slot, schedule):
            if held is not None:
                await self.release(held)  # it would keep the time from the visit itself
            outcome = await moved(old, slot, schedule, key=key)
        elif old.client is not None:
            booking = self._booking(slot, old.client, key, schedule)
            outcome = await moved_anew(old, booking, Basket.of(held) if held is not None else None)
        else:
            raise Refused(f"Visit {id} has no client; a person must move it.")
        return outcome if isinstance(outcome, Taken) else Moved(appointment=await self._as_ours(outcome, schedule))

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        schedule = await self._known()
        found = await self._visit(id, schedule)
        return Missing() if found is None else await self._as_ours(found, schedule)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients at our locations, soonest first, cancelled ones too."""
        schedule = await self._known()
        visits: list[Appointment] = []
        for patient in patients:
            client = await self._charts.chart_of(patient)
            found = await schedule.visits_of(client) if client is not None else []
            other = await self._files.anew(patient, client) if client is not None and not found else None
            if other is not None:
                found = await schedule.visits_of(other)
            visits += [appointment(one, schedule.numbers, schedule.practice, patient) for one in found]
        return sorted(visits, key=lambda one: (one.during, one.id))

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Cancel a visit, with Boulevard's nearest reason and ours in words. Cancelled twice is cancelled.

        Raises: Refused (it has begun or taken place), Unreachable, OutcomeUnknown, NotPermitted.
        """
        schedule = await self._known()
        found = await self._visit(id, schedule)
        if found is None:
            return Missing()
        if found.in_use:
            check_movable(found)
            words = reason.name.lower().replace("_", " ")
            notes = f"Cancelled through Frontdesk: {words}"
            found = await taken_out(found, schedule, reason=reason_there(reason), notes=notes)
        before = await self._as_ours(found, schedule)
        return Cancelled(appointment=replace(before, status=Status.CANCELLED, reason=reason))

    async def catalogue(self) -> Catalogue:
        """Locations, staff and services, and what of them is booked online, by whom and for how long."""
        return await listed(self._admin, self._carts)

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The files that may be this patient's: of their e-mail, or of their phone."""
        return await self._files.candidates(sought)

    async def update_patient(self, patient: PatientId) -> bool:
        """Write e-mail, phone and birth date to the patient's file; False: they have none."""
        number = await self._files.there(patient)
        return number is not None and await self._files.update(number, await self._charts.demographics(patient))

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        """Give the visit the state CONFIRMED. Confirmed twice is confirmed.

        Raises: Refused (it is not to come any more), Unreachable, OutcomeUnknown, NotPermitted.
        """
        schedule = await self._known()
        found = await self._visit(id, schedule)
        return Missing() if found is None else await self._as_ours(await confirmed(found, schedule), schedule)

    async def mark(self, id: AppointmentId, came: Came) -> Appointment | Missing:
        """Give the visit of who has come the state ARRIVED; cancel that of who has not as a no-show.

        Raises: Refused (its time has not come, or it stands otherwise), Unreachable, OutcomeUnknown, NotPermitted.
        """
        schedule = await self._known()
        found = await self._visit(id, schedule)
        if found is None:
            return Missing()
        if came is Came.ARRIVED:
            return await self._as_ours(await arrived(found, schedule), schedule)
        return await self._as_ours(await missed(found, schedule, now=self._clock.now()), schedule)

    async def add_note(self, id: AppointmentId, text: str, *, key: str) -> bool:
        """Add a line to a visit's notes, once for each key. False: there is no such visit."""
        schedule = await self._known()
        found = await self._visit(id, schedule)
        if found is None:
            return False
        await noted(found, text, key, schedule)
        return True

    async def changes(self, since: str | None) -> Changes:
        """Visits that differ from what was read before; all from a day ago on for None, or after a restart."""
        schedule = await self._known()
        changed = await self._memory.changed(since, schedule, now=self._clock.now())
        clients = {one.client for one in changed.visits if one.client is not None}
        whose = {client: await self._charts.patient_of(client) for client in clients}
        return Changes(
            visits=tuple(
                appointment(one, schedule.numbers, schedule.practice, whose.get(one.client or ""))
                for one in changed.visits
            ),
            gone=tuple(map(AppointmentId, changed.gone)),
            next=changed.next,
        )

    def hear(self, notice: Notice) -> Sequence[Told]:
        """Which visit or client a webhook is about. Raises: Refused (not signed by Boulevard, or too old)."""
        return heard(notice, secret=self._secret)

    async def _known(self) -> Schedule:
        practice = await self._practice()
        return Schedule(admin=self._admin, carts=self._carts, numbers=self._numbers.within(practice), practice=practice)

    def _booking(self, slot: Slot, client: str, key: str, schedule: Schedule) -> Booking:
        return Booking(
            schedule=schedule, baskets=self._baskets, slot=slot, client=client, key=key, now=self._clock.now()
        )

    async def _visit(self, id: AppointmentId, schedule: Schedule) -> Visit | None:
        return await schedule.visit_of(id) if is_visit(id) else None

    async def _as_ours(self, found: Visit, schedule: Schedule) -> Appointment:
        patient = await self._charts.patient_of(found.client) if found.client is not None else None
        return appointment(found, schedule.numbers, schedule.practice, patient)

    async def _moved_before(self, old: Visit, slot: Slot, key: str, schedule: Schedule) -> Moved | Missing:
        """What an earlier run of this key has made of a visit that is not booked any more."""
        client = old.client
        found = await self._booking(slot, client, key, schedule).standing() if client is not None else None
        return Missing() if found is None else Moved(appointment=await self._as_ours(found, schedule))


def boulevard(
    settings: Mapping[str, str],
    numbers: Numbers,
    outside: Outside,
    *,
    trusts: ssl.SSLContext | None = None,
) -> Boulevard:
    """The business of the settings that the manifest names.

    Raises: NotPermitted (the address would carry patients unencrypted, or past the practice's agreements), Impossible
    (a setting is not one).
    """
    keys = Keys(
        api_key=settings.get("api_key", ""),
        secret=settings.get("api_secret", ""),
        business=settings.get("business_id", ""),
    )
    http = HttpClient(
        settings.get("address") or PRODUCTION,
        system=NAME,
        budget=outside.budget,
        gate=outside.gate,
        trusts=trusts,
        stand_in=outside.stand_in,
    )
    pause = outside.stand_in.pause if outside.stand_in else asyncio.sleep
    return Boulevard(
        Client(http, keys, clock=outside.clock, pause=pause),
        numbers,
        practice=outside.practice,
        charts=outside.charts,
        free_times=outside.free_times,
        clock=outside.clock,
        secret=keys.octets,
    )


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Boulevard:
    """The business of these settings; `numbers` as docs/systems/boulevard.md shows them. Implements `ports.Connects`.

    Raises: NotPermitted, Impossible, DocumentWrong.
    """
    return boulevard(settings, read_numbers(numbers), outside)


def _held(slot: Slot, kept: Kept) -> Appointment:
    return Appointment(
        id=AppointmentId(kept.basket.text),
        service=slot.service,
        location=slot.location,
        practitioner=slot.practitioner,
        room=None,
        devices=(),
        during=slot.during,
        status=Status.PENDING,
        held_until=kept.until,
    )
