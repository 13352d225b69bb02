"""Webhooks of the simulated Boulevard: subscribed, signed, late, twice, upside down, given up."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.systems.boulevard.simulated import Reached, a_business, code, nodes, why, within

from frontdesk.systems.boulevard.simulator_example import (
    API_SECRET,
    AVERY,
    BY_THE_LAKE,
    DANA,
    DOWNTOWN,
    LAKESIDE,
    NEUROTOXIN,
    ON_TUESDAY,
    ON_WEDNESDAY,
    RILEY,
)
from frontdesk.systems.boulevard.simulator_rows import Json, urn
from frontdesk.systems.boulevard.simulator_webhooks import Event

ADDRESS = "https://clinic.example.com/boulevard"
HOOK = "webhook { id name url subscriptions { id eventType enabled } }"
LIST = "{ webhooks(first: 10) { edges { node { id name url subscriptions { eventType enabled } } } } }"


class Postbox:
    """Takes what is delivered, and answers as told: the last answer again and again; 0 breaks the connection."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers) or [200]
        self.events: list[Event] = []

    async def __call__(self, event: Event) -> int:
        self.events.append(event)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not answer:
            raise ConnectionError("nobody is there")
        return answer

    def types(self) -> list[str]:
        return [json.loads(event.body)["eventType"] for event in self.events]


async def subscribe(business: Reached, types: Sequence[str], place: str | None = None) -> str:
    """The id of a new webhook, whose PING was taken."""
    subscriptions: list[Json] = [{"eventType": one} for one in types]
    where: dict[str, Json] = {"locationId": place} if place else {}
    made = await business.changed(
        "admin", "createWebhook", HOOK, url=ADDRESS, name="Front desk", subscriptions=subscriptions, **where
    )
    ping = Postbox()
    await business.simulator.deliver(ping)
    assert ping.types() == ["PING"]
    return str(within(made, "webhook", "id"))


async def test_a_message_is_signed_over_its_salt_and_raw_body() -> None:
    async with a_business() as business:
        await subscribe(business, ["APPOINTMENT_CREATED"])
        booked = await business.booked()
        box = Postbox()
        count = await business.simulator.deliver(box)

    [event] = box.events
    salt = event.headers["x-blvd-hmac-salt"]
    signed = hmac.new(base64.b64decode(API_SECRET), f"{salt}:{event.body}".encode(), hashlib.sha256).digest()
    body = json.loads(event.body)
    assert (count, event.url) == (1, ADDRESS)
    assert salt == "blvd-webhook-v1:0b1e55ed-0000-4000-8000-000000000002:1772463600"
    assert event.headers["x-blvd-hmac-sha256"] == base64.b64encode(signed).decode()
    assert event.headers["x-blvd-event-type"] == body["eventType"] == "APPOINTMENT_CREATED"
    assert event.headers["x-blvd-idempotency-key"] == body["idempotencyKey"]
    assert body["data"]["node"]["id"] == body["resource"]["id"] == booked
    assert body["data"]["node"]["clientId"] == RILEY


async def test_each_change_is_told_under_its_type() -> None:
    kinds = ("CREATED", "UPDATED", "RESCHEDULED", "CONFIRMED", "ARRIVED", "ACTIVE", "COMPLETED", "CANCELLED")

    async with a_business() as business:
        await subscribe(business, [f"APPOINTMENT_{kind}" for kind in kinds] + ["CLIENT_CREATED", "CLIENT_UPDATED"])
        desk = business.simulator.front_desk
        visit = desk.book(client=AVERY, staff=DANA, service=NEUROTOXIN, location=DOWNTOWN, at="2026-03-05T09:00:00")
        desk.confirm(visit)
        desk.move(visit, at="2026-03-05T15:00:00")
        await business.changed("admin", "updateAppointment", "appointment { id }", id=visit, state="ACTIVE")
        desk.check_out(visit)
        desk.cancel(ON_TUESDAY)
        await business.changed("admin", "createClient", "client { id }", firstName="Pat", lastName="Test")
        desk.change_client(AVERY, {"lastName": "Renamed"})
        box = Postbox()
        await business.simulator.deliver(box)

    assert box.types() == [
        *("APPOINTMENT_CREATED", "APPOINTMENT_UPDATED", "APPOINTMENT_CONFIRMED", "APPOINTMENT_RESCHEDULED"),
        *("APPOINTMENT_UPDATED", "APPOINTMENT_ACTIVE", "APPOINTMENT_UPDATED", "APPOINTMENT_COMPLETED"),
        *("APPOINTMENT_CANCELLED", "CLIENT_CREATED", "CLIENT_UPDATED"),
    ]


async def test_a_webhook_of_a_place_hears_of_that_place_alone() -> None:
    async with a_business() as business:
        await subscribe(business, ["APPOINTMENT_CANCELLED"], LAKESIDE)
        business.simulator.front_desk.cancel(ON_WEDNESDAY)
        business.simulator.front_desk.cancel(BY_THE_LAKE)
        box = Postbox()
        await business.simulator.deliver(box)

    assert [json.loads(event.body)["resource"]["id"] for event in box.events] == [BY_THE_LAKE]


async def test_messages_come_twice_late_and_newest_first_when_told_to() -> None:
    async with a_business() as business:
        await subscribe(business, ["APPOINTMENT_CANCELLED"])
        business.simulator.faults.repeated_events = 2
        business.simulator.mail.late = timedelta(minutes=5)
        business.simulator.mail.newest_first = True
        business.simulator.front_desk.cancel(ON_TUESDAY)
        business.simulator.front_desk.cancel(ON_WEDNESDAY)
        early, box = Postbox(), Postbox()
        await business.simulator.deliver(early)
        business.hands.turn(minutes=5)
        count = await business.simulator.deliver(box)

    told = [json.loads(event.body) for event in box.events]
    assert (early.events, count) == ([], 4)
    assert [one["resource"]["id"] for one in told] == [ON_WEDNESDAY, ON_WEDNESDAY, ON_TUESDAY, ON_TUESDAY]
    assert len({one["idempotencyKey"] for one in told}) == 2


@pytest.mark.parametrize("answer", [0, 500, 302])
async def test_a_message_that_nobody_takes_comes_again_and_at_last_switches_the_webhook_off(answer: int) -> None:
    async with a_business() as business:
        await subscribe(business, ["APPOINTMENT_CANCELLED"])
        business.simulator.front_desk.cancel(ON_TUESDAY)
        box = Postbox(answer)
        for _ in range(20):
            await business.simulator.deliver(box)
            business.hands.turn(minutes=30)
        [hook] = nodes(await business.admin(LIST), "webhooks")
        business.simulator.front_desk.cancel(ON_WEDNESDAY)
        more = await business.simulator.deliver(box)

    assert (len(box.events), more) == (16, 0)
    assert hook["subscriptions"] == [{"eventType": "APPOINTMENT_CANCELLED", "enabled": False}]


async def test_a_message_that_is_taken_the_second_time_comes_no_more() -> None:
    async with a_business() as business:
        await subscribe(business, ["APPOINTMENT_CANCELLED"])
        business.simulator.front_desk.cancel(ON_TUESDAY)
        box = Postbox(503, 200)
        for _ in range(4):
            await business.simulator.deliver(box)
            business.hands.turn(minutes=15)

    [first, second] = box.events
    assert first.body == second.body


async def test_429_counts_as_no_failure_and_410_ends_the_webhook_for_good() -> None:
    async with a_business() as business:
        await subscribe(business, ["APPOINTMENT_CANCELLED"])
        business.simulator.front_desk.cancel(ON_TUESDAY)
        box = Postbox(*[429] * 20, 410)
        for _ in range(25):
            await business.simulator.deliver(box)
            business.hands.turn(minutes=30)
        left = nodes(await business.admin(LIST), "webhooks")

    assert (len(box.events), left) == (21, [])


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"url": "http://clinic.example.com"}, "https-only"),
        ({"subscriptions": [{"eventType": "APPOINTMENT_EXPLODED"}]}, "event-types-known"),
        ({"subscriptions": [{"eventType": "PING"}]}, "event-types-known"),
        ({"subscriptions": []}, "event-types-known"),
        ({"locationId": urn("Location", 9)}, "missing-on-writing"),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused(fields: dict[str, Json], rule: str) -> None:
    asked: dict[str, Json] = {"url": ADDRESS, "name": "x", "subscriptions": [{"eventType": "APPOINTMENT_CREATED"}]}

    async with a_business() as business:
        answer = await business.change("admin", "createWebhook", HOOK, **(asked | fields))

    assert why(answer) == rule


async def test_a_webhook_is_listed_until_it_is_deleted() -> None:
    async with a_business() as business:
        hook = await subscribe(business, ["APPOINTMENT_CREATED", "CLIENT_CREATED"])
        listed = nodes(await business.admin(LIST), "webhooks")
        gone = await business.changed("admin", "deleteWebhook", "webhook { id }", id=hook)
        twice = await business.change("admin", "deleteWebhook", "webhook { id }", id=hook)
        business.simulator.front_desk.book(
            client=AVERY, staff=DANA, service=NEUROTOXIN, location=DOWNTOWN, at="2026-03-05T09:00:00"
        )
        sent = await business.simulator.deliver(Postbox())

    assert [(row["id"], row["name"], row["url"]) for row in listed] == [(hook, "Front desk", ADDRESS)]
    assert within(listed[0], "subscriptions", 1) == {"eventType": "CLIENT_CREATED", "enabled": True}
    assert (gone, code(twice), sent) == ({"webhook": {"id": hook}}, "NOT_FOUND", 0)
