"""`frontdesk compliance`: what the rules say of a message, without a database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.command import run as command_line

from frontdesk.cli.compliance import command
from frontdesk.cli.faults import CommandFault

NIGHT = ("explain", "--to", "+15125550147", "--kind", "reminder", "--allowed", "messages")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path))


def test_a_reminder_at_night_is_moved_and_every_rule_is_told_with_its_source() -> None:
    told = run(*NIGHT, "--at", "2026-11-27T22:00")

    assert told.startswith("moved to 2026-11-28 08:00 America/Chicago: it is outside the hours")
    assert "where: US-TX (America/Chicago), told by the area code" in told
    assert "us-unasked-hours@1  47 CFR 64.1200(c)(1)" in told
    assert "us-tx-solicitation-hours@1" in told


def test_the_same_for_a_program() -> None:
    told = json.loads(run(*NIGHT, "--at", "2026-11-27T22:00-06:00", "--state", "CA", "--json"))

    assert (told["verdict"], told["not_before"]) == ("allowed", None)
    assert told["where"] == {"by": "address", "states": ["US-CA"], "zones": ["America/Los_Angeles"]}
    assert {"us-health-care-cap", "us-recurring-texts"} <= {one["rule"] for one in told["looked_at"]}
    assert all(one["source"]["cite"] and one["version"] for one in told["looked_at"])


def test_who_ended_texts_gets_none() -> None:
    told = json.loads(run(*NIGHT[:5], "--ended", "messages", "--at", "2026-11-27T12:00", "--json"))

    assert (told["verdict"], told["by"]) == ("stopped", ["us-recurring-texts@1"])


def test_a_state_by_its_day() -> None:
    before = json.loads(run("disclosure", "--state", "CO", "--at", "2026-12-31T23:59", "--json"))
    after = json.loads(run("disclosure", "--state", "CO", "--at", "2027-01-01T00:00", "--json"))

    assert (before["laws"], after["laws"]) == (["general"], ["colorado"])
    assert after["recording"] == "one-party"


def test_rules_are_listed_by_state_and_day() -> None:
    listed = json.loads(run("rules", "--state", "UT", "--on", "2025-01-01", "--topic", "disclosure", "--json"))

    assert {(one["rule"], one["version"]) for one in listed} >= {("us-ut-regulated-occupation", 1)}
    assert ("us-ut-regulated-occupation", 2) not in {(one["rule"], one["version"]) for one in listed}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("explain", "--to", "12", "--kind", "reminder"), "--to is '12'"),
        ((*NIGHT, "--state", "ZZ"), "--state is 'ZZ'"),
        ((*NIGHT, "--at", "tomorrow"), "--at is 'tomorrow'"),
    ],
)
def test_what_cannot_be_read_is_told(arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandFault, match=says):
        CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)


def test_a_practices_rule_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("- id: own\n")
    monkeypatch.setenv("FRONTDESK_CONTACT_RULES", str(tmp_path))

    with pytest.raises(CommandFault, match=r"own\.yaml, rule own: version, .* is missing"):
        CliRunner().invoke(command, NIGHT, catch_exceptions=False, standalone_mode=False)


def test_what_they_said_is_looked_up_where_a_practice_is_named(sampled: Path) -> None:
    asked = ("compliance", "explain", "--practice", "smile", "--to", "+15125550147", "--kind", "reminder", "--json")
    at = ("--at", "2026-05-27T12:00")

    before = command_line(sampled, *asked, *at)
    command_line(sampled, "text", "--at", "2026-05-26T21:47", "hello")
    wrote = command_line(sampled, *asked, *at)
    command_line(sampled, "text", "--at", "2026-05-26T21:47", "STOP")
    ended = command_line(sampled, *asked, *at)

    verdicts = [json.loads(done.stdout)["verdict"] for done in (before, wrote, ended)]
    assert verdicts == ["stopped", "allowed", "stopped"]
