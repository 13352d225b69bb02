"""A practice's carrier from the command line: asked for, looked at, kept encrypted, and never a real one in a demo."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg.rows import dict_row
from tests.channels.sms.simulated import CARRIERS, TOKEN, a_stand_in, settings_of
from tests.cli.command import run, told

from frontdesk.channels.sms.carriers import carrier as known
from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.proving.simulator_server import served
from frontdesk.storage.clock import real_now

PRACTICE = Path(__file__).parents[2] / "src" / "frontdesk" / "sample" / "smile"
NUMBER = "+15125550100"
PUBLIC = "https://smile.example.com"
CHECK = ("sms", "check", "--practice", "smile")


@dataclass(frozen=True)
class Carrier:
    """A stand-in that answers beside the command, and what a clinic types in for it."""

    name: str
    stand_in: twilio.StandIn | telnyx.StandIn
    settings: dict[str, str]
    file: Path


@pytest.fixture(params=CARRIERS)
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Carrier]:
    stand_in = a_stand_in(request.param, now=real_now, number=NUMBER, public_url=PUBLIC)
    loop, up, addresses = asyncio.new_event_loop(), threading.Event(), list[str]()
    done = asyncio.Event()

    async def serve() -> None:
        async with served(stand_in) as address:
            addresses.append(address)
            up.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert up.wait(10)
    settings = settings_of(request.param, stand_in, addresses[0])
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(settings))
    yield Carrier(request.param, stand_in, settings, file)
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()


@pytest.fixture
def applied(home: Path, on_the_test_server: None) -> Path:
    """A data folder with the sample practice in it."""
    done = run(home, "practice", "apply", str(PRACTICE))
    assert done.returncode == 0, done.stderr
    return home


def connect(home: Path, carrier: Carrier) -> tuple[str, ...]:
    return ("sms", "connect", carrier.name, "--practice", "smile", "--settings", str(carrier.file))


def test_an_account_is_connected_checked_and_parted_again(applied: Path, carrier: Carrier, database_url: str) -> None:
    before = told(run(applied, *CHECK))
    connected = run(applied, *connect(applied, carrier), FRONTDESK_PUBLIC_URL=PUBLIC)
    checked = run(applied, *CHECK, FRONTDESK_PUBLIC_URL=PUBLIC)
    elsewhere = run(applied, *CHECK, FRONTDESK_PUBLIC_URL="https://other.example.com")
    with psycopg.connect(database_url, row_factory=dict_row) as owner:
        row = owner.execute("select * from carrier_account").fetchone()
    parted = run(applied, "sms", "disconnect", "--practice", "smile")
    after = told(run(applied, *CHECK))

    assert "no text leaves" in before[0]
    assert connected.returncode == 0, connected.stderr + connected.stdout
    assert f"{PUBLIC}/sms/{carrier.name}/%2B15125550100" in connected.stdout
    assert checked.returncode == 0, checked.stdout
    assert "  look  words that end texts: STOP" in checked.stdout
    assert "BAD" not in checked.stdout
    assert elsewhere.returncode == 1
    assert "  BAD   webhook address: points elsewhere" in elsewhere.stdout
    assert "https://other.example.com/sms/" in elsewhere.stdout
    assert row is not None
    assert TOKEN.encode() not in bytes(row["settings_sealed"])
    assert parted.returncode == 0
    assert "no text leaves" in after[0]
    assert carrier.stand_in.sent == []


def test_what_the_carrier_needs_is_asked_for_and_a_secret_is_not_shown(applied: Path, carrier: Carrier) -> None:
    typed = "".join(f"{carrier.settings.get(key, '')}\n" for key in asked_for(carrier.name))

    done = run(applied, "sms", "connect", carrier.name, "--practice", "smile", lines=typed, FRONTDESK_PUBLIC_URL=PUBLIC)

    assert done.returncode == 0, done.stderr + done.stdout
    secret = "auth_token" if carrier.name == "twilio" else "api_key"
    assert carrier.settings[secret] not in done.stdout


def asked_for(name: str) -> tuple[str, ...]:
    return tuple(one.key for one in known(name)[0].settings)


def test_keys_that_are_not_accepted_change_nothing(applied: Path, carrier: Carrier) -> None:
    wrong = (
        {**carrier.settings, "auth_token": "x"} if carrier.name == "twilio" else {**carrier.settings, "api_key": "x"}
    )
    carrier.file.write_text(yaml.safe_dump(wrong))

    done = run(applied, *connect(applied, carrier))

    assert done.returncode == 1
    assert "BAD   credentials" in done.stdout
    assert "Nothing was changed." in done.stdout
    assert "no text leaves" in told(run(applied, *CHECK))[0]


@pytest.mark.usefixtures("on_the_test_server")
def test_wrong_input_is_told_in_a_line(home: Path, tmp_path: Path) -> None:
    run(home, "practice", "apply", str(PRACTICE))
    file = tmp_path / "settings.yaml"
    for text, wanted in (
        ("account_sid: AC1", "Twilio needs auth_token"),
        ("sid: AC1", "knows no setting sid"),
        ("- a list", "name: value"),
        ("account_sid: AC1\nauth_token: x\ntexts_per_second: none", "texts_per_second is none"),
        ("account_sid: AC1\nauth_token: x\naddress: http://api.example.com", "must begin with https://"),
    ):
        file.write_text(text)
        [line] = told(run(home, "sms", "connect", "twilio", "--practice", "smile", "--settings", str(file)))
        assert wanted in line
    assert "named pigeon" in told(run(home, "sms", "connect", "pigeon", "--practice", "smile"))[0]


def test_a_demo_never_reaches_a_real_carrier(sampled: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("account_sid: AC1\nauth_token: x")

    [line] = told(run(sampled, "sms", "connect", "twilio", "--practice", "smile", "--settings", str(file)))

    assert "a demo never reaches it" in line


@pytest.mark.usefixtures("on_the_test_server")
def test_nothing_leaves_to_a_carrier_without_an_agreement(home: Path, tmp_path: Path) -> None:
    run(home, "practice", "apply", str(PRACTICE))
    file = tmp_path / "settings.yaml"
    file.write_text("account_sid: AC1\nauth_token: x")

    done = run(home, "sms", "connect", "twilio", "--practice", "smile", "--settings", str(file))

    assert done.returncode == 1
    assert "Nothing was sent to api.twilio.com: no agreement with it is recorded" in done.stdout
    assert "--kind sms --covers api.twilio.com" in done.stdout
