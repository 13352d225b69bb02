"""Telnyx's webhooks as it publishes them: who signed, when, and what they tell."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from telnyx.lib.webhook_verification import WebhookVerificationError, verify_webhook_signature

from frontdesk.channels.sms.codes import read_codes
from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.telnyx.reading import is_signed, public_key, told
from frontdesk.channels.sms.telnyx.stand_in import Sent, StandIn
from frontdesk.domain.delivery import Delivery, Trouble
from frontdesk.domain.faults import Impossible
from frontdesk.ports.carrying import Came, Keyword, NoNews, Receipt
from frontdesk.ports.faults import Refused
from frontdesk.ports.webhook import Webhook

NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
OURS, PHONE = "+15125550101", "+15125550147"
URL = "https://clinic.example.com/sms/telnyx/%2B15125550101"
CODES = read_codes("telnyx")
PROFILE = "0f512bda-ae1e-4597-8e11-e5f5686b97d3"
PUBLISHED = {
    "data": {
        "event_type": "message.received",
        "id": "bf6307bd-884d-4c1f-b6ea-c62b8c495d3c",
        "occurred_at": "2019-01-23T18:10:02.574Z",
        "payload": {
            "cc": [],
            "direction": "inbound",
            "encoding": "GSM-7",
            "errors": [],
            "from": {"carrier": "T-MOBILE USA, INC.", "line_type": "Wireless", "phone_number": "+18665550001"},
            "id": "7ee4241c-f127-47e5-9c34-3aac291f8058",
            "media": [],
            "messaging_profile_id": PROFILE,
            "parts": 1,
            "record_type": "message",
            "text": "Hello, World!",
            "to": [
                {
                    "carrier": "TELNYX LLC",
                    "line_type": "VoIP",
                    "phone_number": "+18445550001",
                    "status": "delivered",
                }
            ],
            "type": "SMS",
        },
        "record_type": "event",
    }
}
"""The example of https://apispec.telnyx.com/inboundmessageevent-7390268d0, without costs and campaign."""


def a_telnyx() -> StandIn:
    telnyx = StandIn(key="KEY", profile=PROFILE, clock=lambda: NOW)
    telnyx.numbers.append(OURS)
    telnyx.webhook = URL
    return telnyx


def came(posted: Posted, *, received: datetime = NOW, **headers: str) -> Webhook:
    return Webhook(url=posted.url, headers={**posted.headers, **headers}, body=posted.body, received=received)


def test_the_published_example_is_read() -> None:
    webhook = Webhook(url=URL, headers={}, body=json.dumps(PUBLISHED).encode(), received=NOW)

    assert told(webhook, CODES) == Came(
        id="7ee4241c-f127-47e5-9c34-3aac291f8058", sender="+18665550001", to="+18445550001", text="Hello, World!"
    )


def test_what_the_account_signed_just_now_is_signed() -> None:
    telnyx = a_telnyx()
    key = public_key(telnyx.public_key)

    assert is_signed(came(telnyx.text_in(PHONE, OURS, "hello")), key)
    assert not is_signed(came(telnyx.text_in(PHONE, OURS, "hello")), public_key(a_telnyx().public_key))


def test_the_official_library_takes_what_the_stand_in_signs() -> None:
    telnyx = StandIn(key="KEY", profile=PROFILE, clock=lambda: datetime.now(UTC))  # it looks at the real clock
    posted = telnyx.text_in(PHONE, OURS, "¿hola?")

    verify_webhook_signature(posted.body, posted.headers, telnyx.public_key)

    with pytest.raises(WebhookVerificationError):
        verify_webhook_signature(posted.body + b" ", posted.headers, telnyx.public_key)


@pytest.mark.parametrize(
    "headers",
    [
        {"telnyx-signature-ed25519": ""},
        {"telnyx-signature-ed25519": "no base64!"},
        {"telnyx-signature-ed25519": "AAAA"},
        {"telnyx-timestamp": ""},
        {"telnyx-timestamp": "soon"},
        {"telnyx-timestamp": str(int(NOW.timestamp()) - 1)},
    ],
)
def test_a_signature_that_is_missing_or_another_s_is_none(headers: dict[str, str]) -> None:
    telnyx = a_telnyx()

    assert not is_signed(came(telnyx.text_in(PHONE, OURS, "hello"), **headers), public_key(telnyx.public_key))


@pytest.mark.parametrize(
    ("late", "good"),
    [
        (timedelta(0), True),
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(days=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_a_webhook_is_taken_within_five_minutes_and_not_when_it_is_played_back_later(
    late: timedelta, good: bool
) -> None:
    telnyx = a_telnyx()

    webhook = came(telnyx.text_in(PHONE, OURS, "hello"), received=NOW + late)

    assert is_signed(webhook, public_key(telnyx.public_key)) is good


def test_words_that_are_changed_are_not_signed() -> None:
    telnyx = a_telnyx()
    posted = telnyx.text_in(PHONE, OURS, "yes")
    forged = Webhook(url=URL, headers=posted.headers, body=posted.body.replace(b"yes", b"noo"), received=NOW)

    assert not is_signed(forged, public_key(telnyx.public_key))


@pytest.mark.parametrize("text", ["", "short", "A" * 44, "é" * 44])
def test_a_key_that_is_none_is_told_when_it_is_given(text: str) -> None:
    with pytest.raises(Impossible, match="Keys & Credentials"):
        public_key(text)


@pytest.mark.parametrize(
    ("word", "keyword"),
    [("stop", Keyword.STOP), ("Cancel", Keyword.STOP), ("START", Keyword.START), ("help", Keyword.HELP), ("hi", None)],
)
def test_it_tells_what_a_word_was_taken_for(word: str, keyword: Keyword | None) -> None:
    heard = told(came(a_telnyx().text_in(PHONE, OURS, word)), CODES)

    assert isinstance(heard, Came)
    assert heard.keyword is keyword


@pytest.mark.parametrize(
    ("event", "status", "code", "expected"),
    [
        ("message.sent", "sent", None, (Delivery.SENT, None)),
        ("message.finalized", "delivered", None, (Delivery.DELIVERED, None)),
        ("message.finalized", "delivery_unconfirmed", None, (Delivery.SENT, None)),
        ("message.finalized", "delivery_failed", "40001", (Delivery.UNDELIVERED, Trouble.LANDLINE)),
        ("message.finalized", "delivery_failed", "40012", (Delivery.UNDELIVERED, Trouble.UNKNOWN)),
        ("message.finalized", "delivery_failed", "40002", (Delivery.UNDELIVERED, Trouble.FILTERED)),
        ("message.finalized", "sending_failed", "40010", (Delivery.UNDELIVERED, Trouble.ACCOUNT)),
        ("message.finalized", "delivery_failed", "49999", (Delivery.UNDELIVERED, Trouble.OTHER)),
    ],
)
def test_receipts_become_states(
    event: str, status: str, code: str | None, expected: tuple[Delivery, Trouble | None]
) -> None:
    telnyx = a_telnyx()
    if code:
        telnyx.bounces[PHONE] = code
    sent = Sent(id="m9", to=PHONE, sender=OURS, text="See you!", created=NOW, webhook=f"{URL}?text=the-intent")

    heard = told(came(telnyx.receipt(sent, event, status)), CODES)

    assert heard == Receipt(id="m9", key="the-intent", became=expected[0], trouble=expected[1], code=code)


@pytest.mark.parametrize(
    ("event", "status"),
    [("message.finalized", "queued"), ("message.finalized", "something new"), ("call.initiated", "sent")],
)
def test_what_is_not_about_an_end_is_no_news(event: str, status: str) -> None:
    sent = Sent(id="m9", to=PHONE, sender=OURS, text="See you!", created=NOW, webhook=None)

    assert isinstance(told(came(a_telnyx().receipt(sent, event, status)), CODES), NoNews)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"no JSON", b"{" * 100_000, b'{"data":{"event_type":"message.received"}}']
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    try:
        heard = told(Webhook(url=URL, headers={}, body=body, received=NOW), CODES)
    except Refused:
        return
    assert isinstance(heard, NoNews)
