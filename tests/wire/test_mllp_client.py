"""The sending end of MLLP, to listeners that have good and bad days."""

import asyncio
import socket
import ssl

import pytest
from structlog.testing import capture_logs
from tests.wire.mllp_peers import READING, Behaves, a_client, a_listener, answered

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Unreachable
from frontdesk.wire.mllp_client import MllpClient
from frontdesk.wire.mllp_frames import framed
from frontdesk.wire.mllp_way import Release


def says(*answers: bytes, pause: float = 0) -> Behaves:
    """These octets to every message, one after the other, each as a packet of its own where there is a pause."""

    async def behave(octets: bytes, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer.replace(b"{id}", octets.split()[0]))
            await writer.drain()
            await asyncio.sleep(pause)

    return behave


ANSWERS = says(framed(b"ACK {id}"))


async def hangs_up(octets: bytes, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def is_silent(octets: bytes, writer: asyncio.StreamWriter) -> None:
    pass


async def test_a_message_is_answered_by_its_acknowledgement() -> None:
    async with a_listener(ANSWERS) as peer, a_client(peer.port) as client:
        answer = await client.exchange(b"1 hello")

    assert (answer, peer.heard) == (b"ACK 1", [b"1 hello"])


async def test_messages_go_over_one_connection_one_after_the_other_in_their_order() -> None:
    under_way = 0
    most = 0

    async def slowly(octets: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        writer.write(answered(octets))

    async with a_listener(slowly) as peer, a_client(peer.port) as client:
        answers = await asyncio.gather(*(client.exchange(b"%d x" % number) for number in range(8)))

    assert answers == [b"ACK %d" % number for number in range(8)]
    assert peer.heard == [b"%d x" % number for number in range(8)]
    assert (peer.connections, most) == (1, 1)


@pytest.mark.parametrize(
    "before",
    [
        framed(b"ACK 99"),
        framed(b"no answer"),
        framed(b""),
        b"junk",
        b"\x0bgiven up",
        framed(b"ACK 99") + framed(b"ACK 98"),
    ],
)
async def test_what_is_no_answer_to_this_message_is_left_out(before: bytes) -> None:
    async with a_listener(says(before, framed(b"ACK {id}"))) as peer, a_client(peer.port) as client:
        assert await client.exchange(b"1 hello") == b"ACK 1"
        assert await client.exchange(b"2 hello") == b"ACK 2"


async def test_an_acknowledgement_of_another_message_alone_leaves_the_outcome_unknown() -> None:
    async with a_listener(says(framed(b"ACK 99"))) as peer, a_client(peer.port) as client:
        with pytest.raises(OutcomeUnknown):
            await client.exchange(b"1 hello", seconds=0.2)


async def test_an_answer_in_pieces_is_put_together() -> None:
    pieces = [bytes((octet,)) for octet in framed(b"ACK 1")]

    async with a_listener(says(*pieces, pause=0.001)) as peer, a_client(peer.port) as client:
        assert await client.exchange(b"1 hello") == b"ACK 1"


@pytest.mark.parametrize("behaves", [hangs_up, is_silent, says(b"\x0bACK 1"), says(framed(b"ACK 1" + b"x" * 2000))])
async def test_without_a_whole_answer_the_outcome_is_unknown(behaves: Behaves) -> None:
    async with a_listener(behaves) as peer, a_client(peer.port, most=1000) as client:
        with pytest.raises(OutcomeUnknown):
            await client.exchange(b"1 hello", seconds=0.2)

    assert peer.heard == [b"1 hello"]


async def test_a_connection_cut_in_the_middle_of_a_message_leaves_the_outcome_unknown() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server, a_client(server.sockets[0].getsockname()[1]) as client:
        with pytest.raises(OutcomeUnknown):
            await client.exchange(b"1 " + b"x" * 20_000_000)


async def test_nobody_listening_was_never_asked() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async with a_client(port) as client:
        with pytest.raises(Unreachable):
            await client.exchange(b"1 hello")


async def test_after_a_fault_the_same_message_goes_out_again_on_a_new_connection() -> None:
    bad_days = [hangs_up, is_silent]

    async def behave(octets: bytes, writer: asyncio.StreamWriter) -> None:
        await (bad_days.pop(0) if bad_days else ANSWERS)(octets, writer)

    async with a_listener(behave) as peer, a_client(peer.port) as client:
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await client.exchange(b"1 hello", seconds=0.2)
        answer = await client.exchange(b"1 hello")

    assert (answer, peer.heard, peer.connections) == (b"ACK 1", [b"1 hello"] * 3, 3)


async def seen(left: asyncio.Event) -> None:
    """Come back once the listener has left, and the client's side had time to hear of it."""
    await asyncio.wait_for(left.wait(), 10)
    left.clear()
    await asyncio.sleep(0.05)


async def test_a_listener_that_left_while_nothing_was_said_is_connected_to_again() -> None:
    left = asyncio.Event()

    async def once(octets: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answered(octets))
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        left.set()

    async with a_listener(once) as peer, a_client(peer.port) as client:
        for number in range(3):
            assert await client.exchange(b"%d hello" % number) == b"ACK %d" % number
            await seen(left)

    assert (len(peer.heard), peer.connections) == (3, 3)


async def test_a_listener_that_says_more_and_leaves_is_connected_to_again() -> None:
    left = asyncio.Event()

    async def once(octets: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answered(octets))
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(framed(b"ACK 99") + b"\x0bhalf of")
        writer.close()
        await writer.wait_closed()
        left.set()

    async with a_listener(once) as peer, a_client(peer.port) as client:
        for number in range(3):
            assert await client.exchange(b"%d hello" % number) == b"ACK %d" % number
            await seen(left)

    assert (len(peer.heard), peer.connections) == (3, 3)


async def test_a_listener_that_says_more_and_stays_is_not_left() -> None:
    async def twice(octets: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answered(octets))
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(answered(octets))

    async with a_listener(twice) as peer, a_client(peer.port) as client:
        for number in range(3):
            assert await client.exchange(b"%d hello" % number) == b"ACK %d" % number
            await asyncio.sleep(0.06)

    assert peer.connections == 1


async def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_ones() -> None:
    async def late(octets: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15 if octets.startswith(b"1 ") else 0)
        writer.write(answered(octets))

    async with a_listener(late) as peer, a_client(peer.port) as client:
        with pytest.raises(OutcomeUnknown):
            await client.exchange(b"1 hello", seconds=0.05)
        assert await client.exchange(b"2 hello") == b"ACK 2"


async def test_a_message_whose_turn_does_not_come_never_left() -> None:
    async with a_listener(is_silent) as peer, a_client(peer.port) as client:
        first = asyncio.create_task(client.exchange(b"1 hello", seconds=0.3))
        await asyncio.sleep(0.05)
        with pytest.raises(Unreachable):
            await client.exchange(b"2 hello", seconds=0.1)
        with pytest.raises(OutcomeUnknown):
            await first

    assert peer.heard == [b"1 hello"]


async def test_a_sender_that_is_cancelled_leaves_the_way_free() -> None:
    waits = True

    async def behave(octets: bytes, writer: asyncio.StreamWriter) -> None:
        if not waits:
            writer.write(answered(octets))

    async with a_listener(behave) as peer, a_client(peer.port) as client:
        first = asyncio.create_task(client.exchange(b"1 hello"))
        await asyncio.sleep(0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        waits = False
        assert await client.exchange(b"2 hello", seconds=2) == b"ACK 2"


async def test_the_second_release_waits_for_the_answer_behind_its_commit() -> None:
    behaves = says(b"\x0b\x06\x1c\r", framed(b"ACK {id}"))

    async with a_listener(behaves) as peer, a_client(peer.port, release=Release.TWO) as client:
        assert await client.exchange(b"1 hello") == b"ACK 1"


async def test_the_second_release_says_when_nothing_was_stored() -> None:
    async with a_listener(says(b"\x0b\x15\x1c\r")) as peer, a_client(peer.port, release=Release.TWO) as client:
        with pytest.raises(Unreachable):
            await client.exchange(b"1 hello")


async def test_a_message_without_an_id_is_not_sent() -> None:
    async with a_listener(ANSWERS) as peer, a_client(peer.port) as client:
        with pytest.raises(Impossible):
            await client.exchange(b"")

    assert peer.heard == []


class Shut:
    """A gate that lets nothing through."""

    async def pass_through(self) -> None:
        raise NotPermitted("No agreement covers it.")

    async def saw(self, tls: str) -> None:
        raise AssertionError("nothing was sent")


async def test_nothing_leaves_past_a_gate_that_is_shut() -> None:
    async with a_listener(ANSWERS) as peer, a_client(peer.port, gate=Shut()) as client:
        with pytest.raises(NotPermitted):
            await client.exchange(b"1 hello")

    assert (peer.heard, peer.connections) == ([], 0)


def unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@pytest.mark.parametrize(
    ("host", "tls", "gate"),
    [
        ("ehr.example.com", None, Shut()),
        ("ehr.example.com", unchecked(), Shut()),
        ("ehr.example.com", ssl.create_default_context(), None),
        ("localhost", unchecked(), None),
    ],
)
def test_no_message_leaves_this_machine_unprotected(host: str, tls: ssl.SSLContext | None, gate: Shut | None) -> None:
    with pytest.raises(NotPermitted):
        MllpClient(host, 2575, system="Testland", reading=READING, tls=tls, gate=gate)


@pytest.mark.parametrize("behaves", [ANSWERS, is_silent, says(framed(b"ACK 99 RIVERA"))])
async def test_the_log_names_the_message_and_nobody_in_it(behaves: Behaves) -> None:
    with capture_logs() as lines:
        async with a_listener(behaves) as peer, a_client(peer.port) as client:
            [outcome] = await asyncio.gather(client.exchange(b"1 RIVERA", seconds=0.1), return_exceptions=True)

    assert "RIVERA" not in f"{lines} {outcome}"
    assert [line["control"] for line in lines if line["event"] == "a message was sent"] == ["1"]
