"""The simulated hospital's HL7 interfaces on a port of this machine, by MLLP."""

from collections.abc import Awaitable, Callable

from frontdesk.ports.faults import OutcomeUnknown, Unreachable
from frontdesk.standards.hl7.acknowledging import acknowledgement
from frontdesk.standards.hl7.message import read_message
from frontdesk.standards.hl7.notation import Unreadable
from frontdesk.systems.epic.simulator import Simulator
from frontdesk.systems.epic.simulator_notices import NOTATION
from frontdesk.wire.mllp_client import MllpClient, Reading
from frontdesk.wire.mllp_server import Hearing, MllpServer

NAME = "the simulated Epic"


def ear(simulator: Simulator, *, port: int = 0) -> MllpServer:
    """A listener that takes the orders of Incoming Appointment Scheduling; `open()` gives its port.

    What is no message is not answered. Guess [silent-on-rubbish].
    """
    hearing = Hearing(keep=simulator.receive, failed=_nothing, too_long=_nothing, known_by=_nobody)
    return MllpServer(hearing, system=NAME, port=port)


def mouth(host: str, port: int) -> MllpClient:
    """A sender of Outgoing Appointment Scheduling to a listener on this machine."""
    return MllpClient(host, port, system="the desk", reading=Reading(control_id=_control_id, answers=_answers))


def by(client: MllpClient, *, seconds: float = 30) -> Callable[[bytes], Awaitable[bytes]]:
    """The `post` that `Simulator.deliver` needs, over a sender."""

    async def post(octets: bytes) -> bytes:
        try:
            return await client.exchange(octets, seconds=seconds)
        except (Unreachable, OutcomeUnknown) as fault:
            raise ConnectionError("the desk did not acknowledge") from fault

    return post


def _control_id(octets: bytes) -> str | None:
    try:
        return read_message(octets, unmarked=NOTATION.codec).control_id or None
    except Unreadable:
        return None


def _answers(octets: bytes) -> str | None:
    try:
        said = acknowledgement(read_message(octets, unmarked=NOTATION.codec))
    except Unreadable:
        return None
    return said.answers if said else None


def _nothing(_octets: bytes) -> None:
    return None


def _nobody(_octets: bytes) -> None:
    return None
