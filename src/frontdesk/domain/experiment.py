"""An experiment that a practice makes with what the desk does: two ways, chance says who gets which."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from string import Formatter

from frontdesk.domain.faults import Impossible
from frontdesk.domain.reminding import Ladder, Reminding


class Arm(Enum):
    """The two ways: what the practice does anyhow, and what is tried."""

    USUAL = "usual"
    OTHER = "other"


ARMS = tuple(Arm)


class Counted(Enum):
    """What is counted against a visit: nobody came; or also that it was cancelled too late to be filled.

    Of a time that came free it is counted that nobody of the waitlist took it.
    """

    NO_SHOW = "no-show"
    NO_SHOW_OR_LATE = "no-show-or-late"
    NOT_FILLED = "not-filled"


class Order(Enum):
    """In which order those who wait are asked, after urgency and turn: these keep every group's part of the offers."""

    CLOSEST_FIRST = "closest-first"
    """Who asked for just such a time, then who has waited longest. What the desk does anyhow."""
    LONGEST_FIRST = "longest-first"
    """Who has waited longest, then who asked for just such a time."""


class Compared(Enum):
    """What an experiment is about."""

    REMINDER_LADDER = "reminder-ladder"
    REMINDER_WORDING = "reminder-wording"
    WAITLIST_ORDER = "waitlist-order"


FEWEST = 40
"""A smaller sample shows nothing but the largest of differences (a guess)."""
FILLS = {"practice", "when"}
"""What a wording has to name: whose desk writes, and when the visit is."""
STOP = "STOP"
"""How texts are ended has to stand in each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Experiment:
    """One thing is tried, from the day `starts` on: a ladder or a wording of reminders, for patients who are told of a
    visit, or an order of the waitlist, for times that come free.

    `wording`: by language, with {practice} and {when}, instead of the usual words of a reminder of one visit.
    `sample`: so many patients, or times, of known outcome end it at the latest.
    """

    id: str
    starts: date
    sample: int
    ladder: Ladder | None = None
    wording: tuple[tuple[str, str], ...] = ()
    order: Order | None = None
    counts: Counted = Counted.NO_SHOW

    def __post_init__(self) -> None:
        tried = [self.ladder is not None, bool(self.wording), self.order is not None]
        if sum(tried) != 1:
            raise Impossible(f"Experiment {self.id}: one thing is tried, a ladder, a wording or an order")
        if self.ladder is not None:
            Reminding(ladder=self.ladder)  # it is one as the practice's own has to be
        if (self.counts is Counted.NOT_FILLED) != (self.order is not None):
            raise Impossible(f"Experiment {self.id}: of the waitlist not-filled is counted, and of it alone")
        for language, words in self.wording:
            self._check(language, words)
        if self.sample < FEWEST:
            raise Impossible(f"Experiment {self.id}: a sample of {FEWEST} {self.counted_in} or more is needed")

    @property
    def compares(self) -> Compared:
        """What it is about."""
        if self.ladder is not None:
            return Compared.REMINDER_LADDER
        return Compared.REMINDER_WORDING if self.wording else Compared.WAITLIST_ORDER

    @property
    def counted_in(self) -> str:
        """What is put into the arms."""
        return "patients" if self.order is None else "times"

    def words_in(self, language: str) -> str | None:
        """The wording that is tried, in that language."""
        return dict(self.wording).get(language)

    def _check(self, language: str, words: str) -> None:
        try:
            fills = {name for _, name, _, _ in Formatter().parse(words) if name is not None}
        except ValueError:
            fills = set()
        if fills != FILLS:
            raise Impossible(f"Experiment {self.id}: the wording in {language} needs {{practice}} and {{when}} alone")
        if STOP not in words or "cancel" in words.casefold():
            raise Impossible(
                f"Experiment {self.id}: the wording in {language} has to say that STOP ends texts, and never CANCEL, "
                "which ends texts too"
            )
