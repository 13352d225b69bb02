"""What the pages of the way in share: which practice's door it is, who stands there, and what comes next."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.domain.practice import Practice
from frontdesk.reception.passkeys import party_of
from frontdesk.storage.openid import provider_of
from frontdesk.storage.people import Account
from frontdesk.web.access import NeedsSignIn, Visitor, visitor_of
from frontdesk.web.desk import desk_of
from frontdesk.web.rendering import page


async def halfway(request: Request, key: str) -> Visitor:
    """Who has shown a password at least."""
    return await visitor_of(request, key, proven=False)


async def through(request: Request, key: str) -> Visitor:
    """Who has shown both factors."""
    return await visitor_of(request, key)


async def fresh(request: Request, key: str) -> Visitor:
    """Who has shown both factors, one of them or the password within the last minutes: for what changes the way in."""
    return _shown_lately(await visitor_of(request, key), key)


async def setting_up(request: Request, key: str) -> Visitor:
    """Who has shown a password and has no second factor yet, or has shown both and one lately."""
    visitor = await visitor_of(request, key, proven=False)
    if visitor.session.proven:
        return _shown_lately(visitor, key)
    if visitor.account.enrolled:  # a password alone sets up the first factor of an account, and no other
        raise HTTPException(403)
    return visitor


def _shown_lately(visitor: Visitor, key: str) -> Visitor:
    if not visitor.session.is_fresh(visitor.now):
        raise NeedsSignIn(f"/desk/{key}/confirm")
    return visitor


Halfway = Annotated[Visitor, Depends(halfway)]
Through = Annotated[Visitor, Depends(through)]
Fresh = Annotated[Visitor, Depends(fresh)]
SettingUp = Annotated[Visitor, Depends(setting_up)]


async def practice_of(request: Request, key: str) -> Practice:
    """The practice whose door this is. Raises: HTTPException 404."""
    practice = await desk_of(request).practice_keyed(key)
    if practice is None:
        raise HTTPException(404)
    return practice


async def sign_in_form(request: Request, practice: Practice, *, email: str = "", fault: str = "") -> Response:
    """The form, with the way to the practice's own provider where it has one."""
    async with desk_of(request).storage.practice(practice.id) as db:
        provider = await provider_of(db)
    facts = {"practice": practice, "email": email, "fault": fault, "provider": provider is not None}
    return page("staff/sign_in.html", facts, status=401 if fault else 200)


def step_after(request: Request, account: Account) -> str:
    """Where somebody goes who is recognised and has yet to show, or set up, a second factor."""
    if account.has_passkey and passkeys_offered(request):
        return "passkey"
    return "second" if account.enrolled else "enroll"


def passkeys_offered(request: Request) -> bool:
    """Whether browsers offer passkeys at the desk's address."""
    return party_of(desk_of(request).settings.public_url) is not None


def device_of(request: Request) -> str:
    """The browser and system as it calls itself, in a few words; for the lists of one's own sessions and passkeys."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for name in ("Edg", "Firefox", "Chrome", "Safari") if name in agent), "A browser")
    system = next((name for name in ("Windows", "iPhone", "iPad", "Android", "Mac OS", "Linux") if name in agent), "")
    return f"{browser.replace('Edg', 'Edge')}{' on ' + system if system else ''}"
