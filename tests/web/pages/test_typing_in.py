"""What a caller was not heard right in is typed in on their phone, and the call goes on with it."""

import re

from playwright.async_api import Browser, expect
from tests.reception.test_calling import in_a_call
from tests.web.axe import violations
from tests.web.conftest import Running

from frontdesk.dialogue.state import Ask
from frontdesk.reception.effects import TYPING
from frontdesk.reception.links import sign_link
from frontdesk.storage.conversations import read_conversation

PHONE_SCREEN = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "en-US"}
UNHEARD = ("Maria Lopez, yes", "yes", "maria at gmail dot com", "no", "maria dot lopez at gmail dot com", "no", "yes")
"""Twice the address was not right; then they wanted the link."""
THUMB = 44
"""Pixels that whoever holds a phone to their ear can hit."""
SHOTS = ""


async def test_an_address_is_typed_in_on_the_phone_and_the_link_is_over_then(
    smile_running: Running, browser: Browser
) -> None:
    desk, practice = smile_running.desk, smile_running.practice.id
    waiting, state = await in_a_call(desk, *UNHEARD)
    async with desk.storage.practice(practice) as db:
        until = desk.clock.now().replace(year=2027)
        token = sign_link(db.keyring, practice, waiting.conversation, purpose=TYPING, expires=until)
    context = await browser.new_context(**PHONE_SCREEN)
    page = await context.new_page()

    await page.goto(f"{smile_running.url}/type/{token}")
    assert await violations(page) == []
    box = await page.get_by_role("button", name="Send").bounding_box()
    assert box is not None
    assert box["height"] >= THUMB
    await page.get_by_label("E-mail address").fill("m.lopez at home")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_have_text("Please look at it once more.")
    assert await violations(page) == []
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/typing-wrong.png")
    await page.get_by_label("E-mail address").fill("m.lopez@example.com")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("heading")).to_have_text("Thank you")
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/typing-done.png")
    await page.goto(f"{smile_running.url}/type/{token}")
    await expect(page.get_by_role("heading")).to_have_text("This link is over")
    await context.close()

    news = await desk.calls.news(practice, waiting)
    async with desk.storage.practice(practice) as db:
        stands = await read_conversation(db, waiting.conversation)
    assert state.known.email is None
    assert stands is not None
    assert stands.state.known.email == "m.lopez@example.com"
    assert news is not None
    assert news.asked is Ask.AGREED
    assert re.search(r"example", " ".join(news.sentences))
