"""Skeleton as a System: the port's methods in the port's order, from client and mapping, a few lines each.

Each ability of `ports.abilities` that the manifest lists in `can` gets its method below `cancel`, and no other does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from frontdesk.domain.appointment import Appointment, Cancellation, Slot
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.systems.skeleton.client import NAME, Client
from frontdesk.systems.skeleton.numbers import Numbers, read_numbers
from frontdesk.wire.client import HttpClient


class Skeleton:
    """One clinic's calendar at Skeleton. `numbers` says which of its things are which of ours.

    A patient's file there is found or opened by `standards.charting`; free times are Skeleton's own, or
    worked out by `free_times` where it tells hours and visits alone.
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
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._practice = practice
        self._charts = charts
        self._free_times = free_times
        self._clock = clock

    async def close(self) -> None:
        """Part from Skeleton."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits.

        Raises: Unreachable (nothing was read), NotPermitted.
        """
        raise NotPermitted("Skeleton: finding times is not written yet. Write `find_slots` in system.py.")

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep a time for a patient who is still answering.

        Raises: Unreachable (nothing is held), OutcomeUnknown, NotPermitted, Refused.
        """
        raise NotPermitted("Skeleton: holding a time is not written yet. Write `hold` in system.py.")

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back. What is not held any more is left as it is."""
        raise NotPermitted("Skeleton: giving a time back is not written yet. Write `release` in system.py.")

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit, out of the hold where one is given and still stands.

        Raises: Unreachable (nothing is booked), OutcomeUnknown, NotPermitted, Refused.
        """
        raise NotPermitted("Skeleton: booking is not written yet. Write `book` in system.py.")

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this intent has made, if it has: what is asked after an outcome that is not known."""
        raise NotPermitted("Skeleton: looking a visit up is not written yet. Write `look_up` in system.py.")

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Give a booked visit another time, whole or not at all: where the new time is taken, the old one stands.

        Raises: Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Refused.
        """
        raise NotPermitted("Skeleton: moving a visit is not written yet. Write `move` in system.py.")

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        raise NotPermitted("Skeleton: reading a visit is not written yet. Write `read` in system.py.")

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; holds are left out."""
        raise NotPermitted("Skeleton: listing visits is not written yet. Write `appointments_of` in system.py.")

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Take a visit out of the calendar and free everything it held. Cancelled twice is cancelled."""
        raise NotPermitted("Skeleton: cancelling is not written yet. Write `cancel` in system.py.")


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Skeleton:
    """The clinic of these settings, which the manifest names. Implements `ports.Connects`.

    Raises: NotPermitted (the address would carry patients unencrypted, or past the practice's agreements),
    Impossible (the key is not one, or a number stands twice), DocumentWrong (`numbers`).
    """
    http = HttpClient(
        settings.get("address", ""),
        system=NAME,
        budget=outside.budget,
        gate=outside.gate,
        stand_in=outside.stand_in,
    )
    return Skeleton(
        Client(http, settings.get("key", "")),
        read_numbers(numbers),
        practice=outside.practice,
        charts=outside.charts,
        free_times=outside.free_times,
        clock=outside.clock,
    )
