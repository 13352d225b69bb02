"""The page of what runs: pauses in one click, and what will not go out tried again or dropped."""

import asyncio
from uuid import UUID, uuid4

import httpx
from playwright.async_api import Browser, expect
from tests.web.axe import violations
from tests.web.conftest import Running
from tests.web.pages.staff.at_the_desk import colleague, said_in, wrote

from frontdesk.compliance.roles import Role
from frontdesk.domain.contact import ContactKind
from frontdesk.ports.channel import Text
from frontdesk.storage import outbox
from frontdesk.storage.dead_letters import dead_letters


async def one_that_will_not_go(running: Running) -> UUID:
    talk, id = await wrote(running, "I want to talk to a person"), uuid4()
    sender = running.practice.locations[0].phone
    text = Text(key=str(id), sender=sender, to="+15125550147", body="Lost words", kind=ContactKind.REPLY)
    async with running.desk.storage.practice(running.practice.id) as db:
        await outbox.put_text(db, talk, id, text, now=running.desk.clock.now())
        await outbox.mark_refused(db, id, trouble="the account is closed", may_have_left=False)
    return id


async def test_the_assistant_is_paused_and_answers_again_in_one_click(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/running")
        await page.get_by_role("button", name="Pause: Text message").click()
        await expect(page.get_by_role("button", name="Answer again: Text message")).to_be_visible()
        silent = await wrote(running, "Where can I park?", "+15125550163")
        while_paused = [who for who, _ in await said_in(running, silent)]
        await page.get_by_role("button", name="Answer again: Text message").click()
        await expect(page.get_by_role("button", name="Pause: Text message")).to_be_visible()
        spoken = await wrote(running, "Where can I park?", "+15125550164")

        assert await violations(page) == []
    assert while_paused == ["patient"]
    assert [who for who, _ in await said_in(running, spoken)] == ["patient", "assistant"]


async def test_what_will_not_go_shows_why_and_is_tried_again_in_one_click(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    await one_that_will_not_go(running)
    async with ann.browsing(browser, "phone") as page:
        await page.goto(f"{ann.url}/running")
        await expect(page.get_by_text("the account is closed")).to_be_visible()
        shown = await page.content()
        faults = await violations(page)
        await page.get_by_role("button", name="Try again: Text message").click()

        await expect(page.get_by_text("Nothing: whatever was written has gone")).to_be_visible()
    assert "Lost words" not in shown
    assert faults == []


async def test_what_nobody_needs_any_more_is_dropped(running: Running) -> None:
    ann = await colleague(running)
    id = await one_that_will_not_go(running)

    async with ann.asking() as web:
        answer = await web.post(f"/outbox/{id}/drop")

    assert answer.status_code == 303
    async with running.desk.storage.practice(running.practice.id) as db:
        assert await dead_letters(db) == []


async def test_who_may_only_look_changes_nothing(running: Running) -> None:
    reader = await colleague(running, Role.READ_ONLY)

    async with reader.asking() as web:
        seen = await web.get("/running")
        paused = await web.post("/running/every/pause")

    assert (seen.status_code, paused.status_code) == (200, 403)
    assert "/running/every/pause" not in seen.text


async def test_health_tells_what_is_stuck_and_nothing_else(running: Running, web: httpx.AsyncClient) -> None:
    well = await web.get("/health/running")
    while not well.json()["signs"]:  # the worker begins with warming up
        await asyncio.sleep(0.1)
        well = await web.get("/health/running")
    async with running.desk.storage.practice(running.practice.id) as db:
        await db.run(
            "update sign_of_life set seen_at = seen_at - interval '6 minutes' where practice_id = %s", (db.practice,)
        )

    ill = await web.get("/health/running")

    assert (well.status_code, well.json()["stuck"], list(well.json()["signs"])) == (200, [], ["worker"])
    assert (ill.status_code, ill.json()["stuck"]) == (503, ["worker"])
    assert running.practice.name not in ill.text


async def test_the_queue_shows_what_is_due_and_what_can_be_tried_again(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    await one_that_will_not_go(running)
    async with ann.browsing(browser, "phone") as page:
        await page.goto(f"{ann.url}/running")
        row = page.get_by_role("row", name="Answers and news on their way out")
        await expect(row).to_contain_text("1 will not go, of which 1 can be tried again")
        await row.get_by_role("link").focus()
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("heading", name="What will not go out")).to_be_in_viewport()
        faults = await violations(page)
    assert faults == []
