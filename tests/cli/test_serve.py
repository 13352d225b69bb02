"""The real server process: which TLS it speaks, to whom, and when it does not start."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import trustme
from tests.cli.command import run, told
from tests.database import as_url

pytestmark = pytest.mark.timeout(240)
AUTHORITY = trustme.CA()


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """The settings that name a certificate for localhost."""
    issued = AUTHORITY.issue_cert("localhost")
    chain, key = tmp_path / "localhost.crt", tmp_path / "localhost.key"
    chain.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    key.chmod(0o600)
    return {"FRONTDESK_TLS_CERTIFICATE": str(chain), "FRONTDESK_TLS_KEY": str(key)}


@pytest.fixture
def recovery_confirmed(home: Path, database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation whose recovery key was exported and confirmed: one that may serve."""
    env = {"FRONTDESK_DATABASE_URL": as_url(database_url)}
    sheet = str(tmp_path / "sheet")
    for arguments in (["export-recovery", sheet], ["confirm-recovery", sheet]):
        assert run(home, "keys", *arguments, **env).returncode == 0
    return env


@contextmanager
def serving(home: Path, port: int, *arguments: str, **env: str) -> Iterator[None]:
    """`frontdesk serve` in a process of its own, for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "frontdesk", "serve", *arguments],
        env={**os.environ, "FRONTDESK_HOME": str(home), **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until_it_listens(port, process)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)


def until_it_listens(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(900):  # a minute and a half: the machine may have much else to do
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.1)
    raise AssertionError("the server has not come up")


def shake_hands(port: int, version: ssl.TLSVersion) -> str | None:
    """The version that was spoken when the client knows only this one. Raises: ssl.SSLError."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        return secured.version()


def trusting() -> ssl.SSLContext:
    """What a client checks with that knows the tests' own authority."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


def asked(url: str) -> httpx.Response:
    with httpx.Client(verify=trusting()) as client:
        return client.get(url)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_pages_speak_tls_1_3_alone_and_say_so_for_a_year(
    home: Path, certificate: dict[str, str], recovery_confirmed: dict[str, str]
) -> None:
    port = free_port()
    with serving(home, port, FRONTDESK_PORT=str(port), **certificate, **recovery_confirmed):
        spoken = shake_hands(port, ssl.TLSVersion.TLSv1_3)
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            shake_hands(port, ssl.TLSVersion.TLSv1_2)
        page = asked(f"https://localhost:{port}/health/ready")

    assert spoken == "TLSv1.3"
    assert page.status_code == 200
    assert page.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_the_webhooks_of_one_named_carrier_may_speak_tls_1_2(
    home: Path, certificate: dict[str, str], recovery_confirmed: dict[str, str]
) -> None:
    port, pages = free_port(), free_port()
    env = {
        "FRONTDESK_PORT": str(pages),
        "FRONTDESK_WEBHOOK_PORT": str(port),
        "FRONTDESK_WEBHOOK_TLS_12_FOR": "local",
        **certificate,
        **recovery_confirmed,
    }
    with serving(home, port, "--webhooks", **env):
        spoken = shake_hands(port, ssl.TLSVersion.TLSv1_2)
        texts = asked(f"https://localhost:{port}/sms/local/+15125550101")
        others = [
            asked(f"https://localhost:{port}{path}") for path in ("/", "/health/ready", "/sms/other/+15125550101")
        ]

    assert spoken == "TLSv1.2"
    assert texts.status_code == 405  # it is there, for POST
    assert [other.status_code for other in others] == [404, 404, 404]


def test_the_webhooks_speak_tls_1_3_alone_unless_a_carrier_is_named(
    home: Path, certificate: dict[str, str], recovery_confirmed: dict[str, str]
) -> None:
    port, pages = free_port(), free_port()
    env = {
        "FRONTDESK_PORT": str(pages),
        "FRONTDESK_WEBHOOK_PORT": str(port),
        **certificate,
        **recovery_confirmed,
    }
    with serving(home, port, "--webhooks", **env):
        spoken = shake_hands(port, ssl.TLSVersion.TLSv1_3)
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            shake_hands(port, ssl.TLSVersion.TLSv1_2)

    assert spoken == "TLSv1.3"


def test_nothing_is_served_without_a_confirmed_recovery_key(home: Path, certificate: dict[str, str]) -> None:
    lines = told(run(home, "serve", **certificate))

    assert lines == [
        "frontdesk: Patients' data must not hang on one key. Make a recovery key: "
        "`frontdesk keys export-recovery FILE`, print it, then `frontdesk keys confirm-recovery`."
    ]


def test_pages_that_would_leave_the_machine_unencrypted_are_not_served(home: Path) -> None:
    lines = told(run(home, "serve", FRONTDESK_HOST="0.0.0.0"))

    assert len(lines) == 1
    assert "unencrypted" in lines[0]
    assert "FRONTDESK_TLS_CERTIFICATE" in lines[0]


def test_a_certificate_with_another_key_is_one_line(home: Path, tmp_path: Path, certificate: dict[str, str]) -> None:
    other = tmp_path / "other.key"
    other.write_bytes(AUTHORITY.issue_cert("localhost").private_key_pem.bytes())

    lines = told(run(home, "serve", **{**certificate, "FRONTDESK_TLS_KEY": str(other)}))

    assert len(lines) == 1
    assert "do not work together" in lines[0]


def test_a_certificate_beside_an_unencrypted_address_is_one_line(home: Path, certificate: dict[str, str]) -> None:
    lines = told(run(home, "serve", FRONTDESK_PUBLIC_URL="http://clinic.example.com", **certificate))

    assert lines == [
        "frontdesk: FRONTDESK_PUBLIC_URL begins with http://, and there is a certificate; write it like https://host."
    ]


def test_webhooks_without_a_port_of_their_own_are_one_line(home: Path) -> None:
    lines = told(run(home, "serve", "--webhooks"))

    assert "FRONTDESK_WEBHOOK_PORT" in lines[0]
