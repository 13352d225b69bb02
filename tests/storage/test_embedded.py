"""Real servers of the bundled PostgreSQL, in folders that are copied from one made once."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from frontdesk.storage.cluster import bundled_version
from frontdesk.storage.embedded import DatabaseFault, EmbeddedPostgres

AS_ROOT = os.geteuid() == 0
AN_ORDINARY_USER = 65534

A_USER = """
import sys
from pathlib import Path
from frontdesk.storage.embedded import EmbeddedPostgres
with EmbeddedPostgres.join(Path(sys.argv[1])) as joined:
    print(joined.url, flush=True)
    sys.stdin.readline()
"""

# The interpreter may lie where only root can read, so everything is loaded before rights are given up.
AN_ORDINARY_USERS_VISIT = """
import os, sys, psycopg
from pathlib import Path
from frontdesk.storage.cluster import bundled_version
from frontdesk.storage.embedded import EmbeddedPostgres
bundled_version()
os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
with EmbeddedPostgres.join(Path(sys.argv[1])) as joined, psycopg.connect(joined.url) as db:
    print(db.execute("select current_user").fetchone()[0])
"""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "home"
    EmbeddedPostgres.join(folder).leave()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return copy_of(made, tmp_path / "home")


def copy_of(made: Path, folder: Path) -> Path:
    subprocess.run(["cp", "-a", made, folder], check=True)
    return folder


@contextmanager
def another_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        [sys.executable, "-c", A_USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            yield process, url
        finally:
            process.kill()


def let_leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=20)


def pid_of(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def runs(folder: Path) -> bool:
    return (folder / "postgres" / "postmaster.pid").exists()


def kill_outright(pid: int) -> None:
    """The process is gone on return, or waits to be buried."""
    os.kill(pid, signal.SIGKILL)
    still_there = time.monotonic() + 10
    while still_there > time.monotonic():
        try:
            if not Path("/proc", str(pid), "cmdline").read_bytes():
                return
        except OSError:
            return
        time.sleep(0.01)
    pytest.fail(f"process {pid} outlived SIGKILL")


def answers(url: str) -> bool:
    with psycopg.connect(url) as db:
        return db.execute("select 1").fetchone() == (1,)


def test_the_first_to_join_makes_a_database_and_the_last_to_leave_stops_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "home"

    with EmbeddedPostgres.join(folder) as joined, psycopg.connect(joined.url) as db:
        stands = db.execute("select current_setting('server_encoding'), current_setting('data_checksums'), upper('ñ')")
        assert stands.fetchone() == ("UTF8", "on", "Ñ")
        db.execute("create extension btree_gist; create extension pg_trgm")

    assert not runs(folder)


def test_what_was_written_is_there_the_next_time(folder: Path) -> None:
    with EmbeddedPostgres.join(folder) as joined, psycopg.connect(joined.url) as db:
        db.execute("create table rooms as select 'Room 1' as name")

    with EmbeddedPostgres.join(folder) as joined, psycopg.connect(joined.url) as db:
        assert db.execute("select name from rooms").fetchone() == ("Room 1",)


def test_only_the_password_opens_it(folder: Path) -> None:
    with EmbeddedPostgres.join(folder) as joined:
        without = joined.url.replace(f":{(folder / 'postgres.password').read_text()}@", ":guess@")

        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(without)


def test_its_secrets_are_for_its_user_alone(folder: Path) -> None:
    with EmbeddedPostgres.join(folder) as joined:
        modes = {
            name: (folder / name).stat().st_mode & 0o777 for name in ("postgres", "postgres.password", "postgres.log")
        }

        assert modes == {"postgres": 0o700, "postgres.password": 0o600, "postgres.log": 0o600}
        assert "postgresql://" not in repr(joined)


def test_what_a_statement_got_wrong_stays_out_of_the_log(folder: Path) -> None:
    with EmbeddedPostgres.join(folder) as joined, psycopg.connect(joined.url, autocommit=True) as db:
        db.execute("create table patients (phone text primary key)")
        db.execute("insert into patients values (%s)", ["+15125550147"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            db.execute("insert into patients values (%s)", ["+15125550147"])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            db.execute("select 'Maria'::uuid")

    log = (folder / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "5550147" not in log
    assert "Maria" not in log


def test_a_second_process_joins_the_running_server_and_keeps_it_when_the_first_leaves(folder: Path) -> None:
    first = EmbeddedPostgres.join(folder)
    server = pid_of(folder)

    with another_process(folder) as (second, url):
        assert url == first.url
        first.leave()
        assert pid_of(folder) == server
        assert answers(url)
        let_leave(second)

    assert not runs(folder)


def test_many_processes_joining_at_once_share_one_server(folder: Path) -> None:
    with (
        another_process(folder) as (one, url),
        another_process(folder) as (two, same),
        another_process(folder) as (three, _),
    ):
        assert url == same
        assert answers(url)
        for process in (one, two, three):
            let_leave(process)

    assert not runs(folder)


def test_leaving_twice_is_leaving_once(folder: Path) -> None:
    first, second = EmbeddedPostgres.join(folder), EmbeddedPostgres.join(folder)

    first.leave()
    first.leave()

    assert answers(second.url)
    second.leave()
    assert not runs(folder)


def test_a_process_killed_outright_neither_breaks_the_others_nor_keeps_the_server(folder: Path) -> None:
    with another_process(folder) as (killed, url), EmbeddedPostgres.join(folder):
        killed.kill()
        killed.wait()

        assert answers(url)

    assert not runs(folder)


def test_a_server_whose_users_were_all_killed_is_taken_over(folder: Path) -> None:
    with another_process(folder) as (killed, _):
        killed.kill()
        killed.wait()
    server = pid_of(folder)

    with EmbeddedPostgres.join(folder) as joined:
        assert pid_of(folder) == server
        assert answers(joined.url)

    assert not runs(folder)


def test_a_server_killed_outright_recovers_with_everything_committed(folder: Path) -> None:
    before = EmbeddedPostgres.join(folder)
    with psycopg.connect(before.url) as db:
        db.execute("create table rooms as select 'Room 1' as name")
    kill_outright(pid_of(folder))

    with EmbeddedPostgres.join(folder) as joined, psycopg.connect(joined.url) as db:
        assert db.execute("select name from rooms").fetchone() == ("Room 1",)

    before.leave()
    assert not runs(folder)


def test_a_number_that_now_belongs_to_another_process_is_not_taken_for_the_server(folder: Path) -> None:
    crashed = EmbeddedPostgres.join(folder)
    killed = pid_of(folder)
    kill_outright(killed)
    crashed.leave()
    for lock in (folder / "postgres" / "postmaster.pid", folder / "postgres" / ".s.PGSQL.5432.lock"):
        lock.write_text(lock.read_text().replace(str(killed), str(os.getpid()), 1))

    with EmbeddedPostgres.join(folder) as joined:
        assert answers(joined.url)
        assert pid_of(folder) != os.getpid()


def test_a_making_cut_short_is_begun_again(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    (folder / "postgres.new" / "data").mkdir(parents=True)
    (folder / "postgres.new" / "data" / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres.join(folder) as joined:
        assert answers(joined.url)

    assert not (folder / "postgres.new").exists()


def test_a_path_too_long_for_a_socket_gets_a_private_place_that_is_tidied_away(made: Path, tmp_path: Path) -> None:
    (tmp_path / ("a" * 100)).mkdir()
    folder = copy_of(made, tmp_path / ("a" * 100) / "it's a home")

    with EmbeddedPostgres.join(folder) as joined, EmbeddedPostgres.join(folder) as second:
        sockets = joined.cluster.sockets()
        assert sockets.parent == Path(tempfile.gettempdir())
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert second.url == joined.url
        assert answers(joined.url)

    assert not sockets.exists()


def test_a_folder_made_by_another_version_is_left_alone(folder: Path) -> None:
    (folder / "postgres" / "PG_VERSION").write_text("19\n")

    with pytest.raises(
        DatabaseFault, match=f"was made by PostgreSQL 19; this Frontdesk brings PostgreSQL {bundled_version()}"
    ):
        EmbeddedPostgres.join(folder)


def test_a_folder_of_another_user_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path if AS_ROOT else Path("/usr")
    if AS_ROOT:
        os.chown(folder, AN_ORDINARY_USER, AN_ORDINARY_USER)

    with pytest.raises(DatabaseFault, match=r"belongs to .*, and Frontdesk runs as"):
        EmbeddedPostgres.join(folder)

    assert not (folder / "postgres.lock").exists()


@pytest.mark.skipif(not AS_ROOT, reason="only root can give data away")
def test_data_of_another_user_is_left_alone(folder: Path) -> None:
    os.chown(folder / "postgres", AN_ORDINARY_USER, AN_ORDINARY_USER)

    with pytest.raises(DatabaseFault, match="PostgreSQL runs as frontdesk-postgres here"):
        EmbeddedPostgres.join(folder)


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    with (folder / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = plenty\n")

    with pytest.raises(DatabaseFault) as raised:
        EmbeddedPostgres.join(folder)

    assert "does not start" in str(raised.value)
    assert "plenty" in (folder / "postgres.log").read_text()
    assert "\n" not in str(raised.value)


def test_a_lost_password_is_named(folder: Path) -> None:
    (folder / "postgres.password").unlink()

    with pytest.raises(DatabaseFault, match=r"postgres\.password is missing"):
        EmbeddedPostgres.join(folder)


def test_a_place_that_cannot_be_written_is_named() -> None:
    with pytest.raises(DatabaseFault, match="/proc/frontdesk cannot be used"):
        EmbeddedPostgres.join(Path("/proc/frontdesk"))


@pytest.mark.skipif(not AS_ROOT, reason="every other test shows it already")
def test_an_ordinary_user_runs_it_without_any_other_account() -> None:
    with tempfile.TemporaryDirectory() as place:
        os.chown(place, AN_ORDINARY_USER, AN_ORDINARY_USER)

        visit = subprocess.run(
            [sys.executable, "-c", AN_ORDINARY_USERS_VISIT, f"{place}/home", str(AN_ORDINARY_USER)],
            capture_output=True,
            text=True,
        )

        assert (visit.stdout, visit.stderr) == ("frontdesk\n", "")
        assert Path(place, "home", "postgres").stat().st_uid == AN_ORDINARY_USER
