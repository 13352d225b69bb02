"""What a database is used for, and its one clock, shared by every process that uses it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

import psycopg
from psycopg.rows import DictRow, dict_row

from frontdesk.ports.clock import Clock
from frontdesk.storage.clock import DeskClock, real_now
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.migrate import unreachable

CLOCK_LOCK = 7_306_552


class Kind(Enum):
    """What the data is: a demo never meets a real carrier or system, production never an invented patient."""

    UNDECIDED = "undecided"
    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pinned:
    """A clock that shows `at` now and runs on from there; `words` are how it was asked for. UTC."""

    at: datetime
    words: str


@dataclass(kw_only=True, slots=True)
class Entered:
    """A process's part in the installation; its connection keeps others from turning the clock."""

    kind: Kind
    clock: Clock
    connection: psycopg.Connection[DictRow] = field(repr=False)

    def become(self, kind: Kind) -> None:
        """Decide what the data is; decided once.

        Raises: DatabaseFault when it is something else already.
        """
        if self.kind not in {Kind.UNDECIDED, kind}:
            raise DatabaseFault(CLASHES[kind])
        self.connection.execute("update installation set kind = %s", (kind.value,))
        self.kind = kind

    def turn(self, pin: Pinned | None) -> None:
        """Turn the clock to a pinned time, or (None) to real time. Only who is alone may; the same pin is no turn.

        Raises: DatabaseFault while another process uses the clock.
        """
        wanted = pin.words if pin else None
        with self._alone() as alone:
            if alone:
                ahead = pin.at - real_now() if pin else timedelta(0)
                self.connection.execute(
                    "update installation set clock_pinned_to = %s, clock_ahead = %s", (wanted, ahead)
                )
                self.clock = DeskClock(ahead=ahead)
            elif _row(self.connection)["clock_pinned_to"] != wanted:
                raise DatabaseFault(
                    f"This data folder is in use, and its clock shows {self.clock.now():%Y-%m-%d %H:%M} UTC. "
                    "Leave --at out to join that clock, stop the other process, or set another FRONTDESK_HOME."
                )

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether nobody else is here; while the block runs, nobody comes in either."""
        row = self.connection.execute("select pg_try_advisory_lock(%s) as alone", (CLOCK_LOCK,)).fetchone()
        alone = bool(row and row["alone"])
        try:
            yield alone
        finally:
            if alone:
                self.connection.execute("select pg_advisory_unlock(%s)", (CLOCK_LOCK,))

    def empty(self) -> None:
        """Throw away everything in a demo's database, so that it begins anew; enter again after it is migrated.

        Raises: DatabaseFault where another process uses it, or where it is no demo.
        """
        if self.kind is Kind.PRODUCTION:
            raise DatabaseFault(CLASHES[Kind.DEMO])
        with self._alone() as alone:
            if not alone:
                raise DatabaseFault("Another process uses this data folder. Stop it before --reset.")
            self.connection.execute("drop schema if exists queue cascade")
            self.connection.execute("drop schema public cascade")
            self.connection.execute("create schema public")

    def leave(self) -> None:
        """Let go of the clock, at once: the server would notice a closed connection a moment later."""
        with suppress(psycopg.OperationalError):
            self.connection.execute("select pg_advisory_unlock_shared(%s)", (CLOCK_LOCK,))
        self.connection.close()


CLASHES = {
    Kind.DEMO: "This data folder belongs to a real practice. Give the demo a folder of its own: FRONTDESK_HOME=...",
    Kind.PRODUCTION: (
        "This data folder holds the demo's invented patients. "
        "Give the practice a folder of its own: FRONTDESK_HOME=..., or unset FRONTDESK_DATABASE_URL."
    ),
}


def enter(url: str) -> Entered:
    """Take part in an installation, on its clock. Raises: DatabaseFault."""
    try:
        connection = psycopg.connect(url, autocommit=True, row_factory=dict_row, application_name="frontdesk-clock")
    except psycopg.OperationalError as fault:
        raise DatabaseFault(unreachable(fault)) from None
    connection.execute("insert into installation (kind) values ('undecided') on conflict do nothing")
    connection.execute("select pg_advisory_lock_shared(%s)", (CLOCK_LOCK,))
    row = _row(connection)
    return Entered(kind=Kind(row["kind"]), clock=DeskClock(ahead=row["clock_ahead"]), connection=connection)


def is_restoring(url: str) -> bool:
    """Whether a restore into this database has begun and not ended. Raises: DatabaseFault."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            row = connection.execute(
                "select count(*) from pg_attribute "
                "where attrelid = to_regclass('installation') and attname = 'restoring'"
            ).fetchone()
            if row is None or not row[0]:
                return False
            return connection.execute("select from installation where restoring").fetchone() is not None
    except psycopg.OperationalError as fault:
        raise DatabaseFault(unreachable(fault)) from None


def _row(connection: psycopg.Connection[DictRow]) -> DictRow:
    row = connection.execute("select kind, clock_pinned_to, clock_ahead from installation").fetchone()
    if row is None:
        raise DatabaseFault("The database has lost its installation row. Restore it from a backup.")
    return row
