"""What arrives by e-mail, and where it lies until it is taken in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Bounce(Enum):
    """Why a mail came back."""

    ADDRESS = "address"
    """Nobody has that address any more, and mail to it will come back again."""
    LATER = "later"
    """It could not be delivered this time: the mailbox is full, or its server was out of reach for too long."""
    OTHER = "other"
    """The mail itself, or whoever sends it, was not wanted there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """A mail of ours that came back. `message_id` is ours; None where the report does not say. `code` is like 5.1.1."""

    message_id: str | None
    why: Bounce
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """A mail as it was read. `sender` and `recipients` are addresses alone, in small letters.

    `answers` are the Message-IDs that it is a reply to, the nearest first; `text` is what its writer wrote, without
    what is quoted. `automatic`: no person wrote it. `returned`: it reports on mails of ours.
    """

    message_id: str
    sender: str = field(repr=False)
    recipients: frozenset[str] = field(default=frozenset(), repr=False)
    answers: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    automatic: bool = False
    returned: tuple[Returned, ...] = ()


Take = Callable[[bytes], Awaitable[None]]
"""What is done with a mail, given whole (RFC 5322); once it returns, the mail is not given again."""


class Mailbox(Protocol):
    """Where mail arrives."""

    async def empty(self, take: Take) -> int:
        """How many mails were taken in, the oldest first. One whose taking fails is given again the next time.

        Raises: Unreachable (look again later), NotPermitted (the server does not let us in).
        """
        ...
