"""The line is cut at every moment, the server goes away and comes back: nothing is lost, nothing is there twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from playwright.async_api import Page, Route, WebSocketRoute, expect
from tests.conftest import Postgres, smile_desk
from tests.web.conftest import Running, answering, free_port

from frontdesk.sample.practice import SMILE_ID
from frontdesk.settings import Settings
from frontdesk.storage import conversations
from frontdesk.web.app import create_app, let_go
from frontdesk.wiring import Frontdesk
from frontdesk.work.worker import work

SAID = ("Where do I park?", "Thank you", "What are your opening hours?", "Where are you located?")
LATER_MS = 20_000


async def write(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Your message").fill(words)
    await page.get_by_role("textbox", name="Your message").press("Enter")


async def stored(desk: Frontdesk) -> list[str]:
    """What the patient said as it is kept, in order."""
    async with desk.storage.practice(SMILE_ID) as db:
        rows = await db.all("select id from conversation where channel = 'webchat'", ())
        kept = [one for row in rows for one in await conversations.messages(db, row["id"])]
    return [one.text for one in kept if one.author.value == "patient"]


async def shown(page: Page) -> list[str]:
    return await page.locator(".message.patient .bubble").all_inner_texts()


async def all_arrived(page: Page, count: int) -> None:
    """Everything that was written is known to be stored, and answered."""
    await expect(page.locator(".message.patient[data-seq]")).to_have_count(count, timeout=LATER_MS)
    await expect(page.locator(".unsent")).to_have_count(0)
    await expect(page.locator("#typing")).to_be_hidden(timeout=LATER_MS)


async def test_however_the_line_is_cut_each_message_is_stored_and_shown_once(
    smile_running: Running, page: Page
) -> None:
    """A frame in either direction is the last one of its line: lost with it, or delivered just before."""
    chance, lines = Random(0), 0

    def cut_at_random(line: WebSocketRoute) -> None:
        nonlocal lines
        lines += 1
        server, last, is_lost = line.connect_to_server(), chance.randrange(1, 6), chance.random() < 0.5
        passed = 0
        if lines > 6:  # often enough: from here on it holds
            return

        def through(send: object, frame: str | bytes) -> None:
            nonlocal passed
            passed += 1
            if passed < last or (passed == last and not is_lost):
                assert callable(send)
                send(frame)
            if passed >= last:
                asyncio.ensure_future(line.close(code=4000))  # noqa: RUF006

        line.on_message(lambda frame: through(server.send, frame))
        server.on_message(lambda frame: through(line.send, frame))

    await page.route_web_socket("**/socket*", cut_at_random)
    await page.goto(f"{smile_running.url}/chat/smile")
    for words in SAID:
        await write(page, words)
    await all_arrived(page, len(SAID))

    assert lines > 3
    assert await stored(smile_running.desk) == list(SAID)
    assert await shown(page) == list(SAID)
    assert await page.locator(".message.assistant").count() == await answers(smile_running.desk)


async def answers(desk: Frontdesk) -> int:
    async with desk.storage.practice(SMILE_ID) as db:
        row = await db.one("select count(*) as many from message where author = 'assistant'", ())
    assert row is not None
    return int(row["many"])


async def test_what_is_written_offline_is_kept_over_a_reload_and_sent_when_the_network_is_back(
    smile_running: Running, page: Page
) -> None:
    await page.goto(f"{smile_running.url}/chat/smile")
    await write(page, SAID[0])
    await all_arrived(page, 1)

    cut: list[WebSocketRoute] = []
    await page.route_web_socket("**/socket*", lambda line: cut.append(line))
    await page.reload()  # the line opens, and nothing comes over it: a network that swallows everything
    await page.context.set_offline(True)
    await write(page, SAID[1])
    await expect(page.get_by_role("status").first).to_contain_text("You are offline")
    waits = await page.locator(".unsent").count()
    await page.context.set_offline(False)
    await page.unroute_all()
    await page.route_web_socket("**/socket*", lambda line: line.connect_to_server() and None)
    await page.reload()
    await all_arrived(page, 2)

    assert waits == 1
    assert await stored(smile_running.desk) == list(SAID[:2])
    assert await shown(page) == list(SAID[:2])


async def test_a_line_that_nobody_closes_though_nothing_comes_over_it_is_given_up(
    smile_running: Running, page: Page
) -> None:
    lines = 0

    def swallow_messages(line: WebSocketRoute) -> None:
        nonlocal lines
        lines += 1
        server = line.connect_to_server()
        if lines == 1:
            line.on_message(lambda frame: server.send(frame) if "token" in str(frame) else None)

    await page.clock.install()
    await page.route_web_socket("**/socket*", swallow_messages)
    await page.goto(f"{smile_running.url}/chat/smile")
    await expect(page.locator("#live")).to_have_attribute("aria-live", "polite")  # the line stands
    await write(page, SAID[0])
    await expect(page.locator(".unsent")).to_have_count(1)
    await page.clock.fast_forward(11_000)
    await all_arrived(page, 1)

    assert lines == 2
    assert await stored(smile_running.desk) == [SAID[0]]


@asynccontextmanager
async def working(desk: Frontdesk) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(work(desk, stop))
    yield
    stop.set()
    await task


async def test_the_server_is_restarted_in_the_middle_of_a_conversation(
    server: Postgres, smile_template: str, master_home: Path, page: Page
) -> None:
    port = free_port()
    settings = Settings(home=master_home, port=port, public_url=f"http://localhost:{port}", demo=True)
    async with smile_desk(server, smile_template, settings) as desk, working(desk):
        async with answering(desk, before := create_app(desk)):
            async with page.expect_websocket() as opened:
                await page.goto(f"{settings.public_url}/chat/smile")
            await write(page, SAID[0])
            await all_arrived(page, 1)
            async with (await opened.value).expect_event("close"):
                let_go(before)
        await write(page, SAID[1])
        await expect(page.get_by_role("status").first).to_contain_text("Connecting again", timeout=LATER_MS)
        await expect(page.locator(".unsent")).to_have_count(1)
        async with answering(desk, create_app(desk)):
            await all_arrived(page, 2)
            await write(page, SAID[2])
            await all_arrived(page, 3)
            await expect(page.get_by_role("status").first).to_be_hidden()

            assert await stored(desk) == list(SAID[:3])
            assert await shown(page) == list(SAID[:3])


async def test_an_answer_that_comes_while_the_page_is_away_is_there_when_it_is_back(
    smile_running: Running, page: Page
) -> None:
    await page.goto(f"{smile_running.url}/chat/smile")
    await write(page, SAID[0])
    await expect(page.locator(".message.patient[data-seq]")).to_have_count(1, timeout=LATER_MS)

    async def nowhere(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<title>elsewhere</title>")

    await page.route("**/elsewhere", nowhere)
    await page.goto(f"{smile_running.url}/elsewhere")
    await page.go_back()

    await expect(page.locator(".message.assistant")).to_have_count(1, timeout=LATER_MS)
    assert await shown(page) == [SAID[0]]
