"""A calendar in another system. What it cannot, hold a time or move a visit, the desk does on its own side."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot, Status, Subject
from frontdesk.domain.ids import AppointmentId, PatientId, PracticeId
from frontdesk.domain.time import Period
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Booked, ByStaff, Cancelled, Held, Missing, Moved, SlotRequest, System, Taken
from frontdesk.reception.kept_times import KeptTimes
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Storage
from frontdesk.storage.followed import times_stale_at, void_times
from frontdesk.storage.visits import claims_within

WHILE_BOOKING = timedelta(minutes=5)
"""How long a time stays held on our side while the other system is asked to book it."""


class Connected:
    """The practice's calendar in the other system, its holds in ours or there. Implements `ports.System`.

    The built-in calendar of such a practice contains holds and nothing else: they keep two of our own patients from
    the same time. Against everybody else the connector looks before it writes and again after. `holds_there`: the
    system keeps times itself, from everybody; `moves_there`: it moves a visit in place.
    """

    def __init__(
        self,
        system: System,
        holds: Calendar,
        storage: Storage,
        practice: PracticeId,
        clock: Clock,
        *,
        name: str = "",
        fresh: timedelta = timedelta(0),
        holds_there: bool = False,
        moves_there: bool = False,
    ) -> None:
        """`fresh`: how old the free times may be that are shown; a change notice and our own writing end it sooner.

        `name` is the system's own, under which all processes tell one another of that.
        """
        self._system = system
        self._holds = holds
        self._storage = storage
        self._practice = practice
        self._clock = clock
        self._name = name
        self._times = KeptTimes(fresh) if fresh else None
        self._holds_there = holds_there
        self._moves_there = moves_there

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that are free there and not held here, soonest first; [] when none fits.

        They may be a moment old, where that was allowed; who takes one is told the truth by `hold`.
        """
        if self._times is None:
            return await self._not_held(await self._system.find_slots(wanted), wanted.within)
        asked = self._clock.now()
        async with self._storage.practice(self._practice) as db:
            kept = self._times.find(wanted, stale_at=await times_stale_at(db, self._name), now=asked)
            if kept is not None:
                return _free(kept.slots, await claims_within(db, wanted.within, now=asked))
        found = await self._system.find_slots(replace(wanted, few=None))  # all of them: the next wish is another one
        self._times.keep(wanted, found, asked=asked)
        return await self._not_held(found, wanted.within)

    async def _not_held(self, slots: Sequence[Slot], within: Period) -> list[Slot]:
        async with self._storage.practice(self._practice) as db:
            held = await claims_within(db, within, now=self._clock.now())
        return _free(slots, held)

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep a time: there where it can, else on our side, once the other system has shown that it is free."""
        if self._holds_there:
            async with self._changing():
                return await self._system.hold(slot, key=key, until=until)
        within = Period(start=slot.during.start, end=slot.during.end)
        request = SlotRequest(
            service=slot.service, within=within, practitioner=slot.practitioner, location=slot.location
        )
        open_there = await self._system.find_slots(request)
        if not any(one.during == slot.during and one.room == slot.room for one in open_there):
            await self._times_changed()
            return Taken(by=Subject.PRACTITIONER)
        return await self._holds.hold(slot, key=key, until=until)

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back."""
        if not self._holds_there:
            await self._holds.release(held)
            return
        async with self._changing():
            await self._system.release(held)

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book it there, while the time is kept here from our other patients."""
        async with self._changing():
            return await self._booked(slot, patient=patient, key=key, held=held)

    async def _booked(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        if self._holds_there:
            return await self._system.book(slot, patient=patient, key=key, held=held)
        kept = await self._kept(slot, key=key, held=held)
        if isinstance(kept, Taken):
            done = await self._system.look_up(slot, patient=patient, key=key)
            return kept if isinstance(done, Missing) else Booked(appointment=done)
        outcome = await self._system.book(slot, patient=patient, key=key, held=None)
        await self._holds.release(kept)
        return outcome

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this intent has made there, if it has."""
        return await self._system.look_up(slot, patient=patient, key=key)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing | ByStaff:
        """In place where the system can; else book the new time, then cancel the old one.

        Where the old one cannot be cancelled, the new one is undone.

        Repeated with its key it goes on where it stopped: both calls find what they did before.
        Raises: Refused (the old visit stands, and nothing else), Unreachable, OutcomeUnknown, NotPermitted.
        """
        async with self._changing():
            if self._moves_there:
                return await self._moved_there(id, slot, key=key, held=held)
            return await self._booked_anew(id, slot, key=key, held=held)

    async def _booked_anew(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        old = await self._system.read(id)
        if isinstance(old, Missing):
            return Missing()
        if old.patient is None:
            raise Refused("The visit belongs to nobody the desk knows; a person must move it.")
        if old.status is not Status.BOOKED:
            return await self._moved_before(old, slot, patient=old.patient, key=key)
        booked = await self._booked(slot, patient=old.patient, key=key, held=held)
        if isinstance(booked, Taken):
            return booked
        if booked.appointment.id in {id, old.id}:  # it was there already: to cancel the old one would cancel this one
            return Moved(appointment=booked.appointment)
        try:
            await self._one_of_both(id, booked.appointment.id)
        except (Unreachable, NotPermitted) as fault:
            raise OutcomeUnknown("the new time is booked, and the old one still stands") from fault
        return Moved(appointment=booked.appointment)

    async def _one_of_both(self, old: AppointmentId, new: AppointmentId) -> None:
        """Take the old visit out; the new one instead where the old one has to stay. Raises: Refused (then), Fault."""
        try:
            await self._system.cancel(old, reason=Cancellation.PATIENT)
        except Refused:
            await self._system.cancel(new, reason=Cancellation.OTHER_ERROR)
            raise

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands there now."""
        return await self._system.read(id)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients there, soonest first, cancelled ones too."""
        return await self._system.appointments_of(patients)

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing | ByStaff:
        """Take a visit out there. Cancelled twice is cancelled."""
        async with self._changing():
            return await self._system.cancel(id, reason=reason)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        """Afterwards the free times are not what they were, however it ended."""
        try:
            yield
        finally:
            await self._times_changed()

    async def _times_changed(self) -> None:
        if self._times is not None:
            async with self._storage.practice(self._practice) as db:
                await void_times(db, self._name, now=self._clock.now())

    async def _moved_there(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing | ByStaff:
        """Moved in place, while the new time is kept here from our other patients."""
        if self._holds_there:
            return await self._system.move(id, slot, key=key, held=held)
        kept = await self._kept(slot, key=key, held=held)
        if isinstance(kept, Taken):
            now = await self._system.read(id)
            done = isinstance(now, Appointment) and (now.during, now.practitioner) == (slot.during, slot.practitioner)
            return Moved(appointment=now) if isinstance(now, Appointment) and done else kept
        outcome = await self._system.move(id, slot, key=key, held=None)
        await self._holds.release(kept)
        return outcome

    async def _moved_before(self, old: Appointment, slot: Slot, *, patient: PatientId, key: str) -> Moved | Missing:
        """What an earlier run of this key has made of a visit that is not booked any more."""
        new = await self._system.look_up(slot, patient=patient, key=key)
        if isinstance(new, Missing) or new.id == old.id:
            return Missing()
        if old.status.takes_time and new.status.takes_time:
            raise Refused("The patient has come to the old time while the new one was booked; a person must see to it.")
        return Moved(appointment=new)

    async def _kept(self, slot: Slot, *, key: str, held: AppointmentId | None) -> AppointmentId | Taken:
        """Our hold on the time for as long as booking may take: the patient's own while it stands, else a fresh one."""
        until = self._clock.now() + WHILE_BOOKING
        if held is not None and await self._holds.keep_on(held, slot, until=until):
            return held
        fresh = await self._holds.hold(slot, key=f"booking {key}", until=until)
        return fresh if isinstance(fresh, Taken) else fresh.appointment.id


def _free(slots: Sequence[Slot], held: Sequence[Claim]) -> list[Slot]:
    return [slot for slot in slots if not any(_clash(claim, held) for claim in slot.claims)]


def _clash(claim: Claim, held: Sequence[Claim]) -> bool:
    return any(
        (one.subject, one.id, one.lane) == (claim.subject, claim.id, claim.lane) and one.during.overlaps(claim.during)
        for one in held
    )
