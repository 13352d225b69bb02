"""The system of record: the calendar that decides. The built-in one and every EHR/PMS implement `System`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Subject
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.time import Period
from frontdesk.domain.visitor import ANYBODY, Visitor
from frontdesk.domain.wish import Otherwise, Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The best few times for a wish are all that is wanted, without those that were passed over."""

    wish: Wish
    count: int
    passed_over: tuple[datetime, ...] = ()
    otherwise: Otherwise = Otherwise.NEAREST


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotRequest:
    """Which times are wanted: one service, within a stretch of at most 62 days. `visitor` is whoever comes.

    `until`: times up to then may be had, beyond how far ahead one may book otherwise: those of a course.
    `moving`: a visit that is to have another time; a calendar that can tell what it keeps busy leaves that out, so that
    it may be moved by less than its own length.
    `few`: what they will be chosen for. A calendar that can choose leaves out what would not be chosen; the others
    tell all they have, and whoever asked chooses.
    """

    service: ServiceId
    within: Period
    practitioner: PractitionerId | None = None
    location: LocationId | None = None
    visitor: Visitor = ANYBODY
    until: datetime | None = None
    few: Choice | None = None
    moving: AppointmentId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The time is kept for us until `appointment.held_until`."""

    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """The visit stands in the calendar, or is asked for (`appointment.is_requested`) where staff must enter it."""

    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The visit stands at its new time, and the old time is free. A system may have given it a new id."""

    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """Somebody else has the time; `by` is what was no longer free."""

    by: Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancelled:
    """The visit no longer stands."""

    appointment: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """No such visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ByStaff:
    """The system cannot be written: its people must do it, and nothing was changed."""


class System(Protocol):
    """What the desk asks of a calendar. Each `key` names one intent: the same key twice acts once."""

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits.

        Where only a few are wanted: at least those, in that order.
        Raises: Unreachable (nothing was read), NotPermitted.
        """
        ...

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep a time for a patient who is still answering.

        Raises: Unreachable (nothing is held), OutcomeUnknown, NotPermitted, Refused (also by a system whose
        manifest says that it cannot hold: whoever asks it keeps the time on the desk's own side).
        """
        ...

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back. What is not held any more is left as it is."""
        ...

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit, out of the hold where one is given and still stands.

        A key that has acted before gives the visit it made, as it stands now; it may have been cancelled since.
        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        ...

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this intent has made, if it has: what is asked after an outcome that is not known.

        Raises: Unreachable, NotPermitted.
        """
        ...

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing | ByStaff:
        """Give a booked visit another time, whole or not at all: where the new time is taken, the old one stands.

        Missing: it is not booked any more. The same key again finds what it did.
        Raises: Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Refused (also by a system whose
        manifest says that it cannot: whoever asks it books the new time and then cancels the old one).
        """
        ...

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        ...

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; holds are left out."""
        ...

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing | ByStaff:
        """Take a visit out of the calendar and free everything it held. Cancelled twice is cancelled.

        Raises: Refused (it has taken place), Unreachable, OutcomeUnknown, NotPermitted.
        """
        ...


@runtime_checkable
class ReadsTogether(Protocol):
    """A calendar that tells of several visits for one question. The others are asked for one after the other."""

    async def read_all(self, ids: Sequence[AppointmentId]) -> Mapping[AppointmentId, Appointment]:
        """These visits as they stand now; those that are not there are left out."""
        ...
