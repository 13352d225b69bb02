"""The page that is talked in: what is said where there is no microphone, and that everybody can use it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from tests.web.axe import violations
from tests.web.conftest import Running
from tests.web.pages.chat.test_accessible import SIZES
from tools.browser import ARGUMENTS

FAKE = "--use-fake-device-for-media-stream"


@asynccontextmanager
async def a_page(of: Running, chromium: Path, *arguments: str, permissions: Sequence[str] = ()) -> AsyncIterator[Page]:
    """The chat by itself, in a browser that was started so."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *arguments])
        page = await browser.new_page(locale="en-US", permissions=list(permissions))
        await page.goto(f"{of.url}/chat/smile")
        await expect(page.locator("#state")).to_be_hidden()
        yield page
        await browser.close()


@pytest.mark.parametrize(
    ("arguments", "told"), [((), "No microphone was found."), ((FAKE,), "This page may not use your microphone.")]
)
async def test_without_a_microphone_it_says_why_and_the_chat_goes_on(
    telephone: Running, chromium: Path, arguments: tuple[str, ...], told: str
) -> None:
    async with a_page(telephone, chromium, *arguments) as page:
        await page.locator("#talk-first").click()

        await expect(page.get_by_role("alert")).to_contain_text(told, timeout=30_000)
        await expect(page.get_by_role("alert")).to_contain_text("write to us here")
        await expect(page.locator("#call")).to_be_hidden()
        await expect(page.get_by_role("button", name="Talk to us").first).to_be_visible()


async def test_a_call_is_begun_muted_and_ended_by_keyboard_and_seen_by_everybody(
    telephone: Running, chromium: Path
) -> None:
    faults: list[str] = []
    async with a_page(telephone, chromium, FAKE, permissions=["microphone"]) as page:
        await page.locator("#talk").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Hang up")).to_be_focused()
        await expect(page.locator("#call")).to_have_attribute("data-is", "speaking", timeout=30_000)
        await expect(page.locator(".message.assistant .bubble").first).to_contain_text("artificial intelligence")
        await expect(page.locator("#live")).to_have_attribute("aria-live", "off")  # it is being said
        for width, height in SIZES.values():
            await page.set_viewport_size({"width": width, "height": height})
            faults += await violations(page)
            if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults.append(f"wider than {width}")
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        await expect(page.locator("#call")).to_be_hidden()
        await expect(page.locator("#talk")).to_be_focused()
        await expect(page.locator("#live")).to_have_attribute("aria-live", "polite")

    assert faults == []
