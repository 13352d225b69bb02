"""Who works here and what they may do; and leave to look beyond a role, given and ended."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.compliance.roles import LONGEST_GRANT, Do, Field, Grant, Role
from frontdesk.reception.links import sign_link
from frontdesk.storage import people, sessions
from frontdesk.storage.clock import new_id
from frontdesk.storage.people import Access, Account
from frontdesk.web.access import Visitor, needs
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.desk import ENGLISH
from frontdesk.web.pages.staff.inside import inside
from frontdesk.web.pages.staff.sign_in import INVITATION
from frontdesk.web.wall_clock import day_and_clock

INVITED_FOR = timedelta(days=7)
GRANTABLE = (Field.CALENDAR, Field.CONTACT, Field.CONVERSATION, Field.TASKS, Field.SETTINGS, Field.AUDIT)

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.PEOPLE))]
Changing = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.PEOPLE))]
SeeingLeave = Annotated[Visitor, Depends(needs(Do.SEE, Field.GRANTS))]
GivingLeave = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.GRANTS))]


@router.get("/desk/{key}/people")
async def everybody(request: Request, visitor: Seeing) -> Response:
    """Everybody who may sign in."""
    return await _people(request, visitor)


@router.post("/desk/{key}/people")
async def invite(request: Request, key: str, visitor: Changing) -> Response:
    """An account for somebody, and the link by which they choose a password."""
    form = await request.form()
    name, email = str(form.get("name", "")).strip()[:80], str(form.get("email", "")).strip()[:254]
    role = _role(str(form.get("role", "")))
    if not name or "@" not in email or role is None:
        return await _people(request, visitor, fault="A name, an e-mail address and a role are needed.")
    account = Account(id=new_id(), name=name, email=email, role=role, access=Access.INVITED)
    desk = desk_of(request)
    async with desk.storage.practice(visitor.practice.id) as db:
        if not await people.add_account(db, account, by=str(visitor.account.id), now=visitor.now):
            return await _people(request, visitor, fault="That address has an account already.")
        until = visitor.now + INVITED_FOR
        token = sign_link(db.keyring, visitor.practice.id, account.id, purpose=INVITATION, expires=until)
    link = f"{desk.settings.public_url}/desk/{key}/join/{token}"
    return await _people(request, visitor, notice=f"{name} is invited.", link=link)


@router.post("/desk/{key}/people/{id}")
async def change(request: Request, key: str, id: UUID, visitor: Changing) -> Response:
    """Another role, or whether the account may be used. Nobody changes their own: the last owner stays one."""
    if id == visitor.account.id:
        raise HTTPException(403)
    form = await request.form()
    role = _role(str(form.get("role", "")))
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        account = await people.read_account(db, id)
        if account is None:
            raise HTTPException(404)
        match form.get("do"):
            case "role" if role is not None:
                await people.set_role(db, id, role)
            case "disable":
                await people.set_access(db, id, Access.DISABLED)
            case "enable":
                await people.set_access(db, id, Access.ACTIVE if account.password_hash else Access.INVITED)
            case _:
                raise HTTPException(400)
        await sessions.end_every_session(db, id, now=visitor.now)
    return RedirectResponse(f"/desk/{key}/people", status_code=303)


@router.get("/desk/{key}/leave")
async def every_leave(request: Request, visitor: SeeingLeave) -> Response:
    """Who has, or had, leave to look beyond a role."""
    return await _leave(request, visitor)


@router.post("/desk/{key}/leave")
async def give_leave(request: Request, key: str, visitor: GivingLeave) -> Response:
    """Let support look, for a reason and a time."""
    form = await request.form()
    reason, hours = str(form.get("reason", "")).strip()[:200], str(form.get("hours", ""))
    wanted = {str(one) for one in form.getlist("fields")}
    fields = frozenset(field for field in GRANTABLE if field.value in wanted)
    length = timedelta(hours=int(hours)) if hours.isascii() and hours.isdigit() and len(hours) < 4 else timedelta(0)
    if not reason or not fields or not timedelta(0) < length <= LONGEST_GRANT:
        return await _leave(request, visitor, fault="A reason, something to see, and 1 to 72 hours are needed.")
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        helper = next(
            (
                one
                for one in await people.accounts(db)
                if str(one.id) == form.get("account") and one.role is Role.SUPPORT
            ),
            None,
        )
        if helper is None:
            raise HTTPException(400)
        grant = Grant(id=new_id(), reason=reason, fields=fields, until=visitor.now + length)
        await people.give_leave(db, grant, kind="support", account=helper.id, by=visitor.account.id, now=visitor.now)
    return RedirectResponse(f"/desk/{key}/leave", status_code=303)


@router.post("/desk/{key}/leave/{id}/end")
async def end_leave(request: Request, key: str, id: UUID, visitor: GivingLeave) -> Response:
    """Over, at once."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if not await people.end_leave(db, id, by=visitor.account.id, now=visitor.now):
            raise HTTPException(404)
    return RedirectResponse(f"/desk/{key}/leave", status_code=303)


async def _people(request: Request, visitor: Visitor, *, notice: str = "", link: str = "", fault: str = "") -> Response:
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        everyone = await people.accounts(db)
    facts: dict[str, object] = {
        "people": everyone,
        "roles": list(Role),
        "may_change": visitor.may(Do.CHANGE, Field.PEOPLE),
        "notice": notice,
        "link": link,
        "fault": fault,
    }
    return inside(request, "staff/people.html", visitor, "/people", facts, status=422 if fault else 200)


async def _leave(request: Request, visitor: Visitor, *, fault: str = "") -> Response:
    zone = visitor.practice.locations[0].zone
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        everyone = {one.id: one for one in await people.accounts(db)}
        given = await people.every_leave(db)
    listed = [
        {
            "id": one.grant.id,
            "name": everyone[one.account].name,
            "kind": one.kind,
            "reason": one.grant.reason,
            "fields": sorted(field.value for field in one.grant.fields),
            "begun": day_and_clock(one.begun, zone, ENGLISH),
            "until": day_and_clock(one.grant.until, zone, ENGLISH),
            "holds": one.grant.holds(visitor.now),
        }
        for one in sorted(given, key=lambda one: not one.grant.holds(visitor.now))
    ]
    facts: dict[str, object] = {
        "leaves": listed,
        "helpers": [one for one in everyone.values() if one.role is Role.SUPPORT and one.access is Access.ACTIVE],
        "fields": GRANTABLE,
        "may_change": visitor.may(Do.CHANGE, Field.GRANTS),
        "fault": fault,
    }
    return inside(request, "staff/leave.html", visitor, "/leave", facts, status=422 if fault else 200)


def _role(value: str) -> Role | None:
    return next((role for role in Role if role.value == value), None)
