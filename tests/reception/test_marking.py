"""People mark who came and who did not; the patient, who knows, hears nothing of it."""

from pathlib import Path

import pytest
from tests.reception.reminded_desk import RemindedDesk, reminded_desk

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.reception.by_hand import Entered, Hand, Hindered, Hindrance, marks_of


def hand(at: RemindedDesk, *, connected: bool = False) -> Hand:
    return Hand(storage=at.desk.storage, practice=at.practice, system=at.system, clock=at.clock, connected=connected)


async def standing(at: RemindedDesk, visit: AppointmentId) -> Appointment:
    found = await at.system.read(visit)
    assert isinstance(found, Appointment)
    return found


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.FULFILLED, Status.NOSHOW])
async def test_what_is_marked_stands_and_the_patient_hears_nothing_of_it(
    status: Status, database_url: str, tmp_path: Path
) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-09 15:00") as at:
        visit = await at.books("2026-06-10 10:00", await at.opens_thread())
        await at.lives_until(at.instant("2026-06-10 10:20"))
        before = at.texts()

        marked = await hand(at).mark(visit, status)
        await at.lives_until(at.instant("2026-06-12 10:00"))

        assert isinstance(marked, Entered)
        assert (await standing(at, visit)).status is status
        assert at.texts() == before


async def test_before_its_time_nothing_can_be_marked_and_then_who_came_first(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-09 15:00") as at:
        visit = await at.books("2026-06-10 10:00", await at.opens_thread())
        found = await standing(at, visit)

        early = [marks_of(found, now=at.instant(f"2026-06-10 {when}")) for when in ("06:59", "07:00", "10:00")]
        refused = await hand(at).mark(visit, Status.NOSHOW)

        assert early == [(), (Status.ARRIVED,), (Status.ARRIVED, Status.FULFILLED, Status.NOSHOW)]
        assert refused == Hindered(by=Hindrance.CHANGED)
        assert (await standing(at, visit)).status is Status.BOOKED


async def test_a_connected_systems_visits_are_marked_there(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-10 10:10") as at:
        visit = await at.books("2026-06-10 10:00", await at.opens_thread())

        outcome = await hand(at, connected=True).mark(visit, Status.ARRIVED)

        assert outcome == Hindered(by=Hindrance.ELSEWHERE)
        assert (await standing(at, visit)).status is Status.BOOKED


async def test_what_is_not_there_cannot_be_marked(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-10 10:10") as at:
        nowhere = AppointmentId("00000000-0000-0000-0000-00000000abcd")

        assert await hand(at).mark(nowhere, Status.ARRIVED) == Hindered(by=Hindrance.GONE)
