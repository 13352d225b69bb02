"""The feed of a real calendar server: visits are put, moved, cancelled and deleted there, and seen here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.standards.feed.a_feed import AUSTIN, a_text, an_event, between, spans, utc
from tests.wire.a_calendar_server import CalendarServer, a_calendar_server
from tests.wire.loopback import NoLimit

from frontdesk.standards.feed.changes import Appeared, Gone, Moved, Vanished, changes, standing_at
from frontdesk.standards.feed.reading import read_feed
from frontdesk.standards.feed.text import is_whole
from frontdesk.standards.feed.values import Feed, Standing
from frontdesk.standards.vtimezone import vtimezone
from frontdesk.wire.client import HttpClient
from frontdesk.wire.polling import Fresh, Seen, Subscription, Unchanged
from frontdesk.wire.secret_link import SecretLink

NOW = utc("2027-03-01 12:00")
WITHIN = between("2027-03-01", "2027-12-01")
ZONE = vtimezone(AUSTIN, NOW).to_ical().decode().replace("\r\n", "\n").strip()
LOCAL = ";TZID=America/Chicago:"


@asynccontextmanager
async def a_subscription(server: CalendarServer) -> AsyncIterator[Subscription]:
    subscription = Subscription(
        SecretLink.of(server.link),
        system="Radicale",
        client=lambda origin: HttpClient(origin, system="Radicale", budget=NoLimit(), trace=lambda _: None),
        accept="text/calendar",
        is_whole=is_whole,
    )
    try:
        yield subscription
    finally:
        await subscription.close()


async def whole(subscription: Subscription, seen: Seen | None = None) -> tuple[Feed, Seen]:
    fresh = await subscription.read(seen)
    assert isinstance(fresh, Fresh)
    return read_feed(fresh.octets, zone=AUSTIN, within=WITHIN), fresh.seen


def visit(day: str, *lines: str, uid: str = "v1") -> bytes:
    return a_text(ZONE, an_event(f"DTSTART{LOCAL}{day}", "DURATION:PT30M", "SUMMARY:D.Q. Appointment", *lines, uid=uid))


async def test_a_visit_comes_moves_and_goes(tmp_path: Path) -> None:
    async with a_calendar_server(tmp_path) as server, a_subscription(server) as subscription:
        empty, seen = await whole(subscription)
        assert empty.occurrences == ()

        await server.put("v1", visit("20270309T100000"))
        booked, seen = await whole(subscription, seen)
        assert changes(empty, booked, now=NOW) == [Appeared(now=booked.occurrences[0])]
        assert len(standing_at(booked, between("2027-03-09 16:00", "2027-03-09 16:30"))) == 1
        assert await subscription.read(seen) == Unchanged(seen=seen)

        await server.put("v1", visit("20270310T110000", "SEQUENCE:1"))
        moved, seen = await whole(subscription, seen)
        assert changes(booked, moved, now=NOW) == [Moved(was=booked.occurrences[0], now=moved.occurrences[0])]
        assert spans(moved) == ["03-10 17:00 03-10 17:30"]

        await server.put("v1", visit("20270310T110000", "SEQUENCE:2", "STATUS:CANCELLED"))
        cancelled, seen = await whole(subscription, seen)
        assert changes(moved, cancelled, now=NOW) == [Vanished(was=moved.occurrences[0], how=Gone.CANCELLED)]

        await server.put("v2", visit("20270311T110000", uid="v2"))
        two, seen = await whole(subscription, seen)
        await server.delete("v2")
        one, _ = await whole(subscription, seen)
        assert changes(two, one, now=NOW) == [Vanished(was=two.occurrences[1], how=Gone.MISSING)]


async def test_one_of_a_series_is_moved_another_cancelled_another_taken_out(tmp_path: Path) -> None:
    weekly = (f"DTSTART{LOCAL}20270308T090000", f"DTEND{LOCAL}20270308T094500", "RRULE:FREQ=WEEKLY;COUNT=5")
    async with a_calendar_server(tmp_path) as server, a_subscription(server) as subscription:
        await server.put("s1", a_text(ZONE, an_event(*weekly, uid="s1")))
        before, seen = await whole(subscription)

        await server.put(
            "s1",
            a_text(
                ZONE,
                an_event(*weekly, f"EXDATE{LOCAL}20270329T090000", "SEQUENCE:1", uid="s1"),
                an_event(
                    f"RECURRENCE-ID{LOCAL}20270315T090000",
                    f"DTSTART{LOCAL}20270316T140000",
                    f"DTEND{LOCAL}20270316T143000",
                    "SEQUENCE:1",
                    uid="s1",
                ),
                an_event(
                    f"RECURRENCE-ID{LOCAL}20270322T090000",
                    f"DTSTART{LOCAL}20270322T090000",
                    f"DTEND{LOCAL}20270322T094500",
                    "STATUS:CANCELLED",
                    "SEQUENCE:1",
                    uid="s1",
                ),
            ),
        )
        after, _ = await whole(subscription, seen)

    assert spans(before) == [
        "03-08 15:00 03-08 15:45",
        "03-15 14:00 03-15 14:45",
        "03-22 14:00 03-22 14:45",
        "03-29 14:00 03-29 14:45",
        "04-05 14:00 04-05 14:45",
    ]
    assert spans(after) == [
        *("03-08 15:00 03-08 15:45", "03-16 19:00 03-16 19:30", "03-22 14:00 03-22 14:45", "04-05 14:00 04-05 14:45"),
    ]
    assert after.occurrences[2].standing is Standing.CANCELLED
    assert [type(change) for change in changes(before, after, now=NOW)] == [Moved, Vanished, Vanished]
    assert after.faults == ()


async def test_both_nights_of_the_change_come_through(tmp_path: Path) -> None:
    async with a_calendar_server(tmp_path) as server, a_subscription(server) as subscription:
        await server.put("spring", visit("20270314T013000", uid="spring"))
        await server.put("after", visit("20270314T033000", uid="after"))
        await server.put("first", visit("20271107T013000", uid="first"))
        await server.put("second", a_text(an_event("DTSTART:20271107T073000Z", "DURATION:PT30M", uid="second")))
        await server.put("day", a_text(an_event("DTSTART;VALUE=DATE:20271107", uid="day")))
        feed, _ = await whole(subscription)

    assert spans(feed) == [
        "03-14 07:30 03-14 08:00",
        "03-14 08:30 03-14 09:00",
        "11-07 05:00 11-08 06:00",
        "11-07 06:30 11-07 07:00",
        "11-07 07:30 11-07 08:00",
    ]


async def test_what_the_server_says_of_its_text_is_kept_and_the_same_text_is_no_news(tmp_path: Path) -> None:
    async with a_calendar_server(tmp_path) as server, a_subscription(server) as subscription:
        await server.put("v1", visit("20270309T100000"))
        fresh = await subscription.read()
        again = await subscription.read(fresh.seen)
        raw = await server.owner.get("/okafor/visits/", headers={"If-None-Match": fresh.seen.etag or ""})

    assert isinstance(fresh, Fresh)
    assert fresh.seen.etag
    assert isinstance(again, Unchanged)
    assert raw.status_code == 200  # Radicale sends the whole text whatever it is asked; the octets tell that it is old
