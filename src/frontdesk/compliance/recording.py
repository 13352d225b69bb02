"""Whose consent a recording of a call needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.compliance.places import Place
from frontdesk.compliance.rule import Recording, Rule, Rules, Topic
from frontdesk.domain.time import wall


class Parties(Enum):
    """Whose consent is needed; the value is how commands say it."""

    ALL = "all-party"
    ONE = "one-party"


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """Whose consent, by which rules."""

    parties: Parties
    by: tuple[Rule, ...]


def recording(rules: Rules, places: Iterable[Place], *, now: datetime) -> Needed:
    """Whose consent is needed for a call between those places: the strictest of them decides.

    Give every place that either side may be in: a telephone is often not where its owner lives
    (Kearney v. Salomon Smith Barney, 39 Cal.4th 95 (2006)).
    """
    found: dict[str, Rule] = {}
    for place in places:
        for rule in rules.about(Topic.RECORDING, state=place.state, day=wall(now, place.zone).date()):
            found.setdefault(rule.name, rule)
    by = tuple(rule for rule in found.values() if isinstance(rule.asks, Recording) and rule.asks.all_parties)
    return Needed(parties=Parties.ALL, by=by) if by else Needed(parties=Parties.ONE, by=tuple(found.values()))
