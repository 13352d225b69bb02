"""One conversation: what was said and noted, who holds it, who has it open, the facts gathered, and why."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.compliance.roles import RIGHTS, Do, Field
from frontdesk.dialogue.handing_over import story_of
from frontdesk.dialogue.state import Mode
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.domain.time import wall
from frontdesk.language.explaining import Explaining, without_ways_in
from frontdesk.language.handing_over import gathered, handed_over
from frontdesk.reception.explained import reasons
from frontdesk.storage import conversations, tasks
from frontdesk.storage.calls import PhoneCall, Stage, look_at_call
from frontdesk.storage.clock import new_id
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.holding import held_by
from frontdesk.storage.notes import Note, notes_of
from frontdesk.storage.people import Access, Account, accounts
from frontdesk.storage.presence import present_in
from frontdesk.web.access import Visitor, needs
from frontdesk.web.catalogue import Words
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.inbox import listed, name_in, which_of
from frontdesk.web.pages.staff.inside import inside, part, words_of
from frontdesk.web.phones import pretty
from frontdesk.web.wall_clock import clock, near_day

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CONVERSATION))]


@router.get("/desk/{key}/conversations/{id}")
async def conversation(request: Request, id: UUID, visitor: Seeing, show: str = "waiting") -> Response:
    """The whole page, with the inbox beside it."""
    facts = await thread_facts(request, visitor, id)
    around = await listed(request, visitor, which_of(show))
    more = {"open": str(id), "new_message": new_id(), "new_note": new_id(), "fault": "", "typed": ""}
    return inside(request, "staff/conversation.html", visitor, "/inbox", {**around, **facts, **more})


@router.get("/desk/{key}/conversations/{id}/thread")
async def thread(request: Request, id: UUID, visitor: Seeing) -> Response:
    """What was said, and who holds it, as it stands now."""
    return part(request, "staff/thread.html", visitor, await thread_facts(request, visitor, id))


@router.get("/desk/{key}/conversations/{id}/side")
async def side(request: Request, id: UUID, visitor: Seeing) -> Response:
    """What is known by now, and the tasks that are open."""
    words, practice = words_of(request), visitor.practice
    async with desk_of(request).storage.practice(practice.id) as db:
        found = await found_conversation(db, id)
        open_here = [one for one in await tasks.open_tasks(db) if one.conversation == found.id]
        call = await look_at_call(db, found.id) if found.channel is ChannelKind.VOICE else None
        open_here = open_here if visitor.may(Do.SEE, Field.TASKS) else []
    told = [
        (one, handed_over(one.reason, None, practice, language=words.language, now=visitor.now, times=one.times))
        for one in open_here
    ]
    told_tasks = [
        {"id": one.id, "urgent": one.urgent, "what": words_for.summary, "next": words_for.next_step}
        for one, words_for in told
    ]
    facts = gathered(story_of(found.state), practice, language=words.language, now=visitor.now)
    may_close = visitor.may(Do.CHANGE, Field.TASKS)
    shown = {"tasks": told_tasks, "facts": facts, "may_close": may_close, "patient": found.patient, "id": id}
    return part(request, "staff/side.html", visitor, {**shown, "call": _call(words, call) if call else None})


@router.get("/desk/{key}/conversations/{id}/why/{message}")
async def why(request: Request, id: UUID, message: UUID, visitor: Seeing) -> Response:
    """What was heard in a message, what was decided and done, and the facts behind what was said."""
    words = Explaining(visitor.practice)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        asked = await conversations.read_message(db, MessageId(message))
        if asked is None or asked.conversation != id:
            raise HTTPException(404)
        kept = await conversations.why(db, asked.id)
    lines = [(label, without_ways_in(line)) for label, line in reasons(words, kept)] if kept else []
    return part(request, "staff/why.html", visitor, {"text": asked.text, "lines": lines})


async def found_conversation(db: Db, id: UUID) -> Conversation:
    """The conversation of that id. Raises: HTTPException 404."""
    found = await conversations.read_conversation(db, ConversationId(id))
    if found is None:
        raise HTTPException(404)
    return found


async def thread_facts(request: Request, visitor: Visitor, id: UUID) -> dict[str, object]:
    """What the thread and its head show."""
    words, me = words_of(request), visitor.account.id
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        found = await found_conversation(db, id)
        said = await conversations.messages(db, found.id)
        noted = await notes_of(db, found.id)
        everybody = await accounts(db)
        holder = await held_by(db, found.id)
        here = await present_in(db, found.id, now=visitor.now)
        known = visitor.may(Do.SEE, Field.CONTACT)
        channel = words(f"desk.channel.{found.channel.value}")
        who = channel
        if known:
            who = await name_in(db, words, found.state, found.patient, found.channel, found.address)
    names = {one.id: one.name for one in everybody}
    held = found.state.mode is Mode.PERSON
    by_phone = found.channel in {ChannelKind.SMS, ChannelKind.VOICE}
    return {
        "id": id,
        "who": who,
        "channel": channel,
        "address": pretty(found.address) if by_phone and known else "",
        "lines": _lines(visitor, words, said, noted, names),
        "held": held,
        "mine": held and holder == me,
        "holder": names.get(holder, words("desk.somebody")) if held and holder else words("desk.somebody"),
        "holder_id": holder,
        "silent": found.state.mode is Mode.SILENT,
        "others": [names[one] for one in here if one != me and one in names],
        "colleagues": [one for one in everybody if _may_hold(one) and one.id != holder],
        "may_change": visitor.may(Do.CHANGE, Field.CONVERSATION),
        "may_contact": known,
    }


def _call(words: Words, call: PhoneCall) -> dict[str, object]:
    """Who has the caller now, and how long they waited for each answer, in seconds."""
    turns = [one for one in call.times if "picked_up" not in one]
    picked_up = next((one["picked_up"] for one in call.times if "picked_up" in one), None)
    return {
        "stage": words(f"desk.call.{call.stage.value.replace(' ', '_')}"),
        "runs": call.stage is not Stage.OVER,
        "picked_up": words("desk.call.picked_up", value=f"{picked_up:.1f}") if picked_up is not None else "",
        "turns": [{stage: f"{one[stage]:.1f}" for stage in ("heard", "decided", "spoke")} for one in turns],
    }


def _may_hold(account: Account) -> bool:
    may_write = Do.CHANGE in RIGHTS[account.role].get(Field.CONVERSATION, frozenset())
    return account.access is Access.ACTIVE and may_write


def _lines(
    visitor: Visitor, words: Words, said: list[Message], noted: list[Note], names: Mapping[UUID, str]
) -> list[dict[str, object]]:
    """Messages and notes in the order of time, with the day where a new one begins."""
    zone, today = visitor.practice.locations[0].zone, wall(visitor.now, visitor.practice.locations[0].zone).date()
    answered = {one.answers for one in said if one.author is not Author.STAFF}
    both: list[Message | Note] = sorted(
        [*said, *noted], key=lambda one: one.sent if isinstance(one, Message) else one.written
    )
    lines: list[dict[str, object]] = []
    last: date | None = None
    for one in both:
        at = one.sent if isinstance(one, Message) else one.written
        on = wall(at, zone).date()
        line: dict[str, object] = {
            "day": near_day(on, today, words) if on != last else "",
            "clock": clock(at, zone, words),
            "text": without_ways_in(one.text),
            "id": one.id,
        }
        if isinstance(one, Message):
            line |= {"kind": one.author.value, "by": words(f"desk.by.{one.author.value}")}
            line["why"] = one.author is Author.PATIENT and one.id in answered
        else:
            line |= {"kind": "note", "by": names.get(one.by, words("desk.somebody")), "why": False}
        lines.append(line)
        last = on
    return lines
