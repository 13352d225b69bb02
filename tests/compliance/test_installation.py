"""What `frontdesk check` finds, and what it lets pass."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.clinic import NOW
from tests.compliance.test_agreements import MAIL, an_agreement

from frontdesk.compliance.installation import BackupFacts, Facts, Level, PracticeFacts, Transit, findings

PRACTICE = PracticeFacts(
    key="clinic",
    agreements=[an_agreement()],
    used=[MAIL],
    spoken=[("smtp.example.com", "TLSv1.3")],
    state="TX",
    today=date(2026, 5, 26),
)
BACKED_UP = BackupFacts(
    recovery_confirmed=True,
    folder="/mnt/backups",
    beside_data=False,
    made=NOW - timedelta(hours=20),
    drilled=NOW - timedelta(days=60),
)
SAFE = Facts(
    demo=False,
    now=NOW,
    clock_pinned_to=None,
    public_url="https://desk.example.com",
    certificate_ends=NOW + timedelta(days=60),
    tls_12_for=None,
    database=Transit.VERIFIED,
    open_paths=[],
    sends_mail=True,
    master_key_file=None,
    key_service_untried=None,
    backups=BACKED_UP,
    practices=[PRACTICE],
)


def test_a_safe_installation_has_no_finding() -> None:
    assert findings(SAFE) == []


@pytest.mark.parametrize(
    ("unsafe", "words"),
    [
        (replace(SAFE, clock_pinned_to="2026-05-26T21:47"), "pinned"),
        (replace(SAFE, public_url="http://desk.example.com"), "http://"),
        (replace(SAFE, certificate_ends=NOW + timedelta(days=20)), "certificate ends"),
        (replace(SAFE, tls_12_for="twilio"), "TLS 1.2, for the carrier twilio"),
        (replace(SAFE, database=Transit.PLAIN), "database"),
        (replace(SAFE, database=Transit.UNVERIFIED), "database"),
        (replace(SAFE, open_paths=["/var/lib/frontdesk"]), "/var/lib/frontdesk"),
        (replace(SAFE, backups=replace(BACKED_UP, recovery_confirmed=False)), "no recovery key is confirmed"),
        (replace(SAFE, backups=replace(BACKED_UP, made=NOW - timedelta(hours=27))), "The last backup is from"),
        (replace(SAFE, backups=replace(BACKED_UP, made=None)), "There is no backup"),
        (replace(SAFE, practices=[replace(PRACTICE, agreements=[])]), "no agreement with it is recorded"),
        (replace(SAFE, practices=[replace(PRACTICE, today=date(2025, 1, 1))]), "begins on"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_thing_that_is_unsafe_is_one_finding_with_its_mending(unsafe: Facts, words: str) -> None:
    found = findings(unsafe)

    assert [finding.level for finding in found] == [Level.UNSAFE]
    assert words in found[0].what
    assert found[0].fix


@pytest.mark.parametrize(
    "facts",
    [
        replace(SAFE, certificate_ends=None),
        replace(SAFE, sends_mail=False),
        replace(SAFE, master_key_file="/var/lib/frontdesk/master.key"),
        replace(SAFE, practices=[]),
        replace(SAFE, practices=[replace(PRACTICE, state="")]),
        replace(SAFE, practices=[replace(PRACTICE, spoken=[("smtp.example.com", "TLSv1.2")])]),
    ],
)
def test_what_is_worth_knowing_is_a_note(facts: Facts) -> None:
    assert [finding.level for finding in findings(facts)] == [Level.NOTE]


def test_a_demo_says_what_must_stay_a_demo() -> None:
    demo = replace(
        SAFE, demo=True, public_url="http://localhost:8000", certificate_ends=None, clock_pinned_to="Tuesday"
    )

    found = findings(demo)

    assert {finding.level for finding in found} == {Level.DEMO}
    assert any("localhost" in finding.what for finding in found)
    assert any("pinned" in finding.what for finding in found)


@pytest.mark.parametrize(
    ("worth", "words"),
    [
        (replace(SAFE, backups=replace(BACKED_UP, drilled=None)), "No restore was tried"),
        (replace(SAFE, backups=replace(BACKED_UP, drilled=NOW - timedelta(days=93))), "No restore was tried"),
        (replace(SAFE, backups=replace(BACKED_UP, folder=None)), "FRONTDESK_BACKUPS is not set"),
        (replace(SAFE, backups=replace(BACKED_UP, beside_data=True)), "same disk"),
        (replace(SAFE, key_service_untried="HashiCorp Vault"), "kept by HashiCorp Vault"),
        (replace(SAFE, practices=[replace(PRACTICE, without_second_factor=2)]), "2 invited people"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_thing_that_is_worth_knowing_is_one_note_with_its_mending(worth: Facts, words: str) -> None:
    found = findings(worth)

    assert [finding.level for finding in found] == [Level.NOTE]
    assert words in found[0].what
    assert found[0].fix
