"""A visit's own forms on a phone: half filled in, closed, taken up again on another device, signed and handed in."""

import json
import re

import httpx
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from playwright.async_api import Browser, Page, expect
from tests.web.axe import violations
from tests.web.conftest import Running
from tests.web.pages.forms_desk import PHONE, booked, with_forms

from frontdesk.storage.intake_forms import files_of_patient, forms_of_patient, forms_stand
from frontdesk.web.pages.intake_filling import MOST_BODY

PHONE_SCREEN = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "en-US"}
SHOTS = ""


async def a_phone(browser: Browser) -> Page:
    context = await browser.new_context(**PHONE_SCREEN)
    context.set_default_timeout(8_000)
    return await context.new_page()


async def looked_at(page: Page, name: str) -> None:
    assert await violations(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is wider than the phone"
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def kept(page: Page) -> None:
    await expect(page.locator("#saved")).to_contain_text("✓", timeout=10_000)


async def next_page(page: Page) -> None:
    await page.locator(".going .button:not(.quiet)").click()


async def test_a_form_is_begun_on_one_phone_and_signed_on_another(running: Running, browser: Browser) -> None:
    await with_forms(running, "medspa-intake")
    visit = await booked(running)
    first = await a_phone(browser)

    await first.goto(visit.link)
    await expect(first.locator("[name='q.given']")).to_have_value("Maria")
    await expect(first.locator("[name='q.phone']")).to_have_value(PHONE)
    await expect(first.locator("[name='q.email']")).to_have_value("maria@example.com")
    await looked_at(first, "1-about")
    await next_page(first)
    await expect(first.get_by_role("alert")).to_contain_text("Date of birth")
    await looked_at(first, "2-missing")
    for part, value in (("month", "4"), ("day", "27"), ("year", "1988")):
        await first.locator(f"[name='q.born.{part}']").fill(value)
    for name, value in (("street", "1 Elm Street"), ("city", "Austin"), ("state", "TX"), ("postcode", "78701")):
        await first.locator(f"[name='q.{name}']").fill(value)
    await next_page(first)

    await expect(first.locator("#item-allergies")).to_be_hidden()
    await first.locator("[name='q.medications']").fill("none")
    await first.locator("[name='q.allergic'][value=true]").check(force=True)
    await expect(first.locator("#item-allergies")).to_be_visible()
    await first.locator("[name='q.allergies']").fill("Zibberwort pollen")
    await first.locator("[name='q.allergies']").blur()
    await kept(first)
    await looked_at(first, "3-health")
    await first.context.close()

    second = await a_phone(browser)
    await second.goto(visit.link)
    await expect(second.locator("[name='q.allergies']")).to_have_value("Zibberwort pollen")
    await second.get_by_role("link", name="Español").click()
    await expect(second.locator("h1")).to_have_text("Su salud")
    await looked_at(second, "4-spanish")
    await second.locator("[name='q.pregnancy'][value='0']").check(force=True)
    await second.locator("[name='q.conditions'][value='3']").check(force=True)
    await second.locator("[name='q.thinners'][value=false]").check(force=True)
    await next_page(second)
    await second.locator("[name='q.sun'][value='2']").check(force=True)
    await second.locator("[name='q.before'][value=false]").check(force=True)
    await next_page(second)
    await second.locator("[name='q.goals']").fill("La frente")
    picture = await second.screenshot(clip={"x": 0, "y": 0, "width": 20, "height": 20})
    await second.locator("[name='q.photo']").set_input_files(
        {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": b"not a photo at all"}
    )
    await expect(second.locator("#fault-photo")).to_be_visible(timeout=10_000)
    await second.locator("[name='q.photo']").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": picture}
    )
    await expect(second.locator("#files-photo li")).to_have_count(1, timeout=10_000)
    await looked_at(second, "5-photo")
    await next_page(second)
    await next_page(second)
    await expect(second.locator("#fault-consent-signature")).to_be_visible()
    await second.locator("[name='q.consent-signature']").fill("María González")
    await second.locator("canvas").scroll_into_view_if_needed()
    box = await second.locator("canvas").bounding_box()
    assert box is not None
    await second.mouse.move(box["x"] + 40, box["y"] + 60)
    await second.mouse.down()
    await second.mouse.move(box["x"] + 120, box["y"] + 20, steps=5)
    await second.mouse.up()
    await looked_at(second, "6-signature")
    await next_page(second)
    await looked_at(second, "7-finish")
    await second.get_by_role("button", name="Enviar").click()
    await expect(second.locator(".mark.done")).to_be_visible()
    await second.goto(visit.link)
    await expect(second.locator("form")).to_have_count(0)
    await second.context.close()

    async with running.desk.storage.practice(running.practice.id) as db:
        (form,) = await forms_of_patient(db, visit.intake.patient)
        (file,) = await files_of_patient(db, visit.intake.patient)
        (stands,) = await forms_stand(db, [visit.intake.appointment])
    QuestionnaireResponse.model_validate_json(json.dumps(form.response))
    written = json.dumps(form.response, ensure_ascii=False)
    assert form.response["status"] == "completed"
    assert "Zibberwort pollen" in written
    assert '"sigFormat": "image/png"' in written  # it was drawn, too
    assert re.search(r"Lo que he escrito es verdad", written)
    assert (file.about, file.kind) == ("health", "image/png")
    assert (stands.answered, stands.completed is None) == (stands.wanted, False)


async def test_a_form_works_without_scripts_and_tells_a_stranger_nothing(running: Running) -> None:
    """The same link in the hands of somebody who booked in the name of a patient that was there before."""
    (form,) = await with_forms(running, "medspa-intake")
    visit = await booked(running)
    async with running.desk.storage.practice(running.practice.id) as db:
        await db.run(
            "update patient set created_at = created_at - interval '1 year' where id = %s", (visit.intake.patient,)
        )
    large = {"q.photo": ("large.jpg", b"\xff\xd8" + b"x" * MOST_BODY)}
    async with httpx.AsyncClient(headers={"Accept": "text/html"}) as web:
        first = await web.get(visit.link)
        refused = await web.post(visit.link, params={"step": 4}, files=large)
        wrong = await web.post(visit.link, params={"step": 1}, data={"q.given": "Mia", "q.born.day": "31"})
        early = await web.post(visit.link, params={"step": len(form.items) + 1}, data={"go": "send"})
        saved = await web.post(
            f"{visit.link}/save", params={"step": 2, "lang": "es"}, data={"q.medications": "ninguna"}
        )
        again = await web.get(visit.link, params={"step": 2})

    assert "Maria" in first.text
    assert PHONE not in first.text
    assert "maria@example.com" not in first.text
    assert (refused.status_code, wrong.status_code, early.status_code) == (413, 422, 422)
    assert re.search(r'name="q.born.day" value="31"', wrong.text)
    assert 'id="fault-born"' in wrong.text
    assert "About you" in early.text
    assert "Guardado" in saved.text
    assert 'data-hidden="allergies' in saved.text
    assert "ninguna</textarea>" in again.text
    assert '<html lang="es">' in again.text
