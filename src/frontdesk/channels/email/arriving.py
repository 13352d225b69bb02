"""A mail that arrived, read: who wrote what in answer to what, or which mail of ours came back and why.

Sources: RFC 5322 3.6.4 (In-Reply-To, References), RFC 3834 (Auto-Submitted), RFC 3464 (delivery status), RFC 3463
(status codes). `Precedence` is no standard, but what list servers and older holiday notices set (RFC 3834 3.1.8).
"""

import hashlib
import re
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import getaddresses

from frontdesk.channels.email.quoted import own_words, words_of_page
from frontdesk.ports.mailbox import Arrived, Bounce, Returned

_ID = re.compile(r"<[^<>\s]+>")
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_PARTSTAT = re.compile(r"^ATTENDEE[^:\n]*;PARTSTAT=([A-Z-]+)", re.MULTILINE | re.IGNORECASE)
_MACHINES = {"bulk", "junk", "list", "auto_reply"}


def read_mail(raw: bytes) -> Arrived:
    """The mail in these bytes; whatever they are, they can be read. One without a Message-ID is known by its bytes."""
    mail = message_from_bytes(raw, policy=default)
    senders = _addresses(mail, "From")
    returned = _returned(mail)
    ids = _ID.findall(_header(mail, "Message-ID"))
    references = _ID.findall(_header(mail, "References"))
    return Arrived(
        message_id=ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()}@no-message-id>",
        sender=senders[0] if senders else "",
        recipients=frozenset(
            address for name in ("To", "Cc", "Delivered-To", "X-Original-To") for address in _addresses(mail, name)
        ),
        answers=tuple(dict.fromkeys([*_ID.findall(_header(mail, "In-Reply-To")), *reversed(references)])),
        text=own_words(_text(mail)),
        automatic=_is_automatic(mail) or _only_accepts(mail),
        returned=returned,
    )


def _is_automatic(mail: Message) -> bool:
    submitted = _header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in {"", "no"}
        or _header(mail, "Precedence").strip().lower() in _MACHINES
        or _header(mail, "Return-Path").strip() == "<>"
        or "X-Autoreply" in mail
        or "X-Autorespond" in mail
        or "List-Id" in mail
        or mail.get_content_type() == "multipart/report"
    )


def _only_accepts(mail: Message) -> bool:
    """Whether a calendar program tells that the invitation was accepted (RFC 6047, METHOD:REPLY): that is known."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar" and isinstance(raw := part.get_payload(decode=True), bytes):
            text = re.sub(r"\r?\n[ \t]", "", raw.decode("utf-8", "replace"))
            told = {one.upper() for one in _PARTSTAT.findall(text)}
            return re.search(r"^METHOD:REPLY\s*$", text, re.MULTILINE) is not None and told == {"ACCEPTED"}
    return False


def _returned(mail: Message) -> tuple[Returned, ...]:
    if mail.get_content_type() != "multipart/report":
        return ()
    about: str | None = None
    reports: list[Message] = []
    for part in mail.walk():
        match part.get_content_type():
            case "message/delivery-status":
                payload = part.get_payload()
                reports += [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
            case "message/rfc822":
                inner = part.get_payload()
                first = inner[0] if isinstance(inner, list) and inner else None
                about = about or (_first_id(first) if isinstance(first, Message) else None)
            case "text/rfc822-headers":
                headers = part.get_payload(decode=True)
                about = about or (_first_id(message_from_bytes(headers)) if isinstance(headers, bytes) else None)
            case _:
                continue
    found = []
    for report in reports:
        status = _STATUS.search(_header(report, "Status"))
        if _header(report, "Action").strip().lower() == "failed" and status is not None:
            found.append(Returned(message_id=about, why=_why(status), code=status.group()))
    return tuple(found)


def _why(status: re.Match[str]) -> Bounce:
    """RFC 3463: X.2.2 is a full mailbox, X.3.4 a mail too large, X.6 its media, X.7 security and policy."""
    kind, subject, detail = status.groups()
    if kind != "5" or (subject, detail) == ("2", "2"):
        return Bounce.LATER
    if subject in {"6", "7"} or (subject, detail) == ("3", "4"):
        return Bounce.OTHER
    return Bounce.ADDRESS


def _first_id(message: Message) -> str | None:
    found = _ID.search(_header(message, "Message-ID"))
    return found.group() if found else None


def _text(mail: Message) -> str:
    if not isinstance(mail, EmailMessage):
        return ""
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        words = str(body.get_content())
    except (KeyError, LookupError, ValueError):  # a character set that nobody knows
        raw = body.get_payload(decode=True)
        words = raw.decode("latin-1") if isinstance(raw, bytes) else ""
    return words_of_page(words) if body.get_content_type() == "text/html" else words


def _addresses(mail: Message, name: str) -> list[str]:
    found = getaddresses([str(value) for value in mail.get_all(name, [])])
    return [address.strip().lower() for _, address in found if "@" in address]


def _header(message: Message, name: str) -> str:
    return str(message.get(name, ""))
