"""Webhooks of real carriers: signed for the public address, each text once and in order, receipts never backwards."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.strategies import lists, permutations, sampled_from
from tests.carrying import NUMBER, PRACTICE, Texting, texting
from tests.channels.sms.simulated import CARRIERS, PHONE

from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.channels.sms.twilio.reading import TRIES_AGAIN
from frontdesk.domain.consent import Source, Use
from frontdesk.domain.delivery import Delivery
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.consents import latest_at
from frontdesk.storage.deliveries import became_of

_phones = (f"+1512555{number}" for number in count(2000))


@pytest.fixture(params=CARRIERS)
async def one(request: pytest.FixtureRequest, database_url: str, master_home: Path) -> AsyncIterator[Texting]:
    """A desk with each carrier in turn."""
    async with texting(request.param, database_url, master_home) as opened:
        yield opened


async def test_a_text_that_comes_in_is_stored_and_answered_as_the_carrier_wants_it(one: Texting) -> None:
    posted = one.stand_in.text_in(PHONE, NUMBER, "botox thursday?")
    assert posted is not None
    response = await one.web.post(
        "http://inside:8000" + posted.url.removeprefix("https://clinic.example.com"),
        content=posted.body,
        headers=dict(posted.headers),
    )

    assert response.status_code == 200
    assert response.text == ("<Response/>" if one.name == "twilio" else "")
    assert await one.said() == ["botox thursday?"]


async def test_what_a_proxy_or_a_sender_says_of_the_host_counts_for_nothing(one: Texting) -> None:
    right = one.stand_in.text_in(PHONE, NUMBER, "one")
    other = one.stand_in.text_in(PHONE, NUMBER, "two")

    behind_a_proxy = await one.post(right, host="10.0.0.7:8000", **{"x-forwarded-host": "evil.example.com"})
    claims = await one.post(other, host="evil.example.com", **{"x-forwarded-proto": "http"})

    assert (behind_a_proxy, claims) == (200, 200)  # the address is the desk's own, whoever claims another


async def test_a_webhook_signed_for_another_address_is_refused(one: Texting) -> None:
    """Twilio signs the address, Telnyx what is in the body: there another's number stands in it."""
    if isinstance(one.stand_in, twilio.StandIn):
        one.stand_in.numbers[NUMBER] = one.stand_in.numbers[NUMBER].replace("clinic.", "evil.")
        posted = one.stand_in.text_in(PHONE, NUMBER, "hello")
        assert posted is not None
        moved = type(posted)(url=posted.url.replace("evil.", "clinic."), headers=posted.headers, body=posted.body)
        assert await one.post(moved) == 403
    else:
        assert await one.post(one.stand_in.text_in(PHONE, "+15125550199", "hello")) == 400
    assert await one.said() == []


@pytest.mark.parametrize("what", ["missing", "bad", "another carrier", "another number", "too long"])
async def test_whatever_is_not_the_carriers_is_not_taken_in(one: Texting, what: str) -> None:
    posted = one.stand_in.text_in(PHONE, NUMBER, "hello")
    assert posted is not None
    signature = "x-twilio-signature" if one.name == "twilio" else "telnyx-signature-ed25519"
    headers = dict(posted.headers)
    url, body = posted.url, posted.body
    match what:
        case "missing":
            del headers[signature]
        case "bad":
            headers[signature] = headers[signature][::-1]
        case "another carrier":
            url = url.replace(f"/{one.name}/", "/telnyx/" if one.name == "twilio" else "/twilio/")
        case "another number":
            url = url.replace(NUMBER[1:], "15125550199")
        case _:
            body = body + b" " * 70_000

    status = await one.post(type(posted)(url=url, headers=headers, body=body))

    assert status == {"another carrier": 404, "another number": 404, "too long": 413}.get(what, 403)
    assert await one.said() == []


async def test_what_is_behind_the_address_may_be_signed_or_not(database_url: str, master_home: Path) -> None:
    """Twilio does not publish whether it signs what stands behind `#`; either is its own signature."""
    async with texting("twilio", database_url, master_home) as opened:
        assert isinstance(opened.stand_in, twilio.StandIn)
        plain = opened.stand_in.text_in(PHONE, NUMBER, "hello")
        assert plain is not None
        fields = dict(parse_qsl(plain.body.decode(), keep_blank_values=True))
        signed = opened.stand_in.signature_of(plain.url + TRIES_AGAIN, fields)
        other = opened.stand_in.signature_of(f"{plain.url}#rc=9", fields)
        with_it = replace(plain, headers={**plain.headers, "x-twilio-signature": signed})
        with_another = replace(plain, headers={**plain.headers, "x-twilio-signature": other})

        statuses = [await opened.post(posted) for posted in (plain, with_it, with_another)]

    assert statuses == [200, 200, 403]


async def test_the_same_webhook_played_back_is_one_text(one: Texting) -> None:
    posted = one.stand_in.text_in(PHONE, NUMBER, "yes")

    assert [await one.post(posted) for _ in range(3)] == [200, 200, 200]

    assert await one.said() == ["yes"]


async def test_the_same_webhook_at_the_same_time_is_one_text(one: Texting) -> None:
    posted = one.stand_in.text_in(PHONE, NUMBER, "yes")

    statuses = await asyncio.gather(*(one.post(posted) for _ in range(8)))

    assert set(statuses) == {200}
    assert await one.said() == ["yes"]


@hypothesis_settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(order=lists(sampled_from(range(4)), min_size=1, max_size=10))
async def test_duplicates_in_any_order_are_each_taken_in_once_in_the_order_they_came(
    one: Texting, order: list[int]
) -> None:
    phone = next(_phones)
    posted = [one.stand_in.text_in(phone, NUMBER, f"number {place}") for place in range(4)]

    for place in order:
        assert await one.post(posted[place]) == 200

    assert await one.said(phone) == [f"number {place}" for place in dict.fromkeys(order)]


@hypothesis_settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    order=permutations(["sent", "undelivered", "delivered", "sent", "delivered", "undelivered"]),
    most=sampled_from(range(1, 7)),
)
async def test_receipts_never_go_backwards(one: Texting, order: list[str], most: int) -> None:
    phone = next(_phones)
    id = await one.put("See you!", to=phone)
    await one.deliver(phone)
    place = len(one.bodies) - 1
    seen: list[Delivery] = []

    for word in order[:most]:
        assert await one.post(a_receipt(one, place, word)) == 200
        async with one.desk.storage.practice(PRACTICE.id) as db:
            told = await became_of(db, id)
        assert told is not None
        seen.append(told.became)

    ranks = [list(Delivery).index(step) for step in seen]
    assert ranks == sorted(ranks)
    assert ranks[-1] == max(list(Delivery).index(Delivery(word)) for word in order[:most])


def a_receipt(one: Texting, place: int, word: str) -> telnyx.Posted:
    if isinstance(one.stand_in, twilio.StandIn):
        return one.stand_in.receipt(one.stand_in.sent[place], word)
    event = "message.sent" if word == "sent" else "message.finalized"
    status = "delivery_failed" if word == "undelivered" else word
    return one.stand_in.receipt(one.stand_in.sent[place], event, status)


async def test_a_receipt_about_nobodys_text_is_answered_and_changes_nothing(one: Texting) -> None:
    await one.put("See you!")
    await one.deliver()
    if isinstance(one.stand_in, twilio.StandIn):
        one.stand_in.sent[0].sid = "SM" + "f" * 32
        one.stand_in.sent[0].callback = one.stand_in.numbers[NUMBER]
    else:
        one.stand_in.sent[0].id = "00000000-0000-0000-0000-000000000000"
        one.stand_in.sent[0].webhook = None

    assert await one.post(one.receipt()) == 200


async def test_a_cancel_that_the_carrier_takes_for_stop_is_stored_and_known_from_the_carrier(one: Texting) -> None:
    if isinstance(one.stand_in, twilio.StandIn):
        one.stand_in.services["MG" + "2" * 32].stops = ("STOP",)  # Advanced Opt-Out tells of it

    await one.post(one.stand_in.text_in(PHONE, NUMBER, "Cancel"))

    async with one.desk.storage.practice(PRACTICE.id) as db:
        ended = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, PHONE)
    await one.post(one.stand_in.text_in(PHONE, NUMBER, "START"))
    async with one.desk.storage.practice(PRACTICE.id) as db:
        back = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, PHONE)
    assert await one.said() == ["Cancel", "START"]
    assert ended is not None
    assert (ended.source, ended.allowed, ended.said) == (Source.CARRIER, False, "Cancel")
    assert back is None or back.allowed
