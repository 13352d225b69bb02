"""Two banks written by another hand than the rules: what must fetch help, and what only sounds like it."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import Emergency
from frontdesk.language.understanding import understand

HERE = Path(__file__).parent
LEAST_HEARD = 0.98
MOST_FALSE = 0.13
"""Of sentences made to be mistaken: a triage nurse would call back about some of them. In doubt, help is fetched."""


def bank() -> Iterator[tuple[str, str]]:
    for language, kinds in yaml.safe_load((HERE / "bank_by_another_hand.yaml").read_text()).items():
        for messages in kinds.values():
            yield from ((message, {"english": "en", "spanish": "es"}[language]) for message in messages)


def is_emergency(message: str, language: str) -> bool:
    return any(isinstance(one.act, Emergency) for one in understand(message, a_context(language=language)))


def test_emergencies_are_heard() -> None:
    said = list(bank())

    missed = [message for message, language in said if not is_emergency(message, language)]

    assert len(said) >= 400
    assert len(missed) <= (1 - LEAST_HEARD) * len(said), missed


def test_words_that_only_sound_like_it_raise_no_alarm() -> None:
    said = yaml.safe_load((HERE / "near_misses_by_another_hand.yaml").read_text())

    false = [message for message in said if is_emergency(message, "en")]

    assert len(false) <= MOST_FALSE * len(said), false
