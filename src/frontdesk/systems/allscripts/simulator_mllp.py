"""The simulated HL7 v2 interface over MLLP: where it listens for orders, and how it sends notices."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from frontdesk.systems.allscripts.simulator import Simulator
from frontdesk.systems.allscripts.simulator_hl7 import Unreadable, read
from frontdesk.wire.mllp_client import MllpClient, Reading
from frontdesk.wire.mllp_server import Hearing, MllpServer

NAME = "the simulated practice"


@asynccontextmanager
async def listening(
    simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """The port on which orders are taken, until the end. By TLS a caller shows a certificate of its own.

    The transport knows no message again: that is the interface's own matter. Guess [mllp-plain-on-loopback]: without
    TLS it listens on this machine alone.
    """
    hearing = Hearing(keep=simulator.hear, failed=_nothing, too_long=_nothing, known_by=_unknown)
    server = MllpServer(hearing, system=NAME, host=host, port=port, tls=tls)
    bound = await server.open()
    try:
        yield bound
    finally:
        await server.close()


@asynccontextmanager
async def telling(host: str, port: int, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[MllpClient]:
    """A connection to a listener on this machine; its `exchange` is what `Simulator.deliver` posts by."""
    client = MllpClient(host, port, system=NAME, reading=Reading(control_id=_control_id, answers=_answers), tls=tls)
    try:
        yield client
    finally:
        await client.close()


def _control_id(octets: bytes) -> str | None:
    return _value(octets, "MSH", 10)


def _answers(octets: bytes) -> str | None:
    return _value(octets, "MSA", 2)


def _value(octets: bytes, segment: str, field: int) -> str | None:
    try:
        return read(octets).value(segment, field) or None
    except Unreadable:
        return None


def _nothing(octets: bytes) -> bytes | None:
    """No answer: the caller hears nothing of what could not be kept."""
    return None


def _unknown(octets: bytes) -> str | None:
    return None
