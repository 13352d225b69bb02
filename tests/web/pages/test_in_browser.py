"""The main job in a real Chromium: from the launcher on a clinic's site to the calendar, the mailbox and the form."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Frame, Locator, Page, Route, expect
from tests.web.conftest import Running

SITE = """<!doctype html><html lang="en"><title>A clinic's site</title><h1>Welcome</h1>
<script src="{desk}/widget.js" data-practice="smile" async></script></html>"""
POLICY = "default-src 'none'; script-src {desk}; frame-src {desk}"
FIRST_WORDS = (
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Evenings would be great",
)
LAST_WORDS = ("Thursday", "Maria Gonzalez, 512 555 0147", "maria@example.com", "yes")


@asynccontextmanager
async def clinic_site(running: Running, *, site: str = SITE, policy: str = POLICY) -> AsyncIterator[str]:
    """A clinic's own site, on another origin, whose policy allows the desk's script and frame and nothing else."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # a browser opens lines ahead that it may not need
            writer.close()
            return
        page, allowed = site.format(desk=running.url), policy.format(desk=running.url)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: {allowed}\r\n"
        writer.write(f"{head}Content-Length: {len(page)}\r\nConnection: close\r\n\r\n{page}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def opened_chat(page: Page) -> Frame:
    """The conversation's frame, once the launcher in the corner was clicked. No script of the site finds either."""
    size = page.viewport_size
    assert size is not None
    async with page.expect_event("framenavigated", lambda frame: "/chat/smile" in frame.url) as framed:
        await page.mouse.click(size["width"] - 50, size["height"] - 48)
    return await framed.value


async def say(chat: Frame | Page, words: str) -> Locator:
    """Write a message; the newest answer, once it stands there and nothing more is being written."""
    answers = chat.locator(".message.assistant .bubble")
    before = await answers.count()
    await expect(chat.locator("#send")).to_be_enabled()  # from then on the page listens
    await chat.get_by_role("textbox").fill(words)
    await chat.get_by_role("textbox").press("Enter")
    await expect(answers).not_to_have_count(before, timeout=15_000)
    await expect(chat.locator("#typing")).to_be_hidden(timeout=15_000)
    return answers.last


async def test_the_chat_in_the_corner_of_a_strict_site_books_the_visit(
    smile_running: Running, browser: Browser, page: Page
) -> None:
    calendar = await browser.new_page()
    await calendar.goto(f"{smile_running.url}/demo/calendar?on=2026-05-28")
    visits = calendar.locator("[data-visit]")
    booked_before = await visits.count()

    async with clinic_site(smile_running) as site:
        await page.goto(site)
        chat = await opened_chat(page)
        for words in FIRST_WORDS:
            answer = await say(chat, words)
        offers = await answer.inner_text()
        for words in LAST_WORDS:
            answer = await say(chat, words)
        told = await answer.inner_text()
        seen_by_site = await page.evaluate("document.documentElement.outerHTML")

    assert re.search(r"May 28 at 6:00 PM", offers)
    assert re.search(r"June 2 at 6:30 PM", offers)
    assert "booked" in told
    assert "Maria" not in seen_by_site
    await expect(visits).to_have_count(booked_before + 1)  # without a reload
    await the_mail_invites_and_the_form_works(smile_running, page)


async def the_mail_invites_and_the_form_works(running: Running, page: Page) -> None:
    """One mail with an invitation, and behind its link a form that takes what is filled in."""
    await page.goto(f"{running.url}/demo/mailbox")
    await expect(page.locator("#list li")).to_have_count(1)
    await expect(page.get_by_role("article", name="Calendar invitation")).to_contain_text("May 28")
    address = await page.locator("section.letter a[href*='/intake/']").get_attribute("href")
    assert address is not None

    await page.goto(address)
    await page.get_by_role("button").click()
    await expect(page.get_by_role("alert")).to_be_visible()  # an empty form tells what is missing

    for name, value in {
        "given": "Maria", "family": "Gonzalez", "born_month": "04", "born_day": "27", "born_year": "1988",
        "street": "1 Elm Street", "city": "Austin", "state": "TX", "postcode": "78701", "medications": "none",
        "allergies": "none", "reason": "lines", "signature": "Maria Gonzalez",
    }.items():  # fmt: skip
        await page.locator(f"[name={name}]").fill(value)
    await page.locator("[name=pregnancy]").first.check(force=True)
    await page.locator("[name=consent]").check(force=True)
    await page.get_by_role("button").click()
    await expect(page.locator(".mark.done")).to_be_visible()
    await page.goto(address)
    await expect(page.locator("form")).to_have_count(0)  # the answers are not shown to whoever comes next


async def test_a_conversation_goes_on_after_a_reload(smile_running: Running, page: Page) -> None:
    await page.goto(f"{smile_running.url}/chat/smile")
    await say(page, FIRST_WORDS[0])

    await page.reload()
    await expect(page.locator(".message.patient")).to_have_count(1)
    answer = await say(page, "First time")

    assert "days or times" in await answer.inner_text()


async def test_the_phones_texts_go_through_the_webhook_and_come_back(smile_running: Running, page: Page) -> None:
    await page.goto(f"{smile_running.url}/demo/phone")
    await page.get_by_label("Text message").fill(FIRST_WORDS[0])
    await page.get_by_label("Text message").press("Enter")

    await expect(page.locator(".sms.mine")).to_have_count(1)
    await expect(page.locator(".sms:not(.mine)")).to_contain_text("automated assistant", timeout=15_000)


async def test_a_time_that_the_front_desk_blocks_while_it_is_offered_is_not_booked(
    smile_running: Running, browser: Browser, page: Page
) -> None:
    await page.goto(f"{smile_running.url}/chat/smile")
    for words in FIRST_WORDS:
        await say(page, words)

    desk = await browser.new_page()
    await desk.goto(f"{smile_running.url}/demo/calendar?on=2026-05-28")
    await desk.get_by_role("button", name="New visit").click()
    await desk.get_by_text("Block time").click()
    await desk.locator("dialog select[name=practitioner]").select_option(label=await kim(smile_running))
    await desk.get_by_text("Block time").click()
    await desk.locator("dialog input[name=at]").fill("18:00")
    await desk.get_by_role("button", name="Enter").click()
    await expect(desk.locator("dialog")).not_to_be_visible()
    answer = await say(page, "Thursday")

    told = await answer.inner_text()
    assert "just taken" in told
    assert "June 2 at 6:30 PM" in told


async def test_what_is_typed_while_the_services_are_fetched_stays(smile_running: Running, page: Page) -> None:
    async def late(route: Route) -> None:
        await asyncio.sleep(0.5)
        await route.continue_()

    first, *others = smile_running.practice.practitioners
    other = next(person.name for person in others if person.roles != first.roles)
    services = page.locator("dialog select[name=service] option")
    await page.route("**/demo/visits/form", late)
    await page.goto(f"{smile_running.url}/demo/calendar?on=2026-05-28")
    await page.get_by_role("button", name="New visit").click()
    before = await services.all_inner_texts()
    async with page.expect_response("**/demo/visits/form"):
        await page.locator("dialog select[name=practitioner]").select_option(label=other)
        await page.locator("dialog input[name=at]").fill("18:00")

    await expect(services).not_to_have_text(before)  # another person's services
    await expect(page.locator("dialog input[name=at]")).to_have_value("18:00")


async def kim(running: Running) -> str:
    return next(person.name for person in running.practice.practitioners if person.name.startswith("Kim"))
