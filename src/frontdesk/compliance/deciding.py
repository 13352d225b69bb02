"""Whether somebody may be contacted now, later or not at all, and by which rules. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from frontdesk.compliance.hours import next_day, next_open
from frontdesk.compliance.places import Place, Whereabouts
from frontdesk.compliance.rule import (
    Cap,
    Counted,
    Hours,
    Keywords,
    Meaning,
    MostCharacters,
    MustSay,
    MustSayAloud,
    NeedsConsent,
    Revocation,
    Rule,
    Rules,
    Topic,
    Words,
)
from frontdesk.compliance.wording import (
    begins_with,
    ends_calls,
    forbidden_in,
    holds_number,
    names_a_way_out,
    seconds_aloud,
)
from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import wall

A_WEEK = timedelta(days=7)
_OF_CONTACT = (Use.MESSAGES, Use.CALLS, Use.MARKETING)
NOBODY_SAID: Mapping[Use, bool] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """What is about to be said to whom. `words` None: they are not looked at. `sender`: the practice's name in them.

    `number`: the practice's own. `part2`: the practice is a substance use disorder program (42 CFR 2.11).
    """

    kind: ContactKind
    channel: ChannelKind
    where: Whereabouts
    words: str | None = None
    sender: str = ""
    number: str = ""
    part2: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known of the one who is contacted.

    `said`: their last answer to each use, where they gave one. `texts`: when unasked texts went to them in the last
    week, `heard`: calls that somebody or a machine heard, `rang`: all that were placed. `first`: no text of the
    practice has gone to them yet. `perhaps_ended`: what they wrote last may have meant that they want no more.
    """

    said: Mapping[Use, bool] = field(default_factory=lambda: NOBODY_SAID)
    texts: tuple[datetime, ...] = ()
    heard: tuple[datetime, ...] = ()
    rang: tuple[datetime, ...] = ()
    first: bool = False
    perhaps_ended: bool = False


class Finding(Enum):
    """What a rule says of a contact."""

    PASSES = "passes"
    STOPS = "stops it"
    MOVES = "moves it"
    ADDS = "adds words"
    NOT_ABOUT = "is not about it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A rule that was looked at, and what it says; `because` is for staff, without a patient."""

    rule: Rule
    finding: Finding
    because: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """It may go now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotBefore:
    """It may go then, if nothing changes."""

    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """It may not go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The verdict, the rules behind it, and why. `zone` is where the patient is taken to be; "": several are possible.

    `by` are the rules that stopped or moved it; where it may go, all that it had to pass. `adds` are keys of the
    message catalogue that have to be said with it.
    """

    verdict: Allowed | NotBefore | Stopped
    by: tuple[Rule, ...]
    looked_at: tuple[Looked, ...]
    reason: str
    zone: str
    adds: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may go now."""
        return isinstance(self.verdict, Allowed)


def decide(contact: Contact, known: Known, rules: Rules, *, now: datetime) -> Decision:
    """Whether it may go: consent first, then content, then how often, then when."""
    looked = list(_looked_at(contact, known, rules, now=now))
    stops = [one for one in looked if one.finding is Finding.STOPS]
    at, moves = _due(contact, known, rules, now=now)
    looked += moves
    about = tuple(one.rule for one in looked if one.finding is not Finding.NOT_ABOUT)
    decision = Decision(
        verdict=Allowed(),
        by=about,
        looked_at=tuple(looked),
        reason="every rule about it is met" if about else "no rule is about it",
        zone=contact.where.zone,
        adds=tuple(dict.fromkeys(key for one in looked if one.finding is Finding.ADDS for key in one.rule.words)),
    )
    moved = [one for one in moves if one.finding is Finding.MOVES]
    if not stops and at is None:
        reason = "no hour suits every place that they may be in"
        return replace(decision, verdict=Stopped(), by=tuple(one.rule for one in moved), reason=reason)
    if stops:
        reason = "; ".join(dict.fromkeys(one.because for one in stops))
        return replace(decision, verdict=Stopped(), by=tuple(one.rule for one in stops), reason=reason)
    if at is not None and at > now:
        reason = "; ".join(dict.fromkeys(one.because for one in moved))
        return replace(decision, verdict=NotBefore(at=at), by=tuple(one.rule for one in moved), reason=reason)
    return decision


def _holding(
    rules: Rules, topic: Topic, places: Iterable[Place], now: datetime
) -> list[tuple[Rule, tuple[Place, ...]]]:
    """Each rule of a topic that holds in a place that they may be in, with those places."""
    found: dict[str, tuple[Rule, list[Place]]] = {}
    for place in places:
        for rule in rules.about(topic, state=place.state, day=wall(now, place.zone).date()):
            found.setdefault(rule.name, (rule, []))[1].append(place)
    return [(rule, tuple(places)) for rule, places in found.values()]


def _looked_at(contact: Contact, known: Known, rules: Rules, *, now: datetime) -> Iterator[Looked]:
    for topic in (Topic.CONSENT, Topic.REVOCATION, Topic.KEYWORDS, Topic.CONTENT, Topic.PART2, Topic.CTIA):
        for rule, _ in _holding(rules, topic, contact.where.places, now):
            if isinstance(rule.asks, Keywords) and rule.asks.meaning is not Meaning.ASK:
                continue  # what a patient writes is understood when they write it
            if not rule.is_about(contact.kind, contact.channel) or (topic is Topic.PART2 and not contact.part2):
                yield Looked(rule=rule, finding=Finding.NOT_ABOUT)
            else:
                yield _of_one(rule, contact, known)


def _of_one(rule: Rule, contact: Contact, known: Known) -> Looked:
    """What a rule that is about the contact says, by what is known now; hours and caps are looked at elsewhere."""
    match rule.asks:
        case NeedsConsent(use=use, unless_ended=unless_ended):
            said = known.said.get(use)
            if said is True or (said is None and unless_ended):
                return Looked(rule=rule, finding=Finding.PASSES)
            because = f"they ended {use.value}" if said is False else f"they never allowed {use.value}"
            return Looked(rule=rule, finding=Finding.STOPS, because=because)
        case Revocation(every_purpose=True):
            ended = [use.value for use in _OF_CONTACT if known.said.get(use) is False]
            if ended:
                because = f"they ended {' and '.join(ended)}, which counts for every purpose"
                return Looked(rule=rule, finding=Finding.STOPS, because=because)
        case Keywords(meaning=Meaning.ASK) if known.perhaps_ended:
            because = "what they wrote last may have ended texts, and they have not said"
            return Looked(rule=rule, finding=Finding.STOPS, because=because)
        case Words(forbidden=forbidden) if contact.words is not None:
            if found := forbidden_in(contact.words, forbidden):
                because = f"its words hold what {rule.source.cite} keeps out of it ({', '.join(found)})"
                return Looked(rule=rule, finding=Finding.STOPS, because=because)
        case MostCharacters(most=most) if contact.words is not None and len(contact.words) > most:
            because = f"it has {len(contact.words)} characters and may have {most}"
            return Looked(rule=rule, finding=Finding.STOPS, because=because)
        case MustSay(first_only=first_only) if contact.words is not None and (known.first or not first_only):
            if contact.sender and contact.sender.casefold() not in contact.words.casefold():
                return Looked(rule=rule, finding=Finding.ADDS, because="it does not name the practice")
            if not names_a_way_out(contact.words):
                return Looked(rule=rule, finding=Finding.ADDS, because="it does not say how to end texts")
        case MustSayAloud() if contact.words is not None and contact.sender:
            if lacks := _lacks_aloud(rule.asks, contact, contact.words):
                return Looked(rule=rule, finding=Finding.STOPS, because=lacks)
        case _:
            pass
    return Looked(rule=rule, finding=Finding.PASSES)


def _lacks_aloud(asks: MustSayAloud, contact: Contact, words: str) -> str:
    """What a call's words lack, for staff; "" where they lack nothing."""
    if not begins_with(words, contact.sender):
        return "the call does not begin with the practice's name"
    if not holds_number(words, contact.number):
        return "the call does not say the practice's number"
    if not ends_calls(words):
        return "the call does not say how to end calls"
    seconds = seconds_aloud(words)
    return f"it takes {seconds:.0f} s to say and may take {asks.most_seconds}" if seconds > asks.most_seconds else ""


def _due(contact: Contact, known: Known, rules: Rules, *, now: datetime) -> tuple[datetime | None, list[Looked]]:
    """When it may go as far as hours and caps say, and what each of them says; None: never."""
    looked: list[Looked] = []
    at = now
    for rule, places in _holding(rules, Topic.CAPS, contact.where.places, now):
        if not rule.is_about(contact.kind, contact.channel):
            looked.append(Looked(rule=rule, finding=Finding.NOT_ABOUT))
            continue
        assert isinstance(rule.asks, Cap)
        counted = known.rang if rule.asks.of is Counted.CALLS else (*known.texts, *known.heard)
        free = max(_under(rule.asks, counted, place, now=now) for place in places)
        because = f"{rule.asks.a_day} a day and {rule.asks.a_week} a week are the most, and so many went"
        looked.append(_moved(rule, free, now, because))
        at = max(at, free)
    hours: list[tuple[Hours, ZoneInfo]] = []
    presumed = [
        (rule, places)
        for rule, places in _holding(rules, Topic.QUIET_HOURS, contact.where.of_number, now)
        if isinstance(rule.asks, Hours) and rule.asks.presumed
    ]
    for rule, places in [*_holding(rules, Topic.QUIET_HOURS, contact.where.places, now), *presumed]:
        if not rule.is_about(contact.kind, contact.channel):
            looked.append(Looked(rule=rule, finding=Finding.NOT_ABOUT))
            continue
        assert isinstance(rule.asks, Hours)
        of_it = [(rule.asks, place.zone) for place in places]
        hours += of_it
        open_ = next_open(of_it, at)
        because = "it is outside the hours in which they may be contacted"
        looked.append(_moved(rule, open_, now, because))
    return next_open(hours, at), looked


def _moved(rule: Rule, at: datetime | None, now: datetime, because: str) -> Looked:
    if at is not None and at <= now:
        return Looked(rule=rule, finding=Finding.PASSES)
    return Looked(rule=rule, finding=Finding.MOVES, because=because)


def _under(cap: Cap, counted: Sequence[datetime], place: Place, *, now: datetime) -> datetime:
    """The first instant at which one more stays under the cap there."""
    week = sorted(one for one in counted if one > now - A_WEEK)
    day = [one for one in week if wall(one, place.zone).date() == wall(now, place.zone).date()]
    at = now
    if len(day) >= cap.a_day:
        at = next_day(now, place.zone)
    if len(week) >= cap.a_week:
        at = max(at, week[len(week) - cap.a_week] + A_WEEK)
    return at
