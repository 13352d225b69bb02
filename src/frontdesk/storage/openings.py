"""Times that opened up, who was asked in which order and why, and who has them: decided here, one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import ConversationId
from frontdesk.scheduling.ranking import Reasons
from frontdesk.storage.database import Db
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.json_values import as_plain, from_plain

CLAIM_STANDS = timedelta(minutes=20)
"""Who was first and then left the questions open that a booking needs loses the time again after so long."""


class Stands(Enum):
    """How a time stands."""

    ASKING = "asking"
    CLAIMED = "claimed"
    """The first to answer has it, and is being booked."""
    FILLED = "filled"
    LOST = "lost"
    """It is not free any more, by no answer to an offer."""
    OVER = "over"
    """Nobody took it."""


class Became(Enum):
    """What has become of one person's offer."""

    BEGUN = "begun"
    """They are to be asked; nothing was said yet."""
    NOT_ASKED = "not-asked"
    """They could not be spoken to just then."""
    ASKED = "asked"
    REFUSED = "refused"
    TAKEN = "taken"
    GONE = "gone"
    """Somebody else has it, which they are still to be told."""
    TOLD = "told"


class Claimed(Enum):
    """Whether somebody who says yes is the first."""

    FIRST = "first"
    LATE = "late"
    NO_RACE = "no race"
    """They were not asked beside others: nobody is to be first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A time that is offered; `next_at`: when more people may be asked. Times are in UTC."""

    id: UUID
    slot: Slot
    opened: datetime
    next_at: datetime
    stands: Stands = Stands.ASKING
    settled: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One person's offer. `kept`: the time is theirs until `open_until`; else the first to answer gets it."""

    opening: UUID
    waiting: UUID
    conversation: ConversationId
    kept: bool
    reasons: Reasons
    asked: datetime
    open_until: datetime
    became: Became = Became.BEGUN


async def begin(
    db: Db, opening: Opening, offers: Sequence[Offer], *, among: Sequence[UUID], part: float, now: datetime
) -> bool:
    """Whether these are to be asked now: False where somebody else has begun so meanwhile.

    `among`: everybody who could have been asked; each of them is owed `part` of an offer more.
    """
    begun = await db.run(
        "insert into opening (practice_id, id, service, practitioner, starts_at, ends_at, slot, opened_at, next_at, "
        "stands) values (%(practice)s, %(id)s, %(service)s, %(practitioner)s, %(start)s, %(end)s, %(slot)s, %(now)s, "
        "%(next)s, 'asking') on conflict (practice_id, practitioner, starts_at, service) "
        "where stands in ('asking', 'claimed') do update set next_at = excluded.next_at, stands = 'asking', "
        "claimed_by = null, settled_at = null where opening.id = excluded.id and opening.next_at <= %(now)s",
        {
            "practice": db.practice,
            "id": opening.id,
            "service": opening.slot.service,
            "practitioner": opening.slot.practitioner,
            "start": opening.slot.during.start,
            "end": opening.slot.during.end,
            "slot": Jsonb(as_plain(opening.slot)),
            "now": now,
            "next": opening.next_at,
        },
    )
    if not begun:
        return False
    for offer in offers:
        await db.run(
            "insert into opening_offer (practice_id, opening_id, waiting_id, conversation_id, kept, reasons, asked_at, "
            "open_until, became) values (%s, %s, %s, %s, %s, %s, %s, %s, 'begun') "
            "on conflict (practice_id, opening_id, waiting_id) do update set kept = excluded.kept, "
            "reasons = excluded.reasons, asked_at = excluded.asked_at, open_until = excluded.open_until, "
            "became = 'begun' where opening_offer.became = 'not-asked'",
            (
                db.practice,
                offer.opening,
                offer.waiting,
                offer.conversation,
                offer.kept,
                Jsonb(as_plain(offer.reasons)),
                offer.asked,
                offer.open_until,
            ),
        )
    await db.run(
        "with owing as (select id from waiting where practice_id = %s and id = any(%s) order by id for update) "
        "update waiting w set owed = w.owed + %s from owing where w.practice_id = %s and w.id = owing.id",
        (db.practice, list(among), part, db.practice),
    )
    return True


async def asking(db: Db) -> list[Opening]:
    """Every time that is being offered, the soonest first."""
    rows = await db.all(
        "select * from opening where practice_id = %s and stands in ('asking', 'claimed') order by starts_at, id",
        (db.practice,),
    )
    return [_opening(row) for row in rows]


async def lately(db: Db, *, since: datetime) -> list[Opening]:
    """Every time that was offered since then, the newest first."""
    rows = await db.all(
        "select * from opening where practice_id = %s and opened_at >= %s order by opened_at desc, starts_at",
        (db.practice, since),
    )
    return [_opening(row) for row in rows]


async def offers_of(db: Db, openings: Sequence[UUID]) -> list[Offer]:
    """Who was asked for these times, in the order they were."""
    rows = await db.all(
        "select * from opening_offer where practice_id = %s and opening_id = any(%s) "
        "order by asked_at, (reasons->>'place')::int",
        (db.practice, list(openings)),
    )
    return [_offer(row) for row in rows]


async def made_in(db: Db, conversation: ConversationId) -> list[tuple[Opening, Offer]]:
    """Every offer that was made in a conversation."""
    rows = await db.all(
        "select * from opening_offer where practice_id = %s and conversation_id = %s", (db.practice, conversation)
    )
    return await _with_openings(db, rows)


async def begun(db: Db) -> list[tuple[Opening, Offer]]:
    """Who is to be asked, and was not yet."""
    return await _which(db, Became.BEGUN)


async def to_tell(db: Db) -> list[tuple[Opening, Offer]]:
    """Who has to hear that somebody else has the time."""
    return await _which(db, Became.GONE)


async def settle(db: Db, offer: Offer, became: Became, *, now: datetime) -> bool:
    """Whether the offer stood as `offer` has it, and has become this now."""
    return bool(
        await db.run(
            "update opening_offer set became = %s, settled_at = %s where practice_id = %s and opening_id = %s "
            "and waiting_id = %s and became = %s",
            (became.value, now, db.practice, offer.opening, offer.waiting, offer.became.value),
        )
    )


async def claim(db: Db, conversation: ConversationId, slot: Slot, *, now: datetime) -> Claimed:
    """Whether they are the first of those asked together to say yes: one of them is, whoever asks at the same moment.

    The same one asking again is the first again.
    """
    row = await db.one(
        "select f.opening_id, f.waiting_id from opening_offer f join opening o on o.practice_id = f.practice_id "
        "and o.id = f.opening_id where f.practice_id = %s and f.conversation_id = %s and not f.kept "
        "and f.became in ('asked', 'gone', 'told') and o.service = %s and o.practitioner = %s and o.starts_at = %s "
        "order by f.asked_at desc limit 1",
        (db.practice, conversation, slot.service, slot.practitioner, slot.during.start),
    )
    if row is None:
        return Claimed.NO_RACE
    first = await db.run(
        "update opening set stands = 'claimed', claimed_by = %(who)s, settled_at = coalesce(settled_at, %(now)s) "
        "where practice_id = %(practice)s and id = %(id)s "
        "and (stands = 'asking' or (stands = 'claimed' and claimed_by = %(who)s))",
        {"who": row["waiting_id"], "now": now, "practice": db.practice, "id": row["opening_id"]},
    )
    return Claimed.FIRST if first else Claimed.LATE


async def give_up_claim(db: Db, conversation: ConversationId, slot: Slot) -> None:
    """They were the first and could not have it: the time is as open as it was."""
    await db.run(
        "update opening o set stands = 'asking', claimed_by = null, settled_at = null from opening_offer f "
        "where o.practice_id = %s and f.practice_id = o.practice_id and f.opening_id = o.id "
        "and f.waiting_id = o.claimed_by and f.conversation_id = %s and o.stands = 'claimed' and o.starts_at = %s",
        (db.practice, conversation, slot.during.start),
    )


async def answered(db: Db, conversation: ConversationId, start: datetime, *, told: bool, now: datetime) -> None:
    """They do not want the time, or were just `told` that it is gone: more may be asked at once where it was kept."""
    rows = await db.all(
        "update opening_offer f set became = %s, settled_at = %s from opening o where f.practice_id = %s "
        "and f.conversation_id = %s and f.became in ('asked', 'gone') and o.practice_id = f.practice_id "
        "and o.id = f.opening_id and o.starts_at = %s returning f.opening_id, f.waiting_id, f.kept",
        ("told" if told else "refused", now, db.practice, conversation, start),
    )
    for row in rows:
        await db.run(
            "update waiting set offer_ends_at = least(offer_ends_at, %s) where practice_id = %s and id = %s",
            (now, db.practice, row["waiting_id"]),
        )
        if row["kept"]:
            await db.run(
                "update opening set next_at = least(next_at, %s) where practice_id = %s and id = %s",
                (now, db.practice, row["opening_id"]),
            )


async def filled(db: Db, visit: Appointment, conversation: ConversationId, *, now: datetime) -> None:
    """A visit was booked in a conversation: what was offered of its time is taken, and the others are told so."""
    rows = await db.all(
        "update opening set stands = 'filled', settled_at = %s where practice_id = %s "
        "and stands in ('asking', 'claimed') and starts_at < %s and ends_at > %s "
        "and (%s::text is null or practitioner = %s) returning id",
        (now, db.practice, visit.during.end, visit.during.start, visit.practitioner, visit.practitioner),
    )
    await db.run(
        "update opening_offer set became = 'taken', settled_at = %s where practice_id = %s and opening_id = any(%s) "
        "and conversation_id = %s and became in ('asked', 'gone')",
        (now, db.practice, [row["id"] for row in rows], conversation),
    )
    await _tell_others(db, [row["id"] for row in rows], now=now)


async def lose(db: Db, opening: Opening, *, now: datetime) -> None:
    """The time is not free any more, and those who were asked for it are told."""
    lost = await db.run(
        "update opening set stands = 'lost', settled_at = %s where practice_id = %s and id = %s and stands = 'asking'",
        (now, db.practice, opening.id),
    )
    if lost:
        await _tell_others(db, [opening.id], now=now)


async def close_past(db: Db, *, before: datetime, now: datetime) -> None:
    """Times that begin before then are offered to nobody any more."""
    await db.run(
        "update opening set stands = 'over', settled_at = %s where practice_id = %s and starts_at <= %s "
        "and stands in ('asking', 'claimed')",
        (now, db.practice, before),
    )


async def forget_old(db: Db, *, before: datetime) -> int:
    """How many times that were over before then are removed, with their offers."""
    await db.run(
        "delete from opening_offer where practice_id = %s and opening_id in (select id from opening where "
        "practice_id = %s and stands in ('filled', 'lost', 'over') and settled_at < %s)",
        (db.practice, db.practice, before),
    )
    return await db.run(
        "delete from opening where practice_id = %s and stands in ('filled', 'lost', 'over') and settled_at < %s",
        (db.practice, before),
    )


TO_DO: LiteralString = "select from opening_offer where practice_id = %(practice)s and became in ('begun', 'gone')"
"""Offers of which somebody is still to be asked, or to be told."""


async def _tell_others(db: Db, openings: Sequence[UUID], *, now: datetime) -> None:
    """Whoever may still believe that they can have it is to be told; those who were not asked yet are not."""
    await db.run(
        "update opening_offer set became = 'not-asked', settled_at = %s where practice_id = %s "
        "and opening_id = any(%s) and became = 'begun'",
        (now, db.practice, list(openings)),
    )
    told = await db.run(
        "update opening_offer set became = 'gone', settled_at = %s where practice_id = %s and opening_id = any(%s) "
        "and became = 'asked' and open_until > %s",
        (now, db.practice, list(openings), now),
    )
    if told:
        db.enqueue(Job(work=Work.FILL, practice=db.practice, on=db.practice))


async def _which(db: Db, became: Became) -> list[tuple[Opening, Offer]]:
    rows = await db.all(
        "select * from opening_offer where practice_id = %s and became = %s "
        "order by asked_at, (reasons->>'place')::int",
        (db.practice, became.value),
    )
    return await _with_openings(db, rows)


async def _with_openings(db: Db, rows: Sequence[DictRow]) -> list[tuple[Opening, Offer]]:
    openings = await db.all(
        "select * from opening where practice_id = %s and id = any(%s)",
        (db.practice, [row["opening_id"] for row in rows]),
    )
    known = {row["id"]: _opening(row) for row in openings}
    return [(known[row["opening_id"]], _offer(row)) for row in rows]


def _opening(row: DictRow) -> Opening:
    return Opening(
        id=row["id"],
        slot=from_plain(row["slot"], Slot),
        opened=row["opened_at"],
        next_at=row["next_at"],
        stands=Stands(row["stands"]),
        settled=row["settled_at"],
    )


def _offer(row: DictRow) -> Offer:
    return Offer(
        opening=row["opening_id"],
        waiting=row["waiting_id"],
        conversation=ConversationId(row["conversation_id"]),
        kept=row["kept"],
        reasons=from_plain(row["reasons"], Reasons),
        asked=row["asked_at"],
        open_until=row["open_until"],
        became=Became(row["became"]),
    )
