"""`desk`, `pause` and `resume` from the command line, on a conversation that waits for a person."""

import json
from pathlib import Path

from tests.cli.command import run, told

AT = "2026-05-26T21:47"


def test_a_task_is_shown_taken_answered_and_given_back(sampled: Path) -> None:
    run(sampled, "text", "--at", AT, lines="I'd like to speak to a person\n")
    task = json.loads(run(sampled, "desk", "tasks", "--json").stdout)["task"]

    shown = run(sampled, "desk", "show", task, "--language", "es").stdout
    steps = [
        run(sampled, "desk", *step).stdout
        for step in (("take", task), ("write", task, "Dana here."), ("give-back", task), ("tasks",))
    ]

    assert "pidió hablar con una persona" in shown
    assert "patient: I'd like to speak to a person" in shown
    assert steps == ["It is yours.\n", "It is on its way.\n", "The assistant answers again.\n", ""]


def test_a_pause_is_told_by_the_check_and_ends(sampled: Path) -> None:
    paused = run(sampled, "pause", "smile", "--channel", "sms").stdout
    checked = run(sampled, "check").stdout
    resumed = [run(sampled, "resume", "smile").stdout for _ in range(2)]

    assert paused == "The assistant of smile is paused on sms until `frontdesk resume`.\n"
    assert "the assistant of smile is silent on sms" in checked
    assert resumed == ["The assistant of smile answers again.\n", "The assistant of smile was not paused.\n"]
    assert "over already" in told(run(sampled, "pause", "smile", "--until", "2020-01-01T09:00"))[0]


def test_a_draft_is_shown_and_sent(sampled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "smile"
    run(sampled, "practice", "export", "smile", str(folder))
    (folder / "coverage.yaml").write_text("sms: drafts\n")
    run(sampled, "practice", "apply", str(folder))
    run(sampled, "text", "--at", AT, lines="Botox consultation Thursday evening please, I've been before\n")
    task = json.loads(run(sampled, "desk", "tasks", "--json").stdout)["task"]

    shown = run(sampled, "desk", "draft", task).stdout
    sent = run(sampled, "desk", "send-draft", task).stdout
    left = run(sampled, "desk", "tasks").stdout

    assert "They wrote:  Botox consultation Thursday evening" in shown
    assert "Thursday, May 28" in shown
    assert "Thursday, May 28" in sent
    assert left == ""
    assert "no open task" in told(run(sampled, "desk", "drop-draft", task))[0]
