"""Mails as the mailbox shows them, read out of what arrived. Pure."""

import base64
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from icalendar import Calendar

from frontdesk.domain.time import wall
from frontdesk.web.pages.demo.practice import ENGLISH
from frontdesk.web.wall_clock import clock, day

HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type")


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitationCard:
    """A calendar invitation as a mail program shows it; `file` is what a calendar program opens."""

    summary: str
    day: str
    clock: str
    month: str
    day_number: str
    place: str
    organizer: str
    method: str
    file: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One mail, read. `page` is its HTML part, "" where it has none."""

    sender: str
    to: str
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    page: str
    invitation: InvitationCard | None


def read_letter(raw: bytes, zone: ZoneInfo) -> Letter:
    """A mail, as far as it can be read."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)  # what that policy makes
    parts = {part.get_content_type(): part for part in reversed(list(message.walk())) if not part.is_multipart()}
    calendar = parts.get("text/calendar") or parts.get("application/ics")
    return Letter(
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or "(no subject)"),
        headers=tuple((name, str(message[name])) for name in HEADERS if message[name]),
        text=_text(parts.get("text/plain")),
        page=_text(parts.get("text/html")),
        invitation=read_invitation(_bytes(calendar), zone) if calendar is not None else None,
    )


def read_invitation(file: bytes, zone: ZoneInfo) -> InvitationCard | None:
    """The invitation in an iCalendar file; None where there is none to be shown."""
    with suppress(ValueError, KeyError, IndexError, AttributeError):  # whatever icalendar makes of a file not of ours
        calendar = Calendar.from_ical(file)
        visit = calendar.walk("VEVENT")[0]
        start, end = _instant(visit.decoded("DTSTART")), _instant(visit.decoded("DTEND"))
        shown = wall(start, zone)
        return InvitationCard(
            summary=str(visit.get("SUMMARY", "")),
            day=day(shown.date(), ENGLISH),
            clock=f"{clock(start, zone, ENGLISH)} – {clock(end, zone, ENGLISH)}",
            month=f"{shown:%b}",
            day_number=str(shown.day),
            place=str(visit.get("LOCATION", "")),
            organizer=str(visit.get("ORGANIZER", "")).removeprefix("mailto:"),
            method=str(calendar.get("METHOD", "")),
            file=file,
        )
    return None


def style_hashes(page: str) -> str:
    """The CSP sources that allow exactly the styles written into this page, and no others."""
    finder = _Styles()
    finder.feed(page)
    hashes = sorted({base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in finder.found})
    return " ".join(["'unsafe-hashes'", *(f"'sha256-{one}'" for one in hashes)]) if hashes else "'none'"


class _Styles(HTMLParser):
    """Collects the style attributes and style elements of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "style"
        self.found += [value for name, value in attrs if name == "style" and value]

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)
            self._inside = False


def _text(part: EmailMessage | None) -> str:
    if part is None:
        return ""
    with suppress(LookupError, ValueError):  # a charset nobody knows
        return str(part.get_content())
    return _bytes(part).decode("utf-8", "replace")


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _instant(value: date | datetime) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("an invitation of ours names an instant")
    return value.astimezone(UTC)
