import pytest
from tests.clinic import BOTOX, HAIR

from frontdesk.dialogue.acts import Act, Deny, GiveName, NameService, Sessions, Unsure
from frontdesk.dialogue.learn import learn
from frontdesk.dialogue.state import Ask, Known, State


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


@pytest.mark.parametrize(
    ("asked", "acts", "flow"),
    [
        (Ask.GAP, (Deny(), NameService(services=(BOTOX,))), "booking"),
        (Ask.GAP, (Deny(),), "booking"),
        (Ask.NAME, (NameService(services=(BOTOX,)),), "booking"),
        (Ask.NAME, (NameService(services=(HAIR,)),), "course"),
        (Ask.GAP, (Unsure(),), "booking"),
        (Ask.AGREED, (Sessions(visits=1),), "booking"),
        (Ask.GAP, (Sessions(visits=3), NameService(services=(BOTOX,))), "course"),
    ],
)
def test_another_service_than_the_course_spoken_of_or_a_no_to_how_far_apart_is_one_visit(
    asked: Ask, acts: tuple[Act, ...], flow: str
) -> None:
    state = State(flow="course", asked=asked, known=Known(service=HAIR, sessions=Sessions(visits=6)))

    learned = learn(state, acts)

    assert learned.flow == flow
    assert (learned.known.sessions is None) == (flow == "booking")
