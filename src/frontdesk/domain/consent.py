"""What a patient allowed, or ended: FHIR Consent."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID


class Use(Enum):
    """What is allowed or ended, each by itself."""

    MESSAGES = "messages"
    CALLS = "calls"
    MARKETING = "marketing"
    """To be written to or called about offers, also automatically: prior express written consent."""
    RECORDING = "recording"
    TRAINING = "training"


class Source(Enum):
    """Where it was said."""

    TEXT = "text"
    CHAT = "chat"
    FORM = "form"
    STAFF = "staff"
    CALL = "call"
    CARRIER = "carrier"
    """At the carrier, which acted on a word of its own, like a lone CANCEL, and may never have shown it to us."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """One answer, for good: a later one for the same use takes its place.

    `shown` are the words as they stood before the patient, `wording` the catalogue's name for them and the language
    ("intake.allow_calls en"); both None where nobody asked, as with STOP. `said` is what the patient answered.
    """

    id: UUID
    use: Use
    allowed: bool
    source: Source
    recorded: datetime
    said: str
    shown: str | None = None
    wording: str | None = None
