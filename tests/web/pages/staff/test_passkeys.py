"""Passkeys in a real Chromium, whose authenticator is a virtual one that answers as a device does."""

from dataclasses import dataclass

import pytest
from playwright.async_api import CDPSession, Page, expect
from tests.web.conftest import Running
from tests.web.pages.staff.test_sign_in import PASSWORD, invited

from frontdesk.compliance.roles import Role


@dataclass(kw_only=True)
class Device:
    """What holds the passkeys of one browser."""

    line: CDPSession
    id: str

    async def passkeys(self) -> list[dict[str, object]]:
        told = await self.line.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        held: list[dict[str, object]] = told["credentials"]
        return held

    async def says(self, *, yes: bool) -> None:
        """Whether its owner shows a finger when asked."""
        await self.line.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})


@pytest.fixture
async def device(page: Page) -> Device:
    line = await page.context.new_cdp_session(page)
    await line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = await line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Device(line=line, id=added["authenticatorId"])


async def enrolled_with_a_passkey(running: Running, page: Page) -> str:
    """The address that somebody signs in with, who was invited, chose a password, made a passkey and signed out."""
    async with invited(running, Role.FRONT_DESK) as person:
        await page.goto(f"{running.url}/desk/clinic/join/{person.invitation}")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Once more").fill(PASSWORD)
    await page.get_by_role("button", name="Save").click()
    await give_password(page, person.account.email)
    await page.get_by_role("link", name="Make a passkey instead").click()
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_role("heading", name="Keep these ten codes")).to_be_visible()
    await page.get_by_role("link", name="I have kept them").click()
    await page.get_by_role("button", name="Sign out").click()
    return person.account.email


async def give_password(page: Page, email: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Go on").click()


async def test_a_passkey_is_made_at_the_first_sign_in_and_asked_for_at_the_next(
    running: Running, page: Page, device: Device
) -> None:
    email = await enrolled_with_a_passkey(running, page)

    await give_password(page, email)
    await expect(page).to_have_url(f"{running.url}/desk/clinic/passkey")
    await page.goto(f"{running.url}/desk/clinic")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()  # a password alone opens nothing
    await give_password(page, email)
    await page.get_by_role("button", name="Use a passkey").click()

    await expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    assert len(await device.passkeys()) == 1


async def test_a_password_alone_sets_up_no_factor_beside_the_passkey(
    running: Running, page: Page, device: Device
) -> None:
    email = await enrolled_with_a_passkey(running, page)
    await give_password(page, email)

    for path in ("enroll", "passkey/new"):
        answer = await page.goto(f"{running.url}/desk/clinic/{path}")
        assert answer is not None
        assert answer.status == 403


async def test_a_device_without_the_passkey_gets_nobody_in(running: Running, page: Page, device: Device) -> None:
    email = await enrolled_with_a_passkey(running, page)
    await device.line.send("WebAuthn.clearCredentials", {"authenticatorId": device.id})

    await give_password(page, email)
    await page.get_by_role("button", name="Use a passkey").click()

    await expect(page.locator("#passkey-trouble")).to_be_visible()
    await page.get_by_role("link", name="Use a code instead").click()
    await expect(page.get_by_label("Code from your authenticator, or a recovery code")).to_be_visible()


async def test_an_answer_to_an_earlier_question_is_refused(running: Running, page: Page, device: Device) -> None:
    email = await enrolled_with_a_passkey(running, page)
    await give_password(page, email)
    before = await page.locator("#passkey").get_attribute("data-options")
    await page.reload()
    assert await page.locator("#passkey").get_attribute("data-options") != before

    await page.locator("#passkey").evaluate("(form, options) => { form.dataset.options = options }", before)
    await page.get_by_role("button", name="Use a passkey").click()

    await expect(page.get_by_text("That passkey did not work here.")).to_be_visible()


async def test_passkeys_are_listed_added_and_removed_but_never_the_last(
    running: Running, page: Page, device: Device
) -> None:
    email = await enrolled_with_a_passkey(running, page)
    await give_password(page, email)
    await page.get_by_role("button", name="Use a passkey").click()
    await page.get_by_role("link", name="Account").click()
    section = page.locator("section").filter(has=page.get_by_role("heading", name="Passkeys"))
    await expect(section.get_by_role("listitem")).to_have_count(1)
    await expect(section.get_by_role("button", name="Remove")).to_have_count(0)

    await device.line.send("WebAuthn.clearCredentials", {"authenticatorId": device.id})  # as if on another device
    await page.get_by_role("link", name="Add a passkey").click()
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(section.get_by_role("listitem")).to_have_count(2)
    await section.get_by_role("button", name="Remove").first.click()

    await expect(section.get_by_role("listitem")).to_have_count(1)
    await expect(section.get_by_role("button", name="Remove")).to_have_count(0)
