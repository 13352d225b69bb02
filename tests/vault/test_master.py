"""The master key's file: made once, kept private, never guessed around."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from frontdesk.vault.faults import CannotOpen, MasterKeyFault
from frontdesk.vault.master import MasterKey


def test_the_first_start_makes_a_private_file_that_the_next_one_uses(tmp_path: Path) -> None:
    home = tmp_path / "home"

    wrapped = MasterKey.load(home).wrap(b"keys", bound_to=b"practice")

    assert MasterKey.load(home).unwrap(wrapped, bound_to=b"practice") == b"keys"
    assert stat.S_IMODE((home / "master.key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["master.key"]


def test_many_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    wrap = (
        "import sys; from pathlib import Path; from frontdesk.vault.master import MasterKey;"
        "sys.stdin.readline(); print(MasterKey.load(Path(sys.argv[1])).wrap(b'keys', bound_to=b'').hex())"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", wrap, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("go\n")
        start.stdin.flush()

    wrapped = [bytes.fromhex(start.communicate(timeout=30)[0]) for start in starts]

    master = MasterKey.load(tmp_path)
    assert [master.unwrap(keys, bound_to=b"") for keys in wrapped] == [b"keys"] * 4


def test_another_master_key_opens_nothing(tmp_path: Path) -> None:
    wrapped = MasterKey.load(tmp_path / "one").wrap(b"keys", bound_to=b"practice")

    with pytest.raises(CannotOpen, match=r"not wrapped by this master\.key"):
        MasterKey.load(tmp_path / "two").unwrap(wrapped, bound_to=b"practice")


def test_keys_of_one_practice_do_not_open_as_those_of_another(tmp_path: Path) -> None:
    master = MasterKey.load(tmp_path)
    wrapped = master.wrap(b"keys", bound_to=b"one")

    with pytest.raises(CannotOpen):
        master.unwrap(wrapped, bound_to=b"two")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    MasterKey.load(tmp_path)
    (tmp_path / "master.key").chmod(mode)

    with pytest.raises(MasterKeyFault, match=f"may be read by others .mode {mode:04o}.*chmod 600"):
        MasterKey.load(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_of_another_user_is_refused(tmp_path: Path) -> None:
    MasterKey.load(tmp_path)
    os.chown(tmp_path / "master.key", 65534, 65534)

    with pytest.raises(MasterKeyFault, match="belongs to user 65534, and Frontdesk runs as user 0"):
        MasterKey.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a key", b"bm90IGEga2V5"])
def test_a_damaged_key_is_named_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(MasterKeyFault, match=r"master\.key holds no master key"):
        MasterKey.load(tmp_path)

    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "master.key").mkdir()

    with pytest.raises(MasterKeyFault, match=r"master\.key cannot be read or made"):
        MasterKey.load(tmp_path)


def test_a_place_that_cannot_be_written_is_named() -> None:
    with pytest.raises(MasterKeyFault, match=r"/proc/frontdesk/master\.key cannot be read or made"):
        MasterKey.load(Path("/proc/frontdesk"))
