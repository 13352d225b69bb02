"""An experiment that a practice makes with what the desk does: two ways, chance says who gets which."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from frontdesk.domain.faults import Impossible
from frontdesk.domain.reminding import Ladder, Reminding


class Arm(Enum):
    """The two ways: what the practice does anyhow, and what is tried."""

    USUAL = "usual"
    OTHER = "other"


ARMS = tuple(Arm)


class Counted(Enum):
    """What is counted against a visit: nobody came; or also that it was cancelled too late to be filled."""

    NO_SHOW = "no-show"
    NO_SHOW_OR_LATE = "no-show-or-late"


FEWEST = 40
"""A smaller sample shows nothing but the largest of differences (a guess)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Experiment:
    """Visits told of from `starts` on are reminded of by the practice's ladder, or by the one that is tried.

    `sample`: so many patients of known outcome end it at the latest.
    """

    id: str
    ladder: Ladder
    starts: date
    sample: int
    counts: Counted = Counted.NO_SHOW

    def __post_init__(self) -> None:
        Reminding(ladder=self.ladder)  # it is one as the practice's own has to be
        if self.sample < FEWEST:
            raise Impossible(f"Experiment {self.id}: a sample of {FEWEST} patients or more is needed")
