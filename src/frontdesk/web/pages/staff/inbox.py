"""The inbox: conversations and tasks that wait for a person, urgent first; an open page follows what comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.dialogue.state import Mode, State
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.time import wall
from frontdesk.language.handing_over import reason_words
from frontdesk.storage import inbox as storage_inbox
from frontdesk.storage import tasks
from frontdesk.storage.database import Db
from frontdesk.storage.inbox import Line, Which
from frontdesk.storage.patients import read_patient
from frontdesk.storage.people import accounts
from frontdesk.storage.presence import present
from frontdesk.web.access import Visitor, needs
from frontdesk.web.catalogue import Words
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.inside import inside, part, words_of
from frontdesk.web.phones import pretty
from frontdesk.web.wall_clock import clock, day_and_clock, near_day

SNIPPET = 110

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CONVERSATION))]
ChangingTasks = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.TASKS))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One conversation of the list. `holder` is "" where the assistant speaks; `others` have it open now."""

    id: ConversationId
    who: str
    channel: str
    last: str
    by: str
    when: str
    reasons: tuple[str, ...]
    urgent: bool
    draft: bool
    waits: bool
    holder: str
    mine: bool
    ended: bool
    others: tuple[str, ...]


@router.get("/desk/{key}/inbox")
async def inbox(request: Request, visitor: Seeing, show: str = "waiting") -> Response:
    """The list, with room beside it for the conversation that is opened."""
    facts = await listed(request, visitor, which_of(show))
    return inside(request, "staff/inbox.html", visitor, "/inbox", {**facts, "open": ""})


@router.get("/desk/{key}/inbox/list")
async def inbox_list(request: Request, visitor: Seeing, show: str = "waiting", open: str = "") -> Response:
    """The list alone, as it stands now; `open` is the conversation that stands beside it."""
    facts = await listed(request, visitor, which_of(show))
    return part(request, "staff/inbox_list.html", visitor, {**facts, "open": open})


@router.post("/desk/{key}/tasks/{id}/done")
async def task_done(request: Request, id: UUID, visitor: ChangingTasks) -> Response:
    """A task that is done; the lists hear of it by themselves."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if not await tasks.close_task(db, id, now=visitor.now):
            raise HTTPException(404)
    return Response(status_code=204)


def which_of(show: str) -> Which:
    """What of the inbox is listed; what waits, where nothing else is asked for."""
    return next((one for one in Which if one.value == show), Which.WAITING)


async def listed(request: Request, visitor: Visitor, which: Which) -> dict[str, object]:
    """What the list shows."""
    words, me = words_of(request), visitor.account.id
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        lines = await storage_inbox.inbox(db, which, me=me, now=visitor.now)
        names = {one.id: one.name for one in await accounts(db)}
        here = await present(db, now=visitor.now)
        rows = [_row(visitor, words, line, await _who(db, visitor, words, line), names, here) for line in lines]
        open_now = await tasks.open_tasks(db) if visitor.may(Do.SEE, Field.TASKS) else []
        counted = await storage_inbox.counts(db, me=me)
    zone = visitor.practice.locations[0].zone
    return {
        "which": which.value,
        "tabs": [(one.value, words(f"desk.inbox.{one.value}"), counted.get(one)) for one in Which],
        "rows": rows,
        "alone": [
            {
                "id": task.id,
                "what": task.reason[:1].upper() + task.reason[1:],
                "urgent": task.urgent,
                "since": day_and_clock(task.opened, zone, words),
                "appointment": task.appointment,
            }
            for task in open_now
            if task.conversation is None
        ],
        "may_close": visitor.may(Do.CHANGE, Field.TASKS),
    }


async def _who(db: Db, visitor: Visitor, words: Words, line: Line) -> str:
    if not visitor.may(Do.SEE, Field.CONTACT):
        return words(f"desk.channel.{line.channel.value}")
    return await name_in(db, words, line.state, line.patient, line.channel, line.address)


async def name_in(
    db: Db, words: Words, state: State, patient: PatientId | None, channel: ChannelKind, address: str
) -> str:
    """Who writes in a conversation, as well as it is known: a patient, a name that was given, a number."""
    known = await read_patient(db, patient) if patient is not None else None
    if known is not None:
        return known.name
    given = " ".join(part for part in (state.known.given, state.known.family) if part)
    if given and state.known.visitor is None:
        return given
    return words("desk.inbox.visitor") if channel is ChannelKind.WEBCHAT else pretty(address)


def _row(
    visitor: Visitor,
    words: Words,
    line: Line,
    who: str,
    names: Mapping[UUID, str],
    here: Mapping[ConversationId, set[UUID]],
) -> Row:
    me = visitor.account.id
    held = line.state.mode is Mode.PERSON
    return Row(
        id=line.id,
        who=who,
        channel=words(f"desk.channel.{line.channel.value}"),
        last=_short(line.last),
        by=words("desk.inbox.you_all") if line.by in {Author.ASSISTANT, Author.STAFF} else "",
        when=_when(visitor, words, line),
        reasons=_reasons(line.reasons, words),
        urgent=line.urgent,
        draft=line.draft,
        waits=line.since is not None,
        holder=names.get(line.held_by, words("desk.somebody")) if held and line.held_by else "",
        mine=held and line.held_by == me,
        ended=line.closed or line.state.mode is Mode.SILENT,
        others=tuple(sorted(names.get(one, "") for one in here.get(line.id, set()) - {me})),
    )


def _reasons(reasons: Sequence[str], words: Words) -> tuple[str, ...]:
    told = [reason_words(one, language=words.language) for one in reasons]
    return tuple(one[:1].upper() + one[1:] for one in told)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SNIPPET else plain[: SNIPPET - 1].rstrip() + "…"


def _when(visitor: Visitor, words: Words, line: Line) -> str:
    zone = visitor.practice.locations[0].zone
    at = clock(line.last_at, zone, words)
    then, today = wall(line.last_at, zone).date(), wall(visitor.now, zone).date()
    return at if then == today else f"{near_day(then, today, words)}, {at}"
