"""Banks written by other hands than the rules: what must fetch help, and what only sounds like it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import Emergency
from frontdesk.language.understanding import understand

HERE = Path(__file__).parent
LEAST_HEARD = {
    "bank_by_another_hand.yaml": 0.99, "second_bank.yaml": 0.985, "third_bank.yaml": 0.95, "fourth_bank.yaml": 0.95,
}  # fmt: skip
"""The third goes far beyond what a medspa hears: veiled farewells, illnesses of every kind; the fourth hints at it."""
MOST_FALSE = {
    "near_misses_by_another_hand.yaml": 0.14, "second_near_misses.yaml": 0.14, "third_near_misses.yaml": 0.22,
    "small_talk.yaml": 0.10,
}  # fmt: skip
"""Of sentences made to be mistaken: a triage nurse would call back about some of them. In doubt, help is fetched."""


LANGUAGES = {"english": "en", "spanish": "es"}


def bank(name: str) -> Iterator[tuple[str, str]]:
    for language, kinds in yaml.safe_load((HERE / name).read_text()).items():
        for messages in kinds.values():
            yield from ((message, LANGUAGES[language]) for message in messages)


def near_misses(name: str) -> Iterator[tuple[str, str]]:
    read = yaml.safe_load((HERE / name).read_text())
    for language, said in ({"english": read} if isinstance(read, list) else read).items():
        listed = said if isinstance(said, list) else [message for kind in said.values() for message in kind]
        yield from ((message, LANGUAGES[language]) for message in listed)


def is_emergency(message: str, language: str) -> bool:
    return any(isinstance(one.act, Emergency) for one in understand(message, a_context(language=language)))


@pytest.mark.parametrize(("name", "least"), [*zip(LEAST_HEARD, (400, 200, 200, 60), strict=True)])
def test_emergencies_are_heard(name: str, least: int) -> None:
    said = list(bank(name))

    missed = [message for message, language in said if not is_emergency(message, language)]

    assert len(said) >= least
    assert len(missed) <= (1 - LEAST_HEARD[name]) * len(said), missed


@pytest.mark.parametrize(("name", "least"), [("bank_by_another_hand.yaml", 0.96), ("second_bank.yaml", 0.97)])
def test_emergencies_are_heard_from_whoever_says_who_they_are(name: str, least: float) -> None:
    """What tells that a message is ordinary, a full name for one, must not silence what else it tells."""
    said = [(f"Maria Lopez here. {message}", language) for message, language in bank(name)]

    missed = [message for message, language in said if not is_emergency(message, language)]

    assert len(missed) <= (1 - least) * len(said), missed


@pytest.mark.parametrize("name", MOST_FALSE)
def test_words_that_only_sound_like_it_raise_no_alarm(name: str) -> None:
    said = list(near_misses(name))

    false = [message for message, language in said if is_emergency(message, language)]

    assert len(false) <= MOST_FALSE[name] * len(said), false


def test_lines_near_each_other_are_told_apart() -> None:
    """Half of them set off an alarm before any was known; none of the real ones may ever be lost for it."""
    said = yaml.safe_load((HERE / "told_beside.yaml").read_text())
    lines = [(kind, line, LANGUAGES[each]) for each, kinds in said.items() for kind in kinds for line in kinds[kind]]

    missed = [line for kind, line, language in lines if kind == "real" and not is_emergency(line, language)]
    false = [line for kind, line, language in lines if kind == "ordinary" and is_emergency(line, language)]

    assert missed == []
    assert len(false) <= 0.1 * len(said["english"]["ordinary"] + said["spanish"]["ordinary"]), false
