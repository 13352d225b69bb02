"""Whoever changes the way in shows once more who they are; a page left open is not enough."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.web.conftest import Running
from tests.web.pages.staff.test_audited import events
from tests.web.pages.staff.test_passkeys import Device, device, enrolled_with_a_passkey, give_password
from tests.web.pages.staff.test_sign_in import OWN, PASSWORD, Person, enrolled, invited

from frontdesk.compliance.roles import Role
from frontdesk.storage.sessions import FRESH

__all__ = ["device"]
LATER = FRESH + timedelta(seconds=1)
CONFIRM = "/desk/clinic/confirm"


@pytest.fixture
async def manager(running: Running) -> AsyncIterator[Person]:
    """The manager, signed in a little while ago."""
    async with invited(running, Role.MANAGER) as person:
        await enrolled(person)
        await time_passes(running, LATER)
        yield person


async def time_passes(running: Running, length: timedelta) -> None:
    """Since anybody showed a factor last."""
    async with running.desk.storage.practice(running.practice.id) as db:
        await db.run("update session set shown_at = shown_at - %s where practice_id = %s", (length, db.practice))


async def elsewhere(person: Person) -> str:
    """The id of another open session of theirs."""
    async with httpx.AsyncClient(base_url=person.running.url, headers=OWN) as web:
        other = Person(web=web, running=person.running, account=person.account)
        await other.give_password()
        await other.post("/second", code=person.codes[1])
    listed = re.findall(r"/account/sessions/([\w-]+)/end", (await person.get("/account")).text)
    return str(listed[0])


CHANGES = ("/account/recovery", "/account/passkeys/bm9uZQ/remove", "/passkey/new", "/enroll")


async def test_nothing_about_the_way_in_is_changed_long_after_it_was_shown_who_it_is(manager: Person) -> None:
    session = await elsewhere(manager)
    await time_passes(manager.running, LATER)

    for change in (*CHANGES, f"/account/sessions/{session}/end"):
        assert (await manager.post(change)).headers["location"] == CONFIRM, change
    for page in ("/passkey/new", "/enroll"):
        assert (await manager.get(page)).headers["location"] == CONFIRM, page
    assert (await manager.get()).status_code == 200  # the rest of the desk asks for nothing


@pytest.mark.parametrize("what", ["password", "code", "recovery code"])
async def test_who_shows_a_password_or_a_code_again_may_change_it_for_five_minutes(manager: Person, what: str) -> None:
    field = "password" if what == "password" else "code"
    shown = {"password": PASSWORD, "code": manager.code(later=1), "recovery code": manager.codes[0]}[what]

    confirmed = await manager.post("/confirm", **{field: shown})
    within = await manager.post("/account/recovery")
    await time_passes(manager.running, LATER)
    after = await manager.post("/account/recovery")

    assert confirmed.headers["location"] == "/desk/clinic/account"
    assert within.status_code == 200
    assert after.headers["location"] == CONFIRM


async def test_what_is_wrong_opens_nothing_is_told_and_stands_in_the_audit(manager: Person) -> None:
    wrong = [await manager.post("/confirm", password="not it"), await manager.post("/confirm", code="000000")]
    nothing = await manager.post("/confirm")

    assert [answer.status_code for answer in (*wrong, nothing)] == [401, 401, 401]
    assert 'role="alert"' in wrong[0].text
    assert (await manager.post("/account/recovery")).headers["location"] == CONFIRM
    refused = [one.detail for one in await events(manager.running, "account.signed-in") if one.outcome.value == "4"]
    assert [re.findall(r'"shown":"(\w+)"', detail) for detail in refused] == [["password"], ["code"], ["password"]]


async def test_a_new_password_asks_for_the_one_before_in_its_own_form(manager: Person) -> None:
    changed = await manager.post("/account/password", old=PASSWORD, password="another long pass phrase")
    refused = await manager.post("/account/password", old=PASSWORD, password="a third long pass phrase")

    assert "Your password is changed" in changed.text
    assert "is not right" in refused.text


async def test_a_passkey_may_be_shown_again_too(running: Running, page: Page, device: Device) -> None:
    email = await enrolled_with_a_passkey(running, page)
    await give_password(page, email)
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    await time_passes(running, LATER)

    await page.goto(f"{running.url}/desk/clinic/account")
    await page.get_by_role("button", name="Make ten new ones").click()
    await expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    await page.get_by_role("link", name="Use a passkey instead").click()
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page).to_have_url(f"{running.url}/desk/clinic/account")
    await page.get_by_role("button", name="Make ten new ones").click()

    await expect(page.get_by_role("heading", name="Keep these ten codes")).to_be_visible()
