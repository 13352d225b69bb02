"""The words patients use, by language: read once from the files beside this one.

A phrase is a pattern over lower-case text without accents. One space stands for any white space, an
apostrophe may be left out by the writer, and a phrase begins and ends at the edge of a word.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from frontdesk.domain.faults import Impossible
from frontdesk.language.lists import read_lists

LANGUAGES = ("en", "es")


@cache
def vocabulary(language: str) -> Mapping[str, Sequence[str]]:
    """Every list of one language's file, by its name."""
    listed = read_lists(Path(__file__).parent / f"{language}.yaml")
    if not isinstance(listed, dict):
        raise Impossible(f"vocabulary/{language}.yaml needs lists of phrases by name")
    for name, phrases in listed.items():
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
            raise Impossible(f"vocabulary/{language}.yaml: `{name}` needs a list of quoted phrases")
    return dict(listed)


@cache
def phrases(name: str, *languages: str) -> re.Pattern[str]:
    """One pattern for every phrase under that name, in these languages (none named: all)."""
    found = [phrase for language in languages or LANGUAGES for phrase in vocabulary(language).get(name, ())]
    return pattern(found)


def pattern(listed: Sequence[str]) -> re.Pattern[str]:
    """One pattern for all these phrases, whole words only; one may look ahead to the word after its last space."""
    ready = "|".join(listed).replace(" ?", r"\s*").replace(" ", r"\s+").replace("'", "'?") or r"(?!)"
    return re.compile(rf"(?<![\w'])(?:{ready})(?:(?<!\w)|(?!\w|'\w))")


@cache
def words(name: str) -> frozenset[str]:
    """The single words listed under that name, in all languages."""
    return frozenset(
        word for language in LANGUAGES for line in vocabulary(language).get(name, ()) for word in line.split()
    )
