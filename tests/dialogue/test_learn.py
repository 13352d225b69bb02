import pytest

from frontdesk.dialogue.acts import GiveName
from frontdesk.dialogue.learn import learn
from frontdesk.dialogue.state import Known, State


@pytest.mark.parametrize(
    ("given", "family", "known_as"),
    [("beth", "", ("Beth", "Aldren")), ("Ruth", "", ("Ruth", None)), ("Beth", "Moss", ("Beth", "Moss"))],
)
def test_who_says_their_first_name_again_is_not_asked_for_the_last(
    given: str, family: str, known_as: tuple[str, str | None]
) -> None:
    state = State(known=Known(given="Beth", family="Aldren"))

    known = learn(state, [GiveName(given=given, family=family)]).known

    assert (known.given, known.family) == known_as
