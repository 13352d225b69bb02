"""What people do in a conversation: take it over, give it back, hand it on, write, note, and send drafts."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.compliance.roles import RIGHTS, Do, Field
from frontdesk.domain.ids import ConversationId
from frontdesk.language.explaining import Explaining, without_ways_in
from frontdesk.reception import drafting, taking_over
from frontdesk.reception.taking_over import ANOTHER_HOLDS_IT, ENDED, NOT_TAKEN, Done, NotPossible
from frontdesk.storage import conversations, tasks
from frontdesk.storage.clock import new_id
from frontdesk.storage.holding import held_by
from frontdesk.storage.notes import Note, add_note
from frontdesk.storage.people import Access, read_account
from frontdesk.web.access import Visitor, needs
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.conversation import found_conversation
from frontdesk.web.pages.staff.inside import part, words_of

LONGEST = 1500
"""Characters of a reply: ten segments of a text at most."""

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CONVERSATION))]
Changing = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.CONVERSATION))]
BECAUSE = {
    ANOTHER_HOLDS_IT: "desk.because.another",
    ENDED: "desk.because.ended",
    NOT_TAKEN: "desk.because.not_taken",
    drafting.NO_DRAFT: "desk.because.no_draft",
}


@router.post("/desk/{key}/conversations/{id}/take")
async def take(request: Request, id: UUID, visitor: Changing) -> Response:
    """It is theirs, with its open tasks; the assistant is silent from now on. `instead_of` names whose it was."""
    desk, practice, me = desk_of(request), visitor.practice, visitor.account.id
    whose = _uuid((await request.form()).get("instead_of"))
    outcome = await taking_over.take_over(
        desk.storage, practice, ConversationId(id), now=visitor.now, by=me, instead_of=whose
    )
    if isinstance(outcome, Done):
        async with desk.storage.practice(practice.id) as db:
            for task in await tasks.open_tasks(db):
                if task.conversation == id:
                    await tasks.take_task(db, task.id, by=str(me), now=visitor.now)
    return _told(request, outcome)


@router.post("/desk/{key}/conversations/{id}/give-back")
async def give_back(request: Request, id: UUID, visitor: Changing) -> Response:
    """The assistant speaks again; the tasks that came with it are done. What a colleague holds is theirs to give."""
    desk, practice = desk_of(request), visitor.practice
    async with desk.storage.practice(practice.id) as db:
        holder = await held_by(db, ConversationId(id))
    if holder not in {None, visitor.account.id}:
        return _told(request, NotPossible(because=ANOTHER_HOLDS_IT))
    outcome = await taking_over.give_back(desk.storage, practice, ConversationId(id), now=visitor.now)
    if isinstance(outcome, Done):
        async with desk.storage.practice(practice.id) as db:
            for task in await tasks.open_tasks(db):
                if task.conversation == id and task.taken_by == str(visitor.account.id):
                    await tasks.close_task(db, task.id, now=visitor.now)
    return _told(request, outcome)


@router.post("/desk/{key}/conversations/{id}/assign")
async def assign(request: Request, id: UUID, visitor: Changing) -> Response:
    """A colleague holds it from now on."""
    desk, practice = desk_of(request), visitor.practice
    to = _uuid((await request.form()).get("to"))
    async with desk.storage.practice(practice.id) as db:
        colleague = await read_account(db, to) if to else None
    may_write = colleague is not None and Do.CHANGE in RIGHTS[colleague.role].get(Field.CONVERSATION, frozenset())
    if colleague is None or not may_write or colleague.access is not Access.ACTIVE:
        raise HTTPException(400)
    outcome = await taking_over.assign(desk.storage, practice, ConversationId(id), to=colleague.id, now=visitor.now)
    return _told(request, outcome)


@router.post("/desk/{key}/conversations/{id}/reply")
async def reply(request: Request, id: UUID, visitor: Changing) -> Response:
    """Their words go to the patient; the empty form again, or what stands in the way with what was typed."""
    form = await request.form()
    text, message = str(form.get("text", "")).strip()[:LONGEST], _uuid(form.get("message"))
    if not text or message is None:
        return _composer(request, visitor, id, fault=words_of(request)("desk.because.empty"), typed=text)
    outcome = await taking_over.write(
        desk_of(request).storage,
        visitor.practice,
        ConversationId(id),
        text,
        message=message,
        now=visitor.now,
        by=visitor.account.id,
    )
    fault = because(request, outcome)
    return _composer(request, visitor, id, fault=fault, typed=text if fault else "")


@router.post("/desk/{key}/conversations/{id}/notes")
async def note(request: Request, id: UUID, visitor: Changing) -> Response:
    """A note for colleagues; the patient never sees it."""
    form = await request.form()
    text, new = str(form.get("text", "")).strip()[:LONGEST], _uuid(form.get("note"))
    if text and new is not None:
        async with desk_of(request).storage.practice(visitor.practice.id) as db:
            there = await found_conversation(db, id)
            kept = Note(id=new, conversation=there.id, by=visitor.account.id, text=text, written=visitor.now)
            await add_note(db, kept)
    return part(request, "staff/note_form.html", visitor, {"id": id, "new_note": new_id()})


@router.get("/desk/{key}/conversations/{id}/draft")
async def draft(request: Request, id: UUID, visitor: Seeing) -> Response:
    """The reply that waits to be sent, and what sending it does; nothing where none waits."""
    return await _draft(request, visitor, id, notice="")


@router.post("/desk/{key}/conversations/{id}/draft")
async def send_draft(request: Request, id: UUID, visitor: Changing) -> Response:
    """Send it as it is, as changed, or not at all. What is no longer as it was shown is shown anew, and not sent."""
    form, desk, practice = await request.form(), desk_of(request), visitor.practice
    text, shown = (str(form.get(name, "")).replace("\r\n", "\n").strip() for name in ("text", "shown"))
    there = ConversationId(id)
    if form.get("do") == "drop":
        outcome = await drafting.drop_draft(desk.storage, practice, there, now=visitor.now)
    elif text != shown:
        words = text[:LONGEST]
        if not words:
            return await _draft(request, visitor, id, notice="desk.because.empty")
        outcome = await drafting.send_other_words(
            desk.storage, practice, there, words, message=_uuid(form.get("message")) or uuid4(), now=visitor.now
        )
    else:
        standing = await desk.reception.draft(practice.id, there)
        if standing is not None and _text_of(standing) != shown:
            return await _draft(request, visitor, id, notice="desk.draft.changed")
        outcome = await drafting.send_draft(desk.storage, practice, there, now=visitor.now)
        if isinstance(outcome, Done):
            await desk.reception.answer(practice.id, there)
    if isinstance(outcome, NotPossible):
        return _told(request, outcome)
    return await _draft(request, visitor, id, notice="")


async def _draft(request: Request, visitor: Visitor, id: UUID, *, notice: str) -> Response:
    desk, words = desk_of(request), words_of(request)
    async with desk.storage.practice(visitor.practice.id) as db:
        await found_conversation(db, id)
        waits = await conversations.waiting_for_people(db, ConversationId(id), now=visitor.now)
    found = await desk.reception.draft(visitor.practice.id, ConversationId(id)) if waits else None
    if found is None:
        return Response("", media_type="text/html")
    told = Explaining(visitor.practice)
    facts: dict[str, object] = {
        "id": id,
        "message": found.message.id,
        "text": _text_of(found),
        "open": found.reply is None,
        "does": [told.effect(one).removesuffix(" -> ") for one in found.does],
        "notice": words(notice) if notice else "",
        "new_message": new_id(),
        "may_change": visitor.may(Do.CHANGE, Field.CONVERSATION),
    }
    return part(request, "staff/draft.html", visitor, facts)


def _text_of(found: drafting.Draft) -> str:
    return without_ways_in(found.reply.text).strip() if found.reply else ""


def because(request: Request, outcome: Done | NotPossible) -> str:
    """Why it was not done, in the reader's language; "" where it was."""
    if isinstance(outcome, Done):
        return ""
    words = words_of(request)
    return words(BECAUSE.get(outcome.because, "desk.because.other"))


def _told(request: Request, outcome: Done | NotPossible) -> Response:
    """Nothing to show where it is done: the page hears of it by itself. Else what stands in the way."""
    if isinstance(outcome, Done):
        return Response(status_code=204)
    return Response(because(request, outcome), status_code=409, media_type="text/plain; charset=utf-8")


def _composer(request: Request, visitor: Visitor, id: UUID, *, fault: str, typed: str) -> Response:
    facts = {"id": id, "new_message": new_id(), "fault": fault, "typed": typed}
    return part(request, "staff/composer.html", visitor, facts)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
