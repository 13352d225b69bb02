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
