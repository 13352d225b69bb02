"""What is told of changes: by comparing the book, and by webhooks that are signed and never believed."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.systems.mindbody.a_desk import CAMERON, KEY, ROBIN, Desk, Json, a_desk, a_slot, at, payload
from tests.systems.mindbody.simulated import NOW

from frontdesk.domain.appointment import Status
from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused, Unreachable
from frontdesk.proving.simulator_transport import InProcess
from frontdesk.standards.simulating.faults import CutsConnection, When
from frontdesk.systems.mindbody import simulator_example as example
from frontdesk.systems.mindbody.notices import heard
from frontdesk.systems.mindbody.simulator_webhooks import Event

URL = "https://desk.example/notices"


async def test_to_begin_with_every_visit_of_two_months_is_told_with_its_patient() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        told = await desk.system.changes(None)

    by_id = {one.id: one for one in told.visits}
    assert {"301", "302", "303", "304", "305", visit} <= set(by_id)
    assert by_id[visit].patient == ROBIN.id
    assert by_id["301"].patient is None
    assert told.gone == ()


async def test_what_staff_do_is_told_once_and_again_where_it_is_asked_again() -> None:
    async with a_desk() as desk:
        moved = await desk.booked(a_slot(at("2026-03-05 10:30")), key="1")
        cancelled = await desk.booked(a_slot(at("2026-03-06 10:30")), CAMERON, key="2")
        kept = await desk.booked(a_slot(at("2026-03-09 10:30")), key="3")
        begin = await desk.system.changes(None)
        desk.simulator.front_desk.move(int(moved), at="2026-03-10T10:30:00")
        desk.simulator.front_desk.cancel(int(cancelled))
        told = await desk.system.changes(begin.next)
        again = await desk.system.changes(begin.next)
        quiet = await desk.system.changes(told.next)

        assert told == again
        assert {one.id: one.status for one in told.visits} == {moved: Status.BOOKED, cancelled: Status.CANCELLED}
        assert {one.patient for one in told.visits} == {ROBIN.id, CAMERON.id}
        assert (quiet.visits, quiet.gone) == ((), ())
        assert kept not in {one.id for one in told.visits}


async def test_a_visit_that_is_no_more_is_gone_and_one_moved_far_away_is_not() -> None:
    async with a_desk() as desk:
        deleted = await desk.booked(key="1")
        away = await desk.booked(a_slot(at("2026-03-06 10:30")), CAMERON, key="2")
        begin = await desk.system.changes(None)
        desk.simulator.site.appointments.remove(int(deleted))
        desk.simulator.front_desk.move(int(away), at="2026-09-10T10:30:00")
        told = await desk.system.changes(begin.next)
        quiet = await desk.system.changes(told.next)

        assert told.gone == (deleted,)
        assert [(one.id, one.during.start) for one in told.visits] == [(away, at("2026-09-10 10:30").start)]
        assert (quiet.visits, quiet.gone) == ((), ())


async def test_a_visit_whose_day_is_over_is_not_gone() -> None:
    async with a_desk() as desk:
        await desk.booked()
        begin = await desk.system.changes(None)
        desk.hands.turn(days=10)
        told = await desk.system.changes(begin.next)

        assert told.gone == ()


async def test_where_the_book_cannot_be_read_nothing_is_told_and_nothing_lost() -> None:
    async with a_desk() as desk:
        begin = await desk.system.changes(None)
        visit = await desk.booked()
        call = "GET /appointment/staffappointments"
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on=call, times=3)
        with pytest.raises(Unreachable):
            await desk.system.changes(begin.next)
        told = await desk.system.changes(begin.next)

        assert visit in {one.id for one in told.visits}


@pytest.mark.parametrize(
    "since", ["", "2026-03-02", "1 ", "1 not base64!", "1 " + base64.b64encode(b"x").decode(), "2 x"]
)
async def test_a_mark_that_is_none_of_ours_is_refused(since: str) -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="begin anew"):
            await desk.system.changes(since)


async def test_the_mark_of_a_full_book_stays_short_and_names_nobody() -> None:
    async with a_desk() as desk:
        await desk.booked()
        told = await desk.system.changes(None)

    assert re.fullmatch(r"1 [A-Za-z0-9+/=]{10,200}", told.next)


def a_notice(body: bytes | None = None, *, key: str = KEY, late: timedelta = timedelta(0), **headers: str) -> Notice:
    """The published notice, signed as Mindbody does it."""
    whole = body if body is not None else json.dumps(payload("notice")).encode()
    made = base64.b64encode(hmac.new(key.encode(), whole, hashlib.sha256).digest()).decode()
    return Notice(
        url=URL,
        headers={"x-mindbody-signature": f"sha256={made}", **headers},
        body=whole,
        received_at=NOW + late,
    )


def told_of(**changed: Any) -> list[Told]:
    """What is heard of the published notice with some fields changed."""
    whole: Json = payload("notice")
    data = changed.pop("eventData", {})
    return heard(
        a_notice(json.dumps(whole | changed | {"eventData": whole["eventData"] | data}).encode()), key=KEY, site=5720
    )


def test_a_published_notice_is_about_its_visit_and_says_nothing_of_the_patient() -> None:
    assert told_of() == [Told(id="m-1", visits=("33871",))]


def test_a_cancellation_tells_a_visit_by_two_numbers_alone() -> None:
    whole = payload("notice") | {
        "eventId": "appointmentBooking.cancelled",
        "eventData": {"siteId": 5720, "appointmentId": 7},
    }

    assert heard(a_notice(json.dumps(whole).encode()), key=KEY, site=5720) == [Told(id="m-1", visits=("7",))]


@pytest.mark.parametrize(
    ("event", "data", "told"),
    [
        ("client.updated", {"clientUniqueId": 12}, Told(id="m-1", charts=("12",))),
        ("client.deactivated", {}, Told(id="m-1", everything=True)),
        (
            "clientProfileMerger.created",
            {"keptClientId": "A", "keptClientUniqueId": 12, "removedClientUniqueId": 13},
            Told(id="m-1", charts=("12", "13")),
        ),
        ("staff.deactivated", {}, Told(id="m-1", everything=True)),
        ("siteBusinessDayClosure.created", {}, Told(id="m-1", everything=True)),
        ("appointmentAddOn.created", {}, Told(id="m-1", everything=True)),
        ("clientArrival.created", {}, Told(id="m-1", everything=True)),
    ],
)
def test_each_event_tells_what_is_stale(event: str, data: Json, told: Told) -> None:
    assert told_of(eventId=event, eventData=data) == [told]


@pytest.mark.parametrize("event", ["classSchedule.created", "clientSale.created", "clientMembershipAssignment.created"])
def test_what_is_nothing_to_us_is_not_told(event: str) -> None:
    assert told_of(eventId=event) == []


def test_another_site_of_the_same_developer_is_not_ours() -> None:
    assert told_of(eventData={"siteId": -99}) == []


@pytest.mark.parametrize(
    "notice",
    [
        replace(a_notice(), headers={}),
        a_notice(key="another key"),
        replace(a_notice(), body=a_notice().body.replace(b"33871", b"33872")),
        replace(a_notice(), headers={"x-mindbody-signature": "sha256="}),
        replace(a_notice(), headers={"x-mindbody-signature": "ключ"}),
        replace(a_notice(), headers={name: value.lower() for name, value in a_notice().headers.items()}),
    ],
    ids=["none", "another", "changed", "empty", "letters", "small"],
)
def test_a_notice_without_the_right_signature_is_refused(notice: Notice) -> None:
    with pytest.raises(Refused, match="signature"):
        heard(notice, key=KEY, site=5720)


def test_without_a_key_nothing_is_believed() -> None:
    with pytest.raises(Refused, match="signature"):
        heard(a_notice(key=""), key="", site=5720)


@pytest.mark.parametrize("late", [timedelta(hours=3, minutes=15), timedelta(minutes=-4)])
def test_a_retry_within_the_vendor_s_three_hours_is_heard(late: timedelta) -> None:
    assert heard(a_notice(late=late), key=KEY, site=5720) != []


@pytest.mark.parametrize("late", [timedelta(hours=4), timedelta(minutes=-7)])
def test_a_recording_is_refused(late: timedelta) -> None:
    with pytest.raises(Refused, match="older than its retries"):
        heard(a_notice(late=late), key=KEY, site=5720)


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[" * 9999, b"[]", b"{}", b'{"eventInstanceOriginationDate": "soon"}', b'"x"']
)
def test_a_body_that_is_no_notice_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        heard(a_notice(body), key=KEY, site=5720)


async def test_the_notices_of_a_site_are_heard_and_read_back() -> None:
    async with a_desk(signature_key="set below") as desk:
        key = await subscribed(desk)
        visit = desk.simulator.front_desk.book(
            client=example.AVERY, staff=example.DANA, session_type=example.BOTOX, location=1, at="2026-03-05T10:30:00"
        )
        desk.simulator.front_desk.cancel(visit)
        posts = await delivered(desk)
        told = [one for post in posts for one in heard(post, key=key, site=example.SITE)]
        with pytest.raises(Refused, match="signature"):
            desk.system.hear(posts[0])

        assert {one.visits for one in told} == {(str(visit),)}
        assert len({one.id for one in told}) == len(posts) == 2


async def subscribed(desk: Desk) -> str:
    """The signature key of a subscription, as whoever runs the desk makes one."""
    transport = InProcess(desk.simulator)
    headers = {"API-Key": desk.simulator.site.world.api_key}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1", headers=headers) as http:
        events = [f"appointmentBooking.{what}" for what in ("created", "updated", "cancelled")]
        asked = {"eventIds": events, "eventSchemaVersion": 1, "referenceId": "desk", "webhookUrl": URL}
        made = (await http.post("/subscriptions", json=asked)).json()
        active = await http.patch(f"/subscriptions/{made['subscriptionId']}", json={"status": "Active"})
        assert active.status_code == 200
    return str(made["messageSignatureKey"])


async def delivered(desk: Desk) -> list[Notice]:
    posts: list[Notice] = []

    async def post(event: Event) -> int:
        headers = {name.lower(): value for name, value in event.headers.items()}
        posts.append(Notice(url=event.url, headers=headers, body=event.body.encode(), received_at=desk.hands.now))
        return 200

    await desk.simulator.deliver(post)
    return posts
