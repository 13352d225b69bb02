"""The mailbox: every mail that the demo's post office took, as a mail program shows it."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.storage.local_post import DeliveredMail, mails
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.demo.letters import Letter, read_letter, style_hashes
from frontdesk.web.pages.demo.practice import ENGLISH, demo_practice, desk_time, local_now, zone_of
from frontdesk.web.rendering import page
from frontdesk.web.security import content_policy
from frontdesk.web.wall_clock import clock, near_day
from frontdesk.wiring import Frontdesk

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One mail in the list."""

    id: UUID
    letter: Letter
    day: str
    clock: str


@router.get("/demo/mailbox")
async def mailbox(request: Request) -> Response:
    """The list, and beside it, where there is room, the newest mail."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    kept = await _kept(desk, practice)
    return _page(desk, practice, kept, open_now=kept[0] if kept else None, chosen=False)


@router.get("/demo/mailbox/list")
async def mail_list(request: Request, chosen: str = "") -> Response:
    """The list alone, as it stands now."""
    desk = desk_of(request)
    kept = await _kept(desk, await demo_practice(desk))
    return page("demo/mail_list.html", {"mails": kept, "chosen": chosen})


@router.get("/demo/mailbox/{id}")
async def mail(request: Request, id: UUID) -> Response:
    """One mail."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    kept = await _kept(desk, practice)
    return _page(desk, practice, kept, open_now=_found(kept, id), chosen=True)


@router.get("/demo/mailbox/{id}/page")
async def mail_page(request: Request, id: UUID) -> Response:
    """A mail's own HTML, for a frame in which it can do nothing: no script, no form, nothing fetched."""
    desk = desk_of(request)
    letter = _found(await _kept(desk, await demo_practice(desk)), id).letter
    policy = content_policy(framed_by="'self'", styles=style_hashes(letter.page), scripts="'none'", connects="'none'")
    policy += "; sandbox allow-popups allow-popups-to-escape-sandbox"
    # Links in it open in a window of their own, as mail programs do, and not in the small frame.
    content = letter.page.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(content, headers={"Content-Security-Policy": policy})


@router.get("/demo/mailbox/{id}/invite.ics")
async def mail_invitation(request: Request, id: UUID) -> Response:
    """The invitation as a file that calendar programs open."""
    desk = desk_of(request)
    card = _found(await _kept(desk, await demo_practice(desk)), id).letter.invitation
    if card is None:
        raise HTTPException(404)
    return Response(
        card.file,
        media_type=f"text/calendar; charset=utf-8; method={card.method or 'PUBLISH'}",
        headers={"Content-Disposition": 'attachment; filename="invite.ics"'},
    )


def _page(desk: Frontdesk, practice: Practice, kept: list[Kept], *, open_now: Kept | None, chosen: bool) -> Response:
    facts = {
        "practice": practice,
        "now": desk_time(desk, practice),
        "mails": kept,
        "open": open_now,
        "was_chosen": chosen,
        "chosen": str(open_now.id) if open_now else "",
    }
    return page("demo/mailbox.html", facts, headers={"Content-Security-Policy": content_policy(frames="'self'")})


async def _kept(desk: Frontdesk, practice: Practice) -> list[Kept]:
    zone, today = zone_of(practice), local_now(desk, practice).date()
    async with desk.storage.practice(practice.id) as db:
        arrived: list[DeliveredMail] = await mails(db)
    return [
        Kept(
            id=one.id,
            letter=read_letter(one.raw, zone),
            day=near_day(wall(one.at, zone).date(), today, ENGLISH),
            clock=clock(one.at, zone, ENGLISH),
        )
        for one in arrived
    ]


def _found(kept: list[Kept], id: UUID) -> Kept:
    for one in kept:
        if one.id == id:
            return one
    raise HTTPException(404)
