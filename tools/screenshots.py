"""Takes the README's pictures from the demo, on one evening in May: `python -m tools.screenshots`."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tools.browser import ARGUMENTS, MISSING, find

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "images"
EVENING = "2026-05-26T21:47"
PHONE = {"width": 390, "height": 780}
TALL_PHONE = {"width": 390, "height": 1240}
DESK = {"width": 1280, "height": 800}
TALL_DESK = {"width": 1280, "height": 1060}
BY_CHAT = (
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Evenings would be great",
    "Thursday",
    "Maria Gonzalez, 512 555 0147",
    "maria@example.com",
    "yes",
)
BY_TEXT = ("Do you have anything for a HydraFacial next week?", "I've been before", "The second one please")

WITH_ANSWER = 65
"""Characters below the patient's words; the time and the empty field have fewer."""


@asynccontextmanager
async def demo(home: Path) -> AsyncIterator[str]:
    """The address of a demo that has just begun."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "frontdesk", "demo", "--at", EVENING, "--port", str(port)),
        env={**os.environ, "FRONTDESK_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout is not None
    try:
        async with asyncio.timeout(60):
            while b"is ready" not in await running.stdout.readline():
                pass
        yield f"http://localhost:{port}"
    finally:
        running.terminate()
        await running.wait()


async def opened(browser: Browser, address: str, size: dict[str, int]) -> Page:
    """A page at the size of a phone or a desk, on the clinic's clock."""
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=2,
        locale="en-US",
        timezone_id="America/Chicago",
    )
    page = await context.new_page()
    await page.goto(address)
    await page.wait_for_load_state("load")
    return page


async def say(page: Page, words: str) -> None:
    """Write a message, and wait until an answer stands below it and nothing more follows."""
    field = page.get_by_role("textbox").last
    await field.fill(words)
    await field.press("Enter")
    quiet, seen = 0, ""
    async with asyncio.timeout(30):
        while quiet < 4 or len(seen) < WITH_ANSWER:
            await page.wait_for_timeout(400)
            below = (await page.inner_text("body")).rpartition(words)[2]
            quiet, seen = (quiet + 1 if below == seen else 0), below


async def take(page: Page, name: str) -> None:
    """One picture."""
    await page.wait_for_timeout(700)
    await page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/images/{name}.png")


async def pictures(chromium: Path, home: Path) -> None:
    """All of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with demo(home) as desk, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        chat = await opened(browser, f"{desk}/chat/smile", TALL_PHONE)
        for words in BY_CHAT:
            await say(chat, words)
        await take(chat, "chat")
        phone = await opened(browser, f"{desk}/demo/phone", PHONE)
        for words in BY_TEXT:
            await say(phone, words)
        await take(phone, "phone")
        await take(await opened(browser, f"{desk}/demo/calendar?on=2026-05-28", TALL_DESK), "calendar")
        await take(await opened(browser, f"{desk}/demo/mailbox", DESK), "mailbox")
        await take(await opened(browser, f"{desk}/demo/site", DESK), "site")
        await browser.close()


def main() -> int:
    """0 when all are taken."""
    chromium = find()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(pictures(chromium, Path(home)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
