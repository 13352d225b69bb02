"""Signing in through the practice's own OpenID provider: there, and back."""

import hmac
from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.domain.practice import Practice
from frontdesk.reception.openid import Known, Way, recognised, way_to
from frontdesk.reception.openid_sign_in import sign_in_known
from frontdesk.reception.sign_in import BY_ADDRESS, Begun
from frontdesk.storage.clock import new_id
from frontdesk.storage.openid import Provider, begin_journey, end_journey, provider_of
from frontdesk.storage.paces import may
from frontdesk.web.access import is_https, signed_in
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.door import device_of, practice_of, sign_in_form, step_after
from frontdesk.web.rendering import page
from frontdesk.web.security import address_of

JOURNEY_LASTS = timedelta(minutes=10)
NOT_RECOGNISED = "Your provider did not recognise you, or nobody here has your address. Ask the owner of the practice."

log = structlog.get_logger()
router = APIRouter()


@router.get("/desk/{key}/openid")
async def leave_for_provider(request: Request, key: str) -> Response:
    """To the provider's own page."""
    practice, provider = await _provider(request, key)
    desk = desk_of(request)
    now = desk.clock.now()
    if not await _within_pace(request, practice):
        return await sign_in_form(request, practice, fault=NOT_RECOGNISED)
    way = await way_to(provider, back=_back(request, key))
    if not isinstance(way, Way):
        log.warning("the OpenID provider cannot be used", practice=str(practice.id), because=way.because)
        return await sign_in_form(request, practice, fault="Your provider does not answer. Try again later.")
    async with desk.storage.practice(practice.id) as db:
        await begin_journey(db, way.state, way.journey, until=now + JOURNEY_LASTS, now=now)
    answer = RedirectResponse(way.address, status_code=303)
    answer.set_cookie(
        _cookie(request),
        way.state,
        max_age=int(JOURNEY_LASTS.total_seconds()),
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="lax",  # the provider's page leads back here, and a strict cookie would stay away
    )
    return answer


@router.get("/desk/{key}/openid/back")
async def come_back(request: Request, key: str, state: str = "", code: str = "") -> Response:
    """In, or on to the second factor; for a browser that left from here, once."""
    practice, provider = await _provider(request, key)
    desk = desk_of(request)
    now = desk.clock.now()
    left_with = request.cookies.get(_cookie(request), "")
    if not state or not hmac.compare_digest(left_with.encode(), state.encode()):
        return await _not_recognised(request, practice)
    async with desk.storage.practice(practice.id) as db:
        journey = await end_journey(db, state, now=now)
    if journey is None or not code or not await _within_pace(request, practice):
        return await _not_recognised(request, practice)
    known = await recognised(provider, journey, code, back=_back(request, key), now=now)
    if not isinstance(known, Known):
        log.warning("the OpenID provider recognised nobody", practice=str(practice.id), because=known.because)
        return await _not_recognised(request, practice)
    async with desk.storage.practice(practice.id) as db:
        outcome = await sign_in_known(db, provider, known, device=device_of(request), id=new_id(), now=now)
    if not isinstance(outcome, Begun):
        return await _not_recognised(request, practice)
    where = f"/desk/{key}" if known.two_factors else f"/desk/{key}/{step_after(request, outcome.account)}"
    # A page of ours leads on: on the way from the provider's the session's strict cookie would stay away.
    arrived = page("staff/arrived.html", {"practice": practice, "where": where})
    arrived.delete_cookie(_cookie(request), path="/", secure=is_https(request), httponly=True, samesite="lax")
    return signed_in(request, arrived, outcome.token)


async def _provider(request: Request, key: str) -> tuple[Practice, Provider]:
    practice = await practice_of(request, key)
    async with desk_of(request).storage.practice(practice.id) as db:
        provider = await provider_of(db)
    if provider is None:
        raise HTTPException(404)
    return practice, provider


async def _within_pace(request: Request, practice: Practice) -> bool:
    desk = desk_of(request)
    async with desk.storage.practice(practice.id) as db:
        return await may(db, BY_ADDRESS, address_of(request), now=desk.clock.now())


async def _not_recognised(request: Request, practice: Practice) -> Response:
    return await sign_in_form(request, practice, fault=NOT_RECOGNISED)


def _back(request: Request, key: str) -> str:
    return f"{desk_of(request).settings.public_url}/desk/{key}/openid/back"


def _cookie(request: Request) -> str:
    return "__Host-frontdesk-openid" if is_https(request) else "frontdesk-openid"
