"""Polling a published text over real sockets: what is new, what is not, and what is no such text at all."""

import gzip
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.wire.loopback import Answers, Asked, HangsUp, NoLimit, Says, Waiting, a_server

from frontdesk.ports.connecting import StandIn
from frontdesk.ports.faults import Fault, NotPermitted, Refused, Unreachable
from frontdesk.wire.client import HttpClient, Trace, log_trace
from frontdesk.wire.polling import Fresh, Seen, Subscription, Unchanged, pause
from frontdesk.wire.secret_link import SecretLink

TEXT = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
SECRET = "/ical/s3cretS3cret.ics?key=t0ken"
CALENDAR = {"Content-Type": "text/calendar; charset=utf-8"}


def in_turn(*replies: Says | HangsUp) -> Answers:
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@asynccontextmanager
async def polled(
    answers: Callable[[Asked], Says | HangsUp | Awaitable[Says]],
    *,
    before_the_host: str = "",
    most_bytes: int = 1 << 20,
    trace: Callable[[Trace], None] = lambda _: None,
) -> AsyncIterator[tuple[Subscription, list[Asked]]]:
    waiting = Waiting()

    def client(origin: str) -> HttpClient:
        return HttpClient(
            origin,
            system="Testland",
            budget=NoLimit(),
            trace=trace,
            stand_in=StandIn(pause=waiting.pause, seconds=waiting.seconds),
        )

    async with a_server(answers) as server:
        subscription = Subscription(
            SecretLink.of(server.address.replace("://", f"://{before_the_host}") + SECRET),
            system="Testland",
            client=client,
            accept="text/calendar",
            is_whole=lambda octets: octets.startswith(b"BEGIN") and octets.endswith(b"END:VCALENDAR\r\n"),
            most_bytes=most_bytes,
        )
        try:
            yield subscription, server.asked
        finally:
            await subscription.close()


async def test_a_text_is_read_and_what_is_needed_to_ask_again_with_it() -> None:
    says = Says(body=TEXT, headers={**CALENDAR, "ETag": 'W/"v1"', "Last-Modified": "Mon, 01 Mar 2027 12:00:00 GMT"})
    async with polled(in_turn(says)) as (subscription, asked):
        fresh = await subscription.read()

    assert isinstance(fresh, Fresh)
    assert fresh.octets == TEXT
    assert (fresh.seen.etag, fresh.seen.last_modified) == ('W/"v1"', "Mon, 01 Mar 2027 12:00:00 GMT")
    assert asked[0].target == SECRET
    assert asked[0].headers["accept"].startswith("text/calendar")
    assert asked[0].headers["cache-control"] == "no-cache"
    assert not {"if-none-match", "if-modified-since"} & asked[0].headers.keys()


async def test_the_next_reading_asks_only_for_what_is_new() -> None:
    def answers(asked: Asked) -> Says:
        known = asked.headers.get("if-none-match") == '"v1"'
        return Says(status=304) if known else Says(body=TEXT, headers={"ETag": '"v1"'})

    async with polled(answers) as (subscription, asked):
        fresh = await subscription.read()
        again = await subscription.read(fresh.seen)

    assert again == Unchanged(seen=fresh.seen)
    assert len(asked) == 2


async def test_a_server_with_nothing_but_a_date_is_asked_by_it() -> None:
    date = "Mon, 01 Mar 2027 12:00:00 GMT"
    async with polled(in_turn(Says(body=TEXT, headers={"Last-Modified": date}), Says(status=304))) as (
        subscription,
        asked,
    ):
        fresh = await subscription.read()
        again = await subscription.read(fresh.seen)

    assert asked[1].headers["if-modified-since"] == date
    assert isinstance(again, Unchanged)


async def test_a_server_that_sends_all_of_it_again_is_not_believed_to_have_news() -> None:
    says = (Says(body=TEXT, headers={"ETag": '"v1"'}), Says(body=TEXT, headers={"ETag": '"v2"'}))
    async with polled(in_turn(*says)) as (subscription, _):
        fresh = await subscription.read()
        again = await subscription.read(fresh.seen)

    assert again == Unchanged(seen=Seen(etag='"v2"', digest=fresh.seen.digest))


async def test_another_text_is_news_even_under_the_same_tag() -> None:
    other = TEXT.replace(b"END", b"X-A:1\r\nEND", 1)
    async with polled(
        in_turn(Says(body=TEXT, headers={"ETag": '"v1"'}), Says(body=other, headers={"ETag": '"v1"'}))
    ) as (
        subscription,
        _,
    ):
        fresh = await subscription.read()
        again = await subscription.read(fresh.seen)

    assert isinstance(again, Fresh)
    assert again.octets == other


async def test_unchanged_without_having_asked_whether_is_no_reading() -> None:
    async with polled(in_turn(Says(status=304))) as (subscription, _):
        with pytest.raises(Refused):
            await subscription.read()


async def test_a_text_that_was_packed_is_read() -> None:
    says = Says(body=gzip.compress(TEXT), headers={**CALENDAR, "Content-Encoding": "gzip"})
    async with polled(in_turn(says)) as (subscription, asked):
        fresh = await subscription.read()

    assert isinstance(fresh, Fresh)
    assert fresh.octets == TEXT
    assert asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream", "text/html"])
async def test_a_calendar_under_another_name_is_a_calendar(media_type: str) -> None:
    async with polled(in_turn(Says(body=TEXT, headers={"Content-Type": media_type}))) as (subscription, _):
        assert isinstance(await subscription.read(), Fresh)


HTML = b"\xef\xbb\xbf\n<!DOCTYPE html><title>Sign in, Dana Quill</title>"


@pytest.mark.parametrize(
    ("reply", "fault", "tries"),
    [
        pytest.param(Says(body=HTML), NotPermitted, 1, id="a page"),
        pytest.param(Says(body=b"Sign in", headers={"Content-Type": "text/html"}), NotPermitted, 1, id="called a page"),
        pytest.param(Says(status=401), NotPermitted, 1, id="sign in"),
        pytest.param(Says(status=403), NotPermitted, 1, id="forbidden"),
        pytest.param(Says(status=404, body=HTML), NotPermitted, 1, id="not there"),
        pytest.param(Says(status=410), NotPermitted, 1, id="gone"),
        pytest.param(Says(body=b""), Unreachable, 1, id="empty"),
        pytest.param(Says(body=TEXT[:-5]), Unreachable, 1, id="cut short, politely"),
        pytest.param(Says(body=TEXT, whole=False), Unreachable, 3, id="cut short"),
        pytest.param(Says(body=b"{}"), Unreachable, 1, id="something else"),
        pytest.param(Says(status=503), Unreachable, 3, id="in trouble"),
        pytest.param(Says(status=429), Unreachable, 3, id="too often"),
        pytest.param(Says(status=400), Refused, 1, id="a no"),
        pytest.param(HangsUp(), Unreachable, 3, id="hung up"),
        pytest.param(Says(body=b"x" * ((1 << 20) + 1)), Refused, 1, id="too much"),
        pytest.param(
            Says(body=gzip.compress(b"x" * (50 << 20)), headers={"Content-Encoding": "gzip"}), Refused, 1, id="a bomb"
        ),
        pytest.param(Says(status=302, headers={"Location": SECRET}), Refused, 4, id="round and round"),
        pytest.param(Says(status=302), Refused, 1, id="to itself, without a word"),
        pytest.param(Says(status=302, headers={"Location": "https://evil.example.com/x"}), Refused, 1, id="elsewhere"),
        pytest.param(
            Says(status=302, headers={"Location": "//evil.example.com/x"}), Refused, 1, id="elsewhere, in short"
        ),
        pytest.param(Says(status=302, headers={"Location": "http://localhost:1/x"}), Refused, 1, id="another port"),
        pytest.param(Says(status=302, headers={"Location": "https://localhost/x"}), Refused, 1, id="another scheme"),
        pytest.param(Says(status=302, headers={"Location": "file:///etc/passwd"}), Refused, 1, id="a file"),
        pytest.param(Says(status=302, headers={"Location": "https://[x"}), Refused, 1, id="no address"),
    ],
)
async def test_each_bad_answer_is_the_fault_that_calls_for_the_right_act_and_shows_no_secret(
    reply: Says | HangsUp,
    fault: type[Fault],
    tries: int,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    async with polled(in_turn(reply), trace=log_trace) as (subscription, asked):
        with pytest.raises(fault) as raised:
            await subscription.read(Seen(etag='"v1"', digest="0"))

    assert type(raised.value) is fault
    assert len(asked) == tries
    chain = f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r}"
    logged = caplog.text + capsys.readouterr().out
    assert "another system was asked" in logged
    for secret in ("s3cret", "t0ken", "Dana", "evil"):
        assert secret not in chain + logged


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    def answers(asked: Asked) -> Says:
        moved = Says(status=301, headers={"Location": "/feeds/n3w.ics?x=1"})
        return moved if asked.path.startswith("/ical/") else Says(body=TEXT)

    async with polled(answers, before_the_host="okafor:p%40ss@") as (subscription, asked):
        fresh = await subscription.read()

    assert isinstance(fresh, Fresh)
    assert [one.target for one in asked] == [SECRET, "/feeds/n3w.ics?x=1"]
    assert {one.headers["authorization"] for one in asked} == {"Basic b2thZm9yOnBAc3M="}


async def test_nothing_of_the_link_is_in_a_trace_or_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    traces: list[Trace] = []
    async with polled(in_turn(Says(body=TEXT)), trace=traces.append, before_the_host="u:passw0rd@") as (
        subscription,
        _,
    ):
        fresh = await subscription.read()
    log_trace(traces[0])

    link = SecretLink.of("https://u:passw0rd@example.com" + SECRET)
    shown = f"{traces} {fresh} {link} {capsys.readouterr().out}"
    for secret in ("s3cret", "t0ken", "passw0rd", "BEGIN:VCALENDAR"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("text", "origin", "target"),
    [
        ("https://secure.example.com/ical/abc", "https://secure.example.com", "/ical/abc"),
        ("webcal://secure.example.com/ical/abc", "https://secure.example.com", "/ical/abc"),
        (" webcals://Secure.Example.com:443/a?b=c#d \n", "https://secure.example.com", "/a?b=c"),
        ("https://example.com:8443", "https://example.com:8443", "/"),
        ("https://example.com/%2F/a==/ü b", "https://example.com", "/%2F/a==/%C3%BC%20b"),
        ("https://example.com//elsewhere/a", "https://example.com", "/elsewhere/a"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]", "/a"),
    ],
)
def test_a_link_is_taken_apart(text: str, origin: str, target: str) -> None:
    link = SecretLink.of(text)

    assert (link.origin, link.target, link.authorization) == (origin, target, None)


@pytest.mark.parametrize(
    "text", ["", "secret", "ftp://example.com/a", "https://", "https:///a", "https://example.com:x/a", "https://[x/a"]
)
def test_what_is_no_link_is_not_taken_and_not_repeated(text: str) -> None:
    with pytest.raises(NotPermitted, match="must begin with https://") as raised:
        SecretLink.of(text)

    assert not text or text not in f"{raised.value}".replace("https:// or", "")


def test_a_link_is_told_from_another_by_its_ending_unless_that_is_much_of_it() -> None:
    assert SecretLink.of("https://example.com/ical/0123456789abcdef").ending == "cdef"
    assert SecretLink.of("https://example.com/abc").ending == ""


TEN = timedelta(minutes=10)


def test_the_pause_is_what_the_publisher_asks_for_and_never_less_than_the_system_allows() -> None:
    assert pause(at_least=TEN, asked=None, failures=0, chance=0) == TEN
    assert pause(at_least=TEN, asked=timedelta(minutes=5), failures=0, chance=0) == TEN
    assert pause(at_least=TEN, asked=timedelta(hours=1), failures=0, chance=0) == timedelta(hours=1)
    assert pause(at_least=TEN, asked=timedelta(days=365), failures=0, chance=0) == timedelta(days=1)


def test_each_failure_doubles_the_pause_up_to_six_hours() -> None:
    waits = [pause(at_least=TEN, asked=None, failures=failures, chance=0) for failures in range(8)]

    assert [wait / timedelta(minutes=1) for wait in waits] == [10, 20, 40, 80, 160, 320, 360, 360]


@given(
    at_least=some.timedeltas(timedelta(minutes=1), timedelta(days=3)),
    asked=some.none() | some.timedeltas(timedelta(0), timedelta(days=9999)),
    failures=some.integers(0, 10**9),
    chance=some.floats(0, 1, exclude_max=True),
)
def test_no_pause_is_shorter_than_allowed_or_longer_than_days(
    at_least: timedelta, asked: timedelta | None, failures: int, chance: float
) -> None:
    waited = pause(at_least=at_least, asked=asked, failures=failures, chance=chance)

    assert at_least <= waited <= 1.1 * max(timedelta(days=1), at_least)
