"""Given and family names by how common they are, and by how they sound. tools/count_names.py makes the lists."""

import math
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

Part = Literal["given", "family"]
UNKNOWN = 7.0
"""How odd a name is that is on no list, in nats; one on a list is the odder the rarer it is, up to RAREST."""
RAREST = 3.0
ALIKE = 4

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""), (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^x", "s"), (r"^mc", "mac"), (r"ph", "f"),
        (r"gh(?![aeiou])", ""), (r"sch|sh|ti(?=on)|ch(?=e$)", "S"), (r"tch|ch", "C"), (r"th", "t"), (r"ck|q", "k"),
        (r"c(?=[eiy])", "s"), (r"c", "k"), (r"g(?=[eiy])", "j"), (r"dg", "j"), (r"x", "ks"), (r"z", "s"),
        (r"(?<=[aeiou])[wh](?=[^aeiou]|$)", ""), (r"mb$", "m"), (r"(.)\1+", r"\1"), (r"(?<=[^aeiou])e(?=s?$)", ""),
        (r"ie|ey|ea|ee|ei|y|i", "i"), (r"ew|ue|oo|ou|u", "u"), (r"[aeiou]*i[aeiou]*", "i"), (r"[aeou]+", "a"),
    )
)  # fmt: skip


@cache
def listed(part: Part) -> Mapping[str, int]:
    """Each name of one list with its place in it, 0 for the commonest."""
    names = (Path(__file__).parent / f"{part}_names.txt").read_text(encoding="utf-8").split()
    return {name: place for place, name in enumerate(names)}


def oddness(name: str, part: Part) -> float:
    """How odd a folded name is beforehand, in nats. Of several words the oddest counts."""
    places = [listed(part).get(re.sub(r"[^a-z]", "", word)) for word in name.split()]
    return max((UNKNOWN if place is None else _rarity(place, part) for place in places), default=UNKNOWN)


def _rarity(place: int, part: Part) -> float:
    return RAREST * math.log(1 + place / 20) / math.log(1 + len(listed(part)) / 20)


@lru_cache(maxsize=65536)
def sound(name: str) -> str:
    """How a folded name sounds, roughly, to an English ear: names that are easily mistaken share it."""
    for pattern, to in _SOUNDS:
        name = pattern.sub(to, name)
    return name


def sounding_like(name: str, part: Part) -> list[str]:
    """The commonest listed names that sound so, at most ALIKE."""
    return list(_by_sound(part).get(sound(name), ())[:ALIKE])


@cache
def _by_sound(part: Part) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in listed(part):
        found.setdefault(sound(name), []).append(name)
    return {key: tuple(names) for key, names in found.items()}
