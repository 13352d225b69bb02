"""Passkeys as a second factor: shown at sign-in, made, and removed."""

import secrets
from base64 import urlsafe_b64decode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.reception.passkeys import (
    CHALLENGE_BYTES,
    NotProven,
    Party,
    asked_for_new,
    asked_to_sign,
    made,
    party_of,
    signed,
)
from frontdesk.reception.sign_in import new_recovery_codes, prove, refuse
from frontdesk.storage import people
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db
from frontdesk.storage.passkeys import Passkey, add_passkey, passkey_was_used, passkeys_of, remove_passkey
from frontdesk.storage.sessions import set_challenge, shown_again, use_challenge
from frontdesk.web.access import Visitor, signed_in
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.door import Fresh, Halfway, SettingUp, Through, device_of
from frontdesk.web.rendering import page

router = APIRouter()


@router.get("/desk/{key}/passkey")
async def passkey_page(request: Request, key: str, visitor: Halfway) -> Response:
    """Where a passkey is shown at sign-in; whoever has none is sent to the code."""
    return await _ask_to_sign(request, visitor, fault="")


@router.post("/desk/{key}/passkey")
async def take_passkey(request: Request, key: str, visitor: Halfway) -> Response:
    """In, when one of theirs has signed what this session was asked."""
    token, credential = None, str((await request.form()).get("credential", ""))
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if await _is_signed(db, _party(request), visitor, credential):
            token = await prove(db, visitor.session, device=device_of(request), id=new_id(), now=visitor.now)
    if token is None:
        return await _ask_to_sign(request, visitor, fault="That passkey did not work here. Try again, or use a code.")
    return signed_in(request, RedirectResponse(f"/desk/{key}", status_code=303), token)


@router.get("/desk/{key}/confirm/passkey")
async def confirm_page(request: Request, visitor: Through) -> Response:
    """Where somebody signed in shows a passkey once more."""
    return await _ask_to_sign(request, visitor, fault="", again=True)


@router.post("/desk/{key}/confirm/passkey")
async def confirm(request: Request, key: str, visitor: Through) -> Response:
    """Back to the account, which may be changed for some minutes."""
    credential = str((await request.form()).get("credential", ""))
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        right = await _is_signed(db, _party(request), visitor, credential)
        if right:
            await shown_again(db, visitor.session, now=visitor.now)
    if not right:
        return await _ask_to_sign(request, visitor, fault="That passkey did not work here.", again=True)
    return RedirectResponse(f"/desk/{key}/account", status_code=303)


@router.get("/desk/{key}/passkey/new")
async def new_passkey_page(request: Request, visitor: SettingUp) -> Response:
    """Where a device makes a passkey: the first second factor of an account, or one more once signed in."""
    return await _ask_for_new(request, visitor, fault="")


@router.post("/desk/{key}/passkey/new")
async def keep_passkey(request: Request, key: str, visitor: SettingUp) -> Response:
    """Kept. The first second factor signs in, and brings ten recovery codes, shown this once."""
    credential = str((await request.form()).get("credential", ""))
    party, challenge, account = _party(request), visitor.session.challenge, visitor.account
    codes = () if account.enrolled else tuple(new_recovery_codes())
    kept, token = False, None
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        asked = challenge is not None and await use_challenge(db, visitor.session.id, challenge)
        answer = made(party, credential, challenge) if challenge and asked else NotProven()
        if not isinstance(answer, NotProven):
            passkey = Passkey(
                id=answer.id,
                account=account.id,
                public_key=answer.public_key,
                used=answer.used,
                label=device_of(request),
                made=visitor.now,
            )
            kept = await add_passkey(db, passkey)
        if kept and codes:
            await people.keep_recovery_codes(db, account.id, codes)
            token = await prove(db, visitor.session, device=device_of(request), id=new_id(), now=visitor.now)
    if not kept:
        return await _ask_for_new(request, visitor, fault="No passkey was made. Try again, or use an authenticator.")
    if token is None:
        return RedirectResponse(f"/desk/{key}/account", status_code=303)
    return signed_in(request, page("staff/codes.html", {"practice": visitor.practice, "codes": codes}), token)


@router.post("/desk/{key}/account/passkeys/{id}/remove")
async def remove(request: Request, key: str, id: str, visitor: Fresh) -> Response:
    """It opens nothing any more. The last second factor stays: nobody is left with a password alone."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        known = await passkeys_of(db, visitor.account.id)
        if len(known) == 1 and not visitor.account.totp_confirmed:
            raise HTTPException(409)
        if not await remove_passkey(db, _id(id), account=visitor.account.id):
            raise HTTPException(404)
    return RedirectResponse(f"/desk/{key}/account", status_code=303)


async def _is_signed(db: Db, party: Party, visitor: Visitor, credential: str) -> bool:
    """Whether one of their passkeys has signed what this session was asked last; it is asked once."""
    challenge = visitor.session.challenge
    asked = challenge is not None and await use_challenge(db, visitor.session.id, challenge)
    known = await passkeys_of(db, visitor.account.id)
    answer = signed(party, credential, challenge, known) if challenge and asked else NotProven()
    right = not isinstance(answer, NotProven) and await passkey_was_used(
        db, answer.passkey, count=answer.count, now=visitor.now
    )
    if not right:
        refuse(db, visitor.account, by="passkey")
    return right


async def _ask_to_sign(request: Request, visitor: Visitor, *, fault: str, again: bool = False) -> Response:
    party, challenge = _party(request), secrets.token_bytes(CHALLENGE_BYTES)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        known = await passkeys_of(db, visitor.account.id)
        if not known:
            where = "confirm" if again else "second"
            return RedirectResponse(f"/desk/{visitor.practice.key}/{where}", status_code=303)
        await set_challenge(db, visitor.session.id, challenge)
    facts = {"visitor": visitor, "options": asked_to_sign(party, known, challenge), "fault": fault, "again": again}
    return page("staff/passkey.html", facts, status=401 if fault else 200)


async def _ask_for_new(request: Request, visitor: Visitor, *, fault: str) -> Response:
    party, challenge = _party(request), secrets.token_bytes(CHALLENGE_BYTES)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        known = await passkeys_of(db, visitor.account.id)
        await set_challenge(db, visitor.session.id, challenge)
    options = asked_for_new(party, visitor.account, known, challenge, practice=visitor.practice.name)
    facts = {"visitor": visitor, "options": options, "fault": fault}
    return page("staff/passkey_new.html", facts, status=401 if fault else 200)


def _party(request: Request) -> Party:
    party = party_of(desk_of(request).settings.public_url)
    if party is None:
        raise HTTPException(404)
    return party


def _id(written: str) -> bytes:
    try:
        return urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except ValueError:
        return b""
