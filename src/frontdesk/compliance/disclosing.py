"""Which laws want somebody told that no person speaks, and the words that tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.compliance.places import Place
from frontdesk.compliance.rule import Disclosure, Rule, Rules, Topic
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import wall

GENERAL = "general"
"""The law of every place, which a state's own words satisfy as well."""


class Occasion(Enum):
    """What calls for a disclosure: the start of a conversation, or that somebody asks."""

    START = "start"
    ASKED = "asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosures:
    """The rules that want a disclosure, and the keys of the message catalogue that give it, in order."""

    by: tuple[Rule, ...]
    words: tuple[str, ...]

    @property
    def laws(self) -> list[str]:
        """The short names of the laws whose words are needed: the general one where no state has its own."""
        named = {rule.asks.law for rule in self.by if isinstance(rule.asks, Disclosure)}
        return sorted(named - {GENERAL} or named)


def disclosures(
    rules: Rules, places: Iterable[Place], kind: ContactKind, channel: ChannelKind, occasion: Occasion, *, now: datetime
) -> Disclosures:
    """What has to be disclosed where the practice and the patient are; what is due at the start is due always."""
    found: dict[str, Rule] = {}
    for place in places:
        for rule in rules.about(Topic.DISCLOSURE, state=place.state, day=wall(now, place.zone).date()):
            assert isinstance(rule.asks, Disclosure)
            if rule.is_about(kind, channel) and (occasion is Occasion.ASKED or not rule.asks.asked):
                found.setdefault(rule.name, rule)
    by = tuple(found.values())
    return Disclosures(by=by, words=tuple(dict.fromkeys(key for rule in by for key in rule.words)))
