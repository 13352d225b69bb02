"""Systems from the command line: what is known of them, and a practice connected to one that runs beside it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from tests.cli.command import run, told

pytestmark = pytest.mark.usefixtures("on_the_test_server")

PRACTICE = Path(__file__).parents[2] / "src" / "frontdesk" / "sample" / "smile"
CONNECT = ("systems", "connect", "opendental", "--practice", "smile")


@dataclass(frozen=True)
class Office:
    """A simulated office in a process of its own."""

    settings: Path
    numbers: Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    numbers, settings = tmp_path / "numbers.yaml", tmp_path / "settings.yaml"
    command = [sys.executable, "-m", "frontdesk", "systems", "simulate", "opendental", "--port", "0"]
    with subprocess.Popen([*command, "--numbers", str(numbers)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Stop it"):
                break
        settings.write_text("".join(line for line in said if line.startswith("  ")))
        yield Office(settings=settings, numbers=numbers)
        process.terminate()


@pytest.fixture
def applied(home: Path) -> Path:
    """A data folder with the sample practice in it."""
    done = run(home, "practice", "apply", str(PRACTICE))
    assert done.returncode == 0, done.stderr
    return home


def test_every_target_system_is_listed_with_its_state(home: Path) -> None:
    shown = run(home, "systems", "list")
    known = json.loads(run(home, "systems", "list", "--json").stdout)

    assert len(known) == 22
    assert {one["state"] for one in known.values()} <= {"connected", "simulated", "not begun"}
    assert known["opendental"]["state"] == "connected"
    assert "book" in known["opendental"]["can"]
    assert all(one["name"] in shown.stdout for one in known.values())


def test_an_unknown_name_is_told_with_those_that_are_there(home: Path) -> None:
    for command in (("certify", "acme"), ("simulate", "acme"), ("connect", "acme", "--practice", "smile")):
        lines = told(run(home, "systems", *command))

        assert "named acme" in lines[0]
        assert "opendental" in lines[0]


def test_nothing_is_certified_unasked(home: Path) -> None:
    assert "--all" in told(run(home, "systems", "certify"))[0]


def test_a_practice_is_connected_checked_and_parted_again(applied: Path, office: Office) -> None:
    files = ("--settings", str(office.settings), "--numbers", str(office.numbers))
    before = told(run(applied, "systems", "check", "--practice", "smile"))
    connected = run(applied, *CONNECT, *files)
    checked = run(applied, "systems", "check", "--practice", "smile")
    parted = run(applied, "systems", "disconnect", "--practice", "smile")

    assert "not connected" in before[0]
    assert connected.returncode == 0, connected.stdout + connected.stderr
    assert "lives in Open Dental from the next start" in connected.stdout
    assert "/hooks/system/smile/opendental" in connected.stdout
    assert checked.returncode == 0
    assert "times of Botox consultation: " in checked.stdout
    assert "what staff change there: was not read yet" in checked.stdout
    assert "BAD" not in checked.stdout
    assert "lives here again" in parted.stdout


def test_wrong_keys_are_found_before_anything_is_changed(applied: Path, office: Office) -> None:
    given = yaml.safe_load(office.settings.read_text())
    office.settings.write_text(yaml.safe_dump({**given, "customer_key": "wrong"}))

    refused = run(applied, *CONNECT, "--settings", str(office.settings), "--numbers", str(office.numbers))
    after = told(run(applied, "systems", "check", "--practice", "smile"))

    assert refused.returncode == 1
    assert "BAD" in refused.stdout
    assert "Check the keys" in refused.stdout
    assert "Nothing was changed" in refused.stdout
    assert "not connected" in after[0]


def test_settings_that_are_typed_are_asked_for_by_their_labels(applied: Path, office: Office) -> None:
    given = yaml.safe_load(office.settings.read_text())
    typed = "\n".join([given["address"], given["developer_key"], given["customer_key"], ""])

    connected = run(applied, *CONNECT, "--numbers", str(office.numbers), lines=typed)

    assert connected.returncode == 0, connected.stdout + connected.stderr
    assert "The office enters it in Open Dental" in connected.stdout
    assert given["customer_key"] not in connected.stdout


def test_a_file_that_lacks_a_setting_or_has_one_too_many_is_told(applied: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("developer_key: one\n")
    lacking = told(run(applied, *CONNECT, "--settings", str(file)))
    file.write_text("colour: blue\n")
    unknown = told(run(applied, *CONNECT, "--settings", str(file)))
    file.write_text("[1, 2]\n")
    no_lines = told(run(applied, *CONNECT, "--settings", str(file)))

    assert "needs customer_key" in lacking[0]
    assert "colour" in unknown[0]
    assert "name: value" in no_lines[0]
