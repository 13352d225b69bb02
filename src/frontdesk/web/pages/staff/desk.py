"""What somebody sees who is signed in: what waits for a person, today's visits, and their own account."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.compliance.roles import BROKEN_GLASS_HOLDS, EMERGENCY_FIELDS, Do, Field, Grant
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.time import Period, instant, wall
from frontdesk.language.handing_over import reason_words
from frontdesk.reception.sign_in import (
    code_is_right,
    hash_of,
    is_password,
    new_recovery_codes,
    weakness,
)
from frontdesk.storage import people, sessions, tasks
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db
from frontdesk.storage.passkeys import passkeys_of
from frontdesk.storage.patients import read_patient
from frontdesk.web.access import Visitor
from frontdesk.web.catalogue import words_in
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.calendar_visits import shown_within
from frontdesk.web.pages.staff.door import Fresh, Through, passkeys_offered
from frontdesk.web.pages.staff.inside import inside, words_of
from frontdesk.web.rendering import page
from frontdesk.web.wall_clock import clock, day, day_and_clock

ENGLISH = words_in("en")

log = structlog.get_logger()
router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One visit in the day's list; `patient` is "" for who may not know."""

    clock: str
    service: str
    who: str
    patient: str


@router.get("/desk/{key}")
async def home(request: Request, visitor: Through) -> Response:
    """What waits, and today's visits, each for who may see it; who may see neither is told how that changes."""
    words, zone = words_of(request), visitor.practice.locations[0].zone
    local = wall(visitor.now, zone)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        waiting = await tasks.open_tasks(db) if visitor.may(Do.SEE, Field.TASKS) else None
        visits = None
        if visitor.may(Do.SEE, Field.CALENDAR):
            end = instant(local.date() + timedelta(days=1), datetime.min.time(), zone)
            joined = desk_of(request).joined_of(visitor.practice.id)
            today = await shown_within(
                db, visitor.practice, joined, Period(start=visitor.now, end=end), now=visitor.now
            )
            nameless = words("desk.calendar.busy" if today.copied else "desk.calendar.blocked")
            visits = [
                Line(
                    clock=clock(visit.during.start, zone, words),
                    service=visitor.practice.service(visit.service).name if visit.service else nameless,
                    who=visitor.practice.practitioner(visit.practitioner).name if visit.practitioner else "",
                    patient=await _name(db, visit) if visitor.may(Do.SEE, Field.CONTACT) else "",
                )
                for visit in today.visits
            ]
    listed = (
        None
        if waiting is None
        else [
            {
                "reason": reason_words(task.reason, language=words.language),
                "urgent": task.urgent,
                "since": day_and_clock(task.opened, zone, words),
                "conversation": task.conversation if visitor.may(Do.SEE, Field.CONVERSATION) else None,
            }
            for task in waiting
        ]
    )
    facts: dict[str, object] = {"day": day(local.date(), words), "tasks": listed, "visits": visits}
    return inside(request, "staff/home.html", visitor, "", facts)


@router.get("/desk/{key}/account")
async def account(request: Request, visitor: Through) -> Response:
    """One's own sessions, codes and password."""
    return await _account(request, visitor)


@router.post("/desk/{key}/account/sessions/{id}/end")
async def end_session(request: Request, key: str, id: UUID, visitor: Fresh) -> Response:
    """Sign out elsewhere."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if not await sessions.end_session(db, id, account=visitor.account.id, now=visitor.now):
            raise HTTPException(404)
    return RedirectResponse(f"/desk/{key}/account", status_code=303)


@router.post("/desk/{key}/account/recovery")
async def new_codes(request: Request, visitor: Fresh) -> Response:
    """Ten new recovery codes, shown this once; the old ones are void."""
    codes = new_recovery_codes()
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        await people.keep_recovery_codes(db, visitor.account.id, codes)
    return page("staff/codes.html", {"practice": visitor.practice, "codes": codes})


@router.get("/desk/{key}/confirm")
async def confirm_page(request: Request, visitor: Through) -> Response:
    """Where somebody signed in shows that it is still them, before the way in is changed."""
    return _confirm_form(request, visitor, fault="")


@router.post("/desk/{key}/confirm")
async def confirm(request: Request, key: str, visitor: Through) -> Response:
    """Back to the account, which may be changed for some minutes."""
    form = await request.form()
    password, code = str(form.get("password", "")), str(form.get("code", ""))[:40]
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if code:
            right = await code_is_right(db, visitor.account, code, now=visitor.now)
        else:
            right = await is_password(db, visitor.account, password, now=visitor.now)
        if right:
            await sessions.shown_again(db, visitor.session, now=visitor.now)
    if not right:
        return _confirm_form(request, visitor, fault="That is not right, was used before, or was tried too often.")
    return RedirectResponse(f"/desk/{key}/account", status_code=303)


@router.post("/desk/{key}/account/password")
async def change_password(request: Request, visitor: Through) -> Response:
    """A new password; every other session ends."""
    form = await request.form()
    old, new = str(form.get("old", "")), str(form.get("password", ""))
    named = visitor.account
    about = (*named.name.split(), named.email.partition("@")[0], *visitor.practice.name.split(), visitor.practice.key)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if not await is_password(db, named, old, now=visitor.now):
            fault = "The password you gave as yours now is not right, or it was tried too often."
        elif weak := weakness(new, about=about):
            fault = f"This password {weak}."
        else:
            fault = ""
            await people.set_password(db, named.id, await hash_of(new))
            await sessions.end_every_session(db, named.id, now=visitor.now, but=visitor.session.id)
    if fault:
        return await _account(request, visitor, faults={"password": fault})
    return await _account(request, visitor, notice="Your password is changed. You are signed out everywhere else.")


@router.post("/desk/{key}/break-glass")
async def break_glass(request: Request, key: str, visitor: Through) -> Response:
    """An hour's leave to look at what helps a patient in danger; the practice is told at once."""
    reason = str((await request.form()).get("reason", "")).strip()[:200]
    if not reason:
        return await _account(request, visitor, faults={"reason": "Write why: the privacy officer will ask."})
    grant = Grant(id=new_id(), reason=reason, fields=EMERGENCY_FIELDS, until=visitor.now + BROKEN_GLASS_HOLDS)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        me = visitor.account.id
        await people.give_leave(db, grant, kind="emergency", account=me, by=me, now=visitor.now)
        task = tasks.Task(
            id=grant.id, conversation=None, appointment=None, reason=Reason.GLASS, urgent=True, opened=visitor.now
        )
        await tasks.open_task(db, task)
    log.warning("the glass was broken", account=str(visitor.account.id), grant=str(grant.id))
    return RedirectResponse(f"/desk/{key}", status_code=303)


def _confirm_form(request: Request, visitor: Visitor, *, fault: str) -> Response:
    passkey = visitor.account.has_passkey and passkeys_offered(request)
    return page(
        "staff/confirm.html", {"visitor": visitor, "fault": fault, "passkey": passkey}, status=401 if fault else 200
    )


async def _account(
    request: Request, visitor: Visitor, *, notice: str = "", faults: Mapping[str, str] = MappingProxyType({})
) -> Response:
    zone = visitor.practice.locations[0].zone
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        open_now = await sessions.sessions_of(db, visitor.account.id, now=visitor.now)
        left = await people.recovery_codes_left(db, visitor.account.id)
        known = await passkeys_of(db, visitor.account.id)
    listed = [
        {
            "id": one.id,
            "device": one.device,
            "here": one.id == visitor.session.id,
            "begun": day_and_clock(one.begun, zone, ENGLISH),
        }
        for one in open_now
    ]
    shown = [
        {
            "id": urlsafe_b64encode(one.id).decode().rstrip("="),
            "label": one.label,
            "made": day_and_clock(one.made, zone, ENGLISH),
        }
        for one in known
    ]
    facts = {
        "sessions": listed,
        "codes_left": left,
        "notice": notice,
        "faults": faults,
        "passkeys": shown,
        "passkeys_offered": passkeys_offered(request),
        "only_one": len(known) == 1 and not visitor.account.totp_confirmed,
    }
    return inside(request, "staff/account.html", visitor, "/account", facts, status=422 if faults else 200)


async def _name(db: Db, visit: Appointment) -> str:
    patient = await read_patient(db, visit.patient) if visit.patient else None
    return patient.name if patient else ""
