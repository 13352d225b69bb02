"""What a message does, as far as it can be learned from examples: a small linear model, read from a file.

It stands behind the rules, where their lists end. docs/understanding.md holds its card;
tools/train_acts.py makes it.
"""

import json
import math
import re
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[?!]")
_DIGIT = re.compile(r"\d")
LETTERS_IN_A_PIECE = 4
MOST_TOKENS = 60
"""Of a longer message only the first so many words are read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """A linear model: for each feature the labels it speaks for or against, and how much, in hundredths.

    Those of feature number `n` stand at [starts[n], starts[n + 1]) of `of` and `weights`.
    """

    labels: tuple[str, ...]
    base: tuple[float, ...]
    places: Mapping[str, int]
    starts: Sequence[int]
    of: bytes
    weights: Sequence[int]


def chances(plain: str) -> dict[str, float]:
    """For each label how likely it is, 0 to 1, that a folded text carries it."""
    return dict(_chances(plain))


@lru_cache(maxsize=256)
def _chances(plain: str) -> tuple[tuple[str, float], ...]:
    return chances_of(weights(), features(plain))


def chances_of(read: Weights, found: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Each label of a model with how likely it is, 0 to 1, where these features were found."""
    hundredths = [0] * len(read.labels)
    places, starts, of, weights_of = read.places, read.starts, read.of, read.weights
    for feature in found:
        place = places.get(feature)
        if place is not None:
            start, end = starts[place], starts[place + 1]
            for label, weight in zip(of[start:end], weights_of[start:end], strict=True):
                hundredths[label] += weight
    share = 0.01 / math.sqrt(len(found) or 1)
    sums = [base + share * sum_ for base, sum_ in zip(read.base, hundredths, strict=True)]
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


@cache
def weights() -> Weights:
    """The model of what a message does."""
    return weights_in(Path(__file__).parent / "learned.bin")


def weights_in(file: Path) -> Weights:
    """A model's file, as `written` made it."""
    with file.open("rb") as opened:
        head = json.loads(opened.readline())
        listed = opened.read(head["letters"]).decode().split("\n")
        counts, of = opened.read(len(listed)), opened.read(head["weights"])
        hundredths = array("h", opened.read())
    if sys.byteorder == "big":
        hundredths.byteswap()
    return Weights(
        labels=tuple(head["labels"]),
        base=tuple(head["base"]),
        places={feature: place for place, feature in enumerate(listed)},
        starts=array("l", (0, *accumulate(counts))),
        of=of,
        weights=hundredths,
    )


def written(labels: Sequence[str], base: Sequence[float], by_feature: Mapping[str, Mapping[int, int]]) -> bytes:
    """A model as its file has it.

    A line of JSON, the features a line each, how many weights each has, the label of each weight, and the weights in
    hundredths, two bytes each, the lower one first.
    """
    listed = sorted(by_feature)
    letters = "\n".join(listed).encode()
    hundredths = array("h", (weight for feature in listed for weight in by_feature[feature].values()))
    if sys.byteorder == "big":
        hundredths.byteswap()
    head = {"labels": list(labels), "base": list(base), "letters": len(letters), "weights": len(hundredths)}
    return b"".join(
        (
            json.dumps(head).encode() + b"\n",
            letters,
            bytes(len(by_feature[feature]) for feature in listed),
            bytes(label for feature in listed for label in by_feature[feature]),
            hundredths.tobytes(),
        )
    )
