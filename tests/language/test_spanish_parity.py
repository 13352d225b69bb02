"""Spanish at the level of English: what must be heard in lines of every kind."""

from pathlib import Path

import yaml
from tests.language.a_practice import a_context

from frontdesk.language.act_json import act_as_json
from frontdesk.language.understanding import understand

LINES = Path(__file__).parent / "spanish_parity.yaml"


def test_what_patients_write_in_spanish_is_heard() -> None:
    said = [(act, line) for act, lines in yaml.safe_load(LINES.read_text("utf-8")).items() for line in lines]

    missed = [
        (act, line)
        for act, line in said
        if act not in [act_as_json(one)["act"] for one in understand(line, a_context(language="es"))]
    ]

    assert len(said) >= 150
    assert missed == []
