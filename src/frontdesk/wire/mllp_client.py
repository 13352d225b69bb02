"""The sending end of MLLP: one message at a time, in order, each until its own acknowledgement has come."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Unreachable
from frontdesk.ports.gate import Gate
from frontdesk.wire.mllp_frames import Arrived, Commit, Frame, Frames, TooLong, framed
from frontdesk.wire.mllp_way import LOOPBACK, MOST_BYTES, Release, private_client

_log = structlog.get_logger()

_CONNECT = 5.0  # seconds; what takes longer to connect to would not answer in time either
_PIECE = 65536
_NOT_TRUSTED = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")  # in the reason of a TLS alert


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the wire has to know of a message, told by functions of whoever understands it.

    `control_id`: the id of a message. `answers`: the id of the message that an answer is about. None: there is none.
    """

    control_id: Callable[[bytes], str | None]
    answers: Callable[[bytes], str | None]


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    frames: Frames
    tls: str | None


class MllpClient:
    """Sends messages to one listener; connects when there is something to send, and again when it was cut.

    `gate` is asked before each message whether patients' data may go there; None only for a listener on this machine.
    Raises: NotPermitted (messages would travel unencrypted, or past the practice's agreements).
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        system: str,
        reading: Reading,
        gate: Gate | None = None,
        tls: ssl.SSLContext | None = None,
        release: Release = Release.ONE,
        most: int = MOST_BYTES,
    ) -> None:
        private_client(tls, host, system)
        if gate is None and host not in LOOPBACK:
            raise NotPermitted(f"{system} is not on this machine, and no gate asks for an agreement with it.")
        self._host, self._port = host, port
        self._system = system
        self._reading = reading
        self._gate = gate
        self._tls = tls
        self._release = release
        self._most = most
        self._turn = asyncio.Lock()
        self._connection: _Connection | None = None

    async def exchange(self, message: bytes, *, seconds: float = 30) -> bytes:
        """The acknowledgement of a message: the one whose MSA-2 is its control id. Answers to others are left out.

        `seconds` is how long its turn may take to come, and then how long the answer may. Whoever sends a message again
        sends the very same with its control id, by which a receiver may know it; not every receiver does.
        Raises: Unreachable (it did not leave), OutcomeUnknown (it left, and nothing came back that is about it),
        NotPermitted (no agreement covers it, or a certificate is not trusted).
        """
        control_id = self._reading.control_id(message)
        if control_id is None:
            raise Impossible("a message without a control id cannot be acknowledged; give it one")
        frame = framed(message)
        try:
            async with asyncio.timeout(seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise Unreachable(f"{self._system} still has the messages before this one; it did not leave.") from None
        begun = time.monotonic()
        outcome = "lost"
        try:
            if self._gate is not None:
                await self._gate.pass_through()
            connection = await self._connected()
            answer = await self._answered(connection, frame, control_id, seconds)
            outcome = "answered"
            if self._gate is not None and connection.tls is not None:
                await self._gate.saw(connection.tls)
            return answer
        except Fault as fault:
            outcome = type(fault).__name__
            raise
        finally:
            ms = round(1000 * (time.monotonic() - begun))
            _log.info("a message was sent", system=self._system, control=control_id, outcome=outcome, ms=ms)
            self._turn.release()

    async def close(self) -> None:
        """Part from the listener, once the message under way is answered."""
        async with self._turn:
            self._drop()

    async def _connected(self) -> _Connection:
        """The connection there is, or a new one where there is none or the other end left it while nothing was said."""
        standing = self._connection
        if standing is not None and await self._is_open(standing):
            return standing
        self._drop()
        try:
            async with asyncio.timeout(_CONNECT):
                reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        except ssl.SSLError as fault:
            why = fault.reason or "TLS"
            raise NotPermitted(f"{self._system} and this machine cannot speak TLS with each other ({why}).") from None
        except (OSError, TimeoutError) as fault:
            how = type(fault).__name__
            raise Unreachable(f"{self._system} does not answer ({how}). Check that it runs and its address.") from None
        secured = writer.get_extra_info("ssl_object")
        tls = secured.version() if isinstance(secured, ssl.SSLObject) else None
        self._connection = _Connection(reader, writer, Frames(most=self._most), tls)
        return self._connection

    async def _is_open(self, connection: _Connection) -> bool:
        """Whether the other end is still there. What it said since the last answer is about nothing that is asked."""
        try:
            async with asyncio.timeout(0):  # only what has come already is read
                while said := await connection.reader.read(_PIECE):
                    for _ in connection.frames.of(said):
                        _log.warning("an answer came that nobody waits for", system=self._system)
        except TimeoutError:
            return True
        except OSError:
            return False
        return False

    async def _answered(self, connection: _Connection, frame: bytes, control_id: str, seconds: float) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                connection.writer.write(frame)
                await connection.writer.drain()
                while True:
                    arrived = await connection.reader.read(_PIECE)
                    if not arrived:
                        raise self._unknown("the connection was cut")
                    for one in connection.frames.of(arrived):
                        if (answer := self._answer(one, control_id)) is not None:
                            return answer
        except TimeoutError:
            self._drop()
            raise self._unknown(f"nothing came for {seconds:g} seconds") from None
        except ssl.SSLError as fault:
            self._drop()
            if any(word in (fault.reason or "") for word in _NOT_TRUSTED):  # TLS 1.3 tells it after the first octets
                raise NotPermitted(f"{self._system} does not trust this machine's certificate.") from None
            raise self._unknown(f"the connection was cut, {fault.reason}") from None
        except OSError as fault:
            self._drop()
            raise self._unknown(f"the connection was cut, {type(fault).__name__}") from None
        except BaseException:  # whatever stops the waiting, an answer that comes later is nobody's
            self._drop()
            raise

    def _answer(self, arrived: Arrived, control_id: str) -> bytes | None:
        match arrived:
            case Commit.STORED:
                return None
            case Commit.NOT_STORED:
                if self._release is Release.TWO:
                    raise Unreachable(f"{self._system} says that it could not store the message. Send it again later.")
                return None
            case TooLong():
                _log.warning("an answer was longer than is taken", system=self._system, control=control_id)
                return None
            case Frame(octets=octets):
                about = self._reading.answers(octets) if octets else None
                if about == control_id:
                    return octets
                _log.warning("what came is no answer to this", system=self._system, control=control_id, about=about)
                return None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.writer.transport.abort()
            self._connection = None

    def _unknown(self, how: str) -> OutcomeUnknown:
        return OutcomeUnknown(f"{self._system} did not acknowledge a message ({how}); it may have acted on it.")
