"""The pages show what stands in a connected system: patients of ours by name, everybody else as busy."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from tests.clinic import NOW, a_slot, at
from tests.reception.elsewhere import Elsewhere, Quiet
from tests.reception.joined_desk import PRACTICE, JoinedDesk, joined_desk
from tests.web.conftest import answering, free_port

from frontdesk.connecting.walking import followed
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.finding import Level
from frontdesk.settings import Settings
from frontdesk.storage.followed import Followed
from frontdesk.storage.patients import add_patient
from frontdesk.web.app import create_app
from frontdesk.web.pages.calendar_visits import shown_within

MARIA = Patient(id=PatientId(UUID(int=77)), given="Maria", family="Gonzalez", phone="+15125550147")
TEN, ELEVEN, NOON = at("2026-05-28 10:00"), at("2026-05-28 11:00"), at("2026-05-28 12:00")
DAY = at("2026-05-28 00:00", minutes=24 * 60)


@pytest.fixture
async def clinic(database_url: str, home: Path) -> AsyncIterator[JoinedDesk]:
    port = free_port()
    settings = Settings(home=home, port=port, public_url=f"http://localhost:{port}")
    async with joined_desk(database_url, home, Elsewhere(PRACTICE), settings=settings) as made:
        async with made.desk.storage.practice(PRACTICE.id) as db:
            await add_patient(db, MARIA, now=NOW)
        yield made


async def page(clinic: JoinedDesk) -> str:
    async with answering(clinic.desk, create_app(clinic.desk)), httpx.AsyncClient() as web:
        address = f"{clinic.desk.settings.public_url}/demo/calendar/sheet?on=2026-05-28"
        return (await web.get(address, headers={"Accept": "text/html"})).text


async def test_a_patient_of_ours_is_named_and_a_stranger_is_busy(clinic: JoinedDesk) -> None:
    clinic.system.enter(TEN, patient=MARIA.id)
    clinic.system.enter(ELEVEN)
    clinic.system.enter(ELEVEN)
    await clinic.later(seconds=1)

    shown = await page(clinic)

    assert shown.count("Maria Gonzalez") == 1
    assert shown.count("<b>Botox consultation</b>") == 1
    assert shown.count("<b>Busy</b>") == 2
    assert "As the connected system told it at 9:47 PM" in shown
    assert "/demo/visits/new" not in shown


async def test_our_holds_stand_beside_it_and_what_is_not_told_does_not(clinic: JoinedDesk) -> None:
    clinic.system.enter(TEN, patient=MARIA.id)
    await clinic.later(seconds=1)
    await clinic.calendar.hold(a_slot(NOON), key="k", until=NOW + timedelta(minutes=30))

    shown = await page(clinic)

    assert (shown.count("Maria Gonzalez"), shown.count("Being booked")) == (1, 2)  # once in the legend


async def test_a_service_that_the_practice_has_no_more_does_not_break_the_page(clinic: JoinedDesk) -> None:
    clinic.system.enter(TEN, patient=MARIA.id)
    await clinic.later(seconds=1)
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await db.run("update mirrored_visit set service = 'gone', practitioner = 'gone', room = 'gone'")

        shown = await shown_within(db, PRACTICE, clinic.desk.joined_of(PRACTICE.id), DAY, now=clinic.clock.now())

    [visit] = shown.visits
    assert (visit.service, visit.practitioner, visit.room) == (None, None, None)
    assert visit.patient == MARIA.id


def test_the_check_of_a_connection_says_how_old_the_copy_is() -> None:
    system, quiet = Elsewhere(PRACTICE), Quiet(PRACTICE)

    def found(**ago: float) -> tuple[Level, str]:
        stands = Followed(read=NOW - timedelta(**ago), failed_since=None, task=None)
        finding = followed(system, stands, 312, now=NOW)
        return finding.level, finding.says

    assert found(seconds=40) == (Level.GOOD, "was read 40 seconds ago, 312 visits to come")
    assert found(hours=3) == (Level.BAD, "was read 3 hours ago, 312 visits to come")
    unread = followed(system, Followed(read=None, failed_since=None, task=None), 0, now=NOW)
    assert (unread.level, "frontdesk work" in unread.do) == (Level.LOOK, True)
    assert followed(quiet, Followed(read=None, failed_since=None, task=None), 0, now=NOW).says.startswith("is not told")
    failing = Followed(read=NOW - timedelta(minutes=9), failed_since=NOW - timedelta(minutes=8), task=None)
    assert followed(system, failing, 0, now=NOW).says.endswith("it has not been readable for 8 minutes")
