"""What a message means for consent: keywords, and words that mean the same. Sentences are the language engine's."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.compliance.places import Place
from frontdesk.compliance.rule import Keywords, Meaning, Rule, Rules, Topic
from frontdesk.compliance.spelling import plain
from frontdesk.compliance.wording import holds
from frontdesk.domain.consent import Use
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import wall

_FIRST = (Meaning.KEEP, Meaning.ASK, Meaning.STOP, Meaning.START, Meaning.HELP)
"""Of two meanings: what only looks like a no, what may be one, then what leaves a patient alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """What a message means, for which use, and by which rule. `keyword`: it is one that carriers know."""

    meaning: Meaning
    use: Use
    keyword: bool
    by: Rule


def meant(words: str, rules: Rules, place: Place, channel: ChannelKind, *, now: datetime) -> Meant | None:
    """What a message means by the rules; None: nothing by itself, so that it is understood as a sentence.

    A shouted STOP that begins a message is one, whatever follows it.
    """
    said = plain(words)
    begins = "stop" if words.startswith(("STOP.", "STOP!")) else said
    found = [
        Meant(meaning=rule.asks.meaning, use=rule.asks.use, keyword=rule.asks.known and begins == said, by=rule)
        for rule in rules.about(Topic.KEYWORDS, state=place.state, day=wall(now, place.zone).date())
        if isinstance(rule.asks, Keywords)
        and (not rule.channels or channel in rule.channels or rule.asks.meaning is Meaning.ASK)
        and (begins in rule.asks.words or (rule.asks.within and holds(said, rule.asks.words)))
    ]
    return min(found, key=lambda one: (not one.keyword, _FIRST.index(one.meaning)), default=None)
