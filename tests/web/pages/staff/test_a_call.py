"""A call in the console while it runs: each turn shows by itself, who has the caller, and how long they waited."""

from dataclasses import replace
from datetime import time

from playwright.async_api import Browser, expect
from tests.web.conftest import Running
from tests.web.pages.staff.at_the_desk import PHONE, colleague

from frontdesk.domain.time import DayTime
from frontdesk.domain.transfer import Transfer, TransferHours
from frontdesk.reception.calling import Call, Spoken
from frontdesk.storage.practices import apply_practice

LATE = TransferHours(during=DayTime(start=time(20), end=time(23)))


async def test_a_running_call_is_followed_to_its_end(running: Running, browser: Browser) -> None:
    desk, practice = running.desk, running.practice.id
    reached = replace(running.practice, transfer=Transfer(numbers=("+15125550190",), hours=(LATE,)))
    await apply_practice(desk.storage, reached, [], now=desk.clock.now())
    ann = await colleague(running)
    call = await desk.calls.pick_up(practice, Call(id="CA1", caller=PHONE))
    assert isinstance(call, Spoken)

    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/conversations/{call.conversation}")
        side = page.locator("#side")
        await expect(side).to_contain_text("Running: the assistant speaks with the caller")

        await desk.calls.answer(practice, call.conversation, "Where can I park?", turn="CA1:1")
        await expect(page.locator(".message.patient .bubble")).to_have_text("Where can I park?")
        await expect(page.get_by_text("Park behind the house.").first).to_be_visible()
        await page.get_by_role("button", name="Why this answer?").first.click()
        await expect(page.locator("#why")).to_contain_text("Where can I park?")

        await desk.calls.answer(practice, call.conversation, "Can I talk to a person?", turn="CA1:2")
        await expect(side).to_contain_text("Running: the caller is about to be put through")
        await desk.putting_through.stream_ended(practice, "CA1", gone=False)
        await expect(side).to_contain_text("Running: a phone rings for the caller")
        turn = {"heard": 0.31, "ended": 0.4, "decided": 0.55, "spoke": 0.72}
        await desk.calls.keep_times(practice, call.conversation, [{"picked_up": 0.42}, turn])
        await desk.putting_through.over(practice, "CA1")

        await expect(side).to_contain_text("Over · picked up after 0.4 s")
        await side.get_by_text("How long the caller waited").click()
        await expect(side.get_by_role("row", name="1 0.3 0.6 0.7")).to_be_visible()
