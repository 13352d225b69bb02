"""Webhooks: signed ones are heard, forged and old ones are not, and nothing but an id is taken from them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.systems.boulevard.a_payload import payload

from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused
from frontdesk.systems.boulevard.notices import heard

SECRET = b"a secret of nobody"
NOW = datetime(2026, 8, 4, 15, 0, tzinfo=UTC)


def a_notice(
    body: object = None, *, secret: bytes = SECRET, made: datetime = NOW, salt: str | None = None, **headers: str
) -> Notice:
    """A notice as Boulevard signs it, unless said otherwise."""
    octets = body if isinstance(body, bytes) else json.dumps(payload("webhook") if body is None else body).encode()
    salt = f"blvd-webhook-v1:0b1e:{int(made.timestamp())}" if salt is None else salt
    mac = base64.b64encode(hmac.new(secret, f"{salt}:".encode() + octets, hashlib.sha256).digest()).decode()
    told = {"x-blvd-hmac-salt": salt, "x-blvd-hmac-sha256": mac, "x-blvd-idempotency-key": "n1"}
    return Notice(url="https://desk.example/n", headers=told | headers, body=octets, received_at=NOW)


def about(id: object) -> dict[str, object]:
    return {"eventType": "SOMETHING", "data": {"node": {"id": id}}}


def test_a_visits_notice_names_the_visit_and_itself() -> None:
    assert heard(a_notice(), secret=SECRET) == [Told(id="n1", visits=("urn:blvd:Appointment:a1b2",))]  # type: ignore[arg-type]


def test_a_clients_notice_names_the_file() -> None:
    told = heard(a_notice(about("urn:blvd:Client:9e21")), secret=SECRET)

    assert told == [Told(id="n1", charts=("urn:blvd:Client:9e21",))]


@pytest.mark.parametrize("id", ["urn:blvd:Location:11aa", "urn:blvd:Appointment:", "9e21", 5, None])
def test_what_is_no_visits_and_no_clients_is_nothing_to_us(id: object) -> None:
    assert heard(a_notice(about(id)), secret=SECRET) == []


@pytest.mark.parametrize("body", [{"eventType": "PING"}, {"data": []}, {"data": {"node": []}}])
def test_a_ping_is_nothing_to_us(body: object) -> None:
    assert heard(a_notice(body), secret=SECRET) == []


def test_a_notice_without_a_key_of_its_own_is_known_by_what_it_says() -> None:
    bare = a_notice(**{"x-blvd-idempotency-key": ""})

    first, second = heard(bare, secret=SECRET), heard(bare, secret=SECRET)

    assert first == second
    assert first[0].id


@pytest.mark.parametrize(
    "forged",
    [
        a_notice(secret=b"another secret"),
        a_notice(**{"x-blvd-hmac-sha256": ""}),
        a_notice(**{"x-blvd-hmac-sha256": "é"}),
        a_notice(**{"x-blvd-hmac-salt": ""}),
        a_notice(**{"x-blvd-hmac-salt": f"blvd-webhook-v1:0b1e:{int(NOW.timestamp()) + 1}"}),
        a_notice(salt=""),
    ],
)
def test_a_forged_notice_is_refused(forged: Notice) -> None:
    with pytest.raises(Refused, match="signature"):
        heard(forged, secret=SECRET)


def test_a_signature_in_hex_is_none() -> None:
    good = a_notice()
    digits = base64.b64decode(good.headers["x-blvd-hmac-sha256"]).hex()

    with pytest.raises(Refused):
        heard(a_notice(**{"x-blvd-hmac-sha256": digits}), secret=SECRET)


@pytest.mark.parametrize("off", [timedelta(minutes=-61), timedelta(minutes=6)])
def test_a_notice_of_another_hour_is_somebodys_recording(off: timedelta) -> None:
    with pytest.raises(Refused, match="too long ago"):
        heard(a_notice(made=NOW + off), secret=SECRET)


def test_a_salt_of_another_form_is_told_by_its_signature_alone() -> None:
    assert heard(a_notice(salt="something else"), secret=SECRET)


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(Refused, match="not JSON"):
        heard(a_notice(b"<html>"), secret=SECRET)
