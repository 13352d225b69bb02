"""How a browser that talks finds this machine: the addresses and ports that are offered to it, as the settings say."""

import asyncio
import base64
import hmac
import random
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime, timedelta

from aioice import Candidate, Connection
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import StunProtocol, server_reflexive_candidate
from aioice.stun import TransactionError
from aiortc import rtcicetransport
from pipecat.transports.smallwebrtc.connection import IceServer

from frontdesk.settings import Reach

PASS_HOLDS = timedelta(hours=2)
"""What lets a browser in at the relay is good for so long: a call that is let in stays in."""
_NOTHING_SAID = Reach()
_reach: ContextVar[Reach] = ContextVar("reach", default=_NOTHING_SAID)


def reach_by(reach: Reach) -> None:
    """What begins in this task offers itself so."""
    _reach.set(reach)


def servers(reach: Reach, *, now: datetime) -> list[IceServer]:
    """The servers that help both sides find each other, with a pass for the relay; [] where none is set.

    The pass is the one that coturn checks with `use-auth-secret`: a user named by its end, and a MAC of that.
    Source: draft-uberti-behave-turn-rest-00, section 2.2.
    """
    found = [IceServer(urls=reach.stun)] if reach.stun else []
    if reach.turn and reach.turn_secret:
        user = str(int((now + PASS_HOLDS).timestamp()))
        mac = hmac.digest(reach.turn_secret.encode(), user.encode(), "sha1")
        found.append(IceServer(urls=reach.turn, username=user, credential=base64.b64encode(mac).decode()))
    return found


class Reachable(Connection):
    """aioice's own, which takes any free port and knows no address but this machine's.

    It has no setting for either, so the class is put in the place of the one that aiortc makes.
    """

    def __init__(self, *args: object, **options: object) -> None:
        self._reach = _reach.get()
        super().__init__(*args, **options)  # type: ignore[arg-type]  # whatever aiortc gives

    async def get_component_candidates(self, component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:
        """The candidates of one component; where nothing is set, as aioice finds them."""
        if self._reach.ports is None and self._reach.address is None:
            return await super().get_component_candidates(component, addresses, timeout)
        found = []
        for address in addresses:
            protocol = await self._opened(address)
            if protocol is None:
                continue
            host, port = protocol.transport.get_extra_info("sockname")[:2]
            protocol.local_candidate = _candidate(component, "host", host, port)
            self._protocols.append(protocol)
            found.append(protocol.local_candidate)
            if ":" not in host:  # one address is shown outside, an IPv4 one, and STUN is asked by that alone
                found += await self._from_outside(component, protocol, within=timeout)
        return found + await super().get_component_candidates(component, [], timeout)

    async def _opened(self, address: str) -> StunProtocol | None:
        """A port in the range that nobody has; None: there is none any more, or the address cannot be used."""
        first, last = self._reach.ports or (0, 0)
        ports = list(range(first, last + 1))
        random.shuffle(ports)
        for port in ports:
            try:
                _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: StunProtocol(self), local_addr=(address, port)
                )
            except OSError:  # somebody has it
                continue
            return protocol
        return None

    async def _from_outside(self, component: int, protocol: StunProtocol, *, within: float) -> list[Candidate]:
        own = protocol.local_candidate
        if self._reach.address is not None:
            return [_candidate(component, "srflx", self._reach.address, own.port, of=own)]
        if self.stun_server is not None:
            with suppress(TimeoutError, OSError, TransactionError):  # it cannot be asked: there are other ways
                async with asyncio.timeout(within):
                    found, _ = await server_reflexive_candidate(protocol, self.stun_server)
                    return [found]
        return []


def _candidate(component: int, type: str, host: str, port: int, *, of: Candidate | None = None) -> Candidate:
    """A way to this machine; `of` is the one by which it is the same as seen from outside."""
    return Candidate(
        foundation=candidate_foundation(type, "udp", of.host if of is not None else host),
        component=component,
        transport="udp",
        priority=candidate_priority(component, type),
        host=host,
        port=port,
        type=type,
        related_address=of.host if of is not None else None,
        related_port=of.port if of is not None else None,
    )


rtcicetransport.Connection = Reachable  # type: ignore[attr-defined]  # it does not say that it exports it
