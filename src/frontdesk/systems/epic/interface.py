"""The way to the hospital's incoming appointment scheduling: HL7 v2 over MLLP, by TLS to any other machine."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from frontdesk.domain.faults import Impossible
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside
from frontdesk.systems.epic.orders import Answered, Names, Order, answered_by, control_id_of, read_answer, written
from frontdesk.wire.mllp_client import MllpClient, Reading
from frontdesk.wire.mllp_stand_in import InProcessLine
from frontdesk.wire.mllp_way import LOOPBACK

NAME = "Epic's incoming appointment scheduling"
_SECONDS = 20.0
_READING = Reading(control_id=control_id_of, answers=answered_by)


class Line(Protocol):
    """What carries a message there and its acknowledgement back."""

    async def exchange(self, message: bytes, *, seconds: float = 30) -> bytes:
        """The acknowledgement. Raises: Unreachable (it did not leave), OutcomeUnknown, NotPermitted."""
        ...

    async def close(self) -> None:
        """Part from the other end."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Interface:
    """The hospital's interface, as it was agreed on."""

    line: Line
    names: Names
    clock: Clock

    async def tell(self, order: Order) -> Answered:
        """What the hospital says to an order. Each is told by a control id of its own.

        Raises: Unreachable (it did not leave), OutcomeUnknown, NotPermitted, Refused (it cannot be written).
        """
        octets = written(order, self.names, at=self.clock.now(), control_id=uuid4().hex[:20])
        return read_answer(await self.line.exchange(octets, seconds=_SECONDS))


def interface_of(settings: Mapping[str, str], outside: Outside) -> Interface | None:
    """The interface that the settings name; None where they name none. Raises: Impossible, NotPermitted."""
    address = settings.get("orders_to", "").strip()
    if not address:
        return None
    names = Names.of(settings.get("orders_names", ""), arrived=settings.get("orders_arrived", ""))
    return Interface(line=_line(address, settings, outside), names=names, clock=outside.clock)


def _line(address: str, settings: Mapping[str, str], outside: Outside) -> Line:
    if outside.stand_in is not None and outside.stand_in.line is not None:
        return InProcessLine(outside.stand_in.line, system=NAME)
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise Impossible("systems.epic.orders_to is a host and a port, like hl7.hospital.example:2575.")
    return MllpClient(
        host.strip("[]"),
        int(port),
        system=NAME,
        reading=_READING,
        gate=outside.gate_to(host) if outside.gate_to is not None else None,
        tls=None if host in LOOPBACK else _tls(settings),
    )


def _tls(settings: Mapping[str, str]) -> ssl.SSLContext:
    """Trusts the hospital's own authority where one is given, else the system's. Raises: Impossible."""
    try:
        context = ssl.create_default_context(cadata=settings.get("orders_authority") or None)
    except ssl.SSLError:
        raise Impossible("systems.epic.orders_authority is the hospital's certificate authority as PEM text.") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    own = settings.get("orders_certificate")
    if own:
        try:
            context.load_cert_chain(own)
        except (OSError, ssl.SSLError):
            raise Impossible(
                f"systems.epic.orders_certificate names {own}, which is no file of our certificate and its key as PEM."
            ) from None
    return context
