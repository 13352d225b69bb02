"""The free times of the sample practice through the real command."""

import json
from datetime import time
from pathlib import Path

import pytest
from tests.cli.command import Done, run
from tests.reception.test_connected import Clinic, clinic

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.slots import Options, find, window_of, wish_of
from frontdesk.domain.practice import Weekday
from frontdesk.domain.wish import Window
from frontdesk.sample.practice import SMILE_ID
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
    wish = wish_of(["evenings", "not monday"])

    assert wish.windows == (Window(earliest=time(17)),)
    assert wish.excluded == (Window(weekdays=frozenset({Weekday.MONDAY})),)


def test_a_window_that_means_nothing_is_told_with_how_to_write_it() -> None:
    with pytest.raises(CommandFault, match="write days and hours like"):
        window_of("soonish")


def asking(*windows: str, explain: bool = False) -> Options:
    """A Botox consultation in the two weeks from Wednesday, May 27."""
    return Options(
        key="smile",
        service="Botox consultation",
        first="2026-05-27",
        days=14,
        person=None,
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
