"""The form of a visit that stands in a connected system opens as any does, whether that system answers or not."""

import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from tests.reception.elsewhere import Elsewhere
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk
from tests.web.conftest import answering, free_port

from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.time import wall
from frontdesk.ports.faults import Unreachable
from frontdesk.settings import Settings
from frontdesk.web.app import create_app

THURSDAY = "Thursday, May 28"


@pytest.fixture
async def clinic(database_url: str, home: Path) -> AsyncIterator[JoinedDesk]:
    port = free_port()
    settings = Settings(home=home, port=port, public_url=f"http://localhost:{port}")
    async with joined_desk(database_url, home, Elsewhere(PRACTICE), settings=settings) as made:
        yield made


async def the_form(clinic: JoinedDesk, *faults: Unreachable) -> httpx.Response:
    """The page behind the link that the patient was sent; the system's next answers are those faults."""
    told = " ".join(await clinic.heard())
    link = re.search(r"http://\S+/intake/[^\s.]\S*\w", told)
    assert link, told
    clinic.system.faults.extend(faults)
    async with answering(clinic.desk, create_app(clinic.desk)), httpx.AsyncClient() as web:
        return await web.get(link.group(), headers={"Accept": "text/html"})


async def test_the_form_says_when_the_visit_is_there(clinic: JoinedDesk) -> None:
    assert (await clinic.says(*TALK)).startswith("You're booked!")

    form = await the_form(clinic)

    assert form.status_code == HTTPStatus.OK
    assert THURSDAY in form.text
    (visit,) = clinic.system.book_.values()
    assert f"{wall(visit.during.start, PRACTICE.locations[0].zone):%-I:%M}" in form.text


async def test_the_form_opens_with_what_was_told_while_the_system_is_away(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)

    form = await the_form(clinic, Unreachable("down for the night"))

    assert form.status_code == HTTPStatus.OK
    assert THURSDAY in form.text


async def test_the_form_of_a_visit_that_is_gone_there_says_so(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    (visit,) = clinic.system.book_
    clinic.system.delete(AppointmentId(visit))

    form = await the_form(clinic)

    assert form.status_code == HTTPStatus.NOT_FOUND
