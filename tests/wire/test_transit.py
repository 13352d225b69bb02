"""On the way: certificates are checked, old TLS is not spoken, and the agreement is asked for first."""

import asyncio
import ssl
import warnings
from datetime import UTC, datetime

import pytest
import trustme
from tests.wire.loopback import Asked, NoLimit, Says, a_client, a_server

from frontdesk.ports.faults import NotPermitted, Unreachable
from frontdesk.wire.client import HttpClient, Trace
from frontdesk.wire.request import Does, Request

READ = Request(method="GET", path="/visits", does=Does.READS, seconds=5)
AUTHORITY = trustme.CA()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class AGate:
    """A gate that opens or not, and notes what it was told."""

    def __init__(self, *, fault: NotPermitted | None = None) -> None:
        self.fault = fault
        self.asked = 0
        self.seen: list[str] = []

    async def pass_through(self) -> None:
        self.asked += 1
        if self.fault:
            raise self.fault

    async def saw(self, tls: str) -> None:
        self.seen.append(tls)


def says_hello(_: Asked) -> Says:
    return Says(body=["hello"])


def serving(issued: trustme.LeafCert, *, most: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    if most is ssl.TLSVersion.TLSv1_1:
        return made_old(context)
    context.maximum_version = most
    return context


def made_old(context: ssl.SSLContext) -> ssl.SSLContext:
    """TLS 1.1 and nothing else, which OpenSSL and Python do only when they are made to."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


@pytest.mark.parametrize(
    "issued",
    [
        trustme.CA().issue_cert("localhost"),
        AUTHORITY.issue_cert("elsewhere.example.com"),
        AUTHORITY.issue_cert("localhost", not_before=LONG_AGO, not_after=LONG_AGO.replace(year=2021)),
    ],
    ids=["of an unknown authority", "for another name", "that has run out"],
)
async def test_a_server_with_a_bad_certificate_is_not_asked(issued: trustme.LeafCert) -> None:
    async with (
        a_server(says_hello, tls=serving(issued)) as server,
        a_client(server.address, trusts=trusting()) as client,
    ):
        with pytest.raises(Unreachable):
            await client.send(READ)

    assert server.asked == []


@pytest.mark.parametrize(
    ("most", "spoken"), [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.MAXIMUM_SUPPORTED, "TLSv1.3")]
)
async def test_the_newest_tls_that_both_know_is_spoken_and_recorded(most: ssl.TLSVersion, spoken: str) -> None:
    traces: list[Trace] = []
    gate = AGate()
    issued = AUTHORITY.issue_cert("localhost")
    async with (
        a_server(says_hello, tls=serving(issued, most=most)) as server,
        a_client(server.address, trusts=trusting(), traces=traces, gate=gate) as client,
    ):
        await client.send(READ)

    assert [trace.tls for trace in traces] == [spoken]
    assert gate.seen == [spoken]


async def test_a_server_that_speaks_only_older_tls_is_not_asked() -> None:
    issued = AUTHORITY.issue_cert("localhost")
    async with (
        a_server(says_hello, tls=serving(issued, most=ssl.TLSVersion.TLSv1_1)) as server,
        a_client(server.address, trusts=trusting()) as client,
    ):
        with pytest.raises(Unreachable):
            await client.send(READ)
        port = int(server.address.rpartition(":")[2])
        _, old = await asyncio.open_connection("localhost", port, ssl=made_old(trusting()))
        spoken = old.get_extra_info("ssl_object").version()
        old.close()

    assert server.asked == []
    assert spoken == "TLSv1.1"  # the server was there, for whoever speaks so


async def test_nothing_is_sent_where_the_gate_is_closed() -> None:
    gate = AGate(fault=NotPermitted("no agreement with it is recorded"))
    async with a_server(says_hello) as server, a_client(server.address, gate=gate) as client:
        for _ in range(2):
            with pytest.raises(NotPermitted):
                await client.send(READ)

    assert server.asked == []
    assert server.connections == 0
    assert gate.asked == 2


def test_a_system_outside_cannot_be_asked_past_the_agreements() -> None:
    with pytest.raises(NotPermitted, match="no gate"):
        HttpClient("https://office.example.com/api", system="Testland", budget=NoLimit())


@pytest.mark.parametrize("weakness", ["unchecked", "unnamed", "old"])
async def test_a_client_that_would_check_less_is_not_made(weakness: str) -> None:
    lax = trusting()
    if weakness == "old":
        made_old(lax)
    else:
        lax.check_hostname = False
    if weakness == "unchecked":
        lax.verify_mode = ssl.CERT_NONE

    with pytest.raises(NotPermitted, match="certificate checked"):
        HttpClient("https://localhost/api", system="Testland", budget=NoLimit(), trusts=lax)


def test_what_a_context_leaves_to_the_machine_is_tls_1_2_or_newer() -> None:
    open_ended = trusting()
    open_ended.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED

    HttpClient("https://localhost/api", system="Testland", budget=NoLimit(), trusts=open_ended)

    assert open_ended.minimum_version is ssl.TLSVersion.TLSv1_2
