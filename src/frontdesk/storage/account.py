"""Whose processes the built-in PostgreSQL's are, and how they reach their files.

PostgreSQL refuses to run as root. A desk started by root therefore runs it as a system account that
owns the data and nothing else; the folders above are opened to that one account, and only to pass
through (`x` by a POSIX access list), so that nobody else gains anything.
"""

import errno
import os
import pwd
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from frontdesk.storage.faults import DatabaseFault

NAME = "frontdesk-postgres"

_LIST = "system.posix_acl_access"
# linux/posix_acl_xattr.h: a version, then (tag, permissions, id) for each entry, in the order of the tags.
_VERSION = struct.Struct("<I")
_ENTRY = struct.Struct("<HHI")
_OWNER, _USER, _OWNING_GROUP, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NOBODY = 0xFFFFFFFF
_PASS = 0o1

_Entries = dict[tuple[int, int], int]
"""(tag, id) -> permissions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A user of this machine. `switch` says that processes must be started as someone other than ourselves."""

    name: str
    uid: int
    gid: int
    switch: bool


def name_of(uid: int) -> str:
    """The user's name, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def servers_account() -> Account:
    """Who PostgreSQL runs as: ourselves, or for root the system account, made when it is missing.

    Raises: DatabaseFault.
    """
    uid = os.geteuid()
    if uid != 0:
        return Account(name=name_of(uid), uid=uid, gid=os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _made()
    return Account(name=NAME, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)


def let_pass(account: Account, folder: Path) -> None:
    """Let the account pass through a folder and all folders above it, where it cannot yet.

    Raises: DatabaseFault where the file system keeps no access lists.
    """
    for step in (*reversed(folder.parents), folder):
        entries = _entries(step)
        if not _may_pass(entries, step.stat(), account):
            _write(step, _with_pass(entries, account.uid))


def _made() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise DatabaseFault(
            f"PostgreSQL does not run as root, and there is no useradd to make the account {NAME}. "
            "Make that account yourself, or run Frontdesk as an ordinary user."
        )
    made = subprocess.run(
        [
            *(useradd, "--system", "--user-group", "--no-create-home"),
            *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME),
        ],
        capture_output=True,
        text=True,
    )
    try:
        return pwd.getpwnam(NAME)  # another desk may have made it in the same second
    except KeyError:
        said = (made.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise DatabaseFault(
            f"PostgreSQL does not run as root, and the account {NAME} could not be made: {said}. "
            "Make that account yourself, or run Frontdesk as an ordinary user."
        ) from None


def _entries(folder: Path) -> _Entries:
    try:
        raw = os.getxattr(folder, _LIST)
    except OSError as fault:
        if fault.errno not in {errno.ENODATA, errno.ENOTSUP}:
            raise
        mode = folder.stat().st_mode
        return {
            (_OWNER, _NOBODY): mode >> 6 & 7,
            (_OWNING_GROUP, _NOBODY): mode >> 3 & 7,
            (_OTHER, _NOBODY): mode & 7,
        }
    return {(tag, who): allowed for tag, allowed, who in _ENTRY.iter_unpack(raw[_VERSION.size :])}


def _may_pass(entries: _Entries, folder: os.stat_result, account: Account) -> bool:
    """What the kernel would answer (acl(5), "access check algorithm"); the account is in no group but its own."""
    mask = entries.get((_MASK, _NOBODY), 7)
    if folder.st_uid == account.uid:
        return bool(entries[_OWNER, _NOBODY] & _PASS)
    if (_USER, account.uid) in entries:
        return bool(entries[_USER, account.uid] & mask & _PASS)
    groups = [entries[_OWNING_GROUP, _NOBODY]] if folder.st_gid == account.gid else []
    if (_GROUP, account.gid) in entries:
        groups.append(entries[_GROUP, account.gid])
    if groups:
        return any(allowed & mask & _PASS for allowed in groups)
    return bool(entries[_OTHER, _NOBODY] & _PASS)


def _with_pass(entries: _Entries, uid: int) -> _Entries:
    """The same list with one more right, and no right more for anyone else.

    The mask caps every user and group named. It has to allow `x` now, so what it has capped so far
    is written into the entries themselves first.
    """
    mask = entries.get((_MASK, _NOBODY), entries[_OWNING_GROUP, _NOBODY])
    capped = {
        who: allowed & mask if who[0] in {_USER, _OWNING_GROUP, _GROUP} else allowed for who, allowed in entries.items()
    }
    return {
        **capped,
        (_USER, uid): capped.get((_USER, uid), 0) | _PASS,
        (_MASK, _NOBODY): mask | _PASS,
    }


def _write(folder: Path, entries: _Entries) -> None:
    body = b"".join(_ENTRY.pack(tag, allowed, who) for (tag, who), allowed in sorted(entries.items()))
    try:
        os.setxattr(folder, _LIST, _VERSION.pack(2) + body)
    except OSError as fault:
        raise DatabaseFault(
            f"PostgreSQL does not run as root, and its account {NAME} cannot be let through {folder} "
            f"({fault.strerror}). Put FRONTDESK_HOME under /var/lib, or run Frontdesk as an ordinary user."
        ) from fault
