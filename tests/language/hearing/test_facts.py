"""What is asked of a service in many words, and the practice's fact that answers it."""

from dataclasses import replace

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import Act, AskAbout, AskClinical, AskForm, AskWho, NameService, Stop, WishTime
from frontdesk.dialogue.state import Ask, Known
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.language.understanding import understand
from frontdesk.sample.practice import smile


def _acts(text: str, service: str | None = None, asked: Ask | None = None) -> list[Act]:
    known = Known(service=ServiceId(service) if service else None)
    context = replace(a_context(), practice=smile(), known=known, asked=asked)
    return [one.act for one in understand(text, context) if not isinstance(one.act, NameService)]


def _told(topic: str, service: str) -> AskAbout:
    return AskAbout(topic=topic, service=ServiceId(service))


@pytest.mark.parametrize(
    ("text", "service", "topics"),
    [
        ("chemical peel, how long is the downtime?", "chemical-peel", ["about"]),
        ("how much downtime is there?", "chemical-peel", ["about"]),
        ("the recovery, how many days will i be peeling", "chemical-peel", ["about"]),
        ("how long does it take and whats the downtime?", "chemical-peel", ["length", "about"]),
        ("cuántos días me voy a pelar", "chemical-peel", ["about"]),
        ("how long is a peel", "chemical-peel", ["length"]),
        ("cuánto dura el peeling?", "chemical-peel", ["length"]),
        ("might you tell me what the treatment involves and what it costs?", "ipl-photofacial", ["about", "price"]),
        ("would you kindly describe what is actually done during the visit?", "ipl-photofacial", ["about"]),
        ("could you explain what is done and how long it takes", "hydrafacial", ["about", "length"]),
        ("en qué consiste el tratamiento y cuánto cuesta?", "hydrafacial", ["about", "price"]),
        ("can you tell me how to prep? i read no retinol", "microneedling", ["preparation"]),
        ("whats the prep for microneedling", "microneedling", ["preparation"]),
        ("oh and is there a discount if i do 3", "microneedling", ["price"]),
        ("hay descuento si me hago tres?", "microneedling", ["price"]),
        ("any discount if i book 6", "laser-hair-removal", ["price"]),
        ("just wanted the aftercare", "lip-filler", ["aftercare"]),
    ],
)
def test_the_fact_that_is_asked_for_is_told(text: str, service: str, topics: list[str]) -> None:
    assert _acts(text, service, Ask.TIME) == [_told(topic, service) for topic in topics]


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("what's the downtime?", "lip-filler"),
        ("any discount if i book 6", "hydrafacial"),
        ("oh so lipstick is fine now since it was saturday?", "lip-filler"),
        ("it was two days ago, is it ok to wear lipstick now?", "lip-filler"),
        ("but it was on saturday, so that was 3 days ago", "lip-filler"),
    ],
)
def test_what_no_fact_tells_is_for_people(text: str, service: str) -> None:
    assert _acts(text, service) == [AskAbout(topic="")]


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("is it normal to peel for 8 days?", "chemical-peel"),
        ("do i need to stop my blood thinners to prep?", "microneedling"),
        ("how long is the downtime if i'm pregnant, is it safe?", "chemical-peel"),
    ],
)
def test_a_clinical_question_stays_clinical(text: str, service: str) -> None:
    assert any(isinstance(act, AskClinical) for act in _acts(text, service))


@pytest.mark.parametrize(
    "text",
    [
        "no i dont need an appointment",
        "no, no need to book",
        "no appointment needed",
        "no i was just asking about the aftercare",
        "nothing, i already had it done",
        "no hace falta una cita",
    ],
)
def test_who_wants_no_visit_is_asked_for_none(text: str) -> None:
    assert _acts(text, asked=Ask.SERVICE)[:1] == [Stop()]


def test_who_only_asks_for_a_time_wants_it() -> None:
    acts = _acts("no, just asking if you have thursday", asked=Ask.SERVICE)

    assert any(isinstance(act, WishTime) for act in acts)
    assert Stop() not in acts


@pytest.mark.parametrize(
    "text",
    [
        "is Priya a doctor or a nurse?",
        "so priya is the nurse practitioner?",
        "what are priya's credentials?",
        "¿Priya es doctora o enfermera?",
    ],
)
def test_who_somebody_is_is_told_of_them_alone(text: str) -> None:
    assert _acts(text, "microneedling", Ask.TIME) == [AskWho(practitioner=PractitionerId("priya-raman"))]


@pytest.mark.parametrize(
    "text",
    ["How will I know which intake form to fill in?", "which form do i fill out?", "cuál formulario tengo que llenar?"],
)
def test_which_form_is_theirs_is_asked_of_the_form(text: str) -> None:
    assert _acts(text) == [AskForm()]
