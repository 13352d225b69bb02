"""The main job through the real command: a patient writes at 9:47 pm, and the visit stands in the calendar."""

import json
from pathlib import Path

import pytest
from tests.cli.command import run

AT = "2026-05-26T21:47"
CONVERSATION = [
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Evenings would be great",
    "Thursday",
    "Maria Gonzalez, 512 555 0147",
    "maria@example.com",
    "yes",
]
Turn = dict[str, object]


def talk(home: Path, *lines: str, at: str = AT, options: tuple[str, ...] = ()) -> list[Turn]:
    """The turns of a conversation, as the command's JSON tells them."""
    done = run(home, "text", "--json", "--at", at, *options, lines="".join(f"{line}\n" for line in lines))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_conversation_books_one_botox_consultation_on_thursday_at_six(home: Path) -> None:
    """On a machine that has nothing yet: it makes and starts its own database."""
    turns = talk(home, *CONVERSATION)

    assert [len(turn["replies"]) for turn in turns] == [1] * len(CONVERSATION)
    first, offer, last = turns[0]["replies"][0], turns[2]["replies"][0], turns[-1]
    assert "automated assistant" in first
    assert "May 28 at 6:00 PM" in offer
    assert "June 2 at 6:30 PM" in offer
    assert len(last["appointments"]) == 1
    visit = last["appointments"][0]
    assert visit["service"] == "Botox consultation"
    assert visit["start"] == "2026-05-28T18:00:00-05:00"
    assert visit["end"] == "2026-05-28T18:30:00-05:00"
    assert visit["status"] == "booked"
    assert "/intake/" in last["replies"][0]


def test_each_message_may_be_a_command_of_its_own(sampled: Path) -> None:
    for line in CONVERSATION[:-1]:
        run(sampled, "text", "--at", AT, line)

    done = run(sampled, "text", "--json", "--at", AT, CONVERSATION[-1])

    assert [visit["status"] for visit in json.loads(done.stdout)["appointments"]] == ["booked"]


@pytest.mark.parametrize(
    ("at", "options"),
    [("2026-06-09T21:47", ()), (AT, ("--seed", "1234"))],
    ids=["another day", "another seed"],
)
@pytest.mark.usefixtures("on_the_test_server")
def test_the_offers_are_computed(home: Path, at: str, options: tuple[str, ...]) -> None:
    offer = talk(home, *CONVERSATION[:3], at=at, options=options)[-1]["replies"][0]

    assert not ("May 28 at 6:00 PM" in offer and "June 2 at 6:30 PM" in offer)
