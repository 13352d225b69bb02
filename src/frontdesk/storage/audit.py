"""The audit's writing side: what happens in a transaction is written, and sealed with a MAC, at that transaction's end.

Whoever opens or seals a patient's data is recorded without having to say so: the data keys tell. What else happened
is said with `Db.record`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from frontdesk.domain.audit import Action, Actor, ActorKind, Event, Happened, Outcome, Purpose, Recorded
from frontdesk.domain.ids import PracticeId
from frontdesk.storage.clock import new_id
from frontdesk.vault.audit_keys import AuditKeys
from frontdesk.vault.keyring import Place, Tell, Use

ITSELF = Actor(kind=ActorKind.DESK, id="desk", purpose=Purpose.OPERATIONS)
"""Who acts where no edge has said otherwise: the program."""
NOBODYS = frozenset({"account", "connection", "local_text", "local_mail"})
"""Sealed tables without a patient in them: staff's accounts and the keys of other systems, of which a change is
recorded by whoever makes it; and the world outside a demo, a phone's screen and a mailbox."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_acting: ContextVar[Actor] = ContextVar("acting", default=ITSELF)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Everything inside is done by that actor, also what is begun there and goes on beside it. None: as before."""
    before = _acting.set(actor or _acting.get())
    try:
        yield
    finally:
        _acting.reset(before)


def acts_from_now_on(actor: Actor) -> None:
    """The same until the end of what the edge has begun (a request, a job), for an edge that learns late who it is."""
    _acting.set(actor)


def who_acts() -> Actor:
    """Who acts here, as the edge has said."""
    return _acting.get()


class Journal:
    """What happens in one transaction, until it is written."""

    def __init__(self) -> None:
        self._events: list[tuple[Actor, Event]] = []
        self._created: set[UUID] = set()
        self._used: dict[Use, dict[UUID, set[str]]] = {use: defaultdict(set) for use in Use}
        self._over = False

    def record(self, event: Event) -> None:
        """Have an event written when the transaction ends, as done by whoever acts now."""
        self._events.append((who_acts(), event))

    def created(self, subject: UUID) -> None:
        """A subject came to be."""
        self._created.add(subject)

    def watch(self, subject: UUID) -> Tell:
        """What a subject's data key tells whenever it is used. Once the transaction is over, it cannot be used."""

        def tell(place: Place, use: Use) -> None:
            if self._over:
                raise RuntimeError(f"{place.table}.{place.column}: a data key is used inside its transaction only")
            if place.table not in NOBODYS:
                self._used[use][subject].add(f"{place.table}.{place.column}")

        return tell

    def close(self) -> list[tuple[Actor, Event]]:
        """Everything that happened, what was said first, then what the keys told. Nothing more may happen.

        What was written about a subject is left out where an event already tells of a change to it.
        """
        self._over = True
        told = {
            subject
            for _, event in self._events
            if event.what.action in {Action.CREATE, Action.UPDATE, Action.DELETE}
            for subject in event.subjects
        }
        sealed, opened = self._used[Use.SEALED], self._used[Use.OPENED]
        new, known = self._created - told, self._created | told
        created = {subject: fields for subject, fields in sealed.items() if subject in new}
        updated = {subject: fields for subject, fields in sealed.items() if subject not in known}
        return [
            *self._events,
            *_of(Happened.RECORD_CREATED, created),
            *_of(Happened.RECORD_UPDATED, updated),
            *_of(Happened.RECORD_READ, opened),
        ]

    def close_undone(self) -> list[tuple[Actor, Event]]:
        """What stays true of a transaction that was undone: what was seen in it, and what was refused."""
        return [] if self._over else [(actor, event) for actor, event in self.close() if _stays_true(event)]


def _stays_true(event: Event) -> bool:
    return (
        event.what.action is Action.READ or event.what is Happened.PATIENT_SEARCHED or event.outcome is Outcome.REFUSED
    )


def _of(what: Happened, touched: Mapping[UUID, set[str]]) -> list[tuple[Actor, Event]]:
    if not touched:
        return []
    fields = tuple(sorted(set().union(*touched.values())))
    return [(who_acts(), Event(what=what, subjects=frozenset(touched), codes={"fields": fields}))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An event with what proves it."""

    recorded: Recorded
    key_version: int
    mac: bytes


def sealed(practice: PracticeId, keys: AuditKeys, actor: Actor, event: Event, *, now: datetime) -> Row:
    """An event as it is written, with its MAC."""
    recorded = Recorded(
        id=new_id(),
        at=now,
        what=event.what.code,
        action=event.what.action,
        outcome=event.outcome,
        actor=actor.kind,
        actor_id=actor.id,
        purpose=actor.purpose,
        origin=_origin(actor, keys.hidden),
        grant=actor.grant,
        subjects=tuple(sorted(event.subjects)),
        detail=_detail(event),
    )
    mac = proof(practice, keys, recorded, keys.version)
    assert mac is not None
    return Row(recorded=recorded, key_version=keys.version, mac=mac)


def proof(practice: PracticeId, keys: AuditKeys, recorded: Recorded, version: int) -> bytes | None:
    """The MAC over everything an event says; None for a version of the keys that there is not."""
    return keys.mac(
        version,
        practice.bytes,
        recorded.id.bytes,
        str((recorded.at - _EPOCH) // timedelta(microseconds=1)),
        recorded.what,
        recorded.action.value,
        recorded.outcome.value,
        recorded.actor.value,
        recorded.actor_id,
        recorded.purpose.value,
        recorded.origin,
        recorded.grant.bytes if recorded.grant else b"",
        b"".join(subject.bytes for subject in recorded.subjects),
        recorded.detail,
    )


_WRITE = """
with happened as (
    select * from json_to_recordset(%s::json) as e(place integer, id uuid, at timestamptz, what text, action text,
        outcome text, actor text, actor_id text, purpose text, origin text, leave uuid, subjects uuid[], detail text,
        version integer, mac text)
), written as (
    insert into audit_event (practice_id, id, at, what, action, outcome, actor_kind, actor_id, purpose, origin,
        grant_id, subjects, detail, key_version, mac)
    select this_practice(), id, at, what, action, outcome, actor, actor_id, purpose, origin, leave, subjects, detail,
        version, decode(mac, 'hex')
    from happened
), waiting as (
    insert into audit_waiting (practice_id, event_id) select this_practice(), id from happened order by place
)
select pg_notify(%s, notice) from json_array_elements_text(%s::json) as notice
"""
CHANGES = "frontdesk_changes"
"""Where whoever watches hears of what changes in a practice."""


async def write(
    connection: AsyncConnection[DictRow],
    practice: PracticeId,
    keys: AuditKeys,
    happened: Sequence[tuple[Actor, Event]],
    *,
    now: datetime,
    notices: Sequence[str] = (),
) -> None:
    """Write what happened into the transaction that is under way on the connection.

    Whoever watches the practice is told the notices once it stands.
    """
    rows = [sealed(practice, keys, actor, event, now=now) for actor, event in happened]
    if not rows and not notices:
        return
    events = [_as_json(place, row) for place, row in enumerate(rows)]
    await connection.execute(_WRITE, (json.dumps(events), CHANGES, json.dumps(list(notices))))


def _as_json(place: int, row: Row) -> dict[str, object]:
    """One parameter for all: lists of each column would take longer to be written than all the rest."""
    event = row.recorded
    return {
        "place": place,
        "id": str(event.id),
        "at": event.at.isoformat(),
        "what": event.what,
        "action": event.action.value,
        "outcome": event.outcome.value,
        "actor": event.actor.value,
        "actor_id": event.actor_id,
        "purpose": event.purpose.value,
        "origin": event.origin,
        "leave": str(event.grant) if event.grant else None,
        "subjects": [str(subject) for subject in event.subjects],
        "detail": event.detail,
        "version": row.key_version,
        "mac": row.mac.hex(),
    }


def read_row(row: DictRow) -> Row:
    """A row of the table. Raises: ValueError for a word that no event is written with."""
    return Row(
        recorded=Recorded(
            id=row["id"],
            at=row["at"],
            what=row["what"],
            action=Action(row["action"]),
            outcome=Outcome(row["outcome"]),
            actor=ActorKind(row["actor_kind"]),
            actor_id=row["actor_id"],
            purpose=Purpose(row["purpose"]),
            origin=row["origin"],
            grant=row["grant_id"],
            subjects=tuple(row["subjects"]),
            detail=row["detail"],
        ),
        key_version=row["key_version"],
        mac=bytes(row["mac"]),
    )


def _origin(actor: Actor, hidden: Callable[[str], str]) -> str:
    if actor.address is None:
        return actor.via
    address = actor.address if actor.kind.is_staff else f"#{hidden(actor.address)}"
    return f"{actor.via} {address}".strip()


def _detail(event: Event) -> str:
    ids = {name: str(id) for name, id in event.ids.items()}
    return json.dumps({"ids": ids, "codes": dict(event.codes)}, sort_keys=True, separators=(",", ":"))
