"""The file of a backup: tables in a tar, compressed, sealed for the recovery key as it is written; whole or not there.

head.json       what it is: the revision of the tables and their columns, when it was made, which keys it needs
NAME            a table's rows, as PostgreSQL's COPY writes them
contents.json   every table's rows and SHA-256: where it is missing, the file is not whole
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path
from typing import BinaryIO, Protocol

from frontdesk.storage.faults import BackupFault
from frontdesk.vault.faults import RecoveryFault
from frontdesk.vault.recovery import RecoveryKey, new_recovery_key, open_stream, seal_stream

HEAD, CONTENTS = "head.json", "contents.json"
_AT_ONCE = 1 << 20


class Reads(Protocol):
    """What bytes are read from."""

    def read(self, most: int = ..., /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One table's rows, spooled: `size` bytes that begin at the file's start."""

    name: str
    rows: int
    size: int
    content: BinaryIO


def write_archive(path: Path, recipient: str, head: dict[str, object], tables: Iterable[Table]) -> str:
    """Write the file, read it again to its end, and give it its name; returns its SHA-256.

    It is sealed for a second key too, which lives for this call alone: so what was written is opened once, as a
    restore would. Raises: BackupFault; then there is no such file.
    """
    passing, unfinished = new_recovery_key(), path.with_name(f".{path.name}.part")
    try:
        with open(unfinished, "xb", opener=_only_ours) as file:
            with _sealing(file, [recipient, passing.recipient]) as plain:
                contents = _fill(plain, head, tables)
            file.flush()
            os.fsync(file.fileno())
        with read_archive(unfinished, passing) as (again, found):
            for _, rows in found:
                _drain(rows)
        if again != head or found.contents != contents:
            raise BackupFault(f"{path.name} does not read back as it was written. Look at the disk that it lies on.")
        digest = _sha256(unfinished)
        unfinished.rename(path)
        sync_folder(path.parent)
    except OSError as fault:
        raise BackupFault(f"{path} cannot be written ({fault.strerror}). Make room, or name another folder.") from fault
    finally:
        unfinished.unlink(missing_ok=True)
    return digest


def _fill(plain: BinaryIO, head: dict[str, object], tables: Iterable[Table]) -> list[dict[str, object]]:
    contents: list[dict[str, object]] = []
    with GzipFile(fileobj=plain, mode="wb", compresslevel=6) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        _add(tar, HEAD, io.BytesIO(_json(head)), len(_json(head)))
        for table in tables:
            counted = _Counted(table.content)
            _add(tar, table.name, counted, table.size)
            contents.append({"table": table.name, "rows": table.rows, "sha256": counted.sha256.hexdigest()})
        _add(tar, CONTENTS, io.BytesIO(_json(contents)), len(_json(contents)))
    return contents


class Found:
    """The tables of a file, one after the other, each to be read before the next; `contents` once all were."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._read: dict[str, _Counted] = {}
        self.contents: list[dict[str, object]] = []

    def __iter__(self) -> Iterator[tuple[str, Reads]]:
        """Raises: BackupFault at the end where a table is not as it was written."""
        for member in self._tar:
            content = self._tar.extractfile(member) if member.name != HEAD else None
            if content is None:
                continue
            if member.name == CONTENTS:
                self.contents = json.loads(content.read())
                self._check()
                return
            self._read[member.name] = _Counted(content)
            yield member.name, self._read[member.name]
        raise BackupFault("This backup is not whole: its end is missing. Take another one.")

    def _check(self) -> None:
        written = {str(one["table"]): one["sha256"] for one in self.contents}
        read = {name: counted.sha256.hexdigest() for name, counted in self._read.items()}
        if written != read:
            raise BackupFault("This backup is damaged: a table is not as it was written. Take another one.")


@contextmanager
def read_archive(path: Path, key: RecoveryKey) -> Iterator[tuple[dict[str, object], Found]]:
    """A backup's head and its tables. Raises: BackupFault, RecoveryFault."""
    try:
        with open(path, "rb") as file, _opening(file, key) as plain, tarfile.open(fileobj=plain, mode="r|gz") as tar:
            first = tar.next()
            content = tar.extractfile(first) if first is not None and first.name == HEAD else None
            if content is None:
                raise BackupFault(f"{path.name} is no backup of Frontdesk.")
            yield json.loads(content.read()), Found(tar)
    except OSError as fault:
        raise BackupFault(f"{path} cannot be read ({fault.strerror or fault}).") from fault
    except (tarfile.TarError, EOFError) as fault:
        raise BackupFault(f"{path.name} is damaged, or not whole. Take another one.") from fault


@contextmanager
def _sealing(into: BinaryIO, recipients: list[str]) -> Iterator[BinaryIO]:
    read, write = os.pipe()
    with ThreadPoolExecutor(1) as other:
        sealed = other.submit(_closing, os.fdopen(read, "rb"), lambda plain: seal_stream(recipients, plain, into))
        with os.fdopen(write, "wb") as plain:
            yield plain
        sealed.result()


@contextmanager
def _opening(sealed: BinaryIO, key: RecoveryKey) -> Iterator[BinaryIO]:
    read, write = os.pipe()
    with ThreadPoolExecutor(1) as other:
        opened = other.submit(_closing, os.fdopen(write, "wb"), lambda plain: open_stream(key, sealed, plain))
        try:
            with os.fdopen(read, "rb") as plain:
                yield plain
                _drain(plain)
        except (BackupFault, tarfile.TarError, EOFError):
            if isinstance(why := opened.exception(), RecoveryFault):
                raise why from None  # what is wrong with the seal says more than what came of it
            raise
        opened.result()


def _closing(end: BinaryIO, do: Callable[[BinaryIO], None]) -> None:
    with end:
        do(end)


class _Counted:
    """Reads on, and keeps the hash of what was read."""

    def __init__(self, content: Reads) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, most: int = _AT_ONCE, /) -> bytes:
        got = self._content.read(most)
        self.sha256.update(got)
        return got


def _add(tar: tarfile.TarFile, name: str, content: Reads, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size = size
    tar.addfile(member, content)


def _drain(content: Reads) -> None:
    while content.read(_AT_ONCE):
        pass


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _only_ours(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sync_folder(folder: Path) -> None:
    """See that the names in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
