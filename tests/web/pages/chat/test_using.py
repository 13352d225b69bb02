"""The chat as people use it: by keyboard alone, zoomed, on a second device, with a code, with a file in hand."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect
from tests.conversations.test_conversations import code_sent, put_on_file
from tests.reception.test_filling import MORNING, filling, last_text, somebody_cancels, wait_for_thursday
from tests.web.axe import violations
from tests.web.conftest import Running
from tests.web.pages.test_in_browser import FIRST_WORDS, LAST_WORDS, clinic_site, opened_chat, say

from frontdesk.domain.ids import MessageId
from frontdesk.domain.message import Author
from frontdesk.reception.chat_access import SERVICE, service_number
from frontdesk.reception.links import sign_link
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.conversations import add_message
from frontdesk.wiring import Frontdesk

TRUSTING_NOTHING = (
    "default-src 'none'; script-src {desk}; frame-src {desk}; style-src 'none'; require-trusted-types-for 'script'"
)
OWN_TAG = """<!doctype html><html lang="en"><title>A clinic's site</title><h1>Welcome</h1><a href="#x">A link</a>
<script src="{desk}/chat/smile/widget.js" async></script></html>"""


async def booked(desk: Frontdesk) -> int:
    async with desk.storage.practice(SMILE_ID) as db:
        row = await db.one("select count(*) as many from booking where step = 'told'", ())
    assert row is not None
    return int(row["many"])


async def test_a_visit_is_booked_by_keyboard_alone_and_the_focus_comes_back_to_the_launcher(
    smile_running: Running, page: Page
) -> None:
    keys = page.keyboard
    async with clinic_site(smile_running, site=OWN_TAG, policy=TRUSTING_NOTHING) as site:
        await page.goto(site)
        await page.wait_for_function("document.querySelector('frontdesk-chat')")
        for key in ("Tab", "Tab"):  # the site's own link, then the launcher
            await keys.press(key)
        async with page.expect_event("framenavigated", lambda frame: "/chat/smile" in frame.url) as framed:
            await keys.press("Enter")
        chat = await framed.value
        await expect(chat.get_by_role("textbox", name="Your message")).to_be_focused()
        answers = chat.locator(".message.assistant")
        for count, words in enumerate((*FIRST_WORDS, None, *LAST_WORDS[1:]), start=1):
            if words is None:  # the first of the times that are offered, as a button
                await keys.press("Shift+Tab")
                await keys.press("Shift+Tab")
                await expect(chat.locator("#choices button").first).to_be_focused()
            else:
                await keys.type(words)
            await keys.press("Enter")
            await expect(answers).to_have_count(count, timeout=15_000)
            await expect(chat.locator("#typing")).to_be_hidden(timeout=15_000)
            await expect(chat.get_by_role("textbox", name="Your message")).to_be_focused()
        told = await answers.last.inner_text()
        await keys.press("Escape")
        await expect(page.locator("frontdesk-chat")).to_be_focused()
        is_open = await chat.evaluate("document.hasFocus()")

    assert "booked" in told
    assert await booked(smile_running.desk) == 1
    assert not is_open


async def test_where_the_chat_covers_the_screen_nothing_behind_it_is_reached_until_it_is_closed(
    smile_running: Running, browser: Browser
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    async with clinic_site(smile_running, site=OWN_TAG) as site:
        await page.goto(site)
        await expect(page.get_by_role("link", name="A link")).to_be_visible()
        chat = await opened_chat(page)
        await expect(chat.get_by_role("textbox", name="Your message")).to_be_focused()
        reached = set()
        for _ in range(12):
            await page.keyboard.press("Tab")
            reached.add(await page.evaluate("document.activeElement.localName"))
        await chat.get_by_role("button", name="Close the chat").click()
        await expect(page.locator("frontdesk-chat")).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await expect(page.get_by_role("link", name="A link")).to_be_focused()
    await context.close()

    assert "a" not in reached
    assert "frontdesk-chat" in reached


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 480)], ids=["200 percent", "400 percent"])
async def test_zoomed_in_everything_is_reached_without_scrolling_sideways(
    smile_running: Running, browser: Browser, width: int, height: int
) -> None:
    """A screen of 1280 by 800 at 200 percent is one of 640 by 400 (WCAG 2.2, 1.4.4, 1.4.10)."""
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    async with clinic_site(smile_running, site=OWN_TAG) as site:
        await page.goto(site)
        chat = await opened_chat(page)
        for words in FIRST_WORDS:
            await say(chat, words)
        await chat.evaluate("document.documentElement.style.fontSize = '150%'")  # and larger letters on top

        wide = [
            await shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            for shown in (page, chat)
        ]
        room = await chat.locator("#scroll").evaluate("element => element.clientHeight")
        for button in await chat.get_by_role("button").all():
            await button.scroll_into_view_if_needed()
            box = await button.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert min(box["width"], box["height"]) >= 24
    await context.close()

    assert wide == [0, 0]
    assert room > 60


async def test_whoever_wants_no_motion_gets_none(smile_running: Running, browser: Browser) -> None:
    context = await browser.new_context(reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{smile_running.url}/chat/smile")

    moving = await page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const style = getComputedStyle(one);
          return parseFloat(style.animationDuration) > 0.001 || parseFloat(style.transitionDuration) > 0.001
            || style.scrollBehavior !== "auto";
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )
    await context.close()

    assert moving == []


async def test_a_screen_reader_is_told_what_is_new_and_not_what_stood_there_before(
    smile_running: Running, page: Page
) -> None:
    await page.goto(f"{smile_running.url}/chat/smile")
    await say(page, FIRST_WORDS[0])
    log = page.get_by_role("log", name="Conversation with Smile Aesthetics")
    await expect(log).to_have_attribute("aria-live", "polite")
    await page.evaluate(
        """() => {
          window.added = [];
          const note = (node) => window.added.push(node.textContent);
          const seen = new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach(note)));
          seen.observe(document.getElementById("log"), { childList: true });
        }"""
    )
    await say(page, FIRST_WORDS[1])
    added = await page.evaluate("window.added")
    await page.reload()
    quiet = await log.get_attribute("aria-live")

    assert len(added) == 2  # each message once, by whom it is
    assert added[0].startswith("You: First time")
    assert added[1].startswith("Ava: ")
    assert quiet == "off"
    await expect(log).to_have_attribute("aria-live", "polite")


async def test_answers_are_followed_until_one_scrolls_up_and_then_told_by_a_button(
    smile_running: Running, browser: Browser
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 500}, locale="en-US")
    page = await context.new_page()
    await page.goto(f"{smile_running.url}/chat/smile")
    for words in FIRST_WORDS:
        await say(page, words)
        await expect(page.locator(".message.assistant").last).to_be_in_viewport()
        await expect(page.locator("#newer")).to_be_hidden()

    await page.locator("#scroll").hover()
    await page.mouse.wheel(0, -2000)
    await expect(page.locator(".welcome")).to_be_in_viewport()
    async with smile_running.desk.storage.practice(SMILE_ID) as db:
        row = await db.one("select id from conversation where channel = 'webchat'", ())
        assert row is not None
        id, now = MessageId(uuid4()), smile_running.desk.clock.now()
        await add_message(db, row["id"], id=id, author=Author.STAFF, text="Dana here.", now=now)
    await page.get_by_role("button", name="New messages").click()

    await expect(page.get_by_text("Dana here.")).to_be_in_viewport()
    await expect(page.locator("#newer")).to_be_hidden()
    await context.close()


async def test_a_conversation_goes_on_on_a_second_device_and_ends_there_when_the_first_says_so(
    smile_running: Running, browser: Browser, page: Page
) -> None:
    await page.goto(f"{smile_running.url}/chat/smile")
    await say(page, FIRST_WORDS[0])
    await page.get_by_role("button", name="Go on in another browser").click()
    link = page.get_by_label("Link to this conversation")
    await expect(link).to_be_visible()
    await expect(page.get_by_role("button", name="Copy the link")).to_be_focused()
    context = await browser.new_context(locale="en-US")
    phone = await context.new_page()
    await phone.goto(await link.input_value())
    await expect(phone.locator(".message.patient")).to_have_text(re.compile(FIRST_WORDS[0]))
    await expect(phone).to_have_url(f"{smile_running.url}/chat/smile")  # the link is not kept in its history
    await say(phone, FIRST_WORDS[1])
    await expect(page.locator(".message.patient")).to_have_count(2)
    await phone.reload()
    await expect(phone.locator(".message.patient")).to_have_count(2)

    await expect(page.get_by_text("Other browsers in this conversation: 1")).to_be_visible()
    await page.get_by_role("button", name="Disconnect the other browsers").click()
    await expect(phone.get_by_role("alert")).to_contain_text("no longer connected")
    await expect(phone.locator(".message")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Go on in another browser")).to_be_focused()
    await say(page, FIRST_WORDS[2])
    await phone.reload()
    await expect(phone.locator("#choices button")).to_have_count(3)  # it begins anew

    assert await phone.locator(".message").count() == 0
    await context.close()


async def test_one_tap_on_a_booking_link_says_which_service(smile_running: Running, page: Page) -> None:
    practice = smile_running.practice
    service = next(one for one in practice.services if one.id == "hydrafacial")
    async with smile_running.desk.storage.practice(practice.id) as db:
        number, ends = service_number(practice, service.id), smile_running.desk.clock.now().replace(year=2027)
        token = sign_link(db.keyring, practice.id, number, purpose=SERVICE, expires=ends)
    await page.goto(f"{smile_running.url}/book/{token}")

    await page.get_by_role("button", name=f"I'd like to book {service.name}").click()

    await expect(page.locator(".message.assistant")).to_contain_text(service.name, timeout=15_000)
    await expect(page.locator(".message.assistant")).to_contain_text("Have you been")


async def test_one_tap_on_the_link_to_an_offered_time_books_it(smile_running: Running, page: Page) -> None:
    desk = smile_running.desk
    await wait_for_thursday(desk)
    await somebody_cancels(desk)
    await filling(desk, hours=MORNING).fill(SMILE_ID)
    address = (await last_text(desk)).rpartition(" ")[2]

    await page.goto(address)
    await expect(page.locator(".message")).to_have_count(1)  # the offer, and nothing that was texted before
    faults = await violations(page)
    await page.get_by_role("button", name="Yes, book it").click()
    await expect(page.locator(".message.assistant").last).to_contain_text("You're booked!", timeout=15_000)
    await page.reload()
    await expect(page.locator(".message.patient")).to_have_text(re.compile("Yes, book it"))

    assert faults == []
    assert await booked(desk) == 1
    await page.goto(f"{smile_running.url}/chat/smile")  # the browser's own conversation is another
    await expect(page.locator("#choices button")).to_have_count(3)


async def test_a_one_time_code_is_asked_for_filled_in_by_the_phone_and_proves_who_it_is(
    smile_running: Running, page: Page
) -> None:
    desk = smile_running.desk
    chart = {"given": "Maria", "family": "Gonzalez", "phone": "+15125550147", "visits": ["2026-05-28 12:00"]}
    await put_on_file(desk, smile_running.practice, chart)
    await page.goto(f"{smile_running.url}/chat/smile")
    writer = page.get_by_role("textbox", name="Your message")
    await say(page, "do I have an appointment?")
    before = await say(page, "Maria Gonzalez, 4/27/1988, 512 555 0147")
    await expect(writer).to_have_attribute("autocomplete", "off")
    assert "May 28" not in await before.inner_text()
    await page.get_by_role("group", name="Suggested answers").get_by_role("button").first.click()
    await expect(writer).to_have_attribute("autocomplete", "one-time-code", timeout=15_000)

    proven = await say(page, await code_sent(desk))

    assert "May 28 at 12:00 PM" in await proven.inner_text()
    await expect(writer).to_have_attribute("autocomplete", "off")


@pytest.mark.parametrize(
    "bring",
    [
        "data => dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))",
        "data => document.getElementById('text').dispatchEvent("
        "new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))",
    ],
    ids=["dropped", "pasted"],
)
async def test_a_file_is_refused_with_a_word_and_goes_nowhere(smile_running: Running, page: Page, bring: str) -> None:
    await page.goto(f"{smile_running.url}/chat/smile")
    data = await page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'mole.jpg')); return data; }"
    )

    is_left_to_browser = await page.evaluate(bring, data)

    await expect(page.get_by_role("alert")).to_contain_text("Files cannot be sent here")
    assert is_left_to_browser is False
    assert await page.locator(".message").count() == 0
    answer = await say(page, FIRST_WORDS[0])  # and one goes on
    assert "Botox" in await answer.inner_text()
    await expect(page.get_by_role("alert")).to_be_hidden()
