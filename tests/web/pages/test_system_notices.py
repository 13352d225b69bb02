"""What a connected system sends is taken when it has signed it, once, and is never believed further than its ids."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.clinic import at
from tests.reception.elsewhere import NAME, Elsewhere, Quiet, signature
from tests.reception.joined_desk import PRACTICE, JoinedDesk, joined_desk
from tests.web.conftest import answering, free_port

from frontdesk.domain.ids import AppointmentId
from frontdesk.settings import Settings
from frontdesk.storage.jobs import Work
from frontdesk.web.app import create_app
from frontdesk.web.pages.system_notices import LARGEST_BODY, PACE, notice_url

DAY = at("2026-05-28 00:00", minutes=24 * 60)


class Hook:
    """A joined desk behind a server, and the way in that its system was given."""

    def __init__(self, clinic: JoinedDesk, web: httpx.AsyncClient) -> None:
        self.clinic = clinic
        self.web = web

    @property
    def url(self) -> str:
        return notice_url(self.clinic.desk.settings.public_url, PRACTICE.key, NAME)

    async def send(self, body: bytes, *, signed: str | None = None, to: str | None = None) -> int:
        to = to or self.url
        headers = {"X-Signature": signature(to, body) if signed is None else signed}
        return (await self.web.post(to, content=body, headers=headers)).status_code

    async def notices(self) -> list[str]:
        async with self.clinic.desk.storage.practice(PRACTICE.id) as db:
            return [row["id"] for row in await db.all("select id from system_notice order by id")]


@asynccontextmanager
async def a_hook(database_url: str, home: Path, system: Quiet) -> AsyncIterator[Hook]:
    port = free_port()
    settings = Settings(home=home, port=port, public_url=f"http://localhost:{port}")
    async with (
        joined_desk(database_url, home, system, settings=settings) as clinic,
        answering(clinic.desk, create_app(clinic.desk)),
        httpx.AsyncClient() as web,
    ):
        yield Hook(clinic, web)


@pytest.fixture
async def hook(database_url: str, home: Path) -> AsyncIterator[Hook]:
    async with a_hook(database_url, home, Elsewhere(PRACTICE)) as made:
        yield made


def a_notice(id: str = "n-1", *visits: str) -> bytes:
    return json.dumps({"id": id, "visits": visits}).encode()


async def test_a_notice_is_answered_at_once_and_its_visit_is_read_after(hook: Hook) -> None:
    system = hook.clinic.system
    await hook.clinic.later(seconds=1)
    visit = system.enter(at("2026-05-28 10:00"))
    asked = len(system.asked)

    status = await hook.send(a_notice("n-1", visit))

    assert (status, len(system.asked)) == (204, asked)
    assert await hook.clinic.work() == [Work.FOLLOW]
    assert [one.id for one in await hook.clinic.mirror(DAY)] == [visit]


async def test_the_same_notice_again_leads_to_nothing(hook: Hook) -> None:
    statuses = [await hook.send(a_notice("n-1", "7")) for _ in range(3)]
    first = await hook.clinic.work()

    statuses.append(await hook.send(a_notice("n-1", "7")))

    assert statuses == [204] * 4
    assert (first, await hook.clinic.work()) == ([Work.FOLLOW], [])


@pytest.mark.parametrize("forged", ["", "0" * 64, signature("http://elsewhere.example.com", a_notice("n-1", "7"))])
async def test_of_a_forged_notice_nothing_is_kept(hook: Hook, forged: str) -> None:
    status = await hook.send(a_notice("n-1", "7"), signed=forged)

    assert status == 401
    assert await hook.notices() == []
    assert await hook.clinic.work() == []


async def test_what_the_system_signs_is_its_public_address_with_what_stands_behind_it(hook: Hook) -> None:
    status = await hook.send(a_notice("n-2", "7"), to=f"{hook.url}?site=4")

    assert status == 204
    assert await hook.notices() == ["n-2"]


@pytest.mark.parametrize("address", ["nobody/elsewhere", "clinic/another"])
async def test_other_practices_and_other_systems_are_not_there(hook: Hook, address: str) -> None:
    to = f"{hook.clinic.desk.settings.public_url}/hooks/system/{address}"

    assert await hook.send(a_notice(), to=to) == 404


async def test_a_system_without_notices_has_no_way_in(database_url: str, home: Path) -> None:
    async with a_hook(database_url, home, Quiet(PRACTICE)) as hook:
        assert await hook.send(a_notice()) == 404


async def test_more_than_a_megabyte_is_not_read(hook: Hook) -> None:
    assert await hook.send(b"x" * (LARGEST_BODY + 1)) == 413
    assert await hook.notices() == []


async def test_whoever_floods_it_is_sent_away_and_the_system_is_not(hook: Hook) -> None:
    refused = [await hook.send(a_notice(), signed="0") for _ in range(PACE.at_once)]
    flooding = await hook.send(a_notice(), signed="0")
    headers = {"X-Signature": signature(hook.url, a_notice()), "X-Forwarded-For": "203.0.113.9"}

    other = await hook.web.post(hook.url, content=a_notice(), headers=headers)

    assert set(refused) == {401}
    assert (flooding, other.status_code) == (429, 204)


async def test_many_notices_at_once_lead_to_few_questions(hook: Hook) -> None:
    system = hook.clinic.system
    visits = [system.enter(at(f"2026-05-28 {hour}:00")) for hour in range(10, 18)]
    for number, visit in enumerate(visits):
        await hook.send(a_notice(f"n-{number}", AppointmentId(visit)))

    await hook.clinic.work()

    assert system.asked == ["everything"]
    assert len(await hook.clinic.mirror(DAY)) == len(visits)
