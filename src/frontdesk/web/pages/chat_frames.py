"""What goes over a web conversation's socket, read and written. Pure.

From the browser, first `{"token": text or null, "thread": id or null, "after": seq}`, then for each message
`{"id": uuid, "text": text}`, and `{"ping": true}` now and then. To the browser `{"token", "thread", "messages",
"waiting"}`, and for each of its messages `{"stored": id, "seq": n or null}` (null: it was stored before) or
`{"refused": id, "why": name of a text}`.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Message
from frontdesk.domain.time import wall
from frontdesk.web.catalogue import Words
from frontdesk.web.wall_clock import clock, day

LONGEST = 2000
"""Characters of one message."""

LONGEST_FRAME = 25_000
"""Characters of one frame: a longest message with every character escaped, and some to spare."""

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hello:
    """Who comes back: `after` is the last message they have of that thread."""

    token: str
    thread: str | None
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One message of the patient; `id` was drawn by their browser, so that sending it again stores it once."""

    id: UUID
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ping:
    """The browser asks whether we are still here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """Not a frame of ours."""


def new_token() -> str:
    """A token that nobody guesses: 256 bits, 43 letters."""
    return secrets.token_urlsafe(32)


def read_hello(frame: str) -> Hello | Unreadable:
    """The first frame. A token that is missing or misshapen is replaced by a new one."""
    match _read(frame):
        case {"token": token, "after": int(after), **rest} if after >= 0:
            thread = rest.get("thread")
            known = isinstance(token, str) and TOKEN.fullmatch(token) is not None
            return Hello(
                token=str(token) if known else new_token(),
                thread=thread if isinstance(thread, str) and known else None,
                after=after,
            )
        case _:
            return Unreadable()


def read_frame(frame: str) -> Written | Ping | Unreadable:
    """Any later frame."""
    match _read(frame):
        case {"ping": True}:
            return Ping()
        case {"id": str(id), "text": str(text)}:
            try:
                return Written(id=UUID(id), text=CONTROL.sub("", text.replace("\r\n", "\n")).strip())
            except ValueError:
                return Unreadable()
        case _:
            return Unreadable()


def provider_id(token: str, written: Written) -> str:
    """The name under which a message is stored once. It tells nothing of the token."""
    return "webchat:" + hashlib.sha256(f"{token}:{written.id}".encode()).hexdigest()[:40]


def thread_frame(
    token: str,
    thread: ConversationId | None,
    messages: Sequence[Message],
    *,
    waiting: bool,
    zone: ZoneInfo,
    words: Words,
) -> str:
    """Messages for the browser, with their times as the clinic's clock shows them."""
    shown = [
        {
            "seq": message.seq,
            "author": message.author.value,
            "text": message.text,
            "sent": message.sent.isoformat(),
            "clock": clock(message.sent, zone, words),
            "day": day(wall(message.sent, zone).date(), words),
            "buttons": list(message.buttons),
        }
        for message in messages
    ]
    return json.dumps(
        {"token": token, "thread": str(thread) if thread else None, "messages": shown, "waiting": waiting},
        ensure_ascii=False,
    )


def stored_frame(written: Written, seq: int | None) -> str:
    """The browser's message is safe; `seq` None: it was before."""
    return json.dumps({"stored": str(written.id), "seq": seq})


def refused_frame(written: Written, why: str) -> str:
    """The browser's message was not taken; `why` names a text of the page."""
    return json.dumps({"refused": str(written.id), "why": why})


PONG = json.dumps({"pong": True})


def _read(frame: str) -> object:
    try:
        return json.loads(frame)
    except (ValueError, RecursionError):
        return None
