"""Who asks for a page of the practice's people, and whether they may have it: one dependency for every such route."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

import structlog
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.compliance.roles import Allowed, Do, Field, Grant, Role, Standing, may
from frontdesk.domain.audit import Actor, ActorKind, Event, Happened, Outcome, Purpose
from frontdesk.domain.practice import Practice
from frontdesk.storage.audit import acts_from_now_on
from frontdesk.storage.people import Account, leave_of, read_account
from frontdesk.storage.sessions import LONGEST, Session, session_of, standing_session
from frontdesk.web.desk import desk_of
from frontdesk.web.security import address_of, from_own_page

FORM_FIELD = "form"
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Somebody signed in, what they are here, and what every form of theirs has to carry."""

    practice: Practice
    account: Account
    standing: Standing
    session: Session
    form_token: str
    now: datetime
    under: Allowed

    def may(self, do: Do, what: Field) -> bool:
        """Whether this page may offer it; the route that does it asks again."""
        return isinstance(may(self.standing, do, what, now=self.now), Allowed)


class NeedsSignIn(Exception):
    """Nobody is signed in, or it was shown too long ago who it is: the page to do so, at `address`, comes first."""

    def __init__(self, address: str) -> None:
        super().__init__("sign-in needed")
        self.address = address


Find = Callable[[Request, str], Awaitable[Visitor]]


def needs(do: Do, what: Field) -> Find:
    """The visitor, who may do that. A route names here what it shows or changes.

    Raises: NeedsSignIn; HTTPException 403 for who may not, 404 for no such practice.
    """

    async def find(request: Request, key: str) -> Visitor:
        visitor = await visitor_of(request, key)
        answer = may(visitor.standing, do, what, now=visitor.now)
        if not isinstance(answer, Allowed):
            log.warning("denied", account=str(visitor.account.id), do=do.value, what=what.value)
            async with desk_of(request).storage.practice(visitor.practice.id) as db:
                codes = {"do": do.value, "what": what.value}
                db.record(Event(what=Happened.ACCESS_DENIED, outcome=Outcome.REFUSED, codes=codes))
            raise HTTPException(403)
        if answer.grant is not None:
            acts_from_now_on(_actor(request, visitor.account, under=answer.grant))
        return replace(visitor, under=answer)

    return find


async def visitor_of(request: Request, key: str, *, proven: bool = True) -> Visitor:
    """Whoever is signed in at that practice; `proven` False: also who has yet to show a second factor.

    A form has to come from a page of ours and carry its session's own token.
    """
    desk = desk_of(request)
    practice = await desk.practice_keyed(key)
    if practice is None:
        raise HTTPException(404)
    now = desk.clock.now()
    token = request.cookies.get(cookie_name(request), "")
    async with desk.storage.practice(practice.id) as db:
        find = standing_session if asks_by_itself(request) else session_of
        session = await find(db, token, now=now) if token else None
        account = await read_account(db, session.account) if session else None
        leave = await leave_of(db, session.account, now=now) if session else ()
    if session is None or account is None or (proven and not session.proven):
        raise NeedsSignIn(f"/desk/{key}/sign-in")
    form_token = form_token_of(token)
    if request.method not in {"GET", "HEAD"}:
        given = str((await request.form()).get(FORM_FIELD, "")) or request.headers.get("x-form-token", "")
        if not (from_own_page(request) and hmac.compare_digest(given.encode(), form_token.encode())):
            raise HTTPException(403)
    if session.proven:
        acts_from_now_on(_actor(request, account, under=leave[0] if leave else None))
    standing = Standing(role=account.role, grants=leave)
    return Visitor(
        practice=practice,
        account=account,
        standing=standing,
        session=session,
        form_token=form_token,
        now=now,
        under=Allowed(),
    )


def _actor(request: Request, account: Account, *, under: Grant | None) -> Actor:
    """Who the audit says it is; what is seen under a grant is marked with it."""
    of_support = account.role is Role.SUPPORT
    purpose = Purpose.OPERATIONS if of_support else Purpose.EMERGENCY if under else Purpose.TREATMENT
    return Actor(
        kind=ActorKind.SUPPORT if of_support else ActorKind.STAFF,
        id=str(account.id),
        purpose=purpose,
        via="web",
        address=address_of(request),
        grant=under.id if under else None,
    )


def form_token_of(token: str) -> str:
    """What the forms of a session carry: it tells nothing of the session's own token, and no other page knows it."""
    return sha256(b"form:" + token.encode()).hexdigest()


def cookie_name(request: Request) -> str:
    """The prefix makes browsers refuse a cookie that another host or an unencrypted page set."""
    return "__Host-frontdesk" if is_https(request) else "frontdesk-desk"


def signed_in(request: Request, answer: Response, token: str) -> Response:
    """The answer, which gives the browser its session."""
    answer.set_cookie(
        cookie_name(request),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="strict",
    )
    return answer


def signed_out(request: Request, answer: Response) -> Response:
    """The answer, which takes the session from the browser."""
    answer.delete_cookie(cookie_name(request), path="/", secure=is_https(request), httponly=True, samesite="strict")
    return answer


def asks_by_itself(request: Request) -> bool:
    """Whether a page that is open asks, and nobody need sit before it: such a request keeps no session alive."""
    return "x-by-itself" in request.headers or "text/event-stream" in request.headers.get("accept", "")


async def still_signed_in(request: Request, visitor: Visitor) -> bool:
    """Whether the session of a page that stays open still stands."""
    desk = desk_of(request)
    token = request.cookies.get(cookie_name(request), "")
    async with desk.storage.practice(visitor.practice.id) as db:
        session = await standing_session(db, token, now=desk.clock.now())
    return session is not None and session.id == visitor.session.id


async def to_sign_in(request: Request, fault: Exception) -> Response:
    """To the page that comes first, and not into a part of the page that is open."""
    assert isinstance(fault, NeedsSignIn)
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401)
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": fault.address})
    return RedirectResponse(fault.address, status_code=303)


def is_https(request: Request) -> bool:
    """Whether browsers reach the desk by https, so that its cookies need never travel otherwise."""
    return urlsplit(desk_of(request).settings.public_url).scheme == "https"
