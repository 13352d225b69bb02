"""A patient's file, and forgetting them, from the command line."""

import json
import stat
from pathlib import Path

import pytest
from tests.cli.command import run, told

AT = "2026-05-26T21:47"
TALK = """Hi, I'd like to book a Botox consultation
First time
Thursday evening
the first one
Maria Gonzalez, 512 555 0147
maria@example.com
yes
"""
MARIA = ("--practice", "smile", "--patient", "(512) 555-0147")


@pytest.fixture
def booked(sampled: Path) -> Path:
    """A data folder in which Maria has booked a visit."""
    done = run(sampled, "text", "--at", AT, "--json", lines=TALK)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["appointments"]
    return sampled


def test_a_patient_gets_their_file_and_is_forgotten(booked: Path, tmp_path: Path) -> None:
    file = tmp_path / "maria.json"

    exported = run(booked, "export", *MARIA, "--to", str(file))
    refused = told(run(booked, "forget", *MARIA, "--yes"))
    forgotten = run(booked, "forget", *MARIA, "--yes", "--cancel-visits")
    gone = told(run(booked, "export", *MARIA))

    assert exported.returncode == 0, exported.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Gonzalez" in file.read_text()
    assert "--cancel-visits" in refused[0]
    assert forgotten.returncode == 0, forgotten.stderr
    assert "Gonzalez" not in forgotten.stdout
    certificate = json.loads(forgotten.stdout)
    assert certificate["destroyed"]["patients"] == 1
    assert certificate["kept"] == []  # the visit never took place
    assert gone == ["frontdesk: Smile Aesthetics keeps nothing under that id, number, address or name."]


def test_nothing_is_forgotten_without_a_yes(booked: Path) -> None:
    run(booked, "forget", *MARIA, "--cancel-visits", lines="n\n")

    assert "Gonzalez" in run(booked, "export", *MARIA).stdout
