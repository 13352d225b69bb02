"""Several visits at once, a visit by how much later it should be, and one that is named but does not stand."""

from dataclasses import replace
from datetime import date, timedelta

from tests.clinic import a_slot, an_appointment, at
from tests.dialogue.test_changing import BORN, FREE, LATER, MARIA, NAME, VISIT, Talk, World

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskFormBefore,
    Cancel,
    Choose,
    Deny,
    EveryVisit,
    GiveBirthDate,
    NameService,
    Reschedule,
    Shift,
    WishTime,
)
from frontdesk.dialogue.effects import (
    CancelVisit,
    Effect,
    FindSlots,
    FindVisits,
    HoldSlot,
    MoveVisit,
    Result,
    VisitCancelled,
    VisitMoved,
    VisitsFound,
)
from frontdesk.dialogue.policy import decide
from frontdesk.dialogue.says import (
    AskOtherVisit,
    AskWhetherToBook,
    ReadBackCancel,
    ReadBackCancelAll,
    ReadBackMove,
    SayFormWithVisit,
    SayVisitKept,
    SayVisitMoved,
    SayVisitsCancelled,
)
from frontdesk.dialogue.state import Ask, State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.wish import Window, Wish

A_QUARTER = timedelta(minutes=15)
SOON_AFTER = a_slot(at("2026-05-28 18:15"))
ANY_EVENING = Wish(windows=(Window(first=date(2026, 6, 4), last=date(2026, 6, 4)),))


class Clinic(World):
    """A desk whose visits are cancelled and moved each as what it is; `meant` fit how they were spoken of."""

    def __init__(self, *visits: Appointment, meant: tuple[Appointment, ...] = ()) -> None:
        super().__init__(*visits)
        self.meant = meant

    def run(self, effect: Effect) -> Result:
        known = {visit.id: visit for visit in self.visits}
        match effect:
            case CancelVisit():
                self.ran.append(effect)
                return VisitCancelled(appointment=replace(known[effect.visit], status=Status.CANCELLED))
            case MoveVisit():
                self.ran.append(effect)
                moved = an_appointment(effect.slot, id=effect.visit, patient=MARIA)
                return VisitMoved(before=effect.visit, appointment=moved)
            case FindVisits():
                found = super().run(effect)
                assert isinstance(found, VisitsFound)
                return replace(found, meant=tuple(one.id for one in self.meant))
            case _:
                return super().run(effect)


def at_the_desk(clinic: Clinic, *wants: Act) -> Talk:
    talk = Talk(clinic)
    talk.hears(*wants)
    return talk


def test_all_of_them_are_read_back_and_cancelled_with_one_yes() -> None:
    talk = at_the_desk(Clinic(VISIT, LATER), Cancel(), EveryVisit())

    asked = talk.hears(NAME, GiveBirthDate(born=BORN))
    said = talk.hears(Affirm())

    assert asked == [ReadBackCancelAll(visits=(VISIT, LATER))]
    assert said == [SayVisitsCancelled(starts=(VISIT.during.start, LATER.during.start))]
    assert talk.world.did(CancelVisit) == [CancelVisit(visit=VISIT.id), CancelVisit(visit=LATER.id)]


def test_both_answers_which_visit_is_meant() -> None:
    talk = at_the_desk(Clinic(VISIT, LATER), Cancel())
    talk.hears(NAME, GiveBirthDate(born=BORN))

    assert talk.hears(EveryVisit()) == [ReadBackCancelAll(visits=(VISIT, LATER))]


def test_one_was_read_back_and_both_are_meant() -> None:
    talk = at_the_desk(Clinic(VISIT, LATER), Cancel())
    talk.hears(NAME, GiveBirthDate(born=BORN))
    talk.hears(Choose(offers=(0,)))

    assert talk.hears(EveryVisit()) == [ReadBackCancelAll(visits=(VISIT, LATER))]
    assert talk.world.did(CancelVisit) == []


def test_a_no_to_all_of_them_leaves_all_of_them() -> None:
    talk = at_the_desk(Clinic(VISIT, LATER), Cancel(), EveryVisit())
    talk.hears(NAME, GiveBirthDate(born=BORN))

    assert talk.hears(Deny()) == [SayVisitKept()]
    assert talk.world.did(CancelVisit) == []


def test_each_is_moved_after_the_other_with_the_same_wish() -> None:
    talk = at_the_desk(Clinic(VISIT, LATER), Reschedule(), EveryVisit(), WishTime(wish=ANY_EVENING))
    talk.hears(NAME, GiveBirthDate(born=BORN))
    talk.hears(Choose(offers=(0,)))

    said = talk.hears(Affirm())

    assert said[0] == SayVisitMoved(start=FREE.during.start, practitioner=FREE.practitioner)
    assert [found.moving for found in talk.world.did(FindSlots) if isinstance(found, FindSlots)] == [VISIT.id, LATER.id]
    assert talk.state.visit == LATER
    assert talk.state.known.wish == ANY_EVENING


class AQuarterLater(Clinic):
    """A desk where a quarter after the visit begins is free, but for the visit itself."""

    def run(self, effect: Effect) -> Result:
        if isinstance(effect, FindSlots):
            found = super().run(effect)
            return replace(found, slots=(SOON_AFTER,))  # type: ignore[call-arg]
        return super().run(effect)


def test_a_quarter_later_than_it_is_may_overlap_the_time_it_has() -> None:
    talk = at_the_desk(AQuarterLater(VISIT), Reschedule(), Shift(by=A_QUARTER))

    asked = talk.hears(NAME, GiveBirthDate(born=BORN))
    talk.hears(Affirm())

    (looked,) = talk.world.did(FindSlots)
    assert isinstance(looked, FindSlots)
    assert looked.beside == VISIT.during.start + A_QUARTER
    assert asked == [ReadBackMove(visit=VISIT, slot=SOON_AFTER)]
    assert talk.world.did(HoldSlot) == []
    assert talk.world.did(MoveVisit) == [MoveVisit(visit=VISIT.id, slot=SOON_AFTER, held=None)]


def test_later_than_the_time_that_is_read_back_is_counted_from_that_time() -> None:
    slot = a_slot(at("2026-06-04 17:00"))
    state = State(greeted=True, flow="booking", asked=Ask.AGREED)
    state = replace(state, known=replace(state.known, service=slot.service, first_visit=True, slot=slot, wish=Wish()))

    step = decide(state, [Shift(by=A_QUARTER)], now=at("2026-05-27 09:00").start)

    looks = [effect for effect in step.effects if isinstance(effect, FindSlots)]
    assert [look.beside for look in looks] == [slot.during.start + A_QUARTER]


def test_a_visit_that_is_named_and_does_not_stand_is_not_taken_for_another() -> None:
    talk = at_the_desk(Clinic(VISIT), Cancel(), NameService(services=(ServiceId("lip-filler"),)))

    asked = talk.hears(NAME, GiveBirthDate(born=BORN))
    left = talk.hears(Deny())

    assert asked == [AskOtherVisit(visits=(VISIT,))]
    assert left == [SayVisitKept()]
    assert talk.world.did(CancelVisit) == []


def test_the_only_other_visit_is_meant_by_a_yes() -> None:
    talk = at_the_desk(Clinic(VISIT), Cancel(), NameService(services=(ServiceId("lip-filler"),)))
    talk.hears(NAME, GiveBirthDate(born=BORN))

    assert talk.hears(Affirm()) == [ReadBackCancel(visit=VISIT)]


def test_who_wants_the_form_before_a_visit_hears_that_it_comes_with_one() -> None:
    step = decide(State(greeted=True), [AskFormBefore()], now=at("2026-05-27 09:00").start)

    assert step.says == (SayFormWithVisit(), AskWhetherToBook())
    assert step.effects == ()
