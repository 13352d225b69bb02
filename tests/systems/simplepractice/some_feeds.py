"""A practice whose feeds are on a real socket, in the published shape, with invented people."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.clinic import ALEX, DANA, NOW, ZONE, a_practice, at
from tests.wire.loopback import Asked as Request
from tests.wire.loopback import Loopback, NoLimit, Reply, Says, Waiting, a_server

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.charts import Charts
from frontdesk.ports.connecting import Outside, StandIn
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.feed.reading import read_feed
from frontdesk.standards.feed.values import Feed
from frontdesk.systems.simplepractice.system import SimplePractice, connect

PUBLISHED = (Path(__file__).parent / "payloads" / "feed.ics").read_bytes().replace(b"\n", b"\r\n")
BEGINNING, _, _ = PUBLISHED.partition(b"BEGIN:VEVENT")
END = b"END:VCALENDAR\r\n"
SECRET_OF = {DANA: "SecretOfDana", ALEX: "SecretOfAlex"}


def an_event(words: str, minutes: int = 50, *, uid: int = 5550001234, **lines: str) -> bytes:
    """One appointment on the clinic's wall clock; `lines` stand in place of its own, "" leaves one out."""
    start = datetime.fromisoformat(words)
    told = {
        "DTSTAMP": ":20260527T024500Z",
        "UID": f":{uid}",
        "DTSTART": f";TZID=America/Chicago:{start:%Y%m%dT%H%M%S}",
        "DTEND": f";TZID=America/Chicago:{start + timedelta(minutes=minutes):%Y%m%dT%H%M%S}",
        "SUMMARY": ":D.Q. Appointment",
    } | lines
    inside = "".join(f"{name}{value}\r\n" for name, value in told.items() if value)
    return f"BEGIN:VEVENT\r\n{inside}END:VEVENT\r\n".encode()


def a_feed(*events: bytes) -> bytes:
    """A whole feed with these events."""
    return BEGINNING + b"".join(events) + END


def as_read(*events: bytes, within: Period | None = None) -> Feed:
    return read_feed(a_feed(*events), zone=ZONE, within=within or at("2026-05-20 00:00", minutes=60 * 24 * 30))


class NoCharts:
    """A feed knows no patients, so nobody is asked for one."""


@dataclass
class Hands:
    """A clock that a test turns."""

    shows: datetime = NOW

    def now(self) -> datetime:
        return self.shows

    def turn(self, **by: float) -> None:
        self.shows += timedelta(**by)


@dataclass
class There:
    """What each feed holds now: octets, or a reply in their place. `fails`: so many answers are 503 before."""

    feeds: dict[PractitionerId, bytes | Reply] = field(default_factory=dict)
    hands: Hands = field(default_factory=Hands)
    practice: Practice = field(default_factory=a_practice)
    fails: int = 0

    def answers(self, asked: Request) -> Reply:
        if self.fails:
            self.fails -= 1
            return Says(status=503)
        whose = {f"/ical/{secret}": who for who, secret in SECRET_OF.items()}
        if asked.path not in whose:
            return Says(status=404, body=b"<!doctype html><h1>Not found</h1>")
        there = self.feeds.get(whose[asked.path], a_feed())
        if isinstance(there, bytes):
            return Says(body=there, headers={"Content-Type": "text/calendar; charset=utf-8"})
        return there


@dataclass(frozen=True)
class Connected:
    """A connector, what it reads, and the socket between them."""

    system: SimplePractice
    there: There
    socket: Loopback


@asynccontextmanager
async def connected(there: There, *, linked: Sequence[PractitionerId] = (DANA, ALEX)) -> AsyncIterator[Connected]:
    """The connector, opened as the desk opens it, and closed at the end."""
    waiting = Waiting()

    async def practice() -> Practice:
        return there.practice

    async with a_server(there.answers) as socket:
        charts: Charts = NoCharts()  # type: ignore[assignment]  # nothing of it is ever asked
        outside = Outside(
            budget=NoLimit(),
            practice=practice,
            charts=charts,
            free_times=find_slots,
            clock=there.hands,
            gate=None,
            stand_in=StandIn(pause=waiting.pause, seconds=waiting.seconds),
        )
        links = "\n".join(f"{who}: {socket.address}/ical/{SECRET_OF[who]}" for who in linked)
        system = connect({"address": socket.address, "links": links}, {}, outside)
        try:
            yield Connected(system, there, socket)
        finally:
            await system.close()


def starts(slots: Sequence[Slot]) -> list[str]:
    """What is offered, as the wall clock shows it."""
    return [f"{slot.during.start.astimezone(ZONE):%a %H:%M}" for slot in slots]
