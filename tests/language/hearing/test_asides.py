"""What is said beside the matter in hand: a note, a price to be sure of, a grief."""

from dataclasses import replace

import pytest
from tests.clinic import a_slot, at
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import (
    Act,
    AskAbout,
    AskPayer,
    Cancel,
    Choose,
    Confirm,
    Emergency,
    GettingHelp,
    GiveEmail,
    GiveMember,
    GivePayer,
    Greet,
    NoEmail,
    Reschedule,
    Several,
    TellSorrow,
)
from frontdesk.dialogue.state import Ask
from frontdesk.language.understanding import understand


def acts(says: str, language: str = "en", *, alarm: bool = False) -> list[Act]:
    return [one.act for one in understand(says, replace(a_context(language=language), alarm=alarm))]


@pytest.mark.parametrize(
    ("says", "heard"),
    [
        ("I have Aetna PPO, member number W123456789. can you note that?", [GivePayer, GiveMember]),
        ("can you add my insurance to my file? it's Cigna", [GivePayer]),
        ("Hi do you take Aetna? can you note that for my file?", [Greet, GivePayer, AskPayer]),
        ("Tengo Aetna. ¿Me puede anotar eso en mi expediente?", [GivePayer]),
    ],
)
def test_an_insurance_that_is_to_be_noted_is_theirs_and_nothing_more_is_asked(
    says: str, heard: list[type[Act]]
) -> None:
    assert [type(act) for act in acts(says, "es" if "¿" in says else "en")] == heard


@pytest.mark.parametrize(
    "says", ["can you confirm the botox consult is $99?", "can you confirm it's free?", "so it's $199 right?"]
)
def test_a_price_to_be_sure_of_confirms_no_visit(says: str) -> None:
    heard = acts(says)

    assert not any(isinstance(act, Confirm) for act in heard)
    assert any(isinstance(act, AskAbout) for act in heard)


@pytest.mark.parametrize(
    ("says", "wanted"),
    [
        ("my mom died last week and I need to cancel my appointment", Cancel),
        ("my husband is in the hospital so I have to reschedule", Reschedule),
        ("I'm at the hospital with my son, need to cancel today", Cancel),
        ("I'm going through a divorce and need to reschedule", Reschedule),
    ],
)
def test_a_grief_is_heard_beside_what_is_wanted_and_brings_nobody_along(says: str, wanted: type[Act]) -> None:
    heard = acts(says)

    assert any(isinstance(act, TellSorrow) for act in heard)
    assert any(isinstance(act, wanted) for act in heard)
    assert not any(isinstance(act, Several) for act in heard)


@pytest.mark.parametrize("says", ["ok calling now", "calling 911 now", "I'm on the phone with 911", "ya llamé al 911"])
def test_after_an_alarm_whoever_calls_for_help_is_heard(says: str) -> None:
    assert GettingHelp() in acts(says, "es" if says.startswith("ya") else "en", alarm=True)


def test_what_they_want_to_be_reminded_of_asks_for_no_reminders() -> None:
    assert acts("can you remind me to bring my ID when I come in?") == [AskAbout(topic="")]


@pytest.mark.parametrize("says", ["calling 911, but she can't breathe", "I called 911 and her lips are blue"])
def test_after_an_alarm_what_else_is_wrong_is_one(says: str) -> None:
    assert any(isinstance(act, Emergency) for act in acts(says, alarm=True))


@pytest.mark.parametrize(
    "says",
    [
        "please cancel it. do I really have to pay the 50? it's an emergency",
        "I need to cancel, it's an emergency",
        "my dog got really sick and I'm at the emergency vet, I need to cancel",
        "it has to be under Melissa Ortiz, she's the one getting it",
    ],
)
def test_why_a_visit_goes_and_whose_it_is_are_no_emergency(says: str) -> None:
    assert not any(isinstance(act, Emergency) for act in acts(says))


@pytest.mark.parametrize(
    "says",
    [
        "it's an emergency",
        "it's an emergency, I need to cancel, my husband collapsed",
        "I need to cancel, it's a medical emergency",
        "tengo que cancelar, es una emergencia médica",
        "help, an emergency!",
    ],
)
def test_an_emergency_of_which_no_more_is_known_is_one(says: str) -> None:
    assert any(isinstance(act, Emergency) for act in acts(says))


@pytest.mark.parametrize(
    "says",
    [
        "with Aetna would I still pay the $150 for the consult?",
        "is the medication covered by insurance too?",
        "do you take insurance, and what is the copay?",
    ],
)
def test_what_insurance_pays_is_for_people(says: str) -> None:
    assert AskAbout(topic="") in acts(says)


def test_a_day_that_is_told_of_is_not_taken() -> None:
    offered = (a_slot(at("2026-05-29 10:00")), a_slot(at("2026-05-30 10:00")))
    context = a_context(asked=Ask.WHICH_OFFER, offered=offered)

    assert [one.act for one in understand("Saturday is the wedding so Friday then", context)] == [Choose(offers=(0,))]


@pytest.mark.parametrize(
    ("says", "emails"),
    [
        ("yes! and my friend is Jo Park, her email is jo@example.com", []),
        ("no, mine is bri@example.com, jo@example.com is my friend's", ["bri@example.com"]),
        ("my husband's email is joe@example.com", ["joe@example.com"]),
        ("bri@example.com", ["bri@example.com"]),
    ],
)
def test_what_goes_to_whoever_writes_is_not_sent_to_a_friend(says: str, emails: list[str]) -> None:
    context = a_context(asked=Ask.EMAIL)
    heard = [one.act for one in understand(says, context)]

    assert [act.email for act in heard if isinstance(act, GiveEmail)] == emails
    assert not any(isinstance(act, NoEmail) for act in heard)
