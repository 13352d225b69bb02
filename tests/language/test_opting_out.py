"""Whoever wants no more messages is heard, however they say it; a visit or a code that is not wanted ends nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import OptOut
from frontdesk.language.languages import language_of
from frontdesk.language.understanding import understand

SAID = yaml.safe_load((Path(__file__).parent / "opting_out.yaml").read_text(encoding="utf-8"))


def ends_the_messages(message: str) -> bool:
    context = replace(a_context(language=language_of(message, "en")), visit_stands=True)
    return any(isinstance(one.act, OptOut) for one in understand(message, context))


@pytest.mark.parametrize("message", SAID["heard"])
def test_a_wish_for_no_more_messages_is_heard(message: str) -> None:
    assert ends_the_messages(message)


@pytest.mark.parametrize("message", SAID["not_meant"])
def test_what_only_sounds_like_it_ends_nothing(message: str) -> None:
    assert not ends_the_messages(message)
