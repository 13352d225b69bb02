"""Feeds for the tests, from their lines."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.feed.reading import read_feed
from frontdesk.standards.feed.values import Feed

AUSTIN = ZoneInfo("America/Chicago")
YEAR = Period(start=datetime(2027, 1, 1, tzinfo=UTC), end=datetime(2028, 1, 1, tzinfo=UTC))


def an_event(*lines: str, uid: str = "1") -> str:
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270101T000000Z", *lines, "END:VEVENT"))


def a_text(*blocks: str, zone: str = "") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Testland//EN", *([f"X-WR-TIMEZONE:{zone}"] if zone else [])]
    return "\r\n".join("\n".join((*head, *blocks, "END:VCALENDAR", "")).split("\n")).encode()


def a_feed(*blocks: str, within: Period = YEAR, zone: str = "", clinic: ZoneInfo = AUSTIN) -> Feed:
    return read_feed(a_text(*blocks, zone=zone), zone=clinic, within=within)


def starts(feed: Feed) -> list[str]:
    """Starts in UTC, shortly."""
    return [f"{one.start:%m-%d %H:%M}" for one in feed.occurrences]


def spans(feed: Feed) -> list[str]:
    """Starts and ends in UTC, shortly."""
    return [f"{one.start:%m-%d %H:%M} {one.end:%m-%d %H:%M}" for one in feed.occurrences]


def said(feed: Feed) -> list[str]:
    return [fault.says for fault in feed.faults]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(start: str, end: str) -> Period:
    return Period(start=utc(start), end=utc(end))
