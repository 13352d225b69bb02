"""How often somebody may do something: some at once, then at a steady pace; one count for all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """`at_once` in a row, and one more every `every` after that, for each one by itself. `name` tells paces apart."""

    name: str
    at_once: int
    every: timedelta


async def may(db: Db, pace: Pace, about: str, *, now: datetime) -> bool:
    """Whether `about` (an address, a conversation) may do it now; if so, it counts as done.

    One statement, so two processes never both take the last turn. The generic cell rate algorithm (ITU-T I.371).
    """
    taken = await db.run(
        "insert into pace (practice_id, name, about_hash, ahead) values (%(practice)s, %(name)s, %(about)s, "
        "%(now)s + %(every)s) on conflict (practice_id, name, about_hash) do update "
        "set ahead = greatest(pace.ahead, %(now)s) + %(every)s where pace.ahead <= %(now)s + %(burst)s",
        {
            "practice": db.practice,
            "name": pace.name,
            "about": db.keyring.lookup("pace", about),
            "now": now,
            "every": pace.every,
            "burst": pace.every * (pace.at_once - 1),
        },
    )
    return bool(taken)


IDLE: LiteralString = "from pace where practice_id = %(practice)s and ahead < %(now)s"


async def forget_idle(db: Db, *, now: datetime) -> None:
    """Drop the counts of those who may do everything again anyway."""
    idle: LiteralString = "delete " + IDLE
    await db.run(idle, {"practice": db.practice, "now": now})
