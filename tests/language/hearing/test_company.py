"""Of several who come together it is asked whom a time is for, and when each of them comes."""

import pytest
from tests.language.test_understanding import a_context

from frontdesk.dialogue.acts import AskEach, Several
from frontdesk.dialogue.state import Ask, Known
from frontdesk.language.understanding import understand


@pytest.mark.parametrize(
    "says",
    [
        "what times would each have?",
        "what time will we both come",
        "Is that for both of us?",
        "is this one just for me?",
        "is that for me or my sister?",
        "when would my mom come?",
        "would we go at the same time?",
        "¿es para las dos?",
        "¿a qué hora iría mi hermana?",
    ],
)
@pytest.mark.parametrize("asked", [Ask.WHICH_OFFER, Ask.NAME_AND_PHONE, Ask.AGREED])
def test_asked_by_one_of_several(says: str, asked: Ask) -> None:
    language = "es" if says.startswith("¿") else "en"
    heard = understand(says, a_context(asked=asked, known=Known(more=1), language=language))

    assert [type(one.act) for one in heard] == [AskEach]


def test_asked_by_somebody_who_comes_alone_it_is_no_such_question() -> None:
    heard = understand("is that for both of us?", a_context(asked=Ask.AGREED))

    assert AskEach not in [type(one.act) for one in heard]


@pytest.mark.parametrize(
    ("says", "people"),
    [
        ("me, my mom and my aunt want facials", 3),
        ("my mom, my aunt and I want facials", 3),
        ("me and my sister want botox", 2),
        ("facials for me and two friends", 3),
    ],
)
def test_how_many_come(says: str, people: int) -> None:
    found = [one.act.people for one in understand(says, a_context()) if isinstance(one.act, Several)]

    assert max(found) == people
