"""After an emergency was heard: what to do at once stands first, until it is said to be over or an hour has gone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.clinic import BOTOX, NOW
from tests.dialogue.test_booking import EVENINGS, PHONE, THURSDAY, Talk, World, kinds

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AllClear,
    AskAbout,
    AskClinical,
    AskPerson,
    Book,
    Cancel,
    Choose,
    Complain,
    Danger,
    Emergency,
    FirstVisit,
    GettingHelp,
    GiveName,
    GivePhone,
    NameService,
    OptOut,
    Thanks,
    Unclear,
    WishTime,
)
from frontdesk.dialogue.effects import Reason, TellStaff
from frontdesk.dialogue.policy import decide
from frontdesk.dialogue.says import (
    SayAllClear,
    SayAnswer,
    SayEmergency,
    SayHello,
    SayHelp,
    SayHelpUnderWay,
    SayOptedOut,
)
from frontdesk.dialogue.state import Mode, State
from frontdesk.domain.wish import Wish

ALARM = Emergency(danger=Danger.AFTER_TREATMENT)
FIRST = SayEmergency(danger=Danger.AFTER_TREATMENT)
AGAIN = replace(FIRST, again=True)
PASSED_ON = replace(AGAIN, passed_on=True)
WITH_DANA = WishTime(wish=Wish(practitioner=THURSDAY.practitioner))


def alarmed(state: State | None = None) -> State:
    return decide(state or State(address=PHONE, greeted=True), [ALARM], now=NOW).state


@pytest.mark.parametrize("act", [Affirm(), Thanks()])
def test_what_leaves_the_danger_open_is_answered_by_what_to_do_alone(act: Act) -> None:
    step = decide(alarmed(), [act], now=NOW + timedelta(minutes=2))

    assert step.says == (AGAIN,)
    assert step.effects == ()


@pytest.mark.parametrize(
    "act",
    [
        *(WishTime(wish=EVENINGS), WITH_DANA, Book(), NameService(services=(BOTOX,)), FirstVisit(first=False)),
        *(GiveName(given="Monica", family="Reyes"), Choose(offers=(0,))),
    ],
)
def test_who_wants_to_be_seen_for_it_is_asked_nothing_and_people_are_told(act: Act) -> None:
    step = decide(alarmed(), [act], now=NOW)

    assert step.says == (PASSED_ON,)
    assert step.effects == (TellStaff(reason=Reason.CLINICAL, urgent=True),)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (AskClinical(), Reason.CLINICAL),
        (AskAbout(topic=""), Reason.CLINICAL),
        (Unclear(), Reason.CLINICAL),
        (AskPerson(), Reason.ASKED),
    ],
)
def test_a_question_in_danger_reaches_people_and_says_not_to_wait_for_them(act: Act, reason: str) -> None:
    step = decide(alarmed(), [act], now=NOW)

    assert step.says == (PASSED_ON,)
    assert step.effects == (TellStaff(reason=reason, urgent=True),)


@pytest.mark.parametrize(
    ("act", "then"),
    [(AskPerson(keyword=True), SayHelp()), (AskAbout(topic="address"), SayAnswer(topic="address"))],
)
def test_what_can_be_answered_is_answered_after_it(act: Act, then: object) -> None:
    step = decide(alarmed(), [act], now=NOW)

    assert step.says[0] == AGAIN
    assert then in step.says


def test_no_visit_is_arranged_in_a_danger_that_began_it_all() -> None:
    talk = Talk(World(), alarmed())

    says = talk.hears(NameService(services=(BOTOX,)), WITH_DANA)
    says += talk.hears(FirstVisit(first=False), WishTime(wish=EVENINGS))

    assert says == [PASSED_ON, PASSED_ON]
    assert talk.state.flow is None


def test_who_is_where_help_is_is_not_sent_there_again_and_people_are_told_at_once() -> None:
    step = decide(alarmed(), [GettingHelp(), AskAbout(topic="")], now=NOW)

    assert step.says == (SayHelpUnderWay(),)
    assert step.effects == (TellStaff(reason=Reason.EMERGENCY, urgent=True),)
    assert step.state.alarm is not None


def test_a_visit_may_be_cancelled_in_a_danger() -> None:
    step = decide(alarmed(), [Cancel()], now=NOW)

    assert step.state.flow == "cancelling"
    assert AGAIN in step.says


def test_the_disclosure_stands_before_what_to_do() -> None:
    state = replace(alarmed(), greeted=False)

    step = decide(state, [AskAbout(topic="address")], now=NOW)

    assert kinds(step.says)[:2] == [SayHello, SayEmergency]


def test_it_is_over_when_they_say_so() -> None:
    over = decide(alarmed(), [AllClear()], now=NOW)
    later = decide(over.state, [AskAbout(topic="address")], now=NOW)

    assert over.says == (SayAllClear(),)
    assert later.says == (SayAnswer(topic="address"),)


@pytest.mark.parametrize(("minutes", "stands"), [(60, True), (61, False)])
def test_it_is_over_after_an_hour(minutes: int, *, stands: bool) -> None:
    step = decide(alarmed(), [AskAbout(topic="address")], now=NOW + timedelta(minutes=minutes))

    assert (AGAIN in step.says) is stands


def test_whoever_goes_on_choosing_a_time_is_in_no_danger_and_whoever_gives_a_number_may_be() -> None:
    talk = Talk(World(), State(address=PHONE))
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=Wish()))
    state = alarmed(talk.state)

    chosen = decide(state, [Choose(offers=(0,))], now=NOW)
    called = decide(state, [GivePhone(phone="+15125550188")], now=NOW)

    assert chosen.state.alarm is None
    assert called.state.alarm is not None
    assert called.says[0] == AGAIN


def test_stop_is_obeyed_in_an_alarm_too() -> None:
    step = decide(alarmed(), [OptOut()], now=NOW)
    after = decide(step.state, [AskAbout(topic="address")], now=NOW)

    assert kinds(step.says) == [SayOptedOut]
    assert step.state.mode is Mode.SILENT
    assert after.says == ()


def test_a_complaint_beside_an_emergency_reaches_whoever_hears_complaints() -> None:
    step = decide(State(address=PHONE), [ALARM, Complain()], now=NOW)

    assert [one.reason for one in step.effects if isinstance(one, TellStaff)] == [Reason.EMERGENCY, Reason.COMPLAINT]
    assert step.says == (FIRST,)
