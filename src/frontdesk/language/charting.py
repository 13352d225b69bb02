"""The words of what is written to a patient's chart, beside those of the form."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from frontdesk.standards.form_paper import FormWords


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartWords:
    """`unprinted`: that a paper could not have every letter."""

    form: FormWords
    unprinted: str


@cache
def chart_words(language: str) -> ChartWords:
    """Those of a language. Raises: FileNotFoundError (the desk does not speak it)."""
    told = _told(language)
    form = {key: words for key, words in told.items() if key != "unprinted"}
    return ChartWords(form=FormWords(language=language, **form), unprinted=told["unprinted"])


def _told(language: str) -> Mapping[str, str]:
    path = Path(__file__).parent / "catalogue" / f"chart_{language}.yaml"
    told: Mapping[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told
