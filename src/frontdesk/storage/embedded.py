"""The built-in PostgreSQL: the first process of a data folder starts it, others join, the last to leave stops it.

Every user of the folder holds a shared lock on one file, and the kernel drops it when the user dies,
however it dies: nobody's number is written down, so nobody has to be crossed out. Whoever gets that
lock alone is the last. A server that outlives users killed at once is taken over by the next.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from frontdesk.storage.account import name_of, servers_account
from frontdesk.storage.cluster import DATABASE, OWNER, Cluster
from frontdesk.storage.faults import DatabaseFault

__all__ = ["DatabaseFault", "EmbeddedPostgres", "Joined"]


@dataclass(kw_only=True, slots=True)
class Joined:
    """A process's part in the running server. `url` is the owner's and holds its password."""

    url: str = field(repr=False)
    cluster: Cluster
    lease: int
    _left: bool = False

    def leave(self) -> None:
        """Stop using the server, and stop it where nobody else does. Left twice is left."""
        if self._left:
            return
        self._left = True
        try:
            with _alone(self.cluster.folder):
                if _is_last(self.lease):
                    self.cluster.stop()
        finally:
            os.close(self.lease)

    def __enter__(self) -> "Joined":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


class EmbeddedPostgres:
    """The PostgreSQL that comes with Frontdesk."""

    @staticmethod
    def join(folder: Path) -> Joined:
        """The folder's server, running and ready; made and started where need be. Blocks: a second or two at most.

        `folder` is FRONTDESK_HOME; the data lies in `postgres` below it.
        Raises: DatabaseFault.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = folder.resolve()
            _check_owner(folder)
            with _alone(folder):
                return _joined(folder)
        except OSError as fault:
            raise DatabaseFault(
                f"{fault.filename or folder} cannot be used ({fault.strerror}). "
                "Make room or give yourself the right to write there, or choose another FRONTDESK_HOME."
            ) from fault


def _joined(folder: Path) -> Joined:
    cluster = Cluster(folder=folder, account=servers_account())
    lease = _open(folder / "postgres.users")
    try:
        fcntl.flock(lease, fcntl.LOCK_SH)
        cluster.check()
        password = _password(folder, made=cluster.data.exists())
        if not cluster.data.exists():
            cluster.make(password)
        cluster.start()
    except BaseException:
        os.close(lease)
        raise
    address = f"postgresql://{OWNER}:{quote(password)}@/{DATABASE}?host={quote(str(cluster.sockets()), safe='')}"
    return Joined(url=address, cluster=cluster, lease=lease)


def _check_owner(folder: Path) -> None:
    owner, me = folder.stat().st_uid, os.geteuid()
    if owner != me:
        raise DatabaseFault(
            f"{folder} belongs to {name_of(owner)}, and Frontdesk runs as {name_of(me)}. "
            f"Run it as {name_of(owner)}, or set FRONTDESK_HOME to a folder of your own."
        )


def _password(folder: Path, *, made: bool) -> str:
    """The owner's password, kept in a file that only its user reads; a new one for data still to be made."""
    kept = folder / "postgres.password"
    if kept.exists():
        return kept.read_text("ascii")
    if made:
        raise DatabaseFault(
            f"{kept} is missing, and the data beside it opens with nothing else. Restore it from a backup."
        )
    password, fresh = secrets.token_urlsafe(32), folder / "postgres.password.new"
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as written:
        written.write(password)
        written.flush()
        os.fsync(file)
    fresh.rename(kept)
    return password


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else starts or stops the folder's server meanwhile."""
    lock = _open(folder / "postgres.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _is_last(lease: int) -> bool:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
