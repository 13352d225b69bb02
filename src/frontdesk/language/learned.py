"""What a message does, as far as it can be learned from examples: a small linear model, read from a file.

It stands behind the rules, where their lists end. docs/understanding_acts.md holds its card;
tools/train_acts.py makes it.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[?!]")
_DIGIT = re.compile(r"\d")
LETTERS_IN_A_PIECE = 4
MOST_TOKENS = 60
"""Of a longer message only the first so many words are read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """A linear model: for each feature the labels it speaks for or against."""

    labels: tuple[str, ...]
    base: tuple[float, ...]
    by_feature: Mapping[str, str]


def chances(plain: str) -> dict[str, float]:
    """For each label how likely it is, 0 to 1, that a folded text carries it."""
    return dict(_chances(plain))


@lru_cache(maxsize=256)
def _chances(plain: str) -> tuple[tuple[str, float], ...]:
    return chances_of(weights(), features(plain))


def chances_of(read: Weights, found: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Each label of a model with how likely it is, 0 to 1, where these features were found."""
    sums = list(read.base)
    share = 1 / math.sqrt(len(found) or 1)
    for feature in found:
        for label, weight in _read_weights(read.by_feature.get(feature, "")):
            sums[label] += weight * share
    return tuple(
        (label, 1 / (1 + math.exp(-max(-30.0, min(30.0, sums[place]))))) for place, label in enumerate(read.labels)
    )


def features(plain: str) -> list[str]:
    """What the model looks at: words, pairs of neighbours, how the message begins, pieces of words."""
    tokens = [_DIGIT.sub("0", token.replace("'", "")) for token in _TOKEN.findall(plain)][:MOST_TOKENS]
    found = set(tokens)
    found.update(f"{one} {other}" for one, other in pairwise(tokens))
    found.update(f"{one} {two} {three}" for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False))
    found.update(piece for token in tokens if len(token) >= LETTERS_IN_A_PIECE for piece in _pieces(token))
    if tokens:
        found.add(f"^{tokens[0]}")
        found.add(f"^{' '.join(tokens[:2])}")
        found.add(f"{tokens[-1]}$")
        found.add(f"#{min(len(tokens), 12) // 2}")
    return sorted(found)


def _pieces(token: str) -> list[str]:
    whole = f"<{token}>"
    return [f"_{whole[at : at + LETTERS_IN_A_PIECE]}" for at in range(len(whole) - LETTERS_IN_A_PIECE + 1)]


@lru_cache(maxsize=65536)
def _read_weights(written: str) -> tuple[tuple[int, float], ...]:
    """ "3 120 7 -45" speaks with 1.2 for label 3 and with 0.45 against label 7."""
    numbers = [int(number) for number in written.split()]
    return tuple((label, hundredths / 100) for label, hundredths in zip(numbers[::2], numbers[1::2], strict=True))


@cache
def weights() -> Weights:
    """The model of what a message does."""
    return weights_in(Path(__file__).parent / "learned.tsv")


def weights_in(file: Path) -> Weights:
    """A model's file: a line of JSON with the labels, then a line for each feature and its weights."""
    first, *lines = file.read_text(encoding="utf-8").splitlines()
    head = json.loads(first)
    return Weights(
        labels=tuple(head["labels"]),
        base=tuple(head["base"]),
        by_feature=dict(line.split("\t", 1) for line in lines),
    )
