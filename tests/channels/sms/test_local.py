"""The demo's carrier, and the signatures by which its texts come back."""

from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.channels.sms.local import LocalCarrier, sign, verify
from frontdesk.domain.faults import Impossible
from frontdesk.ports.channel import Accepted, Text

SECRET = b"a secret of the demo"
URL = "http://localhost:8000/hooks/local"
BODY = b'{"from":"+15125550147","text":"Hi"}'
SENT = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)


def a_text(key: str = "t1") -> Text:
    return Text(key=key, sender="+15125550100", to="+15125550147", body="See you on Thursday.")


async def test_a_text_is_handed_on_as_it_is() -> None:
    shown: list[Text] = []

    async def keep(text: Text) -> None:
        shown.append(text)

    accepted = await LocalCarrier(keep).send(a_text())

    assert shown == [a_text()]
    assert accepted == Accepted(receipt="local-t1")


async def test_a_text_that_could_not_be_kept_is_not_said_to_be_sent() -> None:
    async def keep(text: Text) -> None:
        raise ConnectionError("the database is gone")

    with pytest.raises(ConnectionError):
        await LocalCarrier(keep).send(a_text())


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=5), timedelta(minutes=-5)])
def test_what_was_signed_is_accepted_for_five_minutes(late: timedelta) -> None:
    signature = sign(SECRET, URL, BODY, SENT)

    assert verify(SECRET, URL, BODY, signature, SENT, SENT + late)


@pytest.mark.parametrize("late", [timedelta(minutes=5, seconds=1), timedelta(days=1), timedelta(minutes=-6)])
def test_what_is_older_or_from_the_future_is_not(late: timedelta) -> None:
    signature = sign(SECRET, URL, BODY, SENT)

    assert not verify(SECRET, URL, BODY, signature, SENT, SENT + late)


@pytest.mark.parametrize(
    ("secret", "url", "body", "sent_at"),
    [
        (b"another", URL, BODY, SENT),
        (SECRET, URL + "/", BODY, SENT),
        (SECRET, URL, BODY + b" ", SENT),
        (SECRET, URL + BODY.decode()[:1], BODY[1:], SENT),
        (SECRET, URL, BODY, SENT + timedelta(seconds=1)),
    ],
    ids=["secret", "address", "body", "address and body shifted", "time"],
)
def test_one_thing_changed_is_a_forgery(secret: bytes, url: str, body: bytes, sent_at: datetime) -> None:
    signature = sign(SECRET, URL, BODY, SENT)

    assert not verify(secret, url, body, signature, sent_at, SENT)


@pytest.mark.parametrize("signature", ["", "ñ", "0" * 64])
def test_what_is_no_signature_is_a_forgery(signature: str) -> None:
    assert not verify(SECRET, URL, BODY, signature, SENT, SENT)


def test_nothing_is_signed_or_accepted_without_a_secret() -> None:
    with pytest.raises(Impossible, match="the one given is empty"):
        sign(b"", URL, BODY, SENT)

    assert not verify(b"", URL, BODY, sign(SECRET, URL, BODY, SENT), SENT, SENT)
