from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import AskAbout, AskOpen, NameService
from frontdesk.dialogue.state import Ask, Known
from frontdesk.domain.ids import ServiceId
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


def _asked(text: str, *, language: str = "en", asked: Ask | None = None, booked: str | None = None) -> list[str]:
    """What is asked of the sample clinic: topics, with the service where it is of one."""
    known = Known(service=ServiceId(booked) if booked else None)
    context = replace(a_context(language=language, asked=asked, known=known), practice=smile())
    acts = [one.act for one in understand(text, context)]
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
