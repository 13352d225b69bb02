"""`frontdesk keys`: a recovery key exported, confirmed and used; keys replaced; a lost master key told plainly."""

from pathlib import Path

import click.testing
import pytest
from tests.clinic import NOW, a_practice
from tests.database import as_url

from frontdesk.cli import frontdesk
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.recovery_key import check_recovery_confirmed
from frontdesk.settings import Settings
from frontdesk.storage.installation import Kind, enter
from frontdesk.storage.practices import apply_practice
from frontdesk.vault.faults import MasterKeyFault, RecoveryFault
from frontdesk.vault.master import MasterKey
from frontdesk.wiring import Ready, open_frontdesk

PRACTICE = a_practice()


@pytest.fixture(autouse=True)
async def installation(database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real practice's data folder and database."""
    monkeypatch.setenv("FRONTDESK_HOME", str(home))
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", as_url(database_url))
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.become(Kind.PRODUCTION)
    async with open_frontdesk(Settings(home=home), database) as desk:
        await apply_practice(desk.storage, PRACTICE, [], now=NOW)
    database.entered.leave()


def keys(*arguments: str, typed: str = "") -> str:
    """What the command says. Raises: what it stops with."""
    done = click.testing.CliRunner().invoke(frontdesk, ["keys", *arguments], input=typed, catch_exceptions=False)
    return done.output


def may_serve(database_url: str) -> None:
    entered = enter(database_url)
    try:
        check_recovery_confirmed(Ready(url=database_url, entered=entered))
    finally:
        entered.leave()


def test_nothing_is_served_until_somebody_has_shown_that_the_recovery_key_was_kept(
    database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandFault, match="keys export-recovery FILE"):
        may_serve(database_url)
    keys("export-recovery", str(tmp_path / "sheet"))
    with pytest.raises(CommandFault, match="keys confirm-recovery"):
        may_serve(database_url)

    told = keys("confirm-recovery", str(tmp_path / "sheet"))

    assert "recovers the keys of 1 practice." in told
    may_serve(database_url)
    assert "the recovery key is confirmed" in keys("check")


def test_the_key_is_confirmed_by_typing_it_and_a_slip_or_another_key_is_told(tmp_path: Path) -> None:
    keys("export-recovery", str(tmp_path / "first"))
    keys("export-recovery", str(tmp_path / "second"))
    code = (tmp_path / "second").read_text().splitlines()[-1]

    with pytest.raises(RecoveryFault, match="This is another recovery key"):
        keys("confirm-recovery", str(tmp_path / "first"))
    with pytest.raises(RecoveryFault, match="checksum does not fit"):
        keys("confirm-recovery", typed=code[:-1] + "\n")
    told = keys("confirm-recovery", typed=code.lower() + "\n")

    assert "It is the right one" in told
    assert code not in told


def test_a_sheet_behind_a_passphrase_is_confirmed_with_it(tmp_path: Path) -> None:
    keys("export-recovery", "--passphrase", str(tmp_path / "sheet"), typed="correct horse\ncorrect horse\n")

    told = keys("confirm-recovery", str(tmp_path / "sheet"), typed="correct horse\n")

    assert "It is the right one" in told


def test_a_sheet_is_private_new_and_not_beside_the_data(home: Path, tmp_path: Path) -> None:
    keys("export-recovery", str(tmp_path / "sheet"))

    assert (tmp_path / "sheet").stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandFault, match="is there already"):
        keys("export-recovery", str(tmp_path / "sheet"))
    with pytest.raises(CommandFault, match="lies in the data folder"):
        keys("export-recovery", str(home / "sheet"))


def test_a_lost_master_key_is_told_and_the_recovery_key_brings_the_desk_back(home: Path, tmp_path: Path) -> None:
    keys("export-recovery", str(tmp_path / "sheet"))
    (home / "master.key").unlink()

    with pytest.raises(MasterKeyFault, match=r"is gone.*frontdesk keys restore"):
        keys("list")
    assert not (home / "master.key").exists()
    told = keys("restore", str(tmp_path / "sheet"))

    assert "wraps the keys of 1 practice now" in told
    assert "Test Clinic: keys version 1" in keys("list")


def test_a_master_key_of_another_desk_is_told(home: Path, tmp_path: Path) -> None:
    (home / "master.key").unlink()
    MasterKey.load(tmp_path)
    (tmp_path / "master.key").rename(home / "master.key")

    with pytest.raises(MasterKeyFault, match=r"not wrapped by this master\.key.*frontdesk keys restore"):
        keys("list")


def test_keys_are_replaced_and_the_recovery_key_still_recovers_them(home: Path, tmp_path: Path) -> None:
    keys("export-recovery", str(tmp_path / "sheet"))

    told = keys("rotate", "--wait")

    assert "Test Clinic: the old keys are gone." in told
    assert "keys version 2" in keys("list")
    assert "It is the right one" in keys("confirm-recovery", str(tmp_path / "sheet"))


def test_check_ends_with_1_and_names_what_is_missing() -> None:
    done = click.testing.CliRunner().invoke(frontdesk, ["keys", "check"])

    assert done.exit_code == 1
    assert "not yet: The recovery key: there is none" in done.output
