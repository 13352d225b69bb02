"""What a message of one keyword means."""

from datetime import datetime

from frontdesk.compliance.places import Place
from frontdesk.compliance.rule import Keywords, Meaning, Rules, Topic
from frontdesk.compliance.spelling import plain
from frontdesk.domain.time import wall

_FIRST = (Meaning.ASK, Meaning.STOP, Meaning.START, Meaning.HELP)
"""Of two meanings: what has to be asked about, then what leaves a patient alone."""


def keyword(words: str, rules: Rules, place: Place, *, now: datetime) -> Meaning | None:
    """What a message means that is one keyword and nothing else; None: it is none, and is understood as a sentence."""
    said = plain(words)
    meanings = {
        rule.asks.meaning
        for rule in rules.about(Topic.KEYWORDS, state=place.state, day=wall(now, place.zone).date())
        if isinstance(rule.asks, Keywords) and said in rule.asks.words
    }
    return next((meaning for meaning in _FIRST if meaning in meanings), None)
