"""The booking flow: few questions, none twice, and "booked" only after the calendar said so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from tests.clinic import ALEX, BOTOX, HAIR, MAIN, NOW, a_slot, at

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskAutomated,
    AskDone,
    AskOther,
    AskOthersVisit,
    AskPerson,
    Book,
    Choose,
    Complain,
    Danger,
    Deny,
    DontMind,
    Emergency,
    EveryVisit,
    FirstVisit,
    ForOther,
    GiveBirthDate,
    GiveEmail,
    GiveName,
    GivePayer,
    GivePhone,
    Goodbye,
    Greet,
    NameService,
    NoEmail,
    OptIn,
    OptOut,
    Relation,
    Reschedule,
    SamePhone,
    Stop,
    TellMinor,
    Thanks,
    Unclear,
    Waitlist,
    WhichTime,
    WishTime,
)
from frontdesk.dialogue.effects import (
    AgeFits,
    BookVisit,
    CheckAge,
    CoverageKept,
    Effect,
    FindSlots,
    HoldSlot,
    IntakeOpened,
    InvitationQueued,
    KeepCoverage,
    NotAtThatAge,
    OpenIntake,
    Reason,
    RecordConsent,
    ReleaseSlot,
    Result,
    SendInvitation,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    StaffTold,
    SystemSilent,
    TellStaff,
    VisitBooked,
)
from frontdesk.dialogue.policy import decide, settle
from frontdesk.dialogue.says import (
    AskBirthDate,
    AskEmail,
    AskFirstVisit,
    AskHowToHelp,
    AskName,
    AskNameAndPhone,
    AskReading,
    AskService,
    AskTime,
    AskWhatToChange,
    AskWhetherToBook,
    AskWhichOffer,
    OfferSlots,
    ReadBack,
    Say,
    SayAlreadyBooked,
    SayAnswer,
    SayAutomated,
    SayBooked,
    SayEmergency,
    SayGoodbye,
    SayHello,
    SayHolding,
    SayIsCancelled,
    SayNotAtThatAge,
    SayNothingFree,
    SayNotUnderstood,
    SayNotYet,
    SayOptedIn,
    SayOptedOut,
    SayOthersVisit,
    SayPersonComes,
    SayTaken,
    SayTrouble,
    SayWelcome,
)
from frontdesk.dialogue.state import Ask, Known, Mode, State
from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.wish import Window, Wish

THURSDAY = a_slot(at("2026-05-28 18:00"))
TUESDAY = a_slot(at("2026-06-02 18:30"))
LATER = a_slot(at("2026-06-04 18:00"))
EVENINGS = Wish(windows=(Window(earliest=time(17)),))
HELD = AppointmentId("held-1")
PHONE = "+15125550147"


class World:
    """Answers effects as a calendar with these times would, and keeps what was asked of it."""

    def __init__(self, *, free: Sequence[Slot] = (THURSDAY, TUESDAY), exact: bool = True) -> None:
        self.free = list(free)
        self.exact = exact
        self.silent: type[Effect] | None = None
        self.too_young = False
        self.ran: list[Effect] = []

    def run(self, effect: Effect) -> Result:
        self.ran.append(effect)
        if self.silent is not None and isinstance(effect, self.silent):
            return SystemSilent(effect=type(effect).__name__)
        match effect:
            case KeepCoverage():
                return CoverageKept(payer=effect.payer, member=effect.member)
            case CheckAge() if self.too_young:
                return NotAtThatAge(service=effect.service, from_age=18, to_age=None)
            case CheckAge():
                return AgeFits(service=effect.service)
            case FindSlots():
                left = [slot for slot in self.free if slot.during.start not in effect.passed_over]
                return SlotsFound(slots=tuple(left[:2]), exact=self.exact)
            case HoldSlot():
                if effect.slot not in self.free:
                    return SlotTaken(slot=effect.slot)
                return SlotHeld(slot=effect.slot, held=HELD, until=NOW)
            case BookVisit():
                return (
                    VisitBooked(appointment=visit(effect.slot))
                    if effect.slot in self.free
                    else SlotTaken(slot=effect.slot)
                )
            case SendInvitation():
                return InvitationQueued(email=effect.email)
            case OpenIntake():
                return IntakeOpened(link="https://desk.example.com/intake/x")
            case _:
                return StaffTold(reason="told")

    def did(self, kind: type[Effect]) -> list[Effect]:
        return [effect for effect in self.ran if isinstance(effect, kind)]


class Talk:
    """A conversation with the policy alone."""

    def __init__(self, world: World | None = None, state: State | None = None) -> None:
        self.world = world or World()
        self.state = state or State(address=PHONE)

    def hears(self, *acts: Act, at: datetime = NOW) -> list[Say]:
        step = decide(self.state, acts, now=at)
        says = list(step.says)
        while step.effects:
            results = [self.world.run(effect) for effect in step.effects]
            step = settle(step.state, results, now=at)
            says += step.says
        self.state = step.state
        return says


def visit(slot: Slot) -> Appointment:
    return Appointment(
        id=AppointmentId("visit-1"),
        service=slot.service,
        location=MAIN,
        practitioner=slot.practitioner,
        room=slot.room,
        devices=(),
        during=slot.during,
        status=Status.BOOKED,
    )


def at_read_back(world: World | None = None) -> Talk:
    talk = Talk(world)
    talk.hears(Book(), NameService(services=(BOTOX,)))
    talk.hears(FirstVisit(first=True))
    talk.hears(WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)))
    talk.hears(GiveName(given="Maria", family="Gonzalez"), GivePhone(phone=PHONE))
    talk.hears(GiveEmail(email="maria@example.com"))
    return talk


def kinds(says: Sequence[Say]) -> list[type[Say]]:
    return [type(say) for say in says]


def test_answering_what_is_asked_one_by_one_books_in_seven_messages() -> None:
    talk = Talk()

    heard = [
        talk.hears(Greet(), Book(), NameService(services=(BOTOX,))),
        talk.hears(FirstVisit(first=True)),
        talk.hears(WishTime(wish=EVENINGS)),
        talk.hears(Choose(offers=(0,))),
        talk.hears(GiveName(given="Maria", family="Gonzalez"), GivePhone(phone=PHONE)),
        talk.hears(GiveEmail(email="maria@example.com")),
        talk.hears(Affirm()),
    ]

    assert [kinds(says) for says in heard] == [
        [SayHello, AskFirstVisit],
        [AskTime],
        [OfferSlots],
        [SayHolding, AskNameAndPhone],
        [AskEmail],
        [ReadBack],
        [SayBooked],
    ]
    assert heard[-1] == [
        SayBooked(slot=THURSDAY, email="maria@example.com", intake="https://desk.example.com/intake/x")
    ]
    assert len(talk.world.did(BookVisit)) == 1


def test_saying_all_at_once_books_in_two_messages() -> None:
    talk = Talk(World(free=[THURSDAY]))
    day = date(2026, 5, 28)
    wish = Wish(windows=(Window(first=day, last=day, at=time(18)),))

    first = talk.hears(
        Book(),
        NameService(services=(BOTOX,)),
        WishTime(wish=wish),
        FirstVisit(first=True),
        GiveName(given="Maria", family="Gonzalez"),
        GivePhone(phone=PHONE),
        GiveEmail(email="maria@example.com"),
    )
    second = talk.hears(Affirm())

    assert kinds(first) == [SayHello, ReadBack]
    assert kinds(second) == [SayBooked]


def test_nothing_is_booked_before_the_patient_agreed_to_what_was_read_back() -> None:
    talk = at_read_back()

    assert talk.world.did(BookVisit) == []


def test_a_yes_that_changes_the_time_books_nothing_yet() -> None:
    talk = at_read_back()

    says = talk.hears(Affirm(), WishTime(wish=Wish(windows=(Window(first=date(2026, 6, 2)),))))

    assert talk.world.did(BookVisit) == []
    assert kinds(says) == [OfferSlots]
    assert talk.world.did(ReleaseSlot) == [ReleaseSlot(held=HELD)]


def test_a_correction_at_the_read_back_is_read_back_again() -> None:
    talk = at_read_back()

    says = talk.hears(GiveEmail(email="mg@example.com"))

    assert kinds(says) == [ReadBack]
    assert isinstance(says[0], ReadBack)
    assert says[0].who.email == "mg@example.com"


def test_a_no_at_the_read_back_asks_what_to_change() -> None:
    talk = at_read_back()

    assert kinds(talk.hears(Deny())) == [AskWhatToChange]
    assert kinds(talk.hears(GiveName(given="Mary", family="Gonzalez"))) == [ReadBack]


def test_a_time_taken_between_offer_and_answer_is_told_and_others_are_offered() -> None:
    talk = Talk()
    talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=False), WishTime(wish=EVENINGS))
    talk.world.free.remove(THURSDAY)

    says = talk.hears(Choose(offers=(0,)))

    assert says == [SayTaken(slot=THURSDAY), OfferSlots(slots=(TUESDAY,), exact=True)]


def test_a_time_taken_before_the_yes_is_told_and_never_called_booked() -> None:
    talk = at_read_back()
    talk.world.free.remove(THURSDAY)

    says = talk.hears(Affirm())

    assert kinds(says) == [SayTaken, OfferSlots]
    assert kinds(talk.hears(Choose(offers=(0,)))) == [ReadBack]
    assert kinds(talk.hears(Affirm())) == [SayBooked]


def test_nothing_free_asks_for_other_days() -> None:
    talk = Talk(World(free=[]))

    says = talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    assert kinds(says) == [SayHello, SayNothingFree]
    assert talk.state.asked is Ask.TIME


def test_asking_for_others_never_offers_the_same_again() -> None:
    later = a_slot(at("2026-06-04 18:00"))
    talk = Talk(World(free=[THURSDAY, TUESDAY, later]))
    talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    says = talk.hears(AskOther())

    assert says == [OfferSlots(slots=(later,), exact=True)]


def test_another_service_is_looked_for_at_the_time_that_was_chosen() -> None:
    talk = Talk()
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(1,)))
    talk.world.free = [TUESDAY]

    talk.hears(NameService(services=(HAIR,)))

    looked = [effect for effect in talk.world.ran if isinstance(effect, FindSlots)][-1]
    assert (looked.service, looked.beside) == (HAIR, TUESDAY.during.start)
    assert talk.state.known.slot is not None
    assert talk.state.known.slot.during == TUESDAY.during


def test_another_service_whose_time_is_not_free_is_not_called_still_taken() -> None:
    talk = Talk(World(exact=False))
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    [*_, offer] = talk.hears(NameService(services=(HAIR,)))

    assert offer == OfferSlots(slots=(THURSDAY, TUESDAY), exact=False)


def test_a_time_open_with_somebody_else_is_said_not_to_be_open_with_whom_was_wanted() -> None:
    talk = Talk(World(free=[THURSDAY], exact=False))

    [*_, offer] = talk.hears(
        NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=replace(EVENINGS, practitioner=ALEX))
    )

    assert offer == OfferSlots(slots=(THURSDAY,), exact=False, wanted=ALEX)


def test_the_day_they_leave_holds_for_what_they_ask_next_until_they_name_a_day_beyond_it() -> None:
    leaving = Window(first=date(2026, 6, 1))
    talk = Talk(World(free=[]))
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True))
    talk.hears(WishTime(wish=Wish(windows=(Window(last=date(2026, 5, 31)),), excluded=(leaving,))))

    talk.hears(WishTime(wish=EVENINGS))
    evenings = [effect for effect in talk.world.ran if isinstance(effect, FindSlots)][-1].wish
    talk.hears(WishTime(wish=Wish(windows=(Window(first=date(2026, 6, 5), last=date(2026, 6, 5)),))))
    after_all = [effect for effect in talk.world.ran if isinstance(effect, FindSlots)][-1].wish

    assert (evenings.excluded, after_all.excluded) == ((leaving,), ())


def test_words_that_fit_both_offers_ask_which() -> None:
    talk = Talk()
    talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    assert talk.hears(Affirm()) == [AskWhichOffer(slots=(THURSDAY, TUESDAY))]
    assert talk.hears(Choose(offers=(0, 1))) == [AskWhichOffer(slots=(THURSDAY, TUESDAY))]


def test_whoever_does_not_mind_gets_the_first() -> None:
    talk = Talk()
    talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    says = talk.hears(DontMind())

    assert says[0] == SayHolding(slot=THURSDAY)


def test_a_service_that_could_be_several_is_asked_about() -> None:
    talk = Talk()

    says = talk.hears(Book(), NameService(services=(BOTOX, HAIR)))

    assert says == [SayHello(), AskService(among=(BOTOX, HAIR))]
    assert kinds(talk.hears(NameService(services=(HAIR,)))) == [AskFirstVisit]


def test_a_day_with_two_readings_is_asked_about() -> None:
    talk = Talk()
    readings = (Wish(windows=(Window(first=date(2026, 5, 29)),)), Wish(windows=(Window(first=date(2026, 6, 5)),)))

    says = talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WhichTime(readings=readings))

    assert says[-1] == AskReading(readings=readings)
    assert talk.world.did(FindSlots) == []


def test_only_a_first_name_asks_for_the_other() -> None:
    talk = Talk()
    talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))
    talk.hears(Choose(offers=(0,)))

    assert talk.hears(GiveName(given="Maria")) == [AskName(given="Maria")]
    assert kinds(talk.hears(GiveName(given="Gonzalez"))) == [AskEmail]
    assert (talk.state.known.given, talk.state.known.family) == ("Maria", "Gonzalez")


def test_in_a_web_chat_the_number_is_asked_for() -> None:
    talk = Talk(state=State(address=None))
    talk.hears(Book(), NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))

    assert talk.hears(Choose(offers=(0,)))[-1] == AskNameAndPhone(texting=False)


def test_without_an_address_for_mail_the_visit_is_booked_all_the_same() -> None:
    talk = at_read_back()
    talk.state = replace(talk.state, known=replace(talk.state.known, email=None, agreed=False))

    talk.hears(NoEmail())
    says = talk.hears(Affirm())

    assert kinds(says) == [SayBooked]
    assert talk.world.did(SendInvitation) == []


def test_a_question_in_the_middle_is_answered_and_the_flow_goes_on() -> None:
    talk = Talk()
    talk.hears(Book(), NameService(services=(BOTOX,)))

    says = talk.hears(AskAbout(topic="parking"))

    assert says == [SayAnswer(topic="parking"), AskFirstVisit(service=BOTOX)]


def test_a_question_without_an_approved_answer_goes_to_a_person() -> None:
    talk = Talk()

    says = talk.hears(AskAbout(topic=""))

    assert says == [SayHello(), SayPersonComes(reason=Reason.UNANSWERED)]
    assert talk.world.did(TellStaff) == [TellStaff(reason=Reason.UNANSWERED)]


def test_an_emergency_comes_before_everything_and_a_person_is_told() -> None:
    talk = at_read_back()

    says = talk.hears(Affirm(), Emergency(danger=Danger.AFTER_TREATMENT))

    assert says == [SayEmergency(danger=Danger.AFTER_TREATMENT)]
    assert talk.world.did(TellStaff) == [TellStaff(reason=Reason.EMERGENCY, urgent=True)]
    assert talk.world.did(BookVisit) == []


def test_an_emergency_is_answered_even_after_an_opt_out() -> None:
    talk = Talk(state=State(address=PHONE, mode=Mode.SILENT, greeted=True))

    assert kinds(talk.hears(Emergency(danger=Danger.MEDICAL))) == [SayEmergency]


def test_after_stop_nothing_is_said_until_start() -> None:
    talk = Talk()

    assert talk.hears(OptOut()) == [SayOptedOut()]
    assert talk.hears(Book()) == []
    assert talk.hears(OptOut()) == []
    assert talk.hears(OptIn()) == [SayOptedIn()]
    assert talk.world.did(RecordConsent) == [
        RecordConsent(messages_allowed=False),
        RecordConsent(messages_allowed=True),
    ]


def test_whoever_asks_for_a_person_gets_one() -> None:
    talk = Talk()

    assert talk.hears(AskPerson()) == [SayHello(), SayPersonComes(reason=Reason.ASKED)]
    assert talk.hears(Complain()) == [SayPersonComes(reason=Reason.COMPLAINT)]


def test_not_understood_twice_goes_to_a_person() -> None:
    talk = Talk()

    assert kinds(talk.hears(Unclear())) == [SayHello, SayNotUnderstood, AskHowToHelp]
    assert talk.hears(Unclear()) == [SayPersonComes(reason=Reason.NOT_UNDERSTOOD)]


def test_whoever_asks_hears_that_this_is_automated() -> None:
    talk = Talk()

    assert kinds(talk.hears(AskAutomated())) == [SayHello, SayAutomated]


def test_a_silent_calendar_promises_nothing_and_tells_a_person() -> None:
    talk = at_read_back()
    talk.world.silent = BookVisit

    says = talk.hears(Affirm())

    assert says == [SayTrouble()]
    assert talk.world.did(TellStaff) == [TellStaff(reason=Reason.TROUBLE, urgent=True)]


def test_a_visit_that_stands_is_told_though_the_mail_cannot_be_sent() -> None:
    talk = at_read_back()
    talk.world.silent = SendInvitation

    says = talk.hears(Affirm())

    assert kinds(says) == [SayBooked]
    assert talk.world.did(TellStaff) == [TellStaff(reason=Reason.TROUBLE, urgent=True)]


def test_a_visit_that_stands_is_told_though_its_form_cannot_be_made() -> None:
    talk = at_read_back()
    talk.world.silent = OpenIntake

    says = talk.hears(Affirm())

    assert kinds(says) == [SayBooked]
    assert talk.world.did(TellStaff) == [TellStaff(reason=Reason.TROUBLE, urgent=True)]


def test_after_a_booking_who_they_are_stays_known() -> None:
    talk = at_read_back()
    talk.hears(Affirm())

    assert talk.hears(Thanks()) == [SayWelcome()]
    assert kinds(talk.hears(Affirm())) == [SayAlreadyBooked]
    talk.hears(Book(), NameService(services=(HAIR,)), WishTime(wish=EVENINGS))
    assert kinds(talk.hears(Choose(offers=(0,)))) == [ReadBack]
    assert talk.hears(Goodbye()) == [SayGoodbye()]


def test_the_same_words_in_the_same_state_give_the_same_step() -> None:
    state = State(address=PHONE, known=Known(service=BOTOX), flow="booking")

    assert decide(state, [WishTime(wish=EVENINGS)], now=NOW) == decide(state, [WishTime(wish=EVENINGS)], now=NOW)


def test_where_the_clinics_system_needs_it_the_birth_date_is_asked_for_once_before_the_read_back() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE, born_needed=True))
    day = date(2026, 5, 28)
    wish = Wish(windows=(Window(first=day, last=day, at=time(18)),))
    said = (
        Book(),
        NameService(services=(BOTOX,)),
        WishTime(wish=wish),
        FirstVisit(first=True),
        GiveName(given="Maria", family="Gonzalez"),
        GivePhone(phone=PHONE),
        GiveEmail(email="maria@example.com"),
    )

    asked = talk.hears(*said)
    told = talk.hears(GiveBirthDate(born=date(1984, 3, 3)))
    talk.hears(Affirm())

    assert asked[-1] == AskBirthDate(for_file=True)
    assert kinds(told) == [ReadBack]
    [booking] = talk.world.did(BookVisit)
    assert isinstance(booking, BookVisit)
    assert booking.born == date(1984, 3, 3)


@pytest.mark.parametrize("of_child", [False, True])
def test_how_old_a_minor_is_told_to_be_decides_what_is_offered_and_the_birth_date_comes_before_the_booking(
    *, of_child: bool
) -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    who = [ForOther(who=Relation.CHILD)] if of_child else []
    wish = Wish(windows=(Window(first=date(2026, 5, 28), last=date(2026, 5, 28), at=time(18)),))
    name = [GiveName(given="Lily", family="Grant"), SamePhone(), NoEmail()]

    asked = talk.hears(
        *who, TellMinor(years=16), NameService(services=(BOTOX,)), WishTime(wish=wish), FirstVisit(first=True), *name
    )
    read_back = talk.hears(GiveBirthDate(born=date(2010, 3, 3)))

    [looked] = talk.world.did(FindSlots)
    assert isinstance(looked, FindSlots)
    assert looked.years == 16
    assert asked[-1] == AskBirthDate(who=Relation.CHILD if of_child else None, for_file=True)
    assert kinds(read_back) == [ReadBack]
    assert talk.world.did(BookVisit) == []


def test_who_is_too_young_is_told_so_before_anything_else_is_asked_and_an_older_age_goes_on() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    talk.world.too_young = True

    refused = talk.hears(ForOther(who=Relation.CHILD), TellMinor(years=17), NameService(services=(BOTOX,)))
    talk.hears(FirstVisit(first=True))  # an answer to what was never asked: nothing comes of it
    talk.world.too_young = False
    on = talk.hears(GiveBirthDate(born=date(2008, 3, 3)))

    assert kinds(refused)[-1] is SayNotAtThatAge
    assert talk.world.did(FindSlots) == []
    assert kinds(on) == [AskFirstVisit]


def test_offers_of_an_hour_ago_are_looked_for_anew_unless_one_is_taken() -> None:
    talk = Talk(World(free=[THURSDAY, TUESDAY]), State(address=PHONE))
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=EVENINGS))
    taken = Talk(World(free=[THURSDAY, TUESDAY]), talk.state)

    talk.world.free = [TUESDAY]
    again = talk.hears(Unclear(), at=NOW + timedelta(days=1))
    taken.hears(Choose(offers=(1,)), at=NOW + timedelta(days=1))

    assert again[-1] == OfferSlots(slots=(TUESDAY,), exact=True)
    assert taken.state.known.slot == TUESDAY
    assert taken.world.did(FindSlots) == []


def test_a_yes_to_a_time_that_was_kept_hours_ago_books_nothing_before_it_is_read_back_anew() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    only = Wish(windows=(Window(first=date(2026, 5, 28), last=date(2026, 5, 28), at=time(18)),))
    name = [GiveName(given="Maria", family="Gonzalez"), SamePhone(), NoEmail()]
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=only), *name)
    assert talk.state.asked is Ask.AGREED

    told = talk.hears(Affirm(), at=NOW + timedelta(hours=6))

    assert kinds(told)[-1] is ReadBack
    assert talk.world.did(BookVisit) == []
    assert len(talk.world.did(FindSlots)) == 2


def test_who_is_too_young_for_it_does_not_wait_for_it() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    talk.world.too_young = True

    told = talk.hears(Waitlist(), ForOther(who=Relation.CHILD), TellMinor(years=15), NameService(services=(BOTOX,)))

    assert kinds(told)[-1] is SayNotAtThatAge


def test_whoever_goes_on_to_the_visit_is_not_asked_for_a_member_id_again_and_the_insurance_is_kept() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    talk.hears(GivePayer(payer="Aetna"))
    assert talk.state.asked is Ask.MEMBER

    asked = talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True))

    assert AskTime in kinds(asked)
    assert talk.world.did(KeepCoverage) == [KeepCoverage(payer="Aetna", member=None)]


def test_a_new_address_after_the_booking_goes_to_people() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE, booked=(HELD,), last=THURSDAY))

    told = talk.hears(Deny(), GiveEmail(email="right@example.com"))

    assert told[-1] == SayPersonComes(reason=Reason.MESSAGE)
    assert TellStaff(reason=Reason.MESSAGE) in talk.world.ran


def test_another_treatment_at_the_time_of_the_visit_that_stands_is_for_people() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE, booked=(HELD,), last=THURSDAY))

    told = talk.hears(Reschedule(), NameService(services=(HAIR,)))

    assert told[-1] == SayPersonComes(reason=Reason.CHANGE)


def test_a_service_that_comes_next_is_not_put_in_the_place_of_the_first() -> None:
    talk = Talk(World(free=[THURSDAY, TUESDAY]), State(address=PHONE))
    facial = HAIR
    talk.hears(
        NameService(services=(BOTOX,)), EveryVisit(), NameService(services=(facial,)), FirstVisit(first=True),
        WishTime(wish=EVENINGS),
    )  # fmt: skip

    talk.hears(NameService(services=(facial,)))

    assert talk.state.known.service == BOTOX
    assert talk.state.known.also == ((facial,),)


def test_after_the_prices_of_two_a_yes_is_asked_which() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    facial = HAIR
    two = (AskAbout(topic="price", service=BOTOX), NameService(services=(BOTOX,)))
    talk.hears(*two, AskAbout(topic="price", service=facial), NameService(services=(facial,)))

    asked = talk.hears(Affirm())

    assert asked == [AskService(among=(BOTOX, facial))]


def test_a_question_about_the_visit_that_was_just_booked_offers_no_other_and_unbooks_nothing() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE, greeted=True, booked=(HELD,), last=THURSDAY))

    told = talk.hears(AskAbout(topic="length", service=THURSDAY.service))
    of_another = talk.hears(AskAbout(topic="length", service=HAIR))
    refused = talk.hears(Deny())

    assert AskWhetherToBook not in kinds(told)
    assert of_another[-1] == AskWhetherToBook()
    assert refused == [SayAlreadyBooked(requested=False)]


def test_whoever_was_just_booked_and_asks_on_is_not_asked_over_and_over_what_else_they_come_for() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE, greeted=True, booked=(HELD,), last=THURSDAY))

    another = talk.hears(Book())
    answered = talk.hears(AskAbout(topic="parking"))

    assert another == [AskService()]
    assert answered == [SayAnswer(topic="parking")]


def test_a_time_that_nothing_fits_asked_for_again_may_wait_on_the_list() -> None:
    talk = Talk(World(exact=False), State(address=PHONE))
    talk.world.free = [THURSDAY, TUESDAY, LATER]
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True))

    [*_, once] = talk.hears(WishTime(wish=EVENINGS))
    [*_, twice] = talk.hears(WishTime(wish=EVENINGS))

    assert once == OfferSlots(slots=(THURSDAY, TUESDAY), exact=False)
    assert twice == OfferSlots(slots=(LATER,), exact=False, again=True)  # what they passed over is not offered again


def test_whether_it_is_done_is_answered_not_yet_while_a_yes_is_waited_for() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    name = [GiveName(given="Maria", family="Gonzalez"), SamePhone(), NoEmail()]
    only = Wish(windows=(Window(first=date(2026, 5, 28), last=date(2026, 5, 28), at=time(18)),))
    talk.hears(NameService(services=(BOTOX,)), FirstVisit(first=True), WishTime(wish=only), *name)

    told = talk.hears(AskDone())

    assert kinds(told) == [SayNotYet, ReadBack]


def test_of_another_grown_up_nothing_is_told() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE, greeted=True, booked=(HELD,), last=THURSDAY))

    told = talk.hears(AskOthersVisit())

    assert told == [SayOthersVisit()]
    assert talk.state.booked == ()  # who holds the phone now proves who they are before a visit is spoken of


def test_who_would_keep_a_visit_that_was_just_cancelled_hears_that_it_is_gone() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE, greeted=True, cancelled=True))

    told = talk.hears(Stop())

    assert told == [SayIsCancelled(), AskWhetherToBook()]
    assert talk.hears(Stop()) == [SayGoodbye()]


def test_a_child_whose_age_nobody_told_is_offered_no_time_before_the_birth_date() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))

    asked = talk.hears(ForOther(who=Relation.CHILD), NameService(services=(BOTOX,)), FirstVisit(first=True))

    assert asked[-1] == AskBirthDate(who=Relation.CHILD)
    assert talk.world.did(FindSlots) == []


def test_a_minor_whose_parent_comes_instead_is_asked_for_no_birth_date() -> None:
    talk = Talk(World(free=[THURSDAY]), State(address=PHONE))
    talk.hears(TellMinor(years=16), NameService(services=(BOTOX,)))

    asked = talk.hears(ForOther(who=Relation.PARENT), FirstVisit(first=True))

    assert not any(isinstance(one, AskBirthDate) for one in asked)


def test_a_no_beside_words_that_were_not_understood_answers_nothing_where_nothing_was_asked() -> None:
    talk = Talk()
    talk.hears(Greet())

    says = talk.hears(Deny(), Unclear())

    assert SayNotUnderstood in kinds(says)
