"""Twilio's webhooks as it publishes them: who signed, and what they tell."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis.strategies import dictionaries, text
from twilio.request_validator import RequestValidator

from frontdesk.channels.sms.codes import read_codes
from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.twilio.reading import is_signed, told
from frontdesk.channels.sms.twilio.stand_in import Sent, Service, StandIn
from frontdesk.domain.delivery import Delivery, Trouble
from frontdesk.ports.carrying import Came, Keyword, NoNews, Receipt
from frontdesk.ports.faults import Refused
from frontdesk.ports.webhook import Webhook

NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
ACCOUNT, TOKEN = "AC" + "1" * 32, "an invented token"
OURS, PHONE = "+15125550101", "+15125550147"
URL = "https://clinic.example.com/sms/twilio/%2B15125550101"
CODES = read_codes("twilio")


def a_twilio() -> StandIn:
    twilio = StandIn(account=ACCOUNT, token=TOKEN, clock=lambda: NOW)
    twilio.numbers[OURS] = URL
    return twilio


def came(posted: Posted | None, *, url: str | None = None, **headers: str) -> Webhook:
    assert posted is not None
    return Webhook(url=url or posted.url, headers={**posted.headers, **headers}, body=posted.body, received=NOW)


def test_the_example_of_the_vendors_own_libraries_is_signed() -> None:
    """The address, fields, token and signature that every one of Twilio's libraries is tested with."""
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    webhook = Webhook(
        url="https://mycompany.com/myapp.php?foo=1&bar=2",
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        },
        body=urlencode(fields).encode(),
        received=NOW,
    )

    assert is_signed(webhook, "12345")
    assert not is_signed(webhook, "12346")


@given(fields=dictionaries(text(min_size=1, max_size=8), text(max_size=20), max_size=6))
def test_what_the_official_library_signs_is_signed_for_us(fields: dict[str, str]) -> None:
    validator = RequestValidator(TOKEN)
    try:
        body = urlencode(fields).encode()
    except UnicodeEncodeError:
        return  # half of a surrogate pair is no text that travels
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": validator.compute_signature(URL, fields),
    }

    assert is_signed(Webhook(url=URL, headers=headers, body=body, received=NOW), TOKEN)


def test_what_the_stand_in_signs_is_signed_for_the_official_library() -> None:
    validator = RequestValidator(TOKEN)
    posted = a_twilio().text_in(PHONE, OURS, "Hi & welcome, ¿qué tal? +1")
    json = a_twilio().posted_json(URL, {"a": 1})
    assert posted is not None

    assert validator.validate(URL, dict(parse_qsl(posted.body.decode())), posted.headers["x-twilio-signature"])
    assert validator.validate(json.url, json.body.decode(), json.headers["x-twilio-signature"])


def test_a_text_that_comes_in_is_read() -> None:
    webhook = came(a_twilio().text_in(PHONE, OURS, "botox thursday?"))

    assert is_signed(webhook, TOKEN)
    assert told(webhook, CODES) == Came(id="SM" + "0" * 31 + "1", sender=PHONE, to=OURS, text="botox thursday?")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"headers": {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}}, "another's signature"),
        ({"headers": {"x-twilio-signature": ""}}, "no signature"),
        ({"url": "https://evil.example.com/sms/twilio/%2B15125550101"}, "another host"),
        ({"url": "http://clinic.example.com/sms/twilio/%2B15125550101"}, "another scheme"),
        ({"url": URL + "?text=1"}, "another query"),
        ({"url": URL.replace("0101", "0102")}, "another number"),
        ({"headers": {"content-type": "application/json"}}, "a form that says it is JSON"),
        ({"headers": {"x-twilio-webhooks-signature-settings": "key=k,algorithm=HMAC_SHA256"}}, "another key"),
    ],
)
def test_a_webhook_that_is_changed_on_its_way_is_not_signed(changed: dict[str, object], why: str) -> None:
    posted = a_twilio().text_in(PHONE, OURS, "hello")
    headers = changed.get("headers", {})
    assert isinstance(headers, dict)
    url = changed.get("url")

    webhook = came(posted, url=url if isinstance(url, str) else None, **headers)

    assert not is_signed(webhook, TOKEN), why


def test_words_that_are_changed_are_not_signed() -> None:
    posted = a_twilio().text_in(PHONE, OURS, "yes")
    assert posted is not None
    forged = Webhook(url=URL, headers=posted.headers, body=posted.body.replace(b"Body=yes", b"Body=no"), received=NOW)

    assert not is_signed(forged, TOKEN)


def test_a_body_of_json_is_signed_by_its_digest_in_the_address() -> None:
    posted = a_twilio().posted_json(URL, {"event": "something"})
    webhook = came(posted)
    other = Webhook(url=posted.url, headers=posted.headers, body=b'{"event":"else"}', received=NOW)

    assert is_signed(webhook, TOKEN)
    assert told(webhook, CODES) == NoNews(what="a JSON body")
    assert not is_signed(other, TOKEN)
    assert hashlib.sha256(posted.body).hexdigest() in posted.url


@pytest.mark.parametrize("given", [URL, URL.replace(".com/", ".com:443/")])
def test_the_port_may_stand_in_the_address_or_not(given: str) -> None:
    twilio = a_twilio()
    twilio.numbers[OURS] = URL

    assert is_signed(came(twilio.text_in(PHONE, OURS, "hello"), url=given), TOKEN)


@pytest.mark.parametrize(
    ("word", "keyword"),
    [("STOP", Keyword.STOP), ("cancel", Keyword.STOP), ("start", Keyword.START), ("HELP", Keyword.HELP)],
)
def test_advanced_opt_out_tells_what_a_word_was_taken_for(word: str, keyword: Keyword) -> None:
    twilio = a_twilio()
    sid = "MG" + "2" * 32
    twilio.services[sid] = Service(sid=sid, numbers=[OURS], stops=("STOP",))

    heard = told(came(twilio.text_in(PHONE, OURS, word)), CODES)

    assert isinstance(heard, Came)
    assert heard.keyword is keyword


def test_a_picture_without_words_is_not_lost() -> None:
    posted = a_twilio().posted(
        URL,
        {"MessageSid": "MM1", "SmsStatus": "received", "From": PHONE, "To": OURS, "Body": "", "NumMedia": "1"},
    )

    heard = told(came(posted), CODES)

    assert isinstance(heard, Came)
    assert heard.text == "[a picture]"


def test_a_text_without_words_or_sender_is_refused() -> None:
    posted = a_twilio().posted(URL, {"MessageSid": "SM1", "SmsStatus": "received", "To": OURS, "Body": "hello"})

    with pytest.raises(Refused):
        told(came(posted), CODES)


@pytest.mark.parametrize(
    ("status", "code", "became", "trouble"),
    [
        ("sent", None, Delivery.SENT, None),
        ("delivered", None, Delivery.DELIVERED, None),
        ("read", None, Delivery.DELIVERED, None),
        ("undelivered", 30006, Delivery.UNDELIVERED, Trouble.LANDLINE),
        ("undelivered", 30005, Delivery.UNDELIVERED, Trouble.UNKNOWN),
        ("undelivered", 30003, Delivery.UNDELIVERED, Trouble.UNREACHABLE),
        ("undelivered", 30007, Delivery.UNDELIVERED, Trouble.FILTERED),
        ("failed", 30034, Delivery.UNDELIVERED, Trouble.ACCOUNT),
        ("failed", 30001, Delivery.UNDELIVERED, Trouble.THROTTLED),
        ("failed", 39999, Delivery.UNDELIVERED, Trouble.OTHER),
    ],
)
def test_receipts_become_states(status: str, code: int | None, became: Delivery, trouble: Trouble | None) -> None:
    twilio = a_twilio()
    if code:
        twilio.bounces[PHONE] = code

    heard = told(came(twilio.receipt(a_sent(), status)), CODES)

    assert heard == Receipt(
        id="SM9", key="the-intent", became=became, trouble=trouble, code=str(code) if code else None
    )


@pytest.mark.parametrize("status", ["queued", "accepted", "sending", "scheduled", "partially_delivered", "a new one"])
def test_steps_on_the_way_are_no_news(status: str) -> None:
    assert isinstance(told(came(a_twilio().receipt(a_sent(), status)), CODES), NoNews)


def a_sent() -> Sent:
    return Sent(
        sid="SM9",
        to=PHONE,
        sender=OURS,
        body="See you!",
        created=NOW,
        service=None,
        callback=f"{URL}?text=the-intent",
        status="queued",
    )
