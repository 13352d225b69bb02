from datetime import UTC, datetime

import pytest

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import NotPermitted
from frontdesk.sample.practice import smile
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.simulating.waiting import sleep
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.systems.skeleton.peer import peer
from frontdesk.systems.skeleton.system import Skeleton, connect

SETTINGS = {"address": "http://localhost:1", "key": "key"}
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


class NineInTheMorning:
    """A clock. Implements `ports.Clock`."""

    def now(self) -> datetime:
        return NOW


class NoCharts:
    """Nobody has a file yet. Implements `ports.Charts`."""

    async def demographics(self, patient: PatientId) -> Patient:
        raise LookupError(f"patient {patient} is not known")

    async def chart_of(self, patient: PatientId) -> str | None:
        return None

    async def patient_of(self, chart: str) -> PatientId | None:
        return None

    async def keep(self, patient: PatientId, chart: str) -> None:
        raise LookupError(f"patient {patient} is not known")


def opened(**other: str) -> Skeleton:
    """The connector as the desk opens it."""

    async def read_practice() -> Practice:
        return smile()

    outside = Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=NoCharts(),
        free_times=find_slots,
        clock=NineInTheMorning(),
        gate=None,
    )
    return connect(SETTINGS | other, {}, outside)


async def test_what_is_not_written_yet_says_so_and_does_nothing() -> None:
    system = opened()

    with pytest.raises(NotPermitted, match="reading a visit is not written yet"):
        await system.read(AppointmentId("17"))
    await system.close()


def test_the_simulated_system_says_what_it_lacks_before_it_holds_a_book() -> None:
    with pytest.raises(NotPermitted, match=r"Write in peer\.py"):
        peer(smile(), clock=lambda: NOW, wait=sleep, visits=(), days=30)


def test_a_key_that_cannot_be_one_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(Impossible, match="one word of plain letters"):
        opened(key="two words")


def test_patients_are_never_sent_unencrypted_to_another_machine() -> None:
    with pytest.raises(NotPermitted, match="https://"):
        opened(address="http://skeleton.example.com")
