"""How a simulated system says no. A refusal names its rule in the SIMULATOR.md beside it, and who vouches for it."""

from enum import Enum


class Known(Enum):
    """Who vouches for a refusal: the published facts, third parties, or nobody but us."""

    WORD_FOR_WORD = "documented, worded as published"
    IN_SUBSTANCE = "documented, our wording"
    SEEN = "seen by third parties, our wording"
    GUESSED = "our guess"


class Refusal(Exception):
    """An answer other than 2xx. `rule` is its line in SIMULATOR.md; `says` is what the caller reads.

    `retry_after` is how long to wait, in seconds; 0 where nothing is said of it.
    """

    def __init__(self, rule: str, status: int, says: str, known: Known, *, retry_after: int = 0) -> None:
        super().__init__(f"{status} {rule}")
        self.rule = rule
        self.status = status
        self.says = says
        self.known = known
        self.retry_after = retry_after


def verbatim(rule: str, status: int, says: str) -> Refusal:
    """A refusal that the facts give in these words."""
    return Refusal(rule, status, says, Known.WORD_FOR_WORD)


def documented(rule: str, status: int, says: str) -> Refusal:
    """A refusal that the facts describe; the words are ours, for the vendor's own are not published."""
    return Refusal(rule, status, says, Known.IN_SUBSTANCE)


def seen(rule: str, status: int, says: str, *, retry_after: int = 0) -> Refusal:
    """A refusal that somebody met, or a summary of the facts speaks of, but the pages at hand do not show."""
    return Refusal(rule, status, says, Known.SEEN, retry_after=retry_after)


def guess(rule: str, status: int, says: str) -> Refusal:
    """A refusal the facts do not speak of: what is not published is refused, so that nobody comes to rely on it."""
    return Refusal(rule, status, says, Known.GUESSED)
