"""Signs of life of each process, what is stuck and since when, and the troubles that a person was told of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.database import Db

PATIENCE = timedelta(minutes=5)
"""What stands still for so long is told to a person."""
FAR_BEHIND = timedelta(minutes=30)
"""A message that waits so long past its time is stuck, even if others leave."""
KNOWN_FOR = timedelta(days=7)
"""Whoever gave no sign for so long is not expected any more: a port that was given up."""


class Part(Enum):
    """What is watched: the processes, and what they have to get done."""

    WORKER = "worker"
    WEB = "web"
    WEBHOOKS = "webhooks"
    ANSWERS = "answers"
    TEXTS = "texts"
    LETTERS = "letters"
    SYSTEM = "system"


CHANNELS = {Part.TEXTS: ChannelKind.SMS, Part.LETTERS: ChannelKind.EMAIL}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One process: what it does, and since when it runs."""

    process: UUID
    part: Part
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """What is stuck, and the task by which a person is told; None: another part of the desk has told of it."""

    part: Part
    began: datetime
    task: UUID | None


async def give_sign(db: Db, sign: Sign, *, now: datetime) -> None:
    """The process is well now. Those that it took the place of, and whoever is long gone, are forgotten."""
    await db.run(
        "insert into sign_of_life (practice_id, process, part, since, seen_at) values (%s, %s, %s, %s, %s) "
        "on conflict (practice_id, process) do update set seen_at = excluded.seen_at",
        (db.practice, sign.process, sign.part.value, sign.since, now),
    )
    await db.run(
        "delete from sign_of_life where practice_id = %s and process <> %s "
        "and (seen_at <= %s or (part = %s and seen_at <= %s))",
        (db.practice, sign.process, now - KNOWN_FOR, sign.part.value, now - PATIENCE),
    )


async def last_signs(db: Db) -> dict[Part, datetime]:
    """When a process of each kind was last well."""
    rows = await db.all(
        "select part, max(seen_at) as seen from sign_of_life where practice_id = %s group by part order by part",
        (db.practice,),
    )
    return {Part(row["part"]): row["seen"] for row in rows}


async def stuck(db: Db, *, now: datetime) -> dict[Part, datetime]:
    """What has stood still for PATIENCE, and since when."""
    old = now - PATIENCE
    found = {part: seen for part, seen in (await last_signs(db)).items() if seen <= old}
    waits = await db.one(
        "select min(coalesce(answer_from, heard_at, sent_at)) as since from message "
        "where practice_id = %s and author = 'patient' and answered_at is null "
        "and coalesce(answer_from, heard_at, sent_at) <= %s",
        (db.practice, old),
    )
    if waits is not None and waits["since"] is not None:
        found[Part.ANSWERS] = waits["since"]
    for part, channel in CHANNELS.items():
        if (since := await _stuck_on(db, channel, now=now)) is not None:
            found[part] = since
    silent = await db.one(
        "select min(failed_since) as since from followed where practice_id = %s and failed_since <= %s",
        (db.practice, old),
    )
    if silent is not None and silent["since"] is not None:
        found[Part.SYSTEM] = silent["since"]
    return found


async def _stuck_on(db: Db, channel: ChannelKind, *, now: datetime) -> datetime | None:
    """Since when nothing leaves on a channel. What waits behind another of its conversation is not looked at."""
    row = await db.one(
        "with heads as (select distinct on (conversation_id) due_at, failing_since from outbox "
        "where practice_id = %(practice)s and channel = %(channel)s and state = 'waiting' "
        "and not (moved and due_at > %(now)s) order by conversation_id, order_no) "
        "select min(least(due_at, failing_since)) filter (where least(due_at, failing_since) <= %(old)s) as since, "
        "coalesce(min(due_at) <= %(far)s, false) as far_behind, exists (select from outbox "
        "where practice_id = %(practice)s and channel = %(channel)s and sent_at > %(old)s) as leaves from heads",
        {
            "practice": db.practice,
            "channel": channel.value,
            "now": now,
            "old": now - PATIENCE,
            "far": now - FAR_BEHIND,
        },
    )
    assert row is not None
    since: datetime | None = row["since"]
    return since if row["far_behind"] or not row["leaves"] else None


async def works_again(db: Db, trouble: Trouble) -> bool:
    """Whether what is not stuck now is well: on a channel, something has left since, or nothing came to grief."""
    channel = CHANNELS.get(trouble.part)
    if channel is None:
        return True
    row = await db.one(
        "select exists (select from outbox where practice_id = %(practice)s and channel = %(channel)s "
        "and sent_at > %(began)s) or not exists (select from outbox where practice_id = %(practice)s "
        "and channel = %(channel)s and state in ('waiting', 'refused') and failing_since >= %(began)s) as well",
        {"practice": db.practice, "channel": channel.value, "began": trouble.began},
    )
    assert row is not None
    return bool(row["well"])


async def begin_trouble(db: Db, trouble: Trouble) -> bool:
    """Whether it is new: of several that watch, one tells of it."""
    return bool(
        await db.run(
            "insert into trouble (practice_id, part, began_at, task_id) values (%s, %s, %s, %s) on conflict do nothing",
            (db.practice, trouble.part.value, trouble.began, trouble.task),
        )
    )


async def end_trouble(db: Db, part: Part) -> bool:
    """Whether it stood until now."""
    return bool(await db.run("delete from trouble where practice_id = %s and part = %s", (db.practice, part.value)))


async def troubles(db: Db) -> list[Trouble]:
    """Everything that is stuck as far as anybody was told, the oldest first."""
    rows = await db.all("select * from trouble where practice_id = %s order by began_at, part", (db.practice,))
    return [Trouble(part=Part(row["part"]), began=row["began_at"], task=row["task_id"]) for row in rows]


async def task_of_system(db: Db) -> UUID | None:
    """The task about the silence of the connected system."""
    row = await db.one("select task_id from followed where practice_id = %s and task_id is not null", (db.practice,))
    return row["task_id"] if row else None


async def told_of(db: Db, task: UUID) -> frozenset[str]:
    """The contacts who were told of a task."""
    rows = await db.all(
        "select distinct contact from notice where practice_id = %s and task_id = %s", (db.practice, task)
    )
    return frozenset(row["contact"] for row in rows)


async def own_streams(db: Db, *, now: datetime) -> list[ConversationId]:
    """Where something for the practice's own people is due in the outbox."""
    rows = await db.all(
        "select distinct conversation_id from outbox where practice_id = %s and subject_id = %s "
        "and state = 'waiting' and due_at <= %s",
        (db.practice, db.practice, now),
    )
    return [ConversationId(row["conversation_id"]) for row in rows]
