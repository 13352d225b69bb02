"""What is said in passing, answered beside the flow."""

import pytest

from frontdesk.dialogue.acts import (
    Affirm,
    AskAbout,
    AskAutomated,
    AskWaitlist,
    Book,
    Deny,
    Explain,
    GivePhone,
    NameService,
    Thanks,
)
from frontdesk.dialogue.asides import aside_only, asides, done_in_passing, only_asks, small_talk, told_now
from frontdesk.dialogue.effects import Reason, TellStaff
from frontdesk.dialogue.says import (
    AskHowToHelp,
    SayAnswer,
    SayAutomated,
    SayGoodbye,
    SayOfService,
    SayOnTheList,
    SayPersonComes,
    SayWhyAsked,
)
from frontdesk.dialogue.state import Ask, State, Told
from frontdesk.domain.ids import ServiceId

PARKING = AskAbout(topic="parking")
BOTOX = ServiceId("botox")


def test_why_it_was_asked_is_told_after_the_other_answers() -> None:
    says = asides(State(asked=Ask.EMAIL), (Explain(why=True), PARKING))

    assert says == (SayAnswer(topic="parking"), SayWhyAsked(asked=Ask.EMAIL))


@pytest.mark.parametrize("asked", [None, Ask.TIME, Ask.AGREED])
def test_what_explains_itself_is_given_no_reason(asked: Ask | None) -> None:
    assert asides(State(asked=asked), (Explain(why=True),)) == ()


def test_who_only_did_not_understand_is_given_no_reason() -> None:
    assert asides(State(asked=Ask.EMAIL), (Explain(),)) == ()


def test_the_same_question_twice_is_answered_once() -> None:
    assert asides(State(), (PARKING, AskAutomated(), PARKING)) == (SayAnswer(topic="parking"), SayAutomated())


def test_a_detail_beside_a_question_moves_the_flow_on() -> None:
    assert aside_only((PARKING, Thanks()))
    assert not aside_only((PARKING, GivePhone(phone="+15125550147")))


def test_whoever_asks_the_price_of_a_service_only_asks_and_whoever_books_it_does_not() -> None:
    price = AskAbout(topic="price", service=BOTOX)

    assert only_asks((price, NameService(services=(BOTOX,))))
    assert not only_asks((price, NameService(services=(BOTOX,)), Book()))


def test_who_joined_the_waitlist_here_hears_of_it_and_of_others_people_look() -> None:
    assert asides(State(waits=True), (AskWaitlist(),)) == (SayOnTheList(),)
    assert done_in_passing(State(waits=True), (AskWaitlist(),)) == ()
    assert asides(State(), (AskWaitlist(),)) == (SayPersonComes(reason=Reason.UNANSWERED),)
    assert done_in_passing(State(), (AskWaitlist(),)) == (TellStaff(reason=Reason.UNANSWERED),)


def test_what_is_known_comes_before_what_is_passed_on() -> None:
    says = asides(State(), (AskAbout(topic=""), PARKING))

    assert says == (SayAnswer(topic="parking"), SayPersonComes(reason=Reason.UNANSWERED, rest=True))


def test_whoever_asks_what_nobody_here_knows_of_a_service_wants_none_yet() -> None:
    assert only_asks((AskAbout(topic=""), NameService(services=(BOTOX,))))


def test_what_was_told_is_kept_until_something_else_is_spoken_of() -> None:
    price = SayOfService(fact="price", service=BOTOX)
    told = told_now(Told(), (AskAbout(topic="price", service=BOTOX),), (price,))

    assert told == Told(services=(BOTOX,))
    assert told_now(told, (Thanks(),), ()) == told
    assert told_now(told, (GivePhone(phone="+15125550147"),), ()) == Told()


def test_an_ok_where_nothing_is_open_asks_once_for_more_and_a_no_ends_it() -> None:
    passed_on = State(greeted=True, promised=True)

    once = small_talk(passed_on, (Affirm(),), ())
    ended = small_talk(once.state, (Deny(),), ())
    more = small_talk(once.state, (Affirm(),), ())

    assert once.says == (AskHowToHelp(more=True),)
    assert ended.says == (SayGoodbye(),)
    assert more.says == (AskHowToHelp(),)
    assert small_talk(passed_on, (Deny(),), ()).says == (SayGoodbye(),)
