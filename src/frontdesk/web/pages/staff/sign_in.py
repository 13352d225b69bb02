"""Signing in and out: password, then an authenticator's code, a passkey or a recovery code."""

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.domain.practice import Practice
from frontdesk.reception.links import Link, read_link
from frontdesk.reception.sign_in import (
    Refused,
    authenticator_is_set_up,
    code_is_right,
    hash_of,
    new_recovery_codes,
    new_totp_secret,
    prove,
    sign_in,
    totp_address,
    weakness,
)
from frontdesk.storage import people, sessions
from frontdesk.storage.clock import new_id
from frontdesk.storage.people import Access, Account
from frontdesk.web.access import Visitor, signed_in, signed_out
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.door import (
    Halfway,
    SettingUp,
    device_of,
    passkeys_offered,
    practice_of,
    sign_in_form,
    step_after,
)
from frontdesk.web.rendering import page
from frontdesk.web.security import address_of, from_own_page

INVITATION = "staff-invitation"

router = APIRouter()


@router.get("/desk/{key}/sign-in")
async def sign_in_page(request: Request, key: str) -> Response:
    """The form."""
    return await sign_in_form(request, await practice_of(request, key))


@router.post("/desk/{key}/sign-in")
async def take_password(request: Request, key: str) -> Response:
    """On to the second factor; or the form again, with one sentence for whatever was wrong."""
    practice = await practice_of(request, key)
    if not from_own_page(request):
        raise HTTPException(403)
    form = await request.form()
    email, password = str(form.get("email", ""))[:254], str(form.get("password", ""))
    desk = desk_of(request)
    async with desk.storage.practice(practice.id) as db:
        outcome = await sign_in(
            db,
            email,
            password,
            address=address_of(request),
            device=device_of(request),
            id=new_id(),
            now=desk.clock.now(),
        )
    if isinstance(outcome, Refused):
        return await sign_in_form(
            request, practice, email=email, fault="That address and password do not match, or it was tried too often."
        )
    where = step_after(request, outcome.account)
    return signed_in(request, RedirectResponse(f"/desk/{key}/{where}", status_code=303), outcome.token)


@router.get("/desk/{key}/second")
async def second_page(request: Request, visitor: Halfway) -> Response:
    """Where a code is shown."""
    return _second_form(request, visitor, fault="")


@router.post("/desk/{key}/second")
async def take_code(request: Request, key: str, visitor: Halfway) -> Response:
    """In, with a code of the authenticator or a recovery code."""
    code = str((await request.form()).get("code", ""))[:40]
    token = None
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if await code_is_right(db, visitor.account, code, now=visitor.now):
            token = await prove(db, visitor.session, device=device_of(request), id=new_id(), now=visitor.now)
    if token is None:
        return _second_form(
            request, visitor, fault="That code is not right, was used before, or codes were tried too often."
        )
    return signed_in(request, RedirectResponse(f"/desk/{key}", status_code=303), token)


@router.get("/desk/{key}/enroll")
async def enroll_page(request: Request, visitor: SettingUp) -> Response:
    """The picture an authenticator scans. Shown until a code of it was given, and never again."""
    if visitor.account.totp_confirmed:
        raise HTTPException(403)
    secret = visitor.account.totp_secret
    if secret is None:
        secret = new_totp_secret()
        async with desk_of(request).storage.practice(visitor.practice.id) as db:
            await people.set_totp(db, visitor.account.id, secret)
    return _enroll_form(request, visitor, secret, fault="")


@router.post("/desk/{key}/enroll")
async def confirm_enrolment(request: Request, key: str, visitor: SettingUp) -> Response:
    """In, once the authenticator has shown a right code; and ten recovery codes, this once."""
    account = visitor.account
    if account.totp_confirmed or account.totp_secret is None:
        raise HTTPException(403)
    code = str((await request.form()).get("code", ""))[:10]
    codes, token = new_recovery_codes(), None
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if await authenticator_is_set_up(db, account, code, now=visitor.now):
            await people.keep_recovery_codes(db, account.id, codes)
            token = await prove(db, visitor.session, device=device_of(request), id=new_id(), now=visitor.now)
    if token is None:
        return _enroll_form(
            request, visitor, account.totp_secret, fault="That is not the code it shows now. Wait for the next one."
        )
    return signed_in(request, page("staff/codes.html", {"practice": visitor.practice, "codes": codes}), token)


@router.get("/desk/{key}/join/{token}")
async def join_page(request: Request, key: str, token: str) -> Response:
    """Where somebody who was invited chooses a password."""
    practice, account = await _invited(request, key, token)
    return _join_form(practice, account, fault="")


@router.post("/desk/{key}/join/{token}")
async def join(request: Request, key: str, token: str) -> Response:
    """The account is theirs from here on; they sign in with it."""
    practice, account = await _invited(request, key, token)
    if not from_own_page(request):
        raise HTTPException(403)
    form = await request.form()
    password = str(form.get("password", ""))
    about = (*account.name.split(), account.email.partition("@")[0], *practice.name.split(), practice.key)
    if fault := weakness(password, about=about):
        return _join_form(practice, account, fault=f"This password {fault}.")
    if password != str(form.get("again", "")):
        return _join_form(practice, account, fault="The two are not the same.")
    async with desk_of(request).storage.practice(practice.id) as db:
        await people.set_password(db, account.id, await hash_of(password))
    return RedirectResponse(f"/desk/{key}/sign-in", status_code=303)


@router.post("/desk/{key}/sign-out")
async def sign_out(request: Request, key: str, visitor: Halfway) -> Response:
    """Out, at once."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        await sessions.end_session(db, visitor.session.id, account=visitor.account.id, now=visitor.now)
    return signed_out(request, RedirectResponse(f"/desk/{key}/sign-in", status_code=303))


async def _invited(request: Request, key: str, token: str) -> tuple[Practice, Account]:
    desk, practice = desk_of(request), await practice_of(request, key)
    link = await read_link(token, purpose=INVITATION, now=desk.clock.now(), keyring_of=desk.storage.keyring)
    if not isinstance(link, Link) or link.practice != practice.id:
        raise HTTPException(404)
    async with desk.storage.practice(practice.id) as db:
        account = await people.read_account(db, link.what)
    if account is None or account.access is not Access.INVITED:
        raise HTTPException(404)
    return practice, account


def _second_form(request: Request, visitor: Visitor, *, fault: str) -> Response:
    passkey = visitor.account.has_passkey and passkeys_offered(request)
    facts = {"visitor": visitor, "fault": fault, "passkey": passkey}
    return page("staff/second.html", facts, status=401 if fault else 200)


def _enroll_form(request: Request, visitor: Visitor, secret: str, *, fault: str) -> Response:
    address = totp_address(secret, email=visitor.account.email, practice=visitor.practice.name)
    drawn = segno.make(address, error="m").svg_inline(scale=5, svgclass="qr", lineclass=None, omitsize=True)
    picture = Markup(drawn)  # paths and numbers alone, drawn here
    spelled = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    facts = {
        "visitor": visitor,
        "picture": picture,
        "spelled": spelled,
        "fault": fault,
        "passkeys": passkeys_offered(request),
    }
    return page("staff/enroll.html", facts, status=401 if fault else 200)


def _join_form(practice: Practice, account: Account, *, fault: str) -> Response:
    facts = {"practice": practice, "account": account, "fault": fault}
    return page("staff/join.html", facts, status=422 if fault else 200)
