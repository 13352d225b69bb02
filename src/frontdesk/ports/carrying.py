"""An account with a carrier for texts: what it is given of the desk, and what it gives back."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from frontdesk.domain.delivery import Delivery, Line, Trouble
from frontdesk.ports.budget import Budget
from frontdesk.ports.channel import Carrier
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.finding import Finding
from frontdesk.ports.gate import Gate
from frontdesk.ports.phoning import Telephone
from frontdesk.ports.webhook import Answered, Webhook


class Keyword(Enum):
    """A word that the carrier itself acted on before we heard of it."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """A text that came in. `id` is the carrier's own, `keyword` what the carrier took it for, where for anything.

    `at` is when the carrier had it; None: just now.
    """

    id: str
    sender: str = field(repr=False)
    to: str
    text: str = field(repr=False)
    keyword: Keyword | None = None
    at: datetime | None = None


NOT_KEPT = "[a text whose words the carrier did not keep]"
"""What stands for a text that a carrier lists without its words: some accounts have them struck out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What became of a text of ours. `id` is the carrier's own, `key` the intent where the address named it.

    `trouble` is there where it was not delivered; `code` is the carrier's own word for it.
    """

    id: str
    key: str | None
    became: Delivery
    trouble: Trouble | None = None
    code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoNews:
    """Something that nothing is done about: a step on the way, an event of another kind. `what` is their word."""

    what: str


Told = Came | Receipt | NoNews


@dataclass(frozen=True, kw_only=True, slots=True)
class OfTheDesk:
    """What an account has of the desk.

    `pace` lets one segment of a text leave and `asking` one request. `ours` tells which of the carrier's ids are
    known already as those of other texts. `webhook` is the address for a number's webhooks. `gate` None: the carrier
    is on this machine. `stand_in` None: network and waiting are the real ones.
    """

    pace: Budget
    asking: Budget
    ours: Callable[[Sequence[str]], Awaitable[frozenset[str]]]
    webhook: Callable[[str], str]
    clock: Clock
    gate: Gate | None
    stand_in: StandIn | None = None


Known = Callable[[Sequence[str]], Awaitable[frozenset[str]]]
"""Which of a carrier's ids are those of texts that the desk has had."""


class ListsTexts(Protocol):
    """A carrier that tells again, when asked, what came in."""

    async def came_since(self, number: str, since: datetime, *, known: Known) -> list[Came]:
        """The texts that came in for a number since then and are not known, oldest first, each with its `at`.

        Those of one instant stand in the order in which the carrier had them. Words that were struck out are NOT_KEPT;
        where a webhook may still bring them, the text is left for later. Raises: the four faults.
        """
        ...


class Account(Carrier, Protocol):
    """A practice's account with a carrier."""

    @property
    def answered(self) -> Answered:
        """What the carrier hears once a webhook was taken in."""
        ...

    @property
    def looks_up(self) -> bool:
        """Whether the practice wants numbers looked up before the first text, which costs it something."""
        ...

    @property
    def listing(self) -> ListsTexts | None:
        """How the carrier tells again what came in; None: it documents no way, and its own repeats have to do."""
        ...

    @property
    def tries_again(self) -> str:
        """What is written behind the address that the carrier is given, to have it try more often; "" for nothing."""
        ...

    def hear(self, webhook: Webhook) -> Told:
        """What a webhook tells. Raises: Refused (not signed by the carrier, or not readable)."""
        ...

    @property
    def telephone(self) -> Telephone | None:
        """The calls of the account; None where only texts come by it."""
        ...

    async def line(self, number: str) -> Line | None:
        """What kind of line a number is; None where the carrier does not know. Raises: the four faults."""
        ...

    def check(self, number: str) -> AsyncIterator[Finding]:
        """Each finding as it comes, for one number of the practice. Nothing is changed or sent."""
        ...

    async def close(self) -> None:
        """Part from the carrier."""
        ...


class OpensAccount(Protocol):
    """The function `connect` in a carrier's account.py."""

    def __call__(self, settings: Mapping[str, str], desk: OfTheDesk) -> Account:
        """The account of these settings. Raises: NotPermitted, Impossible (a setting is not one)."""
        ...
