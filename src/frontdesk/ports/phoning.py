"""A carrier of calls: what it tells of one, what it can be told to do with one, and the messages of a call's stream.

A call is named by the carrier's own id of its first leg, the caller's. Sound is mu-law, 8,000 samples a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol, runtime_checkable

from frontdesk.ports.channel import Accepted, NotTaken
from frontdesk.ports.webhook import Answered, Webhook


@dataclass(frozen=True, kw_only=True, slots=True)
class Ringing:
    """A call that comes in. `caller` is E.164; None: the number is withheld, or none that can be called."""

    call: str
    to: str
    caller: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamEnded:
    """The assistant has the call no more. `gone`: nobody else has it either, the caller has hung up."""

    call: str
    gone: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonAnswered:
    """The number that was dialled picked up; whoever it is has not taken the call yet. `leg` names their end."""

    call: str
    leg: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonTook:
    """They pressed the key that takes it."""

    call: str
    leg: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonDeclined:
    """They pressed another key, or none."""

    call: str
    leg: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonBriefed:
    """They have heard what it is about."""

    call: str
    leg: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonJoined:
    """They and the caller hear each other."""

    call: str
    leg: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DialEnded:
    """The number that was dialled rings no more. `joined`: its holder spoke with the caller. `gone`: so is the caller.

    `leg` None: the carrier dials one at a time and does not name it.
    """

    call: str
    joined: bool
    gone: bool
    leg: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CallOver:
    """The caller's end was hung up."""

    call: str


class AnsweredBy(Enum):
    """Who picked up a call that the desk has placed."""

    HUMAN = "human"
    MACHINE = "machine"
    """Its greeting may go on."""
    MACHINE_ENDED = "machine-ended"
    """Its greeting is over: it records now."""
    FAX = "fax"
    UNKNOWN = "unknown"


class Rang(Enum):
    """How a call that the desk has placed ended, as its carrier tells it."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedAnswered:
    """A call that the desk has placed was picked up. `placed` is the desk's own name for it."""

    call: str
    placed: str
    by: AnsweredBy


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedEnded:
    """The same is over."""

    call: str
    placed: str
    how: Rang


@dataclass(frozen=True, kw_only=True, slots=True)
class NothingToDo:
    """Something that nothing is done about. `what` is their word."""

    what: str


CallNews = (
    Ringing
    | StreamEnded
    | PersonAnswered
    | PersonTook
    | PersonDeclined
    | PersonBriefed
    | PersonJoined
    | DialEnded
    | CallOver
    | PlacedAnswered
    | PlacedEnded
    | NothingToDo
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Joins:
    """The stream that a call is joined with, what the stream is told along, and where is told what becomes of it."""

    url: str
    news_to: str
    given: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dials:
    """A number that rings for a caller. `key` names this very dialling; `news_to` is where it is told of.

    `own` is the practice's number, `ringing` a sound that the caller may be played meanwhile.
    """

    key: str
    number: str
    own: str
    ringing: str
    rings_for: timedelta
    news_to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ring:
    """A number to be called by the desk itself. `key` names the intent; `own` is the practice's number.

    `news_to` is where is told what becomes of it. `tried` is since when it may ring already, without anybody knowing.
    """

    key: str
    number: str = field(repr=False)
    own: str
    rings_for: timedelta
    lasts: timedelta
    news_to: str
    tried: datetime | None = None


class PlacesCalls(Protocol):
    """A carrier that calls a number, and tells who picked up."""

    async def place(self, ring: Ring) -> Accepted | NotTaken:
        """Have it ring; one whose `tried` is set is looked for first, or known again by its key.

        Raises: the four faults; OutcomeUnknown also while it is too early to say that it does not ring.
        """
        ...


@runtime_checkable
class FindsCalls(Protocol):
    """A carrier that can be asked whether a call rings, without its being placed."""

    async def found(self, ring: Ring) -> Accepted | None:
        """A call that may ring since `tried`; None: it does not. Raises: as `place`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Connected:
    """The line stands; the call follows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """Which call this is. `given` is what our own answer to the webhook put beside the stream's address."""

    stream: str
    call: str
    account: str
    given: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """What the caller says, in mu-law; usually 160 bytes."""

    ulaw: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Digit:
    """A key that the caller pressed."""

    key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """All that was sent before this mark was played, or cleared."""

    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """The call is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """No message of the protocol. `why` repeats nothing of it."""

    why: str


FromCarrier = Connected | Started | Sound | Digit | Played | Stopped | Unreadable


class StreamWords(Protocol):
    """How a carrier words the messages of a stream; each is a text frame."""

    def read_message(self, frame: str) -> FromCarrier:
        """What a frame from the carrier says."""
        ...

    def sound_frame(self, stream: str, ulaw: bytes) -> str:
        """Have the caller hear this, after all that was sent before."""
        ...

    def mark_frame(self, stream: str, mark: str) -> str:
        """Have it told when all that was sent before has been heard."""
        ...

    def clear_frame(self, stream: str) -> str:
        """Have nothing more heard of what was sent before."""
        ...


class Telephone(Protocol):
    """A practice's calls with a carrier. What it cannot do in the answer to a webhook it asks its carrier for.

    Every act may be asked for again after a crash, and is done once. They raise the four faults, and only where the
    carrier has to be asked.
    """

    @property
    def asks_what_next(self) -> bool:
        """Whether the carrier itself asks what to do with a call whose stream has ended."""
        ...

    @property
    def signs_openings(self) -> bool:
        """Whether the carrier signs the request that opens a stream."""
        ...

    @property
    def words(self) -> StreamWords:
        """The messages of its streams."""
        ...

    @property
    def placing(self) -> PlacesCalls | None:
        """How the desk calls somebody; None: it only takes calls here."""
        ...

    def is_from(self, webhook: Webhook) -> bool:
        """Whether the carrier sent this about a call."""
        ...

    def is_opening(self, opening: Webhook) -> bool:
        """Whether the carrier sent this to open a stream; False where it signs none."""
        ...

    def hear(self, webhook: Webhook) -> CallNews:
        """What a webhook tells that the carrier has signed. Raises: Refused (not what was published)."""
        ...

    async def turn_away(self, call: str) -> Answered:
        """The call is not taken, and rings on where the practice has forwarded it from, or is busy."""
        ...

    async def join(self, call: str, joins: Joins) -> Answered:
        """The call is joined with a stream, both ways, until the stream is closed."""
        ...

    async def rejoin(self, call: str, joins: Joins) -> Answered:
        """The call, which was answered before, is joined with a stream again."""
        ...

    async def take_up(self, call: str, joins: Joins) -> Answered:
        """A call that the desk has placed, and that was picked up, is joined with a stream."""
        ...

    async def dial(self, call: str, dials: Dials) -> Answered:
        """The number rings; the caller waits, and hears that it does."""
        ...

    async def ask_to_take(self, call: str, leg: str, *, sound: str, news_to: str) -> Answered:
        """Whoever picked up hears a sound and takes the call by pressing 1; else they are hung up on."""
        ...

    async def brief(self, call: str, leg: str, *, sound: str) -> Answered:
        """They hear what it is about, which the caller does not."""
        ...

    async def connect(self, call: str, leg: str) -> Answered:
        """They and the caller hear each other."""
        ...

    async def hang_up(self, leg: str) -> Answered:
        """That end of a call is hung up: the caller's, by the call's own id, or another's."""
        ...


NOTHING = Answered(status=204)
"""What a carrier is answered that is told nothing by an answer."""
