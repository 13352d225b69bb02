"""What is left behind is held against what a task wants; what was said, against the facts."""

from datetime import date

import pytest
from tests.proving.clinic.worlds import ANITAS, CHARTS, MARIAS, a_task, a_world

from frontdesk.proving.clinic.agent import Charted, Reply, World
from frontdesk.proving.clinic.grading import faults_of
from frontdesk.proving.clinic.moments import moment
from frontdesk.proving.clinic.truth import untrue_claims, untrue_facts
from frontdesk.sample.practice import smile

TODAY = date(2026, 5, 26)


def graded(world: World, *replies: str, turns: int = 5, **changes: object) -> list[str]:
    """The faults of Maria's task."""
    given = {"Maria Gonzalez": {"name", "phone", "email"}}
    return faults_of(a_task(**changes), world, replies, visits={"anitas": "1"}, turns=turns, given=given)


def test_the_visit_that_was_wanted_leaves_nothing_to_say() -> None:
    assert graded(a_world(ANITAS, MARIAS)) == []


@pytest.mark.parametrize(
    "world",
    [
        a_world(ANITAS),
        a_world(ANITAS, MARIAS, MARIAS.model_copy(update={"id": "3"})),
        a_world(ANITAS, MARIAS.model_copy(update={"service": "hydrafacial"})),
        a_world(ANITAS, MARIAS.model_copy(update={"start": moment("2026-05-28 11:00")})),
        a_world(ANITAS, MARIAS.model_copy(update={"patient": "anita"})),
        a_world(ANITAS, MARIAS.model_copy(update={"status": "cancelled"})),
        a_world(ANITAS.model_copy(update={"status": "cancelled"}), MARIAS),
        a_world(ANITAS.model_copy(update={"start": moment("2026-05-29 11:00")}), MARIAS),
        a_world(ANITAS, MARIAS, charts=(*CHARTS, Charted(id="3", name="Put Maria Gonzalez"))),
        a_world(ANITAS, MARIAS, charts=(*CHARTS, CHARTS[1].model_copy(update={"id": "3"}))),
        a_world(ANITAS, MARIAS, charts=(CHARTS[0], CHARTS[1].model_copy(update={"email": None}))),
    ],
    ids=[
        "nothing booked",
        "booked twice",
        "another service",
        "another time",
        "another patient",
        "cancelled again",
        "somebody else's cancelled",
        "somebody else's moved",
        "a chart for nobody",
        "two charts",
        "no e-mail",
    ],
)
def test_a_calendar_or_chart_that_is_not_as_wanted_is_a_fault(world: World) -> None:
    assert graded(world)


def test_words_that_must_not_be_said_are_a_fault_and_so_is_anything_of_somebody_elses() -> None:
    world = a_world(ANITAS, MARIAS)

    assert graded(world, "Ms. Villarreal comes on Friday.")
    assert graded(world, "Her number is (512) 555-0132.")
    assert graded(world, "Sure, 50% off!", end={"never": ["50 ?% off"], **a_task().end.model_dump(include={"visits"})})


def test_too_many_messages_are_a_fault() -> None:
    assert graded(a_world(ANITAS, MARIAS), turns=13)


@pytest.mark.parametrize(
    "reply",
    [
        "You're booked! Botox consultation on Thursday, May 28 at 7:00 PM.",
        "You're booked! Botox consultation on Thursday, May 28 at 6:00 PM with Kim.",
        "I've cancelled your visit.",
        "You're on the waitlist now.",
        "I've told our team, they have your number.",
        "Your confirmation is on its way to other@example.com.",
    ],
)
def test_a_claim_that_the_world_does_not_bear_out_is_untrue(reply: str) -> None:
    world = a_world(MARIAS)

    assert list(untrue_claims([Reply(text=reply)], world, smile(), today=TODAY))


@pytest.mark.parametrize(
    "reply",
    [
        "You're booked! Botox consultation on Thursday, May 28 at 6:00 PM with Dana.",
        "Once you're booked, we send a form.",
        "Shall I cancel it?",
        "Nothing is booked yet.",
    ],
)
def test_a_claim_that_holds_or_is_none_is_left_alone(reply: str) -> None:
    world = a_world(MARIAS)

    assert not list(untrue_claims([Reply(text=reply)], world, smile(), today=TODAY))


def test_prices_practitioners_and_weekdays_are_the_practices() -> None:
    def untrue(reply: str) -> list[str]:
        return list(untrue_facts([Reply(text=reply)], smile(), today=TODAY))

    assert untrue("A HydraFacial is $189.")
    assert untrue("I have Friday, May 28 at 5 PM.")
    assert untrue("That's with Dr. Miller.")
    assert not untrue("A HydraFacial is $199, with Dr. Marsh on Thursday, May 28.")
