"""The master key by setting: a file that is never made anew over lost data, AWS KMS on a stand-in, services by HTTP."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import httpx
import pytest
from moto import mock_aws

from frontdesk.vault.faults import CannotOpen, MasterKeyFault
from frontdesk.vault.google_kms import GoogleKms
from frontdesk.vault.hashicorp import HashicorpVault
from frontdesk.vault.key_services import KeyService, ServiceKey
from frontdesk.vault.masters import MasterKeyPlace, find_master, first_master


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """A stand-in for AWS; each call makes a key and gives its ARN."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        kms = boto3.client("kms", region_name="us-east-1")
        yield lambda: str(kms.create_key()["KeyMetadata"]["Arn"])


def at(setting: str, home: Path) -> MasterKeyPlace:
    return MasterKeyPlace(setting=setting, home=home)


def test_a_lost_file_is_a_fault_where_there_is_data_and_no_new_key_is_made(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyFault, match=r"master\.key is gone.*frontdesk keys restore"):
        find_master(at("file:", tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_file_may_lie_elsewhere(tmp_path: Path) -> None:
    place = at(f"file:{tmp_path}/elsewhere/the.key", tmp_path / "home")

    wrapped = first_master(place).wrap(b"keys", bound_to=b"smile")

    assert find_master(place).unwrap(wrapped, bound_to=b"smile") == b"keys"
    assert (tmp_path / "elsewhere" / "the.key").exists()
    assert not (tmp_path / "home").exists()


def test_aws_kms_wraps_what_it_alone_unwraps(aws: Callable[[], str], tmp_path: Path) -> None:
    place = at(f"aws-kms:{aws()}", tmp_path)

    wrapped = first_master(place).wrap(b"k" * 9000, bound_to=b"smile")

    assert find_master(place).unwrap(wrapped, bound_to=b"smile") == b"k" * 9000
    with pytest.raises(CannotOpen):
        find_master(place).unwrap(wrapped, bound_to=b"glow")
    with pytest.raises((CannotOpen, MasterKeyFault)):  # AWS documents IncorrectKeyException; the stand-in denies access
        find_master(at(f"aws-kms:{aws()}", tmp_path)).unwrap(wrapped, bound_to=b"smile")


def test_a_key_that_aws_does_not_know_is_named(aws: Callable[[], str], tmp_path: Path) -> None:
    gone = aws()[:-4] + "0000"

    with pytest.raises(MasterKeyFault, match=r"does not let .* be used to encrypt \(NotFoundException\)"):
        first_master(at(f"aws-kms:{gone}", tmp_path)).wrap(b"keys", bound_to=b"smile")


def test_what_a_file_wrapped_is_not_taken_for_a_services(aws: Callable[[], str], tmp_path: Path) -> None:
    wrapped = first_master(at("file:", tmp_path)).wrap(b"keys", bound_to=b"smile")

    with pytest.raises(CannotOpen, match="not wrapped by a key service"):
        find_master(at(f"aws-kms:{aws()}", tmp_path)).unwrap(wrapped, bound_to=b"smile")


def google(request: httpx.Request) -> httpx.Response:
    """Answers as the reference says; what it "encrypts" is only packed together with the binding."""
    if request.url.host == "metadata.google.internal":
        assert request.headers["Metadata-Flavor"] == "Google"
        return httpx.Response(200, json={"access_token": "token"})
    assert request.headers["Authorization"] == "Bearer token"
    asked = json.loads(request.content)
    if request.url.path.endswith(":encrypt"):
        return httpx.Response(200, json={"ciphertext": b64encode(request.content).decode()})
    packed = json.loads(b64decode(asked["ciphertext"]))
    if packed["additionalAuthenticatedData"] != asked["additionalAuthenticatedData"]:
        return httpx.Response(400, json={"error": {"status": "INVALID_ARGUMENT"}})
    return httpx.Response(200, json={"plaintext": packed["plaintext"]})


def vault(request: httpx.Request) -> httpx.Response:
    """The same for a transit engine."""
    if request.headers.get("X-Vault-Token") != "token":
        return httpx.Response(403, json={"errors": ["permission denied"]})
    asked = json.loads(request.content)
    if request.url.path == "/v1/transit/encrypt/frontdesk":
        packed = "vault:v1:" + b64encode(request.content).decode()
        return httpx.Response(200, json={"data": {"ciphertext": packed}})
    packed = json.loads(b64decode(asked["ciphertext"].removeprefix("vault:v1:")))
    if packed["associated_data"] != asked["associated_data"]:
        return httpx.Response(400, json={"errors": ["cipher: message authentication failed"]})
    return httpx.Response(200, json={"data": {"plaintext": packed["plaintext"]}})


def client(answers: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answers))


@pytest.fixture(params=["google", "vault"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> KeyService:
    if request.param == "google":
        return GoogleKms("projects/p/locations/l/keyRings/r/cryptoKeys/k", client(google))
    (tmp_path / "token").write_text("token\n")
    return HashicorpVault(
        "https://vault.example.com",
        mount="transit",
        key="frontdesk",
        token_file=tmp_path / "token",
        client=client(vault),
    )


def test_a_service_that_answers_as_its_reference_says_wraps_and_unwraps(service: KeyService) -> None:
    master = ServiceKey(service)

    wrapped = master.wrap(b"keys", bound_to=b"smile")

    assert master.unwrap(wrapped, bound_to=b"smile") == b"keys"
    with pytest.raises(CannotOpen):
        master.unwrap(wrapped, bound_to=b"glow")


def test_a_service_that_does_not_answer_is_named() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.raises(MasterKeyFault, match="Google Cloud KMS cannot be asked"):
        GoogleKms("projects/p/locations/l/keyRings/r/cryptoKeys/k", client(down)).encrypt(b"k", bound_to=b"")


def test_a_token_that_does_not_suffice_is_named() -> None:
    refused = HashicorpVault(
        "https://vault.example.com", mount="transit", key="frontdesk", token_file=None, client=client(vault)
    )

    with pytest.raises(MasterKeyFault, match=r"used to encrypt \(403\).*policy"):
        refused.encrypt(b"k", bound_to=b"")
