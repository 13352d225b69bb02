"""Links that a command writes beside a demo lead to that demo, whatever its port."""

from pathlib import Path

from tests.cli.command import run

from frontdesk.cli.beside import announced
from frontdesk.settings import Settings

TALK = (
    "Book a botox consultation",
    "First time",
    "Thursday evening",
    "The first",
    "Maria Gonzalez",
    "m@example.com",
    "yes",
)


def test_a_link_written_beside_a_demo_leads_to_its_pages_while_it_runs(sampled: Path) -> None:
    with announced(Settings(home=sampled, port=8099, public_url="http://localhost:8099")):
        beside = run(sampled, "chat", "tag", "smile").stdout
        told_otherwise = run(sampled, "chat", "tag", "smile", FRONTDESK_PORT="8011").stdout
    alone = run(sampled, "chat", "tag", "smile").stdout

    assert "http://localhost:8099/chat/smile" in beside
    assert "http://localhost:8011/chat/smile" in told_otherwise
    assert "http://localhost:8000/chat/smile" in alone


def test_what_a_patient_is_sent_beside_a_demo_leads_there_too(sampled: Path) -> None:
    with announced(Settings(home=sampled, port=8099, public_url="http://localhost:8099")):
        said = run(sampled, "text", lines="\n".join(TALK)).stdout

    assert "You're booked!" in said
    assert "http://localhost:8099/intake/" in said
