"""The demo's front page: the four things there are to look at, and how to try them."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.web.desk import desk_of
from frontdesk.web.pages.demo.practice import demo_practice, desk_time, is_open
from frontdesk.web.rendering import page

router = APIRouter()


@router.get("/")
async def index(request: Request) -> Response:
    """Four cards."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    return page(
        "demo/index.html",
        {
            "practice": practice,
            "now": desk_time(desk, practice),
            "is_open": is_open(practice.locations[0], desk.clock.now()),
        },
    )
