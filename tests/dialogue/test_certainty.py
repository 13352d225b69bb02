"""A word on what may have been misheard, before the talk goes on."""

from datetime import UTC, datetime

from frontdesk.dialogue.acts import ConfirmBy, GiveEmail, Heard, Unclear
from frontdesk.dialogue.certainty import made_sure
from frontdesk.dialogue.policy import decide
from frontdesk.dialogue.says import AskHowToHelp, SayAnotherWay, SayCheckEmail, SayNotUnderstood
from frontdesk.dialogue.state import Mode, State
from frontdesk.dialogue.step import Step

NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
GREETED = State(greeted=True)


def after(*heard: Heard, state: State = GREETED) -> Step:
    return made_sure(decide(state, [one.act for one in heard], now=NOW), heard)


def test_an_address_that_looks_like_a_slip_is_put_beside_the_one_that_was_meant() -> None:
    slip, meant = GiveEmail(email="maria@gmial.com"), GiveEmail(email="maria@gmail.com")

    step = after(Heard(act=slip, confidence=0.6, confirm_by=ConfirmBy.READ_BACK, also=(meant,)))

    assert step.says[0] == SayCheckEmail(email="maria@gmial.com", likely="maria@gmail.com")
    assert step.state.known.email == "maria@gmial.com"


def test_what_was_not_caught_is_asked_for_letter_by_letter_or_by_keys() -> None:
    spelled = after(Heard(act=Unclear(), confirm_by=ConfirmBy.SPELL))
    keyed = after(Heard(act=Unclear(), confirm_by=ConfirmBy.KEYPAD))

    assert spelled.says == (SayNotUnderstood(), SayAnotherWay(by=ConfirmBy.SPELL), AskHowToHelp())
    assert keyed.says[1] == SayAnotherWay(by=ConfirmBy.KEYPAD)


def test_what_is_sure_and_what_no_words_can_ask_for_change_nothing() -> None:
    sure = Heard(act=GiveEmail(email="maria@gmail.com"), confirm_by=ConfirmBy.NOTHING)
    linked = Heard(act=Unclear(), confirm_by=ConfirmBy.TEXT_LINK)

    assert after(sure) == decide(GREETED, [sure.act], now=NOW)
    assert after(linked) == decide(GREETED, [linked.act], now=NOW)


def test_where_a_person_holds_the_talk_nothing_is_said() -> None:
    slip = Heard(
        act=GiveEmail(email="maria@gmial.com"),
        confirm_by=ConfirmBy.READ_BACK,
        also=(GiveEmail(email="maria@gmail.com"),),
    )

    assert after(slip, state=State(greeted=True, mode=Mode.SILENT)).says == ()
