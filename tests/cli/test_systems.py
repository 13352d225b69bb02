"""Systems from the command line: what is known of them, and a practice connected to one that runs beside it."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from tests.cli.command import run, told
from tests.clinic import at

from frontdesk.cli.outside import settings_given
from frontdesk.cli.systems_simulate import as_yaml
from frontdesk.sample.practice import smile
from frontdesk.standards.manifests import Setting
from frontdesk.standards.simulating.peer import OpensPeer
from frontdesk.standards.simulating.waiting import sleep
from frontdesk.systems.manifest import connector, manifests

pytestmark = pytest.mark.usefixtures("on_the_test_server")

PRACTICE = Path(__file__).parents[2] / "src" / "frontdesk" / "sample" / "smile"
CONNECT = ("systems", "connect", "opendental", "--practice", "smile")


@dataclass(frozen=True)
class Office:
    """A simulated office in a process of its own."""

    settings: Path
    numbers: Path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    numbers, settings = folder / "numbers.yaml", folder / "settings.yaml"
    command = [sys.executable, "-m", "frontdesk", "systems", "simulate", "opendental", "--port", "0"]
    files = ["--numbers", str(numbers), "--settings", str(settings)]
    with subprocess.Popen([*command, *files], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Stop it"):
                break
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


def test_a_file_of_numbers_alone_keeps_the_settings_and_names_that_are_none_of_ours_are_told(
    applied: Path, office: Office, tmp_path: Path
) -> None:
    run(applied, *CONNECT, "--settings", str(office.settings), "--numbers", str(office.numbers))
    numbers = yaml.safe_load(office.numbers.read_text())
    numbers["services"]["botox-consultatoin"] = numbers["services"].pop("botox-consultation")
    misspelt = tmp_path / "misspelt.yaml"
    misspelt.write_text(yaml.safe_dump(numbers))

    refused = run(applied, *CONNECT, "--numbers", str(misspelt))
    kept = run(applied, *CONNECT, "--numbers", str(office.numbers))

    assert refused.returncode == 1
    assert "services > botox-consultatoin: " in refused.stdout
    assert 'did you mean "botox-consultation"?' in refused.stdout
    assert "Nothing was changed" in refused.stdout
    assert kept.returncode == 0, kept.stdout + kept.stderr
    assert "stay as they are" in kept.stdout


def test_the_file_that_map_writes_connects_as_it_is(applied: Path, office: Office, tmp_path: Path) -> None:
    file, nowhere = tmp_path / "map.yaml", tmp_path / "no folder" / "map.yaml"
    mapped = ("systems", "map", "opendental", "--practice", "smile")
    run(applied, *CONNECT, "--settings", str(office.settings))

    lost = told(run(applied, *mapped, str(nowhere)))
    written = run(applied, *mapped, str(file))
    connected = run(applied, *CONNECT, "--numbers", str(file))

    assert "cannot be written" in lost[0]
    assert written.returncode == 0, written.stdout + written.stderr
    assert "# Botox treatment; 30 min; by Dana Whitfield, Kim Tran, Priya Raman" in file.read_text()
    assert connected.returncode == 0, connected.stdout + connected.stderr
    assert "names what is there, and all of it" in connected.stdout


def test_where_nobody_types_it_is_told_what_to_give(applied: Path) -> None:
    lines = told(run(applied, *CONNECT))

    assert "nothing was changed" in lines[0]
    assert "--settings FILE, with lines for address, developer_key, customer_key" in lines[0]


@pytest.mark.parametrize("key", [one.key for one in manifests()])
def test_what_simulate_prints_is_what_connect_takes(key: str, tmp_path: Path) -> None:
    opens: OpensPeer = import_module(f"frontdesk.systems.{key}.peer").peer
    peer = opens(smile(), clock=lambda: at("2026-05-26 21:47").start, wait=sleep, visits=(), days=1)
    settings, manifest, file = peer.settings("http://127.0.0.1:8100"), connector(key)[0], tmp_path / "settings.yaml"

    file.write_text("".join(as_yaml(name, value) for name, value in settings.items()))

    given = settings_given(manifest.name, manifest.settings, file)
    assert {name: given[name].strip() for name in settings} == {name: text.strip() for name, text in settings.items()}


def test_a_private_key_is_read_from_the_file_that_is_named_and_what_was_given_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key.pem"
    key.write_text("first line\nsecond line\n")
    settings = (
        Setting(key="address", label="Address", help="Where.", default="https://api.example.com"),
        Setting(key="key", label="Key", help="PEM.", secret=True, lines=True),
        Setting(key="hook", label="Hook", help="Leave it empty.", secret=True, optional=True),
    )
    kept = {"address": "https://our.example.com", "key": "old\nkey", "hook": "secret"}

    monkeypatch.setattr("sys.stdin", io.StringIO(f"\n{tmp_path / 'nowhere.pem'}\n{key}\n\n"))
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: sys.stdin.readline().rstrip("\n"))
    first = settings_given("Acme", settings, None)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n\n"))
    again = settings_given("Acme", settings, None, kept=kept)

    assert first == {"address": "https://api.example.com", "key": "first line\nsecond line", "hook": ""}
    assert again == kept


def test_wrong_keys_are_found_before_anything_is_changed(applied: Path, office: Office, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(yaml.safe_dump({**yaml.safe_load(office.settings.read_text()), "customer_key": "wrong"}))

    refused = run(applied, *CONNECT, "--settings", str(wrong), "--numbers", str(office.numbers))
    after = told(run(applied, "systems", "check", "--practice", "smile"))

    assert refused.returncode == 1
    assert "BAD" in refused.stdout
    assert "Check the keys" in refused.stdout
    assert "given anew: frontdesk systems connect opendental --practice smile" in refused.stdout
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

    assert "needs customer_key, its Customer key. Made in the Developer Portal" in lacking[0]
    assert "colour" in unknown[0]
    assert "name: value" in no_lines[0]
