"""MLLP frames: 0x0B, the octets of a message, 0x1C 0x0D. Nothing in here reads a message.

Source: HL7 transport specification MLLP, release 2, whose release 1 is the same without the commit octets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from frontdesk.domain.faults import Impossible

START, STOP, RETURN = 0x0B, 0x1C, 0x0D
_PIECES = re.compile(rb"\x0b|\x1c|[^\x0b\x1c]+")
BEGINNING = 4096
"""How much of a message is kept that is too long: its header is in there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A message as it came."""

    octets: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class TooLong:
    """A message longer than is taken. Only its `beginning` was kept."""

    beginning: bytes = field(repr=False)


class Commit(Enum):
    """Whether the receiver stored a message: release 2 says so by a frame of one octet, before any answer."""

    STORED = b"\x06"
    NOT_STORED = b"\x15"


Arrived = Frame | TooLong | Commit


def framed(octets: bytes) -> bytes:
    """The frame of a message."""
    if START in octets or STOP in octets:
        raise Impossible("a message cannot hold the octets that begin and end its frame; escape them")
    return bytes((START,)) + octets + bytes((STOP, RETURN))


class Frames:
    """Cuts what arrives into frames, however it is split on its way. `most` is how long a message may be, in octets.

    What stands between frames is left out and counted in `junk`; so is a frame that another one begins in, which its
    sender gave up. A sender that leaves out the last octet of a frame is understood.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._held = bytearray()
        self._inside = False
        self._long = False
        self.junk = 0

    @property
    def is_inside(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._inside

    def of(self, arrived: bytes) -> Iterator[Arrived]:
        """The frames that end in these octets."""
        for piece in _PIECES.findall(arrived):
            if piece[0] == START:
                self.junk += len(self._held)
                self._begin()
            elif piece[0] == STOP and self._inside:
                yield self._taken()
            elif self._inside:
                self._keep(piece)
            else:
                self.junk += len(piece.strip(b"\r\n"))

    def _begin(self) -> None:
        self._held.clear()
        self._inside, self._long = True, False

    def _keep(self, piece: bytes) -> None:
        if self._long:
            return
        self._held += piece
        if len(self._held) > self._most:
            self._long = True
            del self._held[BEGINNING:]

    def _taken(self) -> Arrived:
        held, long = bytes(self._held), self._long
        self._held.clear()
        self._inside = False
        if long:
            return TooLong(beginning=held)
        return next((commit for commit in Commit if commit.value == held), None) or Frame(octets=held)
