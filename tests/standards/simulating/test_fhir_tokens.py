"""Tokens of simulated FHIR servers: what an app must show, and what a token is good for."""

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from frontdesk.standards.simulating.fhir_tokens import (
    BY_KEY,
    App,
    BadToken,
    NoToken,
    TokenError,
    TokenRefused,
    Tokens,
    permits,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = ECKey.generate_key("P-384", {"kid": "ours", "use": "sig"})
KEYS = json.dumps({"keys": [KEY.as_dict(private=False)]})
URL = "https://authorization.example/token"
SCOPE = "system/Slot.read system/Appointment.write"
APP = App(client_id="simulated-app", secret="simulated-secret", keys=KEYS, scopes=frozenset(SCOPE.split()))


def a_server(app: App = APP) -> Tokens:
    return Tokens(app, token_url=URL, life=timedelta(seconds=570))


def a_form(**changed: str) -> bytes:
    return urlencode({"grant_type": "client_credentials", "scope": SCOPE, **changed}).encode()


def a_secret(secret: str = APP.secret) -> str:
    return "Basic " + base64.b64encode(f"{APP.client_id}:{secret}".encode()).decode()


def signed(jti: str = "one", *, key: ECKey | RSAKey = KEY, algorithm: str = "ES384", **changed: str | int) -> bytes:
    ends = int((NOW + timedelta(minutes=5)).timestamp())
    claims = {"iss": APP.client_id, "sub": APP.client_id, "aud": URL, "exp": ends, "jti": jti, **changed}
    assertion = jwt.encode({"alg": algorithm, "kid": "ours", "typ": "JWT"}, claims, key, algorithms=[algorithm])
    return a_form(client_assertion_type=BY_KEY, client_assertion=assertion)


def test_a_token_is_good_for_its_scopes_until_its_time_is_over() -> None:
    server = a_server()
    answer = server.give(a_form(), a_secret(), now=NOW)
    bearer = f"Bearer {answer['access_token']}"
    scopes = server.scopes_of(bearer, now=NOW + timedelta(seconds=569))

    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 570, SCOPE)
    assert scopes == APP.scopes
    with pytest.raises(TokenRefused) as refused:
        server.scopes_of(bearer, now=NOW + timedelta(seconds=570))
    assert refused.value.why is BadToken.EXPIRED


@pytest.mark.parametrize(("sent", "why"), [("", BadToken.NONE), ("Bearer made-up", BadToken.FORGED)])
def test_what_is_no_token_of_this_server_is_refused(sent: str, why: BadToken) -> None:
    with pytest.raises(TokenRefused) as refused:
        a_server().scopes_of(sent, now=NOW)

    assert refused.value.why is why


def test_a_signed_assertion_counts_once() -> None:
    server = a_server()
    given = server.give(signed(), "", now=NOW)

    assert given["scope"] == SCOPE
    with pytest.raises(NoToken) as refused:
        server.give(signed(), "", now=NOW)
    assert refused.value.error is TokenError.CLIENT


@pytest.mark.parametrize(
    "body",
    [
        signed(aud="https://elsewhere.example/token"),
        signed(iss="somebody-else"),
        signed(sub="somebody-else"),
        signed(exp=int((NOW + timedelta(minutes=6)).timestamp())),
        signed(exp=int(NOW.timestamp())),
        signed(key=ECKey.generate_key("P-384", {"kid": "ours"})),
        signed(key=RSAKey.generate_key(2048, {"kid": "ours"}), algorithm="RS384"),
        a_form(client_assertion_type=BY_KEY, client_assertion="no.j.wt"),
        a_form(client_assertion_type="password", client_assertion="x"),
    ],
)
def test_an_assertion_that_is_not_just_right_gives_no_token(body: bytes) -> None:
    with pytest.raises(NoToken) as refused:
        a_server().give(body, "", now=NOW)

    assert json.loads(refused.value.body) == {"error": "invalid_client"}


@pytest.mark.parametrize(
    ("body", "authorization", "error"),
    [
        (a_form(), a_secret("another"), TokenError.CLIENT),
        (a_form(), "", TokenError.CLIENT),
        (a_form(), "Basic !!", TokenError.CLIENT),
        (a_form(grant_type="password"), a_secret(), TokenError.GRANT),
        (a_form(scope=""), a_secret(), TokenError.SCOPE),
        (a_form(scope="system/Patient.read"), a_secret(), TokenError.SCOPE),
        (a_form(client_id="simulated-app"), a_secret(), TokenError.REQUEST),
        (a_form() + b"&scope=system/Slot.read", a_secret(), TokenError.REQUEST),
        (b"scope=%FF", a_secret(), TokenError.REQUEST),
    ],
)
def test_a_request_that_is_not_as_published_gives_no_token(body: bytes, authorization: str, error: TokenError) -> None:
    with pytest.raises(NoToken) as refused:
        a_server().give(body, authorization, now=NOW)

    assert refused.value.error is error


def test_an_app_without_scopes_of_its_own_is_given_what_it_asks_for() -> None:
    app = App(client_id=APP.client_id, secret=APP.secret, scopes=None)

    assert a_server(app).give(a_form(scope=""), a_secret(), now=NOW)["scope"] == ""


def test_scopes_of_both_versions_are_understood() -> None:
    old, new = frozenset({"system/Slot.read"}), frozenset({"system/Appointment.crus"})

    assert (permits(old, "Slot", "s"), permits(old, "Slot", "u"), permits(old, "Patient", "r")) == (True, False, False)
    assert (permits(new, "Appointment", "c"), permits(new, "Appointment", "d")) == (True, False)
    assert permits(frozenset({"system/*.write"}), "Slot", "u")
