"""What the simulated athenaOne tells of changes: the queue that is read once, and the webhooks."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.systems.athenahealth.simulated import REST, TUESDAY_9, TUESDAY_10, TUESDAY_930, Reached, a_practice, why

from frontdesk.systems.athenahealth.simulator_example import example_world
from frontdesk.systems.athenahealth.simulator_webhooks import BACKPORT, Event

QUEUE = "/appointments/changed"
HOOKS = "https://gateway/fhir/r4/Subscription"
SCOPES = (REST, "system/SubscriptionTopic.read", "system/Subscription.read", "system/Subscription.write")


def subscription(
    topic: str, *, practice: int = 195900, endpoint: str = "https://desk.example/hook"
) -> dict[str, object]:
    filter_ = {
        "url": f"{BACKPORT}/backport-filter-criteria",
        "valueString": f"Appointment?ah-practice=Organization/a-1.Practice-{practice}",
    }
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "Appointments",
        "criteria": f"https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/{topic}",
        "_criteria": {"extension": [filter_]},
        "channel": {"type": "rest-hook", "endpoint": endpoint, "payload": "application/fhir+json"},
    }


class Inbox:
    """Takes notices, or gives the statuses it is told to."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.events: list[Event] = []

    async def __call__(self, event: Event) -> int:
        self.events.append(event)
        return self.statuses.pop(0) if self.statuses else 200

    def told(self) -> list[tuple[str, str]]:
        """The topic and the id of what each was about."""
        found = []
        for event in self.events:
            status = json.loads(event.body)["entry"][0]["resource"]
            value = status["notificationEvent"][0]["focus"]["identifier"]["value"]
            found.append((status["topic"].rpartition("/")[2], value))
        return found


async def ids(office: Reached, **query: str | int) -> list[tuple[str, str]]:
    rows = await office.rows(QUEUE, "appointments", **query)
    return [(str(row["appointmentid"]), str(row["appointmentstatus"])) for row in rows]


async def test_what_changes_after_subscribing_is_told_once_as_it_is_now() -> None:
    async with a_practice() as office:
        office.simulator.front_desk.cancel(TUESDAY_9)
        subscribed = await office.post(f"{QUEUE}/subscription")
        await office.book()
        office.simulator.front_desk.mark_arrived(TUESDAY_930)
        looked = await ids(office, leaveunprocessed="true")
        first = await ids(office)
        second = await ids(office)

    assert subscribed.json() == {"success": "true"}
    assert looked == first == [("1204425", "2")]
    assert second == []


async def test_a_reschedule_tells_of_the_old_visit_the_new_one_and_the_freed_slot() -> None:
    async with a_practice() as office:
        await office.book()
        await office.post(f"{QUEUE}/subscription")
        await office.put(f"/appointments/{TUESDAY_930}/reschedule", patientid=4011, newappointmentid=TUESDAY_10)
        rows = await office.rows(QUEUE, "appointments")

    assert {(row["appointmentid"], row["appointmentstatus"]) for row in rows} >= {("1204425", "x"), ("1204426", "f")}
    assert [row["starttime"] for row in rows if row["appointmentstatus"] == "o"] == ["09:30"]


async def test_the_queue_is_read_by_department_and_leaves_the_others() -> None:
    async with a_practice() as office:
        await office.post(f"{QUEUE}/subscription", departmentids="1")
        office.simulator.front_desk.cancel(TUESDAY_9)
        tempe = await office.open_slots(departmentid=21, providerid=60)
        await office.put(f"/appointments/{tempe[0]['appointmentid']}/freeze", freeze="true")
        elsewhere = await ids(office, departmentid=21)
        here = await ids(office, departmentid=1, patientid=4012)

    assert (elsewhere, here) == ([], [("1204424", "x")])


async def test_what_was_read_is_read_again_by_the_time_of_the_reading_on_the_east_coast() -> None:
    async with a_practice() as office:
        await office.post(f"{QUEUE}/subscription")
        office.simulator.front_desk.cancel(TUESDAY_9)
        office.hands.turn(minutes=10)
        await ids(office)
        again = await ids(office, showprocessedstartdatetime="03/02/2026 08:10:00", providerid=58, patientid=4012)
        before = await ids(
            office, showprocessedstartdatetime="03/02/2026 07:00:00", showprocessedenddatetime="03/02/2026 08:09:59"
        )
        office.hands.turn(days=8)
        await office.sign_in()
        gone = await ids(office, showprocessedstartdatetime="03/02/2026 08:10:00")

    assert (again, before, gone) == ([("1204424", "x")], [], [])


async def test_a_subscription_takes_its_time_to_act() -> None:
    async with a_practice(replace(example_world(), subscribing_takes=timedelta(minutes=5))) as office:
        await office.post(f"{QUEUE}/subscription")
        office.simulator.front_desk.cancel(TUESDAY_9)
        early = await ids(office)
        office.hands.turn(minutes=5)
        await office.book()
        late = await ids(office)

    assert (early, late) == ([], [("1204425", "f")])


async def test_a_subscription_is_whole_in_part_or_none_at_all() -> None:
    async with a_practice() as office:
        none = await office.get(f"{QUEUE}/subscription")
        await office.post(f"{QUEUE}/subscription", eventname="CancelAppointment")
        part = await office.get(f"{QUEUE}/subscription")
        await office.book()
        office.simulator.front_desk.cancel(TUESDAY_930)
        told = await ids(office)
        await office.post(f"{QUEUE}/subscription")
        whole = await office.get(f"{QUEUE}/subscription")
        events = await office.rows(f"{QUEUE}/subscription/events", "subscriptions")
        await office.http.delete(f"{QUEUE}/subscription")
        after = await office.get(f"{QUEUE}/subscription")
        unknown = await office.post(f"{QUEUE}/subscription", eventname="Cancel")

    assert none == after == {"status": "INACTIVE", "subscriptions": []}
    assert part == {"status": "PARTIAL", "subscriptions": [{"eventname": "CancelAppointment"}]}
    assert told == [("1204425", "x")]
    assert isinstance(whole, dict)
    assert (whole["status"], len(whole["subscriptions"]), len(events)) == ("ACTIVE", 9, 11)
    assert (unknown.status_code, why(unknown)) == (400, "value-does-not-fit")


async def test_webhooks_need_scopes_that_were_granted_and_asked_for() -> None:
    async with a_practice() as office:
        refused = await office.http.post(HOOKS, json=subscription("Appointment.cancel"))
        denied = await office.ask_for_token(scope=SCOPES[3])

    assert (refused.status_code, why(refused)) == (403, "scopes-of-subscriptions")
    assert denied.json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        (subscription("Appointment.noshow"), 422, "one-topic-and-practice"),
        (subscription("Appointment.cancel", practice=1), 422, "one-topic-and-practice"),
        (subscription("Appointment.cancel", endpoint="http://desk.example"), 422, "rest-hook-id-only"),
        ({**subscription("Appointment.cancel"), "contact": []}, 422, "subscription-fields"),
    ],
)
async def test_a_subscription_that_does_not_fit_is_refused(body: dict[str, object], status: int, rule: str) -> None:
    async with a_practice(replace(example_world(), scopes=frozenset(SCOPES)), scope=" ".join(SCOPES)) as office:
        answer = await office.http.post(HOOKS, json=body)

    assert (answer.status_code, why(answer)) == (status, rule)


async def a_hook(office: Reached, *topics: str) -> None:
    for topic in topics:
        answer = await office.http.post(HOOKS, json=subscription(topic), headers={"X-Hub-Secret": "obviously-fake"})
        assert answer.status_code == 201, answer.text


async def test_a_notice_is_signed_names_ids_alone_and_stops_with_its_subscription() -> None:
    inbox = Inbox()

    async with a_practice(replace(example_world(), scopes=frozenset(SCOPES)), scope=" ".join(SCOPES)) as office:
        await a_hook(office, "Appointment.schedule", "Patient.merge")
        twice = await office.http.post(HOOKS, json=subscription("Patient.merge"))
        await office.book()
        office.simulator.front_desk.merge_patients(into=4012, gone=4016)
        await office.simulator.deliver(inbox)
        listed = (await office.http.get(HOOKS)).json()
        topics = (await office.http.get("https://gateway/fhir/r4/SubscriptionTopic")).json()
        gone = [await office.http.delete(f"{HOOKS}/{one['resource']['id']}") for one in listed["entry"]]
        await office.book(TUESDAY_10)
        later = await office.simulator.deliver(inbox)

    event = inbox.events[0]
    digest = hmac.new(b"obviously-fake", event.body.encode(), hashlib.sha256).hexdigest()
    assert event.headers["X-Hub-Signature"] == f"sha256={digest}"
    assert "Robin" not in event.body
    assert inbox.told() == [("Appointment.schedule", "1204425"), ("Patient.merge", "4016")]
    assert [one["resource"]["resourceType"] for one in json.loads(event.body)["entry"]] == [
        *("SubscriptionStatus", "AuditEvent"),
    ]
    assert (twice.status_code, listed["total"], len(topics["entry"])) == (409, 2, 12)
    assert ([one.status_code for one in gone], later) == ([204, 204], 0)


async def test_notices_come_again_until_taken_and_for_an_hour_at_most() -> None:
    inbox = Inbox(500, 200, 500)

    async with a_practice(replace(example_world(), scopes=frozenset(SCOPES)), scope=" ".join(SCOPES)) as office:
        await a_hook(office, "Appointment.cancel")
        office.simulator.front_desk.cancel(TUESDAY_9)
        counts = [await office.simulator.deliver(inbox) for _ in range(3)]
        await office.book()
        office.simulator.front_desk.cancel(TUESDAY_930)
        await office.simulator.deliver(inbox)
        office.hands.turn(minutes=61)
        too_late = await office.simulator.deliver(inbox)

    assert (counts, too_late) == ([1, 1, 0], 0)
    assert [told for _, told in inbox.told()] == ["1204424", "1204424", "1204425"]


async def test_notices_can_come_twice_late_and_in_another_order() -> None:
    inbox = Inbox()

    async with a_practice(replace(example_world(), scopes=frozenset(SCOPES)), scope=" ".join(SCOPES)) as office:
        await a_hook(office, "Appointment.schedule", "Appointment.cancel")
        await office.book()
        office.simulator.front_desk.cancel(TUESDAY_930)
        office.simulator.courier.late = timedelta(minutes=2)
        held = await office.simulator.deliver(inbox)
        office.hands.turn(minutes=2)
        office.simulator.courier.newest_first = True
        office.simulator.faults.repeated_events = 2
        await office.simulator.deliver(inbox)

    assert held == 0
    assert [topic for topic, _ in inbox.told()] == [
        *("Appointment.cancel", "Appointment.cancel", "Appointment.schedule", "Appointment.schedule"),
    ]
    events = [json.loads(one.body)["entry"][0]["resource"]["notificationEvent"][0]["id"] for one in inbox.events]
    assert len(set(events)) == 2
