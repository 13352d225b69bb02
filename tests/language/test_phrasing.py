"""Every thing that can be said has words in both languages: short, filled in, and true to its facts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import pytest
from tests.language.a_practice import (
    AUSTIN,
    THURSDAY_SIX,
    TUESDAY_NIGHT,
    TUESDAY_SIX_THIRTY,
    TWO_OFFERS,
    a_context,
    a_practice,
    a_slot,
    an_appointment,
)

from frontdesk.dialogue import says
from frontdesk.dialogue.acts import (
    ABOUT_SERVICES,
    Affirm,
    AskPerson,
    Book,
    Choose,
    ConfirmBy,
    Danger,
    Deny,
    FirstVisit,
    NoEmail,
    Relation,
)
from frontdesk.dialogue.asides import WHY_ASKED
from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.says import Say
from frontdesk.dialogue.state import Ask, Part, State
from frontdesk.dialogue.who import Who
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.guard.checking import unfounded
from frontdesk.language.guard.ground import ground
from frontdesk.language.phrasing import Facts, phrase
from frontdesk.language.understanding import understand

WITH_KIM = a_slot("2026-05-29", "10:00", practitioner="kim")
NEXT_FRIDAY = Wish(windows=(Window(first=date(2026, 6, 5), last=date(2026, 6, 5)),))
THIS_FRIDAY = Wish(windows=(Window(first=date(2026, 5, 29), last=date(2026, 5, 29), earliest=time(15)),))
MARIA = Who(given="Maria", family="Gonzalez", phone="+15125550147", email="maria@example.com")
READ_BACK = says.ReadBack(slot=THURSDAY_SIX, who=MARIA)
VISIT = an_appointment(THURSDAY_SIX)
LATER_VISIT = an_appointment(WITH_KIM)
INTAKE = "https://example.com/intake/abc"

EVERY_SAY: tuple[Say, ...] = (
    says.SayHello(),
    says.SayAutomated(),
    says.AskRightPerson(given="Maria"),
    says.AskRightPerson(given="Maria", why=True),
    says.SayNotThem(),
    says.SayCallsEnded(),
    says.SayChangedSince(),
    says.AskHowToHelp(),
    says.AskHowToHelp(more=True),
    says.AskService(),
    says.AskService(waits=True),
    says.AskService(among=(ServiceId("lip-filler"), ServiceId("cheek-filler"))),
    says.AskFirstVisit(service=ServiceId("botox-consult")),
    says.AskTime(service=ServiceId("botox-consult")),
    says.AskReading(readings=(NEXT_FRIDAY, THIS_FRIDAY)),
    says.OfferSlots(slots=TWO_OFFERS, exact=True),
    says.OfferSlots(slots=TWO_OFFERS, exact=False),
    says.OfferSlots(slots=TWO_OFFERS, exact=False, again=True),
    says.OfferSlots(slots=TWO_OFFERS, exact=False, wanted=WITH_KIM.practitioner),
    says.OfferSlots(slots=TWO_OFFERS, exact=False, again=True, wanted=WITH_KIM.practitioner),
    says.OfferSlots(slots=(THURSDAY_SIX,), exact=True),
    says.OfferSlots(slots=(THURSDAY_SIX, WITH_KIM), exact=True),
    says.OfferSlots(slots=(*TWO_OFFERS, WITH_KIM), exact=True),
    says.AskWhichOffer(slots=TWO_OFFERS),
    says.SayNothingFree(),
    says.SayNotAtThatAge(service=ServiceId("lip-filler"), from_age=18, to_age=None),
    says.SayNotAtThatAge(service=ServiceId("lip-filler"), from_age=None, to_age=12),
    says.SayNotAtThatAge(service=ServiceId("lip-filler"), from_age=14, to_age=17),
    says.SayPersonComes(reason=Reason.UNANSWERED, again=True),
    says.SayWaitsForYes(),
    says.OfferSlots(slots=TWO_OFFERS, exact=False, missed=date(2026, 5, 27)),
    says.SayInTurn(),
    says.SayForOne(company=says.Company(more=1, given="Kelly")),
    says.SayForOne(company=says.Company(more=2)),
    says.OfferSlots(slots=TWO_OFFERS, exact=True, company=says.Company(more=1)),
    says.OfferSlots(
        slots=TWO_OFFERS, exact=True, along=((TWO_OFFERS[0],), (TWO_OFFERS[1],)), company=says.Company(more=1)
    ),
    says.OfferSlots(slots=TWO_OFFERS, exact=False, along=((TWO_OFFERS[1],) * 2,) * 2, company=says.Company(more=2)),
    says.OfferSlots(slots=TWO_OFFERS[:1], exact=True, along=((TWO_OFFERS[1],),), company=says.Company(more=1)),
    says.SayBirthDateKept(),
    says.SayOnTheList(),
    says.SayNextPerson(left=1),
    says.SayNextPerson(left=1, given="Jo"),
    says.SayNextPerson(left=2),
    says.AskFirstVisit(service=ServiceId("botox-consult"), other=True),
    says.AskName(who=Relation.CHILD),
    says.AskName(given="Lily", who=Relation.CHILD),
    says.AskNameAndPhone(texting=False, who=Relation.FRIEND),
    says.AskBirthDate(who=Relation.CHILD),
    says.AskBirthDate(for_file=True),
    says.AskWhoYouAre(texting=True, other=True),
    says.AskWhoYouAre(texting=False, other=True),
    says.SayTaken(slot=THURSDAY_SIX),
    says.SayHolding(slot=THURSDAY_SIX),
    says.AskNameAndPhone(texting=True),
    says.AskNameAndPhone(texting=False),
    says.AskName(),
    says.AskName(given="Maria"),
    says.AskPhone(),
    says.AskEmail(),
    READ_BACK,
    says.AskWhatToChange(),
    says.SayBooked(slot=THURSDAY_SIX, email="maria@example.com", intake=INTAKE),
    says.SayBooked(slot=THURSDAY_SIX, email=None, intake=None),
    says.SayBooked(slot=THURSDAY_SIX, email=None, intake=INTAKE, minor=True),
    says.SayBooked(slot=THURSDAY_SIX, email=None, intake=INTAKE, requested=True),
    says.SayEntered(slot=THURSDAY_SIX),
    says.SayAlreadyBooked(),
    says.SayVisitMoved(start=THURSDAY_SIX.during.start, practitioner=THURSDAY_SIX.practitioner),
    says.SayVisitMoved(start=THURSDAY_SIX.during.start, practitioner=None),
    says.SayVisitCancelled(start=THURSDAY_SIX.during.start),
    says.SayVisitsCancelled(starts=(THURSDAY_SIX.during.start, WITH_KIM.during.start)),
    says.SayNotBooked(),
    says.AskWhoYouAre(texting=True),
    says.AskWhoYouAre(texting=False),
    says.AskBirthDate(),
    says.AskPhoneOnFile(),
    says.AskCodeWanted(),
    says.AskCode(),
    says.AskCodeAgain(),
    says.AskWhichVisit(visits=(VISIT, LATER_VISIT)),
    says.SayVisits(visits=()),
    says.SayVisits(visits=(VISIT,)),
    says.SayVisits(visits=(VISIT, replace(LATER_VISIT, service=None))),
    says.AskOtherVisit(visits=(VISIT,)),
    says.SayFormWithVisit(),
    says.SayNextVisit(visit=LATER_VISIT),
    says.SayWho(practitioner=PractitionerId("dana")),
    says.SayWho(practitioner=PractitionerId("dana"), days=True),
    says.AskOtherVisit(visits=(VISIT, LATER_VISIT)),
    says.AskNewTime(visit=VISIT),
    says.ReadBackMove(visit=VISIT, slot=WITH_KIM),
    says.ReadBackCancel(visit=VISIT),
    says.ReadBackCancelAll(visits=(VISIT, LATER_VISIT)),
    says.SayVisitKept(),
    *(says.SayEmergency(danger=danger) for danger in Danger),
    *(says.SayEmergency(danger=danger, again=True, passed_on=True) for danger in Danger),
    says.SayAlerted(),
    says.SayOthersVisit(),
    says.SayIsCancelled(),
    says.SayNotYet(),
    says.SayAllClear(),
    *(says.SayWhyAsked(asked=ask) for ask in WHY_ASKED),
    *(says.SayServiceNow(service=ServiceId("botox"), first=first) for first in (None, True, False)),
    *(
        says.SayPersonComes(reason=reason)
        for reason in (Reason.ASKED, Reason.CLINICAL, Reason.CHANGE, Reason.NOT_UNDERSTOOD, Reason.UNANSWERED)
    ),
    says.SayPersonComes(reason=Reason.ASKED, through=True),
    says.SayNobodyFree(by=datetime(2026, 5, 28, 15, 0, tzinfo=UTC)),
    says.SayMissedEachOther(by=datetime(2026, 5, 28, 15, 0, tzinfo=UTC)),
    says.SayCallGoesOn(service=ServiceId("botox")),
    says.SayCallGoesOn(service=ServiceId("botox"), slot=WITH_KIM),
    says.SayPersonComes(reason=Reason.CLINICAL, beforehand=True),
    says.SayPersonComes(reason=Reason.UNANSWERED, rest=True),
    says.SayAnswer(topic="parking"),
    says.SayOptedOut(),
    says.SayOptedOut(or_visit=True),
    says.SayHelp(),
    says.SayStillWaits(),
    says.SayTakenIn(),
    says.SaySorry(),
    says.SayHelpUnderWay(),
    says.SayOptedIn(),
    says.SayNotUnderstood(),
    says.SayTrouble(),
    says.SayWelcome(),
    says.SayForTheForm(),
    says.SayCheckEmail(email="maria@gmial.com", likely="maria@gmail.com"),
    says.SayAnotherWay(by=ConfirmBy.SPELL),
    says.SayAnotherWay(by=ConfirmBy.KEYPAD),
    says.ReadBackHeard(part=Part.NAME, given="Maria", family="O'Neil"),
    says.ReadBackHeard(part=Part.PHONE, phone="+15125550147", again=True),
    says.ReadBackHeard(part=Part.EMAIL, email="maria.oneil@example.com"),
    says.ReadBackHeard(part=Part.BIRTH_DATE, born=date(1985, 3, 14)),
    *(says.AskAnotherWay(part=part, by=by) for part in Part for by in ConfirmBy),
    *(says.AskLinkWanted(part=part) for part in Part),
    says.SayTypingLink(part=Part.EMAIL, link=INTAKE),
    *(says.SayOfService(fact=fact, service=ServiceId("botox-consult")) for fact in ABOUT_SERVICES),
    says.AskWhetherToBook(),
    says.AskGap(visits=6),
    says.SayPlan(plan=TWO_OFFERS),
    says.SayNoPlan(visits=6),
    says.ReadBackCourse(plan=TWO_OFFERS, who=replace(MARIA, email=None)),
    says.ReadBackCourse(plan=TWO_OFFERS, who=MARIA),
    says.SayCourseBooked(plan=TWO_OFFERS, email="maria@example.com", intake=INTAKE),
    says.SayOnWaitlist(service=ServiceId("botox-consult"), wish=Wish()),
    says.SayOnWaitlist(service=ServiceId("botox-consult"), wish=THIS_FRIDAY),
    says.SayOpening(slot=THURSDAY_SIX, until=THURSDAY_SIX.during.start - timedelta(hours=5)),
    says.SayOpening(slot=THURSDAY_SIX, until=THURSDAY_SIX.during.start - timedelta(hours=5), link=INTAKE),
    says.SayOpeningToAll(slot=THURSDAY_SIX),
    says.SayOpeningToAll(slot=THURSDAY_SIX, link=INTAKE),
    says.AskOpening(slot=THURSDAY_SIX),
    says.SayOpeningGone(slot=THURSDAY_SIX),
    says.SayReminder(visits=(VISIT,)),
    says.SayReminder(visits=(VISIT, VISIT)),
    says.SayAftercare(visit=VISIT),
    says.AskToComeAgain(service=ServiceId("botox-consult")),
    says.SayOffersEnded(),
    says.SayStillWaiting(),
    says.SayOffWaitlist(count=1),
    says.SayOffWaitlist(count=0),
    says.SayConfirmed(visits=(VISIT,)),
    says.SayFormWaits(visit=VISIT, link=INTAKE),
    says.SayFormIsIn(visit=VISIT),
    says.AskPayerName(),
    says.AskMember(payer="Aetna"),
    says.AskMember(payer=None),
    says.SayCoverageKept(payer="Aetna", member="W123456789"),
    says.SayCoverageKept(payer="Aetna", member=None),
    says.SayCoverageKept(payer=None, member="W123456789"),
    says.SayPayer(payer="Aetna", taken=True),
    says.SayPayer(payer="Humana", taken=False),
    says.SayOpen(day=date(2026, 5, 25), hours=(), closed_for="Memorial Day"),
    says.SayOpen(day=date(2026, 5, 31), hours=(), closed_for=""),
    says.SayOpen(
        day=date(2026, 5, 30),
        hours=(
            says.Open(day=date(2026, 5, 30), start=time(9), end=time(12)),
            says.Open(day=date(2026, 5, 30), start=time(13), end=time(17)),
        ),
        closed_for="",
    ),
    says.SayPayHere(link="https://pay.example.com/deposit"),
    says.SayNoCards(link=None),
    says.SayNoCards(link="https://pay.example.com/deposit"),
    says.AskMessage(),
    says.SayOffTopic(),
    says.SayTakeYourTime(),
    says.SayGoodbye(),
)


def facts(language: str = "en", channel: ChannelKind = ChannelKind.SMS) -> Facts:
    return Facts(practice=a_practice(), zone=AUSTIN, language=language, channel=channel, now=TUESDAY_NIGHT)


def said(*what: Say, language: str = "en") -> str:
    return phrase(what, facts(language)).text


def test_the_examples_cover_everything_that_can_be_said() -> None:
    kinds = {type(say) for say in EVERY_SAY}

    assert kinds == set(get_args(Say))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("say", EVERY_SAY, ids=lambda say: type(say).__name__)
def test_each_has_short_words_with_nothing_left_to_fill_in(say: Say, language: str) -> None:
    text = said(say, language=language)

    assert text == text.strip()
    assert 0 < len(text) <= 320
    assert not set("{}") & set(text)
    assert "None" not in text


@pytest.mark.parametrize("say", EVERY_SAY, ids=lambda say: type(say).__name__)
def test_no_two_questions_are_asked_at_once_in_english_save_for_name_and_number(say: Say) -> None:
    assert said(say).count("?") <= 1


def test_the_languages_differ() -> None:
    same = [say for say in EVERY_SAY if said(say) == said(say, language="es")]

    assert {type(say) for say in same} == {says.SayAnswer, says.SayOfService}  # the practice's own words


@pytest.mark.parametrize(("language", "words"), [("en", "automated assistant"), ("es", "asistente automática")])
def test_the_greeting_discloses_that_this_is_automated(language: str, words: str) -> None:
    text = said(says.SayHello(), language=language)

    assert words in text
    assert "Ava" in text
    assert "Smile Aesthetics" in text


def test_the_greeting_and_the_first_question_fit_one_text_message() -> None:
    text = said(says.SayHello(), says.AskFirstVisit(service=ServiceId("botox-consult")))

    assert text == (
        "Hi, this is Ava, the automated assistant at Smile Aesthetics. "
        "Happy to help with your Botox consultation. Have you been to Smile Aesthetics before?"
    )
    assert len(text) <= 160


def test_an_offer_names_both_times_and_the_practitioner_once() -> None:
    text = said(says.OfferSlots(slots=TWO_OFFERS, exact=True))

    assert text == (
        "I have Thursday, May 28 at 6:00 PM or Tuesday, June 2 at 6:30 PM, both with Dana. Which works better?"
    )


def test_an_offer_with_two_practitioners_says_who_each_time_is_with() -> None:
    text = said(says.OfferSlots(slots=(THURSDAY_SIX, WITH_KIM), exact=True))

    assert "6:00 PM with Dana or Friday, May 29 at 10:00 AM with Kim" in text


def test_an_offer_that_does_not_fit_the_wish_says_so() -> None:
    text = said(says.OfferSlots(slots=TWO_OFFERS, exact=False))

    assert text.startswith("I don't have that time open. I have Thursday")


def test_a_time_that_is_still_not_open_may_be_waited_for() -> None:
    text = said(says.OfferSlots(slots=TWO_OFFERS, exact=False, again=True))

    assert "say WAITLIST" in text


def test_times_in_spanish_read_as_spanish() -> None:
    text = said(says.SayHolding(slot=THURSDAY_SIX), language="es")

    assert "jueves 28 de mayo a las 6:00 PM" in text


def test_one_o_clock_in_spanish_is_singular() -> None:
    text = said(says.SayHolding(slot=a_slot("2026-05-28", "13:00")), language="es")

    assert "a la 1:00 PM" in text


def test_a_date_of_another_year_names_the_year() -> None:
    text = said(says.SayTaken(slot=a_slot("2027-01-04", "10:00")))

    assert "Monday, January 4, 2027 at 10:00 AM" in text


def test_times_are_told_on_the_location_s_wall_clock_after_the_clocks_change() -> None:
    text = said(says.SayTaken(slot=a_slot("2026-11-02", "09:00")))

    assert "Monday, November 2 at 9:00 AM" in text


def test_the_read_back_lists_everything_that_will_be_booked() -> None:
    text = said(READ_BACK)

    for fact in ("Botox consultation", "Thursday, May 28 at 6:00 PM", "Dana", "Maria Gonzalez", "(512) 555-0147"):
        assert fact in text
    assert "maria@example.com" in text
    assert text.endswith("Shall I book it?")


def test_booked_tells_when_and_where_and_puts_the_link_on_its_own_line() -> None:
    text = said(says.SayBooked(slot=THURSDAY_SIX, email="maria@example.com", intake=INTAKE))

    assert "Thursday, May 28 at 6:00 PM with Dana" in text
    assert "1204 South Lamar" in text
    assert "maria@example.com" in text
    assert text.splitlines()[-1] == INTAKE


def test_what_follows_a_link_begins_a_new_line() -> None:
    text = said(says.SayBooked(slot=THURSDAY_SIX, email=None, intake=INTAKE), says.SayGoodbye())

    assert INTAKE in text.splitlines()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("danger", list(Danger))
def test_an_emergency_names_the_number_to_call_and_promises_nothing(danger: Danger, language: str) -> None:
    text = said(says.SayEmergency(danger=danger), language=language)

    assert "911" in text
    assert ("988" in text) is (danger is Danger.SELF_HARM)
    assert not any(promise in text.lower() for promise in ("notified", "alerted", "avisé", "i've told"))


def test_an_answer_is_the_practice_s_own_word_for_word() -> None:
    assert said(says.SayAnswer(topic="parking")) == "Parking is free behind the building."


def test_opting_out_tells_how_to_come_back() -> None:
    assert "START" in said(says.SayOptedOut())


def test_readings_are_told_apart_by_date() -> None:
    text = said(says.AskReading(readings=(NEXT_FRIDAY, THIS_FRIDAY)))

    assert "Friday, June 5 or Friday, May 29 from 3:00 PM?" in text


def test_a_text_message_has_no_buttons() -> None:
    assert phrase([READ_BACK], facts()).buttons == ()


def test_only_what_is_asked_last_has_buttons() -> None:
    reply = phrase([READ_BACK, says.AskEmail()], facts(channel=ChannelKind.WEBCHAT))

    assert len(reply.buttons) == 1


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("say", "asked", "acts"),
    [
        (says.AskHowToHelp(), Ask.HOW_CAN_I_HELP, [Book(), AskPerson()]),
        (
            says.AskFirstVisit(service=ServiceId("botox")),
            Ask.FIRST_VISIT,
            [FirstVisit(first=True), FirstVisit(first=False)],
        ),
        (says.OfferSlots(slots=TWO_OFFERS, exact=True), Ask.WHICH_OFFER, [Choose(offers=(0,)), Choose(offers=(1,))]),
        (says.AskEmail(), Ask.EMAIL, [NoEmail()]),
        (READ_BACK, Ask.AGREED, [Affirm(), Deny()]),
        (says.AskCodeWanted(), Ask.CODE_WANTED, [Affirm(), Deny()]),
        (
            says.AskWhichVisit(visits=(VISIT, an_appointment(TUESDAY_SIX_THIRTY))),
            Ask.WHICH_VISIT,
            [Choose(offers=(0,)), Choose(offers=(1,))],
        ),
        (says.ReadBackMove(visit=VISIT, slot=WITH_KIM), Ask.MOVE_AGREED, [Affirm(), Deny()]),
        (says.ReadBackCancel(visit=VISIT), Ask.CANCEL_AGREED, [Affirm(), Deny()]),
        (says.ReadBackCancelAll(visits=(VISIT, LATER_VISIT)), Ask.CANCEL_AGREED, [Affirm(), Deny()]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_button_is_understood(say: Say, asked: Ask, acts: list[object], language: str) -> None:
    buttons = phrase([say], facts(language, ChannelKind.WEBCHAT)).buttons
    context = a_context(
        asked=asked, offered=TWO_OFFERS if asked in {Ask.WHICH_OFFER, Ask.WHICH_VISIT} else (), language=language
    )

    heard = [understand(button, context)[0].act for button in buttons]

    assert heard[: len(acts)] == acts


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("service", a_practice().services, ids=lambda service: service.id)
def test_every_service_is_understood_by_its_own_name(service: object, language: str) -> None:
    practice_service = a_practice().service(service.id)  # type: ignore[attr-defined]

    heard = understand(practice_service.name, a_context(asked=Ask.SERVICE, language=language))

    assert [one.act.services for one in heard] == [(practice_service.id,)]  # type: ignore[union-attr]


def test_now_is_what_decides_whether_the_year_is_told() -> None:
    later = Facts(
        practice=a_practice(),
        zone=AUSTIN,
        language="en",
        channel=ChannelKind.SMS,
        now=datetime(2025, 12, 30, 12, 0, tzinfo=UTC),
    )

    assert "2026" in phrase([says.SayTaken(slot=TUESDAY_SIX_THIRTY)], later).text


def test_an_emergency_is_told_in_the_practice_s_own_words_where_it_has_them() -> None:
    own = "Call 112 at once; our nurse is at (512) 555-0199 day and night."
    practice = replace(a_practice(), emergency={"medical": {"en": own}})
    say = says.SayEmergency(danger=Danger.MEDICAL)

    english = phrase([say], replace(facts(), practice=practice)).text
    spanish = phrase([say], replace(facts("es"), practice=practice)).text

    bears = ground(practice, [say], [], state=State(), language="en", now=TUESDAY_NIGHT)
    assert english == own
    assert unfounded(english, bears) == []
    assert "911" in spanish  # no words of theirs in Spanish: ours, in Spanish
