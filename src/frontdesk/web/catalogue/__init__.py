"""The words of the pages: of the patients' a file per language, and one of the desk's."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import yaml

LANGUAGES = ("en", "es")


class Words:
    """The texts of one language, by dotted name ("intake.title")."""

    def __init__(self, language: str, texts: dict[str, str | tuple[str, ...]]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, name: str, **facts: str) -> str:
        """A text, with its `{facts}` filled in. Raises: KeyError."""
        text = self._texts[name]
        if isinstance(text, tuple):
            raise KeyError(f"{name} is a list")
        return text.format(**facts)

    def several(self, name: str) -> tuple[str, ...]:
        """A list of texts. Raises: KeyError."""
        texts = self._texts[name]
        if isinstance(texts, str):
            raise KeyError(f"{name} is one text")
        return texts

    @property
    def names(self) -> frozenset[str]:
        """The name of every text."""
        return frozenset(self._texts)


@cache
def words_in(language: str) -> Words:
    """The words of a language; English where we have none of it."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    texts: dict[str, str | tuple[str, ...]] = {}
    for name in (known, f"desk_{known}"):
        tree = yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
        texts.update(_named(tree, ""))
    return Words(known, texts)


def best_language(accepted: str, spoken: Iterable[str]) -> str:
    """The first language of an Accept-Language header that the practice speaks and we have words in; else English."""
    offered = [language for language in spoken if language in LANGUAGES]
    for wanted in accepted.split(","):
        language = wanted.split(";")[0].strip().split("-")[0].lower()
        if language in offered:
            return language
    return LANGUAGES[0]


def _named(tree: dict[str, object], prefix: str) -> Iterable[tuple[str, str | tuple[str, ...]]]:
    for name, value in tree.items():
        match value:
            case dict():
                yield from _named(value, f"{prefix}{name}.")
            case list():
                yield f"{prefix}{name}", tuple(str(one) for one in value)
            case _:
                yield f"{prefix}{name}", str(value)
