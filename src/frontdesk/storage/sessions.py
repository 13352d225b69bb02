"""Sign-ins that last a while: of each token only a hash is kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.storage.database import Db

IDLE = timedelta(minutes=30)
"""After so long without a page a session is over: a desk is left alone sooner than one thinks."""

LONGEST = timedelta(hours=12)
SECOND_FACTOR_WITHIN = timedelta(minutes=10)
SEEN_EVERY = timedelta(seconds=30)
FRESH = timedelta(minutes=5)
"""For so long after a password or factor was shown, the way in may be changed without showing one again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One sign-in. `proven`: both factors were shown; `shown`: when one was shown last, or the password.

    `device` is the browser as it calls itself, shortened.
    """

    id: UUID
    account: UUID
    proven: bool
    begun: datetime
    seen: datetime
    shown: datetime
    ends: datetime
    device: str
    challenge: bytes | None = None

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was shown so lately who sits there that the way in may be changed."""
        return now - self.shown <= FRESH


async def begin_session(
    db: Db, id: UUID, account: UUID, token: str, *, proven: bool, device: str, now: datetime
) -> None:
    """Keep a new sign-in. One without its second factor has little time to show it."""
    ends = now + (LONGEST if proven else SECOND_FACTOR_WITHIN)
    await db.run(
        "insert into session (practice_id, id, account_id, token_hash, proven, begun_at, seen_at, shown_at, "
        "ends_at, device) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (db.practice, id, account, _hash(token), proven, now, now, now, ends, device),
    )
    codes = {"shown": "both-factors" if proven else "first-factor"}
    db.record(Event(what=Happened.SIGNED_IN, subjects=frozenset({account}), ids={"session": id}, codes=codes))


async def session_of(db: Db, token: str, *, now: datetime) -> Session | None:
    """The sign-in of that token, while it lasts and its account may be used; it counts as seen now."""
    session = await standing_session(db, token, now=now)
    if session is not None and now - session.seen > SEEN_EVERY:
        await db.run(
            "update session set seen_at = %s where practice_id = %s and id = %s", (now, db.practice, session.id)
        )
    return session


async def standing_session(db: Db, token: str, *, now: datetime) -> Session | None:
    """The same, for what a page does by itself: nobody need sit there, so it does not count as seen."""
    row = await db.one(
        "select session.* from session join account on account.practice_id = session.practice_id "
        "and account.id = session.account_id and account.state = 'active' "
        "where session.practice_id = %s and token_hash = %s and ended_at is null and ends_at > %s and seen_at > %s",
        (db.practice, _hash(token), now, now - IDLE),
    )
    return _session(row) if row else None


async def shown_again(db: Db, session: Session, *, now: datetime) -> None:
    """Whoever sits there has shown a password or factor once more."""
    await db.run("update session set shown_at = %s where practice_id = %s and id = %s", (now, db.practice, session.id))
    whose, ids = frozenset({session.account}), {"session": session.id}
    db.record(Event(what=Happened.SIGNED_IN, subjects=whose, ids=ids, codes={"shown": "again"}))


async def set_challenge(db: Db, id: UUID, challenge: bytes) -> None:
    """What a passkey has to sign next in this session."""
    await db.run("update session set challenge = %s where practice_id = %s and id = %s", (challenge, db.practice, id))


async def use_challenge(db: Db, id: UUID, challenge: bytes) -> bool:
    """Whether it is what this session was asked last; each question counts for one answer."""
    used = await db.run(
        "update session set challenge = null where practice_id = %s and id = %s and challenge = %s",
        (db.practice, id, challenge),
    )
    return bool(used)


async def end_session(db: Db, id: UUID, *, account: UUID, now: datetime) -> bool:
    """Whether it was that account's and open; it is over at once."""
    row = await db.one(
        "update session set ended_at = %s where practice_id = %s and id = %s and account_id = %s and ended_at is null "
        "returning proven",
        (now, db.practice, id, account),
    )
    if row is not None and row["proven"]:
        db.record(Event(what=Happened.SIGNED_OUT, subjects=frozenset({account}), ids={"session": id}))
    return row is not None


async def end_every_session(db: Db, account: UUID, *, now: datetime, but: UUID | None = None) -> int:
    """How many were open: a new password or a lost account ends them all."""
    ended = await db.run(
        "update session set ended_at = %s where practice_id = %s and account_id = %s and ended_at is null "
        "and id is distinct from %s",
        (now, db.practice, account, but),
    )
    db.record(Event(what=Happened.SIGNED_OUT, subjects=frozenset({account}), codes={"sessions": ended}))
    return ended


async def sessions_of(db: Db, account: UUID, *, now: datetime) -> list[Session]:
    """Where somebody is signed in, the latest first."""
    rows = await db.all(
        "select * from session where practice_id = %s and account_id = %s and ended_at is null and proven "
        "and ends_at > %s and seen_at > %s order by seen_at desc",
        (db.practice, account, now, now - IDLE),
    )
    return [_session(row) for row in rows]


def _session(row: DictRow) -> Session:
    return Session(
        id=row["id"],
        account=row["account_id"],
        proven=row["proven"],
        begun=row["begun_at"],
        seen=row["seen_at"],
        shown=row["shown_at"],
        ends=row["ends_at"],
        device=row["device"],
        challenge=bytes(row["challenge"]) if row["challenge"] is not None else None,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()  # 256 random bits: nothing to guess, so nothing to slow down
