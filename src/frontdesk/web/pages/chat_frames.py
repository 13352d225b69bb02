"""What goes over a web conversation's socket, read and written. Pure.

From the browser, first `{"token": text or null, "thread": id or null, "after": seq}`, with `{"link": text, "fresh":
token}` where it came by a link; then for each message `{"id": uuid, "text": text}`, `{"ping": true}` now and then,
`{"link": true}` for a link to another browser, `{"cut": true}` to end such links. To the browser `{"token", "thread",
"messages", "waiting", "expects", "others"}`, for each of its messages `{"stored": id, "seq": n or null}` (null: it
was stored before) or `{"refused": id, "why": name of a text}`, and `{"link": address, "until": clock}`.
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

LONGEST_LINK = 100
"""Letters of a link's signed part; ours have 70."""

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
    link: str | None = None
    fresh: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One message of the patient; `id` was drawn by their browser, so that sending it again stores it once."""

    id: UUID
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ping:
    """The browser asks whether we are still here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WantsLink:
    """A link is wanted by which another browser may go on with the conversation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CutsOff:
    """The browsers that came by links are to be shut out."""


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
            thread, link = rest.get("thread"), rest.get("link")
            known = _token(token)
            return Hello(
                token=known or new_token(),
                thread=thread if isinstance(thread, str) and known else None,
                after=after,
                link=link if isinstance(link, str) and 0 < len(link) <= LONGEST_LINK else None,
                fresh=_token(rest.get("fresh")),
            )
        case _:
            return Unreadable()


def read_frame(frame: str) -> Written | Ping | WantsLink | CutsOff | Unreadable:
    """Any later frame."""
    match _read(frame):
        case {"ping": True}:
            return Ping()
        case {"link": True}:
            return WantsLink()
        case {"cut": True}:
            return CutsOff()
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How the conversation stands, as its browser is told: `others` came by links, None where that is not its to say.

    `expects_code`: it was asked for a one-time code, which a phone may fill in by itself.
    """

    thread: ConversationId | None
    waiting: bool = False
    expects_code: bool = False
    others: int | None = None


def thread_frame(token: str, told: Told, messages: Sequence[Message], *, zone: ZoneInfo, words: Words) -> str:
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
    standing = {
        "token": token,
        "thread": str(told.thread) if told.thread else None,
        "waiting": told.waiting,
        "expects": "code" if told.expects_code else None,
        "others": told.others,
    }
    return json.dumps({**standing, "messages": shown}, ensure_ascii=False)


def link_frame(address: str, until: str) -> str:
    """A link by which another browser may come, and until when on the clinic's clock."""
    return json.dumps({"link": address, "until": until}, ensure_ascii=False)


def stored_frame(written: Written, seq: int | None) -> str:
    """The browser's message is safe; `seq` None: it was before."""
    return json.dumps({"stored": str(written.id), "seq": seq})


def refused_frame(written: Written, why: str) -> str:
    """The browser's message was not taken; `why` names a text of the page."""
    return json.dumps({"refused": str(written.id), "why": why})


PONG = json.dumps({"pong": True})


def _token(found: object) -> str | None:
    return found if isinstance(found, str) and TOKEN.fullmatch(found) else None


def _read(frame: str) -> object:
    try:
        return json.loads(frame)
    except (ValueError, RecursionError):
        return None
