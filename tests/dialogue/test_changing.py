"""Visits that stand: nothing is told or changed before it is proven who writes, or where it was booked right here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from tests.clinic import BOTOX, NOW, a_slot, an_appointment, at

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskVisit,
    Book,
    Cancel,
    Choose,
    Deny,
    FirstVisit,
    GiveBirthDate,
    GiveCode,
    GiveName,
    GivePhone,
    NameService,
    Repeat,
    Reschedule,
    Unclear,
    WishTime,
)
from frontdesk.dialogue.effects import (
    CancelVisit,
    CodeSent,
    Effect,
    FindSlots,
    FindVisits,
    HoldSlot,
    IdentityProven,
    MoveVisit,
    NotProven,
    ProveByCode,
    ProveIdentity,
    Reason,
    ReleaseSlot,
    Result,
    SendCode,
    SlotHeld,
    SlotReleased,
    SlotsFound,
    SlotTaken,
    StaffTold,
    TellStaff,
    VisitCancelled,
    VisitGone,
    VisitMoved,
    VisitsFound,
)
from frontdesk.dialogue.policy import decide, settle
from frontdesk.dialogue.says import (
    AskBirthDate,
    AskCode,
    AskCodeAgain,
    AskCodeWanted,
    AskName,
    AskNewTime,
    AskPhoneOnFile,
    AskWhichVisit,
    AskWhoYouAre,
    OfferSlots,
    ReadBackCancel,
    ReadBackMove,
    Say,
    SayHello,
    SayNotBooked,
    SayNotUnderstood,
    SayPersonComes,
    SayTaken,
    SayVisitCancelled,
    SayVisitKept,
    SayVisitMoved,
    SayVisits,
)
from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.wish import Window, Wish

PHONE, BORN = "+15125550147", date(1988, 4, 27)
MARIA = PatientId(UUID(int=11))
NAME = GiveName(given="Maria", family="Gonzalez")
CODE = "482913"
HOLDS = timedelta(minutes=30)
VISIT = an_appointment(a_slot(at("2026-05-28 18:00")), patient=MARIA)
LATER = an_appointment(a_slot(at("2026-06-02 18:30")), id="visit-2", patient=MARIA)
FREE = a_slot(at("2026-06-04 17:00"))
HELD = AppointmentId("held-1")
THURSDAY_FIVE = Wish(windows=(Window(first=date(2026, 6, 4), last=date(2026, 6, 4), at=time(17)),))
EVENINGS = Wish(windows=(Window(earliest=time(17)),))


class World:
    """A desk with one patient on file, `visits` of hers, and one free time."""

    def __init__(self, *visits: Appointment, on_file: bool = True) -> None:
        self.visits = visits
        self.on_file = on_file
        self.code_sent = False
        self.gone = False
        self.taken = False
        self.ran: list[Effect] = []

    def run(self, effect: Effect) -> Result:
        self.ran.append(effect)
        proven = IdentityProven(patient=MARIA, holds=HOLDS)
        match effect:
            case ProveIdentity():
                whole = (effect.given, effect.family, effect.birth_date, effect.phone)
                return proven if self.on_file and whole == ("Maria", "Gonzalez", BORN, PHONE) else NotProven()
            case SendCode():
                self.code_sent = True
                return CodeSent()
            case ProveByCode():
                return proven if self.on_file and self.code_sent and effect.code == CODE else NotProven()
            case FindVisits():
                seen = [one for one in self.visits if one.id in effect.booked or effect.patient == MARIA]
                return VisitsFound(visits=tuple(seen))
            case FindSlots():
                return SlotsFound(slots=(FREE,), exact=True)
            case HoldSlot():
                return SlotHeld(slot=effect.slot, held=HELD, until=NOW)
            case ReleaseSlot():
                return SlotReleased()
            case MoveVisit() if not self.gone:
                if self.taken:
                    return SlotTaken(slot=effect.slot)
                return VisitMoved(before=effect.visit, appointment=an_appointment(effect.slot, id="visit-9"))
            case CancelVisit() if not self.gone:
                return VisitCancelled(appointment=replace(VISIT, status=Status.CANCELLED))
            case MoveVisit() | CancelVisit():
                return VisitGone()
            case _:
                return StaffTold(reason="told")

    def did(self, kind: type[Effect]) -> list[Effect]:
        return [effect for effect in self.ran if isinstance(effect, kind)]


class Talk:
    """A conversation with the policy alone."""

    def __init__(self, world: World, *, texting: bool = True, booked: tuple[AppointmentId, ...] = ()) -> None:
        self.world = world
        self.state = State(address=PHONE if texting else None, greeted=True, booked=booked)
        self.now = NOW

    def hears(self, *acts: Act) -> list[Say]:
        step = decide(self.state, acts, now=self.now)
        says = list(step.says)
        while step.effects:
            results = [self.world.run(effect) for effect in step.effects]
            step = settle(step.state, results, now=self.now)
            says += step.says
        self.state = step.state
        return says


def proven(*visits: Appointment, wants: Act) -> tuple[Talk, list[Say]]:
    talk = Talk(World(*visits))
    talk.hears(wants)
    return talk, talk.hears(NAME, GiveBirthDate(born=BORN))


def test_a_visit_is_told_once_name_and_birth_date_fit_the_number_that_texts() -> None:
    talk = Talk(World(VISIT))

    heard = [talk.hears(AskVisit()), talk.hears(NAME, GiveBirthDate(born=BORN))]

    assert heard == [[AskWhoYouAre(texting=True)], [SayVisits(visits=(VISIT,))]]


def test_in_a_chat_the_number_on_file_is_asked_for_as_well() -> None:
    talk = Talk(World(VISIT), texting=False)

    heard = [talk.hears(AskVisit()), talk.hears(NAME), talk.hears(GiveBirthDate(born=BORN))]
    told = talk.hears(GivePhone(phone=PHONE))

    assert heard == [[AskWhoYouAre(texting=False)], [AskBirthDate()], [AskPhoneOnFile()]]
    assert told == [SayVisits(visits=(VISIT,))]


def test_a_text_cannot_talk_away_the_number_it_comes_from() -> None:
    talk = Talk(World(VISIT))
    talk.state = replace(talk.state, address="+15125550199")
    talk.hears(AskVisit())

    said = talk.hears(NAME, GiveBirthDate(born=BORN), GivePhone(phone=PHONE))

    assert said == [AskCodeWanted()]


def test_a_birth_date_alone_is_followed_by_the_name() -> None:
    talk = Talk(World(VISIT))
    talk.hears(Cancel())

    assert talk.hears(GiveBirthDate(born=BORN)) == [AskName()]


@pytest.mark.parametrize("wants", [AskVisit(), Cancel(), Reschedule()])
@pytest.mark.parametrize("texting", [True, False])
def test_wrong_details_and_unknown_people_hear_the_same_from_start_to_end(wants: Act, texting: bool) -> None:
    wrong = GiveBirthDate(born=date(1990, 1, 1))
    tried: Sequence[tuple[Act, ...]] = (
        (wants,),
        (NAME, wrong, GivePhone(phone=PHONE)),
        (wrong,),
        (Affirm(),),
        (GiveCode(code="000000"),),
        (Repeat(),),
        (GiveCode(code="000001"),),
        (GiveCode(code="000002"),),
        (wants,),
        (wrong,),
        (Deny(),),
    )
    patients, strangers = Talk(World(VISIT), texting=texting), Talk(World(on_file=False), texting=texting)

    heard = [(patients.hears(*acts), strangers.hears(*acts)) for acts in tried]

    assert [one for one, _ in heard] == [other for _, other in heard]
    assert patients.world.did(FindVisits) == []
    assert len(patients.world.did(TellStaff)) == 2


def test_a_code_proves_as_well() -> None:
    talk = Talk(World(VISIT))
    talk.hears(AskVisit())

    heard = [
        talk.hears(NAME, GiveBirthDate(born=date(1990, 1, 1))),
        talk.hears(Affirm()),
        talk.hears(GiveCode(code="000000")),
        talk.hears(GiveCode(code=CODE)),
    ]

    assert heard == [[AskCodeWanted()], [AskCode()], [AskCodeAgain()], [SayVisits(visits=(VISIT,))]]


def test_details_put_right_are_looked_at_again() -> None:
    talk = Talk(World(VISIT))
    talk.hears(AskVisit())
    talk.hears(NAME, GiveBirthDate(born=date(1990, 1, 1)))

    assert talk.hears(GiveBirthDate(born=BORN)) == [SayVisits(visits=(VISIT,))]


def test_whoever_will_not_prove_it_is_got_back_to() -> None:
    for acts in ((), (NAME,), (NAME, GiveBirthDate(born=date(1990, 1, 1)))):
        talk = Talk(World(VISIT))
        talk.hears(Cancel())
        if acts:
            talk.hears(*acts)

        assert talk.hears(Deny()) == [SayPersonComes(reason=Reason.CHANGE)]
        assert talk.world.did(TellStaff) == [TellStaff(reason=Reason.CHANGE)]
        assert talk.state.flow is None


def test_whoever_asks_for_their_visit_and_will_not_say_who_they_are_is_got_back_to() -> None:
    talk = Talk(World(VISIT))
    talk.hears(AskVisit())

    assert talk.hears(Deny()) == [SayPersonComes(reason=Reason.VISIT)]
    assert talk.world.did(TellStaff) == [TellStaff(reason=Reason.VISIT)]


def test_a_last_name_put_right_is_not_taken_for_the_first() -> None:
    talk = Talk(World(VISIT))
    talk.hears(AskVisit())
    talk.hears(GiveName(given="Maria", family="Gonzales"), GiveBirthDate(born=BORN))

    talk.hears(GiveName(given="Gonzalez"))

    assert (talk.state.known.given, talk.state.known.family) == ("Maria", "Gonzalez")


def test_what_proves_somebody_is_not_kept() -> None:
    talk, _ = proven(VISIT, wants=AskVisit())

    assert talk.state.known.birth_date is None
    assert talk.state.known.code is None


def test_after_half_an_hour_of_silence_it_is_proven_anew() -> None:
    talk, _ = proven(VISIT, wants=AskVisit())
    talk.now += HOLDS
    still = talk.hears(AskVisit())
    talk.now += HOLDS + timedelta(seconds=1)

    later = talk.hears(AskVisit())

    assert still == [SayVisits(visits=(VISIT,))]
    assert later == [AskBirthDate()]


def test_a_chosen_visit_is_out_of_sight_again_when_the_proof_is_over() -> None:
    talk, _ = proven(VISIT, wants=Cancel())
    talk.now += HOLDS + timedelta(seconds=1)

    assert talk.hears(Affirm()) == [AskBirthDate()]
    assert talk.world.did(CancelVisit) == []


def test_the_only_visit_is_read_back_and_cancelled_on_a_yes() -> None:
    talk, asked = proven(VISIT, wants=Cancel())

    said = talk.hears(Affirm())

    assert asked == [ReadBackCancel(visit=VISIT)]
    assert said == [SayVisitCancelled(start=VISIT.during.start)]
    assert talk.world.did(CancelVisit) == [CancelVisit(visit=VISIT.id)]


def test_cancel_said_again_is_a_yes() -> None:
    talk, _ = proven(VISIT, wants=Cancel())

    assert talk.hears(Cancel()) == [SayVisitCancelled(start=VISIT.during.start)]


def test_a_no_leaves_the_visit_as_it_is() -> None:
    talk, _ = proven(VISIT, wants=Cancel())

    assert talk.hears(Deny()) == [SayVisitKept()]
    assert talk.world.did(CancelVisit) == []


def test_of_several_visits_the_patient_says_which() -> None:
    talk, asked = proven(VISIT, LATER, wants=Cancel())

    said = talk.hears(Choose(offers=(1,)))

    assert asked == [AskWhichVisit(visits=(VISIT, LATER))]
    assert said == [ReadBackCancel(visit=LATER)]


def test_a_visit_is_moved_to_the_time_named_with_the_wish() -> None:
    talk = Talk(World(VISIT))
    talk.hears(Reschedule(), WishTime(wish=THURSDAY_FIVE))

    asked = talk.hears(NAME, GiveBirthDate(born=BORN))
    said = talk.hears(Affirm())

    assert asked == [ReadBackMove(visit=VISIT, slot=FREE)]
    assert said == [SayVisitMoved(start=FREE.during.start, practitioner=FREE.practitioner)]
    assert talk.world.did(MoveVisit) == [MoveVisit(visit=VISIT.id, slot=FREE, held=HELD)]


def test_a_new_time_is_asked_for_offered_and_read_back() -> None:
    talk, asked = proven(VISIT, wants=Reschedule())

    offered = talk.hears(WishTime(wish=EVENINGS))
    read_back = talk.hears(Choose(offers=(0,)))

    assert asked == [AskNewTime(visit=VISIT)]
    assert offered == [OfferSlots(slots=(FREE,), exact=True)]
    assert read_back == [ReadBackMove(visit=VISIT, slot=FREE)]


def test_a_no_to_the_new_time_asks_for_another_and_gives_the_held_one_back() -> None:
    talk, _ = proven(VISIT, wants=Reschedule())
    talk.hears(WishTime(wish=THURSDAY_FIVE))

    assert talk.hears(Deny()) == [AskNewTime(visit=VISIT)]
    assert talk.world.did(ReleaseSlot) == [ReleaseSlot(held=HELD)]


def test_a_new_time_that_is_lost_leaves_the_visit_and_offers_others() -> None:
    talk, _ = proven(VISIT, wants=Reschedule())
    talk.hears(WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)))
    talk.world.taken = True

    assert talk.hears(Affirm()) == [SayTaken(slot=FREE), OfferSlots(slots=(FREE,), exact=True)]


def test_a_visit_that_the_front_desk_took_out_meanwhile_goes_to_a_person() -> None:
    talk, _ = proven(VISIT, wants=Cancel())
    talk.world.gone = True

    assert talk.hears(Affirm()) == [SayPersonComes(reason=Reason.CHANGE)]


def test_whoever_is_proven_and_has_no_visit_hears_so() -> None:
    _, told = proven(wants=AskVisit())
    _, to_cancel = proven(wants=Cancel())

    assert told == to_cancel == [SayVisits(visits=())]


def test_a_visit_without_a_service_is_a_persons_to_change() -> None:
    _, said = proven(replace(VISIT, service=None), wants=Cancel())

    assert said == [SayPersonComes(reason=Reason.CHANGE)]


def test_a_visit_booked_in_this_conversation_may_be_changed_without_proof_and_no_other_is_shown() -> None:
    talk = Talk(World(VISIT, LATER), booked=(VISIT.id,))

    asked = talk.hears(Cancel())
    said = talk.hears(Affirm())

    assert asked == [ReadBackCancel(visit=VISIT)]
    assert said == [SayVisitCancelled(start=VISIT.during.start)]
    assert talk.state.booked == ()


def test_a_moved_visit_is_still_the_conversations_own() -> None:
    talk = Talk(World(VISIT), booked=(VISIT.id,))
    talk.hears(Reschedule(), WishTime(wish=THURSDAY_FIVE))

    talk.hears(Affirm())

    assert talk.state.booked == (AppointmentId("visit-9"),)


def test_when_what_was_booked_here_stands_no_more_it_has_to_be_proven() -> None:
    talk = Talk(World(), booked=(VISIT.id,))

    assert talk.hears(AskVisit()) == [AskWhoYouAre(texting=True)]


def test_cancel_in_the_middle_of_a_booking_ends_the_booking() -> None:
    talk = Talk(World())
    talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    assert talk.hears(Cancel()) == [SayNotBooked()]
    assert talk.state.flow is None


def test_from_cancelling_one_may_turn_to_moving_and_the_visit_stays_chosen() -> None:
    talk, _ = proven(VISIT, LATER, wants=Cancel())
    talk.hears(Choose(offers=(1,)))

    assert talk.hears(Reschedule()) == [AskNewTime(visit=LATER)]


def test_a_booking_is_possible_in_the_middle_and_asks_for_no_proof() -> None:
    talk = Talk(World(VISIT))
    talk.hears(Cancel())

    said = talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    assert said == [OfferSlots(slots=(FREE,), exact=True)]


def test_the_greeting_comes_before_the_first_question() -> None:
    talk = Talk(World(VISIT))
    talk.state = replace(talk.state, greeted=False)

    assert talk.hears(Cancel()) == [SayHello(), AskWhoYouAre(texting=True)]


def test_not_understood_asks_again() -> None:
    talk = Talk(World(VISIT))
    talk.hears(Cancel())

    assert talk.hears(Unclear()) == [SayNotUnderstood(), AskWhoYouAre(texting=True)]
