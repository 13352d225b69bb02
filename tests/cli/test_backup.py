"""`frontdesk backup` and `restore`, as a person types them: from a desk to an empty machine, and a drill."""

from collections.abc import Iterator
from pathlib import Path

import click.testing
import pytest
from tests.clinic import NOW, a_practice
from tests.conftest import Postgres
from tests.database import as_url
from tests.storage.backup.machines import an_empty_database

from frontdesk.cli import frontdesk
from frontdesk.cli.faults import CommandFault
from frontdesk.settings import Settings
from frontdesk.storage.faults import BackupFault
from frontdesk.storage.installation import Kind, enter
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Ready, open_frontdesk

PRACTICE = a_practice()


def told(*arguments: str) -> str:
    """What the command says. Raises: what it stops with."""
    done = click.testing.CliRunner().invoke(frontdesk, arguments, catch_exceptions=False)
    return done.output


@pytest.fixture(autouse=True)
async def installation(database_url: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real practice's desk with a confirmed recovery key; its sheet is `sheet`."""
    monkeypatch.setenv("FRONTDESK_HOME", str(home))
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", as_url(database_url))
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.become(Kind.PRODUCTION)
    async with open_frontdesk(Settings(home=home), database) as desk:
        await apply_practice(desk.storage, PRACTICE, [], now=NOW)
    database.entered.leave()


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    sheet = str(tmp_path / "sheet")
    told("keys", "export-recovery", sheet)
    told("keys", "confirm-recovery", sheet)
    return sheet


@pytest.fixture
def new_machine(server: Postgres, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a machine with nothing on it."""
    with an_empty_database(server) as url:
        yield {"FRONTDESK_HOME": str(tmp_path / "new"), "FRONTDESK_DATABASE_URL": as_url(url)}


def test_a_desk_moves_to_an_empty_machine_and_works_there(
    sheet: str, new_machine: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "backups")
    assert "read back whole" in told("backup", folder)
    for name, value in new_machine.items():
        monkeypatch.setenv(name, value)

    said = told("restore", folder, "--sheet", sheet)

    assert "of 1 practice" in said
    assert "every one of them" in said
    assert "The audit holds" in said
    assert (tmp_path / "new" / "master.key").exists()
    assert "Test Clinic: keys version 1" in told("keys", "list")
    assert "the recovery key is confirmed" in told("keys", "check")
    assert "each as it was written and in its place" in told("audit", "verify")
    with pytest.raises(BackupFault, match="a practice in this database already"):
        told("restore", folder, "--sheet", sheet)


def test_a_drill_is_told_with_its_time(sheet: str, tmp_path: Path) -> None:
    told("backup", str(tmp_path / "backups"))

    said = told("restore", str(tmp_path / "backups"), "--sheet", sheet, "--drill")

    assert "thrown away: in " in said
    assert "Test Clinic: keys version 1" in told("keys", "list")


def test_the_folder_of_the_settings_is_used(sheet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_BACKUPS", str(tmp_path / "kept"))

    told("backup")

    assert len(list((tmp_path / "kept").glob("*.backup"))) == 1


def test_a_backup_is_not_kept_beside_the_data_nor_nowhere(home: Path) -> None:
    with pytest.raises(CommandFault, match="Name a folder"):
        told("backup")
    with pytest.raises(CommandFault, match="lies in the data folder"):
        told("backup", str(home / "backups"))


def test_an_empty_folder_and_a_missing_file_of_keys_are_told(sheet: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(CommandFault, match="no backup in"):
        told("restore", str(folder), "--sheet", sheet)
    told("backup", str(folder))
    (folder / "keys.jsonl").unlink()

    with pytest.raises(CommandFault, match=r"no keys\.jsonl"):
        told("restore", str(folder), "--sheet", sheet, "--drill")
