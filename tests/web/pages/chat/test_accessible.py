"""The patients' pages in a real browser at three sizes: axe-core finds nothing against WCAG 2.2 AA on any of them."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Frame, Page, expect
from tests.conversations.test_conversations import say as write
from tests.web.axe import violations
from tests.web.conftest import Running
from tests.web.pages.test_in_browser import FIRST_WORDS, LAST_WORDS, clinic_site, opened_chat, say

from frontdesk.domain.ids import ServiceId
from frontdesk.reception.chat_access import SERVICE, service_number
from frontdesk.reception.links import sign_link

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 800)}
TOUCHED = {"phone", "tablet"}
OPEN_ROOTS = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return attach.call(this, { mode: "open" }); };"""
"""A look into the launcher, which no script of a page has."""


@asynccontextmanager
async def sized(browser: Browser, size: str, *, locale: str = "en-US") -> AsyncIterator[Page]:
    """A page of that size."""
    width, height = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height}, has_touch=size in TOUCHED, locale=locale
    )
    yield await context.new_page()
    await context.close()


async def looked_at(page: Page, name: str, *, part: Frame | None = None) -> list[str]:
    """What is wrong with the page, or a frame in it, as it is shown, and whether it is wider than its screen."""
    if "FRONTDESK_TEST_PICTURES" in os.environ:
        await page.screenshot(path=Path(os.environ["FRONTDESK_TEST_PICTURES"]) / f"{name}.png")
    shown = part or page
    wide = await shown.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{name}: {fault}" for fault in (*await violations(shown), *["wider than the screen"] * wide)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_launcher_and_the_chat_in_it(smile_running: Running, browser: Browser, size: str) -> None:
    faults: list[str] = []
    async with sized(browser, size) as page, clinic_site(smile_running) as site:
        await page.add_init_script(OPEN_ROOTS)
        await page.goto(site)
        await expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
        faults += await looked_at(page, f"{size}-launcher")
        chat = await opened_chat(page)
        await expect(chat.locator("#choices button").first).to_be_visible()
        faults += await looked_at(page, f"{size}-opened")
        faults += await looked_at(page, f"{size}-opened-frame", part=chat)
        for words in FIRST_WORDS:
            await say(chat, words)
        faults += await looked_at(page, f"{size}-talk", part=chat)
        await chat.evaluate("dispatchEvent(new Event('offline'))")
        await expect(chat.locator("#state")).to_be_visible()
        await chat.get_by_role("textbox").fill("x" * 2001)
        await chat.get_by_role("textbox").press("Enter")
        faults += await looked_at(page, f"{size}-notices", part=chat)
        await chat.get_by_role("button", name="Go on in another browser").click()
        await expect(chat.get_by_label("Link to this conversation")).to_be_visible()
        faults += await looked_at(page, f"{size}-devices", part=chat)

    assert faults == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_chat_by_itself_in_spanish(smile_running: Running, browser: Browser, size: str) -> None:
    faults: list[str] = []
    async with sized(browser, size, locale="es-MX") as page:
        await page.goto(f"{smile_running.url}/chat/smile")
        faults += await looked_at(page, f"{size}-spanish")
        await say(page, "Hola, quiero una consulta de botox")
        await say(page, "Es mi primera vez")
        faults += await looked_at(page, f"{size}-spanish-talk")

        assert await page.evaluate("document.documentElement.lang") == "es"
        await expect(page.locator(".message footer").last).to_have_text("9:47 p. m.")
        await expect(page.get_by_role("textbox", name="Su mensaje")).to_be_visible()

    assert faults == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_booking_link_and_what_is_said_where_it_is_over(
    smile_running: Running, browser: Browser, size: str
) -> None:
    practice, now = smile_running.practice, smile_running.desk.clock.now()
    number = service_number(practice, ServiceId("hydrafacial"))
    async with smile_running.desk.storage.practice(practice.id) as db:
        good, over = (
            sign_link(db.keyring, practice.id, number, purpose=SERVICE, expires=now + timedelta(days=days))
            for days in (1, -1)
        )
    faults: list[str] = []
    async with sized(browser, size) as page:
        for name, token in (("book", good), ("book-over", over), ("book-broken", "x")):
            await page.goto(f"{smile_running.url}/book/{token}")
            faults += await looked_at(page, f"{size}-{name}")
        await page.goto(f"{smile_running.url}/chat/smile/on/{good}")
        await expect(page.get_by_role("alert")).to_contain_text("no longer connected")
        faults += await looked_at(page, f"{size}-link-over")

    assert faults == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_intake_form_empty_faulty_and_sent(smile_running: Running, browser: Browser, size: str) -> None:
    faults: list[str] = []
    async with sized(browser, size) as page:
        await page.goto(await intake_address(smile_running))
        faults += await looked_at(page, f"{size}-intake")
        await page.get_by_role("button").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        faults += await looked_at(page, f"{size}-intake-faults")
        await page.goto(f"{smile_running.url}/intake/nothing")
        faults += await looked_at(page, f"{size}-intake-broken")

    assert faults == []


async def intake_address(running: Running) -> str:
    """The form of a visit that was booked by text."""
    for words in (*FIRST_WORDS, *LAST_WORDS):
        _, reply = await write(running.desk, words)
    found = re.search(r"http\S+/intake/\S+", reply)
    assert found is not None
    return found.group()
