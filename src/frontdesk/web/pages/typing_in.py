"""Behind the signed link that a caller is texted: one line, where they type in what was not heard right."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.dialogue.acts import GiveBirthDate, GiveEmail, GiveName, GivePhone
from frontdesk.dialogue.state import Ask, Part
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.practice import Practice
from frontdesk.language.context import Context
from frontdesk.language.understanding import understand
from frontdesk.reception.effects import TYPING
from frontdesk.reception.links import Link, read_link
from frontdesk.web.acting import patient_acts
from frontdesk.web.catalogue import LANGUAGES, Words, best_language, words_in
from frontdesk.web.desk import desk_of
from frontdesk.web.rendering import page

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
MOST = 120
"""Characters of what may be typed in."""
_LINES = {
    Part.NAME: ("name", "name", "text", Ask.NAME, GiveName),
    Part.EMAIL: ("email", "email", "email", Ask.EMAIL, GiveEmail),
    Part.PHONE: ("phone", "tel", "tel", Ask.PHONE, GivePhone),
    Part.BIRTH_DATE: ("born", "bday", "text", Ask.BIRTH_DATE, GiveBirthDate),
}
"""Of each detail its label, what browsers know it as, its kind of line, its question, and the act that gives it."""

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A call that waits for a detail."""

    link: Link
    practice: Practice
    part: Part


@router.get("/type/{token}")
async def ask(request: Request, token: str) -> Response:
    """The line, as long as the call waits for it."""
    opened = await _opened(request, token)
    return _over(request) if opened is None else _line(request, opened, typed="", is_wrong=False)


@router.post("/type/{token}")
async def take(request: Request, token: str) -> Response:
    """The call has it; 422 with the line once more where it cannot be what was asked for."""
    opened = await _opened(request, token)
    if opened is None:
        return _over(request)
    form = await request.form()
    typed = " ".join(str(form.get("typed", "")).split())[:MOST]
    desk, words = desk_of(request), _words(request)
    if not _is_it(typed, opened, desk.clock.now()):
        return _line(request, opened, typed=typed, is_wrong=True)
    conversation = ConversationId(opened.link.what)
    if await desk.calls.type_in(opened.practice.id, conversation, typed) is None:
        return _over(request)
    return _note(words, words("typing.done_title"), words("typing.done_text"), mark="done", status=200)


def _is_it(typed: str, opened: Opened, now: datetime) -> bool:
    """Whether it reads as that detail, and as nothing else besides."""
    _, _, _, asked, kind = _LINES[opened.part]
    zone = opened.practice.locations[0].zone
    heard = understand(typed, Context(now=now, zone=zone, practice=opened.practice, asked=asked))
    if len(heard) != 1 or not isinstance(heard[0].act, kind):
        return False
    act = heard[0].act
    return not isinstance(act, GiveName) or bool(act.given and act.family)


async def _opened(request: Request, token: str) -> Opened | None:
    desk = desk_of(request)
    link = await read_link(token, purpose=TYPING, now=desk.clock.now(), keyring_of=desk.storage.keyring)
    if not isinstance(link, Link):
        return None
    patient_acts(request, id=f"call:{link.what}", via="form")
    part = await desk.calls.typed_for(link.practice, ConversationId(link.what))
    if part is None:
        return None
    async with desk.storage.practice(link.practice) as db:
        practice = await desk.practices.read(db)
    return Opened(link=link, practice=practice, part=part)


def _line(request: Request, opened: Opened, *, typed: str, is_wrong: bool) -> Response:
    name, autocomplete, kind, _, _ = _LINES[opened.part]
    facts = {
        "words": _words(request),
        "practice": opened.practice,
        "name": name,
        "autocomplete": autocomplete,
        "kind": kind,
        "typed": typed,
        "is_wrong": is_wrong,
        "most": MOST,
    }
    return page("typing_in.html", facts, status=422 if is_wrong else 200, headers=HEADERS)


def _over(request: Request) -> Response:
    words = _words(request)
    return _note(words, words("typing.over_title"), words("typing.over_text"), mark="clock", status=410)


def _note(words: Words, title: str, text: str, *, mark: str, status: int) -> Response:
    facts = {"words": words, "heading": title, "text": text, "mark": mark}
    return page("intake_note.html", facts, status=status, headers=HEADERS)


def _words(request: Request) -> Words:
    return words_in(best_language(request.headers.get("accept-language", ""), LANGUAGES))
