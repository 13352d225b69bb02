"""Several services in one breath, another service than before, and a number for whoever was promised."""

from datetime import date

import pytest
from tests.clinic import BOTOX, HAIR, NOW, a_slot, at
from tests.dialogue.test_booking import EVENINGS, PHONE, THURSDAY, Talk, World, kinds

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskEach,
    AskPerson,
    Cancel,
    Choose,
    Deny,
    EveryVisit,
    FirstVisit,
    ForOther,
    GiveBirthDate,
    GiveEmail,
    GiveName,
    GivePhone,
    Greet,
    NameCompanion,
    NameService,
    NoEmail,
    Relation,
    SamePhone,
    Several,
    Stop,
    Waitlist,
    WishTime,
)
from frontdesk.dialogue.effects import BookVisit, Effect, FindSlots, ListJoined, Reason, Result, TellStaff
from frontdesk.dialogue.policy import decide, settle
from frontdesk.dialogue.says import (
    AskFirstVisit,
    AskHowToHelp,
    AskNameAndPhone,
    AskService,
    Company,
    OfferSlots,
    ReadBack,
    SayBirthDateKept,
    SayBooked,
    SayForOne,
    SayHello,
    SayInTurn,
    SayNextPerson,
    SayNotBooked,
    SayOnWaitlist,
    SayPersonComes,
    SayServiceNow,
)
from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.wish import Wish

BOTH = (EveryVisit(), NameService(services=(BOTOX,)), NameService(services=(HAIR,)))
TREATMENT = ServiceId("botox-treatment")
WHO = (GiveName(given="Maria", family="Gonzalez"), SamePhone(), GiveEmail(email="maria@example.com"))


def looked_for(talk: Talk) -> list[FindSlots]:
    return [one for one in talk.world.did(FindSlots) if isinstance(one, FindSlots)]


def test_two_services_in_one_breath_are_booked_one_after_the_other() -> None:
    talk = Talk(World())

    offered = talk.hears(*BOTH, FirstVisit(first=False), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)
    booked = talk.hears(Affirm())

    assert offered[-2:] == [
        SayServiceNow(service=BOTOX, first=True),
        OfferSlots(slots=tuple(talk.world.free), exact=True),
    ]
    assert kinds(booked)[:2] == [SayBooked, SayServiceNow]
    assert booked[1] == SayServiceNow(service=HAIR, first=False)
    assert [one.service for one in looked_for(talk)] == [BOTOX, HAIR]
    assert looked_for(talk)[-1].beside == THURSDAY.during.end
    assert looked_for(talk)[-1].own == talk.state.booked  # nobody is at two visits at a time
    assert (talk.state.known.given, talk.state.known.also) == ("Maria", ())


def test_which_of_two_readings_the_first_is_does_not_lose_the_second() -> None:
    talk = Talk(World())

    asked = talk.hears(EveryVisit(), NameService(services=(BOTOX, TREATMENT)), NameService(services=(HAIR,)))
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=False), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)
    booked = talk.hears(Affirm())

    assert asked[-1] == AskService(among=(BOTOX, TREATMENT))
    assert [one.service for one in looked_for(talk)] == [BOTOX, HAIR]
    assert booked[1] == SayServiceNow(service=HAIR, first=False)


def test_which_of_two_readings_the_second_is_is_asked_when_its_turn_comes() -> None:
    talk = Talk(World())
    talk.hears(EveryVisit(), NameService(services=(HAIR,)), NameService(services=(BOTOX, TREATMENT)))
    talk.hears(FirstVisit(first=False), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)

    booked = talk.hears(Affirm())
    talk.hears(NameService(services=(TREATMENT,)))

    assert booked[-1] == AskService(among=(BOTOX, TREATMENT))
    assert [one.service for one in looked_for(talk)] == [HAIR, TREATMENT]
    assert looked_for(talk)[-1].beside == THURSDAY.during.end


def test_each_of_two_people_gets_the_service_that_was_named_for_them() -> None:
    talk = Talk(World())
    theirs = NameService(services=(HAIR,), for_other=True)

    talk.hears(Several(), EveryVisit(), theirs, NameService(services=(BOTOX,)), FirstVisit(first=True, everyone=True))
    talk.hears(WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)
    booked = talk.hears(Affirm())

    assert [one.service for one in looked_for(talk)] == [BOTOX, HAIR]
    assert kinds(booked)[:3] == [SayBooked, SayNextPerson, SayServiceNow]
    assert talk.state.known.given is None


def test_who_comes_along_is_not_asked_for_the_name_that_was_told_before() -> None:
    talk = Talk(World())
    along = NameCompanion(given="Jo", family="Lane")

    talk.hears(Several(), along, NameService(services=(BOTOX,)), FirstVisit(first=True, everyone=True))
    talk.hears(WishTime(wish=EVENINGS))
    [*_, read_back] = talk.hears(Choose(offers=(0,)), *WHO)
    booked = talk.hears(Affirm())

    assert isinstance(read_back, ReadBack)
    assert read_back.who.name == "Maria Gonzalez"
    assert SayNextPerson(left=1, given="Jo") in booked
    assert looked_for(talk)[-1].own == ()  # another may come at the same time
    assert (talk.state.known.given, talk.state.known.family) == ("Jo", "Lane")
    assert talk.state.known.companions == ()


class ThenTheDayIsFull(World):
    """Once one visit is booked, the next free time is six days later."""

    def run(self, effect: Effect) -> Result:
        result = super().run(effect)
        if isinstance(effect, BookVisit):
            self.free, self.exact = [a_slot(at("2026-06-03 18:00"))], False
        return result


def test_what_lies_on_another_day_than_the_visit_it_belongs_to_is_not_called_beside_it() -> None:
    talk = Talk(ThenTheDayIsFull())
    talk.hears(*BOTH, FirstVisit(first=False), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)

    booked = talk.hears(Affirm())

    assert booked[-1] == OfferSlots(slots=tuple(talk.world.free), exact=False)


def test_of_services_that_are_not_joined_the_last_named_is_wanted() -> None:
    talk = Talk(World())

    talk.hears(*BOTH[1:], FirstVisit(first=False), WishTime(wish=EVENINGS))

    assert [one.service for one in looked_for(talk)] == [HAIR]
    assert talk.state.known.also == ()


def test_another_service_than_before_is_named_when_its_times_are_offered() -> None:
    talk = Talk(World())
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=False), WishTime(wish=EVENINGS))

    changed = talk.hears(NameService(services=(HAIR,)))
    again = talk.hears(WishTime(wish=Wish()))

    assert kinds(changed) == [SayServiceNow, OfferSlots]
    assert changed[0] == SayServiceNow(service=HAIR)
    assert SayServiceNow not in kinds(again)


def test_a_number_after_a_person_was_promised_is_passed_on() -> None:
    promised = decide(State(address=PHONE), [AskPerson()], now=NOW).state

    step = decide(promised, [GivePhone(phone="+15125550188"), WishTime(wish=EVENINGS)], now=NOW)

    assert step.says == (SayPersonComes(reason=Reason.MESSAGE),)
    assert step.effects == (TellStaff(reason=Reason.MESSAGE),)


def test_a_name_at_the_beginning_is_no_message_for_anybody() -> None:
    step = decide(State(address=PHONE), [Greet(), GiveName(given="Maria", family="Gonzalez")], now=NOW)

    assert kinds(step.says) == [SayHello, AskHowToHelp]
    assert step.effects == ()


def test_the_second_is_looked_for_at_the_same_wish_when_the_first_goes_to_the_waitlist() -> None:
    talk = Talk(World())
    talk.hears(*BOTH, FirstVisit(first=False), WishTime(wish=EVENINGS), *WHO)
    waiting = decide(talk.state, [Waitlist()], now=NOW)

    step = settle(waiting.state, [ListJoined(service=BOTOX, wish=EVENINGS)], now=NOW)

    [look] = step.effects
    assert isinstance(look, FindSlots)
    assert (look.service, look.wish) == (HAIR, EVENINGS)
    assert kinds(step.says) == [SayOnWaitlist, SayServiceNow]


def test_what_was_declined_comes_back_with_nothing_later() -> None:
    talk = Talk(World())
    talk.hears(*BOTH, FirstVisit(first=False), WishTime(wish=EVENINGS))
    talk.hears(Stop())

    talk.hears(NameService(services=(HAIR,)), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)
    booked = talk.hears(Affirm())

    assert kinds(booked) == [SayBooked]


def test_two_people_hear_that_they_are_booked_in_turn_and_are_asked_once_whether_they_have_been_here() -> None:
    talk = Talk(World())

    first = talk.hears(Several(people=2), NameService(services=(BOTOX,)), WishTime(wish=EVENINGS))
    talk.hears(FirstVisit(first=True, everyone=True))
    talk.hears(Choose(offers=(0,)), *WHO)
    booked = talk.hears(Affirm())

    assert SayInTurn() in first
    assert kinds(booked)[:2] == [SayBooked, SayNextPerson]
    assert AskFirstVisit not in kinds(booked)
    assert talk.state.known.first_visit is True
    assert looked_for(talk)[-1].beside == THURSDAY.during.start


def test_who_a_time_is_for_is_told_and_it_is_asked_for_again() -> None:
    talk = Talk(World())
    talk.hears(Several(people=2), NameCompanion(given="Kelly", family=""), NameService(services=(BOTOX,)))
    talk.hears(FirstVisit(first=True, everyone=True), WishTime(wish=EVENINGS))
    looked = looked_for(talk)

    offered = talk.hears(AskEach())
    talk.hears(Choose(offers=(0,)))
    told = talk.hears(AskEach())

    assert [one.along for one in looked_for(talk)] == [(BOTOX,), (BOTOX,)]
    assert len(looked_for(talk)) == len(looked) + 1  # with when the other could come
    assert kinds(offered) == [OfferSlots]
    assert kinds(told) == [SayForOne, AskNameAndPhone]
    assert told[0] == SayForOne(company=Company(more=1, given="Kelly"))


def test_a_birth_date_that_nobody_asked_for_is_acknowledged_and_the_visit_read_back_again() -> None:
    talk = Talk(World())
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)

    told = talk.hears(GiveBirthDate(born=date(1988, 3, 14)))

    assert kinds(told) == [SayBirthDateKept, ReadBack]


@pytest.mark.parametrize(("born", "minor"), [(date(2010, 3, 3), True), (date(2008, 5, 28), False)])
def test_with_a_minor_somebody_has_to_come_along(born: date, *, minor: bool) -> None:
    talk = Talk(World())
    talk.hears(ForOther(who=Relation.CHILD), NameService(services=(BOTOX,)), FirstVisit(first=True))
    talk.hears(GiveBirthDate(born=born))
    talk.hears(WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), GiveName(given="Lily", family="Grant"), SamePhone(), NoEmail())

    booked = talk.hears(Affirm())

    assert [one.minor for one in booked if isinstance(one, SayBooked)] == [minor]


@pytest.mark.parametrize(
    "said", [(Affirm(), Cancel()), (Cancel(), NameService(services=(BOTOX,))), (Deny(), Cancel())], ids=str
)
def test_who_cancels_at_the_read_back_has_nothing_booked(said: tuple[Act, ...]) -> None:
    talk = Talk(World())
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)), *WHO)

    told = talk.hears(*said)

    assert kinds(told) == [SayNotBooked]
    assert talk.world.did(BookVisit) == []
    assert talk.state.flow is None
