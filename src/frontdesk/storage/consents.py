"""What patients allowed and ended, with the words: asked, recorded, never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Who said it: the address they wrote from, the patient once they are known, or both.

    `subject` is whose data key seals the words: the patient's, or the conversation's.
    """

    subject: UUID
    channel: ChannelKind | None = None
    address: str | None = None
    patient: PatientId | None = None


async def record_consent(db: Db, consent: Consent, whose: Whose) -> None:
    """Record an answer, beside all earlier ones. The same id twice is one."""
    key = await db.subject(whose.subject)
    at = place("consent", consent.id, "words")
    await db.run(
        "insert into consent (practice_id, id, what, allowed, channel, address_hash, patient_id, subject_id, "
        "words_sealed, shown_sealed, wording, source, recorded_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            consent.id,
            consent.use.value,
            consent.allowed,
            whose.channel.value if whose.channel else None,
            address_hashes(db, whose.channel, whose.address)[-1] if whose.channel and whose.address else None,
            whose.patient,
            whose.subject,
            key.seal(consent.said, place=at),
            key.seal(consent.shown, place=place("consent", consent.id, "shown")) if consent.shown else None,
            consent.wording,
            consent.source.value,
            consent.recorded,
        ),
    )
    db.record(
        Event(
            what=Happened.CONSENT_RECORDED,
            subjects=frozenset({whose.subject, *([whose.patient] if whose.patient else [])}),
            ids={"consent": consent.id},
            codes={
                "use": consent.use.value,
                "answer": "allowed" if consent.allowed else "ended",
                "source": consent.source.value,
            },
        )
    )
    db.announce("consent", consent.id)


async def latest_at(db: Db, use: Use, channel: ChannelKind, address: str) -> Consent | None:
    """What was said last about a use from, or for, an address."""
    row = await db.one(
        "select * from consent where practice_id = %s and channel = %s and address_hash = any(%s) and what = %s "
        "order by order_no desc limit 1",
        (db.practice, channel.value, address_hashes(db, channel, address), use.value),
    )
    return await read_consent(db, row) if row else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was said of a use, without the words it was said in."""

    id: UUID
    allowed: bool


async def answers_at(
    db: Db, uses: Sequence[Use], channel: ChannelKind, addresses: Sequence[str]
) -> list[dict[Use, Answer]]:
    """What was said last of each of these uses from, or for, each address, in their order; no words are opened."""
    hashes = [(place, hash) for place, one in enumerate(addresses) for hash in address_hashes(db, channel, one)]
    rows = await db.all(
        "select distinct on (w.place, c.what) w.place, c.what, c.id, c.allowed "
        "from unnest(%s::integer[], %s::bytea[]) as w(place, hash) "
        "join consent c on c.practice_id = %s and c.channel = %s and c.address_hash = w.hash "
        "where c.what = any(%s) order by w.place, c.what, c.order_no desc",
        (
            [place for place, _ in hashes],
            [hash for _, hash in hashes],
            db.practice,
            channel.value,
            [use.value for use in uses],
        ),
    )
    found: list[dict[Use, Answer]] = [{} for _ in addresses]
    for row in rows:
        found[row["place"]][Use(row["what"])] = Answer(id=row["id"], allowed=row["allowed"])
    return found


async def latest_of(db: Db, use: Use, patient: PatientId) -> Consent | None:
    """What a patient said last about a use."""
    row = await db.one(
        "select * from consent where practice_id = %s and patient_id = %s and what = %s order by order_no desc limit 1",
        (db.practice, patient, use.value),
    )
    return await read_consent(db, row) if row else None


async def ended_since(
    db: Db, allowed: Consent | Answer, channel: ChannelKind, address: str, *, patient: PatientId | None = None
) -> bool:
    """Whether what they allowed was ended later, by itself or with all texts, from that address or by that patient.

    Whoever ends all texts ends offers for good: a START brings the texts about visits back, and no offers.
    """
    row = await db.one(
        "select from consent e join consent a on a.practice_id = e.practice_id and a.id = %s where e.practice_id = %s "
        "and e.what in ('messages', a.what) and not e.allowed and e.order_no > a.order_no "
        "and ((e.channel = %s and e.address_hash = any(%s)) or e.patient_id = %s) limit 1",
        (allowed.id, db.practice, channel.value, address_hashes(db, channel, address), patient),
    )
    return row is not None


async def read_consent(db: Db, row: DictRow) -> Consent:
    """The answer in a row; its words are empty once the person was forgotten."""
    said, shown = "", None
    if row["words_sealed"] is not None:
        key = await db.subject(row["subject_id"])
        said = key.open(row["words_sealed"], place=place("consent", row["id"], "words")).decode()
        if row["shown_sealed"] is not None:
            shown = key.open(row["shown_sealed"], place=place("consent", row["id"], "shown")).decode()
    return Consent(
        id=row["id"],
        use=Use(row["what"]),
        allowed=row["allowed"],
        source=Source(row["source"]),
        recorded=row["recorded_at"],
        said=said,
        shown=shown,
        wording=row["wording"],
    )


def address_hashes(db: Db, channel: ChannelKind, address: str) -> list[bytes]:
    """All that may stand for an address in the register, the one to write last."""
    return db.keyring.lookups(f"address:{channel.value}", address)
