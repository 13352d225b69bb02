"""MLLP over TLS: who is trusted, who is not, and what it means for the message."""

import asyncio
import socket
import ssl
import threading

import pytest
import trustme
from tests.wire.mllp_peers import Desk, a_client, a_listener, a_server, answered

from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Unreachable
from frontdesk.wire.mllp_frames import framed

AUTHORITY = trustme.CA()
OTHERS = trustme.CA()


def serving(*, issued: trustme.LeafCert, trusts: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    """A listener's side: its own certificate, and a client's is wanted."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issued.configure_cert(context)
    trusts.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def sending(*, issued: trustme.LeafCert | None, trusts: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    """A sender's side, with a certificate of its own or without."""
    context = ssl.create_default_context()
    trusts.configure_trust(context)
    if issued is not None:
        issued.configure_cert(context)
    return context


LISTENER = AUTHORITY.issue_cert("localhost")
SENDER = AUTHORITY.issue_cert("frontdesk.example.com")


class Open:
    """A gate that lets everything through, and keeps the version of TLS it was told."""

    def __init__(self) -> None:
        self.tls: list[str] = []

    async def pass_through(self) -> None:
        pass

    async def saw(self, tls: str) -> None:
        self.tls.append(tls)


async def test_two_who_trust_each_other_exchange_messages() -> None:
    desk, gate = Desk(), Open()

    async with (
        a_server(desk, tls=serving(issued=LISTENER)) as port,
        a_client(port, tls=sending(issued=SENDER), gate=gate) as client,
    ):
        answers = [await client.exchange(b"%d hello" % number) for number in range(3)]

    assert answers == [b"ACK 0", b"ACK 1", b"ACK 2"]
    assert len(desk.kept) == 3
    assert set(gate.tls) == {"TLSv1.3"}


@pytest.mark.parametrize("issued", [None, OTHERS.issue_cert("frontdesk.example.com")])
async def test_a_sender_without_a_certificate_of_ours_is_not_heard(issued: trustme.LeafCert | None) -> None:
    desk = Desk()

    async with (
        a_server(desk, tls=serving(issued=LISTENER)) as port,
        a_client(port, tls=sending(issued=issued)) as client,
    ):
        with pytest.raises((NotPermitted, OutcomeUnknown)):  # TLS 1.3: the refusal may be lost with the connection
            await client.exchange(b"1 hello", seconds=2)

    assert desk.kept == []


@pytest.mark.parametrize("issued", [None, OTHERS.issue_cert("frontdesk.example.com")])
async def test_a_sender_whose_certificate_is_refused_in_words_is_not_permitted(issued: trustme.LeafCert | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            connection, _ = listener.accept()
            context = serving(issued=LISTENER)
            with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as secured:
                with pytest.raises(ssl.SSLError):
                    secured.do_handshake()
                connection_ended.wait(5)

        connection_ended = threading.Event()
        refusing = asyncio.create_task(asyncio.to_thread(refuse))
        async with a_client(listener.getsockname()[1], tls=sending(issued=issued)) as client:
            with pytest.raises(NotPermitted):
                await client.exchange(b"1 hello", seconds=2)
        connection_ended.set()
        await refusing


@pytest.mark.parametrize("issued", [OTHERS.issue_cert("localhost"), AUTHORITY.issue_cert("elsewhere.example.com")])
async def test_a_listener_with_a_bad_certificate_is_told_nothing(issued: trustme.LeafCert) -> None:
    desk = Desk()

    async with (
        a_server(desk, tls=serving(issued=issued)) as port,
        a_client(port, tls=sending(issued=SENDER)) as client,
    ):
        with pytest.raises(NotPermitted):
            await client.exchange(b"1 hello", seconds=2)

    assert desk.kept == []


async def test_a_listener_that_speaks_no_tls_is_told_nothing() -> None:
    async def answer(octets: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(framed(b"ACK 1"))

    async with a_listener(answer) as peer, a_client(peer.port, tls=sending(issued=SENDER)) as client:
        with pytest.raises((NotPermitted, Unreachable)):
            await client.exchange(b"1 hello", seconds=2)

    assert not any(b"hello" in octets for octets in peer.heard)  # what it heard are octets of TLS


async def test_a_sender_that_speaks_no_tls_is_not_heard() -> None:
    desk = Desk()

    async with a_server(desk, tls=serving(issued=LISTENER)) as port, a_client(port) as client:
        with pytest.raises(OutcomeUnknown):
            await client.exchange(b"1 hello", seconds=2)

    assert desk.kept == []


async def test_a_connection_that_is_cut_under_tls_leaves_the_outcome_unknown_and_is_made_again() -> None:
    cuts = [True]

    async def behave(octets: bytes, writer: asyncio.StreamWriter) -> None:
        if cuts:
            cuts.pop()
            writer.transport.abort()
        else:
            writer.write(answered(octets))

    async with (
        a_listener(behave, tls=serving(issued=LISTENER)) as peer,
        a_client(peer.port, tls=sending(issued=SENDER)) as client,
    ):
        with pytest.raises(OutcomeUnknown):
            await client.exchange(b"1 hello", seconds=2)
        assert await client.exchange(b"1 hello", seconds=2) == b"ACK 1"
