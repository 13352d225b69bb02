"""Letters that were given with the keys of a telephone: 5 is J, K or L, and a star stands between two parts."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from frontdesk.language.details.known_names import Part, listed

KEYS = {
    letter: str(key)
    for key, letters in enumerate(("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), start=2)
    for letter in letters
}
"""The key of each letter, by ITU-T E.161."""
_KEYED = re.compile(r"[0-9*]{3,}")
BETWEEN = "*"


def is_keyed(text: str) -> bool:
    """Whether it was given with keys."""
    return _KEYED.fullmatch(text.strip()) is not None


def keys_of(signs: str) -> str:
    """The keys for letters and figures; any other sign is a star."""
    return "".join(KEYS.get(sign) or (sign if sign.isdigit() else BETWEEN) for sign in signs)


def keys_of_name(name: str) -> str:
    """The keys for one part of a name: its letters alone, whatever stands between them."""
    return "".join(KEYS[letter] for letter in name if letter in KEYS)


def names_keyed(keys: str, part: Part) -> Sequence[str]:
    """The listed names with these keys, the commonest first."""
    return _by_keys(part).get(keys, ())


@cache
def _by_keys(part: Part) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name in listed(part):
        found.setdefault(keys_of_name(name), []).append(name)
    return found


def as_keyed(letters: str, keys: str) -> str:
    """The letters with those that do not fit their key changed to the first of that key: what was heard, as keyed."""
    return "".join(
        sign if keys_of(sign) == key else next((letter for letter, other in KEYS.items() if other == key), key)
        for sign, key in zip(letters.ljust(len(keys), "?"), keys, strict=False)
    )
