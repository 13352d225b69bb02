"""Access lists as the kernel keeps them: each right is asked for by a process that has none but it."""

import os
import struct
import subprocess
from pathlib import Path

import pytest

from frontdesk.storage.account import Account, let_pass
from frontdesk.storage.faults import DatabaseFault

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")

SERVER = Account(name="server", uid=54321, gid=54321, switch=True)
COLLEAGUE = 54322
STRANGER = 54323


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.getbasetemp()
    one_of_several = run.name.startswith("popen-")  # processes of one run have folders in a common one
    for folder in (tmp_path, run, *([run.parent] if one_of_several else [])):
        folder.chmod(0o711)  # what is above is open to all, and not ours
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


def may(uid: int, right: str, folder: Path) -> bool:
    """`right` is a letter of test(1): r, w or x."""
    asked = subprocess.run(["test", f"-{right}", folder], user=uid, group=uid, extra_groups=[])
    return asked.returncode == 0


def test_the_account_may_pass_through_and_do_nothing_else(home: Path) -> None:
    let_pass(SERVER, home)

    assert may(SERVER.uid, "x", home)
    assert not may(SERVER.uid, "r", home)
    assert not may(SERVER.uid, "w", home)


def test_nobody_else_may_pass(home: Path) -> None:
    os.chown(home, 0, STRANGER)

    let_pass(SERVER, home)

    assert not may(STRANGER, "x", home)
    assert not may(COLLEAGUE, "x", home)


def test_folders_above_are_opened_too(home: Path) -> None:
    (home / "inner").mkdir(mode=0o700)

    let_pass(SERVER, home / "inner")

    assert may(SERVER.uid, "x", home / "inner")


def test_a_folder_open_to_all_is_left_as_it_is(home: Path) -> None:
    home.chmod(0o755)

    let_pass(SERVER, home)

    assert "system.posix_acl_access" not in os.listxattr(home)


def test_what_others_had_and_what_the_mask_kept_from_them_stays(home: Path) -> None:
    listed = [(0x01, 7, -1), (0x02, 7, COLLEAGUE), (0x04, 7, -1), (0x10, 4, -1), (0x20, 0, -1)]
    entries = b"".join(struct.pack("<HHI", tag, allowed, who & 0xFFFFFFFF) for tag, allowed, who in listed)
    os.setxattr(home, "system.posix_acl_access", struct.pack("<I", 2) + entries)
    os.chown(home, 0, STRANGER)

    let_pass(SERVER, home)

    assert may(SERVER.uid, "x", home)
    for uid in (COLLEAGUE, STRANGER):
        assert may(uid, "r", home)
        assert not may(uid, "x", home)
        assert not may(uid, "w", home)


def test_letting_pass_twice_changes_nothing_more(home: Path) -> None:
    let_pass(SERVER, home)
    once = os.getxattr(home, "system.posix_acl_access")

    let_pass(SERVER, home)

    assert os.getxattr(home, "system.posix_acl_access") == once


def test_a_file_system_without_access_lists_is_named() -> None:
    with pytest.raises(DatabaseFault, match="Put FRONTDESK_HOME under /var/lib, or run Frontdesk as an ordinary user"):
        let_pass(SERVER, Path("/proc/self/fd"))
