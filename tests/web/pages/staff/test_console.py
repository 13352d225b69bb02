"""The console in real browsers: two people at once, taking over and silence, drafts, and the keyboard alone."""

from dataclasses import replace
from html import unescape
from uuid import uuid4

from playwright.async_api import Browser, expect
from tests.clinic import NOW
from tests.web.conftest import Running
from tests.web.pages.staff.at_the_desk import PHONE, colleague, said_in, wrote
from tests.web.pages.staff.test_audited import events

from frontdesk.compliance.roles import Role
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import AnswersWhen
from frontdesk.storage.practices import apply_practice

GREETED = (
    "Hi, this is Ava, the automated assistant at Test Clinic. I'm artificial intelligence, not a person. The "
    "clinic uses me in its services to you. Park behind the house."
)
WORDS = "Hi, this is Ann. How can I help?"


async def test_what_comes_in_shows_by_itself_urgent_first(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/inbox")
        await expect(page.get_by_text("Nothing waits for a person")).to_be_visible()

        await wrote(running, "I want to talk to a person", "+15125550163")
        await wrote(running, "I have chest pain and trouble breathing", "+15125550164")

        rows = page.locator(".rows .row")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("(512) 555-0164")
        await expect(rows.first).to_contain_text("Urgent")


async def test_two_people_on_one_conversation_see_each_other_and_one_of_them_answers(
    running: Running, browser: Browser
) -> None:
    ann, nora = await colleague(running), await colleague(running, Role.MANAGER, "Nora Quinn")
    talk = await wrote(running, "I want to talk to a person")
    async with ann.browsing(browser) as one, nora.browsing(browser) as other:
        await one.goto(f"{ann.url}/conversations/{talk}")
        await other.goto(f"{nora.url}/conversations/{talk}")
        await expect(one.get_by_text("Nora Quinn: here too")).to_be_visible()
        await expect(other.get_by_text("Ann Lee: here too")).to_be_visible()

        await one.locator("#take").click()
        await expect(other.get_by_text("Ann Lee answers; the assistant is silent")).to_be_visible()
        await expect(other.locator("#reply")).to_be_hidden()
        await one.locator("#reply").fill(WORDS)
        await one.locator("#send").click()

        await expect(other.locator(".message.staff .bubble")).to_have_text(WORDS)
        await expect(one.locator("#reply")).to_have_value("")
        await other.goto(f"{nora.url}/inbox")
        await expect(one.get_by_text("Nora Quinn: here too")).to_be_hidden()

    assert (await said_in(running, talk))[-1] == ("staff", WORDS)
    assert {one.actor_id for one in await events(running, "conversation.held")} == {str(ann.account.id)}


async def test_the_assistant_is_silent_while_a_person_holds_it_and_speaks_when_given_back(
    running: Running, browser: Browser
) -> None:
    ann = await colleague(running)
    talk = await wrote(running, "I want to talk to a person")
    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/conversations/{talk}")
        await page.locator("#take").click()
        await expect(page.locator("#give-back")).to_be_visible()

        await wrote(running, "What are your opening hours?", PHONE)
        await expect(page.locator(".message.patient")).to_have_count(2)
        silent = [who for who, _ in await said_in(running, talk)]
        await page.locator("#give-back").click()
        await expect(page.locator("#take")).to_be_visible()
        await wrote(running, "And where can I park?", PHONE)

        await expect(page.get_by_text("Park behind the house.")).to_be_visible()
    assert silent == ["patient", "assistant", "patient"]


async def test_of_two_who_take_it_at_once_the_first_has_it(running: Running) -> None:
    ann, nora = await colleague(running), await colleague(running, Role.MANAGER, "Nora Quinn")
    talk = await wrote(running, "I want to talk to a person")
    async with ann.asking() as one, nora.asking() as other:
        first = await one.post(f"/conversations/{talk}/take")
        second = await other.post(f"/conversations/{talk}/take")
        back = await other.post(f"/conversations/{talk}/give-back")
        words = await other.post(f"/conversations/{talk}/reply", data={"text": "Nora here", "message": str(uuid4())})
        instead = await other.post(f"/conversations/{talk}/take", data={"instead_of": str(ann.account.id)})

    assert (first.status_code, second.status_code, instead.status_code) == (204, 409, 204)
    assert back.status_code == 409
    assert second.text == "A colleague took it a moment ago."
    assert "A colleague took it a moment ago." in words.text
    assert ("staff", "Nora here") not in await said_in(running, talk)


async def test_a_reply_sent_twice_goes_once(running: Running) -> None:
    ann = await colleague(running)
    talk = await wrote(running, "I want to talk to a person")
    message = {"text": WORDS, "message": str(uuid4())}
    async with ann.asking() as web:
        await web.post(f"/conversations/{talk}/take")
        await web.post(f"/conversations/{talk}/reply", data=message)
        await web.post(f"/conversations/{talk}/reply", data=message)

    assert (await said_in(running, talk)).count(("staff", WORDS)) == 1


async def test_a_colleague_is_given_it_and_only_who_may_write_can_be(running: Running) -> None:
    ann, nora = await colleague(running), await colleague(running, Role.MANAGER, "Nora Quinn")
    clinician = await colleague(running, Role.CLINICIAN, "Cleo Stone")
    talk = await wrote(running, "I want to talk to a person")
    async with ann.asking() as web, nora.asking() as other:
        await web.post(f"/conversations/{talk}/take")
        given = await web.post(f"/conversations/{talk}/assign", data={"to": str(nora.account.id)})
        page = await other.get("/inbox?show=mine")
        refused = await web.post(f"/conversations/{talk}/assign", data={"to": str(clinician.account.id)})

    assert (given.status_code, refused.status_code) == (204, 400)
    assert f"/conversations/{talk}" in page.text
    assert "You answer" in page.text


async def test_a_note_is_seen_by_colleagues_and_never_sent(running: Running, browser: Browser) -> None:
    ann, nora = await colleague(running), await colleague(running, Role.MANAGER, "Nora Quinn")
    talk = await wrote(running, "I want to talk to a person")
    async with ann.browsing(browser) as page, nora.browsing(browser) as other:
        await other.goto(f"{nora.url}/conversations/{talk}")
        await page.goto(f"{ann.url}/conversations/{talk}")
        await page.locator("#note-summary").click()
        await page.locator("#note").fill("Asked about the bill before.")
        await page.locator("#keep-note").click()

        await expect(other.locator(".message.note")).to_contain_text("Asked about the bill before.")
    assert all("bill" not in text for _, text in await said_in(running, talk))
    assert len(await events(running, "note.written")) == 1


async def test_a_draft_is_sent_as_it_is_changed_or_dropped(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    drafting = replace(running.practice, coverage={ChannelKind.SMS: AnswersWhen.DRAFTS})
    await apply_practice(running.desk.storage, drafting, [], now=NOW)
    talk = await wrote(running, "Where can I park?")
    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/conversations/{talk}")
        await expect(page.locator("#draft-text")).to_have_value(GREETED)
        await page.locator("#send-draft").click()
        await expect(page.locator(".message.assistant")).to_have_count(1)
        await expect(page.locator("#draft-text")).to_be_hidden()

        await wrote(running, "And where is that?")
        await page.locator("#draft-text").fill("Right behind our building, by the oak.")
        await page.locator("#send-draft").click()
        await expect(page.locator(".message.staff .bubble")).to_have_text("Right behind our building, by the oak.")

        await wrote(running, "Thanks!")
        await page.locator("#drop-draft").click()
        await expect(page.locator("#draft-text")).to_be_hidden()
    assert [who for who, _ in await said_in(running, talk)] == ["patient", "assistant", "patient", "staff", "patient"]


async def test_a_draft_that_is_no_longer_what_was_shown_is_shown_anew_and_not_sent(running: Running) -> None:
    ann = await colleague(running)
    drafting = replace(running.practice, coverage={ChannelKind.SMS: AnswersWhen.DRAFTS})
    await apply_practice(running.desk.storage, drafting, [], now=NOW)
    talk = await wrote(running, "Where can I park?")
    async with ann.asking() as web:
        shown = {"text": "Park in front.", "shown": "Park in front.", "message": str(uuid4()), "do": "send"}
        answer = await web.post(f"/conversations/{talk}/draft", data=shown)

    assert "What would be said has changed meanwhile." in answer.text
    assert GREETED in unescape(answer.text)
    assert [who for who, _ in await said_in(running, talk)] == ["patient"]


async def test_why_an_answer_was_given_stands_beside_it(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    talk = await wrote(running, "Where can I park?")
    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/conversations/{talk}")
        await page.get_by_role("button", name="Why this answer?").click()

        await expect(page.locator("#why")).to_contain_text("rules")
        await expect(page.locator("#why")).to_contain_text("parking")


async def test_the_keyboard_alone_takes_answers_notes_and_gives_back(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    talk = await wrote(running, "I want to talk to a person")
    async with ann.browsing(browser) as page:
        await page.goto(f"{ann.url}/inbox")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/conversations/{talk}*")
        await page.keyboard.press("t")
        await expect(page.locator("#reply")).to_be_focused()
        await page.keyboard.type(WORDS)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.staff")).to_have_count(1)
        await page.keyboard.press("Escape")
        await page.keyboard.press("n")
        await page.keyboard.type("Will call back.")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.note")).to_have_count(1)
        await page.keyboard.press("Escape")
        await page.keyboard.press("g")

        await expect(page.locator("#take")).to_be_visible()
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_be_visible()


async def test_in_spanish_where_the_browser_asks_for_it(running: Running, browser: Browser) -> None:
    ann = await colleague(running)
    talk = await wrote(running, "I want to talk to a person")
    async with ann.browsing(browser, locale="es-MX") as page:
        await page.goto(f"{ann.url}/conversations/{talk}")

        await expect(page.locator("#take")).to_have_text("Tomar la conversación")
        assert await page.locator("html").get_attribute("lang") == "es"


async def test_who_may_only_look_is_offered_nothing_to_do(running: Running) -> None:
    cleo = await colleague(running, Role.CLINICIAN, "Cleo Stone")
    talk = await wrote(running, "I want to talk to a person")
    async with cleo.asking() as web:
        page = await web.get(f"/conversations/{talk}")
        taken = await web.post(f"/conversations/{talk}/take")

    assert page.status_code == 200
    assert 'id="take"' not in page.text
    assert taken.status_code == 403


async def test_what_an_open_page_asks_by_itself_keeps_no_session_alive(running: Running) -> None:
    ann = await colleague(running)
    async with ann.asking() as web, running.desk.storage.practice(running.practice.id) as db:
        await db.run("update session set seen_at = seen_at - interval '29 minutes'", ())

    async with ann.asking() as web:
        by_itself = await web.get("/inbox/list", headers={"x-by-itself": "1"})
    async with running.desk.storage.practice(running.practice.id) as db:
        row = await db.one("select seen_at from session where account_id = %s", (ann.account.id,))

    assert by_itself.status_code == 200
    assert row is not None
    assert (running.desk.clock.now() - row["seen_at"]).total_seconds() > 28 * 60
