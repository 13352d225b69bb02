"""The audit from the command line: whole, tampered with, cut off, and told to a patient."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from frontdesk.cli import main
from frontdesk.storage.audit_anchors import forget_anchors


@dataclass(frozen=True, kw_only=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def database_url(sampled_url: str) -> str:
    """The database of the demo: with the sample practice in it."""
    return sampled_url


@pytest.fixture
def run(sampled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs commands in this process, on a desk to whom a patient has said two things."""
    monkeypatch.setenv("FRONTDESK_HOME", str(sampled))

    def run(*arguments: str) -> Done:
        code = 0
        try:
            main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        shown = capsys.readouterr()
        return Done(code=code, out=shown.out, err=shown.err)

    monkeypatch.setattr("sys.stdin", io.StringIO("hello\ndo you have parking?\n"))
    said = run("text", "--at", "2026-05-26T21:47")
    assert said.code == 0, said.err
    return run


def as_owner(database_url: str, *statements: str) -> None:
    """Somebody who has the database changes it."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement.encode())


def test_it_is_proven_anchored_and_told(run: Run, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.jsonl"

    anchored = run("audit", "anchor", "--practice", "smile", "--to", str(anchors))
    whole = run("audit", "verify", "--anchor", str(anchors))
    bundle = json.loads(run("audit", "export", "--practice", "smile", "--patient", "+15125550147").out)
    page = run("audit", "export", "--practice", "smile", "--patient", "+15125550147", "--as", "page")

    assert anchored.code == 0, anchored.err
    assert (whole.code, "events, each as it was written and in its place" in whole.out) == (0, True), whole.err
    kinds = [one["resource"]["subtype"][0]["code"] for one in bundle["entry"]]
    assert {"message.received", "assistant.decided", "message.handed-over"} <= set(kinds)
    again = json.loads(run("audit", "export", "--practice", "smile", "--patient", "+15125550147").out)
    assert "audit.exported" in [one["resource"]["subtype"][0]["code"] for one in again["entry"]]
    assert "The assistant decided what to do about your message" in page.out


def test_what_was_changed_is_named_with_exit_code_one(run: Run, database_url: str) -> None:
    before = run("audit", "verify", "--practice", "smile")

    as_owner(database_url, "delete from audit_event where what = 'assistant.decided'")

    changed = run("audit", "verify", "--practice", "smile")
    assert before.code == 0, before.out
    assert changed.code == 1
    assert "CHANGED. The first bad one is event" in changed.out
    assert "it was taken out" in changed.out


def test_a_cut_end_is_found_by_an_anchor_and_not_without(
    run: Run, database_url: str, sampled: Path, tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors.jsonl"
    run("audit", "anchor", "--practice", "smile", "--to", str(anchors))

    as_owner(
        database_url,
        "delete from audit_event where id in (select event_id from audit_link where seq > 5)",
        "delete from audit_link where seq > 5",
    )

    forget_anchors(sampled)  # those that this desk, or another with the same folder, has kept by itself
    unseen = run("audit", "verify", "--practice", "smile")
    seen = run("audit", "verify", "--practice", "smile", "--anchor", str(anchors))
    assert unseen.code == 0, unseen.out
    assert seen.code == 1
    assert "CHANGED" in seen.out


def test_a_forged_anchor_is_refused(run: Run, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.jsonl"
    run("audit", "anchor", "--practice", "smile", "--to", str(anchors))

    anchors.write_text(anchors.read_text().replace('"events": ', '"events": 1'))

    forged = run("audit", "verify", "--practice", "smile", "--anchor", str(anchors))
    assert forged.code == 2
    assert "its signature is not of this practice's key" in forged.err


def test_who_nobody_knows_is_told_in_one_line(run: Run) -> None:
    unknown = run("audit", "export", "--practice", "smile", "--patient", "+15125550111")

    assert unknown.code == 2
    assert len(unknown.err.splitlines()) == 1
