"""Signing in through the practice's own provider, in a browser: there, back, and in as nobody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.cli.command import Done, run, told
from tests.database import as_url
from tests.reception.an_openid_provider import CLIENT, SECRET, AnOpenIdProvider, an_openid_provider
from tests.web.conftest import Running
from tests.web.pages.staff.test_sign_in import OWN, Person, enrolled, invited

from frontdesk.compliance.roles import Role
from frontdesk.storage import people
from frontdesk.storage.openid import remove_provider, set_provider
from frontdesk.storage.people import Access

EMAIL = f"{Role.MANAGER.value}@example.com"
NOT_RECOGNISED = "Your provider did not recognise you"


@pytest.fixture
async def provider(running: Running) -> AsyncIterator[AnOpenIdProvider]:
    """The practice's own; whoever comes is its manager, with a second factor."""
    now = running.desk.clock.now()
    claims = {"sub": "m-1", "email": EMAIL, "email_verified": True, "amr": ["pwd", "mfa"]}
    async with an_openid_provider(now, **claims) as there:
        async with running.desk.storage.practice(running.practice.id) as db:
            await set_provider(db, there.provider, by="test", now=now)
        yield there


@pytest.fixture
async def manager(running: Running) -> AsyncIterator[Person]:
    async with invited(running, Role.MANAGER) as person:
        yield person


async def through_provider(web: httpx.AsyncClient) -> httpx.Response:
    """The answer to a browser that has gone there and come back."""
    leaving = await web.get("/desk/clinic/openid")
    assert leaving.status_code == 303, leaving.text
    at_provider = await web.get(leaving.headers["location"])
    return await web.get(at_provider.headers["location"])


async def test_somebody_invited_comes_in_by_the_provider_without_a_password(
    running: Running, provider: AnOpenIdProvider, manager: Person, page: Page
) -> None:
    await page.goto(f"{running.url}/desk/clinic/sign-in")

    await page.get_by_role("link", name="Sign in with your organisation").click()

    await expect(page).to_have_url(f"{running.url}/desk/clinic")
    await expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in await page.context.cookies()}
    assert set(cookies) == {"frontdesk-desk"}
    assert cookies["frontdesk-desk"]["httpOnly"]
    assert cookies["frontdesk-desk"]["sameSite"] == "Strict"


async def test_without_a_second_factor_at_the_provider_ours_is_asked_for(
    provider: AnOpenIdProvider, manager: Person
) -> None:
    provider.claims["amr"] = ["pwd"]
    await enrolled(manager)
    await manager.post("/sign-out")

    arrived = await through_provider(manager.web)

    assert 'href="/desk/clinic/second"' in arrived.text
    assert (await manager.get()).status_code == 303
    assert (await manager.post("/second", code=manager.codes[0])).headers["location"] == "/desk/clinic"
    assert (await manager.get()).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "somebody-else@example.com"},
        {"email_verified": False},
        {"aud": "another client"},
        {"iss": "https://elsewhere.example.com"},
    ],
    ids=str,
)
async def test_whoever_is_not_proven_to_be_invited_stays_out(
    provider: AnOpenIdProvider, manager: Person, changed: dict[str, object]
) -> None:
    provider.claims.update(changed)

    arrived = await through_provider(manager.web)

    assert arrived.status_code == 401
    assert NOT_RECOGNISED in arrived.text
    assert "frontdesk-desk" not in manager.web.cookies


async def test_an_address_given_to_somebody_else_at_the_provider_opens_nothing(
    provider: AnOpenIdProvider, manager: Person
) -> None:
    assert (await through_provider(manager.web)).status_code == 200
    manager.web.cookies.clear()
    provider.claims["sub"] = "m-2"

    assert (await through_provider(manager.web)).status_code == 401
    provider.claims |= {"sub": "m-1", "email": "a-new-name@example.com"}
    assert (await through_provider(manager.web)).status_code == 200


async def test_a_disabled_account_stays_shut_for_the_provider_too(
    running: Running, provider: AnOpenIdProvider, manager: Person
) -> None:
    await through_provider(manager.web)
    async with running.desk.storage.practice(running.practice.id) as db:
        await people.set_access(db, manager.account.id, Access.DISABLED)

    assert (await manager.get()).status_code == 303
    assert (await through_provider(manager.web)).status_code == 401


async def test_a_way_back_serves_the_browser_that_left_and_once(
    running: Running, provider: AnOpenIdProvider, manager: Person
) -> None:
    leaving = await manager.web.get("/desk/clinic/openid")
    back = (await manager.web.get(leaving.headers["location"])).headers["location"]
    async with httpx.AsyncClient(base_url=running.url, headers=OWN) as victim:
        lured = await victim.get(back)
        assert lured.status_code == 401
        assert "frontdesk-desk" not in victim.cookies

    assert (await manager.web.get(back)).status_code == 200
    assert (await manager.web.get(back)).status_code == 401


async def test_a_reset_account_is_recognised_anew(
    running: Running, provider: AnOpenIdProvider, manager: Person
) -> None:
    await through_provider(manager.web)
    async with running.desk.storage.practice(running.practice.id) as db:
        await people.begin_anew(db, manager.account.id)
    provider.claims["sub"] = "m-9"

    assert (await through_provider(manager.web)).status_code == 200


async def test_without_a_provider_there_is_no_such_way(
    running: Running, provider: AnOpenIdProvider, manager: Person
) -> None:
    async with running.desk.storage.practice(running.practice.id) as db:
        await remove_provider(db)

    assert (await manager.web.get("/desk/clinic/openid")).status_code == 404
    assert (await manager.web.get("/desk/clinic/openid/back?state=x&code=y")).status_code == 404
    assert "organisation" not in (await manager.get("/sign-in")).text


async def test_the_provider_that_is_set_at_the_terminal_is_the_one_people_come_in_by(
    running: Running, database_url: str, home: Path, manager: Person
) -> None:
    env = {"FRONTDESK_DATABASE_URL": as_url(database_url), "FRONTDESK_PUBLIC_URL": running.url}
    claims = {"sub": "m-1", "email": EMAIL, "email_verified": True, "amr": ["pwd", "mfa"]}

    def at_the_terminal(*arguments: str, lines: str = "") -> Done:
        return run(home, "people", "provider", "--practice", "clinic", *arguments, lines=lines, **env)

    async with an_openid_provider(running.desk.clock.now(), **claims) as there:
        known = ("--issuer", there.address, "--client-id", CLIENT)
        done = await asyncio.to_thread(at_the_terminal, *known, lines=f"{SECRET}\n")
        arrived = await through_provider(manager.web)
        home_page = await manager.get()
        removed = await asyncio.to_thread(at_the_terminal, "--remove")
        gone = await manager.web.get("/desk/clinic/openid")

    assert done.returncode == 0, done.stderr
    assert f"{running.url}/desk/clinic/openid/back" in done.stdout
    assert SECRET not in done.stdout + done.stderr
    assert (arrived.status_code, home_page.status_code) == (200, 200)
    assert "Nobody comes in through a provider any more." in removed.stdout
    assert gone.status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--issuer", "https://id.example.com"),
        ("--issuer", "http://localhost.example.com", "--client-id", "desk"),
    ],
)
def test_a_provider_without_what_is_needed_is_told_in_one_line(home: Path, given: tuple[str, ...]) -> None:
    lines = told(run(home, "people", "provider", "--practice", "clinic", *given))

    assert lines == ["frontdesk: --issuer (beginning with https://) and --client-id are needed, or --remove."]
