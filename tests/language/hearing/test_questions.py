from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import (
    Act,
    AskAbout,
    AskClinical,
    AskOpen,
    AskWho,
    Cancel,
    Deny,
    FirstVisit,
    NameService,
    OffTopic,
    Unclear,
    WishTime,
)
from frontdesk.dialogue.state import Ask, Known, Told
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.language.understanding import understand
from frontdesk.sample.practice import smile

CHRISTMAS = date(2026, 12, 25)


@pytest.mark.parametrize("is_entered", [True, False])
def test_a_day_far_ahead_is_answered_where_the_practice_has_entered_it(*, is_entered: bool) -> None:
    context = a_context()
    place = replace(context.practice.locations[0], closures={CHRISTMAS: "Christmas"} if is_entered else {})
    context = replace(context, practice=replace(context.practice, locations=(place,)))

    [heard] = understand("are you open on December 25?", context)

    assert heard.act == (AskOpen(day=CHRISTMAS, closed_for="Christmas") if is_entered else AskAbout(topic=""))


def _acts(
    text: str,
    *,
    language: str = "en",
    asked: Ask | None = None,
    booked: str | None = None,
    among: tuple[str, ...] = (),
    told: Told = Told(),  # noqa: B008, RUF100  # frozen
) -> list[Act]:
    known = Known(service=ServiceId(booked) if booked else None)
    context = replace(a_context(language=language, asked=asked, known=known), practice=smile(), told=told)
    context = replace(context, services_asked=tuple(map(ServiceId, among)))
    return [one.act for one in understand(text, context)]


def _asked(text: str, *, language: str = "en", asked: Ask | None = None, booked: str | None = None) -> list[str]:
    """What is asked of the sample clinic: topics, with the service where it is of one."""
    acts = _acts(text, language=language, asked=asked, booked=booked)
    asks = [f"{act.topic} {act.service or ''}".strip() for act in acts if isinstance(act, AskAbout)]
    return [*asks, *(f"wants {act.services[0]}" for act in acts if isinstance(act, NameService) and booked)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("how far apart are laser sessions", ["about laser-hair-removal"]),
        ("do i need to stop retinol before my peel", ["preparation chemical-peel"]),
        ("how long will i flake after the peel", ["about chemical-peel"]),
        ("can i wear lipstick the day after lip filler", ["aftercare lip-filler"]),
        ("do you use numbing cream for microneedling?", ["about microneedling"]),
        ("how much is dermaplaning and a peel", ["price dermaplaning", "price chemical-peel"]),
        ("how much is botox", ["price botox-consultation", "price botox-treatment"]),
        ("difference hydrafacial vs signature", ["about hydrafacial", "about signature-facial"]),
        ("is it wheelchair accessible", ["address"]),
        ("how early should i come", ["first visit"]),
        ("what do facials, peels, dermaplaning and ipl cost", ["price"]),
    ],
)
def test_what_a_document_says_answers(text: str, asked: list[str]) -> None:
    assert _asked(text) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("puedo pagar a plazos", ["payment"]),
        ("cada cuanto son las sesiones de laser", ["about laser-hair-removal"]),
        ("cuánto cuesta el botox por unidad", ["price botox-consultation", "price botox-treatment"]),
    ],
)
def test_what_a_document_says_answers_in_spanish(text: str, asked: list[str]) -> None:
    assert _asked(text, language="es") == asked


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("does laser need a consult", ["consultation first"]),
        ("how much is laser", ["price laser-hair-removal"]),
        ("yes. will she do the filler the same day if i like it", [""]),
        ("can i do the laser instead", ["wants laser-hair-removal"]),
        ("what about a peel?", ["wants chemical-peel"]),
    ],
)
@pytest.mark.parametrize("asked", [Ask.AGREED, Ask.TIME])
def test_a_question_about_another_service_changes_nothing_of_what_is_booked(
    text: str, heard: list[str], asked: Ask
) -> None:
    assert _asked(text, asked=asked, booked="botox-consultation") == heard


def test_what_is_done_at_it_is_asked_of_the_service_that_is_booked() -> None:
    booked = "skin-consultation"

    assert _asked("le hacen algo o solo hablan", language="es", asked=Ask.TIME, booked=booked) == [f"about {booked}"]
    assert _asked("dura cuánto", language="es", asked=Ask.TIME, booked=booked) == [f"length {booked}"]


@pytest.mark.parametrize(("today", "year"), [(date(2026, 5, 26), 2026), (date(2026, 6, 20), None)])
def test_a_holiday_that_is_just_over_is_the_one_that_was(today: date, year: int | None) -> None:
    now = datetime(today.year, today.month, today.day, 15, tzinfo=UTC)

    [heard] = understand("r u open memorial day", replace(a_context(now=now), practice=smile()))

    assert heard.act == (
        AskOpen(day=date(year, 5, 25), closed_for="Memorial Day") if year is not None else AskAbout(topic="")
    )


def test_after_asking_of_one_holiday_another_is_asked_of_by_its_day() -> None:
    context = replace(a_context(), practice=smile())

    [holiday] = understand("what about july 3", context)
    [usual] = understand("what about july 2", context)

    assert holiday.act == AskOpen(day=date(2026, 7, 3), closed_for="Independence Day")
    assert not isinstance(usual.act, AskOpen)


def test_what_the_practice_has_given_up_meanwhile_is_asked_about_without_harm() -> None:
    assert _asked("how long does it take?", booked="given-up", asked=Ask.TIME) == [""]


def _topics(acts: list[Act]) -> list[str]:
    return [f"{act.topic} {act.service or ''}".strip() for act in acts if isinstance(act, AskAbout)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("u got student discount", Ask.WHICH_OFFER),
        ("do you sell my info", Ask.AGREED),
        ("will she get a text about it? its a surprise", Ask.WHICH_OFFER),
        ("do i need someone to drive me home", Ask.AGREED),
        ("can i come w a friend", Ask.AGREED),
        ("the place down the street does 10 a unit will u match", None),
        ("any discounts for nurses", None),
    ],
)
def test_a_question_without_its_mark_is_passed_on_and_not_asked_back(text: str, asked: Ask | None) -> None:
    acts = _acts(text, asked=asked, booked="microneedling" if asked else None)

    assert AskAbout(topic="") in acts
    assert not any(isinstance(act, Unclear | OffTopic) for act in acts)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("have a good night", None),
        ("hello?", None),
        ("May I ask something", None),
        ("can i do monday", Ask.TIME),
        ("is 3pm thursday ok", Ask.TIME),
        ("may whitmore", Ask.NAME_AND_PHONE),
        ("can i get a botox touch up tomorrow", None),
    ],
)
def test_what_only_looks_like_a_question_is_none(text: str, asked: Ask | None) -> None:
    assert _topics(_acts(text, asked=asked, booked="hydrafacial" if asked else None)) == []


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("wheres parking and is it free", ["parking"]),
        ("how much for 3 microneedlings and can i split payments", ["price microneedling", "payment"]),
        ("how much is a hydrafacial, and how long would it take?", ["price hydrafacial", "length hydrafacial"]),
        ("is 650 for lip filler per syringe or total", ["price lip-filler", ""]),
        ("is it cheaper with a membership", ["price", ""]),
        ("do you share my info w insurance or ads", [""]),
        ("who is the cheapest for lips", ["price lip-filler"]),
    ],
)
def test_each_of_several_questions_is_answered_and_an_answered_one_is_not_unknown(text: str, topics: list[str]) -> None:
    assert _topics(_acts(text)) == topics


def test_each_of_two_questions_in_spanish_is_answered() -> None:
    asked = _asked("buenas, venden tarjetas de regalo? y cuanto cuesta el botox", language="es")

    assert asked == ["gift cards", "price botox-consultation", "price botox-treatment"]


GIFTS = Told(topic="gift cards")
BOTH = Told(services=(ServiceId("hydrafacial"), ServiceId("signature-facial")))


@pytest.mark.parametrize(
    ("text", "told", "topics"),
    [
        ("do they expire", GIFTS, ["gift cards"]),
        ("how much are they", GIFTS, ["gift cards"]),
        ("can she use it for a hydrafacial", GIFTS, [""]),
        ("how long does each take", BOTH, ["length hydrafacial", "length signature-facial"]),
        ("how long does each last", BOTH, [""]),
        ("how much are both", BOTH, ["price hydrafacial", "price signature-facial"]),
    ],
)
def test_what_was_told_before_is_what_they_and_each_mean(text: str, told: Told, topics: list[str]) -> None:
    assert _topics(_acts(text, told=told)) == topics


def test_asked_which_of_two_the_difference_between_them_can_be_asked() -> None:
    botox = ("botox-consultation", "botox-treatment")

    asked = _topics(_acts("whats the diff", asked=Ask.WHICH_SERVICE, among=botox))

    assert asked == ["about botox-consultation", "about botox-treatment"]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("do u have ozempic", ["nearest weight-loss-consultation"]),
        ("do u do lip fillers at least", ["offered lip-filler"]),
        ("can you do laser around a tattoo", [""]),
        ("do you do botox on sundays", [""]),
        ("can you do a peel on me tomorrow", []),
        ("do guys get botox there too", [""]),
    ],
)
def test_of_what_is_done_here_nothing_is_claimed_that_the_list_does_not_say(text: str, topics: list[str]) -> None:
    assert _topics(_acts(text)) == topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("which facial is cheapest", ["price signature-facial", "price hydrafacial", "price ipl-photofacial"]),
        ("whats the cheapest thing u do", ["price dermaplaning", "price"]),
    ],
)
def test_what_costs_least_is_told_by_prices_that_can_be_compared(text: str, topics: list[str]) -> None:
    assert _topics(_acts(text)) == topics


@pytest.mark.parametrize("text", ["do i need to put a card down", "so its free to book?", "no deposit?"])
def test_whether_anything_is_paid_is_a_question_and_no_wish_to_pay(text: str) -> None:
    assert _acts(text) == [AskAbout(topic="payment")]


def test_the_day_on_which_nothing_is_to_be_paid_is_no_wish_and_cancels_nothing() -> None:
    assert _acts("i dont want to pay today") == [AskAbout(topic="payment")]


def test_a_no_that_takes_back_how_a_question_was_read_refuses_nothing() -> None:
    acts = _acts("no i mean do i have to pay now to book", asked=Ask.WHETHER_TO_BOOK)

    assert AskAbout(topic="payment") in acts
    assert not any(isinstance(act, Deny) for act in acts)


@pytest.mark.parametrize("asked", [Ask.WHO_ARE_YOU, Ask.CANCEL_AGREED])
def test_a_fee_asked_about_while_cancelling_is_the_one_for_cancelling(asked: Ask) -> None:
    assert _topics(_acts("is there a fee?", asked=asked)) == ["cancellation policy"]


def test_what_may_be_done_after_a_treatment_is_no_wish_for_a_visit() -> None:
    acts = _acts("can i go to the gym today", booked="botox-treatment")

    assert acts == [AskAbout(topic="aftercare", service=ServiceId("botox-treatment"))]


def test_a_tan_before_a_laser_is_asked_of_the_clinical_team() -> None:
    acts = _acts("i tanned last weekend is that ok", asked=Ask.FIRST_VISIT, booked="laser-hair-removal")

    assert acts == [AskClinical(beforehand=True)]


DANA = PractitionerId("dana-whitfield")


@pytest.mark.parametrize(
    ("text", "told", "act"),
    [
        ("when does dana work", Told(), AskWho(practitioner=DANA, days=True)),
        ("when does she work", Told(who=DANA), AskWho(practitioner=DANA, days=True)),
        ("does dr marsh work on june 17", Told(), AskAbout(topic="")),  # she is away
    ],
)
def test_when_somebody_works_is_told_but_for_a_day_off(text: str, told: Told, act: Act) -> None:
    assert _acts(text, told=told) == [act]


@pytest.mark.parametrize("text", ["does dr marsh do botox herself", "can hannah do my botox thursday"])
def test_who_does_a_treatment_is_told_where_the_one_who_is_named_does_not(text: str) -> None:
    acts = _acts(text)

    assert _topics(acts) == ["who botox-treatment"]
    assert not any(isinstance(act, WishTime) and act.wish.practitioner for act in acts)


def test_who_does_what_is_being_booked_is_told() -> None:
    assert _topics(_acts("who does it", asked=Ask.WHICH_OFFER, booked="microneedling")) == ["who microneedling"]


def test_from_what_age_is_told_to_whoever_asks_it_for_a_child() -> None:
    asked = _topics(_acts("my daughter is 15, can she get a facial?"))

    assert asked == ["age"]


def test_whether_a_parent_stays_and_a_brother_comes_in_answers_no_question_of_ours() -> None:
    text = "would i have to stay the whole time, and can her little brother come in"

    acts = _acts(text, asked=Ask.FIRST_VISIT, booked="signature-facial")

    assert _topics(acts) == ["age", "children"]
    assert not any(isinstance(act, FirstVisit) for act in acts)


def test_whoever_is_only_asking_neither_books_nor_cancels() -> None:
    acts = _acts("i dont want to come in just asking", asked=Ask.WHICH_SERVICE)

    assert not any(isinstance(act, Cancel | Unclear) for act in acts)


def test_the_holidays_to_come_are_told() -> None:
    acts = _acts("what holidays are you closed")

    assert [act.closed_for for act in acts if isinstance(act, AskOpen)] == ["Independence Day", "Labor Day"]


def test_of_two_that_were_told_beside_each_other_the_second_can_be_taken() -> None:
    acts = _acts("ok ill do the second one", asked=Ask.WHETHER_TO_BOOK, told=BOTH)

    assert NameService(services=(ServiceId("signature-facial"),)) in acts
