"""The pages on which a visit's own forms are filled in: kept as one goes, taken up again by the same link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Location, Practice
from frontdesk.domain.questionnaire import Item, Kind, Questionnaire, Value
from frontdesk.intake.enabling import enabled
from frontdesk.intake.known import Known
from frontdesk.intake.missing import Wrong, missing
from frontdesk.intake.parts import Filling, Part
from frontdesk.intake.pictures import LARGEST, kind_of
from frontdesk.intake.typed import read_fields, read_signature
from frontdesk.reception.intaking import add_file, begun, hand_in, keep, known_of, remove_file, with_known
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db
from frontdesk.storage.intakes import Intake, read_intake
from frontdesk.web.bodies import Sent, TooLarge, form_in_memory
from frontdesk.web.catalogue import LANGUAGES, Words, words_in
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.intake_choices import choices, choices_made
from frontdesk.web.pages.intake_shown import shown_items
from frontdesk.web.rendering import page
from frontdesk.web.wall_clock import clock, day, day_and_clock

MOST_BODY = 3 * LARGEST
MOST_AT_ONCE = 4
"""Files in one request."""
HEADERS = {
    "Referrer-Policy": "no-referrer",  # the address is the key to the form
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FormVisit:
    """Whose forms, for which visit, by which link."""

    token: str
    intake: Intake
    practice: Practice
    patient: Patient
    start: datetime
    location: Location
    forms: tuple[Questionnaire, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """A request for one page: the forms as they were kept, which page it is, and the language it is read in."""

    visit: FormVisit
    kept: Filling
    known: Known
    number: int
    words: Words
    now: datetime

    @property
    def filling(self) -> Filling:
        """The forms with what is known already, as the page shows them."""
        return with_known(self.kept, self.known)

    @property
    def part(self) -> Part | None:
        """None on the last page, on which all is handed in."""
        parts = self.filling.parts
        return parts[self.number] if self.number < len(parts) else None

    def address(self, number: int, language: str | None = None) -> str:
        """Where another page is, or this one in another language."""
        return f"/intake/{self.visit.token}?step={number + 1}&lang={language or self.words.language}"


async def show(request: Request, visit: FormVisit, *, step: int | None, lang: str) -> Response:
    """The page that was asked for; without one, the first on which something is missing."""
    desk = desk_of(request)
    async with desk.storage.practice(visit.practice.id) as db:
        found = await _page(db, visit, step=step, lang=lang, now=desk.clock.now())
    return _shown(found)


async def save(request: Request, visit: FormVisit, *, step: int | None, lang: str) -> Response:
    """Keep what stands on the page so far, and say what is asked now."""
    try:
        sent = await form_in_memory(request, most=MOST_BODY, files=MOST_AT_ONCE)
    except TooLarge:
        return _too_large(visit, lang)
    desk = desk_of(request)
    async with desk.storage.practice(visit.practice.id) as db:
        found = await _page(db, visit, step=step, lang=lang, now=desk.clock.now(), for_update=True)
        if await _is_in(db, visit):
            return thanks(visit.practice, found.words, status=409)
        found, wrong = await _kept(db, found, sent, sign=False)
    return _saved(found, wrong)


async def go_on(request: Request, visit: FormVisit, *, step: int | None, lang: str) -> Response:
    """Keep the page and go to the next, show it again with what is missing, or hand everything in."""
    try:
        sent = await form_in_memory(request, most=MOST_BODY, files=MOST_AT_ONCE)
    except TooLarge:
        return _too_large(visit, lang)
    desk, going = desk_of(request), sent.one("go") or "next"
    async with desk.storage.practice(visit.practice.id) as db:
        found = await _page(db, visit, step=step, lang=lang, now=desk.clock.now(), for_update=True)
        if await _is_in(db, visit):
            return thanks(visit.practice, found.words, status=409)
        if found.part is None:
            return await _handed_in(db, found, sent.fields)
        found, wrong = await _kept(db, found, sent, sign=going != "back")
    part = found.part
    assert part is not None
    if going == "back":
        return _to(found.address(found.filling.before(found.number) or 0))
    if going != "next":  # a file or a signature was taken away: the same page again
        return _shown(found)
    faults = {**missing(part.form, found.kept.of(part.form), within=[part.group]), **wrong}
    if faults:
        return _shown(found, faults=faults, typed=sent.fields, status=422)
    return _to(found.address(found.filling.next_after(found.number)))


async def _is_in(db: Db, visit: FormVisit) -> bool:
    """Whether another page handed everything in since this request looked; asked once nobody else can."""
    intake = await read_intake(db, visit.intake.id)
    return intake is None or intake.submitted is not None


async def _page(
    db: Db, visit: FormVisit, *, step: int | None, lang: str, now: datetime, for_update: bool = False
) -> _Page:
    there = await begun(db, visit.intake, visit.forms, for_update=for_update)
    unfinished = there.filling.unfinished()
    known = await known_of(db, visit.intake, visit.patient)
    filling = with_known(there.filling, known)
    last = len(filling.parts)
    number = unfinished if step is None else min(max(step - 1, 0), last)
    if number < last and not filling.is_asked(filling.parts[number]):
        number = filling.next_after(number)
    wanted = lang if lang in LANGUAGES else there.language or visit.patient.language
    return _Page(visit=visit, kept=there.filling, known=known, number=number, words=words_in(wanted), now=now)


async def _kept(db: Db, found: _Page, sent: Sent, *, sign: bool) -> tuple[_Page, Mapping[str, Wrong]]:
    """The page with what was sent, kept; and what could not be read of it."""
    part, visit = found.part, found.visit
    if part is None:
        return found, {}
    fields = sent.fields
    typed = read_fields([part.group], fields)
    given: dict[str, tuple[Value, ...]] = dict(typed.answers)
    shown = found.filling.of(part.form)
    for item in part.group.below():
        if item.signature:
            given |= _signature(found, part, item, fields, sign=sign)
        elif item.read_only and item.is_question:
            given[item.link_id] = shown.get(item.link_id, ())
    filling = found.kept.with_answers(part.form, given)
    language, now = found.words.language, found.now
    await keep(db, visit.intake, filling, part.form, language=language, now=now)
    with_files, wrong = await _files(db, replace(found, kept=filling), part, sent)
    if with_files is not filling:
        await keep(db, visit.intake, with_files, part.form, language=language, now=now)
    return replace(found, kept=with_files), {**typed.wrong, **wrong}


def _signature(
    found: _Page, part: Part, item: Item, fields: Mapping[str, Sequence[str]], *, sign: bool
) -> Mapping[str, tuple[Value, ...]]:
    if [*fields.get("go", ())] == [f"unsign {item.link_id}"]:
        return {item.link_id: ()}
    if not sign:
        return {}
    group = next((one for one in part.group.below() if item in one.items), part.group)
    signed = read_signature(part.form, group, item, fields, language=found.words.language, now=found.now)
    return {item.link_id: (signed,)} if signed else {}


async def _files(db: Db, found: _Page, part: Part, sent: Sent) -> tuple[Filling, Mapping[str, Wrong]]:
    filling, wrong = found.kept, dict[str, Wrong]()
    going = sent.one("go")
    if going.startswith("remove ") and (id := _uuid(going.removeprefix("remove "))) is not None:
        filling = await remove_file(db, found.visit.intake, filling, part.form, id)
    for item in part.group.below():
        if item.kind is not Kind.ATTACHMENT:
            continue
        for content in sent.files.get(f"q.{item.link_id}", ()):
            kind = kind_of(content)
            if kind is None:
                wrong[item.link_id] = Wrong.NO_PICTURE
                continue
            filling = await add_file(
                db,
                found.visit.intake,
                filling,
                part.form,
                item,
                id=new_id(),
                kind=kind,
                content=content,
                now=found.now,
            )
    return filling, wrong


async def _handed_in(db: Db, found: _Page, fields: Mapping[str, Sequence[str]]) -> Response:
    filling, visit, words = found.kept, found.visit, found.words
    if filling.unfinished() < len(filling.parts):
        return _shown(found, status=422)
    ticked = {name: values[0] for name, values in fields.items() if values}
    consents = choices_made(ticked, visit.intake.id, words, visit.practice.name, now=found.now)
    await hand_in(db, visit.intake, visit.patient, filling, consents, language=words.language, now=found.now)
    return thanks(visit.practice, words)


def thanks(practice: Practice, words: Words, *, status: int = 200) -> Response:
    """What is shown once everything is in."""
    facts = {
        "words": words,
        "heading": words("intake.thanks_title"),
        "text": words("intake.thanks_text", practice=practice.name),
        "mark": "done",
    }
    return page("intake_note.html", facts, status=status, headers=HEADERS)


def _shown(
    found: _Page,
    *,
    faults: Mapping[str, Wrong] | None = None,
    typed: Mapping[str, Sequence[str]] | None = None,
    status: int = 200,
) -> Response:
    part = found.part
    facts = {**_facts(found), "faults": {}}
    if part is None:
        return page("intake_finish.html", facts | _finish(found), status=status, headers=HEADERS)
    answers, words = found.filling.of(part.form), found.words
    shown = faults or {}
    facts |= {
        "form_title": part.form.title(words.language),
        "heading": part.form.text(part.group.texts, words.language) or part.form.title(words.language),
        "items": shown_items(part, answers, shown, typed or {}, words),
        "faults": _fault_lines(part, shown, words),
        "signed_on": lambda when: _moment(found, when),
        "back": found.filling.before(found.number) is not None,
    }
    return page("intake_part.html", facts, status=status, headers=HEADERS)


def _saved(found: _Page, wrong: Mapping[str, Wrong]) -> Response:
    part, words = found.part, found.words
    facts = _facts(found)
    if part is not None:
        answers = found.filling.of(part.form)
        asked = enabled(part.form, answers)
        files = {link_id: one for link_id, one in wrong.items() if one is Wrong.NO_PICTURE}
        items = shown_items(part, answers, files, {}, words)
        facts["hidden"] = [link_id for link_id in part.link_ids if link_id not in asked]
        facts["files"] = [one for one in _flat(items) if one["kind"] == "attachment"]
    else:
        facts |= {"hidden": [], "files": []}
    facts["at"] = clock(found.now, found.visit.location.zone, words)
    return page("intake_saved.html", facts, headers=HEADERS)


def _flat(items: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    for item in items:
        found.append(item)
        inner = item.get("items")
        if isinstance(inner, list):
            found += _flat(inner)
    return found


def _facts(found: _Page) -> dict[str, object]:
    visit, words, filling = found.visit, found.words, found.kept
    progress, asked = filling.progress(), [one for one, part in enumerate(filling.parts) if filling.is_asked(part)]
    place = asked.index(found.number) + 1 if found.number in asked else len(asked) + 1
    return {
        "words": words,
        "practice": visit.practice,
        "when": day_and_clock(visit.start, visit.location.zone, words),
        "here": found.address(found.number),
        "save": found.address(found.number).replace("?", "/save?", 1),
        "languages": [
            {"code": one, "name": words_in(one)("forms.language"), "address": found.address(found.number, one)}
            for one in LANGUAGES
            if one in visit.practice.languages
        ],
        "progress": progress,
        "place": place,
        "places": len(asked) + 1,
    }


def _finish(found: _Page) -> dict[str, object]:
    filling, words = found.kept, found.words
    open_parts = []
    for number, part in enumerate(filling.parts):
        if filling.is_asked(part) and missing(part.form, filling.of(part.form), within=[part.group]):
            text = part.form.text(part.group.texts, words.language) or part.form.title(words.language)
            open_parts.append({"text": text, "address": found.address(number)})
    before = filling.before(found.number)
    return {
        "heading": words("forms.finish_heading"),
        "open_parts": open_parts,
        "titles": [form.title(words.language) for form in filling.forms],
        "choices": choices(words, found.visit.practice.name),
        "back_address": found.address(before) if before is not None else "",
    }


def _fault_lines(part: Part, faults: Mapping[str, Wrong], words: Words) -> list[dict[str, str]]:
    """What is listed above the page: each leads to its question."""
    return [
        {"id": item.link_id, "text": part.form.text(item.texts, words.language)}
        for item in part.group.below()
        if item.link_id in faults
    ]


def _moment(found: _Page, when: object) -> str:
    assert isinstance(when, datetime)
    zone = found.visit.location.zone
    return f"{day(when.astimezone(zone).date(), found.words)}, {clock(when, zone, found.words)}"


def _too_large(visit: FormVisit, lang: str) -> Response:
    words = words_in(lang if lang in LANGUAGES else visit.patient.language)
    facts = {
        "words": words,
        "heading": words("forms.too_large_title"),
        "text": words("forms.too_large_text"),
        "mark": "link",
    }
    return page("intake_note.html", facts, status=413, headers=HEADERS)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=HEADERS)
