"""A call that comes in, and what Twilio is answered."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from twilio.request_validator import RequestValidator

from frontdesk.channels.sms.twilio.reading import SIGNATURE, is_signed_opening
from frontdesk.channels.voice.addresses import call_webhook_at, stream_at
from frontdesk.channels.voice.twilio.answering import (
    REJECTED,
    asking_to_take,
    briefing,
    connected_to,
    dialling,
    read_call,
)
from frontdesk.ports.faults import Refused
from frontdesk.ports.phoning import (
    CallNews,
    DialEnded,
    Dials,
    Joins,
    NothingToDo,
    PersonAnswered,
    PersonDeclined,
    PersonTook,
    Ringing,
    StreamEnded,
)
from frontdesk.ports.webhook import Webhook

CALL = "CA0123456789abcdef0123456789abcdef"
TOKEN = "0123456789abcdef0123456789abcdef"


LEG = "CA" + "f" * 32
US = "https://desk.example.com/voice/twilio/%2B15125550100"


def a_webhook(about: str = "", **fields: str) -> Webhook:
    return Webhook(
        url=f"{US}?about={about}" if about else US,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(fields).encode(),
        received=datetime(2026, 5, 26, tzinfo=UTC),
    )


def test_a_call_is_read_with_its_caller() -> None:
    ringing = read_call(a_webhook(CallSid=CALL, From="+15125550147", To="+15125550100", CallStatus="ringing"))

    assert ringing == Ringing(call=CALL, caller="+15125550147", to="+15125550100")


@pytest.mark.parametrize("withheld", ["anonymous", "+266696687", "Restricted", "", "client:ava"])
def test_a_withheld_number_is_nobody_s(withheld: str) -> None:
    read = read_call(a_webhook(CallSid=CALL, From=withheld, To="+15125550100"))

    assert read == Ringing(call=CALL, caller=None, to="+15125550100")


@pytest.mark.parametrize("fields", [{}, {"CallSid": "x", "To": "+15125550100"}, {"CallSid": CALL}])
def test_what_names_no_call_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Refused):
        read_call(a_webhook(**fields))


def test_the_answer_joins_the_call_with_a_stream_and_escapes_what_it_gives_along() -> None:
    given = {"caller": '+1<"&', "ticket": "t"}
    answer = connected_to(Joins(url="wss://desk.example.com/voice/twilio/%2B1/stream", given=given, news_to=US))

    connect = ElementTree.fromstring(answer).find("./Connect")  # our own words
    assert connect is not None
    assert connect.get("action") == f"{US}?about=left"
    stream = ElementTree.fromstring(answer).find("./Connect/Stream")  # our own words
    assert stream is not None
    assert stream.get("url") == "wss://desk.example.com/voice/twilio/%2B1/stream"
    assert {one.get("name"): one.get("value") for one in stream} == {"caller": '+1<"&', "ticket": "t"}


@pytest.mark.parametrize(
    ("about", "fields", "news"),
    [
        ("left", {"CallStatus": "in-progress"}, StreamEnded(call=CALL, gone=False)),
        ("left", {"CallStatus": "completed"}, StreamEnded(call=CALL, gone=True)),
        ("dialled", {"DialCallStatus": "no-answer"}, DialEnded(call=CALL, joined=False, gone=False)),
        ("dialled", {"DialCallStatus": "completed"}, DialEnded(call=CALL, joined=True, gone=False)),
        (
            "dialled",
            {"DialCallStatus": "completed", "DialBridged": "false"},
            DialEnded(call=CALL, joined=False, gone=False),
        ),
        (
            "dialled",
            {"DialCallStatus": "completed", "DialBridged": "true", "CallStatus": "completed"},
            DialEnded(call=CALL, joined=True, gone=True),
        ),
        ("answered", {"CallSid": LEG, "ParentCallSid": CALL}, PersonAnswered(call=CALL, leg=LEG)),
        ("took", {"CallSid": LEG, "ParentCallSid": CALL, "Digits": "1"}, PersonTook(call=CALL, leg=LEG)),
        ("took", {"CallSid": LEG, "ParentCallSid": CALL, "Digits": "9"}, PersonDeclined(call=CALL, leg=LEG)),
        ("dancing", {}, NothingToDo(what="no step that is known")),
    ],
)
def test_each_step_of_a_call_is_read(about: str, fields: dict[str, str], news: CallNews) -> None:
    assert read_call(a_webhook(about, **{"CallSid": CALL, "To": "+15125550100", **fields})) == news


def test_a_leg_that_does_not_say_whose_call_it_is_of_is_refused() -> None:
    with pytest.raises(Refused):
        read_call(a_webhook("answered", CallSid=LEG))


def test_a_number_rings_so_long_and_its_holder_is_asked_first() -> None:
    dials = Dials(
        key="k", number="+15125550190", own="+15125550100", ringing="", rings_for=timedelta(seconds=24), news_to=US
    )

    dial = ElementTree.fromstring(dialling(dials)).find("./Dial")  # our own words
    assert dial is not None
    assert (dial.get("action"), dial.get("timeout")) == (f"{US}?about=dialled", "24")
    number = dial.find("./Number")
    assert number is not None
    assert (number.text, number.get("url")) == ("+15125550190", f"{US}?about=answered")


def test_without_a_key_the_one_who_was_dialled_is_hung_up_on() -> None:
    asked = list(ElementTree.fromstring(asking_to_take("https://desk.example.com/a?b&c", US)))  # our own words

    assert [one.tag for one in asked] == ["Gather", "Hangup"]
    assert (asked[0].get("action"), asked[0].get("numDigits")) == (f"{US}?about=took", "1")
    assert asked[0].findtext("./Play") == "https://desk.example.com/a?b&c"
    told = ElementTree.fromstring(briefing("https://desk.example.com/s"))  # our own words
    assert [one.tag for one in told] == ["Play"]  # after which they hear each other


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
