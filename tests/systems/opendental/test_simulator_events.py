"""Subscriptions of the simulated office and the events its machines send; and the page on which people see the book."""

import json
from dataclasses import replace

import httpx
import pytest
from tests.systems.opendental.simulated import Reached, an_office, why

from frontdesk.systems.opendental.simulator_example import CAMERON, ROBIN, ROOM_1, example_world
from frontdesk.systems.opendental.simulator_subscriptions import Event

WATCHING = {
    "EndPointUrl": "https://desk.example.com/opendental",
    "Workstation": "SERVER",
    "WatchTable": "Appointment",
    "PollingSeconds": 30,
}


class Mailbox:
    """An endpoint that takes events, or is down."""

    def __init__(self) -> None:
        self.taken: list[Event] = []
        self.status = 200
        self.down = False

    async def post(self, event: Event) -> int:
        if self.down:
            raise ConnectionRefusedError
        self.taken.append(event)
        return self.status

    def numbers(self) -> list[list[int]]:
        return [[row["AptNum"] for row in json.loads(event.body)] for event in self.taken]


async def subscribed(office: Reached, **fields: str | int) -> dict[str, object]:
    answer = await office.http.post("/subscriptions", json=WATCHING | fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_subscription_belongs_to_the_key_and_watches_from_now_on() -> None:
    async with an_office() as office:
        made = await subscribed(office)

        assert made == {
            "SubscriptionNum": 1,
            **WATCHING,
            "CustomerKey": "simulated-customer",
            "UiEventType": "",
            "DateTimeStart": "2026-03-02 08:00:00",
            "DateTimeStop": "0001-01-01 00:00:00",
            "Note": "",
        }
        assert await office.rows("/subscriptions") == [made]


async def test_a_change_is_sent_once_with_the_key_the_machine_and_the_kind_of_event() -> None:
    mailbox = Mailbox()

    async with an_office() as office:
        await subscribed(office)
        await office.simulator.deliver(mailbox.post)
        office.hands.turn(seconds=40)
        await office.http.put("/appointments/101/Note", json={"Note": "Called"})
        office.simulator.front_desk.cancel(102)
        for _ in range(3):
            office.hands.turn(seconds=40)
            await office.simulator.deliver(mailbox.post)

    event = mailbox.taken[0]
    assert event.url == "https://desk.example.com/opendental"
    assert (event.headers["Authorization"], event.headers["Workstation"]) == ("simulated-customer", "SERVER")
    assert event.headers["Event-Type"] == "WatchTable: Appointment"
    assert mailbox.numbers() == [[101, 102]]


async def test_a_change_within_the_second_of_a_poll_is_sent_again_by_the_next() -> None:
    mailbox = Mailbox()

    async with an_office() as office:
        await subscribed(office)
        office.hands.turn(seconds=40)
        office.simulator.front_desk.cancel(102)
        for _ in range(3):
            await office.simulator.deliver(mailbox.post)
            office.hands.turn(seconds=40)

    assert mailbox.numbers() == [[102], [102]]


async def test_nothing_is_sent_before_the_poll_is_due() -> None:
    mailbox = Mailbox()

    async with an_office() as office:
        await subscribed(office)
        await office.simulator.deliver(mailbox.post)
        office.hands.turn(seconds=10)
        office.simulator.front_desk.cancel(102)

        early = await office.simulator.deliver(mailbox.post)
        office.hands.turn(seconds=20)
        due = await office.simulator.deliver(mailbox.post)

    assert (early, due) == (0, 1)


async def test_an_endpoint_that_was_not_reached_gets_the_same_changes_again() -> None:
    mailbox = Mailbox()

    async with an_office() as office:
        await subscribed(office)
        office.hands.turn(seconds=40)
        office.simulator.front_desk.cancel(102)
        mailbox.down = True
        await office.simulator.deliver(mailbox.post)
        mailbox.down, mailbox.status = False, 503
        office.hands.turn(seconds=40)
        await office.simulator.deliver(mailbox.post)
        mailbox.status = 200
        office.hands.turn(days=2)
        await office.simulator.deliver(mailbox.post)
        office.hands.turn(seconds=40)
        await office.simulator.deliver(mailbox.post)

    assert mailbox.numbers() == [[102], [102]]


async def test_changes_older_than_three_days_are_lost_to_an_endpoint_that_stayed_away() -> None:
    mailbox = Mailbox()
    mailbox.down = True

    async with an_office() as office:
        await subscribed(office)
        office.hands.turn(seconds=40)
        office.simulator.front_desk.cancel(102)
        await office.simulator.deliver(mailbox.post)
        office.hands.turn(days=4)
        office.simulator.front_desk.cancel(103)
        mailbox.down = False
        await office.simulator.deliver(mailbox.post)

    assert mailbox.numbers() == [[103]]


async def test_without_a_machine_every_one_sends_the_same_and_a_fault_doubles_it() -> None:
    mailbox = Mailbox()

    async with an_office(replace(example_world(), workstations=("FRONT", "SERVER"))) as office:
        await subscribed(office, Workstation="")
        office.simulator.faults.repeated_events = 2
        office.simulator.front_desk.cancel(102)

        sent = await office.simulator.deliver(mailbox.post)

    assert (sent, mailbox.numbers()) == (4, [[102]] * 4)
    assert [event.headers["Workstation"] for event in mailbox.taken] == ["FRONT", "FRONT", "SERVER", "SERVER"]


async def test_a_deleted_visit_is_told_only_to_those_who_watch_deletions() -> None:
    mailbox = Mailbox()

    async with an_office() as office:
        await subscribed(office)
        await subscribed(office, WatchTable="AppointmentDeleted")
        office.simulator.front_desk.delete_appointment(101)

        await office.simulator.deliver(mailbox.post)

    assert [event.headers["Event-Type"] for event in mailbox.taken] == ["WatchTable: AppointmentDeleted"]
    assert mailbox.numbers() == [[101]]


async def test_more_than_a_thousand_changes_come_in_batches() -> None:
    mailbox = Mailbox()
    first = example_world().appointments[0]
    many = tuple({**first, "AptNum": count, "DateTStamp": "2026-03-02 08:00:00"} for count in range(1, 1102))

    async with an_office(replace(example_world(), appointments=many)) as office:
        await subscribed(office)

        await office.simulator.deliver(mailbox.post)

    assert [len(numbers) for numbers in mailbox.numbers()] == [1000, 101]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"UiEventType": "PatientSelected"}, "table-or-screen"),
        ({"PollingSeconds": 0}, "table-or-screen"),
        ({"WatchTable": "appointment"}, "words-not-numbers"),
        ({"EndPointUrl": ""}, "empty-value"),
        ({"Secret": "s"}, "unknown-name"),
    ],
)
async def test_a_subscription_that_is_not_published_is_refused(fields: dict[str, str | int], rule: str) -> None:
    async with an_office() as office:
        answer = await office.http.post("/subscriptions", json=WATCHING | fields)

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_a_subscription_is_changed_stopped_and_removed() -> None:
    mailbox = Mailbox()

    async with an_office() as office:
        await subscribed(office)
        changed = await office.http.put("/subscriptions/1", json={"DateTimeStop": "2026-03-02 08:00:10"})
        office.hands.turn(seconds=20)
        office.simulator.front_desk.cancel(102)
        stopped = await office.simulator.deliver(mailbox.post)
        removed = await office.http.delete("/subscriptions/1")
        again = await office.http.delete("/subscriptions/1")

    assert (changed.json()["DateTimeStop"], stopped) == ("2026-03-02 08:00:10", 0)
    assert (removed.status_code, removed.content, again.status_code) == (200, b"", 404)


def people(office: Reached) -> httpx.AsyncClient:
    """A browser that knows no key."""
    return httpx.AsyncClient(transport=office.http._transport, base_url="http://office")


async def test_the_page_shows_the_weeks_book_without_a_key() -> None:
    async with an_office() as office:
        page = await people(office).get("/__page", params={"date": "2026-03-05"})

    assert page.status_code == 200
    assert "Smile on Main: the book" in page.text
    assert "<b>09:00-10:00</b> Avery Sample" in page.text
    assert page.text.index("Unscheduled List") < page.text.index("#105")
    assert page.text.count("09:00-15:00 HYG1") == 5


async def test_people_move_and_cancel_visits_on_the_page() -> None:
    async with an_office() as office:
        moved = await people(office).post(
            "/__page", data={"act": "move", "AptNum": "102", "at": "2026-03-10T08:30", "Op": str(ROOM_1)}
        )
        cancelled = await people(office).post("/__page", data={"act": "cancel", "AptNum": "101", "back": "2026-03-03"})

        there = await office.row("/appointments/102")
        gone = await office.row("/appointments/101")
    assert (moved.status_code, moved.headers["location"]) == (303, "/__page?date=2026-03-10")
    assert cancelled.status_code == 303
    assert (there["AptDateTime"], there["Op"], gone["AptStatus"]) == ("2026-03-10 08:30:00", ROOM_1, "UnschedList")


async def test_a_patients_name_cannot_bring_markup_into_the_page() -> None:
    async with an_office() as office:
        office.simulator.front_desk.change_patient(CAMERON, {"LName": "<script>alert(1)</script>"})

        page = await people(office).get("/__page", params={"date": "2026-03-03"})

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(("path", "status"), [("/__page?date=soon", 400), ("/__control", 404), ("/__page/x", 404)])
async def test_the_page_says_so_when_there_is_nothing_to_show(path: str, status: int) -> None:
    async with an_office() as office:
        page = await people(office).get(path)

    assert page.status_code == status


async def test_the_front_desk_needs_somebody_else_to_book() -> None:
    world = example_world()
    alone = replace(world, patients=tuple(row for row in world.patients if row["PatNum"] == ROBIN))

    async with an_office(alone) as office:
        with pytest.raises(LookupError):
            office.simulator.front_desk.somebody_else(ROBIN)
