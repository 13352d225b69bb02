import httpx
import pytest
from starlette.requests import HTTPConnection
from tests.web.conftest import Running

from frontdesk.web.security import address_of, content_policy, from_own_page

PAGES = ("/", "/demo/site", "/demo/phone", "/demo/mailbox", "/demo/calendar", "/chat/clinic", "/chat/clinic?embedded=1")
NOT_FRAMED = [*PAGES[:-1], "/nothing/here", "/intake/broken", "/health/live", "/widget.js"]


@pytest.mark.parametrize("address", [*PAGES, "/nothing/here", "/intake/broken", "/widget.js", "/static/chat.css"])
async def test_every_answer_carries_the_headers_and_allows_nothing_inline(web: httpx.AsyncClient, address: str) -> None:
    answer = await web.get(address)

    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http:" not in policy.replace("http://localhost", "")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("address", NOT_FRAMED)
async def test_nobody_may_frame_a_page_but_the_widgets(web: httpx.AsyncClient, address: str) -> None:
    assert "frame-ancestors 'none'" in (await web.get(address)).headers["content-security-policy"]


async def test_the_widgets_page_may_be_framed_by_any_site(web: httpx.AsyncClient) -> None:
    answer = await web.get("/chat/clinic?embedded=1")

    assert "frame-ancestors *" in answer.headers["content-security-policy"]


async def test_an_address_that_leads_nowhere_has_a_friendly_page_in_the_readers_language(
    web: httpx.AsyncClient,
) -> None:
    english, spanish = [
        await web.get("/nothing/here", headers={"Accept-Language": language}) for language in ("en-US", "es-MX")
    ]

    assert (english.status_code, spanish.status_code) == (404, 404)
    assert "There is nothing here" in english.text
    assert "Aquí no hay nada" in spanish.text


async def test_a_program_that_asks_for_no_page_gets_one_line_of_json(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.url) as program:
        answer = await program.get("/nothing/here")

    assert answer.json() == {"trouble": "There is nothing here"}


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "http://desk.example.com"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://desk.example.com"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://desk.example.com"}, True),
        ({"origin": "http://desk.example.com.evil.example.com"}, False),
        ({"origin": "null"}, False),
        ({}, True),
    ],
)
def test_a_form_is_taken_from_our_own_pages_only(headers: dict[str, str], own: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in {"host": "desk.example.com", **headers}.items()]

    assert from_own_page(HTTPConnection({"type": "http", "headers": raw})) is own


def test_a_policy_names_only_what_it_is_given() -> None:
    policy = content_policy(frames="'self'", framed_by="*")

    assert "frame-src 'self'" in policy
    assert policy.endswith("frame-ancestors *")
    assert "script-src 'self';" in policy


@pytest.mark.parametrize(
    ("host", "told", "is_from"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "198.51.100.4", "198.51.100.4"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.4", "198.51.100.4"),  # what came before the proxy, anybody could write
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("203.0.113.9", "198.51.100.4", "203.0.113.9"),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed_about_where_somebody_is(
    host: str, told: str | None, is_from: str
) -> None:
    headers = [(b"x-forwarded-for", told.encode())] if told else []

    assert address_of(HTTPConnection({"type": "http", "headers": headers, "client": (host, 1)})) == is_from
