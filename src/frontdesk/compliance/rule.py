"""A rule on contact as a value: whose law, from when to when, about what, and what it asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.faults import Impossible
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime

FEDERAL = "US"


class Topic(Enum):
    """What a rule is about; the value is its word in the files."""

    DISCLOSURE = "disclosure"
    CONSENT = "consent"
    REVOCATION = "revocation"
    KEYWORDS = "keywords"
    QUIET_HOURS = "quiet-hours"
    CAPS = "caps"
    CONTENT = "content"
    RECORDING = "recording"
    PART2 = "part2"
    CTIA = "ctia"
    RETENTION = "retention"


class Force(Enum):
    """Whether a law, the carriers' code of conduct, or only the caution of this desk stands behind a rule."""

    LAW = "law"
    INDUSTRY = "industry"
    CAUTION = "caution"


class Checked(Enum):
    """How the rule's content was checked; a guess waits for a lawyer's eye."""

    SOURCE = "source"
    SECONDARY = "secondary"
    GUESS = "guess"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where it stands, and in one sentence what stands there."""

    cite: str
    says: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosure:
    """Who is spoken to is told that no person speaks. `asked`: only somebody who asks has to be."""

    law: str
    asked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedsConsent:
    """A yes is needed for the use; `unless_ended`: having given the number is one, until it is taken back."""

    use: Use
    unless_ended: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Revocation:
    """How soon a no is to be obeyed at the latest, and whether it is one for every purpose. The desk obeys at once."""

    business_days: int
    every_purpose: bool


class Meaning(Enum):
    """What words mean. `ask`: perhaps a no to texts. `keep`: none, though it looks like one."""

    KEEP = "keep"
    STOP = "stop"
    HELP = "help"
    START = "start"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True, slots=True)
class Keywords:
    """Words that mean it when they are the whole message, in capitals or not; `within`: also inside a longer one.

    `known`: keywords that carriers know, and not merely words that mean the same. `use` is what they end or allow.
    """

    meaning: Meaning
    words: frozenset[str]
    within: bool = False
    known: bool = True
    use: Use = Use.MESSAGES


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """When contact may be made, by the clock where the patient is. A day that is left out has none.

    `holidays` False: none on a federal holiday (5 U.S.C. 6103). `presumed`: who has a number of the state is taken to
    be there, whatever their address.
    """

    days: Mapping[Weekday, DayTime]
    holidays: bool = True
    presumed: bool = False


class Counted(Enum):
    """What a cap counts: messages, which are texts and calls that somebody heard; or calls, heard or not."""

    MESSAGES = "messages"
    CALLS = "calls"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cap:
    """The most unasked messages, or calls, to one number: in a day of the patient's, and in any seven days."""

    a_day: int
    a_week: int
    of: Counted = Counted.MESSAGES


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What may not be said, as folded words or phrases; a trailing * stands for any ending."""

    forbidden: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class MostCharacters:
    """The longest text."""

    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MustSay:
    """The text names its sender and how to end texts; `first_only`: only the first one to a number has to."""

    first_only: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MustSayAloud:
    """What a call says begins with whose it is, holds their number and how to end calls, and lasts no longer."""

    most_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """Whether everybody on a call has to agree to its being recorded, or one of them."""

    all_parties: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep:
    """Each of `what` ("records", "policy", "do-not-call-request") is kept so many years, a minor's record to an age."""

    what: frozenset[str]
    years: int
    minors_until: int | None = None


Asks = (
    Disclosure
    | NeedsConsent
    | Revocation
    | Keywords
    | Hours
    | Cap
    | Words
    | MostCharacters
    | MustSay
    | MustSayAloud
    | Recording
    | Keep
)

PARTS: Mapping[Topic, tuple[type, ...]] = {
    Topic.DISCLOSURE: (Disclosure,),
    Topic.CONSENT: (NeedsConsent,),
    Topic.REVOCATION: (Revocation,),
    Topic.KEYWORDS: (Keywords,),
    Topic.QUIET_HOURS: (Hours,),
    Topic.CAPS: (Cap,),
    Topic.CONTENT: (Words, MostCharacters, MustSayAloud),
    Topic.RECORDING: (Recording,),
    Topic.PART2: (Words,),
    Topic.CTIA: (MustSay,),
    Topic.RETENTION: (Keep,),
}
"""What a rule of each topic may ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule. `start` and `end` are both days in force, by the clock where it holds; `end` None: until it is changed.

    `jurisdiction` is "US" or ISO 3166-2 ("US-FL"). `contacts` and `channels` () mean any. `words` are keys of the
    message catalogue that say it to a patient.
    """

    id: str
    version: int
    jurisdiction: str
    topic: Topic
    start: date
    source: Source
    asks: Asks
    force: Force = Force.LAW
    checked: Checked = Checked.SOURCE
    end: date | None = None
    contacts: frozenset[ContactKind] = frozenset()
    channels: frozenset[ChannelKind] = frozenset()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.asks, PARTS[self.topic]):
            raise Impossible(f"Rule {self.id}: a rule on {self.topic.value} cannot ask for {type(self.asks).__name__}")
        if self.end is not None and self.end < self.start:
            raise Impossible(f"Rule {self.id}: its last day {self.end} comes before its first {self.start}")
        if self.version < 1:
            raise Impossible(f"Rule {self.id}: versions count from 1; got {self.version}")

    @property
    def name(self) -> str:
        """The id with its version, as decisions keep it."""
        return f"{self.id}@{self.version}"

    def in_force(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.start <= day and (self.end is None or day <= self.end)

    def holds_in(self, state: str) -> bool:
        """Whether it holds in a state ("US-FL"); federal law holds in each."""
        return self.jurisdiction in {FEDERAL, state}

    def is_about(self, kind: ContactKind, channel: ChannelKind) -> bool:
        """Whether it is about such a contact."""
        return (not self.contacts or kind in self.contacts) and (not self.channels or channel in self.channels)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """All rules that an installation goes by, each version of them. `sorted` finds them by topic and jurisdiction."""

    all: tuple[Rule, ...]
    sorted: Mapping[tuple[Topic, str], Sequence[Rule]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seen: set[str] = set()
        found: dict[tuple[Topic, str], list[Rule]] = {}
        for rule in self.all:
            if rule.name in seen:
                raise Impossible(f"Rule {rule.id}, version {rule.version}, is there twice; number the newer anew")
            seen.add(rule.name)
            found.setdefault((rule.topic, rule.jurisdiction), []).append(rule)
        object.__setattr__(self, "sorted", found)

    def about(self, topic: Topic, *, state: str, day: date) -> list[Rule]:
        """Those that hold there on that day; of one rule's versions that do, the newest alone."""
        holding: dict[str, Rule] = {}
        for rule in (*self.sorted.get((topic, FEDERAL), ()), *self.sorted.get((topic, state), ())):
            if rule.in_force(day):
                known = holding.get(rule.id)
                holding[rule.id] = rule if known is None or known.version < rule.version else known
        return list(holding.values())

    def with_changes(self, changes: Iterable[Rule]) -> "Rules":
        """The rules with a practice's own: one of the same id and version takes the place of ours."""
        own = {(rule.id, rule.version): rule for rule in changes}
        return Rules(all=(*(rule for rule in self.all if (rule.id, rule.version) not in own), *own.values()))
