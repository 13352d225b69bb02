"""What a practice's jobs have before them: of each kind how much is due, and since when. Counts and times alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from frontdesk.storage.database import Db


class Kind(Enum):
    """A kind of thing to be done, in the order that patients feel it."""

    ANSWERS = "answers"
    MESSAGES = "messages"
    BOOKINGS = "bookings"
    CHANGES = "changes"
    WRITING = "writing"
    PEOPLE = "people"
    REMINDERS = "reminders"
    AFTER_VISITS = "after_visits"
    UNASKED = "unasked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """So much of a kind is due by now; `late` is how long the oldest has been, zero where nothing is due.

    `dead`: so many messages of the kind will not go by themselves, and `retriable` of them may be tried again.
    """

    kind: Kind
    count: int
    late: timedelta
    dead: int = 0
    retriable: int = 0


async def due_in(db: Db, *, now: datetime) -> list[Due]:
    """Every kind, also where nothing of it is due. What is in a worker's hands just now counts only once it is late."""
    row = await db.one(
        "select "
        "(select count(*) from message where practice_id = %(practice)s and author = 'patient' and answered_at is null "
        "and (answer_from is null or answer_from <= %(now)s)) as answers, "
        "(select min(coalesce(answer_from, sent_at)) from message where practice_id = %(practice)s "
        "and author = 'patient' and answered_at is null "
        "and (answer_from is null or answer_from <= %(now)s)) as answers_since, "
        "m.waiting as messages, m.since as messages_since, m.dead as messages_dead, m.retriable as messages_retriable, "
        "u.waiting as unasked, u.since as unasked_since, u.dead as unasked_dead, u.retriable as unasked_retriable, "
        "b.many as bookings, b.since as bookings_since, p.many as changes, p.since as changes_since, "
        "w.many as writing, w.since as writing_since, t.many as people, t.since as people_since, "
        "r.many as reminders, r.since as reminders_since, a.many as after_visits, a.since as after_visits_since from "
        "(select count(*) filter (where state = 'waiting' and due_at <= %(now)s) as waiting, "
        "min(due_at) filter (where state = 'waiting' and due_at <= %(now)s) as since, "
        "count(*) filter (where state in ('refused', 'given-up')) as dead, "
        "count(*) filter (where state = 'refused' and (tried_at is null or channel = 'sms')) as retriable "
        "from outbox where practice_id = %(practice)s and not unasked "
        "and state in ('waiting', 'refused', 'given-up')) as m, "
        "(select count(*) filter (where state = 'waiting' and due_at <= %(now)s) as waiting, "
        "min(due_at) filter (where state = 'waiting' and due_at <= %(now)s) as since, "
        "count(*) filter (where state in ('refused', 'given-up')) as dead, "
        "count(*) filter (where state = 'refused' and (tried_at is null or channel = 'sms')) as retriable "
        "from outbox where practice_id = %(practice)s and unasked "
        "and state in ('waiting', 'refused', 'given-up')) as u, "
        "(select count(*) as many, min(due_at) as since from booking where practice_id = %(practice)s "
        "and due_at <= %(now)s and step in ('intended', 'held', 'agreed', 'booked', 'verified')) as b, "
        "(select count(*) as many, min(look_at) as since from promise where practice_id = %(practice)s "
        "and look_at <= %(now)s) as p, "
        "(select count(*) as many, min(due_at) as since from write_back where practice_id = %(practice)s "
        "and due_at <= %(now)s) as w, "
        "(select count(*) as many, min(tell_at) as since from task where practice_id = %(practice)s "
        "and closed_at is null and tell_at <= %(now)s) as t, "
        "(select count(*) as many, min(due_at) as since from reminder where practice_id = %(practice)s "
        "and state = 'planned' and due_at <= %(now)s) as r, "
        "(select count(*) as many, min(due_at) as since from after_visit where practice_id = %(practice)s "
        "and state = 'planned' and due_at <= %(now)s) as a",
        {"practice": db.practice, "now": now},
    )
    assert row is not None
    return [
        Due(
            kind=kind,
            count=row[kind.value],
            late=now - row[f"{kind.value}_since"] if row[f"{kind.value}_since"] else timedelta(0),
            dead=row.get(f"{kind.value}_dead", 0),
            retriable=row.get(f"{kind.value}_retriable", 0),
        )
        for kind in Kind
    ]
