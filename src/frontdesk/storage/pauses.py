"""Where the assistant is paused: at the whole practice, or on one channel, until a time or until it is resumed."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.database import Db

EVERYWHERE = "every"
"""In the place of a channel: all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """The assistant answers nothing there but emergencies and who ends messages. `channel` None: on all of them."""

    channel: ChannelKind | None
    since: datetime
    until: datetime | None


async def pause(db: Db, channel: ChannelKind | None, *, until: datetime | None, now: datetime) -> None:
    """From the next message on the assistant is silent there. A pause that holds already gets the new end."""
    await db.run(
        "insert into pause (practice_id, channel, since, until) values (%s, %s, %s, %s) "
        "on conflict (practice_id, channel) do update set until = excluded.until, "
        "since = case when pause.until <= excluded.since then excluded.since else pause.since end",
        (db.practice, _name(channel), now, until),
    )
    db.record(Event(what=Happened.ASSISTANT_PAUSED, codes={"channel": _name(channel)}))


async def resume(db: Db, channel: ChannelKind | None, *, now: datetime) -> bool:
    """Whether anything was paused there; None resumes every channel."""
    ended = await db.run(
        "delete from pause where practice_id = %s and (channel = %s or %s)",
        (db.practice, _name(channel), channel is None),
    )
    if ended:
        db.record(Event(what=Happened.ASSISTANT_RESUMED, codes={"channel": _name(channel)}))
    return bool(ended)


async def pauses(db: Db, *, now: datetime) -> list[Pause]:
    """Every pause that holds."""
    rows = await db.all(
        "select * from pause where practice_id = %s and (until is null or until > %s) order by since",
        (db.practice, now),
    )
    return [
        Pause(
            channel=None if row["channel"] == EVERYWHERE else ChannelKind(row["channel"]),
            since=row["since"],
            until=row["until"],
        )
        for row in rows
    ]


def _name(channel: ChannelKind | None) -> str:
    return channel.value if channel else EVERYWHERE
