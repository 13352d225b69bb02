"""Whether a question for the clinical team is of something that may get worse: then 911 is named beside the answer."""

from dataclasses import replace

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import AskClinical
from frontdesk.language.understanding import understand
from frontdesk.sample.practice import smile


@pytest.mark.parametrize(
    ("text", "language", "beforehand"),
    [
        ("can i do microneedling if im on accutane", "en", True),
        ("thinking about getting botox or maybe filler idk. i have lines by my mouth", "en", True),
        ("June 5 dermaplaning then a peel. is that even safe", "en", True),
        ("quiero depilacion laser pero estoy embarazada de 4 meses, se puede?", "es", True),
        ("is it normal to be red after ipl", "en", False),
        ("had botox 2 days ago and have a tiny bump, is it ok to work out today", "en", False),
        ("one cheek looks bigger than the other since the filler", "en", False),
        ("im pregnant and cramping, can i still get the facial", "en", False),
        ("me duele mucho donde me pusieron el botox, se puede tomar algo?", "es", False),
    ],
)
def test_it_is_asked_beforehand_where_nothing_is_felt_yet(text: str, language: str, *, beforehand: bool) -> None:
    heard = understand(text, replace(a_context(language=language), practice=smile()))

    assert [one.act for one in heard if isinstance(one.act, AskClinical)] == [AskClinical(beforehand=beforehand)]
