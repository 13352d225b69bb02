import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.connector import CannotStart, start

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


def ran(checkout: Path, program: str, *arguments: str) -> str:
    """What a tool printed; an empty text when it had nothing to say and was content."""
    environment = {"PYTHONPATH": str(checkout / "src"), "PATH": str(BIN)}
    done = subprocess.run(
        (BIN / program, *arguments), cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("check", [("format", "--check", "--diff"), ("check",)], ids=lambda check: check[0])
def test_a_new_connector_is_written_as_ruff_wants_it(checkout: Path, check: tuple[str, ...]) -> None:
    assert ran(checkout, "ruff", *check, "src/frontdesk/systems/acme", "tests/systems/acme") == ""


def test_a_new_connector_fits_the_port(checkout: Path) -> None:
    proof = checkout / "src/frontdesk/systems/acme/proof.py"
    proof.write_text(
        "from frontdesk.ports.system import System\n"
        "from frontdesk.systems.acme.client import Client\n"
        "from frontdesk.systems.acme.system import Acme\n\n"
        'SYSTEM: System = Acme(client=Client(address="https://acme.example.com", key="key"))\n'
    )

    said = ran(checkout, "mypy", "--strict", "-p", "frontdesk.systems.acme")
    proof.unlink()

    assert said == ""


def test_a_new_connector_passes_its_own_tests(checkout: Path) -> None:
    assert ran(checkout, "python", "-m", "pytest", "-p", "no:cacheprovider", "tests/systems/acme") == ""


def test_a_new_connector_has_the_right_shape(checkout: Path) -> None:
    assert [str(complaint) for complaint in connector_shape.check(checkout) if "acme" in str(complaint.path)] == []


def test_an_existing_connector_is_not_overwritten(checkout: Path) -> None:
    with pytest.raises(CannotStart, match="exists already"):
        start("acme", checkout)


@pytest.mark.parametrize("name", ["", "Acme", "../acme", "a-b", "2fast"])
def test_a_name_that_cannot_be_a_folder_of_python_is_refused(checkout: Path, name: str) -> None:
    with pytest.raises(CannotStart, match="make connector name=acme"):
        start(name, checkout)
