"""The desk's calendar in a real browser: dragged, refused, moved twice at once, booked, blocked, by keyboard."""

from uuid import UUID

from playwright.async_api import Browser, Locator, Page, expect
from tests.clinic import NOW, ZONE, a_slot, at
from tests.web.conftest import Running
from tests.web.pages.staff.at_the_desk import Colleague, colleague
from tests.web.pages.staff.test_audited import MARIA, events

from frontdesk.compliance.roles import Role
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.time import Period
from frontdesk.storage.clock import new_id
from frontdesk.storage.patients import add_patient
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source, appointments_within, read_appointment

DAY = "2026-05-28"
SLOT = 48
"""Pixels of half an hour."""


async def a_visit(running: Running, when: str) -> UUID:
    id = new_id()
    async with running.desk.storage.practice(running.practice.id) as db:
        await add_patient(db, MARIA, now=NOW)
        taken = await claim(
            db, a_slot(at(when)), id=id, status=Status.BOOKED, source=Source.STAFF, now=NOW, patient=MARIA.id
        )
    assert taken is None
    return id


async def start_of(running: Running, id: UUID) -> str:
    async with running.desk.storage.practice(running.practice.id) as db:
        visit = await read_appointment(db, id)
    assert visit is not None
    return f"{visit.during.start.astimezone(ZONE):%Y-%m-%d %H:%M}"


async def on_the_day(running: Running) -> list[Appointment]:
    within = Period(start=at(f"{DAY} 06:00").start, end=at(f"{DAY} 23:00").start)
    async with running.desk.storage.practice(running.practice.id) as db:
        return await appointments_within(db, within, now=running.desk.clock.now())


async def opened(page: Page, ann: Colleague, more: str = "") -> None:
    await page.goto(f"{ann.url}/calendar?on={DAY}{more}")
    await page.locator(".ec-event").first.wait_for()


def drawn(page: Page, id: UUID) -> Locator:
    return page.locator(f'.ec-event[data-visit="{id}"]:not(.ec-ghost, .ec-preview)')


async def dragged(page: Page, visit: Locator, *, down: int, right: int = 0) -> None:
    await visit.scroll_into_view_if_needed()
    box = await visit.bounding_box()
    assert box is not None
    x, y = box["x"] + 40, box["y"] + 10
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + right / 2, y + down / 2, steps=4)
    await page.mouse.move(x + right, y + down, steps=4)
    await page.mouse.up()


async def test_a_visit_that_is_dragged_stands_at_its_new_time(running: Running, browser: Browser) -> None:
    ann, nora = await colleague(running), await colleague(running, Role.MANAGER, "Nora Quinn")
    id = await a_visit(running, f"{DAY} 10:00")
    async with ann.browsing(browser) as page, nora.browsing(browser) as other:
        await opened(other, nora)
        await opened(page, ann)
        await dragged(page, drawn(page, id), down=SLOT)

        await expect(page.locator("#told")).not_to_be_empty()
        await expect(drawn(other, id)).to_contain_text("10:30")  # the colleague's page follows
    assert await start_of(running, id) == f"{DAY} 10:30"
    assert "booked" in [one.detail.split('"to":"')[1].split('"')[0] for one in await events(running, "visit.changed")]


async def test_a_move_onto_another_visit_snaps_back_and_says_why(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    id, _ = await a_visit(running, f"{DAY} 10:00"), await a_visit(running, f"{DAY} 11:00")
    async with ann.browsing(browser) as page:
        await opened(page, ann)
        await dragged(page, drawn(page, id), down=2 * SLOT)

        await expect(page.locator("#trouble")).to_contain_text("Something else is there at that time")
        await expect(drawn(page, id)).to_contain_text("10:00")
    assert await start_of(running, id) == f"{DAY} 10:00"


async def test_a_visit_dragged_to_somebody_who_does_not_give_it_snaps_back(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    id = await a_visit(running, f"{DAY} 10:00")
    async with ann.browsing(browser) as page:
        await opened(page, ann)
        width = (await page.locator(".ec-day").first.bounding_box() or {"width": 0})["width"]
        await dragged(page, drawn(page, id), down=0, right=round(width))

        await expect(page.locator("#trouble")).to_contain_text("Alex Rivera does not give this service.")
    assert await start_of(running, id) == f"{DAY} 10:00"


async def test_of_two_who_move_the_same_visit_the_second_is_told_that_it_was_changed(running: Running) -> None:
    ann, nora = await colleague(running), await colleague(running, Role.MANAGER, "Nora Quinn")
    id = await a_visit(running, f"{DAY} 10:00")
    was = at(f"{DAY} 10:00").start.isoformat()
    async with ann.asking() as one, nora.asking() as other:
        first = await one.post(f"/calendar/visits/{id}/move", data={"start": f"{DAY}T12:00", "was": was})
        second = await other.post(f"/calendar/visits/{id}/move", data={"start": f"{DAY}T15:00", "was": was})

    assert (first.status_code, second.status_code) == (204, 409)
    assert second.text == "Somebody else has changed this visit meanwhile. Look again."
    assert await start_of(running, id) == f"{DAY} 12:00"


async def test_a_visit_may_be_moved_into_its_own_time(running: Running) -> None:
    ann = await colleague(running)
    id = await a_visit(running, f"{DAY} 10:00")
    was = at(f"{DAY} 10:00").start.isoformat()
    async with ann.asking() as web:
        moved = await web.post(f"/calendar/visits/{id}/move", data={"start": f"{DAY}T10:15", "was": was})

    assert moved.status_code == 204
    assert await start_of(running, id) == f"{DAY} 10:15"


async def test_the_week_moves_a_visit_by_days(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    id = await a_visit(running, f"{DAY} 10:00")
    async with ann.browsing(browser) as page:
        await opened(page, ann, "&view=week")
        width = (await page.locator(".ec-day").first.bounding_box() or {"width": 0})["width"]
        await dragged(page, drawn(page, id), down=0, right=round(width))

        await expect(page.locator("#told")).not_to_be_empty()
    assert await start_of(running, id) == "2026-05-29 10:00"


async def test_by_keyboard_alone_a_visit_is_booked_and_moved(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/calendar?on={DAY}")
        await page.keyboard.press("a")
        await expect(page.locator("#form-practitioner")).to_be_focused()
        await page.locator("[name=at]").fill("14:00")
        await page.locator("[name=name]").fill("Noor Haddad")
        await page.locator("[name=phone]").fill("512 555 0166")
        await page.locator("[name=phone]").press("Enter")
        await expect(page.locator("#dialog")).to_be_hidden()
        visit = page.locator(".ec-event", has_text="Noor Haddad")
        await visit.press("Enter")
        await page.locator("#dialog [name=at]").fill("16:30")
        await page.locator("#dialog [name=at]").press("Enter")

        await expect(visit).to_contain_text("4:30")
    (booked,) = await on_the_day(running)
    assert (booked.status, f"{booked.during.start.astimezone(ZONE):%H:%M}") == (Status.BOOKED, "16:30")
    assert [one.actor_id for one in await events(running, "booking.intended")] == [str(ann.account.id)]


async def test_what_is_in_the_way_is_said_in_the_form_and_nobody_is_entered(running: Running) -> None:
    ann = await colleague(running)
    await a_visit(running, f"{DAY} 10:00")
    wanted = {"practitioner": "dana", "on": DAY, "at": "10:15", "service": "botox-consultation", "kind": "visit"}
    async with ann.asking() as web:
        page = await web.post("/calendar/visits", data={**wanted, "name": "Noor Haddad", "phone": "512 555 0166"})
        search = await web.post("/patients", data={"named": "512 555 0166"})

    assert "the practitioner is not free" in page.text
    assert "Nobody is found by that." in search.text
    assert len(await on_the_day(running)) == 1


async def test_blocked_time_is_busy_and_can_be_freed(running: Running) -> None:
    ann = await colleague(running)
    block = {"practitioner": "dana", "on": DAY, "at": "12:00", "kind": "block", "minutes": "60"}
    async with ann.asking() as web:
        await web.post("/calendar/visits", data=block)
        visit = await web.post(
            "/calendar/visits", data={**block, "kind": "visit", "service": "botox-consultation", "name": "Noor Haddad"}
        )
        (blocked,) = await on_the_day(running)
        freed = await web.post(f"/calendar/visits/{blocked.id}/cancel")

    assert "the practitioner is not free" in visit.text
    assert freed.status_code == 204
    assert await on_the_day(running) == []


async def test_who_may_only_see_the_calendar_sees_no_names_and_moves_nothing(running: Running) -> None:
    reader = await colleague(running, Role.READ_ONLY, "Rae Only")
    id = await a_visit(running, f"{DAY} 10:00")
    async with reader.asking() as web:
        shown = await web.get(f"/calendar/visits?start={DAY}&end={DAY}")
        card = await web.get(f"/calendar/visits/{id}")
        moved = await web.post(f"/calendar/visits/{id}/move", data={"start": f"{DAY}T12:00", "was": "x"})

    assert "Botox consultation" in shown.text
    assert "Gonzalez" not in shown.text + card.text
    assert moved.status_code == 403
