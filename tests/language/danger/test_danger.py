"""What must raise the alarm, and what must not."""

from pathlib import Path

import pytest
import yaml

from frontdesk.dialogue.acts import Danger
from frontdesk.language.danger import Standing, danger_in
from frontdesk.language.script import folded

HERE = Path(__file__).parent
NOW = [(kind, line) for kind, lines in yaml.safe_load((HERE / "now.yaml").read_text("utf-8")).items() for line in lines]
QUIET = yaml.safe_load((HERE / "quiet.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("kind", "line"), NOW)
def test_a_danger_that_is_here_raises_the_alarm(kind: str, line: str) -> None:
    alarm = danger_in(folded(line))

    assert alarm is not None
    assert alarm.standing is Standing.NOW
    start, end = alarm.span
    assert 0 <= start < end <= len(line)


@pytest.mark.parametrize("line", QUIET)
def test_what_is_denied_past_or_meant_otherwise_raises_none(line: str) -> None:
    alarm = danger_in(folded(line))

    assert alarm is None or alarm.standing is not Standing.NOW


def test_thoughts_of_suicide_come_before_everything_else() -> None:
    alarm = danger_in("my chest hurts and i want to die")

    assert alarm is not None
    assert alarm.danger is Danger.SELF_HARM


def test_a_danger_only_asked_about_is_spoken_of() -> None:
    alarm = danger_in("can filler cause blindness?")

    assert alarm is not None
    assert alarm.standing is Standing.SPOKEN_OF
