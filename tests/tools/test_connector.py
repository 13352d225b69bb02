import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.connector import CannotStart, start

from frontdesk.standards.manifests import Confidence
from frontdesk.systems.manifest import read_manifest
from tools.rules import connector_shape

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with a new connector in it."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    start("acme", root)
    return root


def of(checkout: Path) -> dict[str, str]:
    """What a tool has to know of the checkout, and nothing of this one."""
    return {"PYTHONPATH": str(checkout / "src"), "PATH": str(BIN)}


def ran(checkout: Path, program: str, *arguments: str) -> str:
    """What a tool printed; an empty text when it had nothing to say and was content."""
    done = subprocess.run(
        (BIN / program, *arguments), cwd=checkout, env=of(checkout), capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("name", ["acme", "aestheticrecord"])
@pytest.mark.parametrize("check", [("format", "--check", "--diff"), ("check",)], ids=lambda check: check[0])
def test_a_new_connector_is_written_as_ruff_wants_it(
    checkout: Path, tmp_path: Path, name: str, check: tuple[str, ...]
) -> None:
    shutil.copy(checkout / "pyproject.toml", tmp_path)
    folder, tests = start(name, tmp_path)

    assert ran(tmp_path, "ruff", *check, str(folder), str(tests)) == ""


def test_a_new_connector_fits_the_ports(checkout: Path) -> None:
    proof = checkout / "src/frontdesk/systems/acme/proof.py"
    proof.write_text(
        "from frontdesk.ports.connecting import Connects\n"
        "from frontdesk.standards.simulating.peer import OpensPeer\n"
        "from frontdesk.systems.acme.peer import peer\n"
        "from frontdesk.systems.acme.system import connect\n\n"
        "CONNECTS: Connects = connect\n"
        "OPENS_PEER: OpensPeer = peer\n"
    )

    said = ran(checkout, "mypy", "--strict", "-p", "frontdesk.systems.acme")
    proof.unlink()

    assert said == ""


def test_what_a_new_connector_says_of_itself_is_read_and_its_fact_is_told_as_not_known(checkout: Path) -> None:
    manifest = read_manifest("acme", (checkout / "src/frontdesk/systems/acme/manifest.toml").read_text())

    assert (manifest.name, manifest.can) == ("Acme", ())
    assert [setting.key for setting in manifest.settings if setting.secret] == ["key"]
    assert [fact.confidence for fact in manifest.facts] == [Confidence.UNKNOWN]


def test_a_new_connector_is_certified_as_one_that_can_nothing_yet(checkout: Path) -> None:
    command = (BIN / "python", "-m", "frontdesk", "systems", "certify", "acme", "--short", "--json")

    done = subprocess.run(command, cwd=checkout, env=of(checkout), capture_output=True, text=True, check=True)

    certified = json.loads(done.stdout)["acme"]
    assert (certified["holds"], certified["depth"], certified["can"]) == (True, "message", [])
    assert {check["result"] for check in certified["checks"]} == {"cannot"}


def test_a_new_connector_passes_its_own_tests(checkout: Path) -> None:
    assert ran(checkout, "python", "-m", "pytest", "-n0", "-p", "no:cacheprovider", "tests/systems/acme") == ""


def test_a_new_connector_has_the_right_shape(checkout: Path) -> None:
    assert [str(complaint) for complaint in connector_shape.check(checkout) if "acme" in str(complaint.path)] == []


def test_an_existing_connector_is_not_overwritten(checkout: Path) -> None:
    with pytest.raises(CannotStart, match="exists already"):
        start("acme", checkout)


def test_a_connector_joins_a_simulator_that_another_hand_wrote_and_changes_nothing_of_it(tmp_path: Path) -> None:
    folder, tests = tmp_path / "src/frontdesk/systems/borne", tmp_path / "tests/systems/borne"
    theirs = {folder / "__init__.py": "1", folder / "simulator.py": "2", tests / "test_simulator_book.py": "3"}
    for path, text in theirs.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    start("borne", tmp_path)

    assert {path: path.read_text() for path in theirs} == theirs
    assert (folder / "system.py").is_file()
    assert (tests / "payloads" / "visit.json").is_file()
    assert not (tests / "test_simulator.py").exists()
    assert not (folder / "SIMULATOR.md").exists()


@pytest.mark.parametrize("name", ["", "Acme", "../acme", "a-b", "2fast"])
def test_a_name_that_cannot_be_a_folder_of_python_is_refused(checkout: Path, name: str) -> None:
    with pytest.raises(CannotStart, match="make connector name=acme"):
        start(name, checkout)
