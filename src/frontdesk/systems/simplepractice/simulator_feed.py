"""A clinician's iCalendar feed as text, with the lines and the oddities of the captured ones."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from frontdesk.systems.simplepractice.simulator_practice import Book, Holds, Names, Practice, name_of, stands
from frontdesk.systems.simplepractice.simulator_rows import Row, instant, number, text, yes
from frontdesk.systems.simplepractice.simulator_zone import vtimezone

ENDS = "\r\n"
"""Seen [crlf]: what ends a line."""

LONGEST_LINE = 75
"""Octets. Seen [folded]: a longer line goes on in the next. Guess [folded-at-75]: at the standard's length."""

VIDEO = "https://video.simplepractice.com/appt-"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed(practice: Practice, clinician: int, *, at: datetime) -> str:
    """The feed of a clinician as it was last written before `at`.

    Seen [feed-lines], [refresh-hint]: its first lines. Seen [written-at-each-read]: unless the world keeps it.
    """
    every = practice.world.written_every
    written = at - (at - EPOCH) % every if every else at
    book = practice.book_at(written)
    zone = zone_of(practice, book.clinicians[clinician])
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:icalendar-ruby",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:SimplePractice",
        "X-WR-CALDESC:SimplePractice",
        "X-PUBLISHED-TTL:PT10M",
        f"X-WR-TIMEZONE:{zone.key}",
        *vtimezone(zone),
        *(line for lines in _events(practice, book, clinician, zone, written) for line in lines),
        "END:VCALENDAR",
    ]
    return "".join(folded + ENDS for line in lines for folded in fold(line))


def zone_of(practice: Practice, clinician: Row) -> ZoneInfo:
    """The zone of a feed's times. Guess [zone-of-the-clinician]: their own if they have one, else the practice's."""
    own = text(clinician, "zone")
    return ZoneInfo(own) if own else practice.world.zone


def fold(line: str) -> Iterator[str]:
    """A line as it travels: in pieces of at most 75 octets, each but the first after a space, no letter torn."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece += letter
        size += octets
    yield piece


def title(client: Row, names: Names) -> str:
    """What an appointment is called. Seen [names-as-chosen]. Guess [initials-in-capitals]; Guess [first-name-title]."""
    match names:
        case Names.INITIALS:
            return f"{text(client, 'first')[0]}.{text(client, 'last')[0]}.".upper() + " Appointment"
        case Names.FIRST:
            return f"{text(client, 'first')} Appointment"
        case Names.FULL:
            return f"{name_of(client)} Appointment"


def _events(practice: Practice, book: Book, clinician: int, zone: ZoneInfo, now: datetime) -> Iterator[list[str]]:
    """The events. Seen [in-no-order]: neither by time nor by number. Guess [by-client]: by client, then as booked.

    Seen [no-recurrence]: each appointment of a series is an event of its own. Guess [reach]: all of them. Seen
    [event-lines], [uid-is-the-number], [stamp-of-the-read] and [no-status].
    """
    names = Names(text(book.clinicians[clinician], "names"))
    mine = [row for row in book.appointments.values() if row["clinician"] == clinician and stands(row)]
    for row in sorted(mine, key=lambda row: (number(row, "client"), number(row, "id"))):
        start, end = instant(row, "start"), instant(row, "end")
        if _reached(practice, start, end, now):
            office = practice.offices.get(number(row, "office")) or {}
            yield [
                "BEGIN:VEVENT",
                f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
                f"UID:{row['id']}",
                f"DTSTART;TZID={zone.key}:{start.astimezone(zone):%Y%m%dT%H%M%S}",
                f"DTEND;TZID={zone.key}:{end.astimezone(zone):%Y%m%dT%H%M%S}",
                f"LOCATION:{_escaped(place(office))}",
                f"SUMMARY:{_escaped(title(book.clients[number(row, 'client')], names))}",
                *_link(row, office),
                "END:VEVENT",
            ]
    if practice.world.holds is Holds.EVERYTHING:
        yield from _others(practice, book.events.values(), clinician, zone, now)


def _others(
    practice: Practice, events: Iterable[Row], clinician: int, zone: ZoneInfo, now: datetime
) -> Iterator[list[str]]:
    """Events that are no appointment. Guess [shape-of-other-events]: whole days as dates, and a UID of their own."""
    for row in events:
        days = yes(row, "days")
        start, end = (_midnight(text(row, name), zone) if days else instant(row, name) for name in ("start", "end"))
        if row["clinician"] != clinician or not _reached(practice, start, end, now):
            continue
        kind, written = (";VALUE=DATE", "%Y%m%d") if days else (f";TZID={zone.key}", "%Y%m%dT%H%M%S")
        yield [
            "BEGIN:VEVENT",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"UID:{row['id']}",
            f"DTSTART{kind}:{start.astimezone(zone):{written}}",
            f"DTEND{kind}:{end.astimezone(zone):{written}}",
            "LOCATION:",
            f"SUMMARY:{_escaped(text(row, 'says'))}",
            "END:VEVENT",
        ]


def place(office: Row) -> str:
    """Where an appointment is. Seen [empty-location]: nothing for a video visit. Guess [location-of-an-office]."""
    if not office or yes(office, "isVideo"):
        return ""
    return f"{office['street']}, {office['city']}, {office['state']} {office['zip']}"


def _link(row: Row, office: Row) -> list[str]:
    """Seen [video-link]: a telehealth appointment has its address, 41 signs after "appt-"."""
    if not office or not yes(office, "isVideo"):
        return []
    token = sha256(f"appointment {row['id']}".encode()).hexdigest()[:32]
    return [f"URL;VALUE=URI:{VIDEO}simulated{token}"]


def _reached(practice: Practice, start: datetime, end: datetime, now: datetime) -> bool:
    back, ahead = practice.world.back, practice.world.ahead
    return (back is None or end >= now - back) and (ahead is None or start <= now + ahead)


def _midnight(day: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), zone)


def _escaped(said: str) -> str:
    """A TEXT value. Guess [text-escaped]: as the standard says."""
    for sign in ("\\", ";", ","):
        said = said.replace(sign, f"\\{sign}")
    return said.replace("\n", "\\n")
