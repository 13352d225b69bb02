"""What a practice has approved to be said of a service: when asked, before a visit and after it, when it is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from frontdesk.domain.faults import Impossible

MOST_WORDS = 480
"""So many characters at most are sent as a text: with what stands around them, about four parts of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CareWords:
    """Approved words in one language; "" where there are none. `again`: said when it is time to come again.

    `about` and `price` answer who asks what it is and what it costs.
    """

    about: str = ""
    price: str = ""
    preparation: str = ""
    aftercare: str = ""
    again: str = ""

    def __post_init__(self) -> None:
        if max(map(len, (self.about, self.price, self.preparation, self.aftercare, self.again))) > MOST_WORDS:
            raise Impossible(f"what is said of a service goes by text: {MOST_WORDS} characters at most")


@dataclass(frozen=True, kw_only=True, slots=True)
class Care:
    """What is said after a visit, in the practice's own language, and `said_in` others what is said there.

    `again_after`: so long after a visit it is time for the next one; None: nobody is asked to come again.
    """

    aftercare: str = ""
    again: str = ""
    again_after: timedelta | None = None
    said_in: Mapping[str, CareWords] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        CareWords(aftercare=self.aftercare, again=self.again)
        if self.again_after is not None and self.again_after < timedelta(days=1):
            raise Impossible("again_after: a patient is asked to come again a day after the visit at the soonest")
        if self.again and self.again_after is None:
            raise Impossible("again: it is said so long after a visit; give again_after")

    def said(self, language: str) -> CareWords:
        """The words in that language; empty ones where the practice has approved none."""
        return self.said_in.get(language, NO_WORDS)


NO_WORDS = CareWords()
NO_CARE = Care()
