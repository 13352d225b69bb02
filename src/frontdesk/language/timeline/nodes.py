"""What expressions of time are made of: the values that rules make of words, before they are put together."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum

from frontdesk.language.timeline.stretch import Grain, Stretch


class Turn(Enum):
    """Which one of a name that comes round: Friday, this Friday, next Friday, last Friday."""

    PLAIN = "plain"
    THIS = "this"
    NEXT = "next"
    LAST = "last"
    AFTER_NEXT = "after next"
    EVERY = "every"


@dataclass(frozen=True, kw_only=True, slots=True)
class Date:
    """A date by its parts; what was not said is None. `weekday` counts from Monday as 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    turn: Turn = Turn.PLAIN
    other: "Date | None" = None
    """The second reading of figures such as 3/4."""

    @property
    def is_weekday(self) -> bool:
        """Whether only a day of the week was said."""
        return self.weekday is not None and self.day is None and self.month is None and self.year is None

    @property
    def is_day(self) -> bool:
        """Whether it names one day."""
        return self.day is not None or self.weekday is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """A stretch of the calendar that is known by itself: tomorrow, next week, Christmas."""

    stretch: Stretch
    other: Stretch | None = None
    """The second reading, where there is one."""
    is_end: bool = False
    """Whether it is the end of something longer: "by the end of June" is by its last day."""
    counted: Grain | None = None
    """What was counted from now to come there: "in two weeks" are weeks, and may be meant no more finely."""

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.stretch.grain is Grain.DAY and self.stretch.is_one


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekdays:
    """Several days of the week: weekdays, Tuesdays and Thursdays; each one comes round."""

    days: frozenset[int]


class Half(Enum):
    """Which half of the day."""

    AM = "am"
    PM = "pm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A clock time as it was said; `minute` None: by the hour. `exact`: the 24-hour clock, nothing to choose."""

    hour: int
    minute: int | None = None
    second: int | None = None
    half: Half | None = None
    exact: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocks:
    """From one clock time to another: "3-5pm"."""

    first: Clock
    last: Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class DayPart:
    """A part of the day from one clock time to another; `end` None: the end of the day.

    `name` is how it reads hours; `called` is our own name for it.
    """

    start: time
    end: time | None
    name: str
    called: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A moment counted from now: "in two hours", "right now"."""

    at: datetime
    grain: Grain


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """How long: pairs of an amount and its grain ("an hour and a half")."""

    parts: tuple[tuple[float, Grain], ...]

    @property
    def grain(self) -> Grain:
        """The finest unit named."""
        return self.parts[-1][1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """Words of time that tell no time: "that's all for today"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """Date and hours that belong together; at least one of them is there."""

    date: Date | Days | Weekdays | None = None
    clock: Clock | Clocks | Moment | None = None
    part: DayPart | None = None


class Side(Enum):
    """Which side of a moment is meant."""

    AFTER = "after"
    FROM = "from"
    BEFORE = "before"
    BY = "by"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One expression of time: `first` alone, from `first` to `last`, or all that lies on one side of `first`.

    `within` are the days that hold all of it ("Friday after three").
    """

    first: When
    last: When | None = None
    side: Side | None = None
    more: tuple["Told", ...] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Here:
    """Where the reader stands: `now` on the wall; whether 3/4 is the third of April, and whether 6 answers "when?".

    `spoken_of` is the day of which was spoken last: what "the week after that" is counted from; `spoken_at` is its
    time of day, what "same time" means.
    """

    now: datetime
    day_first: bool = False
    hour_asked: bool = False
    spoken_of: date | None = None
    spoken_at: time | None = None
