"""Bad input gets one clear line that says what to do, and no traceback."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.cli.command import run, told


@pytest.mark.usefixtures("on_the_test_server")
def test_an_unknown_practice_is_named_with_what_to_do(home: Path) -> None:
    lines = told(run(home, "text", "--practice", "nowhere", "hi"))

    assert len(lines) == 1
    assert "There is no practice 'nowhere'" in lines[0]
    assert "frontdesk practice apply FOLDER" in lines[0]


@pytest.mark.usefixtures("on_the_test_server")
@pytest.mark.parametrize("at", ["tomorrow", "2026-13-01T10:00", "2026-05-26", "2026-03-08T02:30"])
def test_a_wrong_time_is_named_with_how_to_write_it(home: Path, at: str) -> None:
    lines = told(run(home, "text", "--at", at, "hi"))

    assert len(lines) == 1
    assert at in lines[0]


def test_every_wrong_setting_is_told_at_once(home: Path) -> None:
    lines = told(run(home, "text", "hi", FRONTDESK_PORT="eighty", FRONTDESK_DATABASE_URL="mysql://localhost/x"))

    assert len(lines) == 2
    assert "FRONTDESK_PORT" in "".join(lines)
    assert "FRONTDESK_DATABASE_URL" in "".join(lines)


def test_a_wrong_number_is_named(home: Path) -> None:
    lines = told(run(home, "text", "--from", "12", "hi"))

    assert lines == ["frontdesk: --from is '12'; write a phone number like +15125550147."]


def test_a_database_that_is_not_there_is_one_line(home: Path) -> None:
    lines = told(run(home, "migrate", FRONTDESK_DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/none"))

    assert len(lines) == 1
    assert "does not answer" in lines[0]
    assert "secret" not in lines[0]


def test_a_port_in_use_is_one_line(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        lines = told(run(home, "demo", "--port", str(port)))

    assert len(lines) == 1
    assert f"Port {port}" in lines[0]
    assert "--port" in lines[0]


@pytest.mark.usefixtures("on_the_test_server")
def test_an_unreadable_practice_folder_is_named(home: Path, tmp_path: Path) -> None:
    lines = told(run(home, "practice", "apply", str(tmp_path / "missing")))

    assert "missing" in lines[0]


def test_a_killed_database_in_the_middle_is_told_and_nothing_is_lost(home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "frontdesk", "text", "--at", "2026-05-26T21:47"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "FRONTDESK_HOME": str(home)},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("Hi, I'd like to book a Botox consultation\n")
    process.stdin.flush()
    assert "Ava>" in process.stdout.readline()
    kill_postgres(home)

    _, stderr = process.communicate("First time\n", timeout=60)

    assert process.returncode in {1, 2}
    assert "Traceback" not in stderr
    assert stderr.startswith("frontdesk: ")
    again = run(home, "text", "--at", "2026-05-26T21:47", "First time")
    assert again.returncode == 0, again.stderr
    assert "days or times" in again.stdout


def kill_postgres(home: Path) -> None:
    """Kill the folder's PostgreSQL as a power cut would."""
    pid = int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    postmaster = psutil.Process(pid)
    family = [postmaster, *postmaster.children()]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=10)
    time.sleep(0.2)
