"""How words leave the desk: a carrier for texts, a post office for mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from frontdesk.domain.contact import ContactKind
from frontdesk.domain.delivery import Trouble


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text message to be sent. `key` names the intent: a carrier that knows it sends once.

    `answers` is the patient's message that it answers; None: it is sent unasked, which a patient may have ended.
    `tried` is since when it may have been sent already, without anybody knowing; None: it was certainly not.
    `kind` is what it is for; the rules on contact go by it.
    """

    key: str
    sender: str
    to: str
    body: str
    answers: str | None = None
    tried: datetime | None = None
    kind: ContactKind | None = None

    @property
    def purpose(self) -> ContactKind:
        """What it is for; one that was put into the outbox before kinds were kept is a reply or news of a visit."""
        return self.kind or (ContactKind.REPLY if self.answers else ContactKind.VISIT_CHANGE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """An e-mail to be sent. `key` becomes its Message-ID, so that a repeat is recognised.

    `answers` is the Message-ID of the mail that it replies to.
    """

    key: str
    sender: str
    to: str
    subject: str
    body: str
    invitation: bytes | None = None
    method: str = "REQUEST"
    answers: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ToCall:
    """A call to be placed. `number` is whose it is for, `given` their name; `opening` is said to whoever picks up.

    `message` is left with a machine, "" for nothing; `tells_time`: it says when the visit is.
    """

    number: str
    own: str
    given: str
    language: str
    opening: str
    message: str = ""
    tells_time: bool = False
    kind: ContactKind = ContactKind.REMINDER


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """The carrier took it; `receipt` is its own id for the message.

    `tls` is the version that was spoken ("TLSv1.3"); None: nothing left the machine.
    """

    receipt: str
    tls: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NotTaken:
    """The carrier did not take it, and never will, for a reason that is about the text, the number or the account.

    `code` is the carrier's own word for it.
    """

    trouble: Trouble
    code: str


class Carrier(Protocol):
    """Sends text messages."""

    async def send(self, text: Text) -> Accepted | NotTaken:
        """Hand a text over. One whose `tried` is set is looked for first, where the carrier knows no keys.

        Raises: Unreachable (retry), NotPermitted (a person must act), Refused (never will), OutcomeUnknown (may have
        been sent).
        """
        ...


@runtime_checkable
class FindsTexts(Protocol):
    """A carrier that can be asked whether it has a text, without its being sent."""

    async def found(self, text: Text) -> Accepted | None:
        """A text that may have been sent since `tried`; None: it was not, and is not on its way.

        Raises: the four faults; OutcomeUnknown also while it is too early to say that it is not there.
        """
        ...


class PostOffice(Protocol):
    """Sends e-mail."""

    async def post(self, mail: Mail) -> Accepted:
        """Hand a mail over.

        Raises: Unreachable (retry), Refused (never will), NotPermitted (the server does not let us in),
        OutcomeUnknown (may have been sent).
        """
        ...
