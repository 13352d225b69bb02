"""Emergencies that no rule has words for, by a small model learned from sentences of triage nurses' making.

It stands behind the rules and adds alarms; it takes none away, but for what is told of long ago and is none to it.
tools/train_danger.py makes it, and docs/understanding.md holds its card.
"""

from functools import cache
from itertools import combinations
from pathlib import Path

from frontdesk.dialogue.acts import Danger
from frontdesk.language.learned import Weights, chances_of, features, weights_in

ANY = "any"
"""The label of an emergency of whatever kind; the others are the kinds themselves."""
SURE_ENOUGH, SURER = 0.42, 0.6
"""A missed emergency harms, a false alarm costs a call: below even odds an alarm is raised; above them where the rules
have read the danger as denied, long past or only asked about."""
NOTHING = "=nothing"
"""The sign that the rules found no danger, of whatever standing."""
FILE = Path(__file__).parent / "learned.bin"


def learned_danger(plain: str, signs: frozenset[str]) -> tuple[Danger, float] | None:
    """What kind of emergency a folded text sounds like, and the chance that it is one; None: it does not.

    `signs` are what the rules met in it.
    """
    chances = dict(chances_of(weights(), danger_features(plain, signs)))
    if chances[ANY] < (SURE_ENOUGH if NOTHING in signs else SURER):
        return None
    return max(Danger, key=lambda kind: chances[kind.value]), chances[ANY]


def danger_chance(plain: str, signs: frozenset[str]) -> float:
    """The chance that a folded text, with what the rules met in it, tells of an emergency."""
    return dict(chances_of(weights(), danger_features(plain, signs)))[ANY]


def danger_features(plain: str, signs: frozenset[str]) -> list[str]:
    """Words, neighbours and pieces of words, what the rules met, and what they met together."""
    met = sorted(sign for sign in signs if sign.startswith("@"))
    return [*features(plain), *sorted(signs), *(f"{one}{other}" for one, other in combinations(met, 2))]


@cache
def weights() -> Weights:
    """The model, read once."""
    return weights_in(FILE)
