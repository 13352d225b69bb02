"""What an OpenID provider says is believed only as far as it is proven."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from tests.reception.an_openid_provider import AT, CLIENT, SECRET, AnOpenIdProvider, an_openid_provider

from frontdesk.reception.openid import Known, NotKnown, Way, read_id_token, recognised, way_to
from frontdesk.storage.openid import Journey, Provider

BACK = "http://localhost:8000/desk/clinic/openid/back"
DANA = {"sub": "dana-7", "email": "dana@example.com", "email_verified": True}


async def came_back(way: Way) -> str:
    """The code that a browser brings back from the provider's page."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(way.address)
    told = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert told["state"] == way.state
    return told["code"]


async def test_whoever_signs_in_at_the_provider_is_known() -> None:
    async with an_openid_provider(**DANA) as there:
        way = await way_to(there.provider, back=BACK)
        assert isinstance(way, Way)

        known = await recognised(there.provider, way.journey, await came_back(way), back=BACK, now=AT)

    assert known == Known(subject="dana-7", email="dana@example.com", two_factors=False)
    assert there.asked[0]["redirect_uri"] == BACK
    assert way.journey.verifier not in way.address


async def test_a_code_is_worth_nothing_without_the_verifier_of_its_journey() -> None:
    async with an_openid_provider(**DANA) as there:
        way = await way_to(there.provider, back=BACK)
        assert isinstance(way, Way)
        stolen = await came_back(way)
        own = Journey(nonce=way.journey.nonce, verifier="a verifier of somebody else's")

        known = await recognised(there.provider, own, stolen, back=BACK, now=AT)

    assert isinstance(known, NotKnown)


async def test_a_code_works_once() -> None:
    async with an_openid_provider(**DANA) as there:
        way = await way_to(there.provider, back=BACK)
        assert isinstance(way, Way)
        code = await came_back(way)
        await recognised(there.provider, way.journey, code, back=BACK, now=AT)

        again = await recognised(there.provider, way.journey, code, back=BACK, now=AT)

    assert isinstance(again, NotKnown)


async def test_a_provider_that_calls_itself_otherwise_is_not_gone_to() -> None:
    async with an_openid_provider(**DANA) as there:
        there.calls_itself = "https://elsewhere.example.com"

        way = await way_to(there.provider, back=BACK)

    assert isinstance(way, NotKnown)


async def test_a_provider_that_is_away_is_told_and_nobody_comes_in() -> None:
    async with an_openid_provider(**DANA) as there:
        pass

    assert isinstance(await way_to(there.provider, back=BACK), NotKnown)


def a_provider() -> AnOpenIdProvider:
    return AnOpenIdProvider(claims=dict(DANA), address="https://id.example.com")


def test_a_second_factor_at_the_provider_is_told() -> None:
    there = a_provider()

    known = read_id_token(there.id_token("n", amr=["pwd", "mfa"]), there.keys(), there.provider, nonce="n", now=AT)

    assert known == Known(subject="dana-7", email="dana@example.com", two_factors=True)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_the_provider_does_not_vouch_for_is_none(verified: object) -> None:
    there = a_provider()
    token = there.id_token("n", email_verified=verified)

    known = read_id_token(token, there.keys(), there.provider, nonce="n", now=AT)

    assert known == Known(subject="dana-7", email=None, two_factors=False)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example.com"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": ["another client"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "of another journey"},
        {"nonce": None},
        {"exp": int((AT - timedelta(minutes=2)).timestamp())},
        {"exp": None},
        {"exp": "never"},
        {"iat": int((AT + timedelta(minutes=2)).timestamp())},
        {"iat": None},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_for_us_now_shows_nobody(changed: dict[str, object]) -> None:
    there = a_provider()

    known = read_id_token(there.id_token("n", **changed), there.keys(), there.provider, nonce="n", now=AT)

    assert isinstance(known, NotKnown)


def test_a_token_signed_by_another_key_shows_nobody() -> None:
    there = a_provider()
    there.signs_with = RSAKey.generate_key(2048, {"kid": "one"})

    known = read_id_token(there.id_token("n"), there.keys(), there.provider, nonce="n", now=AT)

    assert isinstance(known, NotKnown)


def test_a_token_signed_with_our_own_secret_or_not_at_all_shows_nobody() -> None:
    there = a_provider()
    claims = jwt.decode(there.id_token("n"), there.key).claims
    ours = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
    head, body, _ = there.id_token("n").split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{body}."
    cut = f"{head}.{body}."

    for token in (ours, unsigned, cut, "", "a.b.c", "é"):
        assert isinstance(read_id_token(token, there.keys(), there.provider, nonce="n", now=AT), NotKnown)


@pytest.mark.parametrize("keys", [{}, {"keys": None}, {"keys": [1, {}]}, {"keys": [{"kty": "RSA"}]}], ids=str)
def test_a_provider_without_readable_keys_shows_nobody(keys: dict[str, object]) -> None:
    there = a_provider()

    assert isinstance(read_id_token(there.id_token("n"), keys, there.provider, nonce="n", now=AT), NotKnown)


def test_the_secret_stands_in_no_text_about_the_provider() -> None:
    assert SECRET not in repr(Provider(issuer="https://id.example.com", client_id=CLIENT, secret=SECRET))
