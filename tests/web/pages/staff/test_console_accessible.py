"""Every page of the console in a real browser, at four sizes: axe-core finds nothing, nothing is too wide."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from tests.web.axe import violations
from tests.web.conftest import Running
from tests.web.pages.staff.at_the_desk import SIZES, colleague, wrote

from frontdesk.compliance.roles import Role
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.wish import Wish
from frontdesk.storage.clock import new_id
from frontdesk.storage.patients import add_patient
from frontdesk.storage.waitlist import Waiting, join

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def looked_at(page: Page, name: str) -> list[str]:
    if "FRONTDESK_TEST_PICTURES" in os.environ:
        await page.screenshot(path=Path(os.environ["FRONTDESK_TEST_PICTURES"]) / f"{name}.png")
    wide = ["wider than the screen"] if await page.evaluate(WIDER) else []
    return [f"{name}: {fault}" for fault in (*wide, *await violations(page))]


@pytest.mark.parametrize("size", SIZES)
async def test_every_page_of_the_console(smile_running: Running, browser: Browser, size: str) -> None:
    running = smile_running
    ann, nora = await colleague(running), await colleague(running, Role.MANAGER, "Nora Quinn")
    asked = await wrote(running, "I want to talk to a person please", "+15125550163")
    await wrote(running, "I have chest pain and my face is swelling after filler", "+15125550164")
    maria = await a_patient_who_waits(running, asked)
    faults: list[str] = []

    async with nora.browsing(browser) as other, ann.browsing(browser, size) as page:
        await other.goto(f"{nora.url}/conversations/{asked}")
        await page.goto(f"{ann.url}/inbox?show=all")
        faults += await looked_at(page, f"{size}-inbox")
        await page.goto(f"{ann.url}/conversations/{asked}?show=all")
        await page.locator("#take").click()
        await page.locator("#reply").fill("Hi, this is Ann from the front desk. How can I help?")
        await page.locator("#note-summary").click()
        await page.locator("#note").fill("Asked about the bill before.")
        await page.locator("#keep-note").click()
        await page.locator(".message.note").wait_for()
        await page.locator(".why").first.click()
        await page.locator("#why h2").wait_for()
        faults += await looked_at(page, f"{size}-conversation")
        for view in ("view=day", "view=week", "view=day&by=device"):
            await page.goto(f"{ann.url}/calendar?on=2026-05-28&{view}")
            await page.locator(".ec-event[role=button]").first.wait_for()
            faults += await looked_at(page, f"{size}-calendar-{view.replace('&', '-')}")
        await page.locator(".ec-event[role=button]").first.press("Enter")
        await page.locator("#dialog[open] #move").wait_for()
        faults += await looked_at(page, f"{size}-visit")
        await page.keyboard.press("Escape")
        await page.locator("#add").click()
        await page.locator("#dialog[open] #enter").wait_for()
        faults += await looked_at(page, f"{size}-book")
        await page.goto(f"{ann.url}/patients")
        await page.locator("#search").fill("mar gon")
        await page.get_by_role("link", name="Maria Gonzalez").first.wait_for()
        faults += await looked_at(page, f"{size}-patients")
        await page.goto(f"{ann.url}/patients/{maria.id}")
        faults += await looked_at(page, f"{size}-patient")
        await page.goto(f"{ann.url}/waiting")
        faults += await looked_at(page, f"{size}-waiting")
        if size != "phone":
            await page.locator("#show-keys").click()
            faults += await looked_at(page, f"{size}-keys")

    assert faults == []


async def a_patient_who_waits(running: Running, conversation: ConversationId) -> Patient:
    now, service = running.desk.clock.now(), running.practice.services[0].id
    maria = Patient(id=PatientId(new_id()), given="Maria", family="Gonzalez", phone="+15125550147")
    async with running.desk.storage.practice(running.practice.id) as db:
        await add_patient(db, maria, now=now)
        entry = Waiting(
            id=new_id(), conversation=conversation, patient=maria.id, service=service, wish=Wish(windows=()),
            instead=None, joined=now, offered=(now,),
        )  # fmt: skip
        await join(db, entry)
    return maria
