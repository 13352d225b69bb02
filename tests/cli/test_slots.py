"""The free times of the sample practice through the real command."""

import json
from datetime import date, time
from itertools import pairwise
from pathlib import Path

import pytest
from tests.cli.command import Done, run
from tests.clinic import NOW
from tests.reception.test_connected import Clinic, clinic

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.slots import Options, find, window_of, wish_of
from frontdesk.domain.practice import Weekday
from frontdesk.domain.wish import Window
from frontdesk.sample.practice import SMILE_ID, smile
from frontdesk.scheduling.rule import Rule

__all__ = ["clinic"]


def slots(home: Path, *arguments: str) -> Done:
    return run(home, "slots", "--at", "2026-05-26T21:47", *arguments)


def test_laser_hair_removal_has_times_each_with_its_reason_and_none_on_a_sunday(sampled: Path) -> None:
    asked = ("--service", "laser hair removal", "--from", "2026-05-27", "--days", "14")

    found = json.loads(slots(sampled, *asked, "--json").stdout)
    explained = slots(sampled, *asked, "--explain").stdout.splitlines()
    sunday = slots(sampled, *asked, "--window", "sunday", "--with", "grace").stdout

    assert found["slots"]
    assert {slot["practitioner"] for slot in found["slots"]} == {"Grace Okafor"}
    assert {tuple(slot["devices"]) for slot in found["slots"]} == {("Diode laser",)}
    assert 1 <= len(explained) <= 3
    assert all("Grace is the laser technician on duty" in line for line in explained)
    assert sunday.startswith("The clinic is closed then.")


def test_a_service_nobody_knows_is_named_with_those_there_are(sampled: Path) -> None:
    told = slots(sampled, "--service", "surgery", "--from", "2026-05-27")

    assert told.returncode == 2
    assert "no service 'surgery'" in told.stderr
    assert "HydraFacial" in told.stderr


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("evenings", Window(earliest=time(17))),
        ("15:00-17:00", Window(earliest=time(15), done_by=time(17))),
        ("thursdays 9:00-", Window(weekdays=frozenset({Weekday.THURSDAY}), earliest=time(9))),
        ("15:30", Window(at=time(15, 30))),
    ],
)
def test_a_window_is_read_as_it_is_said(written: str, window: Window) -> None:
    assert window_of(written) == window


def test_what_does_not_suit_is_excluded() -> None:
    wish = wish_of(["evenings", "not monday"], smile(), now=NOW)

    assert wish.windows == (Window(earliest=time(17)),)
    assert wish.excluded == (Window(weekdays=frozenset({Weekday.MONDAY})),)


def test_a_window_that_means_nothing_is_told_with_how_to_write_it() -> None:
    with pytest.raises(CommandFault, match="write days and hours like"):
        wish_of(["soonish"], smile(), now=NOW)


def test_what_a_patient_would_say_is_understood() -> None:
    wish = wish_of(["after 3 but done by 5"], smile(), now=NOW)

    assert wish.windows == (Window(earliest=time(15), done_by=time(17)),)


def test_several_services_follow_one_another_and_companions_come_at_once(sampled: Path) -> None:
    both = ("--service", "botox consult", "--service", "classic facial", "--from", "2026-05-27", "--json", "--explain")

    follows = json.loads(slots(sampled, *both).stdout)["together"]
    companions = json.loads(slots(sampled, *both, "--together", "companions").stdout)["together"]

    assert follows
    assert [slot["service"] for slot in follows[0]] == ["Botox consultation", "Signature facial"]
    assert all(first["end"] == then["start"] for first, then in follows)
    assert companions
    assert all(one["start"] == other["start"] and one["room"] != other["room"] for one, other in companions)


def test_a_course_is_planned_as_the_assistant_would(sampled: Path) -> None:
    asked = ("--service", "laser session", "--from", "2026-05-27", "--sessions", "3")

    planned = json.loads(slots(sampled, *asked, "--every", "4-6", "--window", "afternoons", "--json").stdout)[
        "together"
    ]
    by_the_rule = json.loads(slots(sampled, *asked, "--json").stdout)["together"]
    how_far = slots(sampled, "--service", "signature facial", *asked[2:])
    weeks = slots(sampled, *asked, "--every", "often")

    days = [date.fromisoformat(slot["start"][:10]) for slot in planned[0]]
    assert [28 <= (later - earlier).days <= 43 for earlier, later in pairwise(days)] == [True, True]
    assert {slot["practitioner"] for slot in planned[0]} == {"Grace Okafor"}
    assert len(by_the_rule[0]) == 3
    assert (how_far.returncode, weeks.returncode) == (2, 2)
    assert "Write --every 5" in how_far.stderr
    assert "write weeks like 5, or 4-6" in weeks.stderr


def test_words_that_fit_several_services_name_them(sampled: Path) -> None:
    told = slots(sampled, "--service", "botox", "--from", "2026-05-27")

    assert told.returncode == 2
    assert "may be Botox consultation, or Botox treatment" in told.stderr


def test_a_patient_or_a_location_that_is_not_there_is_named(sampled: Path) -> None:
    asked = ("--service", "HydraFacial", "--from", "2026-05-27")

    nobody = slots(sampled, *asked, "--patient", "00000000-0000-4000-8000-000000000001")
    nowhere = slots(sampled, *asked, "--location", "mars")

    assert (nobody.returncode, nowhere.returncode) == (2, 2)
    assert "has no patient" in nobody.stderr
    assert "has no location 'mars'. There are:" in nowhere.stderr


def asking(*windows: str, explain: bool = False) -> Options:
    """A Botox consultation in the two weeks from Wednesday, May 27."""
    return Options(
        key="smile",
        services=("Botox consultation",),
        first="2026-05-27",
        days=14,
        person=None,
        place=None,
        patient=None,
        how="sequence",
        sessions=None,
        every=None,
        windows=windows,
        at=None,
        language="en",
        as_json=False,
        explain=explain,
    )


async def test_a_calendar_in_another_system_is_asked_there(clinic: Clinic) -> None:
    practice = await clinic.desk.practice(SMILE_ID)
    before = await find(clinic.desk, practice, asking("thursday 18:00-18:30"))
    await clinic.says(
        "Can I book a Botox consultation on Thursday at 6 pm?",
        "First time",
        "Maria Gonzalez, this number is fine",
        "maria@example.com",
        "yes",
    )

    after = await find(clinic.desk, practice, asking("thursday 18:00-18:30"))
    few = await find(clinic.desk, practice, asking("evenings", explain=True))
    sunday = await find(clinic.desk, practice, asking("sunday"))

    assert len(clinic.rows()) == 1
    starts = [offer.slot.during.start for offer in before.offers]
    assert starts.count(min(starts)) == [offer.slot.during.start for offer in after.offers].count(min(starts)) + 1
    assert 1 <= len(few.offers) <= 3
    assert sunday.offers == []
    assert sunday.nothing is not None
    assert sunday.nothing.rule is Rule.ELSEWHERE
    assert sunday.nothing.change is not None
