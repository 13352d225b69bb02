"""The listening end of MLLP, to senders that have good and bad days."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs
from tests.wire.mllp_peers import Desk, Line, a_server

from frontdesk.ports.faults import NotPermitted
from frontdesk.wire.mllp_frames import framed
from frontdesk.wire.mllp_server import MllpServer
from frontdesk.wire.mllp_way import Release

LineTo = Callable[[int], Awaitable[Line]]


@pytest.fixture
async def line_to() -> AsyncIterator[LineTo]:
    """Bare connections to a server, gone at the end."""
    lines: list[Line] = []

    async def to(port: int) -> Line:
        lines.append(await Line.to(port))
        return lines[-1]

    yield to
    for line in lines:
        line.leave()
    await asyncio.sleep(0)


async def test_a_message_is_acknowledged_only_once_it_is_kept(line_to: LineTo) -> None:
    desk = Desk(until=asyncio.Event())

    async with a_server(desk) as port:
        line = await line_to(port)
        await line.send(framed(b"1 hello"))
        with pytest.raises(TimeoutError):
            await line.hear(seconds=0.1)
        assert desk.kept == []
        desk.until.set()
        assert await line.hear() == [b"ACK 1"]

    assert desk.kept == [b"1 hello"]


async def test_several_messages_in_one_packet_are_answered_in_their_order(line_to: LineTo) -> None:
    desk = Desk()

    async with a_server(desk) as port:
        line = await line_to(port)
        await line.send(b"".join(framed(b"%d hello" % number) for number in range(5)))
        heard = await line.hear(5)

    assert heard == [b"ACK %d" % number for number in range(5)]
    assert desk.kept == [b"%d hello" % number for number in range(5)]


async def test_a_message_in_many_pieces_between_junk_is_heard(line_to: LineTo) -> None:
    desk = Desk()

    async with a_server(desk) as port:
        line = await line_to(port)
        for octet in b"\r\njunk" + framed(b"1 hello") + b"\n":
            await line.send(bytes((octet,)))
        assert await line.hear() == [b"ACK 1"]

    assert desk.kept == [b"1 hello"]


async def test_a_message_that_cannot_be_kept_is_answered_so_and_the_next_one_is_heard(line_to: LineTo) -> None:
    desk = Desk(fails=RuntimeError("the disk is full of RIVERA"))

    with capture_logs() as lines:
        async with a_server(desk) as port:
            line = await line_to(port)
            await line.send(framed(b"1 hello"))
            assert await line.hear() == [b"FAILED 1"]
            desk.fails = None
            await line.send(framed(b"1 hello") + framed(b"2 hello"))
            assert await line.hear(2) == [b"ACK 1", b"ACK 2"]

    assert desk.kept == [b"1 hello", b"2 hello"]
    assert "RIVERA" not in str(lines)
    assert [line["known"] for line in lines if line["log_level"] == "error"] == ["1"]


async def test_a_message_that_comes_again_is_not_kept_twice_and_hears_the_same(line_to: LineTo) -> None:
    desk = Desk()

    async with a_server(desk) as port:
        first, second = await line_to(port), await line_to(port)
        await first.send(framed(b"1 hello") * 2)
        assert await first.hear(2) == [b"ACK 1", b"ACK 1"]
        await second.send(framed(b"1 hello"))
        assert await second.hear() == [b"ACK 1"]

    assert desk.kept == [b"1 hello"]


async def test_one_id_with_other_words_is_another_message(line_to: LineTo) -> None:
    desk = Desk()

    async with a_server(desk) as port:
        line = await line_to(port)
        await line.send(framed(b"1 hello") + framed(b"1 good-bye"))
        await line.hear(2)

    assert desk.kept == [b"1 hello", b"1 good-bye"]


async def test_one_message_on_two_connections_at_once_is_kept_once(line_to: LineTo) -> None:
    desk = Desk(until=asyncio.Event())

    async with a_server(desk) as port:
        lines = [await line_to(port) for _ in range(4)]
        for line in lines:
            await line.send(framed(b"1 hello"))
        await asyncio.sleep(0.1)
        desk.until.set()
        assert [await line.hear() for line in lines] == [[b"ACK 1"]] * 4

    assert desk.kept == [b"1 hello"]


async def test_a_sender_that_leaves_too_soon_hears_the_answer_when_it_comes_back(line_to: LineTo) -> None:
    desk = Desk(until=asyncio.Event())

    async with a_server(desk) as port:
        gone = await line_to(port)
        await gone.send(framed(b"1 hello"))
        await asyncio.sleep(0.05)
        gone.leave()
        desk.until.set()
        back = await line_to(port)
        await back.send(framed(b"1 hello"))
        assert await back.hear() == [b"ACK 1"]

    assert desk.kept == [b"1 hello"]


async def test_half_a_message_of_a_sender_that_left_is_not_kept(line_to: LineTo) -> None:
    desk = Desk()

    async with a_server(desk) as port:
        line = await line_to(port)
        await line.send(b"\x0b1 hel")
        line.leave()
        await asyncio.sleep(0.05)
        again = await line_to(port)
        await again.send(framed(b"2 hello"))
        assert await again.hear() == [b"ACK 2"]

    assert desk.kept == [b"2 hello"]


async def test_a_message_that_is_too_long_is_refused_and_the_next_one_is_heard(line_to: LineTo) -> None:
    desk = Desk()

    async with a_server(desk, most=5000) as port:
        line = await line_to(port)
        await line.send(framed(b"1 " + b"x" * 3_000_000) + framed(b"2 hello"))
        assert await line.hear(2) == [b"LONG 1", b"ACK 2"]

    assert desk.kept == [b"2 hello"]


async def test_an_empty_frame_is_passed_over_and_a_quiet_message_is_kept_without_a_word(line_to: LineTo) -> None:
    desk = Desk()

    async with a_server(desk) as port:
        line = await line_to(port)
        await line.send(framed(b"") + framed(b"\r") + framed(b"1 quietly") + framed(b"2 hello"))
        assert await line.hear() == [b"ACK 2"]

    assert desk.kept == [b"1 quietly", b"2 hello"]


async def test_a_message_without_an_id_is_the_desks_to_judge(line_to: LineTo) -> None:
    desk = Desk(fails=ValueError("no id"))
    server = MllpServer(
        replace(desk.hearing, failed=lambda octets: b"UNREAD", known_by=lambda octets: None), system="Testland"
    )
    line = await line_to(await server.open())
    await line.send(framed(b"???") * 2)
    heard = await line.hear(2)
    await server.close()

    assert heard == [b"UNREAD", b"UNREAD"]


async def test_a_message_that_does_not_end_is_given_up_and_a_silent_connection_is_not(line_to: LineTo) -> None:
    async with a_server(Desk(), patience=0.1) as port:
        begun, silent = await line_to(port), await line_to(port)
        await begun.send(b"\x0b1 hel")

        assert await begun.is_ended()
        assert not await silent.is_ended(seconds=0.3)
        await silent.send(framed(b"2 hello"))
        assert await silent.hear() == [b"ACK 2"]


async def test_a_sender_that_does_not_read_its_answer_is_given_up(line_to: LineTo) -> None:
    desk = Desk()
    hearing = replace(desk.hearing, too_long=lambda beginning: b"x" * 50_000_000)
    server = MllpServer(hearing, system="Testland", most=5000, patience=0.1)
    line = await line_to(await server.open())
    await line.send(framed(b"1 " + b"x" * 6000))
    await asyncio.sleep(0.4)

    heard = await line.hear(2)
    await server.close()

    assert heard == []


async def test_no_more_connections_are_open_than_allowed(line_to: LineTo) -> None:
    async with a_server(Desk(), connections=2) as port:
        first, second, third = [await line_to(port) for _ in range(3)]

        assert await third.is_ended()
        first.leave()
        await asyncio.sleep(0.05)
        fourth = await line_to(port)
        for line, id in ((second, b"1"), (fourth, b"2")):
            await line.send(framed(id + b" hello"))
            assert await line.hear() == [b"ACK " + id]


async def test_closing_waits_for_the_message_under_way_and_leaves_silent_connections(line_to: LineTo) -> None:
    desk = Desk(until=asyncio.Event())
    server = MllpServer(desk.hearing, system="Testland")
    port = await server.open()
    busy, silent = await line_to(port), await line_to(port)
    await busy.send(framed(b"1 hello"))
    await asyncio.sleep(0.05)

    closing = asyncio.create_task(server.close())
    await asyncio.sleep(0.05)
    desk.until.set()

    assert await busy.hear() == [b"ACK 1"]
    assert await silent.is_ended()
    await closing
    assert desk.kept == [b"1 hello"]
    with pytest.raises(ConnectionRefusedError):
        await line_to(port)


@pytest.mark.parametrize(("fails", "commit"), [(None, b"\x06"), (RuntimeError("full"), b"\x15")])
async def test_the_second_release_says_first_whether_the_message_is_stored(
    fails: Exception | None, commit: bytes, line_to: LineTo
) -> None:
    async with a_server(Desk(fails=fails), release=Release.TWO) as port:
        line = await line_to(port)
        await line.send(framed(b"1 hello"))
        heard = await line.hear(2)

    assert heard == [commit, b"FAILED 1" if fails else b"ACK 1"]


@pytest.mark.parametrize("tls", [None, ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)])
def test_other_machines_are_not_heard_unprotected_or_unknown(tls: ssl.SSLContext | None) -> None:
    with pytest.raises(NotPermitted):
        MllpServer(Desk().hearing, system="Testland", host="0.0.0.0", tls=tls)
