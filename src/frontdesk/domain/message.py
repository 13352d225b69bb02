"""What is said, by whom, over which channel: FHIR Communication."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.domain.ids import ConversationId, MessageId


class ChannelKind(Enum):
    """How words reach a person."""

    SMS = "sms"
    WEBCHAT = "webchat"
    EMAIL = "email"
    VOICE = "voice"


class Author(Enum):
    """Who said it."""

    PATIENT = "patient"
    ASSISTANT = "assistant"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message of a conversation. `seq` orders them, since two may carry the same time.

    `answers`: the message that it is the reply to.
    """

    id: MessageId
    conversation: ConversationId
    seq: int
    author: Author
    text: str
    sent: datetime
    buttons: tuple[str, ...] = ()
    answers: MessageId | None = None
