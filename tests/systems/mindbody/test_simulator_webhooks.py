"""Subscriptions of the simulated Mindbody and the messages they are sent; and the page on which people see the book."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.systems.mindbody.simulated import NOW, ROBINS_ID, Reached, a_site, why

from frontdesk.systems.mindbody.simulator_example import AVERY, AVERY_JUNIOR, CAMERON, DANA, ROBIN
from frontdesk.systems.mindbody.simulator_rows import Json
from frontdesk.systems.mindbody.simulator_webhooks import Event

WANTED: dict[str, Json] = {
    "eventIds": [
        "appointmentBooking.created",
        "appointmentBooking.updated",
        "appointmentBooking.cancelled",
        "client.created",
        "client.updated",
        "client.deactivated",
        "clientProfileMerger.created",
    ],
    "eventSchemaVersion": 1,
    "referenceId": "desk",
    "webhookUrl": "https://desk.example.com/mindbody",
}


class Mailbox:
    """An endpoint that takes messages, or is down, or too slow."""

    def __init__(self) -> None:
        self.taken: list[Event] = []
        self.status = 200
        self.fault: type[Exception] | None = None

    async def post(self, event: Event) -> int:
        if self.fault:
            raise self.fault
        self.taken.append(event)
        return self.status

    def told(self) -> list[str]:
        return [json.loads(event.body)["eventId"] for event in self.taken]

    def messages(self) -> list[str]:
        return [json.loads(event.body)["messageId"] for event in self.taken]


async def subscribed(site: Reached, *, active: bool = True, **fields: Json) -> dict[str, object]:
    made = await site.http.post("/api/v1/subscriptions", json=WANTED | fields)
    assert made.status_code == 200, made.text
    if active:
        changed = await site.http.patch(
            f"/api/v1/subscriptions/{made.json()['subscriptionId']}", json={"status": "Active"}
        )
        assert changed.status_code == 200, changed.text
    return dict(made.json())


async def test_the_key_of_a_subscription_is_told_once_and_it_begins_pending() -> None:
    async with a_site() as site:
        made = await subscribed(site, active=False)
        one = await site.http.get(f"/api/v1/subscriptions/{made['subscriptionId']}")
        both = await site.http.get("/push/api/v1/subscriptions")

    assert (made["status"], made["messageSignatureKey"]) == ("PendingActivation", "simulated-signature-key-1")
    assert made["subscriptionCreationDateTime"] == "2026-03-02T15:00:00Z"
    assert "messageSignatureKey" not in one.json()
    assert both.json() == {"items": [one.json()]}


async def test_the_webhooks_api_needs_its_key_and_neither_site_nor_token() -> None:
    async with a_site() as site:
        for name in ("SiteId", "Authorization"):
            del site.http.headers[name]
        read = await site.http.get("/api/v1/subscriptions")
        wrong = await site.http.get("/api/v1/subscriptions", headers={"API-Key": "another"})
        del site.http.headers["Api-Key"]
        missing = await site.http.get("/api/v1/subscriptions")

    assert (read.status_code, wrong.status_code, missing.status_code) == (200, 403, 401)
    assert missing.json() == {
        "errors": [
            {
                "errorCode": "14010001",
                "errorType": "missingAPIKeyHeader",
                "errorMessage": "An API-Key Header was expected in the request but was not provided.",
            }
        ]
    }
    assert missing.headers["x-simulator"] == "webhook-key-missing; documented, worded as published"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"webhookUrl": "http://desk.example.com"}, "invalidWebhookURLMissingHTTPS"),
        ({"webhookUrl": None}, "invalidValueWebhookURLRequired"),
        ({"eventIds": ["appointmentBooking.moved"]}, "invalidValueEventIds"),
        ({"eventIds": []}, "invalidValueEventIds"),
        ({"eventSchemaVersion": 2}, "invalidEventSchemaVersion"),
    ],
)
async def test_a_subscription_that_is_not_published_is_refused(fields: dict[str, Json], kind: str) -> None:
    async with a_site() as site:
        answer = await site.http.post("/api/v1/subscriptions", json=WANTED | fields)

    assert (answer.status_code, answer.json()["errors"][0]["errorType"]) == (400, kind)


@pytest.mark.parametrize("answers", [404, 302, ConnectionRefusedError, TimeoutError])
async def test_an_address_that_does_not_answer_a_head_is_refused(answers: int | type[Exception]) -> None:
    asked: list[str] = []

    async def head(address: str) -> int:
        asked.append(address)
        if isinstance(answers, int):
            return answers
        raise answers

    async with a_site(probe=head) as site:
        answer = await site.http.post("/api/v1/subscriptions", json=WANTED)

    assert (answer.status_code, why(answer), asked) == (400, "head-probe", ["https://desk.example.com/mindbody"])


async def test_an_address_is_asked_when_it_is_given_and_when_it_is_activated() -> None:
    asked: list[str] = []

    async def head(address: str) -> int:
        asked.append(address)
        return 204

    async with a_site(probe=head) as site:
        await subscribed(site)

    assert asked == ["https://desk.example.com/mindbody"] * 2


async def test_only_two_statuses_can_be_set_and_a_deactivated_subscription_stays_readable() -> None:
    mailbox = Mailbox()

    async with a_site() as site:
        made = await subscribed(site)
        path = f"/api/v1/subscriptions/{made['subscriptionId']}"
        odd = await site.http.patch(path, json={"status": "PendingActivation"})
        gone = await site.http.delete(path)
        site.simulator.front_desk.cancel(301)
        sent = await site.simulator.deliver(mailbox.post)
        there = await site.http.get(path)
        nowhere = await site.http.get("/api/v1/subscriptions/00000000-0000-0000-0000-000000000000")

    assert (odd.json()["errors"][0]["errorType"], sent) == ("subscriptionStatusNotValid", 0)
    assert gone.json()["message"] == "Subscription deactivated successfully."
    assert (there.json()["status"], nowhere.status_code) == ("DeactivatedByUser", 404)


async def test_a_message_is_signed_with_the_key_over_the_raw_body() -> None:
    mailbox = Mailbox()

    async with a_site() as site:
        made = await subscribed(site)
        await site.booked(Notes="by phone")
        await site.simulator.deliver(mailbox.post)

    [event] = mailbox.taken
    key = str(made["messageSignatureKey"]).encode()
    signature = base64.b64encode(hmac.new(key, event.body.encode(), hashlib.sha256).digest()).decode()
    assert event.headers["X-Mindbody-Signature"] == f"sha256={signature}"
    assert event.url == "https://desk.example.com/mindbody"


async def test_a_booking_is_told_with_its_client_and_a_cancellation_by_its_id_alone() -> None:
    mailbox = Mailbox()

    async with a_site() as site:
        await subscribed(site)
        await site.booked(Notes="by phone")
        await site.change(306, Execute="confirm")
        await site.change(306, Execute="cancel")
        await site.simulator.deliver(mailbox.post)

    created, updated, cancelled = (json.loads(event.body) for event in mailbox.taken)
    assert (created["eventId"], created["eventSchemaVersion"]) == ("appointmentBooking.created", 1)
    assert created["eventInstanceOriginationDate"] == "2026-03-02T15:00:00Z"
    data = created["eventData"]
    assert (data["siteId"], data["appointmentId"], data["status"], data["notes"]) == (5720, 306, "Booked", "by phone")
    assert (data["clientId"], data["clientPhone"], data["staffId"]) == (ROBINS_ID, "3035550142", DANA)
    assert (data["startDateTime"], data["durationMinutes"]) == ("2026-03-05T10:30:00", 45)
    assert (updated["eventData"]["isConfirmed"], updated["eventData"]["status"]) == (True, "Confirmed")
    assert cancelled["eventData"] == {"siteId": 5720, "appointmentId": 306}


async def test_what_staff_do_is_told_too() -> None:
    mailbox = Mailbox()

    async with a_site() as site:
        await subscribed(site)
        desk = site.simulator.front_desk
        desk.move(302, at="2026-03-03T15:00:00")
        desk.mark_missed(302)
        desk.change_client(ROBIN, {"Email": "new@example.com"})
        desk.change_client(AVERY_JUNIOR, {"Active": False})
        desk.merge_clients(into=AVERY, gone=CAMERON)
        await site.simulator.deliver(mailbox.post)

    data = [json.loads(event.body)["eventData"] for event in mailbox.taken]
    assert mailbox.told() == [
        "appointmentBooking.updated",
        "appointmentBooking.updated",
        "client.updated",
        "client.deactivated",
        "clientProfileMerger.created",
    ]
    assert (data[1]["status"], data[2]["previousEmail"], data[3]["previousEmail"]) == (
        "NoShow",
        "robin@example.com",
        None,
    )
    assert (data[4]["keptClientUniqueId"], data[4]["removedClientUniqueId"]) == (AVERY, CAMERON)


async def test_nothing_is_told_before_activation_or_of_other_events() -> None:
    mailbox = Mailbox()

    async with a_site() as site:
        await subscribed(site, active=False)
        await subscribed(site, eventIds=["client.created"])
        site.simulator.front_desk.cancel(301)
        await site.simulator.deliver(mailbox.post)

    assert mailbox.taken == []


@pytest.mark.parametrize("fault", [ConnectionRefusedError, TimeoutError])
async def test_a_message_nobody_takes_comes_again_every_quarter_of_an_hour(fault: type[Exception]) -> None:
    mailbox = Mailbox()

    async with a_site() as site:
        await subscribed(site)
        site.simulator.front_desk.cancel(301)
        mailbox.fault = fault
        await site.simulator.deliver(mailbox.post)
        mailbox.fault, mailbox.status = None, 503
        early = await site.simulator.deliver(mailbox.post)
        site.hands.turn(minutes=15)
        await site.simulator.deliver(mailbox.post)
        mailbox.status = 202
        site.hands.turn(minutes=15)
        await site.simulator.deliver(mailbox.post)
        site.hands.turn(minutes=15)
        after = await site.simulator.deliver(mailbox.post)

    assert (early, after) == (0, 0)
    assert len(mailbox.messages()) == 2
    assert len(set(mailbox.messages())) == 1


async def test_after_three_hours_a_message_is_lost_and_after_three_lost_the_subscription_is_off() -> None:
    mailbox = Mailbox()
    mailbox.status = 500

    async with a_site() as site:
        made = await subscribed(site)
        for visit in (301, 302, 303):
            site.simulator.front_desk.confirm(visit)
        tries = []
        for _ in range(16):
            tries.append(await site.simulator.deliver(mailbox.post))
            site.hands.turn(minutes=15)
        row = await site.http.get(f"/api/v1/subscriptions/{made['subscriptionId']}")

    assert tries == [3] * 13 + [0] * 3
    assert row.json()["status"] == "DeactivatedTooManyFailedMessageDeliveryAttempts"


async def test_messages_can_come_twice_late_and_newest_first() -> None:
    mailbox = Mailbox()

    async with a_site() as site:
        await subscribed(site)
        site.simulator.faults.repeated_events = 2
        site.simulator.mail.late, site.simulator.mail.newest_first = timedelta(minutes=20), True
        site.simulator.front_desk.confirm(301)
        site.simulator.front_desk.cancel(301)
        at_once = await site.simulator.deliver(mailbox.post)
        site.hands.turn(minutes=20)
        later = await site.simulator.deliver(mailbox.post)

    assert (at_once, later) == (0, 4)
    assert mailbox.told() == ["appointmentBooking.cancelled"] * 2 + ["appointmentBooking.updated"] * 2
    assert mailbox.messages()[0] == mailbox.messages()[1]


async def test_messages_outlive_a_site_that_keeps_a_file(tmp_path: Path) -> None:
    mailbox, keep = Mailbox(), tmp_path / "site.json"

    async with a_site(keep=keep) as site:
        await subscribed(site)
        site.simulator.front_desk.cancel(301)
    async with a_site(keep=keep) as again:
        await again.simulator.deliver(mailbox.post)

    assert mailbox.told() == ["appointmentBooking.cancelled"]


def people(site: Reached) -> httpx.AsyncClient:
    """A browser that knows no key."""
    return httpx.AsyncClient(transport=site.http._transport, base_url="http://mindbody")


async def test_the_page_shows_the_weeks_book_without_a_key() -> None:
    async with a_site() as site:
        page = await people(site).get("/__page", params={"date": "2026-03-05"})

    assert page.status_code == 200
    assert "Glow on Main: the book" in page.text
    assert "<b>10:00-10:45</b> Avery Sample" in page.text
    assert page.text.count("09:00-17:00 Downtown") == 5
    assert "13:00-14:00 Team meeting" in page.text


async def test_people_move_and_cancel_visits_on_the_page() -> None:
    async with a_site() as site:
        act = {"act": "move", "Id": "301", "at": "2026-03-10T08:30", "StaffId": str(DANA)}
        moved = await people(site).post("/__page", data=act)
        cancelled = await people(site).post("/__page", data={"act": "cancel", "Id": "302", "back": "2026-03-03"})
        there, gone = await site.visit(301), await site.visit(302)

    assert (moved.status_code, moved.headers["location"]) == (303, "/__page?date=2026-03-10")
    assert (cancelled.status_code, there["StartDateTime"]) == (303, "2026-03-10T08:30:00")
    assert gone["Status"] == "Cancelled"


async def test_a_clients_name_cannot_bring_markup_into_the_page() -> None:
    async with a_site() as site:
        site.simulator.front_desk.change_client(AVERY, {"LastName": "<script>alert(1)</script>"})
        page = await people(site).get("/__page", params={"date": "2026-03-03"})

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(("path", "status"), [("/__page?date=soon", 400), ("/__control", 404), ("/__page/x", 404)])
async def test_the_page_says_so_when_there_is_nothing_to_show(path: str, status: int) -> None:
    async with a_site(now=NOW) as site:
        page = await people(site).get(path)

    assert page.status_code == status
