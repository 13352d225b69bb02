"""The practice's colour and name on its chat and its launcher, and how much of it all there is."""

import gzip
import re
from dataclasses import replace
from types import MappingProxyType

import httpx
from tests.web.conftest import Running

from frontdesk.domain.chat_look import ChatLook
from frontdesk.storage.practices import apply_practice

MOST_BYTES = 40 * 1024


async def themed(running: Running) -> None:
    """The practice with a look of its own."""
    look = ChatLook(colour="#2f5545", name="The Skin Desk", greeting=MappingProxyType({"en": "Hello, lovely"}))
    practice = replace(running.practice, chat=look, languages=("en", "es"))
    await apply_practice(running.desk.storage, practice, [], now=running.desk.clock.now())


async def test_the_chat_wears_the_practice_s_colour_name_and_greeting(running: Running, web: httpx.AsyncClient) -> None:
    await themed(running)

    english = (await web.get("/chat/clinic")).text
    spanish = (await web.get("/chat/clinic?lang=es")).text
    colours = [(await web.get(f"/chat/clinic/look.css{query}")).text for query in ("", "?color=%231f3a5f")]

    assert "<h1>The Skin Desk</h1>" in english
    assert "<h2>Hello, lovely</h2>" in english
    assert "Le damos la bienvenida a The Skin Desk" in spanish
    assert [re.findall("#[0-9a-f]{6}", one) for one in colours] == [["#2f5545"], ["#1f3a5f"]]


async def test_where_nothing_hears_and_speaks_there_is_no_button_to_talk(web: httpx.AsyncClient) -> None:
    page = await web.get("/chat/clinic")

    assert ('id="talk"' in page.text, "microphone=()" in page.headers["Permissions-Policy"]) == (False, True)


async def test_a_colour_that_cannot_be_read_and_one_that_is_no_colour_leave_the_practice_s_own(
    running: Running, web: httpx.AsyncClient
) -> None:
    await themed(running)

    for color in ("#ffee00", "red;}", "%23ffffff"):
        assert "--accent: #2f5545;" in (await web.get("/chat/clinic/look.css", params={"color": color})).text
    assert (await web.get("/chat/nobody/look.css")).status_code == 404


async def test_the_launcher_of_a_practice_needs_nothing_but_its_address(
    running: Running, web: httpx.AsyncClient
) -> None:
    await themed(running)

    own = await web.get("/chat/clinic/widget.js")
    nobody = await web.get("/chat/nobody/widget.js")
    anybody = await web.get("/widget.js")

    assert '{"colour": "#2f5545", "name": "The Skin Desk", "practice": "clinic"}' in own.text
    assert own.headers["cross-origin-resource-policy"] == "cross-origin"
    assert nobody.status_code == 404
    assert '"practice": null' in anybody.text


async def test_launcher_and_chat_are_under_40_kilobytes_as_they_are_sent(
    running: Running, web: httpx.AsyncClient
) -> None:
    """Everything that a browser gets to show the chat, fonts too; the page itself as a proxy would compress it."""
    page = await web.get("/chat/clinic?embedded=1")
    files = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js|svg|woff2)[^"]*)"', page.text)
    modules = re.findall(r'from "\./([\w-]+\.js)"', (await web.get("/static/chat.js")).text)
    addresses = {"/chat/clinic/widget.js", *files, *(f"/static/{module}" for module in modules)}

    sent = {"page": len(gzip.compress(page.content))}
    for address in addresses:
        async with web.stream("GET", address) as answer:
            sent[address] = sum([len(part) async for part in answer.aiter_raw()])
            assert answer.headers.get("content-encoding") == "gzip" or "look.css" in address, address

    assert len(modules) == 3
    assert len(sent) >= 8
    assert not any("woff2" in address for address in sent)
    assert sum(sent.values()) < MOST_BYTES, sent


async def test_a_browser_that_takes_nothing_compressed_gets_it_plain(running: Running, web: httpx.AsyncClient) -> None:
    plain = await web.get("/static/chat.js", headers={"Accept-Encoding": "identity"})
    pressed = await web.get("/static/chat.js")

    assert "content-encoding" not in plain.headers
    assert plain.text == pressed.text
    again = await web.get("/static/chat.js", headers={"If-None-Match": plain.headers["etag"]})
    assert again.status_code == 304
