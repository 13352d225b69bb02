"""A listener for HL7 in the same process, met as one across MLLP is."""

from collections.abc import Awaitable, Callable

from frontdesk.ports.faults import OutcomeUnknown


class InProcessLine:
    """Has the methods of `MllpClient`, over a function that gives an acknowledgement, or None where none comes."""

    def __init__(self, line: Callable[[bytes], Awaitable[bytes | None]], *, system: str) -> None:
        self._line = line
        self._system = system

    async def exchange(self, message: bytes, *, seconds: float = 30) -> bytes:
        """The acknowledgement. One that does not come is known at once, whatever `seconds` says.

        Raises: OutcomeUnknown.
        """
        answer = await self._line(message)
        if answer is None:
            raise OutcomeUnknown(f"{self._system} did not acknowledge a message; it may have acted on it.")
        return answer

    async def close(self) -> None:
        """Nothing is open."""
