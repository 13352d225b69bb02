"""A call that comes in, and what Twilio is answered."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from twilio.request_validator import RequestValidator

from frontdesk.channels.sms.twilio.reading import SIGNATURE, is_signed_opening
from frontdesk.channels.voice.twilio.answering import (
    REJECTED,
    Ringing,
    call_webhook_at,
    connected_to,
    read_ringing,
    stream_at,
)
from frontdesk.ports.carrying import Webhook
from frontdesk.ports.faults import Refused

CALL = "CA0123456789abcdef0123456789abcdef"
TOKEN = "0123456789abcdef0123456789abcdef"


def a_webhook(**fields: str) -> Webhook:
    return Webhook(
        url="https://desk.example.com/voice/twilio/+15125550100",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(fields).encode(),
        received=datetime(2026, 5, 26, tzinfo=UTC),
    )


def test_a_call_is_read_with_its_caller() -> None:
    ringing = read_ringing(a_webhook(CallSid=CALL, From="+15125550147", To="+15125550100", CallStatus="ringing"))

    assert ringing == Ringing(call=CALL, caller="+15125550147", to="+15125550100")


@pytest.mark.parametrize("withheld", ["anonymous", "+266696687", "Restricted", "", "client:ava"])
def test_a_withheld_number_is_nobody_s(withheld: str) -> None:
    assert read_ringing(a_webhook(CallSid=CALL, From=withheld, To="+15125550100")).caller is None


@pytest.mark.parametrize("fields", [{}, {"CallSid": "x", "To": "+15125550100"}, {"CallSid": CALL}])
def test_what_names_no_call_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Refused):
        read_ringing(a_webhook(**fields))


def test_the_answer_joins_the_call_with_a_stream_and_escapes_what_it_gives_along() -> None:
    answer = connected_to("wss://desk.example.com/voice/twilio/%2B1/stream", {"caller": '+1<"&', "ticket": "t"})

    stream = ElementTree.fromstring(answer).find("./Connect/Stream")  # our own words
    assert stream is not None
    assert stream.get("url") == "wss://desk.example.com/voice/twilio/%2B1/stream"
    assert {one.get("name"): one.get("value") for one in stream} == {"caller": '+1<"&', "ticket": "t"}


def test_a_call_that_is_not_taken_is_busy() -> None:
    reject = ElementTree.fromstring(REJECTED).find("./Reject")  # our own words

    assert reject is not None
    assert reject.get("reason") == "busy"


def test_the_addresses_are_of_the_pages_own_host() -> None:
    assert call_webhook_at("https://desk.example.com", "twilio", "+1") == "https://desk.example.com/voice/twilio/%2B1"
    assert stream_at("https://desk.example.com", "twilio", "+1") == "wss://desk.example.com/voice/twilio/%2B1/stream"
    assert stream_at("http://localhost:8000", "local", "+1") == "ws://localhost:8000/voice/local/%2B1/stream"


def test_the_opening_of_a_stream_is_known_by_the_carrier_s_own_signature() -> None:
    url = stream_at("https://desk.example.com", "twilio", "+15125550100")
    signature = RequestValidator(TOKEN).compute_signature(url, {})

    def is_ours(signed: str) -> bool:
        opening = Webhook(url=url, headers={SIGNATURE: signed}, body=b"", received=datetime(2026, 5, 26, tzinfo=UTC))
        return is_signed_opening(opening, TOKEN)

    assert is_ours(signature)
    assert not is_ours(signature[::-1])
    assert not is_ours("")
