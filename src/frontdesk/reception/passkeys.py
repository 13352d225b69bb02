"""Passkeys (WebAuthn): what a browser is asked to sign, and whether what it signed is right."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from frontdesk.storage.passkeys import Passkey
from frontdesk.storage.people import Account

CHALLENGE_BYTES = 32
# What the library lets through of foreign JSON, CBOR and keys that are not as they should be.
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """Who asks for passkeys, as browsers bind them: a host name and the origin of the pages."""

    host: str
    origin: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewKey:
    """A passkey that a device has just made."""

    id: bytes
    public_key: bytes
    used: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """This passkey has signed what was asked, its `count`-th signature where the device counts."""

    passkey: Passkey
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NotProven:
    """What came shows nothing: another key, page or question, a changed signature, or no credential at all."""


def party_of(public_url: str) -> Party | None:
    """Who asks, for pages at that address; None where browsers offer no passkeys (a bare number, no https)."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        named = bool(host)
    else:
        named = False
    if not named or (parts.scheme != "https" and host != "localhost"):
        return None
    return Party(host=host, origin=f"{parts.scheme}://{parts.netloc}")


def asked_for_new(party: Party, account: Account, known: Sequence[Passkey], challenge: bytes, *, practice: str) -> str:
    """The options, as JSON, by which a browser has a device make a passkey; not one of those that know theirs."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=practice,
        user_id=account.id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in known],
    )
    return options_to_json(options)


def asked_to_sign(party: Party, known: Sequence[Passkey], challenge: bytes) -> str:
    """The options, as JSON, by which a browser has one of these passkeys sign."""
    options = generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def made(party: Party, credential: str, challenge: bytes) -> NewKey | NotProven:
    """The passkey that a browser answered with."""
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except _MALFORMED:
        return NotProven()
    return NewKey(id=verified.credential_id, public_key=verified.credential_public_key, used=verified.sign_count)


def signed(party: Party, credential: str, challenge: bytes, known: Sequence[Passkey]) -> Signed | NotProven:
    """Which of these passkeys has signed that challenge on our own page."""
    passkey = next((one for one in known if one.id == _id_in(credential)), None)
    if passkey is None:
        return NotProven()
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.used,
        )
    except _MALFORMED:
        return NotProven()
    return Signed(passkey=passkey, count=verified.new_sign_count)


def _id_in(credential: str) -> bytes:
    try:
        return base64url_to_bytes(json.loads(credential)["rawId"])
    except (*_MALFORMED, RecursionError):
        return b""
