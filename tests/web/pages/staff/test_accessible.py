"""Every page of the practice's people in a real browser, on a desk and on a phone: named, readable, not too wide."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page
from tests.clinic import NOW
from tests.web.conftest import Running
from tests.web.pages.staff.test_audited import a_visit_tonight
from tests.web.pages.staff.test_sign_in import PASSWORD, Person, enrolled, invited

from frontdesk.compliance.roles import Field, Grant, Role
from frontdesk.dialogue.effects import Reason
from frontdesk.reception.links import sign_link
from frontdesk.storage import people, sessions
from frontdesk.storage.passkeys import Passkey, add_passkey
from frontdesk.storage.people import Access, Account
from frontdesk.storage.tasks import Task, open_task
from frontdesk.web.pages.staff.sign_in import INVITATION

SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
AUDIT = (Path(__file__).parent / "audit.js").read_text()


async def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it is shown."""
    if "FRONTDESK_TEST_PICTURES" in os.environ:
        await page.screenshot(path=Path(os.environ["FRONTDESK_TEST_PICTURES"]) / f"{name}.png", full_page=True)
    found: list[str] = await page.evaluate(AUDIT)
    return [f"{name}: {fault}" for fault in found]


@pytest.fixture
async def owner(running: Running) -> AsyncIterator[Person]:
    """The owner of a practice with colleagues, tasks, a visit, a passkey, leave given and leave over."""
    await a_visit_tonight(running)
    async with invited(running, Role.OWNER) as person:
        await enrolled(person)
        async with running.desk.storage.practice(running.practice.id) as db:
            me = person.account.id
            helpers: list[Account] = []
            for role, name in ((Role.MANAGER, "Christopher Montgomery-Featherstone"), (Role.SUPPORT, "Sam Helper")):
                account = Account(
                    id=uuid4(), name=name, email=f"{name.split()[0].lower()}@example.com", role=role,
                    access=Access.INVITED,
                )  # fmt: skip
                await people.add_account(db, account, by="test", now=NOW)
                await people.set_access(db, account.id, Access.ACTIVE)
                helpers.append(account)
            for reason, until in (("the list of tasks is slow", NOW + timedelta(hours=4)), ("an old one", NOW)):
                fields = frozenset({Field.TASKS, Field.CALENDAR})
                grant = Grant(id=uuid4(), reason=reason, fields=fields, until=until)
                before = NOW - timedelta(hours=1)
                await people.give_leave(db, grant, kind="support", account=helpers[1].id, by=me, now=before)
            key = Passkey(id=b"k", account=me, public_key=b"k", used=0, label="Chrome on Mac OS", made=NOW)
            await add_passkey(db, key)
            await sessions.begin_session(db, uuid4(), me, "x", proven=True, device="Safari on iPhone", now=NOW)
            for reason, urgent in ((Reason.GLASS, True), ("a message by sms could not be delivered", False)):
                task = Task(id=uuid4(), conversation=None, appointment=None, reason=reason, urgent=urgent, opened=NOW)
                await open_task(db, task)
        yield person


@pytest.mark.parametrize("size", SIZES)
async def test_every_page_behind_sign_in(running: Running, owner: Person, browser: Browser, size: str) -> None:
    context = await browser.new_context(viewport=SIZES[size], locale="en-US")  # type: ignore[arg-type]
    token = owner.web.cookies["frontdesk-desk"]
    await context.add_cookies([{"name": "frontdesk-desk", "value": token, "url": running.url}])
    page, desk, faults = await context.new_page(), f"{running.url}/desk/clinic", []

    for name in ("", "people", "leave", "account", "confirm", "confirm/passkey", "passkey/new"):
        await page.goto(f"{desk}/{name}".rstrip("/"))
        faults += await looked_at(page, f"{size}-{name.replace('/', '-') or 'home'}")
    await page.goto(f"{desk}/people")
    await page.get_by_label("Name").fill("Nora New")
    await page.get_by_label("E-mail").fill("nora@example.com")
    await page.get_by_role("button", name="Invite").click()
    faults += await looked_at(page, f"{size}-people-invited")
    await page.goto(f"{desk}/account")
    await page.get_by_label("Password now").fill("not the password")
    await page.get_by_label("New password").fill("another long pass phrase")
    await page.get_by_role("button", name="Change password").click()
    faults += await looked_at(page, f"{size}-account-fault")
    await page.get_by_label("Why").fill("patient collapsed")
    await page.get_by_role("button", name="Break the glass").click()
    faults += await looked_at(page, f"{size}-home-under-leave")
    await page.goto(f"{desk}/account")
    await page.get_by_role("button", name="Make ten new ones").click()
    faults += await looked_at(page, f"{size}-codes")

    await context.close()
    assert faults == []


@pytest.mark.parametrize("size", SIZES)
async def test_every_page_of_the_way_in(running: Running, browser: Browser, size: str) -> None:
    context = await browser.new_context(viewport=SIZES[size], locale="en-US")  # type: ignore[arg-type]
    page, desk, faults = await context.new_page(), f"{running.url}/desk/clinic", []
    account = Account(id=uuid4(), name="Ann Lee", email="ann@example.com", role=Role.MANAGER, access=Access.INVITED)
    async with running.desk.storage.practice(running.practice.id) as db:
        await people.add_account(db, account, by="test", now=NOW)
        until = running.desk.clock.now() + timedelta(days=7)
        token = sign_link(db.keyring, running.practice.id, account.id, purpose=INVITATION, expires=until)

    await page.goto(f"{desk}/join/{token}")
    faults += await looked_at(page, f"{size}-join")
    for password, again in (("passwordpassword", "passwordpassword"), (PASSWORD, "another"), (PASSWORD, PASSWORD)):
        await page.get_by_label("Password", exact=True).fill(password)
        await page.get_by_label("Once more").fill(again)
        await page.get_by_role("button", name="Save").click()
        faults += await looked_at(page, f"{size}-join-{again[:4]}")
    for password in ("wrong", PASSWORD):
        await page.get_by_label("E-mail").fill(account.email)
        await page.get_by_label("Password").fill(password)
        await page.get_by_role("button", name="Go on").click()
        faults += await looked_at(page, f"{size}-signing-in-{password[:4]}")
    await page.get_by_label("The six digits it shows now").fill("000000")
    await page.get_by_role("button", name="Confirm").click()
    faults += await looked_at(page, f"{size}-enroll-fault")
    async with running.desk.storage.practice(running.practice.id) as db:
        await people.use_totp_step(db, account.id, 1)
    await page.goto(f"{desk}/second")
    faults += await looked_at(page, f"{size}-second")
    await page.get_by_label("Code from your authenticator, or a recovery code").fill("000000")
    await page.get_by_role("button", name="Sign in").click()
    faults += await looked_at(page, f"{size}-second-fault")
    await page.goto(f"{running.url}/desk/nowhere/sign-in")
    faults += await looked_at(page, f"{size}-nowhere")

    await context.close()
    assert faults == []
