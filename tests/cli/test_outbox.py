"""`frontdesk outbox` from the command line, and what `check` says of it."""

import json
from pathlib import Path
from uuid import uuid4

import psycopg
from tests.cli.command import run, told


def test_what_will_not_go_is_listed_tried_again_and_dropped(sampled: Path, sampled_url: str) -> None:
    run(sampled, "text", "--at", "2026-05-26T21:47", lines="Where can I park?\n")
    with psycopg.connect(sampled_url, autocommit=True) as owner:
        owner.execute("update outbox set state = 'refused', trouble = 'the account is closed', tried_at = null")

    [line] = run(sampled, "outbox", "list", "--practice", "smile", "--json").stdout.splitlines()
    id = json.loads(line)["id"]
    queue = [json.loads(row) for row in run(sampled, "outbox", "queue", "--json").stdout.splitlines()]
    checked = run(sampled, "check").stdout
    strange = told(run(sampled, "outbox", "drop", str(uuid4())))
    retried = run(sampled, "outbox", "retry", id).stdout
    empty = run(sampled, "outbox", "list").stdout
    with psycopg.connect(sampled_url, autocommit=True) as owner:
        owner.execute("update outbox set state = 'refused'")
    shown = run(sampled, "outbox", "list").stdout
    dropped = run(sampled, "outbox", "drop", "all").stdout

    assert {row["kind"]: (row["dead"], row["can_be_retried"]) for row in queue}["messages"] == (1, 1)
    assert json.loads(line)["why"] == "the account is closed"
    assert "1 of the messages of smile will not go by themselves" in checked
    assert "names no message that will not go" in strange[0]
    assert retried == f"{id}  on its way\n"
    assert empty == "Nothing: whatever was written has gone, or is on its way.\n"
    assert "sms to a patient" in shown
    assert dropped == f"{id}  dropped\n"
