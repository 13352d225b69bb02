"""What is told of somebody's health: passed to the clinical staff, beside the visit where one is arranged."""

from dataclasses import replace

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import (
    AllClear,
    AskClinical,
    Cancel,
    Emergency,
    GettingHelp,
    NameService,
    Reschedule,
    TellHealth,
)
from frontdesk.dialogue.state import Known
from frontdesk.domain.ids import ServiceId
from frontdesk.language.understanding import understand
from frontdesk.sample.practice import smile


def heard(text: str, language: str, *, alarm: bool = False, service: str | None = None) -> list[object]:
    known = Known(service=ServiceId(service)) if service else Known()
    context = replace(a_context(language=language), practice=smile(), alarm=alarm, known=known)
    return [one.act for one in understand(text, context)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hey its been 5 days since botox with priya and one eyelid is droopy. is that bad??", "en"),
        ("its been a week since my botox and my brow feels so heavy", "en"),
        ("my forehead feels heavy since botox", "en"),
        ("i had hives after my facial yesterday but theyre gone now", "en"),
        ("got a rash from the peel", "en"),
        ("got botox monday and my forehead feels tight", "en"),
        ("microneedling 3 days ago and i have tiny pimples", "en"),
        ("body contouring area is sore and a little numb, 2 days", "en"),
        ("i have a mole thats changing, can you laser it off", "en"),
        ("the mole on my back bled a bit when i scratched it", "en"),
        ("a spot on my nose that won't heal", "en"),
        ("its been bleeding", "en"),
        ("slept on my face after botox last nite is it ruined", "en"),
        ("i rubbed my forehead after botox oops", "en"),
        ("my peel isnt peeling", "en"),
        ("tengo el párpado caído desde el botox", "es"),
        ("se me bajo la ceja despues del botox", "es"),
        ("me salieron ronchas después del facial ayer pero ya se me quitaron", "es"),
        ("siento la frente pesada desde el botox", "es"),
        ("tengo un lunar que está cambiando, me lo quitan con láser?", "es"),
        ("tengo un lunar que sangra", "es"),
        ("dormi boca abajo despues del botox", "es"),
    ],
)
def test_what_went_wrong_is_for_the_clinical_staff_and_may_get_worse(text: str, language: str) -> None:
    acts = heard(text, language)

    assert [act for act in acts if isinstance(act, AskClinical | Emergency | TellHealth)] == [AskClinical()]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i started eliquis last month and have microneedling friday", "en"),
        ("used tretinoin yesterday peel on fri", "en"),
        ("i have herpes can i do lips", "en"),
        ("i had a c-section in march and want body contouring", "en"),
        ("tested positive for covid, have a facial tomorrow", "en"),
        ("i'm on doxycycline and want a chemical peel friday", "en"),
        ("i had surgery last week and want a hydrafacial", "en"),
        ("empecé eliquis el mes pasado y tengo microagujas el viernes", "es"),
        ("me hicieron cesarea hace 4 meses y quiero contorno corporal", "es"),
        ("me quemé en la playa y tengo láser el jueves", "es"),
    ],
)
def test_what_speaks_against_a_treatment_is_told_and_the_visit_goes_on(text: str, language: str) -> None:
    acts = heard(text, language)

    assert TellHealth() in acts
    assert any(isinstance(act, NameService) for act in acts)
    assert not any(isinstance(act, AskClinical | Emergency) for act in acts)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("got sunburned at the lake and my laser is thursday", "en"),
        ("use retinol ayer y mi peeling es el viernes", "es"),
    ],
)
def test_what_speaks_against_a_visit_that_stands_is_told_and_no_other_is_wanted(text: str, language: str) -> None:
    acts = heard(text, language)

    assert TellHealth() in acts
    assert not any(isinstance(act, NameService | AskClinical | Emergency) for act in acts)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i also had a csection 4 months ago", "en"),
        ("hernia too", "en"),
        ("i have lupus", "en"),
        ("i get cold sores", "en"),
        ("oh and i take xarelto", "en"),
        ("tambien tengo hernia", "es"),
        ("y tomo anticoagulantes", "es"),
        ("me salen fuegos", "es"),
    ],
)
def test_it_is_told_in_the_middle_of_a_booking(text: str, language: str) -> None:
    acts = heard(text, language, service="contouring")

    assert TellHealth() in acts
    assert not any(isinstance(act, AskClinical) for act in acts)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I take Eliquis. Would that be a problem?", "en"),
        ("i have cancer and im in chemo, can i get a gentle facial", "en"),
        ("had bells palsy, is botox ok", "en"),
        ("got sunburned at lake, laser appt thursday, still come?", "en"),
        ("had sinus surgery 2 weeks ago. filler?", "en"),
        ("i had a stroke 3 years ago is laser ok", "en"),
        ("i had anaphylaxis to bees as a kid", "en"),
        ("im breastfeeding is that ok", "en"),
        ("ok so how many syringes would i need and what if i hate it", "en"),
        ("how many units for crows feet", "en"),
        ("can i take ibuprofen before", "en"),
        ("what happens if i get an infection from filler", "en"),
        ("whats the risk of burns with ipl", "en"),
        ("what if the botox makes my eye droop", "en"),
        ("estoy amamantando, hay problema", "es"),
        ("tengo cáncer y estoy en quimio, puedo hacerme un facial", "es"),
        ("tuve paralisis facial, puedo ponerme botox", "es"),
        ("se me va a hinchar la cara?", "es"),
        ("tomo eliquis, hay problema?", "es"),
    ],
)
def test_no_911_is_named_to_whoever_only_asks_beforehand(text: str, language: str) -> None:
    acts = heard(text, language)

    assert [act for act in acts if isinstance(act, AskClinical | Emergency)] == [AskClinical(beforehand=True)]


@pytest.mark.parametrize(
    "text",
    [
        "my mom has cancer so i need to cancel my facial",
        "is a peel good for acne scars",
        "i have dark spots from the sun, ipl friday?",
        "i had botox last time with kim, want it again friday",
        "my appointment yesterday was great, skin feels tight and fresh",
        "i started a new job so i can only do evenings after 5, botox please",
        "my hair is growing back, time for another laser session",
        "my skin is sagging, what do you have",
        "do you have something for sunburn",
    ],
)
def test_what_is_no_matter_of_health_goes_to_nobody(text: str) -> None:
    assert not any(isinstance(act, AskClinical | TellHealth | Emergency) for act in heard(text, "en"))


def test_an_illness_stands_in_the_way_of_no_change() -> None:
    acts = heard("i have covid, can you cancel my facial tomorrow?", "en")

    assert TellHealth() in acts
    assert Cancel() in acts
    assert not any(isinstance(act, AskClinical) for act in acts)


def test_a_patch_that_changed_moves_no_visit() -> None:
    acts = heard("dark patch on my cheek changed color, ipl?", "en")

    assert AskClinical() in acts
    assert not any(isinstance(act, Reschedule) for act in acts)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what?? i just lost earrings", "en"),
        ("omg no im not suicidal i want laser", "en"),
        ("lol what no. nobody is hurt. i asked about laser hair", "en"),
        ("i havent had it yet, just asking", "en"),
        ("that was years ago", "en"),
        ("sorry that was a joke. how much is lip filler", "en"),
        ("haha no, i just want chest hair removal", "en"),
        ("not what i meant", "en"),
        ("no soy suicida, quiero láser", "es"),
        ("nadie esta herido, pregunte por el laser", "es"),
        ("era broma", "es"),
        ("eso fue hace años", "es"),
        ("todavía no me lo he puesto, solo pregunto", "es"),
        ("solo perdi mis aretes", "es"),
    ],
)
def test_whoever_says_plainly_that_it_was_something_else_is_heard(text: str, language: str) -> None:
    acts = heard(text, language, alarm=True)

    assert AllClear() in acts
    assert not any(isinstance(act, Emergency) for act in acts)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i just want it to stop", "en"),
        ("i just need to know if this is normal", "en"),
        ("i dont want to go to the er", "en"),
        ("omg no it hurts", "en"),
        ("lol no it really hurts", "en"),
        ("omg no i cant breathe", "en"),
        ("i lost feeling in my lip", "en"),
        ("i just lost my vision", "en"),
        ("i dont want to die", "en"),
        ("just asking if someone can look at my lip", "en"),
        ("it was an hour ago", "en"),
        ("nobody is here with me", "en"),
        ("i haven't had any relief yet", "en"),
        ("it doesn't hurt", "en"),
        ("no quiero morirme", "es"),
        ("no quiero ir a emergencias", "es"),
        ("perdi la vista", "es"),
        ("fue hace una hora", "es"),
        ("no me duele nada", "es"),
        ("todavía no me siento bien", "es"),
    ],
)
def test_no_alarm_is_talked_away_by_less(text: str, language: str) -> None:
    assert AllClear() not in heard(text, language, alarm=True)


def test_help_for_somebody_else_is_under_way() -> None:
    assert GettingHelp() in heard("he is at the hospital already. my appt is tmrw", "en", alarm=True)
    assert GettingHelp() in heard("ya esta en el hospital", "es", alarm=True)
