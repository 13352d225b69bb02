"""`frontdesk chat`: the line for the clinic's site, and links that open the chat with a service."""

import re
from pathlib import Path

from tests.cli.command import run, told


def test_the_line_for_the_site_names_the_practice_and_what_a_policy_has_to_allow(sampled: Path) -> None:
    done = run(sampled, "chat", "tag", "smile", FRONTDESK_PUBLIC_URL="https://desk.example.com")

    assert done.stdout.splitlines() == [
        '<script src="https://desk.example.com/chat/smile/widget.js" async></script>',
        "Content-Security-Policy: script-src https://desk.example.com; frame-src https://desk.example.com",
        'Permissions-Policy: microphone=("https://desk.example.com")   '
        "# where the site sends one, and patients may talk",
        "By itself: https://desk.example.com/chat/smile",
    ]


def test_a_link_to_a_service_is_signed_and_runs_out(sampled: Path) -> None:
    done = run(sampled, "chat", "link", "smile", "--service", "hydrafacial")

    assert re.fullmatch(r"http://localhost:8000/book/[\w-]{70}\n", done.stdout)
    assert re.fullmatch(r"It works until \w{3} \d{4}-\d\d-\d\d \d\d:\d\d\.\n", done.stderr)


def test_a_service_that_is_not_there_and_a_day_that_is_over_are_told(sampled: Path) -> None:
    unknown = told(run(sampled, "chat", "link", "smile", "--service", "hydrafacal"))
    over, far = (
        told(run(sampled, "chat", "link", "smile", "--service", "hydrafacial", "--until", until))
        for until in ("2020-01-01T09:00", "2199-01-01T09:00")
    )

    assert 'Did you mean "hydrafacial"?' in unknown[0]
    assert "over already" in over[0]
    assert "two years ahead" in far[0]
