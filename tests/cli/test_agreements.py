"""The register from the command line."""

from pathlib import Path

import pytest
from tests.cli.command import run, told

pytestmark = pytest.mark.usefixtures("on_the_test_server")

PRACTICE = Path(__file__).parents[2] / "src" / "frontdesk" / "sample" / "smile"
RECORD = (
    *("agreements", "record", "--practice", "smile", "--kind", "email", "--with", "Example Mail"),
    *("--document", "binder 3", "--from", "2026-01-01"),
)


@pytest.fixture
def applied(home: Path) -> Path:
    """A data folder with the sample practice in it."""
    done = run(home, "practice", "apply", str(PRACTICE))
    assert done.returncode == 0, done.stderr
    return home


def test_an_agreement_is_recorded_shown_and_ended(applied: Path) -> None:
    recorded = run(applied, *RECORD, "--covers", "smtp.Example.com")
    standing = run(applied, "agreements", "list", "--practice", "smile")
    ended = run(applied, "agreements", "end", "--practice", "smile", standing.stdout.split()[0])
    after = run(applied, "agreements", "list", "--practice", "smile")

    assert recorded.returncode == 0, recorded.stderr
    assert "in force" in standing.stdout
    assert "covers smtp.example.com; document: binder 3" in standing.stdout
    assert ended.returncode == 0, ended.stderr
    assert "over" in after.stdout


def test_what_an_agreement_lacks_is_told_in_one_line(applied: Path) -> None:
    lines = told(run(applied, *RECORD))
    unknown = told(run(applied, "agreements", "end", "--practice", "smile", "00000000-0000-0000-0000-000000000001"))

    assert len(lines) == 1
    assert "--covers" in lines[0]
    assert "frontdesk agreements list" in unknown[0]
