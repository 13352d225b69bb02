"""`why` and `replay` from the command line, on a conversation that a patient has had."""

import json
from pathlib import Path

from tests.cli.command import run, told

AT = "2026-05-26T21:47"
SAID = "I'd like a Botox consultation\nfirst time\nThursday after 3\n"


def test_a_conversation_is_explained_and_goes_the_same_way_again(sampled: Path) -> None:
    run(sampled, "text", "--at", AT, lines=SAID)

    explained = run(sampled, "why", "--last")
    kept = json.loads(run(sampled, "why", "--last", "--json").stdout)
    replayed = run(sampled, "replay", kept["conversation"])
    as_json = json.loads(run(sampled, "replay", "--since", "2026-05-26", "--json").stdout)

    assert "heard    wish time: " in explained.stdout
    assert "find slots: service Botox consultation" in explained.stdout
    assert "said     offer slots: slots Thu 2026-05-28" in explained.stdout
    assert [step["why"]["says"][-1]["is"] for step in kept["steps"]] == ["AskFirstVisit", "AskTime", "OfferSlots"]
    assert (replayed.returncode, replayed.stdout) == (0, "1 conversations, 3 messages, 0 changes.\n")
    assert as_json == {"conversations": 1, "messages": 3, "passed_over": 0, "changes": []}


def test_a_conversation_has_to_be_named(sampled: Path) -> None:
    assert told(run(sampled, "why")) != []
    assert "names no conversation" in told(run(sampled, "replay", "yesterday's"))[0]
    assert "Nobody has written yet" in told(run(sampled, "why", "--last"))[0]
