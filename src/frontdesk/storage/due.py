"""What has become due in a practice: all of it found in one look, which is taken every second."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import LiteralString

from frontdesk.storage import (
    after_visits,
    bookings,
    calls,
    conversations,
    key_rotation,
    notices,
    openings,
    outbox,
    paces,
    placed_calls,
    reminders,
    retention,
    visits,
    waitlist,
    write_backs,
)
from frontdesk.storage.database import Db
from frontdesk.storage.figures import gathering


class Due(Enum):
    """What there may be to do."""

    HOLDS = "holds that ran out"
    PACES = "counts of those who may do everything again"
    CALLS = "calls of which nothing was told any more"
    LOST_CALLS = "calls that the desk has placed, and of which nothing was told any more"
    RETRIES = "what is to be sent again"
    ANSWERS = "messages that wait for an answer for too long"
    RETENTION = "rules on how long things are kept"
    TELLING = "tasks that somebody has to be told of"
    BOOKINGS = "intents to book that stand still"
    LOOKS = "visits in another system to be looked at"
    WRITING = "what is to be written into another system"
    REMINDING = "reminders, and what is said after visits"
    UNASKED = "texts that nobody asked for and nobody has tried"
    OUTCOMES = "what came of visits"
    FILLING = "times to be offered to those who wait"
    ROTATION = "keys that are being replaced"


_THERE_IS: Mapping[Due, tuple[LiteralString, ...]] = {
    Due.HOLDS: ("select " + visits.RUN_OUT,),
    Due.PACES: ("select " + paces.IDLE,),
    Due.CALLS: (calls.FORGOTTEN,),
    Due.LOST_CALLS: (placed_calls.FORGOTTEN,),
    Due.RETRIES: ("select " + outbox.TO_RETRY,),
    Due.ANSWERS: ("select " + conversations.OVERLOOKED,),
    Due.TELLING: (notices.TO_TELL,),
    Due.BOOKINGS: ("select " + bookings.OVERDUE, "select " + bookings.LEFT_BEHIND),
    Due.LOOKS: ("select " + bookings.TO_LOOK_AT,),
    Due.WRITING: (write_backs.DUE,),
    Due.REMINDING: (reminders.DUE, after_visits.DUE),
    Due.UNASKED: (outbox.ALONE,),
    Due.FILLING: (waitlist.TO_LOOK_FOR, openings.TO_DO),
    Due.ROTATION: (key_rotation.ROTATION_IS_DUE,),
}
_THERE_IS_NOT: Mapping[Due, LiteralString] = {Due.RETENTION: retention.BEGUN, Due.OUTCOMES: gathering.GATHERED}


def _looks() -> LiteralString:
    found = [
        " or ".join(f"exists ({sql})" for sql in each) + f' as "{due.name}"' for due, each in _THERE_IS.items()
    ] + [f'not exists ({sql}) as "{due.name}"' for due, sql in _THERE_IS_NOT.items()]
    return "select " + ", ".join(found)


_LOOK = _looks()


async def what_is_due(db: Db, *, now: datetime, untouched_since: datetime, looked_since: datetime) -> frozenset[Due]:
    """Everything that is due now.

    `untouched_since`: a message that nobody took up since then was left by a process that died.
    `looked_since`: whoever waits, and had nothing looked for since then, has it looked for.
    """
    row = await db.one(
        _LOOK,
        {
            "practice": db.practice,
            "now": now,
            "untouched_since": untouched_since,
            "looked_since": looked_since,
            "calls_changed_before": now - calls.FORGOTTEN_AFTER,
            "begun_since": now - retention.EVERY,
            "gathered_since": now - gathering.EVERY,
        },
    )
    assert row is not None  # it has no source of rows
    return frozenset(due for due in Due if row[due.name])
