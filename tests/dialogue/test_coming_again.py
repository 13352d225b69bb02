"""What is answered to whoever was asked to come again: a yes or a time begins to book, a no leaves it."""

import pytest
from tests.clinic import BOTOX, NOW

from frontdesk.dialogue.acts import Act, Affirm, AskAutomated, Deny, OptOut
from frontdesk.dialogue.effects import RecordConsent
from frontdesk.dialogue.policy import decide
from frontdesk.dialogue.says import AskTime, SayNotBooked, SayOffersEnded
from frontdesk.dialogue.state import Ask, Known, Mode, State

ASKED = State(
    greeted=True,
    address="+15125550147",
    asked=Ask.COME_AGAIN,
    known=Known(service=BOTOX, first_visit=False, given="Maria", family="Gonzalez", phone="+15125550147"),
)


def test_a_yes_books_that_service_and_asks_only_when() -> None:
    step = decide(ASKED, [Affirm()], now=NOW)

    assert step.says == (AskTime(service=BOTOX),)
    assert (step.state.flow, step.state.known.service) == ("booking", BOTOX)


def test_a_no_leaves_it_and_a_later_yes_books_nothing() -> None:
    refused = decide(ASKED, [Deny()], now=NOW)
    later = decide(refused.state, [Affirm()], now=NOW)

    assert refused.says == (SayNotBooked(),)
    assert later.state.flow is None


def test_a_no_to_offers_is_answered_and_ends_no_other_texts() -> None:
    step = decide(ASKED, [OptOut(offers=True)], now=NOW)

    assert step.says == (SayOffersEnded(),)
    assert (step.state.mode, step.state.asked, step.effects) == (Mode.ASSISTANT, None, ())


@pytest.mark.parametrize("acts", [[OptOut()], [OptOut(offers=True), OptOut()]])
def test_who_ends_offers_and_texts_gets_neither(acts: list[Act]) -> None:
    step = decide(ASKED, acts, now=NOW)

    assert step.state.mode is Mode.SILENT
    assert step.effects == (RecordConsent(messages_allowed=False),)


def test_the_question_stays_open_while_they_ask_who_writes() -> None:
    asking = decide(ASKED, [AskAutomated()], now=NOW)

    assert decide(asking.state, [Affirm()], now=NOW).state.flow == "booking"
