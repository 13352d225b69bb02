"""The register of business associates, and the gate that asks it before anything leaves."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

import structlog
from psycopg.rows import DictRow

from frontdesk.compliance.agreements import Agreement, Covered, Leaving, NotCovered, Processing, covering
from frontdesk.domain.audit import Event, Happened, Outcome, as_id
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.time import wall
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.practices import Practices
from frontdesk.storage.tasks import Task, open_task

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Somebody whom patients' data was sent to, and the version of TLS that was spoken last."""

    kind: Processing
    name: str
    tls: str
    seen: datetime


async def record_agreement(db: Db, agreement: Agreement, *, by: str, now: datetime) -> None:
    """Enter a signed agreement into the register. The same id twice is one."""
    await db.run(
        "insert into agreement (practice_id, id, kind, associate, covers, document, first_on, last_on, recorded_by, "
        "recorded_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            agreement.id,
            agreement.kind.value,
            agreement.associate,
            sorted(agreement.covers),
            agreement.document,
            agreement.first,
            agreement.last,
            by,
            now,
        ),
    )
    db.record(
        Event(what=Happened.AGREEMENT_RECORDED, ids={"agreement": agreement.id}, codes={"kind": agreement.kind.value})
    )
    db.announce("agreement", agreement.id)


async def agreements(db: Db) -> list[Agreement]:
    """Every agreement that was ever recorded, those over too, by kind and first day."""
    rows = await db.all("select * from agreement where practice_id = %s order by kind, first_on, id", (db.practice,))
    return [_agreement(row) for row in rows]


async def end_agreement(db: Db, id: UUID, *, on: date, by: str, now: datetime) -> Agreement | None:
    """The agreement, which holds no more from that day on; None when there is none of that id."""
    row = await db.one(
        "update agreement set ended_on = least(ended_on, %s), ended_by = %s, ended_at = %s "
        "where practice_id = %s and id = %s returning *",
        (on, by, now, db.practice, id),
    )
    if row is not None:
        db.record(Event(what=Happened.AGREEMENT_ENDED, ids={"agreement": id}, codes={"kind": row["kind"]}))
    db.announce("agreement", id)
    return _agreement(row) if row else None


async def recipients(db: Db) -> list[Recipient]:
    """Everybody whom data was sent to, by kind and name."""
    rows = await db.all("select * from processor where practice_id = %s order by kind, name", (db.practice,))
    return [
        Recipient(kind=Processing(row["kind"]), name=row["name"], tls=row["tls"], seen=row["seen_at"]) for row in rows
    ]


class AgreementGate:
    """The way to one processor of one practice. Implements `ports.Gate`."""

    def __init__(
        self, storage: Storage, practices: Practices, clock: Clock, practice: PracticeId, leaving: Leaving
    ) -> None:
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._practice = practice
        self._leaving = leaving
        self._tls: str | None = None

    async def pass_through(self) -> None:
        """Return where an agreement in force covers the processor. Raises: NotPermitted."""
        now = self._clock.now()
        async with self._storage.practice(self._practice) as db:
            practice = await self._practices.read(db)
            today = wall(now, practice.locations[0].zone).date()
            answer = covering(await agreements(db), self._leaving, today=today)
            if isinstance(answer, NotCovered):
                await self._refuse(db, answer, today=today, now=now)
            else:
                db.record(self._event(Happened.RECIPIENT_ADMITTED, Outcome.DONE, agreement=answer.agreement.id))
        if not isinstance(answer, Covered):
            kind, to = self._leaving.kind.value, self._leaving.to
            raise NotPermitted(
                f"Nothing was sent to {to}: {answer.because}. Record it: frontdesk agreements record "
                f"--practice {practice.key} --kind {kind} --covers {to} --with NAME --document WHERE --from {today}"
            )

    async def saw(self, tls: str) -> None:
        """Keep the version of TLS that the processor was last reached by."""
        if tls == self._tls:
            return
        async with self._storage.practice(self._practice) as db:
            await db.run(
                "insert into processor (practice_id, kind, name, tls, seen_at) values (%s, %s, %s, %s, %s) "
                "on conflict (practice_id, kind, name) do update set tls = excluded.tls, seen_at = excluded.seen_at",
                (self._practice, self._leaving.kind.value, self._leaving.to, tls, self._clock.now()),
            )
        self._tls = tls

    def _event(self, what: Happened, outcome: Outcome, **ids: UUID) -> Event:
        to: dict[str, UUID | str] = {"recipient": as_id(self._leaving.to.lower().replace(" ", "-")), **ids}
        return Event(what=what, outcome=outcome, ids=to, codes={"kind": self._leaving.kind.value})

    async def _refuse(self, db: Db, answer: NotCovered, *, today: date, now: datetime) -> None:
        """A person hears of it once a day."""
        kind, to = self._leaving.kind.value, self._leaving.to
        _log.warning("no agreement covers this processor; nothing was sent", kind=kind, to=to, because=answer.because)
        db.record(self._event(Happened.RECIPIENT_REFUSED, Outcome.REFUSED))
        await open_task(
            db,
            Task(
                id=uuid5(self._practice, f"agreement {kind} {to} {today}"),
                conversation=None,
                appointment=None,
                reason=f"no agreement in force covers {to} ({kind}): {answer.because}; nothing is sent to it",
                urgent=True,
                opened=now,
            ),
        )


def _agreement(row: DictRow) -> Agreement:
    return Agreement(
        id=row["id"],
        kind=Processing(row["kind"]),
        associate=row["associate"],
        covers=frozenset(row["covers"]),
        document=row["document"],
        first=row["first_on"],
        last=row["last_on"],
        ended=row["ended_on"],
    )
