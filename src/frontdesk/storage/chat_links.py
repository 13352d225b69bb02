"""Links that open a conversation in another browser, and the browsers that came by them, each known by a hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatLink:
    """A way into one conversation. Messages before `from_seq` are not shown to whoever comes by it.

    `openings` browsers may come by it before it `expires`; each stays until `stays_until`.
    """

    id: UUID
    conversation: ConversationId
    expires: datetime
    stays_until: datetime
    from_seq: int = 1
    openings: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """Whose conversation a browser that came by a link is in: that of `address` on `channel`."""

    link: UUID
    conversation: ConversationId
    channel: ChannelKind
    address: str
    from_seq: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkOver:
    """The link is not there, has run out, was used up or revoked."""


async def add_link(db: Db, link: ChatLink, *, now: datetime) -> None:
    """Make a link; the same id twice is one."""
    made = await db.run(
        "insert into chat_link (practice_id, id, conversation_id, from_seq, made_at, expires_at, stays_until, "
        "openings_left) values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            link.id,
            link.conversation,
            link.from_seq,
            now,
            link.expires,
            link.stays_until,
            link.openings,
        ),
    )
    if made:
        _record(db, Happened.CHAT_LINK_MADE, link.conversation, link.id)


async def open_link(db: Db, id: UUID, token: str, *, now: datetime) -> Thread | LinkOver:
    """Let a browser in by a link. The same browser may come again; it counts once."""
    known = await thread_of(db, token, now=now)
    if isinstance(known, Thread) and known.link == id:
        return known
    row = await db.one(
        "update chat_link set openings_left = openings_left - 1 where practice_id = %s and id = %s "
        "and openings_left > 0 and expires_at > %s and stays_until > %s and revoked_at is null "
        "returning id as link_id, conversation_id, from_seq",
        (db.practice, id, now, now),
    )
    if row is None:
        return LinkOver()
    await db.run(
        "insert into chat_device (practice_id, token_hash, link_id, conversation_id, came_at) "
        "values (%s, %s, %s, %s, %s) on conflict (practice_id, token_hash) do update set "
        "link_id = excluded.link_id, conversation_id = excluded.conversation_id, came_at = excluded.came_at",
        (db.practice, _hash(token), id, row["conversation_id"], now),
    )
    _record(db, Happened.CHAT_LINK_OPENED, row["conversation_id"], id)
    db.announce("message", row["conversation_id"])  # the browser that gave the link shows how many have come
    return await _thread(db, row)


async def thread_of(db: Db, token: str, *, now: datetime) -> Thread | LinkOver | None:
    """The conversation of a browser that came by a link; None: it came by none."""
    row = await db.one(
        "select d.link_id, d.conversation_id, l.from_seq, l.stays_until > %s and l.revoked_at is null as stays "
        "from chat_device d join chat_link l on l.practice_id = d.practice_id and l.id = d.link_id "
        "where d.practice_id = %s and d.token_hash = %s",
        (now, db.practice, _hash(token)),
    )
    if row is None:
        return None
    return await _thread(db, row) if row["stays"] else LinkOver()


async def conversation_of(db: Db, id: UUID) -> ConversationId | None:
    """The conversation that a link leads to."""
    row = await db.one("select conversation_id from chat_link where practice_id = %s and id = %s", (db.practice, id))
    return ConversationId(row["conversation_id"]) if row else None


async def others_in(db: Db, conversation: ConversationId, *, now: datetime) -> int:
    """How many browsers are in a conversation that came by a link."""
    row = await db.one(
        "select count(*) as browsers from chat_device d join chat_link l on l.practice_id = d.practice_id "
        "and l.id = d.link_id where d.practice_id = %s and d.conversation_id = %s and l.stays_until > %s "
        "and l.revoked_at is null",
        (db.practice, conversation, now),
    )
    return int(row["browsers"]) if row else 0


async def revoke_links(db: Db, conversation: ConversationId, *, now: datetime) -> int:
    """How many links of a conversation lead nowhere from now on; the browsers that came by them are out."""
    rows = await db.all(
        "update chat_link set revoked_at = %s where practice_id = %s and conversation_id = %s and revoked_at is null "
        "and stays_until > %s returning id",
        (now, db.practice, conversation, now),
    )
    for row in rows:
        _record(db, Happened.CHAT_LINK_REVOKED, conversation, row["id"])
    if rows:
        db.announce("message", conversation)
    return len(rows)


async def forget_ended(db: Db, *, before: datetime) -> int:
    """How many links were dropped that led nowhere since then, with their browsers."""
    return await db.run(
        "delete from chat_link where practice_id = %s and (stays_until < %s or revoked_at < %s)",
        (db.practice, before, before),
    )


async def _thread(db: Db, row: DictRow) -> Thread | LinkOver:
    found = await db.one(
        "select channel, address_sealed from conversation where practice_id = %s and id = %s",
        (db.practice, row["conversation_id"]),
    )
    if found is None:
        return LinkOver()
    key = await db.subject(row["conversation_id"])
    address = key.open(found["address_sealed"], place=place("conversation", row["conversation_id"], "address"))
    return Thread(
        link=row["link_id"],
        conversation=ConversationId(row["conversation_id"]),
        channel=ChannelKind(found["channel"]),
        address=address.decode(),
        from_seq=row["from_seq"],
    )


def _record(db: Db, what: Happened, conversation: UUID, id: UUID) -> None:
    db.record(Event(what=what, subjects=frozenset({conversation}), ids={"link": id}))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()  # 256 random bits: nothing to guess, so nothing to slow down
