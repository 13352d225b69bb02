import subprocess
import sys
from pathlib import Path

import pytest
from tools.setup import fingerprint, stands, works

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a lock, and a .venv in which it was installed to the end."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("tink==1.16.1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "installed-run").write_text(fingerprint("run", tmp_path))
    return tmp_path


def test_what_was_installed_to_its_end_stands(checkout: Path) -> None:
    assert stands(checkout / ".venv", "run", checkout)


def test_an_installation_that_was_stopped_does_not_stand(checkout: Path) -> None:
    (checkout / ".venv" / "unfinished").touch()

    assert not stands(checkout / ".venv", "run", checkout)


@pytest.mark.parametrize("changed", ["requirements/run.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_does_not_stand(checkout: Path, changed: str) -> None:
    (checkout / changed).write_text("something else\n")

    assert not stands(checkout / ".venv", "run", checkout)


def test_a_checkout_that_was_moved_does_not_stand(checkout: Path, tmp_path: Path) -> None:
    moved = checkout.rename(tmp_path.parent / f"{tmp_path.name}-moved")

    assert not stands(moved / ".venv", "run", moved)


def test_a_python_without_pip_or_none_at_all_does_not_work(tmp_path: Path) -> None:
    assert works(Path(sys.executable))
    assert not works(tmp_path / "python")


def test_an_unknown_lock_is_answered_with_the_known_ones() -> None:
    asked = subprocess.run(
        (sys.executable, "tools/setup.py", "everything"), cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert asked.returncode == 2
    assert "run|dev|voice" in asked.stderr
