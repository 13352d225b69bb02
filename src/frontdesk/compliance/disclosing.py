"""Which laws want somebody told that no person speaks, and the words that tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.compliance.places import Place
from frontdesk.compliance.rule import Disclosure, Rule, Rules, Topic
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import wall


class Occasion(Enum):
    """What calls for a disclosure: the start of a conversation, what is said of somebody's health, or that they ask."""

    START = "start"
    CLINICAL = "clinical"
    ASKED = "asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosures:
    """The rules that want a disclosure, and the keys of the message catalogue that give it, in order."""

    by: tuple[Rule, ...]
    words: tuple[str, ...]

    @property
    def laws(self) -> list[str]:
        """The short names of the laws."""
        return [rule.asks.law for rule in self.by if isinstance(rule.asks, Disclosure)]


def disclosures(
    rules: Rules, places: Iterable[Place], channel: ChannelKind, occasion: Occasion, *, now: datetime
) -> Disclosures:
    """What has to be disclosed where the practice and the patient are; what is due at the start is due always."""
    found: dict[str, Rule] = {}
    for place in places:
        for rule in rules.about(Topic.DISCLOSURE, state=place.state, day=wall(now, place.zone).date()):
            if (not rule.channels or channel in rule.channels) and _calls(rule, occasion):
                found.setdefault(rule.name, rule)
    by = tuple(found.values())
    return Disclosures(by=by, words=tuple(dict.fromkeys(key for rule in by for key in rule.words)))


def _calls(rule: Rule, occasion: Occasion) -> bool:
    assert isinstance(rule.asks, Disclosure)
    if rule.asks.clinical:
        return occasion is Occasion.CLINICAL
    return occasion is Occasion.ASKED if rule.asks.asked else True
