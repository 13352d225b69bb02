"""`frontdesk check` on a real data folder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from tests.cli.command import run
from tests.cli.test_agreements import PRACTICE, RECORD

pytestmark = pytest.mark.usefixtures("on_the_test_server")

SMTP = {
    "FRONTDESK_SMTP_URL": "smtps://desk:secret@smtp.example.com",
    "FRONTDESK_PUBLIC_URL": "https://desk.example.com",
}


def a_certificate(folder: Path, *, days: int) -> dict[str, str]:
    now = datetime.now(UTC)
    issued = trustme.CA().issue_cert(
        "desk.example.com", not_before=now - timedelta(days=1), not_after=now + timedelta(days=days)
    )
    chain, key = folder / "desk.crt", folder / "desk.key"
    chain.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    key.chmod(0o600)
    return {"FRONTDESK_TLS_CERTIFICATE": str(chain), "FRONTDESK_TLS_KEY": str(key)}


def test_a_demo_lists_what_is_demo_only_and_ends_well(sampled: Path) -> None:
    run(sampled, "text", "--at", "2026-05-26T21:47", "hi")

    done = run(sampled, "check")

    assert done.returncode == 0, done.stderr
    assert "DEMO ONLY" in done.stdout
    assert "UNSAFE" not in done.stdout


def test_a_real_practice_is_unsafe_until_each_thing_is_mended(home: Path, tmp_path: Path) -> None:
    run(home, "practice", "apply", str(PRACTICE))
    certificate = a_certificate(tmp_path, days=90)

    before = run(home, "check", **SMTP, **certificate)
    run(home, *RECORD, "--covers", "smtp.example.com")
    run(home, "keys", "export-recovery", str(tmp_path / "sheet"))
    run(home, "keys", "confirm-recovery", str(tmp_path / "sheet"))
    run(home, "backup", str(tmp_path / "backups"))
    after = run(home, "check", **SMTP, **certificate)
    Path(certificate["FRONTDESK_TLS_KEY"]).chmod(0o644)
    readable = run(home, "check", **SMTP, **certificate)

    assert (before.returncode, after.returncode, readable.returncode) == (1, 0, 1), after.stdout + after.stderr
    assert "smtp.example.com (email) is set to be used, and no agreement" in before.stdout
    assert "no recovery key is confirmed" in before.stdout
    assert "No restore was tried" in after.stdout
    assert "--covers smtp.example.com" in before.stdout
    assert "Nothing unsafe was found." in after.stdout
    assert f"chmod -R go-rwx {certificate['FRONTDESK_TLS_KEY']}" in readable.stdout
    assert "secret" not in before.stdout + after.stdout


def test_a_certificate_that_ends_soon_is_told(home: Path, tmp_path: Path) -> None:
    done = run(home, "check", **SMTP, **a_certificate(tmp_path, days=10))

    assert done.returncode == 1
    assert "The TLS certificate ends on" in done.stdout
