"""What has changed of visits: asked for again and again, told by signed notices, and never lost."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.systems.athenahealth.a_desk import NATICK, PARK, ROBIN, TEMPE, a_desk, a_slot, at
from tests.systems.athenahealth.test_mapping import payload

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Changes, Notice, Told
from frontdesk.ports.faults import Refused, Unreachable
from frontdesk.standards.simulating.faults import CutsConnection, When
from frontdesk.systems.athenahealth.notices import heard

SECRET = "shared-secret"
PRACTICE = 195900
CAME = datetime(2026, 3, 2, 13, 0, 30, tzinfo=UTC)


def statuses(changes: Changes) -> dict[str, Status]:
    return {one.id: one.status for one in changes.visits}


async def test_the_first_answer_has_the_visits_from_a_day_ago_on() -> None:
    async with a_desk() as desk:
        first = await desk.system.changes(None)

    assert {one.location for one in first.visits} == {NATICK, TEMPE}
    assert set(statuses(first).values()) == {Status.BOOKED}
    assert len(first.visits) == 5
    assert first.gone == ()


async def test_what_was_booked_moved_and_cancelled_since_is_told() -> None:
    async with a_desk() as desk:
        begun = await desk.system.changes(None)
        desk.hands.turn(days=1)
        booked = await desk.booked()
        other = await desk.booked(a_slot(at("2026-03-05 10:00")), key="book:2")
        moved = await desk.system.move(booked.appointment.id, a_slot(at("2026-03-06 10:00")), key="m", held=None)
        await desk.system.cancel(other.appointment.id, reason=Cancellation.PATIENT)
        changes = await desk.system.changes(begun.next)

    assert statuses(changes) == {
        booked.appointment.id: Status.CANCELLED,
        moved.appointment.id: Status.BOOKED,
        other.appointment.id: Status.CANCELLED,
    }
    assert {one.patient for one in changes.visits} == {ROBIN.id}


async def test_asked_again_nothing_is_lost_and_asked_on_nothing_old_is_left() -> None:
    async with a_desk() as desk:
        begun = await desk.system.changes(None)
        desk.hands.turn(days=1)
        booked = await desk.booked()
        first, again = await desk.system.changes(begun.next), await desk.system.changes(begun.next)
        desk.hands.turn(days=1)
        later = await desk.system.changes(first.next)
        desk.hands.turn(days=1)
        at_last = await desk.system.changes(later.next)

    assert statuses(first) == statuses(again) == {booked.appointment.id: Status.BOOKED}
    assert at_last.visits == ()


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=9)])
async def test_a_change_that_shows_late_is_not_missed_on_any_clock_of_the_country(late: timedelta) -> None:
    async with a_desk() as desk:
        desk.hands.turn(days=1)
        in_tempe = a_slot(at("2026-03-05 12:30"), practitioner=PARK, location=TEMPE)
        booked = await desk.booked(in_tempe)
        changes = await desk.system.changes((desk.hands.now + late).isoformat())

    assert booked.appointment.id in statuses(changes)


async def test_changes_are_read_beyond_three_pages() -> None:
    async with a_desk(page=1) as desk:
        first = await desk.system.changes(None)

    assert len(first.visits) == 5
    assert desk.asked("GET /appointments/booked") >= 5


@pytest.mark.parametrize("since", ["", "yesterday", "2026-03-02T13:00:00"])
async def test_a_mark_that_is_none_of_ours_is_begun_anew(since: str) -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="begin anew"):
            await desk.system.changes(since)


async def test_where_one_place_cannot_be_read_nothing_counts_as_read() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="GET /appointments/booked", times=9)
        with pytest.raises(Unreachable):
            await desk.system.changes(None)


def a_notice(body: object | None = None, *, secret: str = SECRET, came: datetime = CAME, **headers: str) -> Notice:
    """The published shape, signed."""
    octets = json.dumps(payload("notice") if body is None else body).encode()
    signature = hmac.new(secret.encode(), octets, hashlib.sha256).hexdigest()
    return Notice(
        url="https://desk.example.com/hooks",
        headers={"x-hub-signature": f"sha256={signature}", **headers},
        body=octets,
        received_at=came,
    )


def about(system: str, value: object = "4011", **event: Any) -> object:
    """A notice of one event."""
    told = {"id": "e1", "timestamp": "2026-03-02T13:00:00Z"} | event
    told |= {"focus": {"identifier": {"system": f"urn:athenahealth:athenanet:{system}", "value": value}}}
    return {"entry": [{"resource": {"resourceType": "SubscriptionStatus", "notificationEvent": [told]}}]}


async def test_a_signed_notice_says_which_visit_it_is_about() -> None:
    async with a_desk(notice_secret=SECRET) as desk:
        assert desk.system.hear(a_notice()) == [Told(id="f7b5a7a4-0001", visits=(AppointmentId("1204401"),))]


def test_a_notice_of_a_patient_says_which_file() -> None:
    told = heard(a_notice(about("patient:195900")), secret=SECRET, practice=PRACTICE)

    assert told == [Told(id="e1", charts=("4011",))]


@pytest.mark.parametrize("system", ["appointment:999", "provider:195900"])
def test_a_notice_of_another_practice_or_of_a_provider_is_nothing_to_us(system: str) -> None:
    assert heard(a_notice(about(system)), secret=SECRET, practice=PRACTICE) == []


def test_a_handshake_is_nothing_to_us() -> None:
    handshake = {"entry": [{"resource": {"resourceType": "SubscriptionStatus", "type": "handshake"}}]}

    assert heard(a_notice(handshake), secret=SECRET, practice=PRACTICE) == []


@pytest.mark.parametrize(
    "notice",
    [
        a_notice(secret="another"),
        a_notice(**{"x-hub-signature": ""}),
        a_notice(**{"x-hub-signature": "sha256="}),
        a_notice(**{"x-hub-signature": "sha1=0000"}),
        a_notice(**{"x-hub-signature": "sha256=ü"}),
    ],
)
def test_a_notice_that_is_not_signed_with_the_secret_is_refused(notice: Notice) -> None:
    with pytest.raises(Refused, match="signature"):
        heard(notice, secret=SECRET, practice=PRACTICE)


def test_where_no_secret_is_set_no_notice_is_believed() -> None:
    with pytest.raises(Refused, match="signature"):
        heard(a_notice(secret=""), secret="", practice=PRACTICE)


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=76), timedelta(days=7)])
def test_a_notice_that_is_older_than_its_retries_or_ahead_of_the_clock_is_refused(off: timedelta) -> None:
    with pytest.raises(Refused, match="older than its retries"):
        heard(a_notice(came=CAME + off), secret=SECRET, practice=PRACTICE)


def test_a_notice_that_was_retried_for_an_hour_is_heard() -> None:
    assert heard(a_notice(came=CAME + timedelta(hours=1)), secret=SECRET, practice=PRACTICE)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {"entry": "none"},
        {"entry": [{"resource": None}]},
        about("appointment:195900", value="not a number"),
        about("appointment:195900", timestamp="soon"),
        about("appointment:195900", timestamp="2026-03-02T13:00:00"),
        about("appointment:195900", id=7),
    ],
)
def test_a_signed_notice_that_cannot_be_read_is_refused_and_not_guessed_at(body: object) -> None:
    with pytest.raises(Refused):
        heard(a_notice(body), secret=SECRET, practice=PRACTICE)
